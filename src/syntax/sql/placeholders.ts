import { advance, cursor, lowered, type Cursor } from './tokens.js';

/** Text of the same length in which every placeholder is something the parser accepts. Offsets are UTF-16. */
export interface Rewritten {
  readonly text: string;
  /** Where a constant stands for a parameter. */
  readonly parameters: ReadonlySet<number>;
  /** What the parameters at these places are called (see facts/sql.ts). */
  readonly names: ReadonlyMap<number, string>;
  /** Where `IN ?` was turned into `= ?`, which means the same for one value. */
  readonly lists: ReadonlySet<number>;
}

/** The forms of psycopg, DB-API, JDBC, SQLAlchemy, psql, T-SQL, Sequelize, pg-promise, pg-format, template engines and `str.format`, at the cursor's place. */
const FORMS =
  /\?\??|:[A-Za-z_]\w*|:[0-9]+|:(?=['"]\w)|%\([^)\s]*\)[a-z]|%[A-Za-z_]\w*%|%[a-z]\b|%[IL]\b|\$\{[^}]*\}|\{\{[^}]*\}\}|\{%[^%]*%\}|\{[\w.]*\}|@[A-Za-z_]\w*|\$[A-Za-z_]\w*(?![\w$])|\$(?:<[^<>\s]+>|\([^()\s]+\)|\[[^[\]\s]+\]|\/[^/\s]+\/)/y;
/** `$1:csv`, `$2^`: a numbered parameter with what pg-promise does to it. https://github.com/vitaly-t/pg-promise#formatting-filters */
const FILTERED = /\$[0-9]+(?:[\^~#]|:(?:raw|alias|name|json|csv|list|value)\b)/y;
const BEFORE_NAME = new Set(['from', 'join', 'update', 'into', 'table', 'only', 'view', 'schema', 'truncate', 'references', '.']);
const JSON_OPERAND = /\s*(?:'|[|&]|\$[0-9]|array\b)/iy;

/** Rewrites the placeholders of drivers and templates without moving any position; null when there are none. */
export function rewritePlaceholders(text: string): Rewritten | null {
  const out: string[] = [];
  const parameters = new Set<number>();
  const lists = new Set<number>();
  const names = new Map<number, string>();
  let position = 0;
  const c = cursor(text);
  let done = 0;
  let previous = '';
  let previousStart = 0;
  let beforeThat = '';
  while (advance(c)) {
    const found = c.type === 'mark' || c.type === 'word' ? placeholder(c) : c.type === 'number' ? filtered(c) : null;
    if (found === null) {
      beforeThat = previous;
      previous = lowered(c);
      previousStart = c.start;
      continue;
    }
    const end = c.start + found.length;
    if (previous === 'in' && !isName(previous, text, c.start, end)) {
      out.push(text.slice(done, previousStart), '= ');
      lists.add(previousStart);
      done = previousStart + 2;
    }
    // `VALUES %s` is given whole rows: as many as there are, of whatever values.
    if (previous === 'values') {
      out.push(text.slice(done, previousStart), 'select');
      done = previousStart + 'values'.length;
    }
    out.push(text.slice(done, c.start), isQuery(found, previous, beforeThat) ? 'select'.padEnd(found.length) : replacement(found, previous, text, c.start));
    // psql's `:'name'` is a constant once its colon is gone.
    if (found === ':') parameters.add(c.start + 1);
    else if (found.length === 1) parameters.add(c.start);
    const name = parameterName(found) ?? (found === '?' || /^%[a-z]$/.test(found) ? String(++position) : null);
    if (name !== null) names.set(c.start, name);
    done = end;
    c.pos = end;
    beforeThat = previous;
    previous = '?';
  }
  if (done === 0) return null;
  out.push(text.slice(done));
  return { text: out.join(''), parameters, names, lists };
}

function parameterName(found: string): string | null {
  return /^[:@$](\w+)$/.exec(found)?.[1] ?? /^%\(([^)]*)\)/.exec(found)?.[1] ?? /^\$(?:[<([{/]\s*)?(\w+)/.exec(found)?.[1] ?? null;
}

/** `WITH x AS (%query%)`: a whole query is put in. */
function isQuery(found: string, previous: string, beforeThat: string): boolean {
  return previous === '(' && beforeThat === 'as' && found.length >= 6;
}

function filtered({ text, start }: Cursor): string | null {
  FILTERED.lastIndex = start;
  return FILTERED.exec(text)?.[0] ?? null;
}

function placeholder(c: Cursor): string | null {
  const { text, start } = c;
  if (c.type === 'word') return null;
  if (text[start] === ':' && (text[start + 1] === ':' || text[start - 1] === ':' || text[start + 1] === '=')) return null;
  FORMS.lastIndex = start;
  const found = FORMS.exec(text)?.[0] ?? null;
  if (found === '?') {
    JSON_OPERAND.lastIndex = start + 1;
    if (JSON_OPERAND.test(text)) return null;
  }
  return found;
}

function replacement(found: string, previous: string, text: string, start: number): string {
  const size = found.length;
  if (found === ':') return ' ';
  if (found.startsWith('{%')) return ' '.repeat(size);
  if (isName(previous, text, start, start + size) || found === '??') return name(size, isWordAt(text, start - 1) || isWordAt(text, start + size));
  // One character holds no `$1`: a number does, and is remembered as a parameter.
  return size === 1 ? '0' : '$1'.padEnd(size);
}

function isName(previous: string, text: string, start: number, end: number): boolean {
  return BEFORE_NAME.has(previous) || text[end] === '.' || isWordAt(text, start - 1) || isWordAt(text, end);
}

function name(size: number, isGlued: boolean): string {
  if (isGlued || size < 6) return '_'.repeat(size);
  return '__hole'.padEnd(size);
}

function isWordAt(text: string, at: number): boolean {
  return /\w/.test(text[at] ?? '');
}
