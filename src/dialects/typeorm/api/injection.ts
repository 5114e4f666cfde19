/** What Nest injects. https://docs.nestjs.com/techniques/database#repository-pattern */
import type { Param } from '../../../facts/code.js';
import { lastName } from '../../../flow/arguments.js';
import type { Flow } from '../../../flow/evaluate.js';
import type { Env } from '../../../flow/program.js';
import type { Value } from '../../../flow/value.js';
import { MANAGER, entityArgument, repositoryOf, repositoryValue } from './receivers.js';

/** `@InjectRepository(User)`, `@InjectDataSource()`; undefined where the declared type tells more. */
export function injected(flow: Flow, param: Param, declared: Value, env: Env): Value | undefined {
  for (const decorator of param.decorators ?? []) {
    if (decorator.k !== 'call') continue;
    const callee = flow.peek(decorator.fn, env);
    if (callee.k !== 'ext') continue;
    const name = lastName(callee);
    if (name === 'InjectDataSource' || name === 'InjectEntityManager' || name === 'InjectConnection')
      return callee.module.includes('typeorm') ? MANAGER : undefined;
    if (name !== 'InjectRepository' || !callee.module.includes('typeorm') || !decorator.args[0] || repositoryOf(flow, declared) !== null) continue;
    const given = flow.peek(decorator.args[0]!.value, env);
    const model = entityArgument(flow, given);
    if (model) return repositoryValue(model);
    if (given.k === 'class') return { k: 'object', cls: given.cls };
  }
  return undefined;
}
