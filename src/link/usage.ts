/** What evaluation recorded → the usage that rules see: contexts are added, values become columns, copies are paired up. */
import { isWithin, spanStart } from '../facts/span.js';
import type { Model } from '../flow/model.js';
import { isMoment } from '../flow/moves.js';
import { mayBeNull, orElseNull } from '../flow/nulls.js';
import { isSurelyThere } from '../flow/presence.js';
import type { QueryState } from '../flow/query.js';
import type { Recorder } from '../flow/record.js';
import type { QueryRecord } from '../flow/records.js';
import { keyOf } from '../flow/value-keys.js';
import { membersOf, type ColumnValue, type Value } from '../flow/value.js';
import { placeKey } from '../model/places.js';
import type { Column, ForeignKey, Place, Schema, Table } from '../model/schema.js';
import type { Condition, Context, Exposure, Gap, Guard, Insert, PossibleUse, Query, QuerySource, TableUse, Usage, Use, WrittenValue } from '../model/usage.js';
import { copiesOf } from './copies.js';
import { linkGap } from './named-gaps.js';
import { withUnnamed } from './unnamed.js';

export type ContextAt = (place: Place) => Context;

/**
 * What the code around places tells. `areExclusive`: only one of the two is ever reached in one pass; `areLoopsApart`: they stand in two loops, one after the
 * other.
 */
export interface Surroundings {
  readonly contextAt: ContextAt;
  readonly areExclusive: (a: Place, b: Place) => boolean;
  readonly areLoopsApart: (a: Place, b: Place) => boolean;
}

/** Turns records into usage. `possible` and `clientUses` come from their own passes. */
export function linkUsage(
  record: Recorder,
  schema: Schema,
  around: Surroundings,
  possible: ReadonlyMap<string, readonly PossibleUse[]>,
  clientUses: readonly Use[],
  gaps: readonly Gap[],
): Usage {
  const { contextAt } = around;
  const uses: Use[] = onePerSite(
    [...record.columns.values()].map((each): Use => ({
      table: each.column.table,
      column: each.column,
      kind: each.kind,
      via: each.via,
      place: each.place,
      context: contextAt(each.place),
      ...(each.kind === 'write' ? { value: writtenValue(each.value), atInsert: each.atInsert ?? false } : {}),
      ...(each.isTest ? { isTest: true } : {}),
      ...(each.isDereference ? { isDereference: true } : {}),
      ...(each.isMeasured ? { isMeasured: true } : {}),
      ...(each.isCompound ? { isCompound: true } : {}),
    })),
  );
  const exposures = [...record.exposures.values()].map((each): Exposure => ({
    table: each.model.table,
    name: each.name,
    columns: each.columns,
    all: each.all,
    ...(each.isComputed ? { isComputed: true } : {}),
    place: each.place,
    context: contextAt(each.place),
  }));
  for (const exposure of record.exposures.values())
    for (const column of exposure.columns) {
      const place = exposure.places?.get(column) ?? exposure.place;
      uses.push({ table: column.table, column, kind: 'expose', via: exposure.all ? 'catch-all' : 'serializer', place, context: contextAt(place) });
    }
  const queries = queriesOf(record, contextAt);
  const tableUses: TableUse[] = [...record.tables.values()].map((each) => ({
    table: each.model.table,
    kind: each.kind,
    place: each.place,
    context: contextAt(each.place),
    ...(each.isTypeOnly ? { isTypeOnly: true } : {}),
    ...(each.isAdmin ? { isAdmin: true } : {}),
    ...(each.isGivenOn ? { isGivenOn: true } : {}),
  }));
  for (const query of queries)
    for (const source of query.sources)
      tableUses.push({
        table: source.table,
        kind: query.verb === 'select' || source !== query.root ? 'select' : query.verb,
        place: query.place,
        context: query.context,
      });
  for (const exposure of exposures) tableUses.push({ table: exposure.table, kind: 'expose', place: exposure.place, context: exposure.context });
  const inserts = [...record.inserts.values()].flatMap((each) =>
    insertsOf(each.model, {
      table: each.model.table,
      values: new Map([...each.values].map(([column, value]) => [column, writtenValue(each.nulls.has(column) ? orElseNull(value) : value)])),
      isOpen: each.opens.size > 0,
      ...(each.isFilledLater && !record.filledUnseen.has(each.model) ? { isFilledLater: true as const } : {}),
      isUpsert: each.isUpsert,
      place: each.place,
      context: contextAt(each.place),
    }),
  );
  // Of a helper it is known where its callers tell.
  const isTold = new Set(inserts.map((each) => placeKey(each.place)));
  const isNamed = (place: Place): boolean => [...queries, ...inserts].some((each) => each.place.path === place.path && isWithin(place.at, each.place.at));
  return {
    uses: [...uses, ...clientUses].sort(byPlace),
    tableUses: withoutNamesOf(tableUses).sort(byPlace),
    inserts: inserts.sort(byPlace),
    queries: queries.sort(byPlace),
    copies: copiesOf(record, schema, around).sort(byPlace),
    exposures,
    possible: withUnnamed(possible, record, contextAt, isNamed),
    relationshipUses: [...record.relationships.values()].flatMap((each) =>
      each.relationship.relationship
        ? [{ relationship: each.relationship.relationship, how: each.how, place: each.place, context: contextAt(each.place) }]
        : [],
    ),
    gaps: [...gaps, ...[...record.gaps.values()].flatMap((each) => linkGap(schema, each, each.place !== null && contextAt(each.place).role !== 'application'))],
    unknown: [...record.unknown.values()].map((each) => ({
      table: each.model?.table ?? null,
      name: each.name,
      schema: each.schema,
      place: each.place,
      columns: each.columns ?? [],
      context: contextAt(each.place),
      ...(each.isInsert && !isTold.has(placeKey(each.place)) ? { isInsert: true as const } : {}),
    })),
  };
}

