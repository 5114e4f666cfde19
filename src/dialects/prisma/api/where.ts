/** Filters of the client as conditions. https://www.prisma.io/docs/orm/reference/prisma-client-reference#filter-conditions-and-operators */
import { text } from '../../../flow/arguments.js';
import { readAny } from '../../../flow/computed.js';
import type { Flow } from '../../../flow/evaluate.js';
import type { Model, ModelRelationship } from '../../../flow/model.js';
import { mayBeLeftOut } from '../../../flow/nulls.js';
import type { Condition, ConditionOp } from '../../../flow/query.js';
import { union } from '../../../flow/unions.js';
import { ANY, membersOf, type DictValue, type Value } from '../../../flow/value.js';
import type { Place } from '../../../model/schema.js';
import { conditionsOfForms } from '../../shared/filter-forms.js';
import { isCertain } from '../../shared/literals.js';
import { tieOf } from '../../shared/object-queries.js';

export interface Where { readonly conditions: readonly Condition[]; readonly isPartial: boolean }
interface Within {
  readonly inOr: boolean;
  readonly negated: boolean;
  /** The relations that lead there, with dots between: tells two ways to one table apart. */
  readonly path: string | null;
  readonly optional: boolean;
  readonly kind: 'filter' | 'lookup';
  /** Rows are listed: whoever looks for one has asked beforehand whether there is a value. */
  readonly isList: boolean;
}

const OPERATORS: Readonly<Record<string, ConditionOp>> = {
  equals: '=',
  not: '<>',
  in: 'in',
  notIn: 'other',
  lt: 'range',
  lte: 'range',
  gt: 'range',
  gte: 'range',
  contains: 'like',
  startsWith: 'prefix',
  endsWith: 'like',
  search: 'like',
  has: 'other',
  hasSome: 'other',
  hasEvery: 'other',
  isEmpty: 'other',
  isSet: 'other',
  string_contains: 'like',
  string_starts_with: 'like',
  string_ends_with: 'like',
  array_contains: 'other',
  array_starts_with: 'other',
  array_ends_with: 'other',
  path: 'other',
};
const RELATION_OPERATORS = new Set(['some', 'every', 'none', 'is', 'isNot']);

/** The conditions of a `where`, and what they do is recorded. `fallback` is the place of keys whose own is not known. */
export function whereOf(flow: Flow, model: Model, value: Value | null, fallback: Place, kind: 'filter' | 'lookup' = 'filter', isList = false): Where {
  if (value === null || (value.k === 'const' && value.v === null)) return { conditions: [], isPartial: false };
  return filter(flow, model, value, fallback, { inOr: false, negated: false, path: null, optional: false, kind, isList });
}

function filter(flow: Flow, model: Model, value: Value, fallback: Place, within: Within): Where {
  const forms = membersOf(value).map((member): Where => {
    if (member.k === 'dict') return dictFilter(flow, model, member, fallback, within);
    if (member.k === 'const' || member.k === 'fn') return { conditions: [], isPartial: member.k === 'fn' };
    return { conditions: [], isPartial: true };
  });
  return forms.length > 1 ? { ...merge(forms), conditions: conditionsOfForms(forms.map((form) => form.conditions), false) } : merge(forms);
}

function merge(parts: readonly Where[]): Where {
  return { conditions: parts.flatMap((part) => part.conditions), isPartial: parts.some((part) => part.isPartial) };
}

function dictFilter(flow: Flow, model: Model, dict: DictValue, fallback: Place, within: Within): Where {
  const parts = [...dict.entries].map(([name, value]) => {
    const place = dict.places?.get(name) ?? fallback;
    const optional = within.optional || (dict.places?.has(name) === true && !isCertain(flow, place));
    return entryFilter(flow, model, name, value, place, { ...within, optional });
  });
  // `{ [field]: value }`: whatever the rows have may be asked for.
  if (dict.rest !== null) readAny(flow, { k: 'row', model }, fallback);
  return merge([...parts, { conditions: [], isPartial: dict.rest !== null }]);
}

