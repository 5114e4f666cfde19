/** The far side of a router: callers, clients and hooks give what the handler gives. https://trpc.io/docs/client/react */
import { spanStart } from '../../facts/span.js';
import { argument } from '../../flow/arguments.js';
import type { Flow } from '../../flow/evaluate.js';
import { union } from '../../flow/unions.js';
import { ANY, type Value } from '../../flow/value.js';
import type { CallSite } from '../dialect.js';
import { fetched, mutation, runCallbacks } from '../shared/fetching.js';
import { resultOf } from './server.js';
import { dataOf, make, type Procedure, type Router } from './values.js';

/** Nested values that are followed over the wire. */
const DEPTH_LIMIT = 6;

/** Functions of tRPC's packages whose type argument is the router, and what they give. */
const CLIENTS =
  /^(createTRPC(React|Next|Client|ProxyClient|UntypedClient|OptionsProxy|QueryUtils|SolidStart|Svelte)|experimental_createTRPCNextAppDir(Client|Server))$/;
/** Helpers whose result holds the client under these names. */
const HOLDERS: Readonly<Record<string, readonly string[]>> = { createTRPCContext: ['useTRPC', 'useTRPCClient'], createHydrationHelpers: ['trpc'] };

/** Attributes of a client that are the client again, for another purpose. */
const SAME = new Set(['useUtils', 'useContext', 'useClient']);

const keyAt = ({ env, at }: CallSite): string => `${env.module.path}:${spanStart(at)}`;

export const clientOf = (entries: Router, key: string): Value => make('client', { entries }, key);

/** `createTRPCReact<AppRouter>()`; undefined for other functions of the packages. */
export function clientCall(flow: Flow, site: CallSite, name: string): Value | undefined {
  const router = routerIn(flow, site);
  if (!router) return undefined;
  const client = clientOf(router, keyAt(site));
  if (CLIENTS.test(name) || name === 'createServerSideHelpers') return client;
  const held = HOLDERS[name];
  return held
    ? { k: 'dict', entries: new Map(held.map((one) => [one, one.startsWith('use') ? make('giver', { value: client }, keyAt(site)) : client])), rest: ANY }
    : undefined;
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
    case 'row': return {
      k: 'row',
      model: value.model,
      isSent: true,
      ...(value.only ? { only: value.only } : {}),
      ...(value.result ? { result: value.result } : {}),
      ...(value.loaded ? { loaded: new Map([...value.loaded].map(([name, inner]) => [name, sent(inner, depth - 1)])) } : {}),
    };
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
  const chosen = runCallbacks(flow, site, data) ?? data;
  if (RESULTS.has(name)) return fetched(chosen);
  if (name === 'useSuspenseQuery') return { k: 'list', items: [chosen, fetched(chosen)] };
  if (MUTATIONS.has(name)) return mutation(data, make('giver', { value: data }, `${key}:run`));
  if (LISTS.has(name)) {
    const pages = fetched({ k: 'dict', entries: new Map([['pages', { k: 'many', of: chosen }]]), rest: ANY });
    return name === 'useInfiniteQuery' ? pages : { k: 'list', items: [ANY, pages] };
  }
  // Options for the query library, whose functions fetch and change.
  if (OPTIONS.has(name))
    return {
      k: 'dict',
      entries: new Map([[name === 'mutationOptions' ? 'mutationFn' : 'queryFn', make('giver', { value: chosen }, `${key}:run`)]]),
      rest: ANY,
    };
  if (name === 'setData') return ANY;
  return GIVES.has(name) || site.receiver === null ? data : ANY;
}