const byPlace = (a: { readonly place: Place }, b: { readonly place: Place }): number =>
  a.place.path < b.place.path ? -1 : a.place.path > b.place.path ? 1 : spanStart(a.place.at) - spanStart(b.place.at);

/** A table of several models is used once where code means a row of any of them. */
function onePerSite(uses: readonly Use[]): Use[] {
  const known = new Map<Column, Map<string, number>>();
  const kept: Use[] = [];
  for (const use of uses) {
    if (use.table.submodels.length === 0 || use.kind === 'write') { kept.push(use); continue; }
    const site = `${use.place.path}:${spanStart(use.place.at)}:${use.kind}:${use.via}`;
    let sites = known.get(use.column);
    if (!sites) known.set(use.column, (sites = new Map()));
    const index = sites.get(site);
    if (index === undefined) sites.set(site, kept.push(use) - 1);
    else
      kept[index] = {
        ...kept[index]!,
        ...(use.isTest ? { isTest: true } : {}),
        ...(use.isDereference ? { isDereference: true } : {}),
        ...(use.isMeasured ? { isMeasured: true } : {}),
      };
  }
  return kept;
}

/** A model's name inside a call that queries or creates its rows is no use of its own, nor is a step on the way to a query. */
function withoutNamesOf(uses: readonly TableUse[]): TableUse[] {
  const spans = new Map<string, TableUse[]>();
  const key = (use: TableUse): string => `${use.place.path}\0${nameOf(use.table)}`;
  for (const use of uses) if (use.kind !== 'mention') { const list = spans.get(key(use)); if (list) list.push(use); else spans.set(key(use), [use]); }
  const isPartOf = ({ at }: Place, whole: Place): boolean => isWithin(at, whole.at);
  const isStep = (use: TableUse, other: TableUse): boolean => other.kind === 'select' && other.place.at !== use.place.at && isPartOf(use.place, other.place);
  return uses.filter(
    (use) =>
      !(use.kind === 'mention' || use.kind === 'select') ||
      !spans.get(key(use))?.some((other) => (use.kind === 'mention' ? isPartOf(use.place, other.place) : isStep(use, other))),
  );
}

