/** What the methods of managers and query sets mean. https://docs.djangoproject.com/en/5.0/ref/models/querysets/ */
import type { Span } from '../../facts/code.js';
import { makeSpan, spanEnd, spanStart } from '../../facts/span.js';
import { answer } from '../../flow/answers.js';
import { argument, argumentOf, positional, text } from '../../flow/arguments.js';
import { attributeFor } from '../../flow/keys.js';
import type { Model, ModelRelationship } from '../../flow/model.js';
import { refine, sortBy, startQuery, where, type Condition, type QueryState } from '../../flow/query.js';
import { ANY, membersOf, type Args, type EvaluatedArg, type Value } from '../../flow/value.js';
import type { Column } from '../../model/schema.js';
import type { CallSite } from '../dialect.js';
import { applyFilter, filterOf, negated, placeOfArgument, type Seat } from './conditions.js';
import { readExpression, withRead } from './expressions.js';
import { crossRelationship } from './generic.js';
import { managerValue, methodOf, type Manager, type Related } from './managers.js';
import { followPath, isForward, joinsOf, keyAttribute, relationshipNamed, withJoins } from './paths.js';
import { relatedWrite } from './related.js';
import { selected } from './selection.js';
import { infoOf } from './state.js';
import { defaultsOf, insertFrom, writesOf } from './writes.js';

/** What a method is called on: a manager or a query that is being built. */
export interface Receiver { readonly model: Model; readonly related: Related | null; readonly query: () => QueryState }

/** The query that a manager starts: all rows of its model, those of one row, or what its own `get_queryset` leaves. */
export function managerQuery(seat: Seat, manager: Manager, at: Span, isBase = false): QueryState {
  const { flow } = seat;
  const { model, related } = manager;
  const place = flow.place(seat.env, at);
  if (!isBase && manager.classes.length) {
    const own = methodOf(flow, manager.classes, 'get_queryset');
    const made = own ? flow.callFn({ k: 'fn', fn: own, self: managerValue(model, related, manager.classes) }, []) : ANY;
    const query = membersOf(made).find((member) => member.k === 'query');
    if (query?.k === 'query' && query.query.sources[0]?.model === model) return { ...query.query, place, id: startQuery(place, model, ANY).id };
  }
  const started = startQuery(place, model, { k: 'row', model });
  return related ? restrict(seat, started, related, at) : started;
}

/** `row.comments`: the rows whose key is that row's. */
function restrict(seat: Seat, query: QueryState, { owner, relationship }: Related, at: Span): QueryState {
  const place = seat.flow.place(seat.env, at);
  const through = relationship.relationship?.through;
  if (through) {
    const [between, target] = joinsOf(seat.flow, seat.state, owner, relationship, undefined, relationship.name, place);
    const near = between?.conditions[0]?.column;
    if (!between || !near) return { ...query, isPartial: true };
    const joined = withJoins(query, at, [
      {
        ...between,
        conditions: (target?.conditions ?? []).map((condition) =>
          condition.value.k === 'column' ? { ...condition, column: condition.value, value: { ...condition.column, alias: undefined } as Value } : condition,
        ),
      },
    ]);
    return where(joined, at, [{ column: near, op: '=', value: ANY, isOptional: false, inOr: false, isJoin: false }]);
  }
  const generic = infoOf(seat.state, owner)?.genericRelations.get(relationship.name);
  const ofThisRow = (attribute: string): Condition => ({
    column: { k: 'column', model: relationship.target, attribute, place },
    op: '=',
    value: ANY,
    isOptional: false,
    inOr: false,
    isJoin: false,
  });
  if (generic) return where(query, at, [generic.contentType, generic.objectId].map(ofThisRow));
  const remote = relationship.remote[0];
  if (!remote || isForward(owner, relationship)) return { ...query, isPartial: true };
  return where(query, at, [ofThisRow(attributeFor(relationship.target, remote))]);
}

/** Adds `Meta.ordering` where nothing else sorts. */
export function ordered(seat: Seat, query: QueryState): QueryState {
  const ordering = infoOf(seat.state, query.sources[0]!.model)?.ordering ?? [];
  return query.sorts.length || ordering.length === 0
    ? query
    : { ...query, sorts: sortsNamed(seat, query, ordering).map((sort) => ({ ...sort, isDefault: true })) };
}

