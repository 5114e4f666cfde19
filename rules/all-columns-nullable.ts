import { isAssociation, isPrimaryKeyColumn, livingTables, type Rule } from '../src/lint/rule.js';

export const allColumnsNullable: Rule = {
  id: 'all-columns-nullable',
  summary: 'A table that takes a row without any value',
  level: 'note',
  precision: 'high',
  evidence: 'presence',
  isOff: true,
  check(project, report) {
    for (const table of livingTables(project)) {
      const columns = table.columns.filter(
        (column) => !isPrimaryKeyColumn(column) && column.databaseDefault === null && !column.hasClientDefault && !column.isGenerated,
      );
      if (columns.length < FEWEST || isAssociation(table) || columns.some((column) => !column.nullable) || table.checks.length > 0) continue;
      report({
        table,
        columns: [],
        message: `Every column of ${table.name} but its key may be null, so that a row may say nothing`,
        help: `Make the columns NOT NULL without which a row of ${table.name} makes no sense`,
        confidence: 'medium',
      });
    }
  },
};

/** Beside the key and what fills itself. */
const FEWEST = 2;
