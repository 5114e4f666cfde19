import {
  alterTable, counted, firstOfLines, isApplication, isDead, isOwnTable, isShapedByLibrary, isTime, isWriteUse, nameOf, siblingsOf, sqlName, sqlTable, wordsOf,
  type Column, type Confidence, type Project, type Rule,
} from '../src/lint/rule.js';

export const nullableTimestamp: Rule = {
  id: 'nullable-timestamp',
  summary: 'A time of creation or change that may be null',
  level: 'note',
  precision: 'very-high',
  evidence: 'presence',
  check(project, report) {
    const isFirstOfLine = firstOfLines();
    for (const table of project.schema.tables) {
      if (!isOwnTable(table) || isDead(project, table) || isShapedByLibrary(project, table)) continue;
      for (const column of table.columns) {
        const kind = kindOf(column);
        if (!kind || isMeantToBeNull(project, column)) continue;
        if (!isFirstOfLine(column)) continue;
        const siblings = siblingsOf(project, column).length;
        const elsewhere = siblings > 0 ? `, as in ${counted(siblings, 'other table')} of ${column.inheritedFrom}` : '';
        report({
          table,
          columns: [column],
          message:
            kind === 'changed' && !isFilledAtInsert(column) && isSetLater(project, column)
              ? `${nameOf(column)} is null until the row changes for the first time${elsewhere}`
              : `${nameOf(column)} may be null, although every row has ${kind === 'created' ? 'been created' : 'last changed'} at some time${elsewhere}`,
          help: `Fill ${column.name} when the row is made, backfill it and make it NOT NULL`,
          confidence: confidenceOf(column),
          remedies: [{ title: `Make ${nameOf(column)} NOT NULL${siblings > 0 ? ', and the others likewise' : ''}`, sql: migration(column) }],
        });
      }
    }
  },
};

const CREATED = /^((date|time|datetime)_)?(created|inserted|creation)(_(at|on|date|time|datetime|timestamp|ts|utc|dt))*$/;
const CHANGED = /^((date|time|datetime)_)?(last_)?(updated|modified|changed)(_(at|on|date|time|datetime|timestamp|ts|utc|dt))*$/;

/** What happens to every row, not an event that may never come. */
function kindOf(column: Column): 'created' | 'changed' | null {
  if (!column.nullable || column.isGenerated || column.submodel !== null || column.role === 'soft-delete') return null;
  if (!isTime(column)) return null;
  const name = wordsOf(column.name).join('_');
  if (isOfSomethingElse(column, CREATED, 'created-at') || isOfSomethingElse(column, CHANGED, 'updated-at')) return null;
  if (CREATED.test(name) || (column.role === 'created-at' && !isOfOtherName(column, CREATED))) return 'created';
  return CHANGED.test(name) || column.onUpdate !== null || (column.role === 'updated-at' && !isOfOtherName(column, CHANGED)) ? 'changed' : null;
}

/** Declared as the time of creation as well (`@CreateDateColumn() lastLogin`), beside the column that is called so: its name says what it is. */
function isOfOtherName(column: Column, usual: RegExp): boolean {
  return column.table.columns.some((other) => other !== column && other.role === column.role && usual.test(wordsOf(other.name).join('_')));
}

/**
 * Called so, and filled by code alone, beside a column that is called so and filled by itself: it is the time of what the row stands for, as of a file in a
 * store.
 */
function isOfSomethingElse(column: Column, usual: RegExp, role: 'created-at' | 'updated-at'): boolean {
  const isCalled = (one: Column): boolean => usual.test(wordsOf(one.name).join('_')) || one.role === role;
  return isCalled(column) && !isFilledByItself(column) && column.table.columns.some((other) => other !== column && isCalled(other) && isFilledByItself(other));
}

const isFilledByItself = (column: Column): boolean => column.onUpdate !== null || isFilledAtInsert(column);

function isMeantToBeNull(project: Project, column: Column): boolean {
  return project.usesOf(column).some((use) => isApplication(use) && isWriteUse(use) && use.value?.k === 'null')
    || project.insertsInto(column.table).some((insert) => isApplication(insert) && insert.values.get(column)?.k === 'null');
}

function isFilledAtInsert(column: Column): boolean {
  return column.databaseDefault !== null || column.hasClientDefault;
}

/** The ORM, a trigger or code sets it when the row changes. */
function isSetLater(project: Project, column: Column): boolean {
  return column.onUpdate !== null || project.usesOf(column).some((use) => isApplication(use) && isWriteUse(use) && use.atInsert !== true);
}

function confidenceOf(column: Column): Confidence {
  return column.role !== null || column.onUpdate !== null || isFilledAtInsert(column) ? 'high' : 'medium';
}

function migration(column: Column): string {
  const name = sqlName(column.name);
  const created = column.table.columns.find(
    (other) => other !== column && !other.nullable && (other.role === 'created-at' || CREATED.test(wordsOf(other.name).join('_'))),
  );
  const backfill = `UPDATE ${sqlTable(column.table)} SET ${name} = ${created ? sqlName(created.name) : 'now()'} WHERE ${name} IS NULL;`;
  return `${backfill}\n${alterTable(column.table, ...(column.databaseDefault ? [] : [`ALTER COLUMN ${name} SET DEFAULT now()`]), `ALTER COLUMN ${name} SET NOT NULL`)}`;
}
