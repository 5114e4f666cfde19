import { isAssociation, isThroughTable, listed, livingTables, type Rule } from '../src/lint/rule.js';

export const requiredColumns: Rule<{ readonly columns: readonly string[]; readonly except: readonly string[] }> = {
  id: 'required-columns',
  summary: 'A table without a column that every table must have',
  level: 'note',
  precision: 'very-high',
  evidence: 'presence',
  isOff: true,
  options: {
    type: 'object', additionalProperties: false,
    properties: {
      columns: { type: 'array', items: { type: 'string', minLength: 1 }, default: [], description: 'The columns that every table must have.' },
      except: { type: 'array', items: { type: 'string', minLength: 1 }, default: [], description: 'Tables that need none of them.' },
    },
  },
  check(project, report, { columns, except }) {
    for (const table of livingTables(project)) {
      const missing = columns.filter((name) => !table.columns.some((column) => column.name === name));
      if (missing.length === 0 || except.includes(table.name) || isAssociation(table) || isThroughTable(project.schema, table)) continue;
      report({
        table,
        columns: [],
        message: `${table.name} lacks ${listed(missing)}, which every table must have`,
        help: `Add ${listed(missing)} to ${table.name}, or name it in the option except`,
        confidence: 'high',
        discriminator: [...missing].sort().join(),
      });
    }
  },
};
