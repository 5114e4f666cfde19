/** Queries: `select(…)`, `session.query(…)`, their chains and how they are run. https://docs.sqlalchemy.org/en/20/orm/queryguide/ */
import { spanStart } from '../../../facts/span.js';
import { answer } from '../../../flow/answers.js';
import { isExternal, lastName, positional } from '../../../flow/arguments.js';
import type { Flow } from '../../../flow/evaluate.js';
import type { Model } from '../../../flow/model.js';
import { compare } from '../../../flow/operators.js';
import { correlate, join, refine, sortBy, startQuery, where, type Condition, type QueryState } from '../../../flow/query.js';
import { ANY, membersOf, type EvaluatedArg, type Value } from '../../../flow/value.js';
import type { Place } from '../../../model/schema.js';
import type { CallSite } from '../../dialect.js';
import { asPredicate, columnsIn, selectedItem, sortsOf } from './expressions.js';
import { hybridAttribute } from './hybrids.js';
import { isLeftJoin, joinedTables } from './joined-tables.js';
import { joinConditions, keyConditions } from './joins.js';
import { TERMINALS, runQuery } from './results.js';
import { changeRows } from './writes.js';

/** Begins a query: `select(A, B.c)`, `x.query(A)`, `exists(…)`; undefined when no argument is a model or column of SQLAlchemy. */
export function beginQuery(flow: Flow, site: CallSite): Value | undefined {
  const called = site.callee.k === 'ext' && (isExternal(site.callee, 'sqlalchemy') || isExternal(site.callee, 'sqlmodel')) ? lastName(site.callee) : null;
  const isSelect = called === 'select' || called === 'exists';
  if (!isSelect && site.name !== 'query' && !(site.name === 'select' && site.receiver?.k === 'model')) return undefined;
  if (
    site.name === 'query' &&
    site.receiver &&
    site.receiver.k !== 'any' &&
    site.receiver.k !== 'extobj' &&
    site.receiver.k !== 'term' &&
    site.receiver.k !== 'object'
  )
    return undefined;
  const values = positional(site.args).map((arg) => arg.value).flatMap((value) => (value.k === 'list' ? value.items : [value]));
  const query = selectOf(flow, site, site.name === 'select' && site.receiver ? [site.receiver] : values);
  if (query === null) {
    // `exists(select(A)…)`, `session.query(query.exists())`
    const inner = values.find((value) => value.k === 'query');
    if (called === 'exists' && inner?.k === 'query') return existsOf(flow, inner.query);
    const exists = values.find((value) => value.k === 'special' && value.tag === 'exists');
    if (exists) return exists;
    return isSelect || values.some((value) => value.k === 'special' && value.dialect === 'sqlalchemy')
      ? {
          k: 'special',
          dialect: 'sqlalchemy',
          tag: 'pending',
          data: {
            at: site.at,
            item: values.length === 1 ? selectedItem(values[0]!) : ANY,
            isAggregate: values.some((value) => value.k === 'special' && value.tag === 'aggregate'),
            isExists: called === 'exists',
          },
          key: `${site.env.module.path}:${spanStart(site.at)}`,
        }
      : undefined;
  }
  return { k: 'query', query };
}

export function existsOf(flow: Flow, query: QueryState): Value {
  flow.record.finish(query, 'exists');
  return answer('sqlalchemy', query.id);
}

function selectOf(flow: Flow, site: CallSite, values: readonly Value[]): QueryState | null {
  const items: Value[] = [];
  let query: QueryState | null = null;
  let isAggregate = false;
  for (const value of values) {
    const model = modelOf(value);
    for (const column of columnsIn(value)) query = withModel(flow, site, query, column.model, column.alias ?? null);
    if (model) query = withModel(flow, site, query, model.model, model.alias ?? null);
    if (value.k === 'special' && value.tag === 'aggregate') isAggregate = true;
    items.push(model ? { k: 'row', model: model.model } : selectedItem(value));
  }
  if (!query) return null;
  const item: Value = items.length === 1 ? items[0]! : { k: 'list', items };
  return { ...query, item, isAggregate };
}

