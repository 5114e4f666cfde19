import { readName } from './migrations/order/file-name.js';
import type { Config } from './config/config.js';
import { matcher } from './config/match.js';
import type { FileFacts, Problem, Suppression } from './facts/file.js';
import { NO_STORE, type FactsStore } from './facts/store.js';
import { readFacts } from './read.js';
import { decidedColumns } from './lint/decided.js';
import type { Coverage, Statistics } from './lint/finding.js';
import type { Project } from './model/project.js';
import { depths, roleIndex } from './roles.js';
import { PLAIN_RUNTIME, type Runtime } from './runtime.js';
import { decode } from './workspace/text.js';

/**
 * A file of the analysed tree. `path` is relative to the root of the analysis, with `/`; `id` is git's id of its bytes and `size` their number, where they are
 * known without reading them; `stamp` is what the file system says of it.
 */
export interface SourceFile { readonly path: string; readonly id?: string; readonly size?: number; readonly stamp?: string; read(): Uint8Array }

export interface Analysis {
  readonly project: Project;
  readonly suppressions: readonly { readonly path: string; readonly suppression: Suppression }[];
  readonly problems: readonly { readonly path: string; readonly problem: Problem }[];
  readonly coverage: Coverage;
  readonly stages: Statistics['stages'];
  /** The decoded text that the spans of this path count in. */
  text(path: string): string;
}

export type OnStage = (name: string, done: number, total: number) => void;

export interface AnalyseOptions { readonly onStage?: OnStage; readonly store?: FactsStore; readonly runtime?: Runtime }

/** Extracts the facts of every file and links them. Never throws on what a file holds: that becomes a problem or a gap. */
export async function analyse(
  files: readonly SourceFile[],
  config: Config,
  { onStage = () => {}, store = NO_STORE, runtime = PLAIN_RUNTIME }: AnalyseOptions = {},
): Promise<Analysis> {
  const stages: { name: string; milliseconds: number }[] = [];
  const sources = new Map(files.map((file) => [file.path, file]));
  const text = (path: string): string => {
    const file = sources.get(path);
    return file ? decode(file.read()).text : '';
  };
  const roles = roleIndex(config);
  const started = performance.now();
  // What links is loaded while other threads read.
  const [facts, { link }] = await Promise.all([
    readFacts(files, depths(roles), store, (done, total) => onStage('extract', done, total)),
    import('./link/link.js'),
  ]);
  const extracted = performance.now();
  onStage('link', 0, 1);
  const { tenantKeys, smallTables, externalReaders, defaultSchema } = config;
  const linked = runtime.interruptible(() =>
    link({
      files: facts,
      roleOf: roles,
      isEntryPoint: matcher(config.entryPoints, config),
      settings: { tenantKeys, smallTables, externalReaders, defaultSchema },
      dialects: config.dialects,
      onEvaluated: runtime.collectGarbage,
    }),
  );
  stages.push({ name: 'extract', milliseconds: extracted - started }, { name: 'link', milliseconds: performance.now() - extracted });
  const problems = [...facts].flatMap(([path, each]) =>
    each.problems.map((problem) => ({
      path,
      problem: isForOtherEngine(path) && problem.kind === 'syntax' ? { ...problem, kind: 'other-sql' as const } : problem,
    })),
  );
  return {
    project: linked.project,
    suppressions: [...facts].flatMap(([path, each]) => each.suppressions.map((suppression) => ({ path, suppression }))),
    problems,
    coverage: coverageOf(facts, linked.project, problems, linked.notes),
    stages,
    text,
  };
}

function coverageOf(
  facts: ReadonlyMap<string, FileFacts>,
  project: Project,
  problems: readonly { readonly path: string }[],
  notes: readonly string[],
): Coverage {
  const { columns, decided, skipped } = decidedColumns(project);
  return {
    files: facts.size,
    parsed: [...facts.values()].filter((each) => each.language !== 'text' && each.words === undefined).length,
    unread: new Set(problems.map((problem) => problem.path)).size,
    tables: project.schema.tables.length,
    columns,
    decided,
    skipped,
    notes,
  };
}

/** `1_x.mysql.up.sql`: written for another database, says its name. */
function isForOtherEngine(path: string): boolean {
  if (!path.endsWith('.sql')) return false;
  const { fileEngine, folderEngine } = readName(path);
  return [fileEngine, folderEngine].some((engine) => engine !== null && engine !== 'postgres');
}
