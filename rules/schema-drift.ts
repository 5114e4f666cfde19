import { droppedUses, isOwnTable, type Drift, type Rule } from '../src/lint/rule.js';

export const schemaDrift: Rule = {
  id: 'schema-drift',
  summary: 'Models and migrations that disagree about the schema',
  level: 'warning',
  precision: 'high',
  evidence: 'presence',
  check(project, report) {
    const told = new Set(droppedUses(project).map((use) => use.column ?? use.table));
    for (const drift of project.schema.drifts) {
      const { table, column, what } = drift;
      // What a migration dropped under the code's feet is another rule's finding.
      if (!isOwnTable(table) || (what === 'table' && told.has(table)) || (what === 'column' && column && told.has(column))) continue;
      const columns = column ? [column] : table.columns.filter((one) => drift.names.includes(one.name));
      const subject = column ? `${table.name}.${column.name}` : drift.names.length > 0 ? `${table.name} (${drift.names.join(', ')})` : table.name;
      report({
        table,
        columns: what === 'table' ? [] : columns,
        message: `Models and migrations disagree about ${WORDS[what]} ${subject}: ${textOf(drift.inModel)} in the model, ${textOf(drift.inDatabase)} in the database`,
        help: 'Write the migration that is missing, or bring the model in line with the database',
        confidence: confidenceOf(drift),
        place: drift.modelPlace,
        related: [{ message: 'the other side', place: drift.databasePlace, table }],
        discriminator: `${what} ${[...drift.names].sort().join()}`,
      });
    }
  },
};

const WORDS: Record<Drift['what'], string> = {
  table: 'the table',
  column: 'the column',
  type: 'the type of',
  nullable: 'null in',
  unique: 'uniqueness of',
  index: 'the index on',
  'foreign-key': 'the foreign key of',
  'on-delete': 'ON DELETE of',
};

/** Types are spelled in many ways, indexes are often made by hand, and a table may be made elsewhere. */
function confidenceOf(drift: Drift): 'high' | 'medium' {
  return drift.what === 'type' || drift.what === 'table' || drift.what === 'index' ? 'medium' : 'high';
}

function textOf(side: string): string {
  return side === '' ? 'nothing' : side;
}