function withModel(flow: Flow, site: CallSite, query: QueryState | null, model: Model, alias: string | null): QueryState | null {
  if (model.dialect !== 'sqlalchemy') return query;
  const place = flow.place(site.env, site.at);
  if (!query) return startQuery(place, model, { k: 'row', model }, alias);
  return query.sources.some((source) => source.model.table === model.table && source.alias === alias)
    ? query
    : { ...query, sources: [...query.sources, { model, alias, join: 'inner' }] };
}

/** A query about what it is about already and a table, or tables that were joined apart. */
function withTables(flow: Flow, site: CallSite, query: QueryState, value: Value): QueryState {
  const model = modelOf(value);
  const begun = model ? withModel(flow, site, query, model.model, model.alias ?? null)! : query;
  return (joinedTables(value)?.joins ?? []).reduce((all, step) => joined(flow, step, all, isLeftJoin(step)), begun);
}

function modelOf(value: Value): (Value & { k: 'model' }) | null {
  const tables = joinedTables(value);
  if (tables) return tables.first;
  for (const member of membersOf(value)) if (member.k === 'model' && member.model.dialect === 'sqlalchemy') return member;
  return null;
}

/** A step of a query that has no source yet (`select(func.count()).select_from(A)`). */
export function pendingStep(flow: Flow, site: CallSite, pending: Value & { k: 'special' }): Value | undefined {
  const values = positional(site.args).map((arg) => arg.value);
  const models = [
    ...values.flatMap((value) => {
      const model = modelOf(value);
      return model ? [model.model] : [];
    }),
    ...values.flatMap(columnsIn).map((column) => column.model),
    ...values.flatMap((value) => (value.k === 'query' ? [value.query.sources[0]!.model] : [])),
  ];
  const model = models[0];
  if (!model) return pending;
  const started = startQuery(flow.place(site.env, pending.data['at'] as CallSite['at']), model, pending.data['item'] as Value);
  const query: QueryState = { ...started, isAggregate: pending.data['isAggregate'] === true };
  const inner = values.find((value) => value.k === 'query');
  const next: Value = { k: 'query', query: inner?.k === 'query' ? { ...inner.query, item: pending.data['item'] as Value, isAggregate: true } : query };
  const stepped =
    site.name === 'select_from' && next.k === 'query'
      ? { ...next, query: values.reduce((all, value) => withTables(flow, site, all, value), next.query) }
      : next.k !== 'query'
        ? next
        : (queryStep(flow, { ...site, receiver: next }, next.query) ?? next);
  return pending.data['isExists'] === true && stepped.k === 'query' ? existsOf(flow, stepped.query) : stepped;
}

