/** Attributes and items of values. */
import type { Span } from '../facts/code.js';
import { isWithin, spanStart } from '../facts/span.js';
import type { Place } from '../model/schema.js';
import { lastName, text } from './arguments.js';
import { askAttribute, askElement, askItem, isAssigned } from './ask.js';
import { placeOfFn } from './called.js';
import { classMember, instanceMember, isClosed, isEnum, lineage } from './classes.js';
import { anyMember, anyOf, namesOf, readAny, readKeys } from './computed.js';
import { embeddedAttribute, readOfEmbeddable } from './embedded.js';
import type { Flow } from './evaluate.js';
import { leftToHeirs } from './implementations.js';
import type { Model } from './model.js';
import { orLeftOut } from './nulls.js';
import type { Env } from './program.js';
import { oneOf } from './query.js';
import { reflected } from './reflection.js';
import { resultColumn } from './sql.js';
import { asRow } from './taken.js';
import { union } from './unions.js';
import { ANY, membersOf, type ClassRef, type ModelValue, type PartOf, type RowValue, type Value } from './value.js';

/** The value of `of.name`; records what is read. `at` spans the name. */
export function attributeOf(flow: Flow, of: Value, name: string, env: Env, at: Span): Value {
  if (of.k === 'union') return attributeOfEach(flow, of.of, name, env, at);
  if (of.k === 'row' && of.link) flow.record.markLink(of.link, 'isDereference');
  const own = askAttribute(flow, of, name, env, at);
  if (own !== undefined) return own;
  const place = flow.place(env, at);
  switch (of.k) {
    case 'any': return { k: 'any', ...(of.id ? { id: `${of.id}.${name}` } : {}) };
    case 'row': return rowAttribute(flow, of, name, env, at);
    case 'embedded': return embeddedAttribute(flow, of, name, env, at) ?? ANY;
    case 'model': {
      const relationship = of.model.relationships.get(name);
      if (relationship) {
        flow.record.relationship(of.model, relationship, place, flow.currentFn);
        return { k: 'special', dialect: 'core', tag: 'relationship', data: { model: of.model, relationship }, key: `${of.model.id}.${name}` };
      }
      if (of.model.columns.has(name)) {
        flow.record.column(of.model, name, 'read', place, flow.currentFn);
        return { k: 'column', model: of.model, attribute: name, place, ...(of.alias ? { alias: of.alias } : {}) };
      }
      return (of.model.cls ? classMember(flow, of.model.cls, name, of) : null) ?? ANY;
    }
    case 'object': {
      const own = instanceMember(flow, of.cls, name, of) ?? (name.startsWith('__') ? reflected(flow, of, name) : null);
      const value = own?.k === 'any' && !isOfOwnCode(flow, env, of.cls) ? leftToHeirs(flow, of.cls, name) ?? own : own;
      readOfEmbeddable(flow, of, name, place);
      if (value) {
        flow.record.resolve(place);
        noteField(flow, of, name, value, place);
        const read = identified(flow, of.isPartial ? orLeftOut(value) : value, `${of.cls.id}.${name}`);
        return of.cls.cls.form === 'interface' ? asPart(read, { cls: of.cls, path: name, ...(of.part ? { outer: deeper(of.part, name) } : {}) }) : read;
      }
      if (name === 'value' && isEnum(flow, of.cls)) return of;
      if (isClosed(flow, of.cls)) flow.record.resolve(place);
      return ANY;
    }
    case 'class': {
      if (name === '__members__') return ANY;
      const value = classMember(flow, of.cls, name, of) ?? (name.startsWith('__') ? reflected(flow, of, name) : null);
      if (value) flow.record.resolve(place);
      return value ?? ANY;
    }
    case 'module': flow.record.resolve(place); return flow.moduleName(of.module, name) ?? submodule(flow, of, name) ?? ANY;
    case 'extobj': case 'special': {
      const kept = flow.carried.read(of, name);
      if (kept) flow.record.resolve(place);
      // What a request sends is told apart by where it stands there.
      return kept ?? (of.k === 'special' && of.tag === 'request' ? { k: 'any', id: `${of.dialect}.request.${name}` } : ANY);
    }
    case 'ext': {
      flow.record.resolve(place);
      const kept = flow.carried.read(of, name);
      if (kept) return kept;
      if (of.name === null && env.module.language === 'python') {
        const path = flow.resolveModule(env.module.path, `${of.module}.${name}`, 'python');
        const module = path === null ? null : flow.moduleAt(path);
        if (module) return { k: 'module', module };
      }
      return { k: 'ext', module: of.module, name: of.name === null ? name : `${of.name}.${name}` };
    }
    case 'const':
      flow.record.resolve(place);
      return name === 'value' || name === 'name' ? of : ANY;
    case 'field':
      // `row.status.value` is the same value; anything else looks inside it.
      if (name === 'value' || name === 'valueOf') return of;
      flow.record.mark(of.model, of.attribute, of.place, 'isDereference');
      return ANY;
    case 'dict': {
      const value = of.entries.get(name);
      asRow(flow, of, place);
      // Taken over with a whole row (`{ ...row }`, a selection), it is here that the column is asked for.
      if (value?.k === 'field') flow.record.column(value.model, value.attribute, 'read', place, flow.currentFn);
      if (value && of.part) { const part = deeper(of.part, name); flow.record.resolve(place); note(flow, part, place); return asPart(value, part); }
      if (value) { flow.record.resolve(place); noteKey(flow, of.places?.get(name)); return value; }
      return of.rest ?? (of.entries.size && env.module.language === 'python' ? { k: 'any', id: `${env.module.path}:${spanStart(at)}` } : ANY);
    }
    case 'fn': case 'list': case 'many': case 'predicate': case 'sort': case 'key': return ANY;
    case 'term': return { k: 'any', id: `${of.place.path}:${spanStart(of.place.at)}.${name}` };
    default: return ANY;
  }
}

