import { spanStart } from '../facts/span.js';
import type { Place } from './schema.js';

/** What tells a place from others, as a key of maps and sets. */
export function placeKey({ path, at }: Place): string {
  return `${path}:${at}`;
}

/** Whether two places begin alike: a name and what it begins are one place. */
export function isSamePlace(a: Place, b: Place): boolean {
  return a.path === b.path && spanStart(a.at) === spanStart(b.at);
}
