import {
  conjunctsOf, isDead, isForeignKeyColumn, isOwnTable, isSoftDelete, isSoftDeletePredicate, isTime, nameOf, normalPredicate, sqlColumns, sqlName, sqlTable,
  constraintName, listed, type Column, type Place, type Rule, type Table,
} from '../src/lint/rule.js';

export const nullableUnique: Rule = {
  id: 'nullable-unique',
  summary: 'A unique key that lets duplicates in where one of its columns is null',
  level: 'note',
  precision: 'high',
  evidence: 'presence',
  check(project, report) {
    for (const table of project.schema.tables) {
      if (!isOwnTable(table) || isDead(project, table)) continue;
      for (const key of uniqueListsOf(table)) {
        const open = key.columns.filter((column) => column.nullable);
        // One nullable column alone says: unique where it is given.
        if (key.columns.length < 2 || open.length !== 1 || isClosedElsewhere(table, key, open[0])) continue;
        const [column] = open;
        const rest = key.columns.filter((one) => one !== column);
        const isDeletion = isSoftDelete(column) && isTime(column);
        report({
          table,
          columns: key.columns,
          message: `The unique key ${sqlColumns(key.columns)} of ${table.name} lets any number of rows in with the same ${listed(rest.map((one) => one.name))} while ${nameOf(column)} is null`,
          help: isDeletion
            ? `Replace it by a unique index on ${sqlColumns(rest)} for rows that are not deleted`
            : `Add a unique index on ${sqlColumns(rest)} for rows without ${column.name}, or declare the key NULLS NOT DISTINCT`,
          confidence: isDeletion ? 'high' : isNamedWithin(column, rest) ? 'medium' : 'low',
          place: key.place,
          remedies: [
            {
              title: `Make ${sqlColumns(rest)} unique where ${column.name} is null`,
              sql: `CREATE UNIQUE INDEX CONCURRENTLY ${sqlName(constraintName('uq', table, rest))} ON ${sqlTable(table)} ${sqlColumns(rest)} WHERE ${[`${sqlName(column.name)} IS NULL`, ...(key.predicate ? [`(${key.predicate})`] : [])].join(' AND ')};`,
            },
          ],
          discriminator: key.columns.map((one) => one.name).join(),
        });
      }
    }
  },
};

interface UniqueList { readonly columns: readonly Column[]; readonly predicate: string | null; readonly place: Place }

/** Unique keys, and unique indexes over plain columns of all rows or of those that are not deleted, in which two nulls differ. */
function uniqueListsOf(table: Table): readonly UniqueList[] {
  const indexes = table.indexes
    .filter((index) => index.unique && !index.nullsNotDistinct && (index.predicate === null || isSoftDeletePredicate(table, normalPredicate(index.predicate))))
    .map((index) => ({
      columns: index.parts.flatMap((part) => (part.column ? [part.column] : [])),
      count: index.parts.length,
      predicate: index.predicate,
      place: index.place,
    }))
    .filter((index) => index.columns.length === index.count);
  return [...table.uniques.filter((key) => !key.nullsNotDistinct).map((key) => ({ columns: key.columns, predicate: null, place: key.place })), ...indexes];
}

/**
 * The key names a row within a parent (`parent_id`, `label`), so that those without a parent are to be told apart by their names as well. A key of
 * references alone says once for each pair, and a row without the other side is something else: an invitation, an entry of its own.
 */
function isNamedWithin(column: Column, rest: readonly Column[]): boolean {
  return isForeignKeyColumn(column) && !rest.every(isForeignKeyColumn);
}

/** Another key makes the rest unique, at least where the column is null; or one over an expression of the column gives null a value. */
function isClosedElsewhere(table: Table, key: UniqueList, column: Column): boolean {
  const rest = key.columns.filter((one) => one !== column);
  const within = (columns: readonly (Column | null)[]) => columns.every((one) => one !== null && rest.includes(one));
  if (isAlternative(table, key, column)) return true;
  if ([table.primaryKey, ...table.uniques].some((other) => other !== null && within(other.columns))) return true;
  // A key for each of two parents, of which a row has one.
  if (
    uniqueListsOf(table).some(
      (other) =>
        other.columns.length === key.columns.length &&
        !other.columns.includes(column) &&
        rest.every((one) => other.columns.includes(one)) &&
        other.columns.some((one) => one.nullable),
    )
  )
    return true;
  return table.indexes.some((index) => {
    if (!index.unique || !holdsForNull(index.predicate, column, table)) return false;
    // A key for just these rows is what the project wants of them, over the rest or within another parent: `(workspace_id, name) WHERE task_id IS NULL`.
    if (isForNull(index.predicate, column)) return index.parts.some((part) => part.column !== null && rest.includes(part.column));
    return index.parts.every((part) => (part.column ? rest.includes(part.column) : mentions(part.expression, column)));
  });
}

/** The row has one parent of several kinds, and each kind has its key: `(device, name)` beside `(module, name)`. */
function isAlternative(table: Table, key: UniqueList, column: Column): boolean {
  const rest = key.columns.filter((one) => one !== column);
  return isForeignKeyColumn(column) && uniqueListsOf(table).some((other) => {
    const parents = other.columns.filter((one) => !rest.includes(one));
    return other.columns.length === key.columns.length && parents.length === 1 && parents[0] !== column && isForeignKeyColumn(parents[0]);
  });
}

function holdsForNull(predicate: string | null, column: Column, table: Table): boolean {
  return conjunctsOf(predicate).every((part) => part === nullTestOf(column) || isSoftDeletePredicate(table, part));
}

const isForNull = (predicate: string | null, column: Column): boolean => conjunctsOf(predicate).includes(nullTestOf(column));
const nullTestOf = (column: Column): string => `${column.name.toLowerCase()} is null`;

function mentions(expression: string | null, column: Column): boolean {
  return expression !== null && /\bcoalesce\b/i.test(expression) && expression.toLowerCase().includes(column.name.toLowerCase());
}
