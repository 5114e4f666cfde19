/** Relation fields: foreign keys, relationships, and the join tables that Prisma makes itself. */
import type { ReferentialAction } from '../../facts/ddl.js';
import type { PrismaField } from '../../facts/prisma.js';
import { spanStart } from '../../facts/span.js';
import type { ForeignKeyDraft, RelationshipDraft, TableDraft, TableTarget } from '../../link/draft.js';
import { argumentOf, attributeNamed, columnName, fieldParts, schemaName, textOf } from './attributes.js';
import type { Located, ModelBlock, PrismaSchema } from './schema-files.js';

interface Relation {
  readonly field: PrismaField;
  readonly owner: Located<ModelBlock>;
  readonly target: Located<ModelBlock>;
  readonly name: string | null;
  readonly fields: readonly string[];
  readonly references: readonly string[];
  readonly onDelete: string | null;
  readonly map: string | null;
}

export interface Relations { readonly foreignKeys: readonly ForeignKeyDraft[]; readonly relationships: readonly RelationshipDraft[] }

/** The offset of a model's name stands for the model. */
export function siteOf({ block, path }: Located<ModelBlock>): string {
  return `${path}:${spanStart(block.at)}`;
}

const targetOf = (model: Located<ModelBlock>): TableTarget => ({ k: 'site', site: siteOf(model) });

/** Keys and relationships of one model. */
export function relationsOf(schema: PrismaSchema, owner: Located<ModelBlock>): Relations {
  const foreignKeys: ForeignKeyDraft[] = [];
  const relationships: RelationshipDraft[] = [];
  for (const relation of allRelations(schema, owner)) {
    const { field, target } = relation;
    const place = { path: owner.path, at: field.at };
    const opposite = oppositeOf(schema, relation);
    const joinTable = field.list && opposite?.field.list ? joinTableName(relation, opposite) : null;
    if (relation.fields.length) {
      foreignKeys.push({
        name: relation.map,
        columns: physical(owner.block, relation.fields),
        target: targetOf(target),
        targetColumns: physical(target.block, relation.references),
        onDelete: actionOf(relation, owner.block),
        isEnforced: schema.enforcesKeys,
        place,
      });
    }
    relationships.push({
      name: field.name,
      target: targetOf(target),
      many: field.list,
      inverse: opposite?.field.name ?? null,
      place,
      ...(joinTable ? { through: { k: 'site', site: joinTableSite(relation, opposite!) } } : {}),
      ...(relation.fields.length
        ? { localColumns: physical(owner.block, relation.fields) }
        : opposite?.fields.length
          ? { remoteColumns: physical(target.block, opposite.fields) }
          : {}),
    });
  }
  return { foreignKeys, relationships };
}

function allRelations(schema: PrismaSchema, owner: Located<ModelBlock>): readonly Relation[] {
  return owner.block.fields.flatMap((field): Relation[] => {
    const target = schema.models.find((model) => model.block.name === field.type);
    if (!target) return [];
    const args = attributeNamed(field, 'relation')?.args ?? [];
    const named = (name: string): readonly string[] => fieldParts(argumentOf(args, name)).map((part) => part.field);
    return [
      {
        field,
        owner,
        target,
        name: textOf(argumentOf(args, 'name', 0)),
        fields: named('fields'),
        references: named('references'),
        onDelete: textOf(argumentOf(args, 'onDelete')),
        map: textOf(argumentOf(args, 'map')),
      },
    ];
  });
}

/** The other field of a relation: of the target model, back to this one, under the same relation name. */
function oppositeOf(schema: PrismaSchema, relation: Relation): Relation | null {
  return (
    allRelations(schema, relation.target).find(
      (other) => other.target.block === relation.owner.block && other.name === relation.name && other.field !== relation.field,
    ) ?? null
  );
}

function physical(model: ModelBlock, names: readonly string[]): readonly string[] {
  return names.map((name) => { const field = model.fields.find((each) => each.name === name); return field ? columnName(field) : name; });
}

