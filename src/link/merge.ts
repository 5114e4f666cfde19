/**
 * Drafts of tables, from models and from replayed DDL, merged to one schema. Constraints are unioned with every place that declares
 * them; a column's type, nullability and default are the database's where its history replays completely, else the model's.
 */
import type { TypeRef } from '../facts/ddl.js';
import type { DatabaseEngine } from '../facts/file.js';
import { spanStart } from '../facts/span.js';
import { isSamePlace } from '../model/places.js';
import type { BrokenReference, Check, Column, ColumnType, Declaration, Definition, Drift, Dropped, DroppedKey, EnumType, Extension, ForeignKey, Index, Key, Place, Relationship, Schema, Table } from '../model/schema.js';
import { actionDrifts, columnDrifts, constraintDrifts, isFollowed, isUntold, tableDrifts } from './drift.js';
import { withStoredKeys } from './assumed-keys.js';
import type { ColumnDraft, IndexDraft, KeyDraft, TableDraft } from './draft.js';
import { settlingIn } from './homes.js';
import { fullestFirst } from './leading.js';
import { linkReferences } from './references.js';
import { isToolTable } from './tool-tables.js';
import { indexKeys } from './engines.js';

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer U)[] ? U[] : T[K] };
export type MutableTable = Mutable<Table>;

export interface MergeInput {
  readonly drafts: readonly TableDraft[];
  readonly enums: readonly EnumType[];
  readonly dropped: readonly Dropped[];
  readonly droppedKeys: readonly DroppedKey[];
  readonly extensions?: readonly Extension[];
  readonly definitions?: readonly Definition[];
  readonly defaultSchema: string;
  /** The engine that tables are in whose declarations do not say. */
  readonly engine?: DatabaseEngine | null;
  /** The package that a file belongs to. */
  readonly packageOf: (path: string) => string;
}

export interface Merged {
  readonly schema: Schema;
  /** The table each draft became part of; drafts that were left out are missing. */
  readonly tableOf: ReadonlyMap<TableDraft, Table>;
}

export function mergeSchema(input: MergeInput): Merged {
  const groups = groupDrafts(input);
  const tables: MutableTable[] = [];
  const tableOf = new Map<TableDraft, Table>();
  const drifts: Drift[] = [];
  const broken: BrokenReference[] = [];
  for (const drafts of groups) {
    const group = withStoredKeys(drafts);
    const table = buildTable(group, input);
    for (const draft of group) if (draft.isWhole) broken.push(...unknownColumns(table, draft, group));
    for (const draft of group) broken.push(...unknownProperties(table, draft, group));
    tables.push(table);
    for (const draft of drafts) tableOf.set(draft, table);
    drifts.push(...columnDrifts(table, group, (draft) => (draft.type ? columnType(draft.type) : null)));
  }
  linkReferences(groups, tableOf, broken, input);
  const followed = tables.filter((_, index) => groups[index]!.some(isFollowed) && !groups[index]!.some(isUntold));
  drifts.push(...constraintDrifts(followed, drifts), ...actionDrifts(followed), ...tableDrifts(tables, new Set(followed)));
  for (const table of tables) if (table.engine === 'mysql') indexKeys(table);
  tables.sort((a, b) => compare(a.place, b.place));
  const atHome = settlingIn(tableOf);
  return { schema: { tables, enums: [...input.enums, ...modelEnums(input, tables)], drifts, broken, dropped: input.dropped.map(atHome), droppedKeys: input.droppedKeys.map(atHome), extensions: input.extensions ?? [], definitions: input.definitions ?? [] }, tableOf };
}

/** Enum types that only models name: the ORM creates them with the first table that uses them. Where the database has another type there is none. */
function modelEnums(input: MergeInput, tables: readonly Table[]): EnumType[] {
  const used = new Set(tables.flatMap((table) => table.columns.map((column) => column.type.enumName)));
  const known = new Set(input.enums.map((each) => each.name));
  const found: EnumType[] = [];
  for (const draft of input.drafts) for (const column of draft.columns) {
    const name = column.type?.enumName;
    const values = column.type?.values ?? column.choices;
    if (draft.kind !== 'model' || !name || !values?.length || known.has(name) || !used.has(name)) continue;
    known.add(name);
    found.push({ name, values, place: column.place });
  }
  return found;
}

