/** What each query asks of an index: for every table it visits, the columns it looks rows up by. */
import type { Project } from './project.js';
import type { Column, Place, Relationship, Table } from './schema.js';
import type { Condition, Context, Query, QuerySource, RelationshipUse } from './usage.js';
import { isApplication } from './column-uses.js';
import { hasFewValues, isBoolean, isUnindexable } from './column-kinds.js';
import { impliesUnique, isServedInOrder, servedPartOf } from './key-coverage.js';
import { shownAt } from './shared-code.js';
import { sqlName } from './sql-text.js';
import { isPolymorphic, kindBeside } from './tables.js';

/** One visit of a query to a table. */
export interface Lookup {
  readonly table: Table;
  /** Compared for equality with a value known at that moment, in the order of the query. */
  readonly equal: readonly Column[];
  /** One range or sort column that an index can serve after the equal ones. */
  readonly next: Column | null;
  /** Equality that only some paths through the code add. */
  readonly optional: readonly Column[];
  /** Conditions on constants, as SQL: what the predicate of a partial index may say. */
  readonly constants: readonly string[];
  /** Compared with one value that no index should start with: constants, booleans, null. An index that has them serves all the same. */
  readonly fixed: readonly Column[];
  /** All the conditions that are known to hold, as SQL: `constants` and null tests. */
  readonly holds: readonly string[];
  /** Equality on `lower(column)`. */
  readonly lowered: readonly Column[];
  readonly sortsOnly: boolean;
  readonly isPartial: boolean;
  readonly place: Place;
  readonly context: Context;
  /** The query, or null for a relationship that is loaded. */
  readonly query: Query | null;
}

const known = new WeakMap<Project, ReadonlyMap<Table, readonly Lookup[]>>();

/** The lookups of application code into the table, whether or not something serves them. */
export function lookupsInto(project: Project, table: Table): readonly Lookup[] {
  let all = known.get(project);
  if (!all) known.set(project, (all = collect(project)));
  return all.get(table) ?? [];
}

function collect(project: Project): Map<Table, Lookup[]> {
  const found = new Map<Table, Lookup[]>();
  const loads = loadsOf(project.usage.relationshipUses.filter(isApplication)).flatMap((use) => lookupOfLoad(use.relationship, use.place, use.context));
  for (const lookup of [...project.usage.queries.filter(isApplication).flatMap((query) => shown(lookupsOf(query), shownAt(project, query))), ...loads]) {
    const list = found.get(lookup.table);
    if (list) list.push(lookup);
    else found.set(lookup.table, [lookup]);
  }
  return found;
}

/** Where relationships are loaded: by a query that asks for them, or by reading them from a row. */
function loadsOf(uses: readonly RelationshipUse[]): readonly RelationshipUse[] {
  const functionOf = ({ relationship, context }: RelationshipUse) => `${context.path}\0${context.fn ?? ''}\0${relationship.table.name}.${relationship.name}`;
  const asked = uses.filter((use) => use.how === 'asked');
  const [askedIn, askedFor] = [new Set(asked.map(functionOf)), new Set(asked.map((use) => use.relationship))];
  return uses.flatMap((use): RelationshipUse[] => {
    // The function that reads it has asked for it: it came with the rows.
    if (use.how === 'set' || (use.how === 'lazy' && askedIn.has(functionOf(use)))) return [];
    if (use.how !== 'held') return [use];
    // It came with its row, from a query that is not seen where none is.
    return askedFor.has(use.relationship) ? [] : [{ ...use, context: { ...use.context, inLoop: false } }];
  });
}

/** The lookups of one query, with the place where a reader sees what it asks for. */
function shown(lookups: readonly Lookup[], place: Place): readonly Lookup[] {
  return lookups.every((lookup) => lookup.place === place) ? lookups : lookups.map((lookup) => ({ ...lookup, place }));
}

