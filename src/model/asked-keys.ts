/** By which columns a query tells the rows it asks for from others. */
import { hasFewValues, isFreeText, isIdentifier, isState, isTime, isUnindexable } from './column-kinds.js';
import { constantAsSql } from './lookups.js';
import type { Column } from './schema.js';
import { isSoftDelete } from './key-coverage.js';
import { isForeignKeyColumn } from './tables.js';
import type { Condition, Guard, Query, QuerySource } from './usage.js';

/** `constants`: the columns that the predicates compare with one; `equal`: all that are compared for equality. */
export interface AskedKey {
  readonly columns: Column[];
  readonly predicates: string[];
  readonly constants: Column[];
  readonly equal: Column[];
  /** The rest of the filter says only whether the row may be shown. */
  readonly isWithin?: true;
}

/** Rows of a list are kept by the value of a column. */
export type KeptBy = Guard & { readonly k: 'keyed-by' };

/**
 * Columns of text that are asked for by one constant here and by another there, beside the same columns (`get(key="theme")`, `get(key="logo")`),
 * or by one alone where a single row is expected: the constants are values of a key, not the state that a partial index would name.
 */
export function variedConstants(queries: readonly Query[]): ReadonlySet<Column> {
  const seen = new Map<Column, Map<string, Set<string | number | boolean>>>();
  for (const query of queries) for (const { column, op, value } of query.conditions) {
    if (op !== '=' || value.k !== 'constant' || query.expects === 'many' || hasFewValues(column) || !/^(character|text|varchar|citext)/.test(column.type.name))
      continue;
    const byCompany = seen.get(column) ?? new Map<string, Set<string | number | boolean>>();
    const company = companyOf(query, column);
    seen.set(column, byCompany.set(company, (byCompany.get(company) ?? new Set()).add(value.v)));
  }
  // `get(name="default")`: nothing but that one value is asked for, and one row answers.
  const names = queries.flatMap(({ conditions: [only, ...others], expects, limit }) =>
    expects === 'one' && limit === null && only && others.length === 0 && !isFreeText(only.column) ? [only.column] : [],
  );
  return new Set(
    [...seen]
      .filter(([column, byCompany]) => [...byCompany.values()].some((constants) => constants.size > 1) || names.includes(column))
      .map(([column]) => column),
  );
}

/** The columns that a query asks by beside this one: what has one row of each kind here may have many of another kind, which are told apart by more. */
function companyOf({ conditions }: Query, column: Column): string {
  return [...new Set(conditions.filter((one) => one.op === '=' && one.column !== column && one.value.k !== 'constant').map((one) => one.column.name))]
    .sort()
    .join();
}

/** The columns a query asks by, when it asks by nothing but equality on its own table; null for any other query. */
export function keyOf(query: Query, varied: ReadonlySet<Column>): AskedKey | null {
  if (query.verb !== 'select' || query.isPartial || (query.isAggregate && !isCountedToRefuse(query)) || query.offset || (query.limit ?? 1) > 1) return null;
  // Which comes first is the same where there is one.
  if ((asksForOrder(query) && !(query.expects === 'one' && query.limit === null)) || query.groups.length > 0) return null;
  // Any row but the one at hand: what is asked of the others stays the same.
  const isOther = (condition: Condition) =>
    condition.op === '<>' && !condition.inOr && query.root.table.primaryKey?.columns.includes(condition.column) === true;
  const conditions = query.conditions.filter((condition) => !isOther(condition));
  if (conditions.every((condition) => isPlain(query, condition))) return keyFrom(conditions, varied, []);
  const key = identifierWithin(query, conditions);
  if (key) return { columns: [key], predicates: [], constants: [], equal: [key], isWithin: true };
  const own = byParents(query, conditions);
  return own && keyFrom(own, varied, []);
}

/**
 * `get(project=project, user__email=email)`: what names a row of a parent says which key to it is asked for. Two rows with that key would both answer, so that
 * where one may, they are unique. Null where a parent is asked for by anything that several of its rows may have.
 */
