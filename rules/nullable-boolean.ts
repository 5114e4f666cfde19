import {
  alterTable, firstOfLines, isApplication, isBoolean, isDead, isOwnTable, isWriteUse, nameOf, sqlName, sqlTable, type Column, type Project, type Rule,
} from '../src/lint/rule.js';

export const nullableBoolean: Rule = {
  id: 'nullable-boolean',
  summary: 'A boolean with a default that may be null all the same',
  level: 'note',
  precision: 'high',
  evidence: 'presence',
  check(project, report) {
    const isFirstOfLine = firstOfLines();
    for (const table of project.schema.tables) {
      if (!isOwnTable(table) || isDead(project, table)) continue;
      for (const column of table.columns) {
        // Without a default the third state may be meant: nobody has answered yet.
        const hasDefault = (column.databaseDefault !== null && !/^null\b/i.test(column.databaseDefault)) || column.hasClientDefault;
        if (
          !isBoolean(column) ||
          column.type.array > 0 ||
          !column.nullable ||
          !hasDefault ||
          column.isGenerated ||
          column.submodel !== null ||
          isThreeState(project, column)
        )
          continue;
        if (!isFirstOfLine(column)) continue;
        const name = sqlName(column.name);
        const value = /^(true|false)\b/i.exec(column.databaseDefault ?? '')?.[0].toLowerCase();
        report({
          table,
          columns: [column],
          message: `${nameOf(column)} is a boolean with a default, but may also be null, which is neither true nor false${column.inheritedFrom === null ? '' : `, as in every table of ${column.inheritedFrom}`}`,
          help: `Make ${nameOf(column)} NOT NULL`,
          confidence: 'medium',
          remedies: value
            ? [
                {
                  title: `Make ${nameOf(column)} NOT NULL`,
                  sql: `UPDATE ${sqlTable(table)} SET ${name} = ${value} WHERE ${name} IS NULL;\n${alterTable(table, `ALTER COLUMN ${name} SET NOT NULL`)}`,
                },
              ]
            : [],
        });
      }
    }
  },
};

/** Code writes null or asks for it. */
function isThreeState(project: Project, column: Column): boolean {
  return (
    project.usesOf(column).some((use) => isApplication(use) && isWriteUse(use) && use.value?.k === 'null') ||
    project.insertsInto(column.table).some((insert) => isApplication(insert) && insert.values.get(column)?.k === 'null') ||
    project
      .queriesOf(column.table)
      .some(
        (query) =>
          isApplication(query) && query.conditions.some((condition) => condition.column === column && (condition.op === 'null' || condition.op === 'not-null')),
      )
  );
}