/** Whether the code belongs to the class or to one that it descends from: what it means by an object of it may be of that class alone. */
function isOfOwnCode(flow: Flow, { owner }: Env, cls: ClassRef): boolean {
  return owner !== null && lineage(flow, cls).includes(owner);
}

function attributeOfEach(flow: Flow, members: readonly Value[], name: string, env: Env, at: Span): Value {
  return union(members.map((member) => attributeOf(flow, member, name, env, at)));
}

/** A value of which only the type is known is still told from others by the field it was read from. */
function identified(flow: Flow, value: Value, id: string): Value {
  if (value.k === 'object' && !value.id && isEnum(flow, value.cls)) return { ...value, id };
  return (value.k === 'any' && !value.id) || (value.k === 'extobj' && !value.id) ? { ...value, id } : value;
}

function rowAttribute(flow: Flow, row: RowValue, name: string, env: Env, at: Span): Value {
  const place = flow.place(env, at);
  asRow(flow, row, place);
  const relationship = row.model.relationships.get(name);
  if (relationship) {
    const loaded = row.loaded?.get(name);
    flow.record.relationship(row.model, relationship, place, flow.currentFn, !loaded && flow.isLazy(row.model) ? 'lazy' : 'held');
    const link = { model: row.model, relationship, place };
    if (loaded) return loaded.k === 'row' ? { ...loaded, link } : loaded;
    const target: Value = { k: 'row', model: relationship.target, ...(relationship.many ? {} : { link }) };
    return relationship.many ? { k: 'many', of: target, link } : target;
  }
  // Names that a result does not have are its driver's.
  if (row.result) return resultColumn(flow, row.result, name, place) ?? ANY;
  if (row.model.columns.has(name)) {
    flow.record.column(row.model, name, 'read', place, flow.currentFn);
    return { k: 'field', model: row.model, attribute: name, place, ...(row.from ? { from: row.from } : {}) };
  }
  const embedded = embeddedAttribute(flow, row, name, env, at);
  if (embedded) return embedded;
  if (name === '__class__') return flow.classValueOf(row);
  if (row.model.cls) {
    const member = instanceMember(flow, row.model.cls, name, row);
    if (member) { flow.record.resolve(place); return member; }
  }
  return fieldOfSubclass(flow, row, name, place) ?? ANY;
}

/** What only some of the rows have: those of a model that extends this one. */
function fieldOfSubclass(flow: Flow, row: RowValue, name: string, place: ReturnType<Flow['place']>): Value | null {
  let found: Value | null = null;
  for (const model of subclassesOf(flow, row.model)) if (model.columns.has(name)) {
    flow.record.column(model, name, 'read', place, flow.currentFn);
    found ??= { k: 'field', model, attribute: name, place, mayBeNull: true, ...(row.from ? { from: row.from } : {}) };
  }
  return found;
}

function subclassesOf(flow: Flow, model: Model): readonly Model[] {
  const { cls } = model;
  return cls
    ? flow.memo<readonly Model[]>(
        'subclasses',
        cls,
        () => [...flow.modelsByClass.values()].filter((each) => each !== model && each.cls !== null && lineage(flow, each.cls).includes(cls)),
        [],
      )
    : [];
}

/**
 * A field that holds plain data: where the value's class is a mere shape it may stand for a column that a response schema exposes, in a request schema for one
 * that is written.
 */
function noteField(flow: Flow, of: Value & { k: 'object' }, field: string, value: Value, place: ReturnType<Flow['place']>): void {
  if (of.cls.cls.form === 'interface' || isPlain(flow, value))
    note(flow, { cls: of.cls, path: field, ...(of.part ? { outer: deeper(of.part, field) } : {}) }, place);
}

