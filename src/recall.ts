/** What a tree came to, kept between runs: a tree that was looked at before, unchanged and under the same config, is not analysed again. */
import { createHash } from 'node:crypto';
import { deflateSync, inflateSync } from 'node:zlib';
import type { Config } from './config/config.js';
import type { Finding, Result } from './lint/finding.js';
import type { StoreFile } from './workspace/store-file.js';
import type { Tree } from './workspace/tree.js';

/** All that is reported of a tree, before a comparison or baseline hides any of it. */
export interface Verdict {
  readonly findings: readonly Finding[];
  readonly suppressed: readonly Finding[];
  readonly coverage: Result['coverage'];
  readonly gaps: Result['gaps'];
}

/** What decides a verdict beside the program itself, which the store's version stands for. `prefix` leads from the git root to the tree. */
export interface Circumstances { readonly config: Config; readonly rules: readonly string[]; readonly prefix: string }

/** Equal for trees with the same contents in equal circumstances. The files must have ids. */
export function verdictKey(tree: Tree, { config, rules, prefix }: Circumstances): string {
  const all = [tree.files.map((file) => [file.path, file.id]), tree.problems, config, rules, prefix];
  return `verdict:${createHash('sha256').update(JSON.stringify(all)).digest('hex')}`;
}

export function recall(store: StoreFile, key: string): Verdict | null {
  const note = store.note(key);
  try {
    return note === null ? null : (JSON.parse(inflateSync(Buffer.from(note, 'base64')).toString('utf8')) as Verdict);
  } catch {
    return null;
  }
}

export function remember(store: StoreFile, key: string, { findings, suppressed, coverage, gaps }: Verdict): void {
  store.putNote(key, deflateSync(JSON.stringify({ findings, suppressed, coverage, gaps })).toString('base64'));
}
