import {
  alterTable, applicationInserts, counted, isApplication, isBoolean, isDead, isEverNull, hasFillingDefault, areWritersUnknown, insertsLeavingOut,
  isForeignKeyColumn, isOfSeveralKinds, isOwnTable, isRequirableKey, isThere, isTime, nameOf, readersTakingForFilled, sqlName, siteOf, type Column,
  type Confidence, type Project, type Rule, type Use,
} from '../src/lint/rule.js';

export const missingNotNull: Rule = {
  id: 'missing-not-null',
  summary: 'A nullable column that every writer fills and every reader takes for filled',
  level: 'note',
  precision: 'medium',
  evidence: 'presence',
  check(project, report) {
    for (const table of project.schema.tables) {
      if (!isOwnTable(table) || isDead(project, table)) continue;
      for (const column of table.columns) {
        if (!mayBeRequired(project, column) || isEverNull(project, column)) continue;
        const readers = readersTakingForFilled(project, column);
        const confidence = readers.length > 0 ? confidenceOf(project, column, readers) : null;
        if (!confidence) continue;
        const isFilled = areWritersKnown(project, column);
        report({
          table,
          columns: [column],
          message: `${nameOf(column)} may be null, but ${isFilled ? 'every insert sets it' : 'nothing in sight writes null'} and ${counted(readers.length, 'reader')} ${readers.length === 1 ? 'uses' : 'use'} it without asking whether it is there`,
          help: `Make ${nameOf(column)} NOT NULL, after a look at rows that have none`,
          confidence,
          related: readers.map((use) => ({ message: 'used here as if it were always there', place: use.place, table, column })),
          remedies: [{ title: `Make ${nameOf(column)} NOT NULL`, sql: alterTable(table, `ALTER COLUMN ${sqlName(column.name)} SET NOT NULL`) }],
        });
      }
    }
  },
};

/**
 * Booleans and times of creation have rules of their own; the time of an event is null until it happens. A foreign key that every writer sets is that of
 * `optional-foreign-key`.
 */
function mayBeRequired(project: Project, column: Column): boolean {
  const key = column.table.foreignKeys.find((one) => one.columns.includes(column));
  if (key) return isRequirableKey(project, key) && !areWritersKnown(project, column);
  // That the model asks for a value and the database does not is told as the drift that it is.
  if (project.schema.drifts.some((drift) => drift.column === column && drift.what === 'nullable')) return false;
  // A list that no declaration calls nullable cannot be declared NOT NULL in some ORMs, and reads as an empty one where it is null.
  if (column.type.array > 0 && !column.nullableIsExplicit) return false;
  return (
    column.nullable &&
    column.submodel === null &&
    !column.isGenerated &&
    column.onUpdate === null &&
    !isTime(column) &&
    !isBoolean(column) &&
    column.role === null
  );
}

/** Every insert is in sight and sets it. */
function areWritersKnown(project: Project, column: Column): boolean {
  return !areWritersUnknown(project, column) && project.insertsInto(column.table).some(isApplication) && insertsLeavingOut(project, column).length === 0;
}

/**
 * Where every writer is known one reader tells something; elsewhere two functions have to agree, or one that follows a key or relies on a default. Null once a
 * writer leaves it empty.
 */
function confidenceOf(project: Project, column: Column, readers: readonly Use[]): Confidence | null {
  if (insertsLeavingOut(project, column).some((insert) => !insert.isOpen)) return null;
  if (areWritersKnown(project, column)) {
    const values = applicationInserts(project, column.table).map((insert) => insert.values.get(column));
    return values.every((value) => (value ? isThere(value) : hasFillingDefault(column))) || readers.length > 1 ? 'medium' : 'low';
  }
  // Rows of another kind may go without, unless forms ask for it in all of them, and code that works with this kind alone never meets them.
  if (isOfSeveralKinds(project, column.table) && column.isDemanded !== true) return 'low';
  const functions = new Set(readers.map(siteOf));
  return functions.size > 1 || isForeignKeyColumn(column) || hasFillingDefault(column) ? 'medium' : 'low';
}