/** A method of a query. */
export function queryStep(flow: Flow, site: CallSite, query: QueryState): Value | undefined {
  const { name, args, at } = site;
  if (query.sources[0]?.model.dialect !== 'sqlalchemy') return undefined;
  const values = positional(args).map((arg) => arg.value);
  const next = (changed: QueryState): Value => ({ k: 'query', query: changed });
  switch (name) {
    case 'filter': case 'where': return next(filtered(flow, site, query, positional(args)));
    // What holds for groups finds no rows.
    case 'having': for (const value of values) asPredicate(flow, value); return next(refine(query, at, {}));
    case 'filter_by': return next(filteredBy(flow, site, query));
    case 'order_by': return next(sortBy(query, at, sortsOf(flow, values)));
    case 'group_by': {
      const groups = values.flatMap(columnsIn);
      for (const column of groups) flow.record.classify(column.model, column.attribute, column.place, 'group');
      return next(refine(query, at, { groups: [...query.groups, ...groups], isAggregate: true }));
    }
    case 'join': case 'outerjoin': case 'join_from': return next(joined(flow, site, query, isLeftJoin(site)));
    case 'select_from': case 'add_columns': case 'add_entity':
      return next(values.reduce<QueryState>((all, value) => withTables(flow, site, all, value), query));
    case 'with_entities': case 'with_only_columns': {
      const listed = values.flatMap((value) => (value.k === 'list' ? value.items : [value]));
      const selected = selectOf(flow, site, listed);
      return next(
        selected
          ? { ...refine(query, at, { item: selected.item, isAggregate: query.isAggregate || selected.isAggregate }) }
          : refine(query, at, { isAggregate: true, item: selectedItem(listed.length === 1 ? listed[0]! : ANY) }),
      );
    }
    case 'limit': {
      const value = values[0];
      return next(refine(query, at, { limit: value?.k === 'const' && typeof value.v === 'number' ? value.v : query.limit }));
    }
    case 'offset': return next(refine(query, at, { offset: true }));
    case 'exists': return existsOf(flow, correlate(query, at, () => true));
    // https://docs.sqlalchemy.org/en/20/tutorial/data_select.html#scalar-and-correlated-subqueries
    case 'correlate': return next(correlate(query, at, isNamedIn(values)));
    case 'correlate_except': { const isOwn = isNamedIn(values); return next(correlate(query, at, (model, alias) => !isOwn(model, alias))); }
    case 'scalar_subquery': case 'as_scalar': return next(correlate(query, at, () => true));
    case 'options': return next(withCriteria(query, at, values));
    case 'distinct': case 'with_for_update': case 'execution_options': case 'enable_eagerloads': case 'populate_existing': case 'yield_per': case 'autoflush': case 'prefix_with': case 'reset_joinpoint': case 'with_hint': case 'slice': case 'subquery': case 'cte': case 'alias': case 'label': case 'from_self': case 'returning': case 'lateral': case 'unique':
      return next(query);
    case 'union': case 'union_all': case 'intersect': case 'except_': return next(refine(query, at, { isPartial: true }));
    case 'values': case 'update': case 'delete': return changeRows(flow, site, query);
    default: return TERMINALS.has(name ?? '') ? runQuery(flow, query, name!) : undefined;
  }
}

/** What options ask of the tables that the query is about. */
function withCriteria(query: QueryState, at: CallSite['at'], options: readonly Value[]): QueryState {
  const conditions = options.flatMap((option) =>
    option.k === 'special' && option.dialect === 'sqlalchemy' && option.tag === 'criteria' ? (option.data['conditions'] as readonly Condition[]) : [],
  );
  const own = conditions.filter(({ column }) => query.sources.some(({ model, alias }) => alias === null && model.table === column.model.table));
  return own.length > 0 ? where(query, at, own) : query;
}

function isNamedIn(values: readonly Value[]): (model: Model, alias: string | null) => boolean {
  const named = values.flatMap((value) => modelOf(value) ?? []);
  return (model, alias) => named.some((each) => each.model.table === model.table && (each.alias ?? null) === alias);
}

function filtered(flow: Flow, site: CallSite, query: QueryState, args: readonly EvaluatedArg[]): QueryState {
  let next = query;
  const open = site.args.list.some((arg) => arg.spread !== null);
  for (const arg of args) {
    const parts = asPredicate(flow, arg.value);
    next = where(next, arg.expr.at, parts?.conditions ?? [], parts === null || parts.isPartial);
  }
  return open ? where(next, site.at, [], true) : next;
}

interface NamedValue { readonly name: string; readonly value: Value; readonly place: Place; readonly isGiven?: true }

