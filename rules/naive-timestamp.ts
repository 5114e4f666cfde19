import {
  alterTable, counted, firstOfLines, isDead, isOwnTable, isShapedByLibrary, nameOf, siblingsOf, sqlName, wordsOf, type Column, type Project, type Rule,
} from '../src/lint/rule.js';

export const naiveTimestamp: Rule = {
  id: 'naive-timestamp',
  summary: 'A point in time without a time zone in a schema that keeps time zones elsewhere',
  level: 'note',
  precision: 'high',
  evidence: 'presence',
  isOfPostgres: true,
  check(project, report) {
    const isFirstOfLine = firstOfLines();
    for (const [, columns] of pointsByDatabase(project)) {
      const naive = columns.filter((column) => column.type.name === NAIVE);
      const aware = columns.filter((column) => column.type.name === AWARE);
      // Where most are naive, that is the habit of the schema.
      if (naive.length === 0 || aware.length < naive.length) continue;
      for (const column of naive) {
        if (isDead(project, column.table) || isShapedByLibrary(project, column.table)) continue;
        if (!isFirstOfLine(column)) continue;
        const siblings = siblingsOf(project, column).length;
        report({
          table: column.table,
          columns: [column],
          message: `${nameOf(column)} has no time zone, while ${aware.length} other points in time in this schema have one${siblings > 0 ? `; so it is in ${counted(siblings, 'other table')} of ${column.inheritedFrom}` : ''}`,
          help: `Make ${nameOf(column)} a timestamp with time zone`,
          confidence: aware.length >= naive.length * 2 ? 'high' : 'medium',
          related: aware
            .filter((one) => one.table === column.table)
            .slice(0, 1)
            .map((one) => ({ message: 'has a time zone', place: one.place, table: one.table, column: one })),
          remedies: [
            {
              title: `Keep the zone of ${nameOf(column)}, when its values are in UTC`,
              sql: alterTable(
                column.table,
                `ALTER COLUMN ${sqlName(column.name)} TYPE timestamp with time zone USING ${sqlName(column.name)} AT TIME ZONE 'UTC'`,
              ),
            },
          ],
        });
      }
    }
  },
};

const NAIVE = 'timestamp without time zone';
const AWARE = 'timestamp with time zone';

/** Columns that hold a moment, not a wall clock's reading (`opens_local`, `local_time`). */
function pointsByDatabase(project: Project): Map<string, Column[]> {
  const found = new Map<string, Column[]>();
  for (const table of project.schema.tables) {
    if (!isOwnTable(table)) continue;
    const points = table.columns.filter(
      (column) => column.type.array === 0 && (column.type.name === NAIVE || column.type.name === AWARE) && !wordsOf(column.name).includes('local'),
    );
    const known = found.get(table.database);
    if (known) known.push(...points);
    else found.set(table.database, points);
  }
  return found;
}
