/** Where statements begin and end: a compound statement's own span is its header. */
import type { Stmt } from '../facts/code.js';

export function startOf(stmt: Stmt): number {
  return stmt.k === 'def' ? stmt.fn.range[0] : stmt.k === 'class' ? stmt.cls.range[0] : stmt.at[0];
}

export function endOf(stmt: Stmt): number {
  switch (stmt.k) {
    case 'def': return stmt.fn.range[1];
    case 'class': return stmt.cls.range[1];
    case 'if': return Math.max(stmt.at[1], ...stmt.then.map(endOf), ...stmt.else.map(endOf));
    case 'loop': case 'with': return Math.max(stmt.at[1], ...stmt.body.map(endOf));
    case 'try': return Math.max(stmt.at[1], ...[...stmt.body, ...stmt.handlers.flatMap((handler) => handler.body), ...stmt.else, ...stmt.final].map(endOf));
    default: return stmt.at[1];
  }
}
