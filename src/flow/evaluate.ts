/**
 * Evaluates the facts of code: what a name, call or attribute is, as far as the repository tells. One evaluator for all languages and
 * dialects; what a library's API means comes from the dialects. Evaluation never throws on what a program does: what it cannot tell is `any`.
 */
import type { Dialect, DialectApi } from '../dialects/dialect.js';
import type { Class, Expr, Func, LoopStmt, Span } from '../facts/code.js';
import { NO_SPAN, spanStart } from '../facts/span.js';
import type { Place } from '../model/schema.js';
import { attributeOf, itemOf } from './access.js';
import { Called, fnIdAt } from './called.js';
import { callExpr } from './calls.js';
import { Carried } from './carried.js';
import { findMember, lineage } from './classes.js';
import type { Embedding } from './embedded.js';
import { exprValue } from './expressions.js';
import { callFunction, type CallOptions } from './functions.js';
import type { Refusal } from './guards.js';
import { Hooks } from './hooks.js';
import type { Model } from './model.js';
import { Names } from './names.js';
import type { Pages } from './pages.js';
import type { Env, ModuleRef, ResolveModule } from './program.js';
import { Recorder } from './record.js';
import type { Change } from './records.js';
import { guarded } from './run.js';
import type { QueryRunner, SqlStrings } from './sql.js';
import { classValueOf, typeOf } from './types.js';
import type { ClassRef, EvaluatedArg, FnRef, RowValue, Term, Value } from './value.js';
import { Vars } from './vars.js';

/** Nested calls followed before the value is unknown. */
const DEPTH_LIMIT = 40;
/** Expressions evaluated in one run before evaluation of further call contexts stops. */
const STEP_LIMIT = 60_000_000;
const CONTEXT_LIMIT = 24;

/** What a call gave, null while it is being evaluated, and the changes it made. */
export interface KnownCall { readonly value: Value | null; readonly changes: readonly Change[]; readonly opened: readonly string[] }

export class Flow {
  record = new Recorder();
  /** Functions being evaluated, innermost last. */
  readonly stack: string[] = [];
  steps = 0;
  /** The branches of the code that evaluation is in, outermost first. */
  readonly branches: number[] = [];
  private branchCount = 0;
  /** Where the function being evaluated refuses what it found; null outside of functions. */
  refusals: Refusal[] | null = null;
  /** The dict literal being evaluated, and the variable or call that takes it. */
  heading: { readonly dict: Expr; readonly into: Expr } | null = null;
  readonly modelsByClass = new Map<string, Model>();
  readonly modelsBySite = new Map<string, Model>();
  readonly modelsByName = new Map<string, Model[]>();
  /** Where objects of a class are embedded in rows, by the class. */
  readonly embeddings = new Map<string, Embedding[]>();
  /** SQL in strings, once the schema is known. */
  strings: SqlStrings | null = null;
  /** Queries of builders, once the schema is known. */
  queries: QueryRunner | null = null;
  /** Templates that may be rendered, once the schema is known. */
  pages: Pages | null = null;
  /** The model of a table by its physical name, once the schema is known; null where there is none. */
  tableNamed: (name: string, schema: string | null) => Model | null = () => null;
  /** By function, then by what is told of its arguments. */
  calls = new Map<string, Map<string, KnownCall>>();
  contexts = new Map<string, number>();
  /** Function literals seen (arrows, methods of objects), so that those nobody calls are evaluated too. */
  readonly literals = new Map<string, FnRef>();
  /** What functions return when nothing is known of their arguments. */
  readonly defined = new Map<string, { readonly fn: FnRef; readonly value: Value }>();
  readonly called = new Called();
  /** What is kept on objects that every function is handed. */
  readonly carried = new Carried();
  /** Different call contexts of one function that are told apart; further ones share an evaluation that knows nothing of its arguments. */
  contextLimit = CONTEXT_LIMIT;
  /** Queries that were built and that nobody was seen to look at the outcome of, by what tells them apart: they are run at the end. */
  readonly unasked = new Map<string, { readonly fnId: string | null; readonly run: () => void }>();
  /** While a decorator of the repository is called: the library's decorators that it applies. */
  applications: Term[] | null = null;
  readonly names = new Names(this);
  private readonly memos = new Map<string, Map<unknown, unknown>>();
  /** Types that say the same whoever asks. */
  readonly fixedTypes = new Map<Expr, Value>();
  /** The types that are being worked out. */
  readonly typesAsked = new Set<Expr>();
  /** What dialects say of what is evaluated. */
  hooks: Hooks;
  private readonly fnIds = new Map<Func, string>();
  private readonly moduleByPath = new Map<string, ModuleRef>();
  private readonly classRefs = new Map<Class, ClassRef>();
  private readonly muted = { record: new Recorder(), calls: new Map<string, Map<string, KnownCall>>(), contexts: new Map<string, number>() };

