/** Calls: of functions of the repository, of classes, of models, of what only a dialect or the language knows. */
import type { Call, Expr, Param } from '../facts/code.js';
import type { CallSite } from '../dialects/dialect.js';
import { languageCall } from './builtins.js';
import { construct, findMember, isClassMethod } from './classes.js';
import type { Flow } from './evaluate.js';
import { handOut, PRINTS } from './hand-out.js';
import { preferKnown } from './evaluate.js';
import { ofChain, subjectValue } from './expressions.js';
import { keywords } from './keywords.js';
import type { Model } from './model.js';
import type { Column } from '../model/schema.js';
import { headingFor, jump } from './moves.js';
import { childEnv, type Env } from './program.js';
import { sqlTexts } from './sql.js';
import { bindPattern, runStatements, type ReturnedValue } from './statements.js';
import { ANY, NULL, isInformative, keyOf, lastName, membersOf, someKey, union, withoutNull, type Args, type EvaluatedArg, type FnRef, type FnValue, type Value } from './value.js';

/** Call contexts of a helper that is given SQL, which is told apart by its text. */
const SQL_CONTEXT_LIMIT = 2000;
/** What a function that is handed another one gives depends on that one alone: `cached(key, () => load())`. */
const CALLBACK_CONTEXT_LIMIT = 400;

export interface CallOptions {
  readonly isConstructor?: boolean;
  /** The function is evaluated because it is defined, not because it is called. */
  readonly isDefinition?: boolean;
  /** A definition of a base class, evaluated for a class that inherits it. */
  readonly isInherited?: boolean;
  /** Explicit type arguments. */
  readonly types?: readonly Value[];
}

export function callExpr(flow: Flow, expr: Call, env: Env): Value {
  const isMethod = expr.fn.k === 'attr';
  const receiver = expr.fn.k === 'attr' ? ofChain(flow, subjectValue(flow, expr.fn.of, env), expr.fn) : null;
  const name = expr.fn.k === 'attr' ? expr.fn.name : null;
  const args = evaluateArgs(flow, expr, env);
  const nameAt = isMethod ? expr.fn.at : expr.fn.at;
  const types = expr.types ?? [];
  const receiverName = expr.fn.k === 'attr' ? dottedName(expr.fn.of) : null;
  if (receiver?.k === 'union') {
    return union(receiver.of.map((member) => dispatch(flow, { callee: ANY, receiver: member, name, args, written: expr.args, types, isNew: expr.isNew === true, env, at: expr.at, nameAt, receiverName })));
  }
  const callee = receiver ? ANY : flow.expr(expr.fn, env);
  return union(membersOf(callee).map((member) => dispatch(flow, { callee: member, receiver, name, args, written: expr.args, types, isNew: expr.isNew === true, env, at: expr.at, nameAt, receiverName })));
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
    const value = headingFor(flow, expr.fn, arg.value, () => flow.expr(arg.value, env));
    if (arg.spread === '*' && value.k === 'list') { for (const item of value.items) list.push({ name: null, value: item, expr: arg.value, spread: null, at: arg.value.at }); continue; }
    if (arg.name !== undefined) jump(flow, arg.name, arg.value, flow.place(env, arg.at ?? arg.value.at), expr.fn);
    list.push({ name: arg.name ?? null, value, expr: arg.value, spread: arg.spread ?? null, at: arg.at ?? arg.value.at, path: env.module.path });
  }
  return { list };
}

/** One call with its receiver and callee told apart: dialects first, then the repository, then the language. */
export function dispatch(flow: Flow, site: CallSite): Value {
  const own = flow.ask('call', site.env.module.language, (api) => api.call!(flow, site));
  if (own !== undefined) return noteQuery(flow, own);
  const callee = site.receiver ? (isKnown(site.receiver) ? flow.attribute(site.receiver, site.name!, site.env, site.nameAt) : ANY) : site.callee;
  if (site.receiver && callee.k !== 'any') return union(membersOf(callee).map((member) => callValue(flow, member, { ...site, callee: member })));
  return callValue(flow, callee, { ...site, callee });
}

