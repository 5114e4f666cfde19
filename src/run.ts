/** The whole of a run, stage by stage: discover, analyse, check, suppress, compare, baseline. */
import type { Analysis, OnStage } from './analyse.js';
import type { Config } from './config/config.js';
import { UserError } from './errors.js';
import { applyBaseline, type Baseline, type BaselineEntry } from './lint/baseline.js';
import { checkRules } from './lint/engine.js';
import type { Finding, Locate, Location, Result, Statistics } from './lint/finding.js';
import { makeLocate } from './lint/locate.js';
import { byPlace } from './lint/order.js';
import { OWN_RULES, PARSE_ERROR, UNUSED_SUPPRESSION, type RuleInfo } from './lint/own-rules.js';
import { parseErrors } from './lint/parse-errors.js';
import { isApplicationSeen, type Rule } from './lint/rule.js';
import { settingsOf } from './lint/settings.js';
import { suppress } from './lint/suppress.js';
import { carry, keepTree, type Carried } from './carry.js';
import { vocabularyOf } from './link/vocabulary.js';
import { hash, recall, remember, verdictKey, withLocations, type Circumstances, type Placed, type Verdict } from './recall.js';
import { PLAIN_RUNTIME, type Runtime } from './runtime.js';
import { commitTree, indexTree } from './workspace/blobs.js';
import type { Comparison } from './workspace/changes.js';
import { discover } from './workspace/discover.js';
import { isLookedAt, type Roots } from './workspace/roots.js';
import { NO_STAMPS, stampsIn, type Stamps } from './workspace/stamps.js';
import type { StoreFile } from './workspace/store-file.js';
import { decode } from './workspace/text.js';
import { withIds, type IdentifiedTree, type Tree } from './workspace/tree.js';
import type { Span } from './facts/span.js';

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
  readonly runtime?: Runtime;
}

export interface Run {
  readonly result: Result;
  /** Entries of the baseline that no finding has any more; of files that were not looked at, and in a comparison, nothing can be said. */
  readonly stale: readonly BaselineEntry[];
  /** The text of a path as findings give it. */
  text(path: string): string;
}

/** A run with what it saw on the way. */
export interface WholeRun extends Run {
  /** Findings below the wanted confidence. */
  readonly hidden: readonly Finding[];
  readonly analysis: Analysis;
  readonly locate: Locate;
}

/** Runs the job; what an earlier run of the same tree came to is taken from the store. Throws UserError where there is nothing to read or git refuses. */
export async function run(job: Job): Promise<Run> {
  const stamps = stampsOf(job);
  const known = await knownFingerprints(job, stamps);
  const tree = treeToRead(job, stamps);
  const verdict = await verdictOn(tree, job);
  stamps.keep(tree.files);
  return conclude(verdict, tree, job, known);
}

/** Runs the job from the first stage to the last, for commands that ask for more than its result. Throws as `run` does. */
export async function runWhole(job: Job): Promise<WholeRun> {
  const stamps = stampsOf(job);
  const tree = treeToRead(job, stamps);
  const judged = await judge(tree, job);
  stamps.keep(tree.files);
  return { ...conclude(judged, tree, job, null), hidden: judged.hidden, analysis: judged.analysis, locate: judged.locate };
}

/** What is known of the files on disk, for all trees that a run reads. */
const stampsOf = ({ store }: Job): Stamps => (store ? stampsIn(store, Date.now()) : NO_STAMPS);

function treeToRead(job: Job, stamps: Stamps): IdentifiedTree {
  const tree = treeOf(job, job.comparison?.tree ?? 'disk', stamps);
  if (tree.files.length === 0)
    throw new UserError(
      `no file to read in ${job.roots.root}`,
      'Give the folder of a project; files that git ignores, dependencies and build output are not read',
    );
  return tree;
}

/** The result of a verdict: without what the base of a comparison has (`known`), what stands in files that were not asked for, and the baseline. */
function conclude(verdict: Verdict & Stages, tree: Tree, job: Job, known: ((fingerprint: string) => boolean) | null): Run {
  const isAsked = (finding: Finding) => (job.roots.only?.includes(finding.location.path) ?? true) && known?.(finding.fingerprint) !== true;
  const { findings, baselined, stale } = applyBaseline(verdict.findings.filter(isAsked), job.baseline ?? { formatVersion: 1, findings: [] });
  const suppressedFindings = [...verdict.suppressed.filter(isAsked), ...baselined].sort(byPlace);
  const { prefix } = job.roots;
  const text = textsOf(tree);
  return {
    result: resultOf(verdict, findings, suppressedFindings, tree, job),
    stale: known === null ? stale.filter((entry) => isLookedAt(job.roots, entry.path)) : [],
    text: (path) => text(path.startsWith(prefix) ? path.slice(prefix.length) : path),
  };
}

interface Stages { readonly stages: Statistics['stages'] }

/** What the tree comes to, from the store where it, or one that says the same, has been judged before. */
async function verdictOn(tree: IdentifiedTree, job: Job): Promise<Verdict & Stages> {
  const { store, config, rules, roots: { prefix } } = job;
  if (!store) return judge(tree, job);
  const started = performance.now();
  const circumstances: Circumstances = { config, rules: rules.map((rule) => rule.id), prefix };
  const stages = (name: string) => [{ name, milliseconds: performance.now() - started }];
  // With nothing to recall no file is read for its id: it has one once its facts are made.
  const known = store.isEmpty ? null : recall(store, verdictKey(tree, circumstances));
  if (known) return { ...known, stages: stages('recall') };
  const carried = store.isEmpty ? null : await carry(store, tree, circumstances, textsOf(tree));
  const done = carried ? { ...carried, stages: stages('carry') } : await judge(tree, job);
  // A file that was written in the meantime was judged as neither the one nor the other.
  if (!tree.files.some((file) => file.hasChanged)) {
    const key = verdictKey(tree, circumstances);
    remember(store, key, done);
    keepTree(store, tree, circumstances, key, done.vocabulary);
  }
  return done;
}

