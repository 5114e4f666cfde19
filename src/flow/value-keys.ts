/** Texts that tell values from one another: calls with equal ones need one evaluation. */
import { spanEnd, spanStart } from '../facts/span.js';
import { digest } from './digest.js';
import { namesKey } from './sql-names.js';
import { partsKey } from './sql-parts.js';
import { isSqlText, type Value } from './value.js';

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
    case 'any': return value.sql
      ? `sql:${value.sql.path}:${spanStart(value.sql.at)}${value.sql.title ?? ''}${value.sql.isOpen ? '+' : ''}${partsKey(value.sql.parts)}${namesKey(value.sql.holes)}`
      : value.parts
        ? `parts:${partsKey(value.parts)}`
        : 'any';
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
    case 'row':
      return `row:${value.model.id}:${value.lookup ?? ''}${value.isNew ? ':new' : ''}${value.isSent ? ':sent' : ''}${value.only ? `(${[...value.only].join()})` : ''}${value.loaded && depth > 0 ? `{${entryKeys(value.loaded, depth - 1)}}` : ''}${value.result ? `:${value.result.id}` : ''}`;
    case 'embedded': return `embedded:${value.model.id}.${value.path}${value.isNew ? ':new' : ''}`;
    case 'column': return `column:${value.model.id}.${value.attribute}:${value.alias ?? ''}:${value.wrapped ?? ''}`;
    case 'field': return `field:${value.model.id}.${value.attribute}`;
    case 'query': return `query:${value.query.id}`;
    case 'predicate':
      return `predicate:${value.conditions.map((condition) => `${condition.column.model.id}.${condition.column.attribute}${condition.op}`).join('&')}`;
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
