/** What code is told of how many rows a query found: whether there is any, or a number that it may compare with none. */
import type { SpecialValue, Value } from './value.js';

/** The answer whether the query with that id found any row: `.exists()`, `rows.length`, a count. Whoever tests it asks for a row. */
export function answer(dialect: string, lookup: string, isNegated = false): SpecialValue {
  return { k: 'special', dialect, tag: 'exists', data: { lookup, ...(isNegated ? { isNegated } : {}) }, key: `${isNegated ? '!' : ''}${lookup}` };
}

/** A number of rows that a query puts out, before it is known of which query. */
export const COUNT: SpecialValue = { k: 'special', dialect: 'core', tag: 'count', data: {}, key: '' };

/** What a query puts out, with the answer in place of the number, by itself or under a name. */
export function withAnswer(dialect: string, item: Value, lookup: string): Value {
  if (item === COUNT) return answer(dialect, lookup);
  return item.k === 'dict' ? { ...item, entries: new Map([...item.entries].map(([name, value]) => [name, withAnswer(dialect, value, lookup)])) } : item;
}
