/** Columns that expressions name: `F`, aggregates, functions, `Case`, sub-queries. */
import type { Span } from '../../facts/code.js';
import { makeSpan, spanEnd, spanStart } from '../../facts/span.js';
import { text } from '../../flow/arguments.js';
import type { Model } from '../../flow/model.js';
import type { QueryState } from '../../flow/query.js';
import { membersOf, type ColumnValue, type Term, type Value } from '../../flow/value.js';
import { filterOf, placeOfArgument, type Seat } from './conditions.js';
import { isDjango, shortName } from './names.js';
import { followPath, withJoins, type Joined } from './paths.js';

const PLAIN = new Set(['Value', 'RawSQL', 'Func', 'ExpressionWrapper', 'OuterRef']);

export interface Read { readonly columns: readonly ColumnValue[]; readonly joins: readonly Joined[]; readonly isAggregate: boolean }
const NONE: Read = { columns: [], joins: [], isAggregate: false };

/** Records what an expression over `model` reads, and says which columns those are. */
export function readExpression(seat: Seat, model: Model, value: Value): Read {
  return merge(membersOf(value).map((member): Read => {
    if (member.k === 'list') return merge(member.items.map((item) => readExpression(seat, model, item)));
    if (member.k === 'query') { seat.flow.record.finish(member.query, 'unknown'); return NONE; }
    if (member.k === 'special' && member.dialect === 'django' && (member.tag === 'expression' || member.tag === 'q'))
      return merge((member.data['parts'] as readonly Value[]).map((part) => readExpression(seat, model, part)));
    return member.k === 'term' ? readTerm(seat, model, member) : NONE;
  }));
}

function merge(reads: readonly Read[]): Read {
  return { columns: reads.flatMap((each) => each.columns), joins: reads.flatMap((each) => each.joins), isAggregate: reads.some((each) => each.isAggregate) };
}

const AGGREGATES = new Set(['Count', 'Sum', 'Max', 'Min', 'Avg', 'StdDev', 'Variance', 'ArrayAgg', 'StringAgg', 'JSONBAgg', 'BoolAnd', 'BoolOr']);

function readTerm(seat: Seat, model: Model, term: Term): Read {
  if (term.of) { const of = readExpression(seat, model, term.of); if (of.columns.length) return of; }
  if (!isDjango(term.callee) && !isFunctionOfLibrary(term)) return NONE;
  const name = shortName(term.callee);
  const inner: Seat = { ...seat, env: term.env };
  if (name === 'Q') { filterOf(inner, model, term.args); return NONE; }
  const reads = term.args.list.map((arg): Read => {
    const path = text(arg.value);
    if (arg.name === null) {
      if (path === null) return readExpression(inner, model, arg.value);
      return PLAIN.has(name) ? NONE : readPath(inner, model, path, arg);
    }
    if (name === 'When' && arg.name !== 'then' && arg.name !== 'condition') { filterOf(inner, model, { list: [arg] }); return NONE; }
    return arg.name === 'expression' && path !== null ? readPath(inner, model, path, arg) : readExpression(inner, model, arg.value);
  });
  return { ...merge(reads), isAggregate: AGGREGATES.has(name) || reads.some((read) => read.isAggregate) };
}

const isFunctionOfLibrary = (term: Term): boolean => term.callee.k === 'ext' && AGGREGATES.has(shortName(term.callee));

function readPath(seat: Seat, model: Model, path: string, arg: Parameters<typeof placeOfArgument>[1]): Read {
  const plain = path.replace(/^[-+]/, '');
  if (plain === '*' || plain === '?') return NONE;
  const place = placeOfArgument(seat, arg);
  const found = followPath(
    seat.flow,
    seat.state,
    model,
    plain,
    { path: place.path, at: makeSpan(spanStart(place.at) + (path.length - plain.length), spanEnd(place.at)) },
    'read',
  );
  return { columns: found.column ? [found.column] : [], joins: found.joins, isAggregate: false };
}

/** Adds what an expression joins to a query. */
export function withRead(query: QueryState, at: Span, read: Read): QueryState {
  return withJoins(query, at, read.joins);
}
