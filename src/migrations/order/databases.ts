/** Which sources are about one and the same database: parts of it, or the whole of it once more. */
import { compareText } from './file-name.js';
import type { SqlSource } from './sources.js';
import { tableNames } from './tables.js';

/** A source with the parts that build upon it; `repeats` is the root of the source that says the same already. */
export interface Database { readonly source: SqlSource; readonly repeats: string | null }

/** Two sources that share so much of the smaller one's tables are one schema told twice. */
const SAME_SHARE = 0.8;

/** Puts parts to the source that creates what they need, and finds sources that repeat others. */
export function databasesOf(sources: readonly SqlSource[]): readonly Database[] {
  const whole = joinParts(sources)
    .map((source) => ({ source, count: source.names.creates.size }))
    .sort((a, b) => rank(a.source) - rank(b.source) || b.count - a.count || compareText(a.source.root, b.source.root))
    .map((each) => each.source);
  const firsts: SqlSource[] = [];
  const repeated = new Map<SqlSource, SqlSource>();
  for (const source of whole) {
    const same = firsts.find((other) => isSame(other, source));
    if (!same) { firsts.push(source); continue; }
    // A dump that knows far more than the migrations beside it is the better source.
    if (source.names.creates.size * SAME_SHARE > same.names.creates.size) {
      firsts[firsts.indexOf(same)] = source;
      for (const [other, first] of repeated) if (first === same) repeated.set(other, source);
      repeated.set(same, source);
    } else repeated.set(source, same);
  }
  return [...firsts.map((source) => ({ source, repeats: null })), ...[...repeated].map(([source, first]) => ({ source, repeats: first.root }))];
}

const rank = (source: SqlSource): number => (source.kind === 'migration' ? 0 : 1);

function isSame(a: SqlSource, b: SqlSource): boolean {
  const [small, large] = a.names.creates.size < b.names.creates.size ? [a, b] : [b, a];
  if (small.names.creates.size === 0) return false;
  let shared = 0;
  for (const name of small.names.creates) if (large.names.creates.has(name)) shared++;
  return shared >= small.names.creates.size * SAME_SHARE;
}

/** A source that changes tables it does not create becomes part of the one that does, behind what it needs. */
function joinParts(sources: readonly SqlSource[]): readonly SqlSource[] {
  const baseOfPart = new Map<SqlSource, SqlSource>();
  const rootOf = (source: SqlSource): SqlSource => { let root = source; while (baseOfPart.has(root)) root = baseOfPart.get(root)!; return root; };
  for (const source of sources) {
    const base = baseOf(source, sources);
    if (base && rootOf(base) !== source) baseOfPart.set(source, base);
  }
  const depthOf = (source: SqlSource): number => { let depth = 0; for (let at = baseOfPart.get(source); at; at = baseOfPart.get(at)) depth++; return depth; };
  const groups = new Map<SqlSource, SqlSource[]>();
  for (const source of sources) { const root = rootOf(source); groups.set(root, [...(groups.get(root) ?? []), source]); }
  return [...groups].map(([root, members]) =>
    members.length === 1
      ? root
      : joined(
          root,
          members.sort((a, b) => depthOf(a) - depthOf(b) || compareText(a.root, b.root)),
        ),
  );
}

function joined(base: SqlSource, members: readonly SqlSource[]): SqlSource {
  const files = members.flatMap((source) => source.files);
  return { ...base, files, names: tableNames(files.flatMap((file) => file.ops)), failures: members.flatMap((source) => source.failures) };
}

/** The source that creates most of what this one needs; of equals the nearest in the tree. */
function baseOf(source: SqlSource, sources: readonly SqlSource[]): SqlSource | null {
  const { creates, needs, mentions } = source.names;
  const wanted = needs.size > 0 || creates.size > 0 ? [...needs, ...(creates.size > 0 ? mentions : [])] : [...mentions];
  if (wanted.length === 0 && creates.size > 0) return null;
  let best: { readonly source: SqlSource; readonly score: number } | null = null;
  for (const other of sources) {
    if (other === source || other.names.creates.size === 0 || isSame(other, source)) continue;
    const count = wanted.filter((name) => other.names.creates.has(name)).length;
    if (wanted.length > 0 && count * 2 < wanted.length) continue;
    const score = count * 1000 + sharedFolders(source.root, other.root);
    if (!best || score > best.score) best = { source: other, score };
  }
  return best?.source ?? null;
}

function sharedFolders(a: string, b: string): number {
  const left = a.split('/');
  const right = b.split('/');
  let shared = 0;
  while (shared < left.length && left[shared] === right[shared]) shared++;
  return shared;
}
