/** Whether anything in the program shows that a column can be null: one sign outweighs any number of writers that fill it. */
import type { Project } from './project.js';
import type { Column, ForeignKey, Table } from './schema.js';
import type { Insert, Use, WrittenValue } from './usage.js';
import { isApplication, isWriteUse } from './column-uses.js';
import { collectionsBy } from './relationships.js';
import { checksOf } from './tables.js';

/**
 * Null is written or asked for, by code, by a query or by a constraint, wherever that stands; a request may write it with all its other
 * fields, unless it has to hold that one; or a left join keeps rows that have none.
 */
export function isEverNull(project: Project, column: Column): boolean {
  const { table } = column;
  return (
    isNullByCheck(column) ||
    project
      .usesOf(column)
      .some((use) => use.isTest === true || (isWriteUse(use) && (isNull(use.value) || (use.via === 'generic-update' && !isThere(use.value))))) ||
    project.insertsInto(table).some((insert) => isNull(insert.values.get(column))) ||
    project.queriesOf(table).some((query) =>
      query.conditions.some((condition) => {
        if (condition.column === column && (condition.op === 'null' || condition.op === 'not-null')) return true;
        const { value } = condition;
        if (value.k !== 'column' || !condition.isJoin) return false;
        return (condition.column === column && value.source.join === 'left') || (value.column === column && condition.source.join === 'left');
      }),
    )
  );
}

/** A constraint says when the column is null: `CHECK ((order_id IS NULL) <> (cart_id IS NULL))`, `CHECK (num_nonnulls(order_id, cart_id) = 1)`. */
function isNullByCheck(column: Column): boolean {
  return checksOf(column).some(({ expression }) => /\bis (not )?null\b|\bnum_(non)?nulls\b/i.test(expression));
}

function isNull(value: WrittenValue | undefined): boolean {
  return value?.k === 'null' || value?.mayBeNull === true;
}

/** Reads that fail where the column is null, and nobody catches that: it is computed with, looked into, or followed to the row it names. */
export function readersTakingForFilled(project: Project, column: Column): readonly Use[] {
  return project
    .usesOf(column)
    .filter(
      (use) =>
        isApplication(use) && !use.context.isClient && !use.context.isSwallowed && use.isDereference === true && use.isTest !== true && !isDescription(use),
    );
}

/** A row that describes itself for whoever debugs may fail at that without anybody noticing. */
function isDescription({ context }: Use): boolean {
  return /(^|\.)(__repr__|__str__|toString|inspect)$/.test(context.fn ?? '');
}

/** The application or the database puts something there that is not null. */
export function hasFillingDefault(column: Column): boolean {
  return column.hasClientDefault || (column.databaseDefault !== null && !/^null\b/i.test(column.databaseDefault));
}

/** Inserts, but for those of tests, that leave the column out where no default fills it: it is null then. */
export function insertsLeavingOut(project: Project, column: Column): readonly Insert[] {
  if (hasFillingDefault(column)) return [];
  return project.insertsInto(column.table).filter((insert) => insert.context.role !== 'test' && !insert.values.has(column));
}

/**
 * A foreign key that a row could do without only by chance: a row of a tree needs no parent, a subclass's column is null in rows of the others, a row that
 * outlives its parent needs the null.
 */
export function isRequirableKey(project: Project, key: ForeignKey): boolean {
  const [column] = key.columns;
  return (
    key.columns.length === 1 &&
    column!.nullable &&
    column!.submodel === null &&
    !column!.isGenerated &&
    key.target !== key.table &&
    !isEmptiedOnDelete(project, key)
  );
}

/** A written value that is known to be there. */
export function isThere(value: WrittenValue | undefined): boolean {
  return value?.k === 'constant' || value?.isThere === true || (value?.k === 'column' && value.column !== undefined && !value.column.nullable);
}

/** Rows may be written in ways that are not seen: by hand in an administration site, or by names computed at run time. */
export function hasUnknownWriters(project: Project, table: Table): boolean {
  return project.tableUsesOf(table).some((use) => use.isAdmin === true) || project.gapsOf(table).some((gap) => gap.kind === 'dynamic-access');
}

/** The column may be written in such ways; a page that asks for a value does not leave it empty. */
export function areWritersUnknown(project: Project, column: Column): boolean {
  return (
    project.tableUsesOf(column.table).some((use) => use.isAdmin === true && column.isDemanded !== true) ||
    project.gapsOf(column.table).some((gap) => gap.kind === 'dynamic-access')
  );
}

/** The rows stay without their parent when it is deleted: the database, the key or the parent's relationship empties the key. */
export function isEmptiedOnDelete(project: Project, key: ForeignKey): boolean {
  if ([key.onDelete, key.modelOnDelete].some((action) => action === 'set null' || action === 'set default')) return true;
  if (key.onDelete !== null || key.modelOnDelete !== null || !key.target.declaresRelationships) return false;
  const isDeleted = project.tableUsesOf(key.target).some((use) => use.kind === 'delete' && use.context.role !== 'test');
  // A relationship without a cascade takes its rows out of the parent's hands: https://docs.sqlalchemy.org/en/20/orm/cascades.html#cascade-delete
  return isDeleted && collectionsBy(key).some((one) => !one.cascadesDelete && !one.passiveDeletes && !one.viewOnly);
}
