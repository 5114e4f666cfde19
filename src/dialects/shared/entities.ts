/** Entities of TypeORM and MikroORM → drafts of tables: relations become key columns, foreign keys and join tables once every entity is known. */
import type { ReferentialAction } from '../../facts/ddl.js';
import { spanStart } from '../../facts/span.js';
import type { ClassRef } from '../../flow/value.js';
import type { ColumnDraft, ForeignKeyDraft, IndexDraft, KeyDraft, RelationshipDraft, TableDraft, TableTarget, UnknownName } from '../../link/draft.js';
import type { Place } from '../../model/schema.js';

export interface ColumnParts { readonly column: ColumnDraft; readonly keys: readonly KeyDraft[] }

export interface Constraints {
  readonly keys: KeyDraft[];
  readonly indexes: IndexDraft[];
  /** Declared without a relation. */
  readonly foreignKeys: ForeignKeyDraft[];
  readonly checks: TableDraft['checks'][number][];
  readonly exclusions: TableDraft['exclusions'][number][];
  /** Where an index is declared that could not be read. */
  readonly unread: Place[];
  /** What of them names no property. */
  readonly unknown: UnknownName[];
}
export const noConstraints = (): Constraints => ({ keys: [], indexes: [], foreignKeys: [], checks: [], exclusions: [], unread: [], unknown: [] });

export type RelationKind = 'ManyToOne' | 'OneToMany' | 'OneToOne' | 'ManyToMany';
export interface JoinColumn { readonly name: string | null; readonly referenced: string | null }
export interface JoinTable {
  readonly name: string | null;
  readonly columns: readonly JoinColumn[];
  readonly inverseColumns: readonly JoinColumn[];
  readonly schema: string | null;
  readonly place: Place;
  /** Rows are numbered: the two keys are not the table's own. */
  readonly isNumbered?: boolean;
  /** The entity that is the table. */
  readonly entity?: TableTarget;
}

export interface Relation {
  readonly property: string;
  readonly kind: RelationKind;
  readonly target: TableTarget;
  readonly inverse: string | null;
  readonly place: Place;
  readonly inheritedFrom: string | null;
  /** The key is in this table. */
  readonly owns: boolean;
  readonly joinColumns: readonly JoinColumn[];
  readonly joinTable: JoinTable | null;
  readonly nullable: boolean;
  readonly nullableIsExplicit: boolean;
  readonly isPrimary: boolean;
  readonly onDelete: ReferentialAction | null;
  readonly isEnforced: boolean;
  readonly cascadesDelete: boolean;
  /** The property holds the key itself: no row can be reached by it. */
  readonly isBareKey?: boolean;
  /** Reads through a key that another property declares. */
  readonly isUnpersisted?: boolean;
}

/** What an ORM calls the columns and tables that relations make, and what else it does with them. */
export interface Conventions {
  readonly dialect: string;
  /** What becomes of a name that is given for a key. */
  spelled?(given: string): string;
  joinColumn(property: string, referenced: { readonly attribute: string; readonly name: string }): string;
  joinTable(first: string, second: string, property: string): string;
  /** The key of a join table that points at `entity`; `side` where it joins rows of one table with each other. */
  joinTableColumn(entity: Entity, referenced: Pick<ColumnDraft, 'name' | 'attribute'>, side: 1 | 2 | null): string;
  readonly indexesJoinTables: boolean;
  /**
   * What a join table does with rows whose far side is deleted; `back` is the relation there that leads back. Null: nothing that is the same for every version.
   */
  farSideDelete(back: Relation | null): ReferentialAction | null;
  /** A one-to-one key that is the whole primary key has a unique key as well. */
  readonly repeatsPrimaryKey: boolean;
  /** The columns of a primary key stand in the order of the properties; elsewhere those that relations make come last. */
  readonly keysInOrder: boolean;
}

/** Notes an index or key over properties of which one cannot be found: without that it would be another one. True where all are there. */
export function namesAll(
  properties: readonly string[],
  named: (property: string) => readonly string[],
  what: UnknownName['what'],
  name: string | null,
  place: Place,
  into: Constraints,
): boolean {
  const missing = properties.filter((property) => named(property).length === 0);
  if (missing.length === 0) return true;
  into.unknown.push(...missing.map((property) => ({ what, name, property, place })));
  return false;
}

/** A property that a class has in a way that was not read may well be a column: then the index is, or the key. */
export function withoutMembers(made: Constraints, isMember: (property: string) => boolean): Constraints {
  const unread = made.unknown.filter(({ property }) => isMember(property)).map(({ place }) => place);
  return { ...made, unread: [...made.unread, ...unread], unknown: made.unknown.filter(({ property }) => !isMember(property)) };
}

