/** What comes back from queries: rows, the first of them, whether there are any. */
import { answer, withAnswer } from '../../../flow/answers.js';
import type { Flow } from '../../../flow/evaluate.js';
import type { QueryState } from '../../../flow/query.js';
import type { Value } from '../../../flow/value.js';
import { DIALECT } from '../names.js';

export const isOwnQuery = (query: QueryState): boolean => query.sources[0]?.model.dialect === DIALECT;

/** `rows[0]`, `const [row] = await …`, `.get()`: the query is asked for one row. */
export function first(flow: Flow, query: QueryState): Value {
  if (query.verb !== 'select') return query.item;
  flow.record.finish(query, query.isAggregate ? 'count' : 'first');
  return query.isAggregate ? withAnswer(DIALECT, query.item, query.id) : oneOf(query.item, query.id);
}

/** The item with a note of the query that found it. */
export function oneOf(item: Value, lookup: string): Value {
  return item.k === 'row' || item.k === 'dict' ? { ...item, lookup } : item;
}

/** Whether a query found any row (`rows.length`). */
export function existence(flow: Flow, query: QueryState): Value {
  flow.record.finish(query, query.isAggregate ? 'count' : 'many');
  return answer(DIALECT, query.id);
}
