/**
 * TanStack Query and its like: what a hook gives is what the function in its options gives.
 * https://tanstack.com/query/latest/docs/framework/react/reference/useQuery
 */
import { argument } from '../../flow/arguments.js';
import { dispatch } from '../../flow/calls.js';
import type { Flow } from '../../flow/evaluate.js';
import { handOut } from '../../flow/hand-out.js';
import { union } from '../../flow/unions.js';
import { isInformative } from '../../flow/value-keys.js';
import { ANY, membersOf, type DictValue, type Value } from '../../flow/value.js';
import type { CallSite } from '../dialect.js';
import { fetched, mutation, runCallbacks } from '../shared/fetching.js';

const HOOKS = /^(use|create)(Suspense)?(Infinite)?Query$/;
const MUTATIONS = /^(use|create)Mutation$/;
const FETCHES = new Set(['fetchQuery', 'ensureQueryData']);
/** The functions that make the data. */
const OWN: ReadonlySet<string> = new Set(['queryFn', 'mutationFn']);

/** `useQuery({ queryFn: () => load(), select })`, `queryClient.fetchQuery({ queryFn })`; undefined for other calls, and where nothing is known of the data. */
export function queryCall(flow: Flow, site: CallSite, name: string): Value | undefined {
  const isHook = HOOKS.test(name);
  if (!isHook && !MUTATIONS.test(name) && !FETCHES.has(name)) return undefined;
  const options = membersOf(argument(site.args, 0) ?? ANY).find((member): member is DictValue => member.k === 'dict');
  const run = options?.entries.get(MUTATIONS.test(name) ? 'mutationFn' : 'queryFn');
  if (!run || (run.k !== 'fn' && run.k !== 'special')) return undefined;
  const data = union(
    membersOf(run).map((callee) => dispatch(flow, { ...site, callee, receiver: null, name: null, args: { list: [] }, written: [], types: [] })),
  );
  if (!isInformative(data)) return undefined;
  if (!flow.isQuiet) handOut(flow, data, name, flow.place(site.env, site.at));
  const chosen = runCallbacks(flow, site, data, OWN) ?? data;
  if (!isHook) return FETCHES.has(name) ? data : mutation(data, run);
  return fetched(name.includes('Infinite') ? { k: 'dict', entries: new Map([['pages', { k: 'many', of: chosen }]]), rest: ANY } : chosen);
}
