/** Functions of the repository that make tables: `const notes = tenantTable('notes', { body: text('body') })`. */
import { spanEnd, spanStart } from '../../facts/span.js';
import { argument, text } from '../../flow/arguments.js';
import type { Flow } from '../../flow/evaluate.js';
import type { Value } from '../../flow/value.js';
import type { CallSite } from '../dialect.js';
import { DIALECT, tableTerm } from './names.js';

/** A function whose module imports Drizzle may make a table of what it is given. */
export function couldMakeTables(value: Value): boolean {
  return (
    value.k === 'fn' &&
    [...value.fn.module.bindings.values()].some((bindings) => bindings.some((binding) => binding.k === 'import' && /^drizzle-orm\b/.test(binding.stmt.module)))
  );
}

/** The table that a call at the top of a module makes, as if it were declared there: each call makes another one. */
export function madeTable(flow: Flow, site: CallSite): Value | undefined {
  const { callee, env, args } = site;
  const [given] = args.list;
  if (site.receiver || callee.k !== 'fn' || env.kind !== 'module' || !given || text(given.value) === null || !couldMakeTables(callee)) return undefined;
  const place = flow.place(env, site.at);
  const model = flow.modelsBySite.get(`${place.path}:${spanStart(place.at)}:${spanEnd(place.at)}`);
  if (model?.dialect === DIALECT) return { k: 'model', model };
  const value = flow.callFn(callee, args.list);
  if (value.k !== 'term' || tableTerm(value) !== value || text(argument(value.args, 0)) === null) return value;
  const [name, ...others] = value.args.list;
  return { ...value, place, args: { list: [{ ...name!, at: given.at, expr: given.expr }, ...others] } };
}
