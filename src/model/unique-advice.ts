/** Unique keys that the code relies on and the schema does not have. */
import pluralize from 'pluralize';
import type { Project } from './project.js';
import type { Column, Relationship, Table, Place } from './schema.js';
import type { Condition, Context, Guard, Query, WrittenValue } from './usage.js';
import { isApplication } from './column-uses.js';
import { hasFewValues, isBoolean, isFreeText, isIdentifier, isState, isTime } from './column-kinds.js';
import { hasLooseUnique, impliesUnique, isSoftDelete, isSoftDeletePredicate } from './key-coverage.js';
import { isDead } from './liveness.js';
import { hasFillingDefault } from './nullness.js';
import { saysRepeats } from './outside-text.js';
import { askedBeforehand, asksForOrder, keyedBy, keyOf, keysToNamed, variedConstants, type KeptBy } from './asked-keys.js';
import { normalPredicate } from './indexes.js';
import { constantAsSql } from './lookups.js';
import { sqlName } from './sql-text.js';
import { tablesNamed, wordsOf } from './names.js';
import { isSamePlace } from './places.js';
import { hidesItsKeys, isAssociation, isCarriedByMost, isForeignKeyColumn, isKeptApartByPolicies, isOwnTable, isRecordTable } from './tables.js';

/** How far one query relies on there being one row at most: it checks before it inserts, fails with two, takes any as the row, or lists rows and keeps one for each value. */
export type Reliance = 'checked' | 'single' | 'identifier' | 'first' | 'keyed';

export interface UniqueEvidence { readonly query: Query; readonly reliance: Reliance; readonly guard: Guard | null }

export interface UniqueProposal {
  readonly table: Table;
  /** Keys to parents first. */
  readonly columns: readonly Column[];
  /** Conditions on constants that all its queries share, as SQL: the predicate of a partial unique index. */
  readonly predicates: readonly string[];
  /** Columns in which the code writes an empty text where there is no value: rows with one are not meant to be unique. */
  readonly emptied: readonly Column[];
  readonly evidence: readonly UniqueEvidence[];
  /** Relationships of the parent that lead to one row at most. */
  readonly declared: readonly Relationship[];
  /** Relationships of two parents over this table, which hold each of the other side once. */
  readonly tied: readonly Relationship[];
  readonly confidence: 'high' | 'medium' | 'low';
}

const known = new WeakMap<Project, ReadonlyMap<Table, readonly UniqueProposal[]>>();

/** The unique keys the table lacks, one for each set of columns. */
export function uniqueAdvice(project: Project, table: Table): readonly UniqueProposal[] {
  let all = known.get(project);
  if (!all) known.set(project, (all = new Map(project.schema.tables.map((one) => [one, advise(project, one)]))));
  return all.get(table) ?? [];
}

/** `constants`: the columns that its predicates compare with one. */
type Group = { readonly constants: readonly Column[] } & { -readonly [K in 'columns' | 'predicates' | 'evidence' | 'declared' | 'tied']: UniqueProposal[K] extends readonly (infer T)[] ? T[] : never };

