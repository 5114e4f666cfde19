/** Rows of a relationship that are loaded in an order: a query by the key that points back. */
import type { Flow } from '../../flow/evaluate.js';
import type { ModelRelationship } from '../../flow/model.js';
import { sortBy, startQuery, where, type Condition } from '../../flow/query.js';
import { ANY, type ColumnValue, type Value } from '../../flow/value.js';
import type { Place } from '../../model/schema.js';
import { attributeIn } from '../../flow/keys.js';

export interface OrderedLoad {
  readonly conditions: readonly Condition[];
  readonly isPartial: boolean;
  readonly sorts: readonly { readonly column: ColumnValue; readonly desc: boolean }[];
  readonly limit: number | null;
}

/** Records the query that loads a collection: `=` for one row's, or row by row; `in` for those of many rows at once. */
export function loadInOrder(flow: Flow, relationship: ModelRelationship, place: Place, op: '=' | 'in', load: OrderedLoad): void {
  const { target, many, remote } = relationship;
  if (!many || relationship.relationship?.foreignKey?.table !== target.table) return;
  const keys = remote.flatMap((column): Condition[] => {
    const attribute = attributeIn(target, column);
    return attribute === null
      ? []
      : [{ column: { k: 'column', model: target, attribute, place }, op, value: ANY, isOptional: false, inOr: false, isJoin: false }];
  });
  const begun = where(
    startQuery(place, target, { k: 'row', model: target }),
    place.at,
    [...keys, ...load.conditions],
    load.isPartial || keys.length < remote.length,
  );
  flow.record.finish({ ...sortBy(begun, place.at, load.sorts), limit: load.limit }, 'many');
}

/** A limit that is written as a number. */
export function limitOf(value: Value | null): number | null {
  return value?.k === 'const' && typeof value.v === 'number' ? value.v : null;
}