/** A collection is loaded by the key that points back; one row is loaded by its own key. */
function lookupOfLoad(relationship: Relationship, place: Place, context: Context): Lookup[] {
  const { foreignKey, through, table, target, many } = relationship;
  const back = through
    ? only(through.foreignKeys.filter((key) => key.target === table))
    : foreignKey && foreignKey.table === target && (foreignKey.target !== target || many)
      ? foreignKey
      : null;
  if (!back) return [];
  const kind = isPolymorphic(back) ? kindBeside(back.columns[0]) : null;
  return [
    {
      table: back.table,
      equal: servedPartOf(back) ?? back.columns,
      next: null,
      optional: [],
      constants: [],
      fixed: kind ? [kind] : [],
      holds: [],
      lowered: [],
      sortsOnly: false,
      isPartial: false,
      place,
      context,
      query: null,
    },
  ];
}

/** A join's equation between two sources. */
interface Tie { readonly from: QuerySource; readonly fromColumn: Column; readonly to: QuerySource; readonly toColumn: Column }

/**
 * The lookups of one query. The source with the most selective filter comes first, or another one that narrows where indexes serve
 * the whole way from there; a join adds its column on the side that is then looked up, never on the side that supplies the value.
 */
export function lookupsOf(query: Query): readonly Lookup[] {
  const ties = tiesOf(query);
  const first = firstVisited(query);
  const plan = planFrom(query, ties, first);
  if (query.sources.length < 2 || plan.every(isServed)) return plan;
  const others = query.sources.filter(
    (source) => source !== first && (source.join !== 'left' || isAskedFor(query, source)) && (selectivity(query, source) >= 2 || isNamed(query, source)),
  );
  const isWay = (source: QuerySource, other: readonly Lookup[]) => other.length > (isNamed(query, source) ? 0 : 1) && other.every(isServed);
  return others.map((source) => ({ source, other: planFrom(query, ties, source) })).find(({ source, other }) => isWay(source, other))?.other ?? plan;
}

/** `LEFT JOIN shops s … WHERE s.slug = $1`: a row without a partner is none that is asked for, so that the join may start at either side. */
function isAskedFor(query: Query, source: QuerySource): boolean {
  return filtersOf(query, source).some((condition) => isEquality(condition) && !condition.isJoin && !condition.isOptional);
}

function planFrom(query: Query, ties: readonly Tie[], first: QuerySource): readonly Lookup[] {
  const visited = [first];
  const found = [lookupAt(query, first, [], true)];
  let isOneRow = isOne(found[0]);
  if (selectivity(query, first) === 0 && !isNamed(query, first)) return found.filter(asksForSomething);
  for (let step = nextVisit(query, ties, visited); step; step = nextVisit(query, ties, visited)) {
    const lookup = lookupAt(query, step.source, step.columns, isOneRow);
    isOneRow &&= isOne(lookup);
    visited.push(step.source);
    found.push(lookup);
  }
  return found.filter(asksForSomething);
}

/** A row that its key finds needs no more; nor does a lookup that an index starts with. */
export function isServed({ table, equal, next, fixed, holds, sortsOnly }: Lookup): boolean {
  if (equal.length > 0) return impliesUnique(table, [...equal, ...fixed], holds) || isServedInOrder(table, equal, next, holds, fixed);
  return next !== null && isServedInOrder(table, [next], null, holds, fixed, sortsOnly);
}

function asksForSomething(lookup: Lookup): boolean {
  return lookup.equal.length > 0 || lookup.next !== null || lookup.optional.length > 0 || lookup.lowered.length > 0;
}

function isOne(lookup: Lookup): boolean {
  return impliesUnique(lookup.table, [...lookup.equal, ...lookup.fixed], lookup.holds);
}

function firstVisited(query: Query): QuerySource {
  const ordered = [query.root, ...query.sources.filter((source) => source !== query.root)];
  return ordered.reduce((best, source) => (selectivity(query, source) > selectivity(query, best) ? source : best));
}