  constructor(
    readonly modules: readonly ModuleRef[],
    readonly resolveModule: ResolveModule,
    dialects: readonly Dialect[],
  ) {
    for (const module of modules) this.moduleByPath.set(module.path, module);
    this.hooks = new Hooks(dialects);
  }

  /** The innermost loop whose body is evaluated. */
  loop: LoopStmt | null = null;

  get exhausted(): boolean {
    return this.steps > STEP_LIMIT || this.stack.length > DEPTH_LIMIT;
  }
  get currentFn(): string | null {
    return this.stack[this.stack.length - 1] ?? null;
  }

  place(env: Env, at: Span): Place {
    return { path: env.module.path, at };
  }
  /** An unknown value that is told from others by where it comes from. */
  unknown(env: Env, at: Span): Value {
    return { k: 'any', id: `${env.module.path}:${spanStart(at)}` };
  }

  /** Declares what a class, or a definition at `path:offset`, is a model of; usage is evaluated afterwards. */
  addModel(model: Model, sites: readonly string[]): void {
    if (model.cls) this.modelsByClass.set(model.cls.id, model);
    for (const site of sites) this.modelsBySite.set(site, model);
    const named = this.modelsByName.get(model.name);
    if (named) named.push(model);
    else this.modelsByName.set(model.name, [model]);
    for (const [path, classes] of model.embedded)
      for (const id of new Set(classes.flatMap((cls) => lineage(this, cls)).map((cls) => cls.id)))
        this.embeddings.set(id, [...(this.embeddings.get(id) ?? []), { model, path }]);
  }
  /** Forgets every evaluated name and call: values change once models are known. */
  forget(): void {
    for (const map of [this.memos, this.names, this.fixedTypes]) map.clear();
    for (const map of [this.calls, this.contexts, this.muted.calls, this.muted.contexts, this.literals, this.defined, this.called, this.carried]) map.clear();
    for (const module of this.modules) module.env.vars.clear();
    for (const cls of this.classRefs.values()) cls.env.vars.clear();
  }

  /** Lets go of what calls and names gave: for when everything has been evaluated. */
  rest(): void {
    for (const map of [this.calls, this.contexts, this.muted.calls, this.muted.contexts, this.names, this.memos, this.literals, this.defined]) map.clear();
    for (const module of this.modules) module.env.vars.clear();
    for (const cls of this.classRefs.values()) cls.env.vars.clear();
  }

  expr(expr: Expr, env: Env): Value {
    this.steps += 1;
    return exprValue(this, expr, env);
  }
  call(expr: Expr & { k: 'call' }, env: Env): Value {
    return callExpr(this, expr, env);
  }
  callFn(fn: Value, args: readonly EvaluatedArg[], options: CallOptions = {}): Value {
    return callFunction(this, fn, args, options);
  }
  attribute(of: Value, name: string, env: Env, at: Span): Value {
    return attributeOf(this, of, name, env, at);
  }
  item(of: Value, key: Value, env: Env, at: Span): Value {
    return itemOf(this, of, key, env, at);
  }
  type(type: Expr, env: Env, self: Value | null = null): Value {
    return typeOf(this, type, env, self);
  }
  classValue(cls: ClassRef): Value {
    const model = this.modelsByClass.get(cls.id);
    return model ? { k: 'model', model } : { k: 'class', cls };
  }
  classValueOf(instance: Value): Value {
    return classValueOf(this, instance);
  }

