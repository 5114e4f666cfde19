/** Sets of facts are merged by laws that let any number of machines make them in any order. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FileFacts } from '../../src/facts/file.js';
import { decodeFacts, encodeFacts, factsKey, mergeFacts, type FactSet, type Kept } from '../../src/facts/store.js';

const facts: fc.Arbitrary<Kept> = fc.oneof(
  fc.constant(null),
  fc.record({ words: fc.array(fc.string(), { maxLength: 3 }) }).map(({ words }): FileFacts => ({ language: 'text', words, suppressions: [], problems: [] })),
);
const set: fc.Arbitrary<FactSet> = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), facts), { maxLength: 5 }).map((entries) => new Map(entries));
const plain = (each: FactSet) => Object.fromEntries([...each].sort(([a], [b]) => (a < b ? -1 : 1)));

describe('mergeFacts', () => {
  it('is associative', () => {
    fc.assert(fc.property(set, set, set, (a, b, c) => { expect(plain(mergeFacts(mergeFacts(a, b), c))).toEqual(plain(mergeFacts(a, mergeFacts(b, c)))); }));
  });

  it('is commutative', () => {
    fc.assert(fc.property(set, set, (a, b) => { expect(plain(mergeFacts(a, b))).toEqual(plain(mergeFacts(b, a))); }));
  });

  it('is idempotent, and nothing is its neutral element', () => {
    fc.assert(fc.property(set, (a) => {
      expect(plain(mergeFacts(a, a))).toEqual(plain(a));
      expect(plain(mergeFacts(a, new Map()))).toEqual(plain(a));
    }));
  });
});

describe('the codec', () => {
  it('gives back what it was given', () => {
    fc.assert(fc.property(facts, (each) => { expect(decodeFacts(encodeFacts(each))).toEqual(each); }));
  });

  it('takes nothing else for facts', () => {
    for (const text of ['', '{', '[]', '1', '"text"', '{"language":"python"}', '{"problems":[],"suppressions":[]}']) expect(decodeFacts(text), text).toBeUndefined();
  });
});

describe('factsKey', () => {
  it('tells apart what extraction tells apart', () => {
    expect(factsKey('1', 'a/x.ts', 'facts')).not.toBe(factsKey('1', 'a/x.tsx', 'facts'));
    expect(factsKey('1', 'a/x.ts', 'facts')).not.toBe(factsKey('1', 'a/x.d.ts', 'facts'));
    expect(factsKey('1', 'a/tsconfig.json', 'facts')).not.toBe(factsKey('1', 'a/package.json', 'facts'));
    expect(factsKey('1', 'a/x.py', 'facts')).not.toBe(factsKey('1', 'a/x.py', 'words'));
    expect(factsKey('1', 'a/x.py', 'facts')).not.toBe(factsKey('2', 'a/x.py', 'facts'));
  });

  it('knows no folder', () => {
    expect(factsKey('1', 'a/x.py', 'facts')).toBe(factsKey('1', 'b/c/y.py', 'facts'));
  });
});
