/** The database as DDL and migrations build it, and the queries of SQL files and strings. */
import type { Span } from '../facts/code.js';
import type { FileFacts } from '../facts/file.js';
import type { SqlQuery, SqlStatement } from '../facts/sql.js';
import type { Flow } from '../flow/evaluate.js';
import type { ModuleRef } from '../flow/program.js';
import { planHistory } from '../migrations/order.js';
import type { EnumType, Place } from '../model/schema.js';
import type { Gap, Role } from '../model/usage.js';
import type { TableDraft } from './draft.js';
import { replay, type LocatedOp, type Replayed, type Routine, type RowRead } from './replay.js';

export interface Histories {
  readonly drafts: readonly TableDraft[];
  readonly enums: readonly EnumType[];
  /** Whether every history could be followed to its end. */
  readonly isComplete: boolean;
  readonly queries: readonly { readonly query: SqlQuery; readonly path: string }[];
  readonly routines: readonly Routine[];
  readonly rowReads: readonly RowRead[];
  readonly gaps: readonly Gap[];
  readonly notes: readonly string[];
}

export interface HistoryInput {
  readonly files: ReadonlyMap<string, FileFacts>;
  readonly modules: readonly ModuleRef[];
  readonly flow: Flow;
  /** The statements of the SQL string at a literal's span. */
  readonly sqlAt: (path: string, at: Span) => readonly SqlStatement[];
  readonly defaultSchema: string;
  readonly roleOf: (path: string) => Role;
}

/** A history that code tells: the migrations of an ORM or a migration tool. */
export interface CodeHistory { readonly ops: readonly LocatedOp[]; readonly failures: readonly { readonly message: string; readonly place: Place }[] }

interface History { readonly partition: string; readonly ops: readonly LocatedOp[]; readonly failures: CodeHistory['failures'] }

/** Replays every history of the repository. */
export function histories(input: HistoryInput): Histories {
  const { files, defaultSchema } = input;
  const plan = planHistory([...files].map(([path, facts]) => ({ path, facts })));
  const told: History[] = [...plan.histories.filter((history) => history.repeats === null), ...codeHistories(input)];
  const replayed: Replayed[] = [];
  const failures: { message: string; place: Place }[] = [];
  for (const history of told) {
    const result = replay(history.ops, history.partition, defaultSchema);
    replayed.push(result);
    failures.push(...history.failures, ...result.failures);
  }
  return {
    drafts: replayed.flatMap((each) => each.drafts), enums: replayed.flatMap((each) => each.enums), isComplete: told.length > 0 && failures.length === 0,
    queries: [...plan.queries, ...stringQueries(input)], routines: replayed.flatMap((each) => each.routines), rowReads: replayed.flatMap((each) => each.rowReads), gaps: [],
    notes: failures.length ? [`a history of the schema cannot be followed completely: ${failures[0]!.message} (${failures[0]!.place.path})${failures.length > 1 ? `, and ${failures.length - 1} more steps` : ''}`] : [],
  };
}

function codeHistories(input: HistoryInput): readonly History[] {
  const ops = schemaStrings(input);
  return ops.length ? [{ partition: '', ops, failures: [] }] : [];
}

/** DDL that application code runs from strings: programs that create their own tables. */
function schemaStrings({ files, roleOf }: HistoryInput): readonly LocatedOp[] {
  return [...files].flatMap(([path, facts]) => (roleOf(path) === 'application' ? (facts.sqlStrings ?? []).flatMap((string) => string.statements).flatMap((statement): LocatedOp[] => (statement.k === 'ddl' ? [{ op: statement.op, path, kind: 'ddl' }] : [])) : []));
}

function stringQueries({ files }: HistoryInput): { query: SqlQuery; path: string }[] {
  return [...files].flatMap(([path, facts]) => (facts.sqlStrings ?? []).flatMap((string) => string.statements).flatMap((statement) => (statement.k === 'query' ? [{ query: statement.query, path }] : [])));
}
