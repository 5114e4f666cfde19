/** What an annotation says a value is. Containers that hold nothing back (`Optional`, `Promise`, `Annotated`) disappear. */
import type { Expr } from '../facts/code.js';
import { NO_SPAN } from '../facts/span.js';
import { aliasOf, typeNamed } from './aliases.js';
import { lastName } from './arguments.js';
import { classOf, typeArgument, typeParams } from './classes.js';
import type { Flow } from './evaluate.js';
import { typedMap } from './maps.js';
import { orLeftOut, orNull } from './nulls.js';
import { instanceOfLibrary } from './presence.js';
import { childEnv, type Env } from './program.js';
import { union } from './unions.js';
import { ANY, membersOf, type ClassRef, type Value } from './value.js';

const TRANSPARENT = new Set([
  'Awaitable', 'Coroutine', 'Promise', 'PromiseLike', 'Annotated', 'Final', 'ClassVar', 'Required', 'NotRequired', 'ReadOnly', 'Readonly', 'Required',
  'NonNullable', 'Mapped', 'DynamicMapped', 'WriteOnlyMapped', 'Awaited', 'Relation', 'Ref', 'Reference', 'Loaded', 'Pick', 'Omit', 'ContextManager',
  'AsyncContextManager', 'Unpack', 'InstanceType', 'Depends', 'SetStateAction', 'MaybeRef', 'AutoPath', 'Required', 'JSONify', 'Jsonify', 'Serialized',
  'SerializeFrom',
]);
/** Types of a value, or of an object's fields, that may not be there. */
const MAY_LACK = new Set(['Optional', 'Nullable', 'Maybe']);
const PARTIAL = new Set(['Partial', 'DeepPartial']);
/** What Python, Angular's kin and the ORMs call the type of a class itself. */
const CLASSES = new Set(['type', 'Type', 'Class', 'EntityTarget', 'ObjectType', 'EntityName', 'EntityClass', 'ModelStatic', 'ModelCtor']);
const COLLECTIONS = new Set([
  'List', 'list', 'Sequence', 'Iterable', 'Iterator', 'Set', 'set', 'FrozenSet', 'frozenset', 'Collection', 'Array', 'ReadonlyArray', 'Generator',
  'AsyncGenerator', 'AsyncIterator', 'AsyncIterable', 'deque', 'AbstractSet', 'MutableSequence',
]);
const MAPS = new Set(['Dict', 'dict', 'Mapping', 'MutableMapping', 'Record', 'Map', 'defaultdict', 'OrderedDict']);

/** The value of a type expression seen from `env`; `self` is the receiver whose type arguments apply. Unknown types are `any`. */
export function typeOf(flow: Flow, type: Expr, env: Env, self: Value | null): Value {
  // Most say the same in every call of their function, and are asked for in each.
  const { fixedTypes, record: { changes: { clock } } } = flow;
  const known = fixedTypes.get(type);
  if (known) return known;
  // A type may be asked for within itself: `schemas: { Part: { parts: components['schemas']['Part'][] } }`.
  if (flow.typesAsked.has(type)) return ANY;
  flow.typesAsked.add(type);
  let value: Value;
  try { value = typeValue(flow, type, env, self); } finally { flow.typesAsked.delete(type); }
  if (!flow.names.isPending && clock === flow.record.changes.clock && isFixed(flow, type, env)) fixedTypes.set(type, value);
  return value;
}

/** Whether no name of a type depends on the class it is bound for, or on the function that is called. */
function isFixed(flow: Flow, type: Expr, env: Env): boolean {
  switch (type.k) {
    case 'name': return !isBound(flow, type.id, env);
    case 'lit': return typeof type.v !== 'string' || (type.v.match(/[\p{L}_$][\p{L}\p{N}_$]*/gu) ?? []).every((name) => !isBound(flow, name, env));
    case 'attr': return isFixed(flow, type.of, env);
    case 'item': return isFixed(flow, type.of, env) && isFixed(flow, type.key, env);
    case 'list': return type.items.every((item) => isFixed(flow, item, env));
    case 'op': return type.args.every((arg) => isFixed(flow, arg, env));
    case 'dict': return type.entries.every((entry) => isFixed(flow, entry.value, env));
    default: return false;
  }
}

function isBound(flow: Flow, name: string, env: Env): boolean {
  if (env.owner && typeParams(flow, env.owner).includes(name)) return true;
  for (let scope: Env | null = env; scope && scope.kind !== 'module'; scope = scope.parent) if (scope.vars.get(name) !== undefined) return true;
  return false;
}

