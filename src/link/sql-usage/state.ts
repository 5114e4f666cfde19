/** The query over tables that rules reason about: sources, conditions, sorts, what it expects. */
import type { ColumnRef, SqlCondition, SqlQuery } from '../../facts/sql.js';
import { type Span, spanEnd, spanStart } from '../../facts/span.js';
import type { Condition, ConditionOp, QueryState } from '../../flow/query.js';
import { ANY, type ColumnValue, type Value } from '../../flow/value.js';
import { placeOf, useColumn, type Context } from './context.js';
import { itemsNamed, type Item, type Resolution, type Scope, type Target } from './scope.js';

/** How a query stands to others: by itself, as a FROM item or CTE, or inside an expression. */
export type Role = 'top' | 'source' | 'nested';

const OPS: Readonly<Record<SqlCondition['op'], ConditionOp>> = {
  '=': '=',
  '<>': '<>',
  range: 'range',
  in: 'in',
  'is null': 'null',
  'is not null': 'not-null',
  like: 'like',
  'like-prefix': 'prefix',
  other: 'other',
};
const EXPRESSION: Value = { k: 'special', dialect: 'sql', tag: 'expression', data: {}, key: '' };

/** Records the columns of conditions, sorts and groups, and the query itself where a table is among its sources. */
export function recordQuery(context: Context, query: SqlQuery, scope: Scope, role: Role, isSetOperation: boolean): void {
  const read = query.conditions.map((condition) => conditionOf(context, scope, condition));
  const conditions = read.flat();
  const sorts = query.sorts.flatMap((sort) => {
    const column = columnValue(context, useColumn(context, scope, sort.column, 'sort'), sort.column.at);
    return column ? [{ column, desc: sort.desc, isOptional: false }] : [];
  });
  const groups = query.groups.flatMap((ref) => columnValue(context, useColumn(context, scope, ref, 'group'), ref.at) ?? []);
  const verb = query.verb === 'update' || query.verb === 'merge' ? 'update' : query.verb === 'delete' ? 'delete' : 'select';
  const items = scope.items.filter((item) => item.model && item.reach === 'full');
  const root = items[0];
  if (!root) return;
  // What a MERGE changes has a match in its source, whatever the ON compares.
  const isMatched = query.verb === 'merge' && conditions.length === 0;
  const site = context.caller?.site;
  const own = `${context.path}:${spanStart(query.at)}-${spanEnd(query.at)}`;
  const state: QueryState = {
    id: `sql:${site ? `${own}@${site.path}:${spanStart(site.at)}` : own}:${root.model!.id}`,
    place: site && role === 'top' ? site : placeOf(context, query.at),
    item: ANY,
    sources: items.map((item, index) => ({ model: item.model!, alias: item.alias, join: index === 0 ? 'root' : item.join === 'root' ? 'inner' : item.join })),
    conditions,
    sorts,
    groups,
    verb,
    isAggregate: query.aggregates,
    limit: typeof query.limit === 'number' ? query.limit : null,
    offset: false,
    isPartial:
      (!isSetOperation && query.subqueries.some((each) => !each.isShown)) ||
      query.isPartial === true ||
      (role === 'top' && context.caller?.isOpen === true) ||
      isMatched ||
      query.conditions.some((condition, index) => condition.on === 'where' && read[index]!.length === 0),
  };
  const expects = expectsOf(query, role);
  context.record.finish(state, role === 'top' && query.verb === 'select' && expects === 'many' ? context.caller?.expects ?? expects : expects);
  if (role === 'top' || expects === 'exists') context.onQuery?.(state, expects);
}

