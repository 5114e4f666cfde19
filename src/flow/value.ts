/**
 * What a value of the program can be, as far as we know it: the origins that uses of tables and columns are traced to.
 * Values are immutable. Whatever cannot be told is `any`; it keeps an identity, so that two writes of one unknown value can be recognised as such.
 */
import type { Class, Expr, Func, Span } from '../facts/code.js';
import { spanEnd, spanStart } from '../facts/span.js';
import type { Place } from '../model/schema.js';
import type { Model, ModelRelationship } from './model.js';
import type { Built } from './new-rows.js';
import { digest } from './digest.js';
import type { Env, ModuleRef } from './program.js';
import type { Condition, QueryState } from './query.js';
import type { ResultShape, SqlText } from './sql.js';
import { namesKey } from './sql-names.js';
import { partsKey, type SqlPart } from './sql-parts.js';

export type Value =
  | AnyValue | ConstValue | ListValue | DictValue | ManyValue | ClassValue | ObjectValue | FnValue | ModuleValue | ExternalValue | ExternalObject | Term
  | ModelValue | RowValue | EmbeddedValue | ColumnValue | FieldValue | QueryValue | PredicateValue | SortValue | KeyValue | UnionValue | SpecialValue;

/** `isThere`: whatever it is, it is no null; `mayBeLeftOut`: where it is null it was not given, and changes nothing of a row that is there. `isOneOfAll`: a request gives it among all columns of a table, none of which anybody names. `parts`: what it puts into a statement as a text. */
export interface AnyValue { readonly k: 'any'; readonly id?: string; readonly mayBeNull?: true; readonly mayBeLeftOut?: true; readonly isThere?: true; readonly isOneOfAll?: true; readonly sql?: SqlText; readonly parts?: readonly SqlPart[] }
export interface ConstValue { readonly k: 'const'; readonly v: string | number | boolean | null; readonly mayBeNull?: true; readonly sql?: SqlText; readonly parts?: readonly SqlPart[] }
/** A list, tuple or set whose items are known one by one. */
export interface ListValue { readonly k: 'list'; readonly items: readonly Value[] }
/** Keys known one by one; `rest` is the value of further keys, null when there are none. `schema` names the class whose fields it was dumped from, `own` the keys set beside those; `lookup` is the site of the query whose result it is, `kept` what its values are kept by. */
export interface DictValue { readonly k: 'dict'; readonly part?: PartOf; readonly entries: ReadonlyMap<string, Value>; readonly rest: Value | null; readonly kept?: Kept; readonly places?: ReadonlyMap<string, Place>; readonly schema?: ClassRef; readonly own?: ReadonlySet<string>; readonly lookup?: string }
/** The field of an interface that an object was read from, with those between them: `address` of `Customer`, which may itself be a field of an `outer` one. */
export interface PartOf { readonly cls: ClassRef; readonly path: string; readonly outer?: PartOf }
/** A collection of items alike; of a `Map` they are the pairs. `link` is the relationship that led to them. */
export interface ManyValue { readonly k: 'many'; readonly of: Value; readonly isMap?: true; readonly link?: Link }
/** A class of this repository that is no model. */
export interface ClassValue { readonly k: 'class'; readonly cls: ClassRef; readonly args?: readonly Value[] }
/** An instance of such a class (or a value of an interface); `args` are the values its type parameters stand for, `fields` what its constructor stored; `isPartial` when any of its fields may be left out. Of an enumeration `id` tells which value it is, as of one that is unknown. */
export interface ObjectValue { readonly k: 'object'; readonly part?: PartOf; readonly id?: string; readonly cls: ClassRef; readonly args?: readonly Value[]; readonly fields?: ReadonlyMap<string, Value>; readonly isPartial?: true }
/** A function of this repository; `self` when bound; `env` of its definition. */
export interface FnValue { readonly k: 'fn'; readonly fn: FnRef; readonly self?: Value }
export interface ModuleValue { readonly k: 'module'; readonly module: ModuleRef }
/** A name of a library: `sqlalchemy.orm` + `relationship`, `drizzle-orm/pg-core` + `pgTable`; name null is the module itself. Built-in names have the module `builtins`. */
export interface ExternalValue { readonly k: 'ext'; readonly module: string; readonly name: string | null }
/** An instance of a library's class, known from a type annotation or constructor: `Session`, `Repository<User>`. `id` tells where it was read from; the rest as of `any`. */
export interface ExternalObject { readonly k: 'extobj'; readonly id?: string; readonly module: string; readonly name: string; readonly args: readonly Value[]; readonly term?: Term; readonly mayBeNull?: true; readonly mayBeLeftOut?: true; readonly isThere?: true }
/** A call that nothing in this repository defines, kept as written with its parts evaluated: `Column(String)` has an external `callee`; `x.notNull()` has `of` and `name`. Dialects read declarations from terms. */
export interface Term { readonly k: 'term'; readonly callee: Value; readonly of?: Value; readonly name?: string; readonly args: Args; readonly place: Place; readonly env: Env }

