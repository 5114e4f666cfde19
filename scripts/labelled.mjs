// The labelled cases: examples of the rule pages and of test/cases, counted by rule.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Cases by rule: how many must be reported, how many must not, and how many findings the former expect. */
export function labelledCases(root) {
  const counts = new Map();
  for (const folder of ['rules', 'test/cases']) for (const name of readdirSync(join(root, folder)).filter((one) => one.endsWith('.md')).sort()) {
    const rule = name.split('.')[0];
    const count = counts.get(rule) ?? { incorrect: 0, correct: 0, findings: 0 };
    counts.set(rule, count);
    for (const line of readFileSync(join(root, folder, name), 'utf8').split('\n')) {
      if (/^#{2,4} Incorrect\b/.test(line)) count.incorrect += 1;
      else if (/^#{2,4} Correct\b/.test(line)) count.correct += 1;
      else count.findings += /(?:#|\/\/|--|<!--)\s*finding:\s*(.*)$/.exec(line)?.[1].split(';').length ?? 0;
    }
  }
  return new Map([...counts].filter(([, one]) => one.incorrect + one.correct > 0).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The section of docs/precision.md about them. */
export function labelledSection(root) {
  const rows = [...labelledCases(root)].map(([rule, one]) => `| ${rule} | ${one.incorrect} | ${one.findings} | ${one.correct} |`);
  return `
## Labelled cases

Small programs of our own, each written for one pattern or one trap: the examples of the rule pages and \`test/cases\`. Every false alarm that was found on real code
became one. The tests fail where anything is reported in them that is not expected, or the reverse; \`npm run eval\` prints precision and recall by rule, and fails below 0.95 and 0.9.

| | programs with findings | findings in them | programs without |
| --- | ---: | ---: | ---: |
${rows.join('\n')}
`;
}
