import {
  derivableKeys, dropColumns, involvesActor, isAssociation, isDead, isForeignKeyColumn, isOwnTable, isPrimaryKeyColumn, isRewritten, nameOf, isCarriedByMost,
  shownAt, sourceOf, sqlColumns, sqlName, sqlTable, type Column, type DerivableKey, type Path, type Project, type Related, type Remedy, type Rule, type Table,
  type Writer,
} from '../src/lint/rule.js';

export const derivableForeignKey: Rule = {
  id: 'derivable-foreign-key',
  summary: 'A foreign key that another foreign key already implies',
  level: 'warning',
  precision: 'high',
  evidence: 'presence',
  // What is to be dropped need not be made NOT NULL.
  covers: ['optional-foreign-key', 'missing-not-null'],
  check(project, report) {
    for (const table of project.schema.tables) {
      if (!isOwnTable(table) || isDead(project, table) || isOnlyKeys(table)) continue;
      for (const found of derivableKeys(project, table)) {
        const [column] = found.key.columns;
        const unique = uniqueKeyWith(found);
        const deliberate = whyDeliberate(project, found, unique);
        const isOwn = mayBeItsOwn(found);
        const isSure =
          !deliberate &&
          !isOwn &&
          !isOfOneBase(found) &&
          !sourceOf(found.path).nullable &&
          !involvesActor(project.schema, found.path) &&
          found.writers.every((writer) => writer.source === 'chain') &&
          !isRewritten(project, sourceOf(found.path));
        const flow = [...hops(found), ...writes(found), ...reads(project, found)];
        report({
          table,
          columns: [column],
          message: `${nameOf(column)} repeats what ${nameOf(found.path[0].columns[0])} already says: it is ${chain(found.path)}${deliberate ? `, though ${deliberate}` : ''}`,
          help: unique
            ? `Tie ${nameOf(column)} to its source with a composite foreign key: without the column its unique key ${sqlColumns(unique)} could not be declared`
            : `Drop ${nameOf(column)} and read it through ${found.path[0].columns[0].name}${deliberate ? `. If every row carries it on purpose, name ${column.name} in tenantKeys` : ''}. Where it has to stay, tie it to its source with a composite foreign key`,
          confidence: isSure ? 'high' : isOwn || isFree(found.writers) || isTenantKeyOnly(project, found) || isOfOneBase(found) ? 'low' : 'medium',
          related: [
            { message: 'source of truth', place: sourceOf(found.path).place, table: sourceOf(found.path).table, column: sourceOf(found.path) },
            ...writes(found),
            ...reads(project, found),
          ],
          flow,
          remedies: remedies(found, unique === null),
        });
      }
    }
  },
};

/** Over half of the tables carry it, and no code is seen that writes it: a tenant's key that stands there for filters and policies. */
function isTenantKeyOnly(project: Project, { key, writers }: DerivableKey): boolean {
  return isCarriedByMost(project.schema, key) && writers.length === 0;
}

/**
 * It may be empty although its source never is, and no code is seen that writes it, or all that does may leave it empty and copies it from nowhere: what is in
 * it, where something is, may be chosen.
 */
function mayBeItsOwn({ key, path, writers }: DerivableKey): boolean {
  return key.columns[0].nullable && !sourceOf(path).nullable && writers.every((writer) => writer.source !== 'chain' && writer.use.value?.mayBeNull === true);
}

/** One base or mixin gives it to both tables: whoever wrote it wants it on every table that has the base, and it cannot be dropped from one of them. */
function isOfOneBase({ key, path }: DerivableKey): boolean {
  const [{ inheritedFrom }] = key.columns;
  return inheritedFrom !== null && inheritedFrom === sourceOf(path).inheritedFrom;
}

/** People choose it in a form, and nobody copies it from the other key: it may well say something else. */
function isFree(writers: DerivableKey['writers']): boolean {
  const isChosen = (writer: DerivableKey['writers'][number]) => writer.source === 'unknown' && writer.use.via === 'generic-update';
  return writers.some(isChosen) && writers.every((writer) => writer.source === 'elsewhere' || isChosen(writer));
}

