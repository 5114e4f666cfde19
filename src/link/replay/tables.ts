/** Operations on whole tables, and how tables take over each other's columns. */
import type { DdlOp, LikeDef, QName } from '../../facts/ddl.js';
import type { Span } from '../../facts/code.js';
import { makeSpan, spanEnd, spanStart } from '../../facts/span.js';
import type { DeclarationKind, Place } from '../../model/schema.js';
import { copyColumn, makeColumn } from './columns.js';
import { addConstraint, inheritCheck } from './constraints.js';
import {
  dropIndexState, emptyTable, fail, find, homeOf, keyOf, labelOf, tableFor, type ColumnState, type ConstraintState, type IndexState, type State,
  type TableState,
} from './state.js';

type CreateTable = Extract<DdlOp, { k: 'create-table' }>;
type TableOp = Extract<DdlOp, { k: 'drop-table' | 'rename-table' | 'move-table' | 'attach-partition' | 'detach-partition' | 'inherit' | 'disinherit' }>;

/** Creates a table with the columns and constraints it names, takes over and inherits. */
export function createTable(state: State, op: CreateTable, place: Place, declaredAs: DeclarationKind): void {
  const schema = homeOf(state, op.table);
  const key = keyOf(schema, op.table.name);
  const known = state.tables.get(key);
  if (known && !known.isPresumed) {
    if (!op.ifNotExists) fail(state, `twice ${key}`, `Table ${labelOf(op.table)} is created, and it is there already`, place);
    return;
  }
  const spans = [op.at, ...op.columns.map((column) => column.at), ...op.constraints.map((constraint) => constraint.at)];
  const extent: Span = makeSpan(Math.min(...spans.map((span) => spanStart(span))), Math.max(...spans.map((span) => spanEnd(span))));
  const table: TableState = {
    ...emptyTable(op.foreign ? 'foreign-table' : 'table', declaredAs, schema, op.table.name, place),
    extent: { path: place.path, at: extent },
    comment: op.comment ?? null,
    partitionBy: op.partitionBy ?? null,
    partitionSpec: op.partitionSpec ?? null,
    isTemporary: op.temporary ?? false,
  };
  state.tables.set(key, table);
  for (const parent of op.inherits ?? []) takeOver(state, table, parent, place);
  if (op.partitionOf) table.partitionOf = takeOver(state, table, op.partitionOf, place);
  for (const source of op.like ?? []) copyFrom(state, table, source, place);
  for (const def of op.columns) {
    const inherited = table.columns.get(def.name);
    // A column that is written again merges with the inherited one.
    table.columns.set(def.name, makeColumn(state, def, place.path, inherited?.inherited ?? null, inherited?.inheritedFrom ?? null));
  }
  for (const constraint of op.constraints) addConstraint(state, table, constraint, place.path);
}

/** INHERITS and PARTITION OF: the parent's columns, now and later. */
function takeOver(state: State, table: TableState, name: QName, place: Place): TableState | null {
  const parent = tableFor(state, name, place);
  if (!parent) return null;
  parent.children.add(table);
  for (const column of parent.columns.values()) if (!table.columns.has(column.name)) table.columns.set(column.name, copyColumn(column, column, parent.name));
  for (const constraint of parent.constraints.values()) inheritCheck(table, constraint);
  return parent;
}

