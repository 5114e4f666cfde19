/** Copies that are meant to stay as they were: values fixed when a row is made, and tables that record the past. */
import type { Project } from './project.js';
import type { Column, Table } from './schema.js';
import type { Copy } from './usage.js';
import { applicationInserts, isApplication, isWriteUse, runsWith } from './column-uses.js';
import { hasFewValues, isNamedKind, isState } from './column-kinds.js';
import { wordsOf } from './names.js';
import { isRecordTable } from './tables.js';

/** Moves of a value from one column to the other in application code or by a trigger, in either direction. */
export function copiesBetween(project: Project, a: Column, b: Column): readonly Copy[] {
  return project.copiesOf(a).filter((copy) => (copy.from === b || copy.to === b) && (isApplication(copy) || copy.via === 'trigger'));
}

/**
 * The moves of a value between `a` and `b` that happen after the row exists. What a function gives a row that it makes itself, be it
 * right after the insert or in the other branch of "create or update", or together with the key to the other row, is taken over once, and
 * so is what it takes from a row that it deletes: a change that waited to be confirmed. It counts only beside a move of another kind.
 */
export function movesAfterCreation(project: Project, a: Column, b: Column): readonly Copy[] {
  const later = copiesBetween(project, a, b).filter((move) => !move.atInsert);
  return later.every((move) => isInMaker(project, move) || isTied(project, move) || isUsedUp(project, move)) ? [] : later;
}

/** The function of the move also inserts rows of the table that gets the value; of either, where both get one value. An upsert changes rows that are there. */
function isInMaker(project: Project, move: Copy): boolean {
  if (move.via === 'payload' || move.via === 'trigger' || move.context.unit === null) return false;
  const tables = move.via === 'same-value' ? [move.to.table, move.from.table] : [move.to.table];
  return tables.some((table) => applicationInserts(project, table).some((insert) => !insert.isUpsert && runsWith(insert, move)));
}

/** `order.user = user` and `order.user_email = user.email` in one function: the row gets the value with its key to the other row. */
function isTied(project: Project, move: Copy): boolean {
  const { via, from, to, context } = move;
  if (via !== 'assignment' || context.unit === null) return false;
  const keys = to.table.foreignKeys.filter((key) => key.target === from.table && key.columns.length === 1);
  return keys.some((key) => project.usesOf(key.columns[0]).some((use) => isWriteUse(use) && runsWith(use, move)));
}

/** `user.email = request.email` and the request is deleted by the same function. */
function isUsedUp(project: Project, move: Copy): boolean {
  return (
    move.via === 'assignment' &&
    move.context.unit !== null &&
    project.tableUsesOf(move.from.table).some((use) => use.kind === 'delete' && isApplication(use) && runsWith(use, move))
  );
}

/** Code changes the column's value when its row already exists; a generic update of all fields of a request counts. */
export function isRewritten(project: Project, column: Column): boolean {
  return project.usesOf(column).some((use) => isApplication(use) && isWriteUse(use) && !use.atInsert);
}

/**
 * A column says of what kind each row is: a discriminator, a name like `type`, an enum or choices. A choice that code changes later is a setting: a row keeps
 * its kind.
 */
export function isOfSeveralKinds(project: Project, table: Table): boolean {
  const isKind = (column: Column) =>
    hasFewValues(column) &&
    !isState(column) &&
    !/^(is|has|can|should)_/.test(wordsOf(column.name).join('_')) &&
    (isNamedKind(column) || !isRewritten(project, column));
  return table.columns.some((column) => column.role === 'discriminator' || isKind(column));
}

/**
 * Whether `copy` keeps what `source` was when the copy's row was made (`order_lines.price` of `products.price`): it is
 * taken over on insert and never later, or it is never written after the insert at all.
 */
export function isSnapshotOf(project: Project, copy: Column, source: Column): boolean {
  const moves = copiesBetween(project, copy, source);
  if (movesAfterCreation(project, copy, source).length > 0) return false;
  if (moves.some((move) => move.to === copy)) return true;
  const inserts = applicationInserts(project, copy.table).filter((insert) => insert.values.has(copy));
  if (inserts.some((insert) => insert.values.get(copy)?.column === source)) return true;
  const writes = project.usesOf(copy).filter((use) => isApplication(use) && isWriteUse(use));
  return writes.length > 0 && writes.every((use) => use.atInsert);
}

/** A table of the past: called so, or rows are only ever added to it. */
export function isHistory(project: Project, table: Table): boolean {
  if (isRecordTable(project.schema, table)) return true;
  const writes = table.columns.flatMap((column) => project.usesOf(column)).filter((use) => isApplication(use) && isWriteUse(use));
  const isUpdated = project.tableUsesOf(table).some((use) => isApplication(use) && use.kind === 'update');
  return writes.length > 0 && !isUpdated && writes.every((use) => use.atInsert);
}
