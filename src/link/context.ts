/** The circumstances of a piece of code, from the syntax around it and the path of its file. */
import type { Class, Expr, Func, Span, Stmt } from '../facts/code.js';
import { makeSpan, spanEnd, spanStart } from '../facts/span.js';
import type { Context, Role } from '../model/usage.js';
import { endOf, startOf } from './spans.js';

interface Region { readonly at: Span; readonly kind: 'fn' | 'loop' | 'swallowed'; readonly name?: string; readonly entry?: Context['entry']; /** A function, or what answers a call from outside. */ readonly runs?: 'function' | 'handler' }

/** Answers what surrounds an offset of one file. */
export type ContextOf = (offset: number) => Context;

/** Indexes the functions, loops and swallowing handlers of a file. `isClient` says that the file runs on the far side of an API, `isEntryPoint` that its functions are called from outside. */
export function contextsOf(path: string, code: readonly Stmt[], role: Role, isClient: boolean, isEntryPoint = false): ContextOf {
  const regions: Region[] = [];
  walk(code, regions, '');
  regions.sort((a, b) => spanStart(a.at) - spanStart(b.at) || spanEnd(b.at) - spanEnd(a.at));
  const pathEntry = entryOfPath(path) ?? (isEntryPoint ? 'route' : null);
  const cache = new Map<number, Context>();
  return (offset) => {
    let context = cache.get(offset);
    if (!context) cache.set(offset, (context = surround(path, regions, offset, role, isClient, pathEntry)));
    return context;
  };
}

function surround(path: string, regions: readonly Region[], offset: number, role: Role, isClient: boolean, pathEntry: Context['entry']): Context {
  let fn: string | null = null;
  let unit: string | null = null;
  let entry: Context['entry'] = null;
  let inLoop = false;
  let isSwallowed = false;
  for (const region of regions) {
    if (spanStart(region.at) > offset) break;
    if (spanEnd(region.at) <= offset) continue;
    // A function without a name belongs to the one that it stands in, unless it answers a call of its own.
    if (region.runs === 'handler' || (region.runs && (region.name || unit === null))) unit = String(spanStart(region.at));
    if (region.kind === 'fn') { fn = region.name ? (fn ? `${fn}.${region.name}` : region.name) : fn; entry = region.entry ?? entry; if (region.name) { inLoop = false; isSwallowed = false; } }
    else if (region.kind === 'loop') inLoop = true;
    else isSwallowed = true;
  }
  return { path, fn, unit, role, entry: entry ?? pathEntry, inLoop, isSwallowed, isClient };
}

function walk(code: readonly Stmt[], regions: Region[], owner: string): void {
  for (const stmt of code) {
    switch (stmt.k) {
      case 'def': addFunction(stmt.fn, stmt.fn.name ?? '', regions, owner); break;
      case 'class': {
        const name = owner ? `${owner}.${stmt.cls.name}` : stmt.cls.name;
        if (isView(stmt.cls)) regions.push({ at: stmt.cls.range, kind: 'fn', entry: 'route' });
        for (const inner of stmt.cls.body) {
          if (inner.k === 'def') addFunction(inner.fn, `${name}.${inner.fn.name ?? ''}`, regions, '');
          else walk([inner], regions, name);
        }
        break;
      }
      case 'if': walkExpr(stmt.test, regions); walk(stmt.then, regions, owner); walk(stmt.else, regions, owner); break;
      case 'loop':
        // What is gone through is asked for once.
        if (stmt.body.length) regions.push({ at: makeSpan(stmt.iter || spanEnd(stmt.at) < endOf(stmt) ? stmt.body.map(startOf).reduce((a, b) => Math.min(a, b)) : spanStart(stmt.at), endOf(stmt)), kind: 'loop' });
        if (stmt.iter) walkExpr(stmt.iter, regions);
        walk(stmt.body, regions, owner);
        break;
      case 'try':
        if (stmt.handlers.length && stmt.handlers.every((handler) => swallows(handler.body))) regions.push({ at: tryBody(stmt), kind: 'swallowed' });
        walk(stmt.body, regions, owner);
        for (const handler of stmt.handlers) walk(handler.body, regions, owner);
        walk(stmt.else, regions, owner); walk(stmt.final, regions, owner);
        break;
      case 'with': for (const item of stmt.items) walkExpr(item.value, regions); walk(stmt.body, regions, owner); break;
      case 'expr': walkExpr(stmt.value, regions); break;
      case 'set': if (stmt.value) walkExpr(stmt.value, regions, stmt.target.k === 'name' ? stmt.target.id : undefined); break;
      case 'return': if (stmt.value) walkExpr(stmt.value, regions); break;
      default: break;
    }
  }
}

