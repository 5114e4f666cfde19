/** Queries and writes that are given as plain objects whose keys are a model's attributes: `{ where: { email, author: { id } } }`. */
import type { Span } from '../../facts/code.js';
import { lastName, text } from '../../flow/arguments.js';
import { attributesAt } from '../../flow/embedded.js';
import type { Flow } from '../../flow/evaluate.js';
import { fieldsOf } from '../../flow/fields.js';
import { attributeIn } from '../../flow/keys.js';
import type { Model, ModelRelationship } from '../../flow/model.js';
import type { Env } from '../../flow/program.js';
import { join, refine, type Condition, type ConditionOp, type QueryState } from '../../flow/query.js';
import { union } from '../../flow/unions.js';
import { ANY, NULL, membersOf, type ColumnValue, type DictValue, type Value } from '../../flow/value.js';
import type { Column, Place } from '../../model/schema.js';
import { conditionsOfForms } from './filter-forms.js';
import { isCertain } from './literals.js';

/** Conditions read from an object; `isPartial` when there may be more; `joins` are relationships that they cross. */
export interface ReadWhere { readonly conditions: readonly Condition[]; readonly isPartial: boolean; readonly joins: readonly Crossed[] }
/** A relationship that is crossed: `alias` names its target by the way there, `from` the table that it starts at, null for the query's own. */
interface Crossed { readonly model: Model; readonly relationship: ModelRelationship; readonly alias: string; readonly from: string | null }

/** What an ORM's operators mean. */
export interface WhereSyntax {
  /** One value beside a column: its operator. Null where the operator is not known. */
  operator(flow: Flow, value: Value): readonly { readonly op: ConditionOp; readonly value: Value }[] | null;
  /** A key that is no attribute: `$or` gives its parts. */
  combine?(name: string): 'and' | 'or' | 'not' | null;
  /** A key that compares the value it stands in, as in `{ $gt: 3 }`. */
  isOperator?(name: string): boolean;
}

export const NO_WHERE: ReadWhere = { conditions: [], isPartial: false, joins: [] };

/** Reads a filter object (a list of them is any of them). `at` stands for keys without a place of their own. */
export function readWhere(flow: Flow, model: Model, value: Value | null, env: Env, at: Span, syntax: WhereSyntax, depth = 4): ReadWhere {
  if (value === null || (value.k === 'const' && value.v === null)) return NO_WHERE;
  if (depth === 0) return { ...NO_WHERE, isPartial: true };
  const next = (inner: Value): ReadWhere => readWhere(flow, model, inner, env, at, syntax, depth - 1);
  switch (value.k) {
    case 'list': return value.items.length === 1 ? next(value.items[0]!) : anyOf(value.items.map(next));
    case 'many': return anyOf([next(value.of), { ...NO_WHERE, isPartial: true }]);
    case 'union': {
      const parts = value.of.filter((member) => !(member.k === 'const' && !member.v)).map(next);
      return { ...allOf(parts), conditions: conditionsOfForms(parts.map((part) => part.conditions), parts.length < value.of.length) };
    }
    case 'object': return { ...readDict(flow, model, fieldsOf(flow, value), env, at, syntax, depth, true), isPartial: true };
    case 'dict': return readDict(flow, model, value, env, at, syntax, depth, false);
    default: return { ...NO_WHERE, isPartial: true };
  }
}

function readDict(flow: Flow, model: Model, dict: DictValue, env: Env, at: Span, syntax: WhereSyntax, depth: number, isOptional: boolean): ReadWhere {
  const parts: ReadWhere[] = dict.rest ? [{ ...NO_WHERE, isPartial: true }] : [];
  for (const [name, value] of dict.entries) {
    const place = dict.places?.get(name) ?? flow.place(env, at);
    const part = readEntry(flow, model, name, value, place, env, at, syntax, depth);
    parts.push(
      isOptional || (dict.places?.has(name) === true && !isCertain(flow, place))
        ? { ...part, conditions: part.conditions.map((condition) => ({ ...condition, isOptional: true })) }
        : part,
    );
  }
  return allOf(parts);
}

