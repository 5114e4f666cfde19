import {
  alterTable, isApplication, keysTo, isDead, areWritersUnknown, isEverNull, isOwnTable, isRequirableKey, isThere, isWriteUse, nameOf, readersTakingForFilled,
  sqlName, type Column, type Confidence, type ForeignKey, type Insert, type Project, type Rule,
} from '../src/lint/rule.js';

export const optionalForeignKey: Rule = {
  id: 'optional-foreign-key',
  summary: 'A nullable foreign key that every writer sets',
  level: 'note',
  precision: 'high',
  evidence: 'absence',
  check(project, report) {
    for (const table of project.schema.tables) {
      if (!isOwnTable(table) || isDead(project, table)) continue;
      for (const key of table.foreignKeys) {
        const [column] = key.columns;
        const inserts = isRequirableKey(project, key) && !areWritersUnknown(project, column) ? insertsOf(project, column) : [];
        const confidence = inserts.length > 0 && !isEverNull(project, column) ? confidenceOf(project, key, inserts) : null;
        if (!confidence) continue;
        report({
          table,
          columns: [column],
          message: `${nameOf(column)} may be null, but every writer sets it and nobody asks whether it is there`,
          help: `Make ${nameOf(column)} NOT NULL, after a look at rows that have none`,
          confidence,
          related: inserts.map((insert) => ({ message: 'set here', place: insert.place, table, column })),
          remedies: [{ title: `Make ${nameOf(column)} NOT NULL`, sql: alterTable(table, `ALTER COLUMN ${sqlName(column.name)} SET NOT NULL`) }],
        });
      }
    }
  },
};

/** Inserts of the application; none when one of them, or of a seed or migration, leaves the column out or may do so. */
function insertsOf(project: Project, column: Column): readonly Insert[] {
  const inserts = project.insertsInto(column.table).filter((insert) => insert.context.role !== 'test');
  return inserts.every((insert) => insert.values.has(column)) ? inserts.filter(isApplication) : [];
}

/** Sure when every value is known to be there; where it is not, readers that follow it unasked or the same key on other tables tell what is usual. */
function confidenceOf(project: Project, key: ForeignKey, inserts: readonly Insert[]): Confidence {
  const [column] = key.columns;
  const values = [
    ...inserts.map((insert) => insert.values.get(column)),
    ...project
      .usesOf(column)
      .filter((use) => isApplication(use) && isWriteUse(use))
      .map((use) => use.value),
  ];
  // A row that is copied has what some writer gave the one it is copied from.
  if (values.every((value) => isThere(value) || value?.column === column) && values.some((value) => isThere(value))) return 'high';
  if (readersTakingForFilled(project, column).length > 0) return 'medium';
  const peers = keysTo(project.schema, key.target).filter((one) => one.table !== key.table && one.columns.length === 1 && one.columns[0].name === column.name);
  const isUsual = peers.length > 1 && peers.filter((one) => !one.columns[0].nullable).length * 2 > peers.length;
  return isUsual ? 'medium' : 'low';
}