export interface Entity {
  readonly cls: ClassRef | null;
  readonly site: string | null;
  readonly model: string;
  readonly base: ClassRef | null;
  readonly name: string;
  readonly schema: string | null;
  readonly kind: TableDraft['tableKind'];
  readonly place: Place;
  readonly extent: Place;
  readonly columns: readonly ColumnParts[];
  readonly relations: readonly Relation[];
  /** Properties that show a relation's key, by the relation's. */
  readonly relationIds: ReadonlyMap<string, string>;
  /** Classes of embedded objects, by the property that leads to them. */
  readonly embedded?: ReadonlyMap<string, readonly ClassRef[]>;
  readonly constraints: (named: (property: string) => readonly string[]) => Constraints;
  readonly comment: string | null;
  /** As in `TableDraft`. */
  readonly hasUnseenParts?: boolean;
  readonly isWhole?: boolean;
}

type FindEntity = (target: TableTarget) => Entity | null;

export function draftsOf(entities: readonly Entity[], naming: Conventions): readonly TableDraft[] {
  const find: FindEntity = (target) =>
    entities.find((entity) =>
      target.k === 'class'
        ? entity.cls?.id === target.cls.id
        : target.k === 'site'
          ? entity.site === target.site
          : target.k === 'model'
            ? entity.model === target.name || entity.name === target.name
            : entity.name === target.name,
    ) ?? null;
  const tables = entities.map((entity) => draftOf(entity, find, naming));
  return [...tables, ...entities.flatMap((entity) => joinTables(entity, find, naming))];
}

function draftOf(entity: Entity, find: FindEntity, naming: Conventions): TableDraft {
  const columns = new Map<string, ColumnDraft>(entity.columns.map((part) => [part.column.attribute, part.column]));
  const keys: KeyDraft[] = entity.columns.flatMap((part) => part.keys);
  const foreignKeys: ForeignKeyDraft[] = [];
  const joined = new Map<string, readonly string[]>();
  for (const relation of [...entity.relations].sort((a, b) => Number(a.isUnpersisted === true) - Number(b.isUnpersisted === true))) {
    if (!relation.owns) continue;
    const names = keyColumns(relation, find, naming);
    if (relation.isUnpersisted) {
      const known = new Set([...columns.values()].map((column) => column.name));
      if (names.every(({ name }) => known.has(name))) joined.set(relation.property, names.map(({ name }) => name));
      continue;
    }
    joined.set(relation.property, names.map((name) => name.name));
    names.forEach((name, index) => addKeyColumn(entity, relation, name.name, index, columns));
    // One key may be declared twice, as a value and as a relation: the later says what it does.
    const same = foreignKeys.findIndex((key) => key.columns.join() === names.map((name) => name.name).join());
    if (same >= 0) foreignKeys.splice(same, 1);
    foreignKeys.push({
      name: null,
      columns: names.map((name) => name.name),
      target: relation.target,
      targetColumns: names.some((name) => name.referenced !== null) ? names.map((name) => name.referenced ?? 'id') : [],
      onDelete: relation.onDelete,
      isEnforced: relation.isEnforced,
      place: relation.place,
    });
    if (relation.kind === 'OneToOne' && (naming.repeatsPrimaryKey || !isWholeKey(relation, entity)))
      keys.push({ k: 'unique', name: null, columns: names.map((name) => name.name), isImplicit: true, place: relation.place });
    if (relation.isPrimary) keys.push({ k: 'primary', name: null, columns: names.map((name) => name.name), place: relation.place });
  }
  const named = (property: string): readonly string[] => {
    const own = joined.get(property);
    if (own) return own;
    const column = columns.get(property) ?? [...columns.values()].find((each) => each.name === property);
    return column ? [column.name] : [];
  };
  const constraints = entity.constraints(named);
  return {
    dialect: naming.dialect,
    kind: 'model',
    tableKind: entity.kind,
    name: entity.name,
    schema: entity.schema,
    partition: '',
    model: entity.model,
    cls: entity.cls,
    site: entity.site,
    base: entity.base,
    inherits: entity.base,
    place: entity.place,
    extent: entity.extent,
    columns: [...columns.values()],
    keys: onePrimary([...keys, ...constraints.keys], naming.keysInOrder),
    indexes: constraints.indexes,
    foreignKeys: [...foreignKeys, ...constraints.foreignKeys.filter((key) => !foreignKeys.some((known) => known.columns.join() === key.columns.join()))],
    checks: constraints.checks,
    exclusions: constraints.exclusions,
    relationships: entity.relations
      .filter((relation) => !relation.isBareKey)
      .map((relation) => relationshipOf(relation, joined.get(relation.property) ?? null, find, naming, entity)),
    comment: entity.comment,
    declaresRelationships: true,
    keysAreRelationships: true,
    usesAttributeNames: true,
    ...(entity.embedded ? { embedded: entity.embedded } : {}),
    ...(constraints.unread.length || (constraints.unknown.length && !entity.isWhole) ? { hasUnreadIndexes: true } : {}),
    ...(entity.hasUnseenParts ? { hasUnseenParts: true } : {}),
    ...(constraints.unknown.length && entity.isWhole ? { unknownNames: constraints.unknown } : {}),
    ...(entity.isWhole && entity.relations.every((relation) => !relation.owns || find(relation.target)) ? { isWhole: true } : {}),
  };
}

