/** Inserts and updates. https://kysely-org.github.io/kysely-apidoc/classes/InsertQueryBuilder.html */
import { spanEnd, spanStart } from '../../facts/span.js';
import { argument, argumentOf, text, unwritten } from '../../flow/arguments.js';
import type { Flow } from '../../flow/evaluate.js';
import type { Model } from '../../flow/model.js';
import { ANY, type SpecialValue, type Value } from '../../flow/value.js';
import type { Column, Place } from '../../model/schema.js';
import type { CallSite } from '../dialect.js';
import type { Naming } from '../shared/drafts/draft.js';
import { itemPlaces } from '../shared/drafts/names.js';
import { newRow, physical, upsertBy } from '../shared/drafts/writes.js';
import { insertObject, updateObject } from '../shared/object-writes.js';
import { draftOf, draftValue, noParts, type Draft } from './draft.js';
import { made, readRefs } from './expressions.js';
import { DIALECT, columnNamed, tableNamed } from './names.js';
import { selected } from './steps.js';

const naming = (flow: Flow): Naming => (name) => columnNamed(flow, name);

interface Insert { readonly model: Model; readonly place: Place; readonly columns: readonly string[] | null; readonly item: Value | null }

/** `db.insertInto('users')`; undefined where the table is not known. */
export function beginInsert(flow: Flow, site: CallSite): Value | undefined {
  const arg = argumentOf(site.args, 0);
  const name = text(arg?.value);
  const model = name === null ? null : flow.queries!.modelOf(tableNamed(flow, name));
  if (!model || !arg) return undefined;
  flow.record.resolve(flow.place(site.env, arg.at));
  return insertValue({ model, place: flow.place(site.env, site.at), columns: null, item: null }, site);
}

function insertValue(insert: Insert, { env, at }: Pick<CallSite, 'env' | 'at'>): SpecialValue {
  return { k: 'special', dialect: DIALECT, tag: 'insert', data: { insert }, key: `${env.module.path}:${spanStart(insert.place.at)}:${spanEnd(at)}` };
}

/** A step of an insert. */
export function insertCall(flow: Flow, site: CallSite, of: SpecialValue): Value {
  const insert = of.data['insert'] as Insert;
  const { model, place } = insert;
  const first = argumentOf(site.args, 0);
  switch (site.name) {
    case 'values': insertObject(flow, model, physical(flow, made(flow, first?.value ?? null, site), naming(flow)), site.env, place.at); return of;
    case 'columns': return insertValue({ ...insert, columns: first?.value.k === 'list' ? first.value.items.flatMap((item) => text(item) ?? []) : null }, site);
    case 'expression': insertFrom(flow, site, insert, made(flow, first?.value ?? null, site)); return of;
    case 'defaultValues': flow.record.insert(model, new Map(), place); return of;
    case 'onConflict': if (first?.value.k === 'fn')
      flow.callFn(first.value, [
        {
          name: null,
          value: { k: 'special', dialect: DIALECT, tag: 'conflict', data: { insert }, key: `${site.env.module.path}:${spanStart(site.at)}` },
          expr: first.expr,
          spread: null,
          at: site.at,
        },
      ]);
    return of;
    case 'returningAll': return insertValue({ ...insert, item: { k: 'row', model } }, site);
    case 'returning': {
      const parts = noParts();
      const outputs = selected(flow, site, first, parts);
      return insertValue({ ...insert, item: newRow(flow, site, model, outputs) }, site);
    }
    case 'execute': case 'stream': return insert.item ? { k: 'many', of: insert.item } : ANY;
    case 'executeTakeFirst': case 'executeTakeFirstOrThrow': return insert.item ?? ANY;
    case '$call': case '$if': {
      const callback = argument(site.args, site.name === '$if' ? 1 : 0);
      return callback?.k === 'fn' ? flow.callFn(callback, [unwritten(of, site.at)]) : of;
    }
    default: return of;
  }
}

/** `insertInto('a').columns([…]).expression(db.selectFrom('b')…)` */
function insertFrom(flow: Flow, site: CallSite, { model, place, columns }: Insert, given: Value | null): void {
  const draft = draftOf(given);
  if (draft) flow.queries!.run(flow, draft.query, draft.path, (parameter) => draft.binds.get(parameter) ?? null, draft.isOpen);
  const values = new Map<Column, Value>();
  for (const name of columns ?? []) {
    const column = model.columns.get(columnNamed(flow, name));
    if (!column) continue;
    values.set(column, ANY);
    flow.record.column(model, column.name, 'write', flow.place(site.env, site.at), flow.currentFn, { atInsert: true });
  }
  flow.record.insert(model, values, place, { isOpen: columns === null });
}

/** `oc.columns(['a', 'b']).doUpdateSet({ … })`. https://kysely-org.github.io/kysely-apidoc/classes/OnConflictBuilder.html */
export function conflictCall(flow: Flow, site: CallSite, of: SpecialValue): Value {
  const { model, place } = of.data['insert'] as Insert;
  const arg = argumentOf(site.args, 0);
  switch (site.name) {
    case 'column': case 'columns': {
      const items = arg?.value.k === 'list' ? arg.value.items : arg ? [arg.value] : [];
      const places = arg ? itemPlaces(arg, items.length) : [];
      const named = new Map(
        items.flatMap((item, index) => {
          const name = text(item);
          const column = name === null ? null : columnNamed(flow, name);
          return column !== null && model.columns.has(column) ? [[column, flow.place(site.env, places[index]!)] as const] : [];
        }),
      );
      upsertBy(flow, model, named, place, named.size === items.length);
      return of;
    }
    case 'doUpdateSet': updateObject(flow, model, physical(flow, made(flow, arg?.value ?? null, site), naming(flow)), site.env, site.at); return of;
    case 'constraint': case 'expression': case 'doNothing': flow.record.insert(model, new Map(), place, { isUpsert: true }); return of;
    default: return of;
  }
}

/** `set({ … })`, `set('a', value)`, `set((eb) => ({ … }))` of an update; undefined for other steps. */
export function updateCall(flow: Flow, site: CallSite, draft: Draft): Value | undefined {
  const table = draft.query.target?.table;
  if (site.name !== 'set' || draft.query.verb !== 'update') return undefined;
  const model = table ? flow.queries!.modelOf(table) : null;
  if (!model) return draftValue(draft);
  const [first, second] = [argumentOf(site.args, 0), argument(site.args, 1)];
  const [named] = second && first ? readRefs(flow, first, site) : [];
  const given: Value | null =
    second && named?.plain
      ? {
          k: 'dict',
          entries: new Map([[named.plain.name, made(flow, second, site) ?? ANY]]),
          rest: null,
          places: new Map([[named.plain.name, flow.place(site.env, first!.at)]]),
        }
      : made(flow, first?.value ?? null, site);
  updateObject(flow, model, physical(flow, given, naming(flow)), site.env, site.at);
  return draftValue(draft);
}