function addFunction(fn: Func, name: string, regions: Region[], owner: string): void {
  const entry = entryOf(fn.decorators);
  regions.push({ at: fn.range, kind: 'fn', runs: 'function', ...(name ? { name: owner ? `${owner}.${name}` : name } : {}), ...(entry ? { entry } : {}) });
  walk(fn.body, regions, '');
}

const ITERATORS = new Set(['map', 'forEach', 'flatMap', 'reduce', 'each', 'eachSeries']);
const ROUTE_METHODS = new Set(['get', 'post', 'put', 'patch', 'delete', 'route', 'all', 'use', 'websocket', 'api_route', 'query', 'mutation', 'mutate']);

function walkExpr(expr: Expr, regions: Region[], name?: string): void {
  switch (expr.k) {
    case 'fn': addFunction(expr.fn, expr.fn.name ?? name ?? '', regions, ''); return;
    case 'call': {
      walkExpr(expr.fn, regions);
      const method = expr.fn.k === 'attr' ? expr.fn.name : '';
      const isRoute = ROUTE_METHODS.has(method) && expr.args.length > 0 && (isPath(expr.args[0]!.value) || ((method === 'query' || method === 'mutation') && expr.args.length === 1));
      const isWorker = /^(process|consume|addJob|defineJob|createWorker|createFunction|schedule|cron)$/.test(method) || (expr.fn.k === 'name' && /^(Worker|cron)$/.test(expr.fn.id));
      for (const arg of expr.args) {
        if (isRoute || isWorker) for (const handler of handlersIn(arg.value)) regions.push({ at: handler.range, kind: 'fn', runs: 'handler', entry: isRoute ? 'route' : 'worker' });
        if (arg.value.k === 'fn' && ITERATORS.has(method)) regions.push({ at: arg.value.fn.range, kind: 'loop' });
        walkExpr(arg.value, regions);
      }
      return;
    }
    case 'attr': walkExpr(expr.of, regions); return;
    case 'item': walkExpr(expr.of, regions); walkExpr(expr.key, regions); return;
    case 'list': for (const item of expr.items) walkExpr(item, regions); return;
    case 'dict': for (const entry of expr.entries) walkExpr(entry.value, regions, entry.key?.k === 'lit' ? String(entry.key.v) : undefined); return;
    case 'op': for (const arg of expr.args) walkExpr(arg, regions); return;
    case 'cond': walkExpr(expr.test, regions); walkExpr(expr.then, regions); walkExpr(expr.else, regions); return;
    case 'comp': regions.push({ at: expr.value.at, kind: 'loop' }); walkExpr(expr.value, regions); for (const clause of expr.clauses) walkExpr(clause.iter, regions); return;
    case 'cast': case 'spread': walkExpr(expr.of, regions); return;
    case 'let': walkExpr(expr.value, regions); return;
    case 'other': for (const part of expr.parts) walkExpr(part, regions); return;
    default:
  }
}

/** The functions an argument is, bare or in a wrapper (`asyncHandler(async (req, res) => …)`). */
function handlersIn(expr: Expr, depth = 3): readonly Func[] {
  if (expr.k === 'fn') return [expr.fn];
  return expr.k === 'call' && depth > 0 ? expr.args.flatMap((arg) => handlersIn(arg.value, depth - 1)) : [];
}

const isPath = (expr: Expr): boolean => (expr.k === 'lit' && typeof expr.v === 'string' && expr.v.startsWith('/')) || expr.k === 'tpl';

/** A class of Django's or a framework of its kind that answers requests with its methods. */
function isView(cls: Class): boolean {
  return cls.bases.some(({ value }) => /(View|ViewSet|Viewset)$/.test(value.k === 'attr' ? value.name : value.k === 'name' ? value.id : '')) && cls.body.some((stmt) => stmt.k === 'def' && VIEW_METHODS.has(stmt.fn.name ?? ''));
}
const VIEW_METHODS = new Set(['get', 'post', 'put', 'patch', 'delete', 'list', 'retrieve', 'create', 'update', 'destroy', 'get_queryset', 'get_object', 'get_context_data', 'dispatch', 'form_valid', 'perform_create', 'perform_update']);

