/** Which database a file's tables are in, by what drizzle-kit is told. https://orm.drizzle.team/docs/drizzle-config-file */
import type { Expr } from '../../facts/code.js';
import type { ModuleRef } from '../../flow/program.js';
import type { Connection } from '../../link/draft.js';
import { folderOf, sharedFolders } from '../shared/paths.js';

const CONFIG = /(^|\/)drizzle[\w.-]*\.config\.([cm]?[jt]s|json)$|(^|\/)drizzle\.config\.[\w.-]*$/;

/** Each place that configures drizzle-kit opens a database of its own; with one of them, or none, there is one database. */
export function partitionsOf(paths: readonly string[]): (path: string) => string {
  const folders = [...new Set(paths.filter((path) => CONFIG.test(path)).map(folderOf))];
  if (folders.length < 2) return () => '';
  return (path) =>
    folders
      .filter((folder) => folder === '' || path.startsWith(`${folder}/`))
      .sort((a, b) => sharedFolders(`${b}/x`, path) - sharedFolders(`${a}/x`, path))[0] ?? '';
}

/** The connection that all tables of the repository have, where drizzle-kit is configured in one place and takes the address from one variable. */
export function connectionOf(modules: readonly ModuleRef[]): Connection | null {
  const [config, ...others] = modules.filter((module) => CONFIG.test(module.path));
  const address = config && others.length === 0 ? addressIn(config.code) : null;
  return address !== null && folderOf(config!.path) !== '' ? { address, folder: folderOf(config!.path) } : null;
}

/** `dbCredentials: { url: process.env.DATABASE_URL! }`: the name of the variable; null where there is none or more than one. */
function addressIn(code: ModuleRef['code']): string | null {
  const found = new Set<string>();
  const visit = (node: unknown): void => {
    if (!node || typeof node !== 'object') return;
    if (Array.isArray(node)) { node.forEach(visit); return; }
    const item = node as { k?: string };
    if (item.k === 'dict')
      for (const { key, value } of (item as Expr & { k: 'dict' }).entries)
        if (key?.k === 'lit' && (key.v === 'url' || key.v === 'connectionString')) variablesIn(value, found);
    Object.values(item).forEach(visit);
  };
  visit(code);
  return found.size === 1 ? [...found][0]! : null;
}

function variablesIn(expr: Expr, found: Set<string>): void {
  if (expr.k === 'cast') variablesIn(expr.of, found);
  else if (expr.k === 'op') for (const operand of expr.args) variablesIn(operand, found);
  else if (expr.k === 'attr' && /^[A-Z][A-Z\d_]*$/.test(expr.name)) found.add(expr.name);
}
