import type { Comment } from '../source.js';
import { makeSpan } from '../../facts/span.js';

/** `word` unquoted identifier or keyword, `name` quoted identifier, `string` literal of any form, `number`, `mark` anything else (one character). */
export type TokenType = 'word' | 'name' | 'string' | 'number' | 'mark';

/** A position in SQL text and the token last read; one object is advanced over the whole text. Offsets are UTF-16. */
export interface Cursor {
  readonly text: string;
  readonly limit: number;
  /** MySQL's `\'` inside plain strings. */
  readonly backslash: boolean;
  readonly comments: Comment[] | null;
  pos: number;
  start: number;
  end: number;
  type: TokenType;
  /** Closing marks known not to occur in the rest of the text, so that a stray quote costs one search only. */
  absent: Set<string> | null;
}

const QUOTE = 39, DOUBLE = 34, DOLLAR = 36, DASH = 45, SLASH = 47, STAR = 42, BACKSLASH = 92, BACKTICK = 96;
const MAX_ABSENT = 32;
const DOLLAR_TAG = /\$(?:[A-Za-z_\u0080-\uffff][A-Za-z0-9_\u0080-\uffff]*)?\$/y;
const WORD = /[A-Za-z_\u0080-\u009f\u00a1-\ufefe\uff00-\uffff][A-Za-z0-9_$\u0080-\u009f\u00a1-\ufefe\uff00-\uffff]*/y;
const NUMBER = /[0-9][0-9A-Za-z_]*(?:\.[0-9][0-9A-Za-z_]*)?/y;

/** Starts reading `text` at `from`, at most up to `limit`; comments are collected when a list is given. */
export function cursor(text: string, from = 0, limit = text.length, comments: Comment[] | null = null, backslash = false): Cursor {
  return { text, limit, backslash, comments, pos: from, start: from, end: from, type: 'mark', absent: null };
}

/** Moves to the next token, over white space and comments. False at the end. */
export function advance(c: Cursor): boolean {
  skipBlank(c);
  if (c.pos >= c.limit) return false;
  c.start = c.pos;
  const code = c.text.charCodeAt(c.pos);
  if (code === QUOTE) token(c, 'string', quotedEnd(c, c.pos, "'", c.backslash));
  else if (code === DOUBLE) token(c, 'name', quotedEnd(c, c.pos, '"', false));
  else if (code === BACKTICK) token(c, 'name', backtickEnd(c));
  else if (code === DOLLAR) dollar(c);
  else if (code >= 48 && code <= 57) token(c, 'number', matchEnd(c, NUMBER));
  else if (isWordStart(code)) word(c);
  else token(c, 'mark', c.pos + 1);
  return true;
}

/** The current token in lower case when it is an unquoted word, else the text itself. */
export function lowered(c: Cursor): string {
  const text = c.text.slice(c.start, c.end);
  return c.type === 'word' ? text.toLowerCase() : text;
}

/** The name a token stands for: unquoted words fold to lower case, quoted ones lose their quotes. Null when it is no name. */
export function nameOf(c: Cursor): string | null {
  if (c.type === 'word') return c.text.slice(c.start, c.end).toLowerCase();
  if (c.type !== 'name') return null;
  return c.text.slice(c.start + 1, c.end - 1).replaceAll('""', '"');
}

function token(c: Cursor, type: TokenType, end: number): void {
  c.type = end === c.start + 1 && type !== 'word' && type !== 'number' ? 'mark' : type;
  c.end = Math.min(end, c.limit);
  c.pos = c.end;
}

function isWordStart(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95 || code >= 128;
}

function word(c: Cursor): void {
  const end = wordEnd(c);
  const isEscapeString = end === c.start + 1 && (c.text.charCodeAt(c.start) | 32) === 101 && c.text.charCodeAt(end) === QUOTE;
  if (!isEscapeString) return token(c, 'word', end);
  const close = quotedEnd(c, end, "'", true);
  if (close === end + 1) return token(c, 'word', end);
  token(c, 'string', close);
}

