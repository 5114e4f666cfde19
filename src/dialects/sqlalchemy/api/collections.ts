/**
 * Collections that are queries: of a relationship with `lazy="dynamic"` or `WriteOnlyMapped`, whose rows are asked for when they are needed.
 * https://docs.sqlalchemy.org/en/20/orm/large_collections.html
 */
import { attributeIn } from '../../../flow/keys.js';
import type { Flow } from '../../../flow/evaluate.js';
import { startQuery, where, type Condition, type QueryState } from '../../../flow/query.js';
import { ANY, type Link, type ManyValue, type Value } from '../../../flow/value.js';
import type { CallSite } from '../../dialect.js';
import { queryStep } from './queries.js';

/** What no list has: whoever calls it takes the collection for a query. */
const OF_QUERY: ReadonlySet<string> = new Set(
  'filter filter_by where order_by group_by join outerjoin with_entities options limit offset distinct first one one_or_none all paginate get first_or_404 one_or_404 get_or_404 exists delete update'.split(
    ' ',
  ),
);

/** A call on what a row's relationship leads to; undefined where it is none that only a query has. */
export function collectionCall(flow: Flow, site: CallSite, collection: ManyValue): Value | undefined {
  const { name, args } = site;
  const isSelect = name === 'select' && args.list.length === 0;
  if (
    !collection.link ||
    collection.link.model.dialect !== 'sqlalchemy' ||
    !(isSelect || OF_QUERY.has(name ?? '') || (name === 'count' && args.list.length === 0))
  )
    return undefined;
  const query = queryOf(flow, site, collection.link);
  return isSelect ? { k: 'query', query } : queryStep(flow, site, query);
}

/** The rows that hold the key of the collection's owner; which these are over a table between is not told. */
function queryOf(flow: Flow, { env, at }: CallSite, { model, relationship }: Link): QueryState {
  const { target, local, remote } = relationship;
  const place = flow.place(env, at);
  const isDirect = relationship.relationship?.through == null && remote.length > 0;
  const conditions = isDirect ? remote.flatMap((column, index): readonly Condition[] => {
    const [attribute, own] = [attributeIn(target, column), local[index] && attributeIn(model, local[index])];
    if (attribute === null) return [];
    flow.record.column(target, attribute, 'filter', place, flow.currentFn);
    return [
      {
        column: { k: 'column', model: target, attribute, place },
        op: '=',
        value: own ? { k: 'field', model, attribute: own, place } : ANY,
        isOptional: false,
        inOr: false,
        isJoin: false,
      },
    ];
  }) : [];
  return where(startQuery(place, target, { k: 'row', model: target }), at, conditions, conditions.length === 0);
}
