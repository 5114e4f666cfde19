/** Where models and the replayed history of the database disagree; only meaningful when the history replayed completely. */
import { familyOf } from '../model/column-kinds.js';
import type { Column, ColumnType, Declaration, Drift, Place, Table } from '../model/schema.js';
import type { ColumnDraft, TableDraft } from './draft.js';

/** Whether a draft tells what the database has: a history that was followed to its end. */
export const isFollowed = (draft: TableDraft): boolean => draft.kind !== 'model' && !draft.isIncomplete && !draft.isPartial;

/** Whether a draft's names may be others in the database. */
export const isUntold = (draft: TableDraft): boolean => draft.hasUntoldNames === true;

/** Above this share of a model's columns that the database lacks, its names were not read as they are, or it is another table's. */
const TOLERATED_SHARE = 0.5;

/** The disagreements about the columns of one table: one that is missing on a side, null, type. */
export function columnDrifts(table: Table, group: readonly TableDraft[], typeOf: (draft: ColumnDraft) => ColumnType | null): readonly Drift[] {
  const model = group.find((draft) => draft.kind === 'model' && !draft.base);
  const database = group.find(isFollowed);
  if (!model || !database || model.isExternal || table.kind !== 'table' || group.some(isUntold)) return [];
  const inModels = new Map<string, { column: ColumnDraft; isShared: boolean }>();
  for (const draft of group)
    if (draft.kind === 'model') for (const column of draft.columns) inModels.set(column.name, { column, isShared: draft.base !== null });
  const inDatabase = new Map(database.columns.map((column) => [column.name, column]));
  const onlyModel = [...inModels.keys()].filter((name) => !inDatabase.has(name));
  const onlyDatabase = [...inDatabase.keys()].filter((name) => !inModels.has(name));
  if (onlyModel.length > inModels.size * TOLERATED_SHARE) return [];
  // One column under two spellings is a naming rule that was not read.
  const isRespelled = (name: string, others: readonly string[]): boolean => others.some((other) => plain(other) === plain(name));
  const isWhole = group.every((draft) => draft.kind !== 'model' || draft.isWhole === true);
  const drifts: Drift[] = [];
  const add = (what: Drift['what'], name: string, said: string, stored: string, modelColumn: ColumnDraft | null, databaseColumn: ColumnDraft | null): void => {
    drifts.push({
      table,
      column: table.columns.find((column) => column.name === name) ?? null,
      what,
      inModel: said,
      inDatabase: stored,
      modelPlace: modelColumn?.place ?? model.place,
      databasePlace: databaseColumn?.place ?? database.place,
      names: [name],
    });
  };
  const isKey = (name: string): boolean => group.some((draft) => draft.keys.some((key) => key.k === 'primary' && key.columns.includes(name)));
  for (const [name, { column, isShared }] of inModels) {
    const stored = inDatabase.get(name);
    if (!stored) { if (!isRespelled(name, onlyDatabase)) add('column', name, 'declared', 'missing', column, null); continue; }
    // A subclass's column is nullable in the table it shares.
    if (stored.nullable !== column.nullable && column.nullableIsExplicit !== false && !isShared && !isKey(name))
      add('nullable', name, column.nullable ? 'nullable' : 'NOT NULL', stored.nullable ? 'nullable' : 'NOT NULL', column, stored);
    const [said, kept] = [typeOf(column), typeOf(stored)];
    if (said && kept && differ(said, kept)) add('type', name, textOf(said), textOf(kept), column, stored);
  }
  // What the database computes by itself, or only SQL can search, needs no field; what a base class out of sight declares is not missing.
  for (const [name, stored] of inDatabase)
    if (isWhole && !inModels.has(name) && !stored.isGenerated && stored.type?.name !== 'tsvector' && !isRespelled(name, onlyModel))
      add('column', name, 'missing', 'declared', null, stored);
  return drifts;
}

/** Types whose names mean the same to every ORM; documents, enums, keys and whatever a project makes of them do not. */
const PLAIN = new Set([
  'integer', 'bigint', 'smallint', 'numeric', 'double precision', 'real', 'boolean', 'date', 'text', 'timestamp with time zone', 'timestamp without time zone',
]);

function differ(said: ColumnType, kept: ColumnType): boolean {
  if (said.enumName || kept.enumName) return false;
  const [a, b] = [familyOf({ type: said } as Column), familyOf({ type: kept } as Column)];
  return a !== null && b !== null && PLAIN.has(a) && PLAIN.has(b) && (a !== b || said.array !== kept.array);
}

