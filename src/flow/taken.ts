/** Rows that were looked up and are then used as the one that was meant: changed, deleted, tied to others, asked others by. */
import type { CallSite } from '../dialects/dialect.js';
import type { Place } from '../model/schema.js';
import { lastName } from './arguments.js';
import type { Flow } from './evaluate.js';
import { membersOf, type Value } from './value.js';

/** Functions that only ask something of what they are given: `isNil(row)`. */
const ASKS = /^(is|has|assert|expect)(?![a-z])/;
export const isAsking = (name: string): boolean => ASKS.test(name);

/** Objects and lists inside an argument that are looked into: `{ where: { client } }`. */
const DEPTH_LIMIT = 2;

/** A call of a library's that a dialect knows is made on rows that were found, or is given them. */
export function noteTaken(flow: Flow, site: CallSite): void {
  const name = site.name ?? (site.callee.k === 'ext' ? lastName(site.callee) : '');
  if (flow.isQuiet || isAsking(name)) return;
  if (site.receiver) take(flow, site.receiver, site, 0);
  for (const { value } of site.args.list) take(flow, value, site, DEPTH_LIMIT);
}

function take(flow: Flow, value: Value, site: CallSite, depth: number): void {
  switch (value.k) {
    case 'row': if (value.lookup) asRow(flow, value, flow.place(site.env, site.at)); return;
    case 'dict': if (depth) for (const entry of value.entries.values()) take(flow, entry, site, depth - 1); return;
    case 'list': if (depth) for (const item of value.items) take(flow, item, site, depth - 1); return;
    case 'union': for (const member of membersOf(value)) take(flow, member, site, depth); return;
    default:
  }
}

/** The row is taken for the one that was looked for, if it was. */
export function asRow(flow: Flow, { lookup }: { readonly lookup?: string }, place: Place): void {
  if (lookup) flow.record.guard(lookup, { k: 'used-as-row', place });
}
