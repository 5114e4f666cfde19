/** SQL in strings of code, as evaluation runs it: names are resolved against the schema, the result becomes a value. */
import type { Span } from '../facts/code.js';
import type { FileFacts } from '../facts/file.js';
import type { SqlQuery, SqlStatement } from '../facts/sql.js';
import { END_OF_TEXT, makeSpan, spanStart } from '../facts/span.js';
import { answer } from '../flow/answers.js';
import type { Flow } from '../flow/evaluate.js';
import { noteHeld } from '../flow/moves.js';
import type { QueryState } from '../flow/query.js';
import type { Bind, QueryRunner, ResultShape, SqlOutcome, SqlStrings, SqlText } from '../flow/sql.js';
import { ANY, type Value } from '../flow/value.js';
import type { Table } from '../model/schema.js';
import { plainTitle, titlesOf } from './sql-titles.js';
import { SqlFiles } from '../migrations/steps/files.js';
import { partsIn, withParts } from './sql-parts.js';
import type { LocatedQuery } from './sql-usage.js';
import { runStatement } from './sql-usage.js';
import { physicalModels, type SqlSchema } from './sql-usage/context.js';
import { withHoles } from './sql-usage/holes.js';
import type { Derived } from './sql-usage/scope.js';

/** The strings of all files by path and the start of their literal. */
export function sqlStringsOf(files: ReadonlyMap<string, FileFacts>): ReadonlyMap<string, ReadonlyMap<number, readonly SqlStatement[]>> {
  const byPath = new Map<string, Map<number, readonly SqlStatement[]>>();
  for (const [path, facts] of files) {
    if (facts.sqlStrings?.length) byPath.set(path, new Map(facts.sqlStrings.map((string) => [spanStart(string.at), string.statements])));
  }
  return byPath;
}

/** The place of the text of a whole file: no literal stands there. */
const WHOLE = makeSpan(0, END_OF_TEXT);

/** What evaluation asks of the strings, and of the files that code reads, once the schema is known. */
export function runnableStrings(
  strings: ReturnType<typeof sqlStringsOf>,
  files: ReadonlyMap<string, FileFacts>,
  schema: SqlSchema,
  temporary: ReadonlySet<string>,
): SqlStrings {
  const modelOf = physicalModels(schema);
  const sqlFiles = new SqlFiles(files);
  const parts = partsIn(files);
  const statementsOf = ({ path, at, title }: SqlText): readonly SqlStatement[] => {
    const found = (at === WHOLE ? files.get(path)?.sql : strings.get(path)?.get(spanStart(at))) ?? [];
    return title === undefined ? found : found.filter((statement) => statement.k === 'query' && statement.query.title === title);
  };
  const titles = titlesOf(files);
  return {
    has: (path, start) => strings.get(path)?.has(start) ?? false,
    hasPart: (path, start) => parts.queryOf({ path, at: makeSpan(start, start) }) !== null,
    readBy: (flow, read) => {
      const file = sqlFiles.find(flow, read);
      return file?.facts.sql?.some((statement) => statement.k === 'query') ? { path: file.path, at: WHOLE, holes: [] } : null;
    },
    titledAt: (written, from) => titles.pathsAt(written, from),
    titled: (paths, name) =>
      paths.flatMap((path) =>
        titles
          .in(path)
          .filter((title) => plainTitle(title) === name)
          .map((title): SqlText => ({ path, at: WHOLE, holes: [], title })),
      ),
    run: (flow, text, bind, expects) => {
      flow.record.ranSql.add(siteOf(text.path, text.at));
      let outcome: SqlOutcome | null = null;
      for (const statement of statementsOf(text)) {
        if (statement.k !== 'query') continue;
        let found = null as Found | null;
        const whole = withParts(statement.query, text, parts, modelOf);
        const { query, holes, places } = withHoles(whole.query, whole.holes, text.isBound === true);
        for (const place of places) flow.record.resolve(place);
        const caller = {
          bind: (parameter: string, writtenAt?: Span) => valueOf(flow, text, holes, parameter, bind, writtenAt),
          fn: flow.currentFn,
          expects,
          isOpen: whole.isOpen,
          ...(text.site ? { site: text.site } : {}),
        };
        const derived = runStatement(
          {
            record: flow.record,
            path: text.path,
            modelOf,
            viewOf: schema.viewOf,
            temporary,
            isTrigger: false,
            caller,
            onQuery: (state, asked) => {
              found = { query: state, isOpen: asked === 'many' };
            },
          },
          query,
        );
        outcome = outcomeOf(text, query, derived, found);
      }
      return outcome;
    },
  };
}

