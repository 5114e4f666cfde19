import { livingTables, type Rule } from '../src/lint/rule.js';

export const wideTable: Rule<{ readonly max: number }> = {
  id: 'wide-table',
  summary: 'A table with very many columns',
  level: 'note',
  precision: 'high',
  evidence: 'presence',
  isOff: true,
  options: {
    type: 'object',
    additionalProperties: false,
    properties: { max: { type: 'integer', minimum: 1, default: 50, description: 'The most columns a table may have.' } },
  },
  check(project, report, { max }) {
    for (const table of livingTables(project)) {
      if (table.columns.length <= max) continue;
      report({
        table,
        columns: [],
        message: `${table.name} has ${table.columns.length} columns, more than ${max}`,
        help: `Move groups of columns of ${table.name} that are read or written together to tables of their own`,
        confidence: 'high',
      });
    }
  },
};
