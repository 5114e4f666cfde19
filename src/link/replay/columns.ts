/** Operations on columns. Tables that inherit, and partitions, follow their parent. */
import type { ColumnDef, DdlOp } from '../../facts/ddl.js';
import type { Place } from '../../model/schema.js';
import { addConstraint } from './constraints.js';
import { renameInText } from './names.js';
import { dropIndexState, fail, labelOf, presumeColumn, tableFor, type ColumnState, type State, type TableState } from './state.js';
import { typeStateOf } from './types.js';

type ColumnOp = Extract<DdlOp, { k: 'add-column' | 'drop-column' | 'rename-column' | 'alter-column' }>;

/** Applies an operation on a column. */
export function changeColumn(state: State, op: ColumnOp, place: Place): void {
  const table = tableFor(state, op.table, place);
  if (!table) return;
  if (op.k === 'add-column') { addNewColumn(state, table, op, place); return; }
  const column = table.columns.get(op.column);
  if (!column) {
    if ((op.k === 'drop-column' && (op.ifExists || table.isPresumed)) || state.isTolerant) return;
    if (table.isPresumed) { changeColumn(state, presumed(table, op, place), place); return; }
    fail(state, `column ${labelOf(op.table)}.${op.column}`, `Column ${labelOf(op.table)}.${op.column} is changed, and no earlier step creates it`, place);
    return;
  }
  if (op.k !== 'alter-column') state.dropped.push({ table, name: table.name, column: op.column, to: op.k === 'rename-column' ? op.to : null, place });
  if (op.k === 'drop-column') dropColumn(state, table, column);
  else if (op.k === 'rename-column') renameColumn(table, column, op.to);
  else alterColumn(state, table, column, op, place);
}

/** The same operation, once the column that it changes is presumed to be there. */
function presumed(table: TableState, op: Exclude<ColumnOp, { k: 'add-column' }>, place: Place): ColumnOp {
  presumeColumn(table, op.column, place);
  return op;
}

/** A column as it is declared at `path`. */
export function makeColumn(state: State, def: ColumnDef, path: string, inherited: ColumnState | null = null, inheritedFrom: string | null = null): ColumnState {
  const place = { path, at: def.at };
  return {
    name: def.name,
    type: def.type,
    typeState: typeStateOf(state, def.type, place),
    nullable: def.nullable,
    default: def.default ?? null,
    identity: def.identity ?? false,
    generated: def.generated ?? null,
    isVirtual: def.isVirtual ?? false,
    collation: def.collation ?? null,
    comment: def.comment ?? null,
    isDropped: false,
    inherited,
    inheritedFrom,
    place,
  };
}

/** The same column in a table that takes it over. */
export function copyColumn(column: ColumnState, inherited: ColumnState | null, inheritedFrom: string | null): ColumnState {
  return { ...column, isDropped: false, inherited, inheritedFrom };
}

function addNewColumn(state: State, table: TableState, op: Extract<ColumnOp, { k: 'add-column' }>, place: Place): void {
  if (table.columns.has(op.column.name) && !table.columns.get(op.column.name)!.isPresumed) {
    if (!op.ifNotExists)
      fail(state, `twice ${table.name}.${op.column.name}`, `Column ${labelOf(op.table)}.${op.column.name} is added, and it is there already`, place);
    return;
  }
  const column = makeColumn(state, op.column, place.path);
  table.columns.set(column.name, column);
  for (const constraint of op.constraints) addConstraint(state, table, constraint, place.path);
  inherit(table, column);
}

/** Gives a new column to the tables that follow this one. */
function inherit(table: TableState, column: ColumnState): void {
  for (const child of table.children) {
    if (child.isDropped || child.columns.has(column.name)) continue;
    const copy = copyColumn(column, column, table.name);
    child.columns.set(copy.name, copy);
    inherit(child, copy);
  }
}

/** Removes a column with every constraint and index it is part of. */
function dropColumn(state: State, table: TableState, column: ColumnState): void {
  column.isDropped = true;
  table.columns.delete(column.name);
  for (const constraint of table.constraints.values()) if (constraint.columns.includes(column)) table.constraints.delete(constraint.name);
  for (const index of table.indexes)
    if (index.include.includes(column) || index.parts.some((part) => part.column === column || part.columns.includes(column))) dropIndexState(state, index);
  for (const child of table.children) {
    const copy = child.columns.get(column.name);
    if (copy?.inherited === column) dropColumn(state, child, copy);
  }
}

function renameColumn(table: TableState, column: ColumnState, to: string): void {
  const from = column.name;
  column.name = to;
  // Rebuilt, so that the column keeps its position.
  table.columns = new Map([...table.columns.values()].map((each) => [each.name, each]));
  for (const constraint of table.constraints.values())
    if (constraint.expression !== null) constraint.expression = renameInText(constraint.expression, from, to);
  for (const other of table.columns.values()) if (other.generated !== null) other.generated = renameInText(other.generated, from, to);
  if (table.partitionSpec !== null) table.partitionSpec = renameInText(table.partitionSpec, from, to);
  for (const index of table.indexes) {
    if (index.predicate !== null) index.predicate = renameInText(index.predicate, from, to);
    for (const part of index.parts) if (part.expression !== null) part.expression = renameInText(part.expression, from, to);
  }
  for (const child of table.children) {
    const copy = child.columns.get(from);
    if (copy?.inherited === column) renameColumn(child, copy, to);
  }
}

function alterColumn(state: State, table: TableState, column: ColumnState, op: Extract<ColumnOp, { k: 'alter-column' }>, place: Place): void {
  if (op.type !== undefined) { column.type = op.type; column.typeState = typeStateOf(state, op.type, place); }
  if (op.collation !== undefined) column.collation = op.collation;
  if (op.nullable !== undefined) column.nullable = op.nullable;
  if (op.default !== undefined) column.default = op.default;
  if (op.identity !== undefined) column.identity = op.identity;
  if (op.generated !== undefined) column.generated = op.generated;
  for (const child of table.children) {
    const copy = child.columns.get(column.name);
    if (copy?.inherited === column) alterColumn(state, child, copy, op, place);
  }
}
