/** The conditions that join two models along a relationship or the only foreign key between them. */
import type { Flow } from '../../../flow/evaluate.js';
import type { Model, ModelRelationship } from '../../../flow/model.js';
import type { Condition } from '../../../flow/query.js';
import type { Column, Place } from '../../../model/schema.js';
import { ANY, type ColumnValue, type PredicateValue, type Value } from '../../../flow/value.js';

/** Equalities from `from` to `to`; none when the key cannot be told. Records the join's uses. */
export function joinConditions(flow: Flow, from: Model, to: Model, place: Place, relationship: ModelRelationship | null): readonly Condition[] {
  const pairs = relationship ? relationship.local.map((column, index) => [column, relationship.remote[index]] as const) : keyPairs(from, to);
  return pairs.flatMap(([local, remote]) => {
    const left = local ? columnValue(from, local, place) ?? columnValue(to, local, place) : null;
    const right = remote ? columnValue(to, remote, place) ?? columnValue(from, remote, place) : null;
    if (!left || !right) return [];
    for (const side of [left, right]) flow.record.column(side.model, side.attribute, 'join', place, flow.currentFn, { via: 'relationship' });
    return [{ column: left, op: '=' as const, value: right, isOptional: false, inOr: false, isJoin: true }];
  });
}

/** `filter_by(user=user)`, `Follow.user == user`: the row's own key is asked for; none where the relationship leads to many or over a table between. */
export function keyConditions(flow: Flow, model: Model, relationship: ModelRelationship, value: Value, place: Place): readonly Condition[] {
  const own = relationship.many
    ? []
    : relationship.local.map((column) =>
        column.table === model.table &&
        (relationship.relationship?.ownColumns?.includes(column) || model.table.foreignKeys.some((key) => key.columns.includes(column)))
          ? columnValue(model, column, place)
          : null,
      );
  if (own.some((column) => column === null)) return [];
  const isNull = value.k === 'const' && value.v === null;
  return (own as readonly ColumnValue[]).map((column) => {
    flow.record.column(model, column.attribute, 'filter', place, flow.currentFn);
    return { column, op: isNull ? 'null' as const : '=' as const, value: isNull ? value : ANY, isOptional: false, inOr: false, isJoin: false };
  });
}

/** `Model.relationship == row`; undefined where that asks nothing of the model's own key. */
export function relationshipEquals(flow: Flow, compared: Value & { k: 'special' }, value: Value, place: Place): PredicateValue | undefined {
  const { model, relationship } = compared.data as { model: Model; relationship: ModelRelationship };
  const conditions = model.dialect === 'sqlalchemy' ? keyConditions(flow, model, relationship, value, place) : [];
  return conditions.length > 0 ? { k: 'predicate', conditions, isPartial: false } : undefined;
}

function keyPairs(from: Model, to: Model): readonly (readonly [Column, Column | undefined])[] {
  const keys = [...from.table.foreignKeys.filter((key) => key.target === to.table), ...to.table.foreignKeys.filter((key) => key.target === from.table)];
  const key = keys.length === 1 ? keys[0]! : null;
  if (!key) return [];
  return key.table === from.table
    ? key.columns.map((column, index) => [column, key.targetColumns[index]] as const)
    : key.targetColumns.map((column, index) => [column, key.columns[index]] as const);
}

function columnValue(model: Model, column: Column, place: Place): ColumnValue | null {
  for (const [attribute, own] of model.columns) if (own === column) return { k: 'column', model, attribute, place };
  return null;
}
