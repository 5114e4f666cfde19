/** Models → drafts of tables: associations become key columns, foreign keys and tables in between once every model is known. */
import type { ColumnDraft, ForeignKeyDraft, IndexDraft, KeyDraft, RelationshipDraft, TableDraft, TableTarget } from '../../link/draft.js';
import type { Place } from '../../model/schema.js';
import { ENUM } from './attributes.js';
import { defaultOf } from './defaults.js';
import type { Association, Attribute, Entity } from './entity.js';
import { camelize, DIALECT, plural, singular, underscoredIf } from './names.js';
import { joinTables, type Join } from './joins.js';

/** A table while associations add to it. */
export interface Draft {
  readonly entity: Entity;
  readonly name: string;
  readonly columns: Map<string, ColumnDraft>;
  readonly keys: KeyDraft[];
  readonly foreignKeys: ForeignKeyDraft[];
  readonly relationships: RelationshipDraft[];
}
export type FindDraft = (target: TableTarget) => Draft | null;

/**
 * `constants`: what constants hold models, with their sites. `syncs`: the tables are made from the models, so that what Sequelize does by default holds in the
 * database.
 */
export function draftsOf(
  entities: readonly Entity[],
  associations: readonly Association[],
  constants: ReadonlyMap<string, string>,
  syncs: boolean,
): readonly TableDraft[] {
  const drafts = entities.map((entity) => begin(entity, syncs));
  const find: FindDraft = (target) =>
    drafts.find(({ entity, name }) =>
      target.k === 'class'
        ? entity.cls?.id === target.cls.id
        : target.k === 'site'
          ? entity.site === target.site
          : target.k === 'model'
            ? entity.model === target.name
            : name === target.name,
    ) ??
    (target.k === 'model'
      ? (drafts.find(({ entity }) => entity.site !== null && entity.site === constants.get(target.name)) ??
        drafts.find(({ name }) => name === target.name) ??
        null)
      : null);
  for (const draft of drafts) addReferences(draft, find);
  for (const association of associations) if (association.kind !== 'belongsToMany') associate(association, find, syncs);
  const joins: Join[] = [];
  for (const association of associations)
    if (association.kind === 'belongsToMany') {
      const join = joinTables(association, find, joins, syncs);
      if (join) joins.push(join);
    }
  for (const draft of drafts) addMarks(draft, find);
  return [...drafts.map(finish), ...joins.filter((join) => join.draft === null).map((join) => join.table)];
}

export const tableTarget = (draft: Draft): TableTarget => (draft.entity.cls ? { k: 'class', cls: draft.entity.cls } : { k: 'site', site: draft.entity.site! });

function begin(entity: Entity, syncs: boolean): Draft {
  const { options } = entity;
  const name = options.tableName ?? (options.isFrozen ? entity.model : underscoredIf(options.plural ?? plural(entity.model), options.underscored));
  const columns = new Map<string, ColumnDraft>();
  const attributes = [...entity.attributes.values()];
  const hasKey = entity.isKeyless !== true || attributes.some((attribute) => attribute.isPrimary);
  if (hasKey && !attributes.some((attribute) => attribute.isPrimary))
    columns.set('id', { name: 'id', attribute: 'id', type: { name: 'integer' }, nullable: false, isIdentity: true, place: entity.place });
  for (const attribute of attributes) columns.set(attribute.name, columnOf(entity, name, attribute, syncs));
  addStamps(entity, columns);
  const primary = attributes.filter((attribute) => attribute.isPrimary);
  const keys: KeyDraft[] = hasKey
    ? [
        {
          k: 'primary',
          name: null,
          columns: primary.length ? primary.map((attribute) => columns.get(attribute.name)!.name) : ['id'],
          place: primary[0]?.place ?? entity.place,
        },
      ]
    : [];
  addUniques(attributes, columns, keys);
  return { entity, name, columns, keys, foreignKeys: [], relationships: [] };
}

