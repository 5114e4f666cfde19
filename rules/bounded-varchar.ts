import { alterTable, livingTables, nameOf, sqlName, type Rule } from '../src/lint/rule.js';

export const boundedVarchar: Rule = {
  id: 'bounded-varchar',
  summary: 'A text whose length its type limits',
  level: 'note',
  precision: 'high',
  evidence: 'presence',
  isOff: true,
  isOfPostgres: true,
  check(project, report) {
    for (const column of livingTables(project).flatMap((table) => table.columns)) {
      const [size] = column.type.args;
      if (column.type.name !== 'character varying' || size === undefined) continue;
      report({
        table: column.table,
        columns: [column],
        message: `${nameOf(column)} is limited to ${size} characters by its type, which costs a lock to change and saves no space`,
        help: `Make ${nameOf(column)} text, with a check of its length where the length matters`,
        confidence: 'high',
        remedies: [{ title: `Make ${nameOf(column)} text`, sql: alterTable(column.table, `ALTER COLUMN ${sqlName(column.name)} TYPE text`) }],
      });
    }
  },
};
