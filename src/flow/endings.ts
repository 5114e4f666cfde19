/** Calls that never come back: what stands after them is not reached. */
import type { Expr, Stmt } from '../facts/code.js';
import type { Flow } from './evaluate.js';
import type { Env } from './program.js';
import { membersOf, type Value } from './value.js';

/** By module: names that raise, redirect or end the program. The module is that of the import, or an object's own name. */
const NEVER_RETURNS: readonly (readonly [module: RegExp, name: RegExp])[] = [
  [/^(flask|werkzeug|quart|bottle|pyramid)(\.|$)/, /^abort$/],
  [/^(sys|os|builtins)$/, /^(exit|_exit|quit|process\.exit)$/],
  [/^next\/navigation$/, /^(redirect|permanentRedirect|notFound|forbidden|unauthorized)$/],
  [/^@sveltejs\/kit$/, /^(error|redirect)$/],
  [/^pytest$/, /^(fail|skip|exit)$/],
];

const ENDING_NAME = /^(abort|exit|_exit|quit|fail|skip|error|redirect|permanentRedirect|notFound|forbidden|unauthorized)$/;

/** Whether a statement that is this expression ends the function it stands in. */
export function neverReturns(flow: Flow, expr: Expr, env: Env): boolean {
  if (expr.k !== 'call' || expr.isNew) return false;
  const { fn } = expr;
  // A method is asked for only under the names it could have: most statements are calls.
  if (fn.k !== 'name' && !(fn.k === 'attr' && ENDING_NAME.test(fn.name))) return false;
  const callee = flow.peek(fn, env);
  const members = membersOf(callee);
  return members.length > 0 && members.every(isEnding);
}

function isEnding(callee: Value): boolean {
  if (callee.k === 'fn') return alwaysRaises(callee.fn.fn.body);
  if (callee.k !== 'ext') return false;
  return NEVER_RETURNS.some(([module, name]) => module.test(callee.module) && name.test(callee.name ?? ''));
}

/** A helper whose every path raises. */
function alwaysRaises(body: readonly Stmt[]): boolean {
  return (
    body.some((stmt) => stmt.k === 'raise' || (stmt.k === 'if' && stmt.else.length > 0 && alwaysRaises(stmt.then) && alwaysRaises(stmt.else))) &&
    !body.some(mayReturn)
  );
}

function mayReturn(stmt: Stmt): boolean {
  switch (stmt.k) {
    case 'return': return true;
    case 'if': return stmt.then.some(mayReturn) || stmt.else.some(mayReturn);
    case 'loop': case 'with': return stmt.body.some(mayReturn);
    case 'try': return [...stmt.body, ...stmt.handlers.flatMap((handler) => handler.body), ...stmt.else, ...stmt.final].some(mayReturn);
    default: return false;
  }
}
