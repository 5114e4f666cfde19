import type { SqlStatement } from '../../facts/sql.js';
import type { SpanOf } from './context.js';
import { splitSql } from './split.js';
import type { StatementReader } from './statements.js';

/** The statements of a text, and the UTF-16 offset where the first one that does not parse fails. */
export interface Script { readonly statements: readonly SqlStatement[]; readonly failedAt: number | null }

/** Reads a text of one or more statements, up to the first that fails. */
export function readScript(read: StatementReader, text: string, span: SpanOf, parameters?: ReadonlySet<number>): Script {
  const statements: SqlStatement[] = [];
  for (const piece of splitSql(text).statements) {
    const inside = parameters && new Set([...parameters].map((at) => at - piece.start));
    const reading = read(text.slice(piece.start, piece.end), (start, end) => span(piece.start + start, piece.start + end), inside);
    if (reading.failure) return { statements, failedAt: piece.start + reading.failure.offset };
    statements.push(...reading.statements);
  }
  return { statements, failedAt: null };
}
