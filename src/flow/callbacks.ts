/** Functions that are handed to another one, called with what that gives them. */
import type { CallSite } from '../dialects/dialect.js';
import { unwritten } from './arguments.js';
import type { Flow } from './evaluate.js';
import { union } from './unions.js';
import { ANY, membersOf, type Value } from './value.js';

/** What the function gives for these values; of one of several, each is called. */
export function callWith(flow: Flow, fn: Value | null, values: readonly Value[], site: CallSite): Value {
  if (!fn) return ANY;
  return union(membersOf(fn).map((member) => {
    if (member.k !== 'fn') return ANY;
    return flow.callFn(member, values.map((value) => unwritten(value, site.at)));
  }));
}

/** A callback that runs for each item there is. */
export function callForEach(flow: Flow, callback: Value, values: readonly Value[], site: CallSite): Value {
  flow.enterBranch();
  const result = callWith(flow, callback, values, site);
  flow.leaveBranch();
  return result;
}
