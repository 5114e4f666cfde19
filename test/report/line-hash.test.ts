import { expect, it } from 'vitest';
import { lineHashes } from '../../src/report/line-hash.js';

/** The test vectors of GitHub's upload action (src/fingerprints.test.ts there). */
const END = 'c129715d7a2bc9a3:1';
const LOREM = 'Lorem ipsum dolor sit amet.\n';
const VECTORS: readonly (readonly [text: string, hashes: readonly string[]])[] = [
  ['', [END]],
  [' a\nb\n  \t\tc\n d', ['271789c17abda88f:1', '54703d4cd895b18:1', '180aee12dab6264:1', 'a23a3dc5e078b07b:1']],
  [LOREM.repeat(10), [...Array.from({ length: 6 }, (_, i) => `a7f2ff13bc495cf2:${i + 1}`), 'a7f2ff1481e87703:1', 'a9cf91f7bbf1862b:1', '55ec222b86bcae53:1', 'cc97dc7b1d7d8f7b:1', END]],
];

it.each(VECTORS)('%j', (text, hashes) => {
  expect([...lineHashes(text)]).toEqual(hashes.map((hash, i) => [i + 1, hash]));
});

it('does not depend on line breaks and blanks', () => {
  const text = 'class A:\n    x = 1\n\n    y = 2\n';
  for (const other of [text.replaceAll('\n', '\r\n'), text.replaceAll('\n', '\r'), text.replaceAll('    ', '\t')]) expect([...lineHashes(other)]).toEqual([...lineHashes(text)]);
});

it('equals the same sum made with big integers', () => {
  const text = Array.from({ length: 300 }, (_, i) => `line ${i * 7919} \u{1F600} ${'x'.repeat(i % 130)}`).join('\n');
  expect([...lineHashes(text)]).toEqual(slow(text));
});

function slow(text: string): [number, string][] {
  const units = [...Array(text.length).keys()].map((i) => text.charCodeAt(i)).concat(0xffff);
  const kept = units.filter((unit) => unit !== 32 && unit !== 9);
  const counts = new Map<string, number>();
  const starts = [0, ...kept.flatMap((unit, i) => (unit === 10 ? [i + 1] : []))];
  return starts.map((start, line) => {
    const window = Array.from({ length: 100 }, (_, i) => kept[start + i] ?? 0);
    const hash = window.reduce((sum, unit) => BigInt.asUintN(64, sum * 37n + BigInt(unit)), 0n).toString(16);
    counts.set(hash, (counts.get(hash) ?? 0) + 1);
    return [line + 1, `${hash}:${counts.get(hash)}`];
  });
}