function isPlain(flow: Flow, value: Value): boolean {
  return membersOf(value).some(
    (member) =>
      member.k === 'any' ||
      member.k === 'extobj' ||
      member.k === 'const' ||
      (member.k === 'object' && isEnum(flow, member.cls)) ||
      (member.k === 'many' && isPlain(flow, member.of)),
  );
}

function note(flow: Flow, { cls, path, outer }: PartOf, place: ReturnType<Flow['place']>): void {
  flow.record.fieldReads.set(`${place.path}:${spanStart(place.at)}`, { cls, field: path, place, ...(outer ? { within: outer } : {}) });
}

/** A field of an object that is a field itself. */
function deeper({ cls, path, outer }: PartOf, field: string): PartOf {
  return { cls, path: path ? `${path}.${field}` : field, ...(outer ? { outer: deeper(outer, field) } : {}) };
}

/** Objects inside objects are followed this deep. */
const PART_LIMIT = 3;

/** An object that is a field of an interface's: an API may have made it of columns of one row. */
function asPart(value: Value, part: PartOf): Value {
  for (let each: PartOf | undefined = part; each; each = each.outer) if (each.path.split('.').length > PART_LIMIT) return value;
  if (value.k === 'union')
    return value.of.some((member) => member.k === 'dict' || member.k === 'object') ? { k: 'union', of: value.of.map((member) => asPart(member, part)) } : value;
  // A type with a name of its own is a part of the other one all the same.
  if (value.k === 'dict') return { ...value, part: value.part?.path === '' ? { ...value.part, outer: part } : part };
  return value.k === 'object' && value.cls.cls.form === 'interface' ? { ...value, part } : value;
}

function submodule(flow: Flow, of: Value & { k: 'module' }, name: string): Value | null {
  if (of.module.language !== 'python') return null;
  const folder = of.module.path.replace(/\/?__init__\.py$/, '').replace(/\.py$/, '');
  const module = flow.moduleAt(`${folder}/${name}.py`) ?? flow.moduleAt(`${folder}/${name}/__init__.py`);
  return module ? { k: 'module', module } : null;
}

/** The code asks whether the value is there. */
export function noteTest(flow: Flow, value: Value): void {
  for (const member of membersOf(value)) {
    if (member.k === 'field' && !member.isLeftOut) flow.record.mark(member.model, member.attribute, member.place, 'isTest');
    if (member.k === 'row' && member.link) flow.record.markLink(member.link, 'isTest');
  }
}

/** `users[name]`: a column by its name; where that is not known, whatever the table has may be meant, or a class can do. */
function columnNamed(flow: Flow, of: ModelValue, key: Value, env: Env, at: Span): Value {
  const names = namesOf(key);
  if (names) return union(names.map((name) => attributeOf(flow, of, name, env, at)));
  const place = flow.place(env, at);
  if (of.model.cls === null) readAny(flow, { k: 'row', model: of.model }, place);
  else
    flow.record.gap({
      kind: 'dynamic-access',
      model: of.model,
      column: null,
      place,
      detail: `a member of ${of.model.name} is named by a computed name`,
      does: 'read',
    });
  return ANY;
}

/** The value of `of[key]`. */
export function itemOf(flow: Flow, of: Value, key: Value, env: Env, at: Span): Value {
  if (of.k === 'union') return itemOfEach(flow, of.of, key, env, at);
  const own = askItem(flow, of, key, env, at);
  if (own !== undefined) return own;
  const name = text(key);
  switch (of.k) {
    case 'dict': return (
      (name !== null ? of.entries.get(name) : undefined) ??
      of.rest ??
      (name === null && of.entries.size ? union([...of.entries.values()]) : flow.unknown(env, at))
    );
    case 'many': return of.of;
    case 'query': return askElement(flow, of, env, at) ?? of.query.item;
    case 'list': return key.k === 'const' && typeof key.v === 'number'
      ? (of.items[key.v < 0 ? of.items.length + key.v : key.v] ?? ANY)
      : of.items.length
        ? union(of.items)
        : ANY;
    case 'row': {
      if (of.result && key.k === 'const' && typeof key.v === 'number') {
        asRow(flow, of, flow.place(env, at));
        return resultColumn(flow, of.result, key.v, flow.place(env, at)) ?? ANY;
      }
      if (name === null) return computedAttribute(flow, of, key, env, at);
      return of.result || of.model.columns.has(name) ? rowAttribute(flow, of, name, env, at) : ANY;
    }
    case 'object': case 'embedded': return name !== null ? attributeOf(flow, of, name, env, at) : ANY;
    case 'module': return name !== null ? attributeOf(flow, of, name, env, at) : anyMember(flow, of.module, flow.place(env, at));
    // `request.form["name"]` is told from the other items; of a type's arguments nothing is.
    case 'ext': return name !== null && /^[a-z]/.test(lastName(of)) ? { k: 'any', id: `${of.module}.${of.name ?? ''}[${name}]` } : of;
    case 'class': return { ...of, args: key.k === 'list' ? key.items.map(instanceOf) : [instanceOf(key)] };
    case 'model': return env.module.language === 'typescript' ? columnNamed(flow, of, key, env, at) : of;
    case 'field':
      // The first of a result's only column is the value itself.
      if (key.k !== 'const' || typeof key.v !== 'number') flow.record.mark(of.model, of.attribute, of.place, 'isDereference');
      return ANY;
    case 'any': return { k: 'any', ...(of.id ? { id: `${of.id}[${name ?? '?'}]` } : {}) };
    default: return ANY;
  }
}

