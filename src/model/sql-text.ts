/** SQL for remedies, in PostgreSQL's spelling. */
import type { Column, Table } from './schema.js';

const RESERVED = new Set(
  `all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate collation column concurrently constraint create
  cross current_catalog current_date current_role current_schema current_time current_timestamp current_user default deferrable desc distinct do else end
  except false fetch for foreign freeze from full grant group having ilike in initially inner intersect into is isnull join lateral leading left like limit
  localtime localtimestamp natural not notnull null offset on only or order outer overlaps placing primary references returning right select session_user
  similar some symmetric system_user table tablesample then to trailing true union unique user using variadic verbose when where window with`.split(/\s+/),
);

/** A name as SQL spells it: quoted only where it must be. */
export function sqlName(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) && !RESERVED.has(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

/** The table's name, with its schema where that is not the default one. */
export function sqlTable(table: Table): string {
  return table.schema ? `${sqlName(table.schema)}.${sqlName(table.name)}` : sqlName(table.name);
}

/** `(a, b)`. */
export function sqlColumns(columns: readonly Column[]): string {
  return `(${columns.map((column) => sqlName(column.name)).join(', ')})`;
}

/** `ALTER TABLE t` and its actions, one a line. */
export function alterTable(table: Table, ...actions: readonly string[]): string {
  return actions.length === 1 ? `ALTER TABLE ${sqlTable(table)} ${actions[0]};` : `ALTER TABLE ${sqlTable(table)}\n  ${actions.join(',\n  ')};`;
}

/** Drops the columns in one statement. */
export function dropColumns(table: Table, columns: readonly Column[]): string {
  return alterTable(table, ...columns.map((column) => `DROP COLUMN ${sqlName(column.name)}`));
}

/** Drops the table. */
export function dropTable(table: Table): string {
  return `DROP TABLE ${sqlTable(table)};`;
}

/** Drops an index by its name, in the schema of its table, without blocking writers. */
export function dropIndex(table: Table, name: string): string {
  return `DROP INDEX CONCURRENTLY ${table.schema ? `${sqlName(table.schema)}.` : ''}${sqlName(name)};`;
}
