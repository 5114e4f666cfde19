/** A query while a builder puts it together of names in texts: each step makes a new one. It is run as the SQL that it becomes. */
import type { Span } from '../../../facts/code.js';
import type { ColumnRef, Source, SqlCondition, SqlQuery } from '../../../facts/sql.js';
import { makeSpan, spanEnd, spanStart } from '../../../facts/span.js';
import type { Flow } from '../../../flow/evaluate.js';
import type { SqlOutcome } from '../../../flow/sql.js';
import { type SpecialValue, type Value } from '../../../flow/value.js';
import type { CallSite } from '../../dialect.js';

export interface Draft {
  /** The dialect whose builder makes it. */
  readonly dialect: string;
  readonly path: string;
  readonly query: SqlQuery;
  /** Values by the names that parameters have in the query. */
  readonly binds: ReadonlyMap<string, Value>;
  /** It selects more than is known. */
  readonly isOpen: boolean;
  readonly alias: string | null;
  /** What the dialect's own steps have said of it beside the query. */
  readonly extra?: DraftExtra;
}

/** What a dialect keeps with a query; `key` tells it from others. */
export interface DraftExtra { readonly key: string }

/** What one step adds to a query. */
export interface Parts {
  readonly columns: ColumnRef[];
  readonly conditions: SqlCondition[];
  readonly subqueries: SqlQuery[];
  readonly binds: Map<string, Value>;
  aggregates: boolean;
  isPartial: boolean;
  isOpen: boolean;
}

export const noParts = (): Parts => ({ columns: [], conditions: [], subqueries: [], binds: new Map(), aggregates: false, isPartial: false, isOpen: false });

/** Everything of other parts but their conditions. */
export function take(into: Parts, parts: Parts): void {
  into.columns.push(...parts.columns);
  into.subqueries.push(...parts.subqueries);
  for (const [name, value] of parts.binds) into.binds.set(name, value);
  into.aggregates ||= parts.aggregates;
  into.isPartial ||= parts.isPartial;
}

/** The beginning of a query. */
export function begin(
  site: Pick<CallSite, 'env' | 'at'>,
  dialect: string,
  verb: SqlQuery['verb'],
  from: readonly Source[],
  ctes: SqlQuery['ctes'] = [],
  binds: ReadonlyMap<string, Value> = new Map(),
): Draft {
  const [target] = from;
  const isSelect = verb === 'select';
  return {
    dialect,
    path: site.env.module.path,
    query: {
      verb,
      ...(isSelect ? {} : { target: target! }),
      from: isSelect ? from : [],
      ctes,
      subqueries: [],
      columns: [],
      outputs: [],
      conditions: [],
      sorts: [],
      groups: [],
      assigns: [],
      aggregates: false,
      at: site.at,
    },
    binds,
    isOpen: false,
    alias: null,
  };
}

/** The query with a step's parts and changes. */
export function add(draft: Draft, site: CallSite, parts: Parts, change: Partial<SqlQuery> = {}): Draft {
  const { query } = draft;
  const end = site.env.module.path === draft.path ? Math.max(spanEnd(query.at), spanEnd(site.at)) : spanEnd(query.at);
  return {
    ...draft,
    binds: parts.binds.size ? new Map([...draft.binds, ...parts.binds]) : draft.binds,
    isOpen: draft.isOpen || parts.isOpen,
    query: {
      ...query,
      columns: [...query.columns, ...parts.columns],
      conditions: [...query.conditions, ...parts.conditions],
      subqueries: [...query.subqueries, ...parts.subqueries],
      aggregates: query.aggregates || parts.aggregates,
      ...(parts.isPartial ? { isPartial: true as const } : {}),
      ...change,
      at: makeSpan(spanStart(query.at), end),
    },
  };
}

/** The value of a query. */
export function draftValue(draft: Draft): SpecialValue {
  const { path, query, dialect } = draft;
  const join = (other: Value): Value | null => { const second = draftOf(other, dialect); return second && joined(draft, second); };
  const table = (query.target ?? query.from[0])?.table?.name ?? '';
  return {
    k: 'special',
    dialect,
    tag: 'query',
    data: { draft, join },
    key: `${path}:${spanStart(query.at)}>${spanEnd(query.at)}:${query.conditions.length}:${query.outputs.length}:${draft.alias ?? ''}:${table}${draft.extra?.key ?? ''}`,
  };
}