/** Named arguments of a known function name its parameters and nothing else. */
function resolveNames(flow: Flow, site: CallSite, params: readonly Param[]): void {
  for (const { name, at } of site.args.list) if (name !== null && params.some((param) => param.target.k === 'name' && !param.rest && param.target.id === name)) flow.record.resolve(flow.place(site.env, at));
}

/** A model given to code as a class may be created, queried and written there in ways that are not seen. */
function handOver(flow: Flow, site: CallSite, to: string): void {
  if (HARMLESS.has(to)) return;
  for (const arg of site.args.list) for (const value of membersOf(arg.value)) {
    if (value.k === 'model' && !isItsOwn(flow, site.callee, value.model)) flow.record.gap({ kind: 'dynamic-access', model: value.model, column: null, place: flow.place(site.env, arg.at), detail: `${value.model.name} is handed to ${to || 'a call'} as a class` });
  }
}

/** `new DeviceRepository(em, Device)`: a class over `Repository<Device>`, a library's or the repository's own, says itself which rows it is about. */
function isItsOwn(flow: Flow, callee: Value, model: Model): boolean {
  const isOf = (args: readonly Value[] | undefined): boolean => args?.some((arg) => (arg.k === 'row' || arg.k === 'model') && arg.model === model) === true;
  return callee.k === 'class' && (isOf(callee.args) || callee.cls.cls.bases.some((base) => {
    const parent = flow.quiet(() => flow.type(base.value, callee.cls.env.parent ?? callee.cls.env));
    return (parent.k === 'extobj' || parent.k === 'object') && isOf(parent.args);
  }));
}
const HARMLESS = new Set(['isinstance', 'issubclass', 'cast', 'type', 'repr', 'str', 'print', 'joinedload', 'selectinload', 'contains_eager', 'inspect', 'get_type_hints', 'InjectRepository', 'getRepositoryToken', 'InjectModel', 'forwardRef']);

function isKnown(receiver: Value): boolean {
  return receiver.k !== 'any' && receiver.k !== 'const' && receiver.k !== 'field' && receiver.k !== 'list' && receiver.k !== 'many';
}

function callValue(flow: Flow, callee: Value, site: CallSite): Value {
  // Asked again with the callee that the receiver's attribute turned out to be.
  if (site.receiver && (callee.k === 'ext' || callee.k === 'special')) {
    const own = flow.ask('call', site.env.module.language, (api) => api.call!(flow, { ...site, callee, receiver: null }));
    if (own !== undefined) return noteQuery(flow, own);
  }
  switch (callee.k) {
    case 'fn': resolveNames(flow, site, callee.fn.fn.params); return flow.callFn(callee, site.args.list, site.types.length ? { types: site.types.map((type) => flow.type(type, site.env)) } : {});
    case 'class': return instantiate(flow, callee, site);
    case 'model': return constructModel(flow, callee, site);
    case 'ext': { const value = languageCall(flow, site) ?? wrapped(callee, site); if (value) return value; handOver(flow, site, callee.name ?? ''); return termOf(flow, site, callee); }
    case 'term': flow.applications?.push(callee); return termOf(flow, site, callee);
    case 'object': {
      const call = findMember(flow, callee.cls, '__call__');
      if (call?.k === 'method') return flow.callFn({ k: 'fn', fn: call.fn, self: callee }, site.args.list);
      return ANY;
    }
    default: {
      const value = languageCall(flow, site);
      if (value) return value;
      handOver(flow, site, site.name ?? '');
      if (site.name !== null && !flow.isQuiet) flow.missed(site.name, site.args.list);
      for (const arg of site.args.list) escape(flow, arg.value, site);
      if (site.receiver?.k === 'term') return termOf(flow, site, ANY);
      return flow.unknown(site.env, site.at);
    }
  }
}

