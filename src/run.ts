/** The whole of a run, stage by stage: discover, analyse, check, suppress, compare, baseline. */
import { createHash } from 'node:crypto';
import { analyse, type Analysis, type Interruptible, type OnStage } from './analyse.js';
import type { Config } from './config/config.js';
import { UserError } from './errors.js';
import { applyBaseline, type Baseline, type BaselineEntry } from './lint/baseline.js';
import { checkRules } from './lint/engine.js';
import type { Finding, Locate, Result } from './lint/finding.js';
import { makeLocate } from './lint/locate.js';
import { byPlace } from './lint/order.js';
import { OWN_RULES, PARSE_ERROR, UNUSED_SUPPRESSION } from './lint/own-rules.js';
import { parseErrors } from './lint/parse-errors.js';
import type { Rule } from './lint/rule.js';
import { settingsOf } from './lint/settings.js';
import { suppress, type Suppressed } from './lint/suppress.js';
import { commitTree, indexTree } from './workspace/blobs.js';
import type { Comparison } from './workspace/changes.js';
import { discover } from './workspace/discover.js';
import { isLookedAt, type Roots } from './workspace/roots.js';
import type { StoreFile } from './workspace/store-file.js';
import type { Tree } from './workspace/tree.js';

export interface Job {
  readonly roots: Roots;
  readonly config: Config;
  readonly rules: readonly Rule<any>[];
  readonly version: string;
  readonly baseline?: Baseline | null;
  /** Report only what the base of the comparison lacks. */
  readonly comparison?: Comparison | null;
  /** Facts and outcomes of earlier runs; null: none are kept. */
  readonly store?: StoreFile | null;
  readonly onStage?: OnStage;
  /** What runs long stretches of plain computation, so that they can be broken off. */
  readonly interruptible?: Interruptible;
}

export interface Run {
  readonly result: Result;
  /** Findings below the wanted confidence. */
  readonly hidden: readonly Finding[];
  /** Entries of the baseline that no finding has any more; of files that were not looked at, and in a comparison, nothing can be said. */
  readonly stale: readonly BaselineEntry[];
  readonly analysis: Analysis;
  readonly locate: Locate;
  /** The text of a path as findings give it. */
  text(path: string): string;
}

/** Runs the job. Throws UserError where there is nothing to read or git refuses. */
export async function run(job: Job): Promise<Run> {
  const known = await knownFingerprints(job);
  const tree = treeOf(job, job.comparison?.tree ?? 'disk');
  if (tree.files.length === 0) throw new UserError(`no file to read in ${job.roots.root}`, 'Give the folder of a project; files that git ignores, dependencies and build output are not read');

  const judged = await judge(tree, job);
  rememberOutcome(tree, judged.findings, job);
  const isAsked = (finding: Finding) => (job.roots.only?.includes(finding.location.path) ?? true) && known?.(finding.fingerprint) !== true;
  const { findings, baselined, stale } = applyBaseline(judged.findings.filter(isAsked), job.baseline ?? { formatVersion: 1, findings: [] });
  const suppressedFindings = [...judged.suppressed.filter(isAsked), ...baselined].sort(byPlace);
  const { prefix } = job.roots;
  return {
    result: resultOf(judged, findings, suppressedFindings, tree, job),
    hidden: judged.hidden, stale: known === null ? stale.filter((entry) => isLookedAt(job.roots, entry.path)) : [], analysis: judged.analysis, locate: judged.locate,
    text: (path) => judged.text(path.startsWith(prefix) ? path.slice(prefix.length) : path),
  };
}

interface Judgement extends Suppressed { readonly hidden: readonly Finding[]; readonly analysis: Analysis; readonly locate: Locate; readonly milliseconds: number; text(path: string): string }

