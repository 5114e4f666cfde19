import { alterTable, livingTables, nameOf, sqlName, type Rule } from '../src/lint/rule.js';

export const charType: Rule = {
  id: 'char-type',
  summary: 'A column of the blank-padded type char',
  level: 'note',
  precision: 'high',
  evidence: 'presence',
  isOff: true,
  isOfPostgres: true,
  check(project, report) {
    for (const column of livingTables(project).flatMap((table) => table.columns)) {
      if (column.type.name !== 'character') continue;
      const size = column.type.args[0] ?? 1;
      report({
        table: column.table,
        columns: [column],
        message: `${nameOf(column)} is char(${size}), which fills shorter values with blanks that comparisons then overlook`,
        help: `Make ${nameOf(column)} text with a check of its length`,
        confidence: 'high',
        remedies: [
          {
            title: `Make ${nameOf(column)} text`,
            sql: alterTable(column.table, `ALTER COLUMN ${sqlName(column.name)} TYPE text`, `ADD CHECK (length(${sqlName(column.name)}) = ${size})`),
          },
        ],
      });
    }
  },
};
