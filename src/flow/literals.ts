/** Function literals that nothing in sight calls: exported arrows, handlers, procedures of a router, methods of an object. */
import type { Flow } from './evaluate.js';
import { ranIn } from './functions.js';
import type { Env } from './program.js';
import type { FnRef, Value } from './value.js';

/** Remembers a literal; one that a maker makes for several models (`makeStore(source, Goat)`, `makeStore(source, Hen)`) once for each of them. */
export function noteLiteral(flow: Flow, fn: FnRef): void {
  const models = fn.env.kind === 'function' && !fn.env.isTop ? modelsIn(flow, fn.env) : '';
  flow.literals.set(models ? `${fn.id}@${models}` : fn.id, fn);
}

/** Evaluates the literals that nothing called. Evaluating one may bring up others. */
export function runLiterals(flow: Flow, run: (fn: FnRef) => void): void {
  for (const [key, fn] of flow.literals) if (!flow.contexts.has(fn.id) || (key !== fn.id && !ranIn(flow, fn))) run(fn);
}

/** The models that the scopes around a literal have variables for: their classes, repositories, delegates. */
function modelsIn(flow: Flow, env: Env): string {
  const found = new Set<string>();
  const look = (value: Value): void => {
    const model = value.k === 'model' ? value.model : value.k === 'extobj' || value.k === 'special' ? flow.handledBy(value, env) : null;
    if (model) found.add(model.id);
  };
  for (let scope: Env | null = env; scope?.kind === 'function' && !scope.isTop; scope = scope.parent) scope.vars.visit(look);
  return found.size > 0 ? [...found].sort().join() : '';
}
