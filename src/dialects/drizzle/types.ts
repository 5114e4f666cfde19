/** Types of columns by the builder that declares them. https://orm.drizzle.team/docs/column-types/pg */
import type { TypeRef } from '../../facts/ddl.js';
import { argument, entry, positional, text, unwritten } from '../../flow/arguments.js';
import type { Flow } from '../../flow/evaluate.js';
import { membersOf, type Term, type Value } from '../../flow/value.js';
import { enumType, namedType } from '../shared/script-types.js';
import { ENUM_FUNCTIONS, coreOf, drizzleName } from './names.js';

/** Builders whose name is no name of a type. */
const BUILDERS: Readonly<Record<string, string>> = {
  serial: 'integer',
  smallserial: 'smallint',
  bigserial: 'bigint',
  doublePrecision: 'double precision',
  mysqlEnum: 'enum',
  singlestoreEnum: 'enum',
  char: 'character',
  varchar: 'character varying',
  timestamp: 'timestamp without time zone',
  time: 'time without time zone',
  datetime: 'timestamp without time zone',
  point: 'point',
  line: 'line',
  geometry: 'geometry',
  macaddr: 'macaddr',
  macaddr8: 'macaddr8',
  halfvec: 'halfvec',
  sparsevec: 'sparsevec',
  vector: 'vector',
  bytea: 'bytea',
  year: 'smallint',
  customType: 'unknown',
};

export interface BuiltType {
  readonly type: TypeRef | null;
  /** The name given as first argument. */
  readonly name: string | null;
  readonly isSerial: boolean;
  readonly choices: readonly string[] | null;
}

/** What the first call of a column's chain says; null when it builds no column. */
export function builtType(flow: Flow, root: Term): BuiltType | null {
  const first = argument(root.args, 0);
  const name = text(first);
  const options = positional(root.args).map((arg) => arg.value).find((value) => value.k === 'dict') ?? null;
  if (root.callee.k === 'term') return customType(flow, root.callee, name, options);
  const builder = drizzleName(root.callee);
  if (builder === null || builder === '' || builder.includes('.')) return null;
  const choices = valuesOf(flow, entry(options, 'enum') ?? positional(root.args).map((arg) => arg.value).find((value) => value.k === 'list') ?? null);
  return { type: typeNamed(builder, coreOf(root.callee), options, choices), name, isSerial: /serial$/.test(builder), choices };
}

function typeNamed(builder: string, core: string, options: Value | null, choices: readonly string[] | null): TypeRef {
  const mode = text(entry(options, 'mode'));
  if (core === 'sqlite' && builder === 'integer') return { name: mode === 'boolean' ? 'boolean' : 'integer' };
  if (core === 'sqlite' && builder === 'text' && mode === 'json') return { name: 'json' };
  const withTimezone = entry(options, 'withTimezone');
  if (withTimezone?.k === 'const' && withTimezone.v === true) return { name: builder === 'time' ? 'time with time zone' : 'timestamp with time zone' };
  const args = ['length', 'precision', 'scale', 'dimensions']
    .map((key) => entry(options, key))
    .flatMap((value) => (value?.k === 'const' && typeof value.v === 'number' ? [value.v] : []));
  const named = BUILDERS[builder] ?? namedType(builder.toLowerCase()).name;
  return { name: named, ...(args.length && core !== 'sqlite' ? { args } : {}), ...(named === 'enum' && choices ? { values: choices } : {}) };
}

/**
 * A column of an enumeration (`roleEnum('role')`) or of a custom type, whose `dataType` says the type of the database.
 * https://orm.drizzle.team/docs/custom-types
 */
function customType(flow: Flow, callee: Term, name: string | null, options: Value | null): BuiltType | null {
  const made =
    ENUM_FUNCTIONS.has(drizzleName(callee.callee) ?? '') || (callee.name === 'enum' && callee.of?.k === 'term') ? 'enum' : drizzleName(callee.callee);
  if (made === 'enum') {
    const enumName = text(argument(callee.args, 0)) ?? 'enum';
    const values = valuesOf(flow, argument(callee.args, 1));
    return { type: { name: enumName, enumName, ...(values ? { values } : {}) }, name, isSerial: false, choices: values };
  }
  if (made !== 'customType') return null;
  const dataType = entry(argument(callee.args, 0), 'dataType');
  const given = dataType?.k === 'fn' ? flow.callFn(dataType, [unwritten(options ?? { k: 'dict', entries: new Map(), rest: null }, callee.place.at)]) : null;
  const written = given ? membersOf(given).map(text).find((each) => each !== null) : null;
  return { type: written ? namedType(written) : null, name, isSerial: false, choices: null };
}

/** The strings of a list, an object of constants or an enumeration. */
export function valuesOf(flow: Flow, value: Value | null): readonly string[] | null {
  return enumType(flow, value, '')?.values ?? null;
}