/** The columns that an option of the model sorts by. */
function sortsNamed(seat: Seat, query: QueryState, names: readonly string[]): QueryState['sorts'] {
  const model = query.sources[0]!.model;
  const sorts: QueryState['sorts'][number][] = [];
  for (const written of names) {
    const name = written.replace(/^[-+]/, '');
    const attribute = name === 'pk' ? keyAttribute(seat.state, model) : model.columns.has(name) ? name : model.columns.has(`${name}_id`) ? `${name}_id` : null;
    // A path over a relation or an expression: what comes after it sorts only rows that are equal in that.
    if (!attribute) break;
    sorts.push({ column: { k: 'column', model, attribute, place: query.place }, desc: written.startsWith('-'), isOptional: false });
  }
  return sorts;
}

/** The meaning of one method call; undefined when Django has no such method. */
export function querySetCall(seat: Seat, site: CallSite, receiver: Receiver, method: string): Value | undefined {
  const { flow } = seat;
  const { args, nameAt: at } = site;
  const { model } = receiver;
  const name = ASYNC.has(method) ? method.slice(1) : method;
  const place = flow.place(site.env, site.nameAt);
  flow.record.resolve(place);
  const query = (): QueryState => receiver.query();
  const going = (state: QueryState): Value => ({ k: 'query', query: state });
  const single = (state: QueryState, expects: 'one' | 'first'): Value => {
    flow.record.finish(state, expects);
    return rowFrom(state);
  };
  if (receiver.related && RELATED_WRITES.has(name)) return relatedWrite(seat, site, receiver.related, name);
  switch (name) {
    case 'all': case 'get_queryset': case 'select_for_update': case 'using': return going(refine(query(), at, {}));
    case 'filter': return going(applyFilter(query(), at, filterOf(seat, model, args)));
    case 'exclude': return going(applyFilter(query(), at, negated(filterOf(seat, model, args))));
    case 'none': return going(refine(query(), at, { limit: 0 }));
    case 'get': { const state = applyFilter(query(), at, filterOf(seat, model, args)); return single(state, 'one'); }
    // The last row is asked for because there are several.
    case 'last': {
      const state = ordered(seat, refine(query(), at, {}));
      return single(refine(state, at, { sorts: state.sorts.map(({ isDefault: _, ...sort }) => sort) }), 'first');
    }
    case 'first': return single(ordered(seat, refine(query(), at, {})), 'first');
    case 'latest': case 'earliest':
      return single(args.list.length ? sorted(seat, query(), model, args, at, name === 'latest') : latestBy(seat, query(), at, name === 'latest'), 'first');
    case 'exists': case 'contains': return askedFor(flow, refine(query(), at, {}), 'exists');
    case 'count': return askedFor(flow, refine(query(), at, {}), 'count');
    case 'order_by':
      return going(args.list.length ? sorted(seat, refine(query(), at, { sorts: [] }), model, args, at, false) : refine(query(), at, { sorts: [] }));
    case 'reverse': {
      const state = query();
      return going(refine(state, at, { sorts: ordered(seat, state).sorts.map((sort) => ({ ...sort, desc: !sort.desc })) }));
    }
    case 'values': case 'values_list': case 'dates': case 'datetimes': return going(selected(seat, site, query(), model, name));
    case 'only': case 'defer': case 'distinct':
      return going(named(seat, query(), model, positional(args), at, name === 'distinct' ? 'group' : name === 'defer' ? null : 'read'));
    case 'select_related': case 'prefetch_related': case 'prefetch_related_objects': follow(seat, model, positional(args));
    return going(refine(query(), at, {}));
    case 'annotate': case 'alias': case 'extra': return going(annotated(seat, query(), model, args, at));
    case 'aggregate': {
      const state = refine(annotated(seat, query(), model, args, at), at, { isAggregate: true });
      flow.record.finish(state, 'many');
      return flow.unknown(site.env, site.at);
    }
    case 'iterator': return going(refine(query(), at, {}));
    case 'union': case 'intersection': case 'difference':
      for (const arg of args.list) for (const member of membersOf(arg.value)) if (member.k === 'query') flow.record.finish(member.query, 'many');
    return going(refine(query(), at, {}));
    case 'in_bulk': {
      const field = text(argument(args, 1, 'field_name'));
      const state = refine(query(), at, {});
      if (field !== null) followPath(flow, seat.state, model, field, placeOfArgument(seat, argumentOf(args, 1, 'field_name')!), 'lookup');
      flow.record.finish(state, 'many');
      return { k: 'dict', entries: new Map(), rest: state.item };
    }
    case 'create': return insertFrom(seat, model, args, flow.place(site.env, site.at), { given: givenBy(seat, receiver.related) });
    case 'bulk_create': {
      // Rows that are built in sight were noted where they are built.
      if (isBuiltHere(argument(args, 0))) flow.record.table(model, 'insert', place);
      else flow.record.insert(model, new Map(), flow.place(site.env, site.at), { isOpen: true, isUpsert: argument(args, -1, 'update_conflicts') !== null });
      return argument(args, 0) ?? ANY;
    }
    case 'bulk_update': updateNamed(seat, argumentOf(args, 1, 'fields')); flow.record.table(model, 'update', place); return ANY;
    case 'get_or_create': case 'update_or_create': return getOrCreate(seat, site, receiver, name);
    case 'update': {
      writesOf(seat, model, args, { atInsert: false });
      flow.record.finish(refine(query(), at, { verb: 'update' }), 'many');
      flow.record.table(model, 'update', place);
      return ANY;
    }
    case 'delete': flow.record.finish(refine(query(), at, { verb: 'delete' }), 'many'); flow.record.table(model, 'delete', place); return ANY;
    case 'raw': flow.record.table(model, 'select', place); return { k: 'many', of: { k: 'row', model } };
    case 'explain': return ANY;
    default: return undefined;
  }
}

