/** SQL that an entity declares: of an index, of a check. A function of columns may make it. https://mikro-orm.io/docs/defining-entities#indexes */
import type { Expr, Func } from '../../facts/code.js';
import { text } from '../../flow/arguments.js';
import type { Value } from '../../flow/value.js';
import type { IndexDraft } from '../../link/draft.js';
import type { Place } from '../../model/schema.js';

type Named = (property: string) => readonly string[];

/** The SQL of `expression`; null where it cannot be told. */
export function sqlOf(value: Value | null, named: Named): string | null {
  if (value?.k !== 'fn') return text(value);
  const { fn } = value.fn;
  const last = fn.body.at(-1);
  const columns = columnsParameter(fn);
  return last?.k === 'return' && last.value && columns !== null ? written(last.value, columns, named) : null;
}

/** The parameter that holds the columns: `(columns) => …`; `(table, columns, name) => …` in version 6, `(columns, table, name) => …` in 7. */
function columnsParameter({ params }: Func): string | null {
  const names = params.map(({ target }) => (target.k === 'name' ? target.id : ''));
  return names.find((name) => /col/i.test(name)) ?? (names.length === 1 ? names[0]! : names[1] ?? null);
}

/** A text or template, `quote` of one: properties become columns, all else (the table, the index's own name) a word that names nothing. */
function written(expr: Expr, columns: string, named: Named): string | null {
  if (expr.k === 'lit') return typeof expr.v === 'string' ? expr.v : null;
  if (expr.k !== 'tpl') return null;
  const parts = expr.parts.map((part) => {
    if (part.k === 'text') return part.v;
    if (part.k !== 'attr' || part.of.k !== 'name' || part.of.id !== columns) return 'x';
    const [column, ...others] = named(part.name);
    return others.length === 0 ? column ?? null : null;
  });
  return parts.every((part) => part !== null) ? parts.join('') : null;
}

const HEAD =
  /^\s*create\s+(unique\s+)?index\s+(?:concurrently\s+)?(?:if\s+not\s+exists\s+)?("?[\w-]+"?\s+)?on\s+(?:only\s+)?[\w".]+\s*(?:using\s+(\w+)\s*)?\(/i;
const TAIL = /^\s*(?:include\s*\(([^()]*)\))?(\s*nulls\s+not\s+distinct)?\s*(?:where\s+(.+?))?\s*;?\s*$/is;
const PART = /^("?)(\w+)\1(?:\s+(?:\w+\.)?(\w+_ops))?(?:\s+(asc|desc))?(?:\s+nulls\s+(first|last))?$/i;

/** The index that a statement makes; null of one that is spelled otherwise, of which only that it is there is known. */
export function indexOf(statement: string | null, name: string | null, place: Place): IndexDraft | null {
  const head = HEAD.exec(statement ?? '');
  const listed = head ? listFrom(statement!, head[0].length) : null;
  const tail = listed ? TAIL.exec(statement!.slice(listed.end)) : null;
  if (!head || !listed || !tail || listed.parts.some((part) => part === '')) return null;
  const [, unique, label, method] = head;
  const [, include, distinct, predicate] = tail;
  return {
    name: name ?? label?.trim().replaceAll('"', '') ?? null,
    parts: listed.parts.map(partOf),
    unique: unique !== undefined,
    ...(method && method.toLowerCase() !== 'btree' ? { method: method.toLowerCase() } : {}),
    ...(include ? { include: include.split(',').map((part) => part.trim().replaceAll('"', '')) } : {}),
    ...(distinct ? { nullsNotDistinct: true } : {}),
    ...(predicate ? { predicate } : {}),
    place,
  };
}

/** A column, or an expression over some. */
function partOf(written: string): IndexDraft['parts'][number] {
  const [, , column, opclass, direction, nulls] = PART.exec(written) ?? [];
  if (!column) return { column: null, expression: written };
  return {
    column,
    ...(opclass ? { opclass } : {}),
    ...(direction?.toLowerCase() === 'desc' ? { desc: true } : {}),
    ...(nulls ? { nulls: nulls.toLowerCase() === 'first' ? 'first' : 'last' } : {}),
  };
}

/** What stands between commas up to the bracket that closes the one before `start`; null where none does. */
function listFrom(sql: string, start: number): { readonly parts: readonly string[]; readonly end: number } | null {
  const parts: string[] = [];
  let [depth, from] = [0, start];
  for (let at = start; at < sql.length; at++) {
    const letter = sql[at];
    if (letter === "'") at = sql.indexOf("'", at + 1) < 0 ? sql.length : sql.indexOf("'", at + 1);
    else if (letter === '(') depth++;
    else if ((letter === ',' || letter === ')') && depth === 0) {
      parts.push(sql.slice(from, at).trim());
      if (letter === ')') return { parts, end: at + 1 };
      from = at + 1;
    } else if (letter === ')') depth--;
  }
  return null;
}