function advise(project: Project, table: Table): readonly UniqueProposal[] {
  if (!isOwnTable(table) || hidesItsKeys(table) || isDead(project, table)) return [];
  const queries = project.queriesOf(table).filter((query) => isApplication(query) && query.root.table === table);
  const groups = new Map<string, Group>();
  const groupOf = (columns: Column[], predicates: string[], constants: readonly Column[] = []): Group => {
    const name = `${columns.map((column) => column.name).join()}|${[...predicates].sort().join()}`;
    const group: Group = groups.get(name) ?? { columns, predicates, constants, evidence: [], declared: [], tied: [] };
    groups.set(name, group);
    return group;
  };
  const varied = variedConstants(queries);
  for (const { query, asked, key, guard } of queries.flatMap((query) => [...[query, ...askedBeforehand(query)].map((asked) => ({ query, asked, key: keyOf(asked, varied), guard: null })), ...keyedBy(query, varied).map((kept) => ({ ...kept, asked: query }))])) {
    const evidence = key && (guard ? keyedEvidence(project, query, guard) : evidenceOf(project, key.columns, asked));
    // The key of another row tells none of these apart: of those that hold no more there may be several.
    if (key?.isWithin && isReference(project, key.columns[0]!)) continue;
    if (!key || !evidence || key.equal.some(isGeneratedKey) || impliesUnique(table, key.equal, key.predicates) || hasLooseUnique(table, key.columns) || isGivenUp(project, table, key.columns, key.predicates)) continue;
    groupOf(parentsFirst(project, key.columns), key.predicates, key.constants).evidence.push({ ...evidence, query });
  }
  for (const relationship of singleRows(table)) {
    const columns = parentsFirst(project, relationship.foreignKey!.columns);
    // Where code asks for the row that is not deleted, there may be others that are.
    const kept = [...groups.values()].find((group) => group.columns.length === columns.length && group.columns.every((column, index) => column === columns[index]) && group.predicates.length > 0 && group.predicates.every((predicate) => isSoftDeletePredicate(table, normalPredicate(predicate))));
    (kept ?? groupOf(columns, [])).declared.push(relationship);
  }
  const pair = tiedPair(table);
  if (pair && !impliesUnique(table, pair) && !hasLooseUnique(table, pair) && !isGivenUp(project, table, pair)) for (const relationship of collectionsOver(project, table)) groupOf(parentsFirst(project, pair), []).tied.push(relationship);
  const proposals = gathered(project, [...groups.values()]).flatMap((group): UniqueProposal[] => {
    const confidence = confidenceOf(project, table, group, queries);
    const { columns, predicates, evidence, declared, tied } = group;
    return confidence ? [{ table, columns, predicates, evidence, declared, tied, emptied: group.columns.filter((column) => isEmptied(project, column)), confidence }] : [];
  });
  return withoutImplied(proposals);
}

/** `'issue'` here and `'comment'` there, or any kind elsewhere: the kind is part of the key, no condition of it. */
function gathered(project: Project, groups: readonly Group[]): readonly Group[] {
  const nameOf = (columns: readonly Column[], predicates: readonly string[]) => [...columns.map((column) => column.name), ...predicates].sort().join();
  const wholes = new Map(groups.filter((group) => group.constants.length === 0).map((group) => [nameOf(group.columns, group.predicates), group]));
  const parts = groups.filter((group) => group.constants.length > 0);
  const left = parts.filter((group) => {
    const columns = [...group.columns, ...group.constants];
    const others = group.predicates.filter((predicate) => / IS NULL$/.test(predicate));
    const name = nameOf(columns, others);
    const hasSiblings = parts.some((other) => other !== group && nameOf([...other.columns, ...other.constants], other.predicates.filter((predicate) => / IS NULL$/.test(predicate))) === name);
    if (!wholes.has(name) && !hasSiblings) return true;
    const whole: Group = wholes.get(name) ?? { columns: parentsFirst(project, columns), predicates: others, constants: [], evidence: [], declared: [], tied: [] };
    whole.evidence.push(...group.evidence);
    wholes.set(name, whole);
    return false;
  });
  return [...wholes.values(), ...left];
}

/** What the database or the ORM makes up for the primary key is another one in each row, also where a parent's key stands beside it. */
function isGeneratedKey(column: Column): boolean {
  return column.table.primaryKey?.columns.includes(column) === true && !isForeignKeyColumn(column) && (column.isIdentity || column.hasClientDefault || column.databaseDefault !== null);
}

/** A migration dropped the unique key over these columns, or over one that a column has since taken the place of: two such rows are meant to be, one of them deleted, as it may be, where the code asks for those that are not. */
function isGivenUp({ schema }: Project, table: Table, columns: readonly Column[], predicates: readonly string[] = []): boolean {
  if (predicates.some((predicate) => isSoftDeletePredicate(table, normalPredicate(predicate)))) return false;
  const names = new Set(columns.map((column) => column.name));
  return schema.droppedKeys.some((key) => key.table === table.name && (key.database === table.database || table.database === '') && key.columns.length === names.size
    && key.columns.some((name) => names.has(name)) && key.columns.every((name) => names.has(name) || !table.columns.some((column) => column.name === name)));
}

