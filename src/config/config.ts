/** What the user set, complete and checked: defaults filled in, `extends` followed. Plain data. */
import type { Confidence, Level } from '../lint/rule.js';

export type FailOn = Level | 'never';
/** `on` is the rule's own level. */
export type RuleLevel = 'off' | 'on' | Level;
export interface RuleSetting { readonly level: RuleLevel; readonly options: Readonly<Record<string, unknown>> | null }
/** Further rule settings for findings in these files (globs) and on these tables (globs); both must match where both are given. */
export interface Override { readonly files: readonly string[]; readonly tables: readonly string[]; readonly rules: Readonly<Record<string, RuleSetting>> }

export interface Config {
  /** Absolute path of the file it comes from, null for the defaults. */
  readonly file: string | null;
  /** How a path of a source file becomes a path beside the config file, where patterns start: see `matcher`. */
  readonly base: PathBase;
  /** Only these files are read; empty means all. */
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  /** Patterns that add to what is recognised by itself. */
  readonly models: readonly string[];
  readonly migrations: readonly string[];
  readonly tests: readonly string[];
  /** Empty means: recognise them. */
  readonly dialects: readonly string[];
  readonly defaultSchema: string;
  readonly tenantKeys: readonly string[];
  readonly smallTables: readonly string[];
  readonly externalReaders: readonly string[];
  readonly entryPoints: readonly string[];
  readonly rules: Readonly<Record<string, RuleSetting>>;
  readonly overrides: readonly Override[];
  readonly minConfidence: Confidence;
  readonly failOn: FailOn;
  /** Absolute path. */
  readonly baseline: string | null;
}

/** `strip` is taken off a source path and `add` put before it; a path without `strip` lies outside the config's folder. */
export interface PathBase { readonly strip: string; readonly add: string }

export const DIALECTS = ['sqlalchemy', 'django', 'typeorm', 'drizzle', 'sequelize', 'mikro-orm', 'prisma', 'postgres'] as const;

export const DEFAULTS: Config = {
  file: null, base: { strip: '', add: '' },
  include: [], exclude: [], models: [], migrations: [], tests: [], dialects: [], defaultSchema: 'public',
  tenantKeys: [], smallTables: [], externalReaders: [], entryPoints: [],
  rules: {}, overrides: [], minConfidence: 'medium', failOn: 'error', baseline: null,
};
