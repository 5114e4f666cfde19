/** Hooks that fetch for a page: what they give, and whom they call back. */
import { unwritten } from '../../flow/arguments.js';
import type { Flow } from '../../flow/evaluate.js';
import { ANY, membersOf, type Value } from '../../flow/value.js';
import type { CallSite } from '../dialect.js';

/** What a hook gives that fetches. */
export function fetched(data: Value): Value {
  return { k: 'dict', entries: new Map([['data', data]]), rest: ANY };
}

/** What a hook gives that changes something when `run` is called. */
export function mutation(data: Value, run: Value): Value {
  return { k: 'dict', entries: new Map([['data', data], ['mutate', run], ['mutateAsync', run]]), rest: ANY };
}

/** Runs the functions among a call's arguments and options with what came back; gives what `select` makes of it. `own` are those that make it. */
export function runCallbacks(flow: Flow, site: CallSite, data: Value, own: ReadonlySet<string> = new Set()): Value | null {
  let chosen: Value | null = null;
  const run = (fn: Value): Value => flow.callFn(fn, [unwritten(data, site.at)]);
  for (const { value } of site.args.list) for (const member of membersOf(value)) {
    if (member.k === 'fn') run(member);
    else if (member.k === 'dict')
      for (const [name, inner] of member.entries)
        if (inner.k === 'fn' && !own.has(name)) {
          const made = run(inner);
          if (name === 'select') chosen = made;
        }
  }
  return chosen;
}
