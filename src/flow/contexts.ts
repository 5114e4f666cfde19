/** What a context manager gives: `with Database() as cursor`. */
import type { Stmt } from '../facts/code.js';
import { findMember } from './classes.js';
import type { Flow } from './evaluate.js';
import type { Value } from './value.js';

/** What entering a value as a context gives: of an object what its class says, of everything else itself. */
export function entered(flow: Flow, value: Value): Value {
  if (value.k !== 'object' || value.cls.module.language !== 'python') return value;
  const member = findMember(flow, value.cls, '__enter__') ?? findMember(flow, value.cls, '__aenter__');
  // Most give themselves.
  return member?.k === 'method' && !givesItself(member.fn.fn.body) ? flow.callFn({ k: 'fn', fn: member.fn, self: value }, []) : value;
}

function givesItself(body: readonly Stmt[]): boolean {
  return body.some(
    (stmt) =>
      (stmt.k === 'return' && stmt.value?.k === 'name' && stmt.value.id === 'self') ||
      (stmt.k === 'if' && (givesItself(stmt.then) || givesItself(stmt.else))) ||
      (stmt.k === 'try' && givesItself(stmt.body)),
  );
}
