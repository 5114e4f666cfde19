/**
 * Which tables the application uses. Decided before everything else: rules about columns, keys and indexes stay
 * silent on a table that nobody uses, and rules about absent uses need a table that is seen to be used.
 */
import { saysFilledOutside } from './outside-text.js';
import { memberName, type Project } from './project.js';
import type { Place, Table } from './schema.js';
import type { PossibleUse, Role, TableUse, Use } from './usage.js';
import { isApplication, isJudgeable } from './column-uses.js';
import { indexOf } from './schema-index.js';
import { baseOf, isAssociation, isOwnTable, isThroughTable, keysTo } from './tables.js';

export interface Life {
  /** Application code with a typed receiver reads, writes, joins, follows or exposes it. */
  readonly isSeen: boolean;
  /** Nothing in the application uses it, not even by its name. */
  readonly isUnused: boolean;
  /** Why an unused table may be needed all the same. */
  readonly doubt: 'gap' | 'referenced' | 'unread-application' | null;
}

/** A place outside the application that names the table, and what it is. */
export interface Mention { readonly role: Role | 'admin' | 'type' | 'relationship'; readonly place: Place }

const lives = new WeakMap<Project, ReadonlyMap<Table, Life>>();

/** What is known of the table's life. */
export function lifeOf(project: Project, table: Table): Life {
  let known = lives.get(project);
  if (!known) lives.set(project, (known = decide(project)));
  return known.get(table) ?? { isSeen: true, isUnused: false, doubt: null };
}

/** Whether an unused-model finding says without a doubt that nobody uses the table: all other rules stay silent on it. */
export function isDead(project: Project, table: Table): boolean {
  const life = lifeOf(project, table);
  return life.isUnused && life.doubt === null;
}

/** Whether typed application code uses the table: only then does it mean anything that no use of a column is found. */
export function isSeen(project: Project, table: Table): boolean {
  return lifeOf(project, table).isSeen;
}

/** The tables of this application that rules have something to say of. */
export function livingTables(project: Project): readonly Table[] {
  return project.schema.tables.filter((table) => isOwnTable(table) && !isDead(project, table));
}

function decide(project: Project): Map<Table, Life> {
  const seen = new Set(project.schema.tables.filter((table) => isUsed(project, table)));
  for (const use of project.usage.relationshipUses) {
    if (!isApplication(use)) continue;
    for (const table of [use.relationship.table, use.relationship.target, use.relationship.through]) if (table) seen.add(table);
  }
  for (const table of project.schema.tables) {
    const base = baseOf(table);
    if (base && (seen.has(table) || seen.has(base))) seen.add(table).add(base);
  }
  const peers = new Map<string, { all: number; alive: number }>();
  for (const table of project.schema.tables) {
    if (!isJudgeable(project, table)) continue;
    const group = peers.get(groupOf(table)) ?? { all: 0, alive: 0 };
    peers.set(groupOf(table), { all: group.all + 1, alive: group.alive + (seen.has(table) ? 1 : 0) });
  }
  return new Map(project.schema.tables.map((table) => [table, lifeIn(project, table, seen, peers.get(groupOf(table))!)]));
}

/** Tables that are declared alike in one database: what the application does with some of them tells of the others. */
function groupOf(table: Table): string {
  return `${table.database}\0${table.model === null}`;
}

function lifeIn(project: Project, table: Table, seen: ReadonlySet<Table>, peers: { readonly all: number; readonly alive: number }): Life {
  const isSeen = seen.has(table);
  // A table that others inherit from is there for those, and their rows are its own.
  if (
    isSeen ||
    !isJudgeable(project, table) ||
    isAssociation(table) ||
    isThroughTable(project.schema, table) ||
    indexOf(project.schema).hasHeirs(table) ||
    possibleTableUses(project, table).some((use) => !isMereRoute(table, use))
  )
    return { isSeen, isUnused: false, doubt: null };
  // Where the application uses none of its tables, it is written in something we do not read.
  if (peers.alive === 0) return { isSeen, isUnused: false, doubt: null };
  const isReferenced = keysTo(project.schema, table).some(
    (key) => key.isEnforced && seen.has(key.table) && key.columns.some((column) => project.usesOf(column).some(isApplication)),
  );
  const doubt = project.gapsOf(table).length > 0 ? 'gap' : isReferenced ? 'referenced' : peers.alive * 2 < peers.all ? 'unread-application' : null;
  return { isSeen, isUnused: true, doubt };
}

function isUsed(project: Project, table: Table): boolean {
  return project.tableUsesOf(table).some((use) => isApplication(use) && !isBareMention(use))
    || project.insertsInto(table).some(isApplication)
    || project.queriesOf(table).some(isApplication)
    || project.exposuresOf(table).some(isApplication)
    || table.columns.some((column) => project.usesOf(column).some((use) => isApplication(use) && isOwnUse(use)));
}

/** Not what an administration page lists, a policy asks of every row, or a library does with the rows of any such model. */
function isOwnUse(use: Use): boolean {
  return use.via !== 'admin' && use.via !== 'policy' && use.via !== 'library';
}

/** Names the table and does nothing with its rows. */
function isBareMention(use: TableUse): boolean {
  return use.isTypeOnly === true || use.isAdmin === true;
}

