/** Writing methods of repositories, managers and active records. https://typeorm.io/docs/working-with-entity-manager/repository-api */
import { argument, argumentOf, entry, text } from '../../../flow/arguments.js';
import type { Flow } from '../../../flow/evaluate.js';
import { fieldsOf } from '../../../flow/fields.js';
import { attributeIn } from '../../../flow/keys.js';
import type { Model } from '../../../flow/model.js';
import { asBuilt } from '../../../flow/new-rows.js';
import { startQuery } from '../../../flow/query.js';
import { ANY, NULL, membersOf, type Args, type Value } from '../../../flow/value.js';
import type { CallSite } from '../../dialect.js';
import { byPrimaryKey, lookupBy } from '../../shared/lookups.js';
import { withWhere, type ReadWhere } from '../../shared/object-queries.js';
import { insertObject, updateObject } from '../../shared/object-writes.js';
import { modelIn } from './receivers.js';
import { whereOf } from './where.js';

export const WRITES = new Set([
  'save', 'insert', 'create', 'update', 'updateAll', 'upsert', 'delete', 'deleteAll', 'softDelete', 'restore', 'remove', 'softRemove', 'recover', 'increment',
  'decrement', 'merge', 'preload', 'clear',
]);

/** One of `WRITES` on rows of `model`; `args` without the entity. */
export function write(flow: Flow, site: CallSite, model: Model, name: string, args: Args): Value {
  const place = flow.place(site.env, site.at);
  const first = argument(args, 0);
  switch (name) {
    case 'create': return asBuilt(flow, create(flow, site, model, first), site);
    case 'save': return save(flow, site, model, first);
    case 'insert': insertObject(flow, model, first, site.env, site.at); return ANY;
    case 'update': case 'updateAll': {
      if (name === 'update') change(flow, site, model, first, 'update');
      updateObject(flow, model, argument(args, name === 'update' ? 1 : 0), site.env, site.at);
      return ANY;
    }
    case 'upsert': return upsert(flow, site, model, args);
    case 'merge': {
      for (const arg of args.list.slice(1)) updateObject(flow, model, arg.value, site.env, arg.at);
      return first ?? { k: 'row', model };
    }
    case 'preload': updateObject(flow, model, first, site.env, site.at); return { k: 'row', model };
    case 'increment': case 'decrement': {
      change(flow, site, model, first, 'update');
      const column = argumentOf(args, 1);
      const attribute = text(column?.value);
      if (attribute !== null) flow.record.column(model, attribute, 'write', flow.place(site.env, column!.at), flow.currentFn, { value: ANY, isCompound: true });
      return ANY;
    }
    case 'delete': case 'deleteAll': case 'clear': flow.record.table(model, 'delete', place);
    if (name === 'delete') change(flow, site, model, first, 'delete');
    return ANY;
    case 'softDelete': case 'restore': change(flow, site, model, first, 'update'); markDeleted(flow, site, model, name === 'restore'); return ANY;
    case 'remove': flow.record.table(model, 'delete', place); return first ?? ANY;
    case 'softRemove': case 'recover': flow.record.table(model, 'update', place); markDeleted(flow, site, model, name === 'recover'); return first ?? ANY;
    default: return ANY;
  }
}

/** The rows a criteria means: a filter, a key, a list of keys. */
function change(flow: Flow, site: CallSite, model: Model, criteria: Value | null, verb: 'update' | 'delete'): void {
  const place = flow.place(site.env, site.at);
  const isFilter = membersOf(criteria ?? ANY).some((member) => member.k === 'dict' && member.entries.size > 0);
  const isOpen = criteria === null || membersOf(criteria).some((member) => member.k === 'dict' && member.entries.size === 0 && member.rest !== null);
  const read: ReadWhere = isFilter
    ? whereOf(flow, model, criteria, site.env, site.at)
    : isOpen
      ? { conditions: [], isPartial: true, joins: [] }
      : membersOf(criteria ?? ANY).every((member) => member.k === 'dict' && member.entries.size === 0)
        ? { conditions: [], isPartial: false, joins: [] }
        : byPrimaryKey(model, place, criteria);
  flow.record.finish(withWhere(startQuery(place, model, ANY, null, verb), site.at, read), 'many');
}

