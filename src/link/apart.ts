/** Which models are of databases apart: each set with a connection of its own, or with a registry that has a table of another's name. */
import type { TableDraft } from './draft.js';

/** Two sets of models that have so much of the smaller one's tables in common are of one database, however its address is named. */
const SAME_SHARE = 0.5;

/** The drafts, with those of databases that are opened by different addresses in partitions of their own. */
export function apartByConnection(drafts: readonly TableDraft[]): readonly TableDraft[] {
  const names = new Map<string, Set<string>>();
  for (const { connection, name } of drafts) if (connection) names.set(connection.address, (names.get(connection.address) ?? new Set()).add(name));
  if (names.size < 2) return drafts;
  const sets = [...names.values()];
  if (sets.some((a, i) => sets.slice(i + 1).some((b) => areSame(a, b)))) return drafts;
  return drafts.map((draft) => (draft.connection && draft.partition === '' ? { ...draft, partition: draft.connection.folder } : draft));
}

/**
 * A registry of models has one table of a name. Where two have one each, they are of two databases, unless most of their tables are the
 * same: then each of two programs has its own models of one database.
 */
export function apartByRegistry(drafts: readonly TableDraft[]): readonly TableDraft[] {
  const names = new Map<string, Set<string>>();
  for (const { registry, base, schema, name } of drafts)
    if (registry && !base) names.set(registry.address, (names.get(registry.address) ?? new Set()).add(`${schema ?? ''}.${name}`));
  if (names.size < 2) return drafts;
  const apart = new Set<string>();
  for (const [one, own] of names) for (const [other, theirs] of names) {
    if (one !== other && [...own].some((name) => theirs.has(name)) && !areSame(own, theirs)) apart.add(one);
  }
  return apart.size === 0
    ? drafts
    : drafts.map((draft) =>
        draft.registry && draft.partition === '' && apart.has(draft.registry.address)
          ? { ...draft, partition: draft.registry.folder || draft.registry.address }
          : draft,
      );
}

function areSame(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  const [small, large] = a.size < b.size ? [a, b] : [b, a];
  let shared = 0;
  for (const name of small) if (large.has(name)) shared += 1;
  return shared >= small.size * SAME_SHARE;
}
