/** The methods of Knex's table, column and foreign key builders. */
import type { CallSite } from '../../dialects/dialect.js';
import { actionOf } from '../../dialects/sequelize/defaults.js';
import { namedType } from '../../dialects/shared/script-types.js';
import type { TypeRef } from '../../facts/ddl.js';
import { argument, argumentOf, entry, flag, lastName, text, textsIn } from '../../flow/arguments.js';
import { ANY, type SpecialValue, type Value } from '../../flow/value.js';
import { sqlConstant } from '../../link/draft.js';
import { toolValue, type Tool } from '../steps/walk.js';
import type { ColumnSketch, ForeignSketch, TableSketch } from './table.js';

const TYPES: Readonly<Record<string, string>> = {
  increments: 'integer',
  bigIncrements: 'bigint',
  integer: 'integer',
  int: 'integer',
  tinyint: 'smallint',
  smallint: 'smallint',
  mediumint: 'integer',
  bigInteger: 'bigint',
  bigint: 'bigint',
  text: 'text',
  float: 'real',
  double: 'double precision',
  boolean: 'boolean',
  bool: 'boolean',
  date: 'date',
  time: 'time without time zone',
  binary: 'bytea',
  json: 'json',
  jsonb: 'jsonb',
  geometry: 'geometry',
  geography: 'geography',
};

/** A call of `table.…(…)`. */
export function tableCall(tool: Tool, sketch: TableSketch, site: CallSite): Value {
  const name = site.name ?? '';
  const first = argument(site.args, 0);
  const column = text(first);
  const at = site.args.list[0]?.at ?? site.at;
  const made = (type: TypeRef | null): Value => {
    if (column === null) { sketch.unknown.push(`a column of ${sketch.table.name} whose name cannot be told`); return ANY; }
    return toolValue(tool, 'column', { sketch, column: sketch.column(column, type, at) });
  };
  switch (name) {
    case 'increments': case 'bigIncrements': {
      const key = sketch.column(column ?? 'id', { name: TYPES[name]! }, at);
      Object.assign(key, { identity: true, nullable: false, isPrimary: flag(entry(argument(site.args, 1), 'primaryKey')) !== false });
      return toolValue(tool, 'column', { sketch, column: key });
    }
    case 'string': case 'char': {
      const length = argument(site.args, 1);
      return made({
        name: name === 'char' ? 'character' : 'character varying',
        args: [length?.k === 'const' && typeof length.v === 'number' ? length.v : 255],
      });
    }
    case 'decimal': case 'numeric': {
      const sizes = [1, 2].flatMap((index) => {
        const size = argument(site.args, index);
        return size?.k === 'const' && typeof size.v === 'number' ? [size.v] : [];
      });
      return made({ name: 'numeric', args: sizes.length === 2 ? sizes : [sizes[0] ?? 8, 2] });
    }
    case 'timestamp': case 'datetime': case 'dateTime': return made({
      name:
        flag(entry(argument(site.args, 1), 'useTz')) === false || flag(argument(site.args, 1)) === true
          ? 'timestamp without time zone'
          : 'timestamp with time zone',
    });
    case 'timestamps': return timestamps(sketch, site);
    case 'enum': case 'enu': {
      const values = textsIn(argument(site.args, 1));
      const options = argument(site.args, 2);
      const enumName = flag(entry(options, 'useNative')) === true ? text(entry(options, 'enumName')) : null;
      if (enumName !== null) return made({ name: enumName, enumName, ...(flag(entry(options, 'existingType')) === true ? {} : { values }) });
      const chain = made({ name: 'text' });
      // https://knexjs.org/guide/schema-builder.html#enum-enu
      if (chain.k === 'special' && values.length > 0) (chain.data['column'] as ColumnSketch).allowed = { values, name: null };
      return chain;
    }
    case 'check': {
      const expression = column;
      if (expression !== null)
        sketch.constraints.push({
          k: 'check',
          ...(text(argument(site.args, 2)) === null ? {} : { name: text(argument(site.args, 2))! }),
          expression,
          columns: [],
          at,
        });
      return ANY;
    }
    // https://github.com/knex/knex/blob/master/lib/dialects/postgres/schema/pg-columncompiler.js (`uuid`)
    case 'uuid': {
      const chain = made({ name: 'uuid' });
      if (chain.k === 'special' && flag(entry(argument(site.args, 1), 'primaryKey')) === true)
        Object.assign(chain.data['column'] as ColumnSketch, { isPrimary: true, nullable: false });
      return chain;
    }
    case 'specificType': return made(namedType(text(argument(site.args, 1)) ?? 'unknown'));
    case 'comment': sketch.comment = column; return ANY;
    default: return name in TYPES ? made({ name: TYPES[name]! }) : keyCall(tool, sketch, site);
  }
}

