/** Rows that are created or changed by plain objects: `create({ name, author: { id } })`, `update(id, { name })`. */
import type { Span } from '../../facts/code.js';
import { writeEmbedded } from '../../flow/embedded.js';
import type { Flow } from '../../flow/evaluate.js';
import { fieldsOf } from '../../flow/fields.js';
import { attributeIn, keyOfRow } from '../../flow/keys.js';
import type { Model } from '../../flow/model.js';
import { asChange } from '../../flow/nulls.js';
import type { Env } from '../../flow/program.js';
import { holdsSeveral } from '../../flow/unions.js';
import { ANY, NULL, isDeclaredEntry, membersOf, type DictValue, type RowValue, type Value } from '../../flow/value.js';
import type { Column, Place } from '../../model/schema.js';
import { localKey } from './object-queries.js';

interface Written { readonly values: Map<Column, Value>; isOpen: boolean }

export interface InsertOptions { readonly isUpsert?: boolean; /** The row may exist already. */ readonly isOpen?: boolean }

/** Inserts one row of `model` made of `value`; returns the row. `at` is the call. */
export function insertObject(flow: Flow, model: Model, value: Value | null, env: Env, at: Span, options: InsertOptions = {}): Value {
  const written: Written = { values: new Map(), isOpen: options.isOpen === true };
  for (const member of value ? membersOf(value) : []) writeMember(flow, model, member, env, at, written, true);
  flow.record.insert(model, written.values, flow.place(env, at), {
    isOpen: written.isOpen,
    ...(options.isUpsert ? { isUpsert: true } : {}),
    ...(value && holdsSeveral(value) ? { isMany: true } : {}),
  });
  return { k: 'row', model, isNew: true };
}

/** Changes rows of `model` by the keys of `value`. Keys that are not known are a gap. */
export function updateObject(flow: Flow, model: Model, value: Value | null, env: Env, at: Span): void {
  const written: Written = { values: new Map(), isOpen: false };
  for (const member of value ? membersOf(value) : []) writeMember(flow, model, member, env, at, written, false);
  flow.record.table(model, 'update', flow.place(env, at));
  if (written.isOpen)
    flow.record.gap({
      kind: 'dynamic-access',
      model,
      column: null,
      place: flow.place(env, at),
      detail: `columns of ${model.name} are set from an object whose keys are not known`,
      does: 'write',
    });
}

function writeMember(flow: Flow, model: Model, value: Value, env: Env, at: Span, written: Written, atInsert: boolean): void {
  switch (value.k) {
    case 'dict': writeDict(flow, model, value, env, at, written, atInsert); return;
    case 'object': {
      // Fields of a request that no column has say nothing.
      writeDict(flow, model, fieldsOf(flow, value), env, at, written, atInsert);
      return;
    }
    case 'list': value.items.forEach((item) => membersOf(item).forEach((member) => writeMember(flow, model, member, env, at, written, atInsert))); return;
    case 'many': membersOf(value.of).forEach((member) => writeMember(flow, model, member, env, at, written, atInsert)); return;
    case 'const': return;
    case 'row': if (value.model.table !== model.table) written.isOpen = true; return;
    default: written.isOpen = true;
  }
}

function writeDict(flow: Flow, model: Model, dict: DictValue, env: Env, at: Span, written: Written, atInsert: boolean): void {
  for (const [name, value] of dict.entries)
    writeEntry(flow, model, name, value, dict.places?.get(name) ?? flow.place(env, at), env, at, written, atInsert, isDeclaredEntry(dict, name));
  if (dict.schema) flow.record.tie(dict.schema, model, 'request');
  if (dict.rest) written.isOpen = true;
}

function writeEntry(
  flow: Flow,
  model: Model,
  name: string,
  value: Value,
  place: Place,
  env: Env,
  at: Span,
  written: Written,
  atInsert: boolean,
  isRequest: boolean,
): void {
  const column = model.columns.get(name);
  if (column) {
    // `save({ ...row, name })`: what is taken over unchanged is no write.
    if (value.k === 'field' && value.model.table === model.table && value.attribute === name) return;
    written.values.set(column, value);
    flow.record.column(model, name, 'write', place, flow.currentFn, {
      value: atInsert ? value : asChange(value),
      atInsert,
      ...(isRequest || (value.k === 'any' && value.isOneOfAll) ? { via: 'generic-update' as const } : {}),
    });
    return;
  }
  const relationship = model.relationships.get(name);
  if (relationship) {
    flow.record.relationship(model, relationship, place, flow.currentFn, 'set');
    const key = localKey(model, relationship);
    const keyColumn = key ? model.columns.get(key) : undefined;
    if (key && keyColumn) {
      const keyValue = keyValueOf(relationship.remote[0], relationship.target, value, place);
      written.values.set(keyColumn, keyValue);
      flow.record.column(model, key, 'write', place, flow.currentFn, { value: keyValue, atInsert });
    }
    createNested(flow, relationship.target, value, env, at);
    return;
  }
  if (model.embedded.has(name))
    writeEmbedded(flow, model, name, value, place, {
      atInsert,
      isRequest,
      note: (each, given) => written.values.set(each, given),
      open: () => {
        written.isOpen = true;
      },
    });
}

/** What a relationship's key becomes when the other row is given as `{ id }`, a row, a key or null. */
function keyValueOf(remote: Column | undefined, target: Model, value: Value, place: Place): Value {
  if (value.k === 'const') return value.v === null ? NULL : ANY;
  const attribute = remote ? attributeIn(target, remote) : null;
  if (value.k === 'dict' && attribute) return value.entries.get(attribute) ?? ANY;
  if (value.k === 'row') return value.isNew ? keyOfRow(value) : rowKey(value, attribute, place) ?? ANY;
  return value.k === 'field' || value.k === 'any' || value.k === 'extobj' ? value : ANY;
}

/** The key of a row that another row leads to is the key that is held there, of a mere reference the one it was made with. */
function rowKey(row: RowValue, attribute: string | null, place: Place): Value | null {
  const held = row.link ? localKey(row.link.model, row.link.relationship) : null;
  if (row.link && held) return { k: 'field', model: row.link.model, attribute: held, place: row.link.place };
  const told = attribute === null ? undefined : row.loaded?.get(attribute);
  return told ?? (attribute && row.lookup ? { k: 'field', model: row.model, attribute, place } : null);
}

/** `{ items: [{ … }] }`: rows that are created with the row that holds them. Mere references (`{ id }`) are none. */
function createNested(flow: Flow, target: Model, value: Value, env: Env, at: Span): void {
  for (const member of membersOf(value)) {
    if (member.k === 'list') member.items.forEach((item) => createNested(flow, target, item, env, at));
    else if (member.k === 'many') createNested(flow, target, member.of, env, at);
    else if (member.k === 'dict') {
      const keys = target.table.primaryKey?.columns ?? [];
      const isReference = [...member.entries.keys()].every((name) => {
        const column = target.columns.get(name);
        return column !== undefined && keys.includes(column);
      });
      const first = [...(member.places?.values() ?? [])][0];
      if (!isReference) insertObject(flow, target, member, env, first ? first.at : at);
    }
  }
}

/** A row of a new kind of value: an attribute is set before it is saved. True when it was one of this dialect's new rows. */
export function assignToNew(flow: Flow, of: Value, dialect: string, name: string, value: Value, env: Env, at: Span): boolean {
  if (of.k !== 'row' || of.model.dialect !== dialect || !of.isNew || !of.model.columns.has(name)) return false;
  flow.record.column(of.model, name, 'write', flow.place(env, at), flow.currentFn, { value, atInsert: true });
  return true;
}
