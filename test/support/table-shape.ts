import type { Column, ForeignKey, Index, Schema } from '../../src/model/schema.js';

const names = (columns: readonly Column[]): string => columns.map((column) => column.name).join(', ');
const index = (each: Index): string => `${each.unique ? 'unique index' : 'index'} (${each.parts.map((part) => part.column?.name ?? part.expression).join(', ')})${each.predicate ? ` where ${each.predicate}` : ''}`;
const foreign = (each: ForeignKey): string => `foreign (${names(each.columns)}) -> ${each.target.name} (${names(each.targetColumns)})${each.onDelete ? ` ${each.onDelete}` : ''}`;
const column = (each: Column): string => [each.name, `${each.type.name}${each.type.args.length ? `(${each.type.args.join(', ')})` : ''}${'[]'.repeat(each.type.array)}`, each.nullable ? 'null' : '', each.databaseDefault === null ? '' : `= ${each.databaseDefault}`].filter(Boolean).join(' ');

/** A table in short lines: its columns, then keys, indexes and foreign keys; empty when there is none of that name. */
export function shapeOf(schema: Schema, name: string): string[] {
  const table = schema.tables.find((each) => each.name === name);
  if (!table) return [];
  return [
    ...table.columns.map(column), ...(table.primaryKey ? [`primary (${names(table.primaryKey.columns)})`] : []),
    ...table.uniques.map((each) => `unique (${names(each.columns)})`), ...table.indexes.map(index), ...table.foreignKeys.map(foreign),
  ];
}

/** Names of all tables, sorted. */
export const tableNames = (schema: Schema): string[] => schema.tables.map((table) => table.name).sort();
