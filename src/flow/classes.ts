/** Classes of the repository: bases, members, what instances hold. */
import type { Expr, Func, SetStmt, Stmt } from '../facts/code.js';
import { argument } from './arguments.js';
import type { Flow } from './evaluate.js';
import { orLeftOut, orNull } from './nulls.js';
import { mayLack } from './presence.js';
import { childEnv, type Env } from './program.js';
import { isClassLike, subclassFields } from './reflection.js';
import { preferKnown } from './unions.js';
import { isInformative } from './value-keys.js';
import { ANY, membersOf, type ClassRef, type FnRef, type Value } from './value.js';

export type Member =
  | { readonly k: 'field'; readonly stmt: SetStmt; readonly owner: ClassRef }
  | { readonly k: 'method'; readonly fn: FnRef; readonly owner: ClassRef }
  | { readonly k: 'class'; readonly cls: ClassRef; readonly owner: ClassRef };

/** Deepest chain of bases that is followed. */
const BASE_LIMIT = 1000;

/** The evaluated bases of a class; bases outside the repository come out as external values. */
export function basesOf(flow: Flow, cls: ClassRef): readonly Value[] {
  return flow.memo(
    'bases',
    cls,
    () => cls.cls.bases.filter((base) => base.name === undefined && !base.spread).map((base) => flow.peek(base.value, cls.env.parent ?? cls.env)),
    [],
  );
}

/** A class and its bases in the repository, each once and ahead of its own bases, as Python looks for members in them; cycles end. */
export function lineage(flow: Flow, cls: ClassRef): readonly ClassRef[] {
  return flow.memo<readonly ClassRef[] | null>('lineage', cls, () => lineageOf(flow, cls), null) ?? [cls];
}

function lineageOf(flow: Flow, cls: ClassRef): readonly ClassRef[] {
  const above = basesOf(flow, cls).flatMap(membersOf).flatMap((base) => { const next = classOf(base) ?? madeOf(base); return next ? [next] : []; });
  const [only] = above;
  if (above.length === 1 && only) { const all = lineage(flow, only); return all.includes(cls) ? [cls] : [cls, ...all]; }
  // What two bases descend from comes behind both: of each class its last place counts.
  const all = above.flatMap((base) => lineage(flow, base)).filter((each) => each !== cls);
  return [cls, ...[...new Set(all.reverse())].reverse()];
}

/** The class that a library is told to make a base of: `declarative_base(cls=Model)`. */
function madeOf(base: Value): ClassRef | null {
  const given = base.k === 'term' ? argument(base.args, -1, 'cls') : null;
  return given?.k === 'class' ? given.cls : null;
}

/** Names of library classes that a class descends from, as `module.Name`. */
export function externalBases(flow: Flow, cls: ClassRef): readonly Value[] {
  return flow.memo(
    'external-bases',
    cls,
    () =>
      lineage(flow, cls)
        .flatMap((each) => basesOf(flow, each))
        .flatMap(membersOf)
        .filter((base) => classOf(base) === null),
    [],
  );
}

/** The class behind a class or model value. */
export function classOf(value: Value): ClassRef | null {
  if (value.k === 'class' || value.k === 'object') return value.cls;
  if (value.k === 'embedded') return value.classes[0] ?? null;
  if (value.k === 'model' || value.k === 'row') return value.model.cls;
  return null;
}

/** The members that a class itself declares, by name; of several definitions (overloads, property setters) the first getter or the last. */
export function ownMembers(flow: Flow, cls: ClassRef): ReadonlyMap<string, Member> {
  return flow.memo('members', cls, () => {
    const members = new Map<string, Member>();
    collectMembers(flow, cls, cls.cls.body, members);
    return members;
  }, NO_MEMBERS);
}
const NO_MEMBERS: ReadonlyMap<string, Member> = new Map();

