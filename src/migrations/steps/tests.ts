/** Conditions in migrations: those that ask which engine it is are decided for PostgreSQL, those that ask what exists only a run can tell. */
import type { Expr } from '../../facts/code.js';
import type { Flow } from '../../flow/evaluate.js';
import type { Env } from '../../flow/program.js';
import { engineOf } from '../order/file-name.js';
import { membersOf, type Value } from '../../flow/value.js';
import { sourceOf } from './sources.js';

/** Whether a condition holds; null when that cannot be told. */
export function truthOf(flow: Flow, expr: Expr, env: Env): boolean | null {
  if (expr.k === 'op') {
    if (expr.op === 'not') { const inner = truthOf(flow, expr.args[0]!, env); return inner === null ? null : !inner; }
    if (expr.op === 'and' || expr.op === 'or') {
      const parts = expr.args.map((arg) => truthOf(flow, arg, env));
      const decisive = expr.op === 'or';
      return parts.includes(decisive) ? decisive : parts.includes(null) ? null : !decisive;
    }
    const sides = expr.args.map((arg) => named(flow, arg, env));
    return compared(expr.op, sides);
  }
  const value = flow.expr(expr, env);
  if (value.k === 'const') return Boolean(value.v);
  return value.k === 'list' && value.items.length === 0 ? false : null;
}

/** A value, or the name of a member (`Engine.postgres`) of something that is not known. */
function named(flow: Flow, expr: Expr, env: Env): Value {
  const value = flow.expr(expr, env);
  return value.k !== 'const' && expr.k === 'attr' && engineNameOf(expr.name) ? { k: 'const', v: expr.name } : value;
}

/** What a comparison gives; null when it is none, or cannot be told. */
export function compared(op: string, [left, right]: readonly Value[]): boolean | null {
  if (!left || !right) return null;
  switch (op) {
    case '==': case 'is': return equal(left, right);
    case '!=': case 'is-not': { const same = equal(left, right); return same === null ? null : !same; }
    case 'in': return contains(right, left);
    case 'not-in': { const held = contains(right, left); return held === null ? null : !held; }
    default: return null;
  }
}

function equal(left: Value, right: Value): boolean | null {
  const engines = [left, right].map(engineNamed);
  // `dialect == "mysql"`: what is compared with an engine's name is an engine's name, and ours is PostgreSQL's.
  if (engines[0] !== null || engines[1] !== null) return engines.every((engine) => engine === null || engine === 'postgres');
  return left.k === 'const' && right.k === 'const' ? left.v === right.v : null;
}

function contains(list: Value, item: Value): boolean | null {
  if (list.k !== 'list') return null;
  const answers = list.items.map((each) => equal(each, item));
  return answers.includes(true) ? true : answers.includes(null) ? null : false;
}

const engineNameOf = (name: string): string | null => engineOf(name.replace(/^(?:better|aurora)[-_]?/i, ''));

/** The engine that a constant names; null when it names none. */
function engineNamed(value: Value): string | null {
  for (const member of membersOf(value)) {
    const name = member.k === 'const' && typeof member.v === 'string' ? member.v : null;
    const engine = name === null ? null : engineNameOf(name);
    if (engine) return engine;
  }
  return null;
}

/** Whether a condition asks what is in the database already: the step is then one that makes sure of something. */
export function asksWhatExists(flow: Flow, expr: Expr, env: Env, depth = 0): boolean {
  const asks = (inner: Expr): boolean => asksWhatExists(flow, inner, env, depth);
  switch (expr.k) {
    case 'name': {
      if (WORDS.test(expr.id)) return true;
      const source = depth < 4 ? sourceOf(expr, env) : null;
      return source !== null && source.expr !== expr && asksWhatExists(flow, source.expr, source.env, depth + 1);
    }
    case 'attr': return WORDS.test(expr.name) || asks(expr.of);
    case 'call': return asks(expr.fn) || expr.args.some((arg) => asks(arg.value)) || asksCatalog(flow, expr.fn, env);
    case 'op': return expr.args.some(asks);
    case 'item': return asks(expr.of) || asks(expr.key);
    case 'comp': return asks(expr.value) || expr.clauses.some((clause) => asks(clause.iter));
    case 'cast': case 'spread': return asks(expr.of);
    case 'list': return expr.items.some(asks);
    default: return false;
  }
}

/** Whether a function asks PostgreSQL's catalog. */
function asksCatalog(flow: Flow, fn: Expr, env: Env): boolean {
  if (fn.k !== 'name') return false;
  const value = flow.expr(fn, env);
  return (
    value.k === 'fn' &&
    /\b(?:information_schema|pg_(?:class|attribute|index(?:es)?|constraint|type|tables|enum|catalog))\b/.test(JSON.stringify(value.fn.fn.body))
  );
}
const WORDS =
  /exist|inspect|missing|present|already|found|has_?(table|column|index|constraint|key)|tables?$|columns?$|index(es)?$|indices$|constraints?$|fks?$|keys?$|enums?$|describe|getTable/i;
