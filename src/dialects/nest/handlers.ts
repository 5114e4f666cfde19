/** What takes a message in a Nest application, as its decorators say: `@QueryHandler(GetOrder)` on a class, `@OnEvent('order.placed')` on a method. */
import type { Expr } from '../../facts/code.js';
import { lastName, text } from '../../flow/arguments.js';
import { findMember, ownMembers } from '../../flow/classes.js';
import type { Flow } from '../../flow/evaluate.js';
import type { Env } from '../../flow/program.js';
import { membersOf, type ClassRef, type FnValue, type Value } from '../../flow/value.js';

/** The method by which a handler of each kind takes its message. https://docs.nestjs.com/recipes/cqrs */
const METHODS: ReadonlyMap<string, string> = new Map([['CommandHandler', 'execute'], ['QueryHandler', 'execute'], ['EventsHandler', 'handle']]);

/** Handlers by the ids of the classes of messages, and by the names of events. */
export interface Handlers { readonly byClass: ReadonlyMap<string, readonly FnValue[]>; readonly byName: ReadonlyMap<string, readonly FnValue[]> }

const NONE: Handlers = { byClass: new Map(), byName: new Map() };

/** All of the program's, worked out when the first message is sent. */
export function handlersOf(flow: Flow): Handlers {
  return flow.memo('nest-handlers', 'all', () => flow.quiet(() => gather(flow)), NONE);
}

function gather(flow: Flow): Handlers {
  const byClass = new Map<string, FnValue[]>();
  const byName = new Map<string, FnValue[]>();
  for (const module of flow.modules) {
    if (module.language !== 'typescript') continue;
    for (const stmt of module.code) {
      if (stmt.k !== 'class') continue;
      const cls = flow.classRef(stmt.cls, module.env);
      for (const decorator of stmt.cls.decorators) noteClass(flow, cls, decorator, byClass);
      noteMethods(flow, cls, byName);
    }
  }
  return { byClass, byName };
}

function noteClass(flow: Flow, cls: ClassRef, decorator: Expr, found: Map<string, FnValue[]>): void {
  const method = METHODS.get(decoratedBy(flow, decorator, cls.module.env, '@nestjs/cqrs') ?? '');
  const member = method === undefined ? null : findMember(flow, cls, method);
  if (member?.k !== 'method' || decorator.k !== 'call') return;
  for (const arg of decorator.args) for (const message of membersOf(flow.peek(arg.value, cls.module.env))) {
    if (message.k === 'class') add(found, message.cls.id, { k: 'fn', fn: member.fn, self: { k: 'object', cls } });
  }
}

function noteMethods(flow: Flow, cls: ClassRef, found: Map<string, FnValue[]>): void {
  for (const member of ownMembers(flow, cls).values()) {
    if (member.k !== 'method') continue;
    for (const decorator of member.fn.fn.decorators) {
      const [first] = decorator.k === 'call' && decoratedBy(flow, decorator, cls.env, '@nestjs/event-emitter') === 'OnEvent' ? decorator.args : [];
      for (const name of first ? namesIn(flow.peek(first.value, cls.env)) : []) add(found, name, { k: 'fn', fn: member.fn, self: { k: 'object', cls } });
    }
  }
}

/** The name of the library's decorator that was called; null for any other. */
function decoratedBy(flow: Flow, decorator: Expr, env: Env, library: string): string | null {
  if (decorator.k !== 'call') return null;
  const callee = flow.peek(decorator.fn, env);
  return callee.k === 'ext' && callee.module === library ? lastName(callee) : null;
}

function namesIn(value: Value): readonly string[] {
  return (value.k === 'list' ? value.items : membersOf(value)).flatMap((member) => text(member) ?? []);
}

function add(found: Map<string, FnValue[]>, key: string, handler: FnValue): void {
  const known = found.get(key);
  if (known) known.push(handler);
  else found.set(key, [handler]);
}
