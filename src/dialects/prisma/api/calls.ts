/** Calls of the generated client. https://www.prisma.io/docs/orm/reference/prisma-client-reference#model-queries */
import { answer } from '../../../flow/answers.js';
import { argument, entry } from '../../../flow/arguments.js';
import type { Flow } from '../../../flow/evaluate.js';
import type { Model } from '../../../flow/model.js';
import { startQuery, where, type QueryState } from '../../../flow/query.js';
import type { QueryRecord } from '../../../flow/records.js';
import { ANY, membersOf, type DictValue, type RowValue, type Value } from '../../../flow/value.js';
import type { CallSite } from '../../dialect.js';
import { limitOf } from '../../shared/loads.js';
import { accessors, delegateOf, modelNamed } from '../models.js';
import { insertData, lookupBy, updateData } from './data.js';
import { addedConditions } from './extensions.js';
import { namedColumns, readAggregates, readSelection, sortsOf } from './select.js';
import { whereOf } from './where.js';

/** Methods that no other library has on such an object. */
const OWN = new Set([
  'findMany', 'findFirst', 'findFirstOrThrow', 'findUnique', 'findUniqueOrThrow', 'createMany', 'createManyAndReturn', 'updateMany', 'updateManyAndReturn',
  'deleteMany', 'upsert', 'groupBy', 'aggregate',
]);
/** Methods that other objects have as well: their argument must look like Prisma's. */
const SHARED: Readonly<Record<string, readonly string[]>> = { create: ['data'], update: ['where', 'data'], delete: ['where'], count: [], findOne: ['where'] };
const OPTIONS = new Set([
  'where', 'data', 'select', 'include', 'omit', 'orderBy', 'cursor', 'take', 'skip', 'distinct', 'by', 'having', 'create', 'update', 'skipDuplicates', 'limit',
  'relationLoadStrategy', '_count', '_sum', '_avg', '_min', '_max', 'cacheStrategy',
]);

/** A call on a model of the client; undefined for anything else. */
export function modelCall(flow: Flow, site: CallSite): Value | undefined {
  if (!site.receiver || !site.name || (!OWN.has(site.name) && !(site.name in SHARED))) return undefined;
  if (accessors(flow).size === 0) return undefined;
  if (site.receiver.k === 'special' && site.receiver.tag === 'any-delegate') return noteAnyModel(flow, site);
  const delegate = delegateOf(flow, site.receiver, site.env.module.path);
  if (!delegate || !(delegate.isTyped || (site.name !== 'findOne' && fits(site)))) return undefined;
  return run(flow, site, delegate.model);
}

/** `client[name].create(…)`: rows of any model come and go, and are looked at. To count or delete them says nothing of any. */
function noteAnyModel(flow: Flow, site: CallSite): Value {
  if (!/^(delete|count)/.test(site.name!)) for (const accessor of accessors(flow).keys()) {
    const model = modelNamed(flow, accessor, site.env.module.path);
    if (model)
      flow.record.gap({
        kind: 'dynamic-access',
        model,
        column: null,
        place: flow.place(site.env, site.at),
        detail: `${model.name} may be named by a computed name`,
      });
  }
  return ANY;
}

function fits(site: CallSite): boolean {
  const given = argument(site.args, 0);
  const first = given?.k === 'const' && given.v === null ? null : given;
  const required = SHARED[site.name!];
  if (first === null) return required === undefined || required.length === 0;
  if (first.k !== 'dict')
    return required === undefined && (first.k === 'any' || first.k === 'extobj' || first.k === 'union' || first.k === 'object' || first.k === 'term');
  return [...first.entries.keys()].every((key) => OPTIONS.has(key)) && (required ?? []).every((key) => first.entries.has(key));
}

const EMPTY: DictValue = { k: 'dict', entries: new Map(), rest: null };

