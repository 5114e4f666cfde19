/** What points at a table from elsewhere in the schema, looked up rather than searched: schemas of thousands of tables are real. */
import type { ForeignKey, Relationship, Schema, Table, Trigger } from './schema.js';

export interface SchemaIndex {
  /** Foreign keys of other tables that point at the table. */
  keysTo(table: Table): readonly ForeignKey[];
  /** Relationships of other tables whose target is the table. */
  relationshipsTo(table: Table): readonly Relationship[];
  /** A relationship reaches its target over the table. */
  isThrough(table: Table): boolean;
  /** Tables of this name, in whatever schema. */
  named(name: string): readonly Table[];
  /** Triggers, of whatever table, that write a table of this name. */
  triggersWriting(name: string): readonly Trigger[];
  /** Another table inherits the table's columns in the database (`INHERITS`). */
  hasHeirs(table: Table): boolean;
}

const indexes = new WeakMap<Schema, SchemaIndex>();

/** The index of a schema, made once. */
export function indexOf(schema: Schema): SchemaIndex {
  let index = indexes.get(schema);
  if (!index) indexes.set(schema, (index = build(schema)));
  return index;
}

function build(schema: Schema): SchemaIndex {
  const keys = new Map<Table, ForeignKey[]>();
  const relationships = new Map<Table, Relationship[]>();
  const through = new Set<Table>();
  const triggers = new Map<string, Trigger[]>();
  const names = new Map<string, Table[]>();
  const parents = new Set<string>();
  for (const table of schema.tables) {
    add(names, table.name, table);
    for (const key of table.foreignKeys) if (key.target !== table) add(keys, key.target, key);
    for (const relationship of table.relationships) {
      if (relationship.target !== table) add(relationships, relationship.target, relationship);
      if (relationship.through) through.add(relationship.through);
    }
    for (const trigger of table.triggers) for (const name of new Set(trigger.writes.map((write) => write.table))) add(triggers, name, trigger);
    for (const { inheritedFrom, declarations } of table.columns)
      if (inheritedFrom !== null && declarations.every((one) => one.kind !== 'model')) parents.add(`${table.database}\0${inheritedFrom}`);
  }
  return {
    keysTo: (table) => keys.get(table) ?? [], relationshipsTo: (table) => relationships.get(table) ?? [],
    isThrough: (table) => through.has(table), named: (name) => names.get(name) ?? [], triggersWriting: (name) => triggers.get(name) ?? [],
    hasHeirs: (table) => table.model === null && parents.has(`${table.database}\0${table.name}`),
  };
}

function add<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
