import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';

/** One import: the module as written, and for a file of the project its path from the root. */
export interface Import { readonly from: string; readonly specifier: string; readonly target: string | null; readonly isTypeOnly: boolean }

/** All TypeScript files below a folder, with `/`, sorted; none of installed packages. */
export function sourceFiles(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true }).map((name) => posix.join(folder, String(name).replaceAll('\\', '/'))).filter((name) => name.endsWith('.ts') && !name.includes('/node_modules/')).sort();
}

/** Everything a file imports or re-exports, dynamic imports too. */
export function importsOf(path: string): readonly Import[] {
  const text = readFileSync(path, 'utf8').replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  const found = [...text.matchAll(/\b(?:import|export)\s+(type\s+)?(?:[\w$*{}\s,]+?\s+from\s+)?['"]([^'"\n]+)['"]/g), ...text.matchAll(/\b(typeof\s+)?import\(\s*['"]([^'"\n]+)['"]\s*\)(\.[A-Z]\w*)?/g)];
  return found.map(([, type, specifier, member]) => ({
    from: path, specifier, isTypeOnly: Boolean(type ?? member),
    target: specifier.startsWith('.') ? posix.join(dirname(path), specifier).replace(/\.js$/, '.ts') : null,
  }));
}

/** The layer of a file: its folder under src, `rules`, or the file itself where it lies directly in src. */
export function layerOf(path: string): string {
  const [top, folder, ...rest] = path.split('/');
  if (top !== 'src') return top;
  return rest.length > 0 ? folder : join('src', folder);
}
