/**
 * Routers and procedures: a handler gets the context that the builder and its middlewares make, and what its schemas let through.
 * https://trpc.io/docs/server/routers
 */
import { NO_SPAN, spanEnd, spanStart } from '../../facts/span.js';
import { argument, unwritten } from '../../flow/arguments.js';
import type { Flow } from '../../flow/evaluate.js';
import { handOut } from '../../flow/hand-out.js';
import { asRow } from '../../flow/taken.js';
import { ANY, membersOf, type Value } from '../../flow/value.js';
import type { CallSite } from '../dialect.js';
import { parsedBy, restricted } from '../shared/schemas.js';
import { clientOf } from './client.js';
import { dataOf, make, type Procedure, type Router, type TrpcValue } from './values.js';

const MAKERS = new Set(['router', 'mergeRouters', 'middleware', 'createCallerFactory']);
const RUNS = new Set(['query', 'mutation', 'subscription']);

const keyAt = ({ env, at }: CallSite): string => `${env.module.path}:${spanStart(at)}:${spanEnd(at)}`;

/** `initTRPC.context<typeof createContext>().create()`. */
export function initCall(flow: Flow, site: CallSite, context: Value): Value | undefined {
  if (site.name === 'create') return make('root', { context }, keyAt(site));
  if (site.name !== 'context') return make('init', { context }, keyAt(site));
  const type = site.types[0];
  return make('init', { context: type ? madeBy(flow, flow.type(type, site.env)) : ANY }, keyAt(site));
}

/** `typeof createContext` stands for what the function gives. */
export function madeBy(flow: Flow, type: Value): Value {
  return type.k === 'fn' ? flow.quiet(() => flow.callFn(type, [])) : type;
}

/** An attribute of what `create()` gave. */
export function rootAttribute(root: TrpcValue, context: Value, name: string): Value {
  if (name === 'procedure') return make('procedure', { context, input: ANY, output: ANY, run: null }, root.key);
  return MAKERS.has(name) ? make('maker', { name, context }, `${root.key}.${name}`) : ANY;
}

/** `router({ … })`, `mergeRouters(a, b)`, `middleware(fn)`, `createCallerFactory(router)`. */
export function makerCall(site: CallSite, name: string): Value {
  const values = site.args.list.map((arg) => arg.value);
  if (name === 'middleware') return make('middleware', { fns: values }, keyAt(site));
  if (name === 'createCallerFactory') {
    const router = dataOf(values[0], 'router');
    return router ? make('giver', { value: clientOf(router.entries, keyAt(site)) }, keyAt(site)) : ANY;
  }
  return make('router', { entries: new Map(values.flatMap((value) => [...entriesOf(value)])) }, keyAt(site));
}

function entriesOf(value: Value): Router {
  const router = dataOf(value, 'router');
  if (router) return router.entries;
  // A plain object of procedures is a router of its own.
  return value.k === 'dict'
    ? new Map([...value.entries].map(([name, inner]) => [name, inner.k === 'dict' ? make('router', { entries: entriesOf(inner) }, name) : inner]))
    : new Map();
}

/** One step of a procedure that is being built. */
export function procedureStep(flow: Flow, site: CallSite, receiver: TrpcValue, procedure: Procedure): Value {
  const first = site.args.list[0]?.value ?? ANY;
  const next = (changed: Partial<Procedure>): Value => make('procedure', { ...procedure, ...changed }, keyAt(site));
  if (RUNS.has(site.name ?? '')) {
    if (!flow.isQuiet) answer(flow, resultOf(flow, { ...procedure, run: first }, keyAt(site)), site);
    return next({ run: first });
  }
  switch (site.name) {
    case 'input': return next({ input: both(procedure.input, parsedBy(first)) });
    case 'output': return next({ output: parsedBy(first) });
    case 'use': case 'unstable_concat': case 'concat':
      return next({ context: membersOf(first).reduce((context, member) => behind(flow, member, context, site), procedure.context) });
    default: return receiver;
  }
}

/** What a handler gives goes out; a row that was found is taken for the row. */
function answer(flow: Flow, value: Value, site: CallSite): void {
  const place = flow.place(site.env, site.at);
  for (const member of membersOf(value)) if (member.k === 'row') asRow(flow, member, place);
  handOut(flow, value, site.name!, place);
}

/** The inputs of a procedure and of the one it is built on. */
function both(known: Value, more: Value): Value {
  if (known.k !== 'dict' || more.k !== 'dict') return more;
  return { ...known, entries: new Map([...known.entries, ...more.entries]), rest: known.rest ?? more.rest };
}

/** The context behind a middleware: what it passes on joins what it got. */
function behind(flow: Flow, middleware: Value, context: Value, site: CallSite): Value {
  const fns = dataOf(middleware, 'middleware')?.fns ?? (middleware.k === 'fn' ? [middleware] : []);
  return fns.reduce((before, fn) => membersOf(handle(flow, fn, { ctx: before, input: ANY, next: make('next', {}, '') }, keyAt(site))).reduce((now, member) => {
    const passed = dataOf(member, 'passed')?.context;
    if (passed?.k !== 'dict') return now;
    return now.k === 'dict'
      ? { ...now, entries: new Map([...now.entries, ...passed.entries]), rest: now.rest ?? passed.rest }
      : { ...passed, rest: passed.rest ?? ANY };
  }, before), context);
}

/** `next({ ctx: { … } })`. */
export function nextCall(site: CallSite): Value {
  const given = argument(site.args, 0);
  return make('passed', { context: given?.k === 'dict' ? given.entries.get('ctx') ?? null : null }, keyAt(site));
}

/** What the handler gives for a call of its far side. */
export function resultOf(flow: Flow, { context, input, output, run }: Procedure, key: string): Value {
  if (!run) return ANY;
  // A lone value is told from others by the procedure.
  const given = input.k === 'any' && !input.id ? { ...input, id: `${key}.input` } : input;
  return restricted(handle(flow, run, { ctx: context, input: given }, key), output);
}

function handle(flow: Flow, fn: Value, given: Readonly<Record<string, Value>>, key: string): Value {
  const value: Value = { k: 'dict', entries: new Map(Object.entries(given)), rest: { k: 'any', id: key } };
  return flow.callFn(fn, [unwritten(value, NO_SPAN)]);
}
