/** What running SQL gives: rows to iterate, fetch from or take one of. */
import type { Span } from '../../facts/code.js';
import { answer } from '../../flow/answers.js';
import { argument } from '../../flow/arguments.js';
import { dispatch } from '../../flow/calls.js';
import type { Flow } from '../../flow/evaluate.js';
import type { Env } from '../../flow/program.js';
import type { SqlOutcome } from '../../flow/sql.js';
import { union } from '../../flow/unions.js';
import { ANY, membersOf, type Value } from '../../flow/value.js';
import type { CallSite } from '../dialect.js';

/** `rows`: a list of rows; `result`: a driver's object around them, or in some drivers the list itself; `cursor`: fetched from step by step. */
export type Mode = 'rows' | 'result' | 'cursor';
export type ResultValue = Value & { readonly k: 'special' };

const ONE = new Set([
  'fetchone', 'first', 'one', 'one_or_none', 'single', 'next', 'get', 'fetchrow', 'fetch_one', 'at', 'shift', 'pop', 'head', 'findLast', 'find',
]);
const SCALAR = new Set(['scalar', 'scalar_one', 'scalar_one_or_none', 'fetchval', 'fetch_val', 'pluck']);
const ALL = new Set([
  'fetchall', 'all', 'fetchmany', 'mappings', 'scalars', 'tuples', 'unique', 'fetch', 'iterate', 'execute', 'values', 'returning', 'dicts', 'partitions',
]);
const COUNTS = new Set(['rowCount', 'length', 'rowcount', 'affectedRows', 'num_rows', 'count', 'size']);
/** Names that say that two rows would be a mistake. */
const STRICT = new Set(['one', 'one_or_none', 'scalar_one', 'scalar_one_or_none', 'maybeOne', 'oneOrNone', 'oneFirst', 'maybeOneFirst', 'single']);

export function resultOf(outcome: SqlOutcome, mode: Mode, key: string): ResultValue {
  return { k: 'special', dialect: 'sql', tag: 'result', data: { outcome, mode }, key: `${key}:${mode}` };
}

export const isResult = (value: Value): value is ResultValue => value.k === 'special' && value.dialect === 'sql' && value.tag === 'result';
const outcomeIn = (result: ResultValue): SqlOutcome => result.data['outcome'] as SqlOutcome;
const as = (result: ResultValue, mode: Mode): ResultValue => ({ ...result, data: { ...result.data, mode }, key: `${result.key}:${mode}` });

/** How many rows a method of this name expects. */
export const expectsOf = (name: string): 'one' | 'first' => (STRICT.has(name) ? 'one' : 'first');

function finish(flow: Flow, { query, isOpen }: SqlOutcome, expects: 'one' | 'first' | 'many'): void {
  if (query && isOpen) flow.record.finish(query, expects);
}

/** One row of a result, traced to its query so that tests of it tell what the code relies on. */
export function oneRow(flow: Flow, outcome: SqlOutcome, expects: 'one' | 'first'): Value {
  if (!outcome.query) return outcome.item;
  finish(flow, outcome, expects);
  return outcome.item.k === 'row' ? { ...outcome.item, lookup: outcome.query.id } : outcome.item;
}

/** The first value of the one row. */
export function oneValue(flow: Flow, outcome: SqlOutcome, expects: 'one' | 'first'): Value {
  finish(flow, outcome, expects);
  return outcome.first.k === 'field' && outcome.query ? { ...outcome.first, lookup: outcome.query.id } : outcome.first;
}

/** Any of the rows. */
export function rows(flow: Flow, result: ResultValue): Value {
  finish(flow, outcomeIn(result), 'many');
  return outcomeIn(result).item;
}

