/** From the flags that commands share to a job. Rules and the reader of configs are loaded here, and only when a command needs them. */
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { DEFAULTS, type Config, type FailOn } from '../config/config.js';
import { findConfig } from '../config/find.js';
import { reasonOf, UserError } from '../errors.js';
import { readBaseline, type Baseline } from '../lint/baseline.js';
import { withOwnRules, type RuleInfo } from '../lint/own-rules.js';
import type { Confidence, Rule } from '../lint/rule.js';
import { settingsOf } from '../lint/settings.js';
import type { ReportContext } from '../report/context.js';
import { run, runWhole, type Job, type Run, type WholeRun } from '../run.js';
import { provenance } from '../workspace/git.js';
import { cacheFile } from '../workspace/cache-folder.js';
import { buildId, ownVersion, rulePage } from '../workspace/own-files.js';
import { NOTHING_KEPT, openStore, readShard, type StoreFile } from '../workspace/store-file.js';
import { mergeFacts, type FactSet } from '../facts/store.js';
import { rootsOf } from '../workspace/roots.js';
import type { Io } from './io.js';
import { makeProgress } from './progress.js';
import { selectRules } from './select.js';

/** Flags that every command which analyses has. */
export interface CommonFlags {
  readonly paths?: readonly string[];
  readonly config?: string | boolean;
  readonly rule?: readonly string[];
  readonly ignoreRule?: readonly string[];
  readonly minConfidence?: Confidence;
  readonly failOn?: FailOn;
  readonly baseline?: string | boolean;
  readonly cache?: boolean;
  readonly cacheLocation?: string;
  readonly facts?: readonly string[];
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly color?: boolean;
}

export interface Setup {
  readonly job: Job;
  readonly allRules: readonly RuleInfo[];
  /** Where the baseline is, or would be; null when none is wanted. */
  readonly baselineFile: string | null;
}

/** The baseline that counts without being named: beside the config, or in the working directory where there is none. */
export const DEFAULT_BASELINE = 'schemalint-baseline.json';

export async function loadRules(): Promise<readonly Rule<any>[]> {
  return (await import('../../rules/index.js')).rules;
}

/** Reads the config and the baseline, finds the roots. Throws UserError for every mistake in them. */
export async function setUp(flags: CommonFlags, io: Io, needsBaseline = true): Promise<Setup> {
  const rules = await loadRules();
  const allRules = withOwnRules(rules);
  const roots = rootsOf(flags.paths ?? [], io.cwd);
  const file = flags.config === false ? null : typeof flags.config === 'string' ? flags.config : findConfig(io.cwd);
  const loaded = file === null ? DEFAULTS : (await import('../config/load.js')).loadConfig({ cwd: io.cwd, root: roots.root, file, rules: allRules });
  const selected = selectRules(loaded, allRules, flags.rule ?? [], flags.ignoreRule ?? []);
  const config: Config = { ...selected, minConfidence: flags.minConfidence ?? selected.minConfidence, failOn: flags.failOn ?? selected.failOn };
  const named = typeof flags.baseline === 'string' ? resolve(io.cwd, flags.baseline) : config.baseline;
  const baselineFile = flags.baseline === false ? null : named ?? join(config.file ? dirname(config.file) : io.cwd, DEFAULT_BASELINE);
  const baseline = baselineFile && needsBaseline && (named || existsSync(baselineFile)) ? loadBaseline(baselineFile, io.cwd) : null;
  return { job: { roots, config, rules, version: ownVersion(), baseline }, allRules, baselineFile };
}

/** Whether the run reads all that its baseline is about: a part of a project cannot tell what is gone from it. */
export function seesWhole({ job: { roots }, baselineFile }: Setup): boolean {
  if (baselineFile === null || roots.within.length > 0) return false;
  const folder = realpathSync(dirname(baselineFile));
  return folder === roots.root || folder.startsWith(roots.root + sep);
}

/** Reads a baseline file. Throws UserError when it is missing or not one. */
export function loadBaseline(file: string, cwd: string): Baseline {
  const name = relative(cwd, file) || file;
  if (!existsSync(file)) throw new UserError(`there is no baseline ${name}`, 'Make it with "schemalint baseline create"');
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UserError(`cannot read the baseline ${name}: ${reasonOf(error)}`);
  }
  const baseline = readBaseline(text);
  if (typeof baseline === 'string') throw new UserError(`the baseline ${name} cannot be used: ${baseline}`, 'Make it anew with "schemalint baseline create"');
  return baseline;
}

/** Runs the job with progress on a terminal and the cache at hand. */
export function runWithProgress(job: Job, flags: CommonFlags, io: Io): Promise<Run> {
  return withProgress(run, job, flags, io);
}

/** The same with all that the run saw. */
export function runWholeWithProgress(job: Job, flags: CommonFlags, io: Io): Promise<WholeRun> {
  return withProgress(runWhole, job, flags, io);
}

async function withProgress<T>(run: (job: Job) => Promise<T>, job: Job, flags: CommonFlags, io: Io): Promise<T> {
  const progress = makeProgress(io, flags.quiet ?? false);
  const store = storeOf(job, flags, io);
  try {
    const done = await run({ ...job, store, onStage: progress.onStage, ...(io.runtime ? { runtime: io.runtime } : {}) });
    const problem = store?.close();
    if (problem && flags.verbose) io.stderr.write(`warning: the cache is not written: ${problem}\n`);
    return done;
  } finally {
    progress.end();
  }
}

/**
 * The cache of the project with the facts that other machines made; with `--no-cache` those alone, null where there are none. Throws UserError for a file that
 * holds no facts.
 */
function storeOf({ roots }: Job, flags: CommonFlags, io: Io): StoreFile | null {
  const location = flags.cacheLocation === undefined ? undefined : resolve(io.cwd, flags.cacheLocation);
  const given = (flags.facts ?? []).map((file) => {
    const facts = readShard(resolve(io.cwd, file), buildId());
    if (!facts) throw new UserError(`${file} holds no facts of this version`, 'Make it with "schemalint facts" of the same version');
    return facts;
  }).reduce<FactSet>(mergeFacts, new Map());
  if (flags.cache === false && given.size === 0) return null;
  const store = flags.cache === false ? NOTHING_KEPT : openStore(cacheFile(roots.root, io.env, location), buildId());
  return given.size === 0 ? store : { ...store, get: (key) => (given.has(key) ? given.get(key) : store.get(key)) };
}

/** What reporters get beside the result. */
export function reportContext(done: Run, { job, allRules }: Setup, look: Pick<ReportContext, 'color' | 'width' | 'includeSuppressed'>): ReportContext {
  return {
    ...look, text: done.text, page: rulePage,
    rules: allRules.filter((rule) => settingsOf(rule, job.config).variants.length > 0),
    provenance: () => provenance(job.roots.root),
  };
}
