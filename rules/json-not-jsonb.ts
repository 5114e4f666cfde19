import { alterTable, livingTables, nameOf, sqlName, type Rule } from '../src/lint/rule.js';

export const jsonNotJsonb: Rule = {
  id: 'json-not-jsonb',
  summary: 'A document kept as json rather than jsonb',
  level: 'note',
  precision: 'high',
  evidence: 'presence',
  isOff: true,
  isOfPostgres: true,
  check(project, report) {
    for (const column of livingTables(project).flatMap((table) => table.columns)) {
      if (column.type.name !== 'json') continue;
      report({
        table: column.table,
        columns: [column],
        message: `${nameOf(column)} is json, which is parsed again at each look inside and which no index serves`,
        help: `Make ${nameOf(column)} jsonb`,
        confidence: 'high',
        remedies: [
          {
            title: `Make ${nameOf(column)} jsonb`,
            sql: alterTable(column.table, `ALTER COLUMN ${sqlName(column.name)} TYPE jsonb USING ${sqlName(column.name)}::jsonb`),
          },
        ],
      });
    }
  },
};
