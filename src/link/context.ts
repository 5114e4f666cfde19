/** The circumstances of a piece of code, from the syntax around it and the path of its file. */
import type { Expr, Func, Span, Stmt } from '../facts/code.js';
import { makeSpan, spanEnd, spanStart } from '../facts/span.js';
import type { Context, Role } from '../model/usage.js';
import {
  entryOfClass, entryOfDecorators, entryOfPath, handlerOptions, handlersIn, isLoader, isOfCommands, isResolverMap, isServerAction, takerOf, type Entry,
} from './handlers.js';
import { fnIdAt } from '../flow/called.js';
import { UNREACHED, type Reached } from './entries.js';
import { entryOfParams, entryOfType } from './handler-types.js';
import { endOf, startOf } from './spans.js';

interface Region {
  readonly at: Span;
  readonly kind: 'fn' | 'loop' | 'swallowed';
  readonly name?: string;
  readonly entry?: Entry;
  /** A function, or what answers a call from outside. */
  readonly runs?: 'function' | 'handler';
}

/** The functions, loops and swallowing handlers of a file, and what calls a function that is given where an argument stands, by offset. */
interface Found { readonly path: string; readonly isOfCommands: boolean; readonly regions: Region[]; readonly taken: Map<number, Entry> }

/** Where code of a file is: `isClient` says that the file runs on the far side of an API, `isEntryPoint` that its functions are called from outside. */
export interface Surrounding { readonly path: string; readonly role: Role; readonly isClient: boolean; readonly isEntryPoint: boolean }

/** What surrounds the code of one file. */
export interface FileContexts {
  /** `reached` says what the function with an id, which the code stands in, is called from. */
  at(offset: number, reached: (fnId: string) => Reached): Context;
  /** What the code around an offset says for itself. */
  ownEntry(offset: number): Entry;
  /** What the function is called by that is given where an argument stands. */
  takenBy(offset: number): Entry;
}

/** Indexes a file's code. */
export function contextsOf(file: Surrounding, code: readonly Stmt[]): FileContexts {
  const { regions, taken } = regionsOf(file.path, code);
  const pathEntry: PathEntry = file.isEntryPoint || isServerAction(code) ? { entry: 'route', isSure: true } : entryOfPath(file.path);
  const cache = new Map<number, Context>();
  return {
    at(offset, reached) {
      let context = cache.get(offset);
      if (!context) cache.set(offset, (context = surround(file, regions, offset, pathEntry, reached)));
      return context;
    },
    ownEntry: (offset) => surround(file, regions, offset, pathEntry.isSure ? pathEntry : NO_ENTRY, () => UNREACHED).entry,
    takenBy: (offset) => taken.get(offset) ?? null,
  };
}

function regionsOf(path: string, code: readonly Stmt[]): Found {
  const found: Found = { path, isOfCommands: isOfCommands(code), regions: [], taken: new Map() };
  walk(code, found, '');
  found.regions.sort((a, b) => spanStart(a.at) - spanStart(b.at) || spanEnd(b.at) - spanEnd(a.at));
  return found;
}

type PathEntry = ReturnType<typeof entryOfPath>;
const NO_ENTRY: PathEntry = { entry: null, isSure: false };

function surround(
  { path, role, isClient }: Surrounding,
  regions: readonly Region[],
  offset: number,
  pathEntry: PathEntry,
  reached: (fnId: string) => Reached,
): Context {
  let fn: string | null = null;
  let unit: string | null = null;
  let entry: Entry = null;
  let callers = UNREACHED;
  let inLoop = false;
  let isSwallowed = false;
  for (const region of regions) {
    if (spanStart(region.at) > offset) break;
    if (spanEnd(region.at) <= offset) continue;
    // A function without a name belongs to the one that it stands in, unless it answers a call of its own.
    if (region.runs === 'handler' || (region.runs && (region.name || unit === null))) unit = String(spanStart(region.at));
    if (region.kind === 'fn') {
      fn = region.name ? (fn ? `${fn}.${region.name}` : region.name) : fn;
      entry = region.entry ?? entry;
      if (region.runs === 'function') {
        const by = reached(fnIdAt(path, region.at));
        if (by.entry) callers = by;
      }
      if (region.name) {
        inLoop = false;
        isSwallowed = false;
      }
    } else if (region.kind === 'loop') inLoop = true;
    else isSwallowed = true;
  }
  // What is seen to call it tells more than a folder whose name may be a word of the domain.
  const own = entry ?? (pathEntry.isSure ? pathEntry.entry : null);
  return {
    path,
    fn,
    unit,
    role,
    entry: own ?? callers.entry ?? pathEntry.entry,
    ...(own === null && callers.entry !== null ? { isReached: true as const, ...(callers.alsoIn ? { alsoIn: callers.alsoIn } : {}) } : {}),
    inLoop,
    isSwallowed,
    isClient,
  };
}

