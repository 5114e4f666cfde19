/** Writing methods of models and rows. https://sequelize.org/docs/v6/core-concepts/model-querying-basics/ */
import { argument, argumentOf, entry, flag, text } from '../../../flow/arguments.js';
import type { Flow } from '../../../flow/evaluate.js';
import { attributeIn } from '../../../flow/keys.js';
import type { Model } from '../../../flow/model.js';
import { asBuilt } from '../../../flow/new-rows.js';
import { ANY, NULL, membersOf, type DictValue, type Value } from '../../../flow/value.js';
import type { CallSite } from '../../dialect.js';
import { lookupBy } from '../../shared/lookups.js';
import { insertObject, updateObject } from '../../shared/object-writes.js';
import { attributeNamed } from './expressions.js';
import { changed, find } from './finds.js';
import type { Scoped } from './models.js';

export const WRITES = new Set([
  'create', 'build', 'bulkBuild', 'bulkCreate', 'update', 'upsert', 'insertOrUpdate', 'destroy', 'restore', 'increment', 'decrement', 'truncate',
  'findOrCreate', 'findCreateFind', 'findOrBuild', 'findOrInitialize',
]);

/** One of `WRITES` on a model. */
export function write(flow: Flow, site: CallSite, scoped: Scoped): Value {
  const { model } = scoped;
  const { args, env, at } = site;
  const place = flow.place(env, at);
  const [first, second] = [argument(args, 0), argument(args, 1)];
  switch (site.name) {
    case 'create': insertObject(flow, model, first, env, at, { isOpen: first === null }); return { k: 'row', model };
    case 'build': return asBuilt(flow, build(flow, site, model, first), site);
    case 'bulkBuild': insertObject(flow, model, first, env, at); return { k: 'many', of: { k: 'row', model, isNew: true } };
    case 'bulkCreate': return bulkCreate(flow, site, model, first, second);
    case 'update': changed(flow, site, scoped, second, 'update');
    updateObject(flow, model, first, env, at);
    return { k: 'list', items: returnsRows(second) ? [ANY, { k: 'many', of: { k: 'row', model } }] : [ANY] };
    case 'upsert': case 'insertOrUpdate': {
      insertObject(flow, model, first, env, at, { isUpsert: true });
      lookupBy(flow, site.env, model, namesIn(entry(second, 'conflictFields')), at);
      return { k: 'list', items: [{ k: 'row', model }, ANY] };
    }
    case 'destroy': {
      const isWhole = membersOf(first ?? ANY).some((member) => flag(entry(member, 'truncate')) === true);
      const verb = destroyed(flow, site, model, first);
      if (!isWhole) changed(flow, site, scoped, first, verb);
      return ANY;
    }
    case 'restore': changed(flow, site, scoped, first, 'update'); markDeleted(flow, site, model, true); return ANY;
    case 'truncate': flow.record.table(model, 'delete', place); return ANY;
    case 'increment': case 'decrement': changed(flow, site, scoped, second, 'update'); step(flow, site, model); return ANY;
    default: return findOr(flow, site, scoped, first);
  }
}

/** PostgreSQL gives the rows that changed where the options ask for them. */
function returnsRows(options: Value | null): boolean {
  return (options ? membersOf(options) : []).some(
    (member) => member.k !== 'dict' || member.rest !== null || (entry(member, 'returning') ?? NULL).k !== 'const' || flag(entry(member, 'returning')) === true,
  );
}

/** `build(values)`, `new User(values)`: most such rows are saved next. */
export function build(flow: Flow, site: CallSite, model: Model, values: Value | null): Value {
  return insertObject(flow, model, values, site.env, site.at, { isOpen: values === null });
}

function bulkCreate(flow: Flow, site: CallSite, model: Model, rows: Value | null, options: Value | null): Value {
  const overwritten = namesIn(entry(options, 'updateOnDuplicate'));
  insertObject(flow, model, rows, site.env, site.at, { ...(overwritten.length ? { isUpsert: true } : {}), isOpen: rows === null });
  lookupBy(flow, site.env, model, namesIn(entry(options, 'conflictAttributes')), site.at);
  return { k: 'many', of: { k: 'row', model } };
}

