import {
  alterTable, enforcedValues, familyOf, HANDFUL, isDead, isEnforced, isOwnTable, listed, nameOf, sqlName, type Column, type Project, type Rule,
} from '../src/lint/rule.js';

export const unenforcedChoices: Rule = {
  id: 'unenforced-choices',
  summary: 'A list of allowed values that the database does not enforce, or in other words',
  level: 'note',
  precision: 'medium',
  evidence: 'presence',
  check(project, report) {
    const columns = project.schema.tables
      .filter((table) => isOwnTable(table) && !isDead(project, table))
      .flatMap((table) => table.columns.filter((column) => column.choices !== null && column.choices.length > 0 && !column.isGenerated));
    const free = columns.filter((column) => isFreeText(column) && isWorthACheck(column) && !isEnforced(project.schema, column));
    const enforced = columns.filter((column) => column.type.enumName !== null || enforcedValues(project.schema, column) !== null);
    const isHabit = free.length > MANY && enforced.length < free.length;
    for (const column of free) {
      report({
        table: column.table,
        columns: [column],
        message: `The model allows ${counted(column)} for ${nameOf(column)}, and the database takes any text`,
        help: `Add a CHECK constraint on ${column.name}, or make it an enum`,
        confidence: isHabit ? 'low' : 'medium',
        remedies: [
          {
            title: `Check the values of ${nameOf(column)}`,
            sql: alterTable(
              column.table,
              `ADD CHECK (${sqlName(column.name)} IN (${column.choices!.map((value) => `'${value.replaceAll("'", "''")}'`).join(', ')}))`,
            ),
          },
        ],
      });
    }
    for (const column of columns) reportDifference(project, column, report);
  },
};

/**
 * A project that enforces the smaller part of its many lists leaves that to its models; a check of several columns (`kind = 'a' AND x IS NULL`) enforces no
 * list.
 */
const MANY = 3;

/** One value says that more are to come, and a long list (currencies, countries) is kept in one place: in a table, or in the program. */
function isWorthACheck({ choices }: Column): boolean {
  return choices!.length > 1 && choices!.length <= HANDFUL;
}

function isFreeText(column: Column): boolean {
  return familyOf(column) === 'text' && column.type.array === 0 && column.type.enumName === null;
}

function counted(column: Column): string {
  const values = column.choices!;
  return values.length > 6 ? `${values.length} values` : listed(values.map((value) => `'${value}'`));
}

function reportDifference(project: Project, column: Column, report: Parameters<Rule['check']>[1]): void {
  const stored = enforcedValues(project.schema, column);
  if (!stored) return;
  // An ORM may store the names of an enum's members or their values: letters and signs are compared, not their case.
  const plain = (value: string) => value.toLowerCase().replace(/[^a-z0-9]/g, '');
  const allowed = new Set(stored.values.map(plain));
  const refused = column.choices!.filter((value) => !allowed.has(plain(value)));
  if (refused.length === 0 || refused.length * 2 > column.choices!.length) return;
  report({
    table: column.table,
    columns: [column],
    message: `The model allows ${listed(refused.map((value) => `'${value}'`))} for ${nameOf(column)}, which the database refuses`,
    help: `Add the missing values in the database, or take them out of the model`,
    confidence: 'medium',
    related: [{ message: 'what the database allows', place: stored.place, table: column.table }],
    discriminator: 'differ',
  });
}
