/** Reading methods of repositories and managers. https://typeorm.io/docs/working-with-entity-manager/repository-api */
import { answer } from '../../../flow/answers.js';
import { argument, argumentOf, entry, flag, text } from '../../../flow/arguments.js';
import type { Flow } from '../../../flow/evaluate.js';
import type { Model } from '../../../flow/model.js';
import { startQuery, type QueryState } from '../../../flow/query.js';
import type { QueryRecord } from '../../../flow/records.js';
import { ANY, membersOf, type Args, type Value } from '../../../flow/value.js';
import type { CallSite } from '../../dialect.js';
import { byPrimaryKey } from '../../shared/lookups.js';
import { loadRelations, notDeleted, orderOf, withWhere } from '../../shared/object-queries.js';
import { readSelect, shapeOf, whereOf } from './where.js';

interface Find {
  readonly expects: QueryRecord['expects'];
  readonly takes: 'options' | 'where' | 'ids';
  readonly gives: 'row' | 'rows' | 'rows-and-count' | 'count' | 'exists';
}

export const FINDS: Readonly<Record<string, Find>> = {
  find: { expects: 'many', takes: 'options', gives: 'rows' },
  findBy: { expects: 'many', takes: 'where', gives: 'rows' },
  findAndCount: { expects: 'many', takes: 'options', gives: 'rows-and-count' },
  findAndCountBy: { expects: 'many', takes: 'where', gives: 'rows-and-count' },
  findOne: { expects: 'first', takes: 'options', gives: 'row' },
  findOneOrFail: { expects: 'first', takes: 'options', gives: 'row' },
  findOneBy: { expects: 'first', takes: 'where', gives: 'row' },
  findOneByOrFail: { expects: 'first', takes: 'where', gives: 'row' },
  findByIds: { expects: 'many', takes: 'ids', gives: 'rows' },
  findOneById: { expects: 'first', takes: 'ids', gives: 'row' },
  count: { expects: 'count', takes: 'options', gives: 'count' },
  countBy: { expects: 'count', takes: 'where', gives: 'count' },
  exist: { expects: 'exists', takes: 'options', gives: 'exists' },
  exists: { expects: 'exists', takes: 'options', gives: 'exists' },
  existsBy: { expects: 'exists', takes: 'where', gives: 'exists' },
};
const OPTIONS = new Set([
  'where', 'select', 'relations', 'order', 'skip', 'take', 'cache', 'join', 'loadRelationIds', 'loadEagerRelations', 'lock', 'withDeleted', 'comment',
  'transaction', 'relationLoadStrategy',
]);
/** Aggregates over one column: `sum("amount", where)`. */
export const AGGREGATES = new Set(['sum', 'average', 'minimum', 'maximum']);

/** Runs one of `FINDS` over `model`; `args` without the entity. */
export function find(flow: Flow, site: CallSite, model: Model, name: string, args: Args): Value {
  const method = FINDS[name]!;
  const place = flow.place(site.env, site.at);
  let query = startQuery(place, model, { k: 'row', model });
  const given = argument(args, 0);
  let isWithDeleted = false;
  const asWhere = method.takes === 'where' ? given : null;
  if (asWhere) query = withWhere(query, site.at, whereOf(flow, model, asWhere, site.env, site.at));
  else if (method.takes === 'ids') query = withWhere(query, site.at, byPrimaryKey(model, place, given));
  else for (const member of given ? membersOf(given) : []) {
    if (member.k === 'dict' && [...member.entries].some(([key, value]) => OPTIONS.has(key) && (!model.columns.has(key) || value.k === 'dict'))) {
      query = withOptions(flow, site, model, member, query);
      isWithDeleted ||= flag(entry(member, 'withDeleted')) !== null || entry(member, 'withDeleted') !== null;
    } else if (member.k === 'dict' && member.entries.size > 0) query = withWhere(query, site.at, whereOf(flow, model, member, site.env, site.at));
    else if (member.k === 'dict') query = { ...query, isPartial: query.isPartial || member.rest !== null };
    else if (member.k !== 'const' && name === 'findOne' && isKeyLike(member)) {
      // `findOne(id, options)` of 0.2.
      query = withWhere(query, site.at, byPrimaryKey(model, place, member));
      const options = argument(args, 1);
      if (options?.k === 'dict') query = withOptions(flow, site, model, options, query);
    } else if (member.k !== 'const') query = { ...query, isPartial: true };
  }
  if (!isWithDeleted) query = { ...query, conditions: [...query.conditions, ...notDeleted(model, place, null)] };
  // A service that many call asks something else for each of them.
  query = { ...query, id: `${query.id}>${query.conditions.map(({ column, op }) => `${column.model.name}.${column.attribute}${op}`).join('&')}` };
  const isAggregate = method.gives === 'count';
  flow.record.finish({ ...query, isAggregate }, method.expects);
  return resultOf(method, query);
}

function resultOf(method: Find, query: QueryState): Value {
  const row = query.item.k === 'row' ? { ...query.item, lookup: query.id } : query.item;
  switch (method.gives) {
    case 'row': return row;
    case 'rows': return { k: 'many', of: row };
    case 'rows-and-count': return { k: 'list', items: [{ k: 'many', of: row }, ANY] };
    default: return answer('typeorm', query.id);
  }
}

const isKeyLike = (value: Value): boolean => value.k === 'field' || (value.k === 'any');

/** `{ where, relations, select, order, take, skip }`. */
function withOptions(flow: Flow, site: CallSite, model: Model, options: Value & { k: 'dict' }, query: QueryState): QueryState {
  for (const key of options.entries.keys()) { const at = options.places?.get(key); if (at && OPTIONS.has(key)) flow.record.resolve(at); }
  const where = whereOf(flow, model, entry(options, 'where'), site.env, site.at);
  let next = withWhere(query, site.at, where);
  if (options.rest) next = { ...next, isPartial: true };
  loadRelations(flow, model, entry(options, 'relations'), site.env, site.at);
  readSelect(flow, model, entry(options, 'select'), site.env, site.at);
  const take = entry(options, 'take');
  return {
    ...next,
    item: { k: 'row', model, ...shapeOf(model, options) },
    sorts: orderOf(flow, model, entry(options, 'order'), site.env, site.at),
    limit: take?.k === 'const' && typeof take.v === 'number' ? take.v : take ? 100 : null,
    offset: entry(options, 'skip') !== null,
  };
}

/** `sum("amount", where)`: the column is read. */
export function aggregate(flow: Flow, site: CallSite, model: Model, args: Args): Value {
  const column = argumentOf(args, 0);
  const name = text(column?.value);
  if (name !== null) flow.record.column(model, name, 'read', flow.place(site.env, column!.at), flow.currentFn);
  const place = flow.place(site.env, site.at);
  const query = withWhere(startQuery(place, model, ANY), site.at, whereOf(flow, model, argument(args, 1), site.env, site.at));
  flow.record.finish({ ...query, isAggregate: true }, 'count');
  return ANY;
}