/** 3 for one row, 2 for equality, 1 for a range, 0 when the filter narrows little. */
function selectivity(query: Query, source: QuerySource): 0 | 1 | 2 | 3 {
  const filters = filtersOf(query, source).filter((condition) => !condition.isOptional);
  const equal = filters.filter((condition) => isEquality(condition) && condition.value.k !== 'constant').map((condition) => condition.column);
  if (impliesUnique(source.table, filters.filter((condition) => condition.op === '=').map((condition) => condition.column))) return 3;
  if (equal.some((column) => !hasFewValues(column))) return 2;
  return filters.some((condition) => condition.op === 'range') ? 1 : 0;
}

/** A row of a library's catalogue that the code calls by its name (`content_type__model="post"`): it has one for each kind of thing. */
function isNamed(query: Query, source: QuerySource): boolean {
  return (
    source.table.isExternal &&
    filtersOf(query, source).some(
      (condition) => condition.op === '=' && condition.value.k === 'constant' && !condition.isOptional && !hasFewValues(condition.column),
    )
  );
}

function nextVisit(query: Query, ties: readonly Tie[], visited: readonly QuerySource[]): { source: QuerySource; columns: readonly Column[] } | null {
  for (const source of query.sources) {
    if (visited.includes(source)) continue;
    const columns = ties.filter((tie) => tie.to === source && visited.includes(tie.from)).map((tie) => tie.toColumn);
    if (columns.length > 0) return { source, columns: [...new Set(columns)] };
  }
  return null;
}

function tiesOf(query: Query): Tie[] {
  const written = query.conditions.flatMap((condition): Tie[] => {
    const { source, column, value } = condition;
    if (condition.op !== '=' || condition.inOr || condition.wrapped || value.k !== 'column' || value.source === source) return [];
    return bothWays(source, column, value.source, value.column);
  });
  const untied = query.sources.filter((source) => source !== query.root && !written.some((tie) => tie.to === source));
  return [...written, ...untied.flatMap((source) => tieByKey(query.root, source))];
}

/** A join that follows a relationship: along the only key between the two tables. */
function tieByKey(root: QuerySource, source: QuerySource): Tie[] {
  const key = only([
    ...root.table.foreignKeys.filter((one) => one.target === source.table),
    ...(root.table === source.table ? [] : source.table.foreignKeys.filter((one) => one.target === root.table)),
  ]);
  if (!key || key.columns.length !== 1) return [];
  return key.table === root.table ? bothWays(root, key.columns[0], source, key.targetColumns[0]) : bothWays(source, key.columns[0], root, key.targetColumns[0]);
}

function bothWays(from: QuerySource, fromColumn: Column, to: QuerySource, toColumn: Column): Tie[] {
  return [{ from, fromColumn, to, toColumn }, { from: to, fromColumn: toColumn, to: from, toColumn: fromColumn }];
}

/** Conditions on the source alone that narrow the result. */
function filtersOf(query: Query, source: QuerySource): readonly Condition[] {
  return query.conditions.filter(
    (condition) =>
      condition.source === source &&
      !condition.inOr &&
      condition.value.k !== 'column' &&
      !condition.wrapped &&
      !isUnindexable(condition.column) &&
      !asksForNone(condition),
  );
}

/** `LEFT JOIN lines l … WHERE l.id IS NULL`: that there is no such row, which none is found by. */
function asksForNone({ op, column, source }: Condition): boolean {
  return op === 'null' && source.join === 'left' && !column.nullable;
}

function isEquality(condition: Condition): boolean {
  return condition.op === '=' || condition.op === 'in';
}

