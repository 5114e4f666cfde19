/** Operations on whole schemas. */
import type { Place } from '../../model/schema.js';
import type { State } from './state.js';
import { dropTableState, noteDropped } from './tables.js';

/** Drops what is in a schema: nothing, unless it is dropped with CASCADE. */
export function dropSchema(state: State, name: string, place: Place): void {
  for (const table of [...state.tables.values()]) {
    if (table.schema !== name) continue;
    noteDropped(state, table, null, place);
    dropTableState(state, table);
  }
  for (const [key, type] of state.types) if (type.schema === name) state.types.delete(key);
}

/** Gives a schema another name. */
export function renameSchema(state: State, from: string, to: string): void {
  const move = (map: Map<string, unknown>): void => {
    for (const [key, value] of [...map]) if (key.startsWith(`${from}\0`)) { map.delete(key); map.set(to + key.slice(from.length), value); }
  };
  for (const table of state.tables.values()) if (table.schema === from) table.schema = to;
  for (const type of state.types.values()) if (type.schema === from) type.schema = to;
  for (const map of [state.tables, state.indexes, state.types, state.functions] as Map<string, unknown>[]) move(map);
  state.path = state.path.map((schema) => (schema === from ? to : schema));
}
