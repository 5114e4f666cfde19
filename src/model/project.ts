import type { Column, Schema, Table } from './schema.js';
import type { Copy, Exposure, Gap, Insert, PossibleUse, Query, TableUse, Usage, Use } from './usage.js';

/** What the user's config says about the project, as far as rules may know it. */
export interface Settings {
  readonly tenantKeys: readonly string[];
  readonly smallTables: readonly string[];
  readonly externalReaders: readonly string[];
  readonly defaultSchema: string;
}

/** The one thing rules see: the linked schema and usage, with lookups by table and column. */
export interface Project {
  readonly schema: Schema;
  readonly usage: Usage;
  readonly settings: Settings;
  usesOf(column: Column): readonly Use[];
  tableUsesOf(table: Table): readonly TableUse[];
  insertsInto(table: Table): readonly Insert[];
  /** Queries with the table among their sources. */
  queriesOf(table: Table): readonly Query[];
  copiesOf(column: Column): readonly Copy[];
  exposuresOf(table: Table): readonly Exposure[];
  /** By the column's attribute and physical name. */
  possibleUsesOf(column: Column): readonly PossibleUse[];
  /** By the model's and the table's name. */
  possibleTableUsesOf(table: Table): readonly PossibleUse[];
  gapsOf(subject: Table | Column): readonly Gap[];
}

/** Whether an application that uses the schema is in sight: where none is, nothing can be said of what nobody does. */
export function isApplicationSeen(project: Project): boolean {
  return !project.usage.gaps.some((gap) => gap.kind === 'unsupported' && gap.table === null && gap.column === null);
}

/** What a name in a database is called by code that turns its rows into objects: `created_at` as `createdAt`. */
export const camelCase = (name: string): string => name.replace(/(?<=[a-z0-9])_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

/** What code calls rows of a model, or a client what it does with them: `VisitorSurvey` as `visitorSurvey`. Null for one word, which may mean anything. */
export const memberName = (model: string): string | null => (/^[A-Z][a-z\d]*[A-Z]/.test(model) ? model.charAt(0).toLowerCase() + model.slice(1) : null);

const NOTHING: readonly never[] = [];

/** Indexes a linked schema and usage by table and column. Pure; the lookups answer in constant time. */
export function makeProject(schema: Schema, usage: Usage, settings: Settings): Project {
  const uses = groupBy(usage.uses, (use) => [use.column]);
  const tableUses = groupBy(usage.tableUses, (use) => [use.table]);
  const inserts = groupBy(usage.inserts, (insert) => [insert.table]);
  const queries = groupBy(usage.queries, (query) => new Set(query.sources.map((source) => source.table)));
  const copies = groupBy(usage.copies, (copy) => [copy.from, copy.to]);
  const exposures = groupBy(usage.exposures, (exposure) => [exposure.table]);
  const gaps = groupBy<Gap, Table | Column>(usage.gaps, (gap) => (gap.isApart ? [] : gap.column ? [gap.column] : gap.table ? [gap.table] : []));
  const possible = (names: Iterable<string>): readonly PossibleUse[] => [...new Set(names)].flatMap((name) => usage.possible.get(name) ?? NOTHING);
  return {
    schema, usage, settings,
    usesOf: (column) => uses.get(column) ?? NOTHING,
    tableUsesOf: (table) => tableUses.get(table) ?? NOTHING,
    insertsInto: (table) => inserts.get(table) ?? NOTHING,
    queriesOf: (table) => queries.get(table) ?? NOTHING,
    copiesOf: (column) => copies.get(column) ?? NOTHING,
    exposuresOf: (table) => exposures.get(table) ?? NOTHING,
    possibleUsesOf: (column) => possible([column.attribute, column.name, ...(column.table.model === null ? [camelCase(column.name)] : [])]),
    possibleTableUsesOf: (table) => possible([table.name, ...(table.model ? [table.model] : [camelCase(table.name)]), ...table.submodels]),
    gapsOf: (subject) => gaps.get(subject) ?? NOTHING,
  };
}

function groupBy<T, K>(items: readonly T[], keysOf: (item: T) => Iterable<K>): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    for (const key of keysOf(item)) {
      const group = groups.get(key);
      if (group) group.push(item);
      else groups.set(key, [item]);
    }
  }
  return groups;
}
