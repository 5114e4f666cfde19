import type { SourceFile } from '../analyse.js';
import type { FileProblem } from '../lint/parse-errors.js';
import { identified, type IdentifiedFile } from './identify.js';

/** The files of one state of the project: a work tree, the index, a commit. */
export interface Tree {
  readonly files: readonly SourceFile[];
  /** Files that are code and yet were not taken, as problems. */
  readonly problems: readonly FileProblem[];
}

/** A tree whose files have ids. */
export interface IdentifiedTree extends Tree { readonly files: readonly IdentifiedFile[] }

export function withIds(tree: Tree): IdentifiedTree {
  return { ...tree, files: identified(tree.files) };
}
