/** Where the text of a value is written: SQL in a variable, in a list that a loop runs over, or in an argument. */
import type { Expr } from '../../facts/code.js';
import type { Env } from '../../flow/program.js';

export interface Source { readonly expr: Expr; readonly env: Env }

const kept = new WeakMap<Env, Map<string, Source>>();

/** Remembers what a name of a scope was given: an expression and the scope it stands in. */
export function keepSource(scope: Env, name: string, expr: Expr, env: Env): void {
  let names = kept.get(scope);
  if (!names) kept.set(scope, (names = new Map()));
  names.set(name, { expr, env });
}

/** Remembers an assignment. */
export function noteSource(target: Expr, value: Expr, env: Env): void {
  if (target.k === 'name') keepSource(env, target.id, value, env);
}

/** Remembers the items of a list literal as a loop takes them. */
export function noteSources(target: Expr, list: Source | null, index: number, env: Env): void {
  const item = list?.expr.k === 'list' ? list.expr.items[index] : undefined;
  if (!item || !list) return;
  if (target.k === 'name') keepSource(env, target.id, item, list.env);
  else if (target.k === 'list' && item.k === 'list')
    target.items.forEach((part, at) => {
      if (part.k === 'name' && item.items[at]) keepSource(env, part.id, item.items[at], list.env);
    });
}

/** The expression behind a name, followed through assignments; null when it is nothing that is written down. */
export function sourceOf(expr: Expr, env: Env, depth = 0): Source | null {
  if (expr.k !== 'name') return { expr, env };
  if (depth > 8) return null;
  for (let scope: Env | null = env; scope; scope = scope.parent) {
    const found = kept.get(scope)?.get(expr.id);
    if (found) return found.expr.k === 'name' && found.expr.id === expr.id && found.env === scope ? null : sourceOf(found.expr, found.env, depth + 1);
    if (scope.kind !== 'module') continue;
    const bindings = scope.module.bindings.get(expr.id);
    const [only] = bindings ?? [];
    return bindings?.length === 1 && only?.k === 'set' && only.stmt.value && only.target.k === 'name' ? sourceOf(only.stmt.value, scope, depth + 1) : null;
  }
  return null;
}
