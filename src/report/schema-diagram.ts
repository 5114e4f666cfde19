/** The merged schema for people: a Mermaid diagram, and DBML. */
import type { Column, ForeignKey, Schema, Table } from '../model/schema.js';
import { tableName } from '../lint/draft.js';
import { ownTables } from './schema-sql.js';
import { typeText } from './schema-type.js';

/** A Mermaid `erDiagram`. */
export function schemaMermaid(schema: Schema): string {
  const tables = ownTables(schema);
  const word = (text: string) => text.replace(/[^\w-]+/g, '_');
  const lines = tables.flatMap((table) => [
    `  ${word(tableName(table))} {`,
    ...table.columns.map((column) => {
      const marks = marksOf(column);
      return `    ${word(typeText(column.type))} ${word(column.name)}${marks ? ` ${marks}` : ''}`;
    }),
    '  }',
  ]);
  const links = keysBetween(tables).map(
    ({ table, key }) =>
      `  ${word(tableName(key.target))} ${isOptional(key) ? '|o' : '||'}--${isUniqueKey(table, key) ? 'o|' : 'o{'} ${word(tableName(table))} : "${key.columns.map((column) => column.name).join(', ')}"`,
  );
  return ['erDiagram', ...lines, ...links, ''].join('\n');
}

/** DBML, as dbdiagram.io and others read it. */
export function schemaDbml(schema: Schema): string {
  const tables = ownTables(schema);
  const enums = schema.enums.map((one) => [`Enum ${dbmlName(one.name)} {`, ...one.values.map((value) => `  ${quoted(value)}`), '}'].join('\n'));
  const blocks = tables.map((table) => [`Table ${dbmlTable(table)} {`, ...table.columns.map(dbmlColumn), ...dbmlIndexes(table), '}'].join('\n'));
  const refs = keysBetween(tables).map(
    ({ table, key }) =>
      `Ref: ${dbmlTable(table)}.${dbmlColumns(key.columns)} ${isUniqueKey(table, key) ? '-' : '>'} ${dbmlTable(key.target)}.${dbmlColumns(key.targetColumns)}`,
  );
  return `${[...enums, ...blocks, ...(refs.length > 0 ? [refs.join('\n')] : [])].join('\n\n')}\n`;
}

function marksOf(column: Column): string {
  const { table } = column;
  const marks = [
    ...(table.primaryKey?.columns.includes(column) ? ['PK'] : []),
    ...(table.foreignKeys.some((key) => key.columns.includes(column)) ? ['FK'] : []),
    ...(table.uniques.some((key) => key.columns.length === 1 && key.columns[0] === column) ? ['UK'] : []),
  ];
  return marks.join(', ');
}

function dbmlColumn(column: Column): string {
  const { table } = column;
  const settings = [
    ...(table.primaryKey?.columns.length === 1 && table.primaryKey.columns[0] === column ? ['pk'] : []),
    ...(table.uniques.some((key) => key.columns.length === 1 && key.columns[0] === column) ? ['unique'] : []),
    ...(column.nullable ? [] : ['not null']),
    ...(column.databaseDefault === null ? [] : [`default: \`${column.databaseDefault}\``]),
    ...(column.comment ? [`note: '${column.comment.replace(/\s+/g, ' ').replace(/\\/g, '\\\\').replace(/'/g, "\\'")}'`] : []),
  ];
  return `  ${dbmlName(column.name)} ${dbmlName(typeText(column.type))}${settings.length > 0 ? ` [${settings.join(', ')}]` : ''}`;
}

function dbmlIndexes(table: Table): string[] {
  const key = (columns: readonly Column[], setting: string) => `    (${columns.map((column) => dbmlName(column.name)).join(', ')}) [${setting}]`;
  const lines = [
    ...(table.primaryKey && table.primaryKey.columns.length > 1 ? [key(table.primaryKey.columns, 'pk')] : []),
    ...table.uniques.filter((one) => one.columns.length > 1).map((one) => key(one.columns, 'unique')),
    ...table.indexes.map(
      (index) =>
        `    (${index.parts.map((part) => (part.column ? dbmlName(part.column.name) : `\`${part.expression}\``)).join(', ')})${index.unique ? ' [unique]' : ''}`,
    ),
  ];
  return lines.length > 0 ? ['', '  indexes {', ...lines, '  }'] : [];
}

function keysBetween(tables: readonly Table[]): { readonly table: Table; readonly key: ForeignKey }[] {
  return tables.flatMap((table) => table.foreignKeys.filter((key) => tables.includes(key.target)).map((key) => ({ table, key })));
}

function isOptional(key: ForeignKey): boolean {
  return key.columns.some((column) => column.nullable);
}

function isUniqueKey(table: Table, key: ForeignKey): boolean {
  const covers = (columns: readonly Column[]) => columns.every((column) => key.columns.includes(column));
  return [...(table.primaryKey ? [table.primaryKey] : []), ...table.uniques].some((one) => covers(one.columns));
}

function dbmlTable(table: Table): string {
  return table.schema ? `${dbmlName(table.schema)}.${dbmlName(table.name)}` : dbmlName(table.name);
}

function dbmlColumns(columns: readonly Column[]): string {
  return columns.length === 1 ? dbmlName(columns[0].name) : `(${columns.map((column) => dbmlName(column.name)).join(', ')})`;
}

function dbmlName(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : quoted(name);
}

function quoted(text: string): string {
  return `"${text.replace(/"/g, '\\"')}"`;
}
