/** A schema and a server's catalog in one plain form: what both must say of tables, keys and indexes. */
import { isTable } from '../../scripts/postgres/catalog.mjs';
import type { Column, Schema, Table } from '../../src/model/schema.js';
import { ownTables } from '../../src/report/schema-sql.js';
import { typeText } from '../../src/report/schema-type.js';

interface Plain { readonly columns: string[]; readonly primaryKey: string[]; readonly uniques: string[]; readonly foreignKeys: string[]; readonly checks: number; readonly exclusions: number; readonly indexes: string[] }

/** PostgreSQL forgets how many dimensions an array is declared with. */
const plainType = (type: Column['type']): string => bare(typeText(type)).replace(/(\[\])+$/, '[]');
const bare = (text: string): string => text.replaceAll('"', '');
const bareList = (texts: readonly string[]): string[] => texts.map(bare);
const list = (columns: readonly Column[]): string => bareList(columns.map((column) => column.name)).join(', ');
const nameOf = (table: Table): string => (table.schema ? `${table.schema}.${table.name}` : table.name);

/** The tables that a server has. */
export function plainCatalog(catalog: ReadonlyMap<string, any>): Record<string, Plain> {
  return Object.fromEntries([...catalog.values()].filter(isTable).sort(byName).map((table) => [table.name, {
    columns: table.columns.map((column: any) => `${column.name} ${bare(column.type)}${column.nullable ? '' : ' NOT NULL'}${column.default === null && !column.identity ? '' : ' filled'}`),
    primaryKey: bareList(table.primaryKey), uniques: bareList(table.uniques), foreignKeys: bareList(table.foreignKeys), checks: table.checks.length, exclusions: table.exclusions.length,
    indexes: table.indexes.map((text: string) => `${text.startsWith('UNIQUE') ? 'unique ' : ''}${/USING (\w+)/.exec(text)![1]}${/ WHERE /.test(text) ? ' partial' : ''}`).sort(),
  }]));
}

/** The tables that a schema has. */
export function modelCatalog(schema: Schema): Record<string, Plain> {
  return Object.fromEntries(ownTables(schema).map((table): [string, Plain] => [nameOf(table), plainTable(table)]).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function plainTable(table: Table): Plain {
  const action = (event: string, what: string | null | undefined): string => (what && what !== 'no action' ? ` ON ${event} ${what.toUpperCase()}` : '');
  const when = (deferrable: Table['uniques'][number]['deferrable']): string => (deferrable === 'initially' ? ' DEFERRABLE INITIALLY DEFERRED' : deferrable ? ' DEFERRABLE' : '');
  return {
    columns: table.columns.map((column) => `${column.name} ${plainType(column.type)}${column.nullable ? '' : ' NOT NULL'}${column.databaseDefault !== null || column.isIdentity || column.isGenerated ? ' filled' : ''}`),
    primaryKey: table.primaryKey ? [`PRIMARY KEY (${list(table.primaryKey.columns)})`] : [],
    uniques: table.uniques.map((key) => `UNIQUE ${key.nullsNotDistinct ? 'NULLS NOT DISTINCT ' : ''}(${list(key.columns)})${when(key.deferrable)}`).sort(),
    foreignKeys: table.foreignKeys.map((key) => `FOREIGN KEY (${list(key.columns)}) REFERENCES ${key.target.name}(${list(key.targetColumns)})${action('UPDATE', key.onUpdate)}${action('DELETE', key.onDelete)}${when(key.deferrable)}`).sort(),
    checks: table.checks.length, exclusions: table.exclusions.length,
    indexes: table.indexes.map((index) => `${index.unique ? 'unique ' : ''}${index.method}${index.predicate ? ' partial' : ''}`).sort(),
  };
}

/** Views with their columns. */
export function viewsOf(schema: Schema): Record<string, string[]> {
  return Object.fromEntries(schema.tables.filter((table) => /view/.test(table.kind)).map((table): [string, string[]] => [nameOf(table), table.columns.map((column) => column.name)]).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : 1;
}
