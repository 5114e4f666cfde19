/** Columns that statements ask of a table whose name code puts in, and which nothing tells: they may be those of any table. */
import type { Recorder } from '../flow/record.js';
import type { Place } from '../model/schema.js';
import type { PossibleUse } from '../model/usage.js';
import { isHoleName } from './sql-usage/holes.js';
import type { ContextAt } from './usage.js';

/** A placeholder that a name may stand in for. */
const isUnnamed = (name: string): boolean => isHoleName(name) || /^_+$/.test(name);

/** The possible uses with those of such columns; `isTold` where some call says which table it is. */
export function withUnnamed(
  possible: ReadonlyMap<string, readonly PossibleUse[]>,
  record: Recorder,
  contextAt: ContextAt,
  isTold: (place: Place) => boolean,
): ReadonlyMap<string, readonly PossibleUse[]> {
  const unnamed = [...record.unknown.values()].filter(
    (each) => each.model === null && isUnnamed(each.name) && (each.columns?.length ?? 0) > 0 && !isTold(each.place),
  );
  if (unnamed.length === 0) return possible;
  const all = new Map(possible);
  for (const { columns, place } of unnamed) {
    const { role, isClient } = contextAt(place);
    for (const name of columns!) all.set(name, [...(all.get(name) ?? []), { name, place, role, isClient, kind: 'string' }]);
  }
  return all;
}
