/** Inserts and updates. https://knexjs.org/guide/query-builder.html#insert */
import { spanStart } from '../../facts/span.js';
import type { SqlQuery } from '../../facts/sql.js';
import { argumentOf, positional, text } from '../../flow/arguments.js';
import type { Flow } from '../../flow/evaluate.js';
import type { Model } from '../../flow/model.js';
import { ANY, membersOf, type EvaluatedArg, type SpecialValue, type Value } from '../../flow/value.js';
import type { CallSite } from '../dialect.js';
import { noParts } from '../shared/drafts/draft.js';
import { itemPlaces } from '../shared/drafts/names.js';
import { newRow, physical, upsertBy } from '../shared/drafts/writes.js';
import { insertObject, updateObject } from '../shared/object-writes.js';
import { itemsOf, outputsOf, writtenOf } from './expressions.js';
import { DIALECT, naming } from './names.js';

/** Rows that were put in; `at` is where, `item` what comes back of each. */
interface Inserted { readonly model: Model; readonly at: CallSite['at']; readonly item: Value | null }

/** `insert(rows, 'id')`. */
export function insertInto(flow: Flow, site: CallSite, model: Model, rows: Value | null, returning: EvaluatedArg | null): Value {
  insertObject(flow, model, physical(flow, rows, naming(flow)), site.env, site.at);
  const inserted = { model, at: site.at, item: null };
  return insertedValue(returning ? { ...inserted, item: returned(flow, site, model, [returning]) } : inserted, site);
}

function insertedValue(inserted: Inserted, { env, at }: Pick<CallSite, 'env' | 'at'>): SpecialValue {
  return {
    k: 'special',
    dialect: DIALECT,
    tag: 'inserted',
    data: { inserted },
    key: `${env.module.path}:${spanStart(at)}:${inserted.model.id}:${inserted.item !== null}`,
  };
}

/** `returning('*')`, `returning(['id', 'name'])`. */
function returned(flow: Flow, site: CallSite, model: Model, args: readonly EvaluatedArg[]): Value {
  const outputs: SqlQuery['outputs'] = outputsOf(flow, itemsOf(flow, args, site, 'returning'), noParts());
  return outputs.length === 0 || outputs.some((output) => output.name === '*') ? { k: 'row', model } : newRow(flow, site, model, outputs);
}

/** A step of an insert. */
export function insertedCall(flow: Flow, site: CallSite, of: SpecialValue): Value {
  const inserted = of.data['inserted'] as Inserted;
  const { model } = inserted;
  switch (site.name) {
    case 'returning': return insertedValue({ ...inserted, item: returned(flow, site, model, positional(site.args)) }, site);
    case 'onConflict': onConflict(flow, site, inserted); return of;
    case 'merge': {
      const given = argumentOf(site.args, 0)?.value ?? null;
      // Names say which of the values that were given are taken over.
      if (given?.k === 'dict') updateObject(flow, model, physical(flow, given, naming(flow)), site.env, site.at);
      return of;
    }
    case 'then': {
      const [first] = site.args.list;
      const callback = first && membersOf(first.value).find((member) => member.k === 'fn');
      return callback ? flow.callFn(callback, [{ ...first, value: rowsOf(of) }]) : of;
    }
    default: return of;
  }
}

/** https://knexjs.org/guide/query-builder.html#onconflict */
function onConflict(flow: Flow, site: CallSite, { model, at }: Inserted): void {
  const arg = argumentOf(site.args, 0);
  const place = flow.place(site.env, at);
  const items = arg ? (arg.value.k === 'list' ? arg.value.items : [arg.value]) : [];
  const places = arg ? itemPlaces(arg, items.length) : [];
  const named = new Map(
    items.flatMap((item, index) => {
      const name = text(item);
      const column = name === null || writtenOf(item) ? null : naming(flow)(name);
      return column !== null && model.columns.has(column) ? [[column, flow.place(site.env, places[index]!)] as const] : [];
    }),
  );
  upsertBy(flow, model, named, place, named.size === items.length);
}

/** The rows that an insert gives back. */
export function rowsOf(of: SpecialValue): Value {
  const { item } = of.data['inserted'] as Inserted;
  return item ? { k: 'many', of: item } : ANY;
}

/** `update({…})`, `update('name', value)`; `increment('n', 1)`. */
export function updateRows(flow: Flow, site: CallSite, model: Model): void {
  const [first, second] = [argumentOf(site.args, 0), argumentOf(site.args, 1)];
  const name = text(first?.value);
  const place = flow.place(site.env, site.at);
  if (site.name === 'increment' || site.name === 'decrement') {
    const names =
      name !== null
        ? [[name, flow.place(site.env, first!.at)] as const]
        : first?.value.k === 'dict'
          ? [...first.value.entries.keys()].map((key) => [key, (first.value as Value & { k: 'dict' }).places?.get(key) ?? place] as const)
          : [];
    for (const [each, at] of names) flow.record.column(model, naming(flow)(each), 'write', at, flow.currentFn, { isCompound: true });
    flow.record.table(model, 'update', place);
    return;
  }
  const given: Value | null =
    name !== null && second
      ? { k: 'dict', entries: new Map([[name, second.value]]), rest: null, places: new Map([[name, flow.place(site.env, first!.at)]]) }
      : (first?.value ?? null);
  updateObject(flow, model, physical(flow, given, naming(flow)), site.env, site.at);
}
