/** What names say: their words, whether a column is called after a table, whether two columns are called alike. */
import pluralize from 'pluralize';
import type { Column, Schema, Table } from './schema.js';

/** `shipmentState`, `shipment_state` and `ShipmentState` are `['shipment', 'state']`. */
export function wordsOf(name: string): readonly string[] {
  let known = splitNames.get(name);
  if (!known) splitNames.set(name, (known = split(name)));
  return known;
}

/** The same few names are split over and over: a schema's vocabulary is small. */
const splitNames = new Map<string, readonly string[]>();

function split(name: string): readonly string[] {
  return name.replace(/([a-z\d])([A-Z])/g, '$1_$2').replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2').toLowerCase().split(/[^a-z\d]+/).filter(Boolean);
}

/** `shipmentState` and `ShipmentState` as `shipment_state`. */
function snakeOf(name: string): string {
  let known = snakes.get(name);
  if (known === undefined) snakes.set(name, (known = wordsOf(name).join('_')));
  return known;
}

const snakes = new Map<string, string>();

/** The words as one comparable text, the last one in the singular: equal for `order_lines`, `OrderLine`, `orderline`. */
export function singularKey(words: readonly string[]): string {
  return words.map((word, i) => (i === words.length - 1 ? singular(word) : word)).join('');
}

const singulars = new Map<string, string>();

function singular(word: string): string {
  let known = singulars.get(word);
  if (known === undefined) singulars.set(word, (known = pluralize.singular(word)));
  return known;
}

/** The singular names a table goes by: its own and its model's. */
export function keysOfTable(table: Table): ReadonlySet<string> {
  let known = tableKeys.get(table);
  if (!known) tableKeys.set(table, (known = new Set([table.name, ...(table.model ? [table.model] : [])].map((name) => singularKey(wordsOf(name))))));
  return known;
}

const tableKeys = new WeakMap<Table, ReadonlySet<string>>();

/** Whether the words are the table's name, or the end of it (`channel` for `api_channels`). */
export function nameTable(words: readonly string[], table: Table): boolean {
  return callNames(table).has(singularKey(words));
}

/** The tables that the words name, see `nameTable`, in the schema's order. */
export function tablesNamed(schema: Schema, words: readonly string[]): readonly Table[] {
  let known = tablesByName.get(schema);
  if (!known) {
    tablesByName.set(schema, (known = new Map()));
    for (const table of schema.tables) for (const key of callNames(table)) {
      const same = known.get(key);
      if (same) same.push(table);
      else known.set(key, [table]);
    }
  }
  return known.get(singularKey(words)) ?? [];
}

const tablesByName = new WeakMap<Schema, Map<string, Table[]>>();

/** The names a table goes by, and the ends of its own. */
function callNames(table: Table): ReadonlySet<string> {
  let known = calls.get(table);
  if (!known) {
    const own = wordsOf(table.name);
    calls.set(table, (known = new Set([...keysOfTable(table), ...own.slice(1).map((_, i) => singularKey(own.slice(i + 1)))].filter(Boolean))));
  }
  return known;
}

const calls = new WeakMap<Table, ReadonlySet<string>>();

/** The words without the table's name in front or at the end; null when it is not there or nothing is left. */
export function withoutTable(words: readonly string[], table: Table): readonly string[] | null {
  const keys = keysOfTable(table);
  for (let size = words.length - 1; size > 0; size--) {
    if (keys.has(singularKey(words.slice(0, size)))) return words.slice(size);
    if (keys.has(singularKey(words.slice(-size)))) return words.slice(0, -size);
  }
  return saysLatest(words) ? withoutTable(words.slice(1), table) : null;
}

/** `last_shipment_state`: of the several rows of the other table it is about the one that came last. */
export const saysLatest = (words: readonly string[]): boolean => words.length > 2 && LATEST.has(words[0]!);
const LATEST = new Set(['last', 'latest', 'current', 'newest']);

