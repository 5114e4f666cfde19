/** Code that is written once and works on whichever table it is given: that it can do a thing to a table does not show that anybody does it. */
import { placeKey } from './places.js';
import type { Project } from './project.js';
import type { Place, Table } from './schema.js';
import type { Query } from './usage.js';

/** As many tables at one place are no coincidence. */
const FEWEST_TABLES = 3;
const known = new WeakMap<Project, ReadonlyMap<string, ReadonlySet<Table>>>();

/** Whether the same expression reads or writes several tables (a repository's base class, a generic view). */
export function isSharedCode(project: Project, place: Place): boolean {
  let tables = known.get(project);
  if (!tables) known.set(project, (tables = tablesByPlace(project)));
  return (tables.get(placeKey(place))?.size ?? 0) >= FEWEST_TABLES;
}

function tablesByPlace(project: Project): Map<string, Set<Table>> {
  const found = new Map<string, Set<Table>>();
  for (const use of project.usage.tableUses) {
    if (use.kind === 'mention' || use.kind === 'relationship') continue;
    const tables = found.get(placeKey(use.place)) ?? new Set();
    found.set(placeKey(use.place), tables.add(use.table));
  }
  return found;
}

/** Where a reader sees what a query asks for: at the call that gives it, where code runs it that many tables share. */
export function shownAt(project: Project, query: Query): Place {
  return query.askedAt && isSharedCode(project, query.place) ? query.askedAt : query.place;
}
