/** Rows that leave the code we see: handed to a library, returned to a caller that is not here, stored on an object we do not know. */
import { attributesAt } from './embedded.js';
import type { Model } from './model.js';
import type { Flow } from './evaluate.js';
import { resultFields, type ResultShape } from './sql.js';
import { membersOf, type FieldValue, type Value } from './value.js';
import type { Column, Place } from '../model/schema.js';
import { spanStart } from '../facts/span.js';

/** Nested lists and objects looked into. */
const DEPTH_LIMIT = 4;
/** Methods that only print what they are given. */
export const PRINTS = new Set(['log', 'info', 'warn', 'error', 'debug', 'trace', 'fatal', 'verbose']);

/** Records that the rows in `value` are handed out by `name`: whole rows with all their columns, or the columns that they hold. */
export function handOut(flow: Flow, value: Value, name: string, place: Place, depth = DEPTH_LIMIT): void {
  // A middleware gives what it knows of the request to the next one.
  if (PRINTS.has(name) || name === 'next') return;
  switch (value.k) {
    case 'row': {
      const { model } = value;
      if (value.isNew || value.isSent) return;
      if (value.result && !value.result.isOpen) { for (const [of, columns] of columnsIn(value.result)) expose(flow, of, columns, columns.length === new Set(of.columns.values()).size, name, place); return; }
      const held = value.only ? [...value.only].flatMap((attribute) => model.columns.get(attribute) ?? []) : [...new Set(model.columns.values())];
      expose(flow, model, held, value.only === undefined, name, place);
      if (depth) for (const loaded of value.loaded?.values() ?? []) handOut(flow, loaded, name, place, depth - 1);
      return;
    }
    case 'embedded': if (!value.isNew) expose(flow, value.model, attributesAt(value.model, value.path).flatMap((attribute) => value.model.columns.get(attribute) ?? []), false, name, place); return;
    case 'many': handOut(flow, value.of, name, place, depth); return;
    case 'query': handOut(flow, value.query.item, name, place, depth); return;
    case 'list': if (depth) for (const item of value.items) handOut(flow, item, name, place, depth - 1); return;
    case 'dict': if (depth) handOutEntries(flow, [...value.entries.values(), ...(value.rest ? [value.rest] : [])], name, place, depth); return;
    case 'union': for (const member of membersOf(value)) handOut(flow, member, name, place, depth); return;
    default:
  }
}

/** `{ ...row, extra }`: the fields that were spread have one place, that of the spread. */
function handOutEntries(flow: Flow, values: readonly Value[], name: string, place: Place, depth: number): void {
  const spread = new Map<string, FieldValue[]>();
  for (const value of values) {
    if (value.k !== 'field') { handOut(flow, value, name, place, depth - 1); continue; }
    const key = `${value.model.id}:${spanStart(value.place.at)}`;
    spread.set(key, [...(spread.get(key) ?? []), value]);
  }
  for (const fields of spread.values()) {
    const { model } = fields[0]!;
    // A field that was read by its name is in use already.
    if (fields.length < 2) continue;
    const columns = fields.flatMap((field) => model.columns.get(field.attribute) ?? []);
    expose(flow, model, columns, columns.length === model.columns.size, name, place);
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

function expose(flow: Flow, model: Model, columns: readonly Column[], all: boolean, name: string, place: Place): void {
  if (columns.length) flow.record.exposure({ model, name: name ? `${name}()` : 'a call', columns, all, place, schema: null });
}
