/**
 * How columns without a name are named: the option that the database is opened with.
 * https://orm.drizzle.team/docs/sql-schema-declaration#camel-and-snake-casing
 */
import type { Expr, Stmt } from '../../facts/code.js';
import type { ModuleRef } from '../../flow/program.js';
import { sharedFolders } from '../shared/paths.js';

export type Casing = 'snake_case' | 'camelCase' | null;

/** Answers which casing holds for a file: that of the nearest place that sets one. */
export function casingsOf(modules: readonly ModuleRef[]): (path: string) => Casing {
  const set = modules.flatMap((module): { path: string; casing: Casing }[] => {
    if (
      module.language !== 'typescript' ||
      !module.code.some((stmt) => stmt.k === 'import' && /^drizzle-(orm|kit)/.test(stmt.module) && stmt.names.some((name) => OPENERS.has(name.name)))
    )
      return [];
    const casing = casingIn(module.code);
    return casing ? [{ path: module.path, casing }] : [];
  });
  if (set.length === 0) return () => null;
  return (path) => [...set].sort((a, b) => sharedFolders(b.path, path) - sharedFolders(a.path, path))[0]!.casing;
}

/** What takes the option. */
const OPENERS = new Set(['drizzle', 'defineConfig', 'Config', '*']);

/** `casing: 'snake_case'` in the options of `drizzle(…)` or `defineConfig(…)`. */
function casingIn(code: readonly Stmt[]): Casing {
  let found: Casing = null;
  const visit = (node: unknown): void => {
    if (found || !node || typeof node !== 'object') return;
    if (Array.isArray(node)) { node.forEach(visit); return; }
    const item = node as { k?: string };
    if (item.k === 'dict') for (const entry of (item as Expr & { k: 'dict' }).entries) {
      if (entry.key?.k === 'lit' && entry.key.v === 'casing' && entry.value.k === 'lit' && (entry.value.v === 'snake_case' || entry.value.v === 'camelCase'))
        found = entry.value.v;
    }
    Object.values(item).forEach(visit);
  };
  visit(code);
  return found;
}