/** Relationships that take the table's row for the only one of its parent, over a key that does not keep it so. */
function singleRows(table: Table): readonly Relationship[] {
  const parents = new Set(table.foreignKeys.map((key) => key.target));
  return [...parents].flatMap((parent) => parent.relationships.filter(({ foreignKey: key, ...one }) => key && key.table === table && key.target === parent && parent !== table
    && !one.many && one.through === null && !one.viewOnly && !one.isPicked && !soundsLikeMany(one.name, table) && key.columns.every((column) => column.submodel === null) && !impliesUnique(table, key.columns) && !hasLooseUnique(table, key.columns)));
}

/** The two keys of a table that does nothing but tie rows together; null for any other, and for one without a key of its own, which lacks that first. */
function tiedPair(table: Table): Column[] | null {
  if (!isAssociation(table) || table.foreignKeys.length !== 2 || !table.primaryKey || table.primaryKey.columns.some(isForeignKeyColumn)) return null;
  const columns = table.foreignKeys.flatMap((key) => key.columns);
  return columns.length === 2 && columns.every((column) => !column.nullable) ? columns : null;
}

/** Relationships that a parent declares over the table: each row of the other side is in such a collection or is not. */
function collectionsOver({ schema }: Project, table: Table): readonly Relationship[] {
  return schema.tables.flatMap((parent) => parent.relationships.filter((one) => one.through === table && one.many && !one.viewOnly && !one.isImplicit));
}

/** `items` for a model `Item`: its type was meant to be a list. */
function soundsLikeMany(name: string, table: Table): boolean {
  const last = (words: readonly string[]) => words.filter((word) => !['model', 'entity', 'row', 'table'].includes(word)).at(-1) ?? '';
  return pluralize.isPlural(last(wordsOf(name))) && !pluralize.isPlural(last(wordsOf(table.model ?? table.name)));
}

/** An empty text stands for none: it is the default, or code writes it. */
function isEmptied(project: Project, column: Column): boolean {
  const isEmpty = (value: WrittenValue | undefined) => value?.k === 'constant' && value.constant === '';
  return column.databaseDefault === "''" || project.usesOf(column).some((use) => isEmpty(use.value)) || project.insertsInto(column.table).some((insert) => isEmpty(insert.values.get(column)));
}

/** Rows that are kept by a value of their own, which is no number or state that several share by nature. */
function keyedEvidence(project: Project, query: Query, guard: KeptBy): UniqueEvidence | null {
  const { column } = guard;
  const isName = /^(character|text|varchar|citext|uuid)/.test(column.type.name) && !isFreeText(column) && !hasFewValues(column) && !isState(column);
  return isName && !isReference(project, column) ? { query, reliance: 'keyed', guard } : null;
}

function evidenceOf(project: Project, columns: readonly Column[], query: Query): UniqueEvidence | null {
  const guard = (...kinds: Guard['k'][]) => query.guards.find((one) => kinds.includes(one.k)) ?? null;
  if (guard('several')) return null;
  const checked = guard('insert-if-absent', 'get-or-create', 'upsert', 'refuse-if-present');
  const inserted = checked?.k === 'insert-if-absent' ? checked.place : checked?.k === 'refuse-if-present' ? checked.insert : undefined;
  if (inserted && isCompleted(project, query, inserted)) return null;
  if (checked && !(inserted && isAnotherKind(project, query, inserted))) return { query, reliance: 'checked', guard: checked };
  const chosen = guard('choose-if-absent');
  if (chosen && !guard('used-as-row', 'returned')) return { query, reliance: 'checked', guard: chosen };
  // The first of several is asked for, whatever the API's name.
  if (query.expects === 'one' && query.limit === null) return { query, reliance: 'single', guard: guard('used-as-row', 'returned') };
  if (query.expects !== 'one' && query.expects !== 'first') return null;
  const used = guard('used-as-row', 'returned');
  // Whether there is any row at all says nothing of how many there may be.
  if (columns.length === 1 && isIdentifier(columns[0]) && !isReference(project, columns[0])) return used ? { query, reliance: 'identifier', guard: used } : null;
  return used && identifies(project, columns) ? { query, reliance: 'first', guard: used } : null;
}

