import { alterTable, isDead, isOwnTable, listed, sqlColumns, sqlName, type Declaration, type ForeignKey, type Key, type Rule, type Table } from '../src/lint/rule.js';

export const duplicateConstraint: Rule = {
  id: 'duplicate-constraint',
  summary: 'A constraint that repeats another one',
  level: 'note',
  precision: 'very-high',
  evidence: 'presence',
  check(project, report) {
    for (const table of project.schema.tables) {
      if (!isOwnTable(table) || isDead(project, table)) continue;
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
    const earlier = keys.slice(0, i).find((one) => sameSet(one.columns, later.columns) && !isOneSeenTwice(one.declarations, later.declarations));
    return earlier ? [{ later, earlier, what: 'unique key' as const }] : [];
  });
}

function repeatedForeignKeys(table: Table): Repeat[] {
  return table.foreignKeys.flatMap((earlier) => earlier.repeats.map((later) => ({ later: { ...later, columns: earlier.columns }, earlier, what: 'foreign key' as const })));
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
