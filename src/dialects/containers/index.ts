/**
 * Containers of injected objects: what one is asked for a class gives an instance of it. https://github.com/microsoft/tsyringe https://inversify.io
 * https://docs.nestjs.com/fundamentals/module-ref
 */
import { membersOf, type Value } from '../../flow/value.js';
import type { Dialect } from '../dialect.js';

const ASKS: ReadonlySet<string> = new Set(['get', 'resolve', 'create', 'instantiate']);

/** Nothing of this repository, whose own methods say what they give. */
const UNSEEN: ReadonlySet<Value['k']> = new Set(['any', 'ext', 'extobj', 'term']);

export const containers: Dialect = {
  id: 'containers',
  language: 'typescript',
  api: {
    call(_flow, { receiver, name, args, env }) {
      if (receiver === null || name === null || !ASKS.has(name) || !UNSEEN.has(receiver.k) || env.module.language !== 'typescript') return undefined;
      const [first] = args.list;
      for (const asked of first ? membersOf(first.value) : [])
        if (asked.k === 'class') return { k: 'object', cls: asked.cls, ...(asked.args ? { args: asked.args } : {}) };
      return undefined;
    },
  },
};
