import { alterTable, familyOf, isApplication, isDead, isOwnTable, keysTo, nameOf, sqlName, type Column, type Rule } from '../src/lint/rule.js';

export const shortPrimaryKey: Rule = {
  id: 'short-primary-key',
  summary: 'A 32-bit primary key on a table that grows with every request',
  level: 'note',
  precision: 'medium',
  evidence: 'presence',
  isOff: true,
  check(project, report) {
    for (const table of project.schema.tables) {
      const [column, ...more] = table.primaryKey?.columns ?? [];
      if (
        !column ||
        more.length > 0 ||
        !isOwnTable(table) ||
        isDead(project, table) ||
        !isShort(column) ||
        !isCounted(column) ||
        table.foreignKeys.some((key) => key.columns.includes(column))
      )
        continue;
      const growth = project
        .insertsInto(table)
        .filter((insert) => isApplication(insert) && (/^(route|message|worker)$/.test(insert.context.entry ?? '') || insert.context.inLoop));
      if (growth.length === 0) continue;
      const keys = keysTo(project.schema, table).filter((key) => key.columns.length === 1 && isShort(key.columns[0]));
      const all = [column, ...keys.map((key) => key.columns[0])];
      report({
        table,
        columns: [column],
        message: `${nameOf(column)} is a 32-bit number and ends at 2,147,483,647 rows, while requests or jobs add rows`,
        help: `Make ${all.map(nameOf).join(', ')} bigint before the numbers run out`,
        confidence: 'medium',
        related: [
          ...growth.map((insert) => ({ message: 'rows are added here', place: insert.place, table })),
          ...keys.map((key) => ({ message: 'a foreign key of the same size', place: key.place, table: key.table, column: key.columns[0] })),
        ],
        remedies: [
          {
            title: 'Widen the key and the foreign keys to it',
            sql: all.map((one) => alterTable(one.table, `ALTER COLUMN ${sqlName(one.name)} TYPE bigint`)).join('\n'),
          },
        ],
      });
    }
  },
};

/** The database hands out the numbers; a year or a code is what it is. */
function isCounted(column: Column): boolean {
  return column.isIdentity || /serial/.test(column.type.name) || /nextval/i.test(column.databaseDefault ?? '');
}

/** SQLite's integers have 64 bits. */
function isShort(column: Column): boolean {
  return column.table.engine !== 'sqlite' && ['integer', 'smallint'].includes(familyOf(column) ?? '');
}
