import { byteOffsets, codePointOffset } from './positions.js';
import { rewritePlaceholders, type Rewritten } from './placeholders.js';

/** A node of PostgreSQL's parse tree: fields of its C structs, absent when zero. A wrapped node has one key, its type. */
export type Tree = Record<string, any>;

/** A parsed statement. `text` is what was parsed: as long as the given text, placeholders rewritten. All offsets are UTF-16 offsets of it. */
export interface ParsedSql {
  readonly ok: true;
  readonly statements: readonly Tree[];
  readonly text: string;
  /** Turns a `location` of the tree (bytes) into an offset. */
  readonly offset: (byte: number) => number;
  readonly parameters: ReadonlySet<number>;
  readonly names: ReadonlyMap<number, string>;
  readonly lists: ReadonlySet<number>;
}
export interface FailedSql { readonly ok: false; readonly message: string; readonly offset: number }

export interface SqlParser {
  /** Parses one statement; what fails as written is tried again with its placeholders replaced. */
  parse(text: string): ParsedSql | FailedSql;
  /** Parses the routines of a `CREATE FUNCTION … LANGUAGE plpgsql` or DO statement; null when it cannot. */
  parsePlPgSql(text: string): Tree | null;
}

const UNCHANGED: Omit<Rewritten, 'text'> = { parameters: new Set(), names: new Map(), lists: new Set() };
/** Above this size an INSERT's rows beyond the first say nothing new and cost most of the time. */
const LONG_INSERT = 20_000;
const VALUES_ROW = /\bvalues\s*\(/i;

let loading: Promise<SqlParser> | undefined;

/** Loads PostgreSQL's parser (WebAssembly) once; nothing is loaded before the first call. */
export function loadSql(): Promise<SqlParser> {
  return (loading ??= load());
}

async function load(): Promise<SqlParser> {
  const library = await import('libpg-query');
  await library.loadModule();
  return {
    parse: (text) => parse(library.parseSync, text),
    parsePlPgSql: (text) => {
      try {
        return library.parsePlPgSQLSync(text) as Tree;
      } catch {
        return null;
      }
    },
  };
}

function parse(run: (text: string) => unknown, written: string): ParsedSql | FailedSql {
  const text = withoutTrailingRows(written.includes('\0') ? written.replaceAll('\0', ' ') : written);
  const first = attempt(run, text, UNCHANGED);
  if (first.ok) return first;
  const rewritten = rewritePlaceholders(text);
  if (!rewritten) return first;
  const second = attempt(run, rewritten.text, rewritten);
  // What gets further says where the text fails otherwise than at a placeholder.
  return second.ok || second.offset > first.offset ? second : first;
}

function attempt(run: (text: string) => unknown, text: string, { parameters, names, lists }: Omit<Rewritten, 'text'>): ParsedSql | FailedSql {
  if (text === '') return { ok: true, statements: [], text, offset: (byte) => byte, parameters, names, lists };
  try {
    const result = run(text) as { stmts?: { stmt: Tree }[] };
    return { ok: true, statements: (result.stmts ?? []).map((s) => s.stmt), text, offset: byteOffsets(text), parameters, names, lists };
  } catch (error) {
    const details = (error as { sqlDetails?: { cursorPosition?: number } }).sqlDetails;
    const message = error instanceof RangeError ? 'nested too deeply' : clipped((error as Error).message);
    return { ok: false, message, offset: codePointOffset(text, details?.cursorPosition ?? 0) };
  }
}

/** Blanks the rows after the first of a long `INSERT … VALUES`; positions stay. */
function withoutTrailingRows(text: string): string {
  if (text.length < LONG_INSERT || !/^insert\b/i.test(text)) return text;
  const row = VALUES_ROW.exec(text);
  if (!row) return text;
  const firstEnd = rowEnd(text, row.index + row[0].length - 1);
  let end = firstEnd;
  for (;;) {
    const next = /\s*,\s*(?=\()/y;
    next.lastIndex = end;
    if (!next.test(text)) break;
    const close = rowEnd(text, next.lastIndex);
    if (close < 0) break;
    end = close;
  }
  return end > firstEnd && firstEnd > 0 ? text.slice(0, firstEnd) + ' '.repeat(end - firstEnd) + text.slice(end) : text;
}

/** End of the row that opens at `open`, by quotes and parentheses only; -1 when it does not close. */
function rowEnd(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 39) {
      at = text.indexOf("'", at + 1);
      if (at < 0) return -1;
    } else if (code === 36) return -1;
    else if (code === 40) depth++;
    else if (code === 41 && --depth === 0) return at + 1;
  }
  return -1;
}

const LONGEST_MESSAGE = 200;

/** PostgreSQL quotes what it stumbled over, to the end of the text where a quote is never closed. */
function clipped(message: string): string {
  return message.length <= LONGEST_MESSAGE ? message : `${message.slice(0, LONGEST_MESSAGE)}..."`;
}
