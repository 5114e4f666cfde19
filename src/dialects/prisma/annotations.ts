/** Types of the generated client: rows, payloads. https://www.prisma.io/docs/orm/prisma-client/type-safety */
import type { Expr } from '../../facts/code.js';
import type { Flow } from '../../flow/evaluate.js';
import type { Env } from '../../flow/program.js';
import { membersOf, type Value } from '../../flow/value.js';
import type { Model } from '../../flow/model.js';
import { readSelection } from './api/select.js';
import { accessors, isClientModule, modelNamed } from './models.js';

/** `User` and `Prisma.UserGetPayload<…>` are rows; undefined for other names. */
export function annotation(flow: Flow, name: Value, args: readonly Expr[], env: Env): Value | undefined {
  if (name.k !== 'ext' || name.name === null || accessors(flow).size === 0 || !isClientModule(name.module)) return undefined;
  const payload = /^Prisma\.(\w+)GetPayload$/.exec(name.name);
  const model = payload ? modelNamed(flow, payload[1]!, env.module.path) : /^[A-Z]\w*$/.test(name.name) ? modelNamed(flow, name.name, env.module.path) : null;
  if (!model || !(payload || model.name === name.name)) return undefined;
  return payload && args[0] ? payloadOf(flow, model, args[0], env) : { k: 'row', model };
}

/** `GetPayload<typeof postWithAuthor>`, `GetPayload<{ select: typeof postSelect }>`: the row has what is selected there and nothing else. */
function payloadOf(flow: Flow, model: Model, given: Expr, env: Env): Value {
  const [asked, ...more] = membersOf(flow.quiet(() => flow.type(given, env)));
  return {
    k: 'row',
    model,
    ...(asked?.k === 'dict' && more.length === 0 ? flow.quiet(() => readSelection(flow, model, asked, flow.place(env, given.at), true)) : {}),
  };
}
