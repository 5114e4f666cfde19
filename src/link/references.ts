/** Foreign keys and relationships: names, classes and definitions become tables and columns. */
import { isSamePlace } from '../model/places.js';
import type { BrokenReference, Column, ForeignKey, Relationship, Table } from '../model/schema.js';
import { UNTOLD, type ForeignKeyDraft, type RelationshipDraft, type TableDraft, type TableTarget } from './draft.js';
import type { MergeInput } from './merge.js';
import { columnsNamed, sameSet, type MutableForeignKey, type MutableRelationship, type MutableTable } from './mutable.js';

/** Links every draft's keys and relationships; what points nowhere is collected in `broken`. */
export function linkReferences(
  groups: readonly (readonly TableDraft[])[],
  tableOf: ReadonlyMap<TableDraft, Table>,
  broken: BrokenReference[],
  { defaultSchema, drafts }: Pick<MergeInput, 'defaultSchema' | 'drafts'>,
): void {
  const find = tableFinder(groups, tableOf, defaultSchema);
  const sight = sightOf(groups, tableOf, defaultSchema);
  // A table that only a history that was not followed to its end knows is declared all the same.
  const declared = new Set(drafts.map((draft) => draft.name));
  for (const group of groups)
    for (const draft of group) {
      const missing: BrokenReference[] = [];
      for (const key of draft.foreignKeys)
        linkForeignKey(
          tableOf.get(draft) as MutableTable,
          key,
          draft,
          find,
          sight,
          key.target.k === 'table' && (draft.isAmongOthers || declared.has(key.target.name)) && !find(key.target, draft) ? [] : missing,
        );
      // What a history that was not read to its end points at may be made in the part that is missing.
      if (draft.kind !== 'migration' || !draft.isIncomplete) broken.push(...missing);
    }
  for (const group of groups) takeTypes(tableOf.get(group[0]!)!);
  const inverses: { draft: RelationshipDraft; relationship: Relationship }[] = [];
  for (const group of groups)
    for (const draft of group)
      for (const relationship of draft.relationships) {
        const linked = linkRelationship(tableOf.get(draft) as MutableTable, relationship, draft, find, draft.isAmongOthers ? [] : broken);
        if (linked) inverses.push({ draft: relationship, relationship: linked });
      }
  for (const { draft, relationship } of inverses) makeInverse(draft, relationship);
}

/** What could be declared out of sight: columns of tables that are not `whole`, tables of schemas that nothing here declares. */
interface Sight { readonly whole: ReadonlySet<Table>; readonly schemas: ReadonlySet<string> }

function sightOf(groups: readonly (readonly TableDraft[])[], tableOf: ReadonlyMap<TableDraft, Table>, defaultSchema: string): Sight {
  const isWhole = (group: readonly TableDraft[]): boolean => group.every((draft) => draft.kind !== 'model' || draft.isWhole === true);
  return {
    whole: new Set(groups.filter(isWhole).map((group) => tableOf.get(group[0]!)!)),
    schemas: new Set(groups.flat().map((draft) => draft.schema ?? defaultSchema)),
  };
}

type FindTable = (target: TableTarget, from: TableDraft) => Table | null;

function tableFinder(groups: readonly (readonly TableDraft[])[], tableOf: ReadonlyMap<TableDraft, Table>, defaultSchema: string): FindTable {
  const byName = new Map<string, TableDraft[]>();
  const byClass = new Map<string, TableDraft>();
  const bySite = new Map<string, TableDraft>();
  const byModel = new Map<string, TableDraft[]>();
  const add = (map: Map<string, TableDraft[]>, key: string, draft: TableDraft): void => {
    const list = map.get(key);
    if (list) list.push(draft);
    else map.set(key, [draft]);
  };
  for (const draft of groups.flat()) {
    add(byName, draft.name, draft);
    if (draft.cls) byClass.set(draft.cls.id, draft);
    if (draft.site) bySite.set(draft.site, draft);
    if (draft.model) add(byModel, draft.model, draft);
  }
  const nearest = (drafts: readonly TableDraft[] | undefined, from: TableDraft, schema?: string | null): Table | null => {
    if (!drafts?.length) return null;
    const wanted = (schema ?? defaultSchema);
    const score = (draft: TableDraft): number =>
      ((draft.schema ?? defaultSchema) === wanted ? 4 : 0) +
      (draft.partition === from.partition ? 2 : 0) +
      (draft.dialect === from.dialect ? 2 : 0) +
      sharedFolders(draft.place.path, from.place.path) / 100;
    return tableOf.get([...drafts].sort((a, b) => score(b) - score(a))[0]!) ?? null;
  };
  return (target, from) => {
    switch (target.k) {
      case 'table': return nearest(byName.get(target.name), from, target.schema ?? from.schema);
      case 'class': { const draft = byClass.get(target.cls.id); return draft ? tableOf.get(draft) ?? null : null; }
      case 'site': { const draft = bySite.get(target.site); return draft ? tableOf.get(draft) ?? null : null; }
      case 'model': return nearest(byModel.get(target.name) ?? byModel.get(target.name.slice(target.name.lastIndexOf('.') + 1)), from);
    }
  };
}

