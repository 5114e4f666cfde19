/** SQL that code runs from strings: what of it evaluation knows. How its names are resolved is given by `link/`. */
import type { Expr, Span } from '../facts/code.js';
import type { QName } from '../facts/ddl.js';
import type { SqlQuery } from '../facts/sql.js';
import { spanStart } from '../facts/span.js';
import type { Place, Table } from '../model/schema.js';
import type { Flow } from './evaluate.js';
import type { Model } from './model.js';
import type { Env } from './program.js';
import type { QueryState } from './query.js';
import { joinParts, type SqlPart } from './sql-parts.js';
import { membersOf, type Term, type Value } from './value.js';

/** The value of a parameter of a statement; with `at`, the place of the column that it is written to there, what holds it is noted. */
export type Bind = (parameter: string, at?: Span) => Value | null;

/**
 * A string that reads as SQL, by the span of its literal; `holes` are the values of the expressions inside, `written` those expressions; `isOpen` when more is
 * put to it afterwards, `parts` what of that is known; `isBound` where texts in its holes are values, not part of it.
 */
export interface SqlText {
  readonly path: string;
  readonly at: Span;
  /** Of a whole file the statement that it names so. */
  readonly title?: string;
  readonly holes: readonly Value[];
  readonly isOpen?: true;
  readonly isBound?: true;
  /** Where it was made out of a text that stands elsewhere. */
  readonly site?: Place;
  readonly parts?: readonly SqlPart[];
  readonly written?: { readonly exprs: readonly Expr[]; readonly env: Env };
  /** What its parameters have been bound to, which only the dialect knows. */
  readonly given?: object;
}

/** The columns of a result in order, by the names it gives them; null for expressions. `isOpen`: there may be more. */
export interface ResultShape {
  readonly id: string;
  readonly columns: ReadonlyMap<string, { readonly model: Model; readonly attribute: string } | null>;
  readonly isOpen: boolean;
}

/**
 * What running a text gives: one row of it, the value of its first column, and the query over tables, if it is one. `isOpen`: how many
 * rows are asked for is told by the call, not by the text.
 */
export interface SqlOutcome { readonly item: Value; readonly first: Value; readonly query: QueryState | null; readonly isOpen: boolean }

/** Queries that a builder puts together from names in texts: the same data as a statement's, run the same way. */
export interface QueryRunner {
  /** Every table that is known. */
  readonly tables: readonly Table[];
  /** The table of a name, under the physical names of its columns. */
  modelOf(name: QName): Model | null;
  /** Records what a query does. `isOpen`: what it selects is not all known. */
  run(flow: Flow, query: SqlQuery, path: string, bind: Bind, isOpen: boolean): SqlOutcome;
}

export interface SqlStrings {
  has(path: string, start: number): boolean;
  /** Whether the text there is a part of a statement. */
  hasPart(path: string, start: number): boolean;
  /** Records what the text does with its parameters bound. `expects` says how many rows the code asks for, as in model/usage.ts. */
  /** The text of the file that a call reads, if that is one of SQL. */
  readBy(flow: Flow, read: Term): SqlText | null;
  /** The statements of that name in the files of queries at these paths or in these folders. */
  titled(paths: readonly string[], name: string): readonly SqlText[];
  /** The files of queries at a path, or in a folder, that code in the file `from` names. */
  titledAt(written: string, from: string): readonly string[];
  run(flow: Flow, text: SqlText, bind: Bind, expects: string): SqlOutcome | null;
}

/** `value` with the SQL text that the literal at a span is, or the parts of one that it has. */
export function withSql<T extends Value>(
  flow: Flow,
  value: T,
  env: Env,
  at: Span,
  holes: readonly Value[] = [],
  exprs: readonly Expr[] = [],
  isBound = false,
): T {
  if (!flow.strings || (value.k !== 'any' && value.k !== 'const')) return value;
  const { path } = env.module;
  if (flow.strings.has(path, spanStart(at)))
    return { ...value, sql: { path, at, holes, ...(exprs.length > 0 ? { written: { exprs, env } } : {}), ...(isBound ? { isBound: true as const } : {}) } };
  if (flow.strings.hasPart(path, spanStart(at))) return { ...value, parts: [{ text: { path, at, holes } }] };
  const parts = holes.length > 0 ? joinParts(holes)?.parts : undefined;
  return parts ? { ...value, parts } : value;
}

/** The SQL texts a value may be. */
export function sqlTexts(value: Value): readonly SqlText[] {
  // Asked of every argument: almost none is any.
  if (value.k === 'union') return value.of.flatMap(sqlTexts);
  return (value.k === 'any' || value.k === 'const') && value.sql ? [value.sql] : NO_TEXTS;
}

/** Those too that a tag has run on its way to what it is put into. */
export function heldTexts(value: Value): readonly SqlText[] {
  return membersOf(value).flatMap((member) => {
    const text = member.k === 'special' && member.dialect === 'sql' ? (member.data['text'] as SqlText | undefined) : undefined;
    return text ? [text] : sqlTexts(member);
  });
}

const NO_TEXTS: readonly SqlText[] = [];

/** The value of a named or numbered column of a result; null when the result has none of that name. */
export function resultColumn(flow: Flow, result: ResultShape, key: string | number, place: Place): Value | null {
  const name =
    typeof key === 'number'
      ? ([...result.columns.keys()][key] ?? '')
      : ([key, snakeCase(key), key.toLowerCase()].find((each) => result.columns.has(each)) ?? key);
  const target = result.columns.get(name);
  if (target === undefined) return null;
  flow.record.resolve(place);
  if (target === null) return { k: 'any', id: `${result.id}.${name}` };
  flow.record.column(target.model, target.attribute, 'read', place, flow.currentFn);
  return { k: 'field', model: target.model, attribute: target.attribute, place };
}

/** The columns of tables that a result holds, by the names it gives them. */
export function resultFields(result: ResultShape): ReadonlyMap<string, { readonly model: Model; readonly attribute: string }> {
  return new Map([...result.columns].flatMap(([name, target]) => (target ? [[name, target] as const] : [])));
}

/** Drivers can turn `created_at` into `createdAt`; MySQL's keep the capitals of a name that stands without quotes. */
const snakeCase = (name: string): string => name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();
