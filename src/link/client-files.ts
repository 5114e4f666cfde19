/** Which files run on the far side of the API: pages, all script where the models are in another language, and packages of pages that touch no table. */
import type { FileFacts } from '../facts/file.js';
import type { Flow } from '../flow/evaluate.js';
import { folderOf } from '../dialects/shared/paths.js';

const isPage = (path: string): boolean => /\.(tsx|jsx)$/.test(path);

/** Answers for the files of a repository after its code was evaluated; `declared` are the paths that declare tables. */
export function clientFiles(files: ReadonlyMap<string, FileFacts>, flow: Flow, usesScript: boolean, declared: Iterable<string>): (path: string) => boolean {
  const isScript = (path: string): boolean => files.get(path)?.language === 'typescript';
  if (!usesScript) return isScript;
  const packageOf = packages(files);
  const { tables, columns, queries, exposures } = flow.record;
  const touching = new Set(
    [...[tables, columns, queries, exposures].flatMap((each) => [...each.values()].map(({ place }) => place.path)), ...declared].map(packageOf),
  );
  const clients = new Set([...files.keys()].filter(isPage).map(packageOf).filter((folder) => !touching.has(folder)));
  // A package that runs the code of one that touches tables is on this side of the API.
  for (const module of clients.size > 0 ? flow.modules : []) {
    const folder = packageOf(module.path);
    if (!clients.has(folder) || module.language !== 'typescript') continue;
    for (const stmt of module.code) if (stmt.k === 'import' && !stmt.isType && !(stmt.names.length > 0 && stmt.names.every((name) => name.isType))) {
      const path = flow.resolveModule(module.path, stmt.module, 'typescript');
      if (path !== null && touching.has(packageOf(path))) clients.delete(folder);
    }
  }
  // A page that asks the database itself is rendered where the database is.
  const asking = new Set([...queries.values()].map(({ place }) => place.path));
  return (path) => isScript(path) && ((isPage(path) && !asking.has(path)) || clients.has(packageOf(path)));
}

/** The folder of the nearest package.json above a file. */
function packages(files: ReadonlyMap<string, FileFacts>): (path: string) => string {
  const roots = new Set([...files].flatMap(([path, { settings }]) => (settings?.kind === 'package' ? [folderOf(path)] : [])));
  const known = new Map<string, string>();
  const above = (folder: string): string => {
    let root = known.get(folder);
    if (root === undefined) known.set(folder, (root = folder === '' || roots.has(folder) ? folder : above(folderOf(folder))));
    return root;
  };
  return (path) => above(folderOf(path));
}
