/** Calls: of functions of the repository, of classes, of models, of what only a dialect or the language knows. */
import type { CallSite } from '../dialects/dialect.js';
import type { Call, Expr, Param } from '../facts/code.js';
import { spanEnd, spanStart } from '../facts/span.js';
import type { Column, Place } from '../model/schema.js';
import { alternativesOf, isOpen } from './alternatives.js';
import { lastName } from './arguments.js';
import { askCall } from './ask.js';
import { languageCall } from './builtins.js';
import { construct, findMember, storeGiven } from './classes.js';
import { changeByCall, putInto } from './collections.js';
import { throwsAway } from './discarded.js';
import { writeEmbedded } from './embedded.js';
import type { Flow } from './evaluate.js';
import { ofChain, subjectValue } from './expressions.js';
import { fieldsOf } from './fields.js';
import { isTold } from './functions.js';
import { noteValidator } from './guards.js';
import { PRINTS, handOut } from './hand-out.js';
import { handOver } from './hand-over.js';
import { implementationsOf } from './implementations.js';
import { attributeFor, keyColumns, keyOfRow } from './keys.js';
import { baseMethod } from './methods.js';
import type { Model } from './model.js';
import { evaluateFor, jump, noteHeld } from './moves.js';
import { asBuilt } from './new-rows.js';
import type { Env } from './program.js';
import { attributeBehind, runSetter } from './setters.js';
import { asRow, isAsking, noteTaken } from './taken.js';
import { preferKnown, union } from './unions.js';
import { ANY, isDeclaredEntry, membersOf, type Args, type ClassRef, type EvaluatedArg, type FnValue, type SpecialValue, type Value } from './value.js';

export function callExpr(flow: Flow, expr: Call, env: Env): Value {
  const { fn } = expr;
  const receiver = fn.k === 'attr' ? ofChain(flow, subjectValue(flow, fn.of, env), fn) : null;
  const args = evaluateArgs(flow, expr, env);
  if (receiver?.k === 'many' && fn.k === 'attr') changeByCall(flow, fn.of, fn.name, args, env);
  const callee = receiver ? ANY : flow.expr(fn, env);
  const site: CallSite = {
    callee,
    receiver,
    name: fn.k === 'attr' ? fn.name : null,
    args,
    written: expr.args,
    types: expr.types ?? [],
    isNew: expr.isNew === true,
    env,
    at: expr.at,
    nameAt: fn.at,
    receiverName: fn.k === 'attr' ? dottedName(fn.of) : null,
  };
  // Nearly always there is one of them.
  return (receiver ?? callee).k === 'union' ? callMembers(flow, site, receiver ?? callee) : callOne(flow, site);
}

function callMembers(flow: Flow, site: CallSite, several: Value): Value {
  return union(membersOf(several).flatMap((member) => membersOf(callOne(flow, site.receiver ? { ...site, receiver: member } : { ...site, callee: member }))));
}

function callOne(flow: Flow, site: CallSite): Value {
  const sites = site.args.list.some(isOpen) ? alternativesOf(site) : null;
  return sites === null ? dispatch(flow, site) : dispatchEach(flow, sites);
}

function dispatchEach(flow: Flow, sites: readonly CallSite[]): Value {
  return union(sites.map((each) => dispatch(flow, each)));
}

/** `cur`, `self.cur`; null for anything else. */
function dottedName(expr: Expr): string | null {
  if (expr.k === 'name') return expr.id;
  const of = expr.k === 'attr' ? dottedName(expr.of) : null;
  return of === null ? null : `${of}.${(expr as Expr & { k: 'attr' }).name}`;
}

