/** Which database a history turned out to be about: the models it fills may have told theirs from another by the package they stand in. */
import type { Table } from '../model/schema.js';
import type { TableDraft } from './draft.js';

interface Gone { readonly table: string; readonly database: string }

/** Gives what a history took away the database of the tables that it made. */
export function settlingIn(tableOf: ReadonlyMap<TableDraft, Table>): <T extends Gone>(gone: T) => T {
  const ofTable = new Map<string, string>();
  const ofHistory = new Map<string, Set<string>>();
  for (const [draft, table] of tableOf) {
    if (draft.kind === 'model') continue;
    ofTable.set(`${draft.partition}|${draft.name}`, table.database);
    if (table.declarations.some((one) => one.kind === 'model'))
      ofHistory.set(draft.partition, (ofHistory.get(draft.partition) ?? new Set()).add(table.database));
  }
  return (gone) => {
    const all = ofHistory.get(gone.database);
    const database = ofTable.get(`${gone.database}|${gone.table}`) ?? (all?.size === 1 ? [...all][0]! : gone.database);
    return database === gone.database ? gone : { ...gone, database };
  };
}
