/** How sure it is that columns which code asks by are meant to be unique. */
import { asksForOrder, keysToNamed } from './asked-keys.js';
import { hasFewValues, isBoolean, isFreeText, isIdentifier, isState, isTime } from './column-kinds.js';
import { isApplication } from './column-uses.js';
import { isSoftDelete } from './key-coverage.js';
import { constantAsSql } from './lookups.js';
import { wordsOf } from './names.js';
import { hasFillingDefault } from './nullness.js';
import { saysRepeats } from './outside-text.js';
import { isSamePlace } from './places.js';
import type { Project } from './project.js';
import type { Column, Place, Relationship, Table } from './schema.js';
import { sqlName } from './sql-text.js';
import { isForeignKeyColumn, isRecordTable } from './tables.js';
import type { UniqueProposal } from './unique-advice.js';
import { isReference, isTenantKey, parentsOf, type Reliance } from './unique-evidence.js';
import type { Condition, Context, Query } from './usage.js';

/** `constants`: the columns that its predicates compare with one. */
export type Group = { readonly constants: readonly Column[] } & {
  -readonly [K in 'columns' | 'predicates' | 'evidence' | 'declared' | 'tied']: UniqueProposal[K] extends readonly (infer T)[] ? T[] : never;
};
export function confidenceOf(project: Project, table: Table, group: Group, queries: readonly Query[]): UniqueProposal['confidence'] | null {
  if (group.tied.length > 0) return 'high';
  if (group.columns.some((column) => saysRepeats(column.comment)) || isSharedByDefault(group.columns)) return null;
  if (group.predicates.length === 0 && isUniqueWithinParent(project, table, group.columns)) return 'low';
  if (queries.some((query) => query.guards.some((guard) => guard.k === 'several') && isWithinThese(query, group))) return null;
  const has = (...kinds: Reliance[]) => group.evidence.some((one) => kinds.includes(one.reliance));
  const isChecked = has('checked');
  const isDeclared = group.declared.length > 0;
  if (!isDeclared && !has('checked', 'single', 'identifier', 'keyed') && isPartOfKey(table, group.columns)) return 'low';
  if (!isDeclared && isOnlyLoadedSo(project, table, group)) return 'low';
  const parents = parentsOf(project, group.columns);
  const isOfOneKind = group.predicates.some((predicate) => !/ IS NULL$/.test(predicate));
  // Where the parent has a list of all kinds there may be one each of this kind: other code than the check takes it for the only one.
  const isOneOfKind =
    isOfOneKind && queries.filter((query) => (query.expects === 'first' || query.expects === 'one') && isWithinThese(query, group)).length > 1;
  const isToMany = !isOneOfKind && group.columns.every(isForeignKeyColumn) && isCollected(project, parents.length === 1 ? parents[0] : group.columns[0]);
  // A row that is made only where its parent has none is the parent's only one, unless the parent itself declares a list of them.
  if (isToMany && parents.length < 2 && !(isChecked && (isOfOpenRow(project, table, group) || isOfTwo(project, group.columns))))
    return isOnlyMadeWhereAbsent(project, table, group) && !isCollected(project, parents[0] ?? group.columns[0], true) ? 'medium' : null;
  if (queries.some((query) => isLatestOf(query, group, (isChecked && !isRecordTable(project.schema, table)) || has('single')))) return isChecked ? 'low' : null;
  if (queries.some((query) => isListOf(query, group)))
    return isChecked || isDeclared || (has('single') && hasNameOfItsOwn(project, group.columns)) ? 'medium' : null;
  // Whoever counts the rows expects several, unless other code fails or makes none where there are.
  if (!isChecked && !isDeclared && !has('single') && queries.some((query) => query.expects === 'count' && isWithinThese(query, group))) return null;
  if (table.partitions?.by.some((name) => !group.columns.some((column) => column.name === name))) return 'low';
  // Prose, a state that changes and a record of what happened may be alike twice, whatever one lookup takes for granted.
  if (
    group.columns.some((column) => isState(column) || isFreeText(column)) ||
    (isRecordTable(project.schema, table) && !isChecked && !isDeclared && !has('single'))
  )
    return 'low';
  if (isDeclared) return 'high';
  if (queries.some((query) => isOfOneKindOf(query, group))) return 'low';
  if (isAskedByAllOfIt(project, table, group)) return 'low';
  const isLoneParent = group.columns.every((column) => isReference(project, column) || hasFewValues(column)) && parents.length < 2;
  // An open state may come again: only a check before the insert shows that it is forbidden. What a flag says of a slug is whether it may be seen.
  if (isOfOneKind && !isChecked) return isLoneParent ? null : has('identifier') && group.constants.every(isBoolean) ? 'medium' : 'low';
  if (isLoneParent) return isChecked ? 'medium' : has('single') ? 'medium' : null;
  return isChecked || has('single', 'identifier') ? 'high' : 'medium';
}

