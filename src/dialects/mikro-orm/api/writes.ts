/** Writing methods of managers and repositories. https://mikro-orm.io/docs/entity-manager */
import { argument, argumentOf, entry, text } from '../../../flow/arguments.js';
import type { Flow } from '../../../flow/evaluate.js';
import { attributeIn } from '../../../flow/keys.js';
import type { Model } from '../../../flow/model.js';
import { asBuilt } from '../../../flow/new-rows.js';
import { startQuery } from '../../../flow/query.js';
import { ANY, membersOf, type Args, type Value } from '../../../flow/value.js';
import type { CallSite } from '../../dialect.js';
import { lookupBy } from '../../shared/lookups.js';
import { withWhere } from '../../shared/object-queries.js';
import { insertObject, updateObject } from '../../shared/object-writes.js';
import { DIALECT } from '../names.js';
import { modelIn } from './receivers.js';
import { whereOf } from './where.js';

export const WRITES: ReadonlySet<string> = new Set([
  'create', 'insert', 'insertMany', 'nativeInsert', 'upsert', 'upsertMany', 'nativeUpdate', 'nativeDelete', 'getReference', 'merge', 'map',
]);

/** One of `WRITES` on rows of `model`; `args` without the entity. */
export function write(flow: Flow, site: CallSite, model: Model, name: string, args: Args): Value {
  const place = flow.place(site.env, site.at);
  const first = argument(args, 0);
  const row: Value = { k: 'row', model };
  switch (name) {
    case 'create': return asBuilt(flow, insertObject(flow, model, first, site.env, site.at), site);
    case 'insert': case 'insertMany': case 'nativeInsert':
      insertObject(flow, model, first, site.env, site.at, { isOpen: first === null || modelIn(first) !== null });
    return ANY;
    case 'upsert': case 'upsertMany': upsert(flow, site, model, args); return name === 'upsert' ? row : { k: 'many', of: row };
    case 'nativeUpdate': case 'nativeDelete': {
      const verb = name === 'nativeUpdate' ? 'update' : 'delete';
      flow.record.finish(withWhere(startQuery(place, model, ANY, null, verb), site.at, whereOf(flow, model, first, site.env, site.at)), 'many');
      if (verb === 'update') updateObject(flow, model, argument(args, 1), site.env, site.at);
      return ANY;
    }
    case 'getReference': return reference(model, first);
    // Rows of a raw result.
    default: return row;
  }
}

/** A row known by its key only. https://mikro-orm.io/docs/entity-manager#entity-references */
function reference(model: Model, key: Value | null): Value {
  const columns = model.table.primaryKey?.columns ?? [];
  const attribute = columns.length === 1 ? attributeIn(model, columns[0]!) : null;
  return {
    k: 'row',
    model,
    ...(attribute !== null && key && (key.k === 'any' || key.k === 'extobj' || key.k === 'field') ? { loaded: new Map([[attribute, key]]) } : {}),
  };
}

/** `upsert(values, { onConflictFields: ['email'] })`. https://mikro-orm.io/docs/entity-manager#upsert */
function upsert(flow: Flow, site: CallSite, model: Model, args: Args): void {
  insertObject(flow, model, argument(args, 0), site.env, site.at, { isUpsert: true, isOpen: modelIn(argument(args, 0)) !== null });
  const options = argumentOf(args, 1);
  const fields = entry(options?.value, 'onConflictFields');
  const names = fields?.k === 'list' ? fields.items.map(text).filter((name) => name !== null) : [];
  lookupBy(flow, site.env, model, names, options?.at ?? site.at);
}

/** `assign(row, { … })`: a row that is not saved yet gets the values it is inserted with. */
export function assign(flow: Flow, site: CallSite, rows: Value | null, values: Value | null): Value {
  for (const row of rows ? membersOf(rows) : []) {
    if (row.k !== 'row' || row.model.dialect !== DIALECT) continue;
    if (row.isNew) insertObject(flow, row.model, values, site.env, site.at, { isOpen: true });
    else updateObject(flow, row.model, values, site.env, site.at);
  }
  return rows ?? ANY;
}

/** `persist(rows)`: new rows were recorded where they were made; others are changed, or made elsewhere. */
export function persist(flow: Flow, site: CallSite, rows: Value | null): void {
  each(rows, (model, row) => {
    const place = flow.place(site.env, site.at);
    flow.record.table(model, 'update', place);
    if (!row.isNew && !row.lookup) flow.record.insert(model, new Map(), place, { isOpen: true });
  });
}

/** `remove(rows)`. */
export function remove(flow: Flow, site: CallSite, rows: Value | null): void {
  each(rows, (model) => flow.record.table(model, 'delete', flow.place(site.env, site.at)));
}

function each(value: Value | null, run: (model: Model, row: Value & { k: 'row' }) => void): void {
  for (const member of value ? membersOf(value) : []) {
    if (member.k === 'row' && member.model.dialect === DIALECT) run(member.model, member);
    else if (member.k === 'many') each(member.of, run);
    else if (member.k === 'list') for (const item of member.items) each(item, run);
  }
}
