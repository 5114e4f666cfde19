/** Names that are given to types: `CurrentUser = Annotated[User, Depends(current)]`, `type Rows = list[User]`. */
import type { Class, Expr, SetStmt, TypeStmt } from '../facts/code.js';
import type { Flow } from './evaluate.js';
import type { Env, ModuleRef } from './program.js';

/** `params` are the type parameters of TypeScript's. */
export interface Alias { readonly expr: Expr; readonly env: Env; readonly params?: readonly string[] }

/** Modules that a name is followed through. */
const HOP_LIMIT = 6;

/** The type behind a name, wherever it is defined; null where the name is that of a class or of anything else. */
export function aliasOf(flow: Flow, expr: Expr, env: Env): Alias | null {
  if (env.module.language !== 'python') return null;
  if (expr.k === 'name') return knownAlias(flow, env.module, expr.id);
  if (expr.k !== 'attr' || expr.of.k !== 'name') return null;
  const of = flow.peek(expr.of, env);
  return of.k === 'module' ? knownAlias(flow, of.module, expr.name) : null;
}

/** What a name of TypeScript's `type` stands for, as it is written; null where the name is none. */
export function typeNamed(flow: Flow, expr: Expr, env: Env): Alias | null {
  return env.module.language === 'typescript' && expr.k === 'name' ? knownAlias(flow, env.module, expr.id) : null;
}

/** Types are asked for again and again, and hardly any is an alias. */
function knownAlias(flow: Flow, module: ModuleRef, name: string): Alias | null {
  const known = flow.memo<Map<string, Alias | null>>('aliases', module, () => new Map(), new Map());
  let alias = known.get(name);
  if (alias === undefined) known.set(name, (alias = aliasIn(flow, module, name, 0)));
  return alias;
}

function aliasIn(flow: Flow, module: ModuleRef, name: string, hop: number): Alias | null {
  if (hop > HOP_LIMIT) return null;
  const from = (written: string, as: string): Alias | null => {
    const path = flow.resolveModule(module.path, written, module.language);
    const next = path === null ? null : flow.moduleAt(path);
    return next ? aliasIn(flow, next, as, hop + 1) : null;
  };
  const binding = module.bindings.get(name)?.at(-1);
  switch (binding?.k) {
    case 'set': return module.language === 'python' && binding.target.k === 'name' && binding.stmt.value && isType(binding.stmt.value)
      ? { expr: binding.stmt.value, env: module.env }
      : null;
    case 'type': return { expr: binding.stmt.value, env: module.env, params: binding.stmt.params };
    case 'import': return from(binding.stmt.module, binding.name.name);
    case undefined: return module.stars.map((star) => from(star, name)).find((found) => found !== null) ?? null;
    default: return null;
  }
}

/** `Optional[User]`, `User | None`: what names a type in a way that means nothing else where a type is asked for. */
const isType = (expr: Expr): boolean => expr.k === 'item' || (expr.k === 'op' && expr.op === '|');

const shapes = new WeakMap<TypeStmt, Class>();

/** The type of an object that has a name (`type Customer = { … }`) as the interface that says the same. */
export function shapeOf(stmt: TypeStmt): Class {
  let shape = shapes.get(stmt);
  if (!shape) {
    const fields = stmt.value.k === 'dict' ? stmt.value.entries : [];
    const body = fields.flatMap(({ key, value, at }): SetStmt[] =>
      key?.k === 'lit' && typeof key.v === 'string' ? [{ k: 'set', target: { k: 'name', id: key.v, at: key.at }, type: value, at }] : [],
    );
    shapes.set(stmt, (shape = { name: stmt.name, form: 'interface', bases: [], body, decorators: [], params: stmt.params, at: stmt.at, range: stmt.at }));
  }
  return shape;
}