function collectMembers(flow: Flow, cls: ClassRef, body: readonly Stmt[], members: Map<string, Member>): void {
  for (const stmt of body) {
    if (stmt.k === 'set' && stmt.target.k === 'name') members.set(stmt.target.id, { k: 'field', stmt, owner: cls });
    else if (stmt.k === 'def' && stmt.fn.name && !isSetter(stmt.fn)) {
      members.set(stmt.fn.name, { k: 'method', fn: flow.fnRef(stmt.fn, cls.env, cls), owner: cls });
      if (stmt.fn.name === 'constructor') for (const param of stmt.fn.params) {
        if (param.isField && param.target.k === 'name')
          members.set(param.target.id, {
            k: 'field',
            stmt: {
              k: 'set',
              target: param.target,
              ...(param.type ? { type: param.type } : {}),
              ...(param.decorators ? { decorators: param.decorators } : {}),
              at: param.target.at,
            },
            owner: cls,
          });
      }
    } else if (stmt.k === 'class') members.set(stmt.cls.name, { k: 'class', cls: flow.classRef(stmt.cls, cls.env), owner: cls });
    else if (stmt.k === 'if') { collectMembers(flow, cls, stmt.then, members); collectMembers(flow, cls, stmt.else, members); }
  }
}

function isSetter(fn: Func): boolean {
  return (
    fn.accessor === 'set' ||
    fn.decorators.some(
      (decorator) => decorator.k === 'attr' && (decorator.name === 'setter' || decorator.name === 'deleter' || decorator.name === 'expression'),
    )
  );
}

/** The nearest member of that name along the bases. */
export function findMember(flow: Flow, cls: ClassRef, name: string): Member | null {
  for (const each of lineage(flow, cls)) {
    const member = ownMembers(flow, each).get(name);
    if (member) return member;
  }
  return null;
}

/** Whether every base of a class is in the repository (or a plain marker), so that a name it lacks means nothing at all. */
export function isClosed(flow: Flow, cls: ClassRef): boolean {
  return externalBases(flow, cls).every((base) => base.k === 'ext' && CLOSED_BASES.has(base.name ?? ''));
}
const CLOSED_BASES = new Set(['object', 'BaseModel', 'Protocol', 'ABC', 'Enum', 'str', 'int', 'Generic', 'NamedTuple', 'TypedDict', 'Exception', 'Error']);

/** The value of `Class.name`. */
export function classMember(flow: Flow, cls: ClassRef, name: string, self: Value): Value | null {
  const member = findMember(flow, cls, name);
  if (!member) return subclassFields(flow, cls).get(name) ?? null;
  if (member.k === 'class') return flow.classValue(member.cls);
  if (member.k === 'method') return isProperty(member.fn.fn) ? ANY : { k: 'fn', fn: member.fn, ...(isStatic(member.fn.fn) ? {} : { self }) };
  if (member.stmt.value) {
    const value = flow.memoOf<Value>('field', member.owner, name, () => flow.peek(member.stmt.value!, member.owner.env), ANY);
    if (isEnum(flow, cls)) return value.k === 'const' ? value : { k: 'const', v: name };
    return value.k === 'const' && value.v === null ? filledBySubclass(flow, cls, member, name, self) ?? value : value;
  }
  return filledBySubclass(flow, cls, member, name, self) ?? ANY;
}

/**
 * What a field without a value of its own (`model: type[T]`, `model = None`) is for the class it is asked of: what a base stores there for each, or the class
 * that its type names.
 */
function filledBySubclass(flow: Flow, cls: ClassRef, { stmt, owner }: Member & { k: 'field' }, name: string, self: Value): Value | null {
  const stored = subclassFields(flow, cls).get(name);
  if (stored || !stmt.type || cls.module.language !== 'python') return stored ?? null;
  const declared = flow.type(stmt.type, owner.env, self);
  return isClassLike(declared) ? declared : null;
}

