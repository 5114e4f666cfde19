/** What dialects say of calls, attributes and the like, which are asked for with every step: unlike `Flow.ask`, without a closure for each. */
import type { CallSite } from '../dialects/dialect.js';
import type { Expr, Param, Span } from '../facts/code.js';
import type { Flow } from './evaluate.js';
import type { Env } from './program.js';
import { union } from './unions.js';
import type { Value } from './value.js';

export function askCall(flow: Flow, site: CallSite): Value | undefined {
  // Of most calls the first argument is one value.
  if (site.args.list[0]?.value.k === 'union') {
    const apart = forEachModel(site, site.args.list[0].value);
    if (apart) { const own = apart.flatMap((each) => askOneCall(flow, each) ?? []); return own.length > 0 ? union(own) : undefined; }
  }
  return askOneCall(flow, site);
}

function askOneCall(flow: Flow, site: CallSite): Value | undefined {
  for (const api of flow.hooks.of('call', site.env.module.language)) {
    const own = api.call!(flow, site);
    if (own !== undefined) return own;
  }
  return undefined;
}

/** `for (const entity of [User, Post]) manager.find(entity)`: a call that is given one of several models first is one for each of them. Null for any other. */
function forEachModel(site: CallSite, given: Value & { k: 'union' }): readonly CallSite[] | null {
  const models: readonly Value[] = given.of.filter((member) => member.k === 'model' || member.k === 'class');
  if (models.length < 2) return null;
  const [first, ...others] = site.args.list;
  const rest = given.of.filter((member) => !models.includes(member));
  return [...models, ...(rest.length > 0 ? [union(rest)] : [])].map((value) => ({ ...site, args: { list: [{ ...first!, value }, ...others] } }));
}

export function askAttribute(flow: Flow, of: Value, name: string, env: Env, at: Span): Value | undefined {
  for (const api of flow.hooks.of('attribute', env.module.language)) {
    const own = api.attribute!(flow, of, name, env, at);
    if (own !== undefined) return own;
  }
  return undefined;
}

export function askItem(flow: Flow, of: Value, key: Value, env: Env, at: Span): Value | undefined {
  for (const api of flow.hooks.of('item', env.module.language)) {
    const own = api.item!(flow, of, key, env, at);
    if (own !== undefined) return own;
  }
  return undefined;
}

export function askElement(flow: Flow, of: Value, env: Env, at: Span): Value | undefined {
  for (const api of flow.hooks.of('element', env.module.language)) {
    const own = api.element!(flow, of, env, at);
    if (own !== undefined) return own;
  }
  return undefined;
}

export function askOperator(flow: Flow, op: string, args: readonly Value[], env: Env, at: Span, written: readonly Expr[] = []): Value | undefined {
  for (const api of flow.hooks.of('operator', env.module.language)) {
    const own = api.operator!(flow, op, args, env, at, written);
    if (own !== undefined) return own;
  }
  return undefined;
}

export function askParameter(flow: Flow, param: Param, declared: Value, env: Env): Value | undefined {
  for (const api of flow.hooks.of('parameter', env.module.language)) {
    const own = api.parameter!(flow, param, declared, env);
    if (own !== undefined) return own;
  }
  return undefined;
}

/** Whether a dialect says what setting the attribute means. */
export function isAssigned(flow: Flow, of: Value, name: string, value: Value, env: Env, at: Span): boolean {
  for (const api of flow.hooks.of('assign', env.module.language)) if (api.assign!(flow, of, name, value, env, at)) return true;
  return false;
}
