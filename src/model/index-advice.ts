/** The indexes that the queries of the application need and the schema does not have. */
import { hasFewValues } from './column-kinds.js';
import { isServedByIndex, leadingColumns } from './key-coverage.js';
import { isDead } from './liveness.js';
import { isServed, lookupsInto, type Lookup } from './lookups.js';
import type { Project } from './project.js';
import type { Column, Table } from './schema.js';
import { sqlName } from './sql-text.js';
import { hidesItsKeys, isForeignKeyColumn, isOwnTable, kindBeside, tieOf } from './tables.js';
import { uniqueAdvice, type UniqueProposal } from './unique-advice.js';
import { isTenantKey } from './unique-evidence.js';

export interface IndexProposal {
  readonly table: Table;
  /** The proposed key: columns compared for equality first, the one that most queries share at the very first, then one range or sort column. */
  readonly columns: readonly Column[];
  readonly equal: readonly Column[];
  /** What every query served asks for besides, as SQL: the predicate of a partial index. */
  readonly predicates: readonly string[];
  /** A functional index on `lower(column)`. */
  readonly isLowered: boolean;
  readonly lookups: readonly Lookup[];
  readonly confidence: 'high' | 'medium' | 'low';
}

/** So many columns that are compared for equality leave few rows: more of them make an index larger and no lookup quicker. */
const WIDEST = 3;

const RANK = { high: 2, medium: 1, low: 0 } as const;
const known = new WeakMap<Project, ReadonlyMap<Table, readonly IndexProposal[]>>();

/** The indexes to create on the table, one proposal for each, after the unique keys that the code relies on. */
export function indexAdvice(project: Project, table: Table): readonly IndexProposal[] {
  let all = known.get(project);
  if (!all) known.set(project, (all = new Map(project.schema.tables.map((one) => [one, advise(project, one)]))));
  return all.get(table) ?? [];
}

/** The lookups that a unique key would serve which nothing serves now. */
export function lookupsServedBy(project: Project, key: UniqueProposal): readonly Lookup[] {
  return lookupsInto(project, key.table).filter((lookup) => !isServed(lookup) && isServedByKey(lookup, key));
}

/** A table that the config calls small: a scan of it costs nothing. */
export function isSmall(project: Project, table: Table): boolean {
  return project.settings.smallTables.some((name) => name === table.name || name === `${table.schema}.${table.name}`);
}

function advise(project: Project, table: Table): readonly IndexProposal[] {
  if (!isOwnTable(table) || hidesItsKeys(table) || isDead(project, table) || isSmall(project, table)) return [];
  const all = lookupsInto(project, table);
  const keys = uniqueAdvice(project, table).filter((key) => key.confidence !== 'low');
  const shares = countColumns(all);
  // The primary key that the table is to get serves what asks for its first column.
  const [tied] = tieOf(project.schema, table);
  const open = all.filter((lookup) => !isServed(lookup) && !keys.some((key) => isServedByKey(lookup, key)) && !(tied && lookup.equal.includes(tied)));
  const proposals = byColumns(open.flatMap((lookup) => propose(project, table, lookup, shares, keys)));
  return weighTogether(project, mergePrefixes(proposals));
}

function isServedByKey(lookup: Lookup, key: UniqueProposal): boolean {
  if (lookup.equal.length === 0 || !key.predicates.every((predicate) => lookup.holds.includes(predicate))) return false;
  if (key.columns.every((column) => lookup.equal.includes(column))) return true;
  const start = key.columns.slice(0, lookup.equal.length);
  return start.every((column) => lookup.equal.includes(column)) && (lookup.next === null || key.columns[lookup.equal.length] === lookup.next);
}

function countColumns(lookups: readonly Lookup[]): ReadonlyMap<Column, number> {
  const counts = new Map<Column, number>();
  for (const lookup of lookups) for (const column of lookup.equal) counts.set(column, (counts.get(column) ?? 0) + 1);
  return counts;
}

