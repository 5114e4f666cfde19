/** A history of operations on a database, replayed in order to the schema it leaves behind. */
import type { DdlOp, DdlStep, QName } from '../facts/ddl.js';
import type { SqlQuery } from '../facts/sql.js';
import { spanStart } from '../facts/span.js';
import type { Definition, Dropped, DroppedKey, EnumType, Extension, Place } from '../model/schema.js';
import type { TableDraft } from './draft.js';
import { changeColumn } from './replay/columns.js';
import { changeConstraint } from './replay/constraints.js';
import { draftsOf, functionOf } from './replay/drafts.js';
import { changeExtra } from './replay/extras.js';
import { changeFunction } from './replay/functions.js';
import { changeIndex } from './replay/indexes.js';
import { emptyState, fail, find, keyOf, type State, type TableState } from './replay/state.js';
import { dropSchema, renameSchema } from './replay/schemas.js';
import { changeTable, createTable, dropTableState } from './replay/tables.js';
import { changeType, finalEnums } from './replay/types.js';
import { createView } from './replay/views.js';

/** An operation and the file it stands in. `isGuarded`: it makes sure of something, and may find it done already. */
export interface LocatedOp { readonly op: DdlOp; readonly path: string; readonly kind: 'ddl' | 'migration'; readonly isGuarded?: true }

/** A view or function: the queries that the database itself runs, and the routines that it calls. `rows` are the tables whose row it sees as NEW and OLD. */
export interface Routine {
  readonly k: 'view' | 'function';
  readonly name: QName;
  readonly queries: readonly SqlQuery[];
  readonly calls: readonly string[];
  readonly path: string;
  readonly rows: readonly QName[];
}
/** Columns of a table that a trigger or policy reads of the row at hand. */
export interface RowRead { readonly table: QName; readonly columns: readonly string[]; readonly place: Place; readonly isPolicy?: true }

export interface Replayed {
  readonly drafts: TableDraft[];
  readonly enums: EnumType[];
  /** Whether every step could be followed. */
  readonly complete: boolean;
  readonly failures: { readonly message: string; readonly place: Place }[];
  /** Tables of which one step or another could not be followed, the rest of the history being told. */
  readonly doubts: readonly { readonly table: string; readonly message: string; readonly place: Place }[];
  /** What views and functions that are left at the end do. */
  readonly routines: readonly Routine[];
  readonly rowReads: readonly RowRead[];
  readonly dropped: readonly Dropped[];
  readonly droppedKeys: readonly DroppedKey[];
  readonly extensions: readonly Extension[];
  readonly definitions: readonly Definition[];
  /** Names of tables that live for a session only. */
  readonly temporary: readonly string[];
}

/**
 * Applies operations in order. Names without a schema belong to the search path that the same file sets, else to `defaultSchema`, whose
 * tables have the schema null. A step that cannot be followed is a failure, the others still count. Never throws; takes linear time.
 */
export function replay(ops: readonly LocatedOp[], partition: string, defaultSchema: string): Replayed {
  const state = emptyState(defaultSchema);
  let path: string | null = null;
  for (const { op, path: of, kind, isGuarded } of ops) {
    if (of !== path) state.path = [defaultSchema];
    path = of;
    state.isTolerant = isGuarded === true || op.isGuarded === true;
    apply(state, op, { path: of, at: op.at }, kind);
  }
  state.path = [defaultSchema];
  return {
    drafts: draftsOf(state, partition),
    enums: finalEnums(state),
    complete: state.failures.length === 0,
    failures: state.failures,
    doubts: [...state.tables.values()].flatMap((table) => (table.doubt ? [{ table: table.name, ...table.doubt }] : [])),
    routines: routinesOf(state),
    rowReads: rowReadsOf(state),
    dropped: droppedOf(state, partition),
    droppedKeys: droppedKeysOf(state, partition),
    extensions: [...state.extensions].map(([name, schema]) => ({ name, schema })),
    definitions: definitionsOf(state),
    temporary: [...state.tables.values()].filter((table) => table.isTemporary).map((table) => table.name),
  };
}

