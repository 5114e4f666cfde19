/** What the languages' own functions and methods do with values: collections, `getattr`, callbacks. */
import type { Expr, Span, TemplateText } from '../facts/code.js';
import { spanStart } from '../facts/span.js';
import type { CallSite } from '../dialects/dialect.js';
import { elementOf, isSetElsewhere, noteTest } from './access.js';
import { enumMembers, isEnum, lineage, ownMembers } from './classes.js';
import { namesake, namesLike, namesOf, noteAnyModel, readAny, readKeys, writeKeys } from './computed.js';
import { dispatch } from './calls.js';
import { DictBuilder } from './dicts.js';
import { writeEmbedded } from './embedded.js';
import type { Flow } from './evaluate.js';
import { fieldsOf } from './fields.js';
import { handOut } from './hand-out.js';
import { notePairs } from './keyed.js';
import { withKept } from './prefetched.js';
import { grow, mapMethod, newMap } from './maps.js';
import { pageCall } from './pages.js';
import type { Env } from './program.js';
import { basesAsWritten, typesGiven } from './reflection.js';
import { joinNames, namedEntries, ofKey } from './sql-names.js';
import { hasParts, joinList, withOptionalParts } from './sql-parts.js';
import { store } from './assign.js';
import { ANY, argument, membersOf, text, union, unwritten, type ColumnValue, type DictValue, type EvaluatedArg, type KeyedColumns, type ListValue, type ModelValue, type RowValue, type Value, type ClassRef, type FnRef } from './value.js';

/** The value of a call that the language itself defines; null when it defines none of that name for such a receiver. */
export function languageCall(flow: Flow, site: CallSite): Value | null {
  const { callee } = site;
  if (site.receiver && !isHelperOf(site.receiver, callee)) return methodCall(flow, site, site.receiver, site.name!);
  if (callee.k !== 'ext') return null;
  if (callee.module === 'builtins' && callee.name?.startsWith('{')) return pageCall(flow, site, callee.name);
  if (callee.module === 'builtins' || PYTHON_HELPERS.has(`${callee.module}.${callee.name}`)) return site.env.module.language === 'python' ? pythonFunction(flow, site, callee.name ?? '') : scriptFunction(flow, site, callee.name ?? '');
  return null;
}

const PYTHON_HELPERS = new Set(['typing.cast', 'copy.copy', 'copy.deepcopy', 'functools.partial', 'itertools.chain', 'asyncio.gather', 'dataclasses.replace', 'typing.get_args', 'typing_extensions.get_args', 'types.get_original_bases']);
/** `functools.partial`, of the module itself. */
const isHelperOf = (receiver: Value, callee: Value): boolean => receiver.k === 'ext' && receiver.name === null && callee.k === 'ext' && PYTHON_HELPERS.has(`${callee.module}.${callee.name}`);

const SAME = new Set(['list', 'tuple', 'set', 'frozenset', 'sorted', 'reversed', 'iter', 'filter', 'deepcopy', 'copy', 'aiter']);

/** `getattr(row, f"phone{number}")`: what the name may be. */
function readSome(flow: Flow, row: RowValue, key: EvaluatedArg, env: Env, at: Span): void {
  const names = namesLike(row.model, key.expr);
  if (names) attributesOf(flow, row, names, env, key.at);
  else readAny(flow, row, flow.place(env, at));
}

function writeSome(flow: Flow, row: RowValue, key: Value, value: Value, written: Expr, env: Env, at: Span): void {
  const names = namesLike(row.model, written);
  if (!names) writeKeys(flow, row, key, value, flow.place(env, at));
  else for (const name of names) store(flow, row, name, ANY, env, at);
}

/** Functions that ask each item for what it is told by: `sorted(rows, key=lambda row: row.code)`. */
const BY_KEY = new Set(['sorted', 'max', 'min']);

