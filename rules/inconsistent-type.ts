import {
  familyOf, typeText, isDead, isForeignKeyColumn, isOwnTable, isRareName, isSameType, nameOf, type Column, type Project, type Rule,
} from '../src/lint/rule.js';

export const inconsistentType: Rule = {
  id: 'inconsistent-type',
  summary: 'Columns of one rare name that have different types in linked tables',
  level: 'note',
  precision: 'medium',
  evidence: 'presence',
  isOff: true,
  check(project, report) {
    for (const table of project.schema.tables) {
      if (!isOwnTable(table) || isDead(project, table)) continue;
      for (const parent of new Set(table.foreignKeys.map((key) => key.target))) {
        if (parent === table || !isOwnTable(parent)) continue;
        for (const column of table.columns) {
          const other = parent.columns.find((one) => one.name === column.name);
          if (!other || !isComparable(project, column, other)) continue;
          report({
            table,
            columns: [column],
            message: `${nameOf(column)} is ${typeText(column)}, while ${nameOf(other)} of the linked table is ${typeText(other)}`,
            help: 'Give both columns one type, or names that say how they differ',
            confidence: 'medium',
            related: [{ message: `${typeText(other)} here`, place: other.place, table: parent, column: other }],
            discriminator: nameOf(other),
          });
        }
      }
    }
  },
};

function isComparable(project: Project, a: Column, b: Column): boolean {
  return (
    familyOf(a) !== null &&
    familyOf(b) !== null &&
    !isSameType(a, b) &&
    isRareName(project.schema, a.name) &&
    ![a, b].some((column) => isForeignKeyColumn(column) || column.table.primaryKey?.columns.includes(column))
  );
}