function sharedFolders(a: string, b: string): number {
  const left = a.split('/');
  const right = b.split('/');
  let shared = 0;
  while (shared < left.length && left[shared] === right[shared]) shared++;
  return shared;
}

const nameOf = (target: TableTarget): string => (target.k === 'class' ? target.cls.name : target.k === 'site' ? target.site : target.name);

function linkForeignKey(table: MutableTable, draft: ForeignKeyDraft, owner: TableDraft, find: FindTable, sight: Sight, broken: BrokenReference[]): void {
  const target = find(draft.target, owner);
  const columns = columnsNamed(table, draft.columns, owner);
  if (!target || !columns?.length) {
    if (
      !target &&
      draft.isEnforced !== false &&
      nameOf(draft.target) !== UNTOLD &&
      !(draft.target.k === 'table' && draft.target.schema && !sight.schemas.has(draft.target.schema))
    )
      broken.push({ table, what: 'foreign-key', name: draft.columns.join(', '), missing: nameOf(draft.target), place: draft.place });
    return;
  }
  const named = draft.targetColumns.map((name) => target.columns.find((column) => column.name === name || column.attribute === name));
  if (named.some((column) => column === undefined)) {
    const missing = draft.targetColumns.filter((_, i) => named[i] === undefined).map((name) => `the column ${target.name}.${name}`);
    if (sight.whole.has(target))
      broken.push({ table, what: 'foreign-key', name: draft.columns.join(', '), missing: missing.join(' and '), place: draft.place });
    return;
  }
  const targetColumns = named.length ? (named as Column[]) : target.primaryKey?.columns ?? [];
  if (targetColumns.length !== columns.length) return;
  const declaration = { kind: owner.kind, place: draft.place, onDelete: draft.onDelete ?? null };
  const known = table.foreignKeys.find((other) => other.target === target && sameSet(other.columns, columns)) as MutableForeignKey | undefined;
  if (known) {
    if (owner.foreignKeys.some((other) => other !== draft && isSamePlace(other.place, known.place)) && !isSamePlace(draft.place, known.place))
      known.repeats.push({ name: draft.name, place: draft.place });
    known.declarations.push(declaration);
    known.onDelete ??= draft.onDelete ?? null;
    known.onUpdate ??= draft.onUpdate ?? undefined;
    known.deferrable ??= draft.deferrable;
    known.modelOnDelete ??= draft.modelOnDelete ?? null;
    if (draft.isEnforced !== false) known.isEnforced = true;
    return;
  }
  table.foreignKeys.push({
    table,
    name: draft.name,
    columns,
    target,
    targetColumns,
    onDelete: draft.onDelete ?? null,
    ...(draft.onUpdate ? { onUpdate: draft.onUpdate } : {}),
    ...(draft.deferrable ? { deferrable: draft.deferrable } : {}),
    modelOnDelete: draft.modelOnDelete ?? null,
    isEnforced: draft.isEnforced ?? true,
    ...(draft.isUndeclared ? { isUndeclared: true } : {}),
    ...(draft.isBare ? { isBare: true } : {}),
    repeats: [],
    place: draft.place,
    declarations: [declaration],
  });
}

/** A key column whose type is not written has the type of what it points at. */
function takeTypes(table: Table): void {
  for (const key of table.foreignKeys) key.columns.forEach((column, index) => {
    const target = key.targetColumns[index];
    if (column.type.name === 'unknown' && target) (column as { type: Column['type'] }).type = target.type;
  });
}

