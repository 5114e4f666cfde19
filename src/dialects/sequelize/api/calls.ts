/** Which of Sequelize's methods a call is: of a model, a row, the connection. */
import { spanStart } from '../../../facts/span.js';
import { argument, entry, text, unwritten } from '../../../flow/arguments.js';
import { findMember } from '../../../flow/classes.js';
import type { Flow } from '../../../flow/evaluate.js';
import type { Model } from '../../../flow/model.js';
import { noteForm } from '../../../flow/row-types.js';
import { ANY, membersOf, type EvaluatedArg, type Value } from '../../../flow/value.js';
import type { CallSite } from '../../dialect.js';
import { insertObject, updateObject } from '../../shared/object-writes.js';
import { kindOf } from '../associations.js';
import { DIALECT, isConnection } from '../names.js';
import { namedScope } from '../scopes.js';
import { attributeNamed, expressionCall } from './expressions.js';
import { AGGREGATES, FINDS, aggregate, find } from './finds.js';
import { isUsed, modelNamed, modelOfTable, scopedOf, scopedValue, type Scoped } from './models.js';
import { rowCall } from './rows.js';
import { WRITES, write } from './writes.js';

/** A call of Sequelize's; undefined for any other. */
export function call(flow: Flow, site: CallSite): Value | undefined {
  if (!isUsed(flow)) return undefined;
  const made = expressionCall(site);
  if (made) return made;
  const { receiver, name } = site;
  if (!receiver || !name) return undefined;
  if (receiver.k === 'special' && receiver.dialect === 'core' && receiver.tag === 'super') return superCall(flow, site, receiver.data['self'] as Value);
  if (receiver.k === 'row')
    return receiver.model.dialect === DIALECT && !isOwnMethod(flow, receiver.model.cls, name) ? rowCall(flow, site, receiver) : undefined;
  const scoped = scopedOf(flow, receiver);
  if (scoped) return isOwnMethod(flow, scoped.model.cls, name) ? undefined : modelCall(flow, site, receiver, scoped);
  if (name === 'define') {
    const model = flow.modelsBySite.get(`${site.env.module.path}:${spanStart(site.at)}`);
    if (model?.dialect === DIALECT) {
      for (const type of site.types) noteForm(flow, flow.type(type, site.env), model);
      declared(flow, site, { k: 'model', model });
      return { k: 'model', model };
    }
  }
  return isConnection(receiver) ? connectionCall(flow, site) : seedCall(flow, site, receiver);
}

/** `queryInterface.bulkInsert('Settings', rows)` of seeders. https://sequelize.org/docs/v6/other-topics/migrations/#creating-the-first-seed */
function seedCall(flow: Flow, site: CallSite, receiver: Value): Value | undefined {
  const given = argument(site.args, 0);
  const name = text(given) ?? text(entry(given, 'tableName'));
  if (
    (site.name !== 'bulkInsert' && site.name !== 'bulkUpdate' && site.name !== 'bulkDelete') ||
    name === null ||
    (receiver.k !== 'any' && receiver.k !== 'extobj')
  )
    return undefined;
  const model = modelOfTable(flow, name);
  if (!model) return ANY;
  const rows = argument(site.args, 1);
  if (site.name === 'bulkInsert')
    for (const row of rows?.k === 'list' ? rows.items : [rows]) insertObject(flow, model, byAttribute(model, row), site.env, site.at);
  else if (site.name === 'bulkUpdate') updateObject(flow, model, byAttribute(model, rows), site.env, site.at);
  else flow.record.table(model, 'delete', flow.place(site.env, site.at));
  return ANY;
}

/** Rows of seeders have the columns' own names. */
function byAttribute(model: Model, row: Value | null): Value | null {
  if (row?.k !== 'dict') return row;
  const named = (name: string): string => attributeNamed(model, name) ?? name;
  return {
    ...row,
    entries: new Map([...row.entries].map(([name, value]) => [named(name), value])),
    ...(row.places ? { places: new Map([...row.places].map(([name, place]) => [named(name), place])) } : {}),
  };
}

function isOwnMethod(flow: Flow, cls: Parameters<typeof findMember>[1] | null, name: string): boolean {
  return cls !== null && findMember(flow, cls, name)?.k === 'method';
}

/** `super.findAll(…)` in a method that the class has instead. */
function superCall(flow: Flow, site: CallSite, self: Value): Value | undefined {
  if (self.k === 'row') return self.model.dialect === DIALECT ? rowCall(flow, site, self) : undefined;
  const scoped = scopedOf(flow, self);
  return scoped ? modelCall(flow, site, self, scoped) : undefined;
}

function modelCall(flow: Flow, site: CallSite, receiver: Value, scoped: Scoped): Value | undefined {
  const name = site.name!;
  if (name in FINDS) return find(flow, site, scoped, name, site.args);
  if (AGGREGATES.has(name)) return aggregate(flow, site, scoped);
  if (WRITES.has(name)) return write(flow, site, scoped);
  const kind = kindOf(name);
  if (kind === name) { declares(flow, site, scoped); return associated(flow, site); }
  switch (name) {
    case 'init': declared(flow, site, receiver); return receiver;
    case 'scope': case 'withScope': return withScopes(flow, site, scoped);
    case 'unscoped': case 'withoutScope': case 'withInitialScope': return scopedValue({ ...scoped, isUnscoped: true, scopes: [] }, 'unscoped');
    case 'schema': case 'setSchema': return receiver;
    case 'addHook': case 'hook': declares(flow, site, scoped);
    runHook(flow, text(argument(site.args, 0)) ?? '', argument(site.args, site.args.list.length - 1), scoped);
    return receiver;
    case 'addScope': case 'removeAttribute': case 'sync': case 'drop': case 'describe': case 'getTableName': case 'getAttributes': case 'refreshAttributes': case 'removeHook': case 'hasAlias': case 'truncate':
      return ANY;
    default:
  }
  if (/^(before|after)[A-Z]/.test(name)) {
    declares(flow, site, scoped);
    runHook(flow, name, argument(site.args, site.args.list.length - 1), scoped);
    return ANY;
  }
  return undefined;
}

