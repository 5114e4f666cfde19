/** Prisma: schemas in `.prisma` files, and the client that is generated from them. */
import type { Span } from '../../facts/code.js';
import { spanStart } from '../../facts/span.js';
import type { Flow } from '../../flow/evaluate.js';
import type { Model } from '../../flow/model.js';
import type { Env } from '../../flow/program.js';
import { union } from '../../flow/unions.js';
import { ANY, membersOf, type DictValue, type Value } from '../../flow/value.js';
import type { Dialect } from '../dialect.js';
import { annotation } from './annotations.js';
import { call } from './api/client.js';
import { declare } from './declare.js';
import { accessors, anyDelegate, clientOf, modelNamed } from './models.js';

export const prisma: Dialect = {
  id: 'prisma',
  language: 'prisma',
  plainRows: true,
  declare,
  api: {
    call, attribute: accessorOf, item: accessorNamed, annotation,
    handles: (_flow, value) => (value.k === 'special' && value.dialect === 'prisma' && value.tag === 'delegate' ? value.data['model'] as Model : undefined),
  },
};

/** `client[name]`: the delegates of the models that it may name; where it may be any name, one that stands for any of them. */
function accessorNamed(flow: Flow, of: Value, key: Value, env: Env, at: Span): Value | undefined {
  if (!clientOf(flow, of)) return undefined;
  return union(
    membersOf(key).map((member) => (member.k === 'const' && typeof member.v === 'string' ? (accessorOf(flow, of, member.v, env, at) ?? ANY) : anyDelegate())),
  );
}

/** `client.user`: the model's delegate where the client is known; a value that keeps the accessor's name where it is not. */
function accessorOf(flow: Flow, of: Value, name: string, env: Env, at: Span): Value | undefined {
  if (of.k !== 'any' && of.k !== 'extobj' && of.k !== 'object' && of.k !== 'dict' && of.k !== 'special') return undefined;
  if (of.k === 'any' && of.id) return undefined;
  if (of.k === 'dict' && (of.entries.has(name) || of.rest !== null)) return undefined;
  if (!accessors(flow).has(name)) return undefined;
  const client = clientOf(flow, of);
  if (client) {
    const model = modelNamed(flow, name, env.module.path);
    if (!model) return undefined;
    flow.record.resolve(flow.place(env, at));
    const [methods, queries] = [client.methods, client.queries].map((parts) => [...(parts.get(name) ?? []), ...(parts.get('$allModels') ?? [])]) as [
      DictValue[],
      DictValue[],
    ];
    return {
      k: 'special',
      dialect: 'prisma',
      tag: 'delegate',
      data: { model, methods, queries },
      key: `${model.id}${methods.length + queries.length ? client.key : ''}`,
    };
  }
  return of.k === 'any' || of.k === 'dict' ? { k: 'any', id: `${env.module.path}:${spanStart(at)}.${name}` } : undefined;
}
