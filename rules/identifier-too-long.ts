import { isOwnTable, type Column, type Place, type Rule, type Table } from '../src/lint/rule.js';

export const identifierTooLong: Rule = {
  id: 'identifier-too-long',
  summary: 'A name that PostgreSQL cuts off after 63 bytes',
  level: 'note',
  precision: 'very-high',
  evidence: 'presence',
  isOff: true,
  isOfPostgres: true,
  check(project, report) {
    for (const table of project.schema.tables) {
      if (!isOwnTable(table)) continue;
      for (const { name, what, place, columns } of namesOf(table)) {
        const size = bytes.encode(name).length;
        if (size <= LONGEST) continue;
        report({
          table,
          columns,
          message: `The name ${name} of ${what} is ${size} bytes long, and PostgreSQL keeps the first ${LONGEST}`,
          help: 'Choose a shorter name',
          confidence: 'high',
          place,
          discriminator: name,
        });
      }
    }
  },
};

/** https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS */
const LONGEST = 63;
const bytes = new TextEncoder();

interface Named { readonly name: string; readonly what: string; readonly place: Place; readonly columns: readonly Column[] }

/** Names that somebody wrote; the ones that an ORM makes up it shortens itself. */
function* namesOf(table: Table): Generator<Named> {
  yield { name: table.name, what: 'a table', place: table.place, columns: [] };
  for (const column of table.columns) yield { name: column.name, what: `a column of ${table.name}`, place: column.place, columns: [column] };
  for (const index of table.indexes)
    if (index.name !== null && !index.isImplicit) yield { name: index.name, what: `an index of ${table.name}`, place: index.place, columns: [] };
  for (const key of [...table.uniques, ...table.foreignKeys, ...table.checks])
    if (key.name !== null) yield { name: key.name, what: `a constraint of ${table.name}`, place: key.place, columns: [] };
}
