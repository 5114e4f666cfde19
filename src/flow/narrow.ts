/** What a test tells of the names it asks for. */
import type { Expr } from '../facts/code.js';
import type { Env } from './program.js';
import { withoutNull } from './value.js';

/** Names that a test has found to be there are not null where it holds, or where it does not. */
export function narrow(env: Env, test: Expr, holds: boolean): void {
  if (test.k === 'name') {
    const value = holds ? env.vars.get(test.id) : undefined;
    if (value) env.vars.set(test.id, withoutNull(value));
  }
  if (test.k !== 'op') return;
  const [first, second] = test.args;
  if (test.op === 'not') narrow(env, first!, !holds);
  else if (test.op === (holds ? 'and' : 'or')) for (const part of test.args) narrow(env, part, holds);
  else if (first && second?.k === 'lit' && second.v === null && (holds ? ['is-not', '!='] : ['is', '==']).includes(test.op)) narrow(env, first, true);
}
