/** Values that code moves from one table's column to another's: by assignment, by giving both one value, or between payloads. */
import { holderName } from '../flow/moves.js';
import type { Recorder } from '../flow/record.js';
import { site } from '../flow/records.js';
import type { ColumnRecord } from '../flow/records.js';
import type { Column, Place, Schema, Table } from '../model/schema.js';
import type { Copy, WrittenValue } from '../model/usage.js';
import { origins } from './origins.js';
import { payloadCopies } from './payloads.js';
import { writtenValue, type Surroundings } from './usage.js';

export function copiesOf(record: Recorder, schema: Schema, around: Surroundings): Copy[] {
  return [...writtenCopies(record, around), ...payloadCopies(record, schema, around.contextAt)];
}

interface Written {
  readonly column: Column;
  /** The write, or the call of the function that makes it. */
  readonly place: Place;
  readonly write: Place;
  readonly atInsert: boolean;
  /** The table of the row from which this one was reached. */
  readonly reachedFrom: Table | null;
  /** A word, or a column's value: many rows may have it that have nothing to do with each other. */
  readonly isKnown: boolean;
  /** Yes or no: what any two columns may be. */
  readonly isFlag: boolean;
}

/** One unknown value goes to both; a known one says something where one of the rows was reached from the other. */
function belongTogether(first: Written, second: Written): boolean {
  return !first.isKnown || isReached(first, second);
}

/**
 * Or where one column is called like the other with something before or behind it: `orders.payment_status`, `payments.status`. Whether that is the other's
 * table the schema tells.
 */
function mayBelongTogether({ column: { name: a } }: Written, { column: { name: b } }: Written): boolean {
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  return long.length > short.length && (long.endsWith(`_${short}`) || long.startsWith(`${short}_`));
}

function isReached(first: Written, second: Written): boolean {
  return first.reachedFrom === second.column.table || second.reachedFrom === first.column.table;
}

function writtenCopies(record: Recorder, { contextAt, areExclusive, areLoopsApart }: Surroundings): Copy[] {
  const copies: Copy[] = [];
  const byValue = new Map<string, Written[]>();
  const add = (what: string, place: Place, written: Omit<Written, 'place'>): void => {
    const { path, unit } = contextAt(place);
    if (unit === null) return;
    const key = `${path}:${unit}\0${what}`;
    byValue.set(key, [...(byValue.get(key) ?? []), { ...written, place }]);
  };
  const originsOf = origins(record.arguments);
  const isFilled = fillsIndex(record, contextAt);
  for (const write of record.columns.values()) {
    if (write.kind !== 'write' || isFilled(write)) continue;
    const value = writtenValue(write.value);
    if (value.k === 'column' && value.column && value.column.table !== write.column.table) {
      copies.push({
        from: value.column,
        to: write.column,
        via: write.via === 'sql' ? 'sql' : 'assignment',
        atInsert: write.atInsert ?? false,
        place: write.place,
        context: contextAt(write.place),
        isSplit: false,
      });
    }
    if (write.fnId === null) continue;
    const written = { column: write.column, write: write.place, atInsert: write.atInsert ?? false, reachedFrom: write.reachedFrom?.table ?? null };
    const known = knownValue(value);
    if (known) add(known, write.place, { ...written, isKnown: true, isFlag: value.k === 'constant' && typeof value.constant === 'boolean' });
    for (const { what, place } of originsOf([...new Set([value.same, ...(write.given ?? [])]), holderOf(record, write.place)], write.place))
      add(what, place, { ...written, isKnown: false, isFlag: false });
  }
  // What the value is handed to by one call writes both, or one of them: what it does is told there.
  const isToldWithin = (first: Written, second: Written): boolean =>
    first.place !== first.write && second.place !== second.write && site(first.place) === site(second.place);
  const found = new Set<string>();
  for (const writes of byValue.values()) for (const [index, first] of writes.entries()) for (const second of writes.slice(index + 1)) {
    // A function with a branch for each table sets either, not both.
    if (first.column.table === second.column.table || isOneWrite(first, second) || isToldWithin(first, second) || areExclusive(first.place, second.place))
      continue;
    const isLoose = !belongTogether(first, second) || first.isFlag;
    if (isLoose && !mayBelongTogether(first, second)) continue;
    // Each loop goes through rows of its own, unless those of one were reached from the other's.
    if (areLoopsApart(first.place, second.place) && !isReached(first, second)) continue;
    const atInsert = first.atInsert || second.atInsert;
    const pair = `${nameOf(first.column)}>${nameOf(second.column)}:${site(second.place)}:${atInsert}`;
    // One value may be told in more than one way.
    if (found.has(pair)) continue;
    found.add(pair);
    const through = [first, second].filter(({ place, write }) => place !== write).map(({ write }) => write);
    copies.push({
      from: first.column,
      to: second.column,
      via: 'same-value',
      atInsert,
      place: second.place,
      context: contextAt(second.place),
      isSplit: false,
      ...(through.length > 0 ? { through } : {}),
      ...(isLoose ? { isLoose: true as const } : {}),
    });
  }
  return copies;
}

/** Whether a write goes to rows that have no value yet: those that have one keep theirs, so that nothing is kept in step. */
function fillsIndex(record: Recorder, contextAt: Surroundings['contextAt']): (write: ColumnRecord) => boolean {
  const keyOf = (place: Place, column: Column): string => { const { path, unit } = contextAt(place); return `${path}:${unit}\0${nameOf(column)}`; };
  const empty = new Set<string>();
  for (const { query, place } of record.queries.values()) for (const { column, op } of query.conditions) {
    const tested = op === 'null' && column.model.columns.get(column.attribute);
    if (tested && query.sources[0]?.model.table === tested.table) empty.add(keyOf(place, tested));
  }
  return (write) => empty.size > 0 && write.atInsert !== true && empty.has(keyOf(write.place, write.column));
}

/** One statement sets the row that it is given, of whichever table that is. */
function isOneWrite(first: Written, second: Written): boolean {
  return site(first.write) === site(second.write) && site(first.place) === site(second.place);
}

/** What tells the variable that holds what is written. */
function holderOf(record: Recorder, place: Place): string | null {
  const holder = record.arguments.holderAt(place);
  return holder ? holderName(holder) : null;
}

const nameOf = ({ table, name }: Column): string => `${table.schema ?? ''}.${table.name}.${name}`;

/** What tells that two columns get one value that is known: the column it is read from, a word, or yes or no, that the code sets both to. */
function knownValue(value: WrittenValue): string | null {
  if (value.k === 'column' && value.column) return `column ${value.column.table.name}.${value.column.name}`;
  const isWord = value.k === 'constant' && (typeof value.constant === 'boolean' || (typeof value.constant === 'string' && value.constant !== ''));
  return isWord ? `constant ${typeof value.constant} ${value.constant}` : null;
}
