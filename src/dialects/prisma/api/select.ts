/**
 * What a query asks for: `select`, `include`, `omit`, `orderBy`, `distinct`, `by`, aggregates.
 * https://www.prisma.io/docs/orm/reference/prisma-client-reference#model-query-options
 */
import type { Expr } from '../../../facts/code.js';
import { entry, text } from '../../../flow/arguments.js';
import { readAny } from '../../../flow/computed.js';
import type { Flow } from '../../../flow/evaluate.js';
import type { Model, ModelRelationship } from '../../../flow/model.js';
import { union } from '../../../flow/unions.js';
import { membersOf, type ColumnValue, type DictValue, type RowValue, type Value } from '../../../flow/value.js';
import type { Place } from '../../../model/schema.js';
import type { UseKind } from '../../../model/usage.js';
import { limitOf, loadInOrder } from '../../shared/loads.js';
import { throughModel } from '../models.js';
import { whereOf } from './where.js';

/** What a row holds of its model: `only` the attributes that were selected, `loaded` related rows. */
export type Shape = Pick<RowValue, 'only' | 'loaded'>;

/**
 * Records what `select`, `include` and `omit` ask for, nested ones too, and returns what the rows then hold. That a column is selected does not say yet that
 * anybody looks at it. `isOne` when it is one row that is asked for.
 */
export function readSelection(flow: Flow, model: Model, args: DictValue, fallback: Place, isOne: boolean): Shape {
  let only: Set<string> | null = null;
  const loaded = new Map<string, Value>();
  for (const key of ['select', 'include', 'omit', '_count']) {
    const given = args.entries.get(key);
    if (given === undefined) continue;
    const members = membersOf(given);
    for (const member of members) if (member.k === 'dict') readEntries(flow, model, member, key === 'omit', loaded, fallback, isOne);
    // What one of several selections, or one with unknown parts, leaves out may be there all the same.
    if (members.some((member) => member.k !== 'dict' || member.rest !== null)) continue;
    const names = new Set(
      members.flatMap((member) => (member.k === 'dict' ? [...member.entries].filter(([, value]) => !isFalse(value)).map(([name]) => name) : [])),
    );
    if (key === 'select') only = names;
    if (key === 'omit' && members.length === 1) only = new Set([...model.columns.keys()].filter((name) => !names.has(name)));
  }
  return { ...(only ? { only } : {}), ...(loaded.size ? { loaded } : {}) };
}

const isFalse = (value: Value): boolean => value.k === 'const' && value.v === false;

function readEntries(flow: Flow, model: Model, dict: DictValue, isOmit: boolean, loaded: Map<string, Value>, fallback: Place, isOne: boolean): void {
  for (const [name, value] of dict.entries) {
    const place = dict.places?.get(name) ?? fallback;
    if (isFalse(value)) { if (model.columns.has(name)) flow.record.resolve(place); continue; }
    const relationship = model.relationships.get(name);
    if (model.columns.has(name)) {
      if (isOmit) flow.record.resolve(place);
      else flow.record.column(model, name, 'expose', place, flow.currentFn, { via: 'serializer' });
    } else if (relationship) loaded.set(name, follow(flow, model, relationship, value, place, isOne));
    else if (name === '_count') for (const member of membersOf(value)) if (member.k === 'dict') readSelection(flow, model, member, place, isOne);
  }
}

/** A relation that is loaded, with its own selection, filter and order, for one row or for many: its rows. */
export function follow(flow: Flow, model: Model, relationship: ModelRelationship, value: Value, place: Place, isOne: boolean): Value {
  flow.record.relationship(model, relationship, place, flow.currentFn);
  const through = relationship.relationship?.through;
  const joined = through ? throughModel(flow, through.name) : null;
  if (joined) flow.record.table(joined, 'select', place);
  const rows = membersOf(value).map((member): Value => {
    if (member.k !== 'dict') return { k: 'row', model: relationship.target };
    const shape = readSelection(flow, relationship.target, member, place, isOne && !relationship.many);
    const filter = whereOf(flow, relationship.target, entry(member, 'where'), place);
    const sorts = sortsOf(flow, relationship.target, entry(member, 'orderBy'), place);
    if (sorts.length > 0) loadInOrder(flow, relationship, place, isOne ? '=' : 'in', { ...filter, sorts, limit: limitOf(entry(member, 'take')) });
    return { k: 'row', model: relationship.target, ...shape };
  });
  return relationship.many ? { k: 'many', of: union(rows) } : union(rows);
}

const AGGREGATES = new Set(['_count', '_sum', '_avg', '_min', '_max']);

export interface Sort { readonly column: ColumnValue; readonly desc: boolean }

/** The columns of an `orderBy`; those of related models come last and are marked. */
export function sortsOf(flow: Flow, model: Model, value: Value | null, fallback: Place, viaRelation = false): readonly Sort[] {
  if (!value) return [];
  return membersOf(value)
    .slice(0, 1)
    .flatMap((member) => (member.k === 'list' ? member.items : member.k === 'many' ? membersOf(member.of) : [member]))
    .flatMap((item): readonly Sort[] => {
      if (item.k !== 'dict') return [];
      // `{ [field]: 'asc' }`
      if (item.rest !== null) readAny(flow, { k: 'row', model }, fallback);
      return [...item.entries].flatMap(([name, direction]): readonly Sort[] => {
        const place = item.places?.get(name) ?? fallback;
        const relationship = model.relationships.get(name);
        if (model.columns.has(name)) {
          flow.record.column(model, name, 'sort', place, flow.currentFn);
          return viaRelation
            ? []
            : [
                {
                  column: { k: 'column', model, attribute: name, place },
                  desc: text(direction.k === 'dict' ? entry(direction, 'sort') : direction) === 'desc',
                },
              ];
        }
        // `{ _count: { id: 'desc' } }` of groups sorts by what is computed.
        if (AGGREGATES.has(name)) {
          sortsOf(flow, model, direction, place, true);
          return [];
        }
        if (relationship) {
          flow.record.relationship(model, relationship, place, flow.currentFn);
          return sortsOf(flow, relationship.target, direction, place, true);
        }
        return [];
      });
    });
}

/** Columns that are named as strings in a list (`by: ['a']`, `distinct: ['a']`); `written` is the argument as written. */
export function namedColumns(
  flow: Flow,
  model: Model,
  args: DictValue,
  written: Expr | null,
  option: string,
  kind: UseKind,
  fallback: Place,
): readonly ColumnValue[] {
  const value = args.entries.get(option);
  if (!value) return [];
  const list = written?.k === 'dict' ? written.entries.find((each) => each.key?.k === 'lit' && each.key.v === option)?.value : undefined;
  const items = value.k === 'list' ? value.items : [value];
  return items.flatMap((item, index): ColumnValue[] => {
    const name = text(item);
    if (name === null || !model.columns.has(name)) return [];
    const expr = list?.k === 'list' ? list.items[index] : list;
    const place = expr ? { path: fallback.path, at: expr.at } : fallback;
    flow.record.column(model, name, kind, place, flow.currentFn);
    return [{ k: 'column', model, attribute: name, place }];
  });
}

/** `_sum: {amount: true}`: reads of the columns that are aggregated. */
export function readAggregates(flow: Flow, model: Model, args: DictValue, fallback: Place): void {
  for (const key of ['_sum', '_avg', '_min', '_max', '_count', 'having', 'select']) {
    const given = args.entries.get(key);
    if (given?.k !== 'dict') continue;
    for (const name of given.entries.keys())
      if (model.columns.has(name)) flow.record.column(model, name, 'read', given.places?.get(name) ?? fallback, flow.currentFn);
  }
}
