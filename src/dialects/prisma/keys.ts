/**
 * Primary keys, unique keys and indexes of a Prisma model. Prisma makes no index for a foreign key:
 * https://www.prisma.io/docs/orm/prisma-schema/data-model/relations/relation-mode#indexes
 */
import type { PrismaAttribute } from '../../facts/prisma.js';
import type { IndexDraft, KeyDraft } from '../../link/draft.js';
import { argumentOf, columnName, fieldParts, textOf, type FieldPart } from './attributes.js';
import type { Located, ModelBlock } from './schema-files.js';

export interface Keys { readonly keys: readonly KeyDraft[]; readonly indexes: readonly IndexDraft[] }

/** The keys and indexes that a model's attributes declare, over physical column names. */
export function keysOf({ block, path }: Located<ModelBlock>): Keys {
  const keys: KeyDraft[] = [];
  const indexes: IndexDraft[] = [];
  const physical = (name: string): string => { const field = block.fields.find((each) => each.name === name); return field ? columnName(field) : name; };
  for (const field of block.fields) for (const attribute of field.attributes) {
    if (attribute.name !== 'id' && attribute.name !== 'unique') continue;
    keys.push({
      k: attribute.name === 'id' ? 'primary' : 'unique',
      name: textOf(argumentOf(attribute.args, 'map')),
      columns: [columnName(field)],
      place: { path, at: field.at },
    });
  }
  for (const attribute of block.attributes) {
    const parts = fieldParts(argumentOf(attribute.args, 'fields', 0));
    if (!parts.length) continue;
    const place = { path, at: attribute.at };
    const name = textOf(argumentOf(attribute.args, 'map'));
    if (attribute.name === 'id' || attribute.name === 'unique')
      keys.push({ k: attribute.name === 'id' ? 'primary' : 'unique', name, columns: parts.map((part) => physical(part.field)), place });
    else if (attribute.name === 'index' || attribute.name === 'fulltext')
      indexes.push({ name, parts: parts.map((part) => indexPart(part, physical)), unique: false, method: methodOf(attribute), place });
  }
  return { keys, indexes };
}

function indexPart(part: FieldPart, physical: (name: string) => string): IndexDraft['parts'][number] {
  return { column: physical(part.field), ...(part.desc ? { desc: true } : {}), ...(part.opclass ? { opclass: part.opclass } : {}) };
}

function methodOf(attribute: PrismaAttribute): string {
  if (attribute.name === 'fulltext') return 'fulltext';
  return (textOf(argumentOf(attribute.args, 'type')) ?? 'BTree').toLowerCase();
}
