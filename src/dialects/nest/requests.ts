/**
 * The request behind a handler: what guards keep on it, and decorators of parameters take from it. https://docs.nestjs.com/custom-decorators
 * https://docs.nestjs.com/fundamentals/execution-context
 */
import type { Expr, Param } from '../../facts/code.js';
import { lastName } from '../../flow/arguments.js';
import type { Flow } from '../../flow/evaluate.js';
import { keep } from '../../flow/hand-out.js';
import type { Env } from '../../flow/program.js';
import { isStrategy } from '../../flow/script-keepers.js';
import { ANY, membersOf, type EvaluatedArg, type FnRef, type SpecialValue, type Value } from '../../flow/value.js';
import type { CallSite } from '../dialect.js';

const DIALECT = 'nest';
const CONTEXT: Value = { k: 'extobj', module: '@nestjs/common', name: 'ExecutionContext', args: [] };
const REQUEST: Value = { k: 'extobj', module: '@nestjs/common', name: 'Request', args: [] };
/** What leads from the context of a call to its request, by the types that the steps have. */
const STEPS: ReadonlyMap<string, Value> = new Map<string, Value>([
  ['ExecutionContext.switchToHttp', { k: 'extobj', module: '@nestjs/common', name: 'HttpArgumentsHost', args: [] }],
  ['ArgumentsHost.switchToHttp', { k: 'extobj', module: '@nestjs/common', name: 'HttpArgumentsHost', args: [] }],
  ['HttpArgumentsHost.getRequest', REQUEST],
  ['GqlExecutionContext.getContext', { k: 'extobj', module: '@nestjs/graphql', name: 'GqlContext', args: [] }],
]);

/** `context.switchToHttp().getRequest()`, `GqlExecutionContext.create(context).getContext()`, and the making of a decorator. */
export function requestCall(flow: Flow, { callee, receiver, name, args, env, at }: CallSite): Value | undefined {
  if (receiver === null)
    return callee.k === 'ext' && /^@nestjs\//.test(callee.module) && lastName(callee) === 'createParamDecorator'
      ? decoratorOf(flow, args.list[0], `${env.module.path}:${at}`)
      : undefined;
  if (receiver.k === 'extobj' && /^@nestjs\//.test(receiver.module)) return STEPS.get(`${receiver.name}.${name}`);
  return receiver.k === 'ext' && receiver.module === '@nestjs/graphql' && lastName(receiver) === 'GqlExecutionContext' && name === 'create'
    ? { k: 'extobj', module: '@nestjs/graphql', name: 'GqlExecutionContext', args: [] }
    : undefined;
}

/** `context.getContext().req` */
export function requestOf(of: Value, name: string): Value | undefined {
  return of.k === 'extobj' && of.name === 'GqlContext' && of.module === '@nestjs/graphql' && /^(req|request)$/.test(name) ? REQUEST : undefined;
}

/** The framework calls the factory, and gives what it returns to the handlers alone. */
function decoratorOf(flow: Flow, given: EvaluatedArg | undefined, key: string): Value | undefined {
  const factory = given?.value;
  if (factory?.k !== 'fn') return undefined;
  flow.callFn(factory, [{ ...given!, value: ANY }, { ...given!, value: CONTEXT }]);
  return { k: 'special', dialect: DIALECT, tag: 'param-decorator', data: { factory }, key };
}

const isDecorator = (value: Value): value is SpecialValue => value.k === 'special' && value.dialect === DIALECT && value.tag === 'param-decorator';

/** What a decorator of the repository's own takes for a parameter whose type tells nothing: a row, or a field of one. */
export function decorated(flow: Flow, { decorators }: Param, declared: Value, env: Env): Value | undefined {
  if (declared.k !== 'any' && !(declared.k === 'extobj' && declared.module === 'builtins' && /^(string|number|bigint)$/.test(declared.name))) return undefined;
  for (const decorator of decorators ?? []) {
    const made = decorator.k === 'call' ? flow.peek(decorator.fn, env) : ANY;
    if (!isDecorator(made)) continue;
    const args = [
      given(decorator, decorator.k === 'call' ? decorator.args[0]?.value : undefined, flow, env),
      { ...given(decorator, undefined, flow, env), value: CONTEXT },
    ];
    let taken: Value = ANY;
    // What the decorator is given is all that it has: `part ? request.user[part] : request.user`.
    flow.quiet(() => flow.applicationsIn(() => { taken = flow.callFn(made.data['factory'] as Value, args); }));
    const known = membersOf(taken).filter((member) => member.k === 'row' || member.k === 'field');
    return known.length > 0 && known.length === membersOf(taken).length ? taken : undefined;
  }
  return undefined;
}

function given(decorator: Expr, written: Expr | undefined, flow: Flow, env: Env): EvaluatedArg {
  return { name: null, value: written ? flow.peek(written, env) : { k: 'const', v: null }, expr: written ?? decorator, spread: null, at: decorator.at };
}

/** Whom a strategy of Passport lets in is kept on the request, and goes nowhere else. */
export function letIn(flow: Flow, fn: FnRef, value: Value): Value | undefined {
  if (fn.name !== 'validate' || fn.owner === null || !isStrategy(fn.owner.cls)) return undefined;
  keep(flow, value, 'request', 'user', flow.place(fn.env, fn.fn.at));
  return ANY;
}
