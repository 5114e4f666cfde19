import type { SourceFile } from '../analyse.js';
import type { FileProblem } from '../lint/parse-errors.js';

/** The files of one state of the project: a work tree, the index, a commit. */
export interface Tree {
  readonly files: readonly SourceFile[];
  /** Files that are code and yet were not taken, as problems. */
  readonly problems: readonly FileProblem[];
}
