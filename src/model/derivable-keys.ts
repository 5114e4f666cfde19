/** Foreign keys that another one already implies, and what the code shows of their meaning. */
import pluralize from 'pluralize';
import type { Project } from './project.js';
import type { Column, ForeignKey, Place, Table } from './schema.js';
import { isWithin } from '../facts/span.js';
import type { Query, Use } from './usage.js';
import { isApplication, isWriteUse, runsWith } from './column-uses.js';
import {
  asOneColumn, foreignKeyPaths, hasPlainName, hasSameRole, involvesActor, isActorRole, isUniqueAlone, roleWords, type Path,
} from './foreign-key-paths.js';
import { isCommonName, wordsOf } from './names.js';
import { copiesBetween, isRewritten } from './snapshots.js';
import { isActorTable, isKeptApartByPolicies, isOwnTable, isPrimaryKeyColumn, isRecordTable, isUsedByDatabase } from './tables.js';

export interface Writer { readonly use: Use; readonly source: 'chain' | 'null' | 'unknown' | 'elsewhere' }
/** `key` says what `path` says: `path` starts in the key's own table and ends at its target. */
export interface DerivableKey {
  readonly key: ForeignKey;
  readonly path: Path;
  readonly writers: readonly Writer[];
  /** Queries of the table that filter by the key; `alone` ones do not filter by the path's first key too. */
  readonly queries: readonly { readonly query: Query; readonly isAlone: boolean }[];
}

/** Every derivable key of the table, at most one finding for each. A chain over keys that are no more derivable themselves comes first. */
export function derivableKeys(project: Project, table: Table): readonly DerivableKey[] {
  const found = table.foreignKeys
    .filter((key) => mayBeDerivable(project, key))
    .map((key) => ({ key, paths: pathsFor(project, key) }))
    .filter((one) => one.paths.length > 0);
  const removable = new Set(found.map((one) => one.key));
  const kept = new Set<ForeignKey>();
  return found.flatMap(({ key, paths }) => {
    // Of two keys that imply each other one stays.
    const usable = paths.filter((path) => !kept.has(key) || !removable.has(path[0]));
    const path = usable.find((one) => !removable.has(one[0])) ?? usable[0];
    if (!path) return [];
    if (removable.has(path[0])) kept.add(path[0]);
    return [{ key, path, writers: writersOf(project, key, path), queries: queriesBy(project, key, path) }];
  });
}

/** The column whose value the key repeats: the last of the path. */
export function sourceOf(path: Path): Column {
  return path[path.length - 1].columns[0];
}

function mayBeDerivable(project: Project, key: ForeignKey): boolean {
  const { table } = key;
  const [column] = key.columns;
  return (
    key.columns.length === 1 &&
    key.target !== table &&
    (isOwnTable(key.target) || isActorTable(project.schema, key.target)) &&
    key.targetColumns.length === 1 &&
    // A leading underscore says that the model keeps the column for itself, in step with its source.
    !column.name.startsWith('_') &&
    !isPrimaryKeyColumn(column) &&
    !isUsedByDatabase(project.schema, column) &&
    !project.settings.tenantKeys.includes(column.name) &&
    !isKeptApartByPolicies(project.schema, key) &&
    // A composite key over the column ties the copy to its source: denormalisation done right.
    !table.foreignKeys.some((other) => other.columns.length > 1 && other.columns.includes(column)) &&
    !hasMeaningOfItsOwn(project, column)
  );
}

/** NULL is written on purpose, or the code asks whether it is there. */
function hasMeaningOfItsOwn(project: Project, column: Column): boolean {
  if (!column.nullable) return false;
  return (
    project.usesOf(column).some((use) => isApplication(use) && ((isWriteUse(use) && use.value?.k === 'null') || use.isTest === true)) ||
    project.insertsInto(column.table).some((insert) => isApplication(insert) && insert.values.get(column)?.k === 'null') ||
    project
      .queriesOf(column.table)
      .some(
        (query) =>
          isApplication(query) && query.conditions.some((condition) => condition.column === column && (condition.op === 'null' || condition.op === 'not-null')),
      )
  );
}

function pathsFor(project: Project, key: ForeignKey): readonly Path[] {
  const starts = key.table.foreignKeys
    .flatMap((first) => asOneColumn(first) ?? [])
    .filter(
      (first) =>
        first !== key &&
        !first.columns[0].nullable &&
        first.target !== key.table &&
        first.target !== key.target &&
        isOwnTable(first.target) &&
        !isForAWhile(first),
    );
  const paths = starts.flatMap((first) => foreignKeyPaths(first.target, key.target, [key.table]).map((rest) => [first, ...rest]));
  return paths.filter((path) => isImplied(project, key, path)).sort((a, b) => a.length - b.length);
}

/** `EXCLUDE (meter_id WITH =, period WITH &&)`: rows follow one another in time, and what belongs to whom may change in between. */
function isForAWhile({ table, columns }: ForeignKey): boolean {
  return table.exclusions.some((exclusion) => exclusion.columns.includes(columns[0]) && /&&/.test(exclusion.definition ?? ''));
}