function typeValue(flow: Flow, type: Expr, env: Env, self: Value | null, depth = 0): Value {
  if (depth > 12) return ANY;
  const next = (expr: Expr): Value => typeValue(flow, expr, env, self, depth + 1);
  switch (type.k) {
    case 'lit': return typeof type.v === 'string' ? namedInString(flow, type.v, env, self, depth) : type.v === null ? { k: 'const', v: null } : ANY;
    case 'name': case 'attr': {
      const bound = type.k === 'name' ? typeParameter(flow, type.id, env, self) : null;
      // `BaseRepository<typeof users>`: the table itself.
      if (bound?.k === 'model') return bound;
      const alias = bound ? null : aliasOf(flow, type, env);
      return alias ? typeValue(flow, alias.expr, alias.env, self, depth + 1) : instanceOf(flow, nameValue(flow, type, env, self), [], env);
    }
    case 'item': return itemType(flow, type.of, type.key.k === 'list' ? type.key.items : [type.key], env, self, depth);
    case 'op':
      if (type.op === '|')
        return type.args.some(isUndefined) ? orLeftOut(either(type.args.filter((arg) => !isUndefined(arg)).map(next))) : either(type.args.map(next));
      if (type.op === '&') return type.args.map(next).find((value) => value.k !== 'any') ?? ANY;
      if (type.op === 'typeof') return flow.peek(type.args[0]!, env);
      return ANY;
    case 'list': return { k: 'list', items: type.items.map(next) };
    case 'dict': {
      const entries = new Map<string, Value>();
      let rest: Value | null = null;
      for (const entry of type.entries) {
        if (entry.key?.k === 'lit' && typeof entry.key.v === 'string') entries.set(entry.key.v, next(entry.value));
        // `[key: string]: unknown`
        else rest = next(entry.value);
      }
      return { k: 'dict', entries, rest };
    }
    default: return ANY;
  }
}

/** `undefined` among types: what is not given, rather than null. */
const isUndefined = (type: Expr): boolean => type.k === 'name' && type.id === 'undefined';

/** Objects of which any field may be left out. */
function partial(value: Value): Value {
  if (value.k === 'union') return { k: 'union', of: value.of.map(partial) };
  if (value.k === 'dict') return { ...value, entries: new Map([...value.entries].map(([name, entry]) => [name, orLeftOut(entry)])) };
  return value.k === 'object' ? { ...value, isPartial: true } : value;
}

/** One of several types; null among them says no more than that. */
function either(values: readonly Value[]): Value {
  const known = values.filter((value) => !(value.k === 'const' && value.v === null));
  const value = union(known);
  return known.length < values.length ? orNull(value) : value;
}

