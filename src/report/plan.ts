import type { Finding, Result } from '../lint/finding.js';
import { byLevel } from '../lint/order.js';
import { sentence, subjectOf } from './words.js';

/** What a step does to the database, by its remedies' SQL: a rule need not be known here. */
const sqlOf = (finding: Finding) => finding.remedies.map((remedy) => remedy.sql ?? '').join('\n');
const isRemoval = (finding: Finding) => /\bDROP\s+(?:COLUMN|TABLE|INDEX|CONSTRAINT)\b/i.test(sqlOf(finding));
const isConstraint = (finding: Finding) => /\b(?:ADD\s+CONSTRAINT|SET\s+NOT\s+NULL|UNIQUE|FOREIGN\s+KEY|ALTER\s+COLUMN)\b/i.test(sqlOf(finding));

/** Steps in an order in which none makes a later one harder: mend first, then constrain, add, and remove last. */
const PHASES: readonly { readonly title: string; readonly why: string; takes(finding: Finding): boolean }[] = [
  {
    title: 'Stop state from contradicting itself',
    why: 'These can be wrong in the data already; check the data before the change.',
    takes: (finding) => finding.level === 'error',
  },
  {
    title: 'Let the database hold what the code assumes',
    why: 'Look for rows that break the rule first, backfill, then change the column or add the constraint.',
    takes: (finding) => isConstraint(finding) && !isRemoval(finding),
  },
  { title: 'Add what queries and models lack', why: 'These add and break nothing; create indexes CONCURRENTLY.', takes: (finding) => !isRemoval(finding) },
  { title: 'Remove what is redundant or dead', why: 'First stop the code from using it, deploy, then drop it in a later release.', takes: () => true },
];

/** The findings as an ordered plan in Markdown: phases, steps with their migration SQL, and the files to change. */
export function plan(result: Result): string {
  const left = [...result.findings].sort(byLevel);
  const phases = PHASES.flatMap((phase) => {
    const own = left.filter((finding) => phase.takes(finding));
    for (const finding of own) left.splice(left.indexOf(finding), 1);
    return own.length > 0 ? [{ ...phase, own }] : [];
  });
  if (phases.length === 0) return '# Plan\n\nNothing to do: there are no findings.\n';
  return `${['# Plan', ...phases.map((phase, i) => [`## ${i + 1}. ${phase.title}`, phase.why, ...phase.own.map(step)].join('\n\n'))].join('\n\n')}\n`;
}

function step(finding: Finding): string {
  const { path, startLine } = finding.location;
  const files = [
    ...new Set([finding.location, ...finding.flow.map((one) => one.location), ...finding.related.map((one) => one.location)].map((location) => location.path)),
  ];
  return [
    `### ${subjectOf(finding) || path}: ${finding.rule}`,
    `${finding.level}, ${finding.confidence} confidence, \`${path}:${startLine}\`. ${sentence(finding.message)}`,
    `- [ ] ${sentence(finding.help)}`,
    ...finding.remedies.flatMap((remedy) => [
      ...(remedy.sql ? [`${remedy.title}:`, fenced('sql', remedy.sql)] : []),
      ...(remedy.code ? [`${remedy.title}, in the model:`, fenced('', remedy.code)] : []),
    ]),
    ...(files.length > 1 ? [`Files to look at: ${files.map((file) => `\`${file}\``).join(', ')}`] : []),
  ].join('\n\n');
}

function fenced(language: string, code: string): string {
  return `\`\`\`${language}\n${code.trimEnd()}\n\`\`\``;
}
