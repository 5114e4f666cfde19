/**
 * The conditions that query builders take as text: `user.email = :email AND (post.at > :since OR post.at IS NULL)`.
 * https://typeorm.io/docs/query-builder/select-query-builder#adding-where-expression
 */
import type { ConditionOp } from '../../flow/query.js';

/** A column as written: `alias.path`, alias null for a bare name; `at` is its offset in the text. */
export interface ColumnText { readonly alias: string | null; readonly path: string; readonly at: number; readonly end: number; readonly wrapped: string | null }
export type ValueText =
  | { readonly k: 'parameter' }
  | { readonly k: 'constant'; readonly v: string | number | boolean }
  | { readonly k: 'null' }
  | { readonly k: 'column'; readonly column: ColumnText }
  | { readonly k: 'other' };
export interface ConditionText { readonly column: ColumnText; readonly op: ConditionOp; readonly value: ValueText }
export interface ReadText {
  readonly conditions: readonly ConditionText[];
  /** Columns that stand in no comparison. */
  readonly others: readonly ColumnText[];
  readonly hasOr: boolean;
  readonly isPartial: boolean;
}

interface Token { readonly k: 'word' | 'name' | 'parameter' | 'string' | 'number' | 'sign'; readonly text: string; readonly at: number; readonly end: number }

const TOKEN =
  /\s+|(:\.{0,3}[\w.]+|\$\d+|\?|@\w+)|'((?:[^']|'')*)'|("(?:[^"]|"")+"|`[^`]+`|\[[A-Za-z_]\w*\])|(\d+(?:\.\d+)?)|([A-Za-z_]\w*)|(::\w+|<>|!=|<=|>=|->>|->|#>>|#>|@>|<@|[^\s])/gy;

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(text); match; match = TOKEN.exec(text)) {
    const [all, parameter, string, name, number, word, sign] = match;
    const base = { at: match.index, end: match.index + all.length };
    if (parameter !== undefined) tokens.push({ k: 'parameter', text: parameter, ...base });
    else if (string !== undefined) tokens.push({ k: 'string', text: string, ...base });
    else if (name !== undefined) tokens.push({ k: 'name', text: name.slice(1, -1), ...base });
    else if (number !== undefined) tokens.push({ k: 'number', text: number, ...base });
    else if (word !== undefined) tokens.push({ k: 'word', text: word, ...base });
    // A cast says nothing of the value.
    else if (sign !== undefined && !sign.startsWith('::')) tokens.push({ k: 'sign', text: sign, ...base });
  }
  return tokens;
}

const KEYWORDS = new Set([
  'and', 'or', 'not', 'in', 'is', 'null', 'like', 'ilike', 'between', 'exists', 'true', 'false', 'any', 'all', 'case', 'when', 'then', 'else', 'end', 'as',
  'asc', 'desc', 'distinct', 'interval', 'select', 'from', 'where', 'join', 'on', 'cast', 'current_timestamp', 'current_date', 'nulls', 'first', 'last',
  'similar', 'to', 'using', 'escape', 'collate', 'at', 'zone', 'time', 'group', 'by', 'order', 'limit', 'having', 'left', 'inner', 'outer', 'varchar', 'text',
  'integer', 'date', 'uuid', 'jsonb', 'numeric', 'timestamp', 'char', 'int',
]);

/** Reads a condition. `isAlias` says which names columns are qualified with, `isColumn` which bare names are columns. */
export function readCondition(text: string, isAlias: (name: string) => boolean, isColumn: (name: string) => boolean): ReadText {
  const tokens = tokensOf(text);
  const conditions: ConditionText[] = [];
  const others: ColumnText[] = [];
  const used = new Set<number>();
  let isPartial = false;
  for (let index = 0; index < tokens.length; index++) {
    if (used.has(index)) continue;
    const found = columnAt(tokens, index, isAlias, isColumn);
    if (!found) continue;
    for (let each = index; each < found.next; each++) used.add(each);
    const after = closing(tokens, found.next, found.column.wrapped);
    const compared = comparisonAt(tokens, after, isAlias, isColumn) ?? mirrored(tokens, index);
    if (compared) {
      conditions.push({ column: found.column, op: isNegated(tokens, index) ? 'other' : compared.op, value: compared.value });
      for (let each = after; each < compared.next; each++) used.add(each);
    } else if (isBare(tokens, index, after)) conditions.push({ column: found.column, op: '=', value: { k: 'constant', v: !isNegated(tokens, index) } });
    else others.push(found.column);
    index = found.next - 1;
  }
  const words = tokens.filter((token) => token.k === 'word').map((token) => token.text.toLowerCase());
  if (words.includes('select') || words.includes('exists')) isPartial = true;
  return { conditions, others, hasOr: words.includes('or'), isPartial: isPartial || (conditions.length === 0 && tokens.length > 0) };
}

