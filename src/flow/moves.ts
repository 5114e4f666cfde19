/** Values that move from one name to another between objects we do not know: `lead["stage"] = updates["stage"]`. */
import type { Expr, Span } from '../facts/code.js';
import type { Flow } from './evaluate.js';
import type { Place } from '../model/schema.js';

/** Notes that a value known by the name `from` in its expression is stored under the name `to` of a payload; `into` is the variable or call that takes the payload. */
export function jump(flow: Flow, to: string, value: Expr, place: Place, into: Expr | null): void {
  const from = nameOf(value);
  if (from === null) return;
  flow.record.moves.set(`${place.path}:${place.at[0]}:${to}`, { from: from.name, fromPlace: { path: place.path, at: from.at }, source: from.of, to, place, into: into ? dottedName(into) : null });
}

/** Evaluates what a variable or call takes: the keys of a dict literal in it are on their way there. */
export function headingFor<T>(flow: Flow, into: Expr, value: Expr, run: () => T): T {
  if (value.k !== 'dict') return run();
  const before = flow.heading;
  flow.heading = { dict: value, into };
  try { return run(); } finally { flow.heading = before; }
}

/** `api.orders.update` of that chain; calls and items inside of it count with what they are made of. */
function dottedName(expr: Expr): string {
  switch (expr.k) {
    case 'name': return expr.id;
    case 'attr': return `${dottedName(expr.of)}.${expr.name}`;
    case 'item': return dottedName(expr.of);
    case 'call': return dottedName(expr.fn);
    default: return '';
  }
}

/** The variable a chain of attributes and items begins with. */
function baseOf(expr: Expr): string {
  return expr.k === 'name' ? expr.id : expr.k === 'attr' || expr.k === 'item' ? baseOf(expr.of) : expr.k === 'call' ? baseOf(expr.fn) : '?';
}

/** The attribute, constant key or `.get("key")` a value is read from. */
function nameOf(expr: Expr): { readonly name: string; readonly of: string; readonly at: Span } | null {
  switch (expr.k) {
    case 'attr': return expr.name === 'value' ? nameOf(expr.of) : { name: expr.name, of: baseOf(expr.of), at: expr.at };
    case 'item': return expr.key.k === 'lit' && typeof expr.key.v === 'string' ? { name: expr.key.v, of: baseOf(expr.of), at: expr.key.at } : null;
    case 'call': {
      const first = expr.args[0]?.value;
      return expr.fn.k === 'attr' && (expr.fn.name === 'get' || expr.fn.name === 'pop') && first?.k === 'lit' && typeof first.v === 'string' ? { name: first.v, of: baseOf(expr.fn), at: first.at } : null;
    }
    default: return null;
  }
}
