/** Filters and options given as objects. https://mikro-orm.io/docs/query-conditions */
import type { Span } from '../../../facts/code.js';
import { entry, text } from '../../../flow/arguments.js';
import { attributesAt } from '../../../flow/embedded.js';
import type { Flow } from '../../../flow/evaluate.js';
import type { Model, ModelRelationship } from '../../../flow/model.js';
import type { Env } from '../../../flow/program.js';
import type { ConditionOp, QueryState } from '../../../flow/query.js';
import { ANY, membersOf, type DictValue, type RowValue, type Value } from '../../../flow/value.js';
import { byPrimaryKey } from '../../shared/lookups.js';
import { NO_WHERE, loadRelations, orderOf, readWhere, withWhere, type ReadWhere, type WhereSyntax } from '../../shared/object-queries.js';
import { loadedRows } from '../../shared/relation-trees.js';

const OPERATORS: Readonly<Record<string, ConditionOp>> = {
  $eq: '=',
  $ne: '<>',
  $in: 'in',
  $nin: 'other',
  $gt: 'range',
  $gte: 'range',
  $lt: 'range',
  $lte: 'range',
  $like: 'like',
  $ilike: 'like',
  $re: 'other',
  $fulltext: 'other',
  $not: 'other',
  $exists: 'not-null',
  $overlap: 'other',
  $contains: 'other',
  $contained: 'other',
  $hasKey: 'other',
  $hasKeys: 'other',
  $hasSomeKeys: 'other',
};
const COMBINED: Readonly<Record<string, 'and' | 'or' | 'not'>> = { $and: 'and', $or: 'or', $not: 'not', $some: 'and', $every: 'and', $none: 'not' };

const syntax: WhereSyntax = {
  operator(_flow, value) {
    if (value.k === 'list' || value.k === 'many') return [{ op: 'in', value }];
    if (value.k !== 'dict' || value.entries.size === 0) return [{ op: '=', value }];
    return [...value.entries].map(([name, inner]) => operatorOf(name, inner));
  },
  combine: (name) => COMBINED[name] ?? null,
  isOperator: (name) => name in OPERATORS,
};

function operatorOf(name: string, value: Value): { op: ConditionOp; value: Value } {
  const pattern = text(value);
  if (name === '$like' && pattern !== null && /^[^%_]+%$/.test(pattern)) return { op: 'prefix', value: ANY };
  const op = OPERATORS[name] ?? 'other';
  return { op, value: op === '=' || op === '<>' || op === 'in' || op === 'range' ? value : ANY };
}

/** A filter: an object, a key, a list of keys, a row. */
export function whereOf(flow: Flow, model: Model, value: Value | null, env: Env, at: Span): ReadWhere {
  if (value === null) return NO_WHERE;
  const members = membersOf(value);
  const isKey = (member: Value): boolean =>
    member.k === 'field' ||
    member.k === 'row' ||
    (member.k === 'const' && member.v !== null) ||
    (member.k === 'list' && member.items.length > 0 && member.items.every(isKey)) ||
    (member.k === 'many' && member.of.k === 'field');
  if (members.length === 1 && isKey(value)) return byPrimaryKey(model, flow.place(env, at), value);
  // What is not known may be a key as well as a filter.
  return readWhere(flow, model, value, env, at, syntax);
}

/** `{ populate, orderBy, limit, offset, fields, populateWhere }`; the query with what they ask for. */
export function withOptions(flow: Flow, model: Model, query: QueryState, options: Value | null, env: Env, at: Span): QueryState {
  let next = query;
  for (const member of options ? membersOf(options) : []) {
    if (member.k !== 'dict') { if (member.k !== 'const') next = { ...next, isPartial: true }; continue; }
    for (const key of member.entries.keys()) { const place = member.places?.get(key); if (place) flow.record.resolve(place); }
    loadRelations(flow, model, entry(member, 'populate'), env, at);
    readFields(flow, model, entry(member, 'fields'), env, at);
    const limit = entry(member, 'limit') ?? entry(member, 'first') ?? entry(member, 'last');
    const where = entry(member, 'where');
    if (where) next = withWhere(next, at, whereOf(flow, model, where, env, at));
    next = {
      ...next,
      item: { k: 'row', model, ...shapeOf(model, member) },
      sorts: orderOf(flow, model, entry(member, 'orderBy'), env, at),
      limit: limit?.k === 'const' && typeof limit.v === 'number' ? limit.v : limit ? 100 : next.limit,
      offset: entry(member, 'offset') !== null,
    };
  }
  return next;
}

/** `fields: ['title', 'author.name']` is what is read. */
function readFields(flow: Flow, model: Model, value: Value | null, env: Env, at: Span): void {
  for (const path of value?.k === 'list' ? value.items.map(text) : []) {
    let current: Model | undefined = model;
    const parts = path?.split('.') ?? [];
    for (const [index, part] of parts.entries()) {
      const relationship: ModelRelationship | undefined = current?.relationships.get(part);
      if (current?.embedded.has(part)) {
        for (const attribute of attributesAt(current, parts.slice(index).join('.')))
          flow.record.column(current, attribute, 'read', flow.place(env, at), flow.currentFn);
        break;
      }
      if (relationship && current) flow.record.relationship(current, relationship, flow.place(env, at), flow.currentFn);
      else if (current?.columns.has(part)) flow.record.column(current, part, 'read', flow.place(env, at), flow.currentFn);
      current = relationship?.target;
    }
  }
}

function shapeOf(model: Model, options: DictValue): Pick<RowValue, 'only' | 'loaded'> {
  const fields = entry(options, 'fields');
  const names = fields?.k === 'list' ? fields.items.map(text).filter((name) => name !== null) : [];
  const only = names.flatMap((name) => attributesAt(model, name));
  const loaded = loadedRows(model, entry(options, 'populate'));
  return { ...(only.length && !names.includes('*') ? { only: new Set(only) } : {}), ...(loaded.size ? { loaded } : {}) };
}