/** A default is filled in by Sequelize; the database has it where the tables are made from the models. */
function columnOf(entity: Entity, table: string, attribute: Attribute, syncs: boolean): ColumnDraft {
  const { options } = entity;
  const name = attribute.field ?? underscoredIf(attribute.name, options.underscored);
  // A key whose property says `string` may be whatever the key it points at is.
  const isOpen = attribute.isInferred === true && entity.marks.some((mark) => mark.attribute === attribute.name);
  const type = isOpen
    ? null
    : attribute.type?.enumName === ENUM
      ? { ...attribute.type, name: `enum_${table}_${name}`, enumName: `enum_${table}_${name}` }
      : attribute.type;
  const role =
    attribute.name === options.createdAt
      ? ('created-at' as const)
      : attribute.name === options.updatedAt
        ? ('updated-at' as const)
        : attribute.name === options.deletedAt
          ? ('soft-delete' as const)
          : attribute.name === options.version
            ? ('version' as const)
            : null;
  return {
    name,
    attribute: attribute.name,
    type,
    nullable: attribute.isPrimary ? false : attribute.allowNull !== false,
    nullableIsExplicit: attribute.allowNull !== null,
    databaseDefault: syncs ? defaultOf(attribute.defaultValue) : null,
    hasClientDefault:
      (attribute.defaultValue !== null && !(attribute.defaultValue.k === 'const' && attribute.defaultValue.v === null)) ||
      role === 'created-at' ||
      role === 'updated-at',
    onUpdate: role === 'updated-at' ? 'orm' : null,
    isIdentity: attribute.isIdentity,
    role,
    comment: attribute.comment,
    inheritedFrom: attribute.inheritedFrom,
    choices: type?.values ?? attribute.choices ?? null,
    place: attribute.place,
  };
}

/** https://sequelize.org/docs/v6/core-concepts/model-basics/#timestamps, https://sequelize.org/docs/v6/core-concepts/paranoid/ */
function addStamps(entity: Entity, columns: Map<string, ColumnDraft>): void {
  const { options } = entity;
  const add = (attribute: string | null, nullable: boolean, role: ColumnDraft['role'], type: string): void => {
    if (attribute === null || columns.has(attribute)) return;
    columns.set(attribute, {
      name: underscoredIf(attribute, options.underscored),
      attribute,
      type: { name: type },
      nullable,
      nullableIsExplicit: false,
      hasClientDefault: !nullable,
      onUpdate: role === 'updated-at' ? 'orm' : null,
      role,
      place: entity.place,
    });
  };
  add(options.createdAt, false, 'created-at', 'timestamp with time zone');
  add(options.updatedAt, false, 'updated-at', 'timestamp with time zone');
  add(options.deletedAt, true, 'soft-delete', 'timestamp with time zone');
  add(options.version, false, 'version', 'integer');
}

/** Attributes that name the same key share it. https://sequelize.org/docs/v6/core-concepts/validations-and-constraints/#unique-constraint */
function addUniques(attributes: readonly Attribute[], columns: ReadonlyMap<string, ColumnDraft>, keys: KeyDraft[]): void {
  const named = new Map<string, Attribute[]>();
  for (const attribute of attributes) {
    if (attribute.unique === true) keys.push({ k: 'unique', name: null, columns: [columns.get(attribute.name)!.name], place: attribute.place });
    else if (attribute.unique !== null) named.set(attribute.unique, [...(named.get(attribute.unique) ?? []), attribute]);
  }
  for (const [name, members] of named)
    keys.push({ k: 'unique', name, columns: members.map((member) => columns.get(member.name)!.name), place: members[0]!.place });
}

function addReferences(draft: Draft, find: FindDraft): void {
  for (const attribute of draft.entity.attributes.values()) {
    if (!attribute.references) continue;
    draft.foreignKeys.push({
      name: null,
      columns: [draft.columns.get(attribute.name)!.name],
      target: attribute.references.target,
      targetColumns: attribute.references.key ? [attribute.references.key] : keyPointedAt(find(attribute.references.target)),
      onDelete: attribute.onDelete,
      modelOnDelete: attribute.onDelete,
      place: attribute.place,
    });
  }
}

