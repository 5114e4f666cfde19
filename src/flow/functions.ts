/** Functions of the repository, evaluated once for each different context they are called in. */
import type { Expr, Func } from '../facts/code.js';
import { isGeneric } from './classes.js';
import type { Flow } from './evaluate.js';
import { settleRefusal, type Refusal } from './guards.js';
import type { Model } from './model.js';
import { bindParameters, noteGiven } from './parameters.js';
import { childEnv, type Env } from './program.js';
import { isOfRows, noteRowType } from './row-types.js';
import { sqlTexts } from './sql.js';
import { runStatements, type ReturnedValue } from './statements.js';
import { preferKnown, subjectOf, union } from './unions.js';
import { isInformative, keyOf } from './value-keys.js';
import { ANY, isSqlText, membersOf, type EvaluatedArg, type FnRef, type FnValue, type Value } from './value.js';

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

/** The value a function returns for these arguments. Equal contexts are evaluated once; recursion and spent budgets give `any`. */
export function callFunction(flow: Flow, callee: Value, args: readonly EvaluatedArg[], options: CallOptions): Value {
  if (callee.k !== 'fn') return ANY;
  if (callee.self && callee.fn.owner === null && callee.fn.module.language === 'python')
    return callFunction(flow, { k: 'fn', fn: callee.fn }, withReceiver(callee.fn, callee.self, args), options);
  const { fn } = callee;
  // One that another function makes is another one with each call of that.
  const isNested = isMade(fn);
  // What a decorator is given is all that it has: nothing, or null, tells one call from another.
  const informative = isTold(args, fn.fn) || (flow.applications !== null && args.length > 0);
  const self = callee.self && isInformative(callee.self) ? keyOf(callee.self) : '';
  const plainKey = self ? `()${self}` : '()';
  let key = plainKey;
  if (informative) {
    key = '(';
    for (const { spread, name, value } of args) key += `${spread ?? ''}${name ?? ''}=${keyOf(value)}${name === null ? scopeOf(value) : ''},`;
    key += `)${self}`;
  }
  if (isNested) key += `@${envNumber(fn.env)}`;
  if (options.isConstructor) key += '!';
  if (options.types) key += `<${options.types.map((type) => keyOf(type)).join(',')}>`;
  let calls = flow.calls.get(fn.id);
  if (!calls) flow.calls.set(fn.id, (calls = new Map()));
  const known = options.isConstructor ? undefined : calls.get(key);
  if (!options.isDefinition && !flow.isQuiet) {
    flow.called.note(fn, args, known ? key : plainKey, {
      isInformative: informative,
      isUnbound: isUnbound(flow, callee.self),
      opener: flow.record.opener,
      caller: flow.currentFn,
    });
    noteGiven(flow, callee, args);
  }
  if (known) {
    flow.record.repeat(known.changes, known.opened);
    return known.value ?? ANY;
  }
  if (flow.exhausted || flow.stack.includes(fn.id)) return ANY;
  const { counter, limit } = contextsOf(flow, fn, args, self);
  const contexts = flow.contexts.get(counter) ?? 0;
  const news = newModels(flow, counter, args);
  const shape = contexts > limit && news.length === 0 ? newShape(flow, counter, args, callee.self) : null;
  if (contexts > limit && news.length === 0 && shape === null) {
    const plain = calls.get(plainKey) ?? calls.get('()');
    if (plain) flow.record.repeat(plain.changes, plain.opened);
    return plain?.value ?? ANY;
  }
  flow.contexts.set(counter, contexts + 1);
  for (const model of news) flow.contexts.set(model, 1);
  if (shape !== null) flow.contexts.set(shape, 1);
  if (!flow.contexts.has(fn.id)) flow.contexts.set(fn.id, 0);
  calls.set(key, { value: null, changes: [], opened: [] });
  flow.stack.push(fn.id);
  const { record } = flow;
  const { changes: { clock }, openClock, definition, definedFor, opener } = record;
  record.definition = options.isDefinition ? fn.id : isNested ? definition : null;
  if (options.isDefinition) record.opener = fn.id;
  record.definedFor = options.isInherited ? flow.called.inherit(fn, key) : isNested ? definedFor : null;
  let value: Value;
  try {
    value = runFunction(flow, callee, args, options.types ?? []);
  } finally {
    flow.stack.pop();
    record.definition = definition;
    record.definedFor = definedFor;
    record.opener = opener;
  }
  calls.set(key, { value, changes: record.changes.toRepeat(clock), opened: record.openSince(openClock) });
  if (options.isDefinition) flow.defined.set(fn.id, { fn, value });
  return value;
}

