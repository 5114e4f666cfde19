/** What a tree came to, kept between runs: a tree that was looked at before, unchanged and under the same config, is not analysed again. */
import { createHash } from 'node:crypto';
import { deflateSync, inflateSync } from 'node:zlib';
import type { Config } from './config/config.js';
import type { Finding, Location, Result } from './lint/finding.js';
import type { StoreFile } from './workspace/store-file.js';
import type { IdentifiedTree } from './workspace/tree.js';
import type { Span } from './facts/span.js';

/** All that is reported of a tree, before a comparison or baseline hides any of it. */
export interface Verdict {
  readonly findings: readonly Finding[];
  readonly suppressed: readonly Finding[];
  readonly coverage: Result['coverage'];
  readonly gaps: Result['gaps'];
}

/** A verdict with the spans of its locations in the texts, in the order of `withLocations`; null where one is not known. */
export interface Placed extends Verdict { readonly spans: readonly (Span | null)[] }

/** What decides a verdict beside the program itself, which the store's version stands for. `prefix` leads from the git root to the tree. */
export interface Circumstances { readonly config: Config; readonly rules: readonly string[]; readonly prefix: string }

/** Equal for trees with the same contents in equal circumstances. */
export function verdictKey(tree: IdentifiedTree, circumstances: Circumstances): string {
  return `verdict:${digest([tree.files.map((file) => [file.path, file.id]), tree.problems, circumstances])}`;
}

/** A text as hexadecimal digits, equal for equal texts. */
export function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** The hash of plain data. */
export function digest(value: unknown): string {
  return hash(JSON.stringify(value));
}

export function recall(store: StoreFile, key: string): Placed | null {
  return readNote<Placed>(store, key);
}

export function remember(store: StoreFile, key: string, { findings, suppressed, coverage, gaps, spans }: Placed): void {
  writeNote(store, key, { findings, suppressed, coverage, gaps, spans });
}

/** What was written under a key; null where there is nothing, or nothing that can be read. */
export function readNote<T>(store: StoreFile, key: string): T | null {
  const note = store.note(key);
  try {
    return note === null ? null : (JSON.parse(inflateSync(Buffer.from(note, 'base64')).toString('utf8')) as T);
  } catch {
    return null;
  }
}

export function writeNote(store: StoreFile, key: string, value: unknown): void {
  store.putNote(key, deflateSync(JSON.stringify(value)).toString('base64'));
}

/** The verdict with each of its locations as `map` gives it, asked in one fixed order. */
export function withLocations<V extends Verdict>(verdict: V, map: (location: Location) => Location): V {
  const finding = (one: Finding): Finding => ({
    ...one, location: map(one.location),
    related: one.related.map((each) => ({ ...each, location: map(each.location) })),
    flow: one.flow.map((each) => ({ ...each, location: map(each.location) })),
    suppressed: one.suppressed?.location ? { ...one.suppressed, location: map(one.suppressed.location) } : one.suppressed,
  });
  return {
    ...verdict, findings: verdict.findings.map(finding), suppressed: verdict.suppressed.map(finding),
    gaps: verdict.gaps.map((gap) => ({ ...gap, location: gap.location && map(gap.location) })),
  };
}
