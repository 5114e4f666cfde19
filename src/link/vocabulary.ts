/** The words that may be a use of something in a schema, and the files in which they are none. */
import { camelCase, memberName } from '../model/project.js';
import type { Schema } from '../model/schema.js';

/** The names of tables, models, columns, relationships and functions, as code may write them. */
export function vocabularyOf(schema: Schema): readonly string[] {
  const names = new Set<string>();
  for (const table of schema.tables) {
    if (table.model === null) for (const { name } of [table, ...table.columns]) names.add(camelCase(name));
    for (const name of [table.name, table.model, ...(table.model ? [memberName(table.model)] : []), ...table.submodels]) if (name) names.add(name);
    for (const column of table.columns) { names.add(column.name); names.add(column.attribute); }
    for (const { name } of table.relationships) names.add(name);
  }
  for (const { kind, name } of schema.definitions ?? []) if (kind === 'function') names.add(name);
  return [...names];
}

/**
 * Prose about a table is no use of it, nor is a diagram of the schema, nor what styles a page or translates its words, nor what drizzle-kit notes of the schema
 * beside each migration.
 */
export function isProse(path: string): boolean {
  return (
    /\.(md|mdx|rst|txt|adoc|dbml|mmd|mermaid|p(lant)?uml|gv|drawio|excalidraw|css|less|s[ac]ss|styl|svg|pot?|mo|xlf)$/i.test(path) ||
    /(^|\/)meta\/\d+_snapshot\.json$/.test(path)
  );
}