/** A value is handed to code we do not see: its callbacks run with unknown arguments, its queries are run, its rows and those that callbacks return may be read there, unless a callback makes the context that handlers get; a page rendered with the row that was found takes it for the row. */
function escape(flow: Flow, value: Value, site: CallSite): void {
  if (flow.isQuiet) return;
  const to = site.name ?? (site.callee.k === 'ext' ? site.callee.name ?? '' : site.callee.k === 'any' ? /\.(\w+)$/.exec(site.callee.id ?? '')?.[1] ?? '' : '');
  const place = flow.place(site.env, site.at);
  const out = (handed: Value): void => {
    if (handed.k === 'row' && handed.lookup && !PRINTS.has(to)) flow.record.guard(handed.lookup, { k: 'used-as-row', place });
    if (site.env.module.language === 'typescript') handOut(flow, handed, to, place);
  };
  for (const member of membersOf(value)) {
    if (member.k === 'query') flow.record.handedOver.add(member.query.id);
    if (member.k === 'fn') out(flow.callFn(member, []));
    else if (member.k === 'many' || member.k === 'list') { for (const item of member.k === 'list' ? member.items : [member.of]) if (item.k === 'fn') out(flow.callFn(item, [])); else out(item); }
    else {
      if (member.k === 'dict') for (const [key, item] of member.entries) if (item.k === 'fn') { const made = flow.callFn(item, []); if (!/^(create)?context$/i.test(key)) out(made); }
      out(member);
    }
  }
}

/** Functions of libraries that give back the function they are given. */
const WRAPPERS = new Set(['cache', 'unstable_cache', 'memo', 'forwardRef', 'useCallback', 'memoize', 'memoizeOne', 'once', 'debounce', 'throttle', 'useEvent', 'observer']);

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
  const model = flow.modelsBySite.get(`${place.path}:${place.at[0]}`);
  if (model && (callee.k === 'ext' || site.receiver === null || flow.modelsBySite.get(`${place.path}:${place.at[0]}:${place.at[1]}`))) return { k: 'model', model };
  return { k: 'term', callee, ...(site.receiver ? { of: site.receiver } : {}), ...(site.name ? { name: site.name } : {}), args: site.args, place, env: site.env };
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
  const own = flow.dialects.find((dialect) => dialect.id === model.dialect)?.api?.construct?.(flow, model, site);
  if (own !== undefined) return own;
  return insertRow(flow, model, site.args, site);
}

/** Creates a row from named arguments, spreads of dicts, and dict arguments. */
export function insertRow(flow: Flow, model: Model, args: Args, site: Pick<CallSite, 'env' | 'at'>, options: { isUpsert?: boolean } = {}): Value {
  const values = new Map<Column, Value>();
  let isOpen = false;
  const set = (name: string, value: Value, place: ReturnType<Flow['place']>, via?: 'generic-update'): void => {
    const relationship = model.relationships.get(name);
    if (relationship) {
      flow.record.relationship(model, relationship, place, flow.currentFn, true);
      for (const column of relationship.local) if (column.table === model.table) values.set(column, value.k === 'const' ? value : someKey(value));
      return;
    }
    const column = model.columns.get(name);
    if (!column) return;
    values.set(column, value);
    flow.record.column(model, name, 'write', place, flow.currentFn, { value, atInsert: true, ...(via ? { via } : {}) });
  };
  const spread = (value: Value, at: EvaluatedArg['at']): void => {
    if (value.k === 'dict') {
      for (const [name, item] of value.entries) set(name, item, value.places?.get(name) ?? flow.place(site.env, at), value.schema ? 'generic-update' : undefined);
      if (value.schema) flow.record.tie(value.schema, model, 'request');
      if (value.rest) isOpen = true;
    } else if (value.k === 'union') value.of.forEach((member) => spread(member, at));
    else if (value.k === 'object') {
      flow.record.tie(value.cls, model, 'request');
      isOpen = true;
    } else if (!(value.k === 'const')) isOpen = true;
  };
  for (const arg of args.list) {
    if (arg.name !== null) set(arg.name, arg.value, flow.place(site.env, arg.at));
    else if (arg.spread === '**' || (arg.spread === null && (arg.value.k === 'dict' || arg.value.k === 'object' || arg.value.k === 'union' || arg.value.k === 'any'))) spread(arg.value, arg.at);
    else isOpen = true;
  }
  // What we cannot see of a new row may hold rows of the tables it refers to.
  if (isOpen) for (const relationship of model.relationships.values()) flow.record.gap({ kind: 'dynamic-access', model: relationship.target, column: null, place: flow.place(site.env, site.at), detail: `${model.name} is created from values whose names are not known, ${relationship.target.name} perhaps with it` });
  flow.record.insert(model, values, flow.place(site.env, site.at), { isOpen, ...(options.isUpsert ? { isUpsert: true } : {}) });
  return { k: 'row', model, isNew: true };
}

