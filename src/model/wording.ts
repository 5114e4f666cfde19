/** Small pieces of the sentences in messages. */
import pluralize from 'pluralize';
import type { Column, Place } from './schema.js';
import { spanStart } from '../facts/span.js';

/** `a`, `a and b`, `a, b and c`. */
export function listed(items: readonly string[], joiner = 'and'): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} ${joiner} ${items[items.length - 1]}`;
}

/** `no read`, `1 read`, `3 reads`. */
export function counted(count: number, noun: string): string {
  return count === 0 ? `no ${noun}` : pluralize(noun, count, true);
}

/** `1 place`, `3 places`: a statement that is about several tables or models, or is seen for each of its callers, stands in one. */
export function countedPlaces(uses: readonly { readonly place: Place }[]): string {
  return counted(new Set(uses.map(({ place }) => `${place.path}:${spanStart(place.at)}`)).size, 'place');
}

/** `shipments.order_id`. */
export function nameOf(column: Column): string {
  return `${column.table.name}.${column.name}`;
}
