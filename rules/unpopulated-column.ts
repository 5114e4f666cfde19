import {
  applicationInserts, columnsReadByClients, columnUses, countedPlaces, gapsAround, isDead, isFilledByTrigger, isFilledTime, isFollowed, isForeignKeyColumn,
  isJudgeable, isPrimaryKeyColumn, isReading, isSeen, legacyText, listed, nameOf, possibleUses, rolesInWords, saysFilledOutside, siblingsOf, type Column,
  type Project, type Related, type Rule,
} from '../src/lint/rule.js';

export const unpopulatedColumn: Rule = {
  id: 'unpopulated-column',
  summary: 'A column that is read and that nothing fills',
  level: 'note',
  precision: 'medium',
  evidence: 'absence',
  check(project, report) {
    for (const table of project.schema.tables) {
      if (!isJudgeable(project, table) || isDead(project, table) || !isSeen(project, table)) continue;
      const inserts = applicationInserts(project, table);
      // Without an insert the whole table is unpopulated; one whose columns we cannot see may fill any. What is assigned to a row that is made empty is a
      // write.
      if (inserts.length === 0 || inserts.some((insert) => insert.isOpen && !insert.isFilledLater)) continue;
      for (const column of table.columns) {
        const uses = columnUses(project, column);
        const reads = uses.reads.filter(isReading);
        // Where a selection or a response names it, somebody asked for it; of a table whose clients are in sight it is told whether they do.
        const seen = reads.length > 0 || columnsReadByClients(project, table).size > 0 ? reads : uses.named;
        if (seen.length === 0 || uses.writes.length + uses.genericWrites.length > 0 || isFilledAnyway(project, column) || mayBeWritten(project, column))
          continue;
        const writtenBy = rolesInWords(uses.elsewhere.filter((use) => use.kind === 'write').map((use) => use.context.role));
        report({
          table,
          columns: [column],
          message: `${nameOf(column)} is ${reads.length > 0 ? 'read' : 'handed out'} in ${countedPlaces(seen)} and ${writtenBy.length > 0 ? `is written only in ${listed(writtenBy)}` : 'nothing in this repository ever writes it'}, so it is always NULL`,
          help: `Write ${nameOf(column)} where its value arises, or drop it together with the code that reads it`,
          confidence: gapsAround(project, column).some((gap) => gap.does !== 'read') ? 'low' : 'medium',
          related: seen.map((use): Related => ({
            message: use.kind === 'read' ? 'read here' : reads.length > 0 ? 'filtered or sorted by here' : 'handed out here',
            place: use.place,
            table,
            column,
          })),
        });
      }
    }
  },
};

function isFilledAnyway(project: Project, column: Column): boolean {
  // Rows are inserted, so a NOT NULL column without a default is written by something that we do not see.
  return (
    !column.nullable ||
    isPrimaryKeyColumn(column) ||
    column.role !== null ||
    isFilledTime(column) ||
    column.databaseDefault !== null ||
    column.hasClientDefault ||
    column.onUpdate !== null ||
    column.isGenerated ||
    column.isIdentity ||
    saysFilledOutside(column.comment) ||
    isFilledByTrigger(project.schema, column) ||
    (isForeignKeyColumn(column) && isFollowed(project, column)) ||
    project.usesOf(column).some((use) => use.kind === 'write' && use.context.role === 'migration') ||
    // What is on its way out has the values of its time.
    legacyText(column.comment, column.name)?.isPlain === true ||
    project.copiesOf(column).some((copy) => copy.to === column && copy.context.role !== 'test') ||
    siblingsOf(project, column).some((one) => project.usesOf(one).some((use) => use.kind === 'write'))
  );
}

/** Any use of the name could be a write, but a field of a type in a client, or of one that is an answer. */
function mayBeWritten(project: Project, column: Column): boolean {
  return possibleUses(project, column).some((use) => !use.isAnswer && !(use.isClient && (use.kind === 'field' || use.kind === 'attribute')));
}