/** `findOrCreate({ where, defaults })`: a new row has the values it was looked up by. */
function findOr(flow: Flow, site: CallSite, scoped: Scoped, options: Value | null): Value {
  const { model } = scoped;
  const row = find(flow, site, scoped, 'findOne', site.args);
  const lookup = row.k === 'row' ? row.lookup : undefined;
  for (const member of options ? membersOf(options) : []) {
    const [where, defaults] = [entry(member, 'where'), entry(member, 'defaults')];
    insertObject(flow, model, together(model, where, defaults), site.env, site.at, { isOpen: member.k !== 'dict' });
  }
  if (options === null) flow.record.insert(model, new Map(), flow.place(site.env, site.at), { isOpen: true });
  if (lookup) flow.record.guard(lookup, { k: 'get-or-create' });
  return { k: 'list', items: [row, ANY] };
}

function together(model: Model, where: Value | null, defaults: Value | null): Value {
  const plain = (value: Value | null): DictValue[] => (value ? membersOf(value) : []).filter((member): member is DictValue => member.k === 'dict');
  const entries = new Map<string, Value>();
  const places = new Map<string, NonNullable<ReturnType<NonNullable<DictValue['places']>['get']>>>();
  let rest: Value | null = defaults !== null && plain(defaults).length === 0 ? ANY : null;
  for (const dict of [...plain(where), ...plain(defaults)]) {
    for (const [name, value] of dict.entries) {
      if (!model.columns.has(name) && !model.relationships.has(name)) continue;
      entries.set(name, value.k === 'dict' ? ANY : value);
      const place = dict.places?.get(name);
      if (place) places.set(name, place);
    }
    rest ??= dict.rest;
  }
  return { k: 'dict', entries, rest, places };
}

const namesIn = (value: Value | null): readonly string[] => (value?.k === 'list' ? value.items.flatMap((item) => text(item) ?? []) : []);

/**
 * Whether `destroy` takes rows away or only marks them, as it does on a paranoid model that is not told to `force` it.
 * https://sequelize.org/docs/v6/core-concepts/paranoid/
 */
export function destroyed(flow: Flow, site: CallSite, model: Model, options: Value | null): 'update' | 'delete' {
  const isParanoid = model.table.columns.some((column) => column.role === 'soft-delete');
  const isForced = membersOf(options ?? NULL).map((member) => entry(member, 'force'));
  const verb = isParanoid && isForced.every((force) => force === null || flag(force) === false) ? 'update' : 'delete';
  flow.record.table(model, verb, flow.place(site.env, site.at));
  if (isForced.some((force) => flag(force) !== true)) markDeleted(flow, site, model, false);
  return verb;
}

/** The time in the column that marks rows is set, or taken away where they are restored. */
export function markDeleted(flow: Flow, site: CallSite, model: Model, isRestored: boolean): void {
  for (const column of model.table.columns) {
    const attribute = column.role === 'soft-delete' ? attributeIn(model, column) : null;
    if (attribute) flow.record.column(model, attribute, 'write', flow.place(site.env, site.nameAt), flow.currentFn, { value: isRestored ? NULL : ANY });
  }
}

/** `increment('views', { by })`, `increment(['a', 'b'])`, `increment({ a: 1 })`. */
export function step(flow: Flow, site: CallSite, model: Model): void {
  const given = argumentOf(site.args, 0);
  for (const member of given ? membersOf(given.value) : []) {
    const names = member.k === 'dict' ? [...member.entries.keys()] : member.k === 'list' ? namesIn(member) : [text(member) ?? ''];
    for (const name of names) {
      const attribute = attributeNamed(model, name);
      if (attribute !== null)
        flow.record.column(
          model,
          attribute,
          'write',
          (member.k === 'dict' ? member.places?.get(name) : null) ?? flow.place(site.env, given!.at),
          flow.currentFn,
          { value: ANY, isCompound: true },
        );
    }
  }
  flow.record.table(model, 'update', flow.place(site.env, site.at));
}