/** How two columns of two tables are called alike: `carrier` is the one that has the other's table in its name. */
export interface Agreement { readonly stem: string; readonly carrier: Column | null }

/**
 * Whether the names agree once a table's name is stripped: `orders.shipment_state` and `shipments.state` do.
 * `orders.order_state` and `shipments.shipment_state` do not: each says that it is its own table's.
 */
export function agreementOf(a: Column, b: Column): Agreement | null {
  const [wordsA, wordsB] = [wordsOf(a.name), wordsOf(b.name)];
  const [fullA, fullB] = [snakeOf(a.name), snakeOf(b.name)];
  if (fullA === fullB) return { stem: fullA, carrier: carrierOfEqual(a, b, wordsA) };
  const [otherInA, otherInB] = [withoutTable(wordsA, b.table)?.join('_'), withoutTable(wordsB, a.table)?.join('_')];
  const [ownA, ownB] = [withoutTable(wordsA, a.table)?.join('_'), withoutTable(wordsB, b.table)?.join('_')];
  if (otherInA && (otherInA === fullB || otherInA === ownB)) return { stem: otherInA, carrier: a };
  if (otherInB && (otherInB === fullA || otherInB === ownA)) return { stem: otherInB, carrier: b };
  if (ownA === fullB || ownB === fullA) return { stem: ownA === fullB ? fullB : fullA, carrier: null };
  return null;
}

/** `shipments.order_status` beside `orders.order_status`: the former has the other's name. */
function carrierOfEqual(a: Column, b: Column, words: readonly string[]): Column | null {
  if (withoutTable(words, b.table)) return a;
  return withoutTable(words, a.table) ? b : null;
}

const SAYS_NOTHING = new Set(
  `id uuid guid key name title label description summary status state type kind category code value slug version
  created updated deleted created_at updated_at deleted_at created_on updated_on created_by updated_by date time timestamp
  active is_active enabled is_enabled is_deleted archived is_archived is_default hidden visible note notes comment comments content body text message
  data metadata meta settings config configuration options extra attributes properties tags url link image icon color position order sort_order
  sort sequence rank priority count total started_at ended_at start end start_date end_date expires_at reason error`.split(/\s+/),
);
const ATTRIBUTES_OF_ANYTHING = new Set(
  `email phone phone_number mobile address street city region country zip zip_code postal_code first_name last_name full_name display_name nickname
  avatar language locale timezone time_zone currency price unit_price amount quantity qty rate tax tax_rate discount cost weight width height length size
  latitude longitude lat lng source channel provider external_id reference number file filename path mime_type hash token secret username password
  website`.split(/\s+/),
);

/** Names that any table may have: that two tables share one means nothing, whatever else is known. */
export function saysNothing(name: string): boolean {
  return SAYS_NOTHING.has(snakeOf(name));
}

/** Names of what anything may have, an address or a price included: on two tables they are two facts unless the code shows otherwise. */
export function isCommonName(name: string): boolean {
  const words = snakeOf(name);
  return SAYS_NOTHING.has(words) || ATTRIBUTES_OF_ANYTHING.has(words);
}

/** Whether hardly any other table of the schema has a column of this name, and it is none that unrelated things share by nature. */
export function isRareName(schema: Schema, name: string): boolean {
  if (isCommonName(name)) return false;
  return carriersOf(schema, name) <= Math.max(2, schema.tables.length / 10);
}

const carriers = new WeakMap<Schema, ReadonlyMap<string, number>>();

/** How many tables have a column of that name. */
export function carriersOf(schema: Schema, name: string): number {
  return countsOf(schema).get(snakeOf(name)) ?? 0;
}

function countsOf(schema: Schema): ReadonlyMap<string, number> {
  const known = carriers.get(schema);
  if (known) return known;
  const counts = new Map<string, number>();
  for (const table of schema.tables)
    for (const name of new Set(table.columns.map((column) => snakeOf(column.name)))) counts.set(name, (counts.get(name) ?? 0) + 1);
  carriers.set(schema, counts);
  return counts;
}
