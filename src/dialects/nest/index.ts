/**
 * Nest: a message that is sent is taken by what is decorated for it, and a handler is given what guards keep on its request.
 * https://docs.nestjs.com/recipes/cqrs https://docs.nestjs.com/techniques/events
 */
import { text } from '../../flow/arguments.js';
import { externalBases } from '../../flow/classes.js';
import type { Flow } from '../../flow/evaluate.js';
import { union } from '../../flow/unions.js';
import { membersOf, type FnValue, type Value } from '../../flow/value.js';
import type { CallSite, Dialect } from '../dialect.js';
import { handlersOf } from './handlers.js';
import { decorated, letIn, requestCall, requestOf } from './requests.js';

export const nest: Dialect = {
  id: 'nest',
  language: 'typescript',
  api: {
    call(flow, site) {
      const { receiver, name } = site;
      const request = requestCall(flow, site);
      if (request !== undefined || receiver === null || name === null) return request;
      const [message] = site.args.list;
      if (message === undefined) return undefined;
      if (isBus(receiver, name) || (name === 'apply' && isAggregate(flow, receiver)))
        return given(
          flow,
          site,
          messagesIn(message.value).flatMap((value) => takersOf(flow, value).map((handler) => flow.callFn(handler, [{ ...message, value }]))),
          name === 'execute',
        );
      if (receiver.k !== 'extobj' || !EMITTERS.test(receiver.module) || !EMIT_METHODS.has(name)) return undefined;
      const handlers = handlersOf(flow).byName.get(text(message.value) ?? '') ?? [];
      return given(flow, site, handlers.map((handler) => flow.callFn(handler, site.args.list.slice(1))), name === 'emitAsync');
    },
    attribute: (_flow, of, name) => requestOf(of, name),
    parameter: decorated,
    returned: letIn,
  },
};

const BUS_METHODS: ReadonlySet<string> = new Set(['execute', 'publish', 'publishAll']);
const EMIT_METHODS: ReadonlySet<string> = new Set(['emit', 'emitAsync']);
const EMITTERS = /^(@nestjs\/event-emitter|eventemitter2)$/;

/** `publishAll([new A(), new B()])`: each of them. */
const messagesIn = (value: Value): readonly Value[] => (value.k === 'list' ? value.items : membersOf(value)).flatMap(membersOf);

const takersOf = (flow: Flow, message: Value): readonly FnValue[] => (message.k === 'object' ? handlersOf(flow).byClass.get(message.cls.id) ?? [] : []);

const isBus = (receiver: Value, name: string): boolean => receiver.k === 'extobj' && receiver.module === '@nestjs/cqrs' && BUS_METHODS.has(name);

/** What an aggregate applies is published when it is committed. */
function isAggregate(flow: Flow, receiver: Value): boolean {
  const cls = receiver.k === 'object' ? receiver.cls : receiver.k === 'row' ? receiver.model.cls : null;
  return cls !== null && cls !== undefined && externalBases(flow, cls).some((base) => base.k === 'ext' && base.module === '@nestjs/cqrs');
}

/** What handlers have given comes back where the sender waits for it. Undefined where there are none in sight. */
function given(flow: Flow, site: CallSite, values: readonly Value[], isAwaited: boolean): Value | undefined {
  if (values.length === 0) return undefined;
  return isAwaited ? union(values) : flow.unknown(site.env, site.at);
}