/** The columns that a selection, order or group names. */
export function columnsIn(text: string, isAlias: (name: string) => boolean, isColumn: (name: string) => boolean): readonly ColumnText[] {
  const tokens = tokensOf(text);
  const found: ColumnText[] = [];
  for (let index = 0; index < tokens.length; index++) {
    const column = columnAt(tokens, index, isAlias, isColumn);
    if (!column) continue;
    found.push(column.column);
    index = column.next - 1;
  }
  return found;
}

function columnAt(
  tokens: readonly Token[],
  index: number,
  isAlias: (name: string) => boolean,
  isColumn: (name: string) => boolean,
): { readonly column: ColumnText; readonly next: number } | null {
  const first = tokens[index]!;
  if (first.k !== 'word' && first.k !== 'name') return null;
  const before = tokens[index - 1];
  if (before?.text === '.') return null;
  const wrapped =
    before?.text === '(' && tokens[index - 2]?.k === 'word' && !KEYWORDS.has(tokens[index - 2]!.text.toLowerCase())
      ? tokens[index - 2]!.text.toLowerCase()
      : null;
  const isPart = (at: number): boolean => tokens[at]?.text === '.' && (tokens[at + 1]?.k === 'word' || tokens[at + 1]?.k === 'name');
  if (isPart(index + 1) && isAlias(first.text)) {
    let next = index + 1;
    const path: string[] = [];
    while (isPart(next)) {
      path.push(tokens[next + 1]!.text);
      next += 2;
    }
    const last = tokens[next - 1]!;
    const end = pastJson(tokens, next);
    return { column: { alias: first.text, path: path.join('.'), at: tokens[index + 2]!.at, end: last.end, wrapped: end > next ? '->' : wrapped }, next: end };
  }
  const isCall = tokens[index + 1]?.text === '(';
  if (isPart(index + 1) || isCall || (first.k === 'word' && KEYWORDS.has(first.text.toLowerCase())) || !isColumn(first.text)) return null;
  const end = pastJson(tokens, index + 1);
  return { column: { alias: null, path: first.text, at: first.at, end: first.end, wrapped: end > index + 1 ? '->' : wrapped }, next: end };
}

/** The token after the path into a document: `data->'a'->>'b'`. */
function pastJson(tokens: readonly Token[], next: number): number {
  let end = next;
  while (tokens[end]?.text.startsWith('->') || tokens[end]?.text.startsWith('#>')) end += 2;
  return Math.min(end, tokens.length);
}

/** The token after the parentheses of a function around the column. */
function closing(tokens: readonly Token[], next: number, wrapped: string | null): number {
  if (wrapped === null || wrapped === '->') return next;
  let depth = 1;
  for (let index = next; index < tokens.length; index++) {
    if (tokens[index]!.text === '(') depth++;
    if (tokens[index]!.text === ')' && --depth === 0) return index + 1;
  }
  return next;
}

const SIGNS: Readonly<Record<string, ConditionOp>> = { '=': '=', '!=': '<>', '<>': '<>', '<': 'range', '>': 'range', '<=': 'range', '>=': 'range' };

