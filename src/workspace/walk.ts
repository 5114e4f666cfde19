import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ignoreFactory, { type Ignore } from 'ignore';
import { isSkippedFolder } from './skip.js';

const makeIgnore = ignoreFactory as unknown as () => Ignore;
interface Rules { readonly base: string; readonly ignore: Ignore }

/**
 * All files below a folder that no `.gitignore` excludes, relative to it with `/`, sorted. Links are not followed, so
 * a circle of them is no danger; a folder that cannot be opened is as good as empty.
 */
export function walk(root: string): string[] {
  const files: string[] = [];
  const visit = (folder: string, above: readonly Rules[]): void => {
    const own = attempt(() => makeIgnore().add(readFileSync(join(root, folder, '.gitignore'), 'utf8')));
    const rules = own ? [...above, { base: folder, ignore: own }] : above;
    const isIgnored = (path: string) => rules.some(({ base, ignore }) => ignore.ignores(path.slice(base.length)));
    for (const entry of attempt(() => readdirSync(join(root, folder), { withFileTypes: true })) ?? []) {
      const path = folder + entry.name;
      if (entry.isFile() && !isIgnored(path)) files.push(path);
      else if (entry.isDirectory() && !isSkippedFolder(entry.name, false) && !isIgnored(`${path}/`)) visit(`${path}/`, rules);
    }
  };
  visit('', []);
  return files.sort();
}

/** The outcome, or null where the file system refuses. */
function attempt<T>(step: () => T): T | null {
  try {
    return step();
  } catch {
    return null;
  }
}
