/** What declares tables: where a column's name stands there, it is not used. */
import { lineage } from '../flow/classes.js';
import type { Flow } from '../flow/evaluate.js';
import { isWithin } from '../facts/span.js';
import type { ClassRef } from '../flow/value.js';
import type { Place } from '../model/schema.js';
import type { TableDraft } from './draft.js';

/** The declarations of the tables, and the objects, calls, base classes and mixins that declare columns of them; `classes` are all of the program. */
export function declarers(flow: Flow, drafts: readonly TableDraft[], classes: readonly ClassRef[]): readonly Place[] {
  const bases = new Map(drafts.flatMap((draft) => columnBases(flow, draft)).map((base) => [base.id, base]));
  const models = new Set(drafts.flatMap(({ cls }) => (cls ? lineage(flow, cls).map(({ id }) => id) : [])));
  // A base that other classes have as well may say what a request holds, as those of SQLModel do.
  if (bases.size > 0) for (const cls of classes) if (!models.has(cls.id)) for (const { id } of lineage(flow, cls)) bases.delete(id);
  return [...drafts.flatMap((draft) => [draft.extent, ...(draft.sharedIn ?? [])]), ...[...bases.values()].map(rangeOf)];
}

/** The classes that a model takes columns from. */
function columnBases(flow: Flow, { cls, columns }: TableDraft): readonly ClassRef[] {
  const inherited = cls ? columns.filter((column) => column.inheritedFrom !== null && column.inheritedFrom !== undefined) : [];
  if (inherited.length === 0) return [];
  return lineage(flow, cls!).slice(1).filter((base) => inherited.some(({ place }) => place.path === base.module.path && isWithin(place.at, base.cls.range)));
}

const rangeOf = ({ module, cls }: ClassRef): Place => ({ path: module.path, at: cls.range });
