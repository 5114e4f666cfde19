/** Queries that are built step by step: `db.select().from(users).where(…)`. https://orm.drizzle.team/docs/select */
import { spanStart } from '../../../facts/span.js';
import { COUNT } from '../../../flow/answers.js';
import { argument, positional } from '../../../flow/arguments.js';
import { dispatch } from '../../../flow/calls.js';
import type { Flow } from '../../../flow/evaluate.js';
import { join, oneOf, refine, sortBy, startQuery, where, type Condition, type QueryState, type Source } from '../../../flow/query.js';
import { ANY, membersOf, type DictValue, type ModelValue, type Value } from '../../../flow/value.js';
import type { CallSite } from '../../dialect.js';
import { modelOf } from '../models.js';
import { DIALECT } from '../names.js';
import { asSql, textOf } from '../sql-text.js';
import { pendingSelect } from '../views.js';
import { asPredicate, columnsOf, isAggregate, isConditional, optional, sortsOf } from './conditions.js';
import { first, isOwnQuery } from './results.js';
import { isAggregateSql } from './templates.js';

const SELECTS = new Set(['select', 'selectDistinct', 'selectDistinctOn']);
/** What `select` is called on is seldom known: a database is passed around in many ways. */
const UNTYPED = new Set<Value['k']>(['any', 'term', 'extobj', 'object', 'ext', 'dict', 'special']);

/** `db.select({…})`: nothing is known until `from`. */
export function beginSelect(site: CallSite): Value | undefined {
  if (!site.receiver || !site.name || !SELECTS.has(site.name) || !UNTYPED.has(site.receiver.k)) return undefined;
  if (site.receiver.k === 'special' && site.receiver.dialect !== DIALECT) return undefined;
  const values = positional(site.args).map((arg) => arg.value);
  const fields = site.name === 'selectDistinctOn' ? values[1] ?? null : values[0] ?? null;
  if (fields && fields.k !== 'dict' && fields.k !== 'row' && fields.k !== 'any') return undefined;
  return pendingSelect(fields, site.at, `${site.env.module.path}:${spanStart(site.at)}`);
}

/** `.from(table)` behind a select. */
export function fromStep(flow: Flow, site: CallSite, select: Value & { k: 'special' }): Value | undefined {
  const source = argument(site.args, 0);
  const fields = select.data['fields'] as Value | null;
  const at = select.data['at'] as CallSite['at'];
  const model = modelOf(source);
  const place = flow.place(site.env, at);
  if (model) {
    const item = fields ? itemOf(fields) : { k: 'row' as const, model: model.model };
    return { k: 'query', query: { ...startQuery(place, model.model, item, model.alias ?? null), isAggregate: fields !== null && aggregates(fields) } };
  }
  const inner = queryIn(source);
  if (!inner) return select.data['fields'] ? select : undefined;
  const item = fields ? itemOf(fields) : inner.item;
  return {
    k: 'query',
    query: { ...startQuery(place, inner.sources[0]!.model, item, SUBQUERY), isPartial: true, isAggregate: fields !== null && aggregates(fields) },
  };
}

/** The alias of whatever a sub-query gives: its columns are no longer the table's. */
const SUBQUERY = 'subquery';

export function queryIn(value: Value | null): QueryState | null {
  for (const member of value ? membersOf(value) : []) if (member.k === 'query' && isOwnQuery(member.query)) return member.query;
  return null;
}

/** What one item of a result is, from the fields that are selected. */
export function itemOf(fields: Value): Value {
  switch (fields.k) {
    case 'model': return { k: 'row', model: fields.model };
    case 'column': return { k: 'field', model: fields.model, attribute: fields.attribute, place: fields.place };
    case 'dict': return { k: 'dict', entries: new Map([...fields.entries].map(([name, value]) => [name, itemOf(value)])), rest: fields.rest ? ANY : null };
    case 'row': case 'field': return fields;
    case 'query': return fields.query.item;
    default: return isCount(fields) ? COUNT : ANY;
  }
}

