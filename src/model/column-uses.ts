/** The uses of a column sorted by what they prove. */
import type { Project } from './project.js';
import type { Column, Table } from './schema.js';
import type { Context, Insert, PossibleUse, Role, Use } from './usage.js';
import { isOwnTable, isReadOutside } from './tables.js';
import { spanStart } from '../facts/span.js';

/** Code that runs in production, on either side of an API; no test, migration or seed script. */
export function isApplication(of: { readonly context: Context }): boolean {
  return of.context.role === 'application';
}

/** A function of a file, as one comparable text. */
export function siteOf({ context: { path, unit } }: { readonly context: Context }): string {
  return `${path}:${unit ?? ''}`;
}

/** Both stand in one function. */
export function runsWith(a: { readonly context: Context }, b: { readonly context: Context }): boolean {
  return siteOf(a) === siteOf(b);
}

export function isWriteUse(use: Use): boolean {
  return use.kind === 'write';
}

/** Hands the column out, by name or with all others. */
export function isExposure(use: Use): boolean {
  return use.kind === 'expose';
}

/** Looks at the value: reads, filters, sorts, groups, joins, looks up. An administration site's list is not the application's. */
export function isReading(use: Use): boolean {
  return !isWriteUse(use) && !isExposure(use) && use.via !== 'catch-all';
}

/**
 * Application uses of a column. `weak` ones do not show that anybody wants it: a serialiser hands it out, or a request's fields
 * are written one and all.
 */
export interface ColumnUses {
  readonly reads: readonly Use[];
  readonly writes: readonly Use[];
  /** A response schema names it. */
  readonly named: readonly Use[];
  /** Handed out with all columns. */
  readonly catchAll: readonly Use[];
  readonly genericWrites: readonly Use[];
  /** Uses in tests, migrations and seed scripts. */
  readonly elsewhere: readonly Use[];
}

export function columnUses(project: Project, column: Column): ColumnUses {
  const all = project.usesOf(column);
  const uses = all.filter(isApplication);
  const exposures = uses.filter((use) => isExposure(use) || use.via === 'catch-all');
  return {
    reads: uses.filter(isReading),
    writes: uses.filter((use) => isWriteUse(use) && use.via !== 'generic-update'),
    named: exposures.filter((use) => use.via !== 'catch-all'),
    catchAll: exposures.filter((use) => use.via === 'catch-all'),
    genericWrites: uses.filter((use) => isWriteUse(use) && use.via === 'generic-update'),
    elsewhere: all.filter((use) => !isApplication(use)),
  };
}

/**
 * Uses by name only in application or client code. A type does nothing by itself: it tells what receives a column that is handed out and
 * what gives a row that is inserted as a whole its fields, and of another column nothing.
 */
export function possibleUses(project: Project, column: Column): readonly PossibleUse[] {
  const isWhole =
    project.usesOf(column).some((use) => isExposure(use) || use.via === 'catch-all') || project.insertsInto(column.table).some((insert) => insert.isOpen);
  return project
    .possibleUsesOf(column)
    .filter((use) => (use.role === 'application' || use.isClient) && (!use.isType || isWhole) && !isItsOtherSide(project, column, use));
}

/** `create({ phone: body.phone })`, `{ phone: row.phone }`: the name beside a use of the column itself. */
function isItsOtherSide(project: Project, column: Column, { beside }: PossibleUse): boolean {
  return (
    beside !== undefined &&
    project.usesOf(column).some((use) => beside.some(({ path, offset }) => use.place.path === path && spanStart(use.place.at) === offset))
  );
}

/** Rows that the application makes. */
export function applicationInserts(project: Project, table: Table): readonly Insert[] {
  return project.insertsInto(table).filter(isApplication);
}

/** A library reads and writes the table by itself and prescribes its columns: nobody here decides what they are like. */
export function isShapedByLibrary(project: Project, table: Table): boolean {
  return project.gapsOf(table).some((gap) => gap.isShaped === true);
}

/** A relationship follows the column's key, and code follows that relationship or may do so under its name. */
export function isFollowed(project: Project, column: Column): boolean {
  return followedColumns(project).has(column);
}

const followed = new WeakMap<Project, ReadonlySet<Column>>();

function followedColumns(project: Project): ReadonlySet<Column> {
  const known = followed.get(project);
  if (known) return known;
  const uses = project.usage.relationshipUses.filter(isApplication).map((use) => use.relationship);
  const [usedKeys, usedThrough] = [new Set(uses.map((one) => one.foreignKey)), new Set(uses.map((one) => one.through))];
  const isNamed = (name: string) => project.usage.possible.get(name)?.some((use) => use.role === 'application') ?? false;
  const columns = new Set<Column>();
  for (const { foreignKey, through, name, inverse } of project.schema.tables.flatMap((table) => table.relationships)) {
    if (!(foreignKey && usedKeys.has(foreignKey)) && !(through && usedThrough.has(through)) && !isNamed(name) && !(inverse !== null && isNamed(inverse)))
      continue;
    // Over an association table both of its keys are followed.
    for (const key of [...(foreignKey ? [foreignKey] : []), ...(through?.foreignKeys ?? [])])
      for (const column of [...key.columns, ...key.targetColumns]) columns.add(column);
  }
  followed.set(project, columns);
  return columns;
}

const ROLE_WORDS: Readonly<Record<Exclude<Role, 'application'>, string>> = { test: 'tests', migration: 'migrations', seed: 'a seed script' };

/** Where, other than in the application, something is used: `migrations`, `a seed script`, `tests`. */
export function rolesInWords(roles: Iterable<Role>): readonly string[] {
  const found = new Set(roles);
  return (['migration', 'seed', 'test'] as const).filter((role) => found.has(role)).map((role) => ROLE_WORDS[role]);
}

/** A column that an absence rule may judge: of an own table that nobody outside is said to read. */
export function isJudgeable(project: Project, table: Table): boolean {
  return isOwnTable(table) && !isReadOutside(project, table);
}
