import { advance, cursor, lowered, nameOf, type Cursor } from './tokens.js';

/** An index that MySQL declares inside of CREATE TABLE. Offsets are UTF-16 offsets of the statement. */
export interface InlineIndex { readonly name: string | null; readonly columns: readonly string[]; readonly start: number; readonly end: number }
export interface Normalised { readonly text: string; readonly indexes: readonly InlineIndex[] }

const DIALECTS: readonly (readonly [string, RegExp])[] = [
  [
    'ClickHouse',
    /\bON\s+CLUSTER\b|MergeTree\b|\bLowCardinality\(|\bNullable\(|\bDateTime64\(|\bMATERIALIZE\s+INDEX\b|\bTYPE\s+(?:bloom_filter|minmax|tokenbf_v1)\b/,
  ],
  ['SQLite', /\bAUTOINCREMENT\b|^\s*PRAGMA\b|\bINSERT\s+OR\s+(?:REPLACE|IGNORE)\b|\bWITHOUT\s+ROWID\b/i],
  ['SQL Server or SQLite', /\bINSERT\s+INTO\s+\[\w|\bCREATE\s+(?:UNIQUE\s+)?(?:TABLE|INDEX)\s+\[\w/i],
  [
    'SQL Server',
    /\[dbo\]|^[^\S\n]*GO[^\S\n]*$|\bNVARCHAR\s*\(|\bIDENTITY\s*\(\s*\d+\s*,|\[\w+\]\s+\[?(?:int|bigint|bit|nvarchar|varchar|datetime2?|uniqueidentifier)\b/im,
  ],
  [
    'MySQL',
    /\bAUTO_INCREMENT\b|\bENGINE\s*=|\bUNSIGNED\b|\bCHARSET\b|\bCHARACTER\s+SET\b|\bON\s+UPDATE\s+CURRENT_TIMESTAMP|^[^\S\n]*(?:UN)?LOCK\s+TABLES|^[^\S\n]*SET\s+(?:NAMES|@)|\bON\s+DUPLICATE\s+KEY\b|^[^\S\n]*(?:USE|SHOW)\s|\b(?:TINY|MEDIUM)INT\b|\bINSERT\s+IGNORE\b|^[^\S\n]*REPLACE\s+INTO\b|\b(?:MODIFY|CHANGE)\s+(?:COLUMN\s+)?[\w`]+\s|^[^\S\n]*DROP\s+INDEX\s+\S+\s+ON\b|\bDROP\s+(?:FOREIGN\s+KEY|PRIMARY\s+KEY|INDEX)\s+[\w`]+\s*[,;]?\s*$/im,
  ],
  ['CockroachDB', /\bINVERTED\s+INDEX\b|\bSTORING\s*\(|\bINTERLEAVE\s+IN\b/i],
  ['MySQL or SQLite', /`\w+`/],
];

/** The dialect a statement that PostgreSQL cannot read seems to be written in; null when nothing tells. */
export function foreignDialect(text: string): string | null {
  return DIALECTS.find(([, pattern]) => pattern.test(text))?.[0] ?? null;
}

/** Whether a file is MySQL's, whose strings and comments must be cut differently. */
export function looksLikeMySql(text: string): boolean {
  return /\bENGINE\s*=\s*\w+|\bAUTO_INCREMENT\b|^[^\S\n]*CREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?`/im.test(text);
}

/** Words that mean nothing to PostgreSQL and stand alone. */
const NOISE = new Set(['auto_increment', 'autoincrement', 'unsigned', 'zerofill', 'virtual', 'algorithm']);
const SIZED = new Set(['int', 'integer', 'bigint', 'smallint']);

/**
 * Rewrites a statement of another dialect towards PostgreSQL without moving any position: backticks and brackets become
 * double quotes, options become spaces. Inline keys are taken out and returned.
 */
export function normalise(text: string): Normalised {
  const out = text.split('');
  const indexes: InlineIndex[] = [];
  const c = cursor(text, 0, text.length, null, true);
  const head: string[] = [];
  let depth = 0;
  let previous = '';
  let last = 0;
  for (; advance(c); last = c.pos) {
    const word = lowered(c);
    // Comments go first: what is taken out of a list looks back for its comma.
    blank(out, last, c.start);
    if (head.length < 4) head.push(word);
    const isTable = head[0] === 'create' && (head[1] === 'table' || head[2] === 'table');
    if (c.type === 'name' && text[c.start] === '`') quote(out, c);
    else if (c.type === 'string' && text.slice(c.start, c.end).includes('\\')) blank(out, c.start + 1, c.end - 1);
    else if (c.type === 'mark') {
      if (word === '(') depth++;
      if (word === ')' && --depth === 0 && isTable) {
        blank(out, c.end, text.length);
        break;
      }
      if (word === '[') bracket(out, text, c);
      if (word === '(' && depth >= 3 && /[\w`"]/.test(previous)) prefixLength(out, text, c, () => depth--);
    } else if (c.type === 'word') {
      if (isTable && depth === 1 && (previous === ',' || previous === '(') && inlineIndex(out, text, c, word, indexes)) {
        previous = ',';
        continue;
      }
      option(out, text, c, word, previous, head);
    }
    previous = word;
  }
  return { text: out.join(''), indexes };
}

function option(out: string[], text: string, c: Cursor, word: string, previous: string, head: readonly string[]): void {
  const rest = (pattern: RegExp): number => {
    pattern.lastIndex = c.start;
    return pattern.test(text) ? pattern.lastIndex : -1;
  };
  let end = -1;
  if (NOISE.has(word)) end = c.end;
  else if (SIZED.has(word)) {
    const close = rest(/\w+\s*\(\s*\d+\s*\)/y);
    if (close > 0) blank(out, c.end, close);
    if (close > 0) c.pos = close;
  } else if (word === 'character' || word === 'charset') end = rest(/character\s+set\s+\w+|charset\s+\w+/iy);
  else if (word === 'collate') end = rest(/collate\s+[\w"'`]+/iy);
  else if (word === 'comment' && head[0] !== 'comment') end = rest(/comment\s+'(?:[^'\\]|''|\\.)*'/iy);
  else if (word === 'on') end = rest(/on\s+update\s+current_timestamp(?:\s*\(\s*\d*\s*\))?|on\s+duplicate\s+key\s+update[\s\S]*/iy);
  else if (word === 'identity') end = rest(/identity\s*\(\s*\d+\s*,\s*\d+\s*\)/iy);
  else if (word === 'ignore' && previous === 'insert') end = c.end;
  else if (word === 'or' && previous === 'insert') end = rest(/or\s+(?:replace|ignore|abort|fail|rollback)/iy);
  else if (word === 'after' && head[0] === 'alter') end = rest(/after\s+[\w`"]+/iy);
  else if (word === 'first' && head[0] === 'alter') end = c.end;
  else if (word === 'using') end = rest(/using\s+(?:btree|hash)/iy);
  else if ((word === 'key' || word === 'index') && previous === 'unique') end = rest(/(?:key|index)(?:\s+(?!\()[\w`"]+)?/iy);
  else if (word === 'replace' && head.length === 1) overwrite(out, c.start, 'insert ');
  if (end > 0) {
    blank(out, c.start, end);
    c.pos = end;
  }
}

const INLINE = /(?:(?:fulltext|spatial)\s+)?(?:key|index)\b\s*(`[^`]+`|"[^"]+"|(?!\()\w+)?\s*(?:using\s+\w+\s*)?\(/iy;

/** `KEY name (a, b(20))` as an element of a table: taken out, with the comma before it. */
function inlineIndex(out: string[], text: string, c: Cursor, word: string, found: InlineIndex[]): boolean {
  if (!['key', 'index', 'fulltext', 'spatial'].includes(word)) return false;
  INLINE.lastIndex = c.start;
  const match = INLINE.exec(text);
  if (!match) return false;
  const start = c.start;
  const inner = cursor(text, INLINE.lastIndex);
  const columns: string[] = [];
  let depth = 1;
  while (advance(inner) && depth > 0) {
    const mark = inner.type === 'mark' ? text[inner.start] : '';
    if (mark === '(') depth++;
    else if (mark === ')') depth--;
    else if (depth === 1 && mark !== ',' && !/^(?:asc|desc)$/i.test(text.slice(inner.start, inner.end))) columns.push(plain(nameOf(inner) ?? ''));
    if (depth === 0) break;
  }
  if (word === 'key' || word === 'index') found.push({ name: match[1] ? plain(match[1]) : null, columns, start, end: inner.end });
  blank(out, start, inner.end);
  const tail = /\s*(?:using\s+\w+\s*)?(?:comment\s+'[^']*')?/iy;
  tail.lastIndex = inner.end;
  tail.test(text);
  blank(out, inner.end, tail.lastIndex);
  dropComma(out, start);
  c.pos = tail.lastIndex || inner.end;
  return true;
}

function dropComma(out: string[], start: number): void {
  for (let at = start - 1; at >= 0; at--) {
    if (out[at] === ',') out[at] = ' ';
    if (/\S/.test(out[at])) return;
    if (out[at] === ' ' && at < start - 5000) return;
  }
}

function plain(name: string): string {
  return name.replace(/^[`"]|[`"]$/g, '');
}

function quote(out: string[], c: Cursor): void {
  out[c.start] = '"';
  out[c.end - 1] = '"';
}

function bracket(out: string[], text: string, c: Cursor): void {
  const name = /\[[A-Za-z_][\w ]*\]/y;
  name.lastIndex = c.start;
  if (!name.test(text)) return;
  out[c.start] = '"';
  out[name.lastIndex - 1] = '"';
  c.pos = name.lastIndex;
}

/** `UNIQUE (name(191))`: the length of an index prefix. */
function prefixLength(out: string[], text: string, c: Cursor, close: () => void): void {
  const size = /\(\s*\d+\s*\)/y;
  size.lastIndex = c.start;
  if (!size.test(text)) return;
  blank(out, c.start, size.lastIndex);
  c.pos = size.lastIndex;
  close();
}

function overwrite(out: string[], start: number, text: string): void {
  for (let at = 0; at < text.length; at++) out[start + at] = text[at];
}

function blank(out: string[], start: number, end: number): void {
  for (let at = start; at < end; at++) if (out[at] !== '\n' && out[at] !== '\r') out[at] = ' ';
}
