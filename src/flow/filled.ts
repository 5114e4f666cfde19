/** Tests of lists of texts: `conditions.length ? … : …` where something is always among them. */
import type { Expr } from '../facts/code.js';
import type { Flow } from './evaluate.js';
import { holdsIfAny } from './operators.js';
import type { Env } from './program.js';
import { hasSurePart } from './sql-parts.js';

/** What a test of how many texts a list holds comes to; null for any other test, and where the list may be empty. */
export function filledTest(flow: Flow, test: Expr, env: Env): boolean | null {
  if (!flow.strings) return null;
  if (test.k === 'op' && test.op === 'not' && test.args.length === 1) {
    const inner = filledTest(flow, test.args[0]!, env);
    return inner === null ? null : !inner;
  }
  if (test.k === 'op' && test.args.length === 2 && test.args[1]!.k === 'lit') {
    const holds = holdsIfAny(test.op, test.args[1]!.v);
    return holds !== undefined && isFilled(flow, counted(test.args[0]!), env) ? holds : null;
  }
  return isFilled(flow, counted(test) ?? test, env) ? true : null;
}

/** The list whose length an expression is. */
function counted(expr: Expr): Expr | null {
  if (expr.k === 'attr') return expr.name === 'length' ? expr.of : null;
  return expr.k === 'call' && expr.fn.k === 'name' && expr.fn.id === 'len' ? expr.args[0]?.value ?? null : null;
}

function isFilled(flow: Flow, list: Expr | null, env: Env): boolean {
  if (list?.k !== 'name') return false;
  const value = flow.lookup(list.id, env);
  return value?.k === 'list' && value.items.some(hasSurePart);
}
