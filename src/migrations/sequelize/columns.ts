/** Attributes of `createTable`, `addColumn` and `changeColumn`. https://sequelize.org/docs/v6/other-topics/query-interface/ */
import type { Span } from '../../facts/code.js';
import type { ColumnDef, ConstraintDef, QName, ReferentialAction } from '../../facts/ddl.js';
import { argument, entry, flag, lastName, text, type Value } from '../../flow/value.js';
import { sqlConstant } from '../../link/draft.js';
import { typeOf } from './types.js';

export interface ReadColumn { readonly def: ColumnDef; readonly constraints: readonly ConstraintDef[]; readonly isPrimary: boolean; readonly hasReference: boolean }

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
  return { def, isPrimary, hasReference: reference !== null, constraints: [...(isUnique ? [{ k: 'unique' as const, columns: [name], at }] : []), ...(reference ? [reference] : [])] };
}

function referenceOf(column: string, references: Value | null, onDelete: Value | null, at: Span): ConstraintDef | null {
  const table = tableName(entry(references, 'model')) ?? tableName(entry(references, 'table')) ?? (text(references) === null ? null : tableName(references));
  if (!table) return null;
  const key = text(entry(references, 'key')) ?? text(entry(references, 'field'));
  const action = actionOf(onDelete);
  return { k: 'foreign', columns: [column], table, refColumns: key === null ? [] : [key], ...(action ? { onDelete: action } : {}), at };
}

export function actionOf(value: Value | null | undefined): ReferentialAction | null {
  const action = text(value)?.toLowerCase();
  return action === 'cascade' || action === 'set null' || action === 'restrict' || action === 'set default' || action === 'no action' ? action : null;
}

/** A default as SQL text. `NOW` and `UUIDV4` are filled in by the library: https://github.com/sequelize/sequelize/blob/v6/src/utils.js (defaultValueSchemable) */
function defaultOf(value: Value | null): string | null {
  if (value === null || (value.k === 'const' && value.v === null)) return null;
  if (value.k === 'const') return sqlConstant(value);
  if (value.k === 'ext' || value.k === 'fn') return null;
  if (value.k !== 'term') return 'default';
  const name = value.callee.k === 'ext' ? lastName(value.callee) : value.name ?? '';
  const first = text(argument(value.args, 0));
  if (name === 'literal') return first ?? 'default';
  return name === 'fn' ? `${first ?? 'default'}()` : 'default';
}
