/** `Map` of JavaScript: a collection of pairs, of which the second is found again by `get`. https://tc39.es/ecma262/#sec-map-objects */
import type { CallSite } from '../dialects/dialect.js';
import { elementOf } from './access.js';
import { argument } from './arguments.js';
import type { Flow } from './evaluate.js';
import { noteKeyed, notePairs } from './keyed.js';
import { withKept } from './prefetched.js';
import type { Env } from './program.js';
import { union } from './unions.js';
import { ANY, NULL, membersOf, type ManyValue, type Value } from './value.js';

const mapOf = (key: Value, value: Value): ManyValue => ({ k: 'many', of: { k: 'list', items: [key, value] }, isMap: true });

/** `new Map(pairs)`, `new Map<string, Product>()`. */
export function newMap(flow: Flow, site: CallSite): Value {
  const pairs = argument(site.args, 0);
  if (pairs) notePairs(flow, pairs, flow.place(site.env, site.at));
  const [key, value] = site.types.map((type) => flow.type(type, site.env));
  if (value && value.k !== 'any') return mapOf(key!, value);
  return pairs ? { k: 'many', of: elementOf(flow, pairs, site.env, site.at), isMap: true } : mapOf(ANY, ANY);
}

/** `Map<string, Product>` as a type. */
export const typedMap = (key: Value, value: Value): Value => mapOf(key, value);

/** One side of all pairs. */
function side(map: ManyValue, index: 0 | 1): Value {
  return union(membersOf(map.of).map((pair) => (pair.k === 'list' ? pair.items[index] ?? ANY : ANY)));
}

/** A method of a map; null for what is none, and where what is put in would be lost. */
export function mapMethod(flow: Flow, site: CallSite, map: ManyValue, run: (callback: Value, values: readonly Value[]) => Value): Value | null {
  const first = argument(site.args, 0);
  switch (site.name) {
    // A list that is filled later is not known by what it was put in with.
    case 'get': { const value = side(map, 1); return value.k === 'list' && value.items.length === 0 ? ANY : union([withKept(value, map), NULL]); }
    case 'set': noteKeyed(flow, first ?? ANY, argument(site.args, 1) ?? ANY, flow.place(site.env, site.at));
    return grow(site.env, map, { k: 'list', items: [first ?? ANY, argument(site.args, 1) ?? ANY] }) ? map : null;
    case 'has': case 'delete': case 'clear': return ANY;
    case 'keys': return { k: 'many', of: side(map, 0) };
    case 'values': return { k: 'many', of: side(map, 1) };
    case 'entries': return map;
    case 'forEach': if (first?.k === 'fn') flow.branch(() => run(first, [side(map, 1), side(map, 0)])); return ANY;
    default: return null;
  }
}

/** The variable that holds a collection then holds one with `added` too, wherever in the functions around it is declared; false where none does. */
export function grow(env: Env, collection: Value & { k: 'list' | 'many' }, added: Value): boolean {
  let isHeld = false;
  for (let scope: Env | null = env; scope && (scope.kind === 'function' || scope === env); scope = scope.parent) {
    for (const [name, value] of scope.vars.entries()) if (value === collection) { scope.vars.set(name, grown(collection, added)); isHeld = true; }
  }
  return isHeld;
}

function grown(collection: Value & { k: 'list' | 'many' }, added: Value): Value {
  const known = collection.k === 'many' ? [collection.of] : collection.items;
  // What was not known yet is told by what is put in.
  const told = collection.k === 'many' && collection.isMap ? known.filter((pair) => !(pair.k === 'list' && pair.items[1]?.k === 'any')) : known;
  return { k: 'many', of: union([added, ...told]), ...(collection.k === 'many' && collection.isMap ? { isMap: true } : {}) };
}