function propose(project: Project, table: Table, lookup: Lookup, shares: ReadonlyMap<Column, number>, keys: readonly UniqueProposal[]): IndexProposal[] {
  const kinds = kindsBeside(lookup);
  const one = { table, predicates: lookup.constants.filter((constant) => !kinds.some((kind) => isAbout(constant, kind))), lookups: [lookup], isLowered: false };
  if (lookup.equal.length === 0 && lookup.next === null) {
    const [column] = lookup.lowered.length > 0 ? lookup.lowered : lookup.optional;
    if (!column || isServedByIndex(table, [column], lookup.holds) || (lookup.lowered.length > 0 && hasLowerIndex(table, column))) return [];
    return [{ ...one, columns: [column], equal: [column], isLowered: lookup.lowered.length > 0, confidence: 'low' }];
  }
  const position = (column: Column) => table.columns.indexOf(column);
  const rank = (column: Column) => (hasFewValues(column) ? 1 : 0);
  const asked = kindFirst(
    shares,
    [...lookup.equal].sort(
      (a, b) =>
        rank(a) - rank(b) ||
        (shares.get(b) ?? 0) - (shares.get(a) ?? 0) ||
        Number(isForeignKeyColumn(b)) - Number(isForeignKeyColumn(a)) ||
        position(a) - position(b),
    ),
  );
  const equal = [...kinds, ...asked].slice(0, WIDEST);
  const next = kinds.length + asked.length > WIDEST ? null : lookup.next;
  const existing = [
    ...leadingColumns(table, lookup.holds).map((columns) => columns.filter((column) => !lookup.fixed.includes(column))),
    ...keys.map((key) => key.columns),
  ];
  return [
    {
      ...one,
      columns: next ? [...equal, next] : equal,
      equal,
      confidence: startsAtConstant(table, lookup) ? 'low' : confidenceOf(project, lookup, equal, existing),
    },
  ];
}

/**
 * The kinds that a query names whose keys it asks for (`owner_type = 'order' AND owner_id = $1`): another query names another kind, and one index of the pair
 * serves both.
 */
function kindsBeside({ equal, constants }: Lookup): readonly Column[] {
  return equal.flatMap((column) => {
    const kind = kindBeside(column);
    return kind && !equal.includes(kind) && constants.some((constant) => isAbout(constant, kind)) ? [kind] : [];
  });
}

/** `owner_type = 'order'` */
const isAbout = (constant: string, column: Column): boolean => constant.startsWith(`${sqlName(column.name)} = `);

/** A pair that names a row of any table (`owner_type`, `owner_id`) goes kind first, unless more queries ask for the key alone. */
function kindFirst(shares: ReadonlyMap<Column, number>, columns: readonly Column[]): readonly Column[] {
  const kindOf = (key: Column): Column | undefined =>
    columns.find((column) => /_id$/.test(key.name) && column.name === key.name.replace(/_id$/, '_type') && (shares.get(column) ?? 0) >= (shares.get(key) ?? 0));
  const kinds = new Set(columns.flatMap((column) => kindOf(column) ?? []));
  return columns.flatMap((column) => (kinds.has(column) ? [] : kindOf(column) ? [kindOf(column)!, column] : [column]));
}

/** An index starts with the state, or one of a list of states, that a query without any other equality asks for: what is left is to be sorted or cut off. */
function startsAtConstant(table: Table, lookup: Lookup): boolean {
  const isListed = (column: Column) =>
    lookup.query?.conditions.some((one) => one.column === column && one.op === 'in' && !one.isOptional && !one.inOr && !one.wrapped) === true;
  return (
    lookup.equal.length === 0 &&
    leadingColumns(table, lookup.holds).some(
      ([first]) => first !== undefined && (isListed(first) || lookup.constants.some((constant) => constant.startsWith(`${sqlName(first.name)} = '`))),
    )
  );
}

function confidenceOf(project: Project, lookup: Lookup, equal: readonly Column[], existing: readonly (readonly Column[])[]): IndexProposal['confidence'] {
  // How much of the table a range alone leaves nobody can tell, so it must be asked for often.
  if (equal.length === 0 && !isAskedOften(lookup) && lookup.query?.limit === null) return 'low';
  // `starts <= now AND ends >= now`: of one bound nearly all rows are on the right side, and which one that is nobody can tell.
  if (equal.length === 0 && isBetween(lookup)) return 'low';
  // A range that stands beside keys of which some path or other adds one narrows what is narrow already; an order spares the sorting all the same.
  if (equal.length === 0 && lookup.optional.length > 0 && !lookup.query?.sorts.some((sort) => sort.column === lookup.next)) return 'low';
  // A command that somebody starts by hand or once a day may read the whole table.
  if (lookup.context.entry === 'command' || lookup.isPartial || lookup.sortsOnly || existing.some((columns) => narrowsEnough(project, columns, equal)))
    return 'low';
  if (equal.every(hasFewValues)) return lookup.next ? 'medium' : 'low';
  return 'high';
}

/** Ranges of two columns, by neither of which the rows are ordered; one of keys only says which part of the table is meant. */
function isBetween({ query, table, next }: Lookup): boolean {
  const ranges = (query?.conditions ?? [])
    .filter(
      (one) =>
        one.source.table === table &&
        one.op === 'range' &&
        one.value.k === 'parameter' &&
        !table.primaryKey?.columns.includes(one.column) &&
        !one.isOptional &&
        !one.inOr,
    )
    .map((one) => one.column);
  return new Set(ranges).size > 1 && query?.sorts.some((sort) => sort.column === next) !== true;
}

/**
 * A loop, a job, a listener or a request; of what a request reaches through services only a list in an order: what is counted or cleared away there may be so
 * once a day.
 */
