import {
  constraintName, firstOfLines, hidesItsKeys, indexAdvice, indexText, isApplication, isDead, isLeftToTheModel, isOwnTable, isPolymorphic, isServed,
  isServedByIndex, isSharedCode, isSmall, isSoftDelete, lookupsInto, nameOf, servedPartOf, siblingsOf, sqlColumns, sqlName, sqlTable, tieOf, uniqueAdvice,
  type Column, type Confidence, type ForeignKey, type Project, type Related, type Rule, type Table,
} from '../src/lint/rule.js';

export const unindexedForeignKey: Rule = {
  id: 'unindexed-foreign-key',
  summary: 'A foreign key that no index starts with, where deletes or queries need one',
  level: 'note',
  precision: 'high',
  evidence: 'presence',
  check(project, report) {
    const isFirstOfLine = firstOfLines();
    // Where no code deletes anything, others do.
    const deletesAny = project.usage.tableUses.some((use) => use.kind === 'delete' && isApplication(use));
    for (const table of project.schema.tables) {
      if (!isOwnTable(table) || hidesItsKeys(table) || isDead(project, table) || isSmall(project, table)) continue;
      for (const key of table.foreignKeys) {
        if (servedPartOf(key) || isPolymorphic(key) || isProposed(project, key)) continue;
        const reason = reasonFor(project, key, deletesAny);
        if (!reason) continue;
        const [column] = key.columns;
        if (!isFirstOfLine(column)) continue;
        const base = siblingsOf(project, column).length > 0 ? column.inheritedFrom : null;
        const list = sqlColumns(key.columns);
        const name = constraintName('ix', table, key.columns);
        const code = indexText(table, name, key.columns, null);
        report({
          table,
          columns: key.columns,
          message: `No index starts with the foreign key ${key.columns.map(nameOf).join(', ')} to ${key.target.name}, and ${reason.text}${base === null ? '' : `; ${base} declares it for other tables too`}`,
          help: `Create an index on ${table.name} ${list}`,
          confidence: reason.confidence,
          ...(key.columns.length > 1 ? { place: key.place } : {}),
          related: reason.related,
          remedies: [
            {
              title: `Create the index on ${table.name} ${list}`,
              sql: `CREATE INDEX CONCURRENTLY ${sqlName(name)} ON ${sqlTable(table)} ${list};`,
              ...(code ? { code } : {}),
            },
          ],
        });
      }
    }
  },
};

/** missing-index, missing-unique or missing-primary-key asks for an index that serves the key too. */
function isProposed(project: Project, key: ForeignKey): boolean {
  const wanted = new Set(key.columns);
  const starts = (columns: readonly Column[]) => columns.slice(0, wanted.size).every((column) => wanted.has(column)) && columns.length >= wanted.size;
  if (starts(tieOf(project.schema, key.table))) return true;
  return [...indexAdvice(project, key.table), ...uniqueAdvice(project, key.table)].some((one) => one.confidence !== 'low' && starts(one.columns));
}

/** Whether code deletes from the table in ways that are seen or not, or from one whose deletes reach it. */
function mayBeDeleted(project: Project, table: Table, seen: ReadonlySet<Table> = new Set()): boolean {
  if (seen.has(table)) return false;
  const isDeleted =
    project.tableUsesOf(table).some((use) => use.kind === 'delete' && isApplication(use)) ||
    project.queriesOf(table).some((query) => query.verb === 'delete' && query.root.table === table && isApplication(query));
  if (isDeleted || project.gapsOf(table).length > 0) return true;
  return table.foreignKeys.some((key) => key.onDelete === 'cascade' && mayBeDeleted(project, key.target, new Set([...seen, table])));
}

/** Who has to read the whole table for want of the index; null when nobody seems to. */
function reasonFor(project: Project, key: ForeignKey, deletesAny: boolean): { text: string; confidence: Confidence; related: Related[] } | null {
  // A repository's base class can delete from many tables: from which of them it does is hard to tell.
  const deletes = project.tableUsesOf(key.target).filter((use) => use.kind === 'delete' && isApplication(use) && !isSharedCode(project, use.place));
  const related = deletes.map((use): Related => ({ message: `rows of ${key.target.name} are deleted here`, place: use.place, table: key.target }));
  // Rows that are only marked as deleted stay.
  const isKept = deletes.length === 0 && key.target.columns.some(isSoftDelete);
  const isEnforced = key.isEnforced && !isLeftToTheModel(project, key);
  if (isEnforced && !isKept && (key.onDelete === 'cascade' || key.onDelete === 'set null')) {
    return {
      text: `each delete from ${key.target.name} ${key.onDelete === 'cascade' ? 'deletes' : 'clears'} its rows by it`,
      confidence: deletes.length > 0 ? 'high' : !deletesAny || mayBeDeleted(project, key.target) ? 'medium' : 'low',
      related,
    };
  }
  if (isEnforced && deletes.length > 0)
    return { text: `each delete from ${key.target.name} looks for rows that still point there`, confidence: 'medium', related };
  const alone = lookupsInto(project, key.table).filter(
    (lookup) =>
      !lookup.isPartial &&
      lookup.equal.length > 0 &&
      lookup.equal.every((column) => key.columns.includes(column)) &&
      !isServed(lookup) &&
      !isServedByIndex(key.table, lookup.equal, lookup.holds),
  );
  if (alone.length === 0) return null;
  return {
    text: 'queries find rows by it',
    confidence: 'high',
    related: alone.map((lookup) => ({ message: 'queried here', place: lookup.place, table: key.table })),
  };
}
