/** Statements with the parts that code puts into them: conditions from a list, clauses that are added behind them. */
import type { Span } from '../facts/code.js';
import type { QName } from '../facts/ddl.js';
import type { FileFacts, SqlHole } from '../facts/file.js';
import type { ColumnRef, SqlAssign, SqlCondition, SqlQuery } from '../facts/sql.js';
import { spanEnd, spanStart } from '../facts/span.js';
import type { Model } from '../flow/model.js';
import type { SqlText } from '../flow/sql.js';
import { partsOf, type SqlPart } from '../flow/sql-parts.js';
import { rowIn } from '../flow/sql-rows.js';
import type { Value } from '../flow/value.js';
import { putRow } from './sql-rows.js';
import { isHoleName } from './sql-usage/holes.js';

/** What is known of the strings of all files. */
export interface PartFacts {
  /** The query over no table that the text at a place is, where it is a part of a statement. */
  queryOf(of: Pick<SqlText, 'path' | 'at'>): SqlQuery | null;
  /** Hole `index` of the statement at a place. */
  hole(of: Pick<SqlText, 'path' | 'at'>, index: number): SqlHole | null;
}

export interface Whole { readonly query: SqlQuery; readonly holes: readonly Value[]; readonly isOpen: boolean }

/** Parts inside of parts that are followed. */
const DEPTH = 4;

export function partsIn(files: ReadonlyMap<string, FileFacts>): PartFacts {
  const queries = new Map<string, Map<number, SqlQuery>>();
  const holes = new Map<string, Map<number, readonly SqlHole[]>>();
  for (const [path, facts] of files) {
    if (facts.sqlParts?.length)
      queries.set(
        path,
        new Map(facts.sqlParts.flatMap(({ at, statements: [statement] }) => (statement?.k === 'query' ? [[spanStart(at), statement.query] as const] : []))),
      );
    const strings = facts.sqlStrings?.filter((string) => string.holes !== undefined) ?? [];
    if (strings.length > 0) holes.set(path, new Map(strings.map((string) => [spanStart(string.at), string.holes!])));
  }
  return {
    queryOf: ({ path, at }) => queries.get(path)?.get(spanStart(at)) ?? null,
    hole: ({ path, at }, index) => holes.get(path)?.get(spanStart(at))?.[index] ?? null,
  };
}

/** The query of a text with the parts and rows in its holes and the parts behind it. Their parameters get numbers behind those of the text's own holes. */
export function withParts(query: SqlQuery, text: SqlText, facts: PartFacts, modelOf: (name: QName) => Model | null): Whole {
  const holes: Value[] = [...text.holes];
  let whole = query;
  let isOpen = text.isOpen === true;
  const put = (part: SqlPart, at: Span | null, isOptional: boolean, inOr: boolean, depth: number): void => {
    const found = part.text && depth > 0 ? facts.queryOf(part.text) : null;
    if (!part.text || !found) { isOpen = true; return; }
    const first = holes.length;
    holes.push(...part.text.holes);
    const given = { isOptional: isOptional || part.isOptional === true, inOr: inOr || part.inOr === true };
    whole = putIn(whole, adapted(found, first, given.isOptional, given.inOr, part.text.path === text.path ? null : at ?? query.at), at);
    for (const inner of part.text.holes.flatMap(partsOf)) put(inner, at, given.isOptional, given.inOr, depth - 1);
  };
  text.holes.forEach((value, index) => {
    const row = rowIn(value);
    const place = row && facts.hole(text, index);
    if (row && place) whole = putRow(whole, row, place.at, text.path, holes, modelOf);
    const parts = partsOf(value);
    const hole = parts.length > 0 ? facts.hole(text, index) : null;
    if (parts.length === 0 || hole?.isRead) return;
    const at = hole?.at ?? null;
    const set = at ? query.assigns.find((assign) => spanStart(assign.at) === spanStart(at) && spanEnd(assign.at) === spanEnd(at)) : undefined;
    if (set) whole = { ...whole, assigns: whole.assigns.flatMap((assign) => (assign === set ? assignsOf(parts, set, facts, holes, text.path) : [assign])) };
    else for (const part of parts) put(part, at, false, false, DEPTH);
  });
  for (const part of text.parts ?? []) put(part, null, false, false, DEPTH);
  return { query: whole, holes, isOpen };
}

