/**
 * The merged schema as PostgreSQL DDL: what tables need, tables, indexes, then keys between tables, which may point at what an index keeps unique; sorted by
 * name.
 */
import type { Place, Schema, Table } from '../model/schema.js';
import { sqlName, sqlTable } from '../model/sql-text.js';
import { comments, createIndex, createTable, foreignKey, literal } from './sql-table.js';
import { definitionsFor, extensionsFor, schemasFor, searchPathFor, sequencesFor } from './sql-needs.js';

/**
 * Prints the schema; views and tables of libraries are named in comments only. `sourceOf` gives the text of a statement, for functions
 * and types that tables need.
 */
export function schemaSql(schema: Schema, sourceOf: (place: Place) => string = () => ''): string {
  const own = ownTables(schema);
  const printed = new Set(own);
  const others = schema.tables
    .filter((table) => !printed.has(table))
    .map((table) => `-- ${table.isExternal ? 'table of a library' : table.kind}: ${sqlTable(table)}`);
  const enums = new Map(
    [...schema.enums]
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map((one) => [one.name, `CREATE TYPE ${sqlName(one.name)} AS ENUM (${one.values.map(literal).join(', ')});`]),
  );
  const tables = own.map((table) => [createTable(table), ...comments(table)]);
  const keys = own.flatMap((table) => table.foreignKeys.map((key) => foreignKey(table, key, printed)));
  const indexes = own.flatMap((table) => table.indexes.map(createIndex));
  const text = [...tables.flat(), ...indexes].join('\n');
  const parts = [
    schemasFor(schema, own),
    extensionsFor(schema, own),
    searchPathFor(schema),
    [...enums.values()],
    ...definitionsFor(schema, text, sourceOf),
    sequencesFor(own),
    ...tables,
    indexes,
    keys,
    [...others].sort(),
  ];
  return parts.filter((part) => part.length > 0).map((part) => `${part.join('\n')}\n`).join('\n');
}

/** Tables of this application, by name. */
export function ownTables(schema: Schema): readonly Table[] {
  return schema.tables
    .filter((table) => table.kind === 'table' && !table.isExternal)
    .sort((a, b) => (sqlTable(a) < sqlTable(b) ? -1 : sqlTable(a) > sqlTable(b) ? 1 : a.database < b.database ? -1 : 1));
}
