/** The database as DDL and migrations build it, and the queries of SQL files and strings. */
import type { Span } from '../facts/code.js';
import type { FileFacts } from '../facts/file.js';
import type { SqlQuery, SqlStatement } from '../facts/sql.js';
import type { Flow } from '../flow/evaluate.js';
import type { ModuleRef } from '../flow/program.js';
import { codeHistories, type CodeHistories } from '../migrations/code.js';
import { codeDatabases, goesOnFrom, type CodeDatabase } from '../migrations/databases.js';
import { planHistory, type SqlHistory } from '../migrations/order.js';
import type { HistoryFailure } from '../migrations/order/sources.js';
import type { Definition, Dropped, DroppedKey, EnumType, Extension } from '../model/schema.js';
import type { Role } from '../model/usage.js';
import type { TableDraft } from './draft.js';
import { replay, type LocatedOp, type Replayed, type Routine, type RowRead } from './replay.js';

export interface Histories {
  readonly drafts: readonly TableDraft[];
  readonly enums: readonly EnumType[];
  /** Statements of SQL files, and rows that migrations in code insert; those in strings of code are run where evaluation meets them. */
  readonly queries: readonly { readonly query: SqlQuery; readonly path: string }[];
  /** Whether a string of code belongs to a migration's way back. */
  isDown(path: string, at: Span): boolean;
  readonly routines: readonly Routine[];
  readonly rowReads: readonly RowRead[];
  /** What histories that were followed to their end took away. */
  readonly dropped: readonly Dropped[];
  readonly droppedKeys: readonly DroppedKey[];
  readonly extensions: readonly Extension[];
  readonly definitions: readonly Definition[];
  readonly temporary: ReadonlySet<string>;
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

/** `told`: what tells it, for people; null where nothing is lost when it cannot be followed. */
interface History { readonly partition: string; readonly told: string | null; readonly ops: readonly LocatedOp[]; readonly failures: readonly HistoryFailure[] }

/** Replays every history of the repository. */
export function histories(input: HistoryInput): Histories {
  const { files, defaultSchema } = input;
  const code = codeHistories(input, input.sqlAt);
  const plan = planHistory([...files].map(([path, facts]) => ({ path, facts })), (path) => code.isFileTold(path));
  const told = historiesOf(input, plan.histories.filter((history) => history.repeats === null), code);
  const replayed: Replayed[] = [];
  const drafts: TableDraft[] = [];
  const notes: string[] = [];
  const dropped: Dropped[] = [];
  for (const history of told) {
    const result = replay(history.ops, history.partition, defaultSchema);
    const failures: readonly HistoryFailure[] = [...history.failures, ...result.failures];
    replayed.push(result);
    const isCutOff = failures.some((failure) => failure.isCut);
    drafts.push(...result.drafts.map((draft) => (failures.length ? { ...draft, isIncomplete: true, ...(isCutOff ? { isCutOff } : {}) } : draft)));
    if (failures.length === 0) dropped.push(...result.dropped);
    if (failures.length && history.told) notes.push(noteOf(history.told, failures));
    else if (history.told) for (const doubt of result.doubts) notes.push(`nothing is said of drift of ${doubt.table}: ${doubt.message} (${doubt.place.path})`);
  }
  return {
    drafts,
    enums: replayed.flatMap((each) => each.enums),
    queries: [...plan.queries, ...code.inserts],
    isDown: code.isDown,
    routines: replayed.flatMap((each) => each.routines),
    rowReads: replayed.flatMap((each) => each.rowReads),
    dropped,
    droppedKeys: replayed.flatMap((each) => each.droppedKeys),
    extensions: replayed.flatMap((each) => each.extensions),
    definitions: replayed.flatMap((each) => each.definitions),
    temporary: new Set(replayed.flatMap((each) => each.temporary)),
    notes,
  };
}

/** Every history with the database it is about: unnamed where there is only one. */
function historiesOf(input: HistoryInput, plain: ReturnType<typeof planHistory>['histories'], code: CodeHistories): readonly History[] {
  const strings = schemaStrings(input, code);
  const bases = new Map(codeDatabases(code.histories).map((each) => [each, plain.find((schema) => goesOnFrom(each, schema.ops))]));
  // What goes on from another engine's schema is that engine's as well: of such steps too little is read to say what they leave behind.
  const opsOf = (base: SqlHistory, each: CodeDatabase): readonly LocatedOp[] =>
    base.failures.some((failure) => failure.isOther) ? [] : [...base.ops, ...each.ops];
  const databases = [...bases].map(([each, base]) => (base ? { ...each, ops: opsOf(base, each), failures: [...base.failures, ...each.failures] } : each));
  const alone = plain.filter((schema) => ![...bases.values()].includes(schema));
  const isOnly = alone.length + new Set(databases.map((each) => each.database)).size === 1;
  return [
    ...alone.map((each): History => ({
      partition: code.histories.length ? each.root : each.partition,
      told: `the SQL of ${each.root || 'this repository'}`,
      ops: each.ops,
      failures: each.failures,
    })),
    ...databases.map((each): History => ({ partition: isOnly ? '' : each.database, told: each.told, ops: each.ops, failures: each.failures })),
    ...(strings.length ? [{ partition: '', told: null, ops: strings, failures: [] }] : []),
  ];
}

function noteOf(told: string, failures: History['failures']): string {
  const [first] = failures;
  return `${told} cannot be followed completely, so that nothing is said of drift: ${first!.message} (${first!.place.path})${failures.length > 1 ? `, and ${failures.length - 1} more` : ''}`;
}

/** DDL that application code runs from strings: programs that create their own tables. */
function schemaStrings({ files, roleOf }: HistoryInput, code: CodeHistories): readonly LocatedOp[] {
  return [...files].flatMap(([path, facts]) =>
    roleOf(path) === 'application' && !code.isTold(path)
      ? (facts.sqlStrings ?? [])
          .flatMap((string) => string.statements)
          .flatMap((statement): LocatedOp[] => (statement.k === 'ddl' && !hasOpenName(statement.op) ? [{ op: statement.op, path, kind: 'ddl' }] : []))
      : [],
  );
}

/** A name that the program puts in while it runs. */
function hasOpenName(op: LocatedOp['op']): boolean {
  return JSON.stringify(op).includes('__hole');
}
