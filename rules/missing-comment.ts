import { isAssociation, livingTables, nameOf, type Rule } from '../src/lint/rule.js';

export const missingComment: Rule<{ readonly of: 'tables' | 'columns' | 'both' }> = {
  id: 'missing-comment',
  summary: 'A table or column that nothing describes',
  level: 'note',
  precision: 'very-high',
  evidence: 'presence',
  isOff: true,
  options: {
    type: 'object',
    additionalProperties: false,
    properties: { of: { enum: ['tables', 'columns', 'both'], default: 'tables', description: 'What needs a comment.' } },
  },
  check(project, report, { of }) {
    for (const table of livingTables(project)) {
      if (isAssociation(table)) continue;
      if (of !== 'columns' && !table.comment)
        report({
          table,
          columns: [],
          message: `Nothing says what ${table.name} is`,
          help: `Describe ${table.name} in a comment, a docstring or COMMENT ON`,
          confidence: 'high',
        });
      if (of === 'tables') continue;
      for (const column of table.columns)
        if (!column.comment)
          report({
            table,
            columns: [column],
            message: `Nothing says what ${nameOf(column)} is`,
            help: `Describe ${column.name} in a comment or COMMENT ON`,
            confidence: 'high',
          });
    }
  },
};
