/** Operations beside the tables' shape: comments, triggers, row security, policies. */
import type { DdlOp } from '../../facts/ddl.js';
import type { Place } from '../../model/schema.js';
import { find, tableFor, type State, type TableState } from './state.js';

export type ExtraOp = Extract<DdlOp, { k: 'comment' | 'create-trigger' | 'drop-trigger' | 'row-security' | 'create-policy' | 'alter-policy' | 'drop-policy' }>;

/** Applies such an operation. A comment or drop about something unknown changes nothing. */
export function changeExtra(state: State, op: ExtraOp, place: Place): void {
  const isHarmless = op.k === 'comment' || op.k === 'drop-trigger' || op.k === 'alter-policy' || op.k === 'drop-policy';
  const table = isHarmless ? find(state, state.tables, op.table) : tableFor(state, op.table, place, true);
  if (!table) return;
  switch (op.k) {
    case 'comment': {
      const column = op.on === 'column' ? table.columns.get(op.column ?? '') : undefined;
      if (column) column.comment = op.text;
      else if (op.on !== 'column') table.comment = op.text;
      return;
    }
    case 'create-trigger': table.triggers.set(op.name, {
      name: op.name,
      fn: op.fn,
      timing: op.timing,
      events: op.events,
      columns: op.columns ?? [],
      asksColumns: op.asksColumns === true,
      place,
    });
    return;
    case 'drop-trigger': table.triggers.delete(op.name); return;
    case 'row-security': table.rowSecurity = op.enabled ? place : null; return;
    case 'create-policy': table.policies.set(op.name, {
      name: op.name,
      command: op.command,
      using: op.using ?? null,
      check: op.check ?? null,
      columns: op.columns,
      ...(op.roles ? { roles: op.roles } : {}),
      ...(op.isRestrictive ? { isRestrictive: true } : {}),
      place,
    });
    return;
    case 'alter-policy': alterPolicy(table, op); return;
    case 'drop-policy': table.policies.delete(op.name);
  }
}

/** A policy keeps what is not said anew; its columns are those of the conditions that it has then. */
function alterPolicy(table: TableState, op: Extract<ExtraOp, { k: 'alter-policy' }>): void {
  const known = table.policies.get(op.name);
  if (!known) return;
  const { roles: before, ...rest } = known;
  const roles = op.roles ?? before;
  const isWhole = (op.using !== undefined || known.using === null) && (op.check !== undefined || known.check === null);
  const columns = op.to !== undefined ? known.columns : isWhole ? op.columns : [...new Set([...known.columns, ...op.columns])];
  table.policies.delete(op.name);
  table.policies.set(op.to ?? op.name, {
    ...rest,
    name: op.to ?? op.name,
    using: op.using ?? known.using,
    check: op.check ?? known.check,
    columns,
    ...(roles && roles.length > 0 ? { roles } : {}),
  });
}
