/** Inserts and upserts. https://supabase.com/docs/reference/javascript/insert https://supabase.com/docs/reference/javascript/upsert */
import type { Span } from '../../facts/code.js';
import { makeSpan, spanStart } from '../../facts/span.js';
import { argument, argumentOf, entry, text } from '../../flow/arguments.js';
import type { Flow } from '../../flow/evaluate.js';
import type { Model } from '../../flow/model.js';
import { ANY, type SpecialValue, type Value } from '../../flow/value.js';
import type { Place } from '../../model/schema.js';
import type { CallSite } from '../dialect.js';
import { mappedName } from '../shared/drafts/names.js';
import { newRow, physical, upsertBy } from '../shared/drafts/writes.js';
import { insertObject } from '../shared/object-writes.js';
import { selectionOf } from './columns.js';
import { DIALECT } from './names.js';

/** Rows that were put in, and what comes back of them. */
interface Inserted { readonly model: Model; readonly item: Value | null; readonly isOne: boolean; readonly isList: boolean }

/** `.insert({…})`, `.upsert([…], { onConflict: 'a,b' })`. */
export function insertInto(flow: Flow, site: CallSite, model: Model, tableAt: Span): Value {
  flow.record.resolve(flow.place(site.env, tableAt));
  const place = flow.place(site.env, site.at);
  const values = physical(flow, argument(site.args, 0, 'json'), (name) => mappedName(flow, name));
  insertObject(flow, model, values, site.env, site.at, site.name === 'upsert' ? { isUpsert: true } : {});
  if (site.name === 'upsert') lookUp(flow, site, model, place);
  return insertedValue({ model, item: null, isOne: false, isList: values?.k === 'list' || values?.k === 'many' }, site);
}

/** Without `onConflict` it is the primary key that tells whether the row is there. */
function lookUp(flow: Flow, site: CallSite, model: Model, place: Place): void {
  const options = argumentOf(site.args, 1);
  const arg = argumentOf(site.args, -1, 'on_conflict');
  const given = arg?.value ?? entry(options?.value, 'onConflict');
  const written = text(given);
  if (written === null) { flow.record.insert(model, new Map(), place, { isUpsert: true }); return; }
  const at = arg?.at ?? (options?.value.k === 'dict' ? options.value.places?.get('onConflict')?.at : undefined) ?? site.nameAt;
  const names = written.split(',').map((name) => mappedName(flow, name.trim())).filter((name) => name !== '');
  const known = new Map(
    names
      .filter((name) => model.columns.has(name))
      .map((name, index) => [name, flow.place(site.env, makeSpan(spanStart(at) + index, spanStart(at) + index + 1))]),
  );
  upsertBy(flow, model, known, place, known.size === names.length);
}

function insertedValue(inserted: Inserted, { env, at }: Pick<CallSite, 'env' | 'at'>): SpecialValue {
  return {
    k: 'special',
    dialect: DIALECT,
    tag: 'inserted',
    data: { inserted },
    key: `${env.module.path}:${spanStart(at)}:${inserted.model.id}:${inserted.isOne}:${inserted.item !== null}`,
  };
}

/** A step of an insert. */
export function insertedCall(flow: Flow, site: CallSite, of: SpecialValue): Value {
  const inserted = of.data['inserted'] as Inserted;
  const { model } = inserted;
  switch (site.name) {
    case 'select': {
      const arg = argumentOf(site.args, 0);
      const { outputs, parts, embeds } = selectionOf(flow, site, arg, model, 'returning');
      const isWhole = outputs.some((output) => output.name === '*') || parts.isOpen;
      const item: Value = isWhole
        ? { k: 'row', model, ...(embeds.length ? { loaded: new Map(embeds.map((embed) => [embed.name, embed.value])) } : {}) }
        : newRow(flow, site, model, outputs);
      return insertedValue(
        {
          ...inserted,
          item: item.k === 'dict' ? { ...item, entries: new Map([...item.entries, ...embeds.map((embed) => [embed.name, embed.value] as const)]) } : item,
        },
        site,
      );
    }
    case 'single': case 'maybeSingle': case 'maybe_single': return insertedValue({ ...inserted, isOne: true }, site);
    case 'then': { const [first] = site.args.list; return first?.value.k === 'fn' ? flow.callFn(first.value, [{ ...first, value: of }]) : of; }
    default: return of;
  }
}

/** `data` of what comes back. Python's client gives the new rows back without being asked. */
export function insertedAttribute(of: SpecialValue, name: string, isPython: boolean): Value {
  const { item, model, isOne } = of.data['inserted'] as Inserted;
  if (name !== 'data') return ANY;
  const row: Value | null = item ?? (isPython ? { k: 'row', model } : null);
  return row === null ? ANY : isOne ? row : { k: 'many', of: row };
}
