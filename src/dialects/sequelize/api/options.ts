/** What the options of a finder say: columns, order, associated rows. https://sequelize.org/docs/v6/core-concepts/model-querying-basics/ */
import type { Expr, Span } from '../../../facts/code.js';
import { entry, flag, text } from '../../../flow/arguments.js';
import type { Flow } from '../../../flow/evaluate.js';
import type { Model, ModelRelationship } from '../../../flow/model.js';
import type { Env } from '../../../flow/program.js';
import type { QueryState } from '../../../flow/query.js';
import { membersOf, type ColumnValue, type DictValue, type Value } from '../../../flow/value.js';
import { across, allOf, withWhere, type ReadWhere } from '../../shared/object-queries.js';
import { mixinNames } from '../names.js';
import { attributeNamed, isExpression, readExpressions, recordPath } from './expressions.js';
import { modelIn } from './models.js';
import { whereOf } from './where.js';

const OPTIONS = [
  'where', 'attributes', 'include', 'order', 'group', 'having', 'limit', 'offset', 'raw', 'nest', 'paranoid', 'transaction', 'lock', 'distinct', 'subQuery',
  'logging', 'rejectOnEmpty', 'returning', 'defaults', 'hooks', 'individualHooks', 'plain', 'required', 'as', 'model', 'through', 'association', 'separate',
  'duplicating', 'force', 'silent', 'fields', 'validate', 'ignoreDuplicates', 'updateOnDuplicate', 'by', 'searchPath', 'benchmark', 'useMaster', 'col',
  'replacements', 'bind', 'type', 'truncate', 'cascade', 'on', 'right', 'skipLocked',
];

/** Names of options are no uses of columns. */
export function resolveOptions(flow: Flow, options: DictValue): void {
  for (const name of OPTIONS) { const place = options.places?.get(name); if (place) flow.record.resolve(place); }
}

const NAMING = new Set(['attributes', 'order', 'group', 'include', 'exclude']);

/** Columns that options as written name in texts: they are read, sorted or grouped by there, and used in no other way. */
export function resolveNames(flow: Flow, options: Expr | undefined, env: Env): void {
  if (options?.k === 'dict') {
    for (const { key, value } of options.entries) if (key?.k === 'lit' && NAMING.has(String(key.v))) resolveNames(flow, value, env);
  } else if (options?.k === 'list') for (const item of options.items) resolveNames(flow, item, env);
  else if (options?.k === 'lit' && typeof options.v === 'string') flow.record.resolve(flow.place(env, options.at));
}

/** Where an entry of the options stands, if in the file of the call: those of a scope may stand in the model's. */
function spanIn(options: DictValue | null, name: string, env: Env, at: Span): Span {
  const place = options?.places?.get(name);
  return place?.path === env.module.path ? place.at : at;
}

/** Adds what one options object asks for to a query over `model`; records what it reads. */
export function withOptions(flow: Flow, model: Model, options: DictValue, query: QueryState, env: Env, at: Span): QueryState {
  resolveOptions(flow, options);
  let next = withWhere(query, at, whereOf(flow, model, entry(options, 'where'), env, at));
  next = withWhere(next, at, include(flow, model, entry(options, 'include'), env, spanIn(options, 'include', env, at)));
  if (options.rest) next = { ...next, isPartial: true };
  readAttributes(flow, model, entry(options, 'attributes'), env, spanIn(options, 'attributes', env, at));
  readExpressions(flow, model, entry(options, 'having'), 'filter', env, at);
  const limit = entry(options, 'limit');
  const sorts = orderOf(flow, model, entry(options, 'order'), env, spanIn(options, 'order', env, at));
  const groups = groupOf(flow, model, entry(options, 'group'), env, spanIn(options, 'group', env, at));
  return {
    ...next, sorts: sorts.length ? sorts : next.sorts, groups: groups.length ? groups : next.groups, isAggregate: next.isAggregate || groups.length > 0,
    limit: limit?.k === 'const' && typeof limit.v === 'number' ? limit.v : limit ? 100 : next.limit, offset: next.offset || entry(options, 'offset') !== null,
  };
}

/** Records the columns of `attributes`; returns them where they are all that is read, null where every column is. */
export function readAttributes(flow: Flow, model: Model, value: Value | null, env: Env, at: Span): ReadonlySet<string> | null {
  const read = (items: readonly Value[]): readonly string[] => items.flatMap((item) => {
    const first = item.k === 'list' ? item.items[0] ?? null : item;
    if (isExpression(first)) { readExpressions(flow, model, first, 'read', env, at); return []; }
    const name = text(first);
    if (name === null) return [];
    recordPath(flow, model, name, 'read', flow.place(env, at));
    const attribute = attributeNamed(model, name);
    return attribute === null ? [] : [attribute];
  });
  let only: ReadonlySet<string> | null = null;
  for (const member of value ? membersOf(value) : []) {
    if (member.k === 'list') only = new Set([...(only ?? []), ...read(member.items)]);
    else if (member.k === 'dict') {
      const extra = entry(member, 'include');
      if (extra?.k === 'list') read(extra.items);
      // What is left out is no use of it.
      const excluded = entry(member, 'exclude');
      if (excluded?.k === 'list') {
        const names = new Set(excluded.items.map(text));
        only = new Set([...model.columns.keys()].filter((name) => !names.has(name)));
      }
    } else return null;
  }
  return only;
}

