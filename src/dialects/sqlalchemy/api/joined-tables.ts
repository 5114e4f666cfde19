/**
 * `orders.join(lines, lines.c.order_id == orders.c.id)`: tables joined apart from the query that selects from them.
 * https://docs.sqlalchemy.org/en/20/core/selectable.html#sqlalchemy.sql.expression.FromClause.join
 */
import { spanStart } from '../../../facts/span.js';
import { argument, flag } from '../../../flow/arguments.js';
import type { ModelValue, SpecialValue, Value } from '../../../flow/value.js';
import type { CallSite } from '../../dialect.js';

/** A table and the calls that join others to it, in their order. */
export interface JoinedTables { readonly first: ModelValue; readonly joins: readonly CallSite[] }

/** A table, or several, to which another is joined; undefined for any other call. */
export function joinTables(site: CallSite): Value | undefined {
  const { receiver, name } = site;
  if (!receiver || (name !== 'join' && name !== 'outerjoin') || site.args.list.length === 0) return undefined;
  const known = receiver.k === 'model' && receiver.model.dialect === 'sqlalchemy' ? { first: receiver, joins: [] } : joinedTables(receiver);
  if (!known) return undefined;
  const joined: JoinedTables = { first: known.first, joins: [...known.joins, site] };
  return { k: 'special', dialect: 'sqlalchemy', tag: 'joined', data: { joined }, key: `${site.env.module.path}:${spanStart(site.at)}` } satisfies SpecialValue;
}

export function joinedTables(value: Value): JoinedTables | null {
  return value.k === 'special' && value.dialect === 'sqlalchemy' && value.tag === 'joined' ? value.data['joined'] as JoinedTables : null;
}

/** Rows of the first table stay where the other has none. */
export function isLeftJoin({ name, args }: Pick<CallSite, 'name' | 'args'>): boolean {
  return name === 'outerjoin' || [argument(args, -1, 'isouter'), argument(args, -1, 'full')].some((value) => flag(value) === true);
}