/** What evaluation asks of queries that code builds, once the schema is known. */
export function runnableQueries(schema: SqlSchema, tables: readonly Table[], temporary: ReadonlySet<string>): QueryRunner {
  const modelOf = physicalModels(schema);
  return {
    tables,
    modelOf,
    run: (flow, query, path, bind, isOpen) => {
      let found = null as Found | null;
      const caller = { bind, fn: flow.currentFn, expects: 'unknown', isOpen: query.isPartial === true };
      const derived = runStatement(
        {
          record: flow.record,
          path,
          modelOf,
          viewOf: schema.viewOf,
          temporary,
          isTrigger: false,
          caller,
          onQuery: (state, asked) => {
            found = { query: state, isOpen: asked === 'many' };
          },
        },
        query,
      );
      return outcomeOf({ path, at: query.at }, query, isOpen ? { ...derived, isOpen } : derived, found);
    },
  };
}

/** The statements of strings that evaluation did not see run; `isLeftOut` tells of those that count for nothing. */
export function leftoverStatements(
  strings: ReturnType<typeof sqlStringsOf>,
  flow: Flow,
  isLeftOut: (path: string, at: Span) => boolean,
): readonly LocatedQuery[] {
  return [...strings].flatMap(([path, byStart]) =>
    [...byStart].flatMap(([start, statements]) =>
      flow.record.ranSql.has(`${path}:${start}`) || isLeftOut(path, makeSpan(start, start))
        ? []
        : statements.flatMap((statement) => (statement.k === 'query' ? [{ query: statement.query, path }] : [])),
    ),
  );
}

/**
 * What the SQL in a file's strings itself drops or renames, as a test of a path, a table and one of its columns (null: the table): code that
 * makes the change names the old only to move its values over.
 */
export function takenAway(strings: ReturnType<typeof sqlStringsOf>): (path: string, table: string, column: string | null) => boolean {
  const taken = new Set<string>();
  const key = (path: string, table: string, column: string | null): string => [path, table, column].join('\0');
  for (const [path, byStart] of strings) for (const statement of [...byStart.values()].flat()) {
    if (statement.k !== 'ddl') continue;
    const { op } = statement;
    if (op.k === 'drop-column' || op.k === 'rename-column') taken.add(key(path, op.table.name, op.column));
    else if (op.k === 'drop-table' || op.k === 'rename-table') taken.add(key(path, op.table.name, null));
  }
  return (path, table, column) => taken.has(key(path, table, column));
}

interface Found { readonly query: QueryState; readonly isOpen: boolean }

const siteOf = (path: string, at: Span): string => `${path}:${spanStart(at)}`;

function valueOf(flow: Flow, { written }: SqlText, holes: readonly Value[], parameter: string, bind: Bind, writtenAt?: Span): Value | null {
  const hole = /^hole:(\d+)$/.exec(parameter);
  if (!hole) return bind(parameter, writtenAt);
  const index = Number(hole[1]) - 1;
  const expr = written?.exprs[index];
  if (expr && writtenAt) noteHeld(flow, expr, writtenAt, written.env);
  return holes[index] ?? null;
}

function outcomeOf(text: Pick<SqlText, 'path' | 'at'>, query: SqlQuery, derived: Derived, found: Found | null): SqlOutcome {
  const state = found?.query ?? null;
  const common = { query: state, isOpen: found?.isOpen ?? false };
  const columns: ResultShape['columns'] = new Map(
    [...derived.columns].map(([name, target]) => [name, target && { model: target.model, attribute: target.name }]),
  );
  const shape: ResultShape = { id: `sql:${siteOf(text.path, text.at)}:${spanStart(query.at)}`, columns, isOpen: derived.isOpen };
  const exists: Value | null = state && asksForPresence(query) ? answer('sql', state.id) : null;
  // A row of constants is there or is not; a row that says how many there are always is.
  if (exists)
    return {
      item: {
        k: 'dict',
        entries: new Map(query.outputs.map((output) => [output.name ?? '?column?', exists])),
        rest: exists,
        ...(isRowOfConstants(query) ? { lookup: state!.id } : {}),
      },
      first: exists,
      ...common,
    };
  const model = state?.sources[0]?.model ?? [...columns.values()].find((column) => column !== null)?.model ?? derived.rows[0];
  if (!model) return { item: ANY, first: ANY, ...common };
  const [first] = columns.values();
  return {
    item: { k: 'row', model, result: shape }, ...common,
    first: first ? { k: 'field', model: first.model, attribute: first.attribute, place: { path: text.path, at: query.at } } : ANY,
  };
}

/** `SELECT EXISTS (…)`, `SELECT count(*) …`: one value that says whether there are rows. */
function asksForPresence(query: SqlQuery): boolean {
  const [output] = query.outputs;
  if (query.verb !== 'select' || query.outputs.length !== 1 || output!.column !== undefined) return false;
  return (
    isRowOfConstants(query) ||
    (query.from.length === 0 && query.subqueries.length === 1) ||
    (query.aggregates && query.groups.length === 0 && (output!.name === 'count' || !query.columns.some((column) => column.kind === 'read')))
  );
}

/** `SELECT 1 FROM …`. */
function isRowOfConstants({ verb, outputs, from, aggregates, columns }: SqlQuery): boolean {
  return (
    verb === 'select' &&
    from.length > 0 &&
    !aggregates &&
    outputs.every((output) => output.column === undefined && output.name === null) &&
    !columns.some((column) => column.kind === 'read')
  );
}
