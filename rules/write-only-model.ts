import {
  applicationInserts, countedPlaces, dropTable, isApplication, isAssociation, isDead, isJudgeable, isQueueTable, isRecordTable, isThroughTable, isWriteUse,
  isWrittenOnly, keysTo, spanStart, type Project, type Related, type Rule, type Table,
} from '../src/lint/rule.js';

export const writeOnlyModel: Rule = {
  id: 'write-only-model',
  summary: 'A table that is filled and never queried',
  level: 'note',
  precision: 'medium',
  evidence: 'absence',
  check(project, report) {
    for (const table of project.schema.tables) {
      if (
        !isJudgeable(project, table) ||
        isDead(project, table) ||
        isAssociation(table) ||
        isThroughTable(project.schema, table) ||
        !isWrittenOnly(project, table)
      )
        continue;
      const isKept = isRecordTable(project.schema, table) || isQueueTable(table);
      const sites = writesTo(project, table);
      report({
        table,
        columns: [],
        message: `${table.name} is written in ${countedPlaces(sites)} and no code in this repository queries it or hands it out${isKept ? '; by its name, people or other programs may read it' : ''}`,
        help: `Stop writing ${table.name} and drop it, or query it where its rows are needed. List it under externalReaders if another program reads it`,
        confidence: isKept || isObscuredAnywhere(project, table) || keysTo(project.schema, table).length > 0 ? 'low' : 'medium',
        related: sites,
        remedies: [{ title: `Drop ${table.name}, once nothing writes it and no other program reads it`, sql: dropTable(table) }],
      });
    }
  },
};

/** Something about the table, or about one of its columns, could not be seen. */
function isObscuredAnywhere(project: Project, table: Table): boolean {
  return project.gapsOf(table).length > 0 || table.columns.some((column) => project.gapsOf(column).length > 0);
}

function writesTo(project: Project, table: Table): readonly Related[] {
  const inserts = applicationInserts(project, table).map((insert): Related => ({ message: 'rows are inserted here', place: insert.place, table }));
  const siteOf = ({ path, at }: Related['place']) => `${path}:${spanStart(at)}`;
  const known = new Set(inserts.map((one) => siteOf(one.place)));
  const uses = project
    .tableUsesOf(table)
    .filter((use) => isApplication(use) && (use.kind === 'insert' || use.kind === 'update') && !known.has(siteOf(use.place)));
  const sites = [
    ...inserts,
    ...uses.map((use): Related => ({ message: use.kind === 'insert' ? 'rows are inserted here' : 'rows are updated here', place: use.place, table })),
  ];
  if (sites.length > 0) return sites;
  const writes = table.columns.flatMap((column) => project.usesOf(column)).filter((use) => isApplication(use) && isWriteUse(use));
  return writes.map((use): Related => ({ message: 'written here', place: use.place, table, column: use.column }));
}
