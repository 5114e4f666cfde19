/** Finds the file that an import means, from the paths of the repository alone. */
import type { FileFacts, Settings } from '../facts/file.js';
import type { ResolveModule } from '../flow/program.js';

/** Builds the resolver over all files with facts. Unknown modules are libraries: null. */
export function makeResolver(files: ReadonlyMap<string, FileFacts>): ResolveModule {
  const python = pythonIndex(files.keys());
  const script = scriptResolver(files);
  // By what is written first: a library's name is asked for from everywhere.
  const cache = { python: new Map<string, Map<string, string | null>>(), typescript: new Map<string, Map<string, string | null>>() };
  const folders = new Map<string, string>();
  return (fromPath, module, language) => {
    let byFolder = cache[language].get(module);
    if (!byFolder) cache[language].set(module, (byFolder = new Map()));
    let folder = folders.get(fromPath);
    if (folder === undefined) folders.set(fromPath, (folder = folderOf(fromPath)));
    const known = byFolder.get(folder);
    if (known !== undefined) return known;
    const found = language === 'python' ? resolvePython(python, files, fromPath, module) : script(fromPath, module);
    byFolder.set(folder, found);
    return found;
  };
}

export const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

/** Dotted module names by their last segments: source roots are not known, so `server.models` is any path that ends so. */
function pythonIndex(paths: Iterable<string>): ReadonlyMap<string, readonly string[]> {
  const index = new Map<string, string[]>();
  for (const path of paths) {
    if (!/\.pyi?$/.test(path)) continue;
    const last = path.replace(/(\/__init__)?\.pyi?$/, '').split('/').pop()!;
    const known = index.get(last);
    if (known) known.push(path);
    else index.set(last, [path]);
  }
  return index;
}

function resolvePython(index: ReadonlyMap<string, readonly string[]>, files: ReadonlyMap<string, FileFacts>, fromPath: string, module: string): string | null {
  const dots = /^\.*/.exec(module)![0].length;
  if (dots > 0) {
    let folder = folderOf(fromPath);
    for (let up = 1; up < dots; up++) folder = folderOf(folder);
    const rest = module.slice(dots).replaceAll('.', '/');
    const base = rest ? (folder ? `${folder}/${rest}` : rest) : folder;
    return pythonFile(files, base);
  }
  const suffix = module.replaceAll('.', '/');
  const candidates = (index.get(suffix.slice(suffix.lastIndexOf('/') + 1)) ?? []).filter((path) => {
    const bare = path.replace(/(\/__init__)?\.pyi?$/, '');
    return bare === suffix || bare.endsWith(`/${suffix}`);
  });
  if (candidates.length === 0) return null;
  const nearest = closest(fromPath, candidates);
  // A top-level name such as `types` or `email` is a library unless it stands beside the importer or at a root above it.
  if (!module.includes('.')) {
    const root = nearest.replace(/(\/__init__)?\.pyi?$/, '').slice(0, -suffix.length);
    return fromPath.startsWith(root) ? nearest : null;
  }
  return nearest;
}

function pythonFile(files: ReadonlyMap<string, FileFacts>, base: string): string | null {
  for (const path of [`${base}.py`, base ? `${base}/__init__.py` : '__init__.py', `${base}.pyi`]) if (files.has(path)) return path;
  return null;
}

/** The candidate that shares most of its folders with `from`; of equals the shortest. */
function closest(from: string, candidates: readonly string[]): string {
  const parts = from.split('/');
  let best = candidates[0]!;
  let bestShared = -1;
  for (const candidate of candidates) {
    const other = candidate.split('/');
    let shared = 0;
    while (shared < parts.length && parts[shared] === other[shared]) shared++;
    if (shared > bestShared || (shared === bestShared && candidate.length < best.length)) { best = candidate; bestShared = shared; }
  }
  return best;
}

const EXTENSIONS = ['', '.ts', '.tsx', '.d.ts', '.js', '.jsx', '.mts', '.cts', '.mjs', '.cjs', '/index.ts', '/index.tsx', '/index.js', '/index.jsx', '/index.mts', '/index.mjs'];