/** `count()`, `` sql`count(*)` ``, of however many columns. */
function isCount(field: Value): boolean {
  const sql = asSql(field);
  return sql ? /^\s*count\s*\(/i.test(textOf(sql, () => null)) : field.k === 'special' && isAggregate(field) && field.data['isCount'] === true;
}

function aggregates(fields: Value): boolean {
  if (fields.k === 'dict') return [...fields.entries.values()].some(aggregates);
  const sql = asSql(fields);
  return isAggregate(fields) || (sql !== null && isAggregateSql(sql));
}

const JOINS: Readonly<Record<string, Source['join']>> = {
  innerJoin: 'inner',
  leftJoin: 'left',
  rightJoin: 'left',
  fullJoin: 'left',
  crossJoin: 'inner',
  innerJoinLateral: 'inner',
  leftJoinLateral: 'left',
  crossJoinLateral: 'inner',
};
const SAME = new Set([
  'for', '$dynamic', 'prepare', 'execute', 'as', 'all', 'values', 'catch', 'finally', 'iterator', '$withCache', 'comment', 'useIndex', 'forceIndex',
  'ignoreIndex', 'returning', 'returningAll', 'from', 'run', 'onConflictDoNothing',
]);
const SETS = new Set(['union', 'unionAll', 'intersect', 'intersectAll', 'except', 'exceptAll']);

/** One step of a query that is being built, or a method of its result; undefined for what it does not have. */
export function queryStep(flow: Flow, site: CallSite, query: QueryState): Value | undefined {
  const name = site.name!;
  const values = positional(site.args).map((arg) => arg.value);
  const result = (state: QueryState): Value => ({ k: 'query', query: state });
  if (JOINS[name]) return result(joined(flow, site, query, JOINS[name]));
  switch (name) {
    case 'where': case 'having': {
      const given = values[0]?.k === 'fn' ? flow.callFn(values[0], []) : values[0] ?? null;
      const part = given ? asPredicate(flow, given) : { k: 'predicate' as const, conditions: [], isPartial: false };
      const may = part && site.args.list[0] && isConditional(site.args.list[0].expr) ? optional(part) : part;
      if (name === 'having') return result(refine(query, site.at, {}));
      return result(may ? where(query, site.at, may.conditions, may.isPartial) : refine(query, site.at, { isPartial: true }));
    }
    case 'orderBy': return result(sortBy(query, site.at, sortsOf(flow, values)));
    case 'groupBy': {
      const columns = values.flatMap(columnsOf);
      for (const column of columns) flow.record.classify(column.model, column.attribute, column.place, 'group');
      return result(refine(query, site.at, { groups: [...query.groups, ...columns] }));
    }
    case 'limit': return result(refine(query, site.at, { limit: values[0]?.k === 'const' && typeof values[0].v === 'number' ? values[0].v : query.limit }));
    case 'offset': return result(refine(query, site.at, { offset: true }));
    case 'get': return query.verb === 'select' ? first(flow, query) : query.item;
    case 'then': {
      const callback = values[0];
      return callback?.k === 'fn'
        ? flow.callFn(callback, [{ name: null, value: result(query), expr: site.args.list[0]!.expr, spread: null, at: site.at }])
        : undefined;
    }
    case 'at': case 'shift':
      return values[0] === undefined || (values[0].k === 'const' && values[0].v === 0) ? first(flow, query) : overItems(flow, site, query);
    default:
  }
  if (SETS.has(name)) return result(refine(query, site.at, { isPartial: true }));
  if (SAME.has(name)) return result(query);
  return overItems(flow, site, query);
}

/** A method of the list of rows. */
function overItems(flow: Flow, site: CallSite, query: QueryState): Value {
  flow.record.finish(query, 'many');
  return dispatch(flow, { ...site, receiver: { k: 'many', of: oneOf(query) } });
}

function joined(flow: Flow, site: CallSite, query: QueryState, kind: Source['join']): QueryState {
  const [target, on] = positional(site.args);
  const condition = on?.value.k === 'fn' ? flow.callFn(on.value, []) : on?.value ?? null;
  const part = condition ? asPredicate(flow, condition) : null;
  const conditions: readonly Condition[] = part?.conditions ?? [];
  const model = modelOf(target?.value);
  if (model) return { ...join(query, site.at, model.model, model.alias ?? null, kind, conditions), item: withJoined(query, model), isPartial: query.isPartial };
  return refine(query, site.at, { conditions: [...query.conditions, ...conditions.map((each) => ({ ...each, isJoin: true }))], isPartial: true });
}

/** Without selected fields, the row of a join has one row of each table under the table's name. https://orm.drizzle.team/docs/joins */
function withJoined(query: QueryState, joinedModel: ModelValue): Value {
  const { item } = query;
  const key = (name: string, alias: string | null | undefined): string => alias ?? name;
  const row = (model: ModelValue['model']): Value => ({ k: 'row', model });
  const base: DictValue | null =
    item.k === 'row' && item.model === query.sources[0]!.model
      ? { k: 'dict', entries: new Map([[key(item.model.table.name, query.sources[0]!.alias), item]]), rest: null }
      : item.k === 'dict' &&
          item.places === undefined &&
          [...item.entries].every(([name, value]) => value.k === 'row' && query.sources.some((source) => key(source.model.table.name, source.alias) === name))
        ? item
        : null;
  return base ? { ...base, entries: new Map([...base.entries, [key(joinedModel.model.table.name, joinedModel.alias), row(joinedModel.model)]]) } : item;
}

/** `union(a, b)` and the other set operations. https://orm.drizzle.team/docs/set-operations */
export function setOperation(site: CallSite): Value | undefined {
  const query = queryIn(argument(site.args, 0));
  return query ? { k: 'query', query: refine(query, site.at, { isPartial: true }) } : undefined;
}
