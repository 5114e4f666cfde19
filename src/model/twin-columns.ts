/** Columns of two linked tables that may hold one and the same fact. */
import type { Column, Schema, Table } from './schema.js';
import { isState } from './column-kinds.js';
import { isSoftDelete } from './key-coverage.js';
import { isCalledReference, isForeignKeyColumn, isOwnTable, isPrimaryKeyColumn, kindBeside } from './tables.js';
import { agreementOf, carriersOf, isRareName, keysOfTable, saysLatest, saysNothing, singularKey, withoutTable, wordsOf, type Agreement } from './names.js';

export interface Twin extends Agreement {
  readonly a: Column; readonly b: Column; readonly isRare: boolean;
  /** No third table has a column of that name. */
  readonly isTheirsAlone: boolean;
  readonly hasSameEnum: boolean;
  /** The names agree in their ends alone (`orders.shipping_carrier`, `shipments.carrier`): it is code that ties them. */
  readonly isByCode: boolean;
}

/** Two tables of one database with columns that agree; `a` is declared before `b`, the twins in declaration order of `a`. */
export interface TwinTables { readonly a: Table; readonly b: Table; readonly twins: readonly Twin[] }

/**
 * The pairs of tables with columns whose names and types agree, of those that are given, in declaration order. Of two tables between which
 * nothing moves a value (`moves`) only rare names and shared types can tell something: without any they are left out. Where code
 * changes a column with another (`assigned`), their names need only end alike.
 */
export function twinTables(
  schema: Schema,
  pairs: Iterable<readonly [Table, Table]>,
  moves: (a: Table, b: Table) => boolean,
  assigned: (a: Table, b: Table) => readonly (readonly [Column, Column])[],
): readonly TwinTables[] {
  const order = new Map(schema.tables.map((table, i) => [table, i]));
  const names = new Map<Table, Names>();
  const namesOf = (table: Table) => {
    const known = names.get(table) ?? namesOfTable(schema, table);
    names.set(table, known);
    return known;
  };
  const seen = new Map<Table, Set<Table>>();
  const found: TwinTables[] = [];
  for (const [one, other] of pairs) {
    const [a, b] = order.get(one)! < order.get(other)! ? [one, other] : [other, one];
    const partners = seen.get(a) ?? new Set<Table>();
    if (a === b || partners.has(b) || a.database !== b.database || !isOwnTable(a) || !isOwnTable(b)) continue;
    seen.set(a, partners.add(b));
    const place = (column: Column) => column.table.columns.indexOf(column);
    const alike = namesakes(namesOf(a), namesOf(b));
    if (!moves(a, b) && !alike.some((columns) => columns.some((column) => column.type.enumName !== null || isRareName(schema, column.name)))) continue;
    const byName = alike.flatMap((columns) => twinOf(schema, ...columns) ?? []);
    const isNamed = (one: Column, other: Column) => byName.some((twin) => twin.a === one && twin.b === other);
    const twins = [...byName, ...assigned(a, b).flatMap(([one, other]) => (isNamed(one, other) ? [] : (twinByCode(schema, one, other) ?? [])))];
    if (moves(a, b) ? twins.length > 0 : twins.some((twin) => twin.isRare || twin.hasSameEnum))
      found.push({ a, b, twins: twins.sort((x, y) => place(x.a) - place(y.a) || place(x.b) - place(y.b)) });
  }
  return found.sort((x, y) => order.get(x.a)! - order.get(y.a)! || order.get(x.b)! - order.get(y.b)!);
}

function twinOf(schema: Schema, a: Column, b: Column): Twin | null {
  const alike = agreementOf(a, b);
  // What the last message said is kept with its conversation, and stays what it said; a state goes on changing.
  const named = alike?.carrier && saysLatest(wordsOf(alike.carrier.name)) && ![a, b].some(isState) ? null : alike;
  const agreement = named ?? agreementInRole(a, b) ?? agreementInRole(b, a);
  if (!agreement || !haveCompatibleTypes(a, b)) return null;
  // A bare `status` on both sides says nothing; `orders.customer_name` beside `customers.name` does.
  if (agreement.carrier === null && (saysNothing(agreement.stem) || saysNothing(a.name) || saysNothing(b.name))) return null;
  if (a.inheritedFrom !== null && a.inheritedFrom === b.inheritedFrom) return null;
  // What a row's author is called may have been written down when the row was made: only code that moves the value tells.
  return {
    ...agreement,
    a,
    b,
    isRare: named !== null && isRareName(schema, (agreement.carrier ?? a).name),
    isTheirsAlone: named !== null && [a, b].every((column) => carriersOf(schema, column.name) <= 2),
    hasSameEnum: haveEnumOfTheirOwn(schema, a, b),
    isByCode: false,
  };
}

