/** SQLAlchemy's types as PostgreSQL stores them. https://docs.sqlalchemy.org/en/20/core/type_basics.html */
import type { Expr } from '../../facts/code.js';
import type { TypeRef } from '../../facts/ddl.js';
import { NO_SPAN } from '../../facts/span.js';
import { aliasOf } from '../../flow/aliases.js';
import { argument, flag, positional, text } from '../../flow/arguments.js';
import { enumMembers, findMember, isEnum } from '../../flow/classes.js';
import type { Flow } from '../../flow/evaluate.js';
import type { Env } from '../../flow/program.js';
import { membersOf, type FnRef, type Term, type Value } from '../../flow/value.js';
import { nameOfCall } from './terms.js';

const TYPES: Readonly<Record<string, string>> = {
  Integer: 'integer',
  INTEGER: 'integer',
  INT: 'integer',
  BigInteger: 'bigint',
  BIGINT: 'bigint',
  SmallInteger: 'smallint',
  SMALLINT: 'smallint',
  String: 'character varying',
  VARCHAR: 'character varying',
  Unicode: 'character varying',
  AutoString: 'character varying',
  Text: 'text',
  TEXT: 'text',
  UnicodeText: 'text',
  CHAR: 'character',
  Boolean: 'boolean',
  BOOLEAN: 'boolean',
  Date: 'date',
  DATE: 'date',
  Time: 'time without time zone',
  Interval: 'interval',
  INTERVAL: 'interval',
  Float: 'double precision',
  FLOAT: 'double precision',
  REAL: 'real',
  Double: 'double precision',
  DOUBLE: 'double precision',
  DOUBLE_PRECISION: 'double precision',
  Numeric: 'numeric',
  NUMERIC: 'numeric',
  DECIMAL: 'numeric',
  LargeBinary: 'bytea',
  BYTEA: 'bytea',
  JSON: 'json',
  JSONB: 'jsonb',
  UUID: 'uuid',
  Uuid: 'uuid',
  GUID: 'uuid',
  INET: 'inet',
  CIDR: 'cidr',
  TSVECTOR: 'tsvector',
  HSTORE: 'hstore',
  CITEXT: 'citext',
  MONEY: 'money',
  BIT: 'bit',
  PickleType: 'bytea',
};
const PYTHON: Readonly<Record<string, string>> = {
  int: 'integer',
  str: 'character varying',
  bool: 'boolean',
  float: 'double precision',
  bytes: 'bytea',
  dict: 'json',
  Dict: 'json',
  list: 'json',
  UUID: 'uuid',
  Decimal: 'numeric',
  date: 'date',
  time: 'time without time zone',
  timedelta: 'interval',
  datetime: 'timestamp without time zone',
  EmailStr: 'character varying',
  UUID4: 'uuid',
  Any: 'json',
};

/** Whether a name is one of SQLAlchemy's types. */
export function isTypeName(name: string): boolean {
  return named(name, []) !== null || name === 'Enum' || name === 'ARRAY';
}

/** The type a column's argument names, null when the argument is no type. */
export function typeOf(flow: Flow, value: Value): TypeRef | null {
  if (value.k === 'union') return value.of.map((member) => typeOf(flow, member)).find((type) => type !== null) ?? null;
  if (value.k === 'term') return typeOfTerm(flow, value);
  if (value.k === 'ext' || value.k === 'extobj') return named(value.name?.slice(value.name.lastIndexOf('.') + 1) ?? '', []);
  if (value.k === 'class' || value.k === 'object') {
    const chosen = findMember(flow, value.cls, 'load_dialect_impl');
    if (chosen?.k === 'method') return typeForPostgres(flow, chosen.fn) ?? { name: 'unknown' };
    // A TypeDecorator of the repository stores what its `impl` stores.
    const impl = findMember(flow, value.cls, 'impl');
    if (impl?.k === 'field' && impl.stmt.value) return typeOf(flow, flow.peek(impl.stmt.value!, impl.owner.env));
    return isEnum(flow, value.cls) ? enumType(flow, value) : null;
  }
  return null;
}

/** What a TypeDecorator stores where it looks at the database's name. https://docs.sqlalchemy.org/en/20/core/custom_types.html#backend-agnostic-guid-type */
function typeForPostgres(flow: Flow, { fn, env }: FnRef): TypeRef | null {
  const branch = fn.body.find((stmt) => stmt.k === 'if' && isPostgres(stmt.test));
  const value = branch?.k === 'if' ? branch.then.find((stmt) => stmt.k === 'return')?.value : undefined;
  const given = value?.k === 'call' && value.fn.k === 'attr' && value.fn.name === 'type_descriptor' ? value.args[0]?.value : undefined;
  return given ? typeOf(flow, flow.peek(given, env)) : null;
}

function isPostgres(test: Expr): boolean {
  if (test.k === 'op') return (test.op === '==' || test.op === 'in') && test.args.some(isPostgres);
  return test.k === 'list' ? test.items.some(isPostgres) : test.k === 'lit' && test.v === 'postgresql';
}

