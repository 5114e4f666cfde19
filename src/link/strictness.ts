/** Whether a type without null tells that a value is there: TypeScript checks that only where it is told to. */
import type { FileFacts, Settings } from '../facts/file.js';
import { normalise } from './modules.js';
import { folderOf } from '../dialects/shared/paths.js';

/** https://www.typescriptlang.org/tsconfig/#strictNullChecks; a Python annotation always says so itself. */
export function strictnessOf(files: ReadonlyMap<string, FileFacts>): (path: string) => boolean {
  const configs = new Map([...files].flatMap(([path, { settings }]): [string, Settings][] => (settings?.kind === 'tsconfig' ? [[path, settings]] : [])));
  const known = new Map<string, boolean>();
  const ofFolder = (folder: string): boolean => {
    let strict = known.get(folder);
    if (strict === undefined) known.set(folder, (strict = nearest(folder)));
    return strict;
  };
  const nearest = (folder: string): boolean => {
    const path = CONFIGS.map((name) => (folder ? `${folder}/${name}` : name)).find((each) => configs.has(each));
    return path ? isStrict(configs, path, 0) : folder !== '' && ofFolder(folderOf(folder));
  };
  return (path) => (/\.pyi?$/.test(path) ? true : ofFolder(folderOf(path)));
}

const CONFIGS = ['tsconfig.json', 'tsconfig.app.json', 'tsconfig.base.json'];
const BASES_LIMIT = 5;

/** The nearest of a config and those it extends that says; the bases that the TypeScript team publishes are strict. */
function isStrict(configs: ReadonlyMap<string, Settings>, path: string, depth: number): boolean {
  const config = configs.get(path);
  if (!config || depth > BASES_LIMIT) return false;
  if (config.strict !== undefined) return config.strict;
  return [...(config.extends ?? [])]
    .reverse()
    .some((base) =>
      base.startsWith('.')
        ? isStrict(configs, normalise(`${folderOf(path)}/${base}${base.endsWith('.json') ? '' : '.json'}`), depth + 1)
        : base.startsWith('@tsconfig/'),
    );
}