function walk(code: readonly Stmt[], found: Found, owner: string): void {
  for (const stmt of code) {
    switch (stmt.k) {
      case 'def': addFunction(stmt.fn, stmt.fn.name ?? '', found, owner); break;
      case 'class': {
        const name = owner ? `${owner}.${stmt.cls.name}` : stmt.cls.name;
        const entry = entryOfClass(stmt.cls);
        if (entry) found.regions.push({ at: stmt.cls.range, kind: 'fn', entry });
        for (const inner of stmt.cls.body) {
          if (inner.k === 'def') addFunction(inner.fn, `${name}.${inner.fn.name ?? ''}`, found, '');
          else walk([inner], found, name);
        }
        break;
      }
      case 'if': walkExpr(stmt.test, found); walk(stmt.then, found, owner); walk(stmt.else, found, owner); break;
      case 'loop':
        // What is gone through is asked for once.
        if (stmt.body.length)
          found.regions.push({
            at: makeSpan(
              stmt.iter || spanEnd(stmt.at) < endOf(stmt) ? stmt.body.map(startOf).reduce((a, b) => Math.min(a, b)) : spanStart(stmt.at),
              endOf(stmt),
            ),
            kind: 'loop',
          });
        if (stmt.iter) walkExpr(stmt.iter, found);
        walk(stmt.body, found, owner);
        break;
      case 'try':
        if (stmt.handlers.length && stmt.handlers.every((handler) => swallows(handler.body))) found.regions.push({ at: tryBody(stmt), kind: 'swallowed' });
        walk(stmt.body, found, owner);
        for (const handler of stmt.handlers) walk(handler.body, found, owner);
        walk(stmt.else, found, owner); walk(stmt.final, found, owner);
        break;
      case 'with': for (const item of stmt.items) walkExpr(item.value, found); walk(stmt.body, found, owner); break;
      case 'expr': walkExpr(stmt.value, found); break;
      case 'set': if (stmt.value && stmt.type) takeTyped(found, stmt.value, stmt.type);
      if (stmt.value) walkExpr(stmt.value, found, stmt.target.k === 'name' ? stmt.target.id : undefined);
      break;
      case 'return': if (stmt.value) walkExpr(stmt.value, found); break;
      default: break;
    }
  }
}

function addFunction(fn: Func, name: string, found: Found, owner: string): void {
  const entry =
    entryOfDecorators(fn, found.isOfCommands) ??
    (isServerAction(fn.body) || isLoader(owner ? `${owner}.${name}` : name, found.path) ? 'route' : entryOfParams(fn));
  found.regions.push({ at: fn.range, kind: 'fn', runs: 'function', ...(name ? { name: owner ? `${owner}.${name}` : name } : {}), ...(entry ? { entry } : {}) });
  walk(fn.body, found, '');
}

const ITERATORS = new Set(['map', 'forEach', 'flatMap', 'reduce', 'each', 'eachSeries']);

function walkExpr(expr: Expr, found: Found, name?: string): void {
  switch (expr.k) {
    case 'fn': addFunction(expr.fn, expr.fn.name ?? name ?? '', found, ''); return;
    case 'call': {
      walkExpr(expr.fn, found);
      const method = expr.fn.k === 'attr' ? expr.fn.name : '';
      const entry = takerOf(expr);
      for (const arg of expr.args) {
        if (entry) take(found, arg.value, entry);
        if (arg.value.k === 'fn' && ITERATORS.has(method)) found.regions.push({ at: arg.value.fn.range, kind: 'loop' });
        walkExpr(arg.value, found);
      }
      return;
    }
    case 'attr': walkExpr(expr.of, found); return;
    case 'item': walkExpr(expr.of, found); walkExpr(expr.key, found); return;
    case 'list': for (const item of expr.items) walkExpr(item, found); return;
    case 'dict':
      for (const entry of expr.entries) {
        if (isResolverMap(entry)) for (const { value } of entry.value.entries) take(found, value, 'route');
        walkExpr(entry.value, found, entry.key?.k === 'lit' ? String(entry.key.v) : undefined);
      }
      return;
    case 'op': for (const arg of expr.args) walkExpr(arg, found); return;
    case 'cond': walkExpr(expr.test, found); walkExpr(expr.then, found); walkExpr(expr.else, found); return;
    case 'comp': found.regions.push({ at: expr.value.at, kind: 'loop' });
    walkExpr(expr.value, found);
    for (const clause of expr.clauses) walkExpr(clause.iter, found);
    return;
    case 'cast': takeTyped(found, expr.of, expr.type); walkExpr(expr.of, found); return;
    case 'spread': walkExpr(expr.of, found); return;
    case 'let': walkExpr(expr.value, found); return;
    case 'other': for (const part of expr.parts) walkExpr(part, found); return;
    default:
  }
}

