/** Sequelize's data types as PostgreSQL stores them. https://sequelize.org/docs/v6/other-topics/other-data-types/ */
import type { TypeRef } from '../../facts/ddl.js';
import { argument, lastName, positional, text } from '../../flow/arguments.js';
import type { Term, Value } from '../../flow/value.js';
import { namedType } from '../shared/script-types.js';

const TYPES: Readonly<Record<string, string>> = {
  STRING: 'character varying',
  CHAR: 'character',
  TEXT: 'text',
  CITEXT: 'citext',
  INTEGER: 'integer',
  BIGINT: 'bigint',
  SMALLINT: 'smallint',
  TINYINT: 'smallint',
  MEDIUMINT: 'integer',
  FLOAT: 'double precision',
  DOUBLE: 'double precision',
  REAL: 'real',
  DECIMAL: 'numeric',
  NUMERIC: 'numeric',
  NUMBER: 'numeric',
  BOOLEAN: 'boolean',
  DATE: 'timestamp with time zone',
  DATEONLY: 'date',
  TIME: 'time without time zone',
  UUID: 'uuid',
  JSON: 'json',
  JSONB: 'jsonb',
  BLOB: 'bytea',
  INET: 'inet',
  CIDR: 'cidr',
  MACADDR: 'macaddr',
  HSTORE: 'hstore',
  TSVECTOR: 'tsvector',
  GEOMETRY: 'geometry',
  GEOGRAPHY: 'geography',
  RANGE: 'range',
};
const SIZED = new Set(['STRING', 'CHAR', 'DECIMAL', 'NUMERIC']);

/** The type a value names; null when it names none. `enumName` is the type that an enum of this column gets. */
export function typeOf(value: Value | null, enumName: string): TypeRef | null {
  if (!value) return null;
  const written = text(value);
  if (written !== null) return namedType(written);
  // `DataTypes.UUID.V4`, `DataTypes.TEXT.LONG`
  if (value.k === 'ext') return (value.name ?? '').split('.').reverse().map((name) => named(name, null, enumName)).find((type) => type !== null) ?? null;
  if (value.k !== 'term') return null;
  const name = value.callee.k === 'ext' ? lastName(value.callee) : value.name ?? '';
  // `STRING(20).BINARY`, `INTEGER.UNSIGNED`
  return named(name, value, enumName) ?? (value.of ? typeOf(value.of, enumName) : null);
}

function named(name: string, term: Term | null, enumName: string): TypeRef | null {
  const first = term ? argument(term.args, 0) : null;
  if (name === 'ARRAY') { const item = typeOf(first, enumName); return { ...(item ?? { name: 'unknown' }), array: (item?.array ?? 0) + 1 }; }
  if (name === 'ENUM') return { name: enumName, enumName, values: valuesOf(term) };
  const type = TYPES[name];
  if (!type) return null;
  const sizes =
    SIZED.has(name) && term ? positional(term.args).flatMap((arg) => (arg.value.k === 'const' && typeof arg.value.v === 'number' ? [arg.value.v] : [])) : [];
  const args = sizes.length || name !== 'STRING' ? sizes : [255];
  return { name: type, ...(args.length ? { args } : {}) };
}

/** `ENUM("a", "b")`, `ENUM(["a", "b"])`, `ENUM({ values: ["a", "b"] })` */
function valuesOf(term: Term | null): readonly string[] {
  return (term ? positional(term.args) : [])
    .flatMap(({ value }) => (value.k === 'list' ? value.items : value.k === 'dict' ? itemsOf(value.entries.get('values')) : [value]))
    .flatMap((item) => text(item) ?? []);
}

const itemsOf = (value: Value | undefined): readonly Value[] => (value?.k === 'list' ? value.items : []);
