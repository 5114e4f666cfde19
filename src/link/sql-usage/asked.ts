/** Which columns a statement asks of a table that nothing declares. */
import type { ColumnRef, Source, SqlQuery } from '../../facts/sql.js';
import { isHoleName } from './holes.js';

/** Columns that PostgreSQL gives every table (https://www.postgresql.org/docs/current/ddl-system-columns.html). */
const SYSTEM_COLUMNS = new Set(['ctid', 'oid', 'tableoid', 'xmin', 'xmax', 'cmin', 'cmax']);

/**
 * Names of columns that `query` itself, without its sub-queries, asks of `source`: those with its name before them, and bare ones where it is the only table.
 */
export function columnsAsked(query: SqlQuery, source: Source): readonly string[] {
  const outputs = new Set(query.outputs.flatMap((output) => (output.name !== null && output.column?.name !== output.name ? [output.name] : [])));
  const isOnly = query.from.length + (query.target ? 1 : 0) === 1;
  const name = source.alias ?? source.table?.name;
  const isAsked = (ref: ColumnRef) =>
    ref.name !== '*' &&
    !isHoleName(ref.name) &&
    ref.name !== name &&
    !SYSTEM_COLUMNS.has(ref.name) &&
    (ref.qualifier === undefined ? isOnly && !outputs.has(ref.name) : ref.qualifier === name);
  const conditions = query.conditions.flatMap(({ column, value }) => (value.k === 'column' ? [column, value.column] : [column]));
  const refs = [
    ...query.columns,
    ...conditions,
    ...query.sorts.map((sort) => sort.column),
    ...query.groups,
    ...query.outputs.flatMap((output) => output.column ?? []),
  ];
  const written = source === query.target ? query.assigns.map((assign) => assign.column) : [];
  return [...new Set([...refs.filter(isAsked).map((ref) => ref.name), ...written])];
}
