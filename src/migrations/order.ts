/** The SQL files of a repository → histories of operations in the order in which they were, or would be, applied. */
import type { Span } from '../facts/code.js';
import type { FileFacts } from '../facts/file.js';
import type { SqlQuery, SqlStatement } from '../facts/sql.js';
import { spanEnd, spanStart } from '../facts/span.js';
import type { LocatedOp } from '../link/replay.js';
import { databasesOf } from './order/databases.js';
import { chooseEngine } from './order/engines.js';
import { isScript, readName } from './order/file-name.js';
import { sourcesOf, type HistoryFailure, type SqlFile, type SqlSource } from './order/sources.js';

/** `down`: the parts of a file that take its change back (see down-parts.ts). */
export interface HistoryFile { readonly path: string; readonly facts: FileFacts & { readonly down?: readonly Span[] } }

export interface SqlHistory {
  /** The folder or schema file where several databases live in one repository; empty when there is only one. */
  readonly partition: string;
  readonly root: string;
  readonly kind: 'ddl' | 'migration';
  readonly ops: readonly LocatedOp[];
  /** Why the order or the steps are not to be relied upon. */
  readonly failures: readonly HistoryFailure[];
  /** The root of the history that tells the same schema better (migrations beside a dump); null for the one that counts. */
  readonly repeats: string | null;
}

export interface HistoryPlan { readonly histories: readonly SqlHistory[]; readonly queries: readonly { readonly query: SqlQuery; readonly path: string }[] }

/**
 * Groups `.sql` files: numbered files of one folder, or the folders of one, are a history; files of plain DDL in one folder are one schema.
 * Parts that go down are ignored, of copies for several engines the one for PostgreSQL counts, seeds, query files and those that a
 * history in code runs (`isTold`) only give queries.
 */
export function planHistory(files: readonly HistoryFile[], isTold: (path: string) => boolean = () => false): HistoryPlan {
  const named = files
    .filter(({ facts }) => facts.sql !== undefined)
    .map(({ path, facts }) => ({ name: readName(path), facts }))
    .filter(({ name }) => !name.isDown);
  const chosen = chooseEngine(named);
  const queries: { query: SqlQuery; path: string }[] = [];
  const sources: SqlFile[] = [];
  for (const { name, facts } of chosen) {
    const statements = facts.sql!.filter((statement) => !isDown(statement, facts.down ?? []));
    for (const statement of statements) if (statement.k === 'query') queries.push({ query: statement.query, path: name.path });
    const ops = isScript(name.path) || isTold(name.path) ? [] : statements.flatMap((statement) => (statement.k === 'ddl' ? [statement.op] : []));
    if (ops.length > 0) sources.push({ name, ops, failures: failuresOf(name.path, facts) });
  }
  const databases = databasesOf(sourcesOf(sources)).filter(({ source }) =>
    source.files.some(({ ops }) => ops.some((op) => op.k !== 'create-extension' && op.k !== 'drop-extension')),
  );
  const isOnly = databases.filter((each) => each.repeats === null).length === 1;
  return { histories: databases.map(({ source, repeats }) => history(source, isOnly ? '' : repeats ?? source.root, repeats)), queries };
}

function history(source: SqlSource, partition: string, repeats: string | null): SqlHistory {
  const { root, kind } = source;
  return {
    partition,
    root,
    kind,
    repeats,
    failures: source.failures,
    ops: source.files.flatMap((file) => file.ops.map((op): LocatedOp => ({ op, path: file.name.path, kind }))),
  };
}

function isDown(statement: SqlStatement, parts: readonly Span[]): boolean {
  const at = spanStart(statement.k === 'ddl' ? statement.op.at : statement.query.at);
  return parts.some((part) => spanStart(part) <= at && at < spanEnd(part));
}

function failuresOf(path: string, facts: FileFacts): SqlFile['failures'] {
  return facts.problems
    .filter((problem) => problem.kind !== 'encoding')
    .map((problem) => ({
      message: `A statement cannot be read: ${problem.message}`,
      place: { path, at: problem.at },
      ...(problem.isCut ? { isCut: true as const } : {}),
      ...(problem.kind === 'other-sql' ? { isOther: true as const } : {}),
    }));
}
