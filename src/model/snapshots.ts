/** Copies that are meant to stay as they were: values fixed when a row is made, and tables that record the past. */
import type { Project } from './project.js';
import type { Column, Table } from './schema.js';
import type { Copy } from './usage.js';
import { applicationInserts, isApplication, isWriteUse } from './column-uses.js';
import { isRecordTable } from './tables.js';

/** Moves of a value from one column to the other in application code or by a trigger, in either direction. */
export function copiesBetween(project: Project, a: Column, b: Column): readonly Copy[] {
  return project.copiesOf(a).filter((copy) => (copy.from === b || copy.to === b) && (isApplication(copy) || copy.via === 'trigger'));
}

/** Code changes the column's value when its row already exists; a generic update of all fields of a request counts. */
export function isRewritten(project: Project, column: Column): boolean {
  return project.usesOf(column).some((use) => isApplication(use) && isWriteUse(use) && !use.atInsert);
}

/**
 * Whether `copy` keeps what `source` was when the copy's row was made (`order_lines.price` of `products.price`): it is
 * taken over on insert and never later, or it is never written after the insert at all.
 */
export function isSnapshotOf(project: Project, copy: Column, source: Column): boolean {
  const moves = copiesBetween(project, copy, source);
  if (moves.some((move) => !move.atInsert)) return false;
  if (moves.some((move) => move.to === copy && move.atInsert)) return true;
  const inserts = applicationInserts(project, copy.table).filter((insert) => insert.values.has(copy));
  if (inserts.some((insert) => insert.values.get(copy)?.column === source)) return true;
  const writes = project.usesOf(copy).filter((use) => isApplication(use) && isWriteUse(use));
  return writes.length > 0 && writes.every((use) => use.atInsert);
}

/** A table of the past: called so, or rows are only ever added to it. */
export function isHistory(project: Project, table: Table): boolean {
  if (isRecordTable(table)) return true;
  const writes = table.columns.flatMap((column) => project.usesOf(column)).filter((use) => isApplication(use) && isWriteUse(use));
  const isUpdated = project.tableUsesOf(table).some((use) => isApplication(use) && use.kind === 'update');
  return writes.length > 0 && !isUpdated && writes.every((use) => use.atInsert);
}
