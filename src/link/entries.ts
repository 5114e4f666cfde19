/** What code is reached from: a function that a route's, a listener's or a worker's code calls, through however many others, runs where these do. */
import { spanStart } from '../facts/span.js';
import { placeOfFn, type Called } from '../flow/called.js';
import type { Recorder } from '../flow/record.js';
import type { Place, Table } from '../model/schema.js';
import type { Entry } from './handlers.js';

/** Calls that are followed from a handler. What lies deeper is mostly plumbing that everything runs through. */
const DEPTH = 8;

/** What the code around a place says for itself, and what calls a function that is given there. */
export interface EntriesOf { readonly ownEntry: (place: Place) => Entry; readonly takenBy: (place: Place) => Entry }

/** What reaches a function: a request before a message, and a message before a job; `alsoIn` is what does so as well. */
export interface Reached { readonly entry: Entry; readonly alsoIn?: 'message' | 'worker' }

/** What nothing in sight reaches. */
export const UNREACHED: Reached = { entry: null };

/** Answers for functions by their ids. A command tells nothing: what it calls is mostly called by others too. */
export function reachedEntries(
  { calls, callbacks, given }: Pick<Called, 'calls' | 'callbacks' | 'given'>,
  { ownEntry, takenBy }: EntriesOf,
): (fnId: string) => Reached {
  const own = new Map<string, Entry>();
  const entryOf = (fnId: string): Entry => {
    let entry = own.get(fnId);
    if (entry === undefined) own.set(fnId, (entry = ownEntry(placeOfFn(fnId))));
    return entry;
  };
  const reachedFrom = (entry: Entry): ReadonlySet<string> => {
    const handlers = [...new Set([...calls.keys(), ...callbacks.keys()])].filter((fnId) => entryOf(fnId) === entry);
    const taken = [...given].filter(([, places]) => [...places.values()].some((place) => takenBy(place) === entry)).map(([fnId]) => fnId);
    // A handler that a helper makes runs what it was given; a helper that handlers call runs for each of them what that one gives it.
    const roots = [...handlers, ...taken];
    return follow(
      calls,
      roots,
      new Set([...taken, ...roots.flatMap((fnId) => [...(callbacks.get(fnId) ?? [])]).filter((fnId) => entryOf(fnId) === null)]),
      (fnId) => entryOf(fnId) === null,
    );
  };
  const [routes, messages, workers] = [reachedFrom('route'), reachedFrom('message'), reachedFrom('worker')];
  return (fnId) => {
    const unasked = [...(messages.has(fnId) ? ['message' as const] : []), ...(workers.has(fnId) ? ['worker' as const] : [])];
    const [entry, alsoIn] = routes.has(fnId) ? ['route' as const, ...unasked] : unasked;
    return entry ? { entry, ...(alsoIn && alsoIn !== 'route' ? { alsoIn } : {}) } : UNREACHED;
  };
}

/** The functions that are reached from some within `DEPTH` calls, and those in `reached`. What says itself what calls it is not gone through. */
function follow(calls: Called['calls'], from: readonly string[], reached: Set<string>, isSilent: (fnId: string) => boolean): ReadonlySet<string> {
  let edge: readonly string[] = [...new Set([...from, ...reached])];
  for (let depth = 0; depth < DEPTH && edge.length > 0; depth += 1) {
    const next: string[] = [];
    for (const caller of edge) for (const callee of calls.get(caller) ?? []) if (!reached.has(callee) && isSilent(callee)) {
      reached.add(callee);
      next.push(callee);
    }
    edge = next;
  }
  return reached;
}

/** As many tables at one place are no coincidence: it is a base that works on whichever table it is given. */
const MANY_TABLES = 3;

/** Whether code at a place serves so many tables that what reaches it does not reach it for each of them. */
export function sharedPlaces({ queries, inserts, tables }: Pick<Recorder, 'queries' | 'inserts' | 'tables'>): (place: Place) => boolean {
  const byPlace = new Map<string, Set<Table>>();
  const note = ({ path, at }: Place, table: Table): void => {
    const key = `${path}:${spanStart(at)}`;
    const known = byPlace.get(key);
    if (known) known.add(table);
    else byPlace.set(key, new Set([table]));
  };
  for (const { place, query } of queries.values()) if (query.sources[0]) note(place, query.sources[0].model.table);
  for (const { place, model } of inserts.values()) note(place, model.table);
  for (const { place, model, kind } of tables.values()) if (kind !== 'mention' && kind !== 'relationship') note(place, model.table);
  return ({ path, at }) => (byPlace.get(`${path}:${spanStart(at)}`)?.size ?? 0) >= MANY_TABLES;
}
