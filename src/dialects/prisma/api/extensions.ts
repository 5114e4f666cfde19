/**
 * What extensions add to a client: methods of models, computed fields, changes of every query. https://www.prisma.io/docs/orm/prisma-client/client-extensions
 */
import { spanStart } from '../../../facts/span.js';
import { argument, entry, lastName, unwritten } from '../../../flow/arguments.js';
import type { Flow } from '../../../flow/evaluate.js';
import type { Model } from '../../../flow/model.js';
import type { Condition } from '../../../flow/query.js';
import { union } from '../../../flow/unions.js';
import { ANY, membersOf, type DictValue, type Value } from '../../../flow/value.js';
import type { CallSite } from '../../dialect.js';
import { NO_ADDITIONS, accessors, clientOf, clientValue, modelNamed, type Client } from '../models.js';
import { whereOf } from './where.js';

/** `client.$extends({ model, result, query })` is the client with more; `$extends((client) => …)` what the function makes of it. */
export function extended(flow: Flow, site: CallSite, receiver: Value): Value | undefined {
  if (accessors(flow).size === 0) return undefined;
  const client: Client = clientOf(flow, receiver) ?? { ...NO_ADDITIONS, key: '' };
  const given = argument(site.args, 0) ?? ANY;
  for (const member of membersOf(given)) {
    const made = member.k === 'fn' ? flow.callFn(member, [unwritten(clientValue(client), site.at)]) : null;
    if (made && clientOf(flow, made)) return made;
  }
  const [methods, queries] = [new Map(client.methods), new Map(client.queries)];
  for (const extension of membersOf(given)) {
    addParts(methods, entry(extension, 'model'));
    addParts(queries, entry(extension, 'query'));
    const computed = entry(extension, 'result');
    if (computed?.k === 'dict') for (const [accessor, fields] of computed.entries) if (fields.k === 'dict') computedFields(flow, site, accessor, fields);
  }
  return clientValue({ methods, queries, key: `${client.key}${site.env.module.path}:${spanStart(site.at)}` });
}

/** `Prisma.defineExtension(…)` is what it is given. https://www.prisma.io/docs/orm/prisma-client/client-extensions/shared-extensions */
export function definedExtension(site: CallSite, receiver: Value): Value | undefined {
  return receiver.k === 'ext' && lastName(receiver) === 'Prisma' ? argument(site.args, 0) ?? undefined : undefined;
}

/** Parts of an extension by the model they are for. */
function addParts(parts: Map<string, readonly DictValue[]>, added: Value | null): void {
  if (added?.k === 'dict') for (const [accessor, own] of added.entries) if (own.k === 'dict') parts.set(accessor, [...(parts.get(accessor) ?? []), own]);
}


/** `{ label: { needs: { name: true }, compute(user) { … } } }` reads the columns it needs. */
function computedFields(flow: Flow, site: CallSite, accessor: string, fields: DictValue): void {
  const model = accessors(flow).has(accessor) ? modelNamed(flow, accessor, site.env.module.path) : null;
  if (!model) return;
  for (const field of fields.entries.values()) {
    const needs = entry(field, 'needs');
    if (needs?.k === 'dict')
      for (const name of needs.entries.keys())
        flow.record.column(model, name, 'read', needs.places?.get(name) ?? flow.place(site.env, site.at), flow.currentFn);
    const compute = entry(field, 'compute');
    if (compute?.k === 'fn') flow.callFn(compute, [unwritten({ k: 'row', model }, site.at)]);
  }
}

/** A method that an extension adds to a model, with the model's delegate as `this`. */
export function extensionMethod(flow: Flow, site: CallSite, receiver: Value): Value | undefined {
  for (const methods of partsOf(receiver, 'methods')) {
    const method = methods.entries.get(site.name!);
    if (method?.k === 'fn') return flow.callFn({ ...method, self: receiver }, site.args.list);
  }
  return undefined;
}

function partsOf(receiver: Value | null, part: 'methods' | 'queries'): readonly DictValue[] {
  return receiver?.k === 'special' && receiver.dialect === 'prisma' && receiver.tag === 'delegate'
    ? ((receiver.data[part] as readonly DictValue[] | undefined) ?? [])
    : [];
}

/** The conditions that extensions add to a query of a model, but for those on columns that the query asks for itself. */
export function addedConditions(flow: Flow, site: CallSite, model: Model, own: readonly Condition[]): readonly Condition[] {
  const added = partsOf(site.receiver, 'queries').flatMap((operations) => [site.name!, '$allOperations'].flatMap((name) => {
    const handler = operations.entries.get(name);
    return handler?.k === 'fn' ? conditionsOf(flow, site, model, handler) : [];
  }));
  return added.filter((condition) => !own.some((each) => each.column.attribute === condition.column.attribute && each.column.viaRelation === undefined));
}

/** `findMany({ args, query }) { args.where = { ...args.where, deletedAt: null }; return query(args); }`: what it asks for besides. */
function conditionsOf(flow: Flow, site: CallSite, model: Model, handler: Value & { k: 'fn' }): readonly Condition[] {
  const key = `${handler.fn.id}:${model.id}:${site.name}`;
  const asked = flow.memo<readonly Value[]>('prisma-added', key, () => flow.quiet(() => filtersGivenOn(flow, site, model, handler, key)), []);
  return asked.length > 0 ? whereOf(flow, model, union(asked), flow.place(site.env, site.at)).conditions : [];
}

/** The filters with which a handler goes on, where the query has none of its own. */
function filtersGivenOn(flow: Flow, site: CallSite, model: Model, handler: Value & { k: 'fn' }, key: string): readonly Value[] {
  const asked: Value[] = [];
  const args: Value = { k: 'dict', entries: new Map([['where', { k: 'dict', entries: new Map(), rest: null }]]), rest: null };
  const next: Value = { k: 'special', dialect: 'prisma', tag: 'next', data: { asked }, key };
  const entries = new Map<string, Value>([
    ['model', { k: 'const', v: model.name }],
    ['operation', { k: 'const', v: site.name! }],
    ['args', args],
    ['query', next],
  ]);
  flow.callFn(handler, [unwritten({ k: 'dict', entries, rest: ANY }, site.at)]);
  return asked;
}

/** The query that a handler goes on with, by the arguments that it gives. */
export function goOn(site: CallSite): Value | undefined {
  if (site.callee.k !== 'special' || site.callee.dialect !== 'prisma' || site.callee.tag !== 'next') return undefined;
  for (const member of membersOf(argument(site.args, 0) ?? ANY)) (site.callee.data['asked'] as Value[]).push(entry(member, 'where') ?? ANY);
  return ANY;
}
