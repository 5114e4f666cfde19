/** Where a value that is written comes from: a variable of the function, and what its callers give for the parameter that it is. */
import { spanStart } from '../facts/span.js';
import type { ArgumentLog } from '../flow/argument-log.js';
import { holderName } from '../flow/moves.js';
import type { GivenRecord } from '../flow/records.js';
import type { Place } from '../model/schema.js';
import { writtenValue } from './usage.js';

/** A value that is told from others by `what`, and where the function that has it writes it or hands it over. */
export interface Origin { readonly what: string; readonly place: Place }

/** Calls that a value is followed through. */
const DEPTH = 3;
/** A parameter that more calls fill is anybody's. */
const MOST_CALLS = 40;

/** Answers what a value that is told by any of `names` is, in the function that writes it at `place` and in those that call it. */
export function origins(log: ArgumentLog): (names: readonly (string | null | undefined)[], place: Place) => readonly Origin[] {
  const { given } = log;
  const callersOf = (name: string): readonly Origin[] => {
    for (let end = name.length; end > 0; end = Math.max(name.lastIndexOf('.', end - 1), name.lastIndexOf('[', end - 1))) {
      const calls = given.get(name.slice(0, end));
      if (!calls) continue;
      if (calls.size > MOST_CALLS) return [];
      const rest = name.slice(end);
      return [...calls.values()].flatMap((call) => namesOf(log, call, rest).map((what) => ({ what, place: call.place })));
    }
    return [];
  };
  const handed = handedOver(given);
  return (names, place) => {
    let last = names.flatMap((what): Origin[] => (what ? [{ what, place }, ...handed(what, place)] : []));
    const all = [...last];
    for (let depth = 0; depth < DEPTH && last.length > 0; depth++) {
      last = last.flatMap(({ what }) => callersOf(what));
      all.push(...last);
    }
    return all;
  };
}

/** Answers which calls hand a function the value that it writes at a place, where the value is known there as the caller's. */
function handedOver(given: ArgumentLog['given']): (what: string, place: Place) => readonly Origin[] {
  const calls = new Map<string, { readonly to: string; readonly place: Place }[]>();
  for (const [to, sites] of given) for (const { value, place } of sites.values()) for (const part of value.k === 'dict' ? value.entries.values() : [value]) {
    const { same } = writtenValue(part);
    if (same) calls.set(same, [...(calls.get(same) ?? []), { to, place }]);
  }
  return (what, place) =>
    isWithin(what, place) ? [] : (calls.get(what) ?? []).filter(({ to }) => isWithin(to, place)).map((call) => ({ what, place: call.place }));
}

/** Whether a place is in the function whose parameter it is: see `FnRef.id`. */
function isWithin(parameter: string, { path, at }: Place): boolean {
  const [, start, end] = parameter.startsWith(`${path}:`) ? /^:(\d+):(\d+):/.exec(parameter.slice(path.length)) ?? [] : [];
  return start !== undefined && Number(start) <= spanStart(at) && spanStart(at) < Number(end);
}

/** What tells an argument's value, or the part of it that `rest` leads to: of an entry of an object also the variable that it was read from. */
function namesOf(log: ArgumentLog, { value, held }: GivenRecord, rest: string): readonly string[] {
  const name = rest.slice(1);
  const entry = value.k === 'dict' && rest !== '' ? value.entries.get(name) : undefined;
  const same = entry ? writtenValue(entry).same : value.k === 'dict' ? undefined : writtenValue(value).same && `${writtenValue(value).same}${rest}`;
  const place = entry && value.k === 'dict' ? value.places?.get(name) : undefined;
  const holder = place && log.holderAt(place);
  return [...(same ? [same] : []), ...(holder ? [holderName(holder)] : []), ...(held ? [`${holderName(held)}${rest}`] : [])];
}
