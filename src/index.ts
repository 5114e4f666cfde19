/** The public API: run the linter over a project and get its findings as data. */
import type { Config } from './config/config.js';
import { loadConfig } from './config/load.js';
import type { Result } from './lint/finding.js';
import { withOwnRules } from './lint/own-rules.js';
import { run } from './run.js';
import { ownVersion } from './workspace/own-files.js';
import { rootsOf } from './workspace/roots.js';

export type { Config } from './config/config.js';
export { UserError } from './errors.js';
export type { Coverage, Finding, Location, RelatedLocation, Result, Statistics } from './lint/finding.js';
export type { Confidence, Level } from './lint/rule.js';

export interface LintOptions {
  /** Folders or files; default the working directory. */
  readonly paths?: readonly string[];
  readonly cwd?: string;
  /** A config file; null for none; default the nearest one upward from `cwd`. */
  readonly configFile?: string | null;
  /** Settings that win over the file's. */
  readonly config?: Partial<Omit<Config, 'file' | 'base'>>;
}

/** Analyses a project. Throws UserError for a bad path or config. */
export async function lint({ paths = [], cwd = process.cwd(), configFile, config = {} }: LintOptions = {}): Promise<Result> {
  const { rules } = await import('../rules/index.js');
  const roots = rootsOf(paths, cwd);
  const loaded = loadConfig({ cwd, root: roots.root, file: configFile, rules: withOwnRules(rules) });
  const { result } = await run({ roots, config: { ...loaded, ...config }, rules, version: ownVersion() });
  return result;
}