/** The row that is inserted is none that the query asks for: a revoked seat is looked for to be used again, and else a pending one is made. */
function isAnotherKind(project: Project, { root, conditions }: Query, place: Place): boolean {
  const insert = project.insertsInto(root.table).find((one) => isSamePlace(one.place, place));
  return conditions.some(({ column, op, value }) => {
    const written = insert?.values.get(column);
    if (op !== '=' || value.k !== 'constant') return false;
    const constants = written?.k === 'constant' ? [written.constant] : written?.oneOf;
    return constants !== undefined && !constants.includes(value.v);
  });
}

/** A row that lacks something is completed, and else one that has it is made: those that wait for it may be several. */
function isCompleted(project: Project, { root, conditions }: Query, place: Place): boolean {
  const insert = project.insertsInto(root.table).find((one) => isSamePlace(one.place, place));
  return conditions.some(({ column, op, isOptional, inOr }) => {
    const written = op === 'null' && !isOptional && !inOr ? insert?.values.get(column) : undefined;
    return written !== undefined && written.k !== 'null' && written.mayBeNull !== true;
  });
}

/** A foreign key, or `order_id` beside a table `orders`: the key of another row. */
function isReference(project: Project, column: Column): boolean {
  const words = wordsOf(column.name);
  return isForeignKeyColumn(column) || (/^(id|uuid)$/.test(words.at(-1) ?? '') && words.length > 1 && tablesNamed(project.schema, words.slice(0, -1)).some((table) => table !== column.table));
}

/** Whether the columns can tell rows apart by themselves: a value of the row's own, or the keys to two parents. */
function identifies(project: Project, columns: readonly Column[]): boolean {
  const own = columns.filter((column) => !isReference(project, column) && !hasFewValues(column) && !isTime(column) && !/^(numeric|real|double|float)/.test(column.type.name));
  return own.length > 0 || parentsOf(project, columns).length > 1;
}

/** Keys to parents but for the tenant's, which nearly every table has. */
function parentsOf(project: Project, columns: readonly Column[]): readonly Column[] {
  return columns.filter((column) => isReference(project, column) && !isTenantKey(project, column));
}

/** The key that most tables carry, that policies keep rows apart by, or that the config names. */
export function isTenantKey(project: Project, column: Column): boolean {
  return project.settings.tenantKeys.includes(column.name) || column.table.foreignKeys.some((key) => key.columns.length === 1 && key.columns[0] === column && (isCarriedByMost(project.schema, key) || isKeptApartByPolicies(project.schema, key)));
}

function parentsFirst(project: Project, columns: readonly Column[]): Column[] {
  const rank = (column: Column) => (isTenantKey(project, column) ? 0 : isReference(project, column) ? 1 : hasFewValues(column) ? 3 : 2);
  return [...columns].sort((a, b) => rank(a) - rank(b) || a.table.columns.indexOf(a) - b.table.columns.indexOf(b));
}

function confidenceOf(project: Project, table: Table, group: Group, queries: readonly Query[]): UniqueProposal['confidence'] | null {
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
  const isOneOfKind = isOfOneKind && queries.filter((query) => (query.expects === 'first' || query.expects === 'one') && isWithinThese(query, group)).length > 1;
  const isToMany = !isOneOfKind && group.columns.every(isForeignKeyColumn) && isCollected(project, parents.length === 1 ? parents[0] : group.columns[0]);
  // A row that is made only where its parent has none is the parent's only one, unless the parent itself declares a list of them.
  if (isToMany && parents.length < 2 && !(isChecked && (isOfOpenRow(project, table, group) || isOfTwo(project, group.columns)))) return isOnlyMadeWhereAbsent(project, table, group) && !isCollected(project, parents[0] ?? group.columns[0], true) ? 'medium' : null;
  if (queries.some((query) => isLatestOf(query, group, (isChecked && !isRecordTable(project.schema, table)) || has('single')))) return isChecked ? 'low' : null;
  if (queries.some((query) => isListOf(query, group))) return isChecked || isDeclared || (has('single') && hasNameOfItsOwn(project, group.columns)) ? 'medium' : null;
  // Whoever counts the rows expects several, unless other code fails or makes none where there are.
  if (!isChecked && !isDeclared && !has('single') && queries.some((query) => query.expects === 'count' && isWithinThese(query, group))) return null;
  if (table.partitions?.by.some((name) => !group.columns.some((column) => column.name === name))) return 'low';
  // Prose, a state that changes and a record of what happened may be alike twice, whatever one lookup takes for granted.
  if (group.columns.some((column) => isState(column) || isFreeText(column)) || (isRecordTable(project.schema, table) && !isChecked && !isDeclared && !has('single'))) return 'low';
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
  return columns.some((column) => /^(character|text|varchar|citext|uuid)/.test(column.type.name) && !isReference(project, column) && !hasFewValues(column) && !isState(column) && !isFreeText(column));
}

