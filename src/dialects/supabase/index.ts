/**
 * Supabase's clients: queries over tables that migrations declare, built from names in texts. https://supabase.com/docs/reference/javascript/select
 * https://supabase.com/docs/reference/python/select
 */
import { argument, entry, text } from '../../flow/arguments.js';
import type { Flow } from '../../flow/evaluate.js';
import { membersOf, type SpecialValue, type Value } from '../../flow/value.js';
import type { CallSite, Dialect } from '../dialect.js';
import { growing, noteHandedOn } from '../shared/drafts/growing.js';
import { DIALECT, clientValue, isOwn, isUsed, namesClient, partOf } from './names.js';
import { ofAnswer, queryAttribute, queryCall, tableCall, tableValue } from './steps.js';
import { insertedAttribute, insertedCall } from './writes.js';

const FROM = new Set(['from', 'from_', 'table']);
/** What a list has and no builder: what was awaited is taken for the rows. */
const OF_LISTS = new Set(['map', 'forEach', 'find', 'some', 'every', 'reduce', 'flatMap', 'at']);
/** What can be a client that nobody tells of. */
const UNTYPED = new Set<Value['k']>(['any', 'term', 'extobj', 'ext']);

export const supabase: Dialect = {
  id: DIALECT,
  language: 'sql',
  api: {
    call(flow, site) {
      const { receiver } = site;
      if (isOwn(receiver)) return flow.queries ? ownCall(flow, site, receiver) : undefined;
      if (receiver === null) {
        if (!namesClient(site.callee)) { if (site.callee.k === 'fn') handedOn(site); return undefined; }
        return clientValue('client');
      }
      return FROM.has(site.name ?? '') && UNTYPED.has(receiver.k) ? guessed(flow, site) : undefined;
    },
    attribute(flow, of, name, env) {
      if (of.k === 'row') return of.result ? of.loaded?.get(name) : undefined;
      if (!isOwn(of)) return undefined;
      if (of.tag === 'client') return partOf(name);
      if (of.tag === 'query') return queryAttribute(flow, of, name);
      if (of.tag === 'inserted') return insertedAttribute(of, name, env.module.language === 'python');
      return of.tag === 'elsewhere' ? of : undefined;
    },
    item(_flow, of, key) {
      if (of.k === 'row') return of.result ? of.loaded?.get(text(key) ?? '') : undefined;
      return undefined;
    },
    annotation: (_flow, name) => (namesClient(name) ? clientValue('client') : undefined),
  },
};

function handedOn(site: CallSite): void {
  if (site.args.list.length > 0 && site.args.list.some((arg) => isOwn(arg.value))) noteHandedOn(site, DIALECT);
}

function ownCall(flow: Flow, site: CallSite, of: SpecialValue): Value | undefined {
  switch (of.tag) {
    case 'client': return clientCall(flow, site, of);
    case 'table': return tableCall(flow, site, of) ?? of;
    case 'query': return OF_LISTS.has(site.name ?? '') && growing(of, DIALECT)!.query.verb === 'select' ? ofAnswer(flow, site, of) : queryCall(flow, site, of);
    case 'inserted': return insertedCall(flow, site, of);
    case 'elsewhere': return elsewhere(flow, site, of);
    default: return undefined;
  }
}

function clientCall(flow: Flow, site: CallSite, of: SpecialValue): Value {
  const first = text(argument(site.args, 0)) ?? null;
  const schema = (of.data['schema'] as string | undefined) ?? null;
  if (FROM.has(site.name ?? '')) return first === null ? clientValue('elsewhere') : tableValue(flow, site, first, schema);
  // https://supabase.com/docs/reference/javascript/using-custom-schemas
  if (site.name === 'schema' && first !== null) return { ...of, data: { schema: first }, key: `client:${first}` };
  return clientValue('elsewhere');
}

/** What tells of changes of rows hands them out. https://supabase.com/docs/reference/javascript/subscribe */
function elsewhere(flow: Flow, site: CallSite, of: SpecialValue): Value | undefined {
  const options =
    site.name === 'on' || site.name === 'on_postgres_changes'
      ? site.args.list.flatMap((arg) => membersOf(arg.value)).find((value) => value.k === 'dict' && value.entries.has('table'))
      : undefined;
  const named = text(entry(options, 'table') ?? argument(site.args, -1, 'table'));
  const model = named === null ? null : flow.queries!.modelOf({ name: named });
  if (model) {
    const place = flow.place(site.env, site.at);
    flow.record.table(model, 'select', place);
    flow.record.exposure({ model, name: 'on()', columns: model.table.columns, all: true, place, schema: null });
  }
  for (const { value } of site.args.list) if (value.k === 'fn') flow.callFn(value, []);
  return of;
}

/** `locals.supabase.from('posts')`: a client that nobody tells of, where the repository has one and the name is a table's. */
function guessed(flow: Flow, site: CallSite): Value | undefined {
  const named = text(argument(site.args, 0));
  if (
    named === null ||
    site.args.list.length !== 1 ||
    /(?:^|\.)storage$/.test(site.receiverName ?? '') ||
    !isUsed(flow) ||
    !flow.queries?.modelOf({ name: named })
  )
    return undefined;
  return tableValue(flow, site, named, null);
}