/**
 * A function that another one makes holds what that was called with: `wrap(async () => save(given))`. The handlers of a component, which are given by name, are
 * many and hold little.
 */
function scopeOf(value: Value): string {
  return value.k === 'fn' && isMade(value.fn) ? `@${envNumber(value.fn.env)}` : '';
}

const isMade = ({ env }: FnRef): boolean => env.kind === 'function' && env.isTop !== true;

/** A function of a module that a class has as a method takes the receiver as its first argument. */
function withReceiver({ fn }: FnRef, self: Value, args: readonly EvaluatedArg[]): readonly EvaluatedArg[] {
  const [first] = fn.params;
  return first ? [{ name: null, value: self, expr: first.target, spread: null, at: first.target.at }, ...args] : args;
}

/** A receiver that nobody knows, or that is of a generic class and does not say of what. */
function isUnbound(flow: Flow, self: Value | undefined): boolean {
  return (
    self !== undefined && membersOf(self).some((member) => !isInformative(member) || (member.k === 'object' && !member.args && isGeneric(flow, member.cls)))
  );
}

/** Whether the arguments tell something of what the function does. `add(**values)` is told the names, whatever the values. */
export function isTold(args: readonly EvaluatedArg[], fn: Func): boolean {
  let named = false;
  for (const { name, value } of args) {
    if (isInformative(value)) return true;
    named ||= name !== null;
  }
  return named && fn.params.some((param) => param.rest === '**');
}

/** `"Line"`, `"order.Line"`: a registry of models gives another one for each name. */
function namesModel(flow: Flow, value: Value): boolean {
  return value.k === 'const' && typeof value.v === 'string' && flow.modelsByName.has(value.v.slice(value.v.lastIndexOf('.') + 1));
}

/**
 * What the contexts of a function are counted by, and how many are told apart: a helper that runs the SQL it is given means something else for every text, a
 * method that many classes share for each of them.
 */
function contextsOf(flow: Flow, fn: FnRef, args: readonly EvaluatedArg[], self: string): { readonly counter: string; readonly limit: number } {
  if (args.some((arg) => sqlTexts(arg.value).length > 0)) return { counter: `${fn.id}:sql`, limit: SQL_CONTEXT_LIMIT };
  if (args.some(({ value }) => namesModel(flow, value))) return { counter: `${fn.id}:model`, limit: CALLBACK_CONTEXT_LIMIT };
  if (args.some((arg) => arg.value.k === 'fn')) return { counter: `${fn.id}:fn`, limit: CALLBACK_CONTEXT_LIMIT };
  return { counter: self ? `${fn.id}@${self}` : fn.id, limit: flow.contextLimit };
}

/** The models that a value is about. */
function modelsIn(value: Value): readonly Model[] {
  return membersOf(value).flatMap((member) => {
    const subject = subjectOf(member);
    return subject === undefined || typeof subject === 'string' ? [] : [subject];
  });
}

/** The models in arguments that the function was not given before: what it does with the rows of each is seen once at least. */
function newModels(flow: Flow, counter: string, args: readonly EvaluatedArg[]): readonly string[] {
  return args.flatMap(({ value }) => modelsIn(value)).map((model) => `${counter}>${model.id}`).filter((key) => !flow.contexts.has(key));
}

/**
 * Which columns a function that is about a model is given, by name: `find(Order, { number })`, `order_by(session, Order, number=number)`. Null where it is
 * about none, is given none, or was given the same before.
 */
