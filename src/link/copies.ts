/** Values that code moves from one table's column to another's: by assignment, by giving both one value, or between payloads. */
import type { Recorder } from '../flow/record.js';
import type { Column, Place, Schema, Table } from '../model/schema.js';
import type { Copy, WrittenValue } from '../model/usage.js';
import { payloadCopies } from './payloads.js';
import { writtenValue, type Surroundings } from './usage.js';

export function copiesOf(record: Recorder, schema: Schema, around: Surroundings): Copy[] {
  return [...writtenCopies(record, around), ...payloadCopies(record, schema, around.contextAt)];
}

interface Written { readonly column: Column; readonly place: Place; readonly atInsert: boolean; /** The table of the row from which this one was reached. */ readonly reachedFrom: Table | null; /** A word, or a column's value: many rows may have it that have nothing to do with each other. */ readonly isKnown: boolean }

/** One unknown value goes to both; a known one says something where one of the rows was reached from the other. */
function belongTogether(first: Written, second: Written): boolean {
  return !first.isKnown || first.reachedFrom === second.column.table || second.reachedFrom === first.column.table;
}

function writtenCopies(record: Recorder, { contextAt, areExclusive }: Surroundings): Copy[] {
  const copies: Copy[] = [];
  const byValue = new Map<string, Written[]>();
  for (const write of record.columns.values()) {
    if (write.kind !== 'write') continue;
    const value = writtenValue(write.value);
    const context = contextAt(write.place);
    if (value.k === 'column' && value.column && value.column.table !== write.column.table) {
      copies.push({ from: value.column, to: write.column, via: write.via === 'sql' ? 'sql' : 'assignment', atInsert: write.atInsert ?? false, place: write.place, context, isSplit: false });
    }
    const same = sameOf(value);
    if (same && write.fnId) {
      const key = `${write.fnId}\0${same}`;
      byValue.set(key, [...(byValue.get(key) ?? []), { column: write.column, place: write.place, atInsert: write.atInsert ?? false, reachedFrom: write.reachedFrom?.table ?? null, isKnown: value.same === undefined }]);
    }
  }
  for (const writes of byValue.values()) for (const [index, first] of writes.entries()) for (const second of writes.slice(index + 1)) {
    // A function with a branch for each table sets either, not both.
    if (first.column.table === second.column.table || areExclusive(first.place, second.place) || !belongTogether(first, second)) continue;
    const context = contextAt(second.place);
    copies.push({ from: first.column, to: second.column, via: 'same-value', atInsert: first.atInsert || second.atInsert, place: second.place, context, isSplit: false });
  }
  return copies;
}

/** What tells that two columns get one value: an unknown value of the function, the column it is read from, a word that the code sets both to. */
function sameOf(value: WrittenValue): string | null {
  if (value.k === 'column' && value.column) return `column ${value.column.table.name}.${value.column.name}`;
  if (value.k === 'constant') return typeof value.constant === 'string' && value.constant !== '' ? `constant ${value.constant}` : null;
  return value.same ?? null;
}