function evaluateArgs(flow: Flow, expr: Call, env: Env): Args {
  const list: EvaluatedArg[] = [];
  for (const arg of expr.args) {
    const value = evaluateFor(flow, expr.fn, arg.value, env);
    if (arg.spread === '*' && value.k === 'list') {
      for (const item of value.items) list.push({ name: null, value: item, expr: arg.value, spread: null, at: arg.value.at });
      continue;
    }
    if (arg.name === undefined) noteHeld(flow, arg.value, arg.at ?? arg.value.at, env);
    else jump(flow, arg.name, arg.value, flow.place(env, arg.at ?? arg.value.at), expr.fn, env);
    if (arg.value.k !== 'fn' && !flow.isQuiet) noteGivenFunctions(flow, value, arg.value, env);
    else if (arg.value.k === 'fn' && value.k === 'fn') flow.called.giveInline(value.fn);
    list.push({ name: arg.name ?? null, value, expr: arg.value, spread: arg.spread ?? null, at: arg.at ?? arg.value.at, path: env.module.path });
  }
  return { list };
}

/** Functions that stand elsewhere are given as arguments: themselves, or in what a library makes of them. */
function noteGivenFunctions(flow: Flow, value: Value, written: Expr, env: Env): void {
  if (value.k === 'fn') flow.called.give(value.fn, flow.place(env, written.at));
  else if (value.k === 'term') for (const arg of value.args.list) noteGivenFunctions(flow, arg.value, written, env);
}

/** One call with its receiver and callee told apart: dialects first, then the repository, then the language. */
export function dispatch(flow: Flow, site: CallSite): Value {
  const own = askCall(flow, site);
  if (own !== undefined) { noteTaken(flow, site); return noteQuery(flow, own); }
  const standing = site.receiver?.k === 'object' && !OWN_RECEIVERS.has(site.receiverName ?? '') ? implementationsOf(flow, site.receiver, site.name!) : [];
  if (standing.length > 0) return callStanding(flow, standing, site);
  const callee = site.receiver ? (isKnown(site.receiver) ? flow.attribute(site.receiver, site.name!, site.env, site.nameAt) : ANY) : site.callee;
  if (site.receiver && callee.k === 'union') return callValues(flow, callee.of, site);
  return callValue(flow, callee, callee === site.callee ? site : { ...site, callee });
}

/** What a class leaves to others it calls on each of them, and none of these is the one that is meant. */
const OWN_RECEIVERS: ReadonlySet<string> = new Set(['this', 'self', 'cls', 'super']);

/** A call on an interface or an abstract class, of those that stand for it. Where these tell nothing of what they give, its type does. */
function callStanding(flow: Flow, standing: readonly FnValue[], site: CallSite): Value {
  flow.record.resolve(flow.place(site.env, site.nameAt));
  const value = callValues(flow, standing, site);
  if (value.k !== 'any' && value.k !== 'const') return value;
  const own = flow.quiet(() => flow.attribute(site.receiver!, site.name!, site.env, site.nameAt));
  return own.k === 'fn' ? preferKnown(flow.quiet(() => flow.callFn(own, [])), value) : value;
}

function callValues(flow: Flow, callees: readonly Value[], site: CallSite): Value {
  return union(callees.map((callee) => callValue(flow, callee, { ...site, callee })));
}

/** Named arguments of a known function name its parameters and nothing else. */
function resolveNames(flow: Flow, site: CallSite, params: readonly Param[]): void {
  for (const { name, at } of site.args.list) {
    if (name === null) continue;
    for (const param of params) if (param.target.k === 'name' && !param.rest && param.target.id === name) flow.record.resolve(flow.place(site.env, at));
  }
}

/** Named arguments of a library's function or class are options of its own, unless it may give them on: `to_thread(add, label="new")`. */
function resolveOptions(flow: Flow, site: CallSite): void {
  const first = site.args.list[0];
  if (first?.name === null && mayBeCalled(first)) return;
  for (const { name, at } of site.args.list) if (name !== null) flow.record.resolve(flow.place(site.env, at));
}

/** A function or class, or what a name stands for of which nobody knows what it is. */
function mayBeCalled({ value, expr }: EvaluatedArg): boolean {
  return (
    value.k === 'fn' ||
    value.k === 'class' ||
    value.k === 'model' ||
    value.k === 'special' ||
    ((value.k === 'any' || value.k === 'ext') && (expr.k === 'attr' || expr.k === 'name'))
  );
}