function itemOfEach(flow: Flow, members: readonly Value[], key: Value, env: Env, at: Span): Value {
  return union(members.map((member) => itemOf(flow, member, key, env, at)));
}

/** `row[name]` of one of several names, of any key of a dict, or of nobody knows what. */
function computedAttribute(flow: Flow, row: RowValue, key: Value, env: Env, at: Span): Value {
  const names = namesOf(key);
  if (names) return union(names.map((name) => (row.model.columns.has(name) ? rowAttribute(flow, row, name, env, at) : ANY)));
  if (row.result || key.k === 'const') return ANY;
  if (key.k === 'key' && key.part === 'key' && key.of.rest === null) return readKeys(flow, row, key.of, flow.place(env, at));
  readAny(flow, row, flow.place(env, at));
  return ANY;
}

/** One item of a value that is iterated. */
export function elementOf(flow: Flow, of: Value, env: Env, at: Span): Value {
  const own = askElement(flow, of, env, at);
  if (own !== undefined) return own;
  switch (of.k) {
    case 'many': return of.of;
    case 'list': return of.items.length ? oneItem(of.items) : ANY;
    case 'dict': return { k: 'key', of, part: 'key' };
    case 'query': flow.record.finish(of.query, 'many'); return oneOf(of.query);
    case 'union': return elementOfEach(flow, of.of, env, at);
    case 'any': return { k: 'any', ...(of.id ? { id: `${of.id}[]` } : {}) };
    case 'field': flow.record.mark(of.model, of.attribute, of.place, 'isDereference'); return ANY;
    case 'class': return isEnum(flow, of.cls) ? { k: 'object', cls: of.cls } : ANY;
    default: return ANY;
  }
}

/** One of several names, of however many; of other things while they are few. */
function oneItem(items: readonly Value[]): Value {
  const value = union(items);
  const names = value.k === 'any' ? items.map(text) : [];
  return names.length > 0 && !names.includes(null) ? anyOf(names as string[]) : value;
}

function elementOfEach(flow: Flow, members: readonly Value[], env: Env, at: Span): Value {
  return union(members.map((member) => elementOf(flow, member, env, at)));
}

/** Rows anywhere inside a value: what is handed out when the value is. */
export function rowsIn(value: Value, depth = 4): readonly RowValue[] {
  switch (value.k) {
    case 'row': return [value];
    case 'many': return rowsIn(value.of, depth);
    case 'query': return rowsIn(value.query.item, depth);
    case 'list': return depth ? value.items.flatMap((item) => rowsIn(item, depth - 1)) : [];
    case 'dict': return depth ? [...value.entries.values(), ...(value.rest ? [value.rest] : [])].flatMap((item) => rowsIn(item, depth - 1)) : [];
    case 'union': return membersOf(value).flatMap((member) => rowsIn(member, depth));
    default: return [];
  }
}

/** A key of an object that another function takes apart by its name is that object's, and names no column by itself. */
function noteKey(flow: Flow, key: Place | undefined): void {
  if (key === undefined || flow.currentFn === null) return;
  const { path, at } = placeOfFn(flow.currentFn);
  if (key.path !== path || !isWithin(key.at, at)) flow.record.resolve(key);
}

/** Whether a dialect says what setting an attribute of such a row means, which may be nothing. */
export function isSetElsewhere(flow: Flow, row: Value, name: string, env: Env, at: Span): boolean {
  if (row.k === 'row' && flow.isPlain(row)) { flow.record.resolve(flow.place(env, at)); return true; }
  return isAssigned(flow, row, name, ANY, env, at);
}

/** What a type parameter stands for, of a class or model that is given for it. */
function instanceOf(given: Value): Value {
  return given.k === 'model' ? { k: 'row', model: given.model } : given.k === 'class' ? { k: 'object', cls: given.cls } : given;
}

/** The value of a field is looked into. */
export function touch(flow: Flow, value: Value | null): void {
  for (const member of value ? membersOf(value) : []) if (member.k === 'field') flow.record.mark(member.model, member.attribute, member.place, 'isDereference');
}
