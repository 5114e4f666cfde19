/** Models and views of Prisma schemas as tables. https://www.prisma.io/docs/orm/prisma-schema/data-model/models */
import type { FileFacts } from '../../facts/file.js';
import { spanEnd, spanStart } from '../../facts/span.js';
import type { TableDraft } from '../../link/draft.js';
import type { ProgramView } from '../dialect.js';
import { attributeNamed, mappedName, schemaName } from './attributes.js';
import { columnDraft } from './columns.js';
import { keysOf } from './keys.js';
import { joinTables, relationsOf, siteOf } from './relations.js';
import { schemasOf, type Located, type ModelBlock, type PrismaSchema } from './schema-files.js';

/** One draft for each model, view and implicit join table. */
export function declare(program: ProgramView): readonly TableDraft[] {
  return schemasOf(program.files).flatMap((schema) => [
    ...schema.models.map((model) => tableDraft(schema, model, isBroken(program.files, model))),
    ...joinTables(schema, (table) => isOnlyUnique(program.files, table)),
  ]);
}

/** A part of the block could not be read: what it lacks may stand there. */
function isBroken(files: ReadonlyMap<string, FileFacts>, { block, path }: Located<ModelBlock>): boolean {
  return files.get(path)!.problems.some(({ at }) => spanStart(at) < spanEnd(block.range) && spanEnd(at) > spanStart(block.range));
}

function tableDraft(schema: PrismaSchema, model: Located<ModelBlock>, isBroken: boolean): TableDraft {
  const { block, path } = model;
  const columns = block.fields.flatMap((field) => { const column = columnDraft(schema, field, path); return column ? [column] : []; });
  const { keys, indexes } = keysOf(model);
  const relations = relationsOf(schema, model);
  return {
    dialect: 'prisma',
    kind: 'model',
    tableKind: block.k === 'view' ? 'view' : 'table',
    name: mappedName(block) ?? block.name,
    schema: schemaName(block),
    partition: schema.partition,
    connection: schema.connection,
    engine: schema.engine,
    model: block.name,
    cls: null,
    site: siteOf(model),
    base: null,
    place: { path, at: block.at },
    extent: { path, at: block.range },
    columns,
    keys,
    indexes,
    ...relations,
    checks: [],
    exclusions: [],
    comment: [block.note?.lead, block.note?.trail].filter((part) => part).join('\n') || null,
    // Both sides of a relation must be declared, so none can be missing.
    declaresRelationships: false,
    isWhole: !isBroken,
    ...(isBroken ? { hasUnreadIndexes: true } : {}),
    // The client has no access to an ignored model: it is in the schema for the sake of the database alone.
    isExternal: schema.isAside || attributeNamed(block, 'ignore') !== null,
  };
}

/**
 * Whether the migrations made a join table the way Prisma did before version 6.
 * https://www.prisma.io/docs/orm/more/upgrade-guides/upgrading-versions/upgrading-to-prisma-6#primary-key-for-implicit-m-n-relations
 */
function isOnlyUnique(files: ReadonlyMap<string, FileFacts>, table: string): boolean {
  let isUnique = false;
  for (const facts of files.values()) for (const statement of facts.sql ?? []) {
    if (statement.k !== 'ddl') continue;
    const { op } = statement;
    if (op.k === 'create-index' && op.table.name === table && op.index.unique) isUnique = true;
    if (op.k === 'add-constraint' && op.table.name === table && op.constraint.k === 'primary') return false;
    if (op.k === 'create-table' && op.table.name === table && op.constraints.some((constraint) => constraint.k === 'primary')) return false;
  }
  return isUnique;
}
