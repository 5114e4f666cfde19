/** Methods of values that a language has by itself: lists, dicts, texts, functions, `super()`. */
import type { CallSite } from '../dialects/dialect.js';
import { elementOf, touch } from './access.js';
import { argument, text } from './arguments.js';
import { callForEach, callWith } from './callbacks.js';
import { classOf, lineage, ownMembers } from './classes.js';
import type { Flow } from './evaluate.js';
import { grow, mapMethod } from './maps.js';
import { withKept } from './prefetched.js';
import type { Env } from './program.js';
import { scriptStatic } from './script-functions.js';
import { joinNames } from './sql-names.js';
import { hasParts, joinList, withOptionalParts } from './sql-parts.js';
import { union } from './unions.js';
import { ANY, membersOf, type ClassRef, type DictValue, type FnRef, type ListValue, type Value } from './value.js';

const PROMISED = new Set<Value['k']>(['row', 'many', 'list', 'dict', 'field', 'object']);
const ITEM_CALLBACKS = new Set([
  'map', 'filter', 'forEach', 'find', 'some', 'every', 'flatMap', 'findIndex', 'findLast', 'sort', 'toSorted', 'reduce', 'reduceRight',
]);
const SAME_COLLECTION = new Set([
  'filter', 'sort', 'slice', 'concat', 'reverse', 'toSorted', 'toReversed', 'copy', 'flat', 'values', 'splice', 'union', 'difference', 'intersection',
]);
const ONE_ITEM = new Set(['find', 'at', 'pop', 'shift', 'findLast']);
const STRING_METHODS = new Set([
  'strip', 'lower', 'upper', 'split', 'toLowerCase', 'toUpperCase', 'trim', 'startsWith', 'startswith', 'endswith', 'endsWith', 'replace', 'format',
  'isoformat', 'toISOString', 'strftime', 'encode', 'includes', 'padStart', 'toFixed', 'getTime', 'timestamp', 'date', 'astimezone', 'substring', 'slice',
  'title', 'capitalize', 'join', 'total_seconds', 'match', 'indexOf', 'keys', 'items', 'get', 'append', 'map', 'filter', 'forEach', 'push', 'some', 'every',
  'find',
]);

/** What a method of that name gives for the receiver; null where the language has none that is known here. */
export function methodCall(flow: Flow, site: CallSite, receiver: Value, name: string): Value | null {
  const { args, env, at } = site;
  // What is awaited is the value itself, so that `then` gives it to its callback.
  if (env.module.language === 'typescript' && PROMISED.has(receiver.k)) {
    const callback = argument(args, 0);
    if (name === 'then' && callback?.k === 'fn') return callWith(flow, callback, [receiver], site);
    if ((name === 'catch' || name === 'finally') && callback?.k === 'fn') { callWith(flow, callback, [ANY], site); return receiver; }
  }
  switch (receiver.k) {
    case 'dict': return dictMethod(flow, site, receiver, name);
    case 'list': case 'many': {
      if (receiver.k === 'many' && receiver.isMap) return mapMethod(flow, site, receiver, (callback, values) => callWith(flow, callback, values, site));
      const item = elementOf(flow, receiver, env, at);
      const callback = argument(args, 0, 'key');
      if (callback?.k === 'fn' && ITEM_CALLBACKS.has(name)) {
        const result = callForEach(flow, callback, name.startsWith('reduce') ? [argument(args, 1) ?? ANY, item] : [item], site);
        if (name === 'map') return { k: 'many', of: result };
        if (name === 'flatMap') return { k: 'many', of: elementOf(flow, result, env, at) };
        if (name.startsWith('reduce')) return union([result, argument(args, 1) ?? ANY]);
      }
      if (ONE_ITEM.has(name)) return item;
      if (SAME_COLLECTION.has(name)) return { k: 'many', of: item };
      if (name === 'entries') return { k: 'many', of: { k: 'list', items: [ANY, item] } };
      const joined = name === 'join' ? joinList(receiver, text(callback)) ?? joinNames(receiver, text(callback)) : null;
      if (joined) return joined;
      if (name === 'extend' || name === 'append' || name === 'push' || name === 'add' || name === 'unshift' || name === 'insert')
        return growList(site, receiver, name === 'insert' ? [argument(args, 1)] : args.list.map((arg) => arg.value));
      return ANY;
    }
    case 'any': {
      // Objects that are made one by one of who knows what: rows to insert, mostly.
      const callback = argument(args, 0);
      if (name !== 'map' || callback?.k !== 'fn' || env.module.language !== 'typescript') return null;
      const result = flow.branch(() => callWith(flow, callback, [elementOf(flow, receiver, env, at)], site));
      return membersOf(result).some((member) => member.k === 'dict') ? { k: 'many', of: result } : null;
    }
    case 'field':
      if (STRING_METHODS.has(name) || name !== 'valueOf') touch(flow, receiver);
      if (argument(args, 0)?.k === 'fn') callWith(flow, argument(args, 0), [ANY], site);
      return name === 'strip' || name === 'lower' || name === 'trim' || name === 'toString' || name === 'toLowerCase' ? receiver : ANY;
    case 'const': return name === 'join'
      ? (joinList(argument(args, 0) ?? ANY, text(receiver)) ?? joinNames(argument(args, 0) ?? ANY, text(receiver)) ?? ANY)
      : name === 'format' || typeof receiver.v !== 'string'
        ? ANY
        : ['lower', 'upper', 'strip', 'trim'].includes(name)
          ? receiver
          : ANY;
    // With no more than its receiver it is the function itself, to be called by whoever gets it.
    case 'fn': return name === 'bind' && args.list.length <= 1 && site.env.module.language === 'typescript'
      ? receiver
      : name === 'bind' || name === 'call' || name === 'apply'
        ? flow.callFn(receiver, args.list.slice(1))
        : name === 'delay' || name === 'apply_async' || name === 'send'
          ? flow.callFn(receiver, args.list)
          : ANY;
    // `g.get("user")`
    case 'ext': return receiver.module === 'builtins'
      ? scriptStatic(flow, site, receiver.name ?? '', name)
      : name === 'get'
        ? (flow.carried.read(receiver, text(argument(args, 0)) ?? '') ?? null)
        : null;
    case 'term': return flow.carried.contextVar(flow, receiver, name, argument(args, 0));
    case 'special': return receiver.tag === 'super' ? superMethod(flow, site, receiver, name) : null;
    default: return null;
  }
}

