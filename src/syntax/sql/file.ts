import type { Span } from '../../facts/code.js';
import type { Problem } from '../../facts/file.js';
import type { SqlStatement } from '../../facts/sql.js';
import { makeSpan, spanStart } from '../../facts/span.js';
import type { Comment } from '../source.js';
import { foreignDialect, looksLikeMySql, normalise } from './foreign.js';
import { splitSql, type Piece } from './split.js';
import { splitAtNames, withName } from './named.js';
import type { Reading, StatementReader } from './statements.js';
import { advance, cursor } from './tokens.js';
import { isUnmodelled } from './unmodelled.js';

export interface ParsedSqlFile { readonly statements: readonly SqlStatement[]; readonly comments: readonly Comment[]; readonly problems: readonly Problem[] }

interface Failed { readonly piece: Piece; readonly dialect: string | null; readonly problem: Problem }

/** Data dumps repeat one INSERT for every row: so many of each form are read, the others say nothing new. */
const SAME_INSERTS = 200;
const INSERT_HEAD = /^insert\s+into\s+[^\s(]+\s*(?:\([^)]*\)\s*)?values\b/i;
/** A file is of another dialect when at least this part of its statements is. */
const FOREIGN_SHARE = 0.2;

/** Reads a file of statements: what cannot be read is a problem each, or one for all of it when the file is of another dialect. */
export function readSqlFile(read: StatementReader, text: string): ParsedSqlFile {
  const { statements: split, comments, cutAt } = splitSql(text, { mysql: looksLikeMySql(text) });
  const pieces = splitAtNames(split, comments, text);
  const statements: SqlStatement[] = [];
  const failures: Failed[] = [];
  const inserts = new Map<string, number>();
  let end = 0;
  for (const piece of pieces) {
    const source = text.slice(piece.start, piece.end);
    if (isUnmodelled(source) || isRepeated(source, inserts)) continue;
    const span = (start: number, end: number): Span => makeSpan(piece.start + start, piece.start + end);
    const reading = read(source, span);
    for (const statement of withName(reading.statements, text.slice(end, piece.start) + leadOf(source))) statements.push(statement);
    end = piece.end;
    if (!reading.failure) continue;
    const dialect = foreignDialect(source);
    failures.push({ piece, dialect, problem: problemOf(source, reading, span) });
    // ClickHouse keeps no copy of these tables: its own of the same name would only be confused with them.
    if (dialect && dialect !== 'ClickHouse') for (const statement of readForeign(read, source, span)) statements.push(statement);
  }
  const problems = problemsOf(failures, pieces.length).map((problem) =>
    isAtEnd(problem, pieces.at(-1), text) ? { ...problem, isCut: true as const } : problem,
  );
  return {
    statements,
    comments,
    problems: [
      ...problems,
      ...(cutAt
        ? [{ kind: 'syntax' as const, message: 'the file ends in the data of this COPY', at: makeSpan(cutAt.start, cutAt.end), isCut: true as const }]
        : []),
    ],
  };
}

/** The comments that a statement begins with. */
const leadOf = (source: string): string => /^(?:\s*--[^\n]*\n)+/.exec(source)?.[0] ?? '';

/** Whether what cannot be read is the last statement, and nothing ends it. */
function isAtEnd(problem: Problem, last: Piece | undefined, text: string): boolean {
  return (
    problem.kind === 'syntax' &&
    last !== undefined &&
    spanStart(problem.at) >= last.start &&
    (/^unterminated/.test(problem.message) || !text.slice(last.end).includes(';'))
  );
}

function isRepeated(source: string, seen: Map<string, number>): boolean {
  const first = source.charCodeAt(0) | 32;
  if (first !== 105) return false;
  const head = INSERT_HEAD.exec(source.length > 4000 ? source.slice(0, 4000) : source)?.[0];
  if (head === undefined) return false;
  const count = (seen.get(head) ?? 0) + 1;
  seen.set(head, count);
  return count > SAME_INSERTS && !/\bselect\b/i.test(source);
}

function readForeign(read: StatementReader, source: string, span: (start: number, end: number) => Span): SqlStatement[] {
  const { text, indexes } = normalise(source);
  const { statements } = read(text, span);
  const made = statements[0];
  if (made?.k !== 'ddl' || made.op.k !== 'create-table') return [...statements];
  const { table } = made.op;
  return [...statements, ...indexes.map((index): SqlStatement => {
    const at = span(index.start, index.end);
    const parts = index.columns.map((column) => ({ column }));
    return { k: 'ddl', op: { k: 'create-index', table, index: { name: index.name ?? undefined, parts, unique: false, method: 'btree', at }, at } };
  })];
}

function problemOf(source: string, reading: Reading, span: (start: number, end: number) => Span): Problem {
  const { message, offset } = reading.failure!;
  const c = cursor(source, Math.min(offset, source.length));
  // At the end of the statement something is missing: its last character is the nearest place.
  const at = advance(c) ? span(c.start, c.end) : span(Math.max(0, source.length - 1), source.length);
  return { kind: 'syntax', message, at };
}

function problemsOf(failures: readonly Failed[], total: number): Problem[] {
  const foreign = failures.filter((failure) => failure.dialect);
  if (!foreign.length || foreign.length < total * FOREIGN_SHARE) return failures.map((failure) => failure.problem);
  const first = foreign[0];
  const names = new Set(foreign.map((failure) => failure.dialect));
  const name = [...names].find((one) => one !== 'MySQL or SQLite') ?? first.dialect;
  const message = `looks like ${name}, not PostgreSQL: ${failures.length} of ${total} statements are read in part or not at all`;
  return [{ kind: 'other-sql', message, at: makeSpan(first.piece.start, first.piece.end) }];
}