/** `[['createdAt', 'DESC'], 'name', [Post, 'title']]` */
function orderOf(flow: Flow, model: Model, value: Value | null, env: Env, at: Span): QueryState['sorts'] {
  return (value ? membersOf(value) : []).flatMap((member) => {
    const isOptional = value!.k === 'union';
    readExpressions(flow, model, member, 'sort', env, at);
    const items = member.k === 'list' ? member.items : member.k === 'many' ? [member.of] : [member];
    return items.flatMap((item): QueryState['sorts'] => orderItem(flow, model, item, env, at, isOptional || member.k === 'many'));
  });
}

function orderItem(flow: Flow, model: Model, item: Value, env: Env, at: Span, isOptional: boolean): QueryState['sorts'] {
  if (item.k === 'union') return item.of.flatMap((member) => orderItem(flow, model, member, env, at, true));
  const parts = item.k === 'list' ? item.items : [item];
  const place = flow.place(env, at);
  let current = model;
  let written: string | null = null;
  let desc = false;
  for (const part of parts) {
    const target = modelIn(flow, part) ?? modelIn(flow, entry(part, 'model')) ?? modelIn(flow, entry(part, 'association'));
    const name = text(part);
    if (target) {
      const relationship = relationshipTo(current, target, text(entry(part, 'as')));
      if (relationship) flow.record.relationship(current, relationship, place, flow.currentFn);
      current = target;
    } else if (name !== null && /^(asc|desc)(\s+nulls\s+(first|last))?$/i.test(name)) desc = /^desc/i.test(name);
    else if (name !== null && current.relationships.has(name)) {
      const relationship = current.relationships.get(name)!;
      flow.record.relationship(current, relationship, place, flow.currentFn);
      current = relationship.target;
    } else if (name !== null) written = name;
  }
  const [name, direction] = (written ?? '').split(/\s+/);
  const attribute = name ? attributeNamed(current, name) : null;
  if (attribute === null) return [];
  flow.record.column(current, attribute, 'sort', place, flow.currentFn);
  return current === model ? [{ column: { k: 'column', model, attribute, place }, desc: desc || /^desc$/i.test(direction ?? ''), isOptional }] : [];
}

function groupOf(flow: Flow, model: Model, value: Value | null, env: Env, at: Span): readonly ColumnValue[] {
  readExpressions(flow, model, value, 'group', env, at);
  const place = flow.place(env, at);
  return (value?.k === 'list' ? value.items : value ? [value] : []).flatMap((item): readonly ColumnValue[] => {
    const name = text(item);
    if (name === null) return [];
    recordPath(flow, model, name, 'group', place);
    const attribute = attributeNamed(model, name);
    return attribute === null ? [] : [{ k: 'column', model, attribute, place }];
  });
}

/** The associations that `include` asks for; conditions on their rows join them. https://sequelize.org/docs/v6/advanced-association-concepts/eager-loading/ */
export function include(flow: Flow, model: Model, value: Value | null, env: Env, at: Span, depth = 6): ReadWhere {
  const found: ReadWhere[] = [];
  for (const member of value && depth ? membersOf(value) : []) {
    const items = member.k === 'list' ? member.items : member.k === 'many' ? [member.of] : [member];
    for (const item of items.flatMap(membersOf)) found.push(includeOne(flow, model, item, env, at, depth));
  }
  return { conditions: found.flatMap((each) => each.conditions), isPartial: found.some((each) => each.isPartial), joins: found.flatMap((each) => each.joins) };
}

const NOTHING: ReadWhere = { conditions: [], isPartial: false, joins: [] };

function includeOne(flow: Flow, model: Model, item: Value, env: Env, at: Span, depth: number): ReadWhere {
  const options = item.k === 'dict' ? item : null;
  if (options) resolveOptions(flow, options);
  if (options && entry(options, 'all') !== null) {
    for (const relationship of model.relationships.values()) flow.record.relationship(model, relationship, flow.place(env, at), flow.currentFn);
    return NOTHING;
  }
  const given = options ? entry(options, 'association') ?? entry(options, 'model') : item;
  const target = modelIn(flow, given);
  const named = text(entry(options, 'as')) ?? text(given) ?? (given?.k === 'special' && given.tag === 'association' ? given.key : null);
  const relationship = target ? relationshipTo(model, target, named) : named !== null ? model.relationships.get(named) ?? null : null;
  if (!relationship) return NOTHING;
  const place = (options?.places?.get('model') ?? options?.places?.get('association') ?? options?.places?.get('as')) ?? flow.place(env, at);
  flow.record.relationship(model, relationship, place, flow.currentFn);
  if (!options) return NOTHING;
  readAttributes(flow, relationship.target, entry(options, 'attributes'), env, spanIn(options, 'attributes', env, at));
  orderOf(flow, relationship.target, entry(options, 'order'), env, at);
  const nested = include(flow, relationship.target, entry(options, 'include'), env, at, depth - 1);
  const where = whereOf(flow, relationship.target, entry(options, 'where'), env, at);
  // What asks for nothing of its rows is loaded beside the query.
  if (where.conditions.length === 0 && !where.isPartial && nested.joins.length === 0) return NOTHING;
  const isRequired = flag(entry(options, 'required')) !== false;
  const read = across(model, relationship, allOf([where, nested]));
  return isRequired ? read : { ...read, conditions: read.conditions.map((condition) => ({ ...condition, isOptional: true })) };
}

/** The relationship from one model to another by its alias; without one the only one there is. */
export function relationshipTo(model: Model, target: Model, as: string | null): ModelRelationship | null {
  if (as !== null) return model.relationships.get(as) ?? null;
  const all = [...model.relationships.values()].filter((relationship) => relationship.target.table === target.table);
  return all.find((relationship) => mixinNames(target.name).includes(relationship.name)) ?? all[0] ?? null;
}