function pythonFunction(flow: Flow, site: CallSite, name: string): Value | null {
  const { args, env, at } = site;
  const first = argument(args, 0);
  const attributes = namesOf(argument(args, 1));
  const by = BY_KEY.has(name) ? argument(args, -1, 'key') : null;
  if (by?.k === 'fn' && first) callWith(flow, by, [elementOf(flow, first, env, at)], site);
  switch (name) {
    case 'getattr': {
      if (!first) return ANY;
      if (attributes) { flow.record.resolve(flow.place(env, args.list[1]!.at)); return attributesOf(flow, first, attributes, env, args.list[1]!.at); }
      const key = argument(args, 1);
      if (key?.k === 'const') return ANY;
      if (key?.k === 'key') return first.k === 'model' ? columnsOf(flow, first, key.of, site) : readKeys(flow, first, key.of, flow.place(env, at));
      for (const member of membersOf(first)) if (member.k === 'row') readSome(flow, member, args.list[1]!, env, at);
        else if (member.k === 'model') flow.record.gap({ kind: 'dynamic-access', model: member.model, column: null, place: flow.place(env, at), detail: `a column of ${member.model.name} is named by a computed name`, does: 'read' });
        else if (member.k === 'module') noteAnyModel(flow, member.module, flow.place(env, at));
      return ANY;
    }
    case 'setattr': {
      const key = argument(args, 1);
      const value = argument(args, 2) ?? ANY;
      for (const member of first ? membersOf(first) : []) {
        if (attributes) { flow.record.resolve(flow.place(env, args.list[1]!.at)); for (const attribute of attributes) store(flow, member, attribute, attributes.length > 1 ? namesake(value, attribute) : value, env, args.list[1]!.at); }
        else if (member.k === 'row' && key) writeSome(flow, member, key, value, args.list[1]!.expr, env, at);
      }
      return ANY;
    }
    // Whoever asks of what kind a value is asks whether there is one.
    case 'isinstance': if (first) noteTest(flow, first); return ANY;
    case 'hasattr': case 'issubclass': return ANY;
    case 'cast': return argument(args, 1) && site.args.list[0] ? preferType(flow, site) : ANY;
    case 'next': case 'max': case 'min': return first ? elementOf(flow, first, env, at) : ANY;
    case 'len': case 'any': case 'all': case 'sum': case 'bool': case 'print': if (first && name !== 'print') elementOf(flow, first, env, at); return ANY;
    case 'zip': return { k: 'many', of: { k: 'list', items: elementsOf(flow, args.list, site) } };
    case 'enumerate': return { k: 'many', of: { k: 'list', items: [ANY, first ? elementOf(flow, first, env, at) : ANY] } };
    case 'map': return { k: 'many', of: first?.k === 'ext' ? dispatch(flow, { ...site, callee: first, receiver: null, name: null, args: { list: elementsOf(flow, args.list.slice(1), site).map((value, index) => ({ ...args.list[index + 1]!, value })) } }) : callWith(flow, first, elementsOf(flow, args.list.slice(1), site), site) };
    case 'dict': if (first) notePairs(flow, first, flow.place(env, at)); return dictOf(flow, site, first);
    case 'vars': return first ?? ANY;
    case 'str': case 'int': case 'float': case 'bytes': case 'repr': case 'round': case 'abs': case 'UUID': touch(flow, first); return first?.k === 'field' || first?.k === 'any' || (name === 'str' && first?.k === 'key') ? first : ANY;
    case 'gather': return { k: 'list', items: args.list.map((arg) => arg.value) };
    case 'chain': return { k: 'many', of: union(elementsOf(flow, args.list, site)) };
    case 'partial': return first?.k === 'ext' && args.list.length > 1 ? { k: 'special', dialect: 'core', tag: 'partial', data: { callee: first, args: args.list.slice(1) }, key: `${env.module.path}:${spanStart(at)}` } : first ?? ANY;
    case 'get_args': return first ? typesGiven(flow, first) : ANY;
    case 'get_original_bases': return first?.k === 'class' || first?.k === 'object' ? basesAsWritten(flow, first.cls) : ANY;
    case 'super': return superOf(flow, site);
    case 'type': return first ? flow.classValueOf(first) : ANY;
    default: return SAME.has(name) ? collectionOf(flow, (name === 'filter' ? argument(args, 1) : first) ?? ANY, site) : null;
  }
}

