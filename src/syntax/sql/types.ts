import type { TypeRef } from '../../facts/ddl.js';
import type { Tree } from './parse.js';
import { constantOf, strings } from './node.js';

/** PostgreSQL's internal and short names, as `format_type` prints them: https://www.postgresql.org/docs/current/datatype.html */
const NAMES: Readonly<Record<string, string>> = {
  int: 'integer', int4: 'integer', int8: 'bigint', int2: 'smallint', float4: 'real', float8: 'double precision', float: 'double precision',
  bool: 'boolean', bpchar: 'character', char: 'character', varchar: 'character varying', decimal: 'numeric', dec: 'numeric',
  timestamptz: 'timestamp with time zone', timestamp: 'timestamp without time zone',
  timetz: 'time with time zone', time: 'time without time zone', varbit: 'bit varying',
};

const SERIALS: Readonly<Record<string, string>> = {
  serial: 'integer', serial4: 'integer', bigserial: 'bigint', serial8: 'bigint', smallserial: 'smallint', serial2: 'smallint',
};

/** A TypeName node as the facts spell types. Null when there is none. */
export function typeOf(node: Tree | undefined): TypeRef | null {
  if (!node) return null;
  const parts = strings(node.names);
  const written = parts[parts.length - 1];
  if (written === undefined) return null;
  const schema = parts.length > 1 && parts[0] !== 'pg_catalog' ? parts[0] : undefined;
  const isSystem = parts[0] === 'pg_catalog';
  // The type `"char"` is quoted in SQL and arrives without its schema, `char` arrives as pg_catalog.bpchar.
  const name = schema || (written === 'char' && !isSystem) ? written : NAMES[written] ?? SERIALS[written] ?? written;
  const values = (node.typmods ?? []).map(constantOf);
  const args = name === 'interval' ? [] : values.filter((v: unknown): v is number => typeof v === 'number');
  const texts = values.filter((v: unknown): v is string => typeof v === 'string');
  const array = (node.arrayBounds ?? []).length;
  return {
    name,
    ...(args.length ? { args } : {}),
    ...(array ? { array } : {}),
    ...(schema ? { schema } : {}),
    ...(texts.length && (name === 'enum' || name === 'set') ? { values: texts } : {}),
  };
}

/** Whether a TypeName is `serial` or one of its sizes: an integer with a sequence as its default. */
export function isSerial(node: Tree | undefined): boolean {
  const parts = strings(node?.names);
  return parts.length === 1 && SERIALS[parts[0]] !== undefined;
}
