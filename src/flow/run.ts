/** Runs a whole program: everything that is evaluated for its own sake. */
import { makeSpan } from '../facts/span.js';
import type { Flow } from './evaluate.js';
import { handOut } from './hand-out.js';
import { runLiterals } from './literals.js';
import type { Env, ModuleRef } from './program.js';
import { settle } from './settle.js';
import { runStatements } from './statements.js';
import { Vars } from './vars.js';

/** Evaluates every statement and function of these modules once, so that all uses are seen. What functions of entry points return goes outside. */
export function runProgram(flow: Flow, modules: readonly ModuleRef[], isEntryPoint: (path: string) => boolean = () => false): void {
  flow.carried.gather(flow, modules);
  for (const module of modules) {
    const env: Env = { module, parent: module.env, vars: new Vars(), owner: null, kind: 'function', isTop: true };
    guarded(flow, module, () => runStatements(flow, module.code, env, []));
  }
  runLiterals(flow, (ref) => guarded(flow, ref.module, () => flow.define(ref, flow.callFn({ k: 'fn', fn: ref }, [], { isDefinition: true }))));
  runUnasked(flow);
  settle(flow.record, flow.called);
  // What nobody here calls is called by a framework or from outside: a handler, an action, a resolver.
  for (const { fn, value } of flow.defined.values()) {
    const { path, language } = fn.module;
    if (!isEntryPoint(path) && (language !== 'typescript' || flow.called.has(fn))) continue;
    const returned = flow.ask('returned', language, (api) => api.returned!(flow, fn, value)) ?? value;
    handOut(flow, returned, fn.name ?? 'a function', flow.place(fn.env, fn.fn.at));
  }
}

function runUnasked(flow: Flow): void {
  for (const { fnId, run } of flow.unasked.values()) {
    if (fnId !== null) flow.stack.push(fnId);
    run();
    if (fnId !== null) flow.stack.pop();
  }
  flow.unasked.clear();
}

/** Evaluates code of a module; where it is nested beyond the stack, that costs the rest of its file, and is said. */
export function guarded(flow: Flow, { path }: ModuleRef, run: () => void): void {
  try {
    run();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    flow.stack.length = 0;
    flow.branches.length = 0;
    flow.refusals = null;
    flow.heading = null;
    flow.record.gap({ kind: 'budget', model: null, column: null, place: { path, at: makeSpan(0, 1) }, detail: 'the code is nested too deeply to be followed' });
  }
}
