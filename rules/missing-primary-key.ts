import {
  alterTable, isAssociation, isDead, isOwnTable, isThroughTable, sqlColumns, tieOf, type Draft, type Key, type Project, type Rule, type Table,
} from '../src/lint/rule.js';

export const missingPrimaryKey: Rule = {
  id: 'missing-primary-key',
  summary: 'A table without a primary key',
  level: 'error',
  precision: 'very-high',
  evidence: 'presence',
  check(project, report) {
    for (const table of project.schema.tables) {
      if (table.primaryKey || table.columns.length === 0 || table.hasUnreadIndexes || isKeyUnseen(table) || !isOwnTable(table) || isDead(project, table))
        continue;
      const draft = draftFor(project, table);
      if (draft) report(draft);
    }
  },
};

function draftFor(project: Project, table: Table): Draft | null {
  const key = table.uniques.find(isKey);
  const isTie = isAssociation(table) || isThroughTable(project.schema, table);
  // Rows of an association are told apart by what they tie together, once that is unique.
  if (isTie && (key || table.uniques.length > 0 || table.indexes.some((index) => index.unique))) return null;
  const tied = tieOf(project.schema, table);
  const columns = key?.columns ?? tied;
  return {
    table,
    columns: [],
    message: `${table.name} has no primary key${key ? `, though ${sqlColumns(key.columns)} is unique and never null` : tied.length > 0 ? `, so that the same pair can be stored twice` : ', so that its rows cannot be told apart'}`,
    help: columns.length > 0 ? `Make ${sqlColumns(columns)} the primary key of ${table.name}` : `Give ${table.name} a primary key`,
    // Each partition may have a key of its own.
    confidence: project.gapsOf(table).length > 0 ? 'low' : table.partitions ? 'medium' : 'high',
    ...(columns.length > 0 ? { level: 'warning' as const } : {}),
    related: key ? [{ message: 'unique and never null', place: key.place, table }] : [],
    remedies: [
      {
        title: `Add a primary key to ${table.name}`,
        sql: alterTable(
          table,
          columns.length > 0 ? `ADD PRIMARY KEY ${sqlColumns(columns)}` : `ADD COLUMN ${freeName(table)} bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY`,
        ),
      },
    ],
  };
}

/** Only models declare it, and what they inherit out of sight may bring the key. */
function isKeyUnseen(table: Table): boolean {
  return table.hasUnseenParts === true && table.declarations.every((one) => one.kind === 'model');
}

function isKey(key: Key): boolean {
  return key.columns.every((column) => !column.nullable);
}

function freeName(table: Table): string {
  return table.columns.some((column) => column.name === 'id') ? 'row_id' : 'id';
}
