/** Which foreign keys the models can follow, from which side. */
import type { Project } from './project.js';
import type { ForeignKey, Relationship, Schema, Table } from './schema.js';
import { derivableKeys } from './derivable-keys.js';
import { isOwnTable } from './tables.js';

/** Relationships of the child that follow the key to its parent. One whose key is not known counts for every key to its target. */
export function referencesBy(key: ForeignKey): readonly Relationship[] {
  return key.table.relationships.filter(
    (one) =>
      one.target === key.target && one.through === null && (one.foreignKey === key || one.foreignKey === null) && !(key.table === key.target && one.many),
  );
}

/** Relationships of the parent that lead back along the key. */
export function collectionsBy(key: ForeignKey): readonly Relationship[] {
  const direct = key.target.relationships.filter(
    (one) =>
      one.target === key.table && one.through === null && (one.foreignKey === key || one.foreignKey === null) && !(key.table === key.target && !one.many),
  );
  return [...direct, ...key.target.relationships.filter((one) => one.through === key.table)];
}

/**
 * A model of this application, in an ORM where relationships are declared apart, references another one, and does not say that the key is all there shall be.
 */
export function couldBeFollowed(key: ForeignKey): boolean {
  return (
    !key.isBare &&
    key.table.declaresRelationships &&
    isOwnTable(key.table) &&
    isOwnTable(key.target) &&
    key.target.model !== null &&
    key.table.model !== null &&
    (isOfModel(key) ||
      (key.table.keysAreRelationships === true &&
        !key.table.foreignKeys.some((other) => isOfModel(other) && other.columns.some((column) => key.columns.includes(column)))))
  );
}

const reaches = new WeakMap<Schema, ReadonlySet<string>>();

/**
 * Whether the models of one table can name those of another: they share a package, or a relationship leads from the one's package
 * to the other's already. A package knows nothing of those that build upon it, and a database may be all that two have in common.
 */
export function isInReach({ schema }: Project, from: Table, to: Table): boolean {
  if (sharePackage(from, to)) return true;
  let known = reaches.get(schema);
  if (!known)
    reaches.set(
      schema,
      (known = new Set(
        schema.tables.flatMap((table) => table.relationships.flatMap(({ target }) => (sharePackage(table, target) ? [] : pairsOf(table, target)))),
      )),
    );
  return pairsOf(from, to).some((pair) => known.has(pair));
}

const sharePackage = (a: Table, b: Table): boolean => a.packages.some((one) => b.packages.includes(one));
const pairsOf = (from: Table, to: Table): string[] => from.packages.flatMap((one) => to.packages.map((other) => `${one}\0${other}`));

/** Whether the migrations, followed to their end, leave the database without a key that the model has: nothing is enforced. */
export function isLeftToTheModel({ schema }: Project, key: ForeignKey): boolean {
  return (
    key.declarations.every((one) => one.kind === 'model') &&
    schema.drifts.some(
      (drift) =>
        drift.what === 'foreign-key' &&
        drift.table === key.table &&
        drift.names.length === key.columns.length &&
        key.columns.every((column) => drift.names.includes(column.name)),
    )
  );
}

const isOfModel = (key: ForeignKey): boolean => key.declarations.some((declaration) => declaration.kind === 'model');

/** The keys of the table that another key already implies. */
export function impliedKeys(project: Project, table: Table): ReadonlySet<ForeignKey> {
  return new Set(derivableKeys(project, table).map((one) => one.key));
}

/** The share of the foreign keys of models that a relationship follows, 0 where none is declared. */
export function shareFollowed(project: Project): number {
  const keys = project.schema.tables.flatMap((table) => table.foreignKeys).filter((key) => couldBeFollowed(key) && isInReach(project, key.table, key.target));
  const followed = keys.filter((key) => referencesBy(key).length > 0 || collectionsBy(key).length > 0);
  return keys.length === 0 ? 0 : followed.length / keys.length;
}