function typeOfTerm(flow: Flow, term: Term): TypeRef | null {
  const name = nameOfCall(term);
  const first = argument(term.args, 0);
  if (isEnumCall(term)) return enumOf(flow, term);
  if (name === 'ARRAY') { const item = first ? typeOf(flow, first) : null; return { ...(item ?? { name: 'unknown' }), array: (item?.array ?? 0) + 1 }; }
  if (name === 'DateTime' || name === 'TIMESTAMP' || name === 'DATETIME')
    return { name: flag(argument(term.args, 0, 'timezone')) === true ? 'timestamp with time zone' : 'timestamp without time zone' };
  if (name === 'with_variant' && term.of) return typeOf(flow, term.of);
  if (name === 'as_mutable') return first ? typeOf(flow, first) : null;
  const numbers = positional(term.args).flatMap((arg) => (arg.value.k === 'const' && typeof arg.value.v === 'number' ? [arg.value.v] : []));
  const length = argument(term.args, -1, 'length');
  return (
    named(name, length?.k === 'const' && typeof length.v === 'number' ? [length.v] : numbers) ?? (term.callee.k === 'class' ? typeOf(flow, term.callee) : null)
  );
}

function named(name: string, args: readonly number[]): TypeRef | null {
  if (name === 'DateTime' || name === 'TIMESTAMP' || name === 'DATETIME') return { name: 'timestamp without time zone' };
  if (name === 'TIMESTAMPAware' || name === 'UTCDateTime' || name === 'TIMESTAMPTZ') return { name: 'timestamp with time zone' };
  const type = TYPES[name];
  return type ? { name: type, ...(args.length ? { args } : {}) } : null;
}

/**
 * `Enum(Stage)`, `Enum("a", "b", name="stage")`; PostgreSQL's type is named after the class in lower case unless `name` says otherwise.
 * With `native_enum=False` the column is text, which nothing checks unless `create_constraint=True` asks for it.
 */
function enumOf(flow: Flow, term: Term): TypeRef {
  const type = nativeEnumOf(flow, term);
  return isText(term) ? { name: 'character varying', ...(type.values ? { values: type.values } : {}) } : type;
}

const isText = (term: Term): boolean => flag(argument(term.args, -1, 'native_enum')) === false;
const isEnumCall = (term: Term): boolean => /^(Enum|ENUM|SQLEnum|SAEnum)$/.test(nameOfCall(term));

/** The values that a CHECK allows, and what it is called: `Enum(…, native_enum=False, create_constraint=True)`; null where the type has none. */
export function checkOf(flow: Flow, term: Term): { readonly name: string | null; readonly values: readonly string[] } | null {
  if (!isEnumCall(term) || !isText(term) || flag(argument(term.args, -1, 'create_constraint')) !== true) return null;
  const { values } = nativeEnumOf(flow, term);
  return values?.length ? { name: text(argument(term.args, -1, 'name')), values } : null;
}

function nativeEnumOf(flow: Flow, term: Term): TypeRef {
  const given = text(argument(term.args, -1, 'name'));
  const first = argument(term.args, 0);
  const cls = first ? membersOf(first).find((member) => member.k === 'class') : undefined;
  if (cls?.k === 'class') return { ...enumType(flow, cls, argument(term.args, -1, 'values_callable') === null), ...(given ? { enumName: given } : {}) };
  const values = positional(term.args).map((arg) => text(arg.value)).filter((value) => value !== null);
  return { name: given ?? 'character varying', ...(given ? { enumName: given } : {}), ...(values.length ? { values } : {}) };
}

/**
 * The database holds the members' names, not their values, unless `values_callable` says otherwise.
 * https://docs.sqlalchemy.org/en/20/core/type_basics.html#sqlalchemy.types.Enum
 */
function enumType(flow: Flow, value: Value & { k: 'class' | 'object' }, storesNames = true): TypeRef {
  const enumName = value.cls.name.toLowerCase();
  const members = enumMembers(flow, value.cls);
  const values = storesNames ? [...members.keys()] : [...members.values()].map((member) => text(member)).filter((member) => member !== null);
  return { name: enumName, enumName, values };
}

/** What an annotation in `Mapped[…]` says: its type, whether null is allowed, whether it is a collection, and the class it names. */
/** `names`: what a map of types may call it, the name that is written first; `choices`: the texts that it lets in. */
export interface Annotation {
  readonly choices?: readonly string[];
  readonly type: TypeRef | null;
  readonly optional: boolean;
  readonly many: boolean;
  readonly target: string | null;
  readonly terms: readonly Term[];
  readonly names: readonly string[];
}

const COLLECTION = new Set(['List', 'list', 'Set', 'set', 'Sequence', 'Collection', 'WriteOnlyMapped', 'DynamicMapped', 'frozenset']);

