import {
  dropIndex, isBoolean, isDead, isOwnTable, isServedInOrder, isUnindexable, lookupsInto, nameOf, normalPredicate, spanStart, sqlName, sqlTable, constraintName,
  sqlColumns, type Column, type Index, type Project, type Related, type Rule,
} from '../src/lint/rule.js';

export const unhelpfulIndex: Rule = {
  id: 'unhelpful-index',
  summary: 'An index that queries cannot profit from as it is declared',
  level: 'note',
  precision: 'high',
  evidence: 'presence',
  check(project, report) {
    // What a base class declares for many tables is said once.
    const told = new Set<string>();
    for (const table of project.schema.tables) {
      if (!isOwnTable(table) || isDead(project, table)) continue;
      for (const index of table.indexes) {
        const flaw = index.isImplicit ? null : (flawOf(index) ?? orderFlaw(project, index));
        const place = `${index.place.path}:${spanStart(index.place.at)}`;
        const isInherited = index.parts.some((part) => part.column !== null && part.column.inheritedFrom !== null);
        if (!flaw || (isInherited && told.has(place))) continue;
        told.add(place);
        report({
          table,
          columns: index.parts.flatMap((part) => (part.column ? [part.column] : [])),
          message: flaw.message,
          help: flaw.help,
          confidence: flaw.isSure ? 'high' : 'medium',
          place: index.place,
          related: flaw.related ?? [],
          remedies: index.name
            ? [
                { title: `Drop ${index.name}`, sql: dropIndex(table, index.name) },
                ...(flaw.instead ? [{ title: 'Create the useful one', sql: flaw.instead }] : []),
              ]
            : [],
          discriminator: index.name ?? index.parts.map((part) => part.column?.name ?? part.expression).join(),
        });
      }
    }
  },
};

interface Flaw { readonly message: string; readonly help: string; readonly isSure: boolean; readonly instead?: string; readonly related?: readonly Related[] }

function flawOf(index: Index): Flaw | null {
  const name = index.name ?? 'The index';
  const [first] = index.parts;
  const column = first?.column ?? null;
  const container = index.method === 'btree' ? index.parts.find((part) => part.column && isContainer(part.column))?.column : undefined;
  if (container && column === container) {
    return {
      message: `${name} is a B-tree on ${nameOf(container)}, which finds whole values only and nothing inside them`,
      help: `Use a GIN index on ${nameOf(container)}`,
      isSure: true,
      instead: `CREATE INDEX CONCURRENTLY ${sqlName(constraintName('ix', index.table, [container]))} ON ${sqlTable(index.table)} USING gin ${sqlColumns([container])};`,
    };
  }
  const idle = alwaysTrue(index);
  if (idle)
    return {
      message: `${name} has the predicate ${index.predicate}, which holds for every row because ${nameOf(idle)} is NOT NULL`,
      help: 'Leave the predicate out',
      isSure: true,
    };
  if (column && index.parts.length === 1 && isBoolean(column) && !index.unique && index.predicate === null) {
    return {
      message: `${name} holds nothing but ${nameOf(column)}, which splits the table into two halves`,
      help: `Replace it by a partial index on what the queries look for, with ${column.name} as its predicate`,
      isSure: false,
    };
  }
  return null;
}

/** The queries look for one value of the second column and a range of the first, so that the index is read over the whole range. */
function orderFlaw(project: Project, index: Index): Flaw | null {
  const [range, equal] = index.parts.map((part) => part.column);
  if (!range || !equal || index.unique || index.method !== 'btree') return null;
  const lookups = lookupsInto(project, index.table);
  // Somebody asks for the first column alone, or for a value of it.
  if (lookups.some((lookup) => lookup.equal.includes(range) || lookup.optional.includes(range) || (lookup.next === range && !lookup.equal.includes(equal))))
    return null;
  const crossed = lookups.filter(
    (lookup) => !lookup.isPartial && lookup.next === range && lookup.equal.includes(equal) && !isServedInOrder(index.table, lookup.equal, range, lookup.holds),
  );
  if (crossed.length === 0) return null;
  const rest = index.parts.slice(2).flatMap((part) => part.column ?? []);
  const columns = [equal, range, ...rest];
  return {
    message: `${index.name ?? 'The index'} starts with ${nameOf(range)}, of which queries ask for a range or an order, before ${equal.name}, of which they ask for one value`,
    help: `Put ${equal.name} first: ${sqlColumns(columns)}`,
    isSure: false,
    instead: `CREATE INDEX CONCURRENTLY ${sqlName(constraintName('ix', index.table, columns))} ON ${sqlTable(index.table)} ${sqlColumns(columns)};`,
    related: crossed.map((lookup) => ({ message: 'queried here', place: lookup.place, table: index.table })),
  };
}

function isContainer(column: Column): boolean {
  return isUnindexable(column) && (column.type.array > 0 || column.type.name === 'jsonb');
}

/** The NOT NULL column whose presence is all that the predicate asks for. */
function alwaysTrue(index: Index): Column | null {
  const match = /^(\w+) is not null$/.exec(normalPredicate(index.predicate) ?? '');
  return index.table.columns.find((column) => column.name.toLowerCase() === match?.[1] && !column.nullable) ?? null;
}
