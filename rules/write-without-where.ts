import { holdsOneRow, isApplication, isDead, isOwnTable, isSharedCode, runsWith, type Project, type Query, type Rule } from '../src/lint/rule.js';

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
        confidence: query.context.entry === 'command' || isSharedCode(project, query.place) || isRefilled(project, query) ? 'low' : 'medium',
        place: query.place,
        related: [{ message: 'the table', place: table.place, table }],
        discriminator: `${query.verb} ${query.context.path} ${query.context.fn ?? ''}`,
      });
    }
  },
};

/** The same function puts other rows in the place of the old ones. */
function isRefilled(project: Project, { verb, root, context }: Query): boolean {
  return verb === 'delete' && context.unit !== null && project.insertsInto(root.table).some((insert) => runsWith(insert, { context }));
}
