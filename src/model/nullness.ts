/** Whether anything in the program shows that a column can be null: one sign outweighs any number of writers that fill it. */
import type { Project } from './project.js';
import type { Column, ForeignKey, Table } from './schema.js';
import type { WrittenValue } from './usage.js';
import { isWriteUse } from './column-uses.js';
import { collectionsBy } from './relationships.js';

/**
 * Null is written or asked for, by code or by a query, wherever that stands; a request may write it with all its other
 * fields; or a left join keeps rows that have none.
 */
export function isEverNull(project: Project, column: Column): boolean {
  const { table } = column;
  return project.usesOf(column).some((use) => use.isTest === true || (isWriteUse(use) && (isNull(use.value) || use.via === 'generic-update')))
    || project.insertsInto(table).some((insert) => isNull(insert.values.get(column)))
    || project.queriesOf(table).some((query) => query.conditions.some((condition) => {
      if (condition.column === column && (condition.op === 'null' || condition.op === 'not-null')) return true;
      const { value } = condition;
      if (value.k !== 'column' || !condition.isJoin) return false;
      return (condition.column === column && value.source.join === 'left') || (value.column === column && condition.source.join === 'left');
    }));
}

function isNull(value: WrittenValue | undefined): boolean {
  return value?.k === 'null' || value?.mayBeNull === true;
}

/** A written value that is known to be there. */
export function isThere(value: WrittenValue | undefined): boolean {
  return value?.k === 'constant' || (value?.k === 'column' && value.column !== undefined && !value.column.nullable);
}

/** Rows may be written in ways that are not seen: by hand in an administration site, or by names computed at run time. */
export function hasUnknownWriters(project: Project, table: Table): boolean {
  return project.tableUsesOf(table).some((use) => use.isAdmin === true) || project.gapsOf(table).some((gap) => gap.kind === 'dynamic-access');
}

/** The rows stay without their parent when it is deleted: the database, the key or the parent's relationship empties the key. */
export function isEmptiedOnDelete(project: Project, key: ForeignKey): boolean {
  if ([key.onDelete, key.modelOnDelete].some((action) => action === 'set null' || action === 'set default')) return true;
  if (key.onDelete !== null || key.modelOnDelete !== null || !key.target.declaresRelationships) return false;
  const isDeleted = project.tableUsesOf(key.target).some((use) => use.kind === 'delete' && use.context.role !== 'test');
  // A relationship without a cascade takes its rows out of the parent's hands: https://docs.sqlalchemy.org/en/20/orm/cascades.html#cascade-delete
  return isDeleted && collectionsBy(key).some((one) => !one.cascadesDelete && !one.passiveDeletes && !one.viewOnly);
}
