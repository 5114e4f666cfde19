/** What kind of table a table is. */
import type { Project } from './project.js';
import type { Check, Column, ForeignKey, Policy, Relationship, Schema, Table } from './schema.js';
import { isSameType } from './column-kinds.js';
import { normalPredicate } from './indexes.js';
import { tablesNamed, wordsOf } from './names.js';
import { saysReadOutside } from './outside-text.js';
import { indexOf } from './schema-index.js';

/** A base table of this application: no view, no foreign table, none of a library. */
export function isOwnTable(table: Table): boolean {
  return table.kind === 'table' && !table.isExternal;
}

/** At most one row fits in: a check leaves one value for its key (`CHECK (id = 1)`, a boolean one that is true), or a constant is unique. */
export function holdsOneRow({ primaryKey, uniques, indexes, checks }: Table): boolean {
  const keys = [...(primaryKey ? [primaryKey] : []), ...uniques].flatMap(({ columns }) => (columns.length === 1 ? [columns[0]!.name.toLowerCase()] : []));
  const pins = checks.map((check) => /^(\w+)=(?:true|false|[\d.]+|'[^']*')$/.exec(normalPredicate(check.expression) ?? '')?.[1]);
  if (pins.some((name) => name !== undefined && keys.includes(name))) return true;
  return indexes.some(
    (index) =>
      index.unique && index.predicate === null && index.parts.length === 1 && /^\(*(?:true|\d+|'[^']*'(?:::\w+)?)\)*$/i.test(index.parts[0]!.expression ?? ''),
  );
}

/**
 * Its keys are out of sight, or some of them: they are computed, or the model declares neither key nor index nor reference and only names
 * the columns of a table that something else makes, in another database perhaps.
 */
export function hidesItsKeys(table: Table): boolean {
  if (table.hasUnreadIndexes) return true;
  return (
    table.primaryKey === null &&
    table.uniques.length === 0 &&
    table.indexes.length === 0 &&
    table.foreignKeys.length === 0 &&
    table.declarations.every((one) => one.kind === 'model')
  );
}

/** Whether the config, or what is said of the table itself, has programs outside this repository read it; `*` stands for anything. */
export function isReadOutside(project: Project, table: Table): boolean {
  const names = [table.name, ...(table.schema ? [`${table.schema}.${table.name}`] : [])];
  return saysReadOutside(table.comment) || project.settings.externalReaders.some((pattern) => {
    const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
    return names.some((name) => new RegExp(`^${parts.join('.*')}$`).test(name));
  });
}

/** Whether a foreign key, of one column or several, holds the column. */
export function isForeignKeyColumn(column: Column): boolean {
  return column.table.foreignKeys.some((key) => key.columns.includes(column));
}

/** `order_id` beside a table `orders` with a key of its type: the key of another row, which no foreign key has to say. */
export function isCalledReference(schema: Schema, column: Column): boolean {
  const words = wordsOf(column.name);
  if (words.length < 2 || !/^(id|uuid|guid)$/.test(words.at(-1)!)) return false;
  return tablesNamed(schema, words.slice(0, -1)).some(
    ({ primaryKey }) => primaryKey?.columns.length === 1 && primaryKey.columns[0]!.table !== column.table && isSameType(primaryKey.columns[0]!, column),
  );
}

/** `subject_type` beside `subject_id`: it names the table that the row is of, which may be any. Null where there is none. */
export function kindBeside(column: Column): Column | null {
  const words = wordsOf(column.name);
  if (words.length < 2 || !/^(id|uuid|guid)$/.test(words.at(-1)!)) return null;
  const stem = words.slice(0, -1).join('_');
  const kinds = ['type', 'kind', 'model', 'table'].map((word) => `${stem}_${word}`);
  // `table_name` beside `table_id`
  if (/^(table|model|class)$/.test(stem)) kinds.push(`${stem}_name`);
  // https://docs.djangoproject.com/en/5.2/ref/contrib/contenttypes/#generic-relations
  if (stem === 'object') kinds.push('content_type', 'content_type_id');
  const isOfContentTypes = (other: Column) =>
    column.table.foreignKeys.some((key) => key.columns[0] === other && key.target.isExternal && key.target.name === 'django_content_type');
  return (
    column.table.columns.find((other) => {
      const name = wordsOf(other.name).join('_');
      return kinds.includes(name) || (name === `${stem}_type_id` && isOfContentTypes(other));
    }) ?? null
  );
}

/** Says which other row this one belongs to: a foreign key's column, or one of the two that name a row of any table. */
export function isReference(column: Column): boolean {
  return isForeignKeyColumn(column) || kindBeside(column) !== null || column.table.columns.some((other) => kindBeside(other) === column);
}

/**
 * The key of a row that may be of several tables, as a relationship to one of them has it: no constraint can hold it, and only with its kind does it find rows.
 */
export function isPolymorphic(key: ForeignKey): boolean {
  return !key.isEnforced && key.columns.length === 1 && kindBeside(key.columns[0]) !== null;
}

export function isPrimaryKeyColumn(column: Column): boolean {
  return column.table.primaryKey?.columns.includes(column) ?? false;
}

/** Holds nothing but references to two or more tables, beside its own key and the time it was made. */
export function isAssociation(table: Table): boolean {
  if (table.foreignKeys.length < 2) return false;
  return table.columns.every((column) => isForeignKeyColumn(column) || isPrimaryKeyColumn(column) || isFilledTime(column));
}

/** A relationship reaches its target over this table. */
export function isThroughTable(schema: Schema, table: Table): boolean {
  return indexOf(schema).isThrough(table);
}

/** What is to be the primary key of an association that has none: the columns which it ties together. */
export function tieOf(schema: Schema, table: Table): readonly Column[] {
  if (table.primaryKey || table.uniques.length > 0 || table.indexes.some((index) => index.unique) || !(isAssociation(table) || isThroughTable(schema, table)))
    return [];
  return table.columns.filter((column) => table.foreignKeys.some((key) => key.columns.includes(column)));
}

/** A point in time that the ORM, the database or a trigger fills without being asked. */
export function isFilledTime(column: Column): boolean {
  if (column.role === 'created-at' || column.role === 'updated-at') return true;
  return /^(timestamp|date|time)\b/.test(column.type.name) && (column.databaseDefault !== null || column.hasClientDefault || column.onUpdate !== null);
}

/** The table whose row a row of this one extends (joined inheritance), where that one tells its subtypes apart. */
export function baseOf(table: Table): Table | null {
  const keys = table.primaryKey?.columns ?? [];
  const key = table.foreignKeys.find((one) => one.columns.length === keys.length && one.columns.every((column) => keys.includes(column)));
  return key && key.target !== table && key.target.columns.some((column) => column.role === 'discriminator') ? key.target : null;
}

const RECORDS = new Set(
  'audit audits history histories log logs event events snapshot snapshots revision revisions archive archives changelog activity activities journal journals trace traces version versions update updates change changes reset resets'.split(
    ' ',
  ),
);
const QUEUES = new Set('queue queues outbox inbox job jobs metric metrics telemetry'.split(' '));

/** What happens at a venue, the version of a product: things of their own as often as records. */
const ENTITIES = new Set('event events activity activities version versions update updates change changes'.split(' '));

/** `activity_entries`, `log_lines`, `audit_trail`: what a record is made of. */
const PARTS = new Set('entry entries record records line lines item items trail'.split(' '));
/** Entries of an event are those who take part in it. */
const TAKEN_PART_IN = new Set(['event', 'events']);
const SAYS_RECORD = /^(?:(?:an?|the|immutable|complete|full|append[- ]only)\s+)*audit (?:trail|log|record|entry)\b/i;

/** A table that by its name or comment records what has happened: rows are added and read by people. Other tables do not point at records. */
export function isRecordTable(schema: Schema, table: Table): boolean {
  if (SAYS_RECORD.test(table.comment?.trim() ?? '')) return true;
  const words = nameWords(table);
  const isOfParts = words.length > 1 && PARTS.has(words.at(-1)!) && RECORDS.has(words.at(-2)!) && !TAKEN_PART_IN.has(words.at(-2)!);
  const isNamedSo = isOfParts || words.some((word, i) => RECORDS.has(word) && (i === words.length - 1 || word === 'audit' || word === 'history'));
  return isNamedSo && !((isOfParts || ENTITIES.has(words.at(-1)!)) && keysTo(schema, table).some((key) => key.table !== table));
}

/** A table that by its name hands its rows to other programs. */
export function isQueueTable(table: Table): boolean {
  return nameWords(table).some((word) => QUEUES.has(word));
}

/** The words of a table's name; of its model's where that is the same name with the words told apart (`shop_orderevent` of `OrderEvent`). */
function nameWords(table: Table): readonly string[] {
  const [own, model] = [wordsOf(table.name), table.model ? wordsOf(table.model) : []];
  return model.length > 1 && own.at(-1) === model.join('') ? [...own.slice(0, -1), ...model] : own;
}

/** Whether the column takes part in what the database itself decides: row security, partitions, exclusion, generated columns, a trigger's writes. */
export function isUsedByDatabase(schema: Schema, column: Column): boolean {
  const { table, name } = column;
  if (table.partitions?.by.includes(name)) return true;
  if (table.rowSecurity.policies.some((policy) => policy.columns.includes(name))) return true;
  if (table.exclusions.some((exclusion) => exclusion.columns.includes(column))) return true;
  // Which rows a key holds for.
  if (table.indexes.some((index) => index.unique && index.predicate !== null && isNamedIn(index.predicate, name))) return true;
  if (table.columns.some((other) => other.isGenerated && other !== column && isComputedFrom(other, column))) return true;
  return isFilledByTrigger(schema, column);
}

/** What a generated column is computed from: any of them, where nothing says of which. */
function isComputedFrom({ generated, computedFrom }: Column, { name, attribute }: Column): boolean {
  if (generated !== undefined) return isNamedIn(generated, name);
  return computedFrom === undefined || [name, attribute, attribute.replace(/_id$/, '')].some((each) => computedFrom.includes(each));
}

/** Whether SQL text names a column, in whatever case. */
function isNamedIn(sql: string, name: string): boolean {
  return sql.toLowerCase().split(/[^\p{L}\p{N}_$]+/u).includes(name.toLowerCase());
}

/** The check constraints that speak of a column; not every declaration says by itself of which columns one does. */
export function checksOf(column: Column): readonly Check[] {
  return column.table.checks.filter((check) => check.columns.includes(column) || isNamedIn(check.expression, column.name));
}

/** A trigger of its own table or of another assigns the column. */
export function isFilledByTrigger(schema: Schema, column: Column): boolean {
  if (column.onUpdate === 'trigger' || column.table.triggers.some((trigger) => trigger.sets.includes(column.name))) return true;
  return indexOf(schema)
    .triggersWriting(column.table.name)
    .some((trigger) => trigger.writes.some((write) => write.table === column.table.name && write.column === column.name));
}

/** A trigger, of whatever table, writes rows of this one. */
export function isWrittenByTrigger(schema: Schema, table: Table): boolean {
  return indexOf(schema).triggersWriting(table.name).length > 0;
}

/** Relationships of other tables that lead to this one. */
export function relationshipsTo(schema: Schema, table: Table): readonly Relationship[] {
  return indexOf(schema).relationshipsTo(table);
}

/** Foreign keys of other tables that point at this one. */
export function keysTo(schema: Schema, table: Table): readonly ForeignKey[] {
  return indexOf(schema).keysTo(table);
}

/** Two tables that share a parent are no pattern. */
const FEWEST_CARRIERS = 3;

/** Whether over half of the other tables of the application's database carry a foreign key of this name to this target, as a tenant's key is. */
export function isCarriedByMost(schema: Schema, key: ForeignKey): boolean {
  let known = keyCarriers.get(schema);
  if (!known) keyCarriers.set(schema, (known = countCarriers(schema)));
  const count = known.byTarget.get(key.target)?.get(key.columns[0].name)?.size ?? 0;
  return count >= FEWEST_CARRIERS && count * 2 > (known.owned.get(key.table.database) ?? 0) - (isOwnTable(key.target) ? 1 : 0);
}

/**
 * Whether policies let rows through by a foreign key of this name to this target, compared with something of the session: a tenant's key, which each table may
 * carry to have such a policy.
 */
export function isKeptApartByPolicies(schema: Schema, key: ForeignKey): boolean {
  let kept = keptApart.get(schema);
  if (!kept) keptApart.set(schema, (kept = namesInPolicies(schema)));
  return kept.get(key.target)?.has(key.columns[0].name) === true;
}

const keptApart = new WeakMap<Schema, ReadonlyMap<Table, ReadonlySet<string>>>();

/** The names of such keys by their target. */
function namesInPolicies(schema: Schema): ReadonlyMap<Table, ReadonlySet<string>> {
  const kept = new Map<Table, Set<string>>();
  for (const {
    rowSecurity: { policies },
    foreignKeys,
  } of schema.tables)
    for (const {
      columns: [{ name }, ...others],
      target,
    } of policies.length > 0 ? foreignKeys : []) {
      if (others.length === 0 && policies.some((policy) => policy.columns.includes(name) && comparesDirectly(policy)))
        kept.set(target, (kept.get(target) ?? new Set()).add(name));
    }
  return kept;
}

/** Rows that a policy looks up elsewhere are its own path to who may see them. */
function comparesDirectly({ using, check }: Policy): boolean {
  return !/\bfrom\b/i.test(`${using ?? ''} ${check ?? ''}`);
}

/** How many own tables there are in each database, and which others carry a key column of a name to each table. */
interface Carriers { readonly owned: ReadonlyMap<string, number>; readonly byTarget: ReadonlyMap<Table, ReadonlyMap<string, ReadonlySet<Table>>> }

const keyCarriers = new WeakMap<Schema, Carriers>();

function countCarriers(schema: Schema): Carriers {
  const own = schema.tables.filter(isOwnTable);
  const owned = new Map<string, number>();
  for (const { database } of own) owned.set(database, (owned.get(database) ?? 0) + 1);
  const byTarget = new Map<Table, Map<string, Set<Table>>>();
  for (const table of own) for (const key of table.foreignKeys) {
    if (key.target === table) continue;
    const byName = byTarget.get(key.target) ?? new Map<string, Set<Table>>();
    byTarget.set(key.target, byName);
    for (const column of key.columns) byName.set(column.name, (byName.get(column.name) ?? new Set()).add(table));
  }
  return { owned, byTarget };
}

const PERSONS = new Set(
  'user users member members person people employee employees staff author authors admin admins profile profiles contributor contributors agent agents operator operators'.split(
    ' ',
  ),
);

/**
 * A table of those who act: they log in, or several roles point at them (`author_id`, `assigned_to_id`). A key to one
 * says who did something to this row, so an equal name on another table is another fact.
 */
export function isActorTable(schema: Schema, table: Table): boolean {
  let known = actors.get(table);
  if (known === undefined) actors.set(table, (known = looksLikeActor(schema, table)));
  return known;
}

const actors = new WeakMap<Table, boolean>();

function looksLikeActor(schema: Schema, table: Table): boolean {
  if (table.columns.some((column) => wordsOf(column.name).some((word) => word === 'password' || word === 'passwd'))) return true;
  const words = wordsOf(table.name);
  if (PERSONS.has(words[words.length - 1])) return true;
  return keysTo(schema, table).some((key) =>
    /(^author|(^|_)(created|updated|modified|assigned|approved|reviewed|invited|deleted|uploaded)_by)(_|$)/.test(wordsOf(key.columns[0].name).join('_')),
  );
}

/** The texts of another table's rows in other languages: keyed by that row and the language. */
export function isTranslationTable(table: Table): boolean {
  const isLanguage = (column: Column) => /^(language|lang|locale)(_?(code|id|tag))?$/i.test(column.name);
  const keys = [
    ...table.uniques.map((key) => key.columns),
    ...table.indexes.filter((index) => index.unique).map((index) => index.parts.flatMap((part) => (part.column ? [part.column] : []))),
    ...(table.primaryKey ? [table.primaryKey.columns] : []),
  ];
  return keys.some((columns) => columns.some(isLanguage) && columns.some(isForeignKeyColumn));
}

/** Rows that others are made from: what is copied out of them, or saved as one, is not kept in step. */
export function isTemplateTable(table: Table): boolean {
  return /(template|preset|blueprint|prototype)s?$/i.test(table.name);
}
