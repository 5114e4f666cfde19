/** What two versions of a file must have in common to say the same. */
import { beforeAll, describe, expect, it } from 'vitest';
import { sameFacts } from '../../src/facts/same.js';
import { loadExtract, type Extract } from '../../src/extract.js';
import { makeSpan } from '../../src/facts/span.js';

let extract: Extract;
beforeAll(async () => { extract = await loadExtract(new Set(['python', 'typescript', 'sql', 'prisma', 'text'])); });

const compare = (path: string, before: string, after: string, names: readonly string[] = []) => sameFacts(extract(path, before), extract(path, after), (word) => names.includes(word));

/** Where `what` stands in both texts must be what the comparison says. */
function expectMoved(path: string, before: string, after: string, what: string): void {
  const from = before.indexOf(what);
  const to = after.indexOf(what);
  expect(compare(path, before, after)?.(makeSpan(from, from + what.length))).toBe(makeSpan(to, to + what.length));
}

describe('facts that are the same', () => {
  it('move with comments and line breaks', () => {
    expectMoved('a.py', 'x = load(a, b)\n', '# first\n\nx = load(\n    a,\n    b)\n', 'load');
    expectMoved('a.ts', 'export const x = load(a)\n', '// first\n\nexport const x =\n  load(a)\n', 'load');
    expectMoved('a.sql', 'select a from t;\nselect b from u;\n', 'select a from t;\n\n\nselect b from u;\n', 'u');
    expectMoved('a.prisma', 'model A {\n  id Int @id\n}\n', '\n\nmodel A {\n  id   Int @id\n}\n', '@id');
  });

  it('move with what is noted of code inside a function', () => {
    expectMoved('a.py', 'def f():\n    x = load()\n', 'def f():\n    # why\n    x = load()  # now\n', 'load');
    expectMoved('a.ts', 'function f() {\n  const x = load()\n}\n', 'function f() {\n  // why\n  const x = load() // now\n}\n', 'load');
  });

  it('end where they end now, though what follows has moved away', () => {
    expect(compare('a.py', 'f(a)(b)\n', 'f(a) (b)\n')?.(makeSpan(0, 4))).toBe(makeSpan(0, 4));
  });

  it('are told apart by anything that is said', () => {
    expect(compare('a.py', 'x = 1\n', 'x = 2\n')).toBeNull();
    expect(compare('a.py', 'x = 1\n', 'x = 1\ny = 1\n')).toBeNull();
    expect(compare('a.py', 'def f(a): pass\n', 'def f(a, b): pass\n')).toBeNull();
    expect(compare('a.py', 'class A:\n    x = 1\n', 'class A:\n    x = 1  # deprecated\n')).toBeNull();
    expect(compare('a.ts', 'f(a)\n', 'f(a)\nexport {}\n')).toBeNull();
  });

  it('hold no suppression: it stands for a line', () => {
    const text = '# schemalint: ignore[unused-column] read elsewhere\nx = 1\n';
    expect(compare('a.py', text, `\n${text}`)).toBeNull();
  });

  it('are of files read for their words by the words that count alone', () => {
    expect(compare('a.html', 'one stage', 'two stage', ['stage'])).not.toBeNull();
    expect(compare('a.html', 'one', 'one stage', ['stage'])).toBeNull();
  });

  it('have no place for what stood where nothing is known', () => {
    expect(compare('a.py', 'x = 1\n', '# first\n\nx = 1\n')?.([500, 501])).toBeNull();
  });
});
