import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { UserError } from '../errors.js';

export const CONFIG_FILES = ['schemalint.config.json', 'schemalint.config.yaml', 'schemalint.config.yml'] as const;

/** Files that hold other settings too: they count only when they mention ours. */
const SHARED_FILES = [['package.json', /"schemalint"\s*:\s*\{/], ['pyproject.toml', /^\s*\[\s*tool\s*\.\s*schemalint\b/m]] as const;

/** The nearest config file upward from a folder, null when there is none. Two in one folder are a UserError: nothing is merged in silence. */
export function findConfig(from: string): string | null {
  for (let folder = from; ; folder = dirname(folder)) {
    const found = [
      ...CONFIG_FILES.map((name) => join(folder, name)).filter((path) => existsSync(path)),
      ...SHARED_FILES.filter(([name, mark]) => mentions(join(folder, name), mark)).map(([name]) => join(folder, name)),
    ];
    if (found.length > 1) throw new UserError(`two configs in one folder: ${found.join(' and ')}`, 'Keep one of them, or name one with --config');
    if (found.length === 1) return found[0];
    if (dirname(folder) === folder) return null;
  }
}

function mentions(path: string, mark: RegExp): boolean {
  try {
    return mark.test(readFileSync(path, 'utf8'));
  } catch {
    return false;
  }
}