function dollar(c: Cursor): void {
  DOLLAR_TAG.lastIndex = c.pos;
  const tag = DOLLAR_TAG.exec(c.text)?.[0];
  if (tag && !isAbsent(c, tag) && (c.absent?.size ?? 0) < MAX_ABSENT) {
    const close = c.text.indexOf(tag, c.pos + tag.length);
    if (close >= 0) return token(c, 'string', close + tag.length);
    noteAbsent(c, tag);
  }
  let end = c.pos + 1;
  while (end < c.limit && c.text.charCodeAt(end) >= 48 && c.text.charCodeAt(end) <= 57) end++;
  c.type = end > c.pos + 1 ? 'number' : 'mark';
  c.end = end;
  c.pos = end;
}

/** End of the word that begins here. Most are plain ASCII, which needs no pattern. */
function wordEnd(c: Cursor): number {
  for (let at = c.pos + 1; ; at++) {
    const code = c.text.charCodeAt(at);
    if ((code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57) || code === 95 || code === DOLLAR) continue;
    return code >= 128 || c.text.charCodeAt(c.pos) >= 128 ? matchEnd(c, WORD) : at;
  }
}

function isAbsent(c: Cursor, mark: string): boolean {
  return c.absent?.has(mark) === true;
}

function noteAbsent(c: Cursor, mark: string): void {
  (c.absent ??= new Set()).add(mark);
}

function matchEnd(c: Cursor, pattern: RegExp): number {
  pattern.lastIndex = c.pos;
  pattern.test(c.text);
  return pattern.lastIndex;
}

/** End of the quoted text that opens at `open`; just behind the mark when nothing closes it. */
function quotedEnd(c: Cursor, open: number, mark: string, backslash: boolean): number {
  if (isAbsent(c, mark)) return open + 1;
  const code = mark.charCodeAt(0);
  let at = open + 1;
  if (backslash) {
    for (; at < c.text.length; at++) {
      const here = c.text.charCodeAt(at);
      if (here === BACKSLASH) at++;
      else if (here === code) {
        if (c.text.charCodeAt(at + 1) !== code) return at + 1;
        at++;
      }
    }
  } else {
    for (;;) {
      at = c.text.indexOf(mark, at);
      if (at < 0) break;
      if (c.text.charCodeAt(at + 1) !== code) return at + 1;
      at += 2;
    }
  }
  noteAbsent(c, mark);
  return open + 1;
}

/** PostgreSQL has no backtick quotes; other dialects' names in them stay on one line. */
function backtickEnd(c: Cursor): number {
  for (let at = c.pos + 1; at < c.limit; at++) {
    const code = c.text.charCodeAt(at);
    if (code === BACKTICK) return at + 1;
    if (code === 10) break;
  }
  return c.pos + 1;
}

function skipBlank(c: Cursor): void {
  for (;;) {
    const code = c.text.charCodeAt(c.pos);
    if (c.pos >= c.limit) return;
    if (code === 32 || (code >= 9 && code <= 13) || code === 0xfeff || code === 0xa0) c.pos++;
    else if (code === DASH && c.text.charCodeAt(c.pos + 1) === DASH) lineComment(c);
    else if (code === SLASH && c.text.charCodeAt(c.pos + 1) === STAR) {
      if (!blockComment(c)) return;
    } else return;
  }
}

function lineComment(c: Cursor): void {
  const newline = c.text.indexOf('\n', c.pos);
  let end = newline < 0 ? c.text.length : newline;
  if (c.text.charCodeAt(end - 1) === 13) end--;
  note(c, end, c.text.slice(c.pos + 2, end));
  c.pos = end;
}

function blockComment(c: Cursor): boolean {
  if (isAbsent(c, '*/')) return false;
  let depth = 1;
  let at = c.pos + 2;
  while (depth > 0) {
    const close = c.text.indexOf('*/', at);
    if (close < 0) {
      noteAbsent(c, '*/');
      return false;
    }
    depth--;
    for (let open = c.text.indexOf('/*', at); open >= 0 && open < close; open = c.text.indexOf('/*', open + 2)) depth++;
    at = close + 2;
  }
  note(c, at, c.text.slice(c.pos + 2, at - 2));
  c.pos = at;
  return true;
}

function note(c: Cursor, end: number, text: string): void {
  if (!c.comments) return;
  let before = c.pos - 1;
  while (before >= 0 && (c.text.charCodeAt(before) === 32 || c.text.charCodeAt(before) === 9 || c.text.charCodeAt(before) === 0xfeff)) before--;
  c.comments.push({ text: text.trim(), at: makeSpan(c.pos, end), alone: before < 0 || c.text.charCodeAt(before) === 10 || c.text.charCodeAt(before) === 13 });
}
