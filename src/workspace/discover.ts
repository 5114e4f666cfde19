import { accessSync, constants, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SourceFile } from '../analyse.js';
import type { Config } from '../config/config.js';
import { matcher } from '../config/match.js';
import { reasonOf } from '../errors.js';
import type { FileProblem } from '../lint/parse-errors.js';
import { git, records } from './git.js';
import { isCode, isSkippedPath, sizeLimit } from './skip.js';
import { NO_STAMPS, stampOf, type Stamps } from './stamps.js';
import type { Tree } from './tree.js';
import { walk } from './walk.js';
import { NO_SPAN } from '../facts/span.js';

type Patterns = Pick<Config, 'include' | 'exclude' | 'base'>;

/**
 * The files below `root` as they are on disk: what git tracks or would track, else all that no `.gitignore` excludes.
 * `within` narrows it to these folders, relative to the root with `/`; `stamps` knows the ids of files that have not changed.
 */
export function discover(root: string, config: Patterns, within: readonly string[] = [], stamps: Stamps = NO_STAMPS): Tree {
  const listed = listByGit(root);
  const isWanted = wanted(config, within, listed !== null);
  const files: SourceFile[] = [];
  const problems: FileProblem[] = [];
  for (const path of (listed ?? walk(root)).filter(isWanted)) {
    const stat = stamps.look(join(root, path));
    if (stat === null) continue;
    const { size } = stat;
    const stamp = stampOf(stat);
    const id = stamps.idOf(path, stamp);
    const closed = id === undefined ? whyClosed(join(root, path)) : null;
    if (size > sizeLimit(path)) problems.push(...tooLarge(path, size));
    else if (closed !== null) problems.push(unreadable(path, closed));
    else files.push({ path, size, stamp, ...(id === undefined ? {} : { id }), read: () => readFileSync(join(root, path)) });
  }
  return { files, problems };
}

/** The config's include and exclude, what is always skipped, and the folders asked for, as one test of a path. */
export function wanted(config: Patterns, within: readonly string[], isListed: boolean): (path: string) => boolean {
  const included = config.include.length > 0 ? matcher(config.include, config) : () => true;
  const excluded = matcher(config.exclude, config);
  const inside = (path: string) => within.length === 0 || within.some((folder) => path === folder || path.startsWith(`${folder}/`));
  return (path) => !isSkippedPath(path, isListed) && inside(path) && included(path) && !excluded(path);
}

/** A problem for a file that is too large to be read, where it is one that would be parsed. */
export function tooLarge(path: string, size: number): readonly FileProblem[] {
  if (!isCode(path)) return [];
  const megabytes = (bytes: number) => `${Math.round(bytes / (1 << 20) * 10) / 10} MB`;
  return [
    {
      path,
      problem: { kind: 'too-large', message: `The file was not read: ${megabytes(size)} is over the limit of ${megabytes(sizeLimit(path))}`, at: NO_SPAN },
    },
  ];
}

function unreadable(path: string, why: string): FileProblem {
  return { path, problem: { kind: 'unreadable', message: `The file could not be read: ${why}`, at: NO_SPAN } };
}

/** Why a file cannot be opened, null when it can. */
function whyClosed(path: string): string | null {
  try {
    accessSync(path, constants.R_OK);
    return null;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EACCES' ? 'permission denied' : reasonOf(error);
  }
}

/** What git lists below the root; null without git, and where the whole root is ignored by git. */
function listByGit(root: string): readonly string[] | null {
  const output = git(root, ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', '.']);
  const paths = output && [...new Set(records(output))].sort();
  return paths && paths.length > 0 ? paths : null;
}