/** A model as such: the class, the table object. `alias` tells two sources of one table apart. */
export interface ModelValue { readonly k: 'model'; readonly model: Model; readonly alias?: string }
/** One row; `isHooked` in what is called right before it is inserted; `isThere` where it was found to be no null; `lookup` is the site of the query that found it, `only` the attributes that the query selected (absent: all), `loaded` related rows that came with it, by relationship. `result`: the row of SQL, with the columns its text names; `isSent`: it came over the wire, so that it has been handed out before. */
export interface RowValue { readonly k: 'row'; readonly model: Model; readonly lookup?: string; readonly isNew?: boolean; /** How it was built, where it is not saved yet. */ readonly built?: Built; readonly isHooked?: true; readonly only?: ReadonlySet<string>; readonly loaded?: ReadonlyMap<string, Value>; readonly link?: Link; readonly result?: ResultShape; readonly mayBeNull?: true; readonly isThere?: true; readonly isSent?: true; /** The query among whose rows it is. */ readonly from?: string; /** What a collection was asked by that may have it. */ readonly kept?: Kept }
/** An object that is kept in columns of its row: those whose attributes begin with `path`. */
export interface EmbeddedValue { readonly k: 'embedded'; readonly model: Model; readonly path: string; readonly classes: readonly ClassRef[]; readonly isNew?: boolean }
/** The relationship that led to a row, and where it was followed: to ask whether the row is there is to ask it of the key. */
export interface Link { readonly model: Model; readonly relationship: ModelRelationship; readonly place: Place }
/** A column as part of a query or declaration (`Order.code`, `users.email`); `wrapped` by a function. */
export interface ColumnValue { readonly k: 'column'; readonly model: Model; readonly attribute: string; readonly alias?: string; readonly place: Place; readonly wrapped?: string; readonly viaRelation?: boolean }
/** The value that a row has in a column; `isLeftOut` in a parameter that other callers leave out. */
export interface FieldValue { readonly k: 'field'; readonly model: Model; readonly attribute: string; readonly place: Place; readonly row?: string; readonly mayBeNull?: true; readonly isLeftOut?: true; readonly lookup?: string; readonly from?: string }
export interface QueryValue { readonly k: 'query'; readonly query: QueryState }
/** Conjuncts of a filter; `isPartial` when more of them could not be read. */
export interface PredicateValue { readonly k: 'predicate'; readonly conditions: readonly Condition[]; readonly isPartial: boolean }
export interface SortValue { readonly k: 'sort'; readonly column: ColumnValue; readonly desc: boolean }
/** Any of the keys of a dict (`for k, v in d.items()`); `part` `value` is the value beside it. */
export interface KeyValue { readonly k: 'key'; readonly of: DictValue; readonly part: 'key' | 'value' }
export interface UnionValue { readonly k: 'union'; readonly of: readonly Value[] }
/** A dialect's own kind of value (a session's result, a manager, an aggregate); only that dialect looks inside. Its `join`, where it has one, is asked what it and another value are that two paths give one variable. */
export interface SpecialValue { readonly k: 'special'; readonly dialect: string; readonly tag: string; readonly data: Readonly<Record<string, unknown>>; readonly key: string }

/** Rows that the query `lookup` listed, by their values in these columns. */
export interface Kept { readonly lookup: string; readonly columns: readonly { readonly model: Model; readonly attribute: string }[] }

/** Columns that the keys of a dict name, as data of the value `columns`: what they are compared with is what the dict has under those keys. */
export interface KeyedColumns extends Readonly<Record<string, unknown>> { readonly columns: readonly ColumnValue[]; readonly dict: DictValue }

