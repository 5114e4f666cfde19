/** Types of columns as the ORMs of TypeScript name them, in PostgreSQL's spelling. */
import type { Expr, SetStmt } from '../../facts/code.js';
import type { TypeRef } from '../../facts/ddl.js';
import { typeNamed } from '../../flow/aliases.js';
import { text } from '../../flow/arguments.js';
import { enumMembers, isEnum } from '../../flow/classes.js';
import type { Flow } from '../../flow/evaluate.js';
import type { Env } from '../../flow/program.js';
import { membersOf, type Value } from '../../flow/value.js';

const NAMES: Readonly<Record<string, string>> = {
  string: 'character varying',
  varchar: 'character varying',
  nvarchar: 'character varying',
  varchar2: 'character varying',
  'character varying': 'character varying',
  char: 'character',
  nchar: 'character',
  character: 'character',
  text: 'text',
  tinytext: 'text',
  mediumtext: 'text',
  longtext: 'text',
  ntext: 'text',
  clob: 'text',
  citext: 'citext',
  'simple-array': 'text',
  'simple-json': 'text',
  'simple-enum': 'character varying',
  int: 'integer',
  int4: 'integer',
  integer: 'integer',
  mediumint: 'integer',
  number: 'integer',
  serial: 'integer',
  bigint: 'bigint',
  int8: 'bigint',
  bigserial: 'bigint',
  smallint: 'smallint',
  int2: 'smallint',
  tinyint: 'smallint',
  float: 'double precision',
  float8: 'double precision',
  double: 'double precision',
  'double precision': 'double precision',
  real: 'real',
  float4: 'real',
  decimal: 'numeric',
  numeric: 'numeric',
  dec: 'numeric',
  money: 'money',
  bool: 'boolean',
  boolean: 'boolean',
  bit: 'bit',
  timestamp: 'timestamp without time zone',
  datetime: 'timestamp without time zone',
  datetime2: 'timestamp without time zone',
  'timestamp without time zone': 'timestamp without time zone',
  timestamptz: 'timestamp with time zone',
  'timestamp with time zone': 'timestamp with time zone',
  date: 'date',
  time: 'time without time zone',
  timetz: 'time with time zone',
  json: 'json',
  jsonb: 'jsonb',
  uuid: 'uuid',
  bytea: 'bytea',
  blob: 'bytea',
  longblob: 'bytea',
  mediumblob: 'bytea',
  binary: 'bytea',
  varbinary: 'bytea',
  inet: 'inet',
  cidr: 'cidr',
  interval: 'interval',
  xml: 'xml',
  hstore: 'hstore',
  tsvector: 'tsvector',
  vector: 'vector',
  enum: 'enum',
};

/** A type by the name an ORM or database gives it (`varchar(255)`, `timestamptz`, `int[]`). */
export function namedType(written: string): TypeRef {
  const match = /^\s*([a-z_][\w -]*?)\s*(?:\(([^)]*)\))?\s*((?:\[\])*)\s*$/i.exec(written);
  if (!match) return { name: written.toLowerCase() };
  const name = match[1]!.toLowerCase().replace(/ unsigned$/, '');
  const args = (match[2] ?? '').split(',').map((part) => Number(part.trim())).filter((part) => Number.isFinite(part) && part > 0);
  const array = match[3]!.length / 2;
  return { name: NAMES[name] ?? name, ...(args.length ? { args } : {}), ...(array ? { array } : {}) };
}

/** The enum class or constant object of values as a type with its values. */
export function enumType(flow: Flow, value: Value | null, fallback: string): TypeRef | null {
  for (const member of value ? membersOf(value) : []) {
    if (member.k === 'class' && isEnum(flow, member.cls)) {
      const values = [...enumMembers(flow, member.cls).values()].map((each) => (each.k === 'const' ? String(each.v) : null)).filter((each) => each !== null);
      return { name: member.cls.name, enumName: member.cls.name, values };
    }
    const items = member.k === 'list' ? member.items : member.k === 'dict' ? [...member.entries.values()] : [];
    const values = items.map(text).filter((each) => each !== null);
    if (values.length) return { name: fallback, enumName: fallback, values };
    if (member.k === 'fn') { const returned = enumType(flow, flow.quiet(() => flow.callFn(member, [])), fallback); if (returned) return returned; }
  }
  return null;
}

export interface WrittenType { readonly type: TypeRef | null; readonly optional: boolean }

/** Types that are called by another name are followed this far. */
const ALIAS_LIMIT = 5;

/** Whether a field's own type says that there is always a value: with options that do not speak of null either, the ORM's default is meant. */
export function tellsNoNull(field: SetStmt | null, written: WrittenType): boolean {
  const type = field?.type;
  return (
    type !== undefined &&
    field?.optional !== true &&
    !written.optional &&
    (type.k === 'name' || (type.k === 'op' && type.args.every((arg) => arg.k === 'lit' && typeof arg.v === 'string')))
  );
}

