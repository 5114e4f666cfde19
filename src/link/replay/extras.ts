/** Operations beside the tables' shape: comments, functions, triggers, row security, policies. */
import type { DdlOp } from '../../facts/ddl.js';
import type { Place } from '../../model/schema.js';
import { find, homeOf, keyOf, tableFor, type State } from './state.js';

export type ExtraOp = Extract<DdlOp, { k: 'comment' | 'create-function' | 'create-trigger' | 'drop-trigger' | 'row-security' | 'create-policy' | 'drop-policy' }>;

/** Applies such an operation. A comment or drop about something unknown changes nothing. */
export function changeExtra(state: State, op: ExtraOp, place: Place): void {
  if (op.k === 'create-function') { createFunction(state, op, place); return; }
  const isHarmless = op.k === 'comment' || op.k === 'drop-trigger' || op.k === 'drop-policy';
  const table = isHarmless ? find(state, state.tables, op.table) : tableFor(state, op.table, place);
  if (!table) return;
  switch (op.k) {
    case 'comment': {
      const column = op.on === 'column' ? table.columns.get(op.column ?? '') : undefined;
      if (column) column.comment = op.text;
      else if (op.on !== 'column') table.comment = op.text;
      return;
    }
    case 'create-trigger': table.triggers.set(op.name, { name: op.name, fn: op.fn, timing: op.timing, events: op.events, columns: op.columns ?? [], place }); return;
    case 'drop-trigger': table.triggers.delete(op.name); return;
    case 'row-security': table.rowSecurity = op.enabled ? place : null; return;
    case 'create-policy': table.policies.set(op.name, { name: op.name, command: op.command, using: op.using ?? null, check: op.check ?? null, columns: op.columns, ...(op.roles ? { roles: op.roles } : {}), ...(op.isRestrictive ? { isRestrictive: true } : {}), place }); return;
    case 'drop-policy': table.policies.delete(op.name);
  }
}

/** Of several functions of one name only the one for triggers can be a trigger's; of the others all count, for they may take different arguments. */
function createFunction(state: State, op: Extract<ExtraOp, { k: 'create-function' }>, place: Place): void {
  const key = keyOf(homeOf(state, op.name), op.name.name);
  const made = { name: op.name.name, body: op.body, place, extent: { path: place.path, at: op.extent } };
  const known = state.functions.get(key);
  if (known && !op.returnsTrigger) { state.functions.set(`${key}\0${place.path}:${place.at[0]}`, made); return; }
  state.functions.set(key, made);
  const other = state.functionsByName.get(op.name.name);
  state.functionsByName.set(op.name.name, other === undefined || other === known ? made : null);
}
