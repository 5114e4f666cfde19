/** Columns and constraints as a dialect's models declare them → the same in operations. */
import type { ColumnDef, ConstraintDef, DdlOp, IndexDef, QName } from '../../facts/ddl.js';
import type { Span } from '../../facts/code.js';
import type { ColumnDraft, ForeignKeyDraft, IndexDraft, KeyDraft } from '../../link/draft.js';

export function columnDef(draft: ColumnDraft, at: Span): ColumnDef {
  return {
    name: draft.name,
    type: draft.type,
    nullable: draft.nullable,
    at,
    ...(draft.databaseDefault ? { default: draft.databaseDefault } : {}),
    ...(draft.isIdentity ? { identity: true } : {}),
    ...(draft.isGenerated ? { generated: '' } : {}),
    ...(draft.comment ? { comment: draft.comment } : {}),
  };
}

export function keyDef(draft: KeyDraft, at: Span): ConstraintDef {
  const name = draft.name === null ? {} : { name: draft.name };
  return draft.k === 'primary'
    ? { k: 'primary', ...name, columns: draft.columns, at }
    : { k: 'unique', ...name, columns: draft.columns, ...(draft.nullsNotDistinct ? { nullsNotDistinct: true } : {}), at };
}

/** A foreign key to a table by name; none for what points at a class. */
export function foreignDef(draft: ForeignKeyDraft, at: Span): ConstraintDef[] {
  if (draft.target.k !== 'table') return [];
  const { name, schema } = draft.target;
  return [
    {
      k: 'foreign',
      ...(draft.name === null ? {} : { name: draft.name }),
      columns: draft.columns,
      table: qualified(name, schema ?? null),
      refColumns: draft.targetColumns,
      ...(draft.onDelete ? { onDelete: draft.onDelete } : {}),
      at,
    },
  ];
}

export function indexDef(draft: IndexDraft, at: Span): IndexDef {
  return {
    ...(draft.name === null ? {} : { name: draft.name }),
    unique: draft.unique,
    method: draft.method ?? 'btree',
    at,
    parts: draft.parts.map((part) => ({
      column: part.column,
      ...(part.expression ? { expression: part.expression } : {}),
      ...(part.desc ? { desc: true } : {}),
      ...(part.opclass ? { opclass: part.opclass } : {}),
    })),
    ...(draft.include?.length ? { include: draft.include } : {}),
    ...(draft.predicate ? { predicate: draft.predicate } : {}),
  };
}

export const qualified = (name: string, schema: string | null): QName => (schema === null ? { name } : { name, schema });

/** The operations that add a column with the keys and indexes its declaration brings. */
export function addColumnOps(
  table: QName,
  column: ColumnDef,
  constraints: readonly ConstraintDef[],
  indexes: readonly IndexDef[],
  ifNotExists = false,
): DdlOp[] {
  return [
    { k: 'add-column', table, column, constraints, ...(ifNotExists ? { ifNotExists } : {}), at: column.at },
    ...indexes.map((index): DdlOp => ({ k: 'create-index', table, index, at: column.at })),
  ];
}
