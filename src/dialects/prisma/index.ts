/** Prisma: schemas in `.prisma` files, and the client that is generated from them. */
import type { Span } from '../../facts/code.js';
import { externalBases } from '../../flow/classes.js';
import type { Flow } from '../../flow/evaluate.js';
import type { Env } from '../../flow/program.js';
import type { Value } from '../../flow/value.js';
import type { Dialect } from '../dialect.js';
import { annotation } from './annotations.js';
import { clientCall } from './api/calls.js';
import { declare } from './declare.js';
import { accessors, isClientClass, modelNamed } from './models.js';

export const prisma: Dialect = {
  id: 'prisma',
  language: 'prisma',
  declare,
  api: { call: clientCall, attribute: accessorOf, annotation },
};

/** `client.user`: the model's delegate where the client is known; a value that keeps the accessor's name where it is not. */
function accessorOf(flow: Flow, of: Value, name: string, env: Env, at: Span): Value | undefined {
  if (of.k !== 'any' && of.k !== 'extobj' && of.k !== 'object' && of.k !== 'dict') return undefined;
  if (of.k === 'any' && of.id) return undefined;
  if (of.k === 'dict' && (of.entries.has(name) || of.rest !== null)) return undefined;
  if (!accessors(flow).has(name)) return undefined;
  const isClient = isClientClass(of) || (of.k === 'object' && externalBases(flow, of.cls).some(isClientClass));
  if (isClient) {
    const model = modelNamed(flow, name, env.module.path);
    if (!model) return undefined;
    flow.record.resolve(flow.place(env, at));
    return { k: 'special', dialect: 'prisma', tag: 'delegate', data: { model }, key: model.id };
  }
  return of.k !== 'object' && of.k !== 'extobj' ? { k: 'any', id: `${env.module.path}:${at[0]}.${name}` } : undefined;
}
