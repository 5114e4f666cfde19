/** What a function's parameters are bound to: what a call gives, a default, or what the type says. */
import type { Expr, Param } from '../facts/code.js';
import { spanStart } from '../facts/span.js';
import { askParameter } from './ask.js';
import { isClassMethod, isEnum } from './classes.js';
import type { Flow } from './evaluate.js';
import { tellsPart } from './identity.js';
import { keywords } from './keywords.js';
import { foundThere } from './nulls.js';
import { bindPattern } from './patterns.js';
import { isSurelyThere, presenceOf } from './presence.js';
import type { Env } from './program.js';
import { preferKnown } from './unions.js';
import { ANY, NULL, isSqlText, type EvaluatedArg, type FnRef, type FnValue, type Value } from './value.js';

/** Notes what a call that code makes gives the parameters. */
export function noteGiven(flow: Flow, { fn }: FnValue, args: readonly EvaluatedArg[]): void {
  if (flow.isQuiet || !isAnyTraced(flow, args)) return;
  const rest = [...args];
  for (const param of ownParameters(fn)) {
    if (param.rest) return;
    const [given] = takeArgument(param, rest);
    if (given?.value.k === 'any' && isAttribute(given.expr)) flow.record.arguments.pass(given.expr, { fn, param });
    if (given && isTraced(flow, given))
      flow.record.arguments.give(parameterId(fn, param), given.expr, given.value, { path: given.path!, at: given.at }, flow.record.definition !== null);
  }
}

/** Whether an argument is an attribute of something, casts aside: `req.user!`. */
function isAttribute(expr: Expr): boolean {
  return expr.k === 'cast' ? isAttribute(expr.of) : expr.k === 'attr' || expr.k === 'item';
}

/** An argument of a call in sight whose value can be told from others, or is held by a variable. */
function isTraced(flow: Flow, { path, value, at }: EvaluatedArg): boolean {
  return (
    path !== undefined && ((value.k === 'any' && value.id !== undefined) || value.k === 'dict' || flow.record.arguments.holderAt({ path, at }) !== undefined)
  );
}

function isAnyTraced(flow: Flow, args: readonly EvaluatedArg[]): boolean {
  for (const arg of args) if (isTraced(flow, arg)) return true;
  return false;
}

/** A value that nothing tells from others: unknown, or a text or number. */
function isAnyone(value: Value): boolean {
  return (value.k === 'any' && !value.id && !isSqlText(value)) || (value.k === 'extobj' && value.module === 'builtins');
}

/** What tells the value of a parameter from others. */
function parameterId(fn: FnRef, { target }: Param): string {
  let id = parameterIds.get(target);
  if (id === undefined) parameterIds.set(target, (id = `${fn.id}:${spanStart(target.at)}`));
  return id;
}
const parameterIds = new WeakMap<Expr, string>();

/** The parameters that a call's arguments are for: not the receiver. */
function ownParameters(fn: FnRef): readonly Param[] {
  return fn.module.language === 'python' && fn.owner && fn.fn.params[0] && !isStaticMethod(fn) ? fn.fn.params.slice(1) : fn.fn.params;
}

/** Binds the parameters of a function, and its receiver, in the scope of its body. */
export function bindParameters(flow: Flow, callee: FnValue, args: readonly EvaluatedArg[], env: Env): void {
  const { fn } = callee;
  const { params } = fn.fn;
  if (fn.module.language === 'python') {
    if (fn.owner && params[0] && !isStaticMethod(fn)) {
      const self = callee.self ?? defaultSelf(flow, fn);
      const isClass = isClassMethod(fn.fn);
      if (params[0].target.k === 'name')
        env.vars.set(params[0].target.id, isClass && (self.k === 'object' || self.k === 'row') ? flow.classValueOf(self) : self);
      env.vars.set('self', self);
    }
  } else if (fn.owner && fn.env.kind === 'class') env.vars.set('this', callee.self ?? defaultSelf(flow, fn));
  // A method of an object literal that a dialect gives a receiver.
  else if (callee.self) env.vars.set('this', callee.self);
  const rest = [...args];
  for (const param of ownParameters(fn)) {
    const given = takeArgument(param, rest);
    const declared = param.type ? flow.type(param.type, env, callee.self ?? null) : ANY;
    let value: Value;
    if (param.rest === '*') value = given.length ? { k: 'list', items: given.map((arg) => arg.value) } : { k: 'many', of: declared };
    else if (param.rest === '**') value = keywords(given, args.length > 0);
    else if (given[0]) value = flow.applications ? given[0].value : taken(param, preferKnown(declared, given[0].value));
    // What a decorator is not given it has not.
    else if (flow.applications && !param.default) value = NULL;
    else value = args.length > 0 && isNullUnlessGiven(param, declared) ? NULL : defaultValue(flow, param, declared, env);
    // What a call gives is told apart as the function's own, whoever calls.
    if (value.k === 'any' && value.id && !isSqlText(value)) value = { ...value, id: parameterId(fn, param) };
    if (
      isAnyone(value) ||
      (value.k === 'union' && value.of.every((member) => (member.k === 'any' && !isSqlText(member)) || (member.k === 'extobj' && member.module === 'builtins')))
    )
      value = { k: 'any', id: parameterId(fn, param), ...presenceIn(param, declared) };
    if (value.k === 'object' && isEnum(flow, value.cls)) value = { ...value, id: parameterId(fn, param) };
    if (value.k === 'dict' && (given.length === 0 || hasUnknown(value.entries)))
      value = { ...value, entries: ownEntries(value.entries, parameterId(fn, param), given.length > 0) };
    if (value.k === 'row' && given.length === 0) value = allowsNull(param) ? { ...value, mayBeNull: true } : param.type ? foundThere(value) : value;
    bindPattern(flow, param.target, value, env);
  }
}

