/** Objects that pass through functions one after another, as a request does through middlewares: what one keeps on them the next ones read there. */
import type { Expr, Func } from '../facts/code.js';
import { walk } from '../facts/walk.js';
import { targetNames, type Env } from './program.js';
import type { Value } from './value.js';

/**
 * What such an object, or a part of one, is called where `expr` stands for the value `of`: `state` of `ctx.state`. Null where it is none: it
 * is a library's own object, or a parameter of a function that says itself when the next one has its turn.
 */
export function handedOn(of: Value, expr: Expr, env: Env): string | null {
  if (of.k !== 'any' && (of.k !== 'extobj' || of.module === 'builtins')) return null;
  const root = rootOf(expr);
  return root !== null && (of.k === 'extobj' || isOfMiddleware(root, env)) ? nameOf(expr) : null;
}

/** `ctx` of `ctx.state['user']`. */
function rootOf(expr: Expr): string | null {
  switch (expr.k) {
    case 'name': return expr.id;
    case 'attr': case 'item': case 'cast': return rootOf(expr.of);
    default: return null;
  }
}

/** What a variable or a part is called, casts aside; null for what has no name. */
export function nameOf(expr: Expr): string | null {
  switch (expr.k) {
    case 'name': return expr.id;
    case 'attr': return expr.name;
    case 'item': return expr.key.k === 'lit' ? String(expr.key.v) : null;
    case 'cast': return nameOf(expr.of);
    default: return null;
  }
}

function isOfMiddleware(name: string, env: Env): boolean {
  for (let scope: Env | null = env; scope; scope = scope.parent)
    if (scope.fn?.params.some(({ target }) => targetNames(target).includes(name))) return hasNext(scope.fn, name);
  return false;
}

/** Whether the function calls its last parameter, which is not the one of that name: `(req, res, next) => { …; next(); }`. */
function hasNext({ params, body }: Func, name: string): boolean {
  const next = params[params.length - 1]?.target;
  if (next?.k !== 'name' || next.id === name) return false;
  let isCalled = false;
  walk(body, (node) => { isCalled ||= node.k === 'call' && node.fn.k === 'name' && node.fn.id === next.id; });
  return isCalled;
}
