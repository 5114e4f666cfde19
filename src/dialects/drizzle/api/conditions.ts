/** Filter and aggregate functions over columns, and `sql` templates in their place. https://orm.drizzle.team/docs/operators */
import type { Expr } from '../../../facts/code.js';
import { spanStart } from '../../../facts/span.js';
import { argument, positional } from '../../../flow/arguments.js';
import type { Flow } from '../../../flow/evaluate.js';
import { combine, compare, negate, predicate } from '../../../flow/operators.js';
import type { ConditionOp } from '../../../flow/query.js';
import { ANY, membersOf, type ColumnValue, type EvaluatedArg, type PredicateValue, type Value } from '../../../flow/value.js';
import type { CallSite } from '../../dialect.js';
import { DIALECT, drizzleName } from '../names.js';
import { asSql } from '../sql-text.js';
import { sqlColumns, sqlPredicate } from './templates.js';

const OPERATORS: Readonly<Record<string, ConditionOp>> = {
  eq: '=',
  ne: '<>',
  gt: 'range',
  gte: 'range',
  lt: 'range',
  lte: 'range',
  between: 'range',
  notBetween: 'other',
  inArray: 'in',
  notInArray: 'other',
  like: 'like',
  ilike: 'like',
  notLike: 'other',
  notIlike: 'other',
  arrayContains: 'other',
  arrayContained: 'other',
  arrayOverlaps: 'other',
};
const AGGREGATES = new Set(['count', 'countDistinct', 'sum', 'sumDistinct', 'avg', 'avgDistinct', 'max', 'min']);

function aggregate(columns: readonly ColumnValue[], key: string, isCount = false): Value {
  return { k: 'special', dialect: DIALECT, tag: 'aggregate', data: { columns, isCount }, key };
}

export const isAggregate = (value: Value): boolean => value.k === 'special' && value.dialect === DIALECT && value.tag === 'aggregate';

/** A call of one of Drizzle's functions over columns; undefined when it is none. */
export function functionCall(flow: Flow, site: CallSite): Value | undefined {
  const name = drizzleName(site.callee);
  if (name === null) return undefined;
  const { args, env, at } = site;
  const first = argument(args, 0) ?? ANY;
  const op = OPERATORS[name];
  if (op) {
    const second = argument(args, 1) ?? ANY;
    const written = name === 'like' && second.k === 'const' && typeof second.v === 'string' && !second.v.startsWith('%') ? 'prefix' : op;
    return compare(flow, written, comparable(first), comparable(second)) ?? partial(flow, [first, second]);
  }
  switch (name) {
    case 'isNull': case 'isNotNull': {
      const column = columnOf(first);
      return column ? predicate(flow, column, name === 'isNull' ? '=' : '<>', { k: 'const', v: null }) : partial(flow, [first]);
    }
    case 'and': case 'or': return joined(flow, args.list, name === 'or');
    case 'not': { const part = asPredicate(flow, first); return part ? negate(part) : partial(flow, [first]); }
    case 'exists': case 'notExists': return { k: 'predicate', conditions: [], isPartial: true };
    case 'asc': case 'desc': { const column = columnOf(first); return column ? { k: 'sort', column, desc: name === 'desc' } : first; }
    case 'placeholder': case 'sql.placeholder': case 'sql.param': return flow.unknown(env, at);
    case 'sql.raw': case 'sql.identifier': case 'sql.join': case 'sql.empty': case 'sql': return aggregate(
      args.list.flatMap((arg) => columnsOf(arg.value)),
      `${env.module.path}:${spanStart(at)}`,
    );
    case 'cosineDistance': case 'l2Distance': case 'innerProduct': case 'l1Distance': case 'hammingDistance': case 'jaccardDistance': {
      const column = columnOf(first);
      return column ? { ...column, wrapped: name } : ANY;
    }
    default: return AGGREGATES.has(name)
      ? aggregate(
          positional(args).flatMap((arg) => columnsOf(arg.value)),
          `${env.module.path}:${spanStart(at)}`,
          name === 'count',
        )
      : undefined;
  }
}

/** A column as it can be compared; what stands around it in a template counts as a function. */
function comparable(value: Value): Value {
  const sql = asSql(value);
  const column = sql ? sqlColumns(sql)[0] : undefined;
  return column ? { ...column, wrapped: column.wrapped ?? 'sql' } : value;
}

export function columnOf(value: Value): ColumnValue | null {
  return membersOf(value).find((member): member is ColumnValue => member.k === 'column') ?? null;
}