function newShape(flow: Flow, counter: string, args: readonly EvaluatedArg[], self: Value | undefined): string | null {
  // `Repository<Order>` is about its model.
  const isAboutModel = (value: Value): boolean =>
    membersOf(value).some((member) => modelsIn(member).length > 0 || (member.k === 'object' && member.args?.some((arg) => modelsIn(arg).length > 0) === true));
  if (!(self && isAboutModel(self)) && !args.some(({ value }) => isAboutModel(value))) return null;
  const names = args.flatMap(({ name, value }) => [
    ...(name === null ? [] : [name]),
    ...membersOf(value).flatMap((member) => (member.k === 'dict' ? [...member.entries.keys()] : [])),
  ]);
  const key = `${counter}#${names.sort().join()}`;
  return names.length > 0 && !flow.contexts.has(key) ? key : null;
}

const envNumbers = new WeakMap<Env, number>();
let nextEnv = 0;
function envNumber(env: Env): number {
  let number = envNumbers.get(env);
  if (number === undefined) envNumbers.set(env, (number = ++nextEnv));
  return number;
}

/** Whether a function was evaluated in the very scope in which it was made. */
export function ranIn(flow: Flow, { id, env }: FnRef): boolean {
  const end = `@${envNumber(env)}`;
  return [...flow.calls.get(id)?.keys() ?? []].some((key) => key.endsWith(end));
}

function runFunction(flow: Flow, callee: FnValue, args: readonly EvaluatedArg[], types: readonly Value[]): Value {
  const { fn } = callee;
  const env = childEnv(fn.env.kind === 'class' ? fn.env.parent! : fn.env, 'function', fn.owner, fn.fn);
  if (types.length && fn.fn.returns) bindTypes(flow, fn.fn.returns, types, env);
  bindParameters(flow, callee, args, env);
  const returned: ReturnedValue[] = [];
  const outer = flow.refusals;
  const refusals: Refusal[] = (flow.refusals = []);
  runStatements(flow, fn.module.language === 'typescript' ? inOrder(fn.fn) : fn.fn.body, env, returned);
  flow.refusals = outer;
  for (const refusal of refusals) settleRefusal(flow, refusal);
  const yields = returned.filter((each) => each.isYield).map((each) => each.value);
  const values = returned.filter((each) => !each.isYield).map((each) => each.value);
  const isContext = fn.fn.decorators.some((decorator) =>
    /contextmanager|fixture/i.test(decorator.k === 'attr' ? decorator.name : decorator.k === 'name' ? decorator.id : ''),
  );
  const value = yields.length
    ? isContext || values.length
      ? union([...yields, ...values])
      : { k: 'many' as const, of: union(yields) }
    : values.length
      ? union(values)
      : ANY;
  if (fn.fn.returns && fn.module.language === 'typescript' && isOfRows(value)) noteRowType(flow, flow.type(fn.fn.returns, env, callee.self ?? null), value);
  if (!fn.fn.returns || isTelling(value)) return value;
  const declared = flow.type(fn.fn.returns, env, callee.self ?? null);
  // A library's call that is written out says more than the name of a library's type: `Column(…)` in a function `: PropertyDecorator`.
  return declared.k === 'extobj' && value.k === 'term' ? value : preferKnown(declared, value);
}

const orders = new WeakMap<Func, Func['body']>();

/** Functions that are declared after the last statement that runs (`return { load }; function load() {}`) are there before it. */
function inOrder(fn: Func): Func['body'] {
  let order = orders.get(fn);
  if (order) return order;
  const end = fn.body.findIndex((stmt) => stmt.k === 'return');
  const after = end < 0 ? [] : fn.body.slice(end + 1).filter((stmt) => stmt.k === 'def');
  order = after.length > 0 ? [...fn.body.slice(0, end), ...after, fn.body[end]!] : fn.body;
  orders.set(fn, order);
  return order;
}

/** The function's own type parameters are what the call says they are. */
function bindTypes(flow: Flow, returns: Expr, types: readonly Value[], env: Env): void {
  unboundNames(flow, returns, env).forEach((name, index) => { if (types[index]) env.vars.set(name, types[index]); });
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
const LIBRARY_TYPES = new Set([
  'Promise', 'Array', 'ReadonlyArray', 'Record', 'Map', 'Set', 'Partial', 'Readonly', 'Awaited', 'Iterable', 'AsyncIterable', 'Observable', 'Response',
  'NonNullable',
]);

function isTelling(value: Value): boolean {
  return membersOf(value).some((member) => (member.k !== 'any' || isSqlText(member)) && member.k !== 'const' && member.k !== 'term');
}
