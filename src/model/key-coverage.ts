/** What the keys and indexes of a table already serve: lookups by a set of columns, and uniqueness. */
import type { Column, ForeignKey, Index, Table } from './schema.js';
import { conjunctsOf, normalPredicate } from './indexes.js';

/** The columns an index or key starts with, in order, up to its first expression. */
interface Prefix { readonly columns: readonly Column[]; readonly predicate: string | null; readonly only?: 'equality-alone' | 'unsorted' }

/**
 * Whether an index, the primary key, a unique or an exclusion constraint starts with these columns: as a set they are its
 * first ones, in any order. A partial index counts where its predicate holds for every row that such a lookup asks for:
 * each part of it says that a column is not null or not empty or the row not deleted, or is one of `predicates` (of the query).
 */
export function isServedByIndex(table: Table, columns: readonly Column[], predicates: readonly string[] = []): boolean {
  return servingPrefixes(table, columns, predicates).length > 0;
}

/**
 * The columns of a foreign key by which an index finds the rows of a parent: all of them, or those first ones of an index that
 * alone are a key of the parent (`order_id` of `(order_id, tenant_id)`), so that the others leave nothing out. Null where none does.
 */
export function servedPartOf(key: ForeignKey): readonly Column[] | null {
  if (isServedByIndex(key.table, key.columns)) return key.columns;
  const starts = leadingColumns(key.table).map((columns) => columns.slice(0, firstOutside(columns, key.columns)));
  return starts.find((start) => start.length > 0 && impliesUnique(key.target, start.map((column) => key.targetColumns[key.columns.indexOf(column)]))) ?? null;
}

/** How many columns come before the first one that is none of `wanted`. */
function firstOutside(columns: readonly Column[], wanted: readonly Column[]): number {
  const end = columns.findIndex((column) => !wanted.includes(column));
  return end < 0 ? columns.length : end;
}

/**
 * Whether a key or index starts with the columns `equal` in any order and goes on with `next`. Columns that are `fixed` to one
 * value by the query may stand anywhere between. `isSort`: the rows are wanted in the order of the columns.
 */
export function isServedInOrder(
  table: Table,
  equal: readonly Column[],
  next: Column | null,
  predicates: readonly string[] = [],
  fixed: readonly Column[] = [],
  isSort = false,
): boolean {
  return servingPrefixes(table, equal, predicates, fixed).some(
    (prefix) => (next === null || prefix.columns[equal.length] === next) && !(isSort && prefix.only === 'unsorted'),
  );
}

/** The columns that keys and indexes start with: each list is what one of them can look up at most. */
export function leadingColumns(table: Table, predicates: readonly string[] = []): readonly (readonly Column[])[] {
  return prefixesOf(table).filter((prefix) => isUsable(table, prefix, prefix.columns, predicates)).map((prefix) => prefix.columns);
}

function servingPrefixes(table: Table, columns: readonly Column[], predicates: readonly string[], fixed: readonly Column[] = []): Prefix[] {
  const wanted = new Set(columns);
  const isFixed = (column: Column) => fixed.includes(column) && !wanted.has(column);
  return prefixesOf(table).map((prefix) => ({ ...prefix, columns: prefix.columns.filter((column) => !isFixed(column)) })).filter((prefix) => {
    const start = prefix.columns.slice(0, wanted.size);
    return (
      start.length === wanted.size &&
      start.every((column) => wanted.has(column)) &&
      (prefix.only !== 'equality-alone' || prefix.columns.length === wanted.size) &&
      isUsable(table, prefix, columns, predicates)
    );
  });
}

function prefixesOf(table: Table): Prefix[] {
  const keys = [...(table.primaryKey ? [table.primaryKey] : []), ...table.uniques].map((key): Prefix => ({ columns: key.columns, predicate: null }));
  const exclusions = table.exclusions.map((exclusion): Prefix => ({ columns: exclusion.columns, predicate: null }));
  return [...keys, ...exclusions, ...table.indexes.flatMap(prefixesOfIndex)];
}

