import {
  alterTable, isDead, isOwnTable, isShapedByLibrary, keysTo, listed, sqlColumns, sqlName, type Declaration, type ForeignKey, type Key, type Project, type Rule,
  type Table,
} from '../src/lint/rule.js';

export const duplicateConstraint: Rule = {
  id: 'duplicate-constraint',
  summary: 'A constraint that repeats another one',
  level: 'note',
  precision: 'very-high',
  evidence: 'presence',
  check(project, report) {
    for (const table of project.schema.tables) {
      if (!isOwnTable(table) || isDead(project, table) || isShapedByLibrary(project, table)) continue;
      for (const { wide, narrow } of impliedKeys(project, table)) {
        report({
          table,
          columns: wide.columns,
          message: `${wide.name ? `The unique key ${wide.name}` : 'A unique key'} on ${table.name} ${sqlColumns(wide.columns)} forbids nothing that ${narrow === table.primaryKey ? 'the primary key' : (narrow.name ?? 'the unique key')} on ${sqlColumns(narrow.columns)} does not forbid already`,
          help: `Drop it, unless an index on ${sqlColumns(wide.columns)} is wanted, or something outside of this repository points at it`,
          confidence: 'medium',
          place: wide.place,
          related: [{ message: 'forbids more', place: narrow.place, table }],
          remedies: wide.name ? [{ title: `Drop ${wide.name}`, sql: alterTable(table, `DROP CONSTRAINT ${sqlName(wide.name)}`) }] : [],
          discriminator: wide.name ?? listed(wide.columns.map((column) => column.name)),
        });
      }
      for (const { later, earlier, what } of [...repeatedKeys(table), ...repeatedForeignKeys(table)]) {
        const list = listed(later.columns.map((column) => column.name));
        report({
          table,
          columns: later.columns,
          message: `${later.name ? `The ${what} ${later.name}` : `A ${what}`} on ${table.name} ${sqlColumns(later.columns)} repeats ${earlier === table.primaryKey ? 'the primary key' : (earlier.name ?? `the ${what} before it`)}`,
          help: `Drop one of the two: both guard ${list} and each costs time on every write`,
          confidence: 'high',
          place: later.place,
          related: [{ message: 'says the same', place: earlier.place, table }],
          remedies: later.name ? [{ title: `Drop ${later.name}`, sql: alterTable(table, `DROP CONSTRAINT ${sqlName(later.name)}`) }] : [],
          discriminator: later.name ?? list,
        });
      }
    }
  },
};

interface Repeat { readonly later: Pick<Key, 'name' | 'columns' | 'place'>; readonly earlier: Key | ForeignKey; readonly what: 'unique key' | 'foreign key' }

function repeatedKeys(table: Table): Repeat[] {
  const keys = [...(table.primaryKey ? [table.primaryKey] : []), ...table.uniques];
  return keys.flatMap((later, i) => {
    // Whoever declares a relation of one to one by the primary key has not asked for it, and cannot leave it out.
    if (later.isImplicit) return [];
    const earlier = keys.slice(0, i).find((one) => sameSet(one.columns, later.columns) && !isOneSeenTwice(one.declarations, later.declarations));
    return earlier ? [{ later, earlier, what: 'unique key' as const }] : [];
  });
}

/** Unique keys within which another key lies, and that nothing points at or looks rows up by. */
function impliedKeys(project: Project, table: Table): { readonly wide: Key; readonly narrow: Key }[] {
  // A key of a partitioned table must hold what the table is partitioned by.
  if (table.partitions) return [];
  const keys = [...(table.primaryKey ? [table.primaryKey] : []), ...table.uniques];
  return table.uniques.flatMap((wide) => {
    const narrow = keys.find(
      (one) =>
        one.columns.length < wide.columns.length &&
        one.columns.every((column) => wide.columns.includes(column)) &&
        !(wide.nullsNotDistinct && one.columns.some((column) => column.nullable)),
    );
    return narrow && !isAskedFor(project, table, wide) ? [{ wide, narrow }] : [];
  });
}

/** A foreign key points at it, or rows are looked up by all of its columns. */
function isAskedFor(project: Project, table: Table, key: Key): boolean {
  const isTarget = [...keysTo(project.schema, table), ...table.foreignKeys].some((one) => one.target === table && sameSet(one.targetColumns, key.columns));
  return isTarget || project.queriesOf(table).some((query) => key.columns.every((column) => query.conditions.some((condition) => condition.column === column)));
}

function repeatedForeignKeys(table: Table): Repeat[] {
  return table.foreignKeys.flatMap((earlier) =>
    earlier.repeats.map((later) => ({ later: { ...later, columns: earlier.columns }, earlier, what: 'foreign key' as const })),
  );
}

function sameSet<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((one) => b.includes(one));
}

/** A model and a migration declare the same thing under two names. */
function isOneSeenTwice(a: readonly Declaration[], b: readonly Declaration[]): boolean {
  const isModel = (declarations: readonly Declaration[]) => declarations.some((one) => one.kind === 'model');
  const isDatabase = (declarations: readonly Declaration[]) => declarations.some((one) => one.kind !== 'model');
  return !(isModel(a) && isModel(b)) && !(isDatabase(a) && isDatabase(b));
}