/** The value a function returns for these arguments. Equal contexts are evaluated once; recursion and spent budgets give `any`. */
export function callFunction(flow: Flow, callee: Value, args: readonly EvaluatedArg[], options: CallOptions): Value {
  if (callee.k !== 'fn') return ANY;
  const { fn } = callee;
  const isNested = fn.env.kind === 'function' && fn.env.parent !== fn.module.env;
  // `add(**values)` is told the names, whatever the values.
  const informative = args.some((arg) => isInformative(arg.value) || (arg.name !== null && fn.fn.params.some((param) => param.rest === '**')));
  const self = callee.self && isInformative(callee.self) ? keyOf(callee.self) : '';
  const plainKey = `()${self}`;
  let key = informative ? `(${args.map((arg) => `${arg.spread ?? ''}${arg.name ?? ''}=${keyOf(arg.value)}`).join(',')})${self}` : plainKey;
  if (isNested) key += `@${envNumber(fn.env)}`;
  if (options.isConstructor) key += '!';
  if (options.types) key += `<${options.types.map((type) => keyOf(type)).join(',')}>`;
  let calls = flow.calls.get(fn.id);
  if (!calls) flow.calls.set(fn.id, (calls = new Map()));
  const known = calls.get(key);
  if (known !== undefined && !options.isConstructor) {
    if (!options.isDefinition && !flow.isQuiet) flow.claim(fn, args, informative, key);
    flow.record.repeat(known.inserts);
    return known.value ?? ANY;
  }
  if (!options.isDefinition && !flow.isQuiet) flow.claim(fn, args, informative, plainKey);
  if (flow.exhausted || flow.stack.includes(fn.id)) return ANY;
  // A helper that runs the SQL it is given means something else for every text, a method that many classes share for each of them.
  const [counter, limit] = args.some((arg) => sqlTexts(arg.value).length > 0) ? [`${fn.id}:sql`, SQL_CONTEXT_LIMIT] : args.some((arg) => arg.value.k === 'fn') ? [`${fn.id}:fn`, CALLBACK_CONTEXT_LIMIT] : [self ? `${fn.id}@${self}` : fn.id, flow.contextLimit];
  const contexts = flow.contexts.get(counter) ?? 0;
  if (contexts > limit) {
    const plain = calls.get(plainKey) ?? calls.get('()');
    if (plain) flow.record.repeat(plain.inserts);
    return plain?.value ?? ANY;
  }
  flow.contexts.set(counter, contexts + 1);
  if (!flow.contexts.has(fn.id)) flow.contexts.set(fn.id, 0);
  calls.set(key, { value: null, inserts: [] });
  flow.stack.push(fn.id);
  const { record } = flow;
  const { clock, definition, definedFor } = record;
  record.definition = options.isDefinition ? fn.id : isNested ? definition : null;
  record.definedFor = options.isInherited ? `${fn.id}${key}` : isNested ? definedFor : null;
  if (options.isInherited) flow.inherited.set(record.definedFor!, { fn, isCalled: false });
  let value: Value;
  try { value = runFunction(flow, callee, args, options.types ?? []); } finally { flow.stack.pop(); Object.assign(record, { definition, definedFor }); }
  calls.set(key, { value, inserts: flow.record.insertsSince(clock) });
  if (options.isDefinition) flow.defined.set(fn.id, { fn, value });
  return value;
}