function elementsOf(flow: Flow, args: readonly EvaluatedArg[], site: CallSite): readonly Value[] {
  return args.map((arg) => elementOf(flow, arg.value, site.env, site.at));
}

function attributesOf(flow: Flow, of: Value, names: readonly string[], env: Env, at: Span): Value {
  return union(names.map((name) => flow.attribute(of, name, env, at)));
}

function preferType(flow: Flow, site: CallSite): Value {
  const declared = flow.type(site.args.list[0]!.expr, site.env);
  return declared.k === 'any' ? argument(site.args, 1)! : declared;
}

/** The path of `__dirname + '/../x'`, `path.join(__dirname, '..', 'x')`; null for others. */
function besideModule(expr: Expr | undefined): string | null {
  const isHere = (part: Expr | undefined): boolean => part?.k === 'name' && part.id === '__dirname';
  const textOf = (part: Expr | TemplateText): string | null => (part.k === 'text' || part.k === 'lit' ? String(part.v) : null);
  const parts: readonly (Expr | TemplateText)[] = expr?.k === 'tpl' ? expr.parts : expr?.k === 'op' && expr.op === '+' ? expr.args : expr?.k === 'call' && expr.fn.k === 'attr' && /^(join|resolve)$/.test(expr.fn.name) ? expr.args.map((arg) => arg.value) : [];
  const rest = parts.slice(1).map(textOf);
  if (!isHere(parts[0] as Expr | undefined) || rest.length === 0 || rest.includes(null)) return null;
  return `./${rest.join(expr!.k === 'call' ? '/' : '')}`;
}

/** `super()`: the receiver, looked at from its bases. */
function superOf(flow: Flow, site: CallSite): Value {
  const self = flow.lookup('self', site.env) ?? flow.lookup('cls', site.env);
  return { k: 'special', dialect: 'core', tag: 'super', data: { self: self ?? ANY, owner: site.env.owner }, key: site.env.owner?.id ?? '' };
}

/** `dict(a=1)`, `dict(other, a=1)`: what `{ **other, "a": 1 }` is. */
function dictOf(flow: Flow, { args, env, at }: CallSite, first: Value | null): Value {
  if (first && args.list.length === 1 && args.list[0]!.name === null) return first.k === 'dict' ? first : first.k === 'row' ? first : { k: 'dict', entries: new Map(), rest: ANY };
  const made = new DictBuilder();
  for (const arg of args.list) {
    if (arg.name !== null) made.set(arg.name, arg.value, flow.place(env, arg.at));
    else if (arg.value.k === 'dict') made.spread(flow, arg.value, flow.place(env, at));
    else made.rest = ANY;
  }
  return made.made();
}

function collectionOf(flow: Flow, value: Value, site: CallSite): Value {
  if (value.k === 'list' || value.k === 'many') return value;
  return { k: 'many', of: elementOf(flow, value, site.env, site.at) };
}

/** The value of a field is looked into. */
function touch(flow: Flow, value: Value | null): void {
  for (const member of value ? membersOf(value) : []) if (member.k === 'field') flow.record.mark(member.model, member.attribute, member.place, 'isDereference');
}

/** `getattr(Model, name)` where `name` is any key of a dict. */
function columnsOf(flow: Flow, { model, alias }: ModelValue, dict: DictValue, site: CallSite): Value {
  const place = flow.place(site.env, site.at);
  if (dict.rest) flow.record.gap({ kind: 'dynamic-access', model, column: null, place, detail: `a column of ${model.name} is named by a computed name`, does: 'read' });
  const columns = [...dict.entries.keys()].filter((name) => model.columns.has(name)).map((attribute): ColumnValue => ({ k: 'column', model, attribute, place: dict.places?.get(attribute) ?? place, ...(alias ? { alias } : {}) }));
  for (const column of columns) flow.record.column(model, column.attribute, 'read', column.place, flow.currentFn);
  return { k: 'special', dialect: 'core', tag: 'columns', data: { columns, dict } satisfies KeyedColumns, key: columns.map((column) => `${model.id}.${column.attribute}`).join() };
}