/** The answer to whether, or how often, there is a row: a test of it is a test of the rows. */
export function askedFor(flow: Seat['flow'], state: QueryState, expects: 'exists' | 'count'): Value {
  flow.record.finish(state, expects);
  return answer('django', state.id);
}

const ASYNC = new Set([
  'aget', 'afirst', 'alast', 'alatest', 'aearliest', 'aexists', 'acontains', 'acount', 'aaggregate', 'aiterator', 'ain_bulk', 'acreate', 'abulk_create',
  'abulk_update', 'aget_or_create', 'aupdate_or_create', 'aupdate', 'adelete', 'aadd', 'aset', 'aremove', 'aclear',
]);
const RELATED_WRITES = new Set(['add', 'set', 'remove', 'clear']);

/** What a single-row method gives: the row, or what was selected of it. */
export function rowFrom({ id, item }: QueryState): Value {
  const withLookup = (value: Value): Value => (value.k === 'row' || value.k === 'dict' || value.k === 'field' ? { ...value, lookup: id } : value);
  return item.k === 'list' ? { ...item, items: item.items.map(withLookup) } : withLookup(item);
}

function givenBy(seat: Seat, related: Related | null): ReadonlyMap<Column, Value> {
  const generic = related && infoOf(seat.state, related.owner)?.genericRelations.get(related.relationship.name);
  if (related && generic)
    return new Map(
      [generic.contentType, generic.objectId].flatMap((attribute) => {
        const column = related.relationship.target.columns.get(attribute);
        return column ? [[column, ANY] as const] : [];
      }),
    );
  if (!related || isForward(related.owner, related.relationship) || related.relationship.relationship?.through) return new Map();
  return new Map(related.relationship.remote.map((column) => [column, ANY]));
}

/** Whether every row of the argument is constructed in sight, so that its columns are known from there. */
function isBuiltHere(value: Value | null): boolean {
  const items = value?.k === 'list' ? value.items : value?.k === 'many' ? [value.of] : [];
  return items.length > 0 && items.every((item) => membersOf(item).every((member) => member.k === 'row' && member.isNew === true));
}

/** https://docs.djangoproject.com/en/5.0/ref/models/querysets/#get-or-create: looked up by everything but `defaults`. */
function getOrCreate(seat: Seat, site: CallSite, receiver: Receiver, name: string): Value {
  const { flow } = seat;
  const lookup: Args = { list: site.args.list.filter((arg) => arg.name !== 'defaults' && arg.name !== 'create_defaults') };
  const isUpsert = name === 'update_or_create';
  const state = applyFilter(receiver.query(), site.nameAt, filterOf(seat, receiver.model, lookup));
  flow.record.finish(state, 'one');
  flow.record.guard(state.id, { k: isUpsert ? 'upsert' : 'get-or-create' });
  insertFrom(seat, receiver.model, { list: [...lookup.list, ...defaultsOf(site.args).list] }, flow.place(site.env, site.at), {
    isUpsert,
    given: givenBy(seat, receiver.related),
  });
  if (isUpsert) flow.record.table(receiver.model, 'update', flow.place(site.env, site.nameAt));
  return { k: 'list', items: [rowFrom(state), ANY] };
}

