/** Rows that a migration puts in through its library's API, as the statement that does the same. */
import type { Span } from '../../facts/code.js';
import type { SqlAssign, SqlQuery } from '../../facts/sql.js';
import { membersOf, type Value } from '../../flow/value.js';
import type { CallSite } from '../../dialects/dialect.js';
import type { Walk } from './walk.js';

/** Notes an insert of `rows` (a dict, a list of dicts, or what cannot be told) into a table. */
export function insertRows(walk: Walk, site: Pick<CallSite, 'env' | 'at'>, table: string, rows: Value | null): void {
  const names = new Set(rows ? columnsOf(rows) : []);
  walk.inserts.push({ path: site.env.module.path, query: insertQuery(table, [...names], site.at) });
}

function columnsOf(value: Value): readonly string[] {
  return membersOf(value).flatMap((member) =>
    member.k === 'dict' ? [...member.entries.keys()] : member.k === 'list' ? member.items.flatMap(columnsOf) : member.k === 'many' ? columnsOf(member.of) : [],
  );
}

function insertQuery(table: string, columns: readonly string[], at: Span): SqlQuery {
  return {
    verb: 'insert', target: { table: { name: table }, at }, from: [], ctes: [], subqueries: [], columns: [], outputs: [], conditions: [], sorts: [], groups: [],
    assigns: columns.map((column): SqlAssign => ({ column, at })), aggregates: false, at,
  };
}
