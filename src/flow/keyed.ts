/** Rows that are kept by the value of a column: where two have the same one, the first is lost without a word. */
import type { Place } from '../model/schema.js';
import type { Flow } from './evaluate.js';
import { type Value } from './value.js';

/** Entries of a dict that are made from the rows of a query (`{row.code: row for row in rows}`). */
export function noteKeyed(flow: Flow, key: Value, value: Value, place: Place): void {
  if (key.k !== 'field' || key.from === undefined || !isMadeFrom(value, key)) return;
  const column = key.model.columns.get(key.attribute);
  if (column) flow.record.keyed(key.from, column, place);
}

/** `new Map(rows.map((row) => [row.code, row]))`, `dict((row.code, row) for row in rows)`. */
export function notePairs(flow: Flow, pairs: Value, place: Place): void {
  const pair = pairs.k === 'many' ? pairs.of : null;
  if (pair?.k === 'list' && pair.items.length === 2) noteKeyed(flow, pair.items[0]!, pair.items[1]!, place);
}

/** The row itself, or what is read of the same one. */
function isMadeFrom(value: Value, key: Value & { k: 'field' }): boolean {
  if (value.k === 'list') return value.items.some((item) => isMadeFrom(item, key));
  if (value.k === 'dict') return [...value.entries.values()].some((item) => isMadeFrom(item, key));
  return (value.k === 'row' || (value.k === 'field' && value.attribute !== key.attribute)) && value.model === key.model && value.from === key.from;
}