/** One of the columns names the row: no key of another, no state, no kind. */
function hasNameOfItsOwn(project: Project, columns: readonly Column[]): boolean {
  return columns.some(
    (column) =>
      /^(character|text|varchar|citext|uuid)/.test(column.type.name) &&
      !isReference(project, column) &&
      !hasFewValues(column) &&
      !isState(column) &&
      !isFreeText(column),
  );
}

/** A kind that rows have unless another one is given: the default repeats. */
function isSharedByDefault([column, ...others]: readonly Column[]): boolean {
  return others.length === 0 && hasFewValues(column!) && hasFillingDefault(column!);
}

/**
 * A declared key needs these columns and others: who takes the first match by these alone looks for any of several. The time of a deletion is no such column.
 */
function isPartOfKey(table: Table, columns: readonly Column[]): boolean {
  return [...(table.primaryKey ? [table.primaryKey] : []), ...table.uniques].some(
    (key) => columns.every((column) => key.columns.includes(column)) && key.columns.some((column) => !columns.includes(column) && !isTime(column)),
  );
}

/** An import looks for the row that it made before by a name or an address; other code makes rows without asking. */
function isOnlyLoadedSo(project: Project, table: Table, { columns, evidence }: Group): boolean {
  const loads = ({ path, fn }: Context) => wordsOf(`${path} ${fn ?? ''}`).some((word) => LOADING.has(word));
  return (
    evidence.length > 0 &&
    columns.some((column) => !isReference(project, column) && !isIdentifier(column)) &&
    evidence.every(({ query }) => loads(query.context)) &&
    project.insertsInto(table).some((insert) => isApplication(insert) && !loads(insert.context))
  );
}

const LOADING = new Set(['import', 'imports', 'importer', 'importers', 'importing', 'migrate', 'migrator', 'backfill']);

/** So many columns may be a key even if they are all that a row is made of. */
const WIDEST_KEY = 3;

/** Whoever looks for a row by all that is in it wants no second one like it, which is not yet a key. */
function isAskedByAllOfIt(project: Project, table: Table, { columns, evidence }: Group): boolean {
  if (columns.length <= WIDEST_KEY || evidence.length === 0) return false;
  // Where the row is made in so many words, these tell what else is in it.
  const isAll = (place: Place) =>
    project
      .insertsInto(table)
      .some((insert) => isSamePlace(insert.place, place) && !insert.isOpen && [...insert.values.keys()].every((column) => columns.includes(column)));
  return evidence.every(({ guard }) => guard?.k === 'get-or-create' || guard?.k === 'upsert' || (guard?.k === 'insert-if-absent' && isAll(guard.place)));
}

/** The schema has it unique within its parent or tenant, so that two of them may hold the same: who looks it up without has seen to that elsewhere, or errs. */
function isUniqueWithinParent(project: Project, table: Table, columns: readonly Column[]): boolean {
  const keys = [
    ...table.uniques.map((key) => key.columns),
    ...table.indexes.flatMap((index) => (index.unique && index.parts.every((part) => part.column) ? [index.parts.map((part) => part.column!)] : [])),
  ];
  return (
    columns.some((column) => !isReference(project, column)) &&
    keys.some((key) => columns.every((column) => key.includes(column)) && key.every((column) => columns.includes(column) || isReference(project, column)))
  );
}

/** Every insert is that of a get-or-create by these columns. */
function isOnlyMadeWhereAbsent(project: Project, table: Table, { evidence }: Group): boolean {
  const made = evidence.filter((one) => one.guard?.k === 'get-or-create');
  return (
    made.length > 0 &&
    project.insertsInto(table).every(({ context, place }) => context.role === 'test' || made.some(({ query }) => isSamePlace(query.place, place)))
  );
}