/** What the entries of a parameter are told by: where a call gives them, as the function's own, whoever calls. */
function ownEntries(entries: ReadonlyMap<string, Value>, id: string, isGiven: boolean): ReadonlyMap<string, Value> {
  return new Map(
    [...entries].map(([name, entry]) => [
      name,
      (isGiven ? isUnknown(entry) : isAnyone(entry)) ? { ...presenceOf(entry), k: 'any', id: `${id}.${name}` } : entry,
    ]),
  );
}

/** An argument as its parameter takes it: one of a type that has no null is there, and one that others leave out is asked for on their account. */
function taken(param: Param, value: Value): Value {
  if (param.type && !allowsNull(param)) return foundThere(value);
  return param.optional || param.default ? onAccountOfOthers(value) : value;
}

function hasUnknown(entries: ReadonlyMap<string, Value>): boolean {
  for (const entry of entries.values()) if (isUnknown(entry)) return true;
  return false;
}

/** A value that nothing tells from others, or only that it is a part of some object. */
const isUnknown = (value: Value): boolean => isAnyone(value) || (value.k === 'any' && value.id !== undefined && tellsPart(value.id) && !isSqlText(value));

function presenceIn(param: Param, declared: Value): ReturnType<typeof presenceOf> {
  const { optional, ...given } = param;
  if (allowsNull(given)) return { mayBeNull: true };
  return optional ? { mayBeNull: true, mayBeLeftOut: true } : isSurelyThere(declared) ? { isThere: true } : {};
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
  const isNull = (expr: Expr | undefined): boolean => (expr?.k === 'lit' && expr.v === null) || (expr?.k === 'name' && expr.id === 'undefined');
  if (optional || isNull(preset)) return true;
  if (type?.k === 'op') return type.op === '|' && type.args.some((arg) => isNull(arg) || allowsNull({ target: type, type: arg }));
  return type?.k === 'item' && ((type.of.k === 'name' && type.of.id === 'Optional') || (type.of.k === 'attr' && type.of.name === 'Optional'));
}

const NONE: readonly EvaluatedArg[] = [];

/** Takes what the call gives a parameter out of what is left of its arguments. */
function takeArgument(param: Param, rest: EvaluatedArg[]): readonly EvaluatedArg[] {
  if (param.rest === '*') return rest.splice(0, rest.length).filter((arg) => arg.name === null);
  if (param.rest === '**') return rest.splice(0, rest.length).filter((arg) => arg.name !== null || arg.spread === '**');
  if (rest.length === 0) return NONE;
  const name = param.target.k === 'name' ? param.target.id : null;
  for (let index = 0; name !== null && index < rest.length; index++) if (rest[index]!.name === name) return rest.splice(index, 1);
  for (const arg of rest)
    if (arg.spread === '**' && arg.value.k === 'dict' && name !== null && arg.value.entries.has(name))
      return [{ ...arg, value: arg.value.entries.get(name)!, spread: null }];
  for (let index = 0; index < rest.length; index++) {
    if (rest[index]!.spread === '*') return NONE;
    if (rest[index]!.name === null && rest[index]!.spread === null) return rest.splice(index, 1);
  }
  return NONE;
}

/** `order_by: str | None = None`, of a type that tells nothing. */
function isNullUnlessGiven({ default: preset }: Param, declared: Value): boolean {
  return preset?.k === 'lit' && preset.v === null && (declared.k === 'any' || (declared.k === 'extobj' && declared.module === 'builtins'));
}

/**
 * What a parameter is bound to that the call leaves out. Any caller may give it something else, except where one declaration is evaluated: what that leaves out
 * has its default.
 */
function defaultValue(flow: Flow, param: Param, declared: Value, env: Env): Value {
  const preset = flow.isDeclaring && param.default ? flow.peek(param.default, env) : ANY;
  if (preset.k === 'const') return preset;
  const given = askParameter(flow, param, declared, env);
  if (given !== undefined) return given;
  if (declared.k !== 'any') return declared;
  const value = param.default ? flow.peek(param.default, env) : ANY;
  return value.k === 'const' && (value.v === null || typeof value.v !== 'string') ? ANY : value;
}