function markDeleted(flow: Flow, site: CallSite, model: Model, isRestored: boolean): void {
  for (const column of model.table.columns) {
    const attribute = column.role === 'soft-delete' ? attributeIn(model, column) : null;
    if (attribute) flow.record.column(model, attribute, 'write', flow.place(site.env, site.nameAt), flow.currentFn, { value: isRestored ? NULL : ANY });
  }
}

/** `create(partial)` makes rows that are not saved yet; most are saved next. */
function create(flow: Flow, site: CallSite, model: Model, value: Value | null): Value {
  if (value === null) {
    flow.record.insert(model, new Map(), flow.place(site.env, site.at), { isOpen: true, isFilledLater: true });
    return { k: 'row', model, isNew: true };
  }
  const made = membersOf(value).map((member): Value => {
    const isList = member.k === 'list' || member.k === 'many';
    if (member.k === 'row' && member.model === model && member.isNew) return member;
    insertObject(flow, model, member, site.env, site.at, { isOpen: member.k === 'row' });
    return isList ? { k: 'many', of: { k: 'row', model, isNew: true } } : { k: 'row', model, isNew: true };
  });
  return made.length === 1 ? made[0]! : { k: 'union', of: made };
}

/** `save(rows)` inserts or updates: rows that were made here are inserted already, objects may hold the key of a row that exists. */
export function save(flow: Flow, site: CallSite, model: Model, value: Value | null): Value {
  const place = flow.place(site.env, site.at);
  for (const member of value ? membersOf(value) : [ANY]) {
    const items = member.k === 'list' ? member.items.flatMap(membersOf) : member.k === 'many' ? membersOf(member.of) : [member];
    for (const item of items) saveOne(flow, site, model, item, place);
  }
  const isMany = value?.k === 'list' || value?.k === 'many';
  const row: Value = { k: 'row', model };
  return isMany ? { k: 'many', of: row } : value?.k === 'row' ? value : row;
}

function saveOne(flow: Flow, site: CallSite, model: Model, item: Value, place: ReturnType<Flow['place']>): void {
  if (item.k === 'const') return;
  if (item.k === 'row') {
    flow.record.table(model, 'update', place);
    // A row that was not looked up here, nor reached from another one, may be a new one.
    if (!item.isNew && !item.lookup && !item.link) flow.record.insert(model, new Map(), place, { isOpen: true });
    return;
  }
  const dict = item.k === 'dict' ? item : item.k === 'object' ? fieldsOf(flow, item) : null;
  const keys = model.table.primaryKey?.columns ?? [];
  const hasKey =
    dict !== null &&
    keys.some((column) => {
      const attribute = attributeIn(model, column);
      return attribute !== null && dict.entries.has(attribute);
    });
  if (dict && (hasKey || dict.rest)) {
    updateObject(flow, model, item, site.env, site.at);
    flow.record.insert(model, new Map(), place, { isOpen: true });
  } else insertObject(flow, model, item, site.env, site.at, { isOpen: dict === null });
}

/** `upsert(values, ["email"])`. */
function upsert(flow: Flow, site: CallSite, model: Model, args: Args): Value {
  insertObject(flow, model, argument(args, 0), site.env, site.at, { isUpsert: true });
  const given = argumentOf(args, 1);
  const paths = given?.value.k === 'dict' ? entry(given.value, 'conflictPaths') : given?.value ?? null;
  const names = paths?.k === 'list' ? paths.items.map(text).filter((name) => name !== null) : paths?.k === 'dict' ? [...paths.entries.keys()] : [];
  lookupBy(flow, site.env, model, names, given?.at ?? site.at);
  return ANY;
}

/** Methods of an active record: `user.save()`. */
export function rowCall(flow: Flow, site: CallSite, row: Value & { k: 'row' }): Value | undefined {
  const place = flow.place(site.env, site.at);
  switch (site.name) {
    case 'save': flow.record.table(row.model, 'update', place); return row;
    case 'remove': flow.record.table(row.model, 'delete', place); return row;
    case 'softRemove': case 'recover': flow.record.table(row.model, 'update', place); markDeleted(flow, site, row.model, site.name === 'recover'); return row;
    case 'reload': return ANY;
    default: return undefined;
  }
}

/** The model of the rows given to `manager.save(rows)`, null when they tell none. */
export const modelOfRows = (value: Value | null): Model | null => modelIn(value);
