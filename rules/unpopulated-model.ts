import {
  applicationInserts, countedPlaces, isApplication, isAssociation, isJudgeable, isReading, isSeen, isThroughTable, keysTo, listed, nameTable, relationshipsTo,
  wordsOf, isFilledFromOutside, isWrittenByTrigger, type Confidence, type Project, type Query, type Related, type Rule, type Table,
} from '../src/lint/rule.js';

export const unpopulatedModel: Rule = {
  id: 'unpopulated-model',
  summary: 'A table that is read and that nothing fills',
  level: 'warning',
  precision: 'high',
  evidence: 'absence',
  check(project, report) {
    for (const table of project.schema.tables) {
      if (!isJudgeable(project, table) || !isSeen(project, table) || isAssociation(table) || isThroughTable(project.schema, table)) continue;
      if (isFilled(project, table) || isFilledFromOutside(project, table)) continue;
      const reads = readsOf(project, table);
      if (reads.length === 0) continue;
      const seeds = insertsBy(project, table, 'seed');
      const tests = insertsBy(project, table, 'test');
      const computed = computedElsewhere(project, table);
      const elsewhere =
        computed.length > 0 ? `; what it should hold is computed from ${listed([...new Set(computed.map((one) => one.root.table.name))])} instead` : '';
      report({
        table,
        columns: [],
        message: `${table.name} is read in ${countedPlaces(reads)} and no application code inserts into it: ${whoFills(seeds.length > 0, tests.length > 0)}${elsewhere}`,
        help:
          computed.length > 0
            ? `Fill ${table.name} where its numbers change, or drop it and read them from the query that computes them`
            : `Insert the rows of ${table.name} where they arise, or drop it together with the code that reads it`,
        confidence: confidenceOf(project, table, seeds.length > 0),
        related: [
          ...reads,
          ...computed.map((query): Related => ({ message: `${query.root.table.name} is counted here instead`, place: query.place, table: query.root.table })),
          ...seeds.map((place): Related => ({ message: 'filled by a seed script only', place, table })),
          ...tests.map((place): Related => ({ message: 'filled in a test only', place, table })),
        ],
      });
    }
  },
};

/** Code, SQL, a migration or a trigger makes rows, or rows of a subtype make them. */
function isFilled(project: Project, table: Table): boolean {
  const isMade = (one: Table) => applicationInserts(project, one).length > 0
    || project.insertsInto(one).some((insert) => insert.context.role === 'migration')
    || project.tableUsesOf(one).some((use) => use.kind === 'insert' && (isApplication(use) || use.context.role === 'migration'))
    || one.columns.some((column) => project.usesOf(column).some((use) => isApplication(use) && use.kind === 'write' && use.atInsert));
  if (isMade(table) || isWrittenByTrigger(project.schema, table)) return true;
  return keysTo(project.schema, table).some((key) => key.columns.every((column) => key.table.primaryKey?.columns.includes(column)) && isMade(key.table));
}

function readsOf(project: Project, table: Table): readonly Related[] {
  const queried = project
    .tableUsesOf(table)
    .filter((use) => isApplication(use) && (use.kind === 'select' || use.kind === 'relationship' || use.kind === 'expose'))
    .map((use): Related => ({ message: use.kind === 'expose' ? 'handed out here' : 'queried here', place: use.place, table }));
  if (queried.length > 0) return queried;
  // Who only deletes or changes rows by their columns does not read them: a library keeps the table.
  const queries = project.queriesOf(table).filter((query) => isApplication(query) && query.root.table === table);
  const isOnlyChanged = queries.length > 0 && queries.every((query) => query.verb !== 'select');
  return table.columns
    .flatMap((column) => project.usesOf(column))
    .filter((use) => isApplication(use) && isReading(use) && !(isOnlyChanged && use.kind === 'filter'))
    .map((use): Related => ({ message: 'read here', place: use.place, table, column: use.column }));
}

function insertsBy(project: Project, table: Table, role: 'seed' | 'test') {
  const places = [...project.insertsInto(table), ...project.tableUsesOf(table).filter((use) => use.kind === 'insert')]
    .filter((one) => one.context.role === role)
    .map((one) => one.place);
  return places.filter((place, i) => places.findIndex((one) => one.path === place.path) === i);
}

function whoFills(seeds: boolean, tests: boolean): string {
  if (seeds) return tests ? 'only a seed script and tests fill it' : 'only a seed script fills it';
  return tests ? 'only tests fill it' : 'nothing in this repository fills it';
}

/** Application queries that aggregate a table which a column of this one counts (`total_messages`). */
function computedElsewhere(project: Project, table: Table): readonly Query[] {
  const counts = table.columns.map((column) =>
    wordsOf(column.name).filter((word) => !/^(total|totals|count|counts|number|num|no|of|sum|avg|average|n|daily|monthly)$/.test(word)),
  );
  return project.usage.queries.filter((query) => isApplication(query) && (query.isAggregate || query.expects === 'count') && query.root.table !== table
    && counts.some((words) => words.length > 0 && nameTable(words, query.root.table)));
}

/** A table that has a relationship to this one is filled by code that cannot be followed: its rows may bring rows of this one. */
function mayComeWithParent(project: Project, table: Table): boolean {
  return relationshipsTo(project.schema, table).some(({ table: one }) => (
    project.gapsOf(one).some((gap) => gap.kind === 'dynamic-access') || project.insertsInto(one).some((insert) => isApplication(insert) && insert.isOpen)));
}

/** `room.invites.create(…)` on a row of nobody knows what: a relationship of that name leads here. */
function mayBeAddedTo(project: Project, table: Table): boolean {
  return relationshipsTo(project.schema, table).some(
    ({ many, name }) =>
      many && project.usage.possible.get(name)?.some((use) => use.kind === 'attribute' && use.role === 'application' && !use.isClient) === true,
  );
}

/** Reference data comes with a seed script: where other tables point at it, or code changes the rows that came with it, that is its proper source. */
function confidenceOf(project: Project, table: Table, isSeeded: boolean): Confidence {
  const isAdministered =
    project.tableUsesOf(table).some((use) => use.isAdmin) || table.columns.some((column) => project.usesOf(column).some((use) => use.via === 'admin'));
  // Where the class itself is given on (`def row_class(self): return Lead`), whoever asks for it may make rows of it.
  const isGivenOn = project.tableUsesOf(table).some((use) => use.isGivenOn === true && isApplication(use));
  if (isGivenOn || isAdministered || project.gapsOf(table).length > 0 || mayComeWithParent(project, table) || mayBeAddedTo(project, table)) return 'low';
  const isChanged = project.usage.uses.some((use) => use.table === table && use.kind === 'write' && !use.atInsert && isApplication(use));
  return isSeeded ? (isChanged || keysTo(project.schema, table).length > 0 ? 'low' : 'medium') : 'high';
}
