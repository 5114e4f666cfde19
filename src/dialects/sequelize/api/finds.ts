/** Finders and aggregates. https://sequelize.org/docs/v6/core-concepts/model-querying-finders/ */
import { answer } from '../../../flow/answers.js';
import { argument, argumentOf, entry, flag, text } from '../../../flow/arguments.js';
import type { Flow } from '../../../flow/evaluate.js';
import type { Model } from '../../../flow/model.js';
import { startQuery, type QueryState } from '../../../flow/query.js';
import type { QueryRecord } from '../../../flow/records.js';
import { ANY, membersOf, type Args, type DictValue, type Value } from '../../../flow/value.js';
import type { CallSite } from '../../dialect.js';
import { byPrimaryKey } from '../../shared/lookups.js';
import { notDeleted, withWhere, type ReadWhere } from '../../shared/object-queries.js';
import { DIALECT } from '../names.js';
import { defaultScope } from '../scopes.js';
import { attributeNamed, readExpressions } from './expressions.js';
import type { Scoped } from './models.js';
import { readAttributes, resolveNames, resolveOptions, withOptions } from './options.js';
import { whereOf } from './where.js';

interface Find { readonly expects: QueryRecord['expects']; readonly gives: 'row' | 'rows' | 'rows-and-count' | 'count'; readonly byKey?: true }

export const FINDS: Readonly<Record<string, Find>> = {
  findAll: { expects: 'many', gives: 'rows' },
  findOne: { expects: 'first', gives: 'row' },
  findByPk: { expects: 'first', gives: 'row', byKey: true },
  findById: { expects: 'first', gives: 'row', byKey: true },
  findAndCountAll: { expects: 'many', gives: 'rows-and-count' },
  findAndCount: { expects: 'many', gives: 'rows-and-count' },
  count: { expects: 'count', gives: 'count' },
};
/** Aggregates over one column: `sum("amount", { where })`. */
export const AGGREGATES = new Set(['sum', 'min', 'max', 'aggregate']);

/** Runs one of `FINDS`. `extra` are conditions that the call itself adds. */
export function find(flow: Flow, site: CallSite, scoped: Scoped, name: string, args: Args, extra: ReadWhere | null = null): Value {
  const method = FINDS[name]!;
  const { model } = scoped;
  const place = flow.place(site.env, site.at);
  let query = start(flow, site, scoped);
  if (method.byKey) query = withWhere(query, site.at, byPrimaryKey(model, place, argument(args, 0)));
  if (extra) query = withWhere(query, site.at, extra);
  const given = argument(args, method.byKey ? 1 : 0);
  resolveNames(flow, argumentOf(args, method.byKey ? 1 : 0)?.expr, site.env);
  query = given ? withGiven(flow, site, model, given, query) : query;
  if (!isWithDeleted(given)) query = { ...query, conditions: [...query.conditions, ...notDeleted(model, place, null)] };
  flow.record.finish({ ...query, isAggregate: query.isAggregate || method.gives === 'count' }, method.expects);
  const only = given?.k === 'dict' ? readAttributes(flow, model, entry(given, 'attributes'), site.env, site.at) : null;
  const row: Value = { k: 'row', model, ...(only ? { only } : {}) };
  switch (method.gives) {
    case 'row': return { ...row, lookup: query.id };
    case 'rows': return { k: 'many', of: row };
    case 'rows-and-count': return { k: 'dict', entries: new Map<string, Value>([['rows', { k: 'many', of: row }], ['count', ANY]]), rest: null };
    default: return answer(DIALECT, query.id);
  }
}

/** A query over a model with its scopes. */
export function start(flow: Flow, site: CallSite, { model, scopes, isUnscoped, isPartial }: Scoped, verb: QueryState['verb'] = 'select'): QueryState {
  let query = startQuery(flow.place(site.env, site.at), model, { k: 'row', model }, null, verb);
  const standard = isUnscoped ? null : defaultScope(flow, model);
  for (const scope of [...(standard ? [standard] : []), ...scopes]) query = withOptions(flow, model, scope, query, site.env, site.at);
  return isPartial ? { ...query, isPartial: true } : query;
}

/** Adds the options a finder is given; what they may be beside those that are seen leaves the query open. */
export function withGiven(flow: Flow, site: CallSite, model: Model, given: Value, query: QueryState): QueryState {
  let next = query;
  for (const member of membersOf(given)) {
    if (member.k === 'dict') next = withOptions(flow, model, member, next, site.env, site.at);
    else if (member.k !== 'const') next = { ...next, isPartial: true };
  }
  return next;
}

const isWithDeleted = (given: Value | null): boolean =>
  membersOf(given ?? ANY).some((member) => {
    const paranoid = entry(member, 'paranoid');
    return paranoid !== null && flag(paranoid) !== true;
  });

/** `sum("amount", { where })`: the column is read. */
export function aggregate(flow: Flow, site: CallSite, scoped: Scoped): Value {
  const { model } = scoped;
  const column = argumentOf(site.args, 0);
  const attribute = attributeNamed(model, text(column?.value) ?? '');
  if (attribute !== null) flow.record.column(model, attribute, 'read', flow.place(site.env, column!.at), flow.currentFn);
  readExpressions(flow, model, column?.value ?? null, 'read', site.env, site.at);
  const options = argument(site.args, site.name === 'aggregate' ? 2 : 1);
  let query = start(flow, site, scoped);
  if (options) query = withGiven(flow, site, model, options, query);
  flow.record.finish({ ...query, conditions: [...query.conditions, ...notDeleted(model, query.place, null)], isAggregate: true }, 'count');
  return ANY;
}

/** The rows that a change is for: `{ where }`. Without options it is not known. */
export function changed(flow: Flow, site: CallSite, scoped: Scoped, options: Value | null, verb: 'update' | 'delete'): void {
  const { model } = scoped;
  const dicts = (options ? membersOf(options) : []).filter((member): member is DictValue => member.k === 'dict');
  let query = start(flow, site, scoped, verb);
  for (const dict of dicts) {
    resolveOptions(flow, dict);
    query = withWhere(query, site.at, whereOf(flow, model, entry(dict, 'where'), site.env, site.at));
    // Sequelize refuses a change without any `where`.
    if (dict.rest || entry(dict, 'where') === null) query = { ...query, isPartial: true };
  }
  if (dicts.length === 0) query = { ...query, isPartial: true };
  flow.record.finish(query, 'many');
}