/** An association table consists of its keys. */
function isOnlyKeys(table: Table): boolean {
  return isAssociation(table) && table.columns.every((column) => isForeignKeyColumn(column) || isPrimaryKeyColumn(column));
}

/** The columns of a unique key of the table that has the foreign key in it. */
function uniqueKeyWith({ key: { table, columns: [column] } }: DerivableKey): readonly Column[] | null {
  const unique = [
    ...table.uniques.map((one) => one.columns),
    ...table.indexes.filter((index) => index.unique && index.parts.every((part) => part.column)).map((index) => index.parts.map((part) => part.column!)),
  ];
  return unique.find((columns) => columns.includes(column!)) ?? null;
}

function whyDeliberate(project: Project, { key, queries }: DerivableKey, unique: readonly Column[] | null): string | null {
  if (unique) return `the unique key ${sqlColumns(unique)} needs it`;
  if (isCarriedByMost(project.schema, key)) return `most tables carry ${key.columns[0].name}`;
  if (queries.some((one) => one.isAlone)) return `queries of ${key.table.name} filter by it alone`;
  return null;
}

/** `shipments.order_id of the shipment`, hop by hop. */
function chain(path: Path): string {
  return path.slice(1).map((hop) => nameOf(hop.columns[0])).join(', then ') + ` of its row in ${path[0].target.name}`;
}

function hops({ key, path }: DerivableKey): readonly Related[] {
  const step = (hop: Path[number], message: string): Related => ({ message, place: hop.columns[0].place, table: hop.table, column: hop.columns[0] });
  return [
    ...path.map((hop) => step(hop, `${nameOf(hop.columns[0])}${hop.columns[0].nullable ? '' : ', never NULL,'} leads to ${hop.target.name}`)),
    step(key, `${nameOf(key.columns[0])} leads to the same row of ${key.target.name}`),
  ];
}

function writes({ key, path, writers }: DerivableKey): readonly Related[] {
  const words = (writer: Writer) => {
    if (writer.source === 'chain') return `written here, copied from ${nameOf(sourceOf(path))}`;
    if (writer.source === 'elsewhere') return `written here from ${nameOf(writer.use.value!.column!)}`;
    return writer.source === 'null' ? 'NULL is written here' : 'written here, from a value that nothing ties to the other key';
  };
  return writers.map((writer): Related => ({ message: words(writer), place: writer.use.place, table: key.table, column: key.columns[0] }));
}

function reads(project: Project, { key, path, queries }: DerivableKey): readonly Related[] {
  const [first] = path;
  const join = `join ${first.target.name} on ${nameOf(first.columns[0])} and filter by ${nameOf(path[1].columns[0])}${path.length > 2 ? ' and so on' : ''}`;
  return queries.map(({ query, isAlone }): Related => ({
    message: isAlone ? `filtered by here; ${join} instead` : `filtered by here, beside ${first.columns[0].name} which suffices`,
    place: shownAt(project, query),
    table: key.table,
    column: key.columns[0],
  }));
}

function remedies({ key, path }: DerivableKey, canBeDropped: boolean): readonly Remedy[] {
  const [column] = key.columns;
  const joins = path
    .slice(0, -1)
    .map(
      (hop, i) =>
        `JOIN ${sqlTable(hop.target)} AS p${i + 1} ON p${i + 1}.${sqlName(hop.targetColumns[0].name)} = ${i === 0 ? 'c' : `p${i}`}.${sqlName(hop.columns[0].name)}`,
    );
  const source = `p${path.length - 1}.${sqlName(sourceOf(path).name)}`;
  return [
    {
      title: 'See whether rows already contradict each other',
      sql: `SELECT count(*) FROM ${sqlTable(key.table)} AS c\n  ${joins.join('\n  ')}\n  WHERE c.${sqlName(column.name)} IS DISTINCT FROM ${source};`,
    },
    ...(canBeDropped ? [{ title: `Drop ${nameOf(column)} once nothing uses it`, sql: dropColumns(key.table, [column]) }] : []),
  ];
}