function readEntry(flow: Flow, model: Model, name: string, value: Value, place: Place, env: Env, at: Span, syntax: WhereSyntax, depth: number): ReadWhere {
  const combined = syntax.combine?.(name);
  if (combined) {
    const items = value.k === 'list' ? value.items : value.k === 'many' ? [value.of] : [value];
    const parts = items.map((item) => readWhere(flow, model, item, env, at, syntax, depth - 1));
    if (combined === 'not') return { ...allOf(parts), conditions: allOf(parts).conditions.map((condition) => ({ ...condition, op: 'other' as const })) };
    return combined === 'or' && !(value.k === 'list' && value.items.length === 1)
      ? anyOf(value.k === 'many' ? [...parts, { ...NO_WHERE, isPartial: true }] : parts)
      : allOf(parts);
  }
  if (model.columns.has(name)) return conditionsOn(flow, model, name, value, place, syntax);
  const relationship = model.relationships.get(name);
  if (relationship) return acrossRelationship(flow, model, relationship, value, place, env, at, syntax, depth);
  if (model.embedded.has(name) && value.k !== 'dict')
    for (const attribute of attributesAt(model, name)) flow.record.column(model, attribute, 'filter', place, flow.currentFn);
  if (model.embedded.has(name) && value.k === 'dict')
    return allOf(
      [...value.entries].map(([inner, each]) => readEntry(flow, model, `${name}.${inner}`, each, value.places?.get(inner) ?? place, env, at, syntax, depth)),
    );
  const path = /^\$?([\w.]+)\$?$/.exec(name)?.[1]?.split('.') ?? [];
  if (path.length > 1) {
    const first = model.relationships.get(path[0]!);
    if (first)
      return acrossRelationship(
        flow,
        model,
        first,
        { k: 'dict', entries: new Map([[path.slice(1).join('.'), value]]), rest: null, places: new Map([[path.slice(1).join('.'), place]]) },
        place, env, at, syntax, depth,
      );
  }
  return { ...NO_WHERE, isPartial: true };
}

function conditionsOn(flow: Flow, model: Model, name: string, value: Value, place: Place, syntax: WhereSyntax): ReadWhere {
  flow.record.column(model, name, 'filter', place, flow.currentFn);
  const column: ColumnValue = { k: 'column', model, attribute: name, place };
  const members = membersOf(value);
  // `cond ? In(ids) : undefined`: the condition may be missing.
  const present = members.filter((member) => !(members.length > 1 && member.k === 'const' && member.v === null));
  const read = present.length === 1 ? syntax.operator(flow, present[0]!) : oneOf(present.map((member) => syntax.operator(flow, member)));
  const isOptional = present.length < members.length;
  const parts = read ?? [{ op: 'other' as const, value: ANY as Value }];
  return { conditions: parts.map((each) => conditionOf(column, each.op, each.value, isOptional)), isPartial: false, joins: [] };
}

/** A value of several possible origins is one condition; conditions of several kinds are not. */
function oneOf(read: readonly ReturnType<WhereSyntax['operator']>[]): ReturnType<WhereSyntax['operator']> {
  const parts = read.flatMap((each) => (each?.length === 1 ? each : []));
  const op = parts[0]?.op;
  return op && parts.length === read.length && parts.every((part) => part.op === op) ? [{ op, value: union(parts.map((part) => part.value)) }] : null;
}

/** A condition; comparing with null is a null test. */
export function conditionOf(column: ColumnValue, op: ConditionOp, value: Value, isOptional = false): Condition {
  const isNull = value.k === 'const' && value.v === null;
  return { column, op: isNull && op === '=' ? 'null' : isNull && op === '<>' ? 'not-null' : op, value, isOptional, inOr: false, isJoin: value.k === 'column' };
}