/** A kind that rows have unless another one is given: the default repeats. */
function isSharedByDefault([column, ...others]: readonly Column[]): boolean {
  return others.length === 0 && hasFewValues(column!) && hasFillingDefault(column!);
}

/** A declared key needs these columns and others: who takes the first match by these alone looks for any of several. The time of a deletion is no such column. */
function isPartOfKey(table: Table, columns: readonly Column[]): boolean {
  return [...(table.primaryKey ? [table.primaryKey] : []), ...table.uniques].some((key) => columns.every((column) => key.columns.includes(column)) && key.columns.some((column) => !columns.includes(column) && !isTime(column)));
}

/** An import looks for the row that it made before by a name or an address; other code makes rows without asking. */
function isOnlyLoadedSo(project: Project, table: Table, { columns, evidence }: Group): boolean {
  const loads = ({ path, fn }: Context) => wordsOf(`${path} ${fn ?? ''}`).some((word) => LOADING.has(word));
  return evidence.length > 0 && columns.some((column) => !isReference(project, column) && !isIdentifier(column)) && evidence.every(({ query }) => loads(query.context))
    && project.insertsInto(table).some((insert) => isApplication(insert) && !loads(insert.context));
}
const LOADING = new Set(['import', 'imports', 'importer', 'importers', 'importing', 'migrate', 'migrator', 'backfill']);

/** So many columns may be a key even if they are all that a row is made of. */
const WIDEST_KEY = 3;

/** Whoever looks for a row by all that is in it wants no second one like it, which is not yet a key. */
function isAskedByAllOfIt(project: Project, table: Table, { columns, evidence }: Group): boolean {
  if (columns.length <= WIDEST_KEY || evidence.length === 0) return false;
  // Where the row is made in so many words, these tell what else is in it.
  const isAll = (place: Place) => project.insertsInto(table).some((insert) => isSamePlace(insert.place, place) && !insert.isOpen && [...insert.values.keys()].every((column) => columns.includes(column)));
  return evidence.every(({ guard }) => guard?.k === 'get-or-create' || guard?.k === 'upsert' || (guard?.k === 'insert-if-absent' && isAll(guard.place)));
}

/** The schema has it unique within its parent or tenant, so that two of them may hold the same: who looks it up without has seen to that elsewhere, or errs. */
function isUniqueWithinParent(project: Project, table: Table, columns: readonly Column[]): boolean {
  const keys = [...table.uniques.map((key) => key.columns), ...table.indexes.flatMap((index) => (index.unique && index.parts.every((part) => part.column) ? [index.parts.map((part) => part.column!)] : []))];
  return columns.some((column) => !isReference(project, column)) && keys.some((key) => columns.every((column) => key.includes(column)) && key.every((column) => columns.includes(column) || isReference(project, column)));
}

/** Every insert is that of a get-or-create by these columns. */
function isOnlyMadeWhereAbsent(project: Project, table: Table, { evidence }: Group): boolean {
  const made = evidence.filter((one) => one.guard?.k === 'get-or-create');
  return made.length > 0 && project.insertsInto(table).every(({ context, place }) => context.role === 'test' || made.some(({ query }) => isSamePlace(query.place, place)));
}

/** Asked for is the row that lacks the time of its end, and made is one that lacks it too: an outage that goes on, the lease of a flat. */
function isOfOpenRow(project: Project, table: Table, { predicates, evidence }: Group): boolean {
  const ends = table.columns.filter((column) => isTime(column) && !isSoftDelete(column) && predicates.includes(`${sqlName(column.name)} IS NULL`));
  const madeAt = evidence.flatMap(({ guard }) => (guard?.k === 'insert-if-absent' ? [guard.place] : guard?.k === 'refuse-if-present' && guard.insert ? [guard.insert] : []));
  const inserts = project.insertsInto(table).filter((insert) => madeAt.some((place) => isSamePlace(place, insert.place)));
  return ends.length > 0 && inserts.length > 0 && inserts.every((insert) => ends.some((column) => (insert.values.get(column)?.k ?? 'null') === 'null'));
}

