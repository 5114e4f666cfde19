/** A query while it is being built: immutable steps that every dialect's API is translated to. */
import type { Span } from '../facts/code.js';
import { spanEnd, spanStart } from '../facts/span.js';
import type { Place } from '../model/schema.js';
import type { Query as LinkedQuery } from '../model/usage.js';
import type { Model } from './model.js';
import { ANY, type ColumnValue, type Value } from './value.js';

/** `isJoined`: a join names it; others are there because a condition does. */
export interface Source {
  readonly model: Model;
  readonly alias: string | null;
  readonly join: 'root' | 'inner' | 'left' | 'relationship';
  readonly isJoined?: true;
}

export type ConditionOp = '=' | '<>' | 'range' | 'in' | 'null' | 'not-null' | 'like' | 'prefix' | 'other';

export interface Condition {
  readonly column: ColumnValue;
  readonly op: ConditionOp;
  /** What it is compared with. */
  readonly value: Value;
  readonly isOptional: boolean;
  readonly inOr: boolean;
  readonly isJoin: boolean;
  /** Which column it is on was given to the code that makes it: a key of a dict. */
  readonly isGiven?: true;
}

export interface QueryState {
  /** Tells this state from all others: the site of its first step and a hash of what was added. */
  readonly id: string;
  readonly place: Place;
  readonly sources: readonly Source[];
  /** What one item of the result is. */
  readonly item: Value;
  readonly conditions: readonly Condition[];
  readonly sorts: readonly {
    readonly column: ColumnValue;
    readonly desc: boolean;
    readonly isOptional: boolean;
    /** The model's own order, where the query asks for none. */ readonly isDefault?: true;
  }[];
  readonly groups: readonly ColumnValue[];
  readonly verb: LinkedQuery['verb'];
  readonly isAggregate: boolean;
  readonly limit: number | null;
  readonly offset: boolean;
  readonly isPartial: boolean;
}

/** A query over one model, begun at `place`. */
export function startQuery(place: Place, root: Model, item: Value, alias: string | null = null, verb: LinkedQuery['verb'] = 'select'): QueryState {
  return {
    id: `${place.path}:${spanStart(place.at)}:${root.id}`, place, sources: [{ model: root, alias, join: 'root' }], item, conditions: [], sorts: [], groups: [],
    verb, isAggregate: false, limit: null, offset: false, isPartial: false,
  };
}

/** The next step of a query; `step` is what tells it from the one before. */
export function refine(query: QueryState, at: Span, change: Partial<Omit<QueryState, 'id' | 'place'>>): QueryState {
  return { ...query, ...change, id: `${query.id}>${spanStart(at)}-${spanEnd(at)}` };
}

/** Adds conditions; the sources they name are added when the query lacks them (an implicit join). */
export function where(query: QueryState, at: Span, conditions: readonly Condition[], isPartial = false): QueryState {
  let sources = query.sources;
  for (const condition of conditions) sources = withSource(sources, condition.column.model, condition.column.alias ?? null, 'inner');
  const next = refine(query, at, { sources, conditions: [...query.conditions, ...conditions], isPartial: query.isPartial || isPartial });
  const given = conditions.filter((condition) => condition.isGiven);
  // What callers name (`filter_by(**criteria)`) makes another query for each of them.
  return given.length ? { ...next, id: `${next.id}(${given.map(({ column }) => `${column.model.id}.${column.attribute}`).join()})` } : next;
}

/** Joins a table; one that was named before (in the columns asked for) is joined in this way. */
export function join(query: QueryState, at: Span, model: Model, alias: string | null, kind: Source['join'], conditions: readonly Condition[]): QueryState {
  return refine(query, at, {
    sources: withSource(query.sources, model, alias, kind).map((source) =>
      source.model.table === model.table && source.alias === alias && source.join !== 'root'
        ? { ...source, join: source.join === 'inner' ? kind : source.join, isJoined: true as const }
        : source,
    ),
    conditions: [...query.conditions, ...conditions.map((condition) => ({ ...condition, isJoin: true }))],
  });
}

/**
 * A query that runs once for each row of another one: what `isOuter` says, and no join brings in, is of that one, and what it is compared with is looked for.
 */