/** `{ author: { id } }` asks for the key that is here; anything else joins the other table. */
function acrossRelationship(
  flow: Flow,
  model: Model,
  relationship: ModelRelationship,
  value: Value,
  place: Place,
  env: Env,
  at: Span,
  syntax: WhereSyntax,
  depth: number,
): ReadWhere {
  const key = localKey(model, relationship);
  const given = membersOf(value).find((member) => member.k !== 'const') ?? value;
  if (key && given.k === 'dict' && given.entries.size === 1 && !given.rest) {
    const [inner, innerValue] = [...given.entries][0]!;
    if (relationship.target.columns.get(inner) === relationship.remote[0]) {
      flow.record.relationship(model, relationship, place, flow.currentFn);
      const read = conditionsOn(flow, model, key, innerValue, given.places?.get(inner) ?? place, syntax);
      return membersOf(value).length > 1 ? { ...read, conditions: read.conditions.map((condition) => ({ ...condition, isOptional: true })) } : read;
    }
  }
  const isCompared =
    given.k === 'dict'
      ? given.entries.size === 0 || [...given.entries.keys()].every((inner) => syntax.isOperator?.(inner))
      : given.k === 'list'
        ? given.items.length > 0 && given.items.every((item) => item.k !== 'dict') && syntax.isOperator !== undefined
        : true;
  if (key && isCompared) {
    flow.record.relationship(model, relationship, place, flow.currentFn);
    return conditionsOn(flow, model, key, value, place, syntax);
  }
  flow.record.relationship(model, relationship, place, flow.currentFn);
  const inner = readWhere(flow, relationship.target, given, env, at, syntax, depth - 1);
  return across(model, relationship, inner);
}

/** Conditions on the target of a relationship, as conditions of rows of the model. Two ways to one table, or back to the same one, are told apart. */
export function across(model: Model, relationship: ModelRelationship, { conditions, isPartial, joins }: ReadWhere): ReadWhere {
  const here = relationship.name;
  const via = (alias: string | null | undefined): string => (alias ? `${here}.${alias}` : here);
  return {
    conditions: conditions.map((condition) => ({ ...condition, column: { ...condition.column, viaRelation: true, alias: via(condition.column.alias) } })),
    isPartial,
    joins: [{ model, relationship, alias: here, from: null }, ...joins.map((each) => ({ ...each, alias: via(each.alias), from: via(each.from) }))],
  };
}

/** The attribute of the one key column that a relationship has on this side; null when it is on the other. */
export function localKey(model: Model, relationship: ModelRelationship): string | null {
  const column = relationship.local[0];
  if (relationship.many || relationship.local.length !== 1 || !column || column.table !== model.table || !holdsKey(relationship, column)) return null;
  return attributeIn(model, column);
}

export function allOf(parts: readonly ReadWhere[]): ReadWhere {
  return { conditions: parts.flatMap((part) => part.conditions), isPartial: parts.some((part) => part.isPartial), joins: parts.flatMap((part) => part.joins) };
}

export function anyOf(parts: readonly ReadWhere[]): ReadWhere {
  const all = allOf(parts);
  return { ...all, conditions: all.conditions.map((condition) => ({ ...condition, inOr: true })) };
}

/** Rows that are marked as deleted are left out of finds. Such is the rule of every ORM here that knows soft deletion. */
export function notDeleted(model: Model, place: ColumnValue['place'], alias: string | null): readonly Condition[] {
  for (const column of model.table.columns) {
    const attribute = column.role === 'soft-delete' ? attributeIn(model, column) : null;
    if (attribute) return [conditionOf({ k: 'column', model, attribute, place, ...(alias ? { alias } : {}) }, 'null', NULL)];
  }
  return [];
}

/** A query with what was read added to it. */
export function withWhere(query: QueryState, at: Span, read: ReadWhere): QueryState {
  const joined = read.joins.reduce((all, each) => joinAlong(all, at, each.model, each.relationship, { alias: each.alias, from: each.from }), query);
  return refine(joined, at, { conditions: [...joined.conditions, ...read.conditions], isPartial: joined.isPartial || read.isPartial });
}

/** Joins the target of a relationship on its key; `alias` names it where the code does. */
export function joinAlong(
  query: QueryState,
  at: Span,
  model: Model,
  relationship: ModelRelationship,
  options: { readonly alias?: string | null; readonly from?: string | null; readonly kind?: 'inner' | 'left' | 'relationship' } = {},
): QueryState {
  const conditions = tieOf(model, relationship, { path: query.place.path, at }, options);
  return join(query, at, relationship.target, options.alias ?? null, options.kind ?? 'left', conditions);
}

