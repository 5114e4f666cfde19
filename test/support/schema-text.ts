/**
 * A schema from a terse text, for tests of rules and predicates. Indentation is free, one thing a line:
 *
 *   enum stage = new | won
 *   table leads model=Lead submodels=VipLead external
 *     id integer pk
 *     phone varchar(20) null unique index default='' client-default onupdate generated=lower(name) identity role=created-at
 *     organization_id -> organizations ondelete=cascade unenforced
 *     stage stage from=StageMixin sub=VipLead attr=current_stage choices=a|b     # Comment of the column
 *     pk (a, b)
 *     unique (organization_id, phone) name=uq nulls-not-distinct
 *     index (organization_id, created_at desc, lower(phone)) unique using=gin include=a,b name=ix implicit where=deleted_at IS NULL
 *     foreign (a, b) -> others (x, y)
 *     check (amount > 0)
 *     exclude (a, b)
 *     relationship messages -> messages many by=messages.lead_id through=tags inverse=lead viewonly cascade passive implicit
 *     trigger keep_stage timing=after events=update,insert sets=stage writes=conversations.stage
 *     policy mine (organization_id)
 *     comment Anything until the end of the line
 *   view active_leads …        (also: materialized-view, foreign-table)
 *
 * Defaults: type `integer`, NOT NULL, model name from the table's name (`sql-only` for none), declared by a model
 * (`declared=ddl,migration`), enforced foreign keys to the target's primary key, file `models.py` (`file=…`).
 */
import pluralize from 'pluralize';
import type { Check, Column, ColumnType, Declaration, EnumType, Exclusion, ForeignKey, Index, IndexColumn, Key, Place, Policy, Relationship, Schema, Table, Trigger } from '../../src/model/schema.js';
import { makeSpan, spanEnd, spanStart } from '../../src/facts/span.js';

type Loose<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer U)[] ? U[] : T[K] };
export type LooseTable = Loose<Table>;

const FLAGS = new Set(['pk', 'null', 'unique', 'index', 'unenforced', 'client-default', 'onupdate', 'generated', 'identity', '->']);
const TYPES: Record<string, string> = { varchar: 'character varying', timestamptz: 'timestamp with time zone', timestamp: 'timestamp without time zone', int: 'integer', bool: 'boolean' };

let offset = 0;
/** A new place, never equal to an earlier one; places of one file are in the order of the calls. */
export function nextPlace(path: string, length = 1): Place {
  offset += 100;
  return { path, at: makeSpan(offset, offset + length) };
}

/** Parses the text; throws with the line where it cannot be read or names something unknown. */
export function parseSchema(text: string): Schema {
  const enums: EnumType[] = [];
  const tables: LooseTable[] = [];
  const later: (() => void)[] = [];
  let current: LooseTable | null = null;
  for (const raw of text.split('\n')) {
    const line = raw.trim();
    if (!line || line.startsWith('//')) continue;
    const enumeration = /^enum (\w+) = (.*)$/.exec(line);
    const head = /^(table|view|materialized-view|foreign-table) (\w+)(.*)$/.exec(line);
    if (enumeration) enums.push({ name: enumeration[1], values: enumeration[2].split('|').map((v) => v.trim()), place: nextPlace('models.py', enumeration[1].length) });
    else if (head) tables.push((current = makeTable(head[1] as Table['kind'], head[2], head[3])));
    else if (current) readMember(current, line, tables, enums, later);
    else throw new Error(`No table yet: ${line}`);
  }
  for (const step of later) step();
  return { tables: tables as Table[], enums, drifts: [], broken: [], dropped: [], droppedKeys: [] };
}

/** Finds a table by its name (`schema.name` where it is not in the default schema). */
export function tableNamed(tables: readonly (Table | LooseTable)[], name: string): Table {
  const found = tables.find((table) => table.name === name || `${table.schema}.${table.name}` === name);
  if (!found) throw new Error(`No table ${name}`);
  return found as Table;
}

/** Finds `table.column`. */
export function columnNamed(tables: readonly (Table | LooseTable)[], name: string): Column {
  const [table, column] = name.split('.');
  return columnOf(tableNamed(tables, table), column);
}

function columnOf(table: Table | LooseTable, name: string): Column {
  const found = table.columns.find((column) => column.name === name.trim());
  if (!found) throw new Error(`No column ${table.name}.${name}`);
  return found;
}

