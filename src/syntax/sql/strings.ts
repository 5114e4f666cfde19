import type { Call, Expr, Literal, Op, Stmt, Template } from '../../facts/code.js';
import type { SqlString } from '../../facts/file.js';
import type { SqlQuery, SqlStatement } from '../../facts/sql.js';
import { makeSpan, spanEnd, spanStart } from '../../facts/span.js';
import { align } from './align.js';
import { bodyGiven } from './bodies.js';
import { constantsOf, type Constants } from './constants.js';
import type { SpanOf } from './context.js';
import { readWithHoles, type Part } from './holes.js';
import type { Script } from './script.js';

/** What of the SQL syntax is needed here. */
export interface ScriptReader { readScript(text: string, offsetMap: SpanOf, parameters?: ReadonlySet<number>): Script }

/** Of a text that is put together, how much tells whether it is SQL. */
const LEAD_PARTS = 5;
const TAGS = new Set(['sql', 'SQL', 'pgsql', 'raw', '$queryRaw', '$executeRaw', '$queryRawUnsafe', '$executeRawUnsafe', 'query']);
const LEAD = /(?:\s+|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/|\()*/y;
const HEAD =
  /(?:select\b|insert\s+into\b|update\s+[\s\S]*?\bset\b|update\s+(?:only\s+)?$|delete\s+from\b|merge\s+into\b|with\s+(?:recursive\s+)?[\w"]+\s*(?:\([^)]*\)\s*)?as\b|(?:create|alter|drop)\s+(?:or\s+replace\s+)?[a-z]+\b|truncate\s+table\b|refresh\s+materialized\s+view\b|comment\s+on\b|call\s+[\w."]+\s*\(|copy\s+\S+\s*(?:\([^)]*\)\s*)?(?:from|to)\s+(?:stdin|stdout|')|do\s+\$)/iy;
/** `Select a file`: people write SQL in lower or in upper case, sentences with a capital letter. */
const SENTENCE = /^[A-Z][a-z]/;
const ARTICLES = new Set([
  'a', 'an', 'the', 'this', 'that', 'these', 'those', 'your', 'our', 'my', 'its', 'their', 'each', 'every', 'one', 'more', 'multiple', 'another',
]);

/**
 * The strings of a file's code that read as SQL, in order, by the `at` of their literal or template (of the first one in a
 * chain of `+`). Spans are UTF-16 offsets of `text`; in strings whose source cannot be lined up they are the string's.
 * Where the texts begin of those that begin like SQL and do not parse is added to `unread`.
 */
export function sqlStringsIn(code: readonly Stmt[], text: string, sql: ScriptReader, unread: number[] = []): SqlString[] {
  const from: Strings = { found: [], unread, text, sql, constants: constantsOf(code) };
  const stack: unknown[] = [code];
  while (stack.length) {
    const node = stack.pop();
    if (Array.isArray(node)) { for (const each of node) if (typeof each === 'object') stack.push(each); }
    else if (node && typeof node === 'object') {
      const item = node as { k?: string };
      if (item.k === 'lit') add(from, [item as Literal], null);
      else if (item.k === 'tpl') template(from, item as Template, stack);
      else if (item.k === 'op' && (item as Op).op === '+') chain(from, item as Op, stack);
      else {
        if (item.k === 'call') addBody(from, item as Call);
        for (const key in item) {
          const value = (item as Readonly<Record<string, unknown>>)[key];
          if (typeof value === 'object') stack.push(value);
        }
      }
    }
  }
  return from.found.sort((a, b) => spanStart(a.at) - spanStart(b.at));
}

/** What was found in a file so far, and what is needed to read the next string of it. */
interface Strings {
  readonly found: SqlString[];
  readonly unread: number[];
  readonly text: string;
  readonly sql: ScriptReader;
  readonly constants: () => Constants;
}

function template(from: Strings, node: Template, stack: unknown[]): void {
  add(from, [node], node.tag ? tagName(node.tag) : null);
  stack.push(node.parts.filter((part) => part.k !== 'text'));
}

/** The operands of a chain are one text; those that are no text themselves are looked into. */
function chain(from: Strings, node: Op, stack: unknown[]): void {
  const operands: Expr[] = [];
  let left: Expr = node;
  while (left.k === 'op' && left.op === '+' && left.args.length === 2) {
    operands.unshift(left.args[1]);
    left = left.args[0];
  }
  operands.unshift(left);
  const texts = operands.map(unformatted);
  const isText = isString(texts[0]);
  if (isText) add(from, texts, null);
  for (const operand of operands) {
    if (operand.k === 'tpl') stack.push(operand.parts.filter((part) => part.k !== 'text'));
    else if (isText && operand.k === 'call' && unformatted(operand) !== operand) stack.push(operand.args);
    else if (isText && operand.k === 'op' && unformatted(operand) !== operand) stack.push(operand.args.slice(1));
    else if (operand.k !== 'lit' || !isText) stack.push(operand.k === 'op' && operand.op === '+' ? operand.args : operand);
  }
}

/** A body of a routine is read with what it is the body of. */
function addBody(from: Strings, node: Call): void {
  const body = bodyGiven(node, (literal) => partsOf([literal], from.text));
  const read = body && readWithHoles(body.parts, (sqlText, span, parameters) => from.sql.readScript(sqlText, span, parameters));
  if (read) from.found.push({ at: body.at, statements: read.statements });
}

/** `'…'.format(**x)` and `'…' % x` are their string, whose placeholders the parser knows. */
function unformatted(node: Expr): Expr {
  if (node.k === 'call' && node.fn.k === 'attr' && node.fn.name === 'format' && isString(node.fn.of)) return node.fn.of;
  return node.k === 'op' && node.op === '%' && isString(node.args[0]) ? node.args[0] : node;
}

function isString(node: Expr): boolean {
  return node.k === 'tpl' || (node.k === 'lit' && typeof node.v === 'string');
}

/** Nearly all strings are told by how they begin: only of the others it is looked up where their characters stand in the source. */
function add(from: Strings, operands: readonly Expr[], tag: string | null): void {
  const lead = operands.slice(0, LEAD_PARTS).map((operand, index) => (index === 0 || isString(operand) ? leadingText(operand) : 'x')).join('');
  if (mayBeSql(lead, tag) && !addParts(from, lead, partsOf(operands, from.text), operands[0], tag)) from.unread.push(...operands.flatMap(textStarts));
}

/** Another database's SQL, or what is put together in a way that nobody can follow: what it does is not known, but which tables and columns it is about. */
const ABOUT_TABLES = /\b(?:from|into|join|update|table|set|values|using)\b/i;

/** Where the texts of a literal or template begin. */
function textStarts(operand: Expr): readonly number[] {
  return operand.k === 'lit'
    ? [spanStart(operand.at)]
    : operand.k === 'tpl'
      ? operand.parts.flatMap((part) => (part.k === 'text' ? [spanStart(part.at)] : []))
      : [];
}

const isSqlTag = (tag: string | null): boolean => tag !== null && TAGS.has(tag);

function mayBeSql(lead: string, tag: string | null): boolean {
  return lead.length >= 8 && (isSqlTag(tag) ? /^[\s(]*[a-z]/i.test(lead) : startsLikeSql(lead));
}

/** False for a text that begins like SQL, is about tables and does not parse. */
function addParts(from: Strings, lead: string, parts: readonly Part[], { at }: Expr, tag: string | null): boolean {
  const isTagged = isSqlTag(tag);
  if (isTagged && parts.length > 1 && !startsLikeSql(lead) && !/^\s*truncate\b/i.test(lead)) return true;
  const read = (each: readonly Part[]): Script | null => readWithHoles(each, (sqlText, span, parameters) => from.sql.readScript(sqlText, span, parameters));
  // What a tag is given are values, which it does not put into the text.
  const filled = tag === null ? withConstants(parts, from) : parts;
  const whole = read(filled);
  const script = whole ?? (filled === parts ? null : read(parts)) ?? readStart(parts, read);
  if (!isTagged && isSentence(lead, script?.statements ?? [])) return true;
  if (!script) return !startsLikeSql(lead) || !parts.some((part) => part.k === 'text' && ABOUT_TABLES.test(part.v));
  if (script.statements.some(touchesTables)) from.found.push({ at, statements: script.statements, ...holesIn(whole ? filled : parts) });
  return true;
}

/** `INSERT INTO leads (id, phone)`, behind which stands what rows to insert. */
const INSERT_START = /^\s*insert\s+into\s+(?:[a-z_]\w*|"[^"]+")(?:\.(?:[a-z_]\w*|"[^"]+"))?(?:\s*\([\w\s,"]+\))?(?=\s|$)/i;

/** An insert whose rows are written in a way that nobody knows puts rows in all the same. */
function readStart([first]: readonly Part[], read: (parts: readonly Part[]) => Script | null): Script | null {
  const start = first?.k === 'text' ? INSERT_START.exec(first.v)?.[0].length : undefined;
  if (first?.k !== 'text' || start === undefined) return null;
  const rest = ' SELECT';
  const end = first.map.ends[start - 1]!;
  return read([
    { k: 'text', v: first.v.slice(0, start), map: { starts: first.map.starts.slice(0, start), ends: first.map.ends.slice(0, start) } },
    { k: 'text', v: rest, map: { starts: new Array<number>(rest.length).fill(end), ends: new Array<number>(rest.length).fill(end) } },
  ]);
}

/** Where the holes of a text stand. */
function holesIn(parts: readonly Part[]): Pick<SqlString, 'holes'> {
  const holes = parts.flatMap((part): NonNullable<SqlString['holes']> =>
    part.k === 'hole' ? [{ at: part.at }] : part.isFilled ? [{ at: makeSpan(part.map.starts[0] ?? 0, part.map.ends[0] ?? 0), isRead: true }] : [],
  );
  return holes.length > 0 ? { holes } : {};
}

function startsLikeSql(lead: string): boolean {
  LEAD.lastIndex = 0;
  LEAD.test(lead);
  HEAD.lastIndex = LEAD.lastIndex;
  return HEAD.test(lead);
}

function leadingText(node: Expr): string {
  if (node.k === 'lit') return typeof node.v === 'string' ? node.v : '';
  if (node.k !== 'tpl') return '';
  const [first, ...rest] = node.parts;
  if (first?.k !== 'text') return '';
  // `UPDATE ${table} SET …` begins like SQL only with what follows the hole.
  return first.v + (rest.length ? rest.slice(0, LEAD_PARTS - 1).map((part) => (part.k === 'text' ? part.v : 'x')).join('') : '');
}

/** The texts and holes of the operands of a chain. */
export function partsOf(operands: readonly Expr[], text: string): Part[] {
  const parts: Part[] = [];
  for (const operand of operands) {
    if (operand.k === 'tpl') {
      for (const part of operand.parts) {
        if (part.k === 'text') parts.push({ k: 'text', v: part.v, map: align(text, part.at, part.v, false) });
        else parts.push(constantPart(part, text) ?? holeOf(part));
      }
    } else parts.push(constantPart(operand, text) ?? holeOf(operand));
  }
  return parts;
}

function holeOf(node: Expr): Part {
  return node.k === 'name' ? { k: 'hole', at: node.at, name: node.id } : { k: 'hole', at: node.at };
}

/** The parts with the texts of the file's constants in their holes, at the place where they are put in; the same parts when none is. */
export function withConstants(parts: readonly Part[], { constants }: Pick<Strings, 'constants'>): readonly Part[] {
  if (!parts.some((part) => part.k === 'hole' && part.name !== undefined && constants().has(part.name))) return parts;
  return parts.map((part): Part => {
    const v = part.k === 'hole' && part.name !== undefined ? constants().get(part.name) : undefined;
    return part.k !== 'hole' || v === undefined
      ? part
      : {
          k: 'text',
          v,
          map: { starts: new Array<number>(v.length).fill(spanStart(part.at)), ends: new Array<number>(v.length).fill(spanEnd(part.at)) },
          isFilled: true,
        };
  });
}

function constantPart(node: Expr, text: string): Part | null {
  if (node.k !== 'lit' || (typeof node.v !== 'string' && typeof node.v !== 'number')) return null;
  const value = String(node.v);
  return { k: 'text', v: value, map: align(text, node.at, value, true) };
}

function tagName(tag: Expr): string | null {
  switch (tag.k) {
    case 'name':
      return tag.id;
    case 'attr':
      return tag.name;
    case 'item':
      return tagName(tag.of);
    case 'call':
      return tagName(tag.fn);
    default:
      return null;
  }
}

/** Whether a statement is about tables or routines at all: `SELECT 1` is SQL and says nothing. */
function touchesTables(statement: SqlStatement): boolean {
  return statement.k === 'ddl' || statement.query.calls !== undefined || queryTouches(statement.query);
}

function queryTouches(query: SqlQuery): boolean {
  return (
    query.target !== undefined ||
    query.from.some((s) => s.table || (s.query && queryTouches(s.query))) ||
    query.subqueries.some(queryTouches) ||
    query.ctes.some((cte) => queryTouches(cte.query))
  );
}

/** `Select a file from the list` parses; a capital letter without any SQL sign, or an article as a table or column, gives it away. */
function isSentence(lead: string, statements: readonly SqlStatement[]): boolean {
  if (SENTENCE.test(lead.trimStart()) && !/[*=(]|\n/.test(lead)) return true;
  if (lead.includes('\n')) return false;
  return statements.some((statement) => {
    if (statement.k === 'ddl') return false;
    const { from, target, outputs } = statement.query;
    const names = [...from, ...(target ? [target] : [])].flatMap((s) => [s.table?.name, s.alias]);
    if (names.some((name) => name !== undefined && name.length > 1 && ARTICLES.has(name))) return true;
    const first = outputs[0];
    return outputs.length === 1 && first.column !== undefined && first.name !== first.column.name && ARTICLES.has(first.column.name);
  });
}