/** Reads the inside of `Mapped[…]` (or a plain SQLModel annotation). Strings are read as annotations. */
export function annotationOf(flow: Flow, expr: Expr, env: Env, depth = 0): Annotation {
  const nothing: Annotation = { type: null, optional: false, many: false, target: null, terms: [], names: [] };
  if (depth > 8) return nothing;
  switch (expr.k) {
    case 'lit': return typeof expr.v === 'string' ? fromString(flow, expr.v, env, depth) : nothing;
    case 'op': {
      if (expr.op !== '|') return nothing;
      const parts = expr.args.filter((arg) => !(arg.k === 'lit' && arg.v === null));
      return { ...(parts[0] ? annotationOf(flow, parts[0], env, depth + 1) : nothing), optional: parts.length < expr.args.length };
    }
    case 'item': {
      const name = expr.of.k === 'name' ? expr.of.id : expr.of.k === 'attr' ? expr.of.name : '';
      const keys = expr.key.k === 'list' ? expr.key.items : [expr.key];
      if (name === 'Mapped' || name === 'Final' || name === 'ClassVar') return annotationOf(flow, keys[0]!, env, depth + 1);
      if (name === 'Optional') return { ...annotationOf(flow, keys[0]!, env, depth + 1), optional: true };
      if (name === 'Union') return annotationOf(flow, { k: 'op', op: '|', args: keys, at: expr.at }, env, depth + 1);
      if (name === 'WriteOnlyMapped' || name === 'DynamicMapped' || COLLECTION.has(name))
        return { ...annotationOf(flow, keys[0]!, env, depth + 1), many: true, names: namesOf(expr) };
      if (name === 'Annotated') {
        const terms = keys.slice(1).map((key) => flow.peek(key, env)).filter((value): value is Term => value.k === 'term');
        return { ...annotationOf(flow, keys[0]!, env, depth + 1), terms };
      }
      // A column of JSON, or rows of a relationship by a key. https://docs.sqlalchemy.org/en/20/orm/collection_api.html#dictionary-collections
      if (name === 'Dict' || name === 'dict')
        return {
          ...nothing,
          type: { name: 'json' },
          many: true,
          target: keys[1] ? annotationOf(flow, keys[1], env, depth + 1).target : null,
          names: namesOf(expr),
        };
      if (name === 'Literal') {
        const choices = keys.flatMap((key) => (key.k === 'lit' && typeof key.v === 'string' ? [key.v] : []));
        return { ...nothing, choices, type: { name: 'character varying', values: choices } };
      }
      return { ...nothing, target: name, names: namesOf(expr) };
    }
    case 'name': case 'attr': return namedAnnotation(flow, expr, env, depth);
    default: return nothing;
  }
}

/** A type as a map of types names it: `datetime`, `dict[str, Any]`; null where it is no name. */
export function typeName(expr: Expr): string | null {
  switch (expr.k) {
    case 'name': return expr.id;
    case 'attr': return expr.name;
    case 'lit': return typeof expr.v === 'string' ? expr.v : null;
    case 'item': return `${typeName(expr.of)}[${(expr.key.k === 'list' ? expr.key.items : [expr.key]).map(typeName).join(', ')}]`;
    default: return null;
  }
}

const namesOf = (expr: Expr): readonly string[] => { const name = typeName(expr); return name === null ? [] : [name]; };

function namedAnnotation(flow: Flow, expr: Expr & { k: 'name' | 'attr' }, env: Env, depth: number): Annotation {
  const name = expr.k === 'name' ? expr.id : expr.name;
  // `intpk = Annotated[int, mapped_column(primary_key=True)]`
  const alias = aliasOf(flow, expr, env);
  if (alias) { const meant = annotationOf(flow, alias.expr, alias.env, depth + 1); return { ...meant, names: [name, ...meant.names] }; }
  const value = flow.peek(expr, env);
  const type = value.k === 'class' ? typeOf(flow, value) : PYTHON[name] ? { name: PYTHON[name]! } : typeOf(flow, value);
  const choices = value.k === 'class' && isEnum(flow, value.cls) ? [...enumMembers(flow, value.cls).values()].map((member) => text(member)) : [];
  return {
    type,
    optional: false,
    many: false,
    target: name,
    terms: [],
    names: [name],
    ...(choices.length && choices.every((choice) => choice !== null) ? { choices } : {}),
  };
}

function fromString(flow: Flow, written: string, env: Env, depth: number): Annotation {
  const bare = written.trim();
  const wrapped = /^(Mapped|Optional|List|list|Set|set|Sequence)\[(.+)\]$/.exec(bare);
  const at = NO_SPAN;
  if (wrapped) return annotationOf(flow, { k: 'item', of: { k: 'name', id: wrapped[1]!, at }, key: { k: 'lit', v: wrapped[2]!, at }, at }, env, depth + 1);
  const union = bare.split('|').map((part) => part.trim());
  if (union.length > 1) return { ...fromString(flow, union.find((part) => part !== 'None')!, env, depth + 1), optional: union.includes('None') };
  const name = bare.replace(/^["']|["']$/g, '');
  return /^[A-Za-z_][\w.]*$/.test(name)
    ? namedAnnotation(flow, { k: 'name', id: name.slice(name.lastIndexOf('.') + 1), at }, env, depth + 1)
    : { type: null, optional: false, many: false, target: null, terms: [], names: [] };
}
