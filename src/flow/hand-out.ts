/** Rows that leave the code we see: handed to a library, returned to a caller that is not here, stored on an object we do not know. */
import { attributesAt } from './embedded.js';
import type { Model } from './model.js';
import type { Flow } from './evaluate.js';
import { resultFields, type ResultShape } from './sql.js';
import { membersOf, type FieldValue, type RowValue, type Value } from './value.js';
import type { Column, Place } from '../model/schema.js';
import { spanStart } from '../facts/span.js';

/** Nested lists and objects looked into. */
const DEPTH_LIMIT = 4;
/** Methods that only print what they are given. */
export const PRINTS = new Set(['log', 'info', 'warn', 'error', 'debug', 'trace', 'fatal', 'verbose']);

/** Who gets a value: a call of `name`, or whoever reads `name` of the object, called `on`, that it is kept on. */
interface Taker { readonly name: string; readonly place: Place; readonly on?: string }

/** Records that the rows in `value` are handed out by `name`: whole rows with all their columns, or the columns that they hold. */
export function handOut(flow: Flow, value: Value, name: string, place: Place): void {
  // A middleware gives what it knows of the request to the next one.
  if (!PRINTS.has(name) && name !== 'next') give(flow, value, { name, place }, DEPTH_LIMIT);
}

/** Records that they are kept as `on.name`, where others have that object as well: see `link/kept.ts` for what that comes to. */
export function keep(flow: Flow, value: Value, on: string, name: string, place: Place): void {
  give(flow, value, { name, place, on }, DEPTH_LIMIT);
}

function give(flow: Flow, value: Value, to: Taker, depth: number): void {
  switch (value.k) {
    case 'row': {
      if (value.isNew || value.isSent) return;
      const held = heldIn(value);
      for (const { model, columns, all } of held) expose(flow, model, columns, all, to);
      if (isListed(value)) return;
      if (depth) for (const loaded of value.loaded?.values() ?? []) give(flow, loaded, to, depth - 1);
      return;
    }
    case 'embedded': if (!value.isNew)
      expose(
        flow,
        value.model,
        attributesAt(value.model, value.path).flatMap((attribute) => value.model.columns.get(attribute) ?? []),
        false,
        to,
      );
    return;
    case 'many': give(flow, value.of, to, depth); return;
    // Whoever gets it waits for all of its rows.
    case 'query': if (value.query.verb === 'select') flow.record.finish(value.query, value.query.isAggregate ? 'count' : 'many');
    give(flow, value.query.item, to, depth);
    return;
    case 'list': if (depth) for (const item of value.items) give(flow, item, to, depth - 1); return;
    case 'dict': if (depth) giveEntries(flow, [...value.entries.values(), ...(value.rest ? [value.rest] : [])], to, depth); return;
    case 'union': for (const member of membersOf(value)) give(flow, member, to, depth); return;
    default:
  }
}

/** What of which tables a row holds: the columns that its query names, else all of its table's. */
export function heldIn(row: RowValue): readonly { readonly model: Model; readonly columns: readonly Column[]; readonly all: boolean }[] {
  const { model, only, result } = row;
  if (result && isListed(row))
    return [...columnsIn(result)].map(([of, columns]) => ({ model: of, columns, all: columns.length === new Set(of.columns.values()).size }));
  return [
    {
      model,
      columns: only ? [...only].flatMap((attribute) => model.columns.get(attribute) ?? []) : [...new Set(model.columns.values())],
      all: only === undefined,
    },
  ];
}

/** The row has what a statement lists, and nothing else. */
const isListed = ({ result }: RowValue): boolean => result !== undefined && !result.isOpen;

/** `{ ...row, extra }`: the fields that were spread have one place, that of the spread. */
function giveEntries(flow: Flow, values: readonly Value[], to: Taker, depth: number): void {
  const spread = new Map<string, FieldValue[]>();
  for (const value of values) {
    if (value.k !== 'field') { give(flow, value, to, depth - 1); continue; }
    const key = `${value.model.id}:${spanStart(value.place.at)}`;
    spread.set(key, [...(spread.get(key) ?? []), value]);
  }
  for (const fields of spread.values()) {
    const { model } = fields[0]!;
    // A field that was read by its name is in use already.
    if (fields.length < 2) continue;
    const columns = fields.flatMap((field) => model.columns.get(field.attribute) ?? []);
    expose(flow, model, columns, columns.length === model.columns.size, to);
  }
}

/** The columns that a row of SQL has, by the tables that they are of. */
function columnsIn(result: ResultShape): ReadonlyMap<Model, readonly Column[]> {
  const found = new Map<Model, Column[]>();
  for (const { model, attribute } of resultFields(result).values()) {
    const column = model.columns.get(attribute);
    if (column) found.set(model, [...(found.get(model) ?? []), column]);
  }
  return found;
}

function expose(flow: Flow, model: Model, columns: readonly Column[], all: boolean, { name, place, on }: Taker): void {
  if (columns.length)
    flow.record.exposure({ model, name: on ? name : name ? `${name}()` : 'a call', columns, all, place, schema: null, ...(on ? { on } : {}) });
}