/** What is written there, and the functions in it, are called by whatever `entry` says. */
function take(found: Found, value: Expr, entry: Entry): void {
  for (const handler of handlersIn(value)) found.regions.push({ at: handler.range, kind: 'fn', runs: 'handler', entry });
  for (const at of [value, ...handlerOptions(value)].map((each) => each.at)) found.taken.set(spanStart(at), entry);
}

/** What has a type that says who calls it: the function itself, or each of an object of them. */
function takeTyped(found: Found, value: Expr, type: Expr): void {
  const entry = entryOfType(type);
  if (entry) for (const each of value.k === 'dict' ? value.entries.map((one) => one.value) : [value]) take(found, each, entry);
}

function swallows(body: readonly Stmt[]): boolean {
  return !body.some(
    (stmt) =>
      stmt.k === 'raise' ||
      (stmt.k === 'return' && stmt.value !== undefined && !(stmt.value.k === 'lit')) ||
      (stmt.k === 'if' && (!swallows(stmt.then) || !swallows(stmt.else))),
  );
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

/**
 * Factories make rows for tests where they stand with the database; elsewhere they are as good as any other code. What a server for builds or an editor is told
 * is no part of the application either.
 */
const TEST_FOLDER =
  /(^|\/)(\.github|\.gitlab|\.circleci|\.husky|\.vscode|\.idea|tests?|__tests__|spec|specs|e2e|cypress|playwright|__mocks__|mocks|testing|test_utils|fixtures|__fixtures__|(database|db|prisma|seeds?|seeders?|seeding)\/factories)\//i;
/** Parts of an application that is about fixtures of a league or tests of a laboratory: `fixtures/fixture.service.ts`, `tests/dto/create-test.dto.ts`. */
const ABOUT_TESTS =
  /(^|\/)(test|fixture|spec|mock)s?\/(.*\/)?([\w-]*-)?\2s?\.(service|controller|module|entity|repository|resolver|dto|model|schema)\.[cm]?[jt]s$/i;

/** What kind of code a path holds; what the config says comes before what folders and names suggest. */
export function roleOf(path: string, patterns: RolePatterns): Role {
  if (patterns.isTest(path)) return 'test';
  if (patterns.isMigration(path)) return 'migration';
  if (patterns.isApplication(path)) return 'application';
  if (
    (TEST_FOLDER.test(path) && !ABOUT_TESTS.test(path)) ||
    /(^|\/)(test_[^/]*|conftest|[^/]*_test|tests?)\.py$/.test(path) ||
    /\.(test|spec|e2e|stories|e2e-spec)\.[cm]?[jt]sx?$/.test(path)
  )
    return 'test';
  if (
    /(^|\/)(migrations?|alembic|data[-_]migrations?|migration[-_]scripts?)\/|(^|\/)versions\/.*\.py$|(^|\/)drizzle\/.*\.(sql|json)$/i.test(path) ||
    (isStamped(path) && !SEEDS.test(path))
  )
    return 'migration';
  if (
    SEEDS.test(path) ||
    /(^|\/)(seed|seeds|seeder|populate|(demo|sample|random|fake|dummy|mock|example)[-_]?data|load_fixtures)[^/]*\.(py|[cm]?[jt]s|sql)$/i.test(path) ||
    /[-_.](seed|seeder)\.(py|[cm]?[jt]s|sql)$/i.test(path)
  )
    return 'seed';
  return 'application';
}

/** A file named by the time it was written (`1.4.0-1678425761-add-tenants.ts`, `20240131120000_start.js`), as migrations are in whatever folder. */
function isStamped(path: string): boolean {
  return /(^|[/_.-])(1\d{9}|1\d{12}|20\d{6}[-_T]?\d{4,6})[-_.][^/]*\.(py|[cm]?[jt]s|sql)$/.test(path);
}
