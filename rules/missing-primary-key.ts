import { alterTable, isAssociation, isDead, isOwnTable, isThroughTable, sqlColumns, type Key, type Rule, type Table } from '../src/lint/rule.js';

export const missingPrimaryKey: Rule = {
  id: 'missing-primary-key',
  summary: 'A table without a primary key',
  level: 'error',
  precision: 'very-high',
  evidence: 'presence',
  check(project, report) {
    for (const table of project.schema.tables) {
      if (table.primaryKey || table.columns.length === 0 || table.partitions || !isOwnTable(table) || isDead(project, table)) continue;
      // Rows of an association are told apart by what they tie together.
      if (isAssociation(table) || isThroughTable(project.schema, table)) continue;
      const key = table.uniques.find(isKey);
      report({
        table,
        columns: [],
        message: `${table.name} has no primary key${key ? `, though ${sqlColumns(key.columns)} is unique and never null` : ''}, so that its rows cannot be told apart`,
        help: key ? `Make ${sqlColumns(key.columns)} the primary key of ${table.name}` : `Give ${table.name} a primary key`,
        confidence: project.gapsOf(table).length > 0 ? 'low' : 'high',
        ...(key ? { level: 'warning' as const, related: [{ message: 'unique and never null', place: key.place, table }] } : {}),
        remedies: [{ title: `Add a primary key to ${table.name}`, sql: alterTable(table, key ? `ADD PRIMARY KEY ${sqlColumns(key.columns)}` : `ADD COLUMN ${freeName(table)} bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY`) }],
      });
    }
  },
};

function isKey(key: Key): boolean {
  return key.columns.every((column) => !column.nullable);
}

function freeName(table: Table): string {
  return table.columns.some((column) => column.name === 'id') ? 'row_id' : 'id';
}