export function writtenValue(value: Value | undefined): WrittenValue {
  if (!value) return { k: 'other' };
  const column = fieldIn(value);
  const onSomePaths = { ...(mayBeNull(value) ? { mayBeNull: true as const } : {}), ...(isSelected(value) ? { isSelected: true as const } : {}) };
  if (column) return { k: 'column', column, ...onSomePaths };
  if (value.k === 'const') return value.v === null ? { k: 'null' } : { k: 'constant', constant: value.v, ...onSomePaths };
  const same = identityOf(value);
  const oneOf = membersOf(value).flatMap((member) => (member.k === 'const' && member.v !== null ? [member.v] : []));
  return {
    k: 'other',
    ...onSomePaths,
    ...(isSurelyThere(value) ? { isThere: true } : {}),
    ...(same ? { same } : {}),
    ...(oneOf.length > 0 && oneOf.length === membersOf(value).length ? { oneOf } : {}),
  };
}

/** The column that a value was read from, or that a statement reads it from: another table of `UPDATE … FROM`, a subquery. */
function fieldIn(value: Value): Column | undefined {
  for (const member of membersOf(value)) {
    if (member.k === 'field' || (member.k === 'column' && member.wrapped === undefined)) return member.model.columns.get(member.attribute);
    if (member.k === 'query' && !member.query.isAggregate) return onlyColumn(member.query.item);
  }
  return undefined;
}

/** Whether a query gives the value, alone or inside an expression: `Coalesce(Subquery(…), 0)`. */
function isSelected(value: Value): boolean {
  return membersOf(value).some((member) => member.k === 'query' || (member.k === 'term' && member.args.list.some((arg) => isSelected(arg.value))));
}

/** The column that a query selects, when that is all it selects. */
function onlyColumn(item: Value): Column | undefined {
  const parts = item.k === 'dict' && item.rest === null ? [...item.entries.values()] : item.k === 'list' ? item.items : [item];
  const [only] = parts;
  return parts.length === 1 && (only!.k === 'field' || only!.k === 'column') ? fieldIn(only!) : undefined;
}

/** What tells an unknown value from others; of several possible origins the one whose type is known. */
function identityOf(value: Value): string | null {
  const members = membersOf(value);
  const named =
    members.find((member) => member.k === 'extobj' && member.id) ?? members.find((member) => (member.k === 'any' || member.k === 'object') && member.id);
  if (named?.k === 'extobj' || named?.k === 'any' || named?.k === 'object') return named.id ?? null;
  return value.k === 'term' && !isMoment(value) ? keyOf(value) : null;
}

function queriesOf(record: Recorder, contextAt: ContextAt): Query[] {
  const keyed = new Map<string, Guard[]>();
  for (const { query, column, place } of record.keyedRows.values()) keyed.set(query, [...(keyed.get(query) ?? []), { k: 'keyed-by', column, place }]);
  const queries = [...record.queries.values()].map((each) => linkQuery(each, contextAt, keyed.get(each.query.id)));
  // Queries that are built and run where we cannot see it: their last states.
  const roots = new Set([...record.finished].map(rootOf));
  const longest = new Map<string, QueryState>();
  for (const state of record.states.values()) {
    const root = rootOf(state.id);
    if (roots.has(root)) continue;
    const known = longest.get(root);
    if (!known || state.id.length > known.id.length) longest.set(root, state);
  }
  // What changes rows may have got its condition there.
  const seen = (state: QueryState): QueryState => (state.verb !== 'select' && record.handedOver.has(state.id) ? { ...state, isPartial: true } : state);
  for (const state of longest.values()) queries.push(linkQuery({ query: seen(state), expects: 'unknown', guards: [], place: state.place }, contextAt));
  return queries;
}

