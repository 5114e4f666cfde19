/** The database while its history is replayed: plain mutable records that point at each other, so that renames follow by themselves. */
import type { Deferrable, FunctionBody, QName, ReferentialAction, TypeRef } from '../../facts/ddl.js';
import type { SqlQuery } from '../../facts/sql.js';
import type { DeclarationKind, Place, Policy } from '../../model/schema.js';

export interface TypeState {
  readonly kind: 'enum' | 'domain' | 'other';
  name: string;
  schema: string;
  readonly values: string[];
  readonly base: TypeRef | null;
  readonly notNull: boolean;
  readonly place: Place;
  readonly extent?: Place;
}

export interface ColumnState {
  name: string;
  type: TypeRef | null;
  typeState: TypeState | null;
  nullable: boolean;
  default: string | null;
  identity: boolean;
  generated: string | null;
  readonly isVirtual?: boolean;
  collation: string | null;
  comment: string | null;
  isDropped: boolean;
  /** Only known from what is done to it: the step that makes it is not here. */
  readonly isPresumed?: boolean;
  /** The parent's column it came with (INHERITS, partitions). */
  inherited: ColumnState | null;
  inheritedFrom: string | null;
  readonly place: Place;
}

export type ConstraintKind = 'primary' | 'unique' | 'foreign' | 'check' | 'exclude';
export interface ConstraintState {
  readonly kind: ConstraintKind; name: string;
  /** False where PostgreSQL chose the name. */
  readonly isNamed: boolean;
  readonly columns: readonly ColumnState[]; readonly place: Place;
  /** A check's condition, or what an exclusion excludes. */
  readonly nullsNotDistinct: boolean; readonly deferrable: Deferrable; expression: string | null; readonly reference: Reference | null;
}
export interface Reference {
  target: TableState | null;
  readonly targetName: QName;
  columns: readonly (ColumnState | string)[];
  readonly onDelete: ReferentialAction | null;
  readonly onUpdate: ReferentialAction | null;
}

export interface IndexPartState {
  readonly column: ColumnState | null;
  expression: string | null;
  readonly columns: readonly ColumnState[];
  readonly desc: boolean;
  readonly nulls: 'first' | 'last' | null;
  readonly opclass: string | null;
  readonly collation: string | null;
}
export interface IndexState {
  name: string;
  readonly isNamed: boolean;
  readonly table: TableState;
  readonly parts: readonly IndexPartState[];
  readonly unique: boolean;
  readonly method: string;
  readonly include: readonly ColumnState[];
  predicate: string | null;
  readonly nullsNotDistinct: boolean;
  readonly isImplicit: boolean;
  readonly place: Place;
}

export interface TriggerState {
  readonly name: string;
  readonly fn: QName;
  readonly timing: string;
  readonly events: readonly string[];
  readonly columns: readonly string[];
  readonly asksColumns: boolean;
  readonly place: Place;
}

export interface TableState {
  readonly kind: 'table' | 'view' | 'materialized-view' | 'foreign-table';
  readonly declaredAs: DeclarationKind;
  schema: string;
  name: string;
  columns: Map<string, ColumnState>;
  readonly constraints: Map<string, ConstraintState>;
  readonly indexes: Set<IndexState>;
  readonly triggers: Map<string, TriggerState>;
  readonly policies: Map<string, Policy>;
  rowSecurity: Place | null;
  comment: string | null;
  readonly partitionBy: readonly string[] | null;
  partitionSpec: string | null;
  partitionOf: TableState | null;
  /** Tables whose columns follow this one's. */
  readonly children: Set<TableState>;
  /** Only known from what is done to it: the step that makes it is not here. */
  readonly isPresumed?: boolean;
  /** The first step that was given it to change and could not be followed. */
  doubt?: Failure;
  readonly isTemporary: boolean;
  readonly query: SqlQuery | null;
  readonly place: Place;
  readonly extent: Place;
  isDropped: boolean;
}

export interface FunctionState {
  readonly name: string;
  /** The types of what it is given. */
  readonly takes: readonly string[];
  readonly body: FunctionBody;
  readonly place: Place;
  readonly extent: Place;
}
export interface Failure { readonly message: string; readonly place: Place }

export interface DroppedState {
  readonly table: TableState;
  readonly name: string;
  readonly column: string | null;
  readonly to: string | null;
  readonly place: Place;
}

export interface State {
  readonly defaultSchema: string;
  /** Where unqualified names are looked for and made; of one file. */
  path: readonly string[];
  readonly tables: Map<string, TableState>;
  readonly indexes: Map<string, IndexState>;
  readonly types: Map<string, TypeState>;
  readonly functions: Map<string, FunctionState>;
  /** Functions by their name alone; null where two schemas have one. */
  readonly functionsByName: Map<string, FunctionState | null>;
  /** Extensions by name, with the schema that each was put in. */
  readonly extensions: Map<string, string | null>;
  /** What was taken away or renamed; a column's table may be renamed later. */
  readonly dropped: DroppedState[];
  /** Unique constraints and indexes that were taken away. */
  readonly droppedKeys: { readonly table: TableState; readonly columns: readonly string[] }[];
  readonly failures: Failure[];
  /** The operation at hand may find nothing to do. */
  isTolerant: boolean;
  /** What was reported already, so that one missing table is one failure. */
  readonly reported: Set<string>;
}

export function emptyState(defaultSchema: string): State {
  return {
    defaultSchema,
    path: [defaultSchema],
    tables: new Map(),
    indexes: new Map(),
    types: new Map(),
    functions: new Map(),
    functionsByName: new Map(),
    extensions: new Map(),
    dropped: [],
    droppedKeys: [],
    failures: [],
    isTolerant: false,
    reported: new Set(),
  };
}