/** `items.append(x)`: the list then holds such items; seen by whoever reads the variable later. */
function growList(site: CallSite, receiver: Value, given: readonly (Value | null)[]): Value {
  const fn = site.env;
  const added = given[0] ?? null;
  // Conditions that are collected one by one stay told apart.
  if (added?.k === 'predicate' && receiver.k === 'list') {
    for (const [name, value] of fn.vars.entries()) if (value === receiver) fn.vars.set(name, { k: 'list', items: [...receiver.items, added] });
    return ANY;
  }
  const items = added?.k === 'list' && site.name === 'extend' ? added.items : given.filter((each) => each !== null);
  if (receiver.k === 'list' && items.some(hasParts)) growParts(fn, receiver, items);
  else if (added && (receiver.k === 'list' || receiver.k === 'many')) grow(fn, receiver, added);
  return ANY;
}

/** The list of texts then has these behind the others; a function inside of its own adds them when it is called. */
function growParts(fn: Env, list: ListValue, added: readonly Value[]): void {
  for (let scope: Env | null = fn; scope && (scope.kind === 'function' || scope === fn); scope = scope.parent) {
    const items = scope === fn ? added : added.map(withOptionalParts);
    for (const [name, value] of scope.vars.entries()) if (value === list) scope.vars.set(name, { k: 'list', items: [...list.items, ...items] });
  }
}

function superMethod(flow: Flow, site: CallSite, receiver: Value & { k: 'special'; }, name: string): Value {
  const self = receiver.data['self'] as Value;
  const owner = receiver.data['owner'] as ClassRef | null;
  if (!owner) return ANY;
  const method = methodBehind(flow, classOf(self) ?? owner, owner, name);
  return method ? flow.callFn({ k: 'fn', fn: method, self }, site.args.list, { isConstructor: name === '__init__' }) : ANY;
}

/** The method that comes behind those of `owner` for an instance of `cls`: in Python a mixin's `super()` goes on to whatever class stands behind it. */
function methodBehind(flow: Flow, cls: ClassRef, owner: ClassRef, name: string): FnRef | null {
  const at = cls === owner ? 0 : lineage(flow, cls).indexOf(owner);
  const from = at < 0 ? owner : cls;
  return flow.memoOf<FnRef | null>(
    'super',
    from,
    `${owner.id}.${name}`,
    () => flow.quiet(() => methodAmong(flow, lineage(flow, from).slice(Math.max(at, 0) + 1), name)),
    null,
  );
}

/** The method of that name nearest among the bases. */
export function baseMethod(flow: Flow, owner: ClassRef, name: string): FnRef | null {
  return methodAmong(flow, lineage(flow, owner).slice(1), name);
}

function methodAmong(flow: Flow, classes: readonly ClassRef[], name: string): FnRef | null {
  for (const cls of classes) {
    const member = ownMembers(flow, cls).get(name);
    if (member?.k === 'method') return member.fn;
  }
  return null;
}

function dictMethod(flow: Flow, site: CallSite, dict: DictValue, name: string): Value | null {
  const key = text(argument(site.args, 0));
  switch (name) {
    case 'get': case 'pop': case 'setdefault':
      return key !== null ? withKept(dict.entries.get(key) ?? dict.rest ?? argument(site.args, 1) ?? ANY, dict) : anyOf(dict, argument(site.args, 1));
    case 'items': case 'entries': return { k: 'many', of: { k: 'key', of: dict, part: 'key' } };
    case 'keys': return { k: 'many', of: { k: 'key', of: dict, part: 'key' } };
    case 'values': return { k: 'many', of: union([...dict.entries.values(), ...(dict.rest ? [dict.rest] : [])]) };
    case 'copy': return dict;
    case 'update': {
      const added = argument(site.args, 0);
      if (added?.k === 'dict')
        for (const [variable, value] of site.env.vars.entries())
          if (value === dict)
            site.env.vars.set(variable, {
              ...dict,
              entries: new Map([...dict.entries, ...added.entries]),
              places: new Map([...(dict.places ?? []), ...(added.places ?? [])]),
              rest: added.rest ?? dict.rest,
            });
      return ANY;
    }
    default: {
      const member = dict.entries.get(name);
      return member?.k === 'fn' ? flow.callFn(member, site.args.list) : member ? null : dict.rest ? ANY : null;
    }
  }
}

/** What a dict has under a key that is not known, or the value given for one that it lacks. */
function anyOf(dict: DictValue, otherwise: Value | null): Value {
  const values = [...dict.entries.values(), ...(dict.rest ? [dict.rest] : []), ...(otherwise ? [otherwise] : [])];
  return values.length > 0 ? withKept(union(values), dict) : ANY;
}