/** https://www.prisma.io/docs/orm/prisma-schema/data-model/relations/referential-actions#referential-action-defaults */
function actionOf(relation: Relation, owner: ModelBlock): ReferentialAction {
  switch (relation.onDelete) {
    case 'Cascade': return 'cascade';
    case 'SetNull': return 'set null';
    case 'SetDefault': return 'set default';
    case 'NoAction': return 'no action';
    case 'Restrict': return 'restrict';
    default: return relation.fields.every((name) => owner.fields.find((field) => field.name === name)?.optional === true) ? 'set null' : 'restrict';
  }
}

const joinTableSite = (a: Relation, b: Relation): string => { const first = firstOf(a, b); return `${first.owner.path}:${spanStart(first.field.at)}`; };
const firstOf = (a: Relation, b: Relation): Relation =>
  a.owner.block === b.owner.block ? (spanStart(a.field.at) < spanStart(b.field.at) ? a : b) : a.owner.block.name < b.owner.block.name ? a : b;

/** https://www.prisma.io/docs/orm/prisma-schema/data-model/relations/many-to-many-relations#conventions-for-relation-tables-in-implicit-m-n-relations */
function joinTableName(a: Relation, b: Relation): string {
  const [first, second] = [a.owner.block.name, b.owner.block.name].sort();
  return `_${a.name ?? `${first}To${second}`}`;
}

/**
 * The tables of implicit many-to-many relations. `hasUniqueOnly` tells whether the database still has the unique index that Prisma made before version 6
 * instead of a primary key.
 */
export function joinTables(schema: PrismaSchema, hasUniqueOnly: (table: string) => boolean): readonly TableDraft[] {
  const drafts = new Map<string, TableDraft>();
  for (const owner of schema.models) for (const relation of allRelations(schema, owner)) {
    const opposite = relation.field.list && schema.provider !== 'mongodb' ? oppositeOf(schema, relation) : null;
    if (!opposite?.field.list || drafts.has(joinTableSite(relation, opposite))) continue;
    const first = firstOf(relation, opposite);
    drafts.set(
      joinTableSite(relation, opposite),
      joinTable(schema, joinTableName(relation, opposite), first, first === relation ? opposite : relation, hasUniqueOnly),
    );
  }
  return [...drafts.values()];
}

/** It is in the schema of the model that its first column points at. */
function joinTable(schema: PrismaSchema, name: string, a: Relation, b: Relation, hasUniqueOnly: (table: string) => boolean): TableDraft {
  const place = { path: a.owner.path, at: a.field.at };
  const side = (column: 'A' | 'B', model: Located<ModelBlock>): ForeignKeyDraft => ({
    name: `${name}_${column}_fkey`,
    columns: [column],
    target: targetOf(model),
    targetColumns: [],
    onDelete: 'cascade',
    isEnforced: schema.enforcesKeys,
    place,
  });
  const column = (of: 'A' | 'B'): TableDraft['columns'][number] => ({ name: of, attribute: of, type: null, nullable: false, place });
  const asUnique = hasUniqueOnly(name);
  return {
    dialect: 'prisma',
    kind: 'model',
    tableKind: 'table',
    name,
    schema: schemaName(a.owner.block),
    partition: schema.partition,
    connection: schema.connection,
    engine: schema.engine,
    model: null,
    cls: null,
    site: `${place.path}:${spanStart(place.at)}`,
    base: null,
    place,
    extent: place,
    columns: [column('A'), column('B')],
    keys: [{ k: asUnique ? 'unique' : 'primary', name: `${name}_AB_${asUnique ? 'unique' : 'pkey'}`, columns: ['A', 'B'], place }],
    indexes: [{ name: `${name}_B_index`, parts: [{ column: 'B' }], unique: false, isImplicit: true, place }],
    foreignKeys: [side('A', a.owner), side('B', b.owner)],
    checks: [],
    exclusions: [],
    relationships: [],
    comment: null,
    declaresRelationships: false,
  };
}