/** What a call is given by name, also in a dict (`**criteria`) at the places where its keys are named; null for what cannot be told. */
function named(flow: Flow, site: CallSite): readonly (NamedValue | null)[] {
  return site.args.list.flatMap((arg): readonly (NamedValue | null)[] => {
    if (arg.name !== null) return [{ name: arg.name, value: arg.value, place: flow.place(site.env, arg.at) }];
    if (arg.spread !== '**' || arg.value.k !== 'dict') return [null];
    const { entries, places, rest } = arg.value;
    const known = [...entries].map(([name, value]): NamedValue => ({ name, value, place: places?.get(name) ?? flow.place(site.env, arg.at), isGiven: true }));
    return rest ? [...known, null] : known;
  });
}

/** A query with the conditions that its arguments name by column. */
export function filteredBy(flow: Flow, site: CallSite, query: QueryState): QueryState {
  // `filter_by` means the model that was joined last.
  const source = query.sources.at(-1)!;
  const conditions: Condition[] = [];
  let isPartial = false;
  for (const arg of named(flow, site)) {
    if (arg === null) { isPartial = true; continue; }
    const target = source.model.columns.has(arg.name) ? source : query.sources[0]!;
    const { place } = arg;
    const relationship = target.model.relationships.get(arg.name);
    if (relationship) {
      flow.record.relationship(target.model, relationship, place, flow.currentFn);
      const asked = keyConditions(flow, target.model, relationship, arg.value, place).map((condition): Condition =>
        target.alias ? { ...condition, column: { ...condition.column, alias: target.alias } } : condition,
      );
      conditions.push(...asked);
      isPartial ||= asked.length === 0;
      continue;
    }
    if (!target.model.columns.has(arg.name)) {
      const hybrid = hybridAttribute(flow, { k: 'model', model: target.model, ...(target.alias ? { alias: target.alias } : {}) }, arg.name, place);
      const asked = hybrid && compare(flow, '=', hybrid, arg.value);
      if (asked) conditions.push(...asked.conditions);
      isPartial ||= !asked || asked.isPartial;
      continue;
    }
    flow.record.column(target.model, arg.name, 'filter', place, flow.currentFn);
    const isNull = arg.value.k === 'const' && arg.value.v === null;
    conditions.push({
      column: { k: 'column', model: target.model, attribute: arg.name, place, ...(target.alias ? { alias: target.alias } : {}) },
      op: isNull ? 'null' : '=',
      value: arg.value,
      isOptional: false,
      inOr: false,
      isJoin: false,
      ...(arg.isGiven ? { isGiven: true } : {}),
    });
  }
  return where(query, site.at, conditions, isPartial);
}

function joined(flow: Flow, site: CallSite, query: QueryState, isLeft: boolean): QueryState {
  const [first, second] = positional(site.args);
  if (!first) return query;
  const kind = isLeft ? 'left' : 'inner';
  for (const value of membersOf(first.value)) {
    if (value.k === 'special' && value.tag === 'relationship') {
      const { model, relationship } = value.data as { model: Model; relationship: import('../../../flow/model.js').ModelRelationship };
      return join(
        query,
        site.at,
        relationship.target,
        null,
        kind,
        joinConditions(flow, model, relationship.target, flow.place(site.env, first.at), relationship),
      );
    }
    if (value.k === 'model') {
      const on = second ? asPredicate(flow, second.value) : null;
      const through =
        second?.value.k === 'special' && second.value.tag === 'relationship'
          ? (second.value.data['relationship'] as import('../../../flow/model.js').ModelRelationship)
          : null;
      const from = query.sources.map((source) => source.model);
      const conditions =
        on?.conditions ??
        from.map((model) => joinConditions(flow, model, value.model, flow.place(site.env, first.at), through)).find((found) => found.length > 0) ??
        [];
      return join(query, site.at, value.model, value.alias ?? null, kind, conditions);
    }
    if (value.k === 'query') {
      const on = second ? asPredicate(flow, second.value) : null;
      return refine(query, site.at, {
        conditions: [...query.conditions, ...(on?.conditions ?? []).map((condition) => ({ ...condition, isJoin: true }))],
        isPartial: true,
      });
    }
  }
  return refine(query, site.at, { isPartial: true });
}