const envNumbers = new WeakMap<Env, number>();
let nextEnv = 0;
function envNumber(env: Env): number {
  let number = envNumbers.get(env);
  if (number === undefined) envNumbers.set(env, (number = ++nextEnv));
  return number;
}

function runFunction(flow: Flow, callee: FnValue, args: readonly EvaluatedArg[], types: readonly Value[]): Value {
  const { fn } = callee;
  const env = childEnv(fn.env.kind === 'class' ? fn.env.parent! : fn.env, 'function', fn.owner);
  if (types.length && fn.fn.returns) unboundNames(flow, fn.fn.returns, env).forEach((name, index) => { if (types[index]) env.vars.set(name, types[index]); });
  bindParameters(flow, callee, args, env);
  const returned: ReturnedValue[] = [];
  runStatements(flow, fn.fn.body, env, returned);
  const yields = returned.filter((each) => each.isYield).map((each) => each.value);
  const values = returned.filter((each) => !each.isYield).map((each) => each.value);
  const isContext = fn.fn.decorators.some((decorator) => /contextmanager|fixture/i.test(decorator.k === 'attr' ? decorator.name : decorator.k === 'name' ? decorator.id : ''));
  const value = yields.length ? (isContext || values.length ? union([...yields, ...values]) : { k: 'many' as const, of: union(yields) }) : values.length ? union(values) : ANY;
  return fn.fn.returns && !isTelling(value) ? preferKnown(flow.type(fn.fn.returns, env, callee.self ?? null), value) : value;
}

/** The names of a type that nothing binds: the function's own type parameters, in order. */
function unboundNames(flow: Flow, type: Expr, env: Env): readonly string[] {
  switch (type.k) {
    case 'name': return /^[A-Z]\w*$/.test(type.id) && !LIBRARY_TYPES.has(type.id) && flow.lookup(type.id, env) === null ? [type.id] : [];
    case 'item': return [...unboundNames(flow, type.of, env), ...unboundNames(flow, type.key, env)];
    case 'list': return type.items.flatMap((item) => unboundNames(flow, item, env));
    case 'op': return type.args.flatMap((arg) => unboundNames(flow, arg, env));
    default: return [];
  }
}
const LIBRARY_TYPES = new Set(['Promise', 'Array', 'ReadonlyArray', 'Record', 'Map', 'Set', 'Partial', 'Readonly', 'Awaited', 'Iterable', 'AsyncIterable', 'Observable', 'Response', 'NonNullable']);

function isTelling(value: Value): boolean {
  return membersOf(value).some((member) => member.k !== 'any' && member.k !== 'const' && member.k !== 'term');
}

function bindParameters(flow: Flow, callee: FnValue, args: readonly EvaluatedArg[], env: Env): void {
  const { fn } = callee;
  let params: readonly Param[] = fn.fn.params;
  if (fn.module.language === 'python') {
    if (fn.owner && params[0] && !isStaticMethod(fn)) {
      const self = callee.self ?? defaultSelf(flow, fn);
      const isClass = isClassMethod(fn.fn);
      if (params[0].target.k === 'name') env.vars.set(params[0].target.id, isClass && (self.k === 'object' || self.k === 'row') ? flow.classValueOf(self) : self);
      env.vars.set('self', self);
      params = params.slice(1);
    }
  } else if (fn.owner && fn.env.kind === 'class') env.vars.set('this', callee.self ?? defaultSelf(flow, fn));
  // A method of an object literal that a dialect gives a receiver.
  else if (callee.self) env.vars.set('this', callee.self);
  const rest = [...args];
  for (const param of params) {
    const given = takeArgument(param, rest);
    const declared = param.type ? flow.type(param.type, env, callee.self ?? null) : ANY;
    let value: Value;
    if (param.rest === '*') value = given.length ? { k: 'list', items: given.map((arg) => arg.value) } : { k: 'many', of: declared };
    else if (param.rest === '**') value = keywords(given, args.length > 0);
    else if (given[0]) value = flow.applications ? given[0].value : taken(param, preferKnown(declared, given[0].value));
    // What a decorator is not given it has not.
    else if (flow.applications && !param.default) value = NULL;
    else value = defaultValue(flow, param, declared, env);
    // What a call gives is told apart as the function's own, whoever calls.
    if (value.k === 'any' && value.id && !value.sql) value = { ...value, id: `${fn.id}:${param.target.at[0]}` };
    if ((value.k === 'any' && !value.id) || (value.k === 'extobj' && value.module === 'builtins') || (value.k === 'union' && value.of.every((member) => member.k === 'any' || (member.k === 'extobj' && member.module === 'builtins')))) value = { k: 'any', id: `${fn.id}:${param.target.at[0]}`, ...(allowsNull(param) ? { mayBeNull: true as const } : {}) };
    if (value.k === 'row' && given.length === 0 && allowsNull(param)) value = { ...value, mayBeNull: true };
    bindPattern(flow, param.target, value, env);
  }
}

