/** What a function makes of a row only to ask which fields it has. */
import type { Func } from '../../facts/code.js';
import { spanStart } from '../../facts/span.js';
import { walk } from '../../facts/walk.js';
import type { CallSite } from '../dialect.js';

/** `data = jsonable_encoder(row)`, and then nothing but `for field in data` and `field in data`: no value of the row goes anywhere. */
export function isAskedForNames({ env, at }: CallSite): boolean {
  const { fn } = env;
  if (!fn) return false;
  let calls = known.get(fn);
  if (!calls) known.set(fn, (calls = callsForNames(fn)));
  return calls.has(spanStart(at));
}
const known = new WeakMap<Func, ReadonlySet<number>>();

/** Where the calls begin whose results the function asks for names alone. */
function callsForNames({ body }: Func): ReadonlySet<number> {
  const calls = new Map<string, number[]>();
  walk(body, (node) => {
    if (node.k === 'set' && node.target.k === 'name' && node.value?.k === 'call')
      calls.set(node.target.id, [...(calls.get(node.target.id) ?? []), spanStart(node.value.at)]);
  });
  if (calls.size === 0) return NONE;
  // Each mention that is no more than such a question takes one away.
  const left = new Map<string, number>();
  const count = (id: string, by: number): void => { if (calls.has(id)) left.set(id, (left.get(id) ?? 0) + by); };
  walk(body, (node) => {
    if (node.k === 'name') count(node.id, 1);
    else if (node.k === 'set' && node.target.k === 'name' && node.value?.k === 'call') count(node.target.id, -1);
    else if (node.k === 'loop' && node.iter?.k === 'name') count(node.iter.id, -1);
    else if (node.k === 'op' && (node.op === 'in' || node.op === 'not-in') && node.args[1]?.k === 'name') count(node.args[1].id, -1);
  });
  return new Set([...calls].flatMap(([id, starts]) => (left.get(id) === 0 ? starts : [])));
}
const NONE: ReadonlySet<number> = new Set();
