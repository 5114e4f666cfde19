/** What comes back from queries: rows, the first of them, whether there are any. */
import type { Flow } from '../../../flow/evaluate.js';
import type { QueryState } from '../../../flow/query.js';
import type { Value } from '../../../flow/value.js';
import { DIALECT } from '../names.js';

export const isOwnQuery = (query: QueryState): boolean => query.sources[0]?.model.dialect === DIALECT;

/** `rows[0]`, `const [row] = await …`, `.get()`: the query is asked for one row. */
export function first(flow: Flow, query: QueryState): Value {
  if (query.verb !== 'select') return query.item;
  flow.record.finish(query, query.isAggregate ? 'count' : 'first');
  return query.isAggregate ? withCounts(query.item, query.id) : oneOf(query.item, query.id);
}

/** The number of rows, before it is known of which query. */
export const COUNT: Value = { k: 'special', dialect: DIALECT, tag: 'count', data: {}, key: '' };

/** Whoever compares a count with none asks whether the query that counted found any row. */
function withCounts(item: Value, lookup: string): Value {
  if (item.k === 'dict') return { ...item, entries: new Map([...item.entries].map(([name, value]) => [name, withCounts(value, lookup)])) };
  return item === COUNT ? answer(lookup) : item;
}

function answer(lookup: string): Value {
  return { k: 'special', dialect: DIALECT, tag: 'exists', data: { lookup }, key: lookup };
}

/** The item with a note of the query that found it. */
export function oneOf(item: Value, lookup: string): Value {
  return item.k === 'row' || item.k === 'dict' ? { ...item, lookup } : item;
}

/** Whether a query found any row (`rows.length`). */
export function existence(flow: Flow, query: QueryState): Value {
  flow.record.finish(query, query.isAggregate ? 'count' : 'many');
  return answer(query.id);
}
