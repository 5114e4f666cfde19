/** Ids of files as an earlier run found them: what the file system says has not changed is not read again for its id. */
import { lstatSync, type Stats } from 'node:fs';
import type { SourceFile } from '../analyse.js';
import type { StoreFile } from './store-file.js';

/** What tells a changed file from an unchanged one, as git's index does: https://git-scm.com/docs/racy-git */
export type Stamp = string;

export interface Stamps {
  /**
   * What is known of a file; null for what is gone, is no file, or is a link: its target is met by its own name where it belongs to the project. Looks once in
   * a run.
   */
  look(file: string): Stats | null;
  /** The id of a file that has this stamp, undefined where nobody knows. */
  idOf(path: string, stamp: Stamp): string | undefined;
  /** The size of the file at `file` where it has this id, null where nobody knows. */
  sizeOf(file: string, path: string, id: string): number | null;
  /** Keeps the ids of files that were read for them, once there are enough to be worth it. */
  keep(files: readonly SourceFile[]): void;
}

export const NO_STAMPS: Stamps = { look: lookAt, idOf: () => undefined, sizeOf: () => null, keep: () => {} };

function lookAt(file: string): Stats | null {
  const stat = lstatSync(file, { throwIfNoEntry: false });
  return stat?.isFile() ? stat : null;
}

/** The time of a change of status cannot be set by programs, that of a change of content can. */
export function stampOf({ size, mtimeMs, ctimeMs, ino }: Stats): Stamp {
  return `${size}:${mtimeMs}:${ctimeMs}:${ino}`;
}

const NOTE = 'stamps';
/** So many files are read in the time that it takes to write all stamps. */
const WORTH_KEEPING = 100;
/** A file that was written less than this before may be written again without a change of its times. In milliseconds. */
const RACY = 3000;

/** The stamps in a store. `now` is the time in milliseconds since 1970. */
export function stampsIn(store: StoreFile, now: number): Stamps {
  const known = new Map<string, string>();
  for (const line of store.note(NOTE)?.split('\n') ?? []) known.set(line.slice(line.indexOf('\t') + 1), line.slice(0, line.indexOf('\t')));
  const keyOf = (path: string, stamp: Stamp): string => `${stamp}\t${path}`;
  const looks = new Map<string, Stats | null>();
  const look = (file: string): Stats | null => {
    let found = looks.get(file);
    if (found === undefined) looks.set(file, (found = lookAt(file)));
    return found;
  };
  return {
    look,
    idOf: (path, stamp) => known.get(keyOf(path, stamp)),
    sizeOf(file, path, id) {
      const stat = known.size > 0 ? look(file) : null;
      return stat && known.get(keyOf(path, stampOf(stat))) === id ? stat.size : null;
    },
    keep(files) {
      const isSettled = ({ stamp }: SourceFile): boolean => stamp !== undefined && Math.max(...stamp.split(':').slice(1, 3).map(Number)) < now - RACY;
      const all = files
        .filter((file) => isSettled(file) && file.id !== undefined && !/[\n\t]/.test(file.path))
        .map((file) => [keyOf(file.path, file.stamp!), file.id!] as const);
      if (all.filter(([key]) => !known.has(key)).length < WORTH_KEEPING) return;
      store.putNote(NOTE, all.map(([key, id]) => `${id}\t${key}`).join('\n'));
    },
  };
}
