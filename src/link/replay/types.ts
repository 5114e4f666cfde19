/** Types of columns: enums and domains, which columns point at so that renames and new values reach them. */
import type { DdlOp, TypeRef } from '../../facts/ddl.js';
import type { EnumType, Place } from '../../model/schema.js';
import { fail, find, homeOf, keyOf, labelOf, type ColumnState, type State, type TypeState } from './state.js';

type TypeOp = Extract<
  DdlOp,
  { k: 'create-enum' | 'add-enum-value' | 'rename-enum-value' | 'create-domain' | 'create-type' | 'move-type' | 'drop-type' | 'rename-type' }
>;

/** Applies an operation on a type. */
export function changeType(state: State, op: TypeOp, place: Place): void {
  const schema = homeOf(state, op.name);
  const known = find(state, state.types, op.name);
  switch (op.k) {
    case 'create-enum': addType(state, { kind: 'enum', name: op.name.name, schema, values: [...op.values], base: null, notNull: false, place }); return;
    case 'create-domain': addType(state, { kind: 'domain', name: op.name.name, schema, values: [], base: op.type, notNull: op.notNull, place }); return;
    case 'create-type':
      addType(state, { kind: 'other', name: op.name.name, schema, values: [], base: null, notNull: false, place, extent: { path: place.path, at: op.extent } });
    return;
    case 'add-enum-value':
      if (!known) fail(state, `type ${labelOf(op.name)}`, `A value is added to the type ${labelOf(op.name)}, and no earlier step creates it`, place);
      else if (!known.values.includes(op.value)) known.values.splice(placeOf(known.values, op), 0, op.value);
      return;
    case 'rename-enum-value': {
      const at = known?.values.indexOf(op.value) ?? -1;
      if (at >= 0) known!.values[at] = op.to;
      else fail(state, `value ${labelOf(op.name)}`, `A value of the type ${labelOf(op.name)} is renamed, and no earlier step creates it`, place);
      return;
    }
    case 'drop-type': if (known) state.types.delete(keyOf(known.schema, known.name)); return;
    case 'move-type':
      if (!known) { fail(state, `type ${labelOf(op.name)}`, `The type ${labelOf(op.name)} is moved, and no earlier step creates it`, place); return; }
      state.types.delete(keyOf(known.schema, known.name));
      known.schema = op.toSchema;
      addType(state, known);
      return;
    case 'rename-type':
      if (!known) { fail(state, `type ${labelOf(op.name)}`, `The type ${labelOf(op.name)} is renamed, and no earlier step creates it`, place); return; }
      state.types.delete(keyOf(known.schema, known.name));
      known.name = op.to;
      addType(state, known);
  }
}

/** Where a new value goes among the others. */
function placeOf(values: readonly string[], { before, after }: Extract<TypeOp, { k: 'add-enum-value' }>): number {
  const at = values.indexOf(before ?? after ?? '');
  return at < 0 ? values.length : after === undefined ? at : at + 1;
}

function addType(state: State, type: TypeState): void {
  state.types.set(keyOf(type.schema, type.name), type);
}

/** Ties a type as written to the enum or domain it names. An inline enum with a name makes that enum. */
export function typeStateOf(state: State, type: TypeRef | null, place: Place): TypeState | null {
  if (!type) return null;
  const name = { name: type.enumName ?? type.name, ...(type.schema === undefined ? {} : { schema: type.schema }) };
  const known = find(state, state.types, name);
  if (known || !type.enumName || !type.values) return known;
  const made: TypeState = { kind: 'enum', name: type.enumName, schema: homeOf(state, name), values: [...type.values], base: null, notNull: false, place };
  addType(state, made);
  return made;
}

/** A column's type with its enum named and its domain replaced by what it stands on. */
export function finalType(state: State, column: ColumnState): { readonly type: TypeRef | null; readonly notNull: boolean } {
  if (!column.type) return { type: null, notNull: false };
  return resolve(state, column.type, column.typeState ?? find(state, state.types, column.type), 0);
}

/** Domains on domains end here at the latest. */
const DEPTH_LIMIT = 8;

function resolve(state: State, type: TypeRef, known: TypeState | null, depth: number): { type: TypeRef; notNull: boolean } {
  const array = type.array ? { array: type.array } : {};
  if (known?.kind === 'enum') return { type: { name: known.name, enumName: known.name, values: known.values, ...array }, notNull: false };
  if (known?.base && depth < DEPTH_LIMIT) {
    const base = resolve(state, known.base, find(state, state.types, known.base), depth + 1);
    const dimensions = (base.type.array ?? 0) + (type.array ?? 0);
    return { type: { ...base.type, ...(dimensions ? { array: dimensions } : {}) }, notNull: !type.array && (known.notNull || base.notNull) };
  }
  const { schema: _, ...plain } = type;
  return { type: plain, notNull: false };
}

/** The enums that are left at the end. */
export function finalEnums(state: State): EnumType[] {
  return [...state.types.values()].filter((type) => type.kind === 'enum').map(({ name, values, place }) => ({ name, values, place }));
}