/** Drafts of one table together: models first, submodels with the table of their base. */
function groupDrafts(input: MergeInput): readonly TableDraft[][] {
  const models = input.drafts.filter((draft) => draft.kind === 'model');
  const groups = new Map<string, TableDraft[]>();
  const byName = new Map<string, string[]>();
  const schemaOf = (draft: TableDraft): string => (draft.schema === input.defaultSchema ? '' : draft.schema ?? '');
  for (const draft of models) {
    if (draft.base) continue;
    const key = `${draft.partition}|${schemaOf(draft)}|${draft.name}`;
    push(groups, key, draft);
    const plain = `${schemaOf(draft)}|${draft.name}`;
    if (!byName.get(plain)?.includes(key)) push(byName, plain, key);
  }
  for (const draft of models) {
    if (!draft.base) continue;
    const home = [...groups.values()].find((group) => group.some((other) => other.cls?.id === draft.base!.id));
    if (home) home.push(draft);
  }
  for (const draft of input.drafts) {
    if (draft.kind === 'model') continue;
    const keys = byName.get(`${schemaOf(draft)}|${draft.name}`);
    if (keys?.length === 1) groups.get(keys[0]!)!.push(draft);
    else if (keys) groups.get(nearestOf(keys, draft.partition))!.push(draft);
    // A table that only an incomplete history knows may be long gone.
    else if (!draft.isPartial && (models.length === 0 || !draft.isIncomplete || draft.kind === 'ddl')) push(groups, `${draft.partition}|${schemaOf(draft)}|${draft.name}`, draft);
  }
  return fullestFirst([...groups.values()], input.packageOf);
}

