/**
 * What code keeps on objects that a library hands from function to function: `g.user = row` of Flask, `request.state.user = row`, `request.tenant = row`.
 * Whoever reads it there has that row, whichever function ran first; so it is gathered before anything is evaluated for its uses. So it is with
 * variables of a request or task.
 */
import type { Class, Expr, Func, Stmt } from '../facts/code.js';
import { walk } from '../facts/walk.js';
import { contextVarKey, contextVarsOf, keptInVar, type ContextVar } from './context-vars.js';
import type { Flow } from './evaluate.js';
import type { ModuleRef } from './program.js';
import { scriptKeepers } from './script-keepers.js';
import { union } from './unions.js';
import { ANY, membersOf, type Value } from './value.js';

/** Objects that hold nothing but what the application keeps on them. https://flask.palletsprojects.com/en/stable/api/#flask.g */
const NAMESPACES: ReadonlySet<string> = new Set(['flask.g', 'flask.globals.g', 'quart.g', 'quart.globals.g', 'apiflask.g']);
/**
 * Names that stand for a row of the application's own, which a function with such a decorator looks up.
 * https://flask-login.readthedocs.io/en/latest/#how-it-works, https://flask-jwt-extended.readthedocs.io/en/stable/automatic_user_loading.html
 */
const LOOKED_UP: ReadonlySet<string> = new Set([
  'flask_login.current_user', 'flask_login.utils.current_user', 'flask_jwt_extended.current_user', 'flask_security.current_user', 'quart_auth.current_user',
]);
const LOADERS: ReadonlySet<string> = new Set(['user_loader', 'request_loader', 'user_lookup_loader']);
const CURRENT_USER = 'current_user';
/** What is kept may be looked up with the help of what was kept before. */
const ROUNDS = 2;

export class Carried {
  private readonly values = new Map<string, Value>();
  /** Parts of such objects that something is kept on: `state` of `request.state`. */
  private readonly parts = new Set<string>();
  /** The functions that keep something, and those they stand in, while they are looked through. */
  private keepers: ReadonlySet<Func> = new Set();
  private readonly vars = new Map<string, ContextVar>();

  clear(): void {
    this.vars.clear();
    this.values.clear();
    this.parts.clear();
  }

  /** Whether a function that stands in another one is evaluated for what it keeps. */
  isKeeper(fn: Func): boolean { return this.keepers.has(fn); }

  /** Takes note of `of.name = value` while it is gathered; `written` is what stands for `of` in a script. */
  note(of: Value, name: string, value: Value, written?: Expr): void {
    const holder = this.keepers.size === 0 ? null : holderOf(of) ?? (of.k === 'any' && written ? holderNamed(written) : null);
    if (holder !== null) this.add(`${holder}.${name}`, value);
  }

  /** What `of.name` is; undefined where `of` is no such object or nothing is known to be kept there. */
  read(of: Value, name: string): Value | undefined {
    const holder = holderOf(of);
    if (holder === null) return undefined;
    const value = this.values.get(`${holder}.${name}`);
    if (value) return value;
    if (of.k === 'extobj' && this.parts.has(name)) return { k: 'extobj', module: of.module, name: `${of.name}.${name}`, args: [] };
    return NAMESPACES.has(holder) ? ANY : undefined;
  }

  /** `current.get()`, `current.set(value)`; null where `of` is no variable of a request or task. */
  contextVar(flow: Flow, of: Value, name: string, given: Value | null): Value | null {
    const key = contextVarKey(of);
    if (key === null || (name !== 'get' && name !== 'set')) return null;
    if (name === 'set') { if (this.keepers.size > 0 && given) this.add(key, given); return ANY; }
    const variable = this.vars.get(key);
    const held = variable?.holds ? flow.type(variable.holds, variable.module.env) : ANY;
    return held.k === 'any' ? this.values.get(key) ?? ANY : held;
  }

  /** The same where a script says by a name alone what the object is. */
  readNamed(of: Expr, name: string): Value | null {
    if (this.values.size === 0) return null;
    const holder = holderNamed(of);
    return holder === null ? null : this.values.get(`${holder}.${name}`) ?? null;
  }

  /** What a library's name stands for, where that is a row of the application's. */
  lookedUp(name: string): Value | undefined {
    return LOOKED_UP.has(name) ? this.values.get(CURRENT_USER) ?? ANY : undefined;
  }

