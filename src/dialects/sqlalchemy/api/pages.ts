/** Pages of a library's: the query is run, and its rows are handed on. https://uriyyo-fastapi-pagination.netlify.app/ */
import { argument, isExternal, lastName } from '../../../flow/arguments.js';
import type { Flow } from '../../../flow/evaluate.js';
import { oneOf } from '../../../flow/query.js';
import { union } from '../../../flow/unions.js';
import { membersOf, type Value } from '../../../flow/value.js';
import type { CallSite } from '../../dialect.js';

/** `paginate(session, select(Order))`, with what `transformer` makes of the rows; undefined for other calls. */
export function pageCall(flow: Flow, { callee, args, env, at }: CallSite): Value | undefined {
  if (callee.k !== 'ext' || !isExternal(callee, 'fastapi_pagination') || !/^a?paginate$/.test(lastName(callee))) return undefined;
  const rows = args.list.flatMap(({ name, value }) => (name === 'params' ? [] : membersOf(value))).flatMap((value): Value[] => {
    if (value.k !== 'query') return value.k === 'many' || value.k === 'list' ? [value] : [];
    flow.record.finish(value.query, 'many');
    return [{ k: 'many', of: oneOf(value.query) }];
  });
  if (rows.length === 0) return undefined;
  const made = argument(args, -1, 'transformer');
  return made?.k === 'fn'
    ? flow.callFn(made, [{ name: null, value: union(rows), expr: { k: 'name', id: 'items', at }, spread: null, at, path: env.module.path }])
    : union(rows);
}
