/** One table as SQL: its definition, keys to other tables, indexes, comments. */
import type { Column, ForeignKey, Index, Key, Table } from '../model/schema.js';
import { sqlColumns, sqlName, sqlTable } from '../model/sql-text.js';
import { isTypeKnown, sqlType } from './schema-type.js';

/** CREATE TABLE with its columns, keys, checks and exclusions. */
export function createTable(table: Table): string {
  const key = (kind: string, one: Key) =>
    `${constraint(one.name)}${kind}${one.nullsNotDistinct ? ' NULLS NOT DISTINCT' : ''} ${sqlColumns(one.columns)}${deferrable(one.deferrable)}`;
  const lines = [
    ...table.columns.map(columnLine),
    ...(table.primaryKey ? [key('PRIMARY KEY', table.primaryKey)] : []),
    ...table.uniques.map((one) => key('UNIQUE', one)),
    ...table.checks.map((check) => `${constraint(check.name)}CHECK (${quoted(table, check.expression)})`),
    ...table.exclusions.flatMap(({ name, definition }) => (definition ? [`${constraint(name ?? null)}EXCLUDE ${definition}`] : [])),
  ];
  return `CREATE TABLE ${sqlTable(table)} (\n${lines.map((line, i) => `  ${line}${i < lines.length - 1 ? ',' : ''}`).join('\n')}\n)${partitionKey(table)};`;
}

/** ALTER TABLE … ADD FOREIGN KEY, as a comment where no database has it or takes it. */
export function foreignKey(table: Table, key: ForeignKey, printed: ReadonlySet<Table>): string {
  const action = (event: string, what: string | null | undefined) => (what && what !== 'no action' ? ` ON ${event} ${what.toUpperCase()}` : '');
  const text = `ALTER TABLE ${sqlTable(table)} ADD ${constraint(key.name)}FOREIGN KEY ${sqlColumns(key.columns)} REFERENCES ${sqlTable(key.target)} ${sqlColumns(key.targetColumns)}${action('UPDATE', key.onUpdate)}${action('DELETE', key.onDelete)}${deferrable(key.deferrable)};`;
  if (!key.isEnforced) return `-- known to the ORM only: ${text}`;
  if (!printed.has(key.target)) return `-- to a ${key.target.isExternal ? 'table of a library' : key.target.kind}: ${text}`;
  return isKey(key.target, key.targetColumns) ? text : `-- to columns that are no key: ${text}`;
}

/** Whether PostgreSQL lets a foreign key point at these columns. */
function isKey(table: Table, columns: readonly Column[]): boolean {
  const wholeIndexes = table.indexes
    .filter((index) => index.unique && index.predicate === null && index.parts.every((part) => part.column))
    .map((index) => index.parts.map((part) => part.column!));
  return [...(table.primaryKey ? [table.primaryKey.columns] : []), ...table.uniques.map((key) => key.columns), ...wholeIndexes].some(
    (key) => key.length === columns.length && key.every((column) => columns.includes(column)),
  );
}

/** CREATE INDEX. */
export function createIndex(index: Index): string {
  const parts = index.parts.map(
    (part) =>
      `${part.column ? sqlName(part.column.name) : `(${quoted(index.table, part.expression ?? '')})`}${part.collation ? ` COLLATE ${collation(part.collation)}` : ''}${part.opclass ? ` ${part.opclass}` : ''}${part.desc ? ' DESC' : ''}${part.nulls ? ` NULLS ${part.nulls.toUpperCase()}` : ''}`,
  );
  const using = index.method === 'btree' ? '' : ` USING ${index.method}`;
  const include = index.include.length > 0 ? ` INCLUDE (${index.include.map(sqlName).join(', ')})` : '';
  return `CREATE ${index.unique ? 'UNIQUE ' : ''}INDEX ${index.name ? `${sqlName(index.name)} ` : ''}ON ${sqlTable(index.table)}${using} (${parts.join(', ')})${include}${index.nullsNotDistinct ? ' NULLS NOT DISTINCT' : ''}${index.predicate ? ` WHERE ${quoted(index.table, index.predicate)}` : ''};`;
}

/** COMMENT ON for the table and its columns. */
export function comments(table: Table): string[] {
  const columns = table.columns.flatMap((column) =>
    column.comment ? [`COMMENT ON COLUMN ${sqlTable(table)}.${sqlName(column.name)} IS ${literal(column.comment)};`] : [],
  );
  return [...(table.comment ? [`COMMENT ON TABLE ${sqlTable(table)} IS ${literal(table.comment)};`] : []), ...columns];
}

/** A text as SQL writes it. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Models write their columns as they are called: names that SQL would fold or take for words of its own are quoted. */
function quoted(table: Table, text: string): string {
  if (table.model === null) return text;
  const names = table.columns.map((column) => column.name).filter((name) => sqlName(name) !== name && /^\w+$/.test(name) && text.includes(name));
  const bare = (name: string): RegExp => new RegExp(`(?<![\\w$".])${name}(?![\\w$"(])`, 'g');
  return names.reduce(
    (done, name) =>
      done
        .split(/('(?:[^']|'')*')/)
        .map((part, at) => (at % 2 ? part : part.replace(bare(name), sqlName(name))))
        .join(''),
    text,
  );
}

function columnLine(column: Column): string {
  const collated = column.collation ? ` COLLATE ${collation(column.collation)}` : '';
  return `${sqlName(column.name)} ${sqlType(column.type)}${collated}${column.nullable ? '' : ' NOT NULL'}${filled(column)}${isTypeKnown(column) ? '' : ' /* type not known */'}`;
}

/** What the database puts into it. A default that is written is the database's own word, a sequence among them. */
function filled(column: Column): string {
  if (column.isGenerated)
    return column.generated ? ` GENERATED ALWAYS AS (${column.generated}) ${column.isVirtual ? 'VIRTUAL' : 'STORED'}` : ' /* generated */';
  // Models that leave the number to the database do not say from which sequence.
  if (column.databaseDefault !== null && column.databaseDefault !== 'nextval()') return ` DEFAULT ${column.databaseDefault}`;
  return column.isIdentity && /^(smallint|integer|bigint)$/.test(column.type.name) ? ' GENERATED BY DEFAULT AS IDENTITY' : '';
}

function partitionKey({ partitions }: Table): string {
  if (!partitions || (!partitions.spec && partitions.by.length === 0)) return '';
  return ` PARTITION BY ${partitions.spec ?? `RANGE (${partitions.by.map(sqlName).join(', ')})`}`;
}

const constraint = (name: string | null): string => (name ? `CONSTRAINT ${sqlName(name)} ` : '');
const collation = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const deferrable = (when: Key['deferrable']): string => (when === 'initially' ? ' DEFERRABLE INITIALLY DEFERRED' : when ? ' DEFERRABLE' : '');