/** Uses by its name, its model's, or the name of a relationship that leads to it, in application or client code. */
export function possibleTableUses(project: Project, table: Table): readonly PossibleUse[] {
  const byRelationship = indexOf(project.schema)
    .relationshipsTo(table)
    .flatMap((relationship) => project.usage.possible.get(relationship.name) ?? [])
    .filter(mayLeadToRows);
  return [...project.possibleTableUsesOf(table), ...byRelationship].filter((use) => use.role === 'application' || use.isClient);
}

/** A list of words is no list of rows, and a file of settings or translations follows no relationship. */
function mayLeadToRows({ isPlain, kind, place }: PossibleUse): boolean {
  return isPlain !== true && !(kind === 'word' && SETTINGS.test(place.path));
}
const SETTINGS = /\.(ya?ml|json5?|jsonc|toml|ini|cfg|properties|po|lock)$/i;

/** The name of a table that has a model says nothing where it is a route, or a part of one: what the route does is seen where it is answered. */
function isMereRoute(table: Table, use: PossibleUse): boolean {
  return use.kind === 'path' && table.model !== null;
}

/** Where the table is named without being used: migrations, seeds, tests, an administration site, types, relationships of other models. */
export function mentionsOf(project: Project, table: Table): readonly Mention[] {
  const mentions: Mention[] = [];
  const add = (role: Mention['role'], place: Place) => {
    if (!mentions.some((one) => one.role === role && one.place.path === place.path)) mentions.push({ role, place });
  };
  for (const declaration of table.declarations) if (declaration.kind === 'migration') add('migration', declaration.place);
  for (const use of project.tableUsesOf(table)) {
    if (!isApplication(use)) add(use.context.role, use.place);
    else if (use.isAdmin) add('admin', use.place);
    else if (use.isTypeOnly) add('type', use.place);
  }
  for (const insert of project.insertsInto(table)) if (!isApplication(insert)) add(insert.context.role, insert.place);
  for (const column of table.columns) {
    for (const use of project.usesOf(column)) {
      if (!isApplication(use)) add(use.context.role, use.place);
      else if (use.via === 'admin') add('admin', use.place);
    }
  }
  const member = table.model ? memberName(table.model) : null;
  for (const use of [...project.possibleTableUsesOf(table), ...(member ? (project.usage.possible.get(member) ?? []) : [])])
    if (use.role !== 'application') add(use.role, use.place);
  for (const relationship of indexOf(project.schema).relationshipsTo(table)) if (!relationship.isImplicit) add('relationship', relationship.place);
  return mentions;
}

/** Application code inserts or updates rows of the table, and none selects, follows or hands them out. */
export function isWrittenOnly(project: Project, table: Table): boolean {
  if (possibleTableUses(project, table).some((use) => use.kind !== 'keyword' && !isMereRoute(table, use))) return false;
  const uses = project.tableUsesOf(table).filter((use) => isApplication(use) && !isBareMention(use));
  if (uses.some((use) => use.kind === 'select' || use.kind === 'expose' || use.kind === 'relationship' || use.kind === 'mention')) return false;
  if (
    project.exposuresOf(table).some(isApplication) ||
    project.queriesOf(table).some((query) => isApplication(query) && (query.verb === 'select' || query.root.table !== table))
  )
    return false;
  const columnUses = table.columns.flatMap((column) => project.usesOf(column)).filter((use) => isApplication(use) && isOwnUse(use));
  // The conditions of an update or a delete are no readers, nor is who takes the key of a row that was just made.
  if (
    columnUses.some(
      (use) =>
        use.kind !== 'write' && use.kind !== 'filter' && use.kind !== 'lookup' && !(use.kind === 'read' && table.primaryKey?.columns.includes(use.column)),
    )
  )
    return false;
  if (
    project.usage.relationshipUses.some((use) => isApplication(use) && use.how !== 'set' && [use.relationship.target, use.relationship.through].includes(table))
  )
    return false;
  return (
    project.insertsInto(table).some(isApplication) ||
    uses.some((use) => use.kind === 'insert' || use.kind === 'update') ||
    columnUses.some((use) => use.kind === 'write')
  );
}

/**
 * Code that we cannot read may insert rows: the model's name stands in a file of another language, or the table has no
 * model and application code names it in a string. The name of a table that has a model says nothing where it is a route or
 * a label, and a client's words insert no rows. Or its comment says so. Where the application inserts into none of its tables, others fill them all.
 */
export function isFilledFromOutside(project: Project, table: Table): boolean {
  if (saysFilledOutside(table.comment)) return true;
  const models = new Set([...(table.model ? [table.model] : []), ...table.submodels]);
  const mayInsert = (use: PossibleUse) =>
    use.kind === 'word' || (table.model === null && use.kind !== 'path') || (models.has(use.name) && use.name !== table.name);
  if (project.possibleTableUsesOf(table).some((use) => use.role === 'application' && !use.isClient && mayInsert(use))) return true;
  // A helper that cannot be followed puts rows into whichever table it is given that has the columns it names.
  const fits = (columns: readonly string[]) => columns.every((name) => table.columns.some((column) => column.name === name));
  if (project.usage.unknown.some((each) => each.isInsert && isApplication(each) && fits(each.columns))) return true;
  return !project.schema.tables.some((one) => one.database === table.database && project.insertsInto(one).some(isApplication));
}
