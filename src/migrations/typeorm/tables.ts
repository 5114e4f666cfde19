/** `new Table({…})`, `new TableColumn({…})` and the like. https://github.com/typeorm/typeorm/tree/master/src/schema-builder/options */
import { namedType } from '../../dialects/shared/script-types.js';
import type { Span } from '../../facts/code.js';
import type { ColumnDef, ConstraintDef, DdlOp, IndexDef, QName, ReferentialAction, TypeRef } from '../../facts/ddl.js';
import { argument, entry, flag, text, textsIn } from '../../flow/arguments.js';
import type { DictValue, Value } from '../../flow/value.js';

/** The options of a `new Table…(…)` or a plain object; null for anything else. */
export function optionsOf(value: Value | null | undefined): DictValue | null {
  if (value?.k === 'dict') return value;
  const first = value?.k === 'term' ? argument(value.args, 0) : null;
  return first?.k === 'dict' ? first : null;
}

/** A table given by name (`schema.table`) or as a `Table`. */
export function tableName(value: Value | null): QName | null {
  const written = text(value) ?? text(optionsOf(value)?.entries.get('name'));
  if (!written) return null;
  const [name, schema] = written.split('.').reverse();
  return { name: name!, ...(schema ? { schema } : {}) };
}

export interface ReadColumn { readonly def: ColumnDef; readonly constraints: readonly ConstraintDef[]; readonly isPrimary: boolean }

/** A column; null when its name cannot be told. */
export function columnOf(value: Value, at: Span): ReadColumn | null {
  const options = optionsOf(value);
  const name = text(options?.entries.get('name'));
  if (!options || name === null) return null;
  const own = options.places?.get('name')?.at ?? at;
  const option = (key: string): Value | null => entry(options, key);
  const isPrimary = flag(option('isPrimary')) === true;
  const generation = flag(option('isGenerated')) === true ? text(option('generationStrategy')) ?? 'increment' : null;
  const def: ColumnDef = {
    name,
    type: typeOf(option),
    nullable: !isPrimary && flag(option('isNullable')) === true,
    at: own,
    ...(defaultOf(option('default')) !== null ? { default: defaultOf(option('default'))! } : generation === 'uuid' ? { default: 'uuid_generate_v4()' } : {}),
    ...(generation !== null && generation !== 'uuid' ? { identity: true } : {}),
    ...(text(option('asExpression')) !== null ? { generated: text(option('asExpression'))! } : {}),
    ...(text(option('comment')) !== null ? { comment: text(option('comment'))! } : {}),
  };
  return { def, isPrimary, constraints: flag(option('isUnique')) === true ? [{ k: 'unique', columns: [name], at: own }] : [] };
}

function typeOf(option: (key: string) => Value | null): TypeRef | null {
  const written = text(option('type'));
  if (written === null) return null;
  const values = textsIn(option('enum'));
  const enumName = text(option('enumName'));
  const type = namedType(written);
  const sizes = [option('length'), option('precision'), option('scale')].flatMap((value) =>
    value?.k === 'const' && value.v !== null && Number(value.v) > 0 ? [Number(value.v)] : [],
  );
  const base: TypeRef =
    type.name === 'enum'
      ? { name: enumName ?? 'enum', ...(enumName === null ? {} : { enumName }), values }
      : type.args || sizes.length === 0
        ? type
        : { ...type, args: sizes };
  return flag(option('isArray')) === true && !base.array ? { ...base, array: 1 } : base;
}

/** Defaults of the builder are SQL as they stand. */
function defaultOf(value: Value | null): string | null {
  return value?.k === 'const' && value.v !== null ? String(value.v) : null;
}

/** The operations of `createTable`; null when the table or one of its columns cannot be told. */
export function createTable(value: Value | null, ifNotExists: boolean, at: Span): readonly DdlOp[] | null {
  const options = optionsOf(value);
  const table = tableName(value);
  const list = (key: string): readonly Value[] => { const found = entry(options, key); return found?.k === 'list' ? found.items : []; };
  const columns = list('columns').map((item) => columnOf(item, at));
  const given = entry(options, 'columns');
  if (!table || !options || (given !== null && given.k !== 'list') || columns.some((column) => column === null)) return null;
  const known = columns as ReadColumn[];
  const primary = known.filter((column) => column.isPrimary).map((column) => column.def.name);
  const constraints = [
    ...(primary.length ? [{ k: 'primary' as const, columns: primary, at }] : []),
    ...known.flatMap((column) => column.constraints),
    ...list('uniques').map((item) => uniqueOf(item, at)),
    ...list('foreignKeys').map((item) => foreignOf(item, at)),
    ...list('checks').map((item) => checkOf(item, at)),
  ];
  const indexes = list('indices').map((item) => indexOf(item, at));
  if (constraints.includes(null) || indexes.includes(null)) return null;
  const place = options.places?.get('name')?.at ?? at;
  return [
    {
      k: 'create-table',
      table,
      columns: known.map((column) => column.def),
      constraints: constraints as ConstraintDef[],
      ...(ifNotExists ? { ifNotExists } : {}),
      at: place,
    },
    ...(indexes as IndexDef[]).map((index): DdlOp => ({ k: 'create-index', table, index, at: index.at })),
  ];
}

const ACTIONS = new Set(['no action', 'restrict', 'cascade', 'set null', 'set default']);
const nameIn = (options: DictValue): { readonly name?: string } => { const name = text(entry(options, 'name')); return name === null ? {} : { name }; };
const placeIn = (options: DictValue, at: Span): Span => options.places?.get('columnNames')?.at ?? at;

export function foreignOf(value: Value, at: Span): ConstraintDef | null {
  const options = optionsOf(value);
  const table = tableName(options && entry(options, 'referencedTableName'));
  if (!options || !table) return null;
  const onDelete = text(entry(options, 'onDelete'))?.toLowerCase() ?? '';
  return {
    k: 'foreign', ...nameIn(options), columns: textsIn(entry(options, 'columnNames')), table, refColumns: textsIn(entry(options, 'referencedColumnNames')),
    ...(ACTIONS.has(onDelete) ? { onDelete: onDelete as ReferentialAction } : {}), at: placeIn(options, at),
  };
}

export function uniqueOf(value: Value, at: Span): ConstraintDef | null {
  const options = optionsOf(value);
  return options ? { k: 'unique', ...nameIn(options), columns: textsIn(entry(options, 'columnNames')), at: placeIn(options, at) } : null;
}

export function checkOf(value: Value, at: Span): ConstraintDef | null {
  const options = optionsOf(value);
  const expression = text(options?.entries.get('expression'));
  return options && expression !== null ? { k: 'check', ...nameIn(options), expression, columns: textsIn(entry(options, 'columnNames')), at } : null;
}

export function indexOf(value: Value, at: Span): IndexDef | null {
  const options = optionsOf(value);
  if (!options) return null;
  const where = text(entry(options, 'where'));
  return {
    ...nameIn(options),
    parts: textsIn(entry(options, 'columnNames')).map((column) => ({ column })),
    unique: flag(entry(options, 'isUnique')) === true,
    method: 'btree',
    ...(where === null ? {} : { predicate: where }),
    at: placeIn(options, at),
  };
}
