/** The query builder of an ORM: it is changed step by step, by whoever holds it. */
import type { Span } from '../../facts/code.js';
import { spanEnd, spanStart } from '../../facts/span.js';
import type { Flow } from '../../flow/evaluate.js';
import type { Model } from '../../flow/model.js';
import { startQuery, type Condition, type QueryState, type Source } from '../../flow/query.js';
import { type ColumnValue, type SpecialValue, type Value } from '../../flow/value.js';
import type { Place } from '../../model/schema.js';
import type { ColumnText } from './query-text.js';

/** A condition or sort with the branches of the code it was added in. */
interface Step<T> { readonly what: T; readonly branches: readonly number[] }

export interface Builder {
  readonly place: Place;
  /** Branches of the code around the place where it was made. */ readonly depth: number;
  id: string;
  root: Model | null;
  rootAlias: string | null;
  /** The builder comes from elsewhere: what it holds already is not known. */
  readonly isForeign: boolean;
  verb: QueryState['verb'] | 'insert';
  readonly sources: Source[];
  readonly conditions: Step<Condition>[];
  sorts: Step<QueryState['sorts'][number]>[];
  readonly groups: ColumnValue[];
  /** What `getRawMany` gives, by name. */
  readonly selected: Map<string, Value>;
  isAggregate: boolean;
  limit: number | null;
  offset: boolean;
  isPartial: boolean;
  isWithDeleted: boolean;
  /** What the rows of the root hold, by attribute; null for all of it. */
  only: Set<string> | null;
  /** Where the rows of an insert are given. */
  inserted: Span | null;
  /** Conditions at the current level of brackets are alternatives. */
  hasOr: boolean;
  /** Conditions that the ORM adds to what it reads. */
  readonly hidden: (model: Model, place: Place, alias: string | null) => readonly Condition[];
}

let made = 0;

/** A new builder of `dialect`; every evaluation of its site makes another one. */
export function makeBuilder(
  flow: Flow,
  dialect: string,
  hidden: Builder['hidden'],
  place: Place,
  root: Model | null,
  alias: string | null,
  isForeign = false,
): SpecialValue {
  const builder: Builder = {
    place,
    depth: flow.branches.length,
    id: `${place.path}:${spanStart(place.at)}:${root?.id ?? ''}`,
    root,
    rootAlias: alias,
    isForeign,
    verb: 'select',
    sources: root ? [{ model: root, alias, join: 'root' }] : [],
    conditions: [],
    sorts: [],
    groups: [],
    selected: new Map(),
    isAggregate: false,
    limit: null,
    offset: false,
    isPartial: isForeign,
    isWithDeleted: false,
    only: null,
    inserted: null,
    hasOr: false,
    hidden,
  };
  return { k: 'special', dialect, tag: 'builder', data: { builder }, key: `${builder.id}#${++made}` };
}

export function builderOf(value: Value | null | undefined, dialect: string): Builder | null {
  return value?.k === 'special' && value.dialect === dialect && value.tag === 'builder' ? (value.data['builder'] as Builder) : null;
}

/**
 * Sets what the builder is about (`from(User, "u")`, `update(User)`). Said again without another name, it is no second table:
 * `users.createQueryBuilder().update(User)`.
 */
export function setRoot(builder: Builder, model: Model, alias: string | null): void {
  if (builder.root === model && alias === null) return;
  if (builder.root) {
    if (!builder.sources.some((source) => source.model === model && source.alias === alias)) builder.sources.push({ model, alias, join: 'inner' });
    return;
  }
  builder.root = model;
  builder.rootAlias = alias;
  builder.id += model.id;
  builder.sources.push({ model, alias, join: 'root' });
}

/** Notes a step, so that states of one builder can be told apart. */
export function step(builder: Builder, at: Span): void {
  builder.id += `>${spanStart(at)}-${spanEnd(at)}`;
}

export const sourceNamed = (builder: Builder, alias: string): Source | undefined =>
  builder.sources.find((source) => source.alias === alias) ?? (builder.isForeign ? builder.sources[0] : undefined);

/** The column that a text names: by property, by physical name, or a relationship for its key. Records its use. */
export function columnOf(
  flow: Flow,
  builder: Builder,
  written: ColumnText,
  place: Place,
  kind: 'filter' | 'sort' | 'group' | 'read' | 'join',
): ColumnValue | null {
  const source = written.alias === null ? builder.sources[0] : sourceNamed(builder, written.alias);
  if (!source) return null;
  const { model } = source;
  const attribute = attributeNamed(model, written.path);
  if (attribute === null) {
    const relationship = model.relationships.get(written.path);
    if (relationship) flow.record.relationship(model, relationship, place, flow.currentFn);
    return null;
  }
  flow.record.column(model, attribute, kind, place, flow.currentFn);
  return {
    k: 'column',
    model,
    attribute,
    place,
    ...(source.alias ? { alias: source.alias } : {}),
    ...(written.wrapped && !/^(coalesce)$/.test(written.wrapped) ? { wrapped: written.wrapped } : {}),
  };
}

/** A property, a column's own name, or the key of a relationship. */
export function attributeNamed(model: Model, path: string): string | null {
  if (model.columns.has(path)) return path;
  for (const [attribute, column] of model.columns) if (column.name === path) return attribute;
  const [relation, key] = path.split('.');
  const relationship = model.relationships.get(relation!);
  const column =
    relationship && !relationship.many && relationship.local.length === 1 && (key === undefined || relationship.remote[0]?.name === key)
      ? relationship.local[0]
      : undefined;
  if (!column || column.table !== model.table) return null;
  for (const [attribute, known] of model.columns) if (known === column) return attribute;
  return null;
}

/** The query as it stands: what was added in a branch that is over holds only sometimes. */
export function stateOf(flow: Flow, builder: Builder): QueryState | null {
  if (!builder.root || builder.isForeign) return null;
  const isSometimes = (branches: readonly number[]): boolean => branches.some((branch, index) => flow.branches[index] !== branch);
  const base = startQuery(
    builder.place,
    builder.root,
    { k: 'row', model: builder.root },
    builder.rootAlias,
    builder.verb === 'insert' ? 'select' : builder.verb,
  );
  const conditions = builder.conditions.map(({ what, branches }) => ({
    ...what,
    isOptional: what.isOptional || isSometimes(branches),
    inOr: what.inOr || (builder.hasOr && !what.isJoin),
  }));
  const hidden = builder.isWithDeleted || builder.verb !== 'select' ? [] : builder.hidden(builder.root, builder.place, builder.rootAlias);
  return {
    ...base,
    id: builder.id,
    sources: builder.sources,
    conditions: [...conditions, ...hidden],
    sorts: builder.sorts.map(({ what, branches }) => ({ ...what, isOptional: isSometimes(branches) })),
    groups: builder.groups,
    isAggregate: builder.isAggregate,
    limit: builder.limit,
    offset: builder.offset,
    isPartial: builder.isPartial,
  };
}

/** Remembers the state for the case that nobody is seen to run it. */
export function remember(flow: Flow, builder: Builder): void {
  const state = stateOf(flow, builder);
  if (state) flow.record.states.set(state.id, state);
}