/** The equations of the keys by which a relationship leads from one table to the other. */
export function tieOf(
  model: Model,
  { target, local, remote }: ModelRelationship,
  place: Place,
  { alias, from }: { readonly alias?: string | null; readonly from?: string | null },
): readonly Condition[] {
  return local.flatMap((column, index): Condition[] => {
    const [left, right] = [attributeIn(model, column), remote[index] ? attributeIn(target, remote[index]) : null];
    if (left === null || right === null) return [];
    const other: ColumnValue = { k: 'column', model: target, attribute: right, place, ...(alias ? { alias } : {}) };
    return [
      {
        column: { k: 'column', model, attribute: left, place, ...(from ? { alias: from } : {}) },
        op: '=',
        value: other,
        isOptional: false,
        inOr: false,
        isJoin: true,
      },
    ];
  });
}

/** Names of relationships given as `{ author: true, posts: { comments: true } }` or `['author', 'posts.comments']`: each is loaded. */
export function loadRelations(flow: Flow, model: Model, value: Value | null, env: Env, at: Span): void {
  for (const member of value ? membersOf(value) : []) {
    if (member.k === 'dict') for (const [name, inner] of member.entries) {
      const relationship = model.relationships.get(name);
      if (!relationship || (inner.k === 'const' && inner.v === false)) continue;
      flow.record.relationship(model, relationship, member.places?.get(name) ?? flow.place(env, at), flow.currentFn);
      loadRelations(flow, relationship.target, inner, env, at);
    }
    if (member.k === 'list')
      member.items.forEach((item) => {
        if (item.k === 'const' && typeof item.v === 'string') loadPath(flow, model, item.v, flow.place(env, at));
      });
    if (member.k === 'const' && typeof member.v === 'string') loadPath(flow, model, member.v, flow.place(env, at));
  }
}

/** `posts.comments`: every relationship along the way is used. */
export function loadPath(flow: Flow, model: Model, path: string, place: Place): Model | null {
  let current = model;
  for (const part of path.replace(/:.*$/, '').split('.')) {
    const relationship = current.relationships.get(part);
    if (!relationship) return null;
    flow.record.relationship(current, relationship, place, flow.currentFn);
    current = relationship.target;
  }
  return current;
}

/**
 * The columns that `{ createdAt: 'desc', author: { name: 'asc' } }` sorts by (or a list of such), along relationships too; those of related rows are recorded
 * only.
 */
export function orderOf(flow: Flow, model: Model, value: Value | null, env: Env, at: Span, isRelated = false, prefix = ''): QueryState['sorts'] {
  if (value?.k === 'list') return value.items.flatMap((item) => orderOf(flow, model, item, env, at, isRelated, prefix));
  const dict = value ? membersOf(value).find((member) => member.k === 'dict') : undefined;
  if (dict?.k !== 'dict') return [];
  return [...dict.entries].flatMap(([key, direction]) => {
    const name = prefix + key;
    const place = dict.places?.get(key) ?? flow.place(env, at);
    if (model.embedded.has(name)) return orderOf(flow, model, direction, env, at, isRelated, `${name}.`);
    const relationship = model.relationships.get(name);
    if (relationship) {
      flow.record.relationship(model, relationship, place, flow.currentFn);
      orderOf(flow, relationship.target, direction, env, at, true);
      return [];
    }
    if (!model.columns.has(name)) return [];
    flow.record.column(model, name, 'sort', place, flow.currentFn);
    const written = direction.k === 'dict' ? direction.entries.get('direction') ?? null : direction;
    return isRelated
      ? []
      : [
          {
            column: { k: 'column' as const, model, attribute: name, place },
            desc: /^desc/i.test(text(written) ?? (written?.k === 'ext' ? lastName(written) : '')) || (written?.k === 'const' && written.v === -1),
            isOptional: membersOf(value!).length > 1,
          },
        ];
  });
}

/** Whether the column is this side's end of the relationship, and not the key that the other side's rows hold. */
const holdsKey = ({ relationship }: ModelRelationship, column: Column): boolean =>
  [...(relationship?.foreignKey?.columns ?? []), ...(relationship?.ownColumns ?? [])].includes(column);
