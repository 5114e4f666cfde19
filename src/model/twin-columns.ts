/** Columns of two linked tables that may hold one and the same fact. */
import type { Column, Schema, Table } from './schema.js';
import { isSoftDelete } from './key-coverage.js';
import { isForeignKeyColumn, isOwnTable, isPrimaryKeyColumn } from './tables.js';
import { agreementOf, carriersOf, isRareName, keysOfTable, saysNothing, singularKey, withoutTable, wordsOf, type Agreement } from './names.js';

export interface Twin extends Agreement {
  readonly a: Column; readonly b: Column; readonly isRare: boolean;
  /** No third table has a column of that name. */
  readonly isTheirsAlone: boolean;
  readonly hasSameEnum: boolean;
}

/** Two tables of one database with columns that agree; `a` is declared before `b`, the twins in declaration order of `a`. */
export interface TwinTables { readonly a: Table; readonly b: Table; readonly twins: readonly Twin[] }

/** All pairs of own tables with columns whose names and types agree. */
export function twinTables(schema: Schema): readonly TwinTables[] {
  const order = new Map(schema.tables.map((table, i) => [table, i]));
  const groups = new Map<Table, Map<Table, Twin[]>>();
  for (const [one, other] of namesakes(schema.tables.filter(isOwnTable))) {
    const [a, b] = order.get(one.table)! < order.get(other.table)! ? [one, other] : [other, one];
    const twin = twinOf(schema, a, b);
    if (!twin) continue;
    const byTable = groups.get(a.table) ?? new Map<Table, Twin[]>();
    groups.set(a.table, byTable.set(b.table, [...(byTable.get(b.table) ?? []), twin]));
  }
  const place = (column: Column) => column.table.columns.indexOf(column);
  return schema.tables.flatMap((a) => [...(groups.get(a) ?? [])].sort(([x], [y]) => order.get(x)! - order.get(y)!)
    .map(([b, twins]) => ({ a, b, twins: twins.sort((x, y) => place(x.a) - place(y.a) || place(x.b) - place(y.b)) })));
}

function twinOf(schema: Schema, a: Column, b: Column): Twin | null {
  const agreement = agreementOf(a, b);
  if (!agreement || !haveCompatibleTypes(a, b)) return null;
  // A bare `status` on both sides says nothing; `orders.customer_name` beside `customers.name` does.
  if (agreement.carrier === null && (saysNothing(agreement.stem) || saysNothing(a.name) || saysNothing(b.name))) return null;
  if (a.inheritedFrom !== null && a.inheritedFrom === b.inheritedFrom) return null;
  const hasSameEnum = a.type.enumName !== null && a.type.enumName === b.type.enumName && tablesWithEnum(schema, a.type.enumName) <= 2;
  return { ...agreement, a, b, isRare: isRareName(schema, (agreement.carrier ?? a).name), isTheirsAlone: [a, b].every((column) => carriersOf(schema, column.name) <= 2), hasSameEnum };
}

/** Pairs of columns that share a name, or share it without a table's name: found by name, for comparing each with each is slow. */
function namesakes(tables: readonly Table[]): readonly (readonly [Column, Column])[] {
  const columns = tables.flatMap((table) => table.columns.filter(mayBeTwin)).map((column) => ({ column, words: wordsOf(column.name) }));
  const byName = new Map<string, Column[]>();
  const tablesByKey = new Map<string, Table[]>();
  const add = <T>(map: Map<string, T[]>, key: string, value: T) => {
    const known = map.get(key);
    if (known) known.push(value);
    else map.set(key, [value]);
  };
  for (const { column, words } of columns) {
    const own = withoutTable(words, column.table);
    for (const name of new Set([words.join('_'), ...(own ? [own.join('_')] : [])])) add(byName, name, column);
  }
  for (const table of tables) for (const key of keysOfTable(table)) add(tablesByKey, key, table);
  const pairs = new Map<Column, Set<Column>>();
  const pair = (a: Column, b: Column) => {
    if (a.table !== b.table && a.table.database === b.table.database && !pairs.get(b)?.has(a)) pairs.set(a, (pairs.get(a) ?? new Set()).add(b));
  };
  for (const { column, words } of columns) {
    if (!saysNothing(column.name)) for (const other of byName.get(words.join('_')) ?? []) pair(column, other);
    for (let size = 1; size < words.length; size++) {
      for (const [name, rest] of [[words.slice(0, size), words.slice(size)], [words.slice(-size), words.slice(0, -size)]]) {
        const others = tablesByKey.get(singularKey(name));
        if (!others) continue;
        for (const other of byName.get(rest.join('_')) ?? []) if (others.includes(other.table)) pair(column, other);
      }
    }
  }
  return [...pairs].flatMap(([a, others]) => [...others].map((b) => [a, b] as const));
}

/** When a row was taken out of use is its own business, also where its parent goes with it. */
function mayBeTwin(column: Column): boolean {
  // What a search index holds is made from other columns.
  return !column.isGenerated && !column.isIdentity && column.type.name !== 'tsvector' && column.role === null && !isSoftDelete(column) && !isForeignKeyColumn(column) && !isPrimaryKeyColumn(column);
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
