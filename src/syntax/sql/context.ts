import type { Span } from '../../facts/code.js';
import type { ParsedSql, Tree } from './parse.js';
import { bodyOf, walk } from './node.js';
import { advance, cursor, lowered, nameOf, type Cursor } from './tokens.js';

/** Turns offsets of a statement's text into a span of the file. */
export type SpanOf = (start: number, end: number) => Span;

/** One parsed statement with what is needed to point into its text. All offsets but those of `span`'s result are UTF-16 offsets of `text`. */
export interface Context {
  readonly text: string;
  readonly span: SpanOf;
  readonly offset: (byte: number) => number;
  readonly parameters: ReadonlySet<number>;
  readonly names: ReadonlyMap<number, string>;
  readonly lists: ReadonlySet<number>;
  /** Names that are variables or arguments of the routine around the statement. */
  readonly variables: ReadonlySet<string>;
  /** Told of every column of `NEW` or `OLD` that is read; null outside of trigger functions. */
  readonly onRow: ((column: string) => void) | null;
  parens: Parens | null;
}

/** Parentheses of a text: where each opens, closes, and which one is around it. */
interface Parens { readonly opens: readonly number[]; readonly closes: readonly number[]; readonly around: readonly number[] }

/** What a routine adds to the statements in its body. */
export interface Routine { readonly variables: ReadonlySet<string>; readonly onRow: ((column: string) => void) | null }

const NO_ROUTINE: Routine = { variables: new Set(), onRow: null };

/** The context of a parsed statement whose text maps to the file by `span`. */
export function contextOf(parsed: ParsedSql, span: SpanOf, routine: Routine = NO_ROUTINE): Context {
  const { text, offset, parameters, names, lists } = parsed;
  return { text, span, offset, parameters, names, lists, variables: routine.variables, onRow: routine.onRow, parens: null };
}

/** The whole statement. */
export function wholeSpan(ctx: Context): Span {
  return ctx.span(0, ctx.text.length);
}

/** The span of part number `index` of the dotted name (or `*`) at a location of the tree. */
export function nameSpan(ctx: Context, location: number | undefined, index = 0): Span {
  const c = cursor(ctx.text, ctx.offset(location ?? 0));
  if (!advance(c)) return ctx.span(c.pos, c.pos);
  for (let part = 0; part < index; part++) {
    const [start, end] = [c.start, c.end];
    if (!advance(c) || ctx.text[c.start] !== '.' || !advance(c)) return ctx.span(start, end);
  }
  return ctx.span(c.start, c.end);
}

/** The span of a relation's own name, without its schema. */
export function relationSpan(ctx: Context, range: Tree): Span {
  return nameSpan(ctx, range.location, (range.catalogname ? 1 : 0) + (range.schemaname ? 1 : 0));
}

/** The first place at or after `from` where `name` stands as a name; the statement from there when it does not. */
export function findName(ctx: Context, name: string, from = 0, to = ctx.text.length): Span {
  const c = findToken(ctx, (at) => nameOf(at) === name, from, to);
  return c ? ctx.span(c.start, c.end) : ctx.span(from, to);
}

/** The first token in a range that passes a test. */
export function findToken(ctx: Context, test: (c: Cursor) => boolean, from = 0, to = ctx.text.length): Cursor | null {
  const c = cursor(ctx.text, from, to);
  while (advance(c)) if (test(c)) return c;
  return null;
}

/** The first keyword `word` in a range, outside of parentheses opened in it. */
export function findKeyword(ctx: Context, word: string, from = 0, to = ctx.text.length): Cursor | null {
  let depth = 0;
  return findToken(ctx, (c) => {
    if (c.type === 'mark') depth += depthOf(ctx.text[c.start]);
    return depth === 0 && c.type === 'word' && lowered(c) === word;
  }, from, to);
}

