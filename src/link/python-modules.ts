/** Finds the file that an import of Python means. Where the source roots are is not known: `server.models` is any path that ends so. */
import { folderOf } from '../dialects/shared/paths.js';
import type { FileFacts } from '../facts/file.js';

const FILE = /(\/__init__)?\.pyi?$/;

/** The resolver over all files; null for a module of a library. */
export function pythonResolver(files: ReadonlyMap<string, FileFacts>): (fromPath: string, module: string) => string | null {
  const index = byLastSegment(files.keys());
  const named = new QualifiedNames(files);
  return (fromPath, module) => {
    const dots = /^\.*/.exec(module)![0].length;
    if (dots > 0) {
      let folder = folderOf(fromPath);
      for (let up = 1; up < dots; up++) folder = folderOf(folder);
      const rest = module.slice(dots).replaceAll('.', '/');
      return fileAt(files, rest ? (folder ? `${folder}/${rest}` : rest) : folder);
    }
    const suffix = module.replaceAll('.', '/');
    const candidates = (index.get(suffix.slice(suffix.lastIndexOf('/') + 1)) ?? []).filter((path) => {
      const bare = path.replace(FILE, '');
      return (bare === suffix || bare.endsWith(`/${suffix}`)) && !named.hasLonger(bare, module);
    });
    if (candidates.length === 0) return null;
    const nearest = closest(fromPath, candidates);
    // A top-level name such as `types` or `email` is a library unless it stands beside the importer or at a root above it.
    if (!module.includes('.')) {
      const root = nearest.replace(FILE, '').slice(0, -suffix.length);
      return fromPath.startsWith(root) ? nearest : null;
    }
    return nearest;
  };
}

/** Paths of modules by the last part of their names. */
function byLastSegment(paths: Iterable<string>): ReadonlyMap<string, readonly string[]> {
  const index = new Map<string, string[]>();
  for (const path of paths) {
    if (!/\.pyi?$/.test(path)) continue;
    const last = path.replace(FILE, '').split('/').pop()!;
    const known = index.get(last);
    if (known) known.push(path);
    else index.set(last, [path]);
  }
  return index;
}

/** The names by which the repository imports its own modules: one that is imported as `app.kit.sqlalchemy` is not what `import sqlalchemy` means. */
class QualifiedNames {
  private imported: ReadonlySet<string> | null = null;

  constructor(private readonly files: ReadonlyMap<string, FileFacts>) {}

  /** Whether the module at a path without its ending is imported by a longer name, which begins with the packages that it stands in. */
  hasLonger(bare: string, module: string): boolean {
    let folder = bare.slice(0, Math.max(0, bare.length - module.length - 1));
    let name = module;
    let isLonger = false;
    for (; folder && this.isPackage(folder); folder = folderOf(folder)) {
      name = `${folder.slice(folder.lastIndexOf('/') + 1)}.${name}`;
      isLonger = true;
    }
    return isLonger && (this.imported ??= this.importedNames()).has(name);
  }

  private isPackage(folder: string): boolean {
    return this.files.has(`${folder}/__init__.py`);
  }

  private importedNames(): ReadonlySet<string> {
    const names = new Set<string>();
    for (const { language, code } of this.files.values()) {
      if (language !== 'python') continue;
      for (const stmt of code ?? [])
        if (stmt.k === 'import')
          for (let name = stmt.module; name && !name.startsWith('.') && !names.has(name); name = name.slice(0, Math.max(0, name.lastIndexOf('.'))))
            names.add(name);
    }
    return names;
  }
}

function fileAt(files: ReadonlyMap<string, FileFacts>, base: string): string | null {
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
