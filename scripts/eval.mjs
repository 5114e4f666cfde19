// Measures recall on real repositories: npm run eval -- --repositories DIR [--constraints FILE] [--history FILE] [--only TEXT] [--list]
//
// DIR holds git repositories named `<name>` or `<owner>+<name>` (bare ones in `repo` or at the top). The two files hold facts about
// them and are not part of this project (also read from SCHEMALINT_EVAL_REPOSITORIES, _CONSTRAINTS, _HISTORY):
//   constraints: { apps: { <app>: { repo, commit, existing_constraints: [{ kind, table, columns, … }] } }, confirmed: [{ app, … }], history: [{ app, … }] }
//     Every declared constraint is hidden, and it counts as found where the code alone brings it back.
//   history: [{ id, repo, kind, parent, table, columns, group, core }], commits that mended a flaw: the tree at `parent` is linted.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { parseArgs } from 'node:util';
import { analyse } from '../dist/src/analyse.js';
import { DEFAULTS } from '../dist/src/config/config.js';
import { checkRules } from '../dist/src/lint/engine.js';
import { makeLocate } from '../dist/src/lint/locate.js';
import { discover } from '../dist/src/workspace/discover.js';
import { rules } from '../dist/rules/index.js';

const { values: options } = parseArgs({ options: { repositories: { type: 'string' }, constraints: { type: 'string' }, history: { type: 'string' }, only: { type: 'string' }, list: { type: 'boolean' } } });
const setting = (name) => options[name] ?? process.env[`SCHEMALINT_EVAL_${name.toUpperCase()}`];
const repositories = setting('repositories');
if (!repositories || (!setting('constraints') && !setting('history'))) {
  console.error('usage: npm run eval -- --repositories DIR [--constraints FILE] [--history FILE] [--only TEXT] [--list]');
  process.exit(2);
}

/** The rules that answer for a kind of mended flaw. */
const RULES = {
  'duplicated-field': ['duplicated-state'], 'derivable-fk': ['derivable-foreign-key'], 'legacy-field': ['legacy-column'], 'optional-fk': ['optional-foreign-key', 'missing-not-null'],
  'missing-index': ['missing-index', 'unindexed-foreign-key', 'missing-unique'], 'missing-unique': ['missing-unique'], 'unused-column': ['unused-column', 'write-only-column', 'unpopulated-column'],
  'unused-model': ['unused-model', 'write-only-model'], 'nullable-timestamp': ['nullable-timestamp'], 'missing-relationship': ['missing-relationship', 'missing-back-reference'], 'missing-not-null': ['missing-not-null', 'optional-foreign-key'],
};
const UNIQUE = ['missing-unique'];
const NOT_NULL = ['missing-not-null', 'optional-foreign-key'];
const config = { ...DEFAULTS, minConfidence: 'low' };

async function evaluateConstraints({ apps, confirmed, history }) {
  for (const [app, { repo, commit, existing_constraints: declared }] of Object.entries(apps)) {
    if (!isWanted(repo)) continue;
    const views = await withTree(repo, commit, (analysis) => {
      const plain = lint(analysis, [...UNIQUE, ...NOT_NULL]);
      return { plain, unique: lint(hidden(analysis, 'unique'), UNIQUE), notnull: lint(hidden(analysis, 'notnull'), NOT_NULL) };
    });
    const known = { missing: confirmed.filter((one) => one.app === app), later: history.filter((one) => one.app === app) };
    for (const kind of ['unique', 'notnull']) {
      const shown = views[kind];
      const cases = declared.filter((one) => one.kind === kind);
      const modelled = cases.filter((one) => shown.tables.has(one.table));
      report(`${app} ${kind}: declared, hidden`, modelled, shown.findings, hasExactly);
      if (kind === 'unique') report(`${app} unique: declared, hidden, without tables between two models`, modelled.filter((one) => !shown.between.has(one.table)), shown.findings, hasExactly);
      for (const [name, list] of Object.entries(known)) report(`${app} ${kind}: ${name}`, list.filter((one) => one.kind === kind), views.plain.findings, hasExactly);
      const extra = shown.findings.filter((finding) => finding.confidence !== 'low' && ![...cases, ...known.missing, ...known.later].some((one) => hasExactly(one, finding)));
      console.log(`  ${extra.length} further proposals of medium or high confidence beside ${shown.findings.filter((finding) => finding.confidence !== 'low').length - extra.length} known ones`);
      if (options.list) for (const finding of extra) console.log(`    + ${finding.table}(${finding.columns.join(', ')}) ${finding.confidence} ${finding.location.path}:${finding.location.startLine}`);
    }
  }
}

