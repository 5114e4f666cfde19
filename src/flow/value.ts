/**
 * What a value of the program can be, as far as we know it: the origins that uses of tables and columns are traced to.
 * Values are immutable. Whatever cannot be told is `any`; it keeps an identity, so that two writes of one unknown value can be recognised as such.
 */
import type { Class, Expr, Func, Span } from '../facts/code.js';
import type { Place } from '../model/schema.js';
import type { Model, ModelRelationship } from './model.js';
import type { Built } from './new-rows.js';
import { mayBeNull } from './nulls.js';
import type { Env, ModuleRef } from './program.js';
import type { Condition, QueryState } from './query.js';
import type { SqlPart } from './sql-parts.js';
import type { ResultShape, SqlText } from './sql.js';

export type Value =
  | AnyValue | ConstValue | ListValue | DictValue | ManyValue | ClassValue | ObjectValue | FnValue | ModuleValue | ExternalValue | ExternalObject | Term
  | ModelValue | RowValue | EmbeddedValue | ColumnValue | FieldValue | QueryValue | PredicateValue | SortValue | KeyValue | UnionValue | SpecialValue;

/**
 * `isThere`: whatever it is, it is no null; `mayBeLeftOut`: where it is null it was not given, and changes nothing of a row that is there. `isOneOfAll`: a
 * request gives it among all columns of a table, none of which anybody names. `parts`: what it puts into a statement as a text.
 */
export interface AnyValue {
  readonly k: 'any';
  readonly id?: string;
  readonly mayBeNull?: true;
  readonly mayBeLeftOut?: true;
  readonly isThere?: true;
  readonly isOneOfAll?: true;
  readonly sql?: SqlText;
  readonly parts?: readonly SqlPart[];
}
export interface ConstValue {
  readonly k: 'const';
  readonly v: string | number | boolean | null;
  readonly mayBeNull?: true;
  readonly sql?: SqlText;
  readonly parts?: readonly SqlPart[];
}
/** A list, tuple or set whose items are known one by one. */
export interface ListValue { readonly k: 'list'; readonly items: readonly Value[] }
/**
 * Keys known one by one; `rest` is the value of further keys, null when there are none. `schema` names the class whose fields it was dumped from, `own` the
 * keys set beside those; `lookup` is the site of the query whose result it is, `kept` what its values are kept by.
 */
export interface DictValue {
  readonly k: 'dict';
  readonly part?: PartOf;
  readonly entries: ReadonlyMap<string, Value>;
  readonly rest: Value | null;
  readonly kept?: Kept;
  readonly places?: ReadonlyMap<string, Place>;
  readonly schema?: ClassRef;
  readonly own?: ReadonlySet<string>;
  readonly lookup?: string;
}
/** The field of an interface that an object was read from, with those between them: `address` of `Customer`, which may itself be a field of an `outer` one. */
export interface PartOf { readonly cls: ClassRef; readonly path: string; readonly outer?: PartOf }
/** A collection of items alike; of a `Map` they are the pairs. `link` is the relationship that led to them. */
export interface ManyValue { readonly k: 'many'; readonly of: Value; readonly isMap?: true; readonly link?: Link }
/** A class of this repository that is no model. */
export interface ClassValue { readonly k: 'class'; readonly cls: ClassRef; readonly args?: readonly Value[] }
/**
 * An instance of such a class (or a value of an interface); `args` are the values its type parameters stand for, `fields` what its constructor stored;
 * `isPartial` when any of its fields may be left out. Of an enumeration `id` tells which value it is, as of one that is unknown.
 */
export interface ObjectValue {
  readonly k: 'object';
  readonly part?: PartOf;
  readonly id?: string;
  readonly cls: ClassRef;
  readonly args?: readonly Value[];
  readonly fields?: ReadonlyMap<string, Value>;
  readonly isPartial?: true;
}
/** A function of this repository; `self` when bound; `env` of its definition. */
export interface FnValue { readonly k: 'fn'; readonly fn: FnRef; readonly self?: Value }
export interface ModuleValue { readonly k: 'module'; readonly module: ModuleRef }
/**
 * A name of a library: `sqlalchemy.orm` + `relationship`, `drizzle-orm/pg-core` + `pgTable`; name null is the module itself. Built-in names have the module
 * `builtins`.
 */
export interface ExternalValue { readonly k: 'ext'; readonly module: string; readonly name: string | null }
/**
 * An instance of a library's class, known from a type annotation or constructor: `Session`, `Repository<User>`. `id` tells where it was read from; the rest as
 * of `any`.
 */
export interface ExternalObject {
  readonly k: 'extobj';
  readonly id?: string;
  readonly module: string;
  readonly name: string;
  readonly args: readonly Value[];
  readonly term?: Term;
  readonly mayBeNull?: true;
  readonly mayBeLeftOut?: true;
  readonly isThere?: true;
}
/**
 * A call that nothing in this repository defines, kept as written with its parts evaluated: `Column(String)` has an external `callee`; `x.notNull()` has `of`
 * and `name`. Dialects read declarations from terms.
 */
