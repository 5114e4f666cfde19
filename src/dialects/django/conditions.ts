/** Keyword lookups, `Q` objects and expressions → conditions of a query. */
import type { Span } from '../../facts/code.js';
import { makeSpan, spanEnd, spanStart } from '../../facts/span.js';
import { text } from '../../flow/arguments.js';
import type { Flow } from '../../flow/evaluate.js';
import type { Model } from '../../flow/model.js';
import type { Env } from '../../flow/program.js';
import { where, type Condition, type ConditionOp, type QueryState } from '../../flow/query.js';
import { ANY, NULL, membersOf, type Args, type ColumnValue, type EvaluatedArg, type Value } from '../../flow/value.js';
import type { Place } from '../../model/schema.js';
import { readExpression } from './expressions.js';
import { modelsTerm } from './names.js';
import { followPath, withJoins, type Joined } from './paths.js';
import type { State } from './state.js';

export interface Filter { readonly conditions: readonly Condition[]; readonly joins: readonly Joined[]; readonly isPartial: boolean }

const OPS: Readonly<Record<string, ConditionOp>> = {
  exact: '=', gt: 'range', gte: 'range', lt: 'range', lte: 'range', range: 'range', in: 'in', startswith: 'prefix',
  contains: 'like', icontains: 'like', endswith: 'like', iendswith: 'like', istartswith: 'like', regex: 'like', iregex: 'like', search: 'other', year: 'range',
};

/** What the code is doing, for places and names. */
export interface Seat { readonly flow: Flow; readonly state: State; readonly env: Env }

export function placeOfArgument(seat: Seat, arg: EvaluatedArg): Place {
  const isText = arg.name === null && arg.expr.k === 'lit' && typeof arg.expr.v === 'string';
  if (isText) seat.flow.record.resolve(seat.flow.place(seat.env, arg.expr.at));
  return seat.flow.place(seat.env, isText ? makeSpan(spanStart(arg.expr.at) + 1, spanEnd(arg.expr.at)) : arg.at);
}

/** The filter that the arguments of `filter()`, `get()`, … say: all of them hold. */
export function filterOf(seat: Seat, model: Model, args: Args): Filter {
  return all(args.list.map((arg): Filter => {
    if (arg.name !== null) return lookup(seat, model, arg.name, arg.value, placeOfArgument(seat, arg));
    if (arg.spread === '**') return spread(seat, model, arg);
    return conditionOf(seat, model, arg.value, arg.expr.k === 'name');
  }));
}

const PARTIAL: Filter = { conditions: [], joins: [], isPartial: true };

function all(filters: readonly Filter[]): Filter {
  return {
    conditions: filters.flatMap((each) => each.conditions),
    joins: filters.flatMap((each) => each.joins),
    isPartial: filters.some((each) => each.isPartial),
  };
}

function spread(seat: Seat, model: Model, arg: EvaluatedArg): Filter {
  return all(membersOf(arg.value).map((member): Filter => {
    if (member.k !== 'dict') return PARTIAL;
    const known = [...member.entries].map(([name, value]) => {
      const place = member.places?.get(name);
      if (place) seat.flow.record.resolve(place);
      return lookup(
        seat,
        model,
        name,
        value,
        place ? { path: place.path, at: makeSpan(spanStart(place.at) + 1, spanEnd(place.at)) } : seat.flow.place(seat.env, arg.expr.at),
      );
    });
    const named = all(known);
    const filter: Filter = { ...named, conditions: named.conditions.map((condition) => ({ ...condition, isGiven: true })) };
    if (arg.value.k !== 'union') return { ...filter, isPartial: member.rest !== null || filter.isPartial };
    // One of several dicts: none of their conditions holds always.
    return { ...filter, conditions: filter.conditions.map((condition) => ({ ...condition, isOptional: true })), isPartial: true };
  }));
}

