/** Which model a client accessor, a delegate or a generated type stands for. */
import { externalBases } from '../../flow/classes.js';
import type { Flow } from '../../flow/evaluate.js';
import type { Model } from '../../flow/model.js';
import type { DictValue, Value } from '../../flow/value.js';
import { sharedFolders } from '../shared/paths.js';

/**
 * Prisma's models by the name of their accessor: the model's name with a small first letter.
 * https://www.prisma.io/docs/orm/reference/prisma-client-reference#model-queries
 */
export function accessors(flow: Flow): ReadonlyMap<string, readonly Model[]> {
  return flow.memo('prisma-accessors', '', () => {
    const byAccessor = new Map<string, Model[]>();
    for (const model of [...flow.modelsByName.values()].flat()) {
      if (model.dialect !== 'prisma' || model.table.model === null) continue;
      const name = model.name.charAt(0).toLowerCase() + model.name.slice(1);
      byAccessor.set(name, [...(byAccessor.get(name) ?? []), model]);
    }
    return byAccessor;
  }, new Map());
}

/** The model of that name; of several schemas' the one declared nearest to the code at `path`. */
export function modelNamed(flow: Flow, accessor: string, path: string): Model | null {
  const models = accessors(flow).get(accessor) ?? accessors(flow).get(accessor.charAt(0).toLowerCase() + accessor.slice(1)) ?? [];
  const score = (model: Model): number => sharedFolders(model.table.place.path, path) - (model.table.isExternal ? 100 : 0);
  return [...models].sort((a, b) => score(b) - score(a))[0] ?? null;
}

/** The join table behind a many-to-many relationship. */
export function throughModel(flow: Flow, name: string): Model | null {
  return flow.modelsByName.get(name)?.find((model) => model.dialect === 'prisma') ?? null;
}

/**
 * The model that a receiver `client.accessor` stands for, and whether the client is known to be Prisma's. An unknown client is told by its
 * last name alone, which counts only together with one of Prisma's methods and arguments.
 */
export function delegateOf(flow: Flow, receiver: Value, path: string): { readonly model: Model; readonly isTyped: boolean } | null {
  if (receiver.k === 'extobj') {
    const delegate = /(?:^|\.)(\w+)Delegate$/.exec(receiver.name);
    const model = delegate ? modelNamed(flow, delegate[1]!, path) : null;
    return model ? { model, isTyped: true } : null;
  }
  if (receiver.k === 'special')
    return receiver.dialect === 'prisma' && receiver.tag === 'delegate' ? { model: receiver.data['model'] as Model, isTyped: true } : null;
  const name =
    receiver.k === 'any' ? (receiver.id ?? '') : receiver.k === 'ext' && receiver.module !== 'builtins' && receiver.name?.includes('.') ? receiver.name : '';
  const accessor = /[.[]([A-Za-z_]\w*)\]?$/.exec(name)?.[1];
  if (!accessor || !accessors(flow).has(accessor) || /\.query[.[]\w+\]?$/.test(name)) return null;
  const model = modelNamed(flow, accessor, path);
  return model ? { model, isTyped: false } : null;
}

/** The delegate of a model whose name is not known. */
export const anyDelegate = (): Value => ({ k: 'special', dialect: 'prisma', tag: 'any-delegate', data: {}, key: '' });

/** Whether a library's name is the generated client, or the service of Nest that a library makes of it. https://nestjs-prisma.dev/docs/prisma-service/ */
export function isClientClass(value: Value): boolean {
  return (
    (value.k === 'ext' || value.k === 'extobj') &&
    /(^|\.)(PrismaClient|PrismaService|TransactionClient|PrismaTransactionClient|DefaultPrismaClient)$/.test(value.name ?? '')
  );
}

/** A client that the code makes itself, or one with extensions: the methods and the changes of queries that these add, by accessor. */
export interface Client {
  readonly methods: ReadonlyMap<string, readonly DictValue[]>;
  readonly queries: ReadonlyMap<string, readonly DictValue[]>;
  readonly key: string;
}

export const NO_ADDITIONS: Pick<Client, 'methods' | 'queries'> = { methods: new Map(), queries: new Map() };

export function clientValue({ methods, queries, key }: Client): Value {
  return { k: 'special', dialect: 'prisma', tag: 'client', data: { methods, queries }, key };
}

/** The client that a value is; null for values that are none, or are not known to be one. */
export function clientOf(flow: Flow, value: Value): Client | null {
  if (value.k === 'special' && value.dialect === 'prisma' && value.tag === 'client')
    return { methods: value.data['methods'] as Client['methods'], queries: value.data['queries'] as Client['queries'], key: value.key };
  const isClient = isClientClass(value) || (value.k === 'object' && externalBases(flow, value.cls).some(isClientClass));
  return isClient ? { ...NO_ADDITIONS, key: '' } : null;
}

/** The generated client lies in `@prisma/client` or in a folder that the generator writes to. */
export function isClientModule(module: string): boolean {
  return /prisma|generated/i.test(module);
}