/** The columns anywhere in an expression. */
export function columnsOf(value: Value): readonly ColumnValue[] {
  return membersOf(value).flatMap((member): readonly ColumnValue[] => {
    const sql = asSql(member);
    if (sql) return sqlColumns(sql);
    return member.k === 'column'
      ? [member]
      : member.k === 'sort'
        ? [member.column]
        : isAggregate(member) && member.k === 'special'
          ? (member.data['columns'] as readonly ColumnValue[])
          : member.k === 'predicate'
            ? member.conditions.map((condition) => condition.column)
            : member.k === 'list'
              ? member.items.flatMap(columnsOf)
              : [];
  });
}

/** A condition of which only the columns can be told. */
function partial(flow: Flow, values: readonly Value[]): PredicateValue {
  for (const column of values.flatMap(columnsOf)) flow.record.classify(column.model, column.attribute, column.place, 'filter');
  return { k: 'predicate', conditions: [], isPartial: true };
}

/** `and(…)`, `or(…)`: parts that are given under a condition may be missing. */
function joined(flow: Flow, args: readonly EvaluatedArg[], isOr: boolean): PredicateValue {
  const parts: PredicateValue[] = [];
  let isPartial = false;
  for (const arg of args) {
    const values = arg.value.k === 'list' ? arg.value.items : arg.value.k === 'many' ? membersOf(arg.value.of) : [arg.value];
    const isOptional = isConditional(arg.expr) || arg.value.k === 'many';
    if (arg.value.k === 'many') isPartial = true;
    for (const value of values) {
      if (value.k === 'const') continue;
      const part = asPredicate(flow, value);
      if (!part) isPartial = true;
      else parts.push(isOptional ? optional(part) : part);
    }
  }
  // One part alone is no alternative to anything.
  return combine(parts, isPartial, isOr && args.length > 1);
}

/** Every condition may be missing. */
export function optional(part: PredicateValue): PredicateValue {
  return { ...part, conditions: part.conditions.map((condition) => ({ ...condition, isOptional: true })) };
}

/** `q ? eq(…) : undefined`, `q && eq(…)`. */
export function isConditional(expr: Expr): boolean {
  const isNothing = (part: Expr): boolean => part.k === 'lit' || (part.k === 'cond' && isConditional(part));
  return (expr.k === 'cond' && (isNothing(expr.then) || isNothing(expr.else))) || (expr.k === 'op' && expr.op === 'and');
}

/** A filter's argument as conditions; a bare boolean column is one. Null when it cannot be read. */
export function asPredicate(flow: Flow, value: Value): PredicateValue | null {
  if (value.k === 'predicate') return value;
  if (value.k === 'column') return predicate(flow, value, '=', { k: 'const', v: true });
  const sql = asSql(value);
  if (sql) return sqlPredicate(flow, sql);
  if (isAggregate(value)) return partial(flow, [value]);
  if (value.k === 'union') {
    const parts = value.of.map((member) => asPredicate(flow, member)).filter((part) => part !== null);
    return parts.length ? { ...optional(combine(parts, parts.length < value.of.length, false)) } : null;
  }
  return value.k === 'const' ? { k: 'predicate', conditions: [], isPartial: false } : null;
}

/** The columns that an order names. */
export function sortsOf(flow: Flow, values: readonly Value[]): readonly { readonly column: ColumnValue; readonly desc: boolean }[] {
  return values
    .flatMap((value) => (value.k === 'list' ? value.items : value.k === 'many' ? [value.of] : [value]))
    .flatMap((value) => membersOf(value).slice(0, 1))
    .flatMap((value) => {
      const sql = asSql(value);
      const plain =
        sql && sql.values.length === 1 && sql.values[0]!.k === 'column'
          ? /^\s*(?:asc|desc|nulls\s+first|nulls\s+last|\s)*$/i.exec(sql.template.parts.map((part) => (part.k === 'text' ? part.v : '')).join(''))
          : null;
      const sort =
        value.k === 'sort'
          ? value
          : value.k === 'column'
            ? { column: value, desc: false }
            : plain
              ? { column: sql!.values[0] as ColumnValue, desc: /desc/i.test(plain[0]) }
              : null;
      for (const column of sort ? [sort.column] : columnsOf(value)) flow.record.classify(column.model, column.attribute, column.place, 'sort');
      return sort ? [{ column: sort.column, desc: sort.desc }] : [];
    });
}
