/** Relational queries: `db.query.users.findMany({ columns, with, where, orderBy })`. https://orm.drizzle.team/docs/rqb https://orm.drizzle.team/docs/rqb-v2 */
import { argument, entry, text } from '../../../flow/arguments.js';
import type { Flow } from '../../../flow/evaluate.js';
import type { Model } from '../../../flow/model.js';
import { sortBy, startQuery, where, type ConditionOp, type QueryState } from '../../../flow/query.js';
import { ANY, membersOf, type DictValue, type PredicateValue, type RowValue, type Value } from '../../../flow/value.js';
import type { Place } from '../../../model/schema.js';
import type { CallSite } from '../../dialect.js';
import { limitOf, loadInOrder } from '../../shared/loads.js';
import { readWhere, withWhere, type WhereSyntax } from '../../shared/object-queries.js';
import { DIALECT } from '../names.js';
import { asPredicate, isConditional, optional, sortsOf } from './conditions.js';

export function relationalApi(model: Model): Value {
  return { k: 'special', dialect: DIALECT, tag: 'relational', data: { model }, key: model.id };
}

/** `findFirst` and `findMany` of one table. */
export function relationalCall(flow: Flow, site: CallSite, model: Model): Value | undefined {
  if (site.name !== 'findFirst' && site.name !== 'findMany') return undefined;
  const options = membersOf(argument(site.args, 0) ?? ANY).find((member): member is DictValue => member.k === 'dict') ?? null;
  const place = flow.place(site.env, site.at);
  const row: RowValue = { k: 'row', model, ...(options ? shapeOf(flow, site, model, options, place) : {}) };
  const query = readOptions(flow, site, startQuery(place, model, row), model, options);
  const state = site.args.list.length > 0 && !options ? { ...query, isPartial: true } : query;
  if (site.name === 'findFirst') { flow.record.finish(state, 'first'); return { ...row, lookup: state.id }; }
  return { k: 'query', query: state };
}

const OPTIONS = ['columns', 'with', 'where', 'orderBy', 'limit', 'offset', 'extras'];

/** What a row holds: the columns that were chosen, the relations that were loaded. */
function shapeOf(flow: Flow, site: CallSite, model: Model, options: DictValue, place: Place): Pick<RowValue, 'only' | 'loaded'> {
  for (const name of OPTIONS) { const at = options.places?.get(name); if (at) flow.record.resolve(at); }
  const only = readColumns(flow, model, entry(options, 'columns'), place);
  const loaded = readWith(flow, site, model, entry(options, 'with'), place);
  readExtras(flow, model, entry(options, 'extras'), site);
  return { ...(only ? { only } : {}), ...(loaded.size ? { loaded } : {}) };
}

function readOptions(flow: Flow, site: CallSite, begun: QueryState, model: Model, options: DictValue | null): QueryState {
  if (!options) return begun;
  let query = filtered(flow, site, begun, model, options);
  const order = entry(options, 'orderBy');
  const sorts = order ? orderOf(flow, site, model, order) : [];
  if (sorts.length) query = sortBy(query, site.at, sorts);
  return { ...query, limit: limitOf(entry(options, 'limit')) ?? query.limit, offset: options.entries.has('offset') };
}

/** The table as callbacks get it, and the operators beside it. */
function called(flow: Flow, site: CallSite, model: Model, callback: Value): Value {
  if (callback.k !== 'fn') return callback;
  const given = (value: Value) => ({ name: null, value, expr: { k: 'other' as const, parts: [], at: site.at }, spread: null, at: site.at });
  return flow.callFn(callback, [given({ k: 'model', model }), given({ k: 'ext', module: 'drizzle-orm', name: null })]);
}

function filtered(flow: Flow, site: CallSite, query: QueryState, model: Model, options: DictValue): QueryState {
  const written = entry(options, 'where');
  if (written === null) return options.rest ? { ...query, isPartial: true } : query;
  const value = called(flow, site, model, written);
  if (value.k === 'dict' || value.k === 'object') return withWhere(query, site.at, readWhere(flow, model, value, site.env, site.at, SYNTAX));
  const part = asPredicate(flow, value);
  const expr = site.written[0]?.value;
  const own = expr?.k === 'dict' ? expr.entries.find((each) => each.key?.k === 'lit' && each.key.v === 'where')?.value : undefined;
  const may = part && own && isConditional(own) ? optional(part) : part;
  return where(query, site.at, may?.conditions ?? [], may?.isPartial ?? true);
}

