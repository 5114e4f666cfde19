import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { glob, globMistake } from '../../src/config/glob.js';

const matches = (pattern: string, ...texts: readonly string[]) => texts.map(glob(pattern));

describe('a glob', () => {
  it.each([
    ['*.py', ['a.py', '.py', 'b/a.py'], [true, true, false]],
    ['src/*/x', ['src/a/x', 'src/a/b/x', 'src//x'], [true, false, true]],
    ['**/x', ['x', 'a/x', 'a/b/x', 'a/bx'], [true, true, true, false]],
    ['a/**', ['a', 'a/b', 'a/b/c', 'ab'], [true, true, true, false]],
    ['a/**/b/**/c', ['a/b/c', 'a/x/b/y/z/c', 'a/c'], [true, true, false]],
    ['a**b', ['ab', 'axxb', 'a/b'], [true, true, false]],
    ['?.ts', ['a.ts', 'ab.ts', '/.ts'], [true, false, false]],
    ['[a-c_]x', ['bx', '_x', 'dx'], [true, true, false]],
    ['[!a]x', ['bx', 'ax'], [true, false]],
    ['[]a]x', [']x', 'ax', 'bx'], [true, true, false]],
    ['*.{ts,tsx}', ['a.ts', 'a.tsx', 'a.js'], [true, true, false]],
    ['{a,b/{c,d}}/x', ['a/x', 'b/c/x', 'b/d/x', 'b/x'], [true, true, true, false]],
    ['{a}/x', ['{a}/x', 'a/x'], [true, false]],
    ['app/(shop)/\\[id\\]/*.tsx', ['app/(shop)/[id]/page.tsx', 'app/(shop)/i/page.tsx'], [true, false]],
    ['audit_*', ['audit_log', 'xaudit_log'], [true, false]],
    ['**', ['', 'a', 'a/b'], [true, true, true]],
  ])('%s', (pattern, texts, expected) => {
    expect(globMistake(pattern)).toBeNull();
    expect(matches(pattern, ...texts)).toEqual(expected);
  });

  it('agrees with the regular expression that it stands for', () => {
    const word = (...signs: readonly string[]) => fc.array(fc.constantFrom(...signs), { minLength: 1, maxLength: 4 }).map((all) => all.join(''));
    const path = (part: fc.Arbitrary<string>) => fc.array(part, { minLength: 1, maxLength: 4 });
    const source = (part: string) => (part === '**' ? '(?:[^/]+/)*' : `${part.replace(/\*+/g, '[^/]*').replace(/\?/g, '[^/]')}/`);
    fc.assert(fc.property(path(fc.oneof(word('a', 'b', '*', '?'), fc.constant('**'))), path(word('a', 'b')), (pattern, text) => {
      const whole = pattern.map((part) => (/^\*{3,}$/.test(part) ? '**' : part));
      expect(glob(pattern.join('/'))(text.join('/'))).toBe(new RegExp(`^${whole.map(source).join('')}$`).test(`${text.join('/')}/`));
    }), { numRuns: 2000, seed: 1 });
  });

  it('is matched in no more time than its length times that of the path', () => {
    const path = `${'a'.repeat(200)}/`.repeat(50);
    expect(matches(`${'*a'.repeat(100)}b`, path, 'a'.repeat(5000))).toEqual([false, false]);
    expect(matches(`${'**/a*/'.repeat(50)}b`, path)).toEqual([false]);
    expect(matches('(a+)+b', 'a'.repeat(100))).toEqual([false]);
  });

  it.each([
    ['!src/**', 'cannot be negated'], ['/src', "leaves the config's folder"], ['../other', "leaves the config's folder"], ['+(a|b)', 'group in parentheses'],
    ['src/*.{py', 'has a { that nothing closes'], ['a}', 'has a } that nothing opens'], ['[a', 'has a [ that nothing closes'], ['[z-a]', 'has the empty range [z-a]'], ['a\\', 'ends in a \\'],
    ['{a,b}'.repeat(30), 'stands for more than 500 patterns'],
  ])('that is none says why: %s', (pattern, why) => {
    expect(globMistake(pattern)).toContain(why);
  });
});
