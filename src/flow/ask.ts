/** What dialects say of calls, attributes and the like, which are asked for with every step: unlike `Flow.ask`, without a closure for each. */
import type { CallSite } from '../dialects/dialect.js';
import type { Expr, Param, Span } from '../facts/code.js';
import type { Flow } from './evaluate.js';
import type { Env } from './program.js';
import type { Value } from './value.js';

export function askCall(flow: Flow, site: CallSite): Value | undefined {
  for (const api of flow.apis('call', site.env.module.language)) {
    const own = api.call!(flow, site);
    if (own !== undefined) return own;
  }
  return undefined;
}

export function askAttribute(flow: Flow, of: Value, name: string, env: Env, at: Span): Value | undefined {
  for (const api of flow.apis('attribute', env.module.language)) {
    const own = api.attribute!(flow, of, name, env, at);
    if (own !== undefined) return own;
  }
  return undefined;
}

export function askItem(flow: Flow, of: Value, key: Value, env: Env, at: Span): Value | undefined {
  for (const api of flow.apis('item', env.module.language)) {
    const own = api.item!(flow, of, key, env, at);
    if (own !== undefined) return own;
  }
  return undefined;
}

export function askElement(flow: Flow, of: Value, env: Env, at: Span): Value | undefined {
  for (const api of flow.apis('element', env.module.language)) {
    const own = api.element!(flow, of, env, at);
    if (own !== undefined) return own;
  }
  return undefined;
}

export function askOperator(flow: Flow, op: string, args: readonly Value[], env: Env, at: Span, written: readonly Expr[] = []): Value | undefined {
  for (const api of flow.apis('operator', env.module.language)) {
    const own = api.operator!(flow, op, args, env, at, written);
    if (own !== undefined) return own;
  }
  return undefined;
}

export function askParameter(flow: Flow, param: Param, declared: Value, env: Env): Value | undefined {
  for (const api of flow.apis('parameter', env.module.language)) {
    const own = api.parameter!(flow, param, declared, env);
    if (own !== undefined) return own;
  }
  return undefined;
}

/** Whether a dialect says what setting the attribute means. */
export function isAssigned(flow: Flow, of: Value, name: string, value: Value, env: Env, at: Span): boolean {
  for (const api of flow.apis('assign', env.module.language)) if (api.assign!(flow, of, name, value, env, at)) return true;
  return false;
}
