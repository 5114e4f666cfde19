/** What inserts by names in texts have in common: columns as the database calls them, what comes back, the key of an upsert. */
import type { SqlQuery } from '../../../facts/sql.js';
import { fieldsOf } from '../../../flow/fields.js';
import type { Flow } from '../../../flow/evaluate.js';
import type { Model } from '../../../flow/model.js';
import { recordUpsert } from '../../../flow/upserts.js';
import { ANY, type Value } from '../../../flow/value.js';
import type { Place } from '../../../model/schema.js';
import type { CallSite } from '../../dialect.js';
import type { Naming } from './draft.js';

/** An object's keys as columns are called in the database. */
export function physical(flow: Flow, value: Value | null, naming: Naming): Value | null {
  switch (value?.k) {
    case 'dict': return {
      ...value,
      entries: new Map([...value.entries].map(([name, item]) => [naming(name), item])),
      ...(value.places ? { places: new Map([...value.places].map(([name, place]) => [naming(name), place])) } : {}),
    };
    case 'list': return { k: 'list', items: value.items.map((item) => physical(flow, item, naming)!) };
    case 'many': return { k: 'many', of: physical(flow, value.of, naming)! };
    case 'union': return { k: 'union', of: value.of.map((item) => physical(flow, item, naming)!) };
    case 'object': {
      const fields = fieldsOf(flow, value);
      return [...fields.entries.keys()].every((name) => naming(name) === name) ? value : physical(flow, { ...fields, rest: ANY }, naming);
    }
    default: return value;
  }
}

/** What comes back of a new row, by the names it gets. */
export function newRow(flow: Flow, site: Pick<CallSite, 'env'>, model: Model, outputs: SqlQuery['outputs']): Value {
  const entries = new Map<string, Value>();
  for (const { name, column } of outputs) {
    if (name === null) continue;
    const at = column && { path: site.env.module.path, at: column.at };
    const isKnown = column && at && flow.record.column(model, column.name, 'read', at, flow.currentFn) !== null;
    entries.set(name, isKnown ? { k: 'field', model, attribute: column.name, place: at } : ANY);
  }
  return { k: 'dict', entries, rest: null };
}

/** Records an insert that looks for a row by these columns, each named at its place; `isWhole` when no other is meant. */
export function upsertBy(flow: Flow, model: Model, columns: ReadonlyMap<string, Place>, place: Place, isWhole: boolean): void {
  for (const [name, at] of columns) flow.record.column(model, name, 'lookup', at, flow.currentFn);
  flow.record.insert(model, new Map(), place, { isUpsert: true });
  if (isWhole && columns.size > 0) recordUpsert(flow.record, model, columns, place);
}