/** Evaluated arguments in order; `expr` as written. */
export interface Args { readonly list: readonly EvaluatedArg[] }
/** `path` is the file the argument stands in, where a call in sight gives it. */
export interface EvaluatedArg { readonly name: string | null; readonly value: Value; readonly expr: Expr; readonly spread: '*' | '**' | null; readonly at: Span; readonly path?: string }

export interface ClassRef { readonly id: string; readonly name: string; readonly module: ModuleRef; readonly cls: Class; readonly env: Env }
export interface FnRef { readonly id: string; readonly name: string | null; readonly module: ModuleRef; readonly fn: Func; readonly env: Env; readonly owner: ClassRef | null }

export const ANY: AnyValue = { k: 'any' };
export const NULL: ConstValue = { k: 'const', v: null };

/** Most members a union keeps; beyond it the value is unknown. A registry of tables may be long: without it some of them would seem to be used nowhere. */
const UNION_LIMIT = 8;
const MODELS_LIMIT = 100;

/** The value that is one of several. Null is left out beside anything else; plain values remember that it was there. */
export function union(values: readonly Value[]): Value {
  // Mostly all are the same: nothing known, or one constant.
  if (values.length > 0 && values.every((value) => value === values[0])) return values[0]!;
  const members = new Map<string, Value>();
  let hasNull = false;
  for (const value of values) {
    for (const member of value.k === 'union' ? value.of : [value]) {
      if (member.k === 'const' && member.v === null) { hasNull = true; continue; }
      const key = keyOf(member);
      const known = members.get(key);
      // Of unknown values one that can be told from others is kept.
      const kept = known && (mayBeNull(known) || (member.k === 'any' && !member.id)) ? known : member;
      if (kept !== known || differInPresence(known, member)) members.set(key, known ? eitherPresence(kept, known, member) : member);
    }
    // The rest cannot make it known again.
    if (isTooLong(members)) return ANY;
  }
  if (hasNull) for (const [key, member] of members) if (isPlain(member)) members.set(key, isUnknown(member) ? orNull(member) : { ...member, mayBeNull: true });
  if (members.size === 0) return values[0] ?? ANY;
  // A value that may be unknown is still worth what is known of it, but the unknown part must not vanish.
  if (members.size === 1) return [...members.values()][0]!;
  return { k: 'union', of: [...members.values()] };
}

/** Of two values that stand for one: it is there when both are, and, where it is unknown, left out when it is never null otherwise. */
function eitherPresence(kept: Value, a: Value, b: Value): Value {
  if (kept.k === 'row') { const { isThere: _, ...row } = kept; return row; }
  if (!isUnknown(kept)) return kept;
  const { isThere: _, mayBeLeftOut: __, ...rest } = kept;
  const areBothThere = [a, b].every((each) => isUnknown(each) && each.isThere === true);
  const isLeftOut = [a, b].some(mayBeNull) && [a, b].every((each) => !mayBeNull(each) || (isUnknown(each) && each.mayBeLeftOut === true));
  return { ...rest, ...(areBothThere ? { isThere: true } : {}), ...(isLeftOut ? { mayBeLeftOut: true } : {}) };
}

function differInPresence(a: Value, b: Value): boolean {
  return isUnknown(a) && isUnknown(b) ? a.isThere !== b.isThere || a.mayBeLeftOut !== b.mayBeLeftOut : a.k === 'row' && b.k === 'row' && a.isThere !== b.isThere;
}

const isUnknown = (value: Value): value is AnyValue | ExternalObject => value.k === 'any' || value.k === 'extobj';

/** What a long union has of as many models is all kept: where code goes through a list of them, or takes one from it, each may be used. */
function isTooLong(members: ReadonlyMap<string, Value>): boolean {
  if (members.size <= UNION_LIMIT) return false;
  const models = new Set([...members.values()].map((member) => subjectOf(member)));
  return members.size > MODELS_LIMIT || models.size < members.size || models.has(undefined);
}

