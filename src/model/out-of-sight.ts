/** What may be done with a column out of sight, and what its clients show of that. */
import { applicationInserts, isApplication, isReading, isWriteUse } from './column-uses.js';
import { wordsOf } from './names.js';
import type { Project } from './project.js';
import type { Column, Schema, Table } from './schema.js';
import { isFilledTime, isForeignKeyColumn, isPrimaryKeyColumn } from './tables.js';
import type { Gap, GapKind } from './usage.js';

/** Every kind of gap: for a rule that has weighed them all. */
export const ALL_KINDS: readonly GapKind[] = ['dynamic-access', 'unresolved-name', 'catch-all-serialiser', 'parse-error', 'unsupported', 'budget'];

/** What may be a use of the column by the application that is out of sight, other than to make a row. */
export function hidingGaps(project: Project, column: Column): readonly Gap[] {
  return gapsAround(project, column).filter((gap) => gap.does !== 'insert' && gap.isElsewhere !== true);
}

/** What could not be seen of the column and of any column of its table. */
export function gapsAround(project: Project, column: Column): readonly Gap[] {
  return [...project.gapsOf(column), ...project.gapsOf(column.table)];
}

/** Rows may be made with values whose names are not known. */
export function isInsertedOpen(project: Project, table: Table): boolean {
  return applicationInserts(project, table).some((insert) => insert.isOpen) || project.gapsOf(table).some((gap) => gap.does === 'insert');
}

/** Nothing in sight can have put a value into it: whoever looks at it by a name that is not known finds nothing. */
export function isSurelyEmpty(project: Project, column: Column): boolean {
  if (!column.nullable || column.databaseDefault !== null || column.hasClientDefault || column.isGenerated || column.isIdentity || column.onUpdate !== null)
    return false;
  return !isInsertedOpen(project, column.table) && !project.usesOf(column).some((use) => isApplication(use) && isWriteUse(use));
}

/** The columns of the table that code on the far side of an API reads by a typed receiver. */
export function columnsReadByClients(project: Project, table: Table): ReadonlySet<Column> {
  const read = (column: Column) => project.usesOf(column).some((use) => isApplication(use) && use.context.isClient && isReading(use));
  return new Set(table.columns.filter(read));
}

/** So many names that no other table has must stand in clients, and so large a share of the other fields, before it tells something that one does not. */
const NAMES_OF_ITS_OWN = 2;
const SHARE_NAMED = 0.75;

/**
 * How many other fields of the column's table the code on the far side of an API has the names of, where these names show that it handles such
 * rows: 0 where they may be about anything.
 */
export function fieldsNamedByClients(project: Project, column: Column): number {
  const others = column.table.columns.filter(
    (one) => one !== column && !isPrimaryKeyColumn(one) && !isForeignKeyColumn(one) && one.role === null && !isFilledTime(one),
  );
  const named = others.filter((one) => isNamedByClients(project, one));
  const own = named.filter((one) => namesOf(project.schema).get(one.attribute) === 1);
  // `color` and `icon` stand on any page.
  return own.length >= NAMES_OF_ITS_OWN && own.some((one) => wordsOf(one.attribute).length > 1) && named.length >= others.length * SHARE_NAMED
    ? named.length
    : 0;
}

function isNamedByClients(project: Project, column: Column): boolean {
  return (
    project.possibleUsesOf(column).some((use) => use.isClient && !use.isType) ||
    project.usesOf(column).some((use) => isApplication(use) && use.context.isClient && isReading(use))
  );
}

const names = new WeakMap<Schema, ReadonlyMap<string, number>>();

/** How many tables have a column of that name. */
function namesOf(schema: Schema): ReadonlyMap<string, number> {
  const known = names.get(schema);
  if (known) return known;
  const counts = new Map<string, number>();
  for (const column of schema.tables.flatMap((table) => table.columns)) counts.set(column.attribute, (counts.get(column.attribute) ?? 0) + 1);
  names.set(schema, counts);
  return counts;
}

/** Every field of the row is looked at, whatever it is called: a table of all columns, an export. */
export function isReadByAnyName(project: Project, column: Column): boolean {
  return project.exposuresOf(column.table).some((exposure) => exposure.isComputed === true && isApplication(exposure) && exposure.columns.includes(column));
}