function prefixesOfIndex(index: Index): Prefix[] {
  const { method, predicate } = index;
  if (method === 'btree') return [{ columns: plainStart(index), predicate }];
  if (method === 'hash') return [{ columns: plainStart(index), predicate, only: 'equality-alone' }];
  if (method !== 'brin') return [];
  // Each column of a BRIN index narrows by itself: https://www.postgresql.org/docs/current/indexes-multicolumn.html
  const columns = index.parts.flatMap((part) => part.column ?? []);
  return columns.map((first) => ({ columns: [first, ...columns.filter((column) => column !== first)], predicate, only: 'unsorted' }));
}

function plainStart(index: Index): Column[] {
  const end = index.parts.findIndex((part) => part.column === null);
  return (end < 0 ? index.parts : index.parts.slice(0, end)).map((part) => part.column!);
}

function isUsable(table: Table, prefix: Prefix, columns: readonly Column[], predicates: readonly string[]): boolean {
  const predicate = normalPredicate(prefix.predicate);
  if (predicate === null) return true;
  const asked = new Set(predicates.map(normalPredicate));
  if (asked.has(predicate)) return true;
  return conjunctsOf(predicate).every(
    (conjunct) => asked.has(conjunct) || columns.some((column) => isOfFilled(column, conjunct)) || isSoftDeletePredicate(table, conjunct),
  );
}

/** `code IS NOT NULL`, `code <> ''`: rows without a value are left out, and nobody looks for those by it. */
function isOfFilled({ name }: Column, conjunct: string | null): boolean {
  return conjunct === `${name.toLowerCase()} is not null` || conjunct === `${name.toLowerCase()}<>''`;
}

/** `deleted_at IS NULL`, `is_deleted = false`: rows the application calls deleted are left out. */
export function isSoftDeletePredicate(table: Table, predicate: string | null): boolean {
  return table.columns.some(
    (column) => isSoftDelete(column) && [`${column.name.toLowerCase()} is null`, `${column.name.toLowerCase()}=false`].includes(predicate ?? ''),
  );
}

/** The column that says that a row counts as deleted. */
export function isSoftDelete(column: Column): boolean {
  return column.role === 'soft-delete' || /^(deleted_?at|deleted_?on|is_?deleted|deleted|removed_?at|archived_?at)$/i.test(column.name);
}

/**
 * Whether the schema allows at most one row for equal values of these columns: a primary key, unique key or unique index lies
 * within them. A partial unique index counts where `predicates` hold its predicate.
 */
export function impliesUnique(table: Table, columns: Iterable<Column>, predicates: readonly string[] = []): boolean {
  const given = new Set(columns);
  const within = (list: readonly Column[]) => list.length > 0 && list.every((column) => given.has(column));
  if ((table.primaryKey && within(table.primaryKey.columns)) || table.uniques.some((key) => within(key.columns))) return true;
  return table.indexes.some(
    (index) => index.unique && index.parts.every((part) => part.column && given.has(part.column)) && hasPredicate(index.predicate, predicates),
  );
}

/** Whether a unique index with an expression or a predicate covers the column, so that somebody has thought about its uniqueness. */
export function hasLooseUnique(table: Table, columns: readonly Column[]): boolean {
  return table.indexes.some(
    (index) =>
      index.unique &&
      (index.predicate !== null || index.parts.some((part) => part.expression)) &&
      columns.every((column) => index.parts.some((part) => part.column === column || names(part.expression, column))),
  );
}

function names(expression: string | null, column: Column): boolean {
  return expression !== null && new RegExp(`\\b${column.name.replace(/[^\w]/g, '.')}\\b`, 'i').test(expression);
}

function hasPredicate(predicate: string | null, predicates: readonly string[]): boolean {
  if (predicate === null) return true;
  const known = new Set(predicates.map((one) => normalPredicate(one)));
  return conjunctsOf(predicate).every((conjunct) => known.has(conjunct));
}