/** The model that a value is, is asked of or holds; of what dialects make of models, which one of these it is. Undefined for any other value. */
export function subjectOf(value: Value, depth = 0): Model | string | undefined {
  switch (value.k) {
    case 'model': case 'row': return value.model;
    case 'query': return value.query.sources[0]?.model;
    case 'special': return `${value.dialect}:${value.tag}:${value.key}`;
    case 'class': return value.cls.id;
    case 'many': return subjectOf(value.of, depth);
    case 'list': case 'dict': case 'extobj': {
      if (depth === 2) return undefined;
      for (const part of value.k === 'list' ? value.items : value.k === 'dict' ? value.entries.values() : value.args) { const subject = subjectOf(part, depth + 1); if (subject !== undefined) return subject; }
      return undefined;
    }
    default: return undefined;
  }
}

/** Several things at once: a list of two or more, or one that is made of a collection. */
export function holdsSeveral(value: Value): boolean {
  return membersOf(value).some((member) => member.k === 'many' || (member.k === 'list' && member.items.length > 1));
}

/** Whether null stood beside the value on some path. */
export function mayBeNull(value: Value | undefined): boolean {
  return value !== undefined && (value.k === 'union' ? value.of.some(mayBeNull) : isPlain(value) && value.mayBeNull === true);
}

/** The value where it has been found to be there. */
export function withoutNull(value: Value): Value {
  if (!mayBeNull(value)) return value;
  if (value.k === 'union') return { k: 'union', of: value.of.map(withoutNull) };
  const { mayBeNull: _, mayBeLeftOut: __, ...known } = value as AnyValue;
  return known as Value;
}

/** The value where a test has found it to be there. */
export function foundThere(value: Value): Value {
  if (value.k === 'union') return { k: 'union', of: value.of.map(foundThere) };
  const there = withoutNull(value);
  return there.k === 'row' && !there.isThere ? { ...there, isThere: true } : there;
}

/** The value where it may be null. */
export function orNull(value: Value): Value {
  if (value.k === 'union') return { k: 'union', of: value.of.map(orNull) };
  if (!isUnknown(value)) return value;
  const { isThere: _, mayBeLeftOut: __, ...rest } = value;
  return { ...rest, mayBeNull: true };
}

/** The value that is null on another path. */
export function orElseNull(value: Value): Value {
  if (value.k === 'union') return { k: 'union', of: value.of.map(orElseNull) };
  if (value.k === 'const' && value.v === null) return value;
  return isUnknown(value) ? orNull(value) : isPlain(value) ? { ...value, mayBeNull: true } : value;
}

/** The value where it need not be given. */
export function orLeftOut(value: Value): Value {
  if (value.k === 'union') return { k: 'union', of: value.of.map(orLeftOut) };
  if (!isUnknown(value) || mayBeNull(value)) return value;
  const { isThere: _, ...rest } = value;
  return { ...rest, mayBeNull: true, mayBeLeftOut: true };
}

/** Whether whoever gives the value may leave it out. */
export function mayBeLeftOut(value: Value): boolean {
  return value.k === 'union' ? value.of.some(mayBeLeftOut) : isUnknown(value) && value.mayBeLeftOut === true;
}

/** The value as a change of a row that is there takes it: what is left out is not changed. */
export function asChange(value: Value): Value {
  if (value.k === 'union') return { k: 'union', of: value.of.map(asChange) };
  return isUnknown(value) && value.mayBeLeftOut ? withoutNull(value) : value;
}

function isPlain(value: Value): value is FieldValue | AnyValue | ConstValue | RowValue | ExternalObject {
  return value.k === 'extobj' || value.k === 'field' || value.k === 'any' || value.k === 'const' || value.k === 'row';
}

/** The key of a row that is not told apart from others. */
export function someKey(row: Value): Value {
  if (mayBeNull(row)) return { k: 'any', mayBeNull: true };
  // A row that was built in sight, or found to be there, has a key.
  return membersOf(row).every((member) => member.k === 'row' && (member.isNew || member.isThere)) ? { k: 'any', isThere: true } : ANY;
}

/** Whether the entry of that name is one of the fields that a class (a request, a schema) declares, and none that code sets by itself. */
export function isDeclaredEntry({ schema, own }: DictValue, name: string): boolean {
  return schema !== undefined && own?.has(name) !== true;
}

/** Whether of a value nothing is known but that it is SQL, or a part of it. */
export function isSqlText(value: AnyValue): boolean {
  return value.sql !== undefined || value.parts !== undefined;
}

/** The members of a union, or the value itself. */
export function membersOf(value: Value): readonly Value[] {
  return value.k === 'union' ? value.of : [value];
}

