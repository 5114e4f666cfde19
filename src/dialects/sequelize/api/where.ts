/** Conditions as objects. https://sequelize.org/docs/v6/core-concepts/model-querying-basics/#applying-where-clauses */
import type { Span } from '../../../facts/code.js';
import { text } from '../../../flow/arguments.js';
import type { Flow } from '../../../flow/evaluate.js';
import type { Model } from '../../../flow/model.js';
import type { Env } from '../../../flow/program.js';
import type { ConditionOp } from '../../../flow/query.js';
import { ANY, NULL, type Value } from '../../../flow/value.js';
import { NO_WHERE, readWhere, type ReadWhere, type WhereSyntax } from '../../shared/object-queries.js';
import { isExpression, readExpressions } from './expressions.js';

const OPERATORS: Readonly<Record<string, ConditionOp>> = {
  $eq: '=',
  $ne: '<>',
  $in: 'in',
  $any: 'in',
  $gt: 'range',
  $gte: 'range',
  $lt: 'range',
  $lte: 'range',
  $between: 'range',
  $like: 'like',
  $iLike: 'like',
  $startsWith: 'prefix',
};

const syntax: WhereSyntax = {
  operator(_flow, value) {
    if (value.k === 'list' || value.k === 'many') return [{ op: 'in', value }];
    if (isExpression(value)) return [{ op: '=', value: ANY }];
    if (value.k !== 'dict') return [{ op: '=', value }];
    if (value.rest || value.entries.size === 0) return [{ op: 'other', value: ANY }];
    return [...value.entries].map(([name, inner]) => operatorOf(name, inner));
  },
  combine: (name) => (name === '$or' ? 'or' : name === '$and' ? 'and' : name === '$not' ? 'not' : null),
};

function operatorOf(name: string, inner: Value): { readonly op: ConditionOp; readonly value: Value } {
  const isNull = inner.k === 'const' && inner.v === null;
  if (name === '$is') return isNull ? { op: 'null', value: NULL } : { op: '=', value: inner };
  if (name === '$not' || name === '$ne')
    return isNull ? { op: 'not-null', value: NULL } : inner.k === 'list' || inner.k === 'dict' ? { op: 'other', value: ANY } : { op: '<>', value: inner };
  if (name === '$like' && /^[^%_]+%$/.test(text(inner) ?? '')) return { op: 'prefix', value: ANY };
  const op = OPERATORS[name];
  // `{ [Op.or]: [null, date] }` on one column.
  return { op: op ?? 'other', value: op === '=' || op === 'in' || (op === 'range' && inner.k !== 'list') ? inner : ANY };
}

/** Reads a filter; null and undefined are none. */
export function whereOf(flow: Flow, model: Model, value: Value | null, env: Env, at: Span): ReadWhere {
  const hasExpressions = readExpressions(flow, model, value, 'filter', env, at);
  if (isExpression(value)) return { ...NO_WHERE, isPartial: true };
  const read = readWhere(flow, model, value, env, at, syntax);
  return hasExpressions ? { ...read, isPartial: true } : read;
}
