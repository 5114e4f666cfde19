import {
  constraintName, counted, indexAdvice, indexText, spanStart, sqlColumns, sqlName, sqlTable,
  type IndexProposal, type Lookup, type Related, type Rule,
} from '../src/lint/rule.js';

export const missingIndex: Rule = {
  id: 'missing-index',
  summary: 'Queries that no index serves',
  level: 'note',
  precision: 'high',
  evidence: 'presence',
  check(project, report) {
    for (const table of project.schema.tables) {
      for (const proposal of indexAdvice(project, table)) {
        const places = distinctPlaces(proposal.lookups);
        const on = `${table.name} ${partsOf(proposal)}${whereOf(proposal)}`;
        const name = constraintName('ix', table, proposal.columns);
        const code = proposal.isLowered ? undefined : indexText(table, name, proposal.columns, proposal.predicates.join(' AND ') || null);
        report({
          table,
          columns: proposal.columns,
          message: `No index on ${table.name} starts with ${partsOf(proposal)}${amongOf(proposal)} by which ${counted(places.length, 'query')} ${verbOf(proposal, places.length === 1)}${circumstancesOf(places)}`,
          help: `Create an index on ${on}`,
          confidence: proposal.confidence,
          level: places.some(isHot) ? 'warning' : 'note',
          related: places.map((lookup): Related => ({
            message: `${lookup.query ? 'queried here' : 'loaded here'}${circumstances(lookup)}`,
            place: lookup.place,
            table,
          })),
          remedies: [
            {
              title: `Create the index on ${on}`,
              sql: `CREATE INDEX CONCURRENTLY ${sqlName(name)} ON ${sqlTable(table)} ${partsOf(proposal)}${whereOf(proposal)};`,
              ...(code ? { code } : {}),
            },
          ],
          discriminator: `${proposal.isLowered ? 'lower ' : ''}${proposal.columns.map((column) => column.name).join()}`,
        });
      }
    }
  },
};

/** The rows that a partial index would hold, as the message names them. */
function amongOf({ predicates }: IndexProposal): string {
  return predicates.length > 0 ? `, best among rows with ${predicates.join(' and ')},` : ',';
}

/** Runs again and again, or over as many rows as there are. */
function isHot(lookup: Lookup): boolean {
  return circumstances(lookup) !== '';
}

function circumstances({ context, ...lookup }: Lookup): string {
  if (context.inLoop && context.entry !== 'command') return IN_A_LOOP;
  if (isList({ context, ...lookup })) return WHILE_WAITED_FOR;
  const isIn = (entry: 'message' | 'worker') => context.entry === entry || context.alsoIn === entry;
  return isIn('message') ? IN_A_HANDLER : isIn('worker') ? IN_A_WORKER : '';
}

const [IN_A_LOOP, WHILE_WAITED_FOR, IN_A_HANDLER, IN_A_WORKER] = [' in a loop', ' while a request waits', ' in a message handler', ' in a worker'];

/** What is said of all queries: the circumstances that weigh most, and of how many they are where not of all. */
function circumstancesOf(lookups: readonly Lookup[]): string {
  const all = lookups.map(circumstances);
  const worst = [IN_A_LOOP, WHILE_WAITED_FOR, IN_A_HANDLER, IN_A_WORKER].find((one) => all.includes(one));
  if (worst === undefined) return '';
  const count = all.filter((one) => one === worst).length;
  return count === all.length ? worst : `, ${count} of them${worst}`;
}

/** A route hands out as many of the rows as there are. */
function isList({ context, query, table }: Lookup): boolean {
  return (
    context.entry === 'route' &&
    query?.verb === 'select' &&
    query.expects === 'many' &&
    query.root.table === table &&
    query.groups.length === 0 &&
    !query.isAggregate
  );
}

function verbOf({ columns, equal, lookups }: IndexProposal, isOne: boolean): string {
  const s = isOne ? 's' : '';
  if (columns.length > equal.length && lookups.some((lookup) => lookup.query?.sorts.some((sort) => sort.column === columns[columns.length - 1])))
    return equal.length > 0 ? `find${s} and order${s} rows` : `order${s} rows`;
  return `find${s} rows`;
}

function partsOf(proposal: IndexProposal): string {
  return proposal.isLowered ? `(lower(${sqlName(proposal.columns[0].name)}))` : sqlColumns(proposal.columns);
}

function whereOf(proposal: IndexProposal): string {
  return proposal.predicates.length > 0 ? ` WHERE ${proposal.predicates.join(' AND ')}` : '';
}

/** One for each place, in the order of files and lines. */
function distinctPlaces(lookups: readonly Lookup[]): Lookup[] {
  const byPlace = new Map(lookups.map((lookup) => [`${lookup.place.path}:${spanStart(lookup.place.at)}`, lookup]));
  return [...byPlace.values()].sort((a, b) =>
    a.place.path < b.place.path ? -1 : a.place.path > b.place.path ? 1 : spanStart(a.place.at) - spanStart(b.place.at),
  );
}
