import {
  alterTable, applicationInserts, counted, isApplication, isDead, isEverNull, hasUnknownWriters, isForeignKeyColumn, isOwnTable, isThere, isTime, nameOf, sqlName,
  type Column, type Rule, type Use,
} from '../src/lint/rule.js';

export const missingNotNull: Rule = {
  id: 'missing-not-null',
  summary: 'A nullable column that every writer fills and every reader takes for filled',
  level: 'note',
  precision: 'medium',
  evidence: 'absence',
  check(project, report) {
    for (const table of project.schema.tables) {
      if (!isOwnTable(table) || isDead(project, table) || hasUnknownWriters(project, table)) continue;
      const inserts = project.insertsInto(table).filter((insert) => insert.context.role !== 'test');
      if (!inserts.some(isApplication)) continue;
      for (const column of table.columns) {
        if (!mayBeRequired(column) || !inserts.every((insert) => insert.values.has(column)) || isEverNull(project, column)) continue;
        const readers = project.usesOf(column).filter(takesItForFilled);
        if (readers.length === 0) continue;
        const values = applicationInserts(project, table).map((insert) => insert.values.get(column));
        report({
          table,
          columns: [column],
          message: `${nameOf(column)} may be null, but every insert sets it and ${counted(readers.length, 'reader')} ${readers.length === 1 ? 'uses' : 'use'} it without asking whether it is there`,
          help: `Make ${nameOf(column)} NOT NULL, after a look at rows that have none`,
          confidence: values.every(isThere) || readers.length > 1 ? 'medium' : 'low',
          related: readers.map((use) => ({ message: 'used here as if it were always there', place: use.place, table, column })),
          remedies: [{ title: `Make ${nameOf(column)} NOT NULL`, sql: alterTable(table, `ALTER COLUMN ${sqlName(column.name)} SET NOT NULL`) }],
        });
      }
    }
  },
};

/** Foreign keys and times of creation have rules of their own; the time of an event is null until it happens. */
function mayBeRequired(column: Column): boolean {
  return column.nullable && column.submodel === null && !column.isGenerated && column.onUpdate === null && !isForeignKeyColumn(column) && !isTime(column) && column.role === null;
}

function takesItForFilled(use: Use): boolean {
  return isApplication(use) && !use.context.isClient && use.isDereference === true && use.isTest !== true;
}