function isAskedOften({ context, query, next }: Lookup): boolean {
  if (context.inLoop || context.entry === 'worker' || context.entry === 'message' || context.alsoIn || (context.entry !== null && !context.isReached))
    return true;
  return context.entry !== null && query?.sorts.some((sort) => sort.column === next) === true;
}

/**
 * Whether an index that starts with `columns` leaves few rows for a lookup by `equal`: it holds all of them that tell rows
 * apart, or one that does so by itself, which the tenant's key does not.
 */
function narrowsEnough(project: Project, columns: readonly Column[], equal: readonly Column[]): boolean {
  const end = columns.findIndex((column) => !equal.includes(column));
  const shared = end < 0 ? columns : columns.slice(0, end);
  if (shared.length === 0) return false;
  // Of the rows of an organization's tenant none but the organization's are asked for: its own key tells all that the tenant's does.
  const telling = equal.filter(
    (column) => !hasFewValues(column) && !equal.some((other) => other !== column && shared.includes(other) && isImplied(column, other)),
  );
  return (
    (telling.length > 0 || shared.length === equal.length) &&
    (telling.every((column) => shared.includes(column)) || shared.some((column) => telling.includes(column) && !isTenantKey(project, column)))
  );
}

/** The row that one key points at has the other key itself. */
function isImplied(column: Column, other: Column): boolean {
  const targetOf = (one: Column) => one.table.foreignKeys.find((key) => key.columns.length === 1 && key.columns[0] === one)?.target;
  const target = targetOf(column);
  return (
    target !== undefined &&
    target !== targetOf(other) &&
    targetOf(other)?.foreignKeys.some((key) => key.target === target && key.columns[0]?.name === column.name) === true
  );
}

function hasLowerIndex(table: Table, column: Column): boolean {
  return table.indexes.some((index) => new RegExp(`lower\\(\\W*${column.name}\\b`, 'i').test(index.parts[0]?.expression ?? ''));
}

function byColumns(proposals: readonly IndexProposal[]): IndexProposal[] {
  const groups = new Map<string, IndexProposal>();
  for (const proposal of proposals) {
    const name = `${proposal.isLowered}${proposal.columns.map((column) => column.name).join()}`;
    const group = groups.get(name);
    groups.set(name, group ? joined(group, proposal) : proposal);
  }
  return [...groups.values()];
}

/** One index for the queries of both: the columns of the first, the predicate that all of them share. */
function joined(wide: IndexProposal, narrow: IndexProposal): IndexProposal {
  const isSame = wide.predicates.length === narrow.predicates.length && wide.predicates.every((one) => narrow.predicates.includes(one));
  return {
    ...wide,
    predicates: isSame ? wide.predicates : [],
    lookups: [...wide.lookups, ...narrow.lookups],
    confidence: RANK[narrow.confidence] > RANK[wide.confidence] ? narrow.confidence : wide.confidence,
  };
}

/** A proposal that another one starts with is served by it; one that rests on weak evidence does not widen a better one. */
function mergePrefixes(proposals: readonly IndexProposal[]): IndexProposal[] {
  const merged: IndexProposal[] = [];
  for (const proposal of [...proposals].sort(
    (a, b) => RANK[b.confidence] - RANK[a.confidence] || b.columns.length - a.columns.length || b.lookups.length - a.lookups.length,
  )) {
    const at = merged.findIndex((wide) => wide.isLowered === proposal.isLowered && startsWith(wide, proposal));
    if (at >= 0) merged[at] = joined(merged[at], proposal);
    else merged.push(proposal);
  }
  return merged;
}

function startsWith(wide: IndexProposal, narrow: IndexProposal): boolean {
  const start = wide.columns.slice(0, narrow.equal.length);
  if (start.length < narrow.equal.length || !start.every((column) => narrow.equal.includes(column))) return false;
  return narrow.columns.length === narrow.equal.length || wide.columns[narrow.equal.length] === narrow.columns[narrow.equal.length];
}

/** Once the index that most queries ask for is there, another one that only adds to it is worth little. */
function weighTogether(project: Project, proposals: readonly IndexProposal[]): IndexProposal[] {
  const accepted: IndexProposal[] = [];
  for (const proposal of [...proposals].sort(
    (a, b) => RANK[b.confidence] - RANK[a.confidence] || b.lookups.length - a.lookups.length || b.columns.length - a.columns.length,
  )) {
    const isExtra = accepted.some(
      (other) => other.confidence !== 'low' && other.predicates.length === 0 && narrowsEnough(project, other.columns, proposal.equal),
    );
    accepted.push(isExtra ? { ...proposal, confidence: 'low' } : proposal);
  }
  return accepted.sort((a, b) => a.columns[0].table.columns.indexOf(a.columns[0]) - b.columns[0].table.columns.indexOf(b.columns[0]));
}
