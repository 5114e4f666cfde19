/** Where statements begin and end: a compound statement's own span is its header. */
import type { Stmt } from '../facts/code.js';
import { spanEnd, spanStart } from '../facts/span.js';

export function startOf(stmt: Stmt): number {
  return stmt.k === 'def' ? spanStart(stmt.fn.range) : stmt.k === 'class' ? spanStart(stmt.cls.range) : spanStart(stmt.at);
}

export function endOf(stmt: Stmt): number {
  switch (stmt.k) {
    case 'def': return spanEnd(stmt.fn.range);
    case 'class': return spanEnd(stmt.cls.range);
    case 'if': return Math.max(spanEnd(stmt.at), ...stmt.then.map(endOf), ...stmt.else.map(endOf));
    case 'loop': case 'with': return Math.max(spanEnd(stmt.at), ...stmt.body.map(endOf));
    case 'try':
      return Math.max(spanEnd(stmt.at), ...[...stmt.body, ...stmt.handlers.flatMap((handler) => handler.body), ...stmt.else, ...stmt.final].map(endOf));
    default: return spanEnd(stmt.at);
  }
}