function sorted(seat: Seat, query: QueryState, model: Model, args: Args, at: Span, isReversed: boolean): QueryState {
  let state = query;
  for (const arg of args.list) {
    const written = text(arg.value);
    if (written === null) {
      const desc = arg.value.k === 'term' && arg.value.name === 'desc';
      const read = readExpression(seat, model, arg.value);
      state = withRead(state, at, read);
      const column = read.columns[0];
      if (column) {
        seat.flow.record.classify(column.model, column.attribute, column.place, 'sort');
        state = sortBy(state, at, [{ column, desc: desc !== isReversed }]);
      } else state = refine(state, at, { isPartial: true });
      continue;
    }
    const plain = written.replace(/^[-+]/, '');
    const place = placeOfArgument(seat, arg);
    const path = followPath(
      seat.flow,
      seat.state,
      model,
      plain,
      { path: place.path, at: makeSpan(spanStart(place.at) + written.length - plain.length, spanEnd(place.at)) },
      'sort',
    );
    state = withJoins(state, at, path.joins);
    if (path.column) state = sortBy(state, at, [{ column: path.column, desc: written.startsWith('-') !== isReversed }]);
  }
  return state;
}

/**
 * `latest()` without arguments sorts by `Meta.get_latest_by`, whatever order the rows have. https://docs.djangoproject.com/en/5.0/ref/models/querysets/#latest
 */
function latestBy(seat: Seat, query: QueryState, at: Span, desc: boolean): QueryState {
  const model = query.sources[0]!.model;
  const named = sortsNamed(seat, query, infoOf(seat.state, model)?.latestBy ?? []);
  if (named.length) return refine(query, at, { sorts: named.map((sort) => ({ ...sort, desc: sort.desc !== desc })) });
  const state = ordered(seat, refine(query, at, {}));
  return state.sorts.length
    ? state
    : sortBy(state, at, [{ column: { k: 'column', model, attribute: keyAttribute(seat.state, model), place: query.place }, desc }]);
}

function named(seat: Seat, query: QueryState, model: Model, args: readonly EvaluatedArg[], at: Span, kind: 'read' | 'group' | null): QueryState {
  for (const arg of args) {
    const name = text(arg.value);
    if (name === null) continue;
    if (kind) followPath(seat.flow, seat.state, model, name, placeOfArgument(seat, arg), kind);
    else seat.flow.record.resolve(placeOfArgument(seat, arg));
  }
  return refine(query, at, {});
}

/** Relationships that are loaded along. */
function follow(seat: Seat, model: Model, args: readonly EvaluatedArg[]): void {
  for (const arg of args) {
    const prefetch = arg.value.k === 'term' ? arg.value.args.list[0] : undefined;
    const from = prefetch ?? arg;
    const name = text(from.value);
    if (name === null) continue;
    let current: Model | null = model;
    const place = placeOfArgument(seat, from);
    let offset = spanStart(place.at);
    for (const part of name.split('__')) {
      const relationship: ModelRelationship | null = current ? relationshipNamed(seat.state, current, part) : null;
      if (!current || !relationship) break;
      crossRelationship(seat.flow, seat.state, current, relationship, { path: place.path, at: makeSpan(offset, offset + part.length) });
      offset += part.length + 2;
      current = relationship.target;
    }
    const inner = arg.value.k === 'term' ? argument(arg.value.args, 1, 'queryset') : null;
    if (inner?.k === 'query') seat.flow.record.finish(inner.query, 'many');
  }
}

function annotated(seat: Seat, query: QueryState, model: Model, args: Args, at: Span): QueryState {
  let state = refine(query, at, {});
  for (const arg of args.list) {
    seat.flow.record.resolve(seat.flow.place(seat.env, arg.at));
    const read = readExpression(seat, model, arg.value);
    state = withRead(state, at, read);
    if (read.isAggregate) state = { ...state, isAggregate: true };
  }
  return state;
}

/** The columns that `bulk_update(rows, ["a", "b"])` and `save(update_fields=…)` write: they were assigned before, so the names are no uses of their own. */
export function updateNamed(seat: Seat, arg: EvaluatedArg | null): void {
  if (arg?.expr.k !== 'list') return;
  for (const item of arg.expr.items) seat.flow.record.resolve(seat.flow.place(seat.env, item.at));
}
