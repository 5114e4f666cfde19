/** Types of the generated client: rows, payloads. https://www.prisma.io/docs/orm/prisma-client/type-safety */
import type { Expr } from '../../facts/code.js';
import type { Flow } from '../../flow/evaluate.js';
import type { Env } from '../../flow/program.js';
import type { Value } from '../../flow/value.js';
import { accessors, isClientModule, modelNamed } from './models.js';

/** `User` and `Prisma.UserGetPayload<…>` are rows; undefined for other names. */
export function annotation(flow: Flow, name: Value, _args: readonly Expr[], env: Env): Value | undefined {
  if (name.k !== 'ext' || name.name === null || accessors(flow).size === 0 || !isClientModule(name.module)) return undefined;
  const payload = /^Prisma\.(\w+)GetPayload$/.exec(name.name);
  const model = payload ? modelNamed(flow, payload[1]!, env.module.path) : /^[A-Z]\w*$/.test(name.name) ? modelNamed(flow, name.name, env.module.path) : null;
  return model && (payload || model.name === name.name) ? { k: 'row', model } : undefined;
}
