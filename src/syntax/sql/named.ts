/** Files of named queries: what the line above a statement says of it. */
import type { SqlStatement } from '../../facts/sql.js';
import { spanEnd, spanStart } from '../../facts/span.js';
import type { Comment } from '../source.js';
import type { Piece } from './split.js';

/**
 * `-- name: GetUser :one` of sqlc and pugsql, `-- name: get_user^` of aiosql, `-- :name get-user :? :1` of HugSQL.
 * https://docs.sqlc.dev/en/latest/reference/query-annotations.html, https://nackjicholson.github.io/aiosql/defining-sql-queries.html,
 * https://www.hugsql.org/hugsql-in-detail/command-options
 */
const NAME = /^:?name:?[ \t]+[\w./-]+/;
const NAMED = /^[ \t]*--[ \t]*:?name:?[ \t]+([\w./-]+)([ \t]*.*)$/gm;
const ONE = /^(?:\^|\$)|(?:^|\s):(?:one|batchone|scalar|1)\b/;

/** The statements of a script, each of which the name of the next one ends too: such files often have no semicolons. */
export function splitAtNames(pieces: readonly Piece[], comments: readonly Comment[], text: string): readonly Piece[] {
  const names = comments.filter((comment) => comment.alone && NAME.test(comment.text));
  if (names.length === 0) return pieces;
  return pieces.flatMap(({ start, end }) => {
    const cuts = names.filter(({ at }) => spanStart(at) > start && spanStart(at) < end);
    const starts = [start, ...cuts.map(({ at }) => firstAfter(comments, text, spanEnd(at)))];
    return starts
      .map((from, index): Piece => ({ start: from, end: cuts[index] ? spanStart(cuts[index].at) : end }))
      .filter((piece) => text.slice(piece.start, piece.end).trim() !== '');
  });
}

/** Where the statement begins that stands behind these comments. */
function firstAfter(comments: readonly Comment[], text: string, from: number): number {
  let at = from;
  for (;;) {
    while (at < text.length && /\s/.test(text[at]!)) at++;
    const comment = comments.find((each) => spanStart(each.at) === at);
    if (!comment) return at;
    at = spanEnd(comment.at);
  }
}

/** The statements with how many rows their name asks for; `before` is the text between them and what stands before them. */
export function withName(statements: readonly SqlStatement[], before: string): readonly SqlStatement[] {
  const [, name, says] = (before.includes('name') ? [...before.matchAll(NAMED)].at(-1) : null) ?? [];
  if (name === undefined || says === undefined) return statements;
  const title = `${name}${/^[ \t]*(?:[\^$!<*#]+|:[\w?*]+(?: :[\w?*]+)*)/.exec(says)?.[0] ?? ''}`;
  const isOne = ONE.test(says.trim());
  return statements.map((statement) =>
    statement.k === 'query'
      ? { k: 'query', query: { ...statement.query, title, ...(isOne && statement.query.verb === 'select' ? { expects: 'one' as const } : {}) } }
      : statement,
  );
}
