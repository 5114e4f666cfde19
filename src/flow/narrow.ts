/** What a test tells of the names it asks for. */
import type { Expr } from '../facts/code.js';
import type { Env } from './program.js';
import { foundThere, type Value } from './value.js';

/** Attributes of rows that tell whether they are stored yet, with what they are of a row that is not. */
export type NewFlags = ReadonlyMap<string, boolean>;

/** Names that a test has found to be there are not null where it holds, or where it does not; rows that it has found to be new are new. */
export function narrow(env: Env, test: Expr, holds: boolean, newFlags: NewFlags): void {
  if (test.k === 'name') {
    const value = holds ? env.vars.get(test.id) : undefined;
    if (value) env.vars.set(test.id, foundThere(value));
  }
  if (test.k === 'attr') findNew(env, test, holds, newFlags);
  if (test.k !== 'op') return;
  const [first, second] = test.args;
  if (test.op === 'not') narrow(env, first!, !holds, newFlags);
  else if (test.op === (holds ? 'and' : 'or')) for (const part of test.args) narrow(env, part, holds, newFlags);
  else if (first && second?.k === 'lit' && second.v === null && IS_NULL.has(test.op)) narrow(env, first, IS_NULL.get(test.op) !== holds, newFlags);
}
const IS_NULL: ReadonlyMap<string, boolean> = new Map([['is', true], ['==', true], ['is-not', false], ['!=', false]]);

/** `row.isNewRecord` */
function findNew(env: Env, test: Expr & { k: 'attr' }, holds: boolean, newFlags: NewFlags): void {
  const path = [test.name];
  let of = test.of;
  for (; of.k === 'attr'; of = of.of) path.unshift(of.name);
  const row: Value | undefined = of.k === 'name' && newFlags.get(path.join('.')) === holds ? env.vars.get(of.id) : undefined;
  if (of.k === 'name' && row?.k === 'row' && !row.lookup) env.vars.set(of.id, { ...row, isNew: true });
}
