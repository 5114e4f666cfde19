/** Which index or key does another one's work. */
import type { Index, IndexColumn, Key } from './schema.js';

/** An index or a key as the planner sees it. */
export interface Access {
  readonly name: string | null;
  readonly parts: readonly IndexColumn[];
  readonly unique: boolean;
  readonly method: string;
  readonly include: readonly string[];
  readonly predicate: string | null;
  readonly nullsNotDistinct: boolean;
  readonly of: Index | Key;
}

export function accessOfIndex(index: Index): Access {
  return {
    name: index.name,
    parts: index.parts,
    unique: index.unique,
    method: index.method,
    include: index.include,
    predicate: index.predicate,
    nullsNotDistinct: index.nullsNotDistinct === true,
    of: index,
  };
}

/** A primary key or unique constraint stands on a unique B-tree in ascending order. */
export function accessOfKey(key: Key): Access {
  const parts = key.columns.map((column) => ({ column, expression: null, desc: false, opclass: null }));
  return { name: key.name, parts, unique: true, method: 'btree', include: [], predicate: null, nullsNotDistinct: key.nullsNotDistinct, of: key };
}

/** `equal` when both hold the same list, `prefix` when the wide one starts with the narrow one, null when it cannot replace it. */
export function coverage(narrow: Access, wide: Access): 'equal' | 'prefix' | null {
  if (narrow.method !== wide.method || normalPredicate(narrow.predicate) !== normalPredicate(wide.predicate)) return null;
  if (narrow.parts.length > wide.parts.length || (narrow.parts.length < wide.parts.length && narrow.method !== 'btree')) return null;
  if (!narrow.parts.every((part, i) => samePart(part, wide.parts[i]))) return null;
  const directions = new Set(narrow.parts.map((part, i) => directionOf(part, wide.parts[i]!)));
  if (directions.size > 1 || directions.has(null) || (directions.has('back') && narrow.method !== 'btree')) return null;
  const reached = new Set([...wide.include, ...wide.parts.flatMap((part) => (part.column ? [part.column.name] : []))]);
  if (!narrow.include.every((name) => reached.has(name))) return null;
  const isEqual = narrow.parts.length === wide.parts.length;
  // What a unique index forbids, only a unique index over the same list forbids.
  if (narrow.unique && !(wide.unique && isEqual && (wide.nullsNotDistinct || !narrow.nullsNotDistinct))) return null;
  return isEqual ? 'equal' : 'prefix';
}

function samePart(a: IndexColumn, b: IndexColumn): boolean {
  return a.column === b.column && normalExpression(a.expression) === normalExpression(b.expression) && a.opclass === b.opclass && a.collation === b.collation;
}

/** Whether an index has the other one's order, read from its beginning or from its end: nulls stand at one of them. */
function directionOf(a: IndexColumn, b: IndexColumn): 'forth' | 'back' | null {
  const nullsFirst = (part: IndexColumn): boolean => (part.nulls ? part.nulls === 'first' : part.desc);
  if ((a.desc === b.desc) !== (nullsFirst(a) === nullsFirst(b))) return null;
  return a.desc === b.desc ? 'forth' : 'back';
}

/**
 * A predicate in one spelling: casts, outer parentheses, case and `= true` make no difference, nor do `= ANY (…)` beside `IN (…)` and `NOT (a = b)` beside `a
 * <> b`.
 */
export function normalPredicate(predicate: string | null): string | null {
  const text = normalExpression(predicate);
  if (text === null) return null;
  return text
    .replace(/\s*!=\s*/g, '<>')
    .replace(/\bnot ?\((\w+)=('(?:[^']|'')*'|[\w.]+)\)/g, '$1<>$2')
    .replace(/=any\(array\[(.*?)\]\)/g, ' in($1)')
    .replace(/\bnot(\w+)$/, '$1=false')
    .replace(/^(\w+)$/, '$1=true')
    .replace(/(\w+) is true\b/g, '$1=true')
    .replace(/(\w+) is false\b/g, '$1=false')
    .replace(/^not (\w+)$/, '$1=false')
    .replace(/\s+in\(/g, ' in(');
}

/** What a predicate asks for all at once, each in one spelling; nothing where there is none. */
export function conjunctsOf(predicate: string | null): readonly (string | null)[] {
  return normalPredicate(predicate)?.split(' and ').map(normalPredicate) ?? [];
}

function normalExpression(expression: string | null): string | null {
  if (expression === null) return null;
  const parts = expression.split(/('(?:[^']|'')*')/);
  let text = parts
    .map((part, i) =>
      i % 2
        ? part
        : part
            .toLowerCase()
            .replaceAll('"', '')
            .replace(/::\w+( varying| with(out)? time zone)?(\(\d+\))?(\[\])?/g, '')
            .replace(/\s+/g, ' ')
            .replace(/\s*([(),=<>[\]])\s*/g, '$1'),
    )
    .join('')
    .trim();
  text = text.replace(/\((\w+|'[^']*')\)(?=[=<>)]|$| is)/g, (whole, inner: string, at: number) => (at > 0 && /\w/.test(text[at - 1]) ? whole : inner));
  while (text.startsWith('(') && text.endsWith(')') && isOnePair(text)) text = text.slice(1, -1).trim();
  return text;
}

function isOnePair(text: string): boolean {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '(') depth++;
    if (text[i] === ')' && --depth === 0) return i === text.length - 1;
  }
  return false;
}
