/** Lists of allowed values, and whether the database keeps to them. */
import type { Check, Column, Place, Schema } from './schema.js';
import { checksOf } from './tables.js';

/** An enum type, or a check constraint that speaks of the column. */
export function isEnforced(schema: Schema, column: Column): boolean {
  return column.type.enumName !== null || schema.enums.some((one) => one.name === column.type.name) || checksOf(column).length > 0;
}

/** The values that the database lets in, where its own declaration lists them. */
export function enforcedValues(schema: Schema, column: Column): { readonly values: readonly string[]; readonly place: Place } | null {
  const type = schema.enums.find((one) => one.name === (column.type.enumName ?? column.type.name));
  if (type) return { values: type.values, place: type.place };
  const checks = checksOf(column).filter((check) => listIn(check, column) !== null);
  // What a model has in mind is not always what the database was given.
  const stored = checks.filter((check) => check.isStored);
  const lists = (stored.length > 0 ? stored : checks).flatMap((check) => listIn(check, column) ?? []);
  return lists.length === 1 ? lists[0] : null;
}

/** `status IN ('a', 'b')`, `status = ANY (ARRAY['a'::text, 'b'::text])`, of this column and nothing else. */
function listIn(check: Check, column: Column): { readonly values: readonly string[]; readonly place: Place } | null {
  const [, name, list] = /^[(\s]*"?(\w+)"?[)\s]*(?:::[\w ]+)?[)\s]*(?:in|=\s*any)\s*\(([\s\S]*)\)[)\s]*$/i.exec(check.expression) ?? [];
  if (name?.toLowerCase() !== column.name.toLowerCase() || /\b(or|and|not)\b/i.test(list.replace(/'(?:[^']|'')*'/g, ''))) return null;
  const values = [...list.matchAll(/'((?:[^']|'')*)'/g)].map((match) => match[1].replaceAll("''", "'"));
  return values.length > 0 ? { values, place: check.place } : null;
}