/** `SET ${changes.join(', ')}`: each `name = $1` is an assignment; `hole` stays where some of them are not known. */
function assignsOf(parts: readonly SqlPart[], hole: SqlAssign, facts: PartFacts, holes: Value[], path: string): readonly SqlAssign[] {
  const assigns = parts.flatMap((part): readonly SqlAssign[] => {
    const query = part.text && facts.queryOf(part.text);
    if (!part.text || !query || query.conditions.length !== 1 || query.conditions[0]!.op !== '=') return [];
    const first = holes.length;
    holes.push(...part.text.holes);
    const { column, value } = adapted(query, first, false, false, part.text.path === path ? null : hole.at).conditions[0]!;
    const given: Partial<SqlAssign> =
      value.k === 'constant'
        ? value.v === null
          ? { isNull: true }
          : { constant: value.v }
        : value.k === 'parameter' && value.parameter !== undefined
          ? { parameter: value.parameter }
          : value.k === 'column'
            ? { from: value.column }
            : {};
    return [{ column: column.name, at: column.at, ...given }];
  });
  return assigns.length < parts.length ? [...assigns, hole] : assigns;
}

/** The part as it is in this statement; `at` is where it stands there, if its text is another file's. */
function adapted(part: SqlQuery, first: number, isOptional: boolean, inOr: boolean, at: Span | null): SqlQuery {
  const own = (ref: ColumnRef): ColumnRef => renumbered(at ? { ...ref, at } : ref, first);
  const conditions = part.conditions.map((condition): SqlCondition => {
    const hole = condition.value.k === 'parameter' ? /^hole:(\d+)$/.exec(condition.value.parameter ?? '') : null;
    return {
      ...condition,
      column: own(condition.column),
      ...(hole ? { value: { k: 'parameter', parameter: `hole:${first + Number(hole[1])}` } as const } : {}),
      ...(isOptional ? { isOptional: true } : {}),
      ...(inOr ? { inOr: true } : {}),
    };
  });
  return {
    ...part,
    conditions,
    columns: part.columns.map(own),
    sorts: part.sorts.map((sort) => ({ ...sort, column: own(sort.column) })),
    groups: part.groups.map(own),
  };
}

/** A name that a hole holds is one of the statement's holes now. */
function renumbered(ref: ColumnRef, first: number): ColumnRef {
  const shifted = (name: string): string => name.replace(/^__hole_(\d+)$/, (_, number: string) => `__hole_${first + Number(number)}`);
  return isHoleName(ref.name) || (ref.qualifier !== undefined && isHoleName(ref.qualifier))
    ? { ...ref, name: shifted(ref.name), ...(ref.qualifier === undefined ? {} : { qualifier: shifted(ref.qualifier) }) }
    : ref;
}

/** Puts a part into the innermost query around a place of the text; what stands behind the text belongs to the whole. */
function putIn(query: SqlQuery, part: SqlQuery, at: Span | null): SqlQuery {
  if (at) {
    const isAround = (inner: SqlQuery): boolean =>
      spanStart(inner.at) <= spanStart(at) &&
      spanEnd(inner.at) >= spanEnd(at) &&
      (spanStart(inner.at) > spanStart(query.at) || spanEnd(inner.at) < spanEnd(query.at));
    const cte = query.ctes.findIndex((each) => isAround(each.query));
    if (cte >= 0) return { ...query, ctes: query.ctes.map((each, index) => (index === cte ? { ...each, query: putIn(each.query, part, at) } : each)) };
    const source = query.from.findIndex((each) => each.query && isAround(each.query));
    if (source >= 0) return { ...query, from: query.from.map((each, index) => (index === source ? { ...each, query: putIn(each.query!, part, at) } : each)) };
    const nested = query.subqueries.findIndex(isAround);
    if (nested >= 0) return { ...query, subqueries: query.subqueries.map((each, index) => (index === nested ? putIn(each, part, at) : each)) };
  }
  // Of the parts of a UNION nobody knows which one it is.
  if (query.isSet) return query;
  return {
    ...query,
    conditions: [...query.conditions, ...part.conditions],
    columns: [...query.columns, ...part.columns],
    subqueries: [...query.subqueries, ...part.subqueries],
    sorts: [...query.sorts, ...part.sorts],
    groups: [...query.groups, ...part.groups],
    aggregates: query.aggregates || part.aggregates,
    ...(query.limit === undefined && part.limit !== undefined ? { limit: part.limit } : {}),
  };
}