/** One tree, from its files to its findings. */
async function judge(tree: Tree, { config, rules, roots, onStage, store, interruptible = (work) => work() }: Job): Promise<Judgement> {
  const analysis = await analyse(tree.files, config, { ...(onStage ? { onStage } : {}), ...(store ? { store } : {}), interruptible });
  const started = performance.now();
  const text = textsOf(analysis, tree);
  const locate = makeLocate(text, roots.prefix);
  const levelAt = (rule: typeof PARSE_ERROR) => { const settings = settingsOf(rule, config); return (path: string) => settings.at(path, null).level; };
  const { shown, hidden } = interruptible(() => checkRules({ project: analysis.project, rules, config, locate, hash }));
  const unread = parseErrors([...analysis.problems, ...tree.problems], levelAt(PARSE_ERROR), locate, hash);
  const suppressed = suppress([...shown, ...unread], hidden, {
    suppressions: analysis.suppressions, schema: analysis.project.schema, locate, hash, levelAt: levelAt(UNUSED_SUPPRESSION),
    rules: new Map([...rules, ...OWN_RULES].map((rule) => [rule.id, { ran: rule !== UNUSED_SUPPRESSION && settingsOf(rule, config).variants.length > 0 }])),
  });
  return { ...suppressed, hidden, analysis, locate, text, milliseconds: performance.now() - started };
}

/** The texts of a tree, each decoded once; nothing for a file that was not read. */
function textsOf(analysis: Analysis, tree: Tree): (path: string) => string {
  const texts = new Map<string, string>();
  const paths = new Set(tree.files.map((file) => file.path));
  return (path) => {
    if (!paths.has(path)) return '';
    if (!texts.has(path)) texts.set(path, analysis.text(path));
    return texts.get(path)!;
  };
}

/** Whether the base of the comparison has a finding; null without a comparison. */
async function knownFingerprints(job: Job): Promise<((fingerprint: string) => boolean) | null> {
  const { comparison } = job;
  if (!comparison || comparison.base === null) return null;
  if (comparison.isSame) return () => true;
  if (comparison.base === 'empty') return () => false;
  const tree = treeOf(job, comparison.base);
  if (tree.files.length === 0) return () => false;
  const remembered = recallOutcome(tree, job);
  const fingerprints = new Set(remembered ?? rememberOutcome(tree, (await judge(tree, job)).findings, job));
  return (fingerprint) => fingerprints.has(fingerprint);
}

/** What an earlier run found in the very same tree: the base of a comparison is most often what the last one looked at. */
function recallOutcome(tree: Tree, job: Job): readonly string[] | null {
  const key = outcomeKey(tree, job);
  return (key && job.store?.note(key)?.split('\n')) || null;
}

/** Keeps the fingerprints of a tree's findings, and answers them. */
function rememberOutcome(tree: Tree, findings: readonly Finding[], job: Job): readonly string[] {
  const fingerprints = findings.map((finding) => finding.fingerprint);
  const key = outcomeKey(tree, job);
  if (key) job.store?.putNote(key, fingerprints.join('\n'));
  return fingerprints;
}

/** Equal for trees with the same contents under the same config and rules; null where the contents are not known by id. */
function outcomeKey(tree: Tree, { config, rules, roots, store }: Job): string | null {
  if (!store || tree.files.some((file) => file.id === undefined)) return null;
  return `outcome:${hash(JSON.stringify([tree.files.map((file) => [file.path, file.id]), tree.problems, config, rules.map((rule) => rule.id), roots.prefix]))}`;
}

function treeOf({ roots, config }: Job, which: Comparison['tree']): Tree {
  if (which === 'disk') return discover(roots.root, config, roots.within);
  if (which === 'index') return indexTree(roots.root, config, roots.within);
  return commitTree(roots.root, which.commit, config, roots.within);
}

function resultOf({ analysis, locate, milliseconds }: Judgement, findings: readonly Finding[], suppressedFindings: readonly Finding[], tree: Tree, { version }: Job): Result {
  const { coverage } = analysis;
  const rules: Record<string, number> = {};
  for (const id of findings.map((finding) => finding.rule).sort()) rules[id] = (rules[id] ?? 0) + 1;
  return {
    tool: { name: 'schemalint', version }, findings, suppressedFindings,
    coverage: { ...coverage, files: coverage.files + tree.problems.length, unread: coverage.unread + tree.problems.length },
    gaps: analysis.project.usage.gaps.map(({ kind, table, column, detail, place }) => ({ kind, table: (column?.table ?? table)?.name ?? null, column: column?.name ?? null, detail, location: place ? locate(place) : null })),
    statistics: { rules, stages: [...analysis.stages, { name: 'check', milliseconds }], peakMemory: process.resourceUsage().maxRSS * 1024 },
  };
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