/** How many rows the statement is meant to find. */
function expectsOf(query: SqlQuery, role: Role): string {
  if (query.verb !== 'select') return 'many';
  const [output] = query.outputs;
  const isSingle = query.outputs.length === 1 && output!.column === undefined;
  if (query.aggregates && query.groups.length === 0 && isSingle && (output!.name === 'count' || !query.columns.some((column) => column.kind === 'read')))
    return 'count';
  if (!query.aggregates && isSingle && output!.name === null && query.columns.every((column) => column.kind !== 'read')) return 'exists';
  if (role === 'nested' && query.outputs.some((each) => each.name === '*')) return 'exists';
  if (query.limit === 1) return 'first';
  // What is sorted is the first of several.
  if (role === 'top' && query.expects && query.limit === undefined && query.sorts.length === 0) return query.expects;
  return role === 'nested' ? 'unknown' : 'many';
}

function conditionOf(context: Context, scope: Scope, condition: SqlCondition): Condition[] {
  const { column: ref, value } = condition;
  const other = value.k === 'column' ? useColumn(context, scope, value.column, 'filter') : null;
  const own = useColumn(context, scope, ref, condition.on === 'having' ? 'read' : 'filter');
  const isJoin = isColumn(own) && other !== null && isColumn(other) && own.target.item !== other.target.item;
  if (isJoin) for (const [each, at] of [[own, ref.at], [other, value.k === 'column' ? value.column.at : ref.at]] as const) markJoin(context, each.target, at);
  const column = columnValue(context, own, ref.at, condition.wrapped);
  // Rows of a sub-query in FROM are not looked up by a key: which side supplies the value cannot be told.
  if (!column || condition.on === 'having' || (value.k === 'column' && other && isOfDerived(scope, value.column, other))) return [];
  return [
    {
      column,
      op: OPS[condition.op],
      value: valueOf(context, value, other),
      isOptional: condition.isOptional ?? false,
      inOr: condition.inOr ?? false,
      isJoin: isJoin || (condition.on === 'join' && other !== null),
    },
  ];
}

/** Whether a column is one of a sub-query or CTE among the query's own sources. */
function isOfDerived(scope: Scope, ref: ColumnRef, found: Resolution): boolean {
  if (found.k === 'column') return !found.isOuter && found.target.item === null;
  if (found.k !== 'other' || ref.qualifier === undefined) return false;
  const { items, isOuter } = itemsNamed(scope, ref.qualifier);
  return !isOuter && items.some((item) => item.derived !== null);
}

/** Two columns of different sources compared: both join. The uses were recorded as filters a moment ago. */
function markJoin(context: Context, target: Target, at: Span): void {
  if (context.isQuiet) return;
  const record = context.record.columns.get(`${context.path}:${spanStart(at)}:${target.model.id}.${target.name}sql`);
  if (record?.kind === 'filter') record.kind = 'join';
}

function valueOf(context: Context, value: SqlCondition['value'], other: Resolution | null): Value {
  switch (value.k) {
    case 'parameter': return value.parameter === undefined ? ANY : constantOnly(context.caller?.bind(value.parameter) ?? ANY);
    case 'constant': return { k: 'const', v: value.v };
    case 'expression': return EXPRESSION;
    // A column of the query around is a value from outside to this one.
    case 'column': return (other && columnValue(context, other, value.column.at)) ?? ANY;
  }
}

/** A parameter's value tells something of the query only where it is always the same. */
const constantOnly = (value: Value): Value => (value.k === 'const' && value.v !== null ? value : ANY);

const isColumn = (found: Resolution): found is Extract<Resolution, { k: 'column' }> => found.k === 'column';

/** The column as a part of this query: null unless a table among its own sources has it. */
function columnValue(context: Context, found: Resolution, at: Span, wrapped?: string): ColumnValue | null {
  if (found.k !== 'column' || found.isOuter || !isSource(found.target.item)) return null;
  const { model, name, item } = found.target;
  return {
    k: 'column',
    model,
    attribute: name,
    place: placeOf(context, at),
    ...(item!.alias ? { alias: item!.alias } : {}),
    ...(wrapped === undefined ? {} : { wrapped }),
  };
}

const isSource = (item: Item | null): boolean => item !== null && item.reach === 'full';