/** Two columns that code changes together, and whose names end alike: the longer one says what it is to its row. */
function twinByCode(schema: Schema, a: Column, b: Column): Twin | null {
  // A number may be one that is counted on: `value.position = list.last_position`, for the next to get another one.
  if (
    ![a, b].every((column) => mayBeTwin(schema, column) && !isWhole(column)) ||
    !haveCompatibleTypes(a, b) ||
    (a.inheritedFrom !== null && a.inheritedFrom === b.inheritedFrom)
  )
    return null;
  const [wordsA, wordsB] = [wordsOf(a.name), wordsOf(b.name)];
  const [short, long] = wordsA.length < wordsB.length ? [wordsA, wordsB] : [wordsB, wordsA];
  if (short.length === long.length || !short.every((word, i) => word === long[long.length - short.length + i])) return null;
  const hasSameEnum = haveEnumOfTheirOwn(schema, a, b);
  return { stem: short.join('_'), carrier: long === wordsA ? a : b, a, b, isRare: false, isTheirsAlone: false, hasSameEnum, isByCode: !hasSameEnum };
}

/** Both are of one named enum, which no third table has. */
function haveEnumOfTheirOwn(schema: Schema, a: Column, b: Column): boolean {
  return a.type.enumName !== null && a.type.enumName === b.type.enumName && tablesWithEnum(schema, a.type.enumName) <= 2;
}

/** `visits.request_priority` and `maintenance_requests.priority`, where `visits.request_id` is the reference: called after what the reference is to the row. */
function agreementInRole(carrier: Column, other: Column): Agreement | null {
  const words = wordsOf(carrier.name);
  const full = wordsOf(other.name).join('_');
  for (const [role, targets] of rolesOf(carrier.table)) {
    if (!targets.has(other.table)) continue;
    for (let size = 1; size < words.length; size++)
      if (singularKey(words.slice(0, size)) === role && words.slice(size).join('_') === full) return { stem: full, carrier };
  }
  return null;
}

/** The tables that a table's foreign keys lead to, by what the keys are called: `request` for `request_id`. */
function rolesOf(table: Table): ReadonlyMap<string, ReadonlySet<Table>> {
  const roles = new Map<string, Set<Table>>();
  for (const { columns, target } of table.foreignKeys) {
    const words = columns.length === 1 ? wordsOf(columns[0].name) : [];
    const role = singularKey(/^(id|uuid|guid|key)$/.test(words[words.length - 1] ?? '') ? words.slice(0, -1) : words);
    if (role) roles.set(role, (roles.get(role) ?? new Set<Table>()).add(target));
  }
  return roles;
}

/** The names by which a table's columns are found: a column's own, also without the table's name, and what is left of it beside the name of another table. */
interface Names {
  readonly table: Table;
  readonly keys: ReadonlySet<string>;
  readonly roles: ReadonlyMap<string, ReadonlySet<Table>>;
  readonly byName: ReadonlyMap<string, readonly Column[]>;
  readonly borrowed: readonly (Borrowed & { readonly column: Column })[];
}

/** A column's name as that of a table, or of what a reference is to the row, and the rest of it. */
interface Borrowed { readonly table: string; readonly rest: string }

function namesOfTable(schema: Schema, table: Table): Names {
  const byName = new Map<string, Column[]>();
  const borrowed: (Borrowed & { column: Column })[] = [];
  for (const column of table.columns.filter((each) => mayBeTwin(schema, each))) {
    const words = wordsOf(column.name);
    const own = withoutTable(words, table);
    for (const name of new Set([words.join('_'), ...(own ? [own.join('_')] : [])])) byName.set(name, [...(byName.get(name) ?? []), column]);
    for (const { table: named, rest } of borrowedBy(column.name, words)) borrowed.push({ column, table: named, rest });
  }
  return { table, keys: keysOfTable(table), roles: rolesOf(table), byName, borrowed };
}

