import type { Config } from './config/config.js';
import { matcher } from './config/match.js';
import { languageOf, loadExtract, textFacts } from './extract.js';
import type { FileFacts, Language, Problem, Suppression } from './facts/file.js';
import { roleOf } from './link/context.js';
import { link } from './link/link.js';
import { decidedColumns } from './lint/decided.js';
import type { Coverage, Statistics } from './lint/finding.js';
import type { Project } from './model/project.js';
import type { Role } from './model/usage.js';
import { decode, looksMinified } from './workspace/text.js';

/** A file of the analysed tree. `path` is relative to the root of the analysis, with `/`. */
export interface SourceFile { readonly path: string; read(): Uint8Array }

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

/** Extracts the facts of every file and links them. Never throws on what a file holds: that becomes a problem or a gap. */
export async function analyse(files: readonly SourceFile[], config: Config, onStage: OnStage = () => {}): Promise<Analysis> {
  const stages: { name: string; milliseconds: number }[] = [];
  const timed = <T>(name: string, run: () => T): T => {
    const start = performance.now();
    const value = run();
    stages.push({ name, milliseconds: performance.now() - start });
    return value;
  };
  const sources = new Map(files.map((file) => [file.path, file]));
  const text = (path: string): string => { const file = sources.get(path); return file ? decode(file.read()).text : ''; };
  const roles = roleIndex(config);
  const start = performance.now();
  const extract = await loadExtract(new Set(files.filter((file) => roles(file.path) !== 'test').map((file) => languageOf(file.path))));
  stages.push({ name: 'load', milliseconds: performance.now() - start });
  const facts = new Map<string, FileFacts>();
  timed('extract', () => {
    let done = 0;
    for (const file of [...files].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))) {
      onStage('extract', done++, files.length);
      const made = factsOf(file, roles(file.path), extract);
      if (made) facts.set(file.path, made);
    }
  });
  onStage('link', 0, 1);
  const { tenantKeys, smallTables, externalReaders, defaultSchema } = config;
  const linked = timed('link', () => link({ files: facts, roleOf: roles, settings: { tenantKeys, smallTables, externalReaders, defaultSchema }, dialects: config.dialects }));
  const problems = [...facts].flatMap(([path, each]) => each.problems.map((problem) => ({ path, problem })));
  return {
    project: linked.project,
    suppressions: [...facts].flatMap(([path, each]) => each.suppressions.map((suppression) => ({ path, suppression }))),
    problems, coverage: coverageOf(facts, linked.project, problems, linked.notes), stages, text,
  };
}

/** Tests are read for their words alone: nothing they declare is part of the schema. */
function factsOf(file: SourceFile, role: Role, extract: (path: string, text: string) => FileFacts): FileFacts | null {
  const decoded = decode(file.read());
  if (decoded.isBinary) return null;
  const language: Language = languageOf(file.path);
  const made = role === 'test' || (language === 'typescript' && looksMinified(decoded.text)) ? textFacts(file.path, decoded.text) : extract(file.path, decoded.text);
  return decoded.problems.length ? { ...made, problems: [...decoded.problems, ...made.problems] } : made;
}

function roleIndex(config: Config): (path: string) => Role {
  const isTest = matcher(config.tests, config);
  const isMigration = matcher(config.migrations, config);
  const known = new Map<string, Role>();
  return (path) => {
    let role = known.get(path);
    if (!role) known.set(path, (role = roleOf(path, { isTest, isMigration })));
    return role;
  };
}

function coverageOf(facts: ReadonlyMap<string, FileFacts>, project: Project, problems: readonly { readonly path: string }[], notes: readonly string[]): Coverage {
  const { columns, decided, skipped } = decidedColumns(project);
  return {
    files: facts.size, parsed: [...facts.values()].filter((each) => each.language !== 'text' && each.words === undefined).length, unread: new Set(problems.map((problem) => problem.path)).size,
    tables: project.schema.tables.length, columns, decided, skipped, notes,
  };
}
