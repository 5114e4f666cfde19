/** Libraries that run a function and throw away what it gives: rows that it returns go to nobody. */
import type { CallSite } from '../dialects/dialect.js';
import { lastName } from './arguments.js';

/** Functions by where they come from. https://nextjs.org/docs/app/api-reference/functions/after https://nodejs.org/api/timers.html */
const FUNCTIONS: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['builtins', new Set(['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'process.nextTick'])],
  ['next/server', new Set(['after', 'unstable_after'])],
  ['node-cron', new Set(['schedule'])],
  ['node-schedule', new Set(['scheduleJob'])],
  ['timers', new Set(['setTimeout', 'setInterval', 'setImmediate'])],
]);

/** Methods by which a listener is added, of any emitter: `socket.on('close', () => …)`. https://nodejs.org/api/events.html */
const LISTENS: ReadonlySet<string> = new Set(['on', 'once', 'addListener', 'prependListener', 'addEventListener']);

/** Whether what is called throws away what the functions give that are its arguments. */
export function throwsAway({ callee, receiver, name, args }: CallSite): boolean {
  if (receiver !== null && name !== null && LISTENS.has(name)) return args.list.length === 2 && args.list[0]!.value.k === 'const';
  if (callee.k !== 'ext') return false;
  const functions = FUNCTIONS.get(callee.module.replace(/^node:/, ''));
  return functions !== undefined && (functions.has(callee.name ?? '') || functions.has(lastName(callee)));
}
