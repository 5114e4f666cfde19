/** Python's `str.format`, where everything that is put in is written down. */
import type { Arg, Literal } from '../../facts/code.js';
import { align } from './align.js';
import type { Part } from './holes.js';

const FIELD = /\{\{|\}\}|\{(\w*)(?:![rsa])?\}/g;

/** The text that a literal and constant arguments make; null where an argument is something else, or there is nothing to put in. */
export function filledParts(literal: Literal, args: readonly Arg[], text: string): Part[] | null {
  const value = literal.v;
  const constants = args.map(({ value: given }) => (given.k === 'lit' && (typeof given.v === 'string' || typeof given.v === 'number') ? String(given.v) : null));
  if (typeof value !== 'string' || args.length === 0 || constants.includes(null)) return null;
  const { starts, ends } = align(text, literal.at, value, true);
  const parts: Part[] = [];
  const push = (v: string, from: number, to: number): void => {
    const isOwn = v.length === to - from;
    const map = isOwn ? { starts: starts.slice(from, to), ends: ends.slice(from, to) } : { starts: new Array(v.length).fill(starts[from]), ends: new Array(v.length).fill(ends[to - 1]) };
    if (v !== '') parts.push({ k: 'text', v, map });
  };
  let done = 0;
  let position = 0;
  for (const field of value.matchAll(FIELD)) {
    const name = field[1];
    const at = name === undefined ? -1 : name === '' ? position++ : /^\d/.test(name) ? Number(name) : args.findIndex((arg) => arg.name === name);
    const put = name === undefined ? field[0][0]! : constants[at];
    if (put === undefined || put === null) return null;
    push(value.slice(done, field.index), done, field.index);
    push(put, field.index, field.index + field[0].length);
    done = field.index + field[0].length;
  }
  push(value.slice(done), done, value.length);
  return parts;
}
