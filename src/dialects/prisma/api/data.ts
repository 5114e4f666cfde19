/** What `data` writes: columns, and rows of related models in nested writes. https://www.prisma.io/docs/orm/reference/prisma-client-reference#nested-queries */
import { entry } from '../../../flow/arguments.js';
import type { Flow } from '../../../flow/evaluate.js';
import { fieldsOf } from '../../../flow/fields.js';
import type { Model, ModelRelationship } from '../../../flow/model.js';
import { asChange, withoutNull } from '../../../flow/nulls.js';
import { refine, startQuery } from '../../../flow/query.js';
import { holdsSeveral } from '../../../flow/unions.js';
import { ANY, NULL, isDeclaredEntry, membersOf, type DictValue, type Value } from '../../../flow/value.js';
import type { Column, Place } from '../../../model/schema.js';
import { isCertain } from '../../shared/literals.js';
import { throughModel } from '../models.js';
import { whereOf } from './where.js';

const NESTED = new Set(['create', 'createMany', 'connect', 'connectOrCreate', 'update', 'updateMany', 'upsert', 'delete', 'deleteMany', 'set', 'disconnect']);

/** Creates rows from `data`; `known` are columns that the place of the write fills in (the key to the parent). */
export function insertData(flow: Flow, model: Model, data: Value | null, place: Place, options: { isUpsert?: boolean; known?: readonly Column[] } = {}): void {
  const values = new Map<Column, Value>((options.known ?? []).map((column) => [column, ANY]));
  let isOpen = data === null;
  for (const given of rowsOf(data ?? ANY)) {
    // A value whose type says what it holds is written as if its fields were spread.
    const row = given.k === 'object' ? fieldsOf(flow, given) : given;
    if (row.k === 'dict') {
      writeEntries(flow, model, row, place, values);
      if (row.schema) flow.record.tie(row.schema, model, 'request');
      if (row.rest) isOpen = true;
    } else isOpen = isOpen || row.k !== 'const';
  }
  flow.record.insert(model, values, place, {
    isOpen,
    ...(options.isUpsert ? { isUpsert: true } : {}),
    ...(data && holdsSeveral(data) ? { isMany: true } : {}),
  });
}

/** Changes rows by `data`. */
export function updateData(flow: Flow, model: Model, data: Value | null, place: Place): void {
  flow.record.table(model, 'update', place);
  for (const row of rowsOf(data ?? ANY)) {
    if (row.k === 'dict') {
      writeEntries(flow, model, row, place, null);
      if (row.rest) openUpdate(flow, model, place);
    } else if (row.k === 'object') flow.record.writeAll(model, fieldsOf(flow, row), place, flow.currentFn, false);
    else if (row.k !== 'const') openUpdate(flow, model, place);
  }
}

function openUpdate(flow: Flow, model: Model, place: Place): void {
  flow.record.gap({
    kind: 'dynamic-access',
    model,
    column: null,
    place,
    detail: `columns of ${model.name} are set from an object whose keys are not known`,
    does: 'write',
  });
}

function rowsOf(value: Value): readonly Value[] {
  return membersOf(value).flatMap((member): readonly Value[] =>
    member.k === 'list' ? member.items.flatMap(rowsOf) : member.k === 'many' ? rowsOf(member.of) : [member],
  );
}

/** Writes of the entries of a `data` object; `inserted` collects the values of a row that is being created. */
function writeEntries(flow: Flow, model: Model, dict: DictValue, fallback: Place, inserted: Map<Column, Value> | null): void {
  for (const [name, given] of dict.entries) {
    const place = dict.places?.get(name) ?? fallback;
    const column = model.columns.get(name);
    if (column) {
      const { value: written, isCompound } = operated(flow, given);
      const value = inserted && dict.places?.has(name) === true && !isCertain(flow, place) ? uncertain(written) : inserted ? written : asChange(written);
      inserted?.set(column, value);
      flow.record.column(model, name, 'write', place, flow.currentFn, {
        value,
        ...(inserted ? { atInsert: true } : {}),
        ...(isCompound ? { isCompound: true } : {}),
        ...(isDeclaredEntry(dict, name) ? { via: 'generic-update' } : {}),
      });
      continue;
    }
    const relationship = model.relationships.get(name);
    if (!relationship) continue;
    flow.record.relationship(model, relationship, place, flow.currentFn, looksForRelated(given) ? 'asked' : 'set');
    const isCertainly = dict.places?.has(name) !== true || isCertain(flow, place);
    for (const nested of membersOf(given)) if (nested.k === 'dict') writeRelated(flow, model, relationship, nested, place, inserted, isCertainly);
  }
}

/** A value that is left out on some paths: the row then gets the default, or null. */
function uncertain(value: Value): Value {
  return value.k === 'field' || value.k === 'any' || value.k === 'const' ? { ...value, mayBeNull: true } : { k: 'any', mayBeNull: true };
}

/** `{increment: 1}`, `{set: x}`: the value that is written. */
function operated(flow: Flow, given: Value): { readonly value: Value; readonly isCompound: boolean } {
  if (given.k !== 'dict' || given.entries.size !== 1) return { value: given, isCompound: false };
  const [operator, value] = [...given.entries][0]!;
  if (!['set', 'increment', 'decrement', 'multiply', 'divide', 'push', 'unset'].includes(operator)) return { value: given, isCompound: false };
  const at = given.places?.get(operator);
  if (at) flow.record.resolve(at);
  return { value: operator === 'set' ? value : ANY, isCompound: operator !== 'set' && operator !== 'push' && operator !== 'unset' };
}

