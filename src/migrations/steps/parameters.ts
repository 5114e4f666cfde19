/** Binding of arguments to parameters, exactly, for functions that are entered step by step. */
import type { Param } from '../../facts/code.js';
import type { Flow } from '../../flow/evaluate.js';
import type { Env } from '../../flow/program.js';
import { bindPattern } from '../../flow/patterns.js';
import { ANY, type EvaluatedArg, type FnValue, type Value } from '../../flow/value.js';
import { keepSource } from './sources.js';

/** Sets the parameters of `fn` in the scope of its body, `env`; `from` is the scope in which the arguments are written. */
export function bindParameters(flow: Flow, { fn, self }: FnValue, args: readonly EvaluatedArg[], env: Env, from: Env | null): void {
  const rest = [...args];
  let params: readonly Param[] = fn.fn.params;
  const isMethod = fn.owner !== null && fn.env.kind === 'class';
  if (isMethod && fn.module.language === 'python') {
    const [first] = params;
    if (first?.target.k === 'name') env.vars.set(first.target.id, self ?? { k: 'object', cls: fn.owner! });
    params = params.slice(1);
  } else if (isMethod) env.vars.set('this', self ?? { k: 'object', cls: fn.owner! });
  for (const param of params) {
    const given = take(param, rest);
    const value: Value = param.rest ? restValue(param, given) : given[0]?.value ?? (param.default ? flow.expr(param.default, env) : ANY);
    bindPattern(flow, param.target, value, env);
    if (param.target.k === 'name' && given[0] && from) keepSource(env, param.target.id, given[0].expr, from);
  }
}

function restValue(param: Param, given: readonly EvaluatedArg[]): Value {
  return param.rest === '*'
    ? { k: 'list', items: given.map((arg) => arg.value) }
    : { k: 'dict', entries: new Map(given.flatMap((arg) => (arg.name === null ? [] : [[arg.name, arg.value] as const]))), rest: null };
}

function take(param: Param, rest: EvaluatedArg[]): readonly EvaluatedArg[] {
  if (param.rest) return rest.splice(0, rest.length).filter((arg) => (param.rest === '*' ? arg.name === null : arg.name !== null));
  const name = param.target.k === 'name' ? param.target.id : null;
  const named = rest.findIndex((arg) => arg.name !== null && arg.name === name);
  const next = named >= 0 ? named : rest.findIndex((arg) => arg.name === null && arg.spread === null);
  return next >= 0 ? rest.splice(next, 1) : [];
}
