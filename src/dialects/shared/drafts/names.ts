/** How names in the texts of query builders are meant. */
import type { Span } from '../../../facts/code.js';
import type { Flow } from '../../../flow/evaluate.js';
import type { EvaluatedArg } from '../../../flow/value.js';

/** Every name of a column there is. */
export const columnNames = (flow: Flow): ReadonlySet<string> =>
  flow.memo('column-names', '', () => new Set((flow.queries?.tables ?? []).flatMap((table) => table.columns.map((column) => column.name))), new Set());

export const snakeCase = (name: string): string => name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();

/**
 * The column's name in the database where code may call it in camel case: mappers that are set up elsewhere let it, and a name that stands in SQL without
 * quotes has no capitals left.
 */
export function mappedName(flow: Flow, name: string): string {
  const names = columnNames(flow);
  if (names.has(name)) return name;
  return [snakeCase(name), name.toLowerCase()].find((each) => names.has(each)) ?? name;
}

/** `x as y` in its parts. */
export function aliased(written: string): { readonly name: string; readonly alias: string | null } {
  const match = /^\s*(.+?)\s+as\s+(\w+)\s*$/i.exec(written);
  return match ? { name: match[1]!, alias: match[2]! } : { name: written.trim(), alias: null };
}

/** The place of each item of a list that is written out, else that of the whole. */
export const itemPlaces = ({ expr, at }: Pick<EvaluatedArg, 'expr' | 'at'>, count: number): readonly Span[] =>
  Array.from({ length: count }, (_, index) => (expr.k === 'list' ? (expr.items[index]?.at ?? at) : at));
