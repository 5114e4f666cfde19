/** Migrations that hold both directions in one file: which parts of it take the change back. */
import type { Span } from '../facts/code.js';
import { END_OF_TEXT, makeSpan, spanStart } from '../facts/span.js';

/**
 * goose `-- +goose Down`, sql-migrate `-- +migrate Down`, dbmate `-- migrate:down`, node-pg-migrate `-- Down Migration`. Other tools
 * write `-- Down` or `-- Rollback` alone on the line.
 */
const DOWN = /^[\s-]*(?:\+(?:goose|migrate)\s+down\b|migrate:down\b|down\s+migration\b|@?(?:down|undo|rollback)\s*:?\s*$)/i;
const UP = /^[\s-]*(?:\+(?:goose|migrate)\s+up\b|migrate:up\b|up\s+migration\b|@?up\s*:?\s*$)/i;

/** The spans between a mark for the way down and the next one for the way up, from a file's comments in order. */
export function downParts(comments: readonly { readonly text: string; readonly at: Span }[]): readonly Span[] {
  const parts: Span[] = [];
  let from: number | null = null;
  for (const { text, at } of comments) {
    if (from === null && DOWN.test(text)) from = spanStart(at);
    else if (from !== null && UP.test(text)) { parts.push(makeSpan(from, spanStart(at))); from = null; }
  }
  if (from !== null) parts.push(makeSpan(from, END_OF_TEXT));
  return parts;
}
