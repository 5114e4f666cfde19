import { entry, isExternal } from '../../flow/arguments.js';
import { keyOf } from '../../flow/value-keys.js';
import type { Value } from '../../flow/value.js';
import type { Dialect } from '../dialect.js';
import { decorationsOf, isOnlyBefore } from '../shared/decorations.js';
import { builderOf } from './api/builder.js';
import { call } from './api/calls.js';
import { injected } from './api/injection.js';
import { MANAGER, isManager, isTypeorm, repositoryOf } from './api/receivers.js';
import { declare } from './declare.js';

/** TypeORM 0.2 and 0.3. */
export const typeorm: Dialect = {
  id: 'typeorm',
  language: 'typescript',
  declare,
  api: {
    call,
    attribute(flow, of, name) {
      const builder = builderOf(of);
      if (builder) return name === 'alias' && builder.rootAlias ? { k: 'const', v: builder.rootAlias } : undefined;
      if (name !== 'manager' && name !== 'connection' && name !== 'dataSource') {
        const method = of.k === 'extobj' && isTypeorm(of.module) ? entry(of.args[1], name) : null;
        return method?.k === 'fn' ? { ...method, self: of } : undefined;
      }
      return (of.k === 'extobj' || of.k === 'term' || of.k === 'object') && (isManager(flow, of) || repositoryOf(flow, of) !== null) ? MANAGER : undefined;
    },
    annotation(flow, name, args, env) {
      // Parts of an entity are known by its columns.
      if (!isExternal(name, 'typeorm') || name.k !== 'ext' || !/^(DeepPartial|QueryDeepPartialEntity|QueryPartialEntity)$/.test(name.name ?? ''))
        return undefined;
      return args[0] ? flow.type(args[0], env) : undefined;
    },
    // Instances are given to calls everywhere: what a class says of itself is worked out once.
    handles: (flow, value) =>
      (value.k === 'object' ? flow.memo('typeorm-handled', keyOf(value), () => repositoryOf(flow, value), null) : repositoryOf(flow, value)) ?? undefined,
    parameter: injected,
    insertHook: (flow, decorators, env) => isOnlyBefore(decorationsOf(flow, decorators, env, isTypeorm), /^BeforeInsert$/),
    construct(flow, model, site): Value | undefined {
      // `new User()` is filled property by property before it is saved.
      if (site.args.list.length > 0) return undefined;
      flow.record.insert(model, new Map(), flow.place(site.env, site.at), { isOpen: true, isFilledLater: true });
      return { k: 'row', model, isNew: true };
    },
    assign(flow, of, name, value, env, at) {
      if (of.k !== 'row' || of.model.dialect !== 'typeorm' || !of.isNew || !of.model.columns.has(name)) return false;
      flow.record.column(of.model, name, 'write', flow.place(env, at), flow.currentFn, { value, atInsert: true });
      return true;
    },
  },
};