/** The model that a declaring call is made on is not used by it. */
function declares(flow: Flow, site: CallSite, { model }: Scoped): void {
  flow.record.unmention(model, flow.place(site.env, site.at));
}

/** An association with a known model only declares: neither the alias nor the keys it names are used by it. */
function associated(flow: Flow, site: CallSite): Value {
  if (argument(site.args, 0)?.k === 'model') flow.record.declares(flow.place(site.env, site.at));
  for (const arg of site.args.list) forget(flow, site, arg);
  return { k: 'special', dialect: DIALECT, tag: 'association', data: {}, key: text(entry(argument(site.args, 1), 'as')) ?? '' };
}

/** A model that an association names is not used by it. */
function forget(flow: Flow, site: CallSite, arg: EvaluatedArg): void {
  for (const member of membersOf(arg.value)) if (member.k === 'model') flow.record.unmention(member.model, flow.place(site.env, arg.at));
}


/** A hook gets the row it is for, or rows. https://sequelize.org/docs/v6/other-topics/hooks/ */
function runHook(flow: Flow, name: string, hook: Value | null, { model }: Scoped): void {
  const isBulk = /^(before|after)BulkCreate$/.test(name);
  const row: Value = { k: 'row', model, ...(/^before(Bulk)?Create$/.test(name) ? { isNew: true } : {}) };
  for (const member of hook ? membersOf(hook) : [])
    if (member.k === 'fn') flow.callFn(member, [unwritten(isBulk ? { k: 'many', of: row } : row, member.fn.fn.at)]);
}

/** Getters, setters and hooks of a definition are code of its rows. */
function declared(flow: Flow, site: CallSite, model: Value): void {
  const scoped = scopedOf(flow, model);
  if (!scoped) return;
  const isDefine = site.name === 'define';
  const [attributes, options] = [argument(site.args, isDefine ? 1 : 0), argument(site.args, isDefine ? 2 : 1)];
  const row: Value = { k: 'row', model: scoped.model };
  const run = (value: Value | null): void => { if (value?.k === 'fn') flow.callFn({ ...value, self: row }, []); };
  if (attributes?.k === 'dict') for (const attribute of attributes.entries.values()) { run(entry(attribute, 'get')); run(entry(attribute, 'set')); }
  for (const group of ['getterMethods', 'setterMethods', 'instanceMethods', 'validate']) {
    const methods = entry(options, group);
    if (methods?.k === 'dict') methods.entries.forEach(run);
  }
  const hooks = entry(options, 'hooks');
  if (hooks?.k !== 'dict') return;
  for (const [name, hook] of hooks.entries) for (const fn of hook.k === 'list' ? hook.items : [hook]) runHook(flow, name, fn, scoped);
}

/** `scope('active', { method: ['named', 1] })`. */
function withScopes(flow: Flow, site: CallSite, scoped: Scoped): Value {
  let next: Scoped = { ...scoped, isUnscoped: true };
  const names: string[] = [];
  const add = (value: Value): void => {
    const method = entry(value, 'method');
    const parts = method?.k === 'list' ? method.items : method ? [method] : [value];
    const name = text(parts[0]);
    if (value.k === 'const' && value.v === null) return;
    if (name === 'defaultScope') { next = { ...next, isUnscoped: false }; return; }
    const options = name === null ? null : namedScope(flow, scoped.model, name, parts.slice(1).map((part) => unwritten(part, site.at)));
    if (name !== null) names.push(name);
    next = options ? { ...next, scopes: [...next.scopes, options] } : { ...next, isPartial: true };
  };
  for (const arg of site.args.list) for (const value of arg.value.k === 'list' ? arg.value.items : [arg.value]) membersOf(value).forEach(add);
  return scopedValue(next, `${names.join()}:${spanStart(site.at)}`);
}

function connectionCall(flow: Flow, site: CallSite): Value | undefined {
  switch (site.name) {
    case 'getRepository': return argument(site.args, 0) ?? ANY;
    case 'model': {
      const name = text(argument(site.args, 0));
      const model = name === null ? null : modelNamed(flow, name, site.env.module.path);
      if (model) flow.record.resolve(flow.place(site.env, site.args.list[0]!.at));
      return model ? { k: 'model', model } : ANY;
    }
    case 'transaction': {
      const callback = site.args.list.map((arg) => arg.value).find((value) => value.k === 'fn');
      return callback ? flow.callFn(callback, [unwritten(ANY, site.at)]) : ANY;
    }
    case 'sync': case 'authenticate': case 'close': case 'addModels': case 'drop': case 'escape': case 'getQueryInterface': case 'isDefined': return ANY;
    default: return undefined;
  }
}
