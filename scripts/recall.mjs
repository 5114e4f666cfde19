// Measures recall on commits that mended a flaw: npm run recall -- HISTORY.json DIR [--negatives FILE] [--only TEXT] [--dialect LIST] [--list] [--record]
//
// DIR holds git repositories (see repositories.mjs). The files hold facts about them and are not part of this project:
//   HISTORY.json: [{ id, repo, dialect, kind, parent, table, columns, group, core }]. The tree at `parent` is linted; the case is found where a rule of its kind
//     reports the table and columns. A fixing commit gives many cases: each `group` counts once for a kind. `core` is the balanced, stronger subset.
//   negatives: [{ repo, not_kind, tree, table, columns }], where a finding would be wrong: an index that was dropped, a key that was copied on purpose (wrong at high confidence only).
// --record keeps the numbers of the repositories measured in test/ecosystem/recall.json, from which `npm run update` writes docs/precision.md.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { best, groupBy, has, isShown, lint, mark, withTree } from './repositories.mjs';

const { values: options, positionals: [history, repositories] } = parseArgs({ allowPositionals: true, options: { negatives: { type: 'string' }, only: { type: 'string' }, dialect: { type: 'string' }, list: { type: 'boolean' }, record: { type: 'boolean' } } });
if (!history || !repositories) {
  console.error('usage: npm run recall -- HISTORY.json DIR [--negatives FILE] [--only TEXT] [--dialect LIST] [--list] [--record]');
  process.exit(2);
}

/** The rules that answer for a kind of mended flaw. */
const RULES = {
  'duplicated-field': ['duplicated-state'], 'derivable-fk': ['derivable-foreign-key'], 'legacy-field': ['legacy-column'], 'optional-fk': ['optional-foreign-key', 'missing-not-null'],
  // A key that missing-unique proposes is an index that missing-index leaves to it.
  'missing-index': ['missing-index', 'unindexed-foreign-key', 'missing-unique'], 'missing-unique': ['missing-unique'],
  // A column that only the database has is drift: no code can use it. One that says of itself that it will go is told of as that alone.
  'unused-column': ['unused-column', 'write-only-column', 'unpopulated-column', 'schema-drift', 'legacy-column'],
  // So is a table, and one that only readers are left of is told of as one that nothing fills.
  'unused-model': ['unused-model', 'write-only-model', 'unpopulated-model', 'legacy-column'],
  'nullable-timestamp': ['nullable-timestamp'], 'missing-relationship': ['missing-relationship', 'missing-back-reference'],
};
const RECORD = fileURLToPath(new URL('../test/ecosystem/recall.json', import.meta.url));

/** Lints the tree of each commit once and says, case by case, with which confidence it was found. */
async function findAll(cases, commitOf, isFound) {
  const results = [];
  for (const group of groupBy(cases, (one) => `${one.repo}@${commitOf(one)}`).values()) {
    const [{ repo }] = group;
    const commit = commitOf(group[0]);
    try {
      const findings = await withTree(repositories, repo, commit, (analysis) => lint(analysis));
      for (const one of group) results.push({ one, confidence: best(findings.filter((finding) => isFound(one, finding))) });
    } catch (error) {
      console.log(`  ? ${repo}@${commit.slice(0, 9)}: ${String(error).split('\n')[0]} (${group.length} cases left out)`);
    }
  }
  return results;
}

/** Whether a finding reports what a case is about: the table and columns it is for or, where one finding groups several, any that it names. */
function isReported(one, finding) {
  if (!RULES[one.kind].includes(finding.rule)) return false;
  // What is said of one column is not said of its table.
  if (one.columns.length === 0 && finding.rule === 'legacy-column' && finding.columns.length > 0) return false;
  if (isTable(one.table, finding)) return has(one, [...finding.columns, ...finding.related.flatMap((related) => related.column ?? []), ...constantsOf(finding)]);
  return one.columns.length > 0 && has(one, finding.related.flatMap((related) => (related.column && isTable(one.table, related) ? related.column : [])));
}

