import { realpathSync, statSync } from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';
import { UserError } from '../errors.js';
import { gitRoot } from './git.js';

export interface Roots {
  /** The folder whose files are analysed, absolute. */
  readonly root: string;
  /** What is put before a path under `root` in reports: where it is in the repository; empty or with a final `/`. */
  readonly prefix: string;
  /** Folders under `root` that are read; empty means all. */
  readonly within: readonly string[];
  /** Paths of reports that are wanted, for files named on the command line; null means all. */
  readonly only: readonly string[] | null;
}

/** Whether a path, as reports give it, is one that the run looks at. */
export function isLookedAt({ prefix, within, only }: Roots, path: string): boolean {
  if (only) return only.includes(path);
  if (!path.startsWith(prefix)) return false;
  const inside = path.slice(prefix.length);
  return within.length === 0 || within.some((folder) => inside === folder || inside.startsWith(`${folder}/`));
}

/**
 * From the paths on the command line, the folder to analyse. Several folders make their common parent the root. A file
 * is judged with its whole project around it: reported is what stands in it. Throws UserError for a path that is not there.
 */
export function rootsOf(paths: readonly string[], cwd: string): Roots {
  const found = (paths.length > 0 ? paths : ['.']).map((path) => ({ full: realOf(resolve(cwd, path), path), isFile: false }))
    .map((one) => ({ ...one, isFile: statSync(one.full).isFile() }));
  const files = found.filter((one) => one.isFile).map((one) => one.full);
  const here = realpathSync(cwd);
  const around =
    files.length === 0
      ? null
      : files.every((file) => isUnder(file, here))
        ? here
        : (gitRoot(dirname(files[0])) ?? commonParent(files.map((file) => dirname(file))));
  const folders = around ? [around, ...found.filter((one) => !one.isFile).map((one) => one.full)] : found.map((one) => one.full);
  const root = commonParent(folders);
  const repository = gitRoot(root);
  const prefix = repository ? posix(relative(realpathSync(repository), root)) : '';
  const path = (full: string) => posix(relative(root, full));
  return {
    root,
    prefix: prefix === '' ? '' : `${prefix}/`,
    within: folders.includes(root) ? [] : [...new Set(folders.map(path))].sort(),
    only: files.length === found.length ? files.map((file) => (prefix === '' ? '' : `${prefix}/`) + path(file)) : null,
  };
}

function realOf(full: string, shown: string): string {
  try {
    return realpathSync(full);
  } catch {
    throw new UserError(`there is no file or folder '${shown}'`, 'Give the path of a project, or nothing for the current folder');
  }
}

function commonParent(folders: readonly string[]): string {
  return folders.reduce((common, folder) => {
    let parent = common;
    while (parent !== folder && !isUnder(folder, parent)) parent = dirname(parent);
    return parent;
  });
}

function isUnder(path: string, folder: string): boolean {
  return path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

function posix(path: string): string {
  return path.split(sep).join('/');
}