/** Of a primary key of several columns a reference means the first. https://sequelize.org/docs/v6/core-concepts/model-basics/#primary-keys */
function keyPointedAt(parent: Draft | null): readonly string[] {
  const primary = parent?.keys.find((key) => key.k === 'primary')?.columns ?? [];
  return primary.length > 1 ? [primary[0]!] : [];
}

/** The attribute of the key that an association means. https://sequelize.org/docs/v6/core-concepts/assocs/ */
function keyOf(association: Association, source: Draft, target: Draft): string {
  if (association.foreignKey !== null) return association.foreignKey;
  const [child, parent] = association.kind === 'belongsTo' ? [source, target] : [target, source];
  const marked = child.entity.marks.find((mark) => sameModel(mark.target, parent));
  if (marked) return marked.attribute;
  const name = association.kind === 'belongsTo' ? association.as ?? nameOf(parent) : nameOf(parent);
  return camelize(`${name}_${primaryAttribute(parent)}`);
}

export const nameOf = (draft: Draft): string => draft.entity.options.singular ?? singular(draft.entity.model);
const pluralOf = (draft: Draft): string => draft.entity.options.plural ?? plural(draft.entity.model);

export function primaryAttribute(draft: Draft): string {
  return [...draft.entity.attributes.values()].find((attribute) => attribute.isPrimary)?.name ?? 'id';
}

function sameModel(target: TableTarget, draft: Draft): boolean {
  return target.k === 'class'
    ? draft.entity.cls?.id === target.cls.id
    : target.k === 'site'
      ? draft.entity.site === target.site
      : draft.entity.model === target.name;
}

function associate(association: Association, find: FindDraft, syncs: boolean): void {
  const [source, target] = [find(association.source), find(association.target)];
  if (!source) return;
  if (!target) {
    if (association.kind === 'belongsTo') source.relationships.push(relationshipTo(association, association.as ?? 'unknown', association.target, []));
    return;
  }
  const [child, parent] = association.kind === 'belongsTo' ? [source, target] : [target, source];
  const column = keyColumn(child, keyOf(association, source, target), association);
  const onDelete =
    association.onDelete ??
    (syncs && association.isEnforced ? (column.nullable ? 'set null' : association.kind === 'belongsTo' ? 'no action' : 'cascade') : null);
  addKey(child, parent, column, association, onDelete);
  const many = association.kind === 'hasMany';
  const name = association.as ?? (many ? pluralOf(target) : nameOf(target));
  source.relationships.push({
    name, target: tableTarget(target), many, place: association.place, cascadesDelete: association.hasHooks && association.onDelete === 'cascade',
    ...(association.kind === 'belongsTo' ? { localColumns: [column.name] } : { remoteColumns: [column.name] }),
  });
}

function relationshipTo(association: Association, name: string, target: TableTarget, columns: readonly string[]): RelationshipDraft {
  return { name, target, many: false, localColumns: columns, place: association.place };
}

/** The key's column; it is added where the model does not declare it, and takes the type of what it points at. */
export function keyColumn(child: Draft, attribute: string, association: Association): ColumnDraft {
  const known = child.columns.get(attribute) ?? [...child.columns.values()].find((column) => column.name === attribute);
  if (known) {
    if (association.allowNull === null || known.nullableIsExplicit) return known;
    const changed = { ...known, nullable: !association.allowNull ? false : known.nullable };
    child.columns.set(known.attribute, changed);
    return changed;
  }
  const column: ColumnDraft = {
    name: association.field ?? underscoredIf(attribute, child.entity.options.underscored),
    attribute,
    type: null,
    nullable: association.allowNull !== false,
    nullableIsExplicit: association.allowNull !== null,
    place: association.place,
  };
  child.columns.set(attribute, column);
  return column;
}

