/** Statements with the rows that code puts into them in one piece. */
import type { Span } from '../facts/code.js';
import type { QName } from '../facts/ddl.js';
import type { SqlQuery } from '../facts/sql.js';
import type { Model } from '../flow/model.js';
import type { SqlRow } from '../flow/sql-rows.js';
import type { Value } from '../flow/value.js';
import { columnName } from './sql-usage/scope.js';
import type { PlacedAssign } from './sql-usage/writes.js';

/** `INSERT INTO t ${row}`, `UPDATE t SET ${row}` with the row in the hole at `at` of the file at `path`: its values get numbers behind those of `holes`. */
export function putRow(query: SqlQuery, row: SqlRow, at: Span, path: string, holes: Value[], modelOf: (name: QName) => Model | null): SqlQuery {
  const isThere = (span: Span): boolean => span === at;
  const model = query.target?.table ? modelOf(query.target.table) : null;
  const assigns = (): readonly PlacedAssign[] => [...row.entries].map(([name, value]): PlacedAssign => {
    const place = row.places?.get(name);
    return {
      column: columnIn(model, name),
      parameter: `hole:${holes.push(value)}`,
      ...(place?.path === path ? { at: place.at } : { at, ...(place ? { place } : {}) }),
    };
  });
  if (query.verb === 'insert' && query.from.some((source) => isThere(source.at)))
    return {
      ...query,
      from: query.from.filter((source) => !isThere(source.at)),
      columns: query.columns.filter((column) => !isThere(column.at) && column.name !== '*'),
      assigns: [...assigns(), ...query.assigns],
    };
  return query.assigns.some((assign) => isThere(assign.at))
    ? { ...query, assigns: query.assigns.flatMap((assign) => (isThere(assign.at) ? assigns() : [assign])) }
    : query;
}

/** Drivers can turn `createdAt` into `created_at`. */
function columnIn(model: Model | null, name: string): string {
  if (!model || columnName(model, name) !== null) return name;
  return columnName(model, name.replace(/([a-z0-9])([A-Z])/g, '$1_$2')) ?? name;
}
