/** The models that usage is linked against: each draft's table under the names its code uses. */
import { lineage } from '../flow/classes.js';
import type { Flow } from '../flow/evaluate.js';
import type { Model, ModelRelationship } from '../flow/model.js';
import type { Column, Relationship, Schema, Table } from '../model/schema.js';
import type { ClassRef } from '../flow/value.js';
import type { TableDraft } from './draft.js';
import { spanStart } from '../facts/span.js';

/** Registers a model for every draft with code of its own, and one for every table that only SQL declares. Returns a lookup by table. */
export function registerModels(flow: Flow, drafts: readonly TableDraft[], tableOf: ReadonlyMap<TableDraft, Table>, schema: Schema): ReadonlyMap<Table, Model> {
  const byTable = new Map<Table, Model>();
  const pending: {
    model: Model;
    draft: TableDraft;
    columns: Map<string, Column>;
    relationships: Map<string, ModelRelationship>;
    embedded: Map<string, readonly ClassRef[]>;
  }[] = [];
  for (const draft of drafts) {
    const table = tableOf.get(draft);
    if (!table || draft.kind !== 'model') continue;
    const columns = new Map<string, Column>();
    const relationships = new Map<string, ModelRelationship>();
    for (const column of draft.columns) {
      const linked = table.columns.find((other) => other.name === column.name);
      if (linked) columns.set(column.attribute, linked);
    }
    for (const [name, attribute] of draft.synonyms ?? []) { const column = columns.get(attribute); if (column) columns.set(name, column); }
    const embedded = embeddedIn(draft);
    const model: Model = {
      id: `${draft.dialect}:${draft.cls?.id ?? draft.site ?? `${draft.place.path}:${spanStart(draft.place.at)}`}`,
      name: draft.model ?? draft.name,
      table,
      dialect: draft.dialect,
      cls: draft.cls,
      columns,
      relationships,
      embedded,
    };
    pending.push({ model, draft, columns, relationships, embedded });
    flow.addModel(model, draft.site ? [draft.site] : []);
    if (!byTable.has(table)) byTable.set(table, model);
  }
  // Rows of a submodel have what their base has; rows of a base may be of any submodel.
  const byClass = new Map(pending.filter((each) => each.draft.cls).map((each) => [each.draft.cls!.id, each]));
  for (const each of pending) {
    if (!each.draft.cls) continue;
    for (const base of lineage(flow, each.draft.cls).slice(1)) {
      const parent = byClass.get(base.id);
      if (!parent) continue;
      for (const [name, column] of parent.columns) if (!each.columns.has(name)) each.columns.set(name, column);
      for (const [path, classes] of parent.embedded) if (!each.embedded.has(path)) each.embedded.set(path, classes);
    }
  }
  for (const table of schema.tables) {
    if (byTable.has(table)) continue;
    const model: Model = {
      id: `table:${table.schema ?? ''}.${table.name}`,
      name: table.name,
      table,
      dialect: 'postgres',
      cls: null,
      columns: new Map(table.columns.map((column) => [column.name, column])),
      relationships: new Map(),
      embedded: new Map(),
    };
    byTable.set(table, model);
  }
  for (const each of pending) {
    const tables = new Set([each.model.table, ...[...each.columns.values()].map((column) => column.table)]);
    for (const table of tables)
      for (const relationship of table.relationships)
        each.relationships.set(relationship.name, modelRelationship(relationship, byTable.get(relationship.target)!));
  }
  return byTable;
}

/** What leads to the columns and relationships whose names are paths. */
function embeddedIn(draft: TableDraft): Map<string, readonly ClassRef[]> {
  const paths = [
    ...draft.columns.map((column) => column.attribute),
    ...(draft.synonyms?.keys() ?? []),
    ...draft.relationships.map((relationship) => relationship.name),
  ];
  const leading = paths.flatMap((path) => [...path.matchAll(/\./g)].map((dot) => path.slice(0, dot.index)));
  return new Map(leading.map((path) => [path, draft.embedded?.get(path) ?? []]));
}

function modelRelationship(relationship: Relationship, target: Model): ModelRelationship {
  const key = relationship.foreignKey;
  const isHere = key?.table === relationship.table && !(key.target === key.table && relationship.many);
  return {
    name: relationship.name,
    target,
    many: relationship.many,
    relationship,
    local: key ? (isHere ? key.columns : key.targetColumns) : (relationship.ownColumns ?? []),
    remote: key ? (isHere ? key.targetColumns : key.columns) : [],
  };
}
