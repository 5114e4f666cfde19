/** The tables that operations make and those they need, by name, to tell which files belong to one database. */
import type { DdlOp, QName } from '../../facts/ddl.js';
import type { SqlQuery } from '../../facts/sql.js';

export interface TableNames {
  readonly creates: ReadonlySet<string>;
  /** Changed, or built upon: they must be there before. */
  readonly needs: ReadonlySet<string>;
  /** Pointed at by a foreign key, or used by a function's body. */
  readonly mentions: ReadonlySet<string>;
}

/** A table's name as it is compared. */
export const keyOf = (name: QName): string => (name.schema === undefined || name.schema === 'public' ? name.name : `${name.schema}.${name.name}`);

/** The names in a list of operations; `needs` and `mentions` are without what the list makes itself. */
export function tableNames(ops: readonly DdlOp[]): TableNames {
  const creates = new Set<string>();
  const needs = new Set<string>();
  const mentions = new Set<string>();
  const need = (name: QName): void => { if (!creates.has(keyOf(name))) needs.add(keyOf(name)); };
  for (const op of ops) {
    switch (op.k) {
      case 'create-table':
        for (const name of [...(op.inherits ?? []), ...(op.like?.map((like) => like.table) ?? []), ...(op.partitionOf ? [op.partitionOf] : [])]) need(name);
        for (const constraint of op.constraints) if (constraint.k === 'foreign') mentions.add(keyOf(constraint.table));
        if (!op.temporary) creates.add(keyOf(op.table));
        break;
      case 'create-view': if (op.query) for (const name of tablesOf(op.query)) need(name); creates.add(keyOf(op.view)); break;
      case 'rename-table': need(op.table); creates.add(keyOf({ ...op.table, name: op.to })); break;
      case 'create-function': for (const query of op.body.queries) for (const name of tablesOf(query)) mentions.add(keyOf(name)); break;
      case 'add-column': case 'add-constraint': {
        need(op.table);
        for (const constraint of op.k === 'add-column' ? op.constraints : [op.constraint])
          if (constraint.k === 'foreign') mentions.add(keyOf(constraint.table));
        break;
      }
      case 'drop-table': case 'drop-trigger': case 'alter-policy': case 'drop-policy': break;
      case 'drop-index': if (op.table) need(op.table); break;
      default: if ('table' in op && op.table) need(op.table);
    }
  }
  for (const name of creates) mentions.delete(name);
  return { creates, needs, mentions };
}

/** Every table a query names, in sub-queries too, without its own CTEs. */
function tablesOf(query: SqlQuery, ctes: ReadonlySet<string> = new Set()): readonly QName[] {
  const inner = new Set([...ctes, ...query.ctes.map((cte) => cte.name)]);
  const own = [...(query.target ? [query.target] : []), ...query.from].flatMap((source) => [
    ...(source.table && (source.table.schema !== undefined || !inner.has(source.table.name)) ? [source.table] : []),
    ...(source.query ? tablesOf(source.query, inner) : []),
  ]);
  return [...own, ...query.ctes.flatMap((cte) => tablesOf(cte.query, inner)), ...query.subqueries.flatMap((each) => tablesOf(each, inner))];
}