interface Judgement extends Carried, Stages { readonly hidden: readonly Finding[]; readonly analysis: Analysis; readonly locate: Locate }

/** One tree, from its files to its findings. What reads and links is loaded for it: a run that recalls its outcome does without. */
async function judge(tree: Tree, { config, rules, roots, onStage, store, runtime = PLAIN_RUNTIME }: Job): Promise<Judgement> {
  const { analyse } = await import('./analyse.js');
  const analysis = await analyse(tree.files, config, { ...(onStage ? { onStage } : {}), ...(store ? { store } : {}), runtime });
  store?.mayShrink();
  const started = performance.now();
  const { locate, spanOf } = makePlaces(tree, roots);
  const levelAt = (rule: typeof PARSE_ERROR) => { const settings = settingsOf(rule, config); return (path: string) => settings.at(path, null).level; };
  const { shown, hidden } = runtime.interruptible(() => checkRules({ project: analysis.project, rules, config, locate, hash }));
  const unread = parseErrors([...analysis.problems, ...tree.problems], levelAt(PARSE_ERROR), locate, hash);
  // Of what nobody does, nothing is said where no application is in sight: then no suppression is superfluous either.
  const canSpeak = (rule: RuleInfo) =>
    settingsOf(rule, config).variants.length > 0 && (isApplicationSeen(analysis.project) || rules.find((one) => one.id === rule.id)?.evidence !== 'absence');
  const { findings, suppressed } = suppress([...shown, ...unread], hidden, {
    suppressions: analysis.suppressions, schema: analysis.project.schema, locate, hash, levelAt: levelAt(UNUSED_SUPPRESSION),
    rules: new Map([...rules, ...OWN_RULES].map((rule) => [rule.id, { ran: rule !== UNUSED_SUPPRESSION && canSpeak(rule) }])),
  });
  const gaps = analysis.project.usage.gaps.map(({ kind, table, column, detail, place }) => ({
    kind,
    table: (column?.table ?? table)?.name ?? null,
    column: column?.name ?? null,
    detail,
    location: place ? locate(place) : null,
  }));
  const stages = [...analysis.stages, { name: 'check', milliseconds: performance.now() - started }];
  const verdict: Verdict = { findings, suppressed, coverage: analysis.coverage, gaps };
  const spans: Placed['spans'][number][] = [];
  withLocations(verdict, (location) => { spans.push(spanOf(location)); return location; });
  return { ...verdict, spans, vocabulary: vocabularyOf(analysis.project.schema), hidden, stages, analysis, locate };
}

/** Locates places of the tree, and tells again which span a location was made of. */
function makePlaces(tree: Tree, { prefix }: Roots): { readonly locate: Locate; spanOf(location: Location): Span | null } {
  const find = makeLocate(textsOf(tree), prefix);
  const spans = new WeakMap<Location, Span>();
  return {
    locate: (place) => { const location = find(place); spans.set(location, place.at); return location; },
    spanOf: (location) => spans.get(location) ?? null,
  };
}

/** The texts of a tree, each decoded once; nothing for a file that was not read. */
function textsOf(tree: Tree): (path: string) => string {
  const files = new Map(tree.files.map((file) => [file.path, file]));
  const texts = new Map<string, string>();
  return (path) => {
    const file = files.get(path);
    if (!file) return '';
    if (!texts.has(path)) texts.set(path, decode(file.read()).text);
    return texts.get(path)!;
  };
}

/** Whether the base of the comparison has a finding; null without a comparison. */
async function knownFingerprints(job: Job, stamps: Stamps): Promise<((fingerprint: string) => boolean) | null> {
  const { comparison } = job;
  if (!comparison || comparison.base === null) return null;
  if (comparison.isSame) return () => true;
  if (comparison.base === 'empty') return () => false;
  const tree = treeOf(job, comparison.base, stamps);
  if (tree.files.length === 0) return () => false;
  const fingerprints = new Set((await verdictOn(tree, job)).findings.map((finding) => finding.fingerprint));
  return (fingerprint) => fingerprints.has(fingerprint);
}

function treeOf({ roots, config }: Job, which: Comparison['tree'], stamps: Stamps): IdentifiedTree {
  if (which === 'index') return withIds(indexTree(roots.root, config, roots.within, stamps));
  if (which !== 'disk') return withIds(commitTree(roots.root, which.commit, config, roots.within, stamps));
  return withIds(discover(roots.root, config, roots.within, stamps));
}

function resultOf(
  { coverage, gaps, stages }: Verdict & Stages,
  findings: readonly Finding[],
  suppressedFindings: readonly Finding[],
  tree: Tree,
  { version }: Job,
): Result {
  const rules: Record<string, number> = {};
  for (const id of findings.map((finding) => finding.rule).sort()) rules[id] = (rules[id] ?? 0) + 1;
  return {
    tool: { name: 'schemalint', version },
    findings,
    suppressedFindings,
    coverage: { ...coverage, files: coverage.files + tree.problems.length, unread: coverage.unread + tree.problems.length },
    gaps,
    statistics: { rules, stages, peakMemory: process.resourceUsage().maxRSS * 1024 },
  };
}
