/** Tables while they are put together from what declares them: everything may still change. */
import type { Column, ForeignKey, Relationship, Table } from '../model/schema.js';
import type { TableDraft } from './draft.js';

export type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer U)[] ? U[] : T[K] };
export type MutableTable = Mutable<Table>;
export type MutableForeignKey = Mutable<ForeignKey>;
export type MutableRelationship = Mutable<Relationship>;

/** The columns of those names; attribute names count where the draft uses them. Null when one is missing. */
export function columnsNamed(table: Table, names: readonly string[], draft: TableDraft): readonly Column[] | null {
  const columns = names.map(
    (name) =>
      table.columns.find((column) => column.name === name) ??
      (draft.usesAttributeNames ? table.columns.find((column) => column.attribute === name) : undefined),
  );
  return columns.every((column) => column !== undefined) ? (columns as Column[]) : null;
}

/** Whether both hold the same columns, in whatever order. */
export function sameSet(a: readonly Column[], b: readonly Column[]): boolean {
  return a.length === b.length && a.every((column) => b.includes(column));
}
