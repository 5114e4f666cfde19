/**
 * Names whose values are written elsewhere: handed to a function that writes them (`complete(id, body.mileage)`), or let through by a schema that names them
 * (`z.object({ mileage: … })`).
 */
import type { Recorder } from '../flow/record.js';
import type { Place } from '../model/schema.js';
import { namesOf } from './beside.js';
import { spanStart } from '../facts/span.js';

/** Calls that a value is followed through. */
const DEPTH = 3;

/**
 * Answers where the value that stands at an offset of a file is written, by functions that it is given to or as what a schema lets through under the name that
 * stands there.
 */
export function handedTo({ columns, arguments: { given, written } }: Recorder): (path: string, offset: number) => readonly Place[] {
  const writes = new Map<string, Place[]>();
  for (const { kind, value, place } of columns.values())
    if (kind === 'write' && value?.k === 'any' && value.id !== undefined && given.has(value.id)) push(writes, value.id, place);
  const places = new Map<string, Place[]>();
  let last: ReadonlyMap<string, readonly Place[]> = writes;
  for (let depth = 0; depth < DEPTH && last.size > 0; depth++) {
    const next = new Map<string, Place[]>();
    for (const [param, written] of last) for (const [expr, { value, place }] of given.get(param) ?? []) {
      for (const { at } of namesOf(expr)) push(places, keyOf(place.path, spanStart(at)), ...written);
      // A parameter that is handed on.
      if (expr.k === 'name' && value.k === 'any' && value.id !== undefined && given.has(value.id)) push(next, value.id, ...written);
    }
    last = next;
  }
  // What a schema lets through is told from other values by the place of its name.
  return (path, offset) => { const key = keyOf(path, offset); return [...(places.get(key) ?? []), ...(written.get(key)?.values() ?? [])]; };
}

const keyOf = (path: string, offset: number): string => `${path}:${offset}`;

function push(map: Map<string, Place[]>, key: string, ...places: readonly Place[]): void {
  const list = map.get(key);
  if (list) list.push(...places);
  else map.set(key, [...places]);
}
