/** SQL that an entity declares: of an index, of a check. A function of columns may make it. https://mikro-orm.io/docs/defining-entities#indexes */
import type { Expr, Func } from '../../facts/code.js';
import { text, type Value } from '../../flow/value.js';
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

const STATEMENT = /^\s*create\s+(unique\s+)?index\s+(?:concurrently\s+)?(?:if\s+not\s+exists\s+)?("?[\w-]+"?\s+)?on\s+[\w".]+\s*(?:using\s+(\w+)\s*)?\(([^()]*)\)(?:\s*where\s+(.+?))?\s*;?\s*$/is;

/** An index over plain columns as a statement makes it; null of others, of which only that they are there is known. */
export function indexOf(statement: string | null, name: string | null, place: Place): IndexDraft | null {
  const [, unique, label, method, listed, predicate] = STATEMENT.exec(statement ?? '') ?? [];
  const parts = (listed ?? '').split(',').map((part) => /^\s*"?(\w+)"?(?:\s+(asc|desc))?(?:\s+nulls\s+\w+)?\s*$/i.exec(part));
  if (listed === undefined || parts.some((part) => part === null)) return null;
  return {
    name: name ?? label?.trim().replaceAll('"', '') ?? null, parts: parts.map((part) => ({ column: part![1]!, ...(part![2]?.toLowerCase() === 'desc' ? { desc: true } : {}) })), unique: unique !== undefined,
    ...(method && method.toLowerCase() !== 'btree' ? { method: method.toLowerCase() } : {}), ...(predicate ? { predicate } : {}), place,
  };
}