function linkRelationship(table: MutableTable, draft: RelationshipDraft, owner: TableDraft, find: FindTable, broken: BrokenReference[]): Relationship | null {
  const target = find(draft.target, owner);
  if (!target) {
    if (nameOf(draft.target) !== UNTOLD) broken.push({ table, what: 'relationship', name: draft.name, missing: nameOf(draft.target), place: draft.place });
    return null;
  }
  const through = draft.through ? find(draft.through, owner) : null;
  const key = draft.through ? null : keyOf(table, target, draft, owner);
  const isLocal = key !== null && key.table === table && !(key.target === table && draft.many === true);
  const many = draft.many ?? (draft.through ? true : key ? !isLocal : false);
  const known = table.relationships.find((other) => other.name === draft.name) as MutableRelationship | undefined;
  if (known) { if (known.isImplicit && !draft.isImplicit) known.isImplicit = false; return known as Relationship; }
  const ownColumns = key === null && !through && !many && draft.localColumns?.length ? columnsNamed(table, draft.localColumns, owner) : null;
  const relationship: Relationship = {
    table,
    name: draft.name,
    target,
    many,
    foreignKey: key,
    ...(ownColumns ? { ownColumns } : {}),
    through,
    inverse: draft.inverse ?? null,
    isImplicit: draft.isImplicit ?? false,
    viewOnly: draft.viewOnly ?? false,
    isPicked: draft.isPicked ?? false,
    cascadesDelete: draft.cascadesDelete ?? false,
    passiveDeletes: draft.passiveDeletes ?? false,
    place: draft.place,
  };
  table.relationships.push(relationship);
  return relationship;
}

/** The foreign key a relationship follows: the named columns', else the only one between the two tables. */
function keyOf(table: Table, target: Table, draft: RelationshipDraft, owner: TableDraft): ForeignKey | null {
  const isOneOf = (column: Column, names: readonly string[]): boolean => names.includes(column.name) || names.includes(column.attribute);
  // Of a composite key that ties a copy to its source a relationship may name the reference alone.
  const named = (keys: readonly ForeignKey[], names: readonly string[]): ForeignKey | null =>
    keys.find((key) => key.columns.length === names.length && key.columns.every((column) => isOneOf(column, names))) ??
    keys.find(
      (key) => key.target === (key.table === table ? target : table) && key.columns.filter((column) => isOneOf(column, names)).length === names.length,
    ) ??
    null;
  const local = draft.many === true && table !== target ? [] : table.foreignKeys.filter((key) => key.target === target);
  const remote = draft.many === false && !draft.remoteColumns && local.length ? [] : target.foreignKeys.filter((key) => key.target === table);
  void owner;
  // One column may be the key of rows of several tables.
  const ends = (keys: readonly ForeignKey[], end: Table): readonly ForeignKey[] =>
    [...keys].sort((a, b) => Number(b.target === end) - Number(a.target === end));
  if (draft.localColumns?.length) {
    const key = named(ends(table.foreignKeys, target), draft.localColumns) ?? named(target.foreignKeys, draft.localColumns);
    if (key) return key;
  }
  if (draft.remoteColumns?.length) {
    const key = named(ends(target.foreignKeys, table), draft.remoteColumns) ?? named(table.foreignKeys, draft.remoteColumns);
    if (key) return key;
  }
  if (local.length === 1) return local[0]!;
  if (local.length === 0 && remote.length === 1) return remote[0]!;
  // Several keys between two tables: one that carries the relationship's name.
  const like = [...local, ...remote].filter((key) =>
    key.columns.some((column) => column.name === `${draft.name}_id` || column.attribute === `${draft.name}Id`),
  );
  return like.length === 1 ? like[0]! : null;
}

function makeInverse(draft: RelationshipDraft, relationship: Relationship): void {
  if (!draft.inverse || !draft.makesInverse) return;
  const target = relationship.target as MutableTable;
  if (target.relationships.some((other) => other.name === draft.inverse)) return;
  target.relationships.push({
    table: target,
    name: draft.inverse,
    target: relationship.table,
    many: draft.inverseIsOne
      ? false
      : relationship.through
        ? true
        : relationship.foreignKey
          ? relationship.foreignKey.table === relationship.table
          : !relationship.many,
    foreignKey: relationship.foreignKey,
    through: relationship.through,
    inverse: relationship.name,
    isImplicit: true,
    viewOnly: relationship.viewOnly,
    isPicked: relationship.isPicked,
    cascadesDelete: draft.inverseCascades ?? false,
    passiveDeletes: draft.inverseIsPassive ?? false,
    place: relationship.place,
  });
}