  /** Whether setting a field of a row changes that object alone, as of what SQL gives. */
  isPlain(row: RowValue): boolean {
    return row.result !== undefined || this.hooks.named(row.model.dialect)?.plainRows === true;
  }
  /** Whether reading a relationship of a model's row loads it where it is not there. */
  isLazy(model: Model): boolean {
    return this.hooks.named(model.dialect)?.loadsOnRead === true;
  }
  /** Whether a model's row is made without rows of other tables, whatever values it is made of. */
  isMadeAlone({ dialect, cls }: Model): boolean {
    const constructor = cls && findMember(this, cls, '__init__');
    return this.hooks.named(dialect)?.insertsAlone === true && !(constructor?.k === 'method' && constructor.fn.fn.params.some((param) => param.rest === '**'));
  }

  /** A function literal that is part of a declaration: nobody runs it as code of the application. */
  settle(fn: FnRef): void {
    if (!this.contexts.has(fn.id)) this.contexts.set(fn.id, 0);
  }

  /** Nothing is recorded at the moment: what only has effects need not be evaluated. */
  get isQuiet(): boolean {
    return this.record === this.muted.record;
  }
  /** Evaluates without recording uses: for values that are looked up again where they are really used. */
  quiet<T>(run: () => T): T {
    const { record, calls, contexts, muted } = this;
    if (record === muted.record) return run();
    // Calls are kept apart: one that was evaluated without recording has still to be evaluated where it is really made.
    this.record = muted.record;
    this.calls = muted.calls;
    this.contexts = muted.contexts;
    try {
      return run();
    } finally {
      this.record = record;
      this.calls = calls;
      this.contexts = contexts;
    }
  }

  /** The value of an expression, likewise without recording uses. */
  peek(expr: Expr, env: Env): Value {
    const { record, calls, contexts, muted } = this;
    if (record === muted.record) return this.expr(expr, env);
    this.record = muted.record;
    this.calls = muted.calls;
    this.contexts = muted.contexts;
    try {
      return this.expr(expr, env);
    } finally {
      this.record = record;
      this.calls = calls;
      this.contexts = contexts;
    }
  }

  /** Evaluates without recording and whatever comes of it, before anything is evaluated for its uses. */
  aside(module: ModuleRef, run: () => void): void {
    guarded(this, module, () => this.quiet(run));
  }
  /** Forgets what `aside` has evaluated: it may come out otherwise now. */
  forgetAside(): void {
    for (const map of [this.names, this.muted.calls, this.muted.contexts, this.literals, this.defined]) map.clear();
  }

  /** Evaluates declarations: every call of a decorator or helper counts by itself. */
  declaring<T>(run: () => T): T {
    this.contextLimit = Infinity;
    try {
      return this.quiet(run);
    } finally {
      this.contextLimit = CONTEXT_LIMIT;
    }
  }

  /** Declarations are being evaluated: see `declaring`. */
  get isDeclaring(): boolean {
    return this.contextLimit === Infinity;
  }

  /** The terms that are called (`Column(…)(target, key)`) while `run` is evaluated. */
  applicationsIn(run: () => void): readonly Term[] {
    const { applications } = this;
    const found: Term[] = [];
    this.applications = found;
    try {
      run();
    } finally {
      this.applications = applications;
    }
    return found;
  }

  /** Evaluates what runs only sometimes: what is added to a query there is optional outside of it. */
  branch<T>(run: () => T): T {
    this.enterBranch();
    const outcome = run();
    this.leaveBranch();
    return outcome;
  }
  /** Begins and ends such a stretch, where a closure would cost: see NOTES.md. What breaks off in between is set right by `guarded`. */
  enterBranch(): void {
    this.branches.push(++this.branchCount);
  }
  leaveBranch(): void {
    this.branches.pop();
  }

  /** Computes once for what `id` names or is; while it is being computed (a cycle) it is `whileRunning`. */
  memo<T>(kind: string, id: string | object, compute: () => T, whileRunning: T): T {
    let known = this.memos.get(kind);
    if (!known) this.memos.set(kind, (known = new Map()));
    return once(known, id, compute, whileRunning);
  }
  /** Like `memo`, for one name of a class. */
  memoOf<T>(kind: string, cls: ClassRef, name: string, compute: () => T, whileRunning: T): T {
    let classes = this.memos.get(kind) as Map<ClassRef, Map<unknown, unknown>> | undefined;
    if (!classes) this.memos.set(kind, (classes = new Map()));
    let known = classes.get(cls);
    if (!known) classes.set(cls, (known = new Map()));
    return once(known, name, compute, whileRunning);
  }

