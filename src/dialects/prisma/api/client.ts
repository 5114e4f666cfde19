/** Calls on the client itself: transactions, extensions, validators, relations that are loaded from a found row. https://www.prisma.io/docs/orm/reference/prisma-client-reference#client-methods */
import type { Flow } from '../../../flow/evaluate.js';
import { ANY, argument, entry, lastName, membersOf, type DictValue, type Value } from '../../../flow/value.js';
import type { CallSite } from '../../dialect.js';
import { accessors, clientOf, clientValue, isClientClass, modelNamed, type Client } from '../models.js';
import { modelCall } from './calls.js';
import { follow } from './select.js';

/** A call of the generated client; undefined for anything else. */
export function call(flow: Flow, site: CallSite): Value | undefined {
  if (site.isNew && isClientClass(site.callee)) return clientValue({ methods: new Map(), key: '' });
  // `Prisma.validator<Prisma.UserSelect>()({ … })` is its argument.
  if (site.callee.k === 'term' && site.callee.name === 'validator') return argument(site.args, 0) ?? undefined;
  if (!site.receiver || !site.name) return undefined;
  switch (site.name) {
    case '$transaction': return transaction(flow, site, site.receiver);
    case '$extends': return extended(flow, site, site.receiver);
    case 'getExtensionContext': return site.receiver.k === 'ext' && lastName(site.receiver) === 'Prisma' ? argument(site.args, 0) ?? undefined : undefined;
    default: return extensionMethod(flow, site, site.receiver) ?? fluent(flow, site, site.receiver) ?? modelCall(flow, site);
  }
}

/** `$transaction([…])` gives the results; `$transaction(async (tx) => …)` what the callback gives for a client. */
function transaction(flow: Flow, site: CallSite, receiver: Value): Value | undefined {
  const first = argument(site.args, 0);
  if (!first) return undefined;
  if (first.k === 'list' || first.k === 'many') return first;
  if (first.k !== 'fn') return undefined;
  const client: Value = clientOf(flow, receiver) ? receiver : { k: 'any', id: `${site.env.module.path}:${site.at[0]}:tx` };
  return flow.callFn(first, [{ name: null, value: client, expr: { k: 'other', parts: [], at: site.at }, spread: null, at: site.at }]);
}

/** `client.$extends({ model, result, query })` is the client with methods more. https://www.prisma.io/docs/orm/prisma-client/client-extensions */
function extended(flow: Flow, site: CallSite, receiver: Value): Value | undefined {
  if (accessors(flow).size === 0) return undefined;
  const client: Client = clientOf(flow, receiver) ?? { methods: new Map(), key: '' };
  const methods = new Map(client.methods);
  for (const extension of membersOf(argument(site.args, 0) ?? ANY)) {
    const added = entry(extension, 'model');
    if (added?.k === 'dict') for (const [accessor, own] of added.entries) if (own.k === 'dict') methods.set(accessor, [...(methods.get(accessor) ?? []), own]);
    const computed = entry(extension, 'result');
    if (computed?.k === 'dict') for (const [accessor, fields] of computed.entries) if (fields.k === 'dict') computedFields(flow, site, accessor, fields);
  }
  return clientValue({ methods, key: `${client.key}${site.env.module.path}:${site.at[0]}` });
}

/** `{ label: { needs: { name: true }, compute(user) { … } } }` reads the columns it needs. */
function computedFields(flow: Flow, site: CallSite, accessor: string, fields: DictValue): void {
  const model = accessors(flow).has(accessor) ? modelNamed(flow, accessor, site.env.module.path) : null;
  if (!model) return;
  for (const field of fields.entries.values()) {
    const needs = entry(field, 'needs');
    if (needs?.k === 'dict') for (const name of needs.entries.keys()) flow.record.column(model, name, 'read', needs.places?.get(name) ?? flow.place(site.env, site.at), flow.currentFn);
    const compute = entry(field, 'compute');
    if (compute?.k === 'fn') flow.callFn(compute, [{ name: null, value: { k: 'row', model }, expr: { k: 'other', parts: [], at: site.at }, spread: null, at: site.at }]);
  }
}

/** A method that an extension adds to a model, with the model's delegate as `this`. */
function extensionMethod(flow: Flow, site: CallSite, receiver: Value): Value | undefined {
  if (receiver.k !== 'special' || receiver.dialect !== 'prisma' || receiver.tag !== 'delegate') return undefined;
  for (const methods of (receiver.data['methods'] as readonly DictValue[] | undefined) ?? []) {
    const method = methods.entries.get(site.name!);
    if (method?.k === 'fn') return flow.callFn({ ...method, self: receiver }, site.args.list);
  }
  return undefined;
}

/** `findUnique({ … }).posts()`. https://www.prisma.io/docs/orm/prisma-client/queries/relation-queries#fluent-api */
function fluent(flow: Flow, site: CallSite, receiver: Value): Value | undefined {
  if (receiver.k !== 'row' || receiver.model.dialect !== 'prisma') return undefined;
  const relationship = receiver.model.relationships.get(site.name!);
  return relationship ? follow(flow, receiver.model, relationship, argument(site.args, 0) ?? { k: 'const', v: true }, flow.place(site.env, site.nameAt), true) : undefined;
}
