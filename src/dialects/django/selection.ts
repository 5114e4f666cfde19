/** `values()`, `values_list()`, `dates()`: queries whose items are columns instead of rows. */
import { argument, flag, positional, text } from '../../flow/arguments.js';
import type { Model } from '../../flow/model.js';
import { refine, type QueryState } from '../../flow/query.js';
import { ANY, type ColumnValue, type Value } from '../../flow/value.js';
import type { CallSite } from '../dialect.js';
import { placeOfArgument, type Seat } from './conditions.js';
import { readExpression, withRead } from './expressions.js';
import { followPath, withJoins } from './paths.js';

/** The query with the items that its arguments name; without names it hands out every column. */
export function selected(seat: Seat, site: CallSite, query: QueryState, model: Model, method: string): QueryState {
  const { flow } = seat;
  const names = method === 'dates' || method === 'datetimes' ? positional(site.args).slice(0, 1) : positional(site.args);
  const entries = new Map<string, Value>();
  const columns: ColumnValue[] = [];
  let state = refine(query, site.nameAt, {});
  for (const arg of names) {
    const name = text(arg.value);
    if (name === null) {
      const read = readExpression(seat, model, arg.value);
      state = withRead(state, site.nameAt, read);
      columns.push(...read.columns);
      entries.set(`?${entries.size}`, ANY);
      continue;
    }
    const path = followPath(flow, seat.state, model, name, placeOfArgument(seat, arg), 'read');
    state = withJoins(state, site.nameAt, path.joins);
    if (path.column) columns.push(path.column);
    entries.set(name, path.column ? { k: 'field', model: path.column.model, attribute: path.column.attribute, place: path.column.place } : ANY);
  }
  for (const arg of site.args.list) {
    if (arg.name === null || arg.name === 'flat' || arg.name === 'named') continue;
    const read = readExpression(seat, model, arg.value);
    state = withRead(state, site.nameAt, read);
    entries.set(arg.name, ANY);
  }
  const isOpen = site.args.list.some((arg) => arg.spread !== null) || names.some((arg) => text(arg.value) === null);
  if (entries.size === 0 && !isOpen) {
    flow.record.exposure({
      model,
      name: `${model.name}.${method}()`,
      columns: [...new Set(model.columns.values())],
      all: true,
      place: flow.place(site.env, site.nameAt),
      schema: null,
    });
    return { ...state, item: { k: 'dict', entries: new Map(), rest: ANY } };
  }
  if (isOpen && names.length === 0)
    flow.record.gap({
      kind: 'dynamic-access',
      model,
      column: null,
      place: flow.place(site.env, site.at),
      detail: `columns of ${model.name} are selected by computed names`,
      does: 'read',
    });
  const first = [...entries.values()][0] ?? ANY;
  const item: Value =
    method === 'values'
      ? { k: 'dict', entries, rest: isOpen ? ANY : null }
      : flag(argument(site.args, -1, 'flat')) === true || method !== 'values_list'
        ? first
        : { k: 'list', items: [...entries.values()] };
  return { ...state, item };
}