/** The annotation where it tells more than the value. The call that makes an instance of the declared class tells more: `-> Column` of a `Column(…)`. */
export function preferKnown(declared: Value, value: Value): Value {
  if (value.k === 'term' && value.callee.k === 'ext' && declared.k === 'extobj' && lastName(value.callee) === declared.name.split('.').at(-1)) return value;
  return membersOf(value).some((member) => (member.k !== 'any' || isSqlText(member)) && member.k !== 'term' && !(member.k === 'const' && member.v === null)) ? value : declared.k === 'any' ? value : declared;
}

/** Keys of dicts, lists and alternatives, which can be large (a registry, a configuration) and are asked for again and again. */
const keys = new WeakMap<Value, string>();
const WHOLE_DEPTH = 3;
/** A longer key is kept as its digest, in whose place many calls would have it once more. In UTF-16 units. */
const LONG_KEY = 40;

/** A string equal for values that are alike for the purpose of telling call contexts apart. */
export function keyOf(value: Value, depth = WHOLE_DEPTH): string {
  if (depth !== WHOLE_DEPTH || (value.k !== 'dict' && value.k !== 'list' && value.k !== 'union')) return writeKey(value, depth);
  const known = keys.get(value);
  if (known !== undefined) return known;
  const written = writeKey(value, depth);
  const key = written.length > LONG_KEY ? digest(written) : written;
  keys.set(value, key);
  return key;
}

function writeKey(value: Value, depth: number): string {
  switch (value.k) {
    case 'any': return value.sql ? `sql:${value.sql.path}:${spanStart(value.sql.at)}${value.sql.title ?? ''}${value.sql.isOpen ? '+' : ''}${partsKey(value.sql.parts)}${namesKey(value.sql.holes)}` : value.parts ? `parts:${partsKey(value.parts)}` : 'any';
    case 'const': return `c:${JSON.stringify(value.v)}`;
    case 'list': return depth === 0 ? 'list' : `[${joinedKeys(value.items, depth - 1)}]`;
    case 'dict': return depth === 0 ? 'dict' : `{${entryKeys(value.entries, depth - 1)}${value.rest ? `,*${keyOf(value.rest, depth - 1)}` : ''}}`;
    case 'many': return `${value.isMap ? '#' : '*'}${keyOf(value.of, depth)}`;
    case 'class': return `class:${value.cls.id}${keysOf(value.args, depth)}`;
    case 'object': return `object:${value.cls.id}${value.isPartial ? '?' : ''}${keysOf(value.args, depth)}${fieldsKey(value.fields, depth)}`;
    case 'fn': return `fn:${value.fn.id}${value.self && depth > 0 ? `@${keyOf(value.self, depth - 1)}` : ''}`;
    case 'module': return `module:${value.module.path}`;
    case 'ext': return `ext:${value.module}.${value.name ?? ''}`;
    case 'extobj': return `extobj:${value.module}.${value.name}${keysOf(value.args, depth)}`;
    case 'term': return `term:${value.place.path}:${spanStart(value.place.at)}:${spanEnd(value.place.at)}`;
    case 'model': return `model:${value.model.id}:${value.alias ?? ''}`;
    case 'row': return `row:${value.model.id}:${value.lookup ?? ''}${value.isNew ? ':new' : ''}${value.isSent ? ':sent' : ''}${value.only ? `(${[...value.only].join()})` : ''}${value.loaded && depth > 0 ? `{${entryKeys(value.loaded, depth - 1)}}` : ''}${value.result ? `:${value.result.id}` : ''}`;
    case 'embedded': return `embedded:${value.model.id}.${value.path}${value.isNew ? ':new' : ''}`;
    case 'column': return `column:${value.model.id}.${value.attribute}:${value.alias ?? ''}:${value.wrapped ?? ''}`;
    case 'field': return `field:${value.model.id}.${value.attribute}`;
    case 'query': return `query:${value.query.id}`;
    case 'predicate': return `predicate:${value.conditions.map((condition) => `${condition.column.model.id}.${condition.column.attribute}${condition.op}`).join('&')}`;
    case 'sort': return `sort:${keyOf(value.column)}:${value.desc}`;
    case 'key': return `key:${value.part}:${keyOf(value.of, depth)}`;
    case 'union': return unionKey(value.of, depth);
    case 'special': return `special:${value.dialect}:${value.tag}:${value.key}`;
  }
}

