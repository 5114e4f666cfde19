import {
  holdsOneRow, isApplication, isBoolean, isDead, isOwnTable, isSharedCode, isWriteUse, runsWith, spanEnd, spanStart, wordsOf, type Project, type Query,
  type Rule, type Table, type Use,
} from '../src/lint/rule.js';

export const writeWithoutWhere: Rule = {
  id: 'write-without-where',
  summary: 'An UPDATE or DELETE that touches every row of a table',
  level: 'warning',
  precision: 'high',
  evidence: 'presence',
  check(project, report) {
    for (const query of project.usage.queries) {
      const { table } = query.root;
      if (query.verb === 'select' || !isApplication(query) || !isOwnTable(table) || holdsOneRow(table) || isDead(project, table)) continue;
      if (query.conditions.length > 0 || query.isPartial || query.limit !== null || query.sources.length > 1 || isMovedMark(project, query)) continue;
      const where = query.context.fn ? ` in ${query.context.fn}` : '';
      report({
        table,
        columns: [],
        message: `The ${query.verb}${where} has no condition and ${query.verb === 'delete' ? 'removes' : 'changes'} every row of ${table.name}`,
        help: `Say which rows of ${table.name} are meant, or suppress this finding with the reason why all of them are`,
        // A script that somebody starts by hand may well empty a table, and a base class that empties whichever table it is given means all rows.
        confidence:
          query.context.entry === 'command' ||
          isSharedCode(project, query.place) ||
          isRefilled(project, query) ||
          isWorkedOut(project, query) ||
          isNamedReset(project, query) ||
          isTakenForOne(project, table)
            ? 'low'
            : 'medium',
        place: query.place,
        related: [{ message: 'the table', place: table.place, table }],
        discriminator: `${query.verb} ${query.context.path} ${query.context.fn ?? ''}`,
      });
    }
  },
};

/** The mark of the one current row is taken from all, and what follows in the same function gives it to one: there is none without. */
function isMovedMark(project: Project, { verb, root, place, context }: Query): boolean {
  if (verb !== 'update' || context.unit === null) return false;
  const startOf = (use: Use) => spanStart(use.place.at);
  const writes = root.table.columns
    .flatMap((column) => project.usesOf(column))
    .filter((use) => isWriteUse(use) && runsWith(use, { context }) && startOf(use) >= spanStart(place.at));
  const [first, ...others] = writes.sort((a, b) => startOf(a) - startOf(b));
  return (
    first !== undefined &&
    isBoolean(first.column) &&
    first.value?.k === 'constant' &&
    first.value.constant === false &&
    others.some((use) => use.column === first.column && use.value?.constant !== false)
  );
}

/**
 * Whoever reads the table takes the first row that comes, as of a licence or of settings: all rows are that one. The last of many is asked for by what comes
 * last.
 */
function isTakenForOne(project: Project, table: Table): boolean {
  const selects = project.queriesOf(table).filter((query) => isApplication(query) && query.verb === 'select' && query.root.table === table);
  const isTheRow = ({ expects, conditions, isPartial, sorts }: Query) =>
    (expects === 'first' || expects === 'one') && conditions.length === 0 && !isPartial && !sorts.some((sort) => sort.desc);
  return selects.some(isTheRow) && selects.every((query) => isTheRow(query) || query.expects === 'exists');
}

/** Who calls `reset_search_index` or `deleteAllSessions` asks for no less; nor of what such a function changes beside the tables that it empties. */
function isNamedReset(project: Project, { verb, context }: Query): boolean {
  const isEmptying =
    verb === 'delete' ||
    project.usage.queries.some((query) => query.verb === 'delete' && query.conditions.length === 0 && !query.isPartial && runsWith(query, { context }));
  return (
    isEmptying &&
    context.fn !== null &&
    wordsOf(context.fn.split('.').at(-1)!).some((word) => ['reset', 'wipe', 'truncate', 'all', 'everything'].includes(word))
  );
}

/**
 * Every row gets what its other columns (`search = to_tsvector(title)`) or other rows say (`total = (SELECT …)`): that is meant for all of them. What a column
 * itself had is the usual victim of a forgotten condition.
 */
function isWorkedOut(project: Project, { verb, root, place }: Query): boolean {
  if (verb !== 'update') return false;
  const [start, end] = [spanStart(place.at), spanEnd(place.at)];
  const uses = root.table.columns
    .flatMap((column) => project.usesOf(column))
    .filter((use) => use.place.path === place.path && spanStart(use.place.at) >= start && spanEnd(use.place.at) <= end);
  const writes = uses.filter(isWriteUse);
  const written = new Set(writes.map((use) => use.column));
  if (written.size > 0 && [...written].every((column) => writes.some((use) => use.column === column && use.value?.isSelected === true))) return true;
  const read = uses.filter((use) => use.kind === 'read');
  return written.size > 0 && read.length > 0 && !writes.some((use) => use.isCompound) && read.every((use) => !written.has(use.column));
}

/** The same function puts other rows in the place of the old ones. */
function isRefilled(project: Project, { verb, root, context }: Query): boolean {
  return verb === 'delete' && context.unit !== null && project.insertsInto(root.table).some((insert) => runsWith(insert, { context }));
}