function isKnown(receiver: Value): boolean {
  return receiver.k !== 'any' && receiver.k !== 'const' && receiver.k !== 'field' && receiver.k !== 'list' && receiver.k !== 'many';
}

function callValue(flow: Flow, callee: Value, site: CallSite): Value {
  // Asked again with the callee that the receiver's attribute turned out to be.
  if (site.receiver && (callee.k === 'ext' || callee.k === 'special')) {
    const own = askCall(flow, { ...site, callee, receiver: null });
    if (own !== undefined) return noteQuery(flow, own);
  }
  switch (callee.k) {
    case 'fn': resolveNames(flow, site, callee.fn.fn.params);
    return flow.callFn(callee, site.args.list, site.types.length ? { types: typeArguments(flow, site) } : {});
    case 'class': return instantiate(flow, callee, site);
    case 'model': return asBuilt(flow, constructModel(flow, callee, site), site);
    case 'ext': {
      const value = languageCall(flow, site) ?? wrapped(callee, site);
      if (value) return value;
      resolveOptions(flow, site);
      handOver(flow, site, callee.name ?? '');
      return termOf(flow, site, callee);
    }
    case 'special': if (callee.tag === 'partial') return callPartial(flow, callee, site);
    if (callee.tag === 'super' && superConstructor(flow, callee, site)) return ANY;
    return otherCall(flow, site);
    case 'term': flow.applications?.push(callee); return termOf(flow, site, callee);
    case 'object': {
      const call = findMember(flow, callee.cls, '__call__');
      if (call?.k === 'method') return flow.callFn({ k: 'fn', fn: call.fn, self: callee }, site.args.list);
      return ANY;
    }
    default: return otherCall(flow, site);
  }
}

/** What `partial(Column, nullable=False)` gives, called: what a call names itself counts before what was given earlier. */
function callPartial(flow: Flow, { data }: SpecialValue, site: CallSite): Value {
  const named = new Set(site.args.list.map((arg) => arg.name));
  const given = (data['args'] as Args['list']).filter((arg) => arg.name === null || !named.has(arg.name));
  const list = [...given.filter((arg) => arg.name === null), ...site.args.list, ...given.filter((arg) => arg.name !== null)];
  return dispatch(flow, { ...site, callee: data['callee'] as Value, receiver: null, name: null, args: { list } });
}

function typeArguments(flow: Flow, site: CallSite): readonly Value[] {
  return site.types.map((type) => flow.type(type, site.env));
}

/** A call of what only the language knows, or nobody. */
function otherCall(flow: Flow, site: CallSite): Value {
  const value = languageCall(flow, site);
  if (value) return value;
  handOver(flow, site, site.name ?? '');
  if (site.name !== null && !flow.isQuiet) flow.called.missed(site.name, site.args.list);
  for (const arg of site.args.list) escape(flow, arg.value, site);
  if (site.receiver?.k === 'term') return termOf(flow, site, ANY);
  return flow.unknown(site.env, site.at);
}

/** `super(Model)`: the constructor of the base runs for the instance. False where the repository has none. */
function superConstructor(flow: Flow, callee: SpecialValue, site: CallSite): boolean {
  const [owner, self] = [callee.data['owner'] as ClassRef | null, callee.data['self'] as Value];
  const fn = owner ? baseMethod(flow, owner, 'constructor') : null;
  if (!fn) return false;
  const fields = self.k === 'object' ? self.fields as Map<string, Value> | undefined : undefined;
  if (fields) storeGiven(flow, fn, self, site.args.list, fields);
  flow.callFn({ k: 'fn', fn, self }, site.args.list, { isConstructor: true });
  return true;
}

/**
 * A value is handed to code we do not see: its callbacks run with unknown arguments, its queries are run, its rows and those that callbacks return may be read
 * there, unless a callback makes the context that handlers get; a page rendered with the row that was found takes it for the row.
 */
