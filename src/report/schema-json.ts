import type { Declaration, Key, Schema, Table } from '../model/schema.js';
import type { Locate } from '../lint/finding.js';
import { tableName } from '../lint/draft.js';
import { ownTables } from './schema-sql.js';
import { typeText } from './schema-type.js';

/** The merged schema as JSON, every object with the places that declare it. */
export function schemaJson(schema: Schema, locate: Locate): string {
  return `${JSON.stringify({ formatVersion: 1, tables: ownTables(schema).map((table) => tableOf(table, locate)), enums: schema.enums.map(({ name, values, place }) => ({ name, values, location: locate(place) })) }, null, 2)}\n`;
}

function tableOf(table: Table, locate: Locate): object {
  const declared = (declarations: readonly Declaration[]) => declarations.map(({ kind, place }) => ({ kind, location: locate(place) }));
  const key = (one: Key) => ({ name: one.name, columns: names(one.columns), nullsNotDistinct: one.nullsNotDistinct, declarations: declared(one.declarations) });
  return {
    name: tableName(table),
    model: table.model,
    comment: table.comment,
    declarations: declared(table.declarations),
    columns: table.columns.map((column) => ({
      name: column.name,
      attribute: column.attribute,
      type: typeText(column.type),
      nullable: column.nullable,
      default: column.databaseDefault,
      identity: column.isIdentity,
      generated: column.isGenerated,
      comment: column.comment,
      declarations: declared(column.declarations),
    })),
    primaryKey: table.primaryKey ? key(table.primaryKey) : null,
    uniques: table.uniques.map(key),
    foreignKeys: table.foreignKeys.map((one) => ({
      name: one.name,
      columns: names(one.columns),
      table: tableName(one.target),
      targetColumns: names(one.targetColumns),
      onDelete: one.onDelete,
      onUpdate: one.onUpdate ?? null,
      enforced: one.isEnforced,
      declarations: declared(one.declarations),
    })),
    indexes: table.indexes.map((one) => ({
      name: one.name,
      columns: one.parts.map((part) => part.column?.name ?? part.expression),
      unique: one.unique,
      method: one.method,
      include: one.include,
      predicate: one.predicate,
      implicit: one.isImplicit,
      declarations: declared(one.declarations),
    })),
    checks: table.checks.map(({ name, expression, place }) => ({ name, expression, location: locate(place) })),
    relationships: table.relationships.map((one) => ({
      name: one.name,
      table: tableName(one.target),
      many: one.many,
      inverse: one.inverse,
      location: locate(one.place),
    })),
  };
}

function names(columns: readonly { readonly name: string }[]): string[] {
  return columns.map((column) => column.name);
}
