/** Attributes of `createTable`, `addColumn` and `changeColumn`. https://sequelize.org/docs/v6/other-topics/query-interface/ */
import { actionOf, defaultOf } from '../../dialects/sequelize/defaults.js';
import { typeOf } from '../../dialects/sequelize/types.js';
import type { Span } from '../../facts/code.js';
import type { ColumnDef, ConstraintDef, QName } from '../../facts/ddl.js';
import { entry, flag, text } from '../../flow/arguments.js';
import type { Value } from '../../flow/value.js';

export interface ReadColumn {
  readonly def: ColumnDef;
  readonly constraints: readonly ConstraintDef[];
  readonly isPrimary: boolean;
  readonly hasReference: boolean;
}

/** A table by name, or as `{ tableName, schema }`. */
export function tableName(value: Value | null | undefined): QName | null {
  const name = text(value) ?? text(entry(value, 'tableName')) ?? text(entry(value, 'name'));
  const schema = text(entry(value, 'schema'));
  return name === null ? null : { name, ...(schema === null ? {} : { schema }) };
}

/** A column from its attribute: a type, or an object of options. Null when it is neither. */
export function columnOf(table: string, name: string, attribute: Value, at: Span): ReadColumn | null {
  const options = attribute.k === 'dict' ? attribute : null;
  const option = (key: string): Value | null => (options ? entry(options, key) : null);
  const type = typeOf(options ? option('type') : attribute, `enum_${table}_${name}`);
  if (!options && !type) return null;
  const isPrimary = flag(option('primaryKey')) === true;
  const fallback = defaultOf(option('defaultValue'));
  const comment = text(option('comment'));
  const def: ColumnDef = {
    name, type, nullable: !isPrimary && flag(option('allowNull')) !== false, at, ...(fallback === null ? {} : { default: fallback }),
    ...(flag(option('autoIncrement')) === true ? { identity: true } : {}), ...(comment === null ? {} : { comment }),
  };
  const reference = referenceOf(name, option('references'), option('onDelete'), at);
  const unique = option('unique');
  const isUnique = unique !== null && flag(unique) !== false && !(unique.k === 'const' && unique.v === null);
  return {
    def,
    isPrimary,
    hasReference: reference !== null,
    constraints: [...(isUnique ? [{ k: 'unique' as const, columns: [name], at }] : []), ...(reference ? [reference] : [])],
  };
}

function referenceOf(column: string, references: Value | null, onDelete: Value | null, at: Span): ConstraintDef | null {
  const table = tableName(entry(references, 'model')) ?? tableName(entry(references, 'table')) ?? (text(references) === null ? null : tableName(references));
  if (!table) return null;
  const key = text(entry(references, 'key')) ?? text(entry(references, 'field'));
  const action = actionOf(onDelete);
  return { k: 'foreign', columns: [column], table, refColumns: key === null ? [] : [key], ...(action ? { onDelete: action } : {}), at };
}