function byParents(query: Query, conditions: readonly Condition[]): readonly Condition[] | null {
  const { root, sources } = query;
  if (!isForOne(query)) return null;
  const own = conditions.filter((condition) => isPlain(query, condition));
  const left = new Set(conditions.filter((condition) => !own.includes(condition)));
  for (const source of sources) {
    if (source === root) continue;
    const join = keyTo(root, source, conditions);
    const asked = conditions.filter((condition) => condition.source === source && condition !== join?.condition);
    if (!join || asked.length === 0 || !asked.every(isOfNaming)) return null;
    for (const condition of [join.condition, ...asked]) left.delete(condition);
    own.push({ source: root, column: join.column, op: '=', value: { k: 'parameter' }, isOptional: false, inOr: false, isJoin: false, wrapped: null });
  }
  return left.size === 0 && sources.length > 1 ? own : null;
}

/** The keys to parents of which the query names one row. */
export function keysToNamed({ root, sources, conditions }: Query): readonly Column[] {
  return sources.flatMap((source) => {
    const join = source === root ? null : keyTo(root, source, conditions);
    return join && conditions.some((condition) => condition.source === source && isOfNaming(condition)) ? [join.column] : [];
  });
}

/** Fails where there are two, or asks whether there is one before it inserts. */
function isForOne({ expects, limit, guards }: Query): boolean {
  return (expects === 'one' && limit === null) || guards.some(({ k }) => k === 'insert-if-absent' || k === 'refuse-if-present' || k === 'get-or-create');
}

/** The column of a source that a parent is joined by. */
function keyTo(child: QuerySource, parent: QuerySource, conditions: readonly Condition[]): { readonly condition: Condition; readonly column: Column } | null {
  const key = parent.table.primaryKey?.columns;
  if (key?.length !== 1) return null;
  for (const condition of conditions) {
    const { source, column, op, value, isOptional, inOr } = condition;
    if (op !== '=' || value.k !== 'column' || isOptional || inOr) continue;
    if (source === child && value.source === parent && value.column === key[0]) return { condition, column };
    if (source === parent && value.source === child && column === key[0]) return { condition, column: value.column };
  }
  return null;
}

/** Names one row of the table. */
function isOfNaming(condition: Condition): boolean {
  const { column, op, value, isOptional, inOr } = condition;
  if (op !== '=' || value.k !== 'parameter' || isOptional || inOr || !isWhole(condition)) return false;
  const isAlone = ({ columns }: { readonly columns: readonly Column[] }) => columns.length === 1 && columns[0] === column;
  return isIdentifier(column) || column.table.uniques.some(isAlone) || (column.table.primaryKey !== null && isAlone(column.table.primaryKey));
}

/**
 * The keys that rows are kept by which a query lists: the column beside what the query asks by. Another order than the model's says which of several is to
 * stay.
 */
export function keyedBy(
  query: Query,
  varied: ReadonlySet<Column>,
): readonly { readonly query: Query; readonly key: AskedKey | null; readonly guard: KeptBy }[] {
  const guards = query.guards.filter((guard): guard is KeptBy => guard.k === 'keyed-by' && guard.column.table === query.root.table);
  if (
    guards.length === 0 ||
    query.verb !== 'select' ||
    query.isPartial ||
    query.isAggregate ||
    query.offset ||
    query.limit !== null ||
    query.groups.length > 0 ||
    asksForOrder(query)
  )
    return [];
  return guards.map((guard) => {
    // Which values are asked for (`code IN (…)`) says nothing of how often there is each.
    const conditions = query.conditions.filter((condition) => condition.column !== guard.column || condition.source !== query.root || condition.inOr);
    return { query, guard, key: conditions.every((condition) => isPlain(query, condition)) ? keyFrom(conditions, varied, [guard.column]) : null };
  });
}

/** What is asked of rows that a query lists, one by one, before those that are missing are inserted: is there one with these values? */
export function askedBeforehand(query: Query): readonly Query[] {
  return query.guards.flatMap((guard): readonly Query[] => {
    if (guard.k !== 'insert-if-unlisted' || guard.columns.some((column) => column.table !== query.root.table)) return [];
    const given = guard.columns.map((column): Condition => ({
      source: query.root,
      column,
      op: '=',
      value: { k: 'parameter' },
      isOptional: false,
      inOr: false,
      isJoin: false,
      wrapped: null,
    }));
    // `code IN (…)`: of all those that are looked for.
    const others = query.conditions.filter(({ op, column }) => !(op === 'in' && guard.columns.includes(column)));
    return others.every(({ op }) => op === '=' || op === 'null')
      ? [{ ...query, conditions: [...others, ...given], expects: 'exists', guards: [{ k: 'insert-if-absent', place: guard.place }] }]
      : [];
  });
}