/** Whether the key that a relation makes is the primary key, and nothing else is part of that. */
function isWholeKey(relation: Relation, entity: Entity): boolean {
  return (
    relation.isPrimary &&
    !entity.relations.some((other) => other !== relation && other.isPrimary) &&
    !entity.columns.some((part) => part.keys.some((key) => key.k === 'primary'))
  );
}

/** The names of a relation's key: given, else from the property and the key it points at. */
function keyColumns(
  relation: Relation,
  find: FindEntity,
  naming: Conventions,
  depth = 0,
): readonly { readonly name: string; readonly referenced: string | null }[] {
  const primary = primaryOf(find(relation.target), find, naming, depth);
  const property = relation.property.slice(relation.property.lastIndexOf('.') + 1);
  if (relation.joinColumns.length)
    return relation.joinColumns.map((join, index) => ({
      name:
        join.name !== null
          ? (naming.spelled?.(join.name) ?? join.name)
          : naming.joinColumn(property, join.referenced !== null ? { attribute: join.referenced, name: join.referenced } : (primary[index] ?? ID)),
      referenced: join.referenced,
    }));
  return (primary.length ? primary : [ID]).map((key) => ({ name: naming.joinColumn(property, key), referenced: null }));
}
const ID = { attribute: 'id', name: 'id' };

/** Keys of rows whose own keys lead to others are followed this deep. */
const KEY_LIMIT = 4;

/** The columns of an entity's primary key, those that its relations make behind its own. */
function primaryOf(entity: Entity | null, find: FindEntity, naming: Conventions, depth = 0): readonly Pick<ColumnDraft, 'name' | 'attribute' | 'type'>[] {
  if (!entity || depth > KEY_LIMIT) return [];
  const own = entity.columns.filter((part) => part.keys.some((key) => key.k === 'primary')).map((part) => part.column);
  const related = entity.relations.filter((relation) => relation.isPrimary && relation.owns && !relation.isUnpersisted).flatMap((relation) => {
    const types = primaryOf(find(relation.target), find, naming, depth + 1);
    return keyColumns(relation, find, naming, depth + 1).map(({ name }, index) => ({ name, attribute: relation.property, type: types[index]?.type ?? null }));
  });
  return [...own, ...related.filter(({ name }) => !own.some((column) => column.name === name))];
}

/**
 * The key's column, or the scalar property that declares it, which takes the type of what it points at.
 * https://github.com/typeorm/typeorm/blob/master/src/metadata-builder/RelationJoinColumnBuilder.ts
 */
function addKeyColumn(entity: Entity, relation: Relation, name: string, index: number, columns: Map<string, ColumnDraft>): void {
  for (const [attribute, column] of columns) if (column.name === name) { columns.set(attribute, { ...column, type: null }); return; }
  const called = (index === 0 ? entity.relationIds.get(relation.property) : undefined) ?? name;
  // A property of that name may be another column.
  const attribute = columns.has(called) ? `${relation.property}#${index}` : called;
  columns.set(attribute, {
    name,
    attribute,
    type: null,
    nullable: relation.nullable,
    nullableIsExplicit: relation.nullableIsExplicit,
    place: relation.place,
    inheritedFrom: relation.inheritedFrom,
  });
}

function onePrimary(keys: readonly KeyDraft[], isInOrder: boolean): readonly KeyDraft[] {
  const found = keys.filter((key) => key.k === 'primary');
  const isOneFile = found.every((key) => key.place.path === found[0]!.place.path);
  const primary = isInOrder && isOneFile ? [...found].sort((a, b) => spanStart(a.place.at) - spanStart(b.place.at)) : found;
  if (primary.length < 2) return keys;
  return [
    { k: 'primary', name: null, columns: [...new Set(primary.flatMap((key) => key.columns))], place: primary[0]!.place },
    ...keys.filter((key) => key.k !== 'primary'),
  ];
}