export function draftOf(value: Value | null | undefined, dialect: string): Draft | null {
  return value?.k === 'special' && value.dialect === dialect && value.tag === 'query' ? (value.data['draft'] as Draft) : null;
}

/** One query out of two that grew from the same first step: what only one of them has holds sometimes. */
export function joined(a: Draft, b: Draft): Value | null {
  if (a.path !== b.path || spanStart(a.query.at) !== spanStart(b.query.at) || a.query.verb !== b.query.verb) return null;
  const both = <T>(left: readonly T[], right: readonly T[]): readonly T[] => [...left, ...right.filter((each) => !left.includes(each))];
  const [x, y] = [a.query, b.query];
  const conditions = both(x.conditions, y.conditions).map((each): SqlCondition =>
    each.isOptional || (x.conditions.includes(each) && y.conditions.includes(each)) ? each : { ...each, isOptional: true },
  );
  const { limit: _, ...rest } = x;
  return draftValue({
    ...a,
    binds: new Map([...a.binds, ...b.binds]),
    isOpen: a.isOpen || b.isOpen,
    query: {
      ...rest,
      from: both(x.from, y.from),
      columns: both(x.columns, y.columns),
      outputs: both(x.outputs, y.outputs),
      subqueries: both(x.subqueries, y.subqueries),
      groups: both(x.groups, y.groups),
      conditions,
      sorts: x.sorts.filter((sort) => y.sorts.includes(sort)),
      aggregates: x.aggregates || y.aggregates,
      ...(x.isPartial || y.isPartial ? { isPartial: true as const } : {}),
      ...(x.limit !== undefined && x.limit === y.limit ? { limit: x.limit } : {}),
      at: makeSpan(spanStart(x.at), Math.max(spanEnd(x.at), spanEnd(y.at))),
    },
  });
}

/** Runs a query. */
export function run(flow: Flow, { query, path, binds, isOpen }: Draft): SqlOutcome {
  return flow.queries!.run(flow, query, path, (parameter) => binds.get(parameter) ?? null, isOpen);
}

/** A query among the outputs of another one. */
export const shown = (query: SqlQuery): SqlQuery => ({ ...query, isShown: true });

/** A query inside of another one: its parameters are those of the whole. */
export function nested(parts: Parts, draft: Draft): SqlQuery {
  for (const [name, value] of draft.binds) parts.binds.set(name, value);
  return draft.query;
}

/** What a name of a column in a text is called in the database. */
export type Naming = (name: string) => string;

/** `table.column`, `column` in a text. */
export function reference(naming: Naming, written: string, at: Span, kind?: ColumnRef['kind']): ColumnRef {
  const dot = written.lastIndexOf('.');
  return { ...(dot < 0 ? {} : { qualifier: written.slice(0, dot) }), name: naming(written.slice(dot + 1)), at, ...(kind ? { kind } : {}) };
}

/** Columns are selected that cannot be told: they may be any. */
export function selectUnknown(parts: Parts, at: Span): void {
  parts.isOpen = true;
  parts.columns.push({ name: '*', at, kind: 'read' });
}

/** A parameter of the query that gets this value. */
export function bound(parts: Parts, value: Value, at: Span): SqlCondition['value'] {
  const parameter = `${spanStart(at)}-${spanEnd(at)}`;
  parts.binds.set(parameter, value);
  return { k: 'parameter', parameter };
}

/** The value as a condition has it: a constant, or a parameter. */
export function compared(parts: Parts, value: Value | null, at: Span): SqlCondition['value'] {
  return value?.k === 'const' ? { k: 'constant', v: value.v } : bound(parts, value ?? { k: 'any' }, at);
}

/** Queries put together by UNION and its like: each is one by itself, and the names of the first are those of the whole. */
export function setOf({ ctes, ...first }: SqlQuery, others: readonly SqlQuery[]): SqlQuery {
  return {
    verb: 'select',
    from: [],
    ctes,
    subqueries: [{ ...first, ctes: [] }, ...others],
    columns: [],
    outputs: first.outputs,
    conditions: [],
    sorts: [],
    groups: [],
    assigns: [],
    aggregates: false,
    isSet: true,
    at: first.at,
  };
}