export const keyOf = (schema: string, name: string): string => `${schema}\0${name}`;

/** The schema an object of that name is made in. */
export function homeOf(state: State, name: QName): string {
  return name.schema ?? state.path[0] ?? state.defaultSchema;
}

/** Finds a named object the way PostgreSQL does: in its schema, else along the search path. */
export function find<T>(state: State, map: ReadonlyMap<string, T>, name: QName): T | null {
  if (name.schema !== undefined) return map.get(keyOf(name.schema, name.name)) ?? null;
  for (const schema of state.path) { const found = map.get(keyOf(schema, name.name)); if (found) return found; }
  return map.get(keyOf(state.defaultSchema, name.name)) ?? null;
}

/** Notes what could not be followed, once for each `subject`. */
export function fail(state: State, subject: string, message: string, place: Place): void {
  if (state.isTolerant || state.reported.has(subject)) return;
  state.reported.add(subject);
  state.failures.push({ message, place });
}

/**
 * The table an operation is about. When nothing creates it that is a failure, unless the operation only puts something beside somebody else's table, and the
 * table is presumed: what is done to it still counts.
 */
export function tableFor(state: State, name: QName, place: Place, isBeside = false): TableState | null {
  const table = find(state, state.tables, name);
  if (table || state.isTolerant) return table;
  if (!isOfExtension(state, name) && !(isBeside && isElsewhere(state, name)))
    fail(state, `table ${labelOf(name)}`, `Table ${labelOf(name)} is changed, and no earlier step creates it`, place);
  const schema = homeOf(state, name);
  const presumed: TableState = { ...emptyTable('table', 'migration', schema, name.name, place), isPresumed: true };
  state.tables.set(keyOf(schema, name.name), presumed);
  return presumed;
}

/**
 * Whether a name lies in a schema of which the history makes no table: somebody else's, as those of a platform
 * (https://supabase.com/docs/guides/auth/managing-user-data).
 */
export function isElsewhere(state: State, { schema }: { readonly schema?: string }): boolean {
  return schema !== undefined && schema !== state.defaultSchema && ![...state.tables.values()].some((table) => table.schema === schema && !table.isPresumed);
}

/** Whether a name lies in a schema that an extension was put in, and fills with its own tables. */
export function isOfExtension(state: State, { schema }: { readonly schema?: string }): boolean {
  return schema !== undefined && schema !== state.defaultSchema && [...state.extensions].some(([name, home]) => schema === (home ?? OWN_SCHEMAS[name]));
}

/** Schemas that extensions make for themselves. */
const OWN_SCHEMAS: Readonly<Record<string, string>> = {
  pg_cron: 'cron',
  postgis_topology: 'topology',
  postgis_tiger_geocoder: 'tiger',
  pgmq: 'pgmq',
  pg_net: 'net',
  supabase_vault: 'vault',
  pgsodium: 'pgsodium',
  age: 'ag_catalog',
};

export function emptyTable(kind: TableState['kind'], declaredAs: DeclarationKind, schema: string, name: string, place: Place): TableState {
  return {
    kind,
    declaredAs,
    schema,
    name,
    columns: new Map(),
    constraints: new Map(),
    indexes: new Set(),
    triggers: new Map(),
    policies: new Map(),
    rowSecurity: null,
    comment: null,
    partitionBy: null,
    partitionSpec: null,
    partitionOf: null,
    children: new Set(),
    isTemporary: false,
    query: null,
    place,
    extent: place,
    isDropped: false,
  };
}

/** A column of a table, presumed where no step makes it. */
export function presumeColumn(table: TableState, name: string, place: Place): ColumnState {
  const column: ColumnState = {
    name,
    type: null,
    typeState: null,
    nullable: true,
    default: null,
    identity: false,
    generated: null,
    collation: null,
    comment: null,
    isDropped: false,
    isPresumed: true,
    inherited: null,
    inheritedFrom: null,
    place,
  };
  table.columns.set(name, column);
  return column;
}

export const labelOf = (name: QName): string => (name.schema === undefined ? name.name : `${name.schema}.${name.name}`);

/** Columns of a table by name; a failure when one of them is missing. A check of something else than columns stands without it. */
export function columnsOf(state: State, table: TableState, names: readonly string[], place: Place, what: string): readonly ColumnState[] | null {
  const columns: ColumnState[] = [];
  for (const name of names) {
    const column = table.columns.get(name);
    if (column) columns.push(column);
    else if (what !== 'check') {
      if (state.isTolerant) return null;
      if (!table.isPresumed)
        fail(state, `column ${table.name}.${name}`, `Column ${table.name}.${name} is used by a key or index, and no earlier step creates it`, place);
      columns.push(presumeColumn(table, name, place));
    }
  }
  return columns;
}

/** Removes an index from its table and from the names. */
/** Takes a constraint away as an operation of its own, the table being kept. */
export function dropConstraint(state: State, table: TableState, constraint: ConstraintState): void {
  table.constraints.delete(constraint.name);
  if (constraint.kind === 'unique') state.droppedKeys.push({ table, columns: constraint.columns.map((column) => column.name) });
}

/** Takes an index away as an operation of its own, the table being kept. */
export function dropIndex(state: State, index: IndexState): void {
  dropIndexState(state, index);
  if (index.unique) state.droppedKeys.push({ table: index.table, columns: index.parts.flatMap((part) => part.column?.name ?? []) });
}

export function dropIndexState(state: State, index: IndexState): void {
  index.table.indexes.delete(index);
  state.indexes.delete(keyOf(index.table.schema, index.name));
}