/** The type of a field's annotation: its first part that is not null; `optional` when null is one of them. */
export function annotatedType(flow: Flow, type: Expr | undefined, env: Env, dates: string, depth = 0): WrittenType {
  if (!type) return { type: null, optional: false };
  if (type.k === 'op' && type.op === '|') {
    const parts = type.args.map((arg) => annotatedType(flow, arg, env, dates, depth));
    const isNull = (arg: Expr): boolean => arg.k === 'lit' && arg.v === null;
    const texts = type.args.map((arg) => (arg.k === 'lit' && typeof arg.v === 'string' ? arg.v : null)).filter((part) => part !== null);
    return { type: texts.length ? { name: 'character varying' } : parts.find((part) => part.type)?.type ?? null, optional: type.args.some(isNull) };
  }
  if (textsOfType(flow, type, env)) return { type: { name: 'character varying' }, optional: false };
  // `number & Opt`, `string & Hidden`: a mark beside the type.
  if (type.k === 'op' && type.op === '&')
    return type.args.map((arg) => annotatedType(flow, arg, env, dates, depth)).find((part) => part.type) ?? { type: null, optional: false };
  if (type.k === 'item') {
    const name = type.of.k === 'name' ? type.of.id : '';
    const inner = type.key.k === 'list' ? type.key.items[0] : type.key;
    if (name === 'Array') {
      const item = annotatedType(flow, inner, env, dates, depth).type;
      return { type: item ? { ...item, array: (item.array ?? 0) + 1 } : null, optional: false };
    }
    if (/^(Opt|CreationOptional|Ref|Hidden)$/.test(name)) return annotatedType(flow, inner, env, dates, depth);
    if (name === 'Record') return { type: { name: 'json' }, optional: false };
    return { type: null, optional: false };
  }
  if (type.k !== 'name' && type.k !== 'attr') return { type: type.k === 'dict' ? { name: 'json' } : null, optional: false };
  const name = type.k === 'name' ? type.id : type.name;
  const known: Readonly<Record<string, string>> = {
    string: 'character varying',
    String: 'character varying',
    number: 'integer',
    Number: 'integer',
    boolean: 'boolean',
    Boolean: 'boolean',
    Date: dates,
    bigint: 'bigint',
    Buffer: 'bytea',
    Uint8Array: 'bytea',
    object: 'json',
  };
  if (known[name]) return { type: { name: known[name] }, optional: false };
  const alias = typeNamed(flow, type, env);
  if (alias && alias.expr !== type && depth < ALIAS_LIMIT) return annotatedType(flow, alias.expr, alias.env, dates, depth + 1);
  const value = flow.peek(type, env);
  return { type: enumType(flow, value, name), optional: false };
}

/** A class given as a type: `String`, `Number`, `Date`. */
export function nativeType(value: Value | null, dates: string): TypeRef | null {
  if (value?.k === 'fn') return null;
  if (value?.k !== 'ext' || value.module !== 'builtins') return null;
  const known: Readonly<Record<string, string>> = {
    String: 'character varying',
    Number: 'integer',
    Boolean: 'boolean',
    Date: dates,
    Buffer: 'bytea',
    BigInt: 'bigint',
    Object: 'json',
  };
  return known[value.name ?? ''] ? { name: known[value.name ?? '']! } : null;
}

/** The values of an enum, a union of texts or a list of constants that a property's annotation allows in a column of plain text; null for other columns. */
export function writtenChoices(flow: Flow, column: TypeRef, type: Expr | undefined, env: Env): readonly string[] | null {
  if (!type || column.array || (column.name !== 'text' && column.name !== 'character varying')) return null;
  const notNull = (expr: Expr): readonly Expr[] =>
    expr.k === 'op' && expr.op === '|' ? expr.args.filter((part) => !(part.k === 'lit' && part.v === null)) : [expr];
  const parts = notNull(type).flatMap((part): readonly { expr: Expr; env: Env }[] => {
    const named = typeNamed(flow, part, env);
    return named ? notNull(named.expr).map((expr) => ({ expr, env: named.env })) : [{ expr: part, env }];
  });
  const texts = parts.map((part) => textsOfType(flow, part.expr, part.env));
  const values = texts.flatMap((each) => each ?? []);
  if (texts.every((each) => each !== null) && values.length > 1) return values;
  const [only] = parts;
  const named = only && parts.length === 1 ? annotatedType(flow, only.expr, only.env, '').type : null;
  return named && !named.array ? named.values ?? null : null;
}

/**
 * The texts that a type is made of: `'open'`, `(typeof STATES)[number]`, `keyof typeof LABELS`, `(typeof State)[keyof typeof State]`; null where it may be
 * anything else.
 */
function textsOfType(flow: Flow, type: Expr, env: Env): readonly string[] | null {
  if (type.k === 'lit') return typeof type.v === 'string' ? [type.v] : null;
  const isKeys = (expr: Expr): boolean => expr.k === 'op' && expr.op === 'keyof';
  const of = type.k === 'item' ? type.of : type.k === 'op' && isKeys(type) ? type.args[0]! : null;
  if (of?.k !== 'op' || of.op !== 'typeof') return null;
  const value = flow.peek(of.args[0]!, env);
  if (value.k === 'dict' && type.k === 'op') return value.rest ? null : [...value.entries.keys()];
  const items =
    value.k === 'list' ? value.items : value.k === 'dict' && !value.rest && type.k === 'item' && isKeys(type.key) ? [...value.entries.values()] : [];
  const texts = items.map(text).filter((each) => each !== null);
  return texts.length > 0 && texts.length === items.length ? texts : null;
}
