/** Which two states of the project a run compares, for `--staged` and `--since`. */
import { UserError } from '../errors.js';
import { git, gitLine, gitRoot } from './git.js';

/** `index`, `disk` or a commit; `base` null compares with nothing: every finding counts. */
export interface Comparison {
  readonly tree: 'index' | 'disk' | { readonly commit: string };
  readonly base: { readonly commit: string } | 'empty' | null;
  readonly isSame: boolean;
}

/**
 * What a commit is about to change: the index against HEAD. pre-commit's `--from-ref`/`--to-ref` give a range instead,
 * and its `--all-files`, where nothing is staged, everything. Throws UserError outside of git.
 */
export function stagedComparison(root: string, env: Readonly<Record<string, string | undefined>>): Comparison {
  if (!gitRoot(root)) throw new UserError(`--staged needs a git repository, and ${root} is in none`);
  const { PRE_COMMIT_FROM_REF: from, PRE_COMMIT_TO_REF: to } = env;
  if (from && to) {
    const commit = commitOf(root, to);
    return { tree: { commit }, base: { commit: mergeBase(root, from, commit) }, isSame: false };
  }
  const head = gitLine(root, ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}']);
  if (!head) return { tree: 'index', base: 'empty', isSame: false };
  const isSame = git(root, ['diff', '--cached', '--quiet', head]) !== null;
  if (isSame && env['PRE_COMMIT']) return { tree: 'index', base: null, isSame: false };
  return { tree: 'index', base: { commit: head }, isSame };
}

/** What the work tree changes since it left a branch, tag or commit. Throws UserError when that is unknown here. */
export function sinceComparison(root: string, ref: string): Comparison {
  if (!gitRoot(root)) throw new UserError(`--since needs a git repository, and ${root} is in none`);
  return { tree: 'disk', base: { commit: mergeBase(root, ref, 'HEAD') }, isSame: false };
}

function commitOf(root: string, ref: string): string {
  const commit = gitLine(root, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`]);
  if (!commit)
    throw new UserError(`there is no commit '${ref}' here`, 'Fetch it first, or name another; a shallow clone has only its newest commits (fetch-depth: 0)');
  return commit;
}

function mergeBase(root: string, ref: string, other: string): string {
  const base = gitLine(root, ['merge-base', commitOf(root, ref), other]);
  if (!base) throw new UserError(`'${ref}' and ${other} have no common commit here`, 'In a shallow clone fetch the history first (fetch-depth: 0)');
  return base;
}
