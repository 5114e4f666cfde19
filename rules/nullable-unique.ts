import {
  isDead, isForeignKeyColumn, isOwnTable, isSoftDelete, isTime, nameOf, normalPredicate, sqlColumns, sqlTable, constraintName, listed,
  type Column, type Key, type Rule, type Table,
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
      for (const key of table.uniques) {
        const open = key.columns.filter((column) => column.nullable);
        // One nullable column alone says: unique where it is given.
        if (key.nullsNotDistinct || key.columns.length < 2 || open.length !== 1 || isClosedElsewhere(table, key, open[0])) continue;
        const [column] = open;
        const rest = key.columns.filter((one) => one !== column);
        const isDeletion = isSoftDelete(column) && isTime(column);
        report({
          table,
          columns: key.columns,
          message: `The unique key ${sqlColumns(key.columns)} of ${table.name} lets any number of rows in with the same ${listed(rest.map((one) => one.name))} while ${nameOf(column)} is null`,
          help: isDeletion ? `Replace it by a unique index on ${sqlColumns(rest)} for rows that are not deleted` : `Add a unique index on ${sqlColumns(rest)} for rows without ${column.name}, or declare the key NULLS NOT DISTINCT`,
          confidence: isDeletion ? 'high' : isForeignKeyColumn(column) ? 'medium' : 'low',
          place: key.place,
          remedies: [{ title: `Make ${sqlColumns(rest)} unique where ${column.name} is null`, sql: `CREATE UNIQUE INDEX CONCURRENTLY ${constraintName('uq', table, rest)} ON ${sqlTable(table)} ${sqlColumns(rest)} WHERE ${column.name} IS NULL;` }],
          discriminator: key.columns.map((one) => one.name).join(),
        });
      }
    }
  },
};

/** Another key makes the rest unique, at least where the column is null. */
function isClosedElsewhere(table: Table, key: Key, column: Column): boolean {
  const rest = key.columns.filter((one) => one !== column);
  const within = (columns: readonly (Column | null)[]) => columns.every((one) => one !== null && rest.includes(one));
  return [table.primaryKey, ...table.uniques].some((other) => other !== null && other !== key && within(other.columns))
    || table.indexes.some((index) => index.unique && within(index.parts.map((part) => part.column)) && (index.predicate === null || normalPredicate(index.predicate) === `${column.name} is null`));
}
