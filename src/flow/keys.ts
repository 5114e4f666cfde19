/** Keys that are written by giving a row: `refund.order = line.order` writes what `line.order_id` is. */
import type { Column } from '../model/schema.js';
import type { Model } from './model.js';
import { mayBeNull, membersOf, someKey, type FieldValue, type Value } from './value.js';

/** What the key column holds that such a row, or none, is given for. */
export function keyOfRow(row: Value): Value {
  return row.k === 'const' ? row : linkedKey(row) ?? someKey(row);
}

/** The key by which a row was reached from another one; null where it was found otherwise. */
export function linkedKey(row: Value): FieldValue | null {
  const links = membersOf(row).map((member) => (member.k === 'row' && !member.isNew ? member.link : undefined));
  const [link] = links;
  if (!link || links.some((each) => each?.relationship !== link.relationship)) return null;
  const [column, ...others] = link.relationship.local;
  if (!column || others.length > 0 || link.relationship.many || ![...link.model.columns.values()].includes(column) || link.relationship.relationship?.foreignKey?.columns[0] !== column) return null;
  return { k: 'field', model: link.model, attribute: attributeFor(link.model, column), place: link.place, ...(mayBeNull(row) ? { mayBeNull: true } : {}) };
}

/** The name by which code knows a column of a model; null where it has none there. */
export function attributeIn(model: Model, column: Column): string | null {
  for (const [attribute, each] of model.columns) if (each === column) return attribute;
  return null;
}

/** That name, or the column's own. */
export function attributeFor(model: Model, column: Column): string {
  return attributeIn(model, column) ?? column.name;
}
