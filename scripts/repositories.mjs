// What the measurements on real repositories share: the tree of a commit, linted, and how a case names a table or column.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { analyse } from '../dist/src/analyse.js';
import { DEFAULTS } from '../dist/src/config/config.js';
import { checkRules } from '../dist/src/lint/engine.js';
import { makeLocate } from '../dist/src/lint/locate.js';
import { discover } from '../dist/src/workspace/discover.js';
import { rules } from '../dist/rules/index.js';

const config = { ...DEFAULTS, minConfidence: 'low' };

/** Analyses the tree of a commit in a folder that is gone afterwards. `repositories` holds git repositories named `<name>` or `<owner>+<name>` (bare ones in `repo` or at the top). */
export async function withTree(repositories, repo, commit, use) {
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
    // Folders that are output elsewhere (`build`, `bin`) are read where git lists what is in them.
    execFileSync('git', ['init', '--quiet', join(folder, 'tree')], { stdio: 'ignore' });
    const tree = discover(join(folder, 'tree'), config);
    return use(await analyse(tree.files, config));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** All findings of an analysis, of every confidence, by all rules or those named. */
export function lint(analysis, only) {
  const { shown, hidden } = checkRules({ project: analysis.project, rules: only ? rules.filter((rule) => only.includes(rule.id)) : rules, config, locate: makeLocate(analysis.text), hash: (text) => createHash('sha256').update(text).digest('hex') });
  return [...shown, ...hidden];
}

export function groupBy(items, keyOf) {
  const groups = new Map();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}

export const mark = (confidence) => (confidence === null ? '-' : confidence === 'low' ? '~' : '✓');
export const isShown = (confidence) => confidence === 'medium' || confidence === 'high';
export const best = (findings) => ['high', 'medium', 'low'].find((confidence) => findings.some((finding) => finding.confidence === confidence)) ?? null;
const isSame = (field, column) => column === field || column === `${field}_id` || column.replaceAll('_', '').toLowerCase() === field.replaceAll('_', '').toLowerCase();

/** Whether every field of a case is among the columns. */
export const has = (one, columns) => one.columns.every((field) => columns.some((column) => isSame(field, column)));
