/** Columns that a mixin or base class declares for several tables: one line, to be told once. */
import { spanStart } from '../facts/span.js';
import type { Project } from './project.js';
import type { Column } from './schema.js';
import { dropColumns } from './sql-text.js';

const known = new WeakMap<Project, ReadonlyMap<string, readonly Column[]>>();

/** The columns of other tables that the same line declares; none for a column of the model's own. */
export function siblingsOf(project: Project, column: Column): readonly Column[] {
  if (column.inheritedFrom === null) return [];
  let all = known.get(project);
  if (!all) known.set(project, (all = byLine(project)));
  return (all.get(lineOf(column)) ?? []).filter((one) => one !== column);
}

/** Drops the column, and those of other tables that the same line declares: the model's field goes for all of them. */
export function dropWithSiblings(project: Project, column: Column): string {
  return [column, ...siblingsOf(project, column)].map((one) => dropColumns(one.table, [one])).join('\n');
}

/** A test that lets each line through for the first of its columns alone: what a base declares for many tables is said once. */
export function firstOfLines(): (column: Column) => boolean {
  const told = new Set<string>();
  return (column) => {
    if (column.inheritedFrom === null) return true;
    const line = lineOf(column);
    const isFirst = !told.has(line);
    told.add(line);
    return isFirst;
  };
}

/** What tells the line that declares a column. An object that is embedded under several names has one line for all of them: `billing.city`, `shipping.city`. */
function lineOf({ attribute, inheritedFrom, place }: Column): string {
  return `${place.path}:${spanStart(place.at)}:${inheritedFrom}.${attribute.slice(attribute.lastIndexOf('.') + 1)}`;
}

function byLine({ schema }: Project): ReadonlyMap<string, readonly Column[]> {
  const lines = new Map<string, Column[]>();
  for (const table of schema.tables) for (const column of table.columns) {
    if (column.inheritedFrom === null) continue;
    const line = lines.get(lineOf(column));
    if (line) line.push(column);
    else lines.set(lineOf(column), [column]);
  }
  return lines;
}