/** A method of a result: fetching, or what lists have. */
export function resultCall(flow: Flow, site: CallSite, result: ResultValue): Value | undefined {
  const outcome = outcomeIn(result);
  const name = site.name ?? '';
  if (SCALAR.has(name)) return oneValue(flow, outcome, expectsOf(name));
  const isCallback = argument(site.args, 0)?.k === 'fn';
  if (ONE.has(name) && !isCallback) return oneRow(flow, outcome, expectsOf(name));
  if (ALL.has(name) && !isCallback) return as(result, 'rows');
  if (name === 'then')
    return union(
      membersOf(argument(site.args, 0) ?? ANY).map((member) => (member.k === 'fn' ? flow.callFn(member, [{ ...site.args.list[0]!, value: result }]) : ANY)),
    );
  if (name === 'catch' || name === 'finally') return result;
  if (isCallback || ARRAY.has(name)) return dispatch(flow, { ...site, receiver: { k: 'many', of: rows(flow, result) } });
  return ANY;
}
const ARRAY = new Set(['map', 'filter', 'forEach', 'slice', 'concat', 'reverse', 'sort', 'flat', 'entries', 'some', 'every', 'reduce', 'flatMap']);

export function resultAttribute(flow: Flow, result: ResultValue, name: string, env: Env, at: Span): Value | undefined {
  const outcome = outcomeIn(result);
  if (name === 'rows' || name === 'results' || name === 'recordset') return as(result, 'rows');
  if (COUNTS.has(name)) return outcome.query ? answer('sql', outcome.query.id) : ANY;
  // A driver's list of rows destructured one level too deep is a row.
  if (result.data['mode'] === 'result' && outcome.item.k === 'row' && outcome.item.result?.columns.has(name))
    return flow.attribute(outcome.item, name, env, at);
  return ANY;
}

export function resultItem(flow: Flow, result: ResultValue, key: Value): Value | undefined {
  const isIndex = key.k === 'const' && typeof key.v === 'number';
  if (!isIndex) return rows(flow, result);
  if (key.v !== 0 && key.v !== -1) return rows(flow, result);
  const row = oneRow(flow, outcomeIn(result), 'first');
  // Some drivers give a pair of the rows and their description.
  return result.data['mode'] === 'result' ? union([row, as(result, 'rows')]) : row;
}

const KEPT = '\0result of ';

/** Notes what a cursor holds after it has run a statement: later calls fetch from it by its name. */
export function keepFor(site: CallSite, result: ResultValue): void {
  if (site.receiverName) site.env.vars.set(`${KEPT}${site.receiverName}`, { ...result, data: { ...result.data, receiver: site.receiver } });
}

function keptFor(name: string, env: Env): Value | null {
  for (let scope: Env | null = env; scope && scope.kind === 'function'; scope = scope.parent) {
    const kept = scope.vars.get(`${KEPT}${name}`);
    if (kept) return kept;
  }
  return null;
}

/** What a cursor may be, as far as it is known. */
const CURSORS: ReadonlySet<Value['k']> = new Set(['any', 'term', 'extobj', 'field']);

/** What a call fetches from a cursor that ran a statement before; undefined when it ran none. */
export function fetchedFrom(flow: Flow, site: Pick<CallSite, 'env' | 'receiver' | 'name'> & Partial<CallSite>): Value | undefined {
  // Cursors are Python's.
  if (!site.receiver || site.env.module.language !== 'python' || !CURSORS.has(site.receiver.k)) return undefined;
  if (site.receiverName) {
    if (site.name === null || !(ONE.has(site.name) || SCALAR.has(site.name) || ALL.has(site.name))) return undefined;
    const kept = keptFor(site.receiverName, site.env);
    if (!kept) return undefined;
    return union(membersOf(kept).map((member) => (isResult(member) ? resultCall(flow, site as CallSite, member) ?? ANY : ANY)));
  }
  for (const [name, kept] of site.env.vars.entries())
    if (name.startsWith(KEPT) && membersOf(kept).some((member) => isResult(member) && member.data['receiver'] === site.receiver)) return kept;
  return undefined;
}
