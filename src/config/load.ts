import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { reasonOf, UserError } from '../errors.js';
import type { RuleInfo } from '../lint/own-rules.js';
import { DEFAULTS, type Config, type Override, type PathBase, type RuleLevel, type RuleSetting } from './config.js';
import { findConfig } from './find.js';
import { parseConfig } from './source.js';
import { validate } from './validate.js';

/** What a config file may say, checked. */
type Written = Partial<Omit<Config, 'file' | 'base' | 'rules' | 'overrides'>> & {
  readonly extends?: string | readonly string[];
  readonly rules?: Readonly<Record<string, WrittenSetting>>;
  readonly overrides?: readonly {
    readonly files?: readonly string[];
    readonly tables?: readonly string[];
    readonly rules: Readonly<Record<string, WrittenSetting>>;
  }[];
};
type WrittenSetting = RuleLevel | readonly [RuleLevel, Readonly<Record<string, unknown>>?];

export interface LoadOptions {
  /** Where the search upward starts, and what `file` is relative to: the working directory. */
  readonly cwd: string;
  /** The folder whose files are analysed. */
  readonly root: string;
  /** A path to take instead of the nearest file; null for no config at all. */
  readonly file?: string | null;
  readonly rules: readonly RuleInfo[];
}

/** Finds, reads and checks the config. Throws UserError for whatever is wrong with it. */
export function loadConfig({ cwd, root, file, rules }: LoadOptions): Config {
  const path = file === null ? null : file !== undefined ? resolve(cwd, file) : findConfig(cwd);
  if (path === null) return DEFAULTS;
  const name = (one: string) => (relative(cwd, one).startsWith('..') ? one : relative(cwd, one));
  const loaded = readFrom(path, [], { name, rules });
  return { ...DEFAULTS, ...loaded, file: path, base: baseOf(dirname(path), root) };
}

/** How paths under `root` become paths under the config's folder. */
export function baseOf(folder: string, root: string): PathBase {
  const posix = (path: string) => (path === '' ? '' : `${path.split(sep).join('/')}/`);
  const down = relative(folder, root);
  if (down !== '..' && !down.startsWith(`..${sep}`) && !isAbsolute(down)) return { strip: '', add: posix(down) };
  return { strip: posix(relative(root, folder)), add: '' };
}

interface Reading { readonly name: (path: string) => string; readonly rules: readonly RuleInfo[] }
type Loaded = Partial<Config> & Pick<Config, 'rules' | 'overrides'>;

function readFrom(path: string, above: readonly string[], reading: Reading): Loaded {
  const name = reading.name(path);
  return readConfig(path, readText(path, name, above, reading), above, reading);
}

/** The settings in the text of a config file, checked. Throws UserError. */
export function loadConfigText(name: string, text: string, rules: readonly RuleInfo[]): Loaded {
  return readConfig(resolve(name), text, [], { name: () => name, rules });
}

function readConfig(path: string, text: string, above: readonly string[], reading: Reading): Loaded {
  const name = reading.name(path);
  const source = parseConfig(name, text);
  if (source.value === null || source.value === undefined) return { rules: {}, overrides: [] };
  validate(name, source, reading.rules);
  const { extends: bases = [], rules = {}, overrides = [], $schema, ...plain } = source.value as Written & { $schema?: string };
  const base = [bases].flat().map((one): Loaded => {
    if (one.startsWith('schemalint:')) return preset(one, `${name}${source.placeOf(['extends'])}`, reading);
    const target = resolve(dirname(path), one);
    if (target === path || above.includes(target))
      throw new UserError(`${name}${source.placeOf(['extends'])}: 'extends' goes in a circle: ${[...above, path, target].map(reading.name).join(' > ')}`);
    return readFrom(target, [...above, path], reading);
  }).reduce<Loaded>(merge, { rules: {}, overrides: [] });
  const baseline = plain.baseline ? { baseline: resolve(dirname(path), plain.baseline) } : {};
  return merge(base, { ...plain, ...baseline, rules: settings(rules), overrides: overrides.map(override) });
}

function merge(before: Loaded, after: Loaded): Loaded {
  return { ...before, ...after, rules: { ...before.rules, ...after.rules }, overrides: [...before.overrides, ...after.overrides] };
}

function preset(name: string, place: string, { rules }: Reading): Loaded {
  if (name !== 'schemalint:strict') throw new UserError(`${place}: there is no preset '${name}'`, 'Allowed: schemalint:strict, or a path');
  return { rules: Object.fromEntries(rules.map((rule) => [rule.id, { level: 'on' as const, options: null }])), overrides: [] };
}

function readText(path: string, name: string, above: readonly string[], reading: Reading): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const by = above.length > 0 ? `, which ${reading.name(above[above.length - 1])} extends` : '';
    const why = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : reasonOf(error);
    throw new UserError(`cannot read the config ${name}${by}: ${why}`, 'Give a path to a config file, or --no-config');
  }
}

function settings(written: Readonly<Record<string, WrittenSetting>>): Record<string, RuleSetting> {
  return Object.fromEntries(Object.entries(written).map(([id, one]) => {
    const [level, options] = typeof one === 'string' ? [one] : one;
    return [id, { level, options: options ?? null }];
  }));
}

function override(written: NonNullable<Written['overrides']>[number]): Override {
  return { files: written.files ?? [], tables: written.tables ?? [], rules: settings(written.rules) };
}
