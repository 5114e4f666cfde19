import {
  accessOfIndex, accessOfKey, coverage, dropIndex, isDead, isOwnTable, isSamePlace, sqlColumns,
  type Access, type Declaration, type Index, type Project, type Rule, type Table,
} from '../src/lint/rule.js';

export const redundantIndex: Rule = {
  id: 'redundant-index',
  summary: 'An index that another index or key makes superfluous',
  level: 'note',
  precision: 'very-high',
  evidence: 'presence',
  check(project, report) {
    for (const table of project.schema.tables) {
      if (!isOwnTable(table) && table.kind !== 'materialized-view') continue;
      if (isDead(project, table)) continue;
      const dropped = new Set<Index>();
      for (const index of table.indexes) {
        const found = coverOf(table, index, dropped);
        if (!found) continue;
        dropped.add(index);
        const name = index.name ?? 'the index';
        const list = partsOf(accessOfIndex(index));
        report({
          table,
          columns: index.parts.flatMap((part) => (part.column ? [part.column] : [])),
          message: `Index ${index.name ?? `on ${table.name} ${list}`}${index.name ? ` on ${table.name} ${list}` : ''} ${found.kind === 'equal' ? 'repeats' : 'is the beginning of'} ${describe(table, found.by)}, which serves the same queries`,
          help: index.isImplicit ? `Tell the ORM not to make an index on ${list}` : `Drop ${name}: each write has to keep it up to date for nothing`,
          confidence: index.isImplicit || isNeededElsewhere(project, index) ? 'low' : 'high',
          place: index.place,
          related: [{ message: 'covered by this', place: found.by.of.place, table }],
          remedies: index.name ? [{ title: `Drop ${index.name}`, sql: dropIndex(table, index.name) }] : [],
          discriminator: index.name ?? list,
        });
      }
    }
  },
};

/** A mixin or base declares it for several tables, and one of the others has nothing that serves instead: it cannot go where it stands. */
function isNeededElsewhere(project: Project, { parts, place }: Index): boolean {
  const [column] = parts.map((part) => part.column);
  if (parts.length !== 1 || !column || column.inheritedFrom === null) return false;
  return project.schema.tables.some((table) =>
    table.indexes.some(
      (other) =>
        other.parts.length === 1 &&
        isSamePlace(other.place, place) &&
        other.parts[0].column?.inheritedFrom === column.inheritedFrom &&
        coverOf(table, other, new Set()) === null,
    ),
  );
}

/** What makes the index superfluous: a key first, then a wider index, then an equal one that stands before it. */
function coverOf(table: Table, index: Index, dropped: ReadonlySet<Index>): { by: Access; kind: 'equal' | 'prefix' } | null {
  const narrow = accessOfIndex(index);
  for (const key of [...(table.primaryKey ? [table.primaryKey] : []), ...table.uniques]) {
    const kind = coverage(narrow, accessOfKey(key));
    if (kind && !(kind === 'equal' && isOneSeenTwice(index.declarations, key.declarations))) return { by: accessOfKey(key), kind };
  }
  for (const other of table.indexes) {
    if (other === index || dropped.has(other)) continue;
    const kind = coverage(narrow, accessOfIndex(other));
    if (kind === 'prefix' || (kind === 'equal' && isKeptBefore(table, other, index) && !isOneSeenTwice(index.declarations, other.declarations)))
      return { by: accessOfIndex(other), kind };
  }
  return null;
}

/**
 * Of two equal indexes the one to keep: the unique one, the one that forbids more, the one that the ORM makes anyway, the one that includes more, the first.
 */
function isKeptBefore(table: Table, a: Index, b: Index): boolean {
  if (a.unique !== b.unique) return a.unique;
  if ((a.nullsNotDistinct ?? false) !== (b.nullsNotDistinct ?? false)) return a.nullsNotDistinct === true;
  if (a.isImplicit !== b.isImplicit) return a.isImplicit;
  if (a.include.length !== b.include.length) return a.include.length > b.include.length;
  return table.indexes.indexOf(a) < table.indexes.indexOf(b);
}

/** A model and a migration declare the same index under two names: a difference of names, not two indexes. */
function isOneSeenTwice(a: readonly Declaration[], b: readonly Declaration[]): boolean {
  const inModel = (declarations: readonly Declaration[]) => declarations.some((one) => one.kind === 'model');
  const inDatabase = (declarations: readonly Declaration[]) => declarations.some((one) => one.kind !== 'model');
  return (inModel(a) && !inDatabase(a) && inDatabase(b) && !inModel(b)) || (inModel(b) && !inDatabase(b) && inDatabase(a) && !inModel(a));
}

function describe(table: Table, access: Access): string {
  const list = partsOf(access);
  if (access.of === table.primaryKey) return `the primary key ${list}`;
  const what = 'method' in access.of ? 'index' : 'the unique key';
  return access.name ? `${what} ${access.name} ${list}` : `${what} ${list}`;
}

function partsOf(access: Access): string {
  if (access.parts.every((part) => part.column && !part.desc)) return sqlColumns(access.parts.map((part) => part.column!));
  return `(${access.parts.map((part) => `${part.column?.name ?? part.expression}${part.desc ? ' DESC' : ''}`).join(', ')})`;
}