function isImplied(project: Project, key: ForeignKey, path: Path): boolean {
  const last = path[path.length - 1];
  if (path.some((hop) => hop !== last && hop.columns[0].nullable)) return false;
  // Were it the row that the chain leads to, that would have but one row of all that the first key allows.
  if (isOfOneRow(key) && !isOfOneRow(path[0])) return false;
  // Every hop must lead to the row's one and only key.
  if (last.targetColumns[0] !== key.targetColumns[0]) return false;
  // Who did something to a row may belong to another one than the row does.
  if (path.some((hop) => hop !== last && isActorRole(project.schema, hop))) return false;
  // Nor need who wrote a version of a row be whose row it is, though they are the same for the first.
  if (isActorTable(project.schema, key.target) && isRecordOf(project, key.table, path[0].target)) return false;
  const writers = writersOf(project, key, path);
  const isAlwaysCopied = writers.length > 0 && writers.every((writer) => writer.source === 'chain');
  if (!hasSameRole(key, last) && !(isAlwaysCopied && hasPlainName(key) && !isChanged(project, last.columns[0]))) return false;
  if (last.columns[0].nullable && !(key.columns[0].nullable && isAlwaysCopied)) return false;
  return isAlwaysCopied || !(involvesActor(project.schema, path) || isAttribute(last) || keepsThePast(project, key.columns[0], last.columns[0]));
}

/** `secret_versions` of `secrets`, `order_history` of `orders`. */
function isRecordOf({ schema }: Project, table: Table, of: Table): boolean {
  const [words, own] = [wordsOf(table.name), wordsOf(pluralize.singular(of.name))];
  return isRecordTable(schema, table) && words.length > own.length && own.every((word, index) => pluralize.singular(words[index]!) === word);
}

/** One row at most has any value of the key: it is unique, or what it points at declares one row of this table. */
function isOfOneRow(key: ForeignKey): boolean {
  return isUniqueAlone(key.columns[0]) || key.target.relationships.some((one) => one.foreignKey === key && !one.many && !one.isImplicit && !one.isPicked);
}

/** Rows of the target describe whatever points at them (`statuses`, `currencies`): each row may have one of its own. */
function isAttribute(key: ForeignKey): boolean {
  const words = wordsOf(pluralize.singular(key.target.name));
  return isCommonName(words[words.length - 1]) || isCommonName(roleWords(key).join('_'));
}

/** The source changes later and the key does not follow: it says what was true when the row was made. */
function keepsThePast(project: Project, column: Column, source: Column): boolean {
  const changes = project.usesOf(source).some((use) => isApplication(use) && isWriteUse(use) && !use.atInsert && use.via !== 'generic-update');
  return changes && project.insertsInto(column.table).some(isApplication) && !isRewritten(project, column);
}

/** Some code gives a row that is there another value: people may, where a whole request is written. */
function isChanged(project: Project, column: Column): boolean {
  return project.usesOf(column).some((use) => isApplication(use) && isWriteUse(use) && !use.atInsert);
}

/** What each application write of the key takes its value from. */
function writersOf(project: Project, key: ForeignKey, path: Path): readonly Writer[] {
  const [column] = key.columns;
  const source = sourceOf(path);
  const ends = new Set<Column>([source, ...key.targetColumns]);
  return project.usesOf(column).filter((use) => isApplication(use) && isWriteUse(use)).map((use): Writer => {
    const value = use.value;
    if (value?.k === 'null') return { use, source: 'null' };
    if (value?.column === source) return { use, source: 'chain' };
    // The same value goes into the other row's key in the same function.
    const isShared =
      value?.same !== undefined && project.usesOf(source).some((other) => isWriteUse(other) && other.value?.same === value.same && runsWith(other, use));
    if ((isShared || isTold(project, use, source)) && !isReplaced(project, use)) return { use, source: 'chain' };
    return { use, source: value?.column && !ends.has(value.column) ? 'elsewhere' : 'unknown' };
  });
}

/** What is written there also goes to the source, in rows that the code ties to each other: `owner=request.user` and `user=request.user`. */
function isTold(project: Project, use: Use, source: Column): boolean {
  return copiesBetween(project, use.column, source).some(
    ({ via, from, place, context }) => via === 'same-value' && (from === source ? isAt(place, use.place) : runsWith({ context }, use)),
  );
}

const isAt = (a: Place, b: Place): boolean => a.path === b.path && a.at === b.at;

/** Rows that are found by the old value get a new one (two users become one): it comes from no other row. */
function isReplaced(project: Project, { table, column, place }: Use): boolean {
  return project
    .queriesOf(table)
    .some(
      (query) =>
        query.verb === 'update' &&
        query.place.path === place.path &&
        isWithin(place.at, query.place.at) &&
        query.conditions.some((condition) => condition.column === column && !condition.isJoin),
    );
}

function queriesBy(project: Project, key: ForeignKey, path: Path): DerivableKey['queries'] {
  const filtersBy = (query: Query, column: Column) => query.conditions.some((condition) => condition.column === column && !condition.isJoin);
  return project.queriesOf(key.table).filter((query) => isApplication(query) && filtersBy(query, key.columns[0]))
    .map((query) => ({ query, isAlone: query.root.table === key.table && !filtersBy(query, path[0].columns[0]) }));
}
