import type { Comment } from '../source.js';
import { advance, cursor, lowered, type Cursor } from './tokens.js';
import { spanStart } from '../../facts/span.js';

/** One statement without its semicolon, in UTF-16 offsets. */
export interface Piece { readonly start: number; readonly end: number }
/** `cutAt`: the COPY whose data has no end. */
export interface Pieces { readonly statements: readonly Piece[]; readonly comments: readonly Comment[]; readonly cutAt?: Piece }

/** What is known of the statement being read. */
interface Open {
  start: number;
  end: number;
  /** Its first words: enough to tell routines and rules, whose text holds semicolons. */
  readonly head: string[];
  depth: number;
  last: string;
}

const HEAD = 5;
const ENDING_META = /^\\(?:g|gx|gset|gexec|gdesc|crosstabview|watch)\b/;

/**
 * Cuts a script into statements in linear time, as psql does: quotes, dollar quotes, nested comments, `BEGIN ATOMIC … END`,
 * meta-commands and the data of `COPY … FROM stdin` hide semicolons. `mysql` adds its strings with backslashes, `#` comments and DELIMITER.
 */
export function splitSql(text: string, options: { readonly mysql?: boolean } = {}): Pieces {
  const comments: Comment[] = [];
  const statements: Piece[] = [];
  const c = cursor(text, 0, text.length, comments, options.mysql ?? false);
  let open = fresh();
  let nests = true;
  let cutAt: Piece | undefined;
  for (;;) {
    if (!advance(c)) {
      if (open.depth === 0 || !nests) break;
      // An unclosed BEGIN ATOMIC or rule would swallow the rest of the file: read it again as plain statements.
      nests = false;
      c.pos = open.start;
      while (comments.length && spanStart(comments[comments.length - 1].at) >= open.start) comments.pop();
      open = fresh();
      continue;
    }
    const mark = c.type === 'mark' ? text[c.start] : '';
    if (mark === '\\') meta(c, open, () => close());
    else if (mark === ';' && open.depth === 0) {
      const { start, end } = open;
      const isCopy = open.head[0] === 'copy' && /\bfrom\s+stdin\b/i.test(text.slice(start, end));
      close();
      if (isCopy && !skipData(c)) cutAt = { start, end };
    } else if (options.mysql && mark === '#') c.pos = lineEnd(text, c.pos);
    else if (options.mysql && open.start < 0 && c.type === 'word' && lowered(c) === 'delimiter') skipRoutines(c);
    else take(c, open, nests);
  }
  close();
  return { statements, comments, ...(cutAt ? { cutAt } : {}) };

  function close(): void {
    if (open.start >= 0) statements.push({ start: open.start, end: open.end });
    open = fresh();
  }
}

function fresh(): Open {
  return { start: -1, end: -1, head: [], depth: 0, last: '' };
}

function take(c: Cursor, open: Open, nests: boolean): void {
  if (open.start < 0) open.start = c.start;
  open.end = c.end;
  if (c.type === 'word') {
    const isShort = c.end - c.start <= 10;
    const word = isShort ? lowered(c) : '';
    if (open.head.length < HEAD) open.head.push(word);
    if (nests && isShort && isRoutine(open.head)) trackBlock(open, word);
    open.last = word;
  } else if (c.type === 'mark' && nests && open.head[0] === 'create' && isRule(open.head)) {
    const mark = c.text[c.start];
    if (mark === '(') open.depth++;
    else if (mark === ')' && open.depth > 0) open.depth--;
  }
}

function isRoutine(head: readonly string[]): boolean {
  return head[0] === 'create' && (isRoutineWord(head[1]) || (head[1] === 'or' && isRoutineWord(head[3])));
}

function isRoutineWord(word: string | undefined): boolean {
  return word === 'function' || word === 'procedure';
}

function isRule(head: readonly string[]): boolean {
  return head[1] === 'rule' || head[3] === 'rule';
}

function trackBlock(open: Open, word: string): void {
  if (word === 'atomic' && open.last === 'begin') open.depth = 1;
  else if (word === 'case' && open.depth > 0) open.depth++;
  else if (word === 'end' && open.depth > 0) open.depth--;
}

/** psql's own commands run to the end of the line; `\g` and its kind also end the statement before them. */
function meta(c: Cursor, open: Open, close: () => void): void {
  const end = lineEnd(c.text, c.start);
  if (c.text[c.start + 1] === ';') {
    close();
    c.pos = c.start + 2;
    return;
  }
  if (open.start >= 0 && ENDING_META.test(c.text.slice(c.start, Math.min(end, c.start + 20)))) close();
  c.pos = end;
}

function lineEnd(text: string, from: number): number {
  const newline = text.indexOf('\n', from);
  return newline < 0 ? text.length : newline;
}

/** Moves behind the `\.` that ends COPY data; false for a dump cut in half, which has none and ends in data. */
function skipData(c: Cursor): boolean {
  let at = lineEnd(c.text, c.pos);
  for (;;) {
    at = c.text.indexOf('\n\\.', at);
    if (at < 0) {
      const isEmpty = c.text.slice(c.pos).trim() === '';
      c.pos = c.text.length;
      return isEmpty;
    }
    const next = c.text.charCodeAt(at + 3);
    if (Number.isNaN(next) || next === 10 || next === 13) break;
    at += 3;
  }
  c.pos = at + 3;
  return true;
}

/** Between `DELIMITER //` and the next DELIMITER line stand routines of MySQL, which nothing here can read. */
function skipRoutines(c: Cursor): void {
  const pattern = /^[ \t]*delimiter\b.*$/gim;
  pattern.lastIndex = lineEnd(c.text, c.pos);
  c.pos = pattern.exec(c.text) ? pattern.lastIndex : c.text.length;
}
