/** Values that may be null, that are known to be there, and that may be left out. */
import type { AnyValue, ConstValue, ExternalObject, FieldValue, RowValue, Value } from './value.js';

export const isUnknown = (value: Value): value is AnyValue | ExternalObject => value.k === 'any' || value.k === 'extobj';

/** Whether null stood beside the value on some path. */
export function mayBeNull(value: Value | undefined): boolean {
  return value !== undefined && (value.k === 'union' ? value.of.some(mayBeNull) : isPlain(value) && value.mayBeNull === true);
}

/** The value where it has been found to be there. */
export function withoutNull(value: Value): Value {
  if (!mayBeNull(value)) return value;
  if (value.k === 'union') return { k: 'union', of: value.of.map(withoutNull) };
  const { mayBeNull: _, mayBeLeftOut: __, ...known } = value as AnyValue;
  return known as Value;
}

/** The value where a test has found it to be there. */
export function foundThere(value: Value): Value {
  if (value.k === 'union') return { k: 'union', of: value.of.map(foundThere) };
  const there = withoutNull(value);
  return there.k === 'row' && !there.isThere ? { ...there, isThere: true } : there;
}

/** The value where it may be null. */
export function orNull(value: Value): Value {
  if (value.k === 'union') return { k: 'union', of: value.of.map(orNull) };
  if (!isUnknown(value)) return value;
  const { isThere: _, mayBeLeftOut: __, ...rest } = value;
  return { ...rest, mayBeNull: true };
}

/** The value that is null on another path. */
export function orElseNull(value: Value): Value {
  if (value.k === 'union') return { k: 'union', of: value.of.map(orElseNull) };
  if (value.k === 'const' && value.v === null) return value;
  return isUnknown(value) ? orNull(value) : isPlain(value) ? { ...value, mayBeNull: true } : value;
}

/** The value where it need not be given. */
export function orLeftOut(value: Value): Value {
  if (value.k === 'union') return { k: 'union', of: value.of.map(orLeftOut) };
  if (!isUnknown(value) || mayBeNull(value)) return value;
  const { isThere: _, ...rest } = value;
  return { ...rest, mayBeNull: true, mayBeLeftOut: true };
}

/** Whether whoever gives the value may leave it out. */
export function mayBeLeftOut(value: Value): boolean {
  return value.k === 'union' ? value.of.some(mayBeLeftOut) : isUnknown(value) && value.mayBeLeftOut === true;
}

/** The value as a change of a row that is there takes it: what is left out is not changed. */
export function asChange(value: Value): Value {
  if (value.k === 'union') return { k: 'union', of: value.of.map(asChange) };
  return isUnknown(value) && value.mayBeLeftOut ? withoutNull(value) : value;
}

export function isPlain(value: Value): value is FieldValue | AnyValue | ConstValue | RowValue | ExternalObject {
  return value.k === 'extobj' || value.k === 'field' || value.k === 'any' || value.k === 'const' || value.k === 'row';
}
