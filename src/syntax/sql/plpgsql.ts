import type { SqlStatement } from '../../facts/sql.js';
import type { Span } from '../../facts/span.js';
import type { SqlParser, Tree } from './parse.js';
import type { Routine, SpanOf } from './context.js';
import { constantOf, walk } from './node.js';
import { splitSql } from './split.js';

/** The text of a routine's body and where its characters stand in the file. */
export interface Body { readonly text: string; readonly span: SpanOf }
/** Reads one statement of a body; `null` when it does not parse. */
export type ReadStatement = (text: string, span: SpanOf, routine: Routine) => SqlStatement[] | null;
export interface PlPgSql {
  readonly statements: readonly SqlStatement[];
  readonly setsNew: readonly string[];
  /** Of these the ones that it sets only where certain columns changed. */
  readonly setsNewIf: readonly string[];
  readonly readsRow: readonly string[];
  /** The routines that it calls. */
  readonly calls: readonly string[];
  readonly opaque: boolean;
}

/** What expressions tell on the way: the columns of NEW that they set, the routines that they call. */
interface Noted { readonly sets: Set<string>; readonly setsAlways: Set<string>; readonly calls: Set<string> }
interface Found { readonly query: string; readonly mode: number; readonly line: number; readonly isDynamic: boolean; readonly isConditional: boolean }

/** An assignment's left side: `NEW.x :=`, `NEW.x[1] =`. */
const SETS_NEW = /^\s*new\s*\.\s*("(?:[^"]|"")+"|\w+)/i;
/** Modes of PL/pgSQL's expressions: https://github.com/postgres/postgres/blob/master/src/include/parser/parser.h */
/** What PERFORM becomes. */
const PERFORM = 'SELECT ';
const STATEMENT = 0, EXPRESSION = 2;

/** What the PL/pgSQL of a whole `CREATE FUNCTION` or DO statement does. `names` are the routine's arguments. */
export function readPlPgSql(sql: SqlParser, whole: string, body: Body, names: readonly string[], read: ReadStatement): PlPgSql {
  const tree = sql.parsePlPgSql(whole);
  const sets = new Set<string>();
  const setsAlways = new Set<string>();
  const rows = new Set<string>();
  const calls = new Set<string>();
  if (!tree) return readLoosely(body, names, read, sets, rows);
  const routine: Routine = { variables: variablesOf(tree, names), onRow: (column) => rows.add(column) };
  const statements: SqlStatement[] = [];
  const lines = lineStarts(body.text);
  let opaque = false;
  for (const found of expressionsOf(tree, { sets, setsAlways })) {
    const from = locate(body.text, found, lines);
    if (found.isDynamic) {
      const constant = dynamicText(sql, found.query);
      const inner = constant === null ? null : read(constant, () => place(body, from, found.query.length), routine);
      if (inner) statements.push(...inner);
      else opaque = true;
      if (constant !== null) continue;
    }
    statements.push(...readExpression(body, found, from, routine, read, { sets, setsAlways, calls }));
  }
  return { statements, setsNew: [...sets], setsNewIf: [...sets].filter((name) => !setsAlways.has(name)), readsRow: [...rows], calls: [...calls], opaque };
}

/** The text of `EXECUTE 'constant'`; null when it is put together while running. */
function dynamicText(sql: SqlParser, expression: string): string | null {
  const parsed = sql.parse(`SELECT ${expression}`);
  const value = parsed.ok ? constantOf(parsed.statements[0]?.SelectStmt?.targetList?.[0]?.ResTarget?.val) : undefined;
  return typeof value === 'string' ? value : null;
}

function readExpression(body: Body, found: Found, from: number, routine: Routine, read: ReadStatement, { sets, setsAlways, calls }: Noted): SqlStatement[] {
  let { query } = found;
  let lead = 0;
  let prefix = '';
  if (found.mode > EXPRESSION) {
    const target = SETS_NEW.exec(query);
    const name = target && (target[1].startsWith('"') ? target[1].slice(1, -1).replaceAll('""', '"') : target[1].toLowerCase());
    if (name !== null) { sets.add(name); if (!found.isConditional) setsAlways.add(name); }
    lead = query.search(/:?=/) + (query[query.search(/:?=/)] === ':' ? 2 : 1);
    query = query.slice(lead);
  }
  if (found.mode !== STATEMENT) prefix = 'SELECT ';
  const span: SpanOf = (start, end) => place(body, from < 0 ? -1 : from + lead + Math.max(0, start - prefix.length), end - Math.max(start, prefix.length));
  const statements = read(prefix + query, span, routine) ?? [];
  for (const statement of statements) if (statement.k === 'query') for (const name of statement.query.calls ?? []) calls.add(name);
  // An expression that reads no table is no query: only its NEW and OLD columns and what it calls count, noted on the way.
  return statements.filter(
    (s) => s.k === 'ddl' || s.query.verb !== 'select' || s.query.from.length > 0 || s.query.subqueries.length > 0 || s.query.ctes.length > 0,
  );
}