function callWith(flow: Flow, fn: Value | null, values: readonly Value[], site: CallSite): Value {
  if (!fn) return ANY;
  return union(membersOf(fn).map((member) => {
    if (member.k !== 'fn') return ANY;
    return flow.callFn(member, values.map((value) => unwritten(value, site.at)));
  }));
}

const PROMISED = new Set<Value['k']>(['row', 'many', 'list', 'dict', 'field', 'object']);
const ITEM_CALLBACKS = new Set(['map', 'filter', 'forEach', 'find', 'some', 'every', 'flatMap', 'findIndex', 'findLast', 'sort', 'toSorted', 'reduce', 'reduceRight']);
const SAME_COLLECTION = new Set(['filter', 'sort', 'slice', 'concat', 'reverse', 'toSorted', 'toReversed', 'copy', 'flat', 'values', 'splice', 'union', 'difference', 'intersection']);
const ONE_ITEM = new Set(['find', 'at', 'pop', 'shift', 'findLast']);
const STRING_METHODS = new Set(['strip', 'lower', 'upper', 'split', 'toLowerCase', 'toUpperCase', 'trim', 'startsWith', 'startswith', 'endswith', 'endsWith', 'replace', 'format', 'isoformat', 'toISOString', 'strftime', 'encode', 'includes', 'padStart', 'toFixed', 'getTime', 'timestamp', 'date', 'astimezone', 'substring', 'slice', 'title', 'capitalize', 'join', 'total_seconds', 'match', 'indexOf', 'keys', 'items', 'get', 'append', 'map', 'filter', 'forEach', 'push', 'some', 'every', 'find']);

function methodCall(flow: Flow, site: CallSite, receiver: Value, name: string): Value | null {
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
      if (name === 'extend' || name === 'append' || name === 'push' || name === 'add' || name === 'unshift' || name === 'insert') return growList(site, receiver, name === 'insert' ? [argument(args, 1)] : args.list.map((arg) => arg.value));
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
    case 'const': return name === 'join' ? joinList(argument(args, 0) ?? ANY, text(receiver)) ?? joinNames(argument(args, 0) ?? ANY, text(receiver)) ?? ANY : name === 'format' || typeof receiver.v !== 'string' ? ANY : ['lower', 'upper', 'strip', 'trim'].includes(name) ? receiver : ANY;
    // With no more than its receiver it is the function itself, to be called by whoever gets it.
    case 'fn': return name === 'bind' && args.list.length <= 1 && site.env.module.language === 'typescript' ? receiver : name === 'bind' || name === 'call' || name === 'apply' ? flow.callFn(receiver, args.list.slice(1)) : name === 'delay' || name === 'apply_async' || name === 'send' ? flow.callFn(receiver, args.list) : ANY;
    // `g.get("user")`
    case 'ext': return receiver.module === 'builtins' ? scriptStatic(flow, site, receiver.name ?? '', name) : name === 'get' ? flow.carried.read(receiver, text(argument(args, 0)) ?? '') ?? null : null;
    case 'term': return flow.carried.contextVar(flow, receiver, name, argument(args, 0));
    case 'special': return receiver.tag === 'super' ? superMethod(flow, site, receiver, name) : null;
    default: return null;
  }
}

/** A callback that runs for each item there is. */
function callForEach(flow: Flow, callback: Value, values: readonly Value[], site: CallSite): Value {
  flow.enterBranch();
  const result = callWith(flow, callback, values, site);
  flow.leaveBranch();
  return result;
}

