/**
 * Calls on the client itself: transactions, extensions, validators, relations that are loaded from a found row.
 * https://www.prisma.io/docs/orm/reference/prisma-client-reference#client-methods
 */
import { spanStart } from '../../../facts/span.js';
import { argument, lastName, unwritten } from '../../../flow/arguments.js';
import type { Flow } from '../../../flow/evaluate.js';
import type { Value } from '../../../flow/value.js';
import type { CallSite } from '../../dialect.js';
import { NO_ADDITIONS, clientOf, clientValue, isClientClass } from '../models.js';
import { modelCall } from './calls.js';
import { definedExtension, extended, extensionMethod, goOn } from './extensions.js';
import { follow } from './select.js';

/** A call of the generated client; undefined for anything else. */
export function call(flow: Flow, site: CallSite): Value | undefined {
  if (site.isNew && isClientClass(site.callee)) return clientValue({ ...NO_ADDITIONS, key: '' });
  // `Prisma.validator<Prisma.UserSelect>()({ … })` is its argument.
  if (site.callee.k === 'term' && site.callee.name === 'validator') return argument(site.args, 0) ?? undefined;
  const next = goOn(site);
  if (next) return next;
  if (!site.receiver || !site.name) return undefined;
  switch (site.name) {
    case '$transaction': return transaction(flow, site, site.receiver);
    case '$extends': return extended(flow, site, site.receiver);
    case 'defineExtension': return definedExtension(site, site.receiver);
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
  const client: Value = clientOf(flow, receiver) ? receiver : { k: 'any', id: `${site.env.module.path}:${spanStart(site.at)}:tx` };
  return flow.callFn(first, [unwritten(client, site.at)]);
}

/** `findUnique({ … }).posts()`. https://www.prisma.io/docs/orm/prisma-client/queries/relation-queries#fluent-api */
function fluent(flow: Flow, site: CallSite, receiver: Value): Value | undefined {
  if (receiver.k !== 'row' || receiver.model.dialect !== 'prisma') return undefined;
  const relationship = receiver.model.relationships.get(site.name!);
  return relationship
    ? follow(flow, receiver.model, relationship, argument(site.args, 0) ?? { k: 'const', v: true }, flow.place(site.env, site.nameAt), true)
    : undefined;
}
