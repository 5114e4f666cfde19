/** Operations on functions and procedures. */
import type { DdlOp } from '../../facts/ddl.js';
import { spanStart } from '../../facts/span.js';
import type { Place } from '../../model/schema.js';
import { functionOf } from './drafts.js';
import { homeOf, keyOf, type FunctionState, type State } from './state.js';

export type FunctionOp = Extract<DdlOp, { k: 'create-function' | 'drop-function' }>;

/** Applies such an operation. */
export function changeFunction(state: State, op: FunctionOp, place: Place): void {
  if (op.k === 'create-function') createFunction(state, op, place);
  else dropFunction(state, op);
}

/** Of several functions of one name only the one for triggers can be a trigger's; of the others all count, for they may take different arguments. */
function createFunction(state: State, op: Extract<FunctionOp, { k: 'create-function' }>, place: Place): void {
  const key = keyOf(homeOf(state, op.name), op.name.name);
  const made: FunctionState = { name: op.name.name, takes: op.takes, body: op.body, place, extent: { path: place.path, at: op.extent } };
  const replaced = op.isReplacing ? named(state, key).find(([, fn]) => takesSame(fn, op.takes)) : undefined;
  if (replaced && replaced[0] !== key) { state.functions.set(replaced[0], made); return; }
  const known = state.functions.get(key);
  if (known && !replaced && !op.returnsTrigger) { state.functions.set(`${key}\0${place.path}:${spanStart(place.at)}`, made); return; }
  state.functions.set(key, made);
  const other = state.functionsByName.get(op.name.name);
  state.functionsByName.set(op.name.name, other === undefined || other === known ? made : null);
}

/** With CASCADE the triggers go that it runs for. One that is not there was made elsewhere. */
function dropFunction(state: State, op: Extract<FunctionOp, { k: 'drop-function' }>): void {
  const homes = op.name.schema ? [op.name.schema] : [...state.path, state.defaultSchema];
  const first = homes.map((schema) => keyOf(schema, op.name.name)).find((key) => state.functions.has(key));
  if (first === undefined) return;
  const kept = named(state, first).filter(([, fn]) => op.takes !== null && !takesSame(fn, op.takes));
  for (const [key] of named(state, first)) state.functions.delete(key);
  kept.forEach(([key, fn], index) => state.functions.set(index === 0 ? first : key, fn));
  const left = [...state.functions.values()].filter((fn) => fn.name === op.name.name);
  if (left.length === 0) state.functionsByName.delete(op.name.name);
  else state.functionsByName.set(op.name.name, left.length === 1 ? left[0]! : null);
  if (op.isCascade)
    for (const table of state.tables.values())
      for (const [name, trigger] of table.triggers) if (trigger.fn.name === op.name.name && !functionOf(state, trigger.fn)) table.triggers.delete(name);
}

/** The functions of one schema and name: the first has the key itself. */
function named(state: State, key: string): readonly (readonly [string, FunctionState])[] {
  return !state.functions.has(key) ? [] : [...state.functions].filter(([each]) => each === key || each.startsWith(`${key}\0`));
}

const takesSame = (fn: FunctionState, takes: readonly string[]): boolean =>
  fn.takes.length === takes.length && fn.takes.every((type, index) => type === takes[index]);