function makeTable(kind: Table['kind'], name: string, rest: string): LooseTable {
  const words = rest.split(/\s+/).filter(Boolean);
  const path = option(words, 'file') ?? 'models.py';
  const place = nextPlace(path, name.length);
  const kinds = (option(words, 'declared') ?? 'model').split(',') as Declaration['kind'][];
  return {
    name, kind, place, extent: { path, at: makeSpan(Math.max(0, spanStart(place.at) - 10), spanEnd(place.at) + 50) }, schema: option(words, 'schema') ?? null, database: option(words, 'database') ?? 'default',
    model: words.includes('sql-only') ? null : (option(words, 'model') ?? pascal(pluralize.singular(name))),
    submodels: option(words, 'submodels')?.split(',') ?? [],
    declarations: kinds.map((declared) => ({ kind: declared, place: declared === 'model' ? place : nextPlace(`${declared}.sql`) })),
    columns: [], primaryKey: null, uniques: [], indexes: [], foreignKeys: [], checks: [], exclusions: [], relationships: [], comment: null,
    declaresRelationships: !words.includes('no-relationships'), rowSecurity: { enabled: null, policies: [] }, triggers: [],
    partitions: option(words, 'partition-by') ? { by: option(words, 'partition-by')!.split(','), count: 0 } : null, isExternal: words.includes('external'),
  };
}

