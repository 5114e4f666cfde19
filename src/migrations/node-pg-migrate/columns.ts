/** Columns, keys and indexes as node-pg-migrate's options give them. https://salsita.github.io/node-pg-migrate/migrations/columns */
import { actionOf } from '../../dialects/sequelize/defaults.js';
import { namedType } from '../../dialects/shared/script-types.js';
import type { Span } from '../../facts/code.js';
import type { ColumnDef, ConstraintDef, IndexPart, QName, TypeRef } from '../../facts/ddl.js';
import { entry, flag, text, textsIn } from '../../flow/arguments.js';
import type { DictValue, Value } from '../../flow/value.js';
import { sqlConstant } from '../../link/draft.js';

/** Types that a team names in `exports.shorthands`, for all migrations that follow. */
export type Shorthands = Map<string, Value>;

/** What the database makes of what it reads in the text of a type: https://www.postgresql.org/docs/current/datatype-numeric.html#DATATYPE-SERIAL */
const SERIAL = /^(?:small|big)?serial[248]?$/i;

/** A name, or `{ schema, name }`. */
export function nameOf(value: Value | null | undefined): QName | null {
  const name = text(value) ?? text(entry(value, 'name'));
  const schema = text(entry(value, 'schema'));
  return name === null ? null : { name, ...(schema === null ? {} : { schema }) };
}

/** Text that is SQL as it stands: `pgm.func('now()')`, `new PgLiteral('now()')`. */
export function literalOf(value: Value | null | undefined): string | null {
  if (value?.k === 'special' && typeof value.data['sql'] === 'string') return value.data['sql'];
  return value?.k === 'term' ? text(value.args.list[0]?.value) : null;
}

export interface ReadColumn { readonly def: ColumnDef; readonly constraints: readonly ConstraintDef[]; readonly isPrimary: boolean }

/** A column from its type or options; null when it is neither. */
export function columnOf(name: string, given: Value, at: Span, shorthands: Shorthands): ReadColumn | null {
  const options = expand(given, shorthands);
  const written = text(options?.get('type'));
  if (!options || written === null) return null;
  const option = (key: string): Value | null => options.get(key) ?? null;
  const isPrimary = flag(option('primaryKey')) === true;
  const isSerial = SERIAL.test(written);
  const fallback = defaultOf(option('default'));
  const generated = text(option('expressionGenerated'));
  const comment = text(option('comment'));
  const check = text(option('check'));
  const reference = referenceOf([name], options, at);
  const def: ColumnDef = {
    name,
    type: typeOf(written),
    nullable: !isPrimary && !isSerial && flag(option('notNull')) !== true,
    at,
    ...(fallback === null ? {} : { default: fallback }),
    ...(isSerial || option('sequenceGenerated') ? { identity: true } : {}),
    ...(generated === null ? {} : { generated }),
    ...(comment === null ? {} : { comment }),
  };
  return {
    def,
    isPrimary,
    constraints: [
      ...(flag(option('unique')) === true ? [{ k: 'unique' as const, columns: [name], at }] : []),
      ...(reference ? [reference] : []),
      ...(check === null ? [] : [{ k: 'check' as const, expression: check, columns: [name], at }]),
    ],
  };
}

const SERIALS: Readonly<Record<string, string>> = {
  serial: 'integer',
  serial4: 'integer',
  bigserial: 'bigint',
  serial8: 'bigint',
  smallserial: 'smallint',
  serial2: 'smallint',
};
const typeOf = (written: string): TypeRef => (SERIALS[written.toLowerCase()] ? { name: SERIALS[written.toLowerCase()]! } : namedType(written));

/** A bare text is a shorthand or a type; a type in options may be a shorthand too, with the rest of the options over it. */
function expand(given: Value, shorthands: Shorthands, depth = 4): ReadonlyMap<string, Value> | null {
  const own = given.k === 'dict' ? (given.rest ? null : given.entries) : text(given) === null ? null : new Map([['type', given]]);
  const type = text(own?.get('type'));
  if (!own || type === null || depth === 0) return own;
  const base = shorthands.get(type);
  // https://github.com/salsita/node-pg-migrate/blob/main/src/utils/createTransformer.ts, applyType
  if (base) { const under = expand(base, shorthands, depth - 1); return under && new Map([...under, ...[...own].filter(([key]) => key !== 'type')]); }
  return type === 'id' ? new Map<string, Value>([['primaryKey', { k: 'const', v: true }], ...own, ['type', { k: 'const', v: 'serial' }]]) : own;
}

function defaultOf(value: Value | null): string | null {
  if (value === null || (value.k === 'const' && value.v === null)) return null;
  return literalOf(value) ?? (value.k === 'const' ? sqlConstant(value) : 'default');
}