/** An argument as its parameter takes it: one of a type that has no null is there, and one that others leave out is asked for on their account. */
function taken(param: Param, value: Value): Value {
  if (param.type && !allowsNull(param)) return withoutNull(value);
  return param.optional || param.default ? onAccountOfOthers(value) : value;
}

function onAccountOfOthers(value: Value): Value {
  if (value.k === 'field') return { ...value, isLeftOut: true };
  if (value.k !== 'row' || !value.link) return value.k === 'union' ? { k: 'union', of: value.of.map(onAccountOfOthers) } : value;
  const { link: _, ...row } = value;
  return row;
}

function isStaticMethod(fn: FnRef): boolean {
  return fn.fn.decorators.some((decorator) => decorator.k === 'name' && decorator.id === 'staticmethod') || (fn.env.kind !== 'class');
}

function defaultSelf(flow: Flow, fn: FnRef): Value {
  const model = flow.modelsByClass.get(fn.owner!.id);
  return model ? { k: 'row', model } : { k: 'object', cls: fn.owner! };
}

/** The parameter may be left out, or its type says that it may be null. */
function allowsNull({ type, optional, default: preset }: Param): boolean {
  const isNull = (expr: Expr | undefined): boolean => expr?.k === 'lit' && expr.v === null;
  if (optional || isNull(preset)) return true;
  if (type?.k === 'op') return type.op === '|' && type.args.some((arg) => isNull(arg) || allowsNull({ target: type, type: arg }));
  return type?.k === 'item' && ((type.of.k === 'name' && type.of.id === 'Optional') || (type.of.k === 'attr' && type.of.name === 'Optional'));
}

function takeArgument(param: Param, rest: EvaluatedArg[]): readonly EvaluatedArg[] {
  if (param.rest === '*') return rest.splice(0, rest.length).filter((arg) => arg.name === null);
  if (param.rest === '**') return rest.splice(0, rest.length).filter((arg) => arg.name !== null || arg.spread === '**');
  const name = param.target.k === 'name' ? param.target.id : null;
  const named = rest.findIndex((arg) => arg.name !== null && arg.name === name);
  if (named >= 0) return rest.splice(named, 1);
  const open = rest.find((arg) => arg.spread === '**' && arg.value.k === 'dict' && name !== null && arg.value.entries.has(name));
  if (open?.value.k === 'dict') return [{ ...open, value: open.value.entries.get(name!)!, spread: null }];
  const next = rest.findIndex((arg) => arg.name === null && arg.spread === null);
  const spread = rest.findIndex((arg) => arg.spread === '*');
  return next >= 0 && (spread === -1 || next < spread) ? rest.splice(next, 1) : [];
}

function defaultValue(flow: Flow, param: Param, declared: Value, env: Env): Value {
  const given = flow.ask('parameter', env.module.language, (api) => api.parameter!(flow, param, declared, env));
  if (given !== undefined) return given;
  if (declared.k !== 'any') return declared;
  const value = param.default ? flow.quiet(() => flow.expr(param.default as Expr, env)) : ANY;
  return value.k === 'const' && (value.v === null || typeof value.v !== 'string') ? ANY : value;
}
