/** What the connections of a repository say about every model: `define` of their options. https://sequelize.org/docs/v6/other-topics/naming-strategies/ */
import { entry, positional } from '../../flow/arguments.js';
import { wholeExport } from '../../flow/computed.js';
import type { Flow } from '../../flow/evaluate.js';
import { keyOf } from '../../flow/value-keys.js';
import { ANY, membersOf, type Args, type DictValue, type EvaluatedArg, type Value } from '../../flow/value.js';

/** `define` of one connection's options; null where it has none, unknown where its options cannot be read. */
export type Define = DictValue | 'unknown' | null;

/** What `new Sequelize(…)` says about all its models. Of options that are one of several (those of an environment) counts what all agree on. */
export function defineOf(flow: Flow, args: Args): Define {
  const given = positional(args);
  const options = given.at(-1);
  if (!options) return null;
  const found = membersOf(options.value).map((member) => defineIn(exported(flow, member), options, given.length));
  if (found.includes('unknown')) return 'unknown';
  const dicts = found.filter((each): each is DictValue => each !== null && each !== 'unknown');
  return dicts.length === 0 ? null : agreed(found as readonly (DictValue | null)[]);
}

/** `new Sequelize(require('../config/database'))`: what the module exports as a whole. */
function exported(flow: Flow, value: Value): Value {
  return (value.k === 'module' ? wholeExport(flow, value.module) : null) ?? value;
}

function defineIn(options: Value, arg: EvaluatedArg, count: number): Define {
  if (options.k === 'dict') {
    const define = entry(options, 'define');
    if (define === null) return options.rest === null ? null : 'unknown';
    return define.k === 'dict' ? define : 'unknown';
  }
  // The address of the database, alone or before what signs in.
  return options.k === 'const' || (count !== 2 && count !== 4 && isFromEnvironment(arg)) ? null : 'unknown';
}

/** `process.env.DATABASE_URL` is a text. */
function isFromEnvironment({ expr }: EvaluatedArg): boolean {
  if (expr.k === 'tpl') return true;
  const of = expr.k === 'attr' || expr.k === 'item' ? expr.of : null;
  return of?.k === 'attr' && of.name === 'env';
}

/** What every one of them says; an option that only some have, or that differs, is unknown. */
function agreed(alternatives: readonly (DictValue | null)[]): DictValue {
  const names = new Set(alternatives.flatMap((each) => [...(each?.entries.keys() ?? [])]));
  const rest = alternatives.some((each) => each?.rest) ? ANY : null;
  return { k: 'dict', rest, entries: new Map([...names].map((name): [string, Value] => {
    const values = alternatives.map((each) => entry(each, name));
    const first = values[0];
    return [name, first && values.every((value) => value !== null && keyOf(value) === keyOf(first)) ? first : ANY];
  })) };
}

export interface Connection { readonly path: string; readonly define: Define }

/**
 * The options that every model has: a later connection wins over an earlier one, and one that can be read over one that cannot, in whose file another says the
 * same in another way.
 */
export function defaultsOf(connections: readonly Connection[]): readonly DictValue[] {
  const told = connections.map(({ define }) => define).filter((each): each is DictValue => each !== null && each !== 'unknown');
  const isRead = (path: string): boolean => connections.some((each) => each.path === path && each.define !== 'unknown');
  const isUnknown = told.length === 0 && connections.some(({ define, path }) => define === 'unknown' && !isRead(path));
  return [
    ...(isUnknown ? [UNKNOWN_NAMES] : []),
    ...told.map((each) =>
      each.rest === null || each.entries.has('underscored') ? each : { ...each, entries: new Map([...each.entries, ['underscored', ANY]]) },
    ),
  ];
}

const UNKNOWN_NAMES: DictValue = { k: 'dict', entries: new Map([['underscored', ANY]]), rest: null };
/** What is taken for said where the declarations of models show it. */
export const UNDERSCORED: DictValue = { k: 'dict', entries: new Map([['underscored', { k: 'const', v: true }]]), rest: null };