/** Where the element of a comma list that holds `from` ends: the next comma or closing parenthesis at its level. */
export function elementEnd(ctx: Context, from: number): number {
  let depth = 0;
  let last = from;
  const c = cursor(ctx.text, from);
  while (advance(c)) {
    const mark = c.type === 'mark' ? ctx.text[c.start] : '';
    if (depth === 0 && (mark === ',' || mark === ')' || mark === ';')) return last;
    depth += depthOf(mark);
    last = c.end;
  }
  return last;
}

/** The elements of a comma list in a range, each trimmed. */
export function elements(ctx: Context, from: number, to: number): { start: number; end: number }[] {
  const found: { start: number; end: number }[] = [];
  let depth = 0;
  let start = -1;
  let end = from;
  const c = cursor(ctx.text, from, to);
  while (advance(c)) {
    const mark = c.type === 'mark' ? ctx.text[c.start] : '';
    if (depth === 0 && mark === ',') {
      found.push({ start: start < 0 ? c.start : start, end });
      start = -1;
      continue;
    }
    depth += depthOf(mark);
    if (start < 0) start = c.start;
    end = c.end;
  }
  if (start >= 0) found.push({ start, end });
  return found;
}

/** What stands inside the first parentheses that open at or after `from`. */
export function insideParens(ctx: Context, from: number): { start: number; end: number } | null {
  const { opens, closes } = parensOf(ctx);
  const index = lowerBound(opens, from);
  return index < opens.length ? { start: opens[index] + 1, end: closes[index] } : null;
}

/** The span of a query: the inside of the parentheses around it that begin with a query's word, or the whole statement. */
export function querySpan(ctx: Context, query: Tree): Span {
  const location = ownLocation(query);
  if (location === null) return wholeSpan(ctx);
  const { opens, closes, around } = parensOf(ctx);
  let index = lowerBound(opens, ctx.offset(location)) - 1;
  while (index >= 0 && closes[index] < ctx.offset(location)) index = around[index];
  for (; index >= 0; index = around[index]) {
    const inside = ctx.text.slice(opens[index] + 1, closes[index]);
    const lead = inside.length - inside.trimStart().length;
    if (/^(?:select|with|values|insert|update|delete|merge|table)\b/i.test(inside.slice(lead, lead + 10))) {
      return ctx.span(opens[index] + 1 + lead, opens[index] + 1 + inside.trimEnd().length);
    }
  }
  return wholeSpan(ctx);
}

/** SQL text of a range, its white space folded unless quotes might hold some of it. */
export function sliceText(ctx: Context, start: number, end: number): string {
  const text = ctx.text.slice(start, end).trim();
  return /['"]/.test(text) ? text : text.replace(/\s+/g, ' ');
}

function depthOf(mark: string): number {
  if (mark === '(' || mark === '[') return 1;
  return mark === ')' || mark === ']' ? -1 : 0;
}

/** A location that belongs to the query itself and not to a query inside of it. */
function ownLocation(query: Tree): number | null {
  let found: number | null = null;
  const look = (body: Tree): void => {
    if (found === null && typeof body.location === 'number' && body.location > 0) found = body.location;
  };
  walk(bodyOf(query), (kind, body) => {
    if (found !== null || kind === 'SelectStmt' || kind === 'SubLink' || kind === 'CommonTableExpr') return false;
    look(body);
    return found === null;
  });
  return found;
}

function parensOf(ctx: Context): Parens {
  if (ctx.parens) return ctx.parens;
  const opens: number[] = [];
  const closes: number[] = [];
  const around: number[] = [];
  const stack: number[] = [];
  const c = cursor(ctx.text);
  while (advance(c)) {
    if (c.type !== 'mark') continue;
    if (ctx.text[c.start] === '(') {
      around.push(stack.at(-1) ?? -1);
      stack.push(opens.length);
      opens.push(c.start);
      closes.push(ctx.text.length);
    } else if (ctx.text[c.start] === ')' && stack.length) closes[stack.pop()!] = c.start;
  }
  return (ctx.parens = { opens, closes, around });
}

function lowerBound(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
