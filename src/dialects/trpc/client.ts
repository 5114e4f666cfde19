/** The far side of a router: callers, clients and hooks give what the handler gives. https://trpc.io/docs/client/react */
import type { Flow } from '../../flow/evaluate.js';
import { ANY, argument, lastName, membersOf, union, type Value } from '../../flow/value.js';
import type { CallSite } from '../dialect.js';
import { resultOf } from './server.js';
import { dataOf, make, type Procedure, type Router } from './values.js';

/** Nested values that are followed over the wire. */
const DEPTH_LIMIT = 6;

/** Functions of tRPC's packages whose type argument is the router, and what they give. */
const CLIENTS = /^(createTRPC(React|Next|Client|ProxyClient|UntypedClient|OptionsProxy|QueryUtils|SolidStart|Svelte)|experimental_createTRPCNextAppDir(Client|Server))$/;
/** Helpers whose result holds the client under these names. */
const HOLDERS: Readonly<Record<string, readonly string[]>> = { createTRPCContext: ['useTRPC', 'useTRPCClient'], createHydrationHelpers: ['trpc'] };

/** Attributes of a client that are the client again, for another purpose. */
const SAME = new Set(['useUtils', 'useContext', 'useClient']);

const keyAt = ({ env, at }: CallSite): string => `${env.module.path}:${at[0]}`;

export const clientOf = (entries: Router, key: string): Value => make('client', { entries }, key);

/** `createTRPCReact<AppRouter>()`; undefined for other functions of the packages. */
export function clientCall(flow: Flow, site: CallSite, name: string): Value | undefined {
  const router = routerIn(flow, site);
  if (!router) return undefined;
  const client = clientOf(router, keyAt(site));
  if (CLIENTS.test(name) || name === 'createServerSideHelpers') return client;
  const held = HOLDERS[name];
  return held ? { k: 'dict', entries: new Map(held.map((one) => [one, one.startsWith('use') ? make('giver', { value: client }, keyAt(site)) : client])), rest: ANY } : undefined;
}

function routerIn(flow: Flow, site: CallSite): Router | null {
  const typed = site.types[0] ? dataOf(flow.type(site.types[0], site.env), 'router') : null;
  if (typed) return typed.entries;
  const options = argument(site.args, 0);
  return options?.k === 'dict' ? dataOf(options.entries.get('router'), 'router')?.entries ?? null : null;
}

/** An entry of a client. */
export function clientAttribute(entries: Router, name: string, key: string): Value {
  const value = entries.get(name);
  if (value === undefined) return SAME.has(name) ? make('giver', { value: clientOf(entries, key) }, key) : ANY;
  const router = dataOf(value, 'router');
  if (router) return clientOf(router.entries, `${key}.${name}`);
  const procedure = dataOf(value, 'procedure');
  return procedure && value.k === 'special' ? make('endpoint', { procedure, key: value.key }, value.key) : ANY;
}

/** What a router's outputs or inputs have under a name: those of a router within, or the type of a procedure. */
export function typesAttribute(flow: Flow, entries: Router, of: 'input' | 'output', name: string): Value {
  const value = entries.get(name);
  const router = dataOf(value, 'router');
  if (router) return make('types', { entries: router.entries, of }, `${of}:${value?.k === 'special' ? value.key : name}`);
  const procedure = dataOf(value, 'procedure');
  if (!procedure || value?.k !== 'special') return ANY;
  return of === 'input' ? procedure.input : outputOf(flow, procedure, value.key);
}

/** What the far side gets: rows without a trace of the query that found them. */
function outputOf(flow: Flow, procedure: Procedure, key: string): Value {
  return flow.memo('trpc-outputs', key, () => sent(flow.quiet(() => resultOf(flow, procedure, key)), DEPTH_LIMIT), ANY);
}

