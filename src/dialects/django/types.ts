/** Columns of Django's field classes on PostgreSQL: https://github.com/django/django/blob/stable/5.0.x/django/db/backends/postgresql/base.py (data_types) */
import type { TypeRef } from '../../facts/ddl.js';
import { argument, flag } from '../../flow/arguments.js';
import type { Args, Value } from '../../flow/value.js';

const PLAIN: Readonly<Record<string, string>> = {
  AutoField: 'integer',
  BigAutoField: 'bigint',
  SmallAutoField: 'smallint',
  BinaryField: 'bytea',
  BooleanField: 'boolean',
  NullBooleanField: 'boolean',
  DateField: 'date',
  DateTimeField: 'timestamp with time zone',
  DurationField: 'interval',
  FloatField: 'double precision',
  IntegerField: 'integer',
  BigIntegerField: 'bigint',
  SmallIntegerField: 'smallint',
  PositiveIntegerField: 'integer',
  PositiveBigIntegerField: 'bigint',
  PositiveSmallIntegerField: 'smallint',
  IPAddressField: 'inet',
  GenericIPAddressField: 'inet',
  JSONField: 'jsonb',
  TextField: 'text',
  TimeField: 'time without time zone',
  UUIDField: 'uuid',
  HStoreField: 'hstore',
  CITextField: 'citext',
  CICharField: 'citext',
  CIEmailField: 'citext',
  IntegerRangeField: 'int4range',
  BigIntegerRangeField: 'int8range',
  DecimalRangeField: 'numrange',
  DateRangeField: 'daterange',
  DateTimeRangeField: 'tstzrange',
  SearchVectorField: 'tsvector',
  GeometryField: 'geometry',
  PointField: 'geometry',
  LineStringField: 'geometry',
  PolygonField: 'geometry',
  MultiPointField: 'geometry',
  MultiLineStringField: 'geometry',
  MultiPolygonField: 'geometry',
  GeometryCollectionField: 'geometry',
  RasterField: 'raster',
};

/** Their `max_length` when none is given; null for no limit. */
const LENGTHS: Readonly<Record<string, number | null>> = {
  CharField: null, CommaSeparatedIntegerField: null, SlugField: 50, EmailField: 254, URLField: 200, FileField: 100, ImageField: 100, FilePathField: 100,
};

const IDENTITY = new Set(['AutoField', 'BigAutoField', 'SmallAutoField']);
const POSITIVE = new Set(['PositiveIntegerField', 'PositiveBigIntegerField', 'PositiveSmallIntegerField']);

/** Whether a name is one of Django's field classes that make a column. */
export function isFieldName(name: string): boolean {
  return name in PLAIN || name in LENGTHS || name === 'DecimalField' || name === 'ArrayField' || name === 'GeneratedField';
}

export const isIdentity = (name: string): boolean => IDENTITY.has(name);
export const isPositive = (name: string): boolean => POSITIVE.has(name);

/** The column type of a field class with its arguments; `inner` gives the type of the field an array or generated column holds. Null for classes of others. */
export function typeOfField(name: string, args: Args, inner: (field: Value) => TypeRef | null): TypeRef | null {
  if (name in PLAIN) return { name: PLAIN[name]! };
  if (name in LENGTHS) {
    const given = argument(args, name === 'CharField' || name === 'SlugField' || name === 'EmailField' ? 1 : -1, 'max_length');
    const length = given?.k === 'const' && typeof given.v === 'number' ? given.v : given ? null : LENGTHS[name]!;
    return { name: 'character varying', ...(length === null ? {} : { args: [length] }) };
  }
  if (name === 'DecimalField') {
    const numbers = [argument(args, 2, 'max_digits'), argument(args, 3, 'decimal_places')].map((value) =>
      value?.k === 'const' && typeof value.v === 'number' ? value.v : null,
    );
    return { name: 'numeric', ...(numbers.every((each) => each !== null) ? { args: numbers as number[] } : {}) };
  }
  if (name === 'ArrayField') {
    const base = argument(args, 0, 'base_field');
    const type = base ? inner(base) : null;
    return type ? { ...type, array: (type.array ?? 0) + 1 } : null;
  }
  if (name === 'GeneratedField') {
    const output = argument(args, -1, 'output_field');
    return output ? inner(output) : null;
  }
  return null;
}

/** A keyword argument that is constantly true. */
export function isTrue(args: Args, name: string): boolean {
  return flag(argument(args, -1, name)) === true;
}