function namedInString(flow: Flow, written: string, env: Env, self: Value | null, depth: number): Value {
  const inner = /^\s*(?:Optional\[)?\s*([A-Za-z_][\w.]*)\s*\]?\s*(?:\|\s*None)?\s*$/.exec(written);
  const list = /^\s*(?:List|list|Sequence|Iterable|Set|set)\[\s*["']?([A-Za-z_][\w.]*)["']?\s*\]\s*$/.exec(written);
  const name = inner?.[1] ?? list?.[1];
  if (!name) return ANY;
  const expr = name
    .split('.')
    .reduce<Expr | null>((of, part) => (of ? { k: 'attr', of, name: part, at: NO_SPAN } : { k: 'name', id: part, at: NO_SPAN }), null)!;
  const value = typeValue(flow, expr, env, self, depth + 1);
  return list ? { k: 'many', of: value } : value;
}

function nameValue(flow: Flow, name: Expr, env: Env, self: Value | null): Value {
  if (name.k === 'name') {
    const argument = typeParameter(flow, name.id, env, self);
    if (argument) return argument;
  }
  return flow.peek(name, env);
}

/** What a type parameter of an enclosing class stands for. */
function typeParameter(flow: Flow, name: string, env: Env, self: Value | null): Value | null {
  const owner = env.owner;
  if (!owner || !typeParams(flow, owner).includes(name)) return null;
  return typeArgument(flow, name, owner, self ?? flow.lookup('self', env) ?? flow.lookup('this', env)) ?? ANY;
}

function itemType(flow: Flow, of: Expr, keys: readonly Expr[], env: Env, self: Value | null, depth: number): Value {
  const next = (expr: Expr | undefined): Value => (expr ? typeValue(flow, expr, env, self, depth + 1) : ANY);
  const alias = typeNamed(flow, of, env);
  if (alias?.params?.length) {
    const inner = childEnv(alias.env, 'function', null);
    alias.params.forEach((param, index) => inner.vars.set(param, next(keys[index])));
    return typeValue(flow, alias.expr, inner, self, depth + 1);
  }
  const looked = env.module.language === 'typescript' ? lookedUp(flow, of, keys, env, next) : null;
  if (looked) return looked;
  const base = nameValue(flow, of, env, self);
  const named = flow.annotation(base, keys, env);
  if (named !== undefined) return named;
  const name = base.k === 'ext' ? lastName(base) : of.k === 'name' ? of.id : of.k === 'attr' ? of.name : '';
  if (base.k !== 'class' && base.k !== 'model') {
    if (name === 'Annotated') return flow.annotated(keys, next(keys[0]), env);
    if (name === 'Union') return either(keys.map(next));
    if (MAY_LACK.has(name)) return orNull(next(keys[0]));
    if (CLASSES.has(name)) return classValueOf(flow, next(keys[0]));
    if (name === 'Tuple' || name === 'tuple')
      return keys[1]?.k === 'lit' || keys.length === 1 ? { k: 'many', of: next(keys[0]) } : { k: 'list', items: keys.map(next) };
    if (PARTIAL.has(name)) return partial(next(keys[0]));
    if (TRANSPARENT.has(name)) return next(keys[0]);
    if (COLLECTIONS.has(name)) return { k: 'many', of: next(keys[0]) };
    if (/^(Readonly|Weak)?Map$/.test(name) && keys[1] && env.module.language === 'typescript') return typedMap(next(keys[0]), next(keys[1]));
    if (MAPS.has(name)) return { k: 'dict', entries: new Map(), rest: next(keys[1] ?? keys[0]) };
  }
  if (of.k === 'op' && of.op === 'typeof') {
    const value = flow.peek(of.args[0]!, env);
    const key = keys[0];
    if (key?.k === 'lit' && typeof key.v === 'string') return flow.attribute(value, key.v, env, key.at);
  }
  return instanceOf(flow, base, keys.map(next), env);
}

/** TypeScript's types that are taken from other types or values: `Props['user']`, `Rows[number]`, `ReturnType<typeof load>`; null for other types. */
function lookedUp(flow: Flow, of: Expr, keys: readonly Expr[], env: Env, next: (expr: Expr) => Value): Value | null {
  const key = keys[0];
  if (keys.length !== 1 || !key) return null;
  const isReturn =
    (of.k === 'name' && of.id === 'ReturnType') || ((of.k === 'name' || of.k === 'attr') && /PromiseReturnType$/.test(of.k === 'name' ? of.id : of.name));
  if (isReturn && key.k === 'op' && key.op === 'typeof')
    return union(membersOf(flow.peek(key.args[0]!, env)).map((member) => (member.k === 'fn' ? flow.quiet(() => flow.callFn(member, [])) : ANY)));
  if (of.k === 'op' || (of.k === 'name' && of.id === 'Array')) return null;
  if (key.k === 'lit' && typeof key.v === 'string') return unread(flow.quiet(() => flow.attribute(next(of), String(key.v), env, key.at)));
  return key.k === 'name' && key.id === 'number' ? flow.quiet(() => flow.item(next(of), { k: 'const', v: 0 }, env, key.at)) : null;
}

/** `User['rank']` is the type of a rank, which may come from anywhere: nobody has read it from a row. */
function unread(value: Value): Value {
  return value.k === 'field' ? ANY : value.k === 'union' ? union(value.of.map(unread)) : value;
}

/** An instance of what a type's name evaluates to. */
function instanceOf(flow: Flow, value: Value, args: readonly Value[], env: Env): Value {
  const instances = membersOf(value).map((member): Value => {
    switch (member.k) {
      case 'class': return { k: 'object', cls: member.cls, ...(args.length ? { args } : member.args ? { args: member.args } : {}) };
      case 'model': return { k: 'row', model: member.model };
      case 'ext': return flow.annotation(member, [], env) ?? (member.name ? instanceOfLibrary(member.module, member.name, args, env) : ANY);
      case 'special': case 'row': case 'object': case 'many': case 'dict': case 'list': case 'extobj': return member;
      case 'term': return flow.annotation(member, [], env) ?? ANY;
      default: return ANY;
    }
  });
  return union(instances);
}

/** The class or model that a value is an instance of. */
export function classValueOf(flow: Flow, value: Value): Value {
  return union(membersOf(value).map((member): Value => {
    if (member.k === 'row') return { k: 'model', model: member.model };
    const cls: ClassRef | null = member.k === 'object' ? classOf(member) : null;
    return cls ? flow.classValue(cls) : member.k === 'class' || member.k === 'model' ? member : ANY;
  }));
}
