// Without arguments: precision and recall of every rule over the labelled cases (the examples of the rule pages and test/cases): npm run eval
// With them, what the code alone brings back on real repositories: npm run eval -- CONSTRAINTS.json DIR [--only TEXT] [--list] [--record]
//
// DIR holds git repositories (see repositories.mjs). The file holds facts about them and is not part of this project:
//   { apps: { <app>: { repo, commit, existing_constraints: [{ kind, table, columns, cfinder_code_evidence }] } }, confirmed: [{ app, … }], history: [{ app, … }] }
//   Every declared constraint is hidden, and it counts as found where the code alone brings it back; of those that
//   must not be null, `cfinder_code_evidence` marks the ones of which a published tool found a sign in the code other than a default. Recall on flaws that were mended later: recall.mjs.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { best, has, isShown, lint, mark, withTree } from './repositories.mjs';

const { values: options, positionals: [constraints, repositories] } = parseArgs({ allowPositionals: true, options: { only: { type: 'string' }, list: { type: 'boolean' }, record: { type: 'boolean' } } });
if (!constraints) {
  // The cases are read and run by their own test.
  const { status } = spawnSync('npx', ['vitest', 'run', 'test/pages.test.ts'], { stdio: 'inherit', env: { ...process.env, SCHEMALINT_EVAL: '1' } });
  process.exit(status ?? 1);
}
if (!repositories) {
  console.error('usage: npm run eval -- CONSTRAINTS.json DIR [--only TEXT] [--list] [--record]');
  process.exit(2);
}

/** What --record keeps in test/ecosystem/constraints.json, from which `npm run update` writes docs/precision.md. */
const recorded = [];

const UNIQUE = ['missing-unique'];
const NOT_NULL = ['missing-not-null', 'optional-foreign-key'];

async function evaluateConstraints({ apps, confirmed, history }) {
  for (const [app, { repo, commit, existing_constraints: declared }] of Object.entries(apps)) {
    if (options.only && !repo.includes(options.only)) continue;
    const views = await withTree(repositories, repo, commit, (analysis) => {
      const { tables } = analysis.project.schema;
      const names = (list) => new Set(list.map((table) => table.name));
      const plain = lint(analysis, [...UNIQUE, ...NOT_NULL]);
      return { plain, unique: lint(hidden(analysis, 'unique'), UNIQUE), notnull: lint(hidden(analysis, 'notnull'), NOT_NULL), tables: names(tables), between: names(tables.filter((table) => table.model === null)) };
    });
    const known = { missing: confirmed.filter((one) => one.app === app), later: history.filter((one) => one.app === app) };
    for (const kind of ['unique', 'notnull']) {
      const findings = views[kind];
      const cases = declared.filter((one) => one.kind === kind);
      const modelled = cases.filter((one) => views.tables.has(one.table));
      report(`${app} ${kind}: declared, hidden`, modelled, findings, hasExactly);
      if (kind === 'unique') report(`${app} unique: declared, hidden, without tables between two models`, modelled.filter((one) => !views.between.has(one.table)), findings, hasExactly);
      if (kind === 'notnull') report(`${app} notnull: declared, hidden, where the code itself shows it`, modelled.filter((one) => one.cfinder_code_evidence), findings, hasExactly);
      for (const [name, list] of Object.entries(known)) report(`${app} ${kind}: ${name}`, list.filter((one) => one.kind === kind), views.plain, hasExactly);
      const extra = findings.filter((finding) => finding.confidence !== 'low' && ![...cases, ...known.missing, ...known.later].some((one) => hasExactly(one, finding)));
      console.log(`  ${extra.length} further proposals of medium or high confidence beside ${findings.filter((finding) => finding.confidence !== 'low').length - extra.length} known ones`);
      if (options.list) for (const finding of extra) console.log(`    + ${finding.table}(${finding.columns.join(', ')}) ${finding.confidence} ${finding.location.path}:${finding.location.startLine}`);
    }
  }
}

/** The analysis without what the schema declares of one kind: what is left is what the code says. Done in place, after all that needs the whole. */
function hidden(analysis, kind) {
  const { schema } = analysis.project;
  // A key that a migration dropped and another made again is dropped no longer.
  const isThere = (dropped) => schema.tables.some((table) => table.name === dropped.table && table.uniques.some((key) => key.columns.length === dropped.columns.length && key.columns.every((column) => dropped.columns.includes(column.name))));
  if (kind === 'unique') schema.droppedKeys = schema.droppedKeys.filter((dropped) => !isThere(dropped));
  for (const table of schema.tables) {
    if (kind === 'unique') { table.uniques = []; table.indexes = table.indexes.filter((index) => !index.unique); }
    else for (const column of table.columns) if (!table.primaryKey?.columns.includes(column)) column.nullable = true;
  }
  // What rules remember of a project is kept by its identity.
  return { ...analysis, project: { ...analysis.project } };
}

function report(title, cases, findings, matches) {
  if (cases.length === 0) return;
  const found = cases.map((one) => best(findings.filter((finding) => matches(one, finding))));
  const shown = found.filter(isShown).length;
  const any = found.filter((confidence) => confidence !== null).length;
  console.log(`${title}: ${shown} shown, ${any} with low confidence too, of ${cases.length} (${Math.round((100 * shown) / cases.length)} %, ${Math.round((100 * any) / cases.length)} %)`);
  recorded.push({ title, shown, any, of: cases.length });
  if (options.list) cases.forEach((one, index) => console.log(`    ${mark(found[index])} ${one.table}(${one.columns.join(', ')})`));
}

const hasExactly = (one, finding) => finding.table === one.table && finding.columns.length === one.columns.length && has(one, finding.columns);

await evaluateConstraints(JSON.parse(readFileSync(constraints, 'utf8')));
if (options.record) writeFileSync(new URL('../test/ecosystem/constraints.json', import.meta.url), `${JSON.stringify(recorded, null, 2)}\n`);
