/** Files of named queries: what the line above a statement says of it. */
import type { SqlStatement } from '../../facts/sql.js';

/**
 * `-- name: GetUser :one` of sqlc and pugsql, `-- name: get_user^` of aiosql, `-- :name get-user :? :1` of HugSQL. https://docs.sqlc.dev/en/latest/reference/query-annotations.html,
 * https://nackjicholson.github.io/aiosql/defining-sql-queries.html, https://www.hugsql.org/hugsql-in-detail/command-options
 */
const NAMED = /^[ \t]*--[ \t]*:?name:?[ \t]+[\w./-]+[ \t]*(.*)$/gm;
const ONE = /^(?:\^|\$)|(?:^|\s):(?:one|batchone|scalar|1)\b/;

/** The statements with how many rows their name asks for; `before` is the text between them and what stands before them. */
export function withName(statements: readonly SqlStatement[], before: string): readonly SqlStatement[] {
  const says = before.includes('name') ? [...before.matchAll(NAMED)].at(-1)?.[1] : undefined;
  if (says === undefined || !ONE.test(says)) return statements;
  return statements.map((statement) => (statement.k === 'query' && statement.query.verb === 'select' ? { k: 'query', query: { ...statement.query, expects: 'one' } } : statement));
}
