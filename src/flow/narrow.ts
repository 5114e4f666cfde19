/** What a test tells of the names it asks for. */
import type { Expr } from '../facts/code.js';
import { anyOf, namesOf } from './computed.js';
import type { Flow } from './evaluate.js';
import { fieldsOf } from './fields.js';
import { foundThere } from './nulls.js';
import type { Env } from './program.js';
import { ANY, isSqlText, type DictValue, type Value } from './value.js';

/** Attributes of rows that tell whether they are stored yet, with what they are of a row that is not. */
export type NewFlags = ReadonlyMap<string, boolean>;

/** Names that a test has found to be there are not null where it holds, or where it does not; rows that it has found to be new are new. */
export function narrow(flow: Flow, env: Env, test: Expr, holds: boolean): void {
  if (test.k === 'name') {
    const value = holds ? env.vars.get(test.id) : undefined;
    if (value) env.vars.set(test.id, foundThere(value));
  }
  if (test.k === 'attr') findNew(env, test, holds, flow.hooks.newFlags);
  if (test.k !== 'op') return;
  const [first, second] = test.args;
  if (test.op === 'not') narrow(flow, env, first!, !holds);
  else if (test.op === (holds ? 'and' : 'or')) for (const part of test.args) narrow(flow, env, part, holds);
  else if (first && second?.k === 'lit' && second.v === null && IS_NULL.has(test.op)) narrow(flow, env, first, IS_NULL.get(test.op) !== holds);
  else if (first?.k === 'name' && second && test.op === (holds ? 'in' : 'not-in')) findAmong(flow, env, first.id, second);
}
const IS_NULL: ReadonlyMap<string, boolean> = new Map([['is', true], ['==', true], ['is-not', false], ['!=', false]]);

/**
 * Unknown names that a test has found to be a text are that text: `if (kind !== 'stall') return;`. Only where nothing joins the other way
 * again, for a name is told from others by what it was before.
 */
export function narrowForGood(env: Env, test: Expr, holds: boolean): void {
  if (test.k !== 'op') return;
  const [first, second] = test.args;
  if (test.op === 'not') narrowForGood(env, first!, !holds);
  else if (test.op === (holds ? 'and' : 'or')) for (const part of test.args) narrowForGood(env, part, holds);
  else if (first?.k === 'name' && second?.k === 'lit' && typeof second.v === 'string' && test.op === (holds ? '==' : '!=')) {
    const value = env.vars.get(first.id);
    if (value?.k === 'any' && !isSqlText(value)) env.vars.set(first.id, { k: 'const', v: second.v });
  }
}

/** `name in ("phone", "email")`: what is unknown, or any key of a dict, is one of those. */
function findAmong(flow: Flow, env: Env, id: string, among: Expr): void {
  const value = env.vars.get(id);
  if (!value || (value.k !== 'any' && value.k !== 'extobj' && !(value.k === 'key' && value.part === 'key'))) return;
  const of = heldIn(flow, flow.peek(among, env));
  if (!of || of.rest !== null || of.entries.size === 0) return;
  const known = value.k === 'key' ? value.of : null;
  const held = [...of.entries.keys()].filter((name) => !known || known.rest !== null || known.entries.has(name));
  // What a request brings is what is meant, and elsewhere what stands beside the name.
  const told = of.schema ? of : known ?? of;
  env.vars.set(id, {
    k: 'key',
    of: { ...told, entries: new Map(held.map((name) => [name, (of.schema || known ? told.entries.get(name) : null) ?? ANY])), rest: null },
    part: 'key',
  });
}

/** What is asked for a name, as a dict of the names that it has; null where it may have others. */
function heldIn(flow: Flow, among: Value): DictValue | null {
  if (among.k === 'union') {
    // A request may come as an object or as a dict of the same fields.
    const parts = among.of.map((member) => heldIn(flow, member));
    const [first] = parts;
    return parts.every((part) => part?.schema !== undefined && part.schema === first?.schema) ? first! : null;
  }
  if (among.k === 'dict') return among;
  if (among.k === 'object') return fieldsOf(flow, among);
  const names = among.k === 'list' ? namesOf({ k: 'union', of: among.items }) : null;
  return names && anyOf(names).of;
}

/** `row.isNewRecord` */
function findNew(env: Env, test: Expr & { k: 'attr' }, holds: boolean, newFlags: NewFlags): void {
  const path = [test.name];
  let of = test.of;
  for (; of.k === 'attr'; of = of.of) path.unshift(of.name);
  const row: Value | undefined = of.k === 'name' && newFlags.get(path.join('.')) === holds ? env.vars.get(of.id) : undefined;
  if (of.k === 'name' && row?.k === 'row' && !row.lookup) env.vars.set(of.id, { ...row, isNew: true });
}