  /** Evaluates, without recording, the functions that keep something. */
  gather(flow: Flow, modules: readonly ModuleRef[]): void {
    for (const module of modules) if (module.language === 'python') for (const variable of contextVarsOf(module)) this.vars.set(variable.key, variable);
    const names = new Set([...this.vars.values()].map(({ name }) => name));
    const found = modules.flatMap((module) => (module.language === 'python' ? keepersOf(module, names) : scriptKeepers(module)));
    if (found.length === 0) return;
    const setters = new Set(found.flatMap(({ setter }) => setter ?? []));
    if (setters.size > 0) for (const module of modules) if (module.language === 'python') found.push(...callersOf(module, setters));
    for (const { parts } of found) for (const part of parts) this.parts.add(part);
    this.keepers = new Set(found.flatMap(({ around }) => around));
    for (let round = 0; round < ROUNDS; round++) {
      for (const { module, around: [fn], owner, keeps } of found) flow.aside(module, () => {
        const env = owner ? flow.classRef(owner, module.env).env : module.env;
        const cls = env.owner && flow.classValue(env.owner);
        const self: Value | null = env.owner && (cls?.k === 'model' ? { k: 'row', model: cls.model } : { k: 'object', cls: env.owner });
        const value = flow.callFn({ k: 'fn', fn: flow.fnRef(fn!, env, env.owner), ...(self ? { self } : {}) }, [], { isDefinition: true });
        if (keeps !== null) this.add(keeps, value);
        // A middleware that is made for its options.
        if (module.language === 'typescript') for (const made of membersOf(value)) if (made.k === 'fn') flow.callFn(made, []);
      });
      flow.forgetAside();
    }
    this.keepers = new Set();
  }

  private add(key: string, value: Value): void {
    const known = this.values.get(key);
    this.values.set(key, known ? union([known, bare(value)]) : bare(value));
  }
}

/** The row by itself: how it was found is of no matter to who finds it kept. */
function bare(value: Value): Value {
  return union(membersOf(value).map((member): Value => {
    if (member.k !== 'row') return member.k === 'any' ? ANY : member;
    const { lookup: _, link: __, from: ___, isNew: ____, kept: _____, ...row } = member;
    return row;
  }));
}

/** What an object is called that everybody has alike; null where a value is none. */
function holderOf(of: Value): string | null {
  switch (of.k) {
    case 'ext': return of.name === null || of.module === 'builtins' ? null : `${of.module}.${of.name}`;
    case 'extobj': { const [first, ...parts] = of.name.split('.'); return REQUEST.test(first!) ? ['request', ...parts].join('.') : null; }
    case 'special': return of.tag === 'request' ? 'request' : null;
    default: return null;
  }
}

/**
 * The same by what a script calls it: a request, the part of an answer, a context or an event that is there for what the application keeps.
 * https://expressjs.com/en/api.html#res.locals https://koajs.com/#ctx-state https://svelte.dev/docs/kit/hooks#locals
 */
export function holderNamed(expr: Expr): string | null {
  switch (expr.k) {
    case 'name': return /^(req|request)$/.test(expr.id) ? 'request' : expr.id === 'locals' ? 'locals' : null;
    case 'attr': return expr.of.k === 'name' && PARTS.get(expr.name)?.test(expr.of.id) ? expr.name : null;
    case 'cast': return holderNamed(expr.of);
    default: return null;
  }
}
const PARTS: ReadonlyMap<string, RegExp> = new Map([['locals', /^(res|response|reply|event)$/], ['state', /^(ctx|context)$/]]);

/** Types of requests. */
export const REQUEST = /Request$|^(HTTPConnection|WebSocket)$/;

/**
 * A function that keeps something, outermost first with those that stand in it; `parts` are the names of what it is kept on, `keeps` what a library keeps its
 * result as, `setter` its own name where it keeps what it is given.
 */
export interface Keeper {
  readonly module: ModuleRef;
  readonly around: readonly Func[];
  readonly owner: Class | null;
  readonly parts: readonly string[];
  readonly keeps: string | null;
  readonly setter?: string;
}