function comparisonAt(
  tokens: readonly Token[],
  at: number,
  isAlias: (name: string) => boolean,
  isColumn: (name: string) => boolean,
): { readonly op: ConditionOp; readonly value: ValueText; readonly next: number } | null {
  const token = tokens[at];
  if (!token) return null;
  const word = (offset: number): string => (tokens[at + offset]?.k === 'word' ? tokens[at + offset]!.text.toLowerCase() : '');
  const sign = token.k === 'sign' ? SIGNS[token.text] : undefined;
  if (sign) {
    const { value, next } = valueAt(tokens, at + 1, isAlias, isColumn);
    return { op: sign === '=' && word(1) === 'any' ? 'in' : value.k === 'null' ? (sign === '=' ? 'null' : 'not-null') : sign, value, next };
  }
  if (token.k === 'sign' && (token.text === '@>' || token.text === '<@' || token.text === '~')) return { op: 'other', value: { k: 'other' }, next: at + 1 };
  switch (word(0)) {
    case 'is':
      return word(1) === 'not'
        ? { op: word(2) === 'null' ? 'not-null' : 'other', value: { k: 'null' }, next: at + 3 }
        : { op: word(1) === 'null' ? 'null' : '=', value: word(1) === 'null' ? { k: 'null' } : { k: 'constant', v: word(1) === 'true' }, next: at + 2 };
    case 'in':
      return { op: 'in', value: { k: 'other' }, next: at + 1 };
    case 'like':
    case 'ilike': {
      const { value, next } = valueAt(tokens, at + 1, isAlias, isColumn);
      return { op: word(0) === 'like' && value.k === 'constant' && /^[^%_]+%$/.test(String(value.v)) ? 'prefix' : 'like', value, next };
    }
    case 'between':
      return { op: 'range', value: { k: 'parameter' }, next: at + 4 };
    case 'not':
      return { op: 'other', value: { k: 'other' }, next: at + 2 };
    default:
      return null;
  }
}

/** `:id = user.id`: the value stands first. */
function mirrored(tokens: readonly Token[], index: number): { readonly op: ConditionOp; readonly value: ValueText; readonly next: number } | null {
  const sign = tokens[index - 1]?.k === 'sign' ? SIGNS[tokens[index - 1]!.text] : undefined;
  const value = tokens[index - 2];
  return sign && value?.k === 'parameter' ? { op: sign, value: { k: 'parameter' }, next: index } : null;
}

function valueAt(
  tokens: readonly Token[],
  at: number,
  isAlias: (name: string) => boolean,
  isColumn: (name: string) => boolean,
): { readonly value: ValueText; readonly next: number } {
  const token = tokens[at];
  if (!token) return { value: { k: 'other' }, next: at };
  if (token.k === 'parameter') return { value: { k: 'parameter' }, next: at + 1 };
  if (token.k === 'string') return { value: { k: 'constant', v: token.text.replaceAll("''", "'") }, next: at + 1 };
  if (token.k === 'number') return { value: { k: 'constant', v: Number(token.text) }, next: at + 1 };
  const word = token.text.toLowerCase();
  if (token.k === 'word' && (word === 'true' || word === 'false')) return { value: { k: 'constant', v: word === 'true' }, next: at + 1 };
  if (token.k === 'word' && word === 'null') return { value: { k: 'null' }, next: at + 1 };
  const column = columnAt(tokens, at, isAlias, isColumn);
  if (column) return { value: { k: 'column', column: column.column }, next: column.next };
  // `LOWER(:email)` is a value like any other; columns in it are read by themselves.
  if (token.k === 'word' && tokens[at + 1]?.text === '(') return { value: { k: 'parameter' }, next: at + 1 };
  return { value: { k: 'other' }, next: at };
}

const isNegated = (tokens: readonly Token[], index: number): boolean => tokens[index - 1]?.k === 'word' && tokens[index - 1]!.text.toLowerCase() === 'not';

/** A boolean column that stands for itself between ANDs. */
function isBare(tokens: readonly Token[], index: number, after: number): boolean {
  const edge = (token: Token | undefined): boolean => token === undefined || token.text === '(' || token.text === ')' || /^(and|or|not)$/i.test(token.text);
  return edge(tokens[index - 1]) && edge(tokens[after]) && tokens[index - 2]?.k !== 'word';
}
