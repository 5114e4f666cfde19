import {
  ALL_KINDS, columnUses, countedPlaces, fieldsNamedByClients, firstOfLines, hidingGaps, isDead, isFilledTime, isFollowed, isJudgeable, isPrimaryKeyColumn,
  isRecordTable, isReadByAnyName, isReference, isSeen, isUsedByDatabase, isWrittenOnly, nameOf, possibleUses, saysReadOutside, siblingsOf, dropWithSiblings,
  type Column, type Confidence, type Project, type Related, type Rule,
} from '../src/lint/rule.js';

export const writeOnlyColumn: Rule = {
  id: 'write-only-column',
  summary: 'A column that is written and never read',
  level: 'note',
  precision: 'medium',
  evidence: 'absence',
  check(project, report) {
    const isFirstOfLine = firstOfLines();
    for (const table of project.schema.tables) {
      if (!isJudgeable(project, table) || isDead(project, table) || !isSeen(project, table) || isWrittenOnly(project, table)) continue;
      for (const column of table.columns) {
        if (isReadAnyway(project, column) || possibleUses(project, column).length > 0) continue;
        const uses = columnUses(project, column);
        const writes = [...uses.writes, ...uses.genericWrites];
        if (
          writes.length === 0 ||
          uses.reads.length > 0 ||
          uses.named.length > 0 ||
          siblingsOf(project, column).some((one) => isRead(project, one)) ||
          !isFirstOfLine(column)
        )
          continue;
        const known = uses.catchAll.length > 0 && !isReadByAnyName(project, column) ? fieldsNamedByClients(project, column) : 0;
        const note =
          uses.catchAll.length > 0
            ? `; it only leaves together with all columns${known > 0 ? `, and the clients in this repository have the names of ${known} other fields of ${table.name} and never this one` : ''}`
            : '';
        report({
          table,
          columns: [column],
          message: `${nameOf(column)} is written in ${countedPlaces(writes)} and no code in this repository reads it or filters by it${note}`,
          help: `Stop writing ${nameOf(column)} and drop it if nothing outside this repository reads it`,
          confidence: confidenceOf(project, column, uses.catchAll.length > 0 && known === 0),
          weighed: ALL_KINDS,
          related: writes.map((use): Related => ({ message: 'written here', place: use.place, table, column })),
          remedies: [{ title: `Drop ${nameOf(column)}, once nothing writes it and no other program reads it`, sql: dropWithSiblings(project, column) }],
        });
      }
    }
  },
};

/** A mixin's column that one of its tables has a use for stays in all of them. */
function isRead(project: Project, column: Column): boolean {
  const { reads, named } = columnUses(project, column);
  return reads.length + named.length > 0;
}

/** A key, a constraint or the ORM reads it, though no line of code does. */
function isReadAnyway(project: Project, column: Column): boolean {
  const { table } = column;
  return (
    isPrimaryKeyColumn(column) ||
    column.role !== null ||
    isFilledTime(column) ||
    column.onUpdate !== null ||
    column.isGenerated ||
    table.uniques.some((key) => key.columns.includes(column)) ||
    table.indexes.some((index) => index.unique && index.parts.some((part) => part.column === column)) ||
    table.checks.some((check) => check.columns.includes(column) && check.columns.length > 1) ||
    isUsedByDatabase(project.schema, column) ||
    isFollowed(project, column) ||
    saysReadOutside(column.comment)
  );
}

/** References carry integrity, records and triggers have readers that are no code. */
function confidenceOf(project: Project, column: Column, isHandedOut: boolean): Confidence {
  const { table } = column;
  return isHandedOut ||
    isReference(column) ||
    isRecordTable(project.schema, table) ||
    table.triggers.length > 0 ||
    hidingGaps(project, column).some((gap) => gap.does !== 'write')
    ? 'low'
    : 'medium';
}