/** Functions of a module that set an attribute of a name that is imported, or of a request that they are given, or one of the variables of these names. */
function keepersOf(module: ModuleRef, vars: ReadonlySet<string>): readonly Keeper[] {
  const found: Keeper[] = [];
  const imported = new Set<string>();
  for (const [name, bindings] of module.bindings) if (bindings.some((binding) => binding.k === 'import')) imported.add(name);
  const visit = (code: readonly Stmt[], around: readonly Func[], owner: Class | null): void => {
    for (const stmt of code) {
      // `token = current.set(user)`
      const kept = vars.size > 0 && around.length > 0 && (stmt.k === 'expr' || stmt.k === 'set') ? keptInVar(stmt.value, vars) : null;
      if (kept) found.push({ module, around, owner, parts: [], keeps: null, ...setterOf(around, kept) });
      visitOne(stmt, around, owner);
    }
  };
  const visitOne = (stmt: Stmt, around: readonly Func[], owner: Class | null): void => {
    switch (stmt.k) {
      case 'def': {
        if (around.length === 0 && stmt.fn.decorators.some(isLoader)) found.push({ module, around: [stmt.fn], owner, parts: [], keeps: CURRENT_USER });
        visit(stmt.fn.body, [...around, stmt.fn], owner);
        break;
      }
      case 'class': if (around.length === 0 && owner === null) visit(stmt.cls.body, around, stmt.cls); break;
      case 'if': visit(stmt.then, around, owner); visit(stmt.else, around, owner); break;
      case 'loop': visit(stmt.body, around, owner); break;
      case 'with': visit(stmt.body, around, owner); break;
      case 'try': visit(stmt.body, around, owner);
      for (const { body } of stmt.handlers) visit(body, around, owner);
      visit(stmt.else, around, owner);
      visit(stmt.final, around, owner);
      break;
      case 'import': for (const { as } of stmt.names) imported.add(as); break;
      case 'set': {
        const chain = around.length > 0 && stmt.value && !stmt.op && stmt.target.k === 'attr' ? chainOf(stmt.target.of) : null;
        if (chain && (imported.has(chain[0]!) || isRequest(chain, around)))
          found.push({ module, around, owner, parts: chain.slice(1), keeps: null, ...setterOf(around, stmt.value!) });
        break;
      }
      default:
    }
  };
  visit(module.code, [], null);
  // One that keeps several things is evaluated once.
  return [...new Map(found.map((keeper) => [`${keeper.around.map((fn) => fn.range).join()}${keeper.parts.join('.')}`, keeper])).values()];
}

/** `def set_user(user): g.user = user` */
function setterOf([fn, ...inner]: readonly Func[], value: Expr): { setter?: string } {
  const isGiven = value.k === 'name' && fn!.params.some(({ target }) => target.k === 'name' && target.id === value.id);
  return isGiven && inner.length === 0 && fn!.name ? { setter: fn!.name } : {};
}

/** Functions and methods of a module that call one of those that keep what they are given. */
function callersOf(module: ModuleRef, setters: ReadonlySet<string>): readonly Keeper[] {
  const callers = (code: readonly Stmt[], owner: Class | null): readonly Keeper[] => code.flatMap((stmt): readonly Keeper[] => {
    if (stmt.k === 'class' && owner === null) return callers(stmt.cls.body, stmt.cls);
    if (stmt.k !== 'def') return [];
    let isCaller = false;
    walk(stmt.fn.body, (node) => {
      if (node.k === 'call') isCaller ||= (node.fn.k === 'name' && setters.has(node.fn.id)) || (node.fn.k === 'attr' && setters.has(node.fn.name));
    });
    return isCaller ? [{ module, around: [stmt.fn], owner, parts: [], keeps: null }] : [];
  });
  return callers(module.code, null);
}

/** `request.state` as its names; null for anything but names and attributes. */
function chainOf(expr: Expr): readonly string[] | null {
  if (expr.k === 'name') return [expr.id];
  const of = expr.k === 'attr' ? chainOf(expr.of) : null;
  return of && expr.k === 'attr' ? [...of, expr.name] : null;
}

/** `request`, `self.request`, or a parameter whose type says that it is one. */
function isRequest(chain: readonly string[], around: readonly Func[]): boolean {
  if (chain[0] === 'request' || (chain[0] === 'self' && chain[1] === 'request')) return true;
  return around.some(({ params }) =>
    params.some(
      ({ target, type }) =>
        target.k === 'name' && target.id === chain[0] && type !== undefined && REQUEST.test(type.k === 'name' ? type.id : type.k === 'attr' ? type.name : ''),
    ),
  );
}

/** `@login_manager.user_loader` */
function isLoader(decorator: Expr): boolean {
  const written = decorator.k === 'call' ? decorator.fn : decorator;
  return written.k === 'attr' && LOADERS.has(written.name);
}
