/** What a store keeps between runs, and what it may drop. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Kept } from '../../src/facts/store.js';
import { openStore } from '../../src/workspace/store-file.js';
import { stampOf, stampsIn } from '../../src/workspace/stamps.js';
import { scratch } from '../support/scratch.js';

const facts = (word: string): Kept => ({ language: 'text', words: [word], suppressions: [], problems: [] });

describe('a large store', () => {
  function filled(): string {
    const file = join(scratch(), 'store');
    const store = openStore(file, '1');
    for (const key of ['a', 'b', 'c', 'd', 'e']) store.put(key, facts(key));
    expect(store.close()).toBeNull();
    return file;
  }
  const keysIn = (file: string) => { const store = openStore(file, '1'); return ['a', 'b', 'c', 'd', 'e'].filter((key) => store.get(key) !== undefined); };

  it('keeps all after a run that asked for little, as one that recalls its outcome does', () => {
    const file = filled();
    const store = openStore(file, '1', 10);
    expect(store.get('a')).toEqual(facts('a'));
    expect(store.close()).toBeNull();
    expect(keysIn(file)).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('drops what a whole run did not ask for', () => {
    const file = filled();
    const store = openStore(file, '1', 10);
    store.get('a');
    store.mayShrink();
    expect(store.close()).toBeNull();
    expect(keysIn(file)).toEqual(['a']);
  });
});

describe('stamps', () => {
  const NOW = 1_000_000;
  const stat = (size: number, time: number) => ({ size, mtimeMs: time, ctimeMs: time, ino: 7 }) as Parameters<typeof stampOf>[0];
  const files = (time: number) => Array.from({ length: 200 }, (_, index) => ({ path: `${index}.py`, id: `id${index}`, stamp: stampOf(stat(index, time)), read: () => new Uint8Array() }));
  const kept = (time: number) => {
    const file = join(scratch(), 'store');
    const store = openStore(file, '1');
    stampsIn(store, NOW).keep(files(time));
    store.close();
    return stampsIn(openStore(file, '1'), NOW);
  };

  it('tell the id of a file that has not changed, and of no other', () => {
    const stamps = kept(NOW - 10_000);
    expect(stamps.idOf('3.py', stampOf(stat(3, NOW - 10_000)))).toBe('id3');
    expect(stamps.idOf('3.py', stampOf(stat(4, NOW - 10_000)))).toBeUndefined();
    expect(stamps.idOf('3.py', stampOf(stat(3, NOW - 9_999)))).toBeUndefined();
    expect(stamps.idOf('4.py', stampOf(stat(3, NOW - 10_000)))).toBeUndefined();
  });

  it('are not kept of files that were written just now: they may be written again without a trace', () => {
    expect(kept(NOW - 1000).idOf('3.py', stampOf(stat(3, NOW - 1000)))).toBeUndefined();
  });
});