export interface Term {
  readonly k: 'term';
  readonly callee: Value;
  readonly of?: Value;
  readonly name?: string;
  readonly args: Args;
  readonly place: Place;
  readonly env: Env;
}

/** A model as such: the class, the table object. `alias` tells two sources of one table apart. */
export interface ModelValue { readonly k: 'model'; readonly model: Model; readonly alias?: string }
/**
 * One row; `isHooked` in what is called right before it is inserted; `isThere` where it was found to be no null; `lookup` is the site of the query that found
 * it, `only` the attributes that the query selected (absent: all), `loaded` related rows that came with it, by relationship. `result`: the row of SQL, with the
 * columns its text names; `isSent`: it came over the wire, so that it has been handed out before.
 */
export interface RowValue {
  readonly k: 'row';
  readonly model: Model;
  readonly lookup?: string;
  readonly isNew?: boolean;
  /** How it was built, where it is not saved yet. */
  readonly built?: Built;
  readonly isHooked?: true;
  readonly only?: ReadonlySet<string>;
  readonly loaded?: ReadonlyMap<string, Value>;
  readonly link?: Link;
  readonly result?: ResultShape;
  readonly mayBeNull?: true;
  readonly isThere?: true;
  readonly isSent?: true;
  /** The query among whose rows it is. */
  readonly from?: string;
  /** What a collection was asked by that may have it. */
  readonly kept?: Kept;
}
/** An object that is kept in columns of its row: those whose attributes begin with `path`. */
export interface EmbeddedValue {
  readonly k: 'embedded';
  readonly model: Model;
  readonly path: string;
  readonly classes: readonly ClassRef[];
  readonly isNew?: boolean;
}
/** The relationship that led to a row, and where it was followed: to ask whether the row is there is to ask it of the key. */
export interface Link { readonly model: Model; readonly relationship: ModelRelationship; readonly place: Place }
/** A column as part of a query or declaration (`Order.code`, `users.email`); `wrapped` by a function. */
export interface ColumnValue {
  readonly k: 'column';
  readonly model: Model;
  readonly attribute: string;
  readonly alias?: string;
  readonly place: Place;
  readonly wrapped?: string;
  readonly viaRelation?: boolean;
}
/** The value that a row has in a column; `isLeftOut` in a parameter that other callers leave out. */
export interface FieldValue {
  readonly k: 'field';
  readonly model: Model;
  readonly attribute: string;
  readonly place: Place;
  readonly row?: string;
  readonly mayBeNull?: true;
  readonly isLeftOut?: true;
  readonly lookup?: string;
  readonly from?: string;
}
export interface QueryValue { readonly k: 'query'; readonly query: QueryState }
/** Conjuncts of a filter; `isPartial` when more of them could not be read. */
export interface PredicateValue { readonly k: 'predicate'; readonly conditions: readonly Condition[]; readonly isPartial: boolean }
export interface SortValue { readonly k: 'sort'; readonly column: ColumnValue; readonly desc: boolean }
/** Any of the keys of a dict (`for k, v in d.items()`); `part` `value` is the value beside it. */
export interface KeyValue { readonly k: 'key'; readonly of: DictValue; readonly part: 'key' | 'value' }
export interface UnionValue { readonly k: 'union'; readonly of: readonly Value[] }
/**
 * A dialect's own kind of value (a session's result, a manager, an aggregate); only that dialect looks inside. Its `join`, where it has one, is asked what it
 * and another value are that two paths give one variable.
 */
export interface SpecialValue {
  readonly k: 'special';
  readonly dialect: string;
  readonly tag: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly key: string;
}

/** Rows that the query `lookup` listed, by their values in these columns. */
export interface Kept { readonly lookup: string; readonly columns: readonly { readonly model: Model; readonly attribute: string }[] }

/** Columns that the keys of a dict name, as data of the value `columns`: what they are compared with is what the dict has under those keys. */
export interface KeyedColumns extends Readonly<Record<string, unknown>> { readonly columns: readonly ColumnValue[]; readonly dict: DictValue }

/** Evaluated arguments in order; `expr` as written. */
export interface Args { readonly list: readonly EvaluatedArg[] }
/** `path` is the file the argument stands in, where a call in sight gives it. */
export interface EvaluatedArg {
  readonly name: string | null;
  readonly value: Value;
  readonly expr: Expr;
  readonly spread: '*' | '**' | null;
  readonly at: Span;
  readonly path?: string;
}

export interface ClassRef { readonly id: string; readonly name: string; readonly module: ModuleRef; readonly cls: Class; readonly env: Env }
export interface FnRef {
  readonly id: string;
  readonly name: string | null;
  readonly module: ModuleRef;
  readonly fn: Func;
  readonly env: Env;
  readonly owner: ClassRef | null;
}

export const ANY: AnyValue = { k: 'any' };
export const NULL: ConstValue = { k: 'const', v: null };

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

