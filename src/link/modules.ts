/** Finds the file that an import means, from the paths of the repository alone. */
import type { FileFacts, Settings } from '../facts/file.js';
import type { ResolveModule } from '../flow/program.js';
import { folderOf } from '../dialects/shared/paths.js';
import { pythonResolver } from './python-modules.js';

/** Builds the resolver over all files with facts. Unknown modules are libraries: null. */
export function makeResolver(files: ReadonlyMap<string, FileFacts>): ResolveModule {
  const python = pythonResolver(files);
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
    const found = (language === 'python' ? python : script)(fromPath, module);
    byFolder.set(folder, found);
    return found;
  };
}

const EXTENSIONS = [
  '', '.ts', '.tsx', '.d.ts', '.js', '.jsx', '.mts', '.cts', '.mjs', '.cjs', '/index.ts', '/index.tsx', '/index.js', '/index.jsx', '/index.mts', '/index.mjs',
];

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
    for (const stem of swapped === clean ? [clean] : [clean, swapped])
      for (const extension of EXTENSIONS) if (isModule(files, `${stem}${extension}`)) return `${stem}${extension}`;
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
    // A common alias without a readable config: `@/x`, `~/x` and Nuxt's `~~/x` are the package's source folder, SvelteKit's `$lib/x` its `src/lib`, `#shared/x`
    // its `shared`.
    const alias = /^(?:@@?\/|~~?\/|\$(?=lib\/)|#(?=shared\/))(.+)$/.exec(module);
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
function aliased(
  configs: ReadonlyMap<string, Settings>,
  path: string,
  config: Settings,
  module: string,
  file: (base: string) => string | null,
  depth: number,
): string | null {
  const base = `${folderOf(path)}/${config.baseUrl ?? '.'}`;
  for (const [pattern, targets] of Object.entries(config.paths ?? {})) {
    const star = pattern.indexOf('*');
    const match =
      star === -1
        ? pattern === module
          ? ''
          : null
        : module.startsWith(pattern.slice(0, star)) && module.endsWith(pattern.slice(star + 1))
          ? module.slice(star, module.length - (pattern.length - star - 1))
          : null;
    if (match === null) continue;
    for (const target of targets) {
      const found = file(`${base}/${target.replace('*', match)}`);
      if (found) return found;
    }
  }
  if (config.baseUrl) {
    const found = file(`${base}/${module}`);
    if (found) return found;
  }
  for (const parent of depth < 5 ? (config.extends ?? []) : []) {
    const parentPath = normalise(`${folderOf(path)}/${parent}${parent.endsWith('.json') ? '' : '.json'}`);
    const parentConfig = configs.get(parentPath);
    const found = parentConfig ? aliased(configs, parentPath, parentConfig, module, file, depth + 1) : null;
    if (found) return found;
  }
  return null;
}

function packageFile(
  byName: ReadonlyMap<string, { folder: string; settings: Settings }>,
  module: string,
  file: (base: string) => string | null,
): string | null {
  const parts = module.split('/');
  const size = module.startsWith('@') ? 2 : 1;
  const found = byName.get(parts.slice(0, size).join('/'));
  if (!found) return null;
  const rest = parts.slice(size).join('/');
  const key = rest ? `./${rest}` : '.';
  const entries = found.settings.entries ?? {};
  const direct = entries[key];
  if (direct) {
    const path = file(`${found.folder}/${direct}`);
    if (path) return path;
  }
  for (const [pattern, target] of Object.entries(entries)) {
    const star = pattern.indexOf('*');
    if (star === -1 || !key.startsWith(pattern.slice(0, star))) continue;
    const path = file(`${found.folder}/${target.replace('*', key.slice(star, key.length - (pattern.length - star - 1)))}`);
    if (path) return path;
  }
  return (
    (rest ? (file(`${found.folder}/${rest}`) ?? file(`${found.folder}/src/${rest}`)) : null) ??
    (rest ? null : (file(`${found.folder}/src/index`) ?? file(`${found.folder}/index`) ?? file(`${found.folder}/src/main`)))
  );
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
