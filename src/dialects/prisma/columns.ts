/** Fields of a Prisma model as columns. */
import type { TypeRef } from '../../facts/ddl.js';
import type { PrismaField, PrismaValue } from '../../facts/prisma.js';
import type { ColumnDraft } from '../../link/draft.js';
import type { Place } from '../../model/schema.js';
import { argumentOf, attributeNamed, columnName, mappedName, textOf } from './attributes.js';
import type { PrismaSchema } from './schema-files.js';

/** https://www.prisma.io/docs/orm/reference/prisma-schema-reference#model-field-scalar-types */
const SCALARS: Readonly<Record<string, TypeRef>> = {
  String: { name: 'text' }, Boolean: { name: 'boolean' }, Int: { name: 'integer' }, BigInt: { name: 'bigint' }, Float: { name: 'double precision' },
  Decimal: { name: 'numeric', args: [65, 30] }, DateTime: { name: 'timestamp without time zone', args: [3] }, Json: { name: 'jsonb' }, Bytes: { name: 'bytea' },
};
const NATIVE: Readonly<Record<string, string>> = {
  Text: 'text',
  LongText: 'text',
  MediumText: 'text',
  TinyText: 'text',
  VarChar: 'character varying',
  NVarChar: 'character varying',
  Char: 'character',
  NChar: 'character',
  String: 'text',
  Citext: 'citext',
  Uuid: 'uuid',
  UniqueIdentifier: 'uuid',
  Timestamptz: 'timestamp with time zone',
  Timestamp: 'timestamp without time zone',
  DateTime: 'timestamp without time zone',
  DateTime2: 'timestamp without time zone',
  DateTimeOffset: 'timestamp with time zone',
  SmallDateTime: 'timestamp without time zone',
  Date: 'date',
  Time: 'time without time zone',
  Timetz: 'time with time zone',
  Year: 'integer',
  SmallInt: 'smallint',
  UnsignedSmallInt: 'integer',
  TinyInt: 'smallint',
  UnsignedTinyInt: 'smallint',
  MediumInt: 'integer',
  UnsignedMediumInt: 'integer',
  Int: 'integer',
  Integer: 'integer',
  Int2: 'smallint',
  Int4: 'integer',
  Int8: 'bigint',
  UnsignedInt: 'bigint',
  BigInt: 'bigint',
  UnsignedBigInt: 'bigint',
  Oid: 'oid',
  Real: 'real',
  Float: 'double precision',
  Double: 'double precision',
  DoublePrecision: 'double precision',
  Decimal: 'numeric',
  Money: 'money',
  SmallMoney: 'money',
  Boolean: 'boolean',
  Bool: 'boolean',
  Bit: 'bit',
  VarBit: 'bit varying',
  Json: 'json',
  JsonB: 'jsonb',
  ByteA: 'bytea',
  Bytes: 'bytea',
  Blob: 'bytea',
  LongBlob: 'bytea',
  MediumBlob: 'bytea',
  TinyBlob: 'bytea',
  Binary: 'bytea',
  VarBinary: 'bytea',
  Inet: 'inet',
  Xml: 'xml',
  ObjectId: 'text',
};

/** The column of a scalar, enum or composite field; null for a field that is a relation. */
export function columnDraft(schema: PrismaSchema, field: PrismaField, path: string): ColumnDraft | null {
  const type = typeOf(schema, field);
  if (!type) return null;
  const updatedAt = attributeNamed(field, 'updatedAt') !== null;
  const value = defaultOf(field);
  const place: Place = { path, at: field.at };
  const isIdentity = value?.k === 'call' && value.name === 'autoincrement';
  const databaseDefault = value ? databaseDefaultOf(value, schema) : null;
  return {
    name: columnName(field), attribute: field.name, type, nullable: field.optional, nullableIsExplicit: field.optional || !field.list,
    databaseDefault, hasClientDefault: updatedAt || (value !== null && databaseDefault === null), onUpdate: updatedAt ? 'orm' : null, isIdentity,
    role: roleOf(field, updatedAt), comment: [field.note?.lead, field.note?.trail].filter((part) => part).join('\n') || null, place,
  };
}

function typeOf(schema: PrismaSchema, field: PrismaField): TypeRef | null {
  const array = field.list ? { array: 1 } : {};
  const native = field.attributes.find((attribute) => attribute.name.startsWith('db.'));
  const unsupported = /^Unsupported\(\s*"(.*)"\s*\)$/s.exec(field.type);
  if (unsupported) return { name: unsupported[1]!.toLowerCase().replace(/\(.*$/, ''), ...array };
  const values = schema.enums.get(field.type);
  if (values) {
    const name = mappedName(values) ?? values.name;
    return { name, enumName: name, values: values.values.map((value) => mappedName(value) ?? value.name), ...array };
  }
  if (schema.types.has(field.type)) return { name: 'jsonb', ...array };
  const scalar = SCALARS[field.type];
  if (!scalar) return null;
  const named = native ? NATIVE[native.name.slice(3)] : undefined;
  if (!named) return { ...scalar, ...array };
  const args = native!.args.flatMap((arg) => (arg.value.k === 'number' ? [arg.value.v] : []));
  return { name: named, ...(args.length ? { args } : {}), ...array };
}

function defaultOf(field: PrismaField): PrismaValue | null {
  const attribute = attributeNamed(field, 'default');
  return attribute ? argumentOf(attribute.args, 'value', 0) : null;
}

/**
 * What the database fills in; null for what Prisma's engine makes itself.
 * https://www.prisma.io/docs/orm/reference/prisma-schema-reference#attribute-functions
 */
function databaseDefaultOf(value: PrismaValue, schema: PrismaSchema): string | null {
  switch (value.k) {
    case 'string': return `'${value.v.replaceAll("'", "''")}'`;
    case 'number': case 'boolean': return String(value.v);
    case 'path': return `'${
      [...schema.enums.values()]
        .flatMap((each) => each.values)
        .filter((each) => each.name === value.v)
        .map((each) => mappedName(each))[0] ?? value.v
    }'`;
    // An array's literal has no type of its own, so that it serves for lists of an enum too.
    case 'list':
      return `'{${value.items.map((item) => (databaseDefaultOf(item, schema) ?? 'NULL').replace(/^'([\s\S]*)'$/, (_, inner: string) => `"${inner.replace(/["\\]/g, '\\$&')}"`)).join(',')}}'`;
    case 'call':
      if (value.name === 'now') return 'CURRENT_TIMESTAMP';
      if (value.name === 'autoincrement' || value.name === 'sequence') return 'nextval()';
      return value.name === 'dbgenerated' ? textOf(argumentOf(value.args, 'value', 0)) ?? 'dbgenerated' : null;
  }
}

function roleOf(field: PrismaField, updatedAt: boolean): ColumnDraft['role'] {
  if (field.type !== 'DateTime') return null;
  if (updatedAt || /^(updated|modified)_?(at|on)$/i.test(field.name)) return 'updated-at';
  if (/^(created|inserted)_?(at|on)$/i.test(field.name)) return 'created-at';
  return /^(deleted|archived|removed)_?at$/i.test(field.name) ? 'soft-delete' : null;
}
