import type { Column, ColumnType } from '../model/schema.js';

/** A type as PostgreSQL writes it: `character varying(20)`, `integer[]`, the enum's name. */
export function typeText(type: ColumnType): string {
  const base = type.enumName ?? (type.name === 'unknown' ? 'text' : type.name);
  const args = type.args.length > 0 ? `(${type.args.join(',')})` : '';
  const zone = / (with|without) time zone$/.exec(base);
  return `${zone ? base.slice(0, zone.index) + args + zone[0] : base + args}${'[]'.repeat(type.array)}`;
}

/** Whether every column's type is known. */
export function isTypeKnown(column: Column): boolean {
  return column.type.enumName !== null || column.type.name !== 'unknown';
}
