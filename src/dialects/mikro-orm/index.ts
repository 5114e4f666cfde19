import type { Param } from '../../facts/code.js';
import { lastName } from '../../flow/arguments.js';
import type { Flow } from '../../flow/evaluate.js';
import type { Env } from '../../flow/program.js';
import type { Value } from '../../flow/value.js';
import type { Dialect } from '../dialect.js';
import { decorationsOf, isOnlyBefore } from '../shared/decorations.js';
import { assignToNew, insertObject } from '../shared/object-writes.js';
import { call } from './api/calls.js';
import { MANAGER, entityArgument, isManager, isOrm, repositoryOf, repositoryValue } from './api/receivers.js';
import { rowAttribute } from './api/rows.js';
import { declare } from './declare.js';
import { DIALECT, isMikro } from './names.js';

/** MikroORM 5 to 7. */
export const mikroOrm: Dialect = {
  id: DIALECT,
  language: 'typescript',
  declare,
  api: {
    call,
    attribute(flow, of, name, env, at) {
      if (of.k === 'row') { const own = rowAttribute(flow, of, name, flow.place(env, at)); if (own !== undefined) return own; }
      if (name !== 'em' && name !== '_em' && name !== 'entityManager') return undefined;
      return isOrm(of) || isManager(of) || ((of.k === 'extobj' || of.k === 'object') && repositoryOf(flow, of) !== null) ? MANAGER : undefined;
    },
    annotation(flow, name, args, env) {
      // https://mikro-orm.io/docs/type-safe-relations
      if (name.k !== 'ext' || !isMikro(name.module) || !args[0]) return undefined;
      if (
        /^(RequiredEntityData|EntityData|EntityDTO|Loaded|Ref|Reference|Rel|IdentifiedReference|LoadedReference|Opt|Hidden|FromEntityType|InferEntity|ScalarReference)$/.test(
          lastName(name),
        )
      )
        return flow.type(args[0], env);
      return /^(Collection|LoadedCollection)$/.test(lastName(name)) ? { k: 'many', of: flow.type(args[0], env) } : undefined;
    },
    handles: (flow, value) => repositoryOf(flow, value) ?? undefined,
    parameter: injected,
    construct(flow, model, site): Value | undefined {
      // `new User(…)` is filled by its constructor and property by property before it is persisted.
      const [first] = site.args.list;
      if (first?.value.k === 'dict') return insertObject(flow, model, first.value, site.env, site.at, { isOpen: true });
      flow.record.insert(model, new Map(), flow.place(site.env, site.at), { isOpen: true, ...(first ? {} : { isFilledLater: true }) });
      return { k: 'row', model, isNew: true };
    },
    insertHook: (flow, decorators, env) => isOnlyBefore(decorationsOf(flow, decorators, env, isMikro), /^BeforeCreate$/),
    assign: (flow, of, name, value, env, at) => assignToNew(flow, of, DIALECT, name, value, env, at),
  },
};

/** `@InjectRepository(User)` of `@mikro-orm/nestjs`. https://mikro-orm.io/docs/usage-with-nestjs#repositories */
function injected(flow: Flow, param: Param, declared: Value, env: Env): Value | undefined {
  for (const decorator of param.decorators ?? []) {
    if (decorator.k !== 'call') continue;
    const callee = flow.peek(decorator.fn, env);
    if (callee.k !== 'ext' || !isMikro(callee.module)) continue;
    if (/^Inject(EntityManager|MikroORM)$/.test(lastName(callee)) && declared.k === 'any') return MANAGER;
    if (lastName(callee) !== 'InjectRepository' || !decorator.args[0] || repositoryOf(flow, declared) !== null) continue;
    const model = entityArgument(flow, flow.peek(decorator.args[0]!.value, env));
    if (model) return repositoryValue(model);
  }
  return undefined;
}