function sent(value: Value, depth: number): Value {
  if (depth === 0) return ANY;
  switch (value.k) {
    case 'row': return { k: 'row', model: value.model, ...(value.only ? { only: value.only } : {}), ...(value.result ? { result: value.result } : {}), ...(value.loaded ? { loaded: new Map([...value.loaded].map(([name, inner]) => [name, sent(inner, depth - 1)])) } : {}) };
    case 'many': return { k: 'many', of: sent(value.of, depth) };
    case 'query': return { k: 'many', of: sent(value.query.item, depth) };
    case 'list': return { k: 'list', items: value.items.map((item) => sent(item, depth - 1)) };
    case 'dict': return { k: 'dict', entries: new Map([...value.entries].map(([name, inner]) => [name, sent(inner, depth - 1)])), rest: value.rest };
    case 'union': return union(value.of.map((member) => sent(member, depth)));
    case 'fn': return ANY;
    default: return value;
  }
}

const RESULTS = new Set(['useQuery', 'useSubscription', 'createQuery']);
const MUTATIONS = new Set(['useMutation', 'createMutation']);
const LISTS = new Set(['useInfiniteQuery', 'useSuspenseInfiniteQuery']);
const OPTIONS = new Set(['queryOptions', 'infiniteQueryOptions', 'mutationOptions', 'subscriptionOptions']);
const GIVES = new Set(['query', 'mutate', 'fetch', 'ensureData', 'getData']);

/** A method of a procedure's far side: its callbacks get the output. */
export function endpointCall(flow: Flow, site: CallSite, procedure: Procedure, key: string): Value {
  const data = outputOf(flow, procedure, key);
  const name = site.name ?? '';
  const chosen = callbacks(flow, site, data) ?? data;
  if (RESULTS.has(name)) return result(chosen);
  if (name === 'useSuspenseQuery') return { k: 'list', items: [chosen, result(chosen)] };
  if (MUTATIONS.has(name)) return mutation(data, key);
  if (LISTS.has(name)) { const pages = result({ k: 'dict', entries: new Map([['pages', { k: 'many', of: chosen }]]), rest: ANY }); return name === 'useInfiniteQuery' ? pages : { k: 'list', items: [ANY, pages] }; }
  if (OPTIONS.has(name)) return make('options', { data: chosen }, key);
  if (name === 'setData') return ANY;
  return GIVES.has(name) || site.receiver === null ? data : ANY;
}

function result(data: Value): Value {
  return { k: 'dict', entries: new Map([['data', data]]), rest: ANY };
}

function mutation(data: Value, key: string): Value {
  const run = make('giver', { value: data }, `${key}:run`);
  return { k: 'dict', entries: new Map([['data', data], ['mutate', run], ['mutateAsync', run]]), rest: ANY };
}

/** Runs the functions of a call's arguments with what comes back; gives what `select` makes of it. */
export function callbacks(flow: Flow, site: CallSite, data: Value): Value | null {
  let chosen: Value | null = null;
  const run = (fn: Value): Value => flow.callFn(fn, [{ name: null, value: data, expr: { k: 'other', parts: [], at: site.at }, spread: null, at: site.at }]);
  for (const { value } of site.args.list) for (const member of membersOf(value)) {
    if (member.k === 'fn') run(member);
    else if (member.k === 'dict') for (const [name, inner] of member.entries) if (inner.k === 'fn') { const made = run(inner); if (name === 'select') chosen = made; }
  }
  return chosen;
}

/** A hook or client of the query library that is given `queryOptions(…)`; undefined for other calls. https://trpc.io/docs/client/tanstack-react-query/usage */
export function optionsCall(site: CallSite): Value | undefined {
  const options = site.args.list.map((arg) => dataOf(arg.value, 'options')).find((found) => found !== null);
  if (!options) return undefined;
  const name = site.name ?? (site.callee.k === 'ext' ? lastName(site.callee) : '');
  if (/Mutation$/.test(name)) return mutation(options.data, keyAt(site));
  if (/^use\w*Query$/.test(name)) return result(options.data);
  return /^(fetch|ensure|get)\w*(Query|Data)$/.test(name) ? options.data : undefined;
}