function apply(state: State, op: DdlOp, place: Place, kind: LocatedOp['kind']): void {
  switch (op.k) {
    case 'create-table': createTable(state, op, place, kind); return;
    case 'drop-table': case 'rename-table': case 'move-table': case 'attach-partition': case 'detach-partition': case 'inherit': case 'disinherit':
      changeTable(state, op, place);
    return;
    case 'drop-schema': dropSchema(state, op.name, place); return;
    case 'rename-schema': renameSchema(state, op.name, op.to); return;
    case 'add-column': case 'drop-column': case 'rename-column': case 'alter-column': changeColumn(state, op, place); return;
    case 'add-constraint': case 'drop-constraint': case 'rename-constraint': changeConstraint(state, op, place); return;
    case 'create-index': case 'drop-index': case 'rename-index': changeIndex(state, op, place); return;
    case 'create-enum': case 'add-enum-value': case 'rename-enum-value': case 'create-domain': case 'create-type': case 'move-type': case 'drop-type': case 'rename-type':
      changeType(state, op, place);
    return;
    case 'create-view': createView(state, op, place, kind); return;
    case 'drop-view': { const view = find(state, state.tables, op.view); if (view && view.kind !== 'table') dropTableState(state, view); return; }
    case 'create-extension': state.extensions.set(op.name, op.schema ?? null); return;
    case 'drop-extension': state.extensions.delete(op.name); return;
    case 'search-path': state.path = op.schemas; return;
    case 'create-function': case 'drop-function': changeFunction(state, op, place); return;
    case 'unknown-step': failStep(state, op, place); return;
    default: changeExtra(state, op, place);
  }
}

/** Of a step that is given the tables it changes only these are in doubt. */
function failStep(state: State, { what, tables = [] }: DdlStep & { readonly k: 'unknown-step' }, place: Place): void {
  const touched = tables.flatMap((name) => find(state, state.tables, name) ?? []);
  const message = `This step cannot be followed: ${what}`;
  if (touched.length === 0) { fail(state, `step ${place.path}:${spanStart(place.at)}`, message, place); return; }
  for (const table of touched) table.doubt ??= { message, place };
}

/** Keys of tables that are left, under the names that the columns had. */
function droppedKeysOf(state: State, database: string): DroppedKey[] {
  return state.droppedKeys.flatMap(({ table, columns }) =>
    table.isDropped ? [] : [{ table: table.name, schema: table.schema === state.defaultSchema ? null : table.schema, database, columns }],
  );
}

/** Functions and types, in the order in which they were made. */
function definitionsOf(state: State): Definition[] {
  const schemaOf = (key: string): string | null => { const schema = key.slice(0, key.indexOf('\0')); return schema === state.defaultSchema ? null : schema; };
  const types = [...state.types].flatMap(([key, type]): Definition[] =>
    type.extent ? [{ kind: 'type', name: type.name, schema: schemaOf(key), extent: type.extent }] : [],
  );
  return [...types, ...[...state.functions].map(([key, fn]): Definition => ({ kind: 'function', name: fn.name, schema: schemaOf(key), extent: fn.extent }))];
}

function columnsEverOf(state: State, table: TableState): readonly string[] | null {
  return table.isPresumed
    ? null
    : [...table.columns.keys(), ...state.dropped.flatMap((one) => (one.table === table && one.column !== null ? [one.column] : []))];
}

/** What is still gone at the end. Columns go with their table. */
function droppedOf(state: State, database: string): Dropped[] {
  return state.dropped.flatMap(({ table, name, column, to, place }): Dropped[] => {
    if (table.doubt) return [];
    const isThere = column === null ? state.tables.has(keyOf(table.schema, name)) : table.isDropped || table.columns.has(column);
    const schema = table.schema === state.defaultSchema ? null : table.schema;
    return isThere ? [] : [{ table: column === null ? name : table.name, schema, database, column, to, place, columns: columnsEverOf(state, table) }];
  });
}

function routinesOf(state: State): Routine[] {
  const rows = new Map<object, QName[]>();
  for (const table of state.tables.values()) for (const trigger of table.triggers.values()) {
    const fn = functionOf(state, trigger.fn);
    if (fn) rows.set(fn, [...(rows.get(fn) ?? []), { schema: table.schema, name: table.name }]);
  }
  const views = [...state.tables.values()].flatMap((table) =>
    table.query
      ? [
          {
            k: 'view' as const,
            name: { schema: table.schema, name: table.name },
            queries: [table.query],
            calls: table.query.calls ?? [],
            path: table.place.path,
            rows: [],
          },
        ]
      : [],
  );
  const functions = [...state.functions.values()].map((fn) => ({
    k: 'function' as const,
    name: { name: fn.name },
    queries: fn.body.queries,
    calls: fn.body.calls ?? [],
    path: fn.place.path,
    rows: rows.get(fn) ?? [],
  }));
  return [...views, ...functions];
}

function rowReadsOf(state: State): RowRead[] {
  return [...state.tables.values()].flatMap((table) => {
    const name = { schema: table.schema, name: table.name };
    const triggers = [...table.triggers.values()].map((trigger) => ({
      table: name,
      columns: functionOf(state, trigger.fn)?.body.readsRow ?? [],
      place: trigger.place,
    }));
    const policies = [...table.policies.values()].map((policy) => ({ table: name, columns: policy.columns, place: policy.place, isPolicy: true as const }));
    return [...triggers, ...policies].filter((read) => read.columns.length > 0);
  });
}