/** `items.append(x)`: the list then holds such items; seen by whoever reads the variable later. */
function growList(site: CallSite, receiver: Value, given: readonly (Value | null)[]): Value {
  const fn = site.env;
  const added = given[0] ?? null;
  // Conditions that are collected one by one stay told apart.
  if (added?.k === 'predicate' && receiver.k === 'list') { for (const [name, value] of fn.vars.entries()) if (value === receiver) fn.vars.set(name, { k: 'list', items: [...receiver.items, added] }); return ANY; }
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

function superMethod(flow: Flow, site: CallSite, receiver: Value & { k: 'special' }, name: string): Value {
  const self = receiver.data['self'] as Value;
  const owner = receiver.data['owner'] as ClassRef | null;
  if (!owner) return ANY;
  const method = flow.memoOf<FnRef | null>('super', owner, name, () => flow.quiet(() => baseMethod(flow, owner, name)), null);
  return method ? flow.callFn({ k: 'fn', fn: method, self }, site.args.list, { isConstructor: name === '__init__' }) : ANY;
}

/** The method of that name nearest among the bases. */
export function baseMethod(flow: Flow, owner: ClassRef, name: string): FnRef | null {
  for (const base of lineage(flow, owner).slice(1)) {
    const member = ownMembers(flow, base).get(name);
    if (member?.k === 'method') return member.fn;
  }
  return null;
}

function dictMethod(flow: Flow, site: CallSite, dict: DictValue, name: string): Value | null {
  const key = text(argument(site.args, 0));
  switch (name) {
    case 'get': case 'pop': case 'setdefault': return key !== null ? withKept(dict.entries.get(key) ?? dict.rest ?? argument(site.args, 1) ?? ANY, dict) : anyOf(dict, argument(site.args, 1));
    case 'items': case 'entries': return { k: 'many', of: { k: 'key', of: dict, part: 'key' } };
    case 'keys': return { k: 'many', of: { k: 'key', of: dict, part: 'key' } };
    case 'values': return { k: 'many', of: union([...dict.entries.values(), ...(dict.rest ? [dict.rest] : [])]) };
    case 'copy': return dict;
    case 'update': {
      const added = argument(site.args, 0);
      if (added?.k === 'dict') for (const [variable, value] of site.env.vars.entries()) if (value === dict) site.env.vars.set(variable, { ...dict, entries: new Map([...dict.entries, ...added.entries]), places: new Map([...(dict.places ?? []), ...(added.places ?? [])]), rest: added.rest ?? dict.rest });
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

function scriptFunction(flow: Flow, site: CallSite, name: string): Value | null {
  const first = argument(site.args, 0);
  if (name === 'String' || name === 'Number' || name === 'Boolean' || name === 'parseInt' || name === 'BigInt') { touch(flow, first); return first?.k === 'field' ? first : ANY; }
  if (name === 'Map' || name === 'WeakMap') return newMap(flow, site);
  if (name === 'Set') return first ? { k: 'many', of: elementOf(flow, first, site.env, site.at) } : ANY;
  if (name === 'require') { const module = text(first) ?? besideModule(site.args.list[0]?.expr); return module === null ? ANY : flow.imported(site.env.module, module, '*'); }
  if (name === 'import') { const module = text(first); return module === null ? ANY : flow.imported(site.env.module, module, '*'); }
  if (name === 'super') return ANY;
  if (name === 'structuredClone') return first ?? ANY;
  return null;
}

function scriptStatic(flow: Flow, site: CallSite, of: string, name: string): Value | null {
  const first = argument(site.args, 0) ?? ANY;
  const item = (): Value => elementOf(flow, first, site.env, site.at);
  // All that they hold is read; of entries some may be left out by their names.
  if (of === 'Object' && (name === 'values' || name === 'entries')) for (const member of membersOf(first)) {
    if (member.k === 'row' && name === 'values') readAny(flow, member, flow.place(site.env, site.at));
    else if (member.k === 'row' || member.k === 'embedded') handOut(flow, member, `Object.${name}`, flow.place(site.env, site.at));
    // What is left of a row, or a copy of it with something beside it.
    else if (member.k === 'dict') handOut(flow, { ...member, entries: new Map([...member.entries].filter(([, entry]) => entry.k === 'field')), rest: null }, `Object.${name}`, flow.place(site.env, site.at));
  }
  switch (`${of}.${name}`) {
    case 'Promise.all': case 'Promise.allSettled': return first;
    case 'Promise.resolve': case 'Object.freeze': case 'Object.seal': return first;
    case 'Object.assign': return assignAll(flow, site);
    // https://tc39.es/ecma262/#sec-object.getownpropertydescriptors
    case 'Object.getOwnPropertyDescriptors': { const given = first.k === 'object' ? fieldsOf(flow, first) : first; return given.k === 'dict' ? { ...given, entries: new Map([...given.entries].map(([key, value]) => [key, { k: 'dict', entries: new Map([['value', value]]), rest: null }])), rest: given.rest && ANY } : ANY; }
    case 'Object.keys': return first.k === 'dict' ? { k: 'many', of: { k: 'key', of: first, part: 'key' } } : ANY;
    case 'Object.entries': return first.k === 'dict' ? { k: 'many', of: { k: 'key', of: first, part: 'key' } } : { k: 'many', of: { k: 'list', items: [ANY, item()] } };
    case 'Object.values': return first.k === 'class' && isEnum(flow, first.cls) ? { k: 'list', items: [...enumMembers(flow, first.cls).values()] } : first.k === 'dict' ? { k: 'many', of: union([...first.entries.values(), ...(first.rest ? [first.rest] : [])]) } : ANY;
    case 'Object.fromEntries': { notePairs(flow, first, flow.place(site.env, site.at)); return fromPairs(item()); }
    case 'Object.groupBy': case 'Map.groupBy': { const values = item(); const callback = argument(site.args, 1); if (callback?.k === 'fn') callWith(flow, callback, [values], site); const group: Value = { k: 'many', of: values }; return of === 'Map' ? { k: 'many', of: { k: 'list', items: [ANY, group] }, isMap: true } : { k: 'dict', entries: new Map(), rest: group }; }
    case 'Array.from': { const values = { k: 'many' as const, of: item() }; const callback = argument(site.args, 1); return callback?.k === 'fn' ? { k: 'many', of: callWith(flow, callback, [values.of], site) } : values; }
    case 'Array.isArray': noteTest(flow, first); return ANY;
    case 'JSON.parse': return ANY;
    case 'JSON.stringify': touch(flow, first); handOut(flow, first, 'JSON.stringify', flow.place(site.env, site.at)); return ANY;
    case 'Date.now': return ANY;
    default: return null;
  }
}

/** What pairs make: of those made of the entries of a dict there is one for each of its keys. */
function fromPairs(item: Value): DictValue {
  const pairs = membersOf(item).map((pair) => (pair.k === 'list' ? pair.items : []));
  const [key, value] = pairs.length === 1 ? pairs[0]! : [];
  if (key?.k === 'key' && key.part === 'key' && key.of.rest === null && value) return { k: 'dict', entries: new Map([...key.of.entries.keys()].map((name) => [name, ofKey(value, name)])), rest: null, ...(key.of.places ? { places: key.of.places } : {}) };
  return (key && value && namedEntries(key, value)) ?? { k: 'dict', entries: new Map(), rest: union(pairs.map((pair) => pair[1] ?? ANY)) };
}

/** `Object.assign(row, changes)` writes every key; of an object it makes one that has them all. */
function assignAll(flow: Flow, site: CallSite): Value {
  const target = argument(site.args, 0) ?? ANY;
  if (target.k === 'dict') {
    const dict = new DictBuilder();
    for (const arg of site.args.list) dict.spread(flow, arg.value, flow.place(site.env, arg.at));
    const made = dict.made();
    const [into] = site.args.list;
    if (into?.expr.k === 'name') site.env.vars.set(into.expr.id, made);
    return made;
  }
  for (const arg of site.args.list.slice(1)) for (const source of membersOf(arg.value)) for (const member of membersOf(target)) {
    if (member.k === 'embedded') writeEmbedded(flow, member.model, member.path, source, flow.place(site.env, arg.at), { atInsert: member.isNew === true });
    if (member.k !== 'row' || isSetElsewhere(flow, member, '', site.env, arg.at)) continue;
    const given = source.k === 'object' ? fieldsOf(flow, source) : source;
    if (given.k === 'dict') flow.record.writeAll(member.model, given, flow.place(site.env, arg.at), flow.currentFn, member.isNew === true);
    if (given.k !== 'dict' || given.rest) flow.record.gap({ kind: 'dynamic-access', model: member.model, column: null, place: flow.place(site.env, arg.at), detail: `attributes of ${member.model.name} are assigned from an object whose keys are not known`, does: 'write' });
  }
  return target;
}
