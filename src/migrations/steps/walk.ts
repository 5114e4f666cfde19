/**
 * Walks the code of migrations step by step, as it would run: loops over known lists are run for each item, functions are entered,
 * tests of the engine are decided for PostgreSQL. What a library's calls mean comes from the tools (Alembic, TypeORM, …); expressions
 * are evaluated by `flow`. A step that cannot be told is said, never guessed.
 */
import type { Expr, Span, Stmt } from '../../facts/code.js';
import type { DdlOp, QName } from '../../facts/ddl.js';
import type { SqlQuery, SqlStatement } from '../../facts/sql.js';
import { makeSpan } from '../../facts/span.js';
import type { CallSite } from '../../dialects/dialect.js';
import type { Flow } from '../../flow/evaluate.js';
import { childEnv, type Env } from '../../flow/program.js';
import { assign } from '../../flow/assign.js';
import { ANY, type EvaluatedArg, type FnValue, type SpecialValue, type Value } from '../../flow/value.js';
import type { LocatedOp } from '../../link/replay.js';
import type { Place } from '../../model/schema.js';
import { readOf, type SqlFiles } from './files.js';
import { bindParameters } from './parameters.js';
import { noteSource, noteSources, sourceOf } from './sources.js';
import { asksWhatExists, truthOf } from './tests.js';

/** What a migration library's objects do: `op`, `queryRunner`, `queryInterface`, `knex`, … */
export interface Tool {
  readonly id: string;
  /** A method of such an object, or the object itself called (name null). Undefined when it is nothing that matters. */
  call(walk: Walk, of: SpecialValue, site: CallSite): Value | undefined;
  /** An attribute of such an object. */
  attribute?(of: SpecialValue, name: string): Value | undefined;
  /** A call of something else that changes the schema all the same. */
  other?(walk: Walk, site: CallSite): Value | undefined;
}

/** An object of a migration library. */
export function toolValue(tool: Tool, tag: string, data: Readonly<Record<string, unknown>> = {}): SpecialValue {
  return { k: 'special', dialect: 'migrations', tag, data: { ...data, tool }, key: `${tool.id}:${tag}` };
}

export const toolOf = (value: Value | null): Tool | null => (value?.k === 'special' && value.dialect === 'migrations' ? (value.data['tool'] as Tool) : null);

type Outcome = 'return' | 'raise' | 'jump' | null;

/** Nested functions entered; deeper ones are not followed. */
const DEPTH_LIMIT = 12;
/** Operations that make something, and those that change no table. */
const MAKING: ReadonlySet<DdlOp['k']> = new Set(['create-table', 'add-column', 'create-index', 'add-constraint', 'create-enum', 'add-enum-value']);
const BESIDE_TABLES: ReadonlySet<DdlOp['k']> = new Set([
  'create-extension', 'drop-extension', 'create-function', 'drop-function', 'create-trigger', 'drop-trigger', 'comment', 'row-security', 'create-policy',
  'alter-policy', 'drop-policy', 'search-path',
]);
/** Statements run for one history: beyond it the rest is not followed. */
const STEP_LIMIT = 300_000;

export class Walk {
  readonly ops: LocatedOp[] = [];
  /** Rows that migrations put in through the API, as statements. */
  readonly inserts: { readonly query: SqlQuery; readonly path: string }[] = [];
  readonly failures: { readonly message: string; readonly place: Place }[] = [];
  private readonly stack: string[] = [];
  private steps = 0;
  private guards = 0;
  /** Where the operations of the function begin that was entered first. */
  private start = 0;
  private returned: Value = ANY;

  constructor(
    readonly flow: Flow,
    readonly tool: Tool,
    readonly sqlAt: (path: string, at: Span) => readonly SqlStatement[],
    readonly sqlFiles: SqlFiles,
  ) {}

