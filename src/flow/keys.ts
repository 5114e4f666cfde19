/** Keys that are written by giving a row: `refund.order = line.order` writes what `line.order_id` is. */
import type { Column, Place } from '../model/schema.js';
import type { Model, ModelRelationship } from './model.js';
import { mayBeNull } from './nulls.js';
import { membersOf, someKey, type FieldValue, type Value } from './value.js';

/** What the key column holds that such a row, or none, is given for; `remote` is the column that it refers to. */
export function keyOfRow(row: Value, remote?: Column, place?: Place): Value {
  return row.k === 'const' ? row : linkedKey(row) ?? storedKey(row, remote, place) ?? someKey(row);
}

/** The key of a row that is stored and there; null where that is not known. */
function storedKey(row: Value, remote: Column | undefined, place: Place | undefined): FieldValue | null {
  if (row.k !== 'row' || row.isNew || !row.isThere || mayBeNull(row) || !remote || !place) return null;
  const attribute = attributeIn(row.model, remote);
  return attribute === null ? null : { k: 'field', model: row.model, attribute, place };
}

/** The columns of a model that a row given for its relationship fills, each with the one it refers to: those of the key, where that is on this side. */
export function keyColumns({ table }: Model, { local, remote, many, relationship }: ModelRelationship): readonly (readonly [Column, Column | undefined])[] {
  const columns = relationship?.foreignKey?.columns;
  return local.flatMap((column, index): [Column, Column | undefined][] =>
    column.table === table && (columns ? columns.includes(column) : !many) ? [[column, remote[index]]] : [],
  );
}

/** The key by which a row was reached from another one; null where it was found otherwise. */
export function linkedKey(row: Value): FieldValue | null {
  const links = membersOf(row).map((member) => (member.k === 'row' && !member.isNew ? member.link : undefined));
  const [link] = links;
  if (!link || links.some((each) => each?.relationship !== link.relationship)) return null;
  const [column, ...others] = link.relationship.local;
  if (
    !column ||
    others.length > 0 ||
    link.relationship.many ||
    ![...link.model.columns.values()].includes(column) ||
    link.relationship.relationship?.foreignKey?.columns[0] !== column
  )
    return null;
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