/** The value of `instance.name`; null when the class has no such member. */
export function instanceMember(flow: Flow, cls: ClassRef, name: string, self: Value): Value | null {
  const member = findMember(flow, cls, name);
  if (member?.k === 'method') {
    const fn: Value = { k: 'fn', fn: member.fn, ...(isStatic(member.fn.fn) ? {} : { self: isClassMethod(member.fn.fn) ? flow.classValueOf(self) : self }) };
    return isProperty(member.fn.fn) ? flow.callFn(fn, []) : fn;
  }
  if (member?.k === 'class') return flow.classValue(member.cls);
  if (member?.k === 'field') {
    const given = subclassFields(flow, cls).get(name);
    if (given) return given;
    const stored = self.k === 'object' ? self.fields?.get(name) ?? null : null;
    const type = member.stmt.type ? flow.type(member.stmt.type, member.owner.env, self) : ANY;
    const declared = mayLack(member.stmt) ? (member.owner.module.language === 'typescript' ? orLeftOut(type) : orNull(type)) : type;
    const injected = member.stmt.decorators?.length ? flow.injected(member.stmt.decorators, declared, member.owner.env) : declared;
    // `loans = this.em.getRepository(Loan)`: only an instance tells.
    const made = (): Value | null => instanceFields(flow, cls).get(name) ?? null;
    const ofInstance = member.owner.module.language === 'typescript' && member.stmt.value && !member.stmt.isStatic ? made() : null;
    const early = stored ? null : injected.k === 'extobj' && injected.module === 'builtins' ? made() : null;
    if (early && allows(injected, early) && isInformative(early)) return early;
    const value =
      stored && (isOfAnything(injected) || allows(injected, stored)) && isInformative(stored)
        ? stored
        : injected.k !== 'any'
          ? injected
          : (stored ??
            (ofInstance && ofInstance.k !== 'any' ? ofInstance : null) ??
            (member.stmt.value ? classMember(flow, cls, name, self) : null) ??
            made() ??
            injected);
    if (value.k === 'fn' && !value.self && isPlainFunction(member.stmt.value, value.fn)) return { ...value, self };
    return value.k === 'const' && !isEnum(flow, cls) && value.v === null ? ANY : value;
  }
  const stored = self.k === 'object' ? self.fields?.get(name) : undefined;
  return stored ?? instanceFields(flow, cls).get(name) ?? null;
}

/**
 * A function that a class of Python has under a name of its own is a method like those that stand in its body; what a call makes of one (`partial`,
 * `staticmethod`) is none.
 */
function isPlainFunction(written: Expr | undefined, { fn, module }: FnRef): boolean {
  return module.language === 'python' && fn.decorators.length === 0 && (written?.k === 'name' || written?.k === 'attr' || written?.k === 'fn');
}

/** What `__init__` or the constructor stores on an instance, or entering it as a context, when nothing is known of its arguments. */
export function instanceFields(flow: Flow, cls: ClassRef): ReadonlyMap<string, Value> {
  return flow.memo('instance', cls, () => flow.quiet(() => {
    const { fields } = construct(flow, cls, []);
    for (const name of ['__enter__', '__aenter__']) {
      const member = cls.module.language === 'python' ? findMember(flow, cls, name) : null;
      if (member?.k === 'method') flow.callFn({ k: 'fn', fn: member.fn, self: { k: 'object', cls, fields } }, [], { isConstructor: true });
    }
    return fields;
  }), new Map());
}