function entryFilter(flow: Flow, model: Model, name: string, value: Value, place: Place, within: Within): Where {
  if (name === 'AND' || name === 'OR' || name === 'NOT') {
    flow.record.resolve(place);
    const items = membersOf(value).flatMap((member): readonly Value[] => (member.k === 'list' ? member.items : member.k === 'many' ? [member.of] : [member]));
    const inner = {
      ...within,
      inOr: within.inOr || (name === 'OR' && items.length > 1),
      negated: within.negated !== (name === 'NOT'),
      optional: within.optional || membersOf(value).some((member) => member.k === 'many'),
    };
    return merge(items.map((item) => filter(flow, model, item, place, inner)));
  }
  if (model.columns.has(name)) return columnFilter(flow, model, name, value, place, within);
  const relationship = model.relationships.get(name);
  if (relationship) return relationFilter(flow, model, relationship, value, place, within);
  // `userId_postId: {userId, postId}`: the fields of a compound key.
  if (value.k === 'dict' && value.entries.size > 1 && [...value.entries.keys()].every((key) => model.columns.has(key))) {
    flow.record.resolve(place);
    return dictFilter(flow, model, value, place, within);
  }
  return { conditions: [], isPartial: true };
}

function relationFilter(flow: Flow, model: Model, relationship: ModelRelationship, value: Value, place: Place, within: Within): Where {
  flow.record.relationship(model, relationship, place, flow.currentFn);
  const inner = { ...within, path: within.path === null ? relationship.name : `${within.path}.${relationship.name}` };
  // Rows that none of the others may be like are not joined to them.
  const tied = (read: Where, { negated, optional, inOr }: Within): Where =>
    negated || read.conditions.length === 0
      ? read
      : {
          ...read,
          conditions: [
            ...tieOf(model, relationship, place, { alias: inner.path, from: within.path }).map((tie) => ({ ...tie, isOptional: optional, inOr })),
            ...read.conditions,
          ],
        };
  return merge(membersOf(value).map((member): Where => {
    if (member.k !== 'dict') return { conditions: [], isPartial: member.k !== 'const' };
    const operators = [...member.entries].filter(([key]) => RELATION_OPERATORS.has(key));
    if (!operators.length) return tied(filter(flow, relationship.target, member, place, inner), inner);
    return merge(operators.map(([key, item]) => {
      const at = member.places?.get(key);
      if (at) flow.record.resolve(at);
      const asked = { ...inner, optional: inner.optional || key === 'every', negated: key === 'none' || key === 'isNot' ? !inner.negated : inner.negated };
      return tied(filter(flow, relationship.target, item, place, asked), asked);
    }));
  }));
}

function columnFilter(flow: Flow, model: Model, name: string, value: Value, place: Place, within: Within): Where {
  flow.record.column(model, name, within.kind, place, flow.currentFn);
  const members = membersOf(value);
  const operations = members.filter((member): member is DictValue => member.k === 'dict' && member.entries.size > 0);
  const values = members.filter((member) => !operations.includes(member as DictValue));
  // A value of several possible origins is one condition; only of several kinds of conditions each may be missing. One that is left out asks for nothing.
  const optional = within.optional || operations.length + Math.min(values.length, 1) > 1 || (within.isList && values.some(mayBeLeftOut));
  const equal = values.length ? [conditionOf(model, name, '=', union(values), place, { ...within, optional })] : [];
  const conditions = operations.flatMap((member): Condition[] => {
    return [...member.entries].flatMap(([operator, operand]) => {
      const op = OPERATORS[operator];
      const at = member.places?.get(operator);
      if (at) flow.record.resolve(at);
      if (!op) return [];
      if (operator === 'not' && operand.k === 'dict') return [conditionOf(model, name, 'other', ANY, place, { ...within, optional })];
      const isInsensitive = text(member.entries.get('mode')) === 'insensitive';
      return [
        conditionOf(model, name, isInsensitive && op !== '<>' ? 'like' : op, operand, place, {
          ...within,
          optional: optional || (at !== undefined && !isCertain(flow, at)),
        }),
      ];
    });
  });
  return { conditions: [...equal, ...conditions], isPartial: false };
}

const OPPOSITE: Partial<Record<ConditionOp, ConditionOp>> = { '=': '<>', '<>': '=', range: 'range' };

function conditionOf(model: Model, attribute: string, op: ConditionOp, value: Value, place: Place, within: Within): Condition {
  const positive = within.negated ? OPPOSITE[op] ?? 'other' : op;
  const isNull = value.k === 'const' && value.v === null;
  const exact = isNull && positive === '=' ? 'null' : isNull && positive === '<>' ? 'not-null' : positive;
  return {
    column: { k: 'column', model, attribute, place, ...(within.path === null ? {} : { viaRelation: true, alias: within.path }) },
    op: exact,
    value,
    isOptional: within.optional,
    inOr: within.inOr,
    isJoin: false,
  };
}
