/** Operations on constraints. */
import type { ConstraintDef, DdlOp } from '../../facts/ddl.js';
import type { Place } from '../../model/schema.js';
import { chosenName, saysAll } from './names.js';
import {
  columnsOf, dropConstraint, dropIndex, dropIndexState, fail, find, homeOf, keyOf, labelOf, tableFor, type ColumnState, type ConstraintKind,
  type ConstraintState, type Reference, type State, type TableState,
} from './state.js';

type ConstraintOp = Extract<DdlOp, { k: 'add-constraint' | 'drop-constraint' | 'rename-constraint' }>;

/** Applies an operation on a constraint. */
export function changeConstraint(state: State, op: ConstraintOp, place: Place): void {
  const table = tableFor(state, op.table, place);
  if (!table) return;
  if (op.k === 'add-constraint') { addConstraint(state, table, op.constraint, place.path); return; }
  if (op.k === 'rename-constraint') {
    const known = table.constraints.get(op.name);
    if (known) renameConstraint(table, known, op.to);
    return;
  }
  const known = namedConstraint(table, op);
  if (known) { dropConstraint(state, table, known); return; }
  const index = find(state, state.indexes, { name: op.name, schema: table.schema });
  if (index?.table === table) dropIndex(state, index);
  else if (!op.ifExists && !table.isPresumed)
    fail(state, `constraint ${table.name}.${op.name}`, `Constraint ${op.name} of ${labelOf(op.table)} is dropped, and no earlier step creates it`, place);
}

/** Gives a constraint another name. */
export function renameConstraint(table: TableState, constraint: ConstraintState, to: string): void {
  table.constraints.delete(constraint.name);
  table.constraints.set(to, Object.assign(constraint, { name: to, isNamed: true }));
}

/**
 * The constraint an operation drops: of that name, over those columns, or the unnamed one that a tool's name means: of those whose columns it names the one
 * with most.
 */
function namedConstraint(table: TableState, op: Extract<ConstraintOp, { k: 'drop-constraint' }>): ConstraintState | null {
  const known = table.constraints.get(op.name);
  if (known) return known;
  const all = [...table.constraints.values()].filter((each) => op.kind === undefined || each.kind === op.kind);
  if (op.columns) return all.find((each) => sameNames(each.columns, op.columns!)) ?? null;
  if (op.kind === 'primary') return all[0] ?? null;
  const meant = all
    .filter(
      (each) =>
        !each.isNamed &&
        each.columns.length > 0 &&
        saysAll(
          op.name,
          each.columns.map((column) => column.name),
        ),
    )
    .sort((a, b) => b.columns.length - a.columns.length);
  return meant[0] && meant[0].columns.length > (meant[1]?.columns.length ?? 0) ? meant[0] : null;
}

const sameNames = (columns: readonly ColumnState[], names: readonly string[]): boolean =>
  columns.length === names.length && columns.every((column) => names.includes(column.name));

/** Adds a constraint written in the file `path`. */
export function addConstraint(state: State, table: TableState, def: ConstraintDef, path: string): void {
  const place = { path, at: def.at };
  if ((def.k === 'unique' || def.k === 'primary') && def.usingIndex !== undefined) { useIndex(state, table, def, place); return; }
  const names = def.k === 'exclude' ? def.parts.flatMap((part) => (part.column === null ? part.columnsInExpression ?? [] : [part.column])) : def.columns;
  const columns = columnsOf(state, table, names, place, def.k);
  if (!columns || (def.k === 'primary' && columns.length === 0)) {
    if (columns) fail(state, `primary ${table.name}`, `The columns of the primary key of ${table.name} cannot be told`, place);
    return;
  }
  if (def.k === 'primary') {
    if ([...table.constraints.values()].some((each) => each.kind === 'primary')) return;
    for (const column of columns) column.nullable = false;
  }
  const name = def.name ?? chosenName(table.name, namesIn(def.k, columns), LABELS[def.k], (taken) => table.constraints.has(taken));
  // A step that was written twice: the first one stays.
  if (table.constraints.has(name)) return;
  const made: ConstraintState = {
    kind: def.k,
    name,
    isNamed: def.name !== undefined,
    columns,
    place,
    nullsNotDistinct: def.k === 'unique' && def.nullsNotDistinct === true,
    deferrable: (def.k === 'unique' || def.k === 'foreign') && (def.deferrable ?? false),
    expression: def.k === 'check' ? def.expression : def.k === 'exclude' ? def.definition : null,
    reference: def.k === 'foreign' ? referenceOf(state, def) : null,
  };
  table.constraints.set(name, made);
  for (const child of table.children) inheritCheck(child, made);
}

/** Tables that inherit, and partitions, have the checks of their parent. */
export function inheritCheck(table: TableState, constraint: ConstraintState): void {
  if (constraint.kind !== 'check' || table.constraints.has(constraint.name)) return;
  table.constraints.set(constraint.name, {
    ...constraint,
    isNamed: true,
    columns: constraint.columns.flatMap((column) => table.columns.get(column.name) ?? []),
  });
  for (const child of table.children) inheritCheck(child, constraint);
}

/** The columns that PostgreSQL puts into a constraint's name. */
function namesIn(kind: ConstraintKind, columns: readonly ColumnState[]): readonly string[] {
  return kind === 'primary' || (kind === 'check' && columns.length !== 1) ? [] : columns.map((column) => column.name);
}

const LABELS: Readonly<Record<ConstraintKind, string>> = { primary: 'pkey', unique: 'key', foreign: 'fkey', check: 'check', exclude: 'excl' };

/** Without columns it points at the primary key that the table has then: what models take for its key does not count. */
function referenceOf(state: State, def: ConstraintDef & { k: 'foreign' }): Reference {
  const target = find(state, state.tables, def.table);
  const columns =
    def.refColumns.length > 0
      ? def.refColumns.map((name) => target?.columns.get(name) ?? name)
      : ([...(target?.constraints.values() ?? [])].find((one) => one.kind === 'primary')?.columns ?? []);
  return {
    target,
    targetName: { name: def.table.name, schema: target?.schema ?? homeOf(state, def.table) },
    columns,
    onDelete: def.onDelete ?? null,
    onUpdate: def.onUpdate ?? null,
  };
}

/** `UNIQUE USING INDEX` and `PRIMARY KEY USING INDEX`: the index becomes the constraint. */
function useIndex(state: State, table: TableState, def: ConstraintDef & { k: 'unique' | 'primary' }, place: Place): void {
  const index = state.indexes.get(keyOf(table.schema, def.usingIndex!));
  if (!index || index.parts.some((part) => part.column === null)) {
    fail(state, `index ${def.usingIndex}`, `Index ${def.usingIndex} becomes a constraint, and no earlier step creates it`, place);
    return;
  }
  dropIndexState(state, index);
  const name = def.name ?? index.name;
  const columns = index.parts.map((part) => part.column!);
  if (def.k === 'primary') for (const column of columns) column.nullable = false;
  table.constraints.set(name, {
    kind: def.k,
    name,
    isNamed: true,
    columns,
    place: index.place,
    nullsNotDistinct: index.nullsNotDistinct,
    deferrable: def.k === 'unique' && (def.deferrable ?? false),
    expression: null,
    reference: null,
  });
}
