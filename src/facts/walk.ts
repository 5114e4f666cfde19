/** Walks code as plain data: what a statement or expression holds, whatever its kind. */
import type { Expr, Func, Stmt } from './code.js';

export type Node = Expr | Stmt;

/** Visits every expression and statement below a part of the code, outermost first, and every function. */
export function walk(node: unknown, visit: (node: Node) => void, onFunction: (fn: Func) => void = () => {}): void {
  if (Array.isArray(node)) { for (const item of node) walk(item, visit, onFunction); return; }
  if (!node || typeof node !== 'object') return;
  const item = node as { readonly k?: string };
  if (item.k !== undefined) visit(node as Node);
  else if ('params' in item && 'body' in item && 'decorators' in item && 'range' in item && !('bases' in item)) onFunction(node as unknown as Func);
  for (const key in item) {
    if (key === 'at' || key === 'range' || key === 'note') continue;
    const value = (item as Readonly<Record<string, unknown>>)[key];
    if (value && typeof value === 'object') walk(value, visit, onFunction);
  }
}

/** The names that stand anywhere in a part of the code. */
export function namesIn(code: unknown): ReadonlySet<string> {
  const names = new Set<string>();
  walk(code, (node) => { if (node.k === 'name') names.add(node.id); });
  return names;
}