const plain = (name: string): string => name.replaceAll('_', '').toLowerCase();
const textOf = (type: ColumnType): string => type.name + '[]'.repeat(type.array);

/**
 * The disagreements about keys, indexes and foreign keys of tables whose history was followed. Names do not count, nor what only follows from
 * a column that is missing (`known`). Where most of what the database has of a kind is in no model, models leave that to migrations: no drift.
 */
export function constraintDrifts(tables: readonly Table[], known: readonly Drift[]): readonly Drift[] {
  const found = tables.map((table) => tableConstraints(table, known));
  const drifts = found.flatMap((each) => each.drifts);
  const isByHand = (what: Drift['what']): boolean => {
    const alone = drifts.filter((drift) => drift.what === what && drift.inModel === '').length;
    return alone > found.reduce((sum, each) => sum + (each.declared.get(what) ?? 0), 0);
  };
  const byHand = new Set((['unique', 'index', 'foreign-key'] as const).filter(isByHand));
  return drifts.filter((drift) => drift.inModel !== '' || !byHand.has(drift.what as 'unique'));
}

/** Of one table: the disagreements, and how many things of each kind its models declare. */
function tableConstraints(table: Table, known: readonly Drift[]): { readonly drifts: readonly Drift[]; readonly declared: ReadonlyMap<Drift['what'], number> } {
  const model = table.declarations.find((one) => one.kind === 'model');
  const database = table.declarations.find((one) => one.kind !== 'model');
  const declared = new Map<Drift['what'], number>();
  if (!model || !database || table.kind !== 'table' || table.isExternal) return { drifts: [], declared };
  const drifts: Drift[] = [];
  const missing = new Set(known.filter((drift) => drift.table === table && drift.what === 'column').flatMap((drift) => drift.names));
  const add = (what: Drift['what'], columns: readonly Column[], declarations: readonly Declaration[], word: string): void => {
    if (columns.some((column) => missing.has(column.name))) return;
    const isModel = declarations[0].kind === 'model';
    // It may be among those that the model declares in a way, or in a place, that we cannot read.
    if (!isModel && (table.hasUnseenParts || table.isMadeByRelationship || (table.hasUnreadIndexes && (what === 'index' || what === 'unique')))) return;
    const [here, other] = [declarations[0].place, (isModel ? database : model).place];
    drifts.push({
      table,
      column: null,
      what,
      inModel: isModel ? word : '',
      inDatabase: isModel ? '' : word,
      modelPlace: isModel ? here : other,
      databasePlace: isModel ? other : here,
      names: columns.map((column) => column.name),
    });
  };
  const uniques = uniqueLists(table);
  const count = (what: Drift['what'], lists: readonly { readonly declarations: readonly Declaration[] }[]): void =>
    void declared.set(what, lists.filter((list) => list.declarations.some((one) => one.kind === 'model')).length);
  count('unique', table.uniques);
  for (const { columns, declarations } of uniques) if (!isOnBothSides(uniques, columns, declarations)) add('unique', columns, declarations, 'unique');
  const indexes = table.indexes
    .filter((index) => !index.unique && !index.isImplicit && index.predicate === null && index.method === 'btree' && index.parts.every((part) => part.column))
    .map((index) => ({ columns: index.parts.map((part) => part.column!), declarations: index.declarations }));
  count('index', indexes);
  count('foreign-key', table.foreignKeys);
  const served = [
    ...uniques,
    ...indexes,
    ...table.indexes
      .filter((index) => index.isImplicit)
      .map((index) => ({
        columns: index.parts.flatMap((part) => part.column ?? []),
        declarations: index.declarations.map((one) => ({ ...one, kind: 'model' as const })),
      })),
  ];
  for (const { columns, declarations } of indexes) if (!isInOrderOnBothSides(served, columns, declarations)) add('index', columns, declarations, 'an index');
  for (const key of table.foreignKeys) {
    // A relationship that is missing is no drift: its own rule says so.
    if (table.keysAreRelationships && !key.declarations.some((one) => one.kind === 'model')) continue;
    const others = table.foreignKeys.filter((one) => one.target === key.target).map((one) => ({ columns: one.columns, declarations: one.declarations }));
    if (key.isEnforced && bothSides(key.target) && !isOnBothSides(others, key.columns, key.declarations))
      add('foreign-key', key.columns, key.declarations, `a foreign key to ${key.target.name}`);
  }
  return { drifts, declared };
}

interface List { readonly columns: readonly Column[]; readonly declarations: readonly Declaration[] }