/** Of tables of one name in several databases the one whose database lies nearest to `partition`; of equals the first. */
function nearestOf(keys: readonly string[], partition: string): string {
  const score = (key: string): number => {
    const own = key.slice(0, key.indexOf('|')).split('/');
    const wanted = partition.split('/');
    let shared = 0;
    while (shared < own.length && own[shared] === wanted[shared]) shared++;
    return shared * 2 - (own.length === shared ? 0 : 1);
  };
  return keys.reduce((best, key) => (score(key) > score(best) ? key : best));
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

function buildTable(group: readonly TableDraft[], input: MergeInput): MutableTable {
  const first = group[0]!;
  const models = group.filter((draft) => draft.kind === 'model');
  const table: MutableTable = {
    name: first.name, schema: first.schema === input.defaultSchema ? null : first.schema, database: first.partition, kind: kindOf(group),
    ...engineOf(group, input.engine ?? null),
    ...(first.kind === 'model' ? { dialect: first.spelling ?? first.dialect } : {}),
    model: first.model, submodels: models.slice(1).map((draft) => draft.model).filter((name) => name !== null && name !== first.model) as string[],
    place: first.place, extent: first.extent, declarations: group.map((draft) => ({ kind: draft.kind, place: draft.place })), packages: [...new Set(models.map((draft) => input.packageOf(draft.place.path)))],
    columns: [], primaryKey: null, uniques: [], indexes: [], foreignKeys: [], checks: [], exclusions: [], relationships: [],
    comment: group.map((draft) => draft.comment).find((comment) => comment !== null) ?? null,
    declaresRelationships: models.some((draft) => draft.declaresRelationships), keysAreRelationships: models.some((draft) => draft.keysAreRelationships === true), ...(models.some((draft) => draft.hasUnreadIndexes) ? { hasUnreadIndexes: true } : {}), ...(models.length > 0 && models.every((draft) => draft.isMadeByRelationship) ? { isMadeByRelationship: true } : {}), ...(models.some((draft) => draft.hasUnseenParts) ? { hasUnseenParts: true } : {}),
    rowSecurity: { enabled: group.map((draft) => draft.rowSecurity?.enabled ?? null).find((place) => place !== null) ?? null, policies: group.flatMap((draft) => draft.rowSecurity?.policies ?? []) },
    triggers: group.flatMap((draft) => draft.triggers ?? []),
    partitions: group.map((draft) => draft.partitions ?? null).find((partitions) => partitions !== null) ?? null,
    isExternal: group.every((draft) => draft.isExternal === true) || isToolTable(first.name),
  };
  const enums = new Map(input.enums.map((each) => [each.name, each.values]));
  for (const draft of group) addColumns(table, draft, models.length > 0, enums, draft.base === null ? null : draft.model);
  for (const draft of group) {
    for (const key of draft.keys) addKey(table, key, draft);
    for (const index of draft.indexes) addIndex(table, index, draft);
    for (const check of draft.checks) addCheck(table, check, draft);
    for (const exclusion of draft.exclusions) table.exclusions.push({ name: exclusion.name ?? null, definition: exclusion.definition ?? null, columns: columnsNamed(table, exclusion.columns, draft) ?? [], place: exclusion.place });
  }
  return table;
}

/** What the first of them says that says anything, else what the whole repository is written for. */
function engineOf(group: readonly TableDraft[], usual: DatabaseEngine | null): Pick<Table, 'engine'> {
  const engine = group.find((draft) => draft.engine !== undefined)?.engine ?? usual;
  return engine === null || engine === 'postgres' ? {} : { engine };
}

/** One that model and database spell alike is one. */
function addCheck(table: MutableTable, check: TableDraft['checks'][number], draft: TableDraft): void {
  const index = table.checks.findIndex((known) => known.expression === check.expression);
  const added: Check = index >= 0 ? table.checks[index]! : { ...check, columns: columnsNamed(table, check.columns, draft) ?? [] };
  table.checks.splice(index >= 0 ? index : table.checks.length, 1, isFollowed(draft) ? { ...added, isStored: true } : added);
}

/** A model may call a table what the database has as a view. */
function kindOf(group: readonly TableDraft[]): Table['kind'] {
  return group.map((draft) => draft.tableKind).find((kind) => kind !== 'table') ?? 'table';
}

function addColumns(table: MutableTable, draft: TableDraft, hasModel: boolean, enums: ReadonlyMap<string, readonly string[]>, submodel: string | null): void {
  for (const column of draft.columns) {
    const known = table.columns.find((other) => other.name === column.name) as Mutable<Column> | undefined;
    const declaration: Declaration = { kind: draft.kind, place: column.place };
    if (known) {
      known.declarations.push(declaration);
      if (draft.kind !== 'model') takeDatabaseSide(known, column, draft.isIncomplete === true);
      else if (known.attribute !== column.attribute && known.attribute === known.name) known.attribute = column.attribute;
      continue;
    }
    // What the model does not map is drift, not a column that code could use.
    if (hasModel && draft.kind !== 'model') continue;
    table.columns.push(buildColumn(table, column, declaration, enums, submodel));
  }
}

/** A history that was not followed to its end proves that something is there, not that it is missing: its NOT NULL counts, its nullable does not. */
function takeDatabaseSide(known: Mutable<Column>, column: ColumnDraft, isIncomplete: boolean): void {
  known.databaseDefault ??= defaultOf(column);
  if (column.onUpdate === 'trigger' && known.onUpdate === null) known.onUpdate = 'trigger';
  if (known.comment === null && column.comment) known.comment = column.comment;
  if (column.isGenerated) known.isGenerated = true;
  // An empty one says that there is an expression, and not which.
  known.generated ??= column.generated || undefined;
  known.isVirtual ??= column.isVirtual;
  known.collation ??= column.collation ?? undefined;
  if (column.isIdentity) known.isIdentity = true;
  known.nullable = column.nullable && (!isIncomplete || known.nullable);
  if (column.type && (known.type.name === 'unknown' || (!isIncomplete && (known.type.enumName === null ? isBuiltIn(column.type.name) && column.type.name !== known.type.name : (column.type.enumName ?? null) !== null)))) known.type = columnType(column.type);
}

/** A type of PostgreSQL's own that says all there is to say; the name of an enum or domain says less than the model. */
const isBuiltIn = (name: string): boolean => /^(uuid|text|integer|bigint|smallint|boolean|numeric|real|double precision|character varying|character|date|jsonb?|bytea|(timestamp|time) (with|without) time zone)$/.test(name);

/** `DEFAULT NULL`, as pg_dump writes it (`NULL::text`) too: what every column has that has no other. */
function defaultOf({ databaseDefault }: ColumnDraft): string | null {
  return !databaseDefault || /^\(*null\)*(?:\s*::.*)?$/i.test(databaseDefault) ? null : databaseDefault;
}

function buildColumn(table: MutableTable, draft: ColumnDraft, declaration: Declaration, enums: ReadonlyMap<string, readonly string[]>, submodel: string | null): Column {
  const type = draft.type ? columnType(draft.type) : UNKNOWN_TYPE;
  return {
    table, name: draft.name, attribute: draft.attribute, type,
    // A subclass's column has no value in rows of the other classes.
    nullable: draft.nullable || submodel !== null, nullableIsExplicit: draft.nullableIsExplicit ?? true, ...(draft.isDemanded ? { isDemanded: true } : {}),
    databaseDefault: defaultOf(draft), hasClientDefault: draft.hasClientDefault ?? false, onUpdate: draft.onUpdate ?? null,
    isGenerated: draft.isGenerated ?? false, ...(draft.generated ? { generated: draft.generated, isVirtual: draft.isVirtual ?? false } : {}), ...(draft.computedFrom ? { computedFrom: draft.computedFrom } : {}), ...(draft.collation ? { collation: draft.collation } : {}), isIdentity: draft.isIdentity ?? false, role: draft.role ?? null, comment: draft.comment ?? null,
    inheritedFrom: draft.inheritedFrom ?? null, submodel, choices: draft.choices ?? draft.type?.values ?? (type.enumName ? enums.get(type.enumName) ?? null : null),
    place: draft.place, declarations: [declaration],
  };
}

const UNKNOWN_TYPE: ColumnType = { name: 'unknown', args: [], array: 0, enumName: null };

export function columnType(type: TypeRef): ColumnType {
  return { name: type.name, args: type.args ?? [], array: type.array ?? 0, enumName: type.enumName ?? null };
}

/** The columns of those names; attribute names count where the draft uses them. Null when one is missing. */
export function columnsNamed(table: Table, names: readonly string[], draft: TableDraft): readonly Column[] | null {
  const columns = names.map((name) => table.columns.find((column) => column.name === name) ?? (draft.usesAttributeNames ? table.columns.find((column) => column.attribute === name) : undefined));
  return columns.every((column) => column !== undefined) ? (columns as Column[]) : null;
}

/** Keys, indexes and foreign keys over columns that their own table does not have. */
function unknownColumns(table: Table, draft: TableDraft, group: readonly TableDraft[]): readonly BrokenReference[] {
  // What only the database has is there all the same.
  const isStored = (name: string): boolean => group.some((other) => other.columns.some((column) => column.name === name));
  const named = [
    ...draft.keys.map(({ name, columns, place }) => ({ what: 'constraint' as const, name, columns, place })),
    ...draft.indexes.map(({ name, parts, place }) => ({ what: 'index' as const, name, columns: parts.flatMap((part) => (part.column === null ? [] : [part.column])), place })),
    ...draft.foreignKeys.map(({ name, columns, place }) => ({ what: 'foreign-key' as const, name, columns, place })),
  ];
  return named.flatMap(({ what, name, columns, place }) => columns.filter((column) => !columnsNamed(table, [column], draft) && !isStored(column)).map((column) => ({ table, what, name: name ?? columns.join(', '), missing: `the column ${table.name}.${column}`, place })));
}

/** Indexes and keys that a model declares over properties it does not have, nor any other model of the table. */
function unknownProperties(table: Table, { unknownNames = [] }: TableDraft, group: readonly TableDraft[]): readonly BrokenReference[] {
  const isThere = (property: string): boolean => group.some((other) => other.columns.some(({ name, attribute }) => name === property || attribute === property || attribute.startsWith(`${property}.`)));
  return unknownNames.filter(({ property }) => !isThere(property)).map(({ what, name, property, place }) => ({ table, what, name: name ?? property, missing: `the column ${table.name}.${property}`, place }));
}

function addKey(table: MutableTable, key: KeyDraft, draft: TableDraft): void {
  const columns = columnsNamed(table, key.columns, draft);
  if (!columns?.length) return;
  const declaration: Declaration = { kind: draft.kind, place: key.place };
  if (key.k === 'primary') {
    if (table.primaryKey) {
      (table.primaryKey.declarations as Declaration[]).push(declaration);
      // What an index over the key serves is told by the order that the database has.
      if (draft.kind !== 'model' && sameSet(table.primaryKey.columns, columns)) (table.primaryKey as Mutable<Key>).columns = [...columns];
    } else table.primaryKey = { name: key.name, columns, nullsNotDistinct: false, place: key.place, declarations: [declaration] };
    for (const column of columns) (column as Mutable<Column>).nullable = false;
    return;
  }
  const known = table.uniques.find((other) => sameSet(other.columns, columns));
  // One source that has a key twice makes the database keep it twice; two sources mean the same one.
  const isRepeated = known && known.name !== key.name && draft.keys.some((other) => other.k === 'unique' && isSamePlace(other.place, known.place)) && !isSamePlace(known.place, key.place);
  if (known && !isRepeated) { (known.declarations as Declaration[]).push(declaration); if (key.isImplicit) (known as Mutable<Key>).isImplicit = true; }
  else table.uniques.push({ name: key.name, columns, nullsNotDistinct: key.nullsNotDistinct ?? false, ...(key.isImplicit ? { isImplicit: true } : {}), ...(key.deferrable ? { deferrable: key.deferrable } : {}), place: key.place, declarations: [declaration] } satisfies Key);
}

function addIndex(table: MutableTable, index: IndexDraft, draft: TableDraft): void {
  const parts = index.parts.map((part) => ({
    column: part.column === null ? null : columnsNamed(table, [part.column], draft)?.[0] ?? null,
    expression: part.expression ?? null, desc: part.desc ?? false, ...(part.nulls ? { nulls: part.nulls } : {}), opclass: part.opclass ?? null, ...(part.collation ? { collation: part.collation } : {}),
  }));
  if (parts.some((part, position) => part.column === null && part.expression === null && index.parts[position]!.column !== null)) return;
  const declaration: Declaration = { kind: draft.kind, place: index.place };
  const built: Index = { table, name: index.name, parts, unique: index.unique, method: index.method ?? 'btree', include: index.include ?? [], predicate: index.predicate ?? null, ...(index.nullsNotDistinct ? { nullsNotDistinct: true } : {}), isImplicit: index.isImplicit ?? false, place: index.place, declarations: [declaration] };
  // The same index as the other side declares it; two of one side stand apart, so that a duplicate can be seen. A database has one of a name: scripts create it if it is not there, two models may declare one table.
  const known = table.indexes.find((other) => (sameIndex(other, built) || (other.name !== null && other.name === built.name)) && (other.declarations.every((each) => (each.kind === 'model') !== (draft.kind === 'model')) || (other.name !== null && other.name === built.name && sameIndex(other, built))));
  if (known) (known.declarations as Declaration[]).push(declaration);
  else {
    // Another source declares as a key what this one makes an index; one source that has both makes the database keep both.
    const isKey = draft.kind !== 'model' && index.unique && !index.predicate && parts.every((part) => part.column);
    const key = isKey ? table.uniques.find((other) => sameSet(other.columns, parts.map((part) => part.column!)) && (other.name === index.name || !draft.keys.some((own) => isSamePlace(own.place, other.place)))) : undefined;
    if (key) (key.declarations as Declaration[]).push(declaration);
    else table.indexes.push(built);
  }
}

function sameIndex(a: Index, b: Index): boolean {
  return a.parts.length === b.parts.length && a.parts.every((part, position) => part.column === b.parts[position]!.column && (part.expression ?? '') === (b.parts[position]!.expression ?? '')) && a.unique === b.unique && (a.predicate === null) === (b.predicate === null);
}

export function sameSet(a: readonly Column[], b: readonly Column[]): boolean {
  return a.length === b.length && a.every((column) => b.includes(column));
}


export function compare(a: Place, b: Place): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : spanStart(a.at) - spanStart(b.at);
}

export type MutableForeignKey = Mutable<ForeignKey>;
export type MutableRelationship = Mutable<Relationship>;