function escape(flow: Flow, value: Value, site: CallSite): void {
  if (flow.isQuiet) return;
  const to = site.name ?? (site.callee.k === 'ext' ? site.callee.name ?? '' : site.callee.k === 'any' ? /\.(\w+)$/.exec(site.callee.id ?? '')?.[1] ?? '' : '');
  const place = flow.place(site.env, site.at);
  for (const member of membersOf(value)) {
    if (member.k === 'query') flow.record.handedOver.add(member.query.id);
    if (member.k === 'many' || member.k === 'list') {
      for (const item of member.k === 'list' ? member.items : [member.of]) goOut(flow, item, to, place, site);
      continue;
    }
    if (member.k === 'dict')
      for (const [key, item] of member.entries)
        if (item.k === 'fn') {
          const made = flow.callFn(item, []);
          if (!/^(create)?context$/i.test(key)) goOut(flow, made, to, place, site);
        }
    goOut(flow, member, to, place, site);
  }
}

function goOut(flow: Flow, value: Value, to: string, place: Place, site: CallSite): void {
  const handed = value.k === 'fn' ? flow.callFn(value, []) : value;
  if (value.k === 'fn' && throwsAway(site)) return;
  if (value.k === 'fn') noteValidator(flow, handed, site);
  if (handed.k === 'row' && !PRINTS.has(to) && !isAsking(to)) asRow(flow, handed, place);
  if (handed.k === 'row' && handed.isNew && !PRINTS.has(to)) flow.record.filledUnseen.add(handed.model);
  if (site.env.module.language === 'typescript') handOut(flow, handed, to, place);
}

/** Functions of libraries that give back the function they are given. */
const WRAPPERS = new Set([
  'cache', 'unstable_cache', 'memo', 'forwardRef', 'useCallback', 'memoize', 'memoizeOne', 'once', 'debounce', 'throttle', 'useEvent', 'observer',
]);

function wrapped(callee: Value & { k: 'ext' }, site: CallSite): Value | null {
  const first = site.args.list[0]?.value;
  return first?.k === 'fn' && WRAPPERS.has(lastName(callee)) ? first : null;
}

function noteQuery(flow: Flow, value: Value): Value {
  for (const member of membersOf(value)) if (member.k === 'query') flow.record.states.set(member.query.id, member.query);
  return value;
}

function termOf(flow: Flow, site: CallSite, callee: Value): Value {
  for (const arg of site.args.list) escape(flow, arg.value, site);
  const place = flow.place(site.env, site.at);
  const model = flow.modelsBySite.get(`${place.path}:${spanStart(place.at)}`);
  if (model && (callee.k === 'ext' || site.receiver === null || flow.modelsBySite.get(`${place.path}:${spanStart(place.at)}:${spanEnd(place.at)}`)))
    return { k: 'model', model };
  return {
    k: 'term',
    callee,
    ...(site.receiver ? { of: site.receiver } : {}),
    ...(site.name ? { name: site.name } : {}),
    args: site.args,
    place,
    env: site.env,
  };
}

function instantiate(flow: Flow, callee: Value & { k: 'class' }, site: CallSite): Value {
  const constructor = findMember(flow, callee.cls, '__init__') ?? findMember(flow, callee.cls, 'constructor');
  if (constructor?.k === 'method') resolveNames(flow, site, constructor.fn.fn.params);
  else for (const arg of site.args.list) if (arg.name !== null && findMember(flow, callee.cls, arg.name)) flow.record.resolve(flow.place(site.env, arg.at));
  handOver(flow, site, callee.cls.name);
  const { fields } = construct(flow, callee.cls, site.args.list);
  const stored = new Map(fields);
  // A class without a constructor of its own (data classes, schemas) takes its fields by name.
  if (!findMember(flow, callee.cls, '__init__')) for (const arg of site.args.list) {
    if (arg.name) stored.set(arg.name, arg.value);
  }
  const args = site.types.length ? site.types.map((type) => flow.type(type, site.env)) : callee.args;
  return { k: 'object', cls: callee.cls, ...(args ? { args } : {}), ...(stored.size ? { fields: stored } : {}) };
}

function constructModel(flow: Flow, callee: Value & { k: 'model' }, site: CallSite): Value {
  const { model } = callee;
  noteConstructor(flow, model, site);
  const own = flow.hooks.named(model.dialect)?.api?.construct?.(flow, model, site);
  if (own !== undefined) return own;
  return insertRow(flow, model, site.args, site);
}

