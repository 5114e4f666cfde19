import { holdsOneRow, isApplication, isDead, isOwnTable, isSharedCode, isWriteUse, runsWith, spanEnd, spanStart, type Project, type Query, type Rule } from '../src/lint/rule.js';

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
      if (query.conditions.length > 0 || query.isPartial || query.limit !== null || query.sources.length > 1) continue;
      const where = query.context.fn ? ` in ${query.context.fn}` : '';
      report({
        table,
        columns: [],
        message: `The ${query.verb}${where} has no condition and ${query.verb === 'delete' ? 'removes' : 'changes'} every row of ${table.name}`,
        help: `Say which rows of ${table.name} are meant, or suppress this finding with the reason why all of them are`,
        // A script that somebody starts by hand may well empty a table, and a base class that empties whichever table it is given means all rows.
        confidence: query.context.entry === 'command' || isSharedCode(project, query.place) || isRefilled(project, query) || isWorkedOut(project, query) ? 'low' : 'medium',
        place: query.place,
        related: [{ message: 'the table', place: table.place, table }],
        discriminator: `${query.verb} ${query.context.path} ${query.context.fn ?? ''}`,
      });
    }
  },
};

/** Every row gets what its other columns say (`search = to_tsvector(title)`): that is meant for all of them. What a column itself had is the usual victim of a forgotten condition. */
function isWorkedOut(project: Project, { verb, root, place }: Query): boolean {
  if (verb !== 'update') return false;
  const [start, end] = [spanStart(place.at), spanEnd(place.at)];
  const uses = root.table.columns.flatMap((column) => project.usesOf(column)).filter((use) => use.place.path === place.path && spanStart(use.place.at) >= start && spanEnd(use.place.at) <= end);
  const writes = uses.filter(isWriteUse);
  const written = new Set(writes.map((use) => use.column));
  const read = uses.filter((use) => use.kind === 'read');
  return written.size > 0 && read.length > 0 && !writes.some((use) => use.isCompound) && read.every((use) => !written.has(use.column));
}

/** The same function puts other rows in the place of the old ones. */
function isRefilled(project: Project, { verb, root, context }: Query): boolean {
  return verb === 'delete' && context.unit !== null && project.insertsInto(root.table).some((insert) => runsWith(insert, { context }));
}