  /** Adds an operation as the code at `place` makes it. */
  add(op: DdlOp, path: string): void {
    this.ops.push({ op, path, kind: 'migration', ...(this.guards > 0 ? { isGuarded: true } : {}) });
  }
  fail(message: string, place: Place): void {
    this.failures.push({ message, place });
  }
  /** A step that cannot be followed and is given these tables: of the others what is told stays true. */
  doubt(what: string, tables: readonly QName[], { path, at }: Place): void {
    this.ops.push({ op: { k: 'unknown-step', what, tables, at }, path, kind: 'migration' });
  }
  /** A statement that nobody can read, run beside others: it may go on with the tables that these changed. */
  doubtChanged(site: Pick<CallSite, 'env' | 'at'>): void {
    const tables = this.ops.slice(this.start).flatMap(({ op }) => (op.k === 'rename-table' ? [{ ...op.table, name: op.to }] : tablesOf([{ op }])));
    if (tables.length > 0) this.doubt('SQL that only a run can tell', tables, { path: site.env.module.path, at: site.at });
  }
  /** A step of a known kind whose names cannot be told. */
  unknown(what: string, site: Pick<CallSite, 'env' | 'at'>): Value {
    this.fail(`This step cannot be followed: ${what}`, { path: site.env.module.path, at: site.at });
    return ANY;
  }

  /** Enters a function with arguments written in the scope `from`; the value it returns. */
  enter(fn: FnValue, args: readonly EvaluatedArg[], from: Env | null = null): Value {
    if (this.stack.length >= DEPTH_LIMIT || this.stack.includes(fn.fn.id)) return ANY;
    const env = childEnv(fn.fn.env.kind === 'class' ? fn.fn.env.parent! : fn.fn.env, 'function', fn.fn.owner);
    bindParameters(this.flow, fn, args, env, from);
    if (this.stack.length === 0) this.start = this.ops.length;
    this.stack.push(fn.fn.id);
    const { guards, returned } = this;
    this.returned = ANY;
    try {
      this.body(fn.fn.fn.body, env);
      return this.returned;
    } finally {
      this.stack.pop();
      this.guards = guards;
      this.returned = returned;
    }
  }

  /** Runs statements in a scope. Tells how they end before their end. */
  body(code: readonly Stmt[], env: Env): Outcome {
    for (const stmt of code) {
      const outcome = this.statement(stmt, env);
      if (outcome) return outcome;
    }
    return null;
  }

  private statement(stmt: Stmt, env: Env): Outcome {
    if (++this.steps > STEP_LIMIT) {
      if (this.steps === STEP_LIMIT + 1)
        this.fail('The migrations have more steps than are followed', { path: env.module.path, at: 'at' in stmt ? stmt.at : makeSpan(0, 1) });
      return 'raise';
    }
    const { flow } = this;
    switch (stmt.k) {
      case 'expr':
        flow.expr(stmt.value, env);
        return null;
      case 'set':
        this.set(stmt, env);
        return null;
      case 'return':
        if (stmt.value) this.returned = flow.expr(stmt.value, env);
        return 'return';
      case 'raise':
        return 'raise';
      case 'jump':
        return 'jump';
      case 'if':
        return this.branch(stmt, env);
      case 'loop':
        return this.loop(stmt, env);
      case 'try': {
        // `try { drop } catch {}` is a step that may find nothing to do.
        const isSwallowed = stmt.handlers.length > 0 && stmt.handlers.every((handler) => !handler.body.some((inner) => inner.k === 'raise'));
        const outcome = isSwallowed ? this.guarded(() => this.body(stmt.body, env)) : this.body(stmt.body, env);
        return outcome ?? this.body(stmt.else, env) ?? this.body(stmt.final, env);
      }
      case 'with':
        for (const item of stmt.items) {
          const value = flow.expr(item.value, env);
          if (item.target) assign(flow, item.target, value, item.value, env);
        }
        return this.body(stmt.body, env);
      case 'def':
        if (stmt.fn.name) env.vars.set(stmt.fn.name, { k: 'fn', fn: flow.fnRef(stmt.fn, env, null) });
        return null;
      case 'import':
        if (env.kind === 'function')
          for (const name of stmt.names) if (name.as !== '*') env.vars.set(name.as, flow.imported(env.module, stmt.module, name.name));
        return null;
      default:
        return null;
    }
  }

  private set(stmt: Stmt & { k: 'set' }, env: Env): void {
    if (!stmt.value) return;
    const { flow } = this;
    const value = flow.expr(stmt.value, env);
    if (!stmt.op) {
      noteSource(stmt.target, stmt.value, env);
      assign(flow, stmt.target, value, stmt.value, env);
      return;
    }
    if (stmt.target.k !== 'name') return;
    const current = flow.expr(stmt.target, env);
    const sum: Value =
      stmt.op !== '+'
        ? ANY
        : current.k === 'list' && value.k === 'list'
          ? { k: 'list', items: [...current.items, ...value.items] }
          : current.k === 'const' && value.k === 'const' && typeof current.v === 'string'
            ? { k: 'const', v: `${current.v}${String(value.v)}` }
            : ANY;
    env.vars.set(stmt.target.id, sum);
  }

