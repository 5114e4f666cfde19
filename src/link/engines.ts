/** Which engine a database is of, and what engines do with a schema by themselves. */
import type { DatabaseEngine, FileFacts } from '../facts/file.js';
import type { MutableTable } from './mutable.js';

/** The one engine whose drivers the repository's manifests ask for; null where they ask for none or several. */
export function engineAskedFor(files: ReadonlyMap<string, FileFacts>): DatabaseEngine | null {
  const asked = new Set([...files.values()].flatMap(({ settings }) => settings?.drivers ?? []));
  return asked.size === 1 ? [...asked][0]! : null;
}

/** MySQL indexes a foreign key that no index starts with. https://dev.mysql.com/doc/refman/8.4/en/create-table-foreign-keys.html */
export function indexKeys(table: MutableTable): void {
  const prefixes = [
    ...[...(table.primaryKey ? [table.primaryKey] : []), ...table.uniques].map((key) => key.columns),
    ...table.indexes.map((index) => index.parts.map((part) => part.column)),
  ];
  for (const { columns, isEnforced, place, declarations } of table.foreignKeys) {
    if (!isEnforced || prefixes.some((prefix) => columns.every((column, at) => prefix[at] === column))) continue;
    prefixes.push(columns);
    table.indexes.push({
      table,
      name: null,
      parts: columns.map((column) => ({ column, expression: null, desc: false, opclass: null })),
      unique: false,
      method: 'btree',
      include: [],
      predicate: null,
      isImplicit: true,
      place,
      declarations: declarations.map(({ kind, place: at }) => ({ kind, place: at })),
    });
  }
}