/** The routines that statements call. */
export function callsOf(statements: readonly SqlStatement[]): readonly string[] {
  return [...new Set(statements.flatMap((statement) => (statement.k === 'query' ? statement.query.calls ?? [] : [])))];
}

function place(body: Body, from: number, length: number): Span {
  return from < 0 ? body.span(0, body.text.length) : body.span(from, Math.min(body.text.length, from + length));
}

function variablesOf(tree: Tree, names: readonly string[]): Set<string> {
  const variables = new Set(names);
  walk(tree, (kind, body) => {
    if (kind !== 'PLpgSQL_var' && kind !== 'PLpgSQL_rec') return;
    if (body.refname && body.refname !== 'new' && body.refname !== 'old') variables.add(body.refname);
  });
  return variables;
}

/** All expressions below a node in the order of the tree, each with the line of the statement it belongs to. */
function expressionsOf(node: unknown, { sets, setsAlways }: Pick<Noted, 'sets' | 'setsAlways'>, line = 1, isConditional = false): Found[] {
  const found: Found[] = [];
  walk(node, (kind, body) => {
    if (kind === 'PLpgSQL_row') {
      for (const field of body.fields ?? []) if (/^new\./i.test(field.name ?? '')) { sets.add(field.name.slice(4)); setsAlways.add(field.name.slice(4)); }
    }
    if (kind === 'PLpgSQL_expr' && body.query) found.push({ query: body.query, mode: body.parseMode ?? 0, line, isDynamic: false, isConditional });
    if (!kind.startsWith('PLpgSQL_stmt_')) return true;
    const own: number = body.lineno ?? line;
    const { query, ...rest } = body;
    const isDynamic = kind === 'PLpgSQL_stmt_dynexecute' || kind === 'PLpgSQL_stmt_dynfors';
    const text = query?.PLpgSQL_expr?.query;
    if (isDynamic && text) found.push({ query: text, mode: EXPRESSION, line: own, isDynamic, isConditional });
    else found.push(...expressionsOf(query, { sets, setsAlways }, own, isConditional));
    found.push(
      ...expressionsOf(rest, { sets, setsAlways }, own, isConditional || (kind === 'PLpgSQL_stmt_if' && asksColumns(body.cond?.PLpgSQL_expr?.query ?? ''))),
    );
    return false;
  });
  return found;
}

/** `NEW.state IS DISTINCT FROM OLD.state`: of a row only some columns are asked. */
function asksColumns(condition: string): boolean {
  return /\b(?:new|old)\s*\.\s*[\w"]/i.test(condition) && !/\b(?:new|old)\b(?!\s*\.\s*[\w"])/i.test(condition);
}

function lineStarts(text: string): number[] {
  const starts = [0, 0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/** Where an expression stands in the body: the parser gives its line and its text, in which INTO is blanked and PERFORM is SELECT. */
function locate(text: string, found: Found, lines: readonly number[]): number {
  const start = lines[Math.min(found.line, lines.length - 1)] ?? 0;
  const at = text.indexOf(found.query, start);
  if (at >= 0) return at;
  const near = text.indexOf(found.query.split(/ {3,}/)[0], start);
  if (near >= 0 || !found.query.startsWith(PERFORM)) return near;
  const argument = text.indexOf(found.query.slice(PERFORM.length), start);
  return Math.max(-1, argument - PERFORM.length);
}

/** Bodies the PL/pgSQL parser refuses: the statements in them that parse by themselves. */
function readLoosely(body: Body, names: readonly string[], read: ReadStatement, sets: Set<string>, rows: Set<string>): PlPgSql {
  const statements: SqlStatement[] = [];
  const routine: Routine = { variables: new Set(names), onRow: (column) => rows.add(column) };
  for (const piece of splitSql(body.text).statements) {
    const text = body.text.slice(piece.start, piece.end);
    const target = SETS_NEW.exec(text.replace(LEADS, ''));
    if (target && /:?=/.test(text)) sets.add(target[1].replaceAll('"', '').toLowerCase());
    const lead = LEADS.exec(text)?.[0].length ?? 0;
    if (!QUERY_WORD.test(text.slice(lead))) continue;
    const from = piece.start + lead;
    statements.push(...(read(text.slice(lead), (start, end) => body.span(from + start, from + end), routine) ?? []));
  }
  return { statements, setsNew: [...sets], setsNewIf: [], readsRow: [...rows], calls: callsOf(statements), opaque: true };
}

const QUERY_WORD = /^(?:select|insert|update|delete|with|merge|create|alter|drop|truncate|comment)\b/i;
const LEADS = /^(?:[\s\S]*?\b(?:begin|then|else|loop)\s+(?=(?:select|insert|update|delete|with|merge|create|alter|drop|truncate|comment|new)\b))?/i;
