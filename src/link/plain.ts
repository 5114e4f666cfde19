/** Values and types that are words, or lists of words: what is called by a relationship's name and has one of them is no row, nor a list of rows. */
import type { Expr } from '../facts/code.js';

/** `'blue'`, `['Orders', 'Billing']`. What is true or a number may choose something by its name: `include: { tags: true }`. */
export function isPlainValue(value: Expr): boolean {
  return value.k === 'lit' ? typeof value.v === 'string' : value.k === 'list' && value.items.length > 0 && value.items.every(isPlainValue);
}

const SCALARS: ReadonlySet<string> = new Set(['string', 'number', 'boolean', 'Date', 'str', 'int', 'float', 'bool', 'datetime']);
const LISTS: ReadonlySet<string> = new Set(['Array', 'ReadonlyArray', 'Set', 'list', 'List', 'set', 'tuple', 'Optional', 'Sequence']);

/** `string | null`, `number[]`, `Optional[list[str]]`. */
export function isPlainType(type: Expr): boolean {
  switch (type.k) {
    case 'name': return SCALARS.has(type.id);
    case 'lit': return true;
    case 'op': return (
      type.op === '|' && type.args.some((arg) => arg.k !== 'lit') && type.args.every((arg) => isPlainType(arg) || (arg.k === 'name' && arg.id === 'undefined'))
    );
    case 'item': return type.of.k === 'name' && LISTS.has(type.of.id) && isPlainType(type.key);
    default: return false;
  }
}