function run(flow: Flow, site: CallSite, model: Model): Value {
  const place = flow.place(site.env, site.at);
  const first = argument(site.args, 0);
  // Options that are put together elsewhere may hold more than is seen here.
  const given = first ? membersOf(first) : [];
  const args = given.find((member): member is DictValue => member.k === 'dict') ?? {
    ...EMPTY,
    rest: given.some((member) => member.k !== 'const') ? ANY : null,
  };
  for (const name of args.entries.keys()) { const at = args.places?.get(name); if (at && OPTIONS.has(name)) flow.record.resolve(at); }
  const row: RowValue = { k: 'row', model, ...readSelection(flow, model, args, place, !/Many|groupBy/.test(site.name!)) };
  switch (site.name) {
    case 'create': insertData(flow, model, entry(args, 'data'), place); return { ...row, isNew: true };
    case 'createMany': case 'createManyAndReturn': insertData(flow, model, entry(args, 'data'), place, entry(args, 'skipDuplicates') ? { isUpsert: true } : {});
    return site.name === 'createMany' ? ANY : { k: 'many', of: row };
    case 'upsert':
      lookupBy(flow, model, entry(args, 'where'), place, true);
      insertData(flow, model, entry(args, 'create'), place, { isUpsert: true });
      updateData(flow, model, entry(args, 'update'), place);
      return row;
    case 'update': case 'updateMany': case 'updateManyAndReturn': {
      updateData(flow, model, entry(args, 'data'), place);
      finish(flow, site, model, args, site.name === 'update' ? 'one' : 'many', 'update');
      return site.name === 'updateMany' ? ANY : site.name === 'update' ? row : { k: 'many', of: row };
    }
    case 'delete': case 'deleteMany':
      finish(flow, site, model, args, site.name === 'delete' ? 'one' : 'many', 'delete');
      return site.name === 'delete' ? row : ANY;
    case 'findMany': return { k: 'many', of: { ...row, from: finish(flow, site, model, args, 'many').id } };
    // `findOne` became `findUnique` in 2.12.
    case 'findOne': case 'findUnique': case 'findUniqueOrThrow': return { ...row, lookup: finish(flow, site, model, args, 'one').id };
    case 'findFirst': case 'findFirstOrThrow': return { ...row, lookup: finish(flow, site, model, args, 'first').id };
    case 'count': {
      readAggregates(flow, model, args, place);
      const query = finish(flow, site, model, args, 'count');
      return answer('prisma', query.id);
    }
    default: readAggregates(flow, model, args, place); finish(flow, site, model, args, site.name === 'groupBy' ? 'many' : 'count'); return ANY;
  }
}

/** Records the query that a call runs. */
function finish(flow: Flow, site: CallSite, model: Model, args: DictValue, expects: QueryRecord['expects'], verb: QueryState['verb'] = 'select'): QueryState {
  const place = flow.place(site.env, site.at);
  const written = site.written[0]?.value ?? null;
  const filter = whereOf(flow, model, entry(args, 'where'), place, 'filter', expects === 'many');
  whereOf(flow, model, entry(args, 'cursor'), place, 'lookup');
  namedColumns(flow, model, args, written, 'distinct', 'read', place);
  const sorts = sortsOf(flow, model, entry(args, 'orderBy'), place).map((sort) => ({ ...sort, isOptional: false }));
  const groups = namedColumns(flow, model, args, written, 'by', 'group', place);
  const isAggregate = expects === 'count' || site.name === 'groupBy' || site.name === 'aggregate';
  const base: QueryState = {
    ...startQuery(place, model, { k: 'row', model }, null, verb),
    sorts,
    groups,
    isAggregate,
    limit: limitOf(entry(args, 'take') ?? entry(args, 'limit')),
    offset: args.entries.has('skip'),
  };
  const query = where(
    base,
    site.at,
    [...filter.conditions, ...addedConditions(flow, site, model, filter.conditions)],
    filter.isPartial || (args.rest !== null && !args.entries.has('where')),
  );
  flow.record.finish(query, expects);
  return query;
}
