/** From the flags that commands share to a job. The rules are loaded here, and only when a command needs them. */
import { existsSync, readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import type { Config, FailOn } from '../config/config.js';
import { loadConfig } from '../config/load.js';
import { reasonOf, UserError } from '../errors.js';
import { readBaseline, type Baseline } from '../lint/baseline.js';
import { withOwnRules, type RuleInfo } from '../lint/own-rules.js';
import type { Confidence, Rule } from '../lint/rule.js';
import { settingsOf } from '../lint/settings.js';
import type { ReportContext } from '../report/context.js';
import { run, type Job, type Run } from '../run.js';
import { provenance } from '../workspace/git.js';
import { ownVersion, rulePage } from '../workspace/own-files.js';
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
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly color?: boolean;
}

export interface Setup { readonly job: Job; readonly allRules: readonly RuleInfo[]; readonly baselineFile: string | null }

export async function loadRules(): Promise<readonly Rule<any>[]> {
  return (await import('../../rules/index.js')).rules;
}

/** Reads the config and the baseline, finds the roots. Throws UserError for every mistake in them. */
export async function setUp(flags: CommonFlags, io: Io, needsBaseline = true): Promise<Setup> {
  const rules = await loadRules();
  const allRules = withOwnRules(rules);
  const roots = rootsOf(flags.paths ?? [], io.cwd);
  const file = flags.config === false ? null : typeof flags.config === 'string' ? flags.config : undefined;
  const loaded = loadConfig({ cwd: io.cwd, root: roots.root, file, rules: allRules });
  const selected = selectRules(loaded, allRules, flags.rule ?? [], flags.ignoreRule ?? []);
  const config: Config = { ...selected, minConfidence: flags.minConfidence ?? selected.minConfidence, failOn: flags.failOn ?? selected.failOn };
  const baselineFile = flags.baseline === false ? null : typeof flags.baseline === 'string' ? resolve(io.cwd, flags.baseline) : config.baseline;
  const baseline = baselineFile && needsBaseline ? loadBaseline(baselineFile, io.cwd) : null;
  return { job: { roots, config, rules, version: ownVersion(), baseline }, allRules, baselineFile };
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

/** Runs the job with progress on a terminal. */
export async function runWithProgress(job: Job, flags: CommonFlags, io: Io): Promise<Run> {
  const progress = makeProgress(io, flags.quiet ?? false);
  try {
    return await run({ ...job, onStage: progress.onStage });
  } finally {
    progress.end();
  }
}

/** What reporters get beside the result. */
export function reportContext(done: Run, { job, allRules }: Setup, look: Pick<ReportContext, 'color' | 'width' | 'includeSuppressed'>): ReportContext {
  return {
    ...look, text: done.text, page: rulePage,
    rules: allRules.filter((rule) => settingsOf(rule, job.config).variants.length > 0),
    provenance: provenance(job.roots.root),
  };
}
