/** What a column's type and name say about how many values it takes and what it identifies. */
import type { Column } from './schema.js';
import { wordsOf } from './names.js';
import { isForeignKeyColumn } from './tables.js';

/** A base class of a library declares it: that library's code, which is not in sight, reads and fills it. */
export function isOfLibrary(column: Column): boolean {
  return column.inheritedFrom === 'library';
}

/** True or false. */
export function isBoolean(column: Column): boolean {
  return column.type.name === 'boolean' || column.type.name === 'bool' || (column.type.name === 'tinyint' && column.type.args[0] === 1);
}

/** A moment or a day. */
export function isTime(column: Column): boolean {
  return /^(timestamp|date|time|timestamptz|datetime)\b/.test(column.type.name);
}

/** No B-tree serves it: documents, arrays, vectors, bytes. */
export function isUnindexable(column: Column): boolean {
  return column.type.array > 0 || /^(jsonb?|bytea|blob|xml|tsvector|vector|point|geometry|geography|hstore)\b/.test(column.type.name);
}

const STATES = new Set('status state stage phase kind type category role level priority mode visibility severity'.split(' '));

/** Of a longer list (countries, features) each value is rare, and one row may stand for each. */
export const HANDFUL = 20;

/** A handful of values: a boolean, an enum, declared choices, or a name like `status`. */
export function hasFewValues(column: Column): boolean {
  if (isForeignKeyColumn(column)) return false;
  return (
    isBoolean(column) ||
    column.type.enumName !== null ||
    (column.choices !== null && column.choices.length <= HANDFUL) ||
    (/^(is|has|can|should)_/.test(wordsOf(column.name).join('_') + '_') && !isTime(column)) ||
    isStateName(column)
  );
}

function isStateName(column: Column): boolean {
  const words = wordsOf(column.name);
  return STATES.has(words[words.length - 1] ?? '') && !/^(uuid)$/.test(column.type.name);
}

/** A state that changes during the life of a row: it tells no row from another. */
export function isState(column: Column): boolean {
  const last = wordsOf(column.name).at(-1) ?? '';
  return isBoolean(column) || ['status', 'state', 'stage', 'phase', 'priority', 'level', 'visibility', 'severity'].includes(last);
}

/** The name says of what kind a row is. */
export function isNamedKind(column: Column): boolean {
  return ['kind', 'type', 'category', 'role', 'mode'].includes(wordsOf(column.name).at(-1) ?? '');
}

const PROSE = new Set('body content text message description comment comments note notes summary reason prompt answer question details bio'.split(' '));

/** Prose of any length, by type and name. */
export function isFreeText(column: Column): boolean {
  return /^(text|longtext|mediumtext|varchar|character varying|string)$/.test(column.type.name) && PROSE.has(wordsOf(column.name).at(-1) ?? '');
}

const IDENTIFIERS = new Set('slug email username handle token sku isbn barcode hostname subdomain'.split(' '));

/** A name that says the column identifies one row: `slug`, `email`, `stripe_customer_id`, where the latter is no key of a table here. */
export function isIdentifier(column: Column): boolean {
  if (isForeignKeyColumn(column)) return false;
  const words = wordsOf(column.name);
  const last = words.at(-1) ?? '';
  return (IDENTIFIERS.has(last) && words.length <= 2) || (words.length > 1 && (last === 'id' || last === 'uuid' || last === 'token' || isHashOfToken(words)));
}

/** `token_hash`, `hashed_api_key`: what is kept of a token tells rows apart as it does itself. */
function isHashOfToken(words: readonly string[]): boolean {
  const rest = words.filter((word) => word !== 'hash' && word !== 'hashed' && word !== 'digest');
  return rest.length < words.length && ['token', 'key'].includes(rest.at(-1) ?? '');
}

/** Whether the types may be compared without a conversion that changes what an index can serve; unknown types are equal to any. */
export function isSameType(a: Column, b: Column): boolean {
  const [x, y] = [familyOf(a), familyOf(b)];
  return x === null || y === null || (x === y && a.type.array === b.type.array);
}

const FAMILIES: Readonly<Record<string, string>> = {
  int: 'integer',
  int4: 'integer',
  serial: 'integer',
  serial4: 'integer',
  bigserial: 'bigint',
  int8: 'bigint',
  serial8: 'bigint',
  smallserial: 'smallint',
  int2: 'smallint',
  varchar: 'text',
  'character varying': 'text',
  char: 'text',
  character: 'text',
  bpchar: 'text',
  string: 'text',
  citext: 'citext',
  decimal: 'numeric',
  bool: 'boolean',
  timestamptz: 'timestamp with time zone',
  timestamp: 'timestamp without time zone',
};

/** The type's name, equal for types that PostgreSQL stores and compares alike; null when it is unknown. */
export function familyOf(column: Column): string | null {
  const { name, enumName } = column.type;
  if (enumName) return `enum ${enumName}`;
  return name === 'unknown' ? null : (FAMILIES[name] ?? name);
}

/** The type as a sentence or statement spells it: `text[]`. */
export function typeText(column: Column): string {
  const { name, array, enumName } = column.type;
  return `${enumName ?? name}${'[]'.repeat(array)}`;
}
