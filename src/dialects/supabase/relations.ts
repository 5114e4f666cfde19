/**
 * Which rows a related table in a list of columns has: those that foreign keys lead to.
 * https://docs.postgrest.org/en/stable/references/api/resource_embedding.html#foreign-key-joins
 */
import type { Flow } from '../../flow/evaluate.js';
import type { Model } from '../../flow/model.js';
import type { Column, ForeignKey, Table } from '../../model/schema.js';

/** The related rows: their columns by those of the row at hand, through a table between them, if there is one. */
export interface Relation {
  readonly model: Model;
  readonly many: boolean;
  /** The columns of the related table that are compared, and what they are compared with. */
  readonly remote: readonly Column[];
  readonly local: readonly Column[];
  readonly through?: { readonly model: Model; readonly toOwn: readonly Column[]; readonly toOther: readonly Column[] };
}

/**
 * What `name` is to a table: a related table, or the column of a key that leads to one; null where it is neither, or a view or function that no key tells of.
 */
export function relationOf(flow: Flow, of: Model, name: string, hint: string | null): Relation | null {
  const byColumn = of.table.foreignKeys.find((key) => key.columns.length === 1 && key.columns[0]!.name === name);
  if (byColumn) return forward(flow, byColumn);
  const model = flow.queries!.modelOf({ name });
  if (!model) return null;
  const fits = (key: ForeignKey): boolean => hint === null || key.name === hint || key.columns.some((column) => column.name === hint) || key.name === null;
  const to = of.table.foreignKeys.find((key) => key.target === model.table && fits(key));
  if (to) return forward(flow, to);
  const from = model.table.foreignKeys.find((key) => key.target === of.table && fits(key));
  if (from) return { model, many: !isUnique(model.table, from.columns), remote: from.columns, local: from.targetColumns };
  return between(flow, of, model, hint);
}

function forward(flow: Flow, key: ForeignKey): Relation | null {
  const model = modelOfTable(flow, key.target);
  return model && { model, many: false, remote: key.targetColumns, local: key.columns };
}

/** Two tables that a third one has keys to both of. */
function between(flow: Flow, of: Model, model: Model, hint: string | null): Relation | null {
  for (const table of flow.queries!.tables) {
    if (hint !== null && table.name !== hint && table.foreignKeys.every((key) => key.name !== hint)) continue;
    const toOwn = table.foreignKeys.find((key) => key.target === of.table);
    const toOther = table.foreignKeys.find((key) => key.target === model.table && key !== toOwn);
    const through = toOwn && toOther ? modelOfTable(flow, table) : null;
    if (toOwn && toOther && through)
      return {
        model,
        many: true,
        remote: toOther.targetColumns,
        local: toOwn.targetColumns,
        through: { model: through, toOwn: toOwn.columns, toOther: toOther.columns },
      };
  }
  return null;
}

const modelOfTable = (flow: Flow, table: Table): Model | null =>
  flow.queries!.modelOf({ name: table.name, ...(table.schema === null ? {} : { schema: table.schema }) });

/** Whether a key has a row at most once. */
function isUnique(table: Table, columns: readonly Column[]): boolean {
  const covers = (key: readonly Column[]): boolean => key.every((column) => columns.includes(column));
  return (
    [table.primaryKey, ...table.uniques].some((key) => key !== null && covers(key.columns)) ||
    table.indexes.some(
      (index) => index.unique && index.predicate === null && index.parts.every((part) => part.column !== null && columns.includes(part.column)),
    )
  );
}