function scriptResolver(files: ReadonlyMap<string, FileFacts>): (fromPath: string, module: string) => string | null {
  const settings = [...files].filter((each): each is [string, FileFacts & { settings: Settings }] => each[1].settings !== undefined);
  const configs = new Map(settings.filter(([, facts]) => facts.settings.kind === 'tsconfig').map(([path, facts]) => [path, facts.settings]));
  const packages = settings.filter(([, facts]) => facts.settings.kind === 'package' && facts.settings.packageName);
  const byName = new Map(packages.map(([path, facts]) => [facts.settings.packageName!, { folder: folderOf(path), settings: facts.settings }]));
  const known = new Map<string, string | null>();
  const file = (base: string): string | null => {
    let found = known.get(base);
    if (found === undefined) known.set(base, (found = find(base)));
    return found;
  };
  const find = (base: string): string | null => {
    const clean = normalise(base);
    const swapped = clean.replace(/\.(m|c)?jsx?$/, '');
    for (const stem of swapped === clean ? [clean] : [clean, swapped]) for (const extension of EXTENSIONS) if (isModule(files, `${stem}${extension}`)) return `${stem}${extension}`;
    return null;
  };
  return (fromPath, module) => {
    if (module.startsWith('.')) return file(`${folderOf(fromPath)}/${module}`);
    for (let folder = folderOf(fromPath); ; folder = folderOf(folder)) {
      for (const name of ['tsconfig.json', 'tsconfig.base.json', 'tsconfig.app.json', 'jsconfig.json']) {
        const path = folder ? `${folder}/${name}` : name;
        const config = configs.get(path);
        const found = config ? aliased(configs, path, config, module, file, 0) : null;
        if (found) return found;
      }
      if (!folder) break;
    }
    const inPackage = packageFile(byName, module, file);
    if (inPackage) return inPackage;
    // A common alias without a readable config: `@/x` and `~/x` are the package's source folder.
    const alias = /^[@~]\/(.+)$/.exec(module);
    if (alias) for (let folder = folderOf(fromPath); ; folder = folderOf(folder)) {
      const found = file(`${folder}/src/${alias[1]}`) ?? file(folder ? `${folder}/${alias[1]}` : alias[1]!);
      if (found) return found;
      if (!folder) break;
    }
    return null;
  };
}

/** A file of script, or one of JSON that is read as such. */
function isModule(files: ReadonlyMap<string, FileFacts>, path: string): boolean {
  return files.has(path) && (/\.[cm]?[jt]sx?$/.test(path) || files.get(path)!.code !== undefined);
}

/** `paths` of a tsconfig and of those it extends. */
function aliased(configs: ReadonlyMap<string, Settings>, path: string, config: Settings, module: string, file: (base: string) => string | null, depth: number): string | null {
  const base = `${folderOf(path)}/${config.baseUrl ?? '.'}`;
  for (const [pattern, targets] of Object.entries(config.paths ?? {})) {
    const star = pattern.indexOf('*');
    const match = star === -1 ? (pattern === module ? '' : null) : module.startsWith(pattern.slice(0, star)) && module.endsWith(pattern.slice(star + 1)) ? module.slice(star, module.length - (pattern.length - star - 1)) : null;
    if (match === null) continue;
    for (const target of targets) { const found = file(`${base}/${target.replace('*', match)}`); if (found) return found; }
  }
  if (config.baseUrl) { const found = file(`${base}/${module}`); if (found) return found; }
  for (const parent of depth < 5 ? config.extends ?? [] : []) {
    const parentPath = normalise(`${folderOf(path)}/${parent}${parent.endsWith('.json') ? '' : '.json'}`);
    const parentConfig = configs.get(parentPath);
    const found = parentConfig ? aliased(configs, parentPath, parentConfig, module, file, depth + 1) : null;
    if (found) return found;
  }
  return null;
}

function packageFile(byName: ReadonlyMap<string, { folder: string; settings: Settings }>, module: string, file: (base: string) => string | null): string | null {
  const parts = module.split('/');
  const size = module.startsWith('@') ? 2 : 1;
  const found = byName.get(parts.slice(0, size).join('/'));
  if (!found) return null;
  const rest = parts.slice(size).join('/');
  const key = rest ? `./${rest}` : '.';
  const entries = found.settings.entries ?? {};
  const direct = entries[key];
  if (direct) { const path = file(`${found.folder}/${direct}`); if (path) return path; }
  for (const [pattern, target] of Object.entries(entries)) {
    const star = pattern.indexOf('*');
    if (star === -1 || !key.startsWith(pattern.slice(0, star))) continue;
    const path = file(`${found.folder}/${target.replace('*', key.slice(star, key.length - (pattern.length - star - 1)))}`);
    if (path) return path;
  }
  return (rest ? file(`${found.folder}/${rest}`) ?? file(`${found.folder}/src/${rest}`) : null) ?? (rest ? null : file(`${found.folder}/src/index`) ?? file(`${found.folder}/index`) ?? file(`${found.folder}/src/main`));
}

/** A path without its detours. */
export function normalise(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}
