/**
 * Drafts of tables, from models and from replayed DDL, merged to one schema. Constraints are unioned with every place that declares
 * them; a column's type, nullability and default are the database's where its history replays completely, else the model's.
 */
import type { DatabaseEngine } from '../facts/file.js';
import { spanStart } from '../facts/span.js';
import type { BrokenReference, Check, Definition, Drift, Dropped, DroppedKey, EnumType, Extension, Place, Schema, Table } from '../model/schema.js';
import { withStoredKeys } from './assumed-keys.js';
import type { TableDraft } from './draft.js';
import { actionDrifts, columnDrifts, constraintDrifts, isFollowed, isUntold, tableDrifts } from './drift.js';
import { indexKeys } from './engines.js';
import { settlingIn } from './homes.js';
import { fullestFirst } from './leading.js';
import { addColumns, columnType } from './merge-columns.js';
import { addIndex, addKey } from './merge-keys.js';
import { columnsNamed, type MutableTable } from './mutable.js';
import { linkReferences } from './references.js';
import { isToolTable } from './tool-tables.js';

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
  return {
    schema: {
      tables,
      enums: [...input.enums, ...modelEnums(input, tables)],
      drifts,
      broken,
      dropped: input.dropped.map(atHome),
      droppedKeys: input.droppedKeys.map(atHome),
      extensions: input.extensions ?? [],
      definitions: input.definitions ?? [],
    },
    tableOf,
  };
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
    else if (!draft.isPartial && (models.length === 0 || !draft.isIncomplete || draft.kind === 'ddl'))
      push(groups, `${draft.partition}|${schemaOf(draft)}|${draft.name}`, draft);
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
    name: first.name,
    schema: first.schema === input.defaultSchema ? null : first.schema,
    database: first.partition,
    kind: kindOf(group),
    ...engineOf(group, input.engine ?? null),
    ...(first.kind === 'model' ? { dialect: first.spelling ?? first.dialect } : {}),
    model: first.model,
    submodels: models
      .slice(1)
      .map((draft) => draft.model)
      .filter((name) => name !== null && name !== first.model) as string[],
    place: first.place,
    extent: first.extent,
    declarations: group.map((draft) => ({ kind: draft.kind, place: draft.place })),
    packages: [...new Set(models.map((draft) => input.packageOf(draft.place.path)))],
    columns: [],
    primaryKey: null,
    uniques: [],
    indexes: [],
    foreignKeys: [],
    checks: [],
    exclusions: [],
    relationships: [],
    comment: group.map((draft) => draft.comment).find((comment) => comment !== null) ?? null,
    declaresRelationships: models.some((draft) => draft.declaresRelationships),
    keysAreRelationships: models.some((draft) => draft.keysAreRelationships === true),
    ...(models.some((draft) => draft.hasUnreadIndexes) ? { hasUnreadIndexes: true } : {}),
    ...(models.length > 0 && models.every((draft) => draft.isMadeByRelationship) ? { isMadeByRelationship: true } : {}),
    ...(models.some((draft) => draft.hasUnseenParts) ? { hasUnseenParts: true } : {}),
    rowSecurity: {
      enabled: group.map((draft) => draft.rowSecurity?.enabled ?? null).find((place) => place !== null) ?? null,
      policies: group.flatMap((draft) => draft.rowSecurity?.policies ?? []),
    },
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
    for (const exclusion of draft.exclusions)
      table.exclusions.push({
        name: exclusion.name ?? null,
        definition: exclusion.definition ?? null,
        columns: columnsNamed(table, exclusion.columns, draft) ?? [],
        place: exclusion.place,
      });
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

/** Keys, indexes and foreign keys over columns that their own table does not have. */
function unknownColumns(table: Table, draft: TableDraft, group: readonly TableDraft[]): readonly BrokenReference[] {
  // What only the database has is there all the same.
  const isStored = (name: string): boolean => group.some((other) => other.columns.some((column) => column.name === name));
  const named = [
    ...draft.keys.map(({ name, columns, place }) => ({ what: 'constraint' as const, name, columns, place })),
    ...draft.indexes.map(({ name, parts, place }) => ({
      what: 'index' as const,
      name,
      columns: parts.flatMap((part) => (part.column === null ? [] : [part.column])),
      place,
    })),
    ...draft.foreignKeys.map(({ name, columns, place }) => ({ what: 'foreign-key' as const, name, columns, place })),
  ];
  return named.flatMap(({ what, name, columns, place }) =>
    columns
      .filter((column) => !columnsNamed(table, [column], draft) && !isStored(column))
      .map((column) => ({ table, what, name: name ?? columns.join(', '), missing: `the column ${table.name}.${column}`, place })),
  );
}

/** Indexes and keys that a model declares over properties it does not have, nor any other model of the table. */
function unknownProperties(table: Table, { unknownNames = [] }: TableDraft, group: readonly TableDraft[]): readonly BrokenReference[] {
  const isThere = (property: string): boolean =>
    group.some((other) => other.columns.some(({ name, attribute }) => name === property || attribute === property || attribute.startsWith(`${property}.`)));
  return unknownNames
    .filter(({ property }) => !isThere(property))
    .map(({ what, name, property, place }) => ({ table, what, name: name ?? property, missing: `the column ${table.name}.${property}`, place }));
}

export function compare(a: Place, b: Place): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : spanStart(a.at) - spanStart(b.at);
}