/** What a function's decorators make it: a route, a job, a command. */
export function entryOf(decorators: readonly Expr[]): Context['entry'] {
  for (const decorator of decorators) {
    const call = decorator.k === 'call' ? decorator.fn : decorator;
    const name = call.k === 'attr' ? call.name : call.k === 'name' ? call.id : '';
    if (/^(command|cli|group)$/.test(name)) return 'command';
    if (/^(task|shared_task|periodic_task|job|cron|actor|on_event|scheduled|Cron|Process|Processor|EventPattern|OnEvent|Interval)$/.test(name)) return 'worker';
    if (ROUTE_METHODS.has(name) && (call.k === 'attr' || decorator.k === 'call')) return 'route';
    if (/^(Get|Post|Put|Patch|Delete|All|Query|Mutation|api_view|action|require_http_methods|route|Subscription|MessagePattern)$/.test(name)) return 'route';
  }
  return null;
}

function entryOfPath(path: string): Context['entry'] {
  if (/(^|\/)(workers?|jobs?|tasks|queues?|cron)\//i.test(path) || /(^|\/)processors?\/[^]*\.[cm]?[jt]s$/i.test(path)) return 'worker';
  if (/(^|\/)(management\/commands|scripts|bin)\//.test(path)) return 'command';
  // Django's URLs name functions and classes of these files, which are not told by a decorator.
  if (/(^|\/)(views|viewsets)(\/[^/]+)?\.py$/.test(path)) return 'route';
  if (/(^|\/)(route|\+server|\+page\.server)\.[jt]sx?$/.test(path) || /(^|\/)pages\/api\//.test(path)) return 'route';
  return null;
}

function swallows(body: readonly Stmt[]): boolean {
  return !body.some((stmt) => stmt.k === 'raise' || (stmt.k === 'return' && stmt.value !== undefined && !(stmt.value.k === 'lit')) || (stmt.k === 'if' && (!swallows(stmt.then) || !swallows(stmt.else))));
}

function tryBody(stmt: Stmt & { k: 'try' }): Span {
  return makeSpan(spanStart(stmt.at), spanStart(stmt.handlers[0]!.at));
}

/** Folders of seeders, whose files may be stamped as migrations are. */
const SEEDS = /(^|\/)(seeds?|seeders?|seeding)\//i;

/** What the config says of paths. */
export interface RolePatterns {
  readonly isTest: (path: string) => boolean;
  readonly isMigration: (path: string) => boolean;
  /** Code of the application, whatever its folder is called. */
  readonly isApplication: (path: string) => boolean;
}

/** What kind of code a path holds; what the config says comes before what folders and names suggest. */
export function roleOf(path: string, patterns: RolePatterns): Role {
  if (patterns.isTest(path)) return 'test';
  if (patterns.isMigration(path)) return 'migration';
  if (patterns.isApplication(path)) return 'application';
  if (/(^|\/)(tests?|__tests__|spec|specs|e2e|cypress|playwright|__mocks__|mocks|testing|test_utils|fixtures|__fixtures__|factories)\//i.test(path) || /(^|\/)(test_[^/]*|conftest|[^/]*_test|tests?)\.py$/.test(path) || /\.(test|spec|e2e|stories|e2e-spec)\.[cm]?[jt]sx?$/.test(path)) return 'test';
  if (/(^|\/)(migrations?|alembic|data[-_]migrations?|migration[-_]scripts?)\/|(^|\/)versions\/.*\.py$|(^|\/)drizzle\/.*\.(sql|json)$/i.test(path) || (isStamped(path) && !SEEDS.test(path))) return 'migration';
  if (SEEDS.test(path) || /(^|\/)(seed|seeds|seeder|populate|(demo|sample|random|fake|dummy|mock|example)[-_]?data|load_fixtures)[^/]*\.(py|[cm]?[jt]s|sql)$/i.test(path) || /[-_.](seed|seeder)\.(py|[cm]?[jt]s|sql)$/i.test(path)) return 'seed';
  return 'application';
}

/** A file named by the time it was written (`1.4.0-1678425761-add-tenants.ts`, `20240131120000_start.js`), as migrations are in whatever folder. */
function isStamped(path: string): boolean {
  return /(^|[/_.-])(1\d{9}|1\d{12}|20\d{6}[-_T]?\d{4,6})[-_.][^/]*\.(py|[cm]?[jt]s|sql)$/.test(path);
}