function joinedKeys(values: readonly Value[], depth: number): string {
  return values.map((value) => keyOf(value, depth)).join(',');
}

function entryKeys(entries: ReadonlyMap<string, Value>, depth: number): string {
  let keys = '';
  for (const [name, value] of entries) keys += `${keys && ','}${name}=${keyOf(value, depth)}`;
  return keys;
}

function unionKey(members: readonly Value[], depth: number): string {
  return members.map((member) => keyOf(member, depth)).sort().join('|');
}

function fieldsKey(fields: ReadonlyMap<string, Value> | undefined, depth: number): string {
  if (!fields?.size || depth === 0) return '';
  let keys = '';
  for (const [name, value] of fields) if (isInformative(value)) keys += `${keys && ','}${name}=${keyOf(value, depth - 1)}`;
  return keys && `{${keys}}`;
}

function keysOf(args: readonly Value[] | undefined, depth: number): string {
  return args?.length && depth > 0 ? `<${joinedKeys(args, depth - 1)}>` : '';
}

/** Whether a call with this argument can tell more than the same call with an unknown one. */
export function isInformative(value: Value): boolean {
  switch (value.k) {
    case 'any': return isSqlText(value);
    case 'const': return typeof value.v === 'string';
    case 'extobj': return value.args.length > 0;
    case 'list': return value.items.some(isInformative);
    case 'dict': return value.entries.size > 0 || (value.rest !== null && isInformative(value.rest));
    case 'many': return isInformative(value.of);
    case 'term': return false;
    case 'union': return value.of.some(isInformative);
    default: return true;
  }
}

/** An argument that stands nowhere in the code: what a library gives a callback. `at` is the place of the call. */
export function unwritten(value: Value, at: Span, name: string | null = null): EvaluatedArg {
  return { name, value, expr: { k: 'other', parts: [], at }, spread: null, at };
}

/** The positional argument at `index` or the one of that name; null when neither is given. */
export function argument(args: Args, index: number, name?: string): Value | null {
  return argumentOf(args, index, name)?.value ?? null;
}

/** Like `argument`, with its expression and place. Counting stops at a spread. */
export function argumentOf(args: Args, index: number, name?: string): EvaluatedArg | null {
  if (name !== undefined) {
    const named = args.list.find((arg) => arg.name === name);
    if (named) return named;
  }
  if (index < 0) return null;
  let position = 0;
  for (const arg of args.list) {
    if (arg.spread) return null;
    if (arg.name !== null) continue;
    if (position === index) return arg;
    position += 1;
  }
  return null;
}

/** Positional arguments before any spread. */
export function positional(args: Args): readonly EvaluatedArg[] {
  return args.list.filter((arg) => arg.name === null && arg.spread === null);
}

/** The entry of a dict, or of an options object given as a named argument. */
export function entry(value: Value | null | undefined, name: string): Value | null {
  return value?.k === 'dict' ? value.entries.get(name) ?? null : null;
}

/** A constant string, else null. */
export function text(value: Value | null | undefined): string | null {
  return value?.k === 'const' && typeof value.v === 'string' ? value.v : null;
}

/** The constant strings of a list, or the one that a value is. */
export function textsIn(value: Value | null | undefined): readonly string[] {
  return (value?.k === 'list' ? value.items : [value]).flatMap((item) => text(item) ?? []);
}

/** A constant boolean, else null. */
export function flag(value: Value | null | undefined): boolean | null {
  return value?.k === 'const' && typeof value.v === 'boolean' ? value.v : null;
}

/** Whether the value is the library name `name` of a package whose module path begins with `root` (`sqlalchemy`, `drizzle-orm`). */
export function isExternal(value: Value | null | undefined, root: string, ...names: readonly string[]): boolean {
  if (value?.k !== 'ext' && value?.k !== 'extobj') return false;
  if (value.module !== root && !value.module.startsWith(`${root}.`) && !value.module.startsWith(`${root}/`)) return false;
  return names.length === 0 || names.includes(lastName(value));
}

/** The last part of a library name: `Column` of `sqlalchemy` `schema.Column`. */
export function lastName(value: { readonly name: string | null; readonly module: string }): string {
  const name = value.name ?? value.module;
  return name.slice(name.lastIndexOf('.') + 1);
}