/** `references`: a table, `"schema"."table"(column)`, or a name in parts. */
export function referenceOf(columns: readonly string[], options: ReadonlyMap<string, Value>, at: Span, name: string | null = null): ConstraintDef | null {
  const given = options.get('references');
  const named = name ?? text(options.get('referencesConstraintName'));
  const match = text(given) === null ? null : /^\s*([^()]+?)\s*(?:\(([^()]*)\))?\s*$/.exec(text(given)!);
  const [plain, schema] = (match?.[1] ?? '').split('.').map(unquoted).reverse();
  const table = match ? { name: plain!, ...(schema ? { schema } : {}) } : nameOf(given);
  if (!table) return null;
  const action = actionOf(options.get('onDelete'));
  return {
    k: 'foreign',
    ...(named === null ? {} : { name: named }),
    columns,
    table,
    refColumns: (match?.[2] ?? '').split(',').map(unquoted).filter(Boolean),
    ...(action ? { onDelete: action } : {}),
    at,
  };
}

const unquoted = (name: string): string => { const trimmed = name.trim(); return trimmed.startsWith('"') ? trimmed.slice(1, -1) : trimmed.toLowerCase(); };

/**
 * `{ unique, primaryKey, foreignKeys, check, exclude }`, of a table or of `addConstraint`; null when one cannot be told.
 * https://salsita.github.io/node-pg-migrate/migrations/constraints
 */
export function constraintsOf(options: DictValue, name: string | null, at: Span): readonly ConstraintDef[] | null {
  const named = name === null ? {} : { name };
  const found: (ConstraintDef | null)[] = [];
  const lists = (value: Value | null): readonly (readonly string[])[] =>
    value?.k === 'list' && value.items.some((item) => item.k === 'list') ? value.items.map(textsIn) : [textsIn(value)];
  for (const [key, value] of options.entries) {
    if (key === 'unique') for (const columns of lists(value)) found.push(columns.length ? { k: 'unique', ...named, columns, at } : null);
    else if (key === 'primaryKey') found.push(textsIn(value).length ? { k: 'primary', ...named, columns: textsIn(value), at } : null);
    else if (key === 'check') for (const expression of textsIn(value)) found.push({ k: 'check', ...named, expression, columns: [], at });
    else if (key === 'exclude') found.push({ k: 'exclude', ...named, parts: [], definition: text(value) ?? '', at });
    else if (key === 'foreignKeys')
      for (const each of value.k === 'list' ? value.items : [value])
        found.push(each.k === 'dict' ? referenceOf(textsIn(entry(each, 'columns')), each.entries, at, name) : null);
  }
  return found.includes(null) ? null : (found as ConstraintDef[]);
}

/** A constraint written out: `UNIQUE (a, b)`; null for what is none of the usual ones. */
export function writtenConstraint(sql: string, name: string | null, at: Span): ConstraintDef | null {
  const named = name === null ? {} : { name };
  const names = (list: string): readonly string[] => list.split(',').map(unquoted);
  const key = /^\s*(unique|primary\s+key)\s*\(([^()]*)\)/i.exec(sql);
  if (key) return { k: key[1]!.toLowerCase() === 'unique' ? 'unique' : 'primary', ...named, columns: names(key[2]!), at };
  const foreign =
    /^\s*foreign\s+key\s*\(([^()]*)\)\s*references\s+([\w."]+\s*(?:\([^()]*\))?)[^]*?(?:on\s+delete\s+(cascade|restrict|set\s+null|set\s+default|no\s+action)[^]*)?$/i.exec(
      sql,
    );
  if (foreign)
    return referenceOf(
      names(foreign[1]!),
      new Map<string, Value>([
        ['references', { k: 'const', v: foreign[2]! }],
        ['onDelete', { k: 'const', v: foreign[3]?.replace(/\s+/g, ' ') ?? null }],
      ]),
      at,
      name,
    );
  const check = /^\s*check\s*\(([^]*)\)[^()]*$/i.exec(sql);
  if (check) return { k: 'check', ...named, expression: check[1]!, columns: [], at };
  return /^\s*exclude\b/i.test(sql) ? { k: 'exclude', ...named, parts: [], definition: sql, at } : null;
}

/** One column of an index: a name, an expression, or `{ name, sort, opclass }`. */
export function indexPart(item: Value): IndexPart | null {
  const name = text(item) ?? text(entry(item, 'name'));
  if (name === null) return null;
  const opclass = nameOf(entry(item, 'opclass'))?.name;
  return {
    ...(/^\w+$/.test(name) ? { column: name } : { column: null, expression: name, columnsInExpression: name.match(/\b[a-z_]\w*\b(?!\s*\()/gi) ?? [] }),
    ...(text(entry(item, 'sort'))?.toUpperCase() === 'DESC' ? { desc: true } : {}),
    ...(opclass ? { opclass } : {}),
  };
}