/** `columns: { id: true }`; with `false` the other columns are meant. Null when all are selected, or which is not known. */
function readColumns(flow: Flow, model: Model, value: Value | null, fallback: Place): ReadonlySet<string> | null {
  const chosen = new Set<string>();
  const left = new Set<string>();
  const members = value ? membersOf(value) : [];
  for (const member of members) {
    if (member.k !== 'dict') continue;
    for (const [name, wanted] of member.entries) {
      const place = member.places?.get(name) ?? fallback;
      if (!model.columns.has(name)) continue;
      if (wanted.k === 'const' && wanted.v === false) { flow.record.resolve(place); left.add(name); }
      else { flow.record.column(model, name, 'read', place, flow.currentFn); chosen.add(name); }
    }
  }
  if (members.length !== 1 || members[0]!.k !== 'dict' || members[0]!.rest) return null;
  return chosen.size || left.size === 0 ? chosen : new Set([...model.columns.keys()].filter((name) => !left.has(name)));
}

/** `with: { posts: true, author: { columns: … } }`: the rows of each relation that is loaded. */
function readWith(flow: Flow, site: CallSite, model: Model, value: Value | null, fallback: Place): ReadonlyMap<string, Value> {
  const loaded = new Map<string, Value>();
  for (const member of value ? membersOf(value) : []) {
    if (member.k !== 'dict') continue;
    for (const [name, inner] of member.entries) {
      const relationship = model.relationships.get(name);
      if (!relationship || (inner.k === 'const' && inner.v === false)) continue;
      const place = member.places?.get(name) ?? fallback;
      flow.record.relationship(model, relationship, place, flow.currentFn);
      let row: RowValue = { k: 'row', model: relationship.target };
      for (const options of membersOf(inner)) {
        if (options.k !== 'dict') continue;
        row = { ...row, ...shapeOf(flow, site, relationship.target, options, place) };
        const filter = nestedFilter(flow, site, relationship.target, entry(options, 'where'));
        const order = entry(options, 'orderBy');
        const sorts = order ? orderOf(flow, site, relationship.target, order) : [];
        // The rows of each parent are looked up by themselves, in a lateral join.
        if (sorts.length > 0) loadInOrder(flow, relationship, place, '=', { ...filter, sorts, limit: limitOf(entry(options, 'limit')) });
      }
      loaded.set(name, relationship.many ? { k: 'many', of: row } : row);
    }
  }
  return loaded;
}

function nestedFilter(flow: Flow, site: CallSite, model: Model, filter: Value | null): Pick<PredicateValue, 'conditions' | 'isPartial'> {
  if (!filter) return { conditions: [], isPartial: false };
  const given = called(flow, site, model, filter);
  return given.k === 'dict' ? readWhere(flow, model, given, site.env, site.at, SYNTAX) : asPredicate(flow, given) ?? { conditions: [], isPartial: true };
}

function readExtras(flow: Flow, model: Model, value: Value | null, site: CallSite): void {
  if (!value) return;
  const extras = called(flow, site, model, value);
  if (extras.k === 'dict') for (const each of extras.entries.values()) called(flow, site, model, each);
}

/** An order as columns, as a callback that gives them, or as `{ createdAt: 'desc' }`. */
function orderOf(flow: Flow, site: CallSite, model: Model, value: Value): ReturnType<typeof sortsOf> {
  const order = called(flow, site, model, value);
  if (order.k !== 'dict') return sortsOf(flow, [order]);
  return [...order.entries].flatMap(([name, direction]) => {
    if (!model.columns.has(name)) return [];
    const place = order.places?.get(name) ?? flow.place(site.env, site.at);
    flow.record.column(model, name, 'sort', place, flow.currentFn);
    return [{ column: { k: 'column' as const, model, attribute: name, place }, desc: text(direction) === 'desc' }];
  });
}

const OPERATORS: Readonly<Record<string, ConditionOp>> = {
  eq: '=',
  ne: '<>',
  gt: 'range',
  gte: 'range',
  lt: 'range',
  lte: 'range',
  in: 'in',
  notIn: 'other',
  like: 'like',
  ilike: 'like',
  notLike: 'other',
  notIlike: 'other',
  arrayContains: 'other',
  arrayContained: 'other',
  arrayOverlaps: 'other',
};

const SYNTAX: WhereSyntax = {
  combine: (name) => (name === 'OR' ? 'or' : name === 'AND' ? 'and' : name === 'NOT' ? 'not' : null),
  operator(_flow, value) {
    if (value.k !== 'dict') return [{ op: '=', value }];
    if (value.rest) return null;
    return [...value.entries].map(([name, inner]) =>
      name === 'isNull' || name === 'isNotNull'
        ? { op: name === 'isNull' ? ('=' as const) : ('<>' as const), value: { k: 'const' as const, v: null } }
        : { op: OPERATORS[name] ?? ('other' as const), value: inner },
    );
  },
};