const rootOf = (id: string): string => (id.includes('>') ? id.slice(0, id.indexOf('>')) : id);

function linkQuery(record: QueryRecord, contextAt: ContextAt, keyed: readonly Guard[] = []): Query {
  const { query } = record;
  const { sources, ties, sourceOf } = linkSources(query);
  const conditions = query.conditions.flatMap((condition): Condition[] => {
    const column = condition.column.model.columns.get(condition.column.attribute);
    if (!column) return [];
    return [
      {
        source: sourceOf(condition.column.model, condition.column.alias, column),
        column,
        op: condition.op,
        value: conditionValue(condition.value, column, sourceOf),
        isOptional: condition.isOptional,
        inOr: condition.inOr,
        isJoin: condition.isJoin || condition.column.viaRelation === true,
        wrapped: condition.column.wrapped ?? null,
      },
    ];
  });
  const sorts = query.sorts.flatMap((sort) => {
    const column = sort.column.model.columns.get(sort.column.attribute);
    return column && !sort.isOptional
      ? [{ source: sourceOf(sort.column.model, sort.column.alias, column), column, desc: sort.desc, ...(sort.isDefault ? { isDefault: true as const } : {}) }]
      : [];
  });
  const askedAt = askedElsewhere(record);
  return {
    ...(askedAt ? { askedAt } : {}),
    root: sources[0]!,
    sources,
    conditions: [...saidOnce(conditions), ...ties],
    sorts,
    groups: query.groups.map((group) => group.model.columns.get(group.attribute)).filter((column) => column !== undefined),
    verb: query.verb,
    expects: record.expects as Query['expects'],
    isAggregate: query.isAggregate,
    limit: query.limit,
    offset: query.offset,
    isPartial: query.isPartial,
    guards: [...record.guards, ...keyed],
    place: record.place,
    context: contextAt(record.place),
  };
}

/**
 * Where the first of the columns is named that a query asks one value of, if all of them are in files other than that of the query, and not merely declared
 * there.
 */
function askedElsewhere({ query, place }: QueryRecord): Place | undefined {
  const asked = query.conditions.filter(({ op, value }) => op === '=' && !(value.k === 'const' && value.v === null)).map(({ column }) => column);
  const isElsewhere = ({ model, attribute, place: named }: ColumnValue) =>
    named.path !== place.path && model.columns.get(attribute)?.declarations.every((declared) => declared.place.path !== named.path) !== false;
  return asked.every(isElsewhere) ? asked[0]?.place : undefined;
}

/** What a query says of a column that its model's default scope says as well (`deleted_at IS NULL`) is one condition. */
function saidOnce(conditions: readonly Condition[]): readonly Condition[] {
  return conditions.filter((condition, index) => !conditions.slice(0, index).some((earlier) => isSame(earlier, condition)));
}

function isSame(a: Condition, b: Condition): boolean {
  return (
    a.column === b.column &&
    a.source === b.source &&
    a.op === b.op &&
    a.wrapped === b.wrapped &&
    a.inOr === b.inOr &&
    a.isOptional === b.isOptional &&
    a.isJoin === b.isJoin &&
    a.value.k === b.value.k &&
    (a.value.k === 'null' || (a.value.k === 'constant' && b.value.k === 'constant' && a.value.v === b.value.v))
  );
}

type SourceOf = (model: Model, alias: string | undefined, column: Column) => QuerySource;

/** A row that extends one of another table (joined inheritance) is inserted into both. */
function insertsOf(model: Model, insert: Insert): readonly Insert[] {
  const bases = new Set([...model.columns.values()].map((column) => column.table).filter((table) => table !== insert.table));
  return [
    insert,
    ...[...bases].map((table): Insert => ({ ...insert, table, values: new Map([...insert.values].filter(([column]) => column.table === table)) })),
  ];
}

