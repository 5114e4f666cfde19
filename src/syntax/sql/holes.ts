import type { Span } from '../../facts/code.js';
import type { SqlStatement } from '../../facts/sql.js';
import { makeSpan, spanEnd, spanStart } from '../../facts/span.js';
import type { Alignment } from './align.js';
import type { SpanOf } from './context.js';
import { FIRST_HOLE } from './expressions.js';
import type { Script } from './script.js';
import { advance, cursor } from './tokens.js';

/**
 * A part of a string put together in code: text, or a hole for an expression. `isFilled`: the text of a constant in a hole, which has its number all the same.
 */
export type Part =
  | { readonly k: 'text'; readonly v: string; readonly map: Alignment; readonly isFilled?: true }
  | { readonly k: 'hole'; readonly at: Span; readonly name?: string };

/**
 * What may stand in a hole, in the order tried: a value, nothing (a clause put in or left out), a name, an assignment, a row, all of what is inserted, the
 * number of a parameter.
 */
type Form = 'value' | 'nothing' | 'name' | 'assign' | 'row' | 'inserted' | 'number';
const AS_VALUE: readonly Form[] = ['value', 'nothing', 'name', 'assign', 'row'];
/** `INSERT INTO users ${sql(user)}`: the columns and their values. https://github.com/porsager/postgres#dynamic-inserts */
const AS_INSERTED: readonly Form[] = ['inserted', ...AS_VALUE];
/** `FROM leads l${where}`, `'SELECT … FROM leads' + where`: what is put right behind a word where another clause may follow begins with a blank. */
const AS_CLAUSE: readonly Form[] = ['nothing', 'name', 'value'];
const CLAUSE_BEFORE = /[A-Za-z0-9"')]$/;
const CLAUSE_AFTER = /^\s*(?:(?:order|group|limit|having|offset|for|returning|union)\b|[;)]|$)/i;
/** `$${values.length}` */
const AS_NUMBER: readonly Form[] = ['number'];
const AS_NAME: readonly Form[] = ['name', 'value', 'nothing'];
const MAX_TRIES = 24;
const INSERTED_NEXT = /\binsert\s+into\s+(?:"[^"]+"|[\w.])+\s+$/i;
const NAME_NEXT = /\b(?:from|join|update|into|table|only|truncate|view|references)\s+$|[\w.]\.?$|"$|(?<!:):$/i;

interface Composed { readonly text: string; readonly span: SpanOf; readonly holes: readonly number[]; readonly inStrings: ReadonlySet<number> }

/**
 * Reads a string with holes: each hole gets the form that its place suggests, and the next one when the parser fails at it.
 * Null when no choice parses.
 */
export function readWithHoles(parts: readonly Part[], read: (text: string, span: SpanOf, parameters: ReadonlySet<number>) => Script): Script | null {
  const forms = formsOf(parts);
  const chosen = forms.map(() => 0);
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const composed = compose(parts, forms.map((list, index) => list[chosen[index]]));
    const script = read(composed.text, composed.span, composed.inStrings);
    if (script.failedAt === null) return chosen.some((at, index) => forms[index][at] === 'nothing') ? withOpenFilters(script) : script;
    // What is missing at the end of a statement is missing where an empty hole stands behind it.
    const failedAt = script.failedAt + /^\s*/.exec(composed.text.slice(script.failedAt))![0].length;
    const hole = composed.holes.findLastIndex((start) => start <= failedAt);
    if (hole < 0) return null;
    chosen[hole]++;
    if (chosen[hole] >= forms[hole].length) return null;
  }
  return null;
}

/** What was left out of a statement that writes may have been its condition. */
function withOpenFilters(script: Script): Script {
  const open = (statement: SqlStatement): SqlStatement =>
    statement.k === 'query' && (statement.query.verb === 'update' || statement.query.verb === 'delete') && statement.query.conditions.length === 0
      ? { k: 'query', query: { ...statement.query, isPartial: true } }
      : statement;
  return { ...script, statements: script.statements.map(open) };
}

function formsOf(parts: readonly Part[]): (readonly Form[])[] {
  // What a definition is about has a name that may be put together.
  const hasClauses = parts[0]?.k === 'text' && /^[\s(]*(?:select|with|update|delete)\b/i.test(parts[0].v);
  return parts.flatMap((part, index) => {
    if (part.k !== 'hole') return [];
    const before = parts[index - 1];
    const after = parts[index + 1];
    const isName = (before?.k === 'text' && NAME_NEXT.test(before.v)) || (after?.k === 'text' && /^[\w.]/.test(after.v));
    if (before?.k === 'text' && /(^|[^$])\$$/.test(before.v)) return [AS_NUMBER];
    if (hasClauses && before?.k === 'text' && CLAUSE_BEFORE.test(before.v) && (after === undefined || (after.k === 'text' && CLAUSE_AFTER.test(after.v))))
      return [AS_CLAUSE];
    return [before?.k === 'text' && INSERTED_NEXT.test(before.v) ? AS_INSERTED : isName ? AS_NAME : AS_VALUE];
  });
}

function compose(parts: readonly Part[], forms: readonly Form[]): Composed {
  const texts: string[] = [];
  const starts: number[] = [];
  const ends: number[] = [];
  const holes: number[] = [];
  const ranges: [number, number][] = [];
  let number = 0;
  for (const part of parts) {
    if (part.k === 'hole' || part.isFilled) number++;
    if (part.k === 'text') {
      texts.push(part.v);
      for (const at of part.map.starts) starts.push(at);
      for (const at of part.map.ends) ends.push(at);
      continue;
    }
    const text = formText(forms[holes.length], number);
    holes.push(starts.length);
    ranges.push([starts.length, starts.length + text.length]);
    texts.push(text);
    for (let at = 0; at < text.length; at++) {
      starts.push(spanStart(part.at));
      ends.push(spanEnd(part.at));
    }
  }
  const text = texts.join('');
  const span: SpanOf = (start, end) => spanOf(starts, ends, start, end);
  return { text, span, holes, inStrings: stringsAround(text, ranges) };
}

function formText(form: Form, number: number): string {
  switch (form) {
    case 'value':
      return `$${FIRST_HOLE + number}`;
    case 'name':
      return `__hole_${number}`;
    case 'assign':
      return `__hole_${number} = $${FIRST_HOLE + number}`;
    case 'inserted':
      return `SELECT * FROM __hole_${number}`;
    // Which parameter it is nobody knows, and its value is none of the hole's.
    case 'number':
      return '0';
    case 'row':
      return `($${FIRST_HOLE + number})`;
    default:
      return ' ';
  }
}

function spanOf(starts: readonly number[], ends: readonly number[], start: number, end: number): Span {
  const from = starts[start] ?? ends[ends.length - 1] ?? 0;
  return makeSpan(from, end > start ? ends[end - 1] ?? ends[ends.length - 1] ?? from : from);
}

/** `'%${x}%'`: a constant whose text comes from outside. */
function stringsAround(text: string, ranges: readonly [number, number][]): Set<number> {
  const found = new Set<number>();
  if (!ranges.length || !text.includes("'")) return found;
  const c = cursor(text);
  while (advance(c)) {
    if (c.type === 'string' && ranges.some(([start, end]) => start >= c.start && end <= c.end)) found.add(c.start);
  }
  return found;
}