function addKey(child: Draft, parent: Draft, column: ColumnDraft, association: Association, onDelete: ForeignKeyDraft['onDelete']): void {
  // Without a constraint one column may be the key of rows of several tables.
  // https://sequelize.org/docs/v6/advanced-association-concepts/polymorphic-associations/
  const isOther = (key: ForeignKeyDraft): boolean =>
    !association.isEnforced && key.isEnforced === false && key.target.k !== 'table' && !sameModel(key.target, parent);
  const index = child.foreignKeys.findIndex((key) => key.columns.length === 1 && key.columns[0] === column.name && !isOther(key));
  const known = child.foreignKeys[index];
  const place: Place =
    known?.place ?? (column.place.path === association.place.path || child.entity.attributes.has(column.attribute) ? column.place : association.place);
  if (known) {
    child.foreignKeys[index] = {
      ...known,
      onDelete: known.onDelete ?? onDelete ?? null,
      modelOnDelete: known.modelOnDelete ?? association.onDelete,
      isEnforced: known.isEnforced !== false || association.isEnforced,
    };
    return;
  }
  child.foreignKeys.push({
    name: null,
    columns: [column.name],
    target: tableTarget(parent),
    targetColumns: keyPointedAt(parent),
    onDelete: onDelete ?? null,
    modelOnDelete: association.onDelete,
    isEnforced: association.isEnforced,
    place,
  });
}

/** `@ForeignKey` alone says what a column points at; only an association makes a constraint of it. */
function addMarks(draft: Draft, find: FindDraft): void {
  for (const mark of draft.entity.marks) {
    const [column, target] = [draft.columns.get(mark.attribute), find(mark.target)];
    if (!column || !target || draft.foreignKeys.some((key) => key.columns.length === 1 && key.columns[0] === column.name)) continue;
    draft.foreignKeys.push({
      name: null,
      columns: [column.name],
      target: tableTarget(target),
      targetColumns: keyPointedAt(target),
      isEnforced: false,
      place: column.place,
    });
  }
}

/** Generated models list the indexes that PostgreSQL makes for keys, under its names. https://github.com/sequelize/sequelize-auto */
function isOfKey(index: IndexDraft, { name, keys }: Draft): boolean {
  return (
    index.unique &&
    index.name !== null &&
    !index.predicate &&
    keys.some(
      (key) =>
        index.name === (key.k === 'primary' ? (key.name ?? `${name}_pkey`) : key.name) &&
        index.parts.length === key.columns.length &&
        index.parts.every((part, position) => part.column === key.columns[position]),
    )
  );
}

/** The column that has this name with underscores, in a model of which it is not known whether it has them. */
function respelled(columns: ReadonlyMap<string, ColumnDraft>, name: string): string {
  return [...columns.values()].find((column) => column.name === name || underscoredIf(column.attribute, true) === name)?.name ?? name;
}

function finish(draft: Draft): TableDraft {
  const { entity, columns } = draft;
  const physical = (name: string): string => columns.get(name)?.name ?? (entity.options.hasKnownNames ? name : respelled(columns, name));
  const indexes = entity.indexes
    .map((index): IndexDraft => ({
      name: index.name,
      parts: index.fields.map((field) => ({
        column: physical(field.name),
        ...(field.desc ? { desc: true } : {}),
        ...(field.opclass ? { opclass: field.opclass } : {}),
      })),
      unique: index.unique,
      ...(index.method ? { method: index.method } : {}),
      ...(index.predicate ? { predicate: index.predicate } : {}),
      place: index.place,
    }))
    .filter((index) => !isOfKey(index, draft));
  return {
    dialect: DIALECT,
    kind: 'model',
    tableKind: 'table',
    name: draft.name,
    schema: entity.options.schema,
    partition: '',
    model: entity.cls?.name ?? entity.model,
    cls: entity.cls,
    site: entity.site,
    base: null,
    place: entity.place,
    extent: entity.extent,
    columns: [...columns.values()],
    keys: draft.keys,
    indexes,
    foreignKeys: draft.foreignKeys,
    checks: [],
    exclusions: [],
    relationships: draft.relationships,
    comment: entity.comment,
    declaresRelationships: true,
    isWhole: entity.isWhole,
    ...(entity.isWhole ? {} : { hasUnseenParts: true }),
  };
}
