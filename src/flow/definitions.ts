/** Functions and classes where they are defined: each is evaluated for its own sake, with arguments nobody knows. */
import type { Stmt } from '../facts/code.js';
import { lineage, ownMembers, typeParams } from './classes.js';
import type { Flow } from './evaluate.js';
import { handToBases } from './hand-over.js';
import { callHook, isInsertHook } from './insert-hooks.js';
import type { Env } from './program.js';
import { runStatement } from './statements.js';
import type { ClassRef, FnRef, Value } from './value.js';

/** A function: bound in the scope of another one, and evaluated for its own sake. */
export function defineFunction(flow: Flow, fn: (Stmt & { k: 'def' })['fn'], env: Env): void {
  const ref = flow.fnRef(fn, env, env.kind === 'class' ? env.owner : null);
  const value: Value = { k: 'fn', fn: ref };
  if (fn.name && env.kind === 'function') env.vars.set(fn.name, value);
  if (flow.isQuiet) {
    if (flow.carried.isKeeper(fn)) flow.callFn(value, [], { isDefinition: true });
    return;
  }
  for (const decorator of fn.decorators) flow.expr(decorator, env);
  evaluateDefined(flow, ref, undefined);
}

/** Evaluates a function with arguments nobody knows, and tells of what it returns; an insert hook with the rows that it is called for. */
function evaluateDefined(flow: Flow, fn: FnRef, self: Value | undefined): void {
  flow.define(fn, isInsertHook(flow, fn) ? callHook(flow, fn, self) : flow.callFn({ k: 'fn', fn, ...(self ? { self } : {}) }, [], { isDefinition: true }));
}

/** Runs a class body: its methods are evaluated once with the class itself as receiver. */
export function defineClass(flow: Flow, cls: (Stmt & { k: 'class' })['cls'], env: Env): void {
  const isLocal = env.kind === 'function' && !isOfModule(cls, env);
  const ref = flow.classRef(cls, env.kind === 'function' && !isLocal ? env.module.env : env);
  for (const decorator of cls.decorators) flow.expr(decorator, env);
  handToBases(flow, ref, env);
  const model = flow.modelsByClass.get(ref.id);
  const self: Value = model ? { k: 'row', model } : { k: 'object', cls: ref };
  if (isLocal) env.vars.set(cls.name, flow.classValue(ref));
  const told = flow.isQuiet ? undefined : flow.ask('defineClass', env.module.language, (api) => api.defineClass!(flow, ref));
  for (const stmt of cls.body) {
    if (stmt.k === 'def') {
      for (const decorator of stmt.fn.decorators) flow.expr(decorator, ref.env);
      evaluateDefined(flow, flow.fnRef(stmt.fn, ref.env, ref), self);
    } else if (stmt.k === 'class') defineClass(flow, stmt.cls, ref.env);
    // `check = async (text: string) => …`: a method of a model all the same; its other fields are columns.
    else if (stmt.k === 'set' && stmt.value?.k === 'fn' && model)
      evaluateDefined(flow, flow.fnRef(stmt.value.fn, ref.env, ref), stmt.isStatic ? undefined : self);
    else if (stmt.k === 'set' && stmt.value && !model && cls.form === 'class' && !(stmt.target.k === 'name' && told?.has(stmt.target.id)))
      flow.expr(stmt.value, ref.env);
    else if (stmt.k === 'if' || stmt.k === 'expr') runStatement(flow, stmt, ref.env, []);
  }
  if (!model && cls.form === 'class' && cls.isAbstract !== true) inheritGeneric(flow, ref, self);
}

/** What a generic base does is done once for each class that says what its types are. */
function inheritGeneric(flow: Flow, cls: ClassRef, self: Value): void {
  const [, ...bases] = lineage(flow, cls);
  const seen = new Set(ownMembers(flow, cls).keys());
  let isGeneric = false;
  for (const base of bases) isGeneric ||= typeParams(flow, base).length > 0;
  for (const base of isGeneric ? bases : []) for (const [name, member] of ownMembers(flow, base)) {
    if (seen.has(name) || member.k !== 'method') continue;
    seen.add(name);
    if (name === 'constructor' || name === '__init__') continue;
    const outcome = flow.callFn({ k: 'fn', fn: member.fn, self }, [], { isDefinition: true, isInherited: true });
    flow.define(member.fn, outcome);
  }
}

/** Top-level statements run in a scope of their own beside the module's; classes belong to the module's, those of functions to the function. */
function isOfModule(cls: (Stmt & { k: 'class' })['cls'], env: Env): boolean {
  return env.module.bindings.get(cls.name)?.some((binding) => binding.k === 'class' && binding.cls === cls) === true;
}
