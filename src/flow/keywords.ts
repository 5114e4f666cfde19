import type { Place } from '../model/schema.js';
import { ANY, type EvaluatedArg, type Value } from './value.js';

/** What `**kwargs` holds: the named arguments, each with the place where the caller names it. Where no call `isSeen`, it may hold any. */
export function keywords(given: readonly EvaluatedArg[], isSeen: boolean): Value {
  const entries = new Map<string, Value>();
  const places = new Map<string, Place>();
  let rest: Value | null = isSeen ? null : ANY;
  for (const { name, value, at, path } of given) {
    if (name !== null) { entries.set(name, value); if (path !== undefined) places.set(name, { path, at }); }
    else if (value.k === 'dict') {
      for (const [key, inner] of value.entries) { entries.set(key, inner); const place = value.places?.get(key); if (place) places.set(key, place); }
      rest = value.rest ?? rest;
    } else rest = ANY;
  }
  const schema = given.map(({ value }) => (value.k === 'dict' ? value.schema : undefined)).find((each) => each !== undefined);
  return { k: 'dict', entries, rest, places, ...(schema ? { schema, own: new Set(given.flatMap(({ name }) => name ?? [])) } : {}) };
}
