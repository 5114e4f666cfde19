/** Trees that git stores: the index and commits. What a file on disk says counts only where it is what git has stored. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config/config.js';
import { UserError } from '../errors.js';
import { blobId } from './blob-id.js';
import { tooLarge, wanted } from './discover.js';
import { git, gitLine, records } from './git.js';
import { sizeLimit } from './skip.js';
import { NO_STAMPS, type Stamps } from './stamps.js';
import type { Tree } from './tree.js';

type Patterns = Pick<Config, 'include' | 'exclude' | 'base'>;
interface Entry { readonly path: string; readonly blob: string }
interface SizedEntry extends Entry { readonly size: number }

/** The files below `root` as the index has them: what the next commit would hold. */
export function indexTree(root: string, config: Patterns, within: readonly string[] = [], stamps: Stamps = NO_STAMPS): Tree {
  const output = git(root, ['ls-files', '-s', '-z', '--', '.']);
  if (!output) throw new UserError(`cannot read the index of ${root}: it is not in a git repository`, '--staged needs a git repository');
  const entries = records(output).flatMap((record): Entry[] => {
    const [, mode, blob, stage, path] = /^(\d+) (\w+) (\d)\t(.*)$/s.exec(record) ?? [];
    return mode?.startsWith('100') && (stage === '0' || stage === '2') ? [{ path, blob }] : [];
  });
  return treeOf(root, entries, config, within, stamps);
}

/** The files below `root` as a commit has them; none where the commit has no such folder. */
export function commitTree(root: string, commit: string, config: Patterns, within: readonly string[] = [], stamps: Stamps = NO_STAMPS): Tree {
  const prefix = gitLine(root, ['rev-parse', '--show-prefix']) ?? '';
  const output = git(root, ['ls-tree', '-r', '-z', '--full-tree', commit, ...(prefix ? [prefix] : [])]);
  if (!output) throw new UserError(`cannot read the commit ${commit}`, 'In a shallow clone fetch its history first (fetch-depth: 0)');
  const entries = records(output).flatMap((record): Entry[] => {
    const [, mode, blob, path] = /^(\d+) blob (\w+)\t(.*)$/s.exec(record) ?? [];
    return mode?.startsWith('100') ? [{ path: path.slice(prefix.length), blob }] : [];
  });
  return treeOf(root, entries, config, within, stamps);
}

function treeOf(root: string, entries: readonly Entry[], config: Patterns, within: readonly string[], stamps: Stamps): Tree {
  const isWanted = wanted(config, within, true);
  const sized = withSizes(root, entries.filter((entry) => isWanted(entry.path)), stamps);
  const [files, large] = [sized.filter(({ path, size }) => size <= sizeLimit(path)), sized.filter(({ path, size }) => size > sizeLimit(path))];
  const read = blobReader(root, files);
  return {
    files: files
      .map(({ path, blob, size }) => ({ path, id: blob, size, read: () => fromDisk(join(root, path), blob) ?? read(blob) }))
      .sort((a, b) => (a.path < b.path ? -1 : 1)),
    problems: large.flatMap(({ path, size }) => tooLarge(path, size)),
  };
}

/** The bytes of a file on disk, where they are those of the blob: git takes a process and much longer to give them. */
function fromDisk(file: string, blob: string): Uint8Array | null {
  try {
    const bytes = readFileSync(file);
    return blobId(bytes) === blob ? bytes : null;
  } catch {
    return null;
  }
}

/** The entries with their sizes: that of an unchanged file on disk, else git's. */
function withSizes(root: string, entries: readonly Entry[], stamps: Stamps): readonly SizedEntry[] {
  const known = entries.map((entry) => ({ ...entry, size: stamps.sizeOf(join(root, entry.path), entry.path, entry.blob) }));
  const asked = new Map(sizesOf(root, known.filter((entry) => entry.size === null)).map((entry) => [entry.path, entry.size]));
  return known.flatMap((entry) => { const size = entry.size ?? asked.get(entry.path); return size === undefined ? [] : [{ ...entry, size }]; });
}

function sizesOf(root: string, entries: readonly Entry[]): SizedEntry[] {
  if (entries.length === 0) return [];
  const output = git(root, ['cat-file', '--batch-check=%(objectname) %(objectsize)'], entries.map((entry) => `${entry.blob}\n`).join(''));
  const lines = output?.toString('utf8').split('\n') ?? [];
  return entries.flatMap((entry, i) => {
    const size = Number(lines[i]?.split(' ')[1]);
    return Number.isFinite(size) ? [{ ...entry, size }] : [];
  });
}

const CHUNK_BYTES = 16 << 20;

/** So many blobs are read one by one before more are read at a time. */
const FEW = 8;

/** Reads blobs, once they are more than a few, a chunk at a time in the order given, which is the order they are asked for; a late one is read alone. */
function blobReader(root: string, entries: readonly SizedEntry[]): (blob: string) => Uint8Array {
  const position = new Map(entries.map((entry, i) => [entry.blob, i]));
  let next = 0;
  let count = 0;
  let chunk = new Map<string, Uint8Array>();
  return (blob) => {
    const known = chunk.get(blob);
    if (known) return known;
    const at = position.get(blob);
    if (at === undefined || at < next || ++count <= FEW) return readBlobs(root, [blob]).get(blob)!;
    const wantedBlobs: string[] = [];
    let bytes = 0;
    for (next = at; next < entries.length && (bytes === 0 || bytes + entries[next].size <= CHUNK_BYTES); next++) {
      wantedBlobs.push(entries[next].blob);
      bytes += entries[next].size;
    }
    chunk = readBlobs(root, [...new Set(wantedBlobs)]);
    return chunk.get(blob)!;
  };
}

/** The contents of blobs by their id. Throws UserError where the repository lacks one (a partial clone). */
function readBlobs(root: string, blobs: readonly string[]): Map<string, Uint8Array> {
  const output = git(root, ['cat-file', '--batch'], blobs.map((blob) => `${blob}\n`).join(''));
  const found = new Map<string, Uint8Array>();
  for (let at = 0; output && at < output.length; ) {
    const end = output.indexOf(10, at);
    const [blob, , size] = output.toString('latin1', at, end).split(' ');
    if (size === undefined) break;
    found.set(blob, output.subarray(end + 1, end + 1 + Number(size)));
    at = end + 1 + Number(size) + 1;
  }
  if (found.size < blobs.length) throw new UserError('git cannot give the contents of a committed file', 'Fetch the whole repository, without --filter');
  return found;
}