  private branch(stmt: Stmt & { k: 'if' }, env: Env): Outcome {
    const truth = truthOf(this.flow, stmt.test, env);
    if (truth !== null) return this.body(truth ? stmt.then : stmt.else, env);
    const before = this.ops.length;
    const then = this.guarded(() => this.body(stmt.then, env));
    const between = this.ops.length;
    const other = this.guarded(() => this.body(stmt.else, env));
    const [inThen, inElse] = [this.ops.slice(before, between), this.ops.slice(between)].map((ops) => ops.filter(({ op }) => !BESIDE_TABLES.has(op.k)));
    const makes = (ops: readonly LocatedOp[]): boolean => ops.every(({ op }) => MAKING.has(op.k));
    const isEither = inThen!.length > 0 && inElse!.length > 0;
    // What makes a thing and what changes it: the one finds it done, the other finds nothing. What changes goes first.
    if (isEither && asksWhatExists(this.flow, stmt.test, env) && (makes(inThen!) || makes(inElse!))) {
      if (makes(inThen!)) this.ops.push(...this.ops.splice(before, between - before));
    } else if (isEither || (inThen!.length + inElse!.length > 0 && !asksWhatExists(this.flow, stmt.test, env)))
      this.doubt('whether it is taken depends on a condition that only a run can tell', tablesOf([...inThen!, ...inElse!]), {
        path: env.module.path,
        at: stmt.at,
      });
    // What follows a guard that returns early runs under the opposite condition.
    if ((then === 'return') !== (other === 'return')) this.guards++;
    return then && other ? then : null;
  }

  private loop(stmt: Stmt & { k: 'loop' }, env: Env): Outcome {
    if (!stmt.target || !stmt.iter) {
      const outcome = this.body(stmt.body, env);
      return outcome === 'jump' ? null : outcome;
    }
    const { flow } = this;
    const iterated = flow.expr(stmt.iter, env);
    const items = itemsOf(iterated);
    if (items) {
      const sources = sourceOf(stmt.iter, env);
      for (const [index, item] of items.entries()) {
        assign(flow, stmt.target, item, null, env);
        noteSources(stmt.target, sources, index, env);
        const outcome = this.body(stmt.body, env);
        if (outcome === 'return') return outcome;
      }
      return null;
    }
    const before = this.ops.length;
    assign(flow, stmt.target, ANY, null, env);
    this.guarded(() => this.body(stmt.body, env));
    if (this.ops.length > before)
      this.doubt('a loop changes the schema for things that only a run can tell', tablesOf(this.ops.slice(before)), {
        path: env.module.path,
        at: stmt.iter.at,
      });
    return null;
  }

  /** Runs what may find that there is nothing to do. */
  guarded<T>(run: () => T): T {
    const { guards } = this;
    this.guards = guards + 1;
    try {
      return run();
    } finally {
      this.guards = guards;
    }
  }

  /** A callback that runs for certain, once, with these arguments. */
  callback(value: Value | null | undefined, args: readonly Value[], at: Span): Value {
    if (value?.k !== 'fn') return ANY;
    const expr: Expr = { k: 'other', parts: [], at };
    return this.enter(
      value,
      args.map((each) => ({ name: null, value: each, expr, spread: null, at })),
    );
  }
}

/** The tables that operations change; none where one of them changes something else, so that nothing is known of what is touched. */
function tablesOf(ops: readonly Pick<LocatedOp, 'op'>[]): readonly QName[] {
  const tables = ops.flatMap(({ op }) => ('table' in op && op.table && op.k !== 'drop-table' && op.k !== 'rename-table' ? [op.table] : []));
  return tables.length === ops.length ? tables : [];
}

/** The items that a loop runs over, where they are known one by one; the statements of a file count as one. */
export function itemsOf(value: Value): readonly Value[] | null {
  if (readOf(value)) return [value];
  if (value.k === 'list') return value.items;
  if (value.k === 'dict') return value.rest ? null : [...value.entries.keys()].map((key): Value => ({ k: 'const', v: key }));
  return null;
}
