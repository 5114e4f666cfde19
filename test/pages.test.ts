/** The examples of every rule's page, and the further cases in test/cases/, are analysed: exactly what they mark is reported. */
import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { rules } from '../rules/index.js';
import { findingsOf, readCases } from './support/cases.js';
import { evaluation, type Tally } from './support/evaluation.js';

const ids = rules.map((rule) => rule.id);
const cases = existsSync('test/cases') ? readdirSync('test/cases').filter((name) => name.endsWith('.md')).sort() : [];

/** `test/cases/<rule>.md` or `test/cases/<rule>.<topic>.md`. */
const pages = [...ids.map((id) => ({ id, path: `rules/${id}.md` })), ...cases.map((name) => ({ id: name.split('.')[0], path: `test/cases/${name}` }))];

const tallies = new Map<string, Tally>(ids.map((id) => [id, { right: 0, wrong: 0, missed: 0 }]));

for (const { id, path } of pages) {
  describe(path, () => {
    it('is about a rule', () => expect(ids).toContain(id));
    for (const one of existsSync(path) ? readCases(path) : []) {
      it(`${one.name} (line ${one.line})`, async () => {
        const { lines } = await findingsOf(one, id, rules);
        const tally = tallies.get(id)!;
        for (const line of lines) tally[one.expected.includes(line) ? 'right' : 'wrong'] += 1;
        tally.missed += one.expected.filter((line) => !lines.includes(line)).length;
        expect([...lines].sort()).toEqual([...one.expected].sort());
      });
    }
  });
}

describe('evaluation', () => {
  it('finds what the cases expect, and little else', () => {
    const { table, below } = evaluation(tallies);
    if (process.env['SCHEMALINT_EVAL']) console.log(table);
    expect(below).toEqual([]);
  });
});