/** Runs a class's constructor over `args` and keeps what it stores on the instance. */
export function construct(flow: Flow, cls: ClassRef, args: Parameters<Flow['callFn']>[1]): { readonly fields: ReadonlyMap<string, Value> } {
  const fields = new Map<string, Value>();
  const self: Value = { k: 'object', cls, fields };
  const constructor = findMember(flow, cls, '__init__') ?? findMember(flow, cls, 'constructor');
  // Parameters that are fields are there before the others are given their values.
  if (constructor?.k === 'method') {
    for (const param of constructor.fn.fn.params)
      if (param.isField && param.target.k === 'name' && (param.type || param.default))
        fields.set(param.target.id, param.type ? flow.type(param.type, constructor.owner.env, self) : flow.expr(param.default!, constructor.owner.env));
    storeGiven(flow, constructor.fn, self, args, fields);
  }
  for (const each of [...lineage(flow, cls)].reverse()) {
    for (const member of ownMembers(flow, each).values()) {
      if (
        member.k === 'field' &&
        member.stmt.value &&
        each.module.language === 'typescript' &&
        !member.stmt.isStatic &&
        member.stmt.target.k === 'name' &&
        !member.stmt.type
      ) {
        fields.set(member.stmt.target.id, flow.expr(member.stmt.value, selfEnv(each, self)));
      }
    }
  }
  if (constructor?.k === 'method') flow.callFn({ k: 'fn', fn: constructor.fn, self }, args, { isConstructor: true });
  return { fields };
}

/** A library's generic type that does not say of what it is: `Repository<any>`, `Repository<ObjectLiteral>`, `Repository<T>`. */
const isOfAnything = (type: Value): boolean => type.k === 'extobj' && type.args.length > 0 && type.args.every((arg) => !isInformative(arg));

/** A text is one of all that `string` allows, and `any` allows everything: neither says as much as what is stored. */
const allows = (type: Value, stored: Value): boolean =>
  type.k === 'extobj' && type.module === 'builtins' && (/^(?:any|unknown|object)$/.test(type.name) || (stored.k === 'const' && typeof stored.v === 'string'));

/** Parameters that are fields (`constructor(private repo: Repo)`) hold what the call gives, where that tells more than their types, or else their defaults. */
export function storeGiven(flow: Flow, { fn, env }: FnRef, self: Value, args: Parameters<Flow['callFn']>[1], fields: Map<string, Value>): void {
  fn.params.forEach((param, index) => {
    const given = args[index];
    if (param.isField && param.target.k === 'name' && !given && param.default && !fields.has(param.target.id))
      fields.set(param.target.id, flow.peek(param.default, env));
    if (param.isField && param.target.k === 'name' && given && !given.spread)
      fields.set(param.target.id, param.type ? preferKnown(flow.type(param.type, env, self), given.value) : given.value);
  });
}

function selfEnv(cls: ClassRef, self: Value): Env {
  const env = childEnv(cls.env.parent ?? cls.env, 'function', cls);
  env.vars.set('this', self);
  return env;
}

export function isProperty(fn: Func): boolean {
  return fn.accessor === 'get' || fn.decorators.some((decorator) => PROPERTY.has(decoratorName(decorator)));
}
const PROPERTY = new Set(['property', 'cached_property', 'hybrid_property', 'computed_field', 'classproperty', 'lazyattr']);

function isStatic(fn: Func): boolean {
  return fn.decorators.some((decorator) => decoratorName(decorator) === 'staticmethod');
}

export function isClassMethod(fn: Func): boolean {
  return (
    fn.isStatic === true ||
    fn.decorators.some((decorator) => ['classmethod', 'declared_attr', 'model_validator', 'validator', 'field_validator'].includes(decoratorName(decorator)))
  );
}

/** The last name of a decorator: `hybrid_property` of `@hybrid_property`, `get` of `@router.get("/")`. */
export function decoratorName(decorator: Expr): string {
  if (decorator.k === 'call') return decoratorName(decorator.fn);
  if (decorator.k === 'attr') return decorator.name;
  return decorator.k === 'name' ? decorator.id : '';
}

/** Whether a class is an enumeration, in either language. */
export function isEnum(flow: Flow, cls: ClassRef): boolean {
  if (cls.cls.form === 'enum') return true;
  return flow.memo(
    'enum',
    cls,
    () => externalBases(flow, cls).some((base) => base.k === 'ext' && /(^|\.)(\w*Enum|TextChoices|IntegerChoices|Choices)$/.test(base.name ?? '')),
    false,
  );
}

