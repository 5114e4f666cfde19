import { isThroughTable, keysTo, livingTables, relationshipsTo, type Rule, type Schema, type Table } from '../src/lint/rule.js';

export const isolatedTable: Rule = {
  id: 'isolated-table',
  summary: 'A table that no foreign key ties to any other',
  level: 'note',
  precision: 'medium',
  evidence: 'presence',
  isOff: true,
  check(project, report) {
    const tables = livingTables(project);
    const isolated = tables.filter((table) => isIsolated(project.schema, table));
    // Where most tables stand alone there are no foreign keys to speak of.
    if (isolated.length * 2 > tables.length) return;
    for (const table of isolated) {
      report({
        table,
        columns: [],
        message: `No foreign key leads from ${table.name} to another table or to it`,
        help: `Add the foreign keys of ${table.name}, if its rows belong to something`,
        confidence: 'medium',
      });
    }
  },
};

function isIsolated(schema: Schema, table: Table): boolean {
  return (
    table.foreignKeys.every((key) => key.target === table) &&
    keysTo(schema, table).length === 0 &&
    relationshipsTo(schema, table).length === 0 &&
    !isThroughTable(schema, table)
  );
}
