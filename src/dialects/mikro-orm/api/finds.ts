/** Reading methods of managers and repositories. https://mikro-orm.io/docs/entity-manager */
import { answer } from '../../../flow/answers.js';
import { argument } from '../../../flow/arguments.js';
import type { Flow } from '../../../flow/evaluate.js';
import type { Model } from '../../../flow/model.js';
import { startQuery } from '../../../flow/query.js';
import type { QueryRecord } from '../../../flow/records.js';
import { ANY, type Args, type Value } from '../../../flow/value.js';
import type { CallSite } from '../../dialect.js';
import { withWhere } from '../../shared/object-queries.js';
import { DIALECT } from '../names.js';
import { filtersFor } from './filters.js';
import { whereOf, withOptions } from './where.js';

interface Find {
  readonly expects: QueryRecord['expects'];
  /** Whether a filter comes before the options. */
  readonly takes: 'where' | 'options';
  readonly gives: 'row' | 'rows' | 'rows-and-count' | 'count' | 'cursor';
}

export const FINDS: Readonly<Record<string, Find>> = {
  find: { expects: 'many', takes: 'where', gives: 'rows' },
  findAll: { expects: 'many', takes: 'options', gives: 'rows' },
  findAndCount: { expects: 'many', takes: 'where', gives: 'rows-and-count' },
  findOne: { expects: 'first', takes: 'where', gives: 'row' },
  findOneOrFail: { expects: 'first', takes: 'where', gives: 'row' },
  count: { expects: 'count', takes: 'where', gives: 'count' },
  findByCursor: { expects: 'many', takes: 'options', gives: 'cursor' },
  stream: { expects: 'many', takes: 'options', gives: 'rows' },
};

/** Runs one of `FINDS` over `model`; `args` without the entity. */
export function find(flow: Flow, site: CallSite, model: Model, name: string, args: Args): Value {
  const method = FINDS[name]!;
  const place = flow.place(site.env, site.at);
  let query = startQuery(place, model, { k: 'row', model });
  const first = argument(args, 0);
  // `findByCursor(where, options)` of version 5.
  const isFilterFirst = method.takes === 'where' || (argument(args, 1) !== null && method.gives === 'cursor');
  if (isFilterFirst) query = withWhere(query, site.at, whereOf(flow, model, first, site.env, site.at));
  const options = isFilterFirst ? argument(args, 1) : first;
  query = withOptions(flow, model, query, options, site.env, site.at);
  for (const condition of filtersFor(flow, model, options)) query = withWhere(query, site.at, whereOf(flow, model, condition, site.env, site.at));
  const isAggregate = method.gives === 'count';
  // Code that many call asks something else for each of them.
  query = { ...query, id: `${query.id}>${query.conditions.map(({ column, op }) => `${column.model.name}.${column.attribute}${op}`).join('&')}`, isAggregate };
  flow.record.finish(query, method.expects);
  const row = query.item.k === 'row' ? { ...query.item, lookup: query.id, ...(method.gives === 'row' ? {} : { from: query.id }) } : query.item;
  switch (method.gives) {
    case 'row': return row;
    case 'rows': return { k: 'many', of: row };
    case 'rows-and-count': return { k: 'list', items: [{ k: 'many', of: row }, ANY] };
    case 'cursor': return { k: 'dict', entries: new Map<string, Value>([['items', { k: 'many', of: row }]]), rest: ANY };
    default: return answer(DIALECT, query.id);
  }
}