/** The constant values of an enumeration, as stored by its values (`NEW = "new"`), by member name. */
export function enumMembers(flow: Flow, cls: ClassRef): ReadonlyMap<string, Value> {
  const members = new Map<string, Value>();
  for (const each of [...lineage(flow, cls)].reverse()) for (const [name, member] of ownMembers(flow, each)) {
    if (member.k !== 'field' || name.startsWith('_')) continue;
    const value = member.stmt.value ? flow.peek(member.stmt.value!, each.env) : each.cls.form === 'enum' ? nextNumber(members) : ANY;
    members.set(name, value.k === 'list' ? value.items[0] ?? ANY : value.k === 'const' ? value : { k: 'const', v: name });
  }
  return members;
}

/** What TypeScript gives a member without a value: one more than the member before. */
function nextNumber(members: ReadonlyMap<string, Value>): Value {
  const last = [...members.values()].at(-1);
  return last === undefined ? { k: 'const', v: 0 } : last.k === 'const' && typeof last.v === 'number' ? { k: 'const', v: last.v + 1 } : ANY;
}

/** What the type parameter `name`, declared by `owner`, stands for when `self` is the receiver; null when it is no parameter or unknown. */
export function typeArgument(flow: Flow, name: string, owner: ClassRef, self: Value | null): Value | null {
  const start = self ? classOf(self) : null;
  if (!start) return null;
  return argumentAlong(flow, start, self?.k === 'object' ? self.args ?? [] : [], name, owner, 0);
}

function argumentAlong(flow: Flow, cls: ClassRef, args: readonly Value[], name: string, owner: ClassRef, depth: number): Value | null {
  if (depth > BASE_LIMIT) return null;
  const params = typeParams(flow, cls);
  if (cls.id === owner.id) {
    const index = params.indexOf(name);
    return index >= 0 ? args[index] ?? null : null;
  }
  for (const base of cls.cls.bases) {
    if (base.name !== undefined) continue;
    const target = base.value.k === 'item' ? base.value.of : base.value;
    const next = flow.peek(target, cls.env.parent ?? cls.env);
    const ref = classOf(next);
    if (!ref || ref.id === cls.id) continue;
    const written = base.value.k === 'item' ? (base.value.key.k === 'list' ? base.value.key.items : [base.value.key]) : [];
    const passed = written.map((arg) => {
      const own = arg.k === 'name' ? params.indexOf(arg.id) : -1;
      return (own >= 0 ? args[own] : undefined) ?? flow.type(arg, cls.env.parent ?? cls.env, null);
    });
    const found = argumentAlong(flow, ref, passed, name, owner, depth + 1);
    if (found) return found;
  }
  return null;
}

const NO_NAMES: readonly string[] = [];

/** The type parameters of a class: `class A<T>`, `class A[T]`, `Generic[T]`, or the names its generic bases are given that are no classes: `class A(B[T])`. */
export function typeParams(flow: Flow, cls: ClassRef): readonly string[] {
  if (cls.cls.params?.length || cls.module.language === 'typescript') return cls.cls.params ?? NO_NAMES;
  return flow.memo('type-params', cls, () => namesGiven(flow, cls), NO_NAMES);
}

function namesGiven(flow: Flow, cls: ClassRef): readonly string[] {
  const generics = cls.cls.bases.map((base) => base.value).filter((base) => base.k === 'item');
  const explicit = generics.filter((base) => base.of.k === 'name' && (base.of.id === 'Generic' || base.of.id === 'Protocol'));
  const names = new Set<string>();
  for (const base of explicit.length ? explicit : generics) {
    for (const key of base.key.k === 'list' ? base.key.items : [base.key]) {
      // `class OrderService(Service[Order])` says what the type is: it is a class, and its methods' annotations mean it.
      if (key.k === 'name' && (explicit.length > 0 || classOf(flow.peek(key, cls.env.parent ?? cls.env)) === null)) names.add(key.id);
    }
  }
  return [...names];
}

/** Whether a class has type parameters of its own. */
export function isGeneric(flow: Flow, cls: ClassRef): boolean {
  return typeParams(flow, cls).length > 0;
}
