/** Operations on indexes. */
import type { DdlOp, IndexDef, QName } from '../../facts/ddl.js';
import type { Place } from '../../model/schema.js';
import { renameConstraint } from './constraints.js';
import { chosenName, saysAll } from './names.js';
import {
  columnsOf, dropConstraint, dropIndex, fail, find, keyOf, labelOf, tableFor, type IndexPartState, type IndexState, type State, type TableState,
} from './state.js';

type IndexOp = Extract<DdlOp, { k: 'create-index' | 'drop-index' | 'rename-index' }>;

/** Applies an operation on an index. */
export function changeIndex(state: State, op: IndexOp, place: Place): void {
  if (op.k === 'create-index') {
    const table = tableFor(state, op.table, place);
    if (table) addIndex(state, table, op.index, place.path);
    return;
  }
  const table = op.k === 'drop-index' && op.table ? find(state, state.tables, op.table) : null;
  const name = op.name.schema === undefined && table ? { name: op.name.name, schema: table.schema } : op.name;
  const index = find(state, state.indexes, name) ?? (op.k === 'drop-index' ? likelyIndex(table ?? hashedTable(state, op.name), op) : null);
  if (op.k === 'drop-index') {
    if (index) dropIndex(state, index);
    else if (HELPER.test(op.name.name)) return;
    else if (!dropUnique(state, table, op.name.name) && !op.ifExists && !table?.isPresumed)
      fail(state, `index ${labelOf(op.name)}`, `Index ${labelOf(op.name)} is dropped, and no earlier step creates it`, place);
    return;
  }
  if (index) renameIndex(state, index, op.to);
  else renameBehindConstraint(state, op.name.name, op.to);
}

/** Django's second index of a text, for LIKE: nothing else hangs on it. */
const HELPER = /_[0-9a-f]{8}_like$/;

/** Django names an index after its table and columns, with a hash behind: `orders_email_ab12cd34`. The table whose name it begins with. */
function hashedTable(state: State, name: QName): TableState | null {
  const plain = /^(.+)_[0-9a-f]{8}(?:_uniq|_like)?$/.exec(name.name)?.[1];
  if (plain === undefined) return null;
  const parts = plain.split('_');
  for (let length = parts.length - 1; length > 0; length--) {
    const table = find(state, state.tables, { ...name, name: parts.slice(0, length).join('_') });
    if (table) return table;
  }
  return null;
}

/** Of an index whose name is not known: the one over those columns, or the only unnamed one that the name can mean. */
function likelyIndex(table: TableState | null, op: Extract<IndexOp, { k: 'drop-index' }>): IndexState | null {
  if (!table) return null;
  if (op.columns)
    return (
      [...table.indexes].find((index) => index.parts.length === op.columns!.length && index.parts.every((part, at) => part.column?.name === op.columns![at])) ??
      null
    );
  const meant = [...table.indexes].filter((index) => !index.isNamed && saysAll(op.name.name, index.parts.flatMap((part) => part.column?.name ?? [])));
  if (meant.length <= 1) return meant[0] ?? null;
  const hashed = /^(.+)_[0-9a-f]{8}$/.exec(op.name.name)?.[1];
  return meant.find((index) => hashed === `${table.name}_${index.parts.map((part) => part.column?.name).join('_')}`) ?? null;
}

/** Tools drop a unique constraint by the name of its index. */
function dropUnique(state: State, table: TableState | null, name: string): boolean {
  const constraint = table?.constraints.get(name);
  if (constraint?.kind !== 'unique') return false;
  dropConstraint(state, table!, constraint);
  return true;
}

function renameIndex(state: State, index: IndexState, to: string): void {
  state.indexes.delete(keyOf(index.table.schema, index.name));
  state.indexes.set(keyOf(index.table.schema, to), Object.assign(index, { name: to, isNamed: true }));
}

/** An index behind a constraint has the constraint's name. PostgreSQL names it after the table, so that few tables need be looked at. */
function renameBehindConstraint(state: State, from: string, to: string): void {
  const parts = from.split('_');
  for (let length = parts.length; length > 0; length--) {
    const table = find(state, state.tables, { name: parts.slice(0, length).join('_') });
    const constraint = table?.constraints.get(from);
    if (table && constraint) { renameConstraint(table, constraint, to); return; }
  }
}

/** Adds an index written in the file `path`. */
export function addIndex(state: State, table: TableState, def: IndexDef, path: string): void {
  const place = { path, at: def.at };
  const parts: IndexPartState[] = [];
  for (const part of def.parts) {
    const columns = columnsOf(state, table, part.column === null ? [] : [part.column], place, 'index');
    if (!columns) return;
    const inside = (part.columnsInExpression ?? []).flatMap((name) => table.columns.get(name) ?? []);
    parts.push({
      column: columns[0] ?? null,
      expression: part.expression ?? null,
      columns: inside,
      desc: part.desc ?? false,
      nulls: part.nulls ?? null,
      opclass: part.opclass ?? null,
      collation: part.collation ?? null,
    });
  }
  const include = (def.include ?? []).flatMap((name) => table.columns.get(name) ?? []);
  const name =
    def.name ??
    chosenName(
      table.name,
      parts.map((part) => part.column?.name ?? 'expr'),
      'idx',
      (taken) => state.indexes.has(keyOf(table.schema, taken)),
    );
  const key = keyOf(table.schema, name);
  // `IF NOT EXISTS`, or a step that was written twice: the first one stays.
  if (state.indexes.has(key)) return;
  const index: IndexState = {
    name,
    isNamed: def.name !== undefined,
    table,
    parts,
    unique: def.unique,
    method: def.method,
    include,
    predicate: def.predicate ?? null,
    nullsNotDistinct: def.nullsNotDistinct ?? false,
    isImplicit: def.isImplicit ?? false,
    place,
  };
  state.indexes.set(key, index);
  table.indexes.add(index);
}
