/** Tables and columns that migrations took away and that code still uses, and tables that SQL names and nothing declares. */
import type { Project } from './project.js';
import type { Column, Dropped, Place, Table } from './schema.js';
import { isApplication } from './column-uses.js';
import { lifeOf } from './liveness.js';
import { isOwnTable } from './tables.js';

export interface DroppedUse {
  readonly drop: Dropped;
  /** The table as far as it is declared; for a name in SQL alone a bare one. */
  readonly table: Table;
  /** The model's column, where one is still declared. */
  readonly column: Column | null;
  /** Where the model declares it, or SQL names it. */
  readonly place: Place;
  readonly uses: readonly Place[];
}

const known = new WeakMap<Project, readonly DroppedUse[]>();

/** Every use of what is gone, one for each table or column. */
export function droppedUses(project: Project): readonly DroppedUse[] {
  let found = known.get(project);
  if (!found) known.set(project, (found = project.schema.dropped.length === 0 ? [] : [...stillDeclared(project), ...stillNamed(project)]));
  return found;
}

/** Models that name no database belong to the one whose history has tables of their names. */
function isAbout(drop: Dropped, table: Table): boolean {
  return drop.database === table.database || table.database === '';
}

/** Models that still declare it. An ORM asks for every declared column, so that each use of the table is one of the column. */
function stillDeclared(project: Project): DroppedUse[] {
  const last = new Map<Table | Column, DroppedUse>();
  for (const drop of project.schema.dropped) {
    const table = project.schema.tables.find((one) => one.name === drop.table && one.schema === drop.schema && isAbout(drop, one));
    const column = drop.column === null ? null : table?.columns.find((one) => one.name === drop.column) ?? null;
    const subject = drop.column === null ? table : column;
    if (!table || !subject || !isOwnTable(table) || subject.declarations.some((one) => one.kind !== 'model') || !lifeOf(project, table).isSeen) continue;
    const uses = column ? project.usesOf(column) : project.tableUsesOf(table);
    last.set(subject, {
      drop,
      table,
      column,
      place: subject.place,
      uses: uses.filter((use) => isApplication(use) && !use.context.isClient).map((use) => use.place),
    });
  }
  return [...last.values()];
}

/** SQL that names it. */
function stillNamed(project: Project): DroppedUse[] {
  const found = new Map<string, DroppedUse>();
  for (const use of project.usage.unknown) {
    if (!isApplication(use)) continue;
    const drop = project.schema.dropped.findLast((one) =>
      use.table
        ? one.column === use.name && one.table === use.table.name && one.schema === use.table.schema && isAbout(one, use.table)
        : one.column === null && one.table === use.name && (use.schema === null || use.schema === one.schema) && hadAll(one, use.columns),
    );
    if (!drop) continue;
    const key = [drop.database, drop.schema, drop.table, drop.column].join('\0');
    const first = found.get(key);
    if (first) found.set(key, { ...first, uses: [...first.uses, use.place] });
    else
      found.set(key, {
        drop,
        table: use.table ?? undeclaredTable(drop.table, drop.schema, drop.database, use.place),
        column: null,
        place: use.place,
        uses: [use.place],
      });
  }
  return [...found.values()];
}

/** A table of that name with other columns stands in another database, which the statement is sent to. */
function hadAll({ columns }: Dropped, asked: readonly string[]): boolean {
  return columns === null || asked.every((name) => columns.includes(name));
}

/** A table that only its name is known of. */
export function undeclaredTable(name: string, schema: string | null, database: string, place: Place): Table {
  return {
    name,
    schema,
    database,
    kind: 'table',
    model: null,
    submodels: [],
    place,
    extent: place,
    declarations: [],
    columns: [],
    primaryKey: null,
    uniques: [],
    indexes: [],
    foreignKeys: [],
    checks: [],
    exclusions: [],
    relationships: [],
    comment: null,
    declaresRelationships: false,
    rowSecurity: { enabled: null, policies: [] },
    triggers: [],
    partitions: null,
    isExternal: false,
    packages: [],
  };
}
