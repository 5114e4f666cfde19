/** Primary keys that nobody declares: an ORM takes some columns for one, and the database may have another. */
import type { TableDraft } from './draft.js';
import { isFollowed } from './drift.js';

/** The drafts of one table with the key that the database has in place of one that a model's ORM takes for granted; the column behind it is the model's too. */
export function withStoredKeys(group: readonly TableDraft[]): readonly TableDraft[] {
  const database = group.find(isFollowed);
  const stored = database?.keys.find((key) => key.k === 'primary');
  if (!database || !stored || !group.some((draft) => draft.kind === 'model' && draft.keys.some((key) => key.isAssumed))) return group;
  return group.map((draft) => {
    const assumed = draft.kind === 'model' ? draft.keys.find((key) => key.isAssumed) : undefined;
    if (!assumed || isSameSet(assumed.columns, stored.columns)) return draft;
    const missing = database.columns.filter((column) => stored.columns.includes(column.name) && !draft.columns.some((own) => own.name === column.name));
    return {
      ...draft,
      keys: draft.keys.map((key) => (key === assumed ? { ...key, columns: stored.columns } : key)),
      columns: [...draft.columns, ...missing.map((column) => ({ ...column, place: draft.place }))],
    };
  });
}

function isSameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name) => b.includes(name));
}