function readMember(table: LooseTable, line: string, tables: LooseTable[], enums: EnumType[], later: (() => void)[]): void {
  const listed = /^(pk|unique|index|foreign|check|exclude)\s*\((.*)$/.exec(line);
  if (listed) {
    const [inside, rest] = closeParen(listed[2]);
    later.push(() => addListed(table, listed[1], inside, rest, tables));
    return;
  }
  const [first, ...words] = line.split(/\s+/);
  if (first === 'comment') table.comment = line.slice(8);
  else if (first === 'relationship') later.push(() => addRelationship(table, words, tables));
  else if (first === 'trigger') table.triggers.push(makeTrigger(words));
  else if (first === 'policy') {
    const columns = /\((.*)\)/.exec(line)?.[1].split(',').map((c) => c.trim()) ?? [];
    (table.rowSecurity.policies as Policy[]).push({ name: words[0], command: 'all', using: 'true', check: null, columns, place: nextPlace('schema.sql') });
  } else addColumn(table, line, tables, enums, later);
}

function addColumn(table: LooseTable, line: string, tables: LooseTable[], enums: EnumType[], later: (() => void)[]): void {
  const [code, comment] = line.split(/\s+#\s?/, 2);
  const [name, ...words] = code.split(/\s+/);
  const typed = words[0] && !FLAGS.has(words[0]) && !words[0].includes('=') ? words[0] : null;
  const inheritedFrom = option(words, 'from') ?? null;
  // One line of a mixin declares the column for all its tables.
  const shared = inheritedFrom === null ? undefined : tables.flatMap((one) => one.columns).find((one) => one.inheritedFrom === inheritedFrom && one.name === name);
  const place = shared?.place ?? nextPlace(table.place.path, name.length);
  const column: Column = {
    table: table as Table, name, attribute: option(words, 'attr') ?? name, type: makeType(typed ?? 'integer', enums),
    nullable: words.includes('null'), nullableIsExplicit: true,
    databaseDefault: option(words, 'default') ?? null, hasClientDefault: words.includes('client-default'),
    onUpdate: words.includes('onupdate') ? 'orm' : ((option(words, 'onupdate') as 'trigger' | undefined) ?? null),
    isGenerated: words.includes('generated') || option(words, 'generated') !== undefined, ...(option(words, 'generated') ? { generated: option(words, 'generated')! } : {}), isIdentity: words.includes('identity'), role: (option(words, 'role') as Column['role']) ?? null,
    comment: comment ?? null, inheritedFrom, submodel: option(words, 'sub') ?? null,
    choices: option(words, 'choices')?.split('|') ?? null, place, declarations: table.declarations.map((d) => (d.kind === 'model' ? { kind: d.kind, place } : { kind: d.kind, place: nextPlace(d.place.path) })),
  };
  table.columns.push(column);
  const key = (): Key => ({ name: null, columns: [column], nullsNotDistinct: false, place, declarations: column.declarations });
  if (words.includes('pk')) table.primaryKey = key();
  if (words.includes('unique')) table.uniques.push(key());
  if (words.includes('index')) table.indexes.push(makeIndex(table, [{ column, expression: null, desc: false, opclass: null }], [`name=ix_${table.name}_${name}`], place));
  const target = words.indexOf('->');
  if (target >= 0) later.push(() => addForeignKey(table, [column], words[target + 1], words, tables));
}

function addForeignKey(table: LooseTable, columns: readonly Column[], to: string, words: readonly string[], tables: LooseTable[], toColumns?: readonly string[]): void {
  const [targetName, targetColumn] = to.split('.');
  const target = tableNamed(tables, targetName);
  const targetColumns = toColumns?.map((c) => columnOf(target, c)) ?? (targetColumn ? [columnOf(target, targetColumn)] : [...(target.primaryKey?.columns ?? [target.columns[0]])]);
  const place = columns.length === 1 ? columns[0].place : nextPlace(table.place.path);
  const foreignKey: ForeignKey = { table: table as Table, name: option(words, 'name') ?? null, columns, target, targetColumns, onDelete: option(words, 'ondelete') ?? null, modelOnDelete: null, isEnforced: !words.includes('unenforced'), repeats: [], place, declarations: [{ kind: 'model', place }] };
  table.foreignKeys.push(foreignKey);
}

function addListed(table: LooseTable, kind: string, inside: string, rest: string, tables: LooseTable[]): void {
  const words = rest.split(/\s+/).filter(Boolean);
  const place = nextPlace(table.place.path);
  const columns = (): Column[] => splitTop(inside).map((c) => columnOf(table, c));
  if (kind === 'check') table.checks.push({ name: option(words, 'name') ?? null, expression: inside, columns: table.columns.filter((c) => new RegExp(`\\b${c.name}\\b`).test(inside)), place } satisfies Check);
  else if (kind === 'exclude') table.exclusions.push({ columns: columns(), place } satisfies Exclusion);
  else if (kind === 'index') {
    const parts = splitTop(inside).map((part): IndexColumn => {
      const [name, ...flags] = part.split(/\s+/);
      const column = table.columns.find((c) => c.name === name) ?? null;
      return { column, expression: column ? null : part, desc: flags.includes('desc'), opclass: flags.find((f) => f.endsWith('_ops')) ?? null };
    });
    table.indexes.push(makeIndex(table, parts, words, place, /where=(.*)$/.exec(rest)?.[1] ?? null));
  } else if (kind === 'foreign') {
    const to = /->\s*(\w+)\s*\(([^)]*)\)/.exec(rest);
    if (!to) throw new Error(`No target: ${rest}`);
    addForeignKey(table, columns(), to[1], words, tables, to[2].split(',').map((c) => c.trim()));
  } else {
    const key: Key = { name: option(words, 'name') ?? null, columns: columns(), nullsNotDistinct: words.includes('nulls-not-distinct'), place, declarations: [{ kind: 'model', place }] };
    if (kind === 'pk') table.primaryKey = key;
    else table.uniques.push(key);
  }
}

function makeIndex(table: LooseTable, parts: readonly IndexColumn[], words: readonly string[], place: Place, predicate: string | null = null): Index {
  return { table: table as Table, name: option(words, 'name') ?? null, parts, unique: words.includes('unique'), method: option(words, 'using') ?? 'btree', include: option(words, 'include')?.split(',') ?? [], predicate, isImplicit: words.includes('implicit'), place, declarations: [{ kind: 'model', place }] };
}

function addRelationship(table: LooseTable, words: readonly string[], tables: LooseTable[]): void {
  const target = tableNamed(tables, words[2]);
  const by = option(words, 'by');
  const [keyTable, keyColumn] = by?.includes('.') ? by.split('.') : [table.name, by];
  const foreignKey = by ? (tableNamed(tables, keyTable).foreignKeys.find((key) => key.columns.some((c) => c.name === keyColumn)) ?? null) : null;
  const through = option(words, 'through');
  const relationship: Relationship = {
    table: table as Table, name: words[0], target, many: words.includes('many'), foreignKey, through: through ? tableNamed(tables, through) : null, inverse: option(words, 'inverse') ?? null,
    isImplicit: words.includes('implicit'), viewOnly: words.includes('viewonly'), isPicked: false, cascadesDelete: words.includes('cascade'), passiveDeletes: words.includes('passive'), place: nextPlace(table.place.path, words[0].length),
  };
  table.relationships.push(relationship);
}

function makeTrigger(words: readonly string[]): Trigger {
  const writes = option(words, 'writes')?.split(',').map((item) => ({ table: item.split('.')[0], column: item.split('.')[1] })) ?? [];
  return { name: words[0], timing: option(words, 'timing') ?? 'after', events: option(words, 'events')?.split(',') ?? ['update'], sets: option(words, 'sets')?.split(',') ?? [], writes, place: nextPlace('schema.sql') };
}

function makeType(text: string, enums: readonly EnumType[]): ColumnType {
  const [, base, args, array] = /^(\w+)(?:\(([\d,]+)\))?((?:\[\])*)$/.exec(text) ?? [];
  if (!base) throw new Error(`No type: ${text}`);
  const named = enums.some((e) => e.name === base);
  return { name: TYPES[base] ?? base, args: args?.split(',').map(Number) ?? [], array: (array?.length ?? 0) / 2, enumName: named ? base : null };
}

function option(words: readonly string[], name: string): string | undefined {
  return words.find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1);
}

function closeParen(text: string): [inside: string, rest: string] {
  let depth = 1;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '(') depth++;
    if (text[i] === ')' && --depth === 0) return [text.slice(0, i), text.slice(i + 1)];
  }
  throw new Error(`No closing parenthesis: ${text}`);
}

function splitTop(text: string): string[] {
  return text.split(/,(?![^(]*\))/).map((part) => part.trim());
}

function pascal(name: string): string {
  return name.split('_').map((part) => part.slice(0, 1).toUpperCase() + part.slice(1)).join('');
}