/** Equal on the query's own table, always: or only where deleted rows are left out, among which code that may ask for them too relies on nothing less. */
function isPlain(query: Query, condition: Condition): boolean {
  return (
    condition.source === query.root &&
    (!condition.isOptional || isOfUndeleted(condition)) &&
    !condition.inOr &&
    !condition.isJoin &&
    isWhole(condition) &&
    condition.value.k !== 'column' &&
    (condition.op === '=' || condition.op === 'null')
  );
}

/** `deleted_at IS NULL`, `NOT deleted` */
function isOfUndeleted({ column, op, value }: Condition): boolean {
  return isSoftDelete(column) && (op === 'null' || (op === '=' && value.k === 'constant'));
}

function keyFrom(conditions: readonly Condition[], varied: ReadonlySet<Column>, more: readonly Column[]): AskedKey | null {
  const isKey = (condition: Condition) => condition.op === '=' && (condition.value.k !== 'constant' || varied.has(condition.column));
  const columns = [...conditions.filter(isKey).map((condition) => condition.column), ...more];
  if (columns.length === 0 || columns.some(isUnindexable) || columns.every((column) => isState(column) || isTime(column))) return null;
  return {
    columns: [...new Set(columns)],
    predicates: conditions.filter((condition) => !isKey(condition)).flatMap(constantAsSql),
    constants: conditions.filter((condition) => !isKey(condition) && condition.op === '=').map((condition) => condition.column),
    equal: [...conditions.filter((condition) => condition.op === '=').map((condition) => condition.column), ...more],
  };
}

/** `if (count > 0) throw new Error('already taken')`, `while (count > 0) code = next()`: rows are counted to see whether there is one. */
function isCountedToRefuse({ expects, guards }: Query): boolean {
  return expects === 'count' && guards.some((guard) => guard.k === 'refuse-if-present' || guard.k === 'choose-if-absent');
}

/**
 * `get(code=code, created__gt=cutoff)`: the identifier that one row is asked for by, where the rest of the filter, also on its parents, says only whether it
 * may be shown.
 */
function identifierWithin({ root, sources, expects }: Query, conditions: readonly Condition[]): Column | null {
  if (conditions.some((condition) => condition.inOr) || sources.some((source) => source !== root && !isParent(source, sources, conditions))) return null;
  const isGiven = ({ source, op, value }: Condition) => source === root && op === '=' && value.k === 'parameter';
  const given = conditions.filter(isGiven);
  const [only] = given;
  // Asked for together with something of its parent, it need be unique within that alone.
  if (
    given.length !== 1 ||
    only!.isOptional ||
    only!.wrapped !== null ||
    isForeignKeyColumn(only!.column) ||
    conditions.some((condition) => condition !== only && !isOfShowing(root, condition))
  )
    return null;
  return isIdentifier(only!.column) || (expects === 'one' && only!.column.type.name === 'uuid') ? only!.column : null;
}

/** A table that is joined by its key adds no row to those that point at it. */
function isParent(parent: QuerySource, sources: readonly QuerySource[], conditions: readonly Condition[]): boolean {
  return sources.some((source) => source !== parent && keyTo(source, parent, conditions) !== null);
}

/** Says whether a row may be shown: a join, a time, a state, or any other condition on the row itself that always holds. */
function isOfShowing(root: QuerySource, { source, op, value, isOptional, isJoin }: Condition): boolean {
  if ((isJoin && value.k === 'column') || op === 'null' || op === 'not-null' || op === 'range') return true;
  return source === root ? !isOptional : op === '=' && value.k === 'constant';
}

/** Rows that differ in more than case have different values too. */
const isWhole = ({ wrapped }: Condition) => wrapped === null || /^(lower|upper)$/i.test(wrapped);

/** Sorts by more than what all its rows have in common. An order that the model has by default says something where it is that of time. */
export function asksForOrder(query: Query): boolean {
  const equal = new Set(
    query.conditions.filter((condition) => condition.op === '=' && !condition.isOptional && !condition.inOr).map((condition) => condition.column),
  );
  return query.sorts.some((sort) => !equal.has(sort.column) && (sort.isDefault !== true || isTime(sort.column)));
}