async function evaluateHistory(cases) {
  const byTree = groupBy(cases.filter((one) => isWanted(one.repo) && RULES[one.kind]), (one) => `${one.repo}@${one.parent}`);
  const results = [];
  for (const group of byTree.values()) {
    const { findings, gone } = await withTree(group[0].repo, group[0].parent, (analysis) => lint(analysis, null)).catch((error) => ({ findings: [], gone: String(error) }));
    if (gone) { console.log(`  ? ${group[0].repo}@${group[0].parent.slice(0, 9)}: ${gone.split('\n')[0]}`); continue; }
    for (const one of group) {
      const found = findings.filter((finding) => RULES[one.kind].includes(finding.rule) && isTable(one.table, finding) && (one.columns.length === 0 || finding.columns.length === 0 || has(one, [...finding.columns, ...finding.related.flatMap((related) => (related.column ? [related.column] : []))])));
      results.push({ one, confidence: best(found) });
      if (options.list) console.log(`  ${mark(best(found))} ${one.id} ${one.kind} ${one.repo}@${one.parent.slice(0, 9)} ${one.table}(${one.columns.join(', ')})${one.core ? '' : ' (not core)'}`);
    }
  }
  console.log('\nhistory: shown by default / found at low confidence / cases, each fixing commit counted once for a kind');
  for (const kind of Object.keys(RULES)) for (const core of [true, false]) {
    const list = results.filter(({ one }) => one.kind === kind && (!core || one.core));
    if (list.length === 0) continue;
    const groups = [...groupBy(list, ({ one }) => one.group).values()];
    const share = (test) => groups.reduce((sum, group) => sum + group.filter(({ confidence }) => test(confidence)).length / group.length, 0);
    console.log(`  ${kind}${core ? ' (core)' : ''}: ${share((confidence) => confidence === 'medium' || confidence === 'high').toFixed(1)} / ${share((confidence) => confidence !== null).toFixed(1)} / ${groups.length}`);
  }
}

/** The analysis without what the schema declares of one kind: what is left is what the code says. Done in place, after all that needs the whole. */
function hidden(analysis, kind) {
  for (const table of analysis.project.schema.tables) {
    if (kind === 'unique') { table.uniques = []; table.indexes = table.indexes.filter((index) => !index.unique); }
    else for (const column of table.columns) if (!table.primaryKey?.columns.includes(column)) column.nullable = true;
  }
  // What rules remember of a project is kept by its identity.
  return { ...analysis, project: { ...analysis.project } };
}

function lint(analysis, only) {
  const { shown, hidden } = checkRules({ project: analysis.project, rules: only ? rules.filter((rule) => only.includes(rule.id)) : rules, config, locate: makeLocate(analysis.text), hash: (text) => createHash('sha256').update(text).digest('hex') });
  const { tables } = analysis.project.schema;
  return { findings: [...shown, ...hidden], tables: new Set(tables.map((table) => table.name)), between: new Set(tables.filter((table) => table.model === null).map((table) => table.name)) };
}

/** Analyses the tree of a commit in a folder that is gone afterwards. */
async function withTree(repo, commit, use) {
  const folder = mkdtempSync(join(tmpdir(), 'schemalint-eval-'));
  try {
    const [owner, name] = repo.split('/');
    const found = [`${owner}+${name}/repo`, `${owner}+${name}`, name].map((each) => join(repositories, each)).find((each) => existsSync(each));
    if (!found) throw new Error(`no repository ${repo} in ${repositories}`);
    const directory = existsSync(join(found, '.git')) ? join(found, '.git') : found;
    const git = (...args) => execFileSync('git', ['--git-dir', directory, ...args], { env: { ...process.env, GIT_INDEX_FILE: join(folder, '.index') }, stdio: ['ignore', 'ignore', 'pipe'] });
    git('read-tree', commit);
    // A file whose content the repository lacks is left out.
    try { git('checkout-index', '--all', '--quiet', `--prefix=${folder}/tree/`); } catch (error) { if (!existsSync(join(folder, 'tree'))) throw error; }
    const tree = discover(join(folder, 'tree'), config);
    return use(await analyse(tree.files, config));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function report(title, cases, findings, matches) {
  if (cases.length === 0) return;
  const found = cases.map((one) => best(findings.filter((finding) => matches(one, finding))));
  const shown = found.filter((confidence) => confidence === 'medium' || confidence === 'high').length;
  const any = found.filter((confidence) => confidence !== null).length;
  console.log(`${title}: ${shown} shown, ${any} with low confidence too, of ${cases.length} (${Math.round((100 * shown) / cases.length)} %, ${Math.round((100 * any) / cases.length)} %)`);
  if (options.list) cases.forEach((one, index) => console.log(`    ${mark(found[index])} ${one.table}(${one.columns.join(', ')})`));
}

function groupBy(items, keyOf) {
  const groups = new Map();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}

const mark = (confidence) => (confidence === null ? '-' : confidence === 'low' ? '~' : '✓');
const best = (findings) => ['high', 'medium', 'low'].find((confidence) => findings.some((finding) => finding.confidence === confidence)) ?? null;
const isWanted = (repo) => !options.only || repo.includes(options.only);
const isSame = (field, column) => column === field || column === `${field}_id` || column.replaceAll('_', '').toLowerCase() === field.replaceAll('_', '').toLowerCase();
const has = (one, columns) => one.columns.every((field) => columns.some((column) => isSame(field, column)));
const hasExactly = (one, finding) => finding.table === one.table && finding.columns.length === one.columns.length && has(one, finding.columns);

/** `app.model`, a model's or a physical name. */
function isTable(name, { table, model }) {
  const plain = (text) => (text ?? '').replaceAll(/[._]/g, '').toLowerCase();
  return plain(name) === plain(table) || plain(name) === plain(model) || plain(name.split('.').at(-1)) === plain(model);
}

if (setting('constraints')) await evaluateConstraints(JSON.parse(readFileSync(setting('constraints'), 'utf8')));
if (setting('history')) await evaluateHistory(JSON.parse(readFileSync(setting('history'), 'utf8')));
