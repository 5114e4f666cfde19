import {
  alterTable, constraintName, counted, listed, lookupsServedBy, nameOf, shownAt, sqlName, sqlTable, uniqueAdvice, uniqueText,
  type Column, type Project, type Related, type Remedy, type Rule, type UniqueEvidence, type UniqueProposal,
} from '../src/lint/rule.js';

export const missingUnique: Rule = {
  id: 'missing-unique',
  summary: 'Code that takes for granted a uniqueness which the schema does not enforce',
  level: 'warning',
  precision: 'high',
  evidence: 'presence',
  check(project, report) {
    for (const table of project.schema.tables) {
      for (const key of uniqueAdvice(project, table)) {
        const served = lookupsServedBy(project, key).filter((lookup) => !key.evidence.some((one) => one.query === lookup.query));
        const where = whereOf(key);
        report({
          table,
          columns: key.columns,
          message: `Code takes ${listed(key.columns.map(nameOf))} for unique${where ? ` where ${conditionsOf(key).join(' and ')}` : ''} (${reasons(key)}), but nothing in the schema makes it so`,
          help: `Make ${table.name} (${partsOf(key, plainName)}) unique${where}, after the duplicates are gone${served.length + key.evidence.length > 0 ? `; its index also serves the ${counted(key.evidence.length + served.length, 'query')} listed here, so that no further index is needed for them` : ''}`,
          confidence: key.confidence,
          related: [
            ...relationshipsOf(key),
            ...key.evidence.flatMap((one) => relatedTo(project, one)),
            ...served.map((lookup): Related => ({ message: 'served by the same index', place: lookup.place, table })),
          ],
          remedies: remediesFor(key),
          discriminator: `${key.columns.map((column) => column.name).join()}${where}`,
        });
      }
    }
  },
};

const REASONS = {
  checked: 'checked before a row is inserted',
  upsert: 'a row is inserted or else updated by it',
  refused: 'a second row is refused',
  chosen: 'a value is chosen that no row has',
  single: 'one row at most is expected',
  identifier: 'looked up alone as an identifier',
  first: 'the first match is taken for the row',
  keyed: 'rows are kept by it, one for each value',
} as const;

function reasons({ evidence, declared, tied }: UniqueProposal): string {
  return listed([
    ...(declared.length > 0 ? ['a relationship leads to one row at most'] : []),
    ...(tied.length > 0 ? ['a relationship over it holds each row of the other side once'] : []),
    ...new Set(
      evidence.map(
        (one) =>
          REASONS[isRefusedAlone(one) ? 'refused' : one.guard?.k === 'upsert' ? 'upsert' : one.guard?.k === 'choose-if-absent' ? 'chosen' : one.reliance],
      ),
    ),
  ]);
}

function relationshipsOf({ declared, tied }: UniqueProposal): Related[] {
  return [
    ...declared.map((one): Related => ({ message: 'leads to one row at most', place: one.place, table: one.table })),
    ...tied.map((one): Related => ({ message: 'holds each row of the other side once', place: one.place, table: one.table })),
  ];
}

/** A row that is there is refused, and where one is inserted is not seen. */
function isRefusedAlone({ guard }: UniqueEvidence): boolean {
  return guard?.k === 'refuse-if-present' && !guard.insert;
}

function relatedTo(project: Project, evidence: UniqueEvidence): Related[] {
  const { query, reliance, guard } = evidence;
  const { table } = query.root;
  if (guard?.k === 'upsert') return [{ message: 'inserted here, or else updated by it', place: shownAt(project, query), table }];
  if (guard?.k === 'choose-if-absent')
    return [
      { message: 'looked up here', place: shownAt(project, query), table },
      { message: 'chosen here when there is none', place: guard.place, table },
    ];
  const isAlone = isRefusedAlone(evidence);
  const lookup: Related = {
    message: isAlone
      ? 'looked up here'
      : reliance === 'checked'
        ? 'looked up here before the insert'
        : reliance === 'single'
          ? 'one row at most is expected here'
          : reliance === 'keyed'
            ? 'rows are listed here'
            : 'the first match is taken here',
    place: shownAt(project, query),
    table,
  };
  if (!guard || !('place' in guard)) return [lookup];
  const place = guard.k === 'refuse-if-present' ? guard.insert ?? guard.place : guard.place;
  return [
    lookup,
    {
      message: isAlone
        ? 'refused here when there is one'
        : guard.k === 'used-as-row'
          ? 'used as the row here'
          : guard.k === 'keyed-by'
            ? 'kept here, one for each value'
            : 'inserted here when there is none',
      place,
      table,
    },
  ];
}

function conditionsOf(key: UniqueProposal): string[] {
  return [...key.predicates, ...key.emptied.map((column) => `${sqlName(column.name)} <> ''`)];
}

function whereOf(key: UniqueProposal): string {
  const conditions = conditionsOf(key);
  return conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : '';
}

/** What the code compares of each column: `lower(email)` where it does not tell letters apart by their case. */
function partsOf(key: UniqueProposal, nameIn: (name: string) => string): string {
  const part = (column: Column) => { const around = functionAround(key, column); return around ? `${around}(${nameIn(column.name)})` : nameIn(column.name); };
  return key.columns.map(part).join(', ');
}

const plainName = (name: string): string => name;

function functionAround({ evidence }: UniqueProposal, column: Column): string | null {
  const conditions = evidence.flatMap(({ query }) => query.conditions.filter((one) => one.source === query.root && one.column === column));
  return conditions.find(({ wrapped }) => wrapped !== null)?.wrapped?.toLowerCase() ?? null;
}

function remediesFor(key: UniqueProposal): Remedy[] {
  const { table, columns } = key;
  const where = whereOf(key);
  const list = partsOf(key, sqlName);
  const name = constraintName('uq', table, columns);
  const isPlain = !columns.some((column) => functionAround(key, column));
  const sql =
    where || !isPlain
      ? `CREATE UNIQUE INDEX CONCURRENTLY ${sqlName(name)} ON ${sqlTable(table)} (${list})${where};`
      : alterTable(table, `ADD CONSTRAINT ${sqlName(name)} UNIQUE (${list})`);
  const code = !isPlain ? undefined : uniqueText(table, name, columns, where ? conditionsOf(key).join(' AND ') : null);
  return [
    { title: 'Find the duplicates first', sql: `SELECT ${list}, count(*) FROM ${sqlTable(table)}${where} GROUP BY ${list} HAVING count(*) > 1;` },
    { title: `Make ${table.name} (${partsOf(key, plainName)}) unique`, sql, ...(code ? { code } : {}) },
  ];
}
