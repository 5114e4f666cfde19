/** Filters, orders and selections given as objects. https://typeorm.io/docs/working-with-entity-manager/find-options */
import type { Span } from '../../../facts/code.js';
import { argument, entry, lastName, text } from '../../../flow/arguments.js';
import { attributesAt } from '../../../flow/embedded.js';
import type { Flow } from '../../../flow/evaluate.js';
import type { Model } from '../../../flow/model.js';
import type { Env } from '../../../flow/program.js';
import type { ConditionOp } from '../../../flow/query.js';
import { ANY, NULL, membersOf, type RowValue, type Term, type Value } from '../../../flow/value.js';
import type { Place } from '../../../model/schema.js';
import { readWhere, type ReadWhere, type WhereSyntax } from '../../shared/object-queries.js';
import { loadedRows } from '../../shared/relation-trees.js';
import { isTypeorm } from './receivers.js';

const OPERATORS: Readonly<Record<string, ConditionOp>> = {
  In: 'in',
  Any: 'in',
  Between: 'range',
  LessThan: 'range',
  LessThanOrEqual: 'range',
  MoreThan: 'range',
  MoreThanOrEqual: 'range',
  Like: 'like',
  ILike: 'like',
  Equal: '=',
  Raw: 'other',
  ArrayContains: 'other',
  ArrayContainedBy: 'other',
  ArrayOverlap: 'other',
  JsonContains: 'other',
  And: 'other',
  Or: 'other',
};
const OPPOSITE: Partial<Record<ConditionOp, ConditionOp>> = { '=': '<>', null: 'not-null', range: 'range' };

/** TypeORM leaves out what is undefined or null; null is asked for with `IsNull()`. */
export const syntax: WhereSyntax = {
  operator(_flow, value) {
    if (value.k === 'const' && value.v === null) return [{ op: 'other', value: ANY }];
    return [operatorOf(value)];
  },
};

function operatorOf(value: Value): { op: ConditionOp; value: Value } {
  const term = findOperator(value);
  if (!term) return { op: '=', value };
  const name = lastName(term.callee as Value & { k: 'ext' });
  const first = argument(term.args, 0);
  if (name === 'IsNull') return { op: 'null', value: NULL };
  if (name === 'Not') { const inner = operatorOf(first ?? ANY); return { op: OPPOSITE[inner.op] ?? 'other', value: inner.value }; }
  const pattern = text(first);
  if (name === 'Like' && pattern !== null && /^[^%_]+%$/.test(pattern)) return { op: 'prefix', value: ANY };
  return { op: OPERATORS[name] ?? 'other', value: name === 'Equal' || name === 'In' || name === 'Any' || /^(Less|More)Than/.test(name) ? first ?? ANY : ANY };
}

/** `In(ids)`, `Not(…)`: a call of one of TypeORM's operators. */
export function findOperator(value: Value): Term | null {
  return value.k === 'term' &&
    value.callee.k === 'ext' &&
    isTypeorm(value.callee.module) &&
    (lastName(value.callee) in OPERATORS || /^(Not|IsNull)$/.test(lastName(value.callee)))
    ? value
    : null;
}

export function whereOf(flow: Flow, model: Model, value: Value | null, env: Env, at: Span): ReadWhere {
  return readWhere(flow, model, value, env, at, syntax);
}

/** Records the columns that `select` names: `{ id: true, author: { name: true } }` or `['id']`. */
export function readSelect(flow: Flow, model: Model, value: Value | null, env: Env, at: Span, prefix = ''): void {
  const read = (name: string, place: Place): void => {
    for (const attribute of attributesAt(model, name)) flow.record.column(model, attribute, 'read', place, flow.currentFn);
  };
  for (const member of value ? membersOf(value) : []) {
    if (member.k === 'list') for (const item of member.items) { const name = text(item); if (name !== null) read(name, flow.place(env, at)); }
    if (member.k !== 'dict') continue;
    for (const [key, inner] of member.entries) {
      const name = prefix + key;
      const place = member.places?.get(key) ?? flow.place(env, at);
      const relationship = model.relationships.get(name);
      if (inner.k === 'const' && inner.v === false) flow.record.resolve(place);
      else if (relationship) { flow.record.relationship(model, relationship, place, flow.currentFn); readSelect(flow, relationship.target, inner, env, at); }
      else if (model.embedded.has(name) && inner.k === 'dict') readSelect(flow, model, inner, env, at, `${name}.`);
      else read(name, place);
    }
  }
}

/** What the found rows hold: the columns that `select` names, the related rows that `relations` names. */
export function shapeOf(model: Model, options: Value): Pick<RowValue, 'only' | 'loaded'> {
  const select = entry(options, 'select');
  const names =
    select?.k === 'list'
      ? select.items.map(text).filter((name) => name !== null)
      : select?.k === 'dict' && !select.rest
        ? [...select.entries].filter(([, value]) => !(value.k === 'const' && value.v === false)).map(([name]) => name)
        : [];
  const only = names.flatMap((name) => attributesAt(model, name));
  const loaded = loadedRows(model, entry(options, 'relations'));
  return { ...(only.length ? { only: new Set(only) } : {}), ...(loaded.size ? { loaded } : {}) };
}
