/** Columns that expressions of a declaration name: `Comment.subject_id`, `first + " " + last` in the class itself, `"Comment.subject_id"` in a string. */
import type { Expr } from '../../facts/code.js';
import { makeSpan, spanEnd, spanStart } from '../../facts/span.js';
import type { Flow } from '../../flow/evaluate.js';
import type { Model } from '../../flow/model.js';
import type { Env } from '../../flow/program.js';
import { membersOf } from '../../flow/value.js';
import type { Place } from '../../model/schema.js';

export interface NamedColumn { readonly model: Model; readonly attribute: string; readonly place: Place }

/** What is known where an expression stands: the names of the class's own columns mean them in its body. */
export interface Seat { readonly flow: Flow; readonly env: Env; readonly own: Model | null; readonly inText: (written: string) => readonly NamedInText[] }
export interface NamedInText { readonly model: Model; readonly attribute: string; readonly at: number }

/** Every column that an expression names, in order. The models that it names to do so are thereby not used. */
export function columnsNamed(seat: Seat, expr: Expr): readonly NamedColumn[] {
  const { flow, env, own } = seat;
  const all = (parts: readonly Expr[]): readonly NamedColumn[] => parts.flatMap((part) => columnsNamed(seat, part));
  switch (expr.k) {
    case 'name': {
      if (own?.columns.has(expr.id)) return [{ model: own, attribute: expr.id, place: flow.place(env, expr.at) }];
      for (const value of membersOf(flow.peek(expr, env))) if (value.k === 'model') flow.record.unmention(value.model, flow.place(env, expr.at));
      return [];
    }
    case 'attr': {
      const models = membersOf(flow.peek(expr.of, env)).flatMap((value) => (value.k === 'model' && value.model.columns.has(expr.name) ? [value.model] : []));
      return [...all([expr.of]), ...models.map((model): NamedColumn => ({ model, attribute: expr.name, place: flow.place(env, expr.at) }))];
    }
    case 'lit': {
      const named = typeof expr.v === 'string' ? seat.inText(expr.v) : [];
      // A text that is nothing but the name means this column, and none elsewhere that is called so.
      if (named.some(({ attribute }) => attribute === expr.v)) flow.record.resolve(flow.place(env, expr.at));
      return named.map(({ model, attribute, at }) => ({ model, attribute, place: flow.place(env, makeSpan(spanStart(expr.at) + 1 + at, spanEnd(expr.at))) }));
    }
    case 'fn': return all(expr.fn.body.flatMap((stmt) => (stmt.k === 'return' && stmt.value ? [stmt.value] : [])));
    case 'call': return all([expr.fn, ...expr.args.map((arg) => arg.value)]);
    case 'item': return all([expr.of, expr.key]);
    case 'list': return all(expr.items);
    case 'dict': return all(expr.entries.flatMap((entry) => [...(entry.key ? [entry.key] : []), entry.value]));
    case 'op': return all(expr.args);
    case 'cond': return all([expr.test, expr.then, expr.else]);
    case 'comp': return all([...expr.clauses.map((clause) => clause.iter), expr.value]);
    case 'spread': case 'cast': return all([expr.of]);
    default: return [];
  }
}
