/** Conditions whose outcome is known before the program runs. */
import type { Expr } from '../facts/code.js';
import { externalBases } from './classes.js';
import type { Flow } from './evaluate.js';
import { filledTest } from './filled.js';
import type { Env } from './program.js';
import { membersOf, type Value } from './value.js';

/** The outcome of a test as far as evaluation goes by it: a decorator that was called without an option does not do what it does with it. */
export function outcome(flow: Flow, test: Expr, env: Env): boolean | null {
  return flow.applications ? decide(flow, test, env) : kindTest(flow, test, env) ?? filledTest(flow, test, env);
}

/** What `isinstance(data, dict)` comes to for a value that is a dict, or is an object of a class, for certain; null for any other test. */
function kindTest(flow: Flow, test: Expr, env: Env): boolean | null {
  if (test.k === 'op' && test.op === 'not') { const inner = kindTest(flow, test.args[0]!, env); return inner === null ? null : !inner; }
  if (test.k !== 'call' || test.fn.k !== 'name' || test.fn.id !== 'isinstance' || test.args.length !== 2) return null;
  const [of, kind] = test.args.map((arg) => arg.value);
  if (of!.k !== 'name' || kind!.k !== 'name' || !/^(?:dict|Dict|Mapping|MutableMapping)$/.test(kind!.id)) return null;
  const value = flow.lookup(of!.id, env);
  const answers = value ? membersOf(value).map((member) => isDict(flow, member)) : [];
  return answers.length > 0 && answers.every((answer) => answer === answers[0]) ? answers[0]! : null;
}

function isDict(flow: Flow, value: Value): boolean | null {
  if (value.k === 'dict') return true;
  // A class may be one of the library's own dicts.
  if (value.k === 'object') return externalBases(flow, value.cls).some((base) => base.k !== 'ext' || /dict|mapping/i.test(base.name ?? '')) ? null : false;
  return value.k === 'row' || value.k === 'list' ? false : null;
}

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