function uniqueLists(table: Table): readonly List[] {
  const indexes = table.indexes.filter((index) => index.unique && index.predicate === null && index.parts.every((part) => part.column));
  return [
    ...(table.primaryKey ? [table.primaryKey] : []),
    ...table.uniques,
    ...indexes.map((index) => ({ columns: index.parts.map((part) => part.column!), declarations: index.declarations })),
  ];
}

const sidesOf = (declarations: readonly Declaration[]): ReadonlySet<boolean> => new Set(declarations.map((one) => one.kind === 'model'));
const bothSides = (table: Table): boolean => sidesOf(table.declarations).size === 2;

function isOnBothSides(lists: readonly List[], columns: readonly Column[], declarations: readonly Declaration[]): boolean {
  const same = lists.filter((list) => list.columns.length === columns.length && columns.every((column) => list.columns.includes(column)));
  return sidesOf([...declarations, ...same.flatMap((list) => list.declarations)]).size === 2;
}

function isInOrderOnBothSides(lists: readonly List[], columns: readonly Column[], declarations: readonly Declaration[]): boolean {
  const same = lists.filter((list) => list.columns.length === columns.length && columns.every((column, i) => list.columns[i] === column));
  return sidesOf([...declarations, ...same.flatMap((list) => list.declarations)]).size === 2;
}

/**
 * Keys that both sides have and whose parents' deletes end differently. A model that says nothing leaves it to the migrations; where most
 * keys differ, a default of the project's own was not read.
 */
export function actionDrifts(tables: readonly Table[]): readonly Drift[] {
  const drifts: Drift[] = [];
  let compared = 0;
  for (const table of tables) for (const key of table.foreignKeys) {
    const said = key.declarations.find((one) => one.kind === 'model' && one.onDelete !== null);
    const stored = key.declarations.filter((one) => one.kind !== 'model');
    if (!said || stored.length === 0 || !key.isEnforced || table.isExternal) continue;
    compared++;
    if (stored.some((one) => effectOf(one.onDelete) === effectOf(said.onDelete))) continue;
    drifts.push({
      table,
      column: null,
      what: 'on-delete',
      inModel: said.onDelete!.toUpperCase(),
      inDatabase: (stored[0]!.onDelete ?? 'no action').toUpperCase(),
      modelPlace: said.place,
      databasePlace: stored[0]!.place,
      names: key.columns.map((column) => column.name),
    });
  }
  return compared >= MEASURED_KEYS && drifts.length > compared * TOLERATED_SHARE ? [] : drifts;
}

const MEASURED_KEYS = 4;

/** To refuse at once or at the end is one effect. */
const effectOf = (action: string | null): string => (action === null || action === 'no action' ? 'restrict' : action);

/** Models whose table no step of the history creates, where it creates those of most others. */
export function tableDrifts(tables: readonly Table[], followed: ReadonlySet<Table>): readonly Drift[] {
  return [...new Set(tables.map((table) => table.database))].flatMap((database) => {
    const modelled = tables.filter(
      (table) => table.database === database && table.kind === 'table' && !table.isExternal && table.declarations.some((one) => one.kind === 'model'),
    );
    const stored = modelled.filter((table) => bothSides(table) && followed.has(table));
    if (stored.length <= modelled.length / 2 || modelled.some((table) => bothSides(table) && !followed.has(table))) return [];
    const last: Place = stored[stored.length - 1].declarations.find((one) => one.kind !== 'model')!.place;
    const near = nearTo(stored, modelled);
    return modelled
      .filter((table) => near.has(table) && !bothSides(table))
      .map((table): Drift => ({
        table,
        column: null,
        what: 'table',
        inModel: 'declared',
        inDatabase: 'missing',
        modelPlace: table.place,
        databasePlace: last,
        names: [],
      }));
  });
}

/**
 * What stands in a folder with one of these tables, or is tied to one by keys, and so on. The others may be those of a service beside, which makes its tables
 * itself.
 */
function nearTo(start: readonly Table[], tables: readonly Table[]): ReadonlySet<Table> {
  const near = new Set(start);
  const folders = new Set(start.map(folderOf));
  for (let size = -1; size < near.size;) {
    size = near.size;
    for (const table of tables) {
      const isTied = table.foreignKeys.some((key) => near.has(key.target));
      if (!near.has(table) && (isTied || folders.has(folderOf(table)))) { near.add(table); folders.add(folderOf(table)); }
      if (near.has(table)) for (const key of table.foreignKeys) near.add(key.target);
    }
  }
  return near;
}

const folderOf = (table: Table): string => table.place.path.slice(0, table.place.path.lastIndexOf('/') + 1);
