// The part of docs/precision.md about SQL: schemas compared with a server's catalog, and statements that can be read.

/** The sections, from the lines of test/ecosystem/catalog.jsonl and statements.jsonl. */
export function serversSections(catalog, statements) {
  return `
## Schemas and the catalog of a server

SQL of real repositories, applied to a server in the order in which it is replayed here, and what was read of it, printed and applied to an
empty database: both catalogs are compared column by column (types, nullability, defaults, identity, generated columns, collations,
comments), key by key, with checks, exclusions and indexes, as the server spells them. Counted by \`npm run catalog\`. *Refused* are
statements that the server at hand does not take, mostly of extensions that it lacks.

| repository | server | tables | columns | differences | refused of the source | of what is printed |
| --- | --- | ---: | ---: | --- | ---: | ---: |
${catalogRows(lines(catalog)).join('\n')}

## Statements

Every statement of PostgreSQL's own regression suite, which has many that are wrong on purpose, and of SQL found in public code, most of it of other dialects
or cut out of programs. Counted by \`npm run statements\`; those that are not read are tried on PostgreSQL 18.

| repository | files | statements | read | refused by PostgreSQL too | left |
| --- | ---: | ---: | ---: | ---: | ---: |
${lines(statements).map((one) => `| ${one.repository} | ${one.files} | ${one.statements} | ${one.read} | ${one.refused} | ${one.statements - one.read - one.refused} |`).join('\n')}
`;
}

const lines = (text) => text.split('\n').filter(Boolean).map((line) => JSON.parse(line));
const sum = (all, key) => all.reduce((total, one) => total + one[key], 0);

function catalogRows(cases) {
  const kinds = (differences) => Object.entries(differences).map(([kind, count]) => `${count} ${kind}`).join(', ') || '0';
  const rows = cases.map((one) => `| ${one.repository} | ${one.server} | ${one.tables} | ${one.columns} | ${kinds(one.differences)} | ${one.refused} | ${one.refusedAgain} |`);
  const total = cases.reduce((count, one) => count + Object.values(one.differences).reduce((a, b) => a + b, 0), 0);
  return [...rows, `| **all** | | ${sum(cases, 'tables')} | ${sum(cases, 'columns')} | ${total} | ${sum(cases, 'refused')} | ${sum(cases, 'refusedAgain')} |`];
}
