/** Which models are of databases apart: those of several ORMs in one repository, each with a connection of its own. */
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

function areSame(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  const [small, large] = a.size < b.size ? [a, b] : [b, a];
  let shared = 0;
  for (const name of small) if (large.has(name)) shared += 1;
  return shared >= small.size * SAME_SHARE;
}