/** The row takes its values by their names; a constructor of its own that passes them on is told of them by the call all the same. */
function noteConstructor(flow: Flow, { cls }: Model, { args }: CallSite): void {
  if (!cls || flow.isQuiet) return;
  const constructor = findMember(flow, cls, '__init__') ?? findMember(flow, cls, 'constructor');
  if (constructor?.k === 'method')
    flow.called.note(constructor.fn, args.list, '()', {
      isInformative: isTold(args.list, constructor.fn.fn),
      isUnbound: false,
      opener: flow.record.opener,
      caller: flow.currentFn,
    });
}

/** Creates a row from named arguments, spreads of dicts, and dict arguments. */
export function insertRow(flow: Flow, model: Model, args: Args, site: Pick<CallSite, 'env' | 'at'>, options: { isUpsert?: boolean } = {}): Value {
  const values = new Map<Column, Value>();
  let isOpen = false;
  const set = (name: string, value: Value, place: ReturnType<Flow['place']>, via?: 'generic-update'): void => {
    const relationship = model.relationships.get(name);
    if (relationship) {
      flow.record.relationship(model, relationship, place, flow.currentFn, 'set');
      putInto(flow, { k: 'row', model, isNew: true }, relationship, value, place);
      for (const [column, remote] of keyColumns(model, relationship)) {
        const key = keyOfRow(value, remote, place);
        values.set(column, key);
        flow.record.column(model, attributeFor(model, column), 'write', place, flow.currentFn, { value: key, atInsert: true });
      }
      return;
    }
    if (model.embedded.has(name)) {
      writeEmbedded(flow, model, name, value, place, {
        atInsert: true,
        note: (each, given) => values.set(each, given),
        open: () => {
          isOpen = true;
        },
      });
      return;
    }
    const column = model.columns.get(name);
    // A constructor that takes what the class has names for sets properties as well.
    if (!column) {
      const row: Value = { k: 'row', model, isNew: true };
      const behind = attributeBehind(flow, row, name);
      if (behind !== null) set(behind, value, place, via);
      else runSetter(flow, row, name, value, place.at);
      return;
    }
    values.set(column, value);
    flow.record.column(model, name, 'write', place, flow.currentFn, { value, atInsert: true, ...(via ? { via } : {}) });
  };
  const spread = (value: Value, at: EvaluatedArg['at']): void => {
    if (value.k === 'dict') {
      for (const [name, item] of value.entries)
        set(name, item, value.places?.get(name) ?? flow.place(site.env, at), isDeclaredEntry(value, name) ? 'generic-update' : undefined);
      if (value.schema) flow.record.tie(value.schema, model, 'request');
      if (value.rest) isOpen = true;
    } else if (value.k === 'union') value.of.forEach((member) => spread(member, at));
    else if (value.k === 'object') spread(fieldsOf(flow, value), at);
    else if (!(value.k === 'const')) isOpen = true;
  };
  for (const arg of args.list) {
    if (arg.name !== null) set(arg.name, arg.value, flow.place(site.env, arg.at));
    else if (
      arg.spread === '**' ||
      (arg.spread === null && (arg.value.k === 'dict' || arg.value.k === 'object' || arg.value.k === 'union' || arg.value.k === 'any'))
    )
      spread(arg.value, arg.at);
    else isOpen = true;
  }
  // What we cannot see of a new row may hold rows of the tables it refers to.
  if (isOpen && !flow.isMadeAlone(model))
    for (const relationship of model.relationships.values())
      flow.record.gap({
        kind: 'dynamic-access',
        model: relationship.target,
        column: null,
        place: flow.place(site.env, site.at),
        detail: `${model.name} is created from values whose names are not known, ${relationship.target.name} perhaps with it`,
        does: 'insert',
      });
  flow.record.insert(model, values, flow.place(site.env, site.at), { isOpen, ...(options.isUpsert ? { isUpsert: true } : {}) });
  return { k: 'row', model, isNew: true };
}
