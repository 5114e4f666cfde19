/** Trees that git stores: the index and commits. Their files are read from blobs, never from disk. */
import type { Config } from '../config/config.js';
import { UserError } from '../errors.js';
import { tooLarge, wanted } from './discover.js';
import { git, gitLine, records } from './git.js';
import { sizeLimit } from './skip.js';
import type { Tree } from './tree.js';

type Patterns = Pick<Config, 'include' | 'exclude' | 'base'>;
interface Entry { readonly path: string; readonly blob: string }

/** The files below `root` as the index has them: what the next commit would hold. */
export function indexTree(root: string, config: Patterns, within: readonly string[] = []): Tree {
  const output = git(root, ['ls-files', '-s', '-z', '--', '.']);
  if (!output) throw new UserError(`cannot read the index of ${root}: it is not in a git repository`, '--staged needs a git repository');
  const entries = records(output).flatMap((record): Entry[] => {
    const [, mode, blob, stage, path] = /^(\d+) (\w+) (\d)\t(.*)$/s.exec(record) ?? [];
    return mode?.startsWith('100') && (stage === '0' || stage === '2') ? [{ path, blob }] : [];
  });
  return treeOf(root, entries, config, within);
}

/** The files below `root` as a commit has them; none where the commit has no such folder. */
export function commitTree(root: string, commit: string, config: Patterns, within: readonly string[] = []): Tree {
  const prefix = gitLine(root, ['rev-parse', '--show-prefix']) ?? '';
  const output = git(root, ['ls-tree', '-r', '-z', '--full-tree', commit, ...(prefix ? [prefix] : [])]);
  if (!output) throw new UserError(`cannot read the commit ${commit}`, 'In a shallow clone fetch its history first (fetch-depth: 0)');
  const entries = records(output).flatMap((record): Entry[] => {
    const [, mode, blob, path] = /^(\d+) blob (\w+)\t(.*)$/s.exec(record) ?? [];
    return mode?.startsWith('100') ? [{ path: path.slice(prefix.length), blob }] : [];
  });
  return treeOf(root, entries, config, within);
}

function treeOf(root: string, entries: readonly Entry[], config: Patterns, within: readonly string[]): Tree {
  const isWanted = wanted(config, within, true);
  const sizes = sizesOf(root, entries.filter((entry) => isWanted(entry.path)));
  const read = blobReader(root, sizes.filter(({ path, size }) => size <= sizeLimit(path)));
  return {
    files: sizes.filter(({ path, size }) => size <= sizeLimit(path)).map(({ path, blob, size }) => ({ path, id: blob, size, read: () => read(blob) })).sort((a, b) => (a.path < b.path ? -1 : 1)),
    problems: sizes.filter(({ path, size }) => size > sizeLimit(path)).flatMap(({ path, size }) => tooLarge(path, size)),
  };
}

function sizesOf(root: string, entries: readonly Entry[]): (Entry & { readonly size: number })[] {
  if (entries.length === 0) return [];
  const output = git(root, ['cat-file', '--batch-check=%(objectname) %(objectsize)'], entries.map((entry) => `${entry.blob}\n`).join(''));
  const lines = output?.toString('utf8').split('\n') ?? [];
  return entries.flatMap((entry, i) => {
    const size = Number(lines[i]?.split(' ')[1]);
    return Number.isFinite(size) ? [{ ...entry, size }] : [];
  });
}

const CHUNK_BYTES = 16 << 20;

/** Reads blobs a chunk at a time in the order given, which is the order they are asked for; a late one is read alone. */
function blobReader(root: string, entries: readonly (Entry & { readonly size: number })[]): (blob: string) => Uint8Array {
  const position = new Map(entries.map((entry, i) => [entry.blob, i]));
  let next = 0;
  let chunk = new Map<string, Uint8Array>();
  return (blob) => {
    const known = chunk.get(blob);
    if (known) return known;
    const at = position.get(blob);
    if (at === undefined || at < next) return readBlobs(root, [blob]).get(blob)!;
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