/** A nested write: which rows of the related model it makes, changes or ties to this one. */
function writeRelated(
  flow: Flow,
  model: Model,
  relationship: ModelRelationship,
  nested: DictValue,
  place: Place,
  inserted: Map<Column, Value> | null,
  isCertainly: boolean,
): void {
  const { target } = relationship;
  const isLocal = relationship.local.some((column) => isKeyOf(relationship, column));
  const through = relationship.relationship?.through ? throughModel(flow, relationship.relationship.through.name) : null;
  for (const [operation, operand] of nested.entries) {
    if (!NESTED.has(operation)) continue;
    const at = nested.places?.get(operation) ?? place;
    flow.record.resolve(at);
    if (through) tieThrough(flow, through, operation, at);
    else tieKeys(flow, model, relationship, operation, operand, at, isLocal, inserted, isCertainly);
    for (const item of rowsOf(operand)) nestedWrite(flow, target, operation, item, at, isLocal ? [] : relationship.remote);
  }
}

/** New rows get the key, and rows named by their own key are given it; all else that is done to related rows is done to those with this row's key. */
const GIVES_KEY = new Set(['create', 'createMany', 'connect', 'connectOrCreate']);

function looksForRelated(given: Value): boolean {
  return membersOf(given).some(
    (member) => member.k === 'dict' && [...member.entries.keys()].some((operation) => NESTED.has(operation) && !GIVES_KEY.has(operation)),
  );
}

const isKeyOf = (relationship: ModelRelationship, column: Column): boolean =>
  relationship.relationship?.foreignKey?.table === column.table && relationship.relationship.foreignKey.columns.includes(column);

function tieThrough(flow: Flow, through: Model, operation: string, place: Place): void {
  if (operation === 'disconnect') flow.record.table(through, 'delete', place);
  else if (/^(create|connect|set)/.test(operation)) flow.record.insert(through, new Map([...through.columns.values()].map((column) => [column, ANY])), place);
}

/** The key's columns are written on whichever side has them. */
function tieKeys(
  flow: Flow,
  model: Model,
  relationship: ModelRelationship,
  operation: string,
  operand: Value,
  place: Place,
  isLocal: boolean,
  inserted: Map<Column, Value> | null,
  isCertainly: boolean,
): void {
  if (!/^(create|connect|set|upsert|disconnect)/.test(operation)) return;
  const owner = isLocal ? model : relationship.target;
  const columns = isLocal ? relationship.local : relationship.remote;
  columns.forEach((column, index) => {
    const attribute = attributeOf(owner, column);
    if (attribute === null) return;
    const referenced = isLocal && operation === 'connect' && operand.k === 'dict' ? attributeOf(relationship.target, relationship.remote[index]) : null;
    // There is a row on the other side, or Prisma refuses. Of many rows those that are not among the new ones lose their key.
    const isLeft = operation === 'disconnect' || (operation === 'set' && !isLocal);
    const value = !isLeft ? (referenced !== null && operand.k === 'dict' ? present(operand.entries.get(referenced)) : THERE) : NULL;
    if (isLocal) inserted?.set(column, isCertainly ? value : uncertain(value));
    // A created child gets its key as part of its own insert.
    if (isLocal || !operation.startsWith('create'))
      flow.record.column(owner, attribute, 'write', place, flow.currentFn, {
        value: isCertainly ? value : uncertain(value),
        ...(isLocal && inserted ? { atInsert: true } : {}),
      });
  });
}

const THERE: Value = { k: 'any', isThere: true };

const present = (value: Value | undefined): Value =>
  value === undefined ? THERE : value.k === 'any' ? ({ ...withoutNull(value), isThere: true } as Value) : withoutNull(value);

function attributeOf(model: Model, column: Column | undefined): string | null {
  for (const [attribute, own] of model.columns) if (own === column) return attribute;
  return null;
}

function nestedWrite(flow: Flow, target: Model, operation: string, item: Value, place: Place, keyToParent: readonly Column[]): void {
  const options = { known: keyToParent.filter((column) => column.table === target.table) };
  switch (operation) {
    case 'create': insertData(flow, target, item, place, options); return;
    case 'createMany': insertData(flow, target, entry(item, 'data'), place, options); return;
    case 'connectOrCreate': lookupBy(flow, target, entry(item, 'where'), place, true);
    insertData(flow, target, entry(item, 'create'), place, { ...options, isUpsert: true });
    return;
    case 'upsert': {
      if (entry(item, 'where')) lookupBy(flow, target, entry(item, 'where'), place, true);
      insertData(flow, target, entry(item, 'create'), place, { ...options, isUpsert: true });
      updateData(flow, target, entry(item, 'update'), place);
      return;
    }
    case 'update': case 'updateMany': {
      const isWrapped = entry(item, 'data') !== null;
      if (isWrapped) whereOf(flow, target, entry(item, 'where'), place);
      updateData(flow, target, isWrapped ? entry(item, 'data') : item, place);
      return;
    }
    case 'delete': case 'deleteMany': flow.record.table(target, 'delete', place); if (item.k === 'dict') whereOf(flow, target, item, place); return;
    default: flow.record.table(target, 'select', place); if (item.k === 'dict') whereOf(flow, target, item, place, 'lookup');
  }
}

/** A lookup of one row by a unique filter, and what depends on it. */
export function lookupBy(flow: Flow, model: Model, where: Value | null, place: Place, isUpsert: boolean): void {
  const { conditions, isPartial } = whereOf(flow, model, where, place, 'lookup');
  const query = refine(startQuery(place, model, { k: 'row', model }), place.at, { conditions, isPartial });
  flow.record.finish(query, 'one');
  if (isUpsert) flow.record.guard(query.id, { k: 'upsert' });
}