/** A `Q`, or what else stands as a positional argument. */
function conditionOf(seat: Seat, model: Model, value: Value, isVariable: boolean): Filter {
  if (value.k === 'union')
    return {
      ...all(value.of.map((member) => conditionOf(seat, model, member, isVariable))),
      conditions: value.of.flatMap((member) =>
        conditionOf(seat, model, member, isVariable).conditions.map((condition) => ({ ...condition, isOptional: true })),
      ),
    };
  const term = modelsTerm(value, 'Q');
  // A variable may have grown by `&=` in ways that are not followed.
  if (term) return { ...filterOf({ ...seat, env: term.env }, model, term.args), ...(term.args.list.length === 0 || isVariable ? { isPartial: true } : {}) };
  if (value.k === 'special' && value.dialect === 'django' && value.tag === 'q') {
    const parts = (value.data['parts'] as readonly Value[]).map((part) => conditionOf(seat, model, part, isVariable));
    const inner = all(parts);
    if (value.data['op'] === 'or') return { ...inner, conditions: inner.conditions.map((condition) => ({ ...condition, inOr: true })) };
    return value.data['op'] === 'not' ? negated(inner) : inner;
  }
  readExpression(seat, model, value);
  return PARTIAL;
}

const OPPOSITE: Partial<Record<ConditionOp, ConditionOp>> = { '=': '<>', '<>': '=', null: 'not-null', 'not-null': 'null', range: 'range' };

/** What `exclude()` and `~Q` leave. */
export function negated(filter: Filter): Filter {
  const isSingle = filter.conditions.length === 1;
  return {
    ...filter,
    conditions: filter.conditions.map((condition) =>
      condition.isJoin ? condition : { ...condition, op: isSingle ? (OPPOSITE[condition.op] ?? 'other') : 'other' },
    ),
  };
}

function lookup(seat: Seat, model: Model, path: string, value: Value, place: Place): Filter {
  const { flow, state } = seat;
  const { column, joins, rest } = followPath(flow, state, model, path, place, 'filter');
  const compared = operand(seat, model, value);
  if (!column) return { conditions: [], joins, isPartial: true };
  return { conditions: [conditionFor(column, rest, compared)], joins, isPartial: false };
}

/** One condition from the transforms and the lookup that follow a column: https://docs.djangoproject.com/en/5.0/ref/models/querysets/#field-lookups */
function conditionFor(column: ColumnValue, rest: readonly string[], value: Value): Condition {
  const last = rest[rest.length - 1] ?? 'exact';
  const make = (op: ConditionOp, of: ColumnValue): Condition => ({
    column: of,
    op,
    value,
    isOptional: false,
    inOr: false,
    isJoin: value.k === 'column' && value.model.table !== column.model.table,
  });
  if (last === 'isnull') return value.k === 'const' ? { ...make(value.v === false ? 'not-null' : 'null', column), value: NULL } : make('other', column);
  if (last === 'iexact') return make('=', { ...column, wrapped: 'upper' });
  const op = OPS[last];
  const transforms = op === undefined ? rest : rest.slice(0, -1);
  const wrapped = transforms.length ? { ...column, wrapped: transforms.join('_') } : column;
  if (last === 'year') return make('range', column);
  const exact = op ?? '=';
  const isNull = value.k === 'const' && value.v === null;
  return make(isNull && exact === '=' ? 'null' : op === undefined && rest.length ? 'other' : exact, wrapped);
}

/** What a column is compared with: a value, another column (`F`), a sub-query. */
function operand(seat: Seat, model: Model, value: Value): Value {
  const term = modelsTerm(value, 'F');
  const name = text(term?.args.list[0]?.value);
  if (term && name !== null) {
    const arg = term.args.list[0]!;
    return followPath(seat.flow, seat.state, model, name, placeOfArgument({ ...seat, env: term.env }, arg), 'filter').column ?? ANY;
  }
  if (value.k === 'term' || (value.k === 'special' && value.dialect === 'django')) readExpression(seat, model, value);
  if (value.k === 'query') seat.flow.record.finish(value.query, 'unknown');
  return value;
}

/** Adds a filter to a query. */
export function applyFilter(query: QueryState, at: Span, filter: Filter): QueryState {
  const joined = withJoins(query, at, filter.joins);
  return where(joined, at, filter.conditions, filter.isPartial);
}
