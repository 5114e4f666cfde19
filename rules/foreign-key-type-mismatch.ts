import { alterTable, familyOf, isDead, isOwnTable, isSameType, nameOf, sqlName, typeText, type Column, type ForeignKey, type Rule } from '../src/lint/rule.js';

export const foreignKeyTypeMismatch: Rule = {
  id: 'foreign-key-type-mismatch',
  summary: 'A foreign key whose type differs from the type of the key it references',
  level: 'error',
  precision: 'very-high',
  evidence: 'presence',
  check(project, report) {
    for (const table of project.schema.tables) {
      if (!isOwnTable(table) || isDead(project, table)) continue;
      for (const key of table.foreignKeys) {
        // What a library's key is, its version and settings decide.
        if (key.target.isExternal || key.columns.length !== key.targetColumns.length) continue;
        key.columns.forEach((column, i) => {
          const target = key.targetColumns[i];
          if (isSameType(column, target) || isMisread(key, column, target)) return;
          report({
            table,
            columns: [column],
            message: `${nameOf(column)} is ${typeText(column)} and references ${nameOf(target)}, which is ${typeText(target)}`,
            help: `Give ${nameOf(column)} the type ${typeText(target)}`,
            // PostgreSQL refuses most such keys: without a declaration of the database one of the types may be misread.
            confidence: familyOf(column)?.startsWith('enum') || familyOf(target)?.startsWith('enum') ? 'medium' : 'high',
            related: [{ message: `${typeText(target)} here`, place: target.place, table: target.table, column: target }],
            remedies: [
              {
                title: `Change the type of ${nameOf(column)}`,
                sql: alterTable(table, `ALTER COLUMN ${sqlName(column.name)} TYPE ${typeText(target)}${castTo(column, target)}`),
              },
            ],
            discriminator: nameOf(target),
          });
        });
      }
    }
  },
};

/** No database has a key from a text to an enum: where it has the key, the model calls one of them an enum and the other's type is the database's. */
function isMisread(key: ForeignKey, column: Column, target: Column): boolean {
  const areEnums = [column, target].map((one) => familyOf(one)?.startsWith('enum') === true);
  return areEnums[0] !== areEnums[1] && key.declarations.some((one) => one.kind !== 'model');
}

/** Between kinds of types PostgreSQL converts only where it is told how. */
function castTo(column: Column, target: Column): string {
  return familyOf(column) === familyOf(target) ? '' : ` USING ${sqlName(column.name)}::${typeText(target)}`;
}