function keyCall(tool: Tool, sketch: TableSketch, site: CallSite): Value {
  const name = site.name ?? '';
  const { table } = sketch;
  const given = argumentOf(site.args, 0);
  const columns = textsIn(given?.value ?? null);
  const at = given?.at ?? site.at;
  const options = argument(site.args, 1);
  const named = text(options) ?? text(entry(options, 'indexName')) ?? text(entry(options, 'constraintName'));
  const drop = (kind: 'unique' | 'foreign' | 'primary', suffix: string): void =>
    void sketch.changes.push({
      k: 'drop-constraint',
      table,
      name: named ?? (kind === 'primary' ? `${table.name}_pkey` : sketch.nameOf(columns, suffix)),
      kind,
      ...(columns.length ? { columns } : {}),
      at,
    });
  switch (name) {
    case 'primary': sketch.constraints.push({ k: 'primary', columns, at }); break;
    case 'unique': sketch.constraints.push({ k: 'unique', name: named ?? sketch.nameOf(columns, 'unique'), columns, at }); break;
    case 'index':
      sketch.indexes.push({ name: named ?? sketch.nameOf(columns, 'index'), parts: columns.map((column) => ({ column })), unique: false, method: 'btree', at });
    break;
    case 'foreign': {
      const key: ForeignSketch = { columns, name: named, table: null, refColumns: [], onDelete: null, at };
      sketch.foreign.push(key);
      return toolValue(tool, 'foreign', { key });
    }
    case 'dropColumn': case 'dropColumns':
      for (const arg of site.args.list) for (const column of textsIn(arg.value)) sketch.changes.push({ k: 'drop-column', table, column, at });
    break;
    case 'dropTimestamps': for (const column of flag(given?.value) === true ? ['createdAt', 'updatedAt'] : ['created_at', 'updated_at'])
      sketch.changes.push({ k: 'drop-column', table, column, at });
    break;
    case 'dropUnique': drop('unique', 'unique'); break;
    case 'dropForeign': drop('foreign', 'foreign'); break;
    case 'dropPrimary': drop('primary', 'pkey'); break;
    case 'dropIndex':
      sketch.changes.push({ k: 'drop-index', name: { name: named ?? sketch.nameOf(columns, 'index') }, table, ...(columns.length ? { columns } : {}), at });
    break;
    case 'renameColumn': {
      const to = text(options);
      if (columns[0] && to !== null) sketch.changes.push({ k: 'rename-column', table, column: columns[0], to, at });
      else sketch.unknown.push('a column is renamed to a name that cannot be told');
      break;
    }
    case 'setNullable': case 'dropNullable':
      for (const column of columns) sketch.changes.push({ k: 'alter-column', table, column, nullable: name === 'setNullable', at });
    break;
    default: break;
  }
  return ANY;
}

/** `timestamps(useTimestamps, defaultToNow, useCamelCase)`, or the same as options. */
function timestamps(sketch: TableSketch, site: CallSite): Value {
  const [first, second, third] = [0, 1, 2].map((index) => argument(site.args, index));
  const isNow = (flag(second) ?? flag(entry(first, 'defaultToNow'))) === true;
  const isCamel = (flag(third) ?? flag(entry(first, 'useCamelCase'))) === true;
  for (const name of isCamel ? ['createdAt', 'updatedAt'] : ['created_at', 'updated_at'])
    Object.assign(sketch.column(name, { name: 'timestamp with time zone' }, site.at), isNow ? { nullable: false, default: 'CURRENT_TIMESTAMP' } : {});
  return ANY;
}

/** A call in the chain of a column. */
export function columnCall(of: SpecialValue, site: CallSite): Value {
  const column = of.data['column'] as ColumnSketch;
  const first = argument(site.args, 0);
  const nameGiven = text(first) ?? text(entry(first, 'indexName')) ?? true;
  switch (site.name) {
    case 'notNullable': case 'notNull': column.nullable = false; break;
    case 'nullable': column.nullable = flag(first) !== false; break;
    case 'defaultTo': column.default = defaultOf(first); break;
    case 'primary': Object.assign(column, { isPrimary: true, nullable: false }); break;
    case 'unique': column.unique = nameGiven; break;
    case 'index': column.index = nameGiven; break;
    case 'alter': column.isAltered = true; break;
    case 'comment': column.comment = text(first); break;
    case 'checkIn': column.allowed = { values: textsIn(first), name: text(argument(site.args, 1)) }; break;
    case 'references': column.reference = referenceTo([column.name], text(first), column.at); break;
    case 'inTable': case 'onDelete': case 'onUpdate': case 'withKeyName': if (column.reference) continueReference(column.reference, site); break;
    default: break;
  }
  return of;
}

/** A call in the chain of `table.foreign(…)`. */
export function foreignCall(of: SpecialValue, site: CallSite): Value {
  const key = of.data['key'] as ForeignSketch;
  const given = argument(site.args, 0);
  if (site.name === 'references')
    Object.assign(key, given?.k === 'list' ? { refColumns: textsIn(given) } : { ...referenceTo(key.columns, text(given), key.at), name: key.name });
  else continueReference(key, site);
  return of;
}

/** `id`, `table.id` */
function referenceTo(columns: readonly string[], written: string | null, at: ForeignSketch['at']): ForeignSketch {
  const parts = (written ?? '').split('.');
  return {
    columns,
    name: null,
    table: parts.length > 1 ? parts.slice(0, -1).join('.') : null,
    refColumns: written === null ? [] : [parts.at(-1)!],
    onDelete: null,
    at,
  };
}

function continueReference(key: ForeignSketch, site: CallSite): void {
  const given = text(argument(site.args, 0));
  if (site.name === 'inTable') key.table = given;
  else if (site.name === 'onDelete') key.onDelete = actionOf(argument(site.args, 0));
  else if (site.name === 'withKeyName') key.name = given;
}

function defaultOf(value: Value | null): string | null {
  if (value === null || (value.k === 'const' && value.v === null)) return null;
  if (value.k === 'const') return sqlConstant(value);
  // `knex.raw('now()')`, `knex.fn.now()`
  if (value.k === 'special') return (value.data['sql'] as string | undefined) ?? 'default';
  return value.k === 'term' && lastName({ name: value.name ?? '', module: '' }) === 'now' ? 'CURRENT_TIMESTAMP' : 'default';
}
