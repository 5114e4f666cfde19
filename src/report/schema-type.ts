import type { Column, ColumnType } from '../model/schema.js';
import { sqlName } from '../model/sql-text.js';

/** A type as PostgreSQL writes it: `character varying(20)`, `integer[]`, the enum's name. */
export function typeText(type: ColumnType): string {
  return spelt(type, type.enumName ?? (type.name === 'unknown' ? 'text' : type.name));
}

/** The same as SQL takes it: names that would be folded are quoted. */
export function sqlType(type: ColumnType): string {
  const name = type.enumName ?? (type.name === 'unknown' ? 'text' : type.name);
  // The type `"char"` is another one than `char`.
  const isPlain = type.enumName === null && /^[a-z][a-z0-9_ ]*$/.test(name) && name !== 'char';
  return spelt(type, isPlain ? name : name === 'char' ? '"char"' : sqlName(name));
}

function spelt(type: ColumnType, base: string): string {
  const args = type.args.length > 0 ? `(${type.args.join(',')})` : '';
  const zone = / (with|without) time zone$/.exec(base);
  return `${zone ? base.slice(0, zone.index) + args + zone[0] : base + args}${'[]'.repeat(type.array)}`;
}

/** Whether every column's type is known. */
export function isTypeKnown(column: Column): boolean {
  return column.type.enumName !== null || column.type.name !== 'unknown';
}
