/** The program as modules, scopes and bindings: where a name comes from, before anything is evaluated. */
import type { Class, Expr, Func, ImportName, ImportStmt, SetStmt, Stmt, TypeStmt } from '../facts/code.js';
import { libraryName } from './libraries.js';
import type { ClassRef } from './value.js';
import { Vars } from './vars.js';

export interface ModuleRef {
  readonly path: string;
  readonly language: 'python' | 'typescript';
  readonly code: readonly Stmt[];
  readonly bindings: ReadonlyMap<string, readonly Binding[]>;
  /** Modules whose every name is taken over (`from x import *`, `export * from`, what a framework gives to each file). */
  readonly stars: readonly string[];
  readonly env: Env;
  /** A type without null says that the value is there. */
  readonly hasStrictTypes: boolean;
}

/** A scope: module, class body, function. The variables of functions change while these are evaluated. */
export interface Env {
  readonly module: ModuleRef;
  readonly parent: Env | null;
  vars: Vars;
  /** The class whose body or method this is. */
  readonly owner: ClassRef | null;
  readonly kind: 'module' | 'class' | 'function';
  /** The scope in which a module's statements run, beside its table of names. */
  readonly isTop?: true;
  /** The function whose call this is the scope of. */
  readonly fn?: Func;
}

export type Binding =
  | { readonly k: 'import'; readonly stmt: Pick<ImportStmt, 'module' | 'isType' | 'at'>; readonly name: ImportName }
  | { readonly k: 'def'; readonly fn: Func }
  | { readonly k: 'class'; readonly cls: Class }
  | { readonly k: 'set'; readonly stmt: SetStmt; readonly target: Expr }
  | { readonly k: 'type'; readonly stmt: TypeStmt }
  | { readonly k: 'alias'; readonly of: string };

/** Finds the file a module specifier means, null when it is of a library; given by `link/`. */
export type ResolveModule = (fromPath: string, module: string, language: ModuleRef['language']) => string | null;

/** Builds a module's table of top-level names. Conditional definitions all count. `given` are modules whose names it has without importing them. */
export function makeModule(
  path: string,
  language: ModuleRef['language'],
  code: readonly Stmt[],
  hasStrictTypes: boolean,
  given: readonly string[] = [],
): ModuleRef {
  const bindings = new Map<string, Binding[]>();
  const stars: string[] = [];
  const add = (name: string, binding: Binding): void => {
    const known = bindings.get(name);
    if (known) known.push(binding);
    else bindings.set(name, [binding]);
  };
  collect(code, add, stars);
  stars.push(...given);
  const module: { -readonly [K in keyof ModuleRef]: ModuleRef[K] } = { path, language, code, bindings, stars, hasStrictTypes, env: null as unknown as Env };
  module.env = { module, parent: null, vars: new Vars(), owner: null, kind: 'module' };
  return module;
}

function collect(code: readonly Stmt[], add: (name: string, binding: Binding) => void, stars: string[]): void {
  for (const stmt of code) {
    switch (stmt.k) {
      case 'import':
        for (const name of stmt.names) {
          if (name.as === '*') stars.push(stmt.module);
          else add(name.as, { k: 'import', stmt, name });
        }
        break;
      case 'export':
        for (const name of stmt.names) {
          if (name.as === '*' && stmt.module) stars.push(stmt.module);
          else if (stmt.module) add(name.as, { k: 'import', stmt: { module: stmt.module, isType: stmt.isType, at: stmt.at }, name });
          else if (name.as !== name.name) add(name.as, { k: 'alias', of: name.name });
        }
        break;
      case 'def': if (stmt.fn.name) add(stmt.fn.name, { k: 'def', fn: stmt.fn }); break;
      case 'class': add(stmt.cls.name, { k: 'class', cls: stmt.cls }); break;
      case 'type': add(stmt.name, { k: 'type', stmt }); break;
      case 'set':
        for (const target of targetNames(stmt.target)) add(target, { k: 'set', stmt, target: stmt.target });
        collectDefault(stmt, add);
        break;
      case 'if': collect(stmt.then, add, stars); collect(stmt.else, add, stars); break;
      case 'try': collect(stmt.body, add, stars);
      for (const handler of stmt.handlers) collect(handler.body, add, stars);
      collect(stmt.else, add, stars);
      collect(stmt.final, add, stars);
      break;
      case 'with': collect(stmt.body, add, stars); break;
      case 'loop': collect(stmt.body, add, stars); break;
      default: break;
    }
  }
}

/** `export default class X`/`function x` and `module.exports = …` bind the name `default` as well. */
function collectDefault(stmt: SetStmt, add: (name: string, binding: Binding) => void): void {
  const { target } = stmt;
  if (target.k !== 'attr' || target.of.k !== 'name' || !stmt.value) return;
  const isModule = target.of.id === 'module' && target.name === 'exports';
  if (isModule) add('default', { k: 'set', stmt, target: { k: 'name', id: 'default', at: target.at } });
  if (isModule && stmt.value.k === 'dict') {
    for (const entry of stmt.value.entries) {
      // `{ fk }` hands out what the module calls so.
      const isOwn = entry.key?.k === 'lit' && entry.value.k === 'name' && entry.value.id === entry.key.v;
      if (entry.key?.k === 'lit' && typeof entry.key.v === 'string' && !isOwn)
        add(entry.key.v, { k: 'set', stmt: { ...stmt, target: entry.key, value: entry.value }, target: { k: 'name', id: entry.key.v, at: entry.at } });
    }
  }
  if (target.of.id === 'exports') add(target.name, { k: 'set', stmt, target: { k: 'name', id: target.name, at: target.at } });
}

/** Whether a module imports something from such a library: `name` is the name that it has there, `*` all of it. */
export function importsFrom({ bindings }: ModuleRef, isSuch: (library: string, name: string) => boolean): boolean {
  for (const each of bindings.values())
    for (const binding of each) if (binding.k === 'import' && isSuch(libraryName(binding.stmt.module), binding.name.name)) return true;
  return false;
}

/** The names that a target or pattern binds. */
export function targetNames(target: Expr): readonly string[] {
  switch (target.k) {
    case 'name': return [target.id];
    case 'list': return target.items.flatMap(targetNames);
    case 'dict': return target.entries.flatMap((entry) => targetNames(entry.value));
    case 'spread': return targetNames(target.of);
    case 'op': return target.op === '=' ? targetNames(target.args[0]!) : [];
    default: return [];
  }
}

/** A new scope inside `parent`; of a call of `fn`, where it is given. */
export function childEnv(parent: Env, kind: Env['kind'], owner: ClassRef | null = parent.owner, fn?: Func): Env {
  return { module: parent.module, parent, vars: new Vars(), owner, kind, ...(fn ? { fn } : {}) };
}
