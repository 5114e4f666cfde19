/**
 * Rows, references and collections: what they offer beside their columns. https://mikro-orm.io/docs/type-safe-relations https://mikro-orm.io/docs/collections
 */
import { argument, argumentOf, entry, text } from '../../../flow/arguments.js';
import { findMember } from '../../../flow/classes.js';
import type { Flow } from '../../../flow/evaluate.js';
import { handOut } from '../../../flow/hand-out.js';
import { startQuery } from '../../../flow/query.js';
import { ANY, type EmbeddedValue, type RowValue, type Value } from '../../../flow/value.js';
import type { CallSite } from '../../dialect.js';
import { withWhere } from '../../shared/object-queries.js';
import { DIALECT } from '../names.js';
import { whereOf, withOptions } from './where.js';
import { assign } from './writes.js';

/** References and wrappers are the row itself here. */
const SAME = new Set(['load', 'loadOrFail', 'unwrap', 'getEntity', 'init', 'toReference', 'populate', 'wrap']);
const SERIALISED = new Set(['toObject', 'toJSON', 'toPOJO', 'serialize']);

/** A method of a row, of a reference to it, or of what `wrap(row)` gives. */
export function rowCall(flow: Flow, site: CallSite, row: RowValue): Value | undefined {
  const { name, args } = site;
  if (row.model.dialect !== DIALECT || !name || (row.model.cls && findMember(flow, row.model.cls, name))) return undefined;
  if (SAME.has(name)) return row;
  if (SERIALISED.has(name)) { handOut(flow, row, name, flow.place(site.env, site.at)); return row; }
  switch (name) {
    case 'assign': return assign(flow, site, row, argument(args, 0));
    // `ref.load('name')` before version 6, `ref.loadProperty('name')` since.
    case 'loadProperty': case 'getProperty': {
      const property = argumentOf(args, 0);
      const attribute = text(property?.value);
      return attribute === null ? ANY : flow.attribute(row, attribute, site.env, property!.at);
    }
    case 'isInitialized': case 'populated': case 'setSerializationContext': case 'getSchema': case 'setSchema': case 'isTouched': return ANY;
    default: return undefined;
  }
}

/** `wrap(row.address).toObject()`. */
export function embeddedCall(flow: Flow, site: CallSite, of: EmbeddedValue): Value | undefined {
  const { name } = site;
  if (of.model.dialect !== DIALECT || !name || !SERIALISED.has(name) || of.classes.some((cls) => findMember(flow, cls, name))) return undefined;
  handOut(flow, of, name, flow.place(site.env, site.at));
  return of;
}

const SAME_COLLECTION = new Set(['getItems', 'loadItems', 'init', 'toArray', 'load', 'getSnapshot', 'slice']);

/** A method of a collection of rows; undefined for those that every list has. */
export function collectionCall(flow: Flow, site: CallSite, receiver: Value & { k: 'many' }): Value | undefined {
  const { name, args } = site;
  const row = receiver.of;
  if (row.k !== 'row' || row.model.dialect !== DIALECT || !name) return undefined;
  const { model } = row;
  if (SAME_COLLECTION.has(name)) {
    const options = argument(args, 0);
    const where = entry(options, 'where');
    if (where && name !== 'slice') whereOf(flow, model, where, site.env, site.at);
    return receiver;
  }
  switch (name) {
    case 'matching': {
      const query = withOptions(flow, model, startQuery(flow.place(site.env, site.at), model, row), argument(args, 0), site.env, site.at);
      // The rows of one owner: a condition on the key that leads to it.
      flow.record.finish({ ...query, isPartial: true }, 'many');
      return { k: 'many', of: query.item };
    }
    case 'loadCount': case 'count': {
      const query = withWhere(
        startQuery(flow.place(site.env, site.at), model, ANY),
        site.at,
        whereOf(flow, model, entry(argument(args, 0), 'where') ?? argument(args, 0), site.env, site.at),
      );
      flow.record.finish({ ...query, isPartial: true, isAggregate: true }, 'count');
      return ANY;
    }
    // What is put in or taken out changes the key of those rows.
    case 'add': case 'set': case 'remove': case 'removeAll': case 'hydrate': flow.record.table(model, 'update', flow.place(site.env, site.at)); return ANY;
    case 'getIdentifiers': case 'contains': case 'isInitialized': case 'isDirty': case 'isEmpty': case 'exists': return ANY;
    case 'toJSON': handOut(flow, receiver, name, flow.place(site.env, site.at)); return receiver;
    default: return undefined;
  }
}

/** `ref.$` is the row; `row.author.id` is known without the author: it is the row's own key. */
export function rowAttribute(flow: Flow, of: RowValue, name: string, place: ReturnType<Flow['place']>): Value | undefined {
  if (of.model.dialect !== DIALECT) return undefined;
  if (name === '$' && !of.model.columns.has(name)) return of;
  const link = of.link?.model.dialect === DIALECT ? of.link : null;
  const column = of.model.columns.get(name);
  if (!link || !column || link.relationship.many || link.relationship.local.length !== 1 || link.relationship.remote[0] !== column) return undefined;
  const key = [...link.model.columns].find(([, known]) => known === link.relationship.local[0])?.[0];
  if (key === undefined) return undefined;
  flow.record.column(link.model, key, 'read', place, flow.currentFn);
  return { k: 'field', model: link.model, attribute: key, place };
}
