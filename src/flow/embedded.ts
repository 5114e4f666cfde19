/** Objects that are kept in columns of their owner's table: `user.address.street` is a column of the user. Attributes of such columns are paths. */
import type { Span } from '../facts/code.js';
import type { Column, Place } from '../model/schema.js';
import { findMember, instanceMember } from './classes.js';
import type { Flow } from './evaluate.js';
import { fieldsOf } from './fields.js';
import type { Model } from './model.js';
import type { Env } from './program.js';
import { union } from './unions.js';
import { ANY, membersOf, type ClassRef, type EmbeddedValue, type RowValue, type Value } from './value.js';

/** Where objects of a class are embedded. */
export interface Embedding { readonly model: Model; readonly path: string }

/** The attributes that `path` stands for: the column itself, or those of the object embedded there. */
export function attributesAt(model: Model, path: string): readonly string[] {
  return model.columns.has(path) ? [path] : [...model.columns.keys()].filter((attribute) => attribute.startsWith(`${path}.`));
}

/** `row.address`, `row.address.street`, a getter or method of the object; null where there is none of that name. */
export function embeddedAttribute(flow: Flow, of: RowValue | EmbeddedValue, name: string, env: Env, at: Span): Value | null {
  const { model } = of;
  const path = of.k === 'row' ? name : `${of.path}.${name}`;
  const place = flow.place(env, at);
  if (of.k === 'embedded' && model.columns.has(path)) {
    flow.record.column(model, path, 'read', place, flow.currentFn);
    return { k: 'field', model, attribute: path, place };
  }
  if (of.k === 'embedded' && model.relationships.has(path)) return flow.attribute({ k: 'row', model }, path, env, at);
  if (model.embedded.has(path)) { flow.record.resolve(place); return embeddedAt(model, path, of.isNew === true); }
  if (of.k !== 'embedded') return null;
  const members = of.classes.flatMap((cls) => instanceMember(flow, cls, name, of) ?? []);
  if (members.length > 0) flow.record.resolve(place);
  return members.length > 0 ? union(members) : null;
}

function embeddedAt(model: Model, path: string, isNew: boolean): EmbeddedValue {
  return { k: 'embedded', model, path, classes: model.embedded.get(path) ?? [], ...(isNew ? { isNew } : {}) };
}

/** What a row holds, by the names it has there: its columns, and the objects that several of them make. */
export function rowEntries({ model, only, isNew }: RowValue, place: Place): ReadonlyMap<string, Value> {
  const entries = new Map<string, Value>();
  for (const attribute of only ?? model.columns.keys()) {
    const dot = attribute.indexOf('.');
    if (dot > 0) { const name = attribute.slice(0, dot); if (!entries.has(name)) entries.set(name, embeddedAt(model, name, isNew === true)); }
    else if (model.columns.has(attribute)) entries.set(attribute, { k: 'field', model, attribute, place });
  }
  return entries;
}

/** What an embedded object holds, by the names it has there: `{ ...row.address }`. */
export function embeddedEntries({ model, path, isNew }: EmbeddedValue, place: Place): ReadonlyMap<string, Value> {
  const entries = new Map<string, Value>();
  for (const attribute of attributesAt(model, path)) {
    const [name, ...deeper] = attribute.slice(path.length + 1).split('.');
    entries.set(name!, deeper.length > 0 ? embeddedAt(model, `${path}.${name}`, isNew === true) : { k: 'field', model, attribute, place });
  }
  return entries;
}

/** What a write of a whole embedded object sets. */
export interface EmbeddedWrite {
  readonly atInsert: boolean;
  readonly isRequest?: boolean;
  /** Called with each column and its value. */
  readonly note?: (column: Column, value: Value) => void;
  /** More may be set than is seen. */
  readonly open?: () => void;
}

/** `row.address = value`, `{ address: value }`: writes the columns that are kept at `path`, or the one that is. */
export function writeEmbedded(flow: Flow, model: Model, path: string, value: Value, place: Place, how: EmbeddedWrite): void {
  if (model.columns.has(path)) { writeColumn(flow, model, path, value, place, how); return; }
  for (const member of membersOf(value)) {
    if (member.k === 'dict' || member.k === 'object') {
      const dict = member.k === 'dict' ? member : fieldsOf(flow, member);
      const kept = [...dict.entries].filter(([name]) => attributesAt(model, `${path}.${name}`).length > 0);
      // What the constructor of a plain class stores is not declared.
      if (kept.length === 0 && member.k === 'object') writeWhole(flow, model, path, member, place, how);
      for (const [name, inner] of kept)
        writeEmbedded(flow, model, `${path}.${name}`, inner, member.k === 'dict' ? (dict.places?.get(name) ?? place) : place, how);
      if (dict.rest) how.open?.();
    } else writeWhole(flow, model, path, member, place, how);
  }
}

/** An object of which only is known what it is, or nothing at all: every column is set. */
function writeWhole(flow: Flow, model: Model, path: string, value: Value, place: Place, how: EmbeddedWrite): void {
  // `{ address: row.address }`: what is taken over unchanged is no write.
  if (value.k === 'embedded' && value.model.table === model.table && value.path === path) return;
  const parts = value.k === 'embedded' ? embeddedEntries(value, place) : null;
  for (const attribute of attributesAt(model, path)) {
    const inner = attribute.slice(path.length + 1);
    writeColumn(flow, model, attribute, parts?.get(inner) ?? partOf(value, inner), place, how);
  }
}

function partOf(value: Value, name: string): Value {
  return value.k === 'const' ? value : value.k === 'any' && value.id ? { k: 'any', id: `${value.id}.${name}` } : ANY;
}

function writeColumn(flow: Flow, model: Model, attribute: string, value: Value, place: Place, how: EmbeddedWrite): void {
  how.note?.(model.columns.get(attribute)!, value);
  flow.record.column(model, attribute, 'write', place, flow.currentFn, {
    value,
    atInsert: how.atInsert,
    ...(how.isRequest ? { via: 'generic-update' as const } : {}),
  });
}

/** Where a member of an object of this class is kept when it is a row's: each place that embeds the class. */
function embeddingsOf(flow: Flow, cls: ClassRef, name: string): readonly Embedding[] {
  return (flow.embeddings.get(cls.id) ?? []).filter(({ model, path }) => attributesAt(model, `${path}.${name}`).length > 0);
}

/** An object whose class is embedded may be any row's: what is read of it may be read of each. */
export function readOfEmbeddable(flow: Flow, object: Value & { k: 'object' }, name: string, place: Place): void {
  if (object.fields?.has(name)) return;
  for (const { model, path } of embeddingsOf(flow, object.cls, name)) flow.record.column(model, `${path}.${name}`, 'read', place, flow.currentFn);
}

/** What is set of such an object may be set of each row's; what its constructor sets is set of no row yet. */
export function writeOfEmbeddable(flow: Flow, object: Value & { k: 'object' }, name: string, value: Value, place: Place): void {
  const embeddings = embeddingsOf(flow, object.cls, name);
  if (embeddings.length === 0) return;
  const constructor = findMember(flow, object.cls, 'constructor');
  if (constructor?.k === 'method' && constructor.fn.id === flow.currentFn) return;
  for (const { model, path } of embeddings) writeEmbedded(flow, model, `${path}.${name}`, value, place, { atInsert: false });
}