/** Of each name once: many tables have columns called alike. */
const borrowedNames = new Map<string, readonly Borrowed[]>();

function borrowedBy(name: string, words: readonly string[]): readonly Borrowed[] {
  const known = borrowedNames.get(name);
  if (known) return known;
  const found: Borrowed[] = [];
  for (let size = 1; size < words.length; size++) {
    for (const [part, rest] of [
      [words.slice(0, size), words.slice(size)],
      [words.slice(-size), words.slice(0, -size)],
    ])
      found.push({ table: singularKey(part), rest: rest.join('_') });
  }
  if (saysLatest(words))
    for (let size = 2; size < words.length; size++) found.push({ table: singularKey(words.slice(1, size)), rest: words.slice(size).join('_') });
  borrowedNames.set(name, found);
  return found;
}

/** Pairs of columns of two tables that share a name, or share it without a table's name: found by name, for comparing each with each is slow. */
function namesakes(a: Names, b: Names): readonly (readonly [Column, Column])[] {
  const pairs = new Map<Column, Set<Column>>();
  const pair = (one: Column, other: Column) => pairs.set(one, (pairs.get(one) ?? new Set()).add(other));
  for (const [name, columns] of a.byName) {
    for (const other of b.byName.get(name) ?? []) for (const column of columns) if (!saysNothing(column.name) || !saysNothing(other.name)) pair(column, other);
  }
  for (const { column, table, rest } of a.borrowed)
    if (b.keys.has(table) || a.roles.get(table)?.has(b.table)) for (const other of b.byName.get(rest) ?? []) pair(column, other);
  for (const { column, table, rest } of b.borrowed)
    if (a.keys.has(table) || b.roles.get(table)?.has(a.table)) for (const other of a.byName.get(rest) ?? []) pair(other, column);
  return [...pairs].flatMap(([column, others]) => [...others].map((other) => [column, other] as const));
}

/**
 * When a row was taken out of use is its own business, also where its parent goes with it; a key beside the kind of row that it points at is a reference, and
 * so is one that only its name says.
 */
function mayBeTwin(schema: Schema, column: Column): boolean {
  // What a search index holds is made from other columns.
  return (
    !column.isGenerated &&
    !column.isIdentity &&
    column.type.name !== 'tsvector' &&
    column.role === null &&
    !isSoftDelete(column) &&
    !isForeignKeyColumn(column) &&
    !isCalledReference(schema, column) &&
    kindBeside(column) === null &&
    !isPrimaryKeyColumn(column)
  );
}

function tablesWithEnum(schema: Schema, enumName: string): number {
  return schema.tables.filter((table) => table.columns.some((column) => column.type.enumName === enumName)).length;
}

const FAMILIES: readonly (readonly string[])[] = [
  ['text', 'character varying', 'character', 'citext', 'name'],
  ['smallint', 'integer', 'bigint'],
  ['numeric', 'real', 'double precision', 'money'],
  ['json', 'jsonb'],
  ['timestamp with time zone', 'timestamp without time zone'],
];

const isWhole = (column: Column): boolean => FAMILIES[1].includes(column.type.name);

/** Whether a value of one column fits the other without being changed; an unknown type fits any. */
export function haveCompatibleTypes(a: Column, b: Column): boolean {
  if (a.type.array !== b.type.array) return false;
  if (a.type.name === 'unknown' || b.type.name === 'unknown') return true;
  if (a.type.enumName !== null || b.type.enumName !== null) {
    const isText = (column: Column) => column.type.enumName === null && FAMILIES[0].includes(column.type.name);
    return a.type.enumName === b.type.enumName || haveSameValues(a, b) || isText(a) || isText(b);
  }
  return a.type.name === b.type.name || FAMILIES.some((family) => family.includes(a.type.name) && family.includes(b.type.name));
}

/** ORMs that make a type of each enum column spell one list of values many times. */
function haveSameValues(a: Column, b: Column): boolean {
  const values = new Set(a.choices ?? []);
  return values.size > 0 && values.size === b.choices?.length && b.choices.every((value) => values.has(value));
}