/** A key or an index among the rows that a constant selects (`WHERE type = 'github'`) is about that column too. */
const constantsOf = ({ help }) => [.../\bWHERE (.*)/.exec(help)?.[1].matchAll(/"?(\w+)"? = '/g) ?? []].map(([, name]) => name);

const isProposed = (one, finding) => RULES[one.not_kind].includes(finding.rule) && isTable(one.table, finding) && finding.columns.every((column) => has({ columns: [column] }, one.columns));
const isWrong = ({ one, confidence }) => (one.not_kind === 'derivable-fk' ? confidence === 'high' : isShown(confidence));

/** `app.model`, a model's or a physical name. */
function isTable(name, { table, model }) {
  const plain = (text) => (text ?? '').replaceAll(/[._]/g, '').toLowerCase();
  return [table, model].some((known) => known && plain(name) === plain(known)) || (model != null && plain(name.split('.').at(-1)) === plain(model));
}

/** Of the groups of some cases, each counted once for a kind: how many are found, each as far as its cases are. */
function share(results) {
  const groups = [...groupBy(results, ({ one }) => `${one.kind} ${one.group}`).values()];
  const sum = (test) => Math.round(100 * groups.reduce((total, group) => total + group.filter(({ confidence }) => test(confidence)).length / group.length, 0)) / 100;
  return { groups: groups.length, shown: sum(isShown), any: sum((confidence) => confidence !== null) };
}

const shares = (results) => ({ core: share(results.filter(({ one }) => one.core)), all: share(results) });
const text = ({ groups, shown, any }) => `${shown} / ${any} / ${groups}`;

const isWanted = (one) => (!options.only || one.repo.includes(options.only)) && (!options.dialect || !one.dialect || options.dialect.split(',').includes(one.dialect));
const cases = JSON.parse(readFileSync(history, 'utf8')).filter((one) => isWanted(one) && RULES[one.kind]);
const results = await findAll(cases, (one) => one.parent, isReported);
if (options.list) for (const { one, confidence } of results) console.log(`  ${mark(confidence)} ${one.id} ${one.kind} ${one.repo}@${one.parent.slice(0, 9)} ${one.table}(${one.columns.join(', ')})${one.core ? '' : ' (not core)'}`);
console.log('shown by default / found at low confidence too / fixing commits: core, all');
for (const [kind, list] of groupBy(results, ({ one }) => one.kind)) console.log(`  ${kind}: ${text(shares(list).core)}, ${text(shares(list).all)}`);
console.log(`  together: ${text(shares(results).core)}, ${text(shares(results).all)}`);

const measured = new Set(results.map(({ one }) => one.repo));
const negatives = options.negatives ? await findAll(JSON.parse(readFileSync(options.negatives, 'utf8')).filter((one) => isWanted(one) && (!options.dialect || measured.has(one.repo)) && RULES[one.not_kind]), (one) => one.tree, isProposed) : [];
for (const { one, confidence } of negatives) console.log(`  ${confidence ?? 'silent'}: not ${one.not_kind} ${one.repo}@${one.tree.slice(0, 9)} ${one.table}(${one.columns.join(', ')})`);
if (options.negatives) console.log(`wrong on purpose-made places: ${negatives.filter(isWrong).length} of ${negatives.length}`);

if (options.record) {
  const known = existsSync(RECORD) ? JSON.parse(readFileSync(RECORD, 'utf8')) : {};
  for (const repo of measured) {
    const of = (list) => list.filter(({ one }) => one.repo === repo);
    known[repo] = {
      measured: new Date().toISOString().slice(0, 10),
      kinds: Object.fromEntries([...groupBy(of(results), ({ one }) => one.kind)].sort().map(([kind, list]) => [kind, shares(list)])),
      negatives: options.negatives ? { wrong: of(negatives).filter(isWrong).length, of: of(negatives).length } : known[repo]?.negatives ?? { wrong: 0, of: 0 },
    };
  }
  const lines = Object.keys(known).sort().map((repo) => `${JSON.stringify(repo)}: ${JSON.stringify(known[repo])}`);
  writeFileSync(RECORD, `{\n${lines.join(',\n')}\n}\n`);
}