/**
 * The sources of a query, and which of them a column is of. What a row inherits from a table of its own (joined inheritance) joins that table: `ties` say how.
 */
function linkSources(query: QueryState): { readonly sources: QuerySource[]; readonly ties: Condition[]; readonly sourceOf: SourceOf } {
  const sources: QuerySource[] = query.sources.map((source) => ({ table: source.model.table, alias: source.alias, join: source.join }));
  const ties: Condition[] = [];
  const add = (from: QuerySource, key: ForeignKey): QuerySource => {
    const parent: QuerySource = { table: key.target, alias: from.alias, join: from.join === 'left' ? 'left' : 'inner' };
    sources.push(parent);
    key.columns.forEach((column, i) =>
      ties.push({
        source: parent,
        column: key.targetColumns[i]!,
        op: '=',
        value: { k: 'column', column, source: from },
        isOptional: false,
        inOr: false,
        isJoin: true,
        wrapped: null,
      }),
    );
    return parent;
  };
  const sourceOf: SourceOf = (model, alias, column) => {
    const found =
      sources.find((source) => source.table === column.table && source.alias === (alias ?? null)) ?? sources.find((source) => source.table === column.table);
    if (found) return found;
    const own =
      sources.find((source) => source.table === model.table && source.alias === (alias ?? null)) ??
      sources.find((source) => source.table === model.table) ??
      sources[0]!;
    return keysUpTo(own.table, column.table).reduce(
      (from, key) => sources.find((source) => source.table === key.target && source.alias === from.alias) ?? add(from, key),
      own,
    );
  };
  return { sources, ties, sourceOf };
}

/** The keys by which a row of one table extends a row of another, step by step; none where it does not. */
function keysUpTo(from: Table, to: Table, seen: readonly Table[] = []): readonly ForeignKey[] {
  if (seen.includes(from)) return [];
  for (const key of from.foreignKeys) {
    if (!isOneToOne(key)) continue;
    if (key.target === to) return [key];
    const further = keysUpTo(key.target, to, [...seen, from]);
    if (further.length > 0) return [key, ...further];
  }
  return [];
}

function isOneToOne({ table, columns, targetColumns }: ForeignKey): boolean {
  const keys = [...(table.primaryKey ? [table.primaryKey] : []), ...table.uniques];
  return (
    columns.length === targetColumns.length &&
    keys.some((key) => key.columns.length === columns.length && columns.every((column) => key.columns.includes(column)))
  );
}

function conditionValue(value: Value, compared: Column, sourceOf: SourceOf): Condition['value'] {
  if (value.k === 'const') return value.v === null ? { k: 'null' } : { k: 'constant', v: value.v };
  if (value.k === 'column') {
    const column = value.model.columns.get(value.attribute);
    if (column) return { k: 'column', column, source: sourceOf(value.model, value.alias, column) };
  }
  const member = value.k === 'ext' ? value.name?.split('.').at(-1) : undefined;
  // A member of an enum that comes from a library or is generated (`Status.SENT`) is one value of the column's.
  if (member && (compared.choices?.includes(member) || (value.k === 'ext' && value.name?.includes('.') && /^[A-Z][A-Z\d_]*$/.test(member))))
    return { k: 'constant', v: member };
  if (value.k === 'list' || value.k === 'special' || value.k === 'query') return { k: 'other' };
  // Of a list of values that were read from rows, the column is that of each.
  const from = membersOf(value).map((member) => fieldIn(member.k === 'many' ? member.of : member)).find((column) => column !== undefined);
  const same = from ? null : identityOf(value);
  return { k: 'parameter', ...(from ? { from } : {}), ...(same ? { same } : {}) };
}

const nameOf = (table: Table): string => `${table.schema ?? ''}.${table.name}`;
