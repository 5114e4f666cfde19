/** What tells unknown values from others: the parameter of a function, or a part of one, a field of a class, the place where a schema names it. */
import type { Value } from './value.js';

/** What tells an unknown value from others. */
export const idOf = (value: Value | undefined): string | undefined => (value?.k === 'any' ? value.id : undefined);

/** Parameters that one place writes, in as many calls: a helper that all use tells nothing. */
const MOST_GIVEN = 4;

/** The ids with those of the values, for as long as there are few. */
export function withIds(ids: readonly string[] | undefined, ...values: readonly (Value | undefined)[]): readonly string[] | undefined {
  let known = ids;
  for (const value of values) {
    const id = idOf(value);
    if (id !== undefined && !known?.includes(id) && (known?.length ?? 0) < MOST_GIVEN) known = [...known ?? [], id];
  }
  return known;
}

/** Whether all that is said of a value is that it is a part of something: a field of whatever has the class, or of what a caller was given. */
export const tellsPart = (id: string): boolean => /\d/.test(id[id.lastIndexOf(':') + 1] ?? '') && id.indexOf('.', id.lastIndexOf(':')) > 0;