/** Asked for is the row that lacks the time of its end, and made is one that lacks it too: an outage that goes on, the lease of a flat. */
function isOfOpenRow(project: Project, table: Table, { predicates, evidence }: Group): boolean {
  const ends = table.columns.filter((column) => isTime(column) && !isSoftDelete(column) && predicates.includes(`${sqlName(column.name)} IS NULL`));
  const madeAt = evidence.flatMap(({ guard }) =>
    guard?.k === 'insert-if-absent' ? [guard.place] : guard?.k === 'refuse-if-present' && guard.insert ? [guard.insert] : [],
  );
  const inserts = project.insertsInto(table).filter((insert) => madeAt.some((place) => isSamePlace(place, insert.place)));
  return ends.length > 0 && inserts.length > 0 && inserts.every((insert) => ends.some((column) => (insert.values.get(column)?.k ?? 'null') === 'null'));
}

/** The tenant's key beside that of a parent who is in several tenants: of a member there is one row in each. */
function isOfTwo(project: Project, columns: readonly Column[]): boolean {
  const keysOf = (column: Column) => column.table.foreignKeys.filter((key) => key.columns.length === 1 && key.columns[0] === column);
  const tenants = columns.filter((column) => isTenantKey(project, column)).flatMap(keysOf);
  const parents = parentsOf(project, columns).flatMap(keysOf);
  return (
    tenants.length > 0 &&
    parents.length > 0 &&
    parents.every(({ target }) => !tenants.some((tenant) => tenant.target === target || target.foreignKeys.some((key) => key.target === tenant.target)))
  );
}

/** Some model says that a parent has many of these rows; a name that the ORM makes by itself says so where it is used. */
function isCollected(project: Project, column: Column, byDeclaration = false): boolean {
  const isMeant = (relationship: Relationship) =>
    !relationship.isImplicit || (!byDeclaration && project.usage.relationshipUses.some((use) => use.relationship === relationship));
  return project.schema.tables.some((table) =>
    table.relationships.some(
      (relationship) =>
        relationship.many &&
        isMeant(relationship) &&
        relationship.foreignKey?.columns[0] === column &&
        relationship.foreignKey.columns.length === 1 &&
        relationship.target === column.table,
    ),
  );
}

type Wanted = { readonly columns: readonly Column[]; readonly predicates: readonly string[] };
/**
 * Asks for the latest by these columns: there are several rows. An order that rows have in every query says less than code that reckons with one row, and one
 * by their keys in the order they were made says which is locked first.
 */
function isLatestOf(query: Query, wanted: Wanted, isReliedOn: boolean): boolean {
  if (query.expects !== 'first' && (query.expects !== 'one' || query.limit === null)) return false;
  const sorts = query.sorts.filter((sort) => !(isReliedOn && (sort.isDefault || (!sort.desc && sort.column.table.primaryKey?.columns.includes(sort.column)))));
  return asksForOrder({ ...query, sorts }) && isWithinThese(query, wanted);
}

/** Asks for a list by these columns. */
function isListOf(query: Query, wanted: Wanted): boolean {
  return query.expects === 'many' && !query.isAggregate && query.groups.length === 0 && isWithinThese(query, wanted);
}

/** Takes the row of these columns that is of the kind it is given: there may be one of each kind. */
function isOfOneKindOf(query: Query, wanted: Wanted): boolean {
  return (
    (query.expects === 'first' || query.expects === 'one') &&
    isWithinThese(query, wanted) &&
    query.conditions.some(
      ({ source, column, op, value, isOptional, inOr }) =>
        source === query.root &&
        op === '=' &&
        value.k === 'parameter' &&
        !isOptional &&
        !inOr &&
        hasFewValues(column) &&
        !isState(column) &&
        !wanted.columns.includes(column),
    )
  );
}

function isWithinThese(query: Query, { columns, predicates }: Wanted): boolean {
  if (query.verb !== 'select') return false;
  const always = query.conditions.filter((condition) => condition.source === query.root && !condition.isOptional && !condition.inOr);
  const equal = new Set([
    ...always.filter((condition) => condition.op === '=' && isOfOneValue(query, condition)).map((condition) => condition.column),
    ...keysToNamed(query),
  ]);
  const holds = always.flatMap(constantAsSql);
  return columns.every((column) => equal.has(column)) && predicates.every((predicate) => holds.includes(predicate));
}

/** Compared with a value, or with a column of another table that is: a mere join leaves open which values there are. */
function isOfOneValue({ conditions }: Query, { value }: Condition): boolean {
  return (
    value.k !== 'column' ||
    conditions.some(
      (other) =>
        other.source === value.source && other.column === value.column && other.op === '=' && other.value.k !== 'column' && !other.isOptional && !other.inOr,
    )
  );
}
