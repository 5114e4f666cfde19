/** Pages and other clients of an API: what fetch helpers with explicit types and state hooks hold. */
import { rowsIn } from '../../flow/access.js';
import type { Flow } from '../../flow/evaluate.js';
import { union } from '../../flow/unions.js';
import type { Value } from '../../flow/value.js';
import type { CallSite, Dialect } from '../dialect.js';
import { queryCall } from './queries.js';

/** Hooks whose result is a pair of a value and its setter. */
const PAIRS = new Set(['useState', 'useReducer', 'useLocalStorage', 'useAtom', 'useSessionStorage', 'useOptimistic']);
/** Hooks and calls whose result is the value itself or an object that holds it. */
const HOLDERS = new Set([
  'useRef', 'useMemo', 'useContext', 'createContext', 'inject', 'ref', 'computed', 'useLoaderData', 'useFetch', 'useSWR', 'useQuery', 'useSuspenseQuery',
  'useAsyncData', 'get', 'post', 'put', 'patch', 'delete', 'request', 'fetch', '$fetch', 'json',
]);

/** What is not of this repository. */
const UNSEEN = new Set<Value['k']>(['any', 'ext', 'extobj', 'term']);

export const webClient: Dialect = {
  id: 'web-client',
  language: 'typescript',
  api: {
    call(flow, site) {
      if (site.env.module.language !== 'typescript') return undefined;
      const name = site.name ?? (site.callee.k === 'ext' ? site.callee.name?.split('.').at(-1) ?? '' : '');
      const isKnownFunction = site.receiver === null && site.callee.k !== 'ext' && site.callee.k !== 'any';
      if (isKnownFunction || (site.receiver && !UNSEEN.has(site.receiver.k))) return undefined;
      const own = queryCall(flow, site, name);
      if (own !== undefined) return own;
      if (site.types.length === 0) return stateCall(flow, site, name);
      if (!PAIRS.has(name) && !HOLDERS.has(name)) return undefined;
      const held = flow.type(site.types[0]!, site.env);
      if (held.k === 'any' || held.k === 'const') return undefined;
      const setter: Value = { k: 'any' };
      if (PAIRS.has(name)) return { k: 'list', items: [held, setter] };
      return union([held, { k: 'dict', entries: new Map([['data', held], ['current', held], ['value', held]]), rest: null }]);
    },
  },
};

/** Hooks that hold what they are first given, by the place of that among their arguments. https://react.dev/reference/react/useOptimistic */
const FIRST_STATE: ReadonlyMap<string, number> = new Map([['useState', 0], ['useOptimistic', 0], ['useReducer', 1]]);

/** `useOptimistic(rows, (state, id) => …)`: rows that a hook is given stay in the component, and what makes the next state of them sees them. */
function stateCall(flow: Flow, site: CallSite, name: string): Value | undefined {
  const index = FIRST_STATE.get(name);
  const given = index === undefined ? undefined : site.args.list[index];
  if (given === undefined || rowsIn(given.value, 2).length === 0) return undefined;
  for (const { value } of site.args.list) if (value.k === 'fn') flow.callFn(value, [given]);
  return { k: 'list', items: [given.value, { k: 'any' }] };
}
