/** Conditions whose outcome is known before the program runs. */
import type { Expr } from '../facts/code.js';
import type { Flow } from './evaluate.js';
import type { Env } from './program.js';

/** Whether a condition holds for certain; null when it cannot be told. */
export function decide(flow: Flow, test: Expr, env: Env): boolean | null {
  if (test.k === 'op' && (test.op === 'and' || test.op === 'or')) {
    const parts = test.args.map((arg) => decide(flow, arg, env));
    const deciding = test.op === 'or';
    return parts.includes(deciding) ? deciding : parts.includes(null) ? null : !deciding;
  }
  if (test.k === 'op' && test.op === 'not') { const inner = decide(flow, test.args[0]!, env); return inner === null ? null : !inner; }
  const value = flow.peek(test, env);
  if (value.k === 'const') return Boolean(value.v);
  return value.k === 'dict' || value.k === 'list' || value.k === 'fn' ? true : null;
}