export function correlate(query: QueryState, at: Span, isOuter: (model: Model, alias: string | null) => boolean): QueryState {
  const isOwn = ({ model, alias }: ColumnValue): boolean =>
    query.sources.some((source) => source.model.table === model.table && source.alias === (alias ?? null) && (source.join !== 'inner' || source.isJoined));
  const isOf = (column: ColumnValue): boolean => !isOwn(column) && isOuter(column.model, column.alias ?? null);
  const conditions = query.conditions.flatMap((condition): Condition[] => {
    const { column, value } = condition;
    if (value.k === 'column' && isOf(value)) return isOf(column) ? [] : [{ ...condition, value: OUTER, isJoin: false }];
    if (!isOf(column)) return [condition];
    return value.k === 'column' ? [{ ...condition, column: value, value: OUTER, isJoin: false }] : [];
  });
  const sources = query.sources.filter((source) => source.join !== 'inner' || source.isJoined || !isOuter(source.model, source.alias));
  return refine(query, at, { sources, conditions });
}
const OUTER: Value = { k: 'any' };

export function sortBy(query: QueryState, at: Span, columns: readonly { readonly column: ColumnValue; readonly desc: boolean }[]): QueryState {
  return refine(query, at, { sorts: [...query.sorts, ...columns.map((sort) => ({ ...sort, isOptional: false }))] });
}

/** One of the rows of a query that lists them. */
export function oneOf({ item, id }: QueryState): Value {
  const mark = (part: Value): Value => (part.k === 'row' || part.k === 'field' ? { ...part, from: id } : part);
  if (item.k === 'list') return { k: 'list', items: item.items.map(mark) };
  // Columns of the row, or rows of several tables, under names of their own.
  return item.k === 'dict' ? { ...item, entries: new Map([...item.entries].map(([name, part]) => [name, mark(part)])) } : mark(item);
}

function withSource(sources: readonly Source[], model: Model, alias: string | null, kind: Source['join']): readonly Source[] {
  return sources.some((source) => source.model.table === model.table && source.alias === alias) ? sources : [...sources, { model, alias, join: kind }];
}

/**
 * One query out of two that grew from the same first step on different paths: what both have holds always, what one has is optional.
 * Null when they are different queries.
 */
export function mergeQueries(a: QueryState, b: QueryState): QueryState | null {
  if (a.id === b.id) return a;
  const [short, long] = a.id.length <= b.id.length ? [a, b] : [b, a];
  if (rootOf(short.id) !== rootOf(long.id)) return null;
  const keep = (condition: Condition, others: readonly Condition[]): Condition => (others.includes(condition) ? condition : { ...condition, isOptional: true });
  const sources = long.sources.reduce<readonly Source[]>((all, source) => withSource(all, source.model, source.alias, source.join), short.sources);
  return {
    ...long,
    id: `${long.id}|`,
    sources,
    conditions: [
      ...short.conditions.map((condition) => keep(condition, long.conditions)),
      ...long.conditions.filter((condition) => !short.conditions.includes(condition)).map((condition) => ({ ...condition, isOptional: true })),
    ],
    sorts: [
      ...short.sorts.map((sort) => (long.sorts.includes(sort) ? sort : { ...sort, isOptional: true })),
      ...long.sorts.filter((sort) => !short.sorts.includes(sort)).map((sort) => ({ ...sort, isOptional: true })),
    ],
    limit: short.limit === long.limit ? short.limit : null,
    isPartial: short.isPartial || long.isPartial,
    isAggregate: short.isAggregate || long.isAggregate,
  };
}

function rootOf(id: string): string {
  const end = id.indexOf('>');
  return end === -1 ? id : id.slice(0, end);
}

/** A query that a function runs for several callers: a constant that only some of them give is a parameter of the function. */
export function withoutArguments(known: QueryState, again: QueryState): QueryState {
  if (known === again) return known;
  const conditions = known.conditions.map((condition, index): Condition => {
    const other = again.conditions[index];
    if (!other || other.column.attribute !== condition.column.attribute || condition.value.k !== 'const') return condition;
    return other.value.k === 'const' && other.value.v === condition.value.v
      ? condition
      : { ...condition, op: condition.op === 'null' ? other.op : condition.op, value: ANY };
  });
  return conditions.every((condition, index) => condition === known.conditions[index]) ? known : { ...known, conditions };
}