  fnRef(fn: Func, env: Env, owner: ClassRef | null): FnRef {
    let id = this.fnIds.get(fn);
    if (id === undefined) this.fnIds.set(fn, (id = fnIdAt(env.module.path, fn.range)));
    return { id, name: fn.name, module: env.module, fn, env, owner };
  }
  classRef(cls: Class, env: Env): ClassRef {
    let ref = this.classRefs.get(cls);
    if (!ref) {
      const created: { -readonly [K in keyof ClassRef]: ClassRef[K] } = {
        id: `${env.module.path}:${spanStart(cls.range)}`,
        name: cls.name,
        module: env.module,
        cls,
        env,
      };
      created.env = { module: env.module, parent: env, vars: new Vars(), owner: created, kind: 'class' };
      ref = created;
      this.classRefs.set(cls, ref);
    }
    return ref;
  }

  /** The value a name has in a scope; null when nothing binds it. */
  lookup(name: string, env: Env): Value | null {
    return this.names.lookup(name, env);
  }
  /** A top-level name of a module, through imports and re-exports; null when it has none of that name. */
  moduleName(module: ModuleRef, name: string): Value | null {
    return this.names.ofModule(module, name);
  }
  /** What `name` imported from `module` is; `*` is the module itself. */
  imported(from: ModuleRef, module: string, name: string): Value {
    return this.names.imported(from, module, name);
  }
  moduleAt(path: string): ModuleRef | null {
    return this.moduleByPath.get(path) ?? null;
  }

  /** Goes on with these dialects alone: what nobody declares a model in has no say in what code does. */
  use(dialects: readonly Dialect[]): void {
    this.hooks = new Hooks(dialects);
  }

  /** Asks the dialects of a language that have this hook, in turn; the first answer counts. */
  ask<T>(hook: keyof DialectApi, language: ModuleRef['language'], question: (api: DialectApi) => T | undefined): T | undefined {
    return this.hooks.ask(hook, language, question);
  }
  annotation(name: Value, args: readonly Expr[], env: Env): Value | undefined {
    return this.ask('annotation', env.module.language, (api) => api.annotation!(this, name, args, env));
  }
  /** The model that a repository, a delegate or the like is there for. */
  handledBy(value: Value, env: Env): Model | null {
    return (
      (value.k === 'extobj' || value.k === 'object' || value.k === 'special'
        ? this.ask('handles', env.module.language, (api) => api.handles!(this, value))
        : undefined) ?? null
    );
  }
  /** `Annotated[T, Depends(f)]`: the type, or what the dependency gives when the type tells nothing. */
  annotated(keys: readonly Expr[], declared: Value, env: Env): Value {
    if (declared.k === 'row' || declared.k === 'object') return declared;
    for (const key of keys.slice(1)) {
      const given = this.injected([key], declared, env);
      if (given.k !== 'any' && given !== declared) return given;
    }
    return declared;
  }
  /** What a decorator or default that injects something gives. */
  injected(decorators: readonly Expr[], declared: Value, env: Env): Value {
    const param = { target: { k: 'name' as const, id: '', at: NO_SPAN }, decorators };
    return this.ask('parameter', env.module.language, (api) => api.parameter!(this, param, declared, env)) ?? declared;
  }

  /** Tells the dialects of a function and what it returns. */
  define(fn: FnRef, returned: Value): void {
    this.ask('define', fn.module.language, (api) => {
      api.define!(this, fn, returned);
      return undefined;
    });
  }
}

function once<T>(known: Map<unknown, unknown>, id: unknown, compute: () => T, whileRunning: T): T {
  const found = known.get(id) as T | undefined;
  if (found !== undefined || known.has(id)) return found as T;
  known.set(id, whileRunning);
  const value = compute();
  known.set(id, value);
  return value;
}