function relationshipOf(relation: Relation, local: readonly string[] | null, find: FindEntity, naming: Conventions, owner: Entity): RelationshipDraft {
  const other = find(relation.target);
  const back = other?.relations.find((each) => each.property === relation.inverse) ?? null;
  const shared = {
    name: relation.property,
    target: relation.target,
    inverse: relation.inverse ?? other?.relations.find((each) => each.inverse === relation.property && find(each.target) === owner)?.property ?? null,
    cascadesDelete: relation.cascadesDelete,
    place: relation.place,
  };
  if (relation.kind === 'ManyToMany') {
    const through = relation.joinTable
      ? joinTableName(owner, relation, find, naming)
      : other && back?.joinTable
        ? joinTableName(other, back, find, naming)
        : null;
    return { ...shared, many: true, through: through ? { k: 'table', name: through } : null };
  }
  if (local) return { ...shared, many: false, localColumns: local };
  const remote = back?.owns && other ? keyColumns(back, find, naming).map((column) => column.name) : null;
  return { ...shared, many: relation.kind === 'OneToMany', ...(remote ? { remoteColumns: remote } : {}) };
}

function joinTableName(owner: Entity, relation: Relation, find: FindEntity, naming: Conventions): string {
  return (
    (relation.joinTable?.entity ? find(relation.joinTable.entity)?.name : relation.joinTable?.name) ??
    naming.joinTable(owner.name, find(relation.target)?.name ?? '', relation.property)
  );
}

/**
 * Join tables have a key of both columns, in TypeORM also an index on each.
 * https://github.com/typeorm/typeorm/blob/master/src/metadata-builder/JunctionEntityMetadataBuilder.ts
 * https://mikro-orm.io/docs/collections#custom-pivot-table-entity
 */
function joinTables(entity: Entity, find: FindEntity, naming: Conventions): readonly TableDraft[] {
  return entity.relations.flatMap((relation): readonly TableDraft[] => {
    const other = find(relation.target);
    const join = relation.joinTable;
    if (!join || !other || join.entity) return [];
    const side = (target: Entity, given: Relation['joinColumns'], position: 1 | 2): ColumnDraft[] => primaryOf(target, find, naming).map((key, index) => {
      const name = given[index]?.name ?? naming.joinTableColumn(target, key, entity === other ? position : null);
      return { name, attribute: name, type: key.type, nullable: false, place: join.place };
    });
    const own = side(entity, join.columns, 1);
    const far = side(other, join.inverseColumns, 2).map((column) =>
      own.some((each) => each.name === column.name) ? { ...column, name: `${column.name}_2`, attribute: `${column.name}_2` } : column,
    );
    if (own.length === 0 || far.length === 0) return [];
    const names = (columns: readonly ColumnDraft[]): readonly string[] => columns.map((column) => column.name);
    const target = (of: Entity): TableTarget => (of.cls ? { k: 'class', cls: of.cls } : { k: 'table', name: of.name });
    const back = other.relations.find((each) => each.property === relation.inverse) ?? null;
    const index = (columns: readonly ColumnDraft[]): IndexDraft => ({
      name: null,
      parts: columns.map((column) => ({ column: column.name })),
      unique: false,
      isImplicit: true,
      place: join.place,
    });
    const id: ColumnDraft = { name: 'id', attribute: 'id', type: { name: 'integer' }, nullable: false, isIdentity: true, place: join.place };
    return [
      {
        dialect: naming.dialect,
        kind: 'model',
        tableKind: 'table',
        name: joinTableName(entity, relation, find, naming),
        schema: join.schema ?? entity.schema,
        partition: '',
        model: null,
        cls: null,
        site: null,
        base: null,
        place: join.place,
        extent: join.place,
        columns: [...(join.isNumbered ? [id] : []), ...own, ...far],
        keys: [{ k: 'primary', name: null, columns: join.isNumbered ? ['id'] : [...names(own), ...names(far)], place: join.place }],
        indexes: naming.indexesJoinTables ? [index(own), index(far)] : [],
        foreignKeys: [
          { name: null, columns: names(own), target: target(entity), targetColumns: [], onDelete: relation.onDelete ?? 'cascade', place: join.place },
          { name: null, columns: names(far), target: target(other), targetColumns: [], onDelete: naming.farSideDelete(back), place: join.place },
        ],
        checks: [],
        exclusions: [],
        relationships: [],
        comment: null,
        declaresRelationships: false,
      },
    ];
  });
}