/** LIKE: the columns with their NOT NULL, and what INCLUDING adds: https://www.postgresql.org/docs/current/sql-createtable.html */
function copyFrom(state: State, table: TableState, { table: name, including = [] }: LikeDef, place: Place): void {
  const source = tableFor(state, name, place);
  if (!source) return;
  const takes = (what: NonNullable<LikeDef['including']>[number]): boolean => including.includes(what);
  const copies = new Map<ColumnState, ColumnState>();
  for (const column of source.columns.values()) {
    const copy: ColumnState = {
      ...copyColumn(column, null, null), default: takes('defaults') ? column.default : null, identity: takes('identity') && column.identity,
      generated: takes('generated') ? column.generated : null, comment: takes('comments') ? column.comment : null,
    };
    copies.set(column, copy);
    table.columns.set(copy.name, copy);
  }
  const copied = (columns: readonly ColumnState[]): readonly ColumnState[] => columns.map((column) => copies.get(column)!);
  const renamed = (text: string): string => (text.startsWith(source.name) ? table.name + text.slice(source.name.length) : `${table.name}_${text}`);
  for (const constraint of source.constraints.values()) {
    if (constraint.kind === 'foreign' || !takes(constraint.kind === 'check' ? 'constraints' : 'indexes')) continue;
    const copy: ConstraintState = {
      ...constraint,
      name: constraint.kind === 'check' ? constraint.name : renamed(constraint.name),
      isNamed: constraint.kind === 'check' && constraint.isNamed,
      columns: copied(constraint.columns),
    };
    table.constraints.set(copy.name, copy);
  }
  for (const index of takes('indexes') ? source.indexes : []) {
    const copy: IndexState = {
      ...index,
      table,
      name: renamed(index.name),
      isNamed: false,
      include: copied(index.include),
      parts: index.parts.map((part) => ({ ...part, column: part.column && copies.get(part.column)!, columns: copied(part.columns) })),
    };
    table.indexes.add(copy);
    state.indexes.set(keyOf(table.schema, copy.name), copy);
  }
}

/** Applies an operation on a whole table. */
export function changeTable(state: State, op: TableOp, place: Place): void {
  if (op.k === 'drop-table' && op.ifExists && !find(state, state.tables, op.table)) return;
  // `ALTER TABLE` renames and moves sequences too: https://www.postgresql.org/docs/current/sql-altersequence.html
  if ((op.k === 'rename-table' || op.k === 'move-table') && /_seq$/.test(op.table.name) && !find(state, state.tables, op.table)) return;
  const table = tableFor(state, op.table, place);
  if (!table) return;
  switch (op.k) {
    case 'drop-table': noteDropped(state, table, null, place); dropTableState(state, table); return;
    case 'rename-table': noteDropped(state, table, op.to, place); rekey(state, table, table.schema, op.to, place); return;
    case 'move-table': rekey(state, table, op.toSchema, table.name, place); return;
    case 'attach-partition': case 'detach-partition': {
      const partition = tableFor(state, op.partition, place);
      if (!partition) return;
      partition.partitionOf = op.k === 'attach-partition' ? table : null;
      follow(partition, table, op.k === 'attach-partition');
      return;
    }
    case 'inherit': case 'disinherit': {
      const parent = tableFor(state, op.parent, place);
      if (parent) follow(table, parent, op.k === 'inherit');
    }
  }
}

/** Ties the columns of a table to those of a parent, or leaves them to it alone. */
function follow(table: TableState, parent: TableState, follows: boolean): void {
  if (follows) parent.children.add(table);
  else parent.children.delete(table);
  for (const column of table.columns.values()) {
    const own = parent.columns.get(column.name) ?? null;
    if (follows) column.inherited = own;
    else if (column.inherited === own) { column.inherited = null; column.inheritedFrom = null; }
  }
}

/** Notes that a table is gone under its name. */
export function noteDropped(state: State, table: TableState, to: string | null, place: Place): void {
  if (table.kind === 'table' && !table.isTemporary && !table.partitionOf) state.dropped.push({ table, name: table.name, column: null, to, place });
}

/** Removes a table with its indexes and partitions. */
export function dropTableState(state: State, table: TableState): void {
  table.isDropped = true;
  state.tables.delete(keyOf(table.schema, table.name));
  for (const index of table.indexes) dropIndexState(state, index);
  for (const child of table.children) if (child.partitionOf === table && !child.isDropped) dropTableState(state, child);
}

function rekey(state: State, table: TableState, schema: string, name: string, place: Place): void {
  const key = keyOf(schema, name);
  if (state.tables.has(key)) { fail(state, `twice ${key}`, `Table ${table.name} is renamed to ${name}, and that is there already`, place); return; }
  state.tables.delete(keyOf(table.schema, table.name));
  for (const index of table.indexes) {
    state.indexes.delete(keyOf(table.schema, index.name));
    state.indexes.set(keyOf(schema, index.name), index);
  }
  table.schema = schema;
  table.name = name;
  state.tables.set(key, table);
}
