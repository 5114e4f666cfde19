/** Where a model and the replayed history of the database disagree. */
import type { Drift, Table } from '../model/schema.js';
import type { ColumnDraft, TableDraft } from './draft.js';

/** The disagreements about one table; only meaningful when the history replayed completely. */
export function driftsOf(table: Table, group: readonly TableDraft[]): readonly Drift[] {
  const model = group.find((draft) => draft.kind === 'model' && !draft.base);
  const database = group.find((draft) => draft.kind !== 'model');
  if (!model || !database) return [];
  const inModels = new Map(group.filter((draft) => draft.kind === 'model').flatMap((draft) => draft.columns).map((column) => [column.name, column]));
  const inDatabase = new Map(database.columns.map((column) => [column.name, column]));
  const drifts: Drift[] = [];
  const add = (what: Drift['what'], name: string, said: string, stored: string, modelColumn: ColumnDraft | null, databaseColumn: ColumnDraft | null): void => {
    drifts.push({ table, column: table.columns.find((column) => column.name === name) ?? null, what, inModel: said, inDatabase: stored, modelPlace: modelColumn?.place ?? model.place, databasePlace: databaseColumn?.place ?? database.place, names: [name] });
  };
  for (const [name, column] of inModels) {
    const stored = inDatabase.get(name);
    if (!stored) add('column', name, 'declared', 'missing', column, null);
    else if (stored.nullable !== column.nullable && column.nullableIsExplicit !== false) add('nullable', name, column.nullable ? 'nullable' : 'NOT NULL', stored.nullable ? 'nullable' : 'NOT NULL', column, stored);
  }
  for (const [name, stored] of inDatabase) if (!inModels.has(name)) add('column', name, 'missing', 'declared', null, stored);
  return drifts;
}
