/** Values that move from one name to another between objects we do not know: `lead["stage"] = updates["stage"]`. */
import type { Expr, Span } from '../facts/code.js';
import { spanStart } from '../facts/span.js';
import type { Flow } from './evaluate.js';
import type { Place } from '../model/schema.js';
import type { Env } from './program.js';
import type { Value } from './value.js';

/**
 * Notes what is stored under the name `to`: that a value known by the name `from` in its expression is, into the variable or call `into` that takes the
 * payload, and which variable of the function holds it.
 */
export function jump(flow: Flow, to: string, value: Expr, place: Place, into: Expr | null, env: Env): void {
  noteHeld(flow, value, place.at, env);
  const from = nameOf(value);
  if (from === null) return;
  flow.record.moves.set(`${place.path}:${spanStart(place.at)}:${to}`, {
    from: from.name,
    fromPlace: { path: place.path, at: from.at },
    source: from.of,
    to,
    place,
    into: into ? dottedName(into) : null,
  });
}

/** A variable of a function, or what is reached from it, as long as it is not set anew: `number` is its value's. */
export interface Holder { readonly fnId: string | null; readonly chain: Expr; readonly number: number }

/** Notes which variable of the function holds the value that is stored or handed over at `at`. */
export function noteHeld(flow: Flow, value: Expr, at: Span, env: Env): void {
  if (env.kind !== 'function' || flow.isQuiet) return;
  const number = numberOf(value, env);
  if (number !== null) flow.record.arguments.hold(env.module.path, spanStart(at), { fnId: flow.currentFn, chain: value, number });
}

/** One text for each variable, and for each chain of attributes that is read from it. */
export function holderName({ fnId, chain, number }: Holder): string {
  const written = (expr: Expr): string =>
    expr.k === 'attr' ? `${written(expr.of)}.${expr.name}` : expr.k === 'cast' ? written(expr.of) : expr.k === 'name' ? `${expr.id}#${number}` : '';
  return `${fnId}:${written(chain)}`;
}

const numbers = new WeakMap<Value, number>();
let lastNumber = 0;

/**
 * The number of the value of the local variable that an expression is, or that its chain of attributes begins with; null for other expressions and for
 * constants of the module.
 */
function numberOf(expr: Expr, env: Env): number | null {
  let base = expr;
  while (base.k === 'attr' || base.k === 'cast') base = base.of;
  if (base.k !== 'name') return null;
  const scope = scopeOf(base.id, env);
  const value = scope?.vars.get(base.id);
  // A word that the whole file knows is not one that these two are meant to share.
  if (!scope || !value || isMoment(value) || (value.k === 'const' && scope !== env)) return null;
  let number = numbers.get(value);
  if (number === undefined) numbers.set(value, (number = ++lastNumber));
  return number;
}

/** The function's scope that has a variable. */
function scopeOf(name: string, env: Env): Env | null {
  for (let scope: Env | null = env; scope?.kind === 'function'; scope = scope.parent) if (scope.vars.get(name) !== undefined) return scope;
  return null;
}

/** `new Date()`, `datetime.now()`: two rows that are stamped with one moment share no fact. */
export function isMoment(value: Value): boolean {
  return (
    value.k === 'term' &&
    value.callee.k === 'ext' &&
    /(^|\.)(Date|now|utcnow|today|localtime)$/.test(value.callee.name ?? '') &&
    value.args.list.length <= 1 &&
    value.args.list.every((arg) => arg.value.k !== 'any')
  );
}

/** Evaluates what a variable or call takes: the keys of a dict literal in it are on their way there. */
export function evaluateFor(flow: Flow, into: Expr, value: Expr, env: Env): Value {
  if (value.k !== 'dict') return flow.expr(value, env);
  const before = flow.heading;
  flow.heading = { dict: value, into };
  try { return flow.expr(value, env); } finally { flow.heading = before; }
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
    case 'cast': return nameOf(expr.of);
    case 'attr': return expr.name === 'value' ? nameOf(expr.of) : { name: expr.name, of: baseOf(expr.of), at: expr.at };
    case 'item': return expr.key.k === 'lit' && typeof expr.key.v === 'string' ? { name: expr.key.v, of: baseOf(expr.of), at: expr.key.at } : null;
    case 'call': {
      const first = expr.args[0]?.value;
      return expr.fn.k === 'attr' && (expr.fn.name === 'get' || expr.fn.name === 'pop') && first?.k === 'lit' && typeof first.v === 'string'
        ? { name: first.v, of: baseOf(expr.fn), at: first.at }
        : null;
    }
    default: return null;
  }
}