/** The tenant's key beside that of a parent who is in several tenants: of a member there is one row in each. */
function isOfTwo(project: Project, columns: readonly Column[]): boolean {
  const keysOf = (column: Column) => column.table.foreignKeys.filter((key) => key.columns.length === 1 && key.columns[0] === column);
  const tenants = columns.filter((column) => isTenantKey(project, column)).flatMap(keysOf);
  const parents = parentsOf(project, columns).flatMap(keysOf);
  return tenants.length > 0 && parents.length > 0 && parents.every(({ target }) => !tenants.some((tenant) => tenant.target === target || target.foreignKeys.some((key) => key.target === tenant.target)));
}

/** Some model says that a parent has many of these rows; a name that the ORM makes by itself says so where it is used. */
function isCollected(project: Project, column: Column, byDeclaration = false): boolean {
  const isMeant = (relationship: Relationship) => !relationship.isImplicit || (!byDeclaration && project.usage.relationshipUses.some((use) => use.relationship === relationship));
  return project.schema.tables.some((table) => table.relationships.some((relationship) => relationship.many && isMeant(relationship) && relationship.foreignKey?.columns[0] === column && relationship.foreignKey.columns.length === 1 && relationship.target === column.table));
}

type Wanted = { readonly columns: readonly Column[]; readonly predicates: readonly string[] };

/** Asks for the latest by these columns: there are several rows. An order that rows have in every query says less than code that reckons with one row, and one by their keys in the order they were made says which is locked first. */
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
  return (query.expects === 'first' || query.expects === 'one') && isWithinThese(query, wanted) && query.conditions.some(({ source, column, op, value, isOptional, inOr }) =>
    source === query.root && op === '=' && value.k === 'parameter' && !isOptional && !inOr && hasFewValues(column) && !isState(column) && !wanted.columns.includes(column));
}

function isWithinThese(query: Query, { columns, predicates }: Wanted): boolean {
  if (query.verb !== 'select') return false;
  const always = query.conditions.filter((condition) => condition.source === query.root && !condition.isOptional && !condition.inOr);
  const equal = new Set([...always.filter((condition) => condition.op === '=' && isOfOneValue(query, condition)).map((condition) => condition.column), ...keysToNamed(query)]);
  const holds = always.flatMap(constantAsSql);
  return columns.every((column) => equal.has(column)) && predicates.every((predicate) => holds.includes(predicate));
}

/** Compared with a value, or with a column of another table that is: a mere join leaves open which values there are. */
function isOfOneValue({ conditions }: Query, { value }: Condition): boolean {
  return value.k !== 'column' || conditions.some((other) => other.source === value.source && other.column === value.column && other.op === '=' && other.value.k !== 'column' && !other.isOptional && !other.inOr);
}

/** A key within another one makes that one superfluous; where it is the weaker one, it is the doubtful one. */
function withoutImplied(proposals: readonly UniqueProposal[]): readonly UniqueProposal[] {
  const isWithin = (a: UniqueProposal, b: UniqueProposal) => a !== b && a.columns.every((column) => b.columns.includes(column)) && a.predicates.every((predicate) => b.predicates.includes(predicate)) && (a.columns.length < b.columns.length || a.predicates.length < b.predicates.length);
  // What fails with two rows of these columns, whatever the others hold, has said that it means them alone.
  const strengthOf = ({ confidence, evidence }: UniqueProposal) => (confidence === 'low' ? 0 : confidence === 'high' || evidence.some((one) => one.reliance === 'single' || one.guard?.k === 'upsert') ? 2 : 1);
  return proposals.flatMap((proposal): UniqueProposal[] => {
    if (proposals.some((other) => isWithin(other, proposal) && strengthOf(other) >= strengthOf(proposal))) return [];
    const isDoubtful = proposals.some((other) => isWithin(proposal, other) && strengthOf(other) > strengthOf(proposal));
    return [isDoubtful ? { ...proposal, confidence: 'low' } : proposal];
  });
}