function lookupAt(query: Query, source: QuerySource, joined: readonly Column[], inOrder: boolean): Lookup {
  const filters = filtersOf(query, source);
  const required = filters.filter((condition) => !condition.isOptional);
  // A constant, or one of a few values out of a list, is never what an index starts with.
  const isKey = (condition: Condition) =>
    isEquality(condition) && condition.value.k !== 'constant' && !isBoolean(condition.column) && !(condition.op === 'in' && hasFewValues(condition.column));
  const equal = [...new Set([...joined.filter((column) => !isUnindexable(column)), ...required.filter(isKey).map((condition) => condition.column)])];
  const constants = required.flatMap(constantAsSql);
  const hasList = required.some((condition) => condition.op === 'in' && isKey(condition));
  // `amount > 0` asks for a state, and most rows may be in it.
  const range =
    required.find(
      (condition) => condition.op === 'range' && condition.value.k !== 'constant' && !equal.includes(condition.column) && !hasFewValues(condition.column),
    )?.column ?? rangeOfAll(query, source, equal);
  const sort = inOrder && !hasList ? sortColumn(query, source, equal) : null;
  const isSortUseful = sort !== null && (range === null || query.limit !== null) && (equal.length > 0 || query.limit !== null);
  const next = isSortUseful ? sort : range;
  return {
    table: source.table,
    equal,
    next,
    optional: filters.filter((condition) => condition.isOptional && isKey(condition) && !equal.includes(condition.column)).map((condition) => condition.column),
    constants,
    fixed: required.filter((condition) => condition.op === 'null' || (condition.op === '=' && !isKey(condition))).map((condition) => condition.column),
    holds: [...constants, ...required.flatMap(exclusionAsSql)],
    lowered: query.conditions
      .filter(
        (condition) =>
          condition.source === source && condition.op === '=' && condition.wrapped?.toLowerCase() === 'lower' && !condition.inOr && !condition.isOptional,
      )
      .map((condition) => condition.column),
    sortsOnly: equal.length === 0 && next !== null && next === sort && next !== range,
    isPartial: query.isPartial,
    place: query.place,
    context: query.context,
    query,
  };
}

/** `sent_at < a AND sent_at > b OR sent_at < c AND sent_at > d`: each alternative asks for a part of one column's values. */
function rangeOfAll(query: Query, source: QuerySource, equal: readonly Column[]): Column | null {
  const [first, ...others] = query.conditions.filter((condition) => condition.inOr);
  if (
    !first ||
    others.length === 0 ||
    query.isPartial ||
    first.source !== source ||
    equal.includes(first.column) ||
    hasFewValues(first.column) ||
    isUnindexable(first.column)
  )
    return null;
  const isRange = ({ source: from, column, op, value, wrapped, isOptional }: Condition) =>
    from === source && column === first.column && op === 'range' && value.k === 'parameter' && !wrapped && !isOptional;
  return [first, ...others].every(isRange) ? first.column : null;
}

/** The first column sorted by, if it is this source's and an index adds something: not the primary key, not one of a few values. */
function sortColumn(query: Query, source: QuerySource, equal: readonly Column[]): Column | null {
  if (query.isAggregate || query.expects === 'count' || query.expects === 'exists') return null;
  const first = query.sorts.find((sort) => !equal.includes(sort.column));
  if (!first || first.source !== source || hasFewValues(first.column) || isUnindexable(first.column)) return null;
  return source.table.primaryKey?.columns.includes(first.column) ? null : first.column;
}

/** `status = 'new'`, `is_active`, `deleted_at IS NULL`: nothing for other conditions. */
export function constantAsSql(condition: Condition): string[] {
  const name = sqlName(condition.column.name);
  if (condition.op === 'null') return [`${name} IS NULL`];
  if (condition.op !== '=' || condition.value.k !== 'constant') return [];
  return [`${name} = ${sqlValue(condition.value.v)}`];
}

/** `email IS NOT NULL`, `status <> 'down'`: nothing for other conditions. */
function exclusionAsSql(condition: Condition): string[] {
  const name = sqlName(condition.column.name);
  if (condition.op === 'not-null') return [`${name} IS NOT NULL`];
  return condition.op === '<>' && condition.value.k === 'constant' ? [`${name} <> ${sqlValue(condition.value.v)}`] : [];
}

function sqlValue(value: string | number | boolean): string {
  return typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value);
}

function only<T>(items: readonly T[]): T | null {
  return items.length === 1 ? items[0] : null;
}
