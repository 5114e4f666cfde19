/** What a condition asks: which looked-up rows are there, which columns have a value. */
import type { Expr } from '../facts/code.js';
import { noteTest } from './access.js';
import type { Flow } from './evaluate.js';
import { combine, holdsIfAny, negate, predicate } from './operators.js';
import type { Env } from './program.js';
import { ANY, membersOf, union, type PredicateValue, type Value } from './value.js';

/** What a test tells: which looked-up rows it asks for, and whether it holds when they are there. */
export interface Test { readonly value: Value; readonly lookups: readonly TestedLookup[] }
export interface TestedLookup { readonly id: string; readonly holdsIfPresent: boolean }

const NULL_TESTS: ReadonlySet<string> = new Set(['is', 'is-not', '==', '!=']);

/** Evaluates a condition; columns that are merely tested are marked. */
export function testOf(flow: Flow, expr: Expr, env: Env): Test {
  if (expr.k === 'op' && expr.op === 'not') {
    const inner = testOf(flow, expr.args[0]!, env);
    if (membersOf(inner.value).some((member) => member.k === 'special' && member.tag === 'exists')) return { value: negateAnswers(inner.value), lookups: inner.lookups.map((lookup) => ({ ...lookup, holdsIfPresent: !lookup.holdsIfPresent })) };
    return { value: inner.value.k === 'predicate' ? negate(inner.value) : inner.value.k === 'column' ? predicate(flow, inner.value, '=', { k: 'const', v: false }) : inner.value.k === 'const' ? ANY : inner.value, lookups: inner.lookups.map((lookup) => ({ ...lookup, holdsIfPresent: !lookup.holdsIfPresent })) };
  }
  if (expr.k === 'op' && (expr.op === 'and' || expr.op === 'or')) {
    const tests = expr.args.map((arg) => testOf(flow, arg, env));
    const parts = tests.map((test) => test.value).filter((value): value is PredicateValue => value.k === 'predicate');
    const value = parts.length ? combine(parts, parts.length < tests.length, expr.op === 'or') : union(tests.map((test) => test.value));
    return { value, lookups: tests.flatMap((test) => test.lookups) };
  }
  if (expr.k === 'op' && NULL_TESTS.has(expr.op) && expr.args[1]?.k === 'lit' && expr.args[1].v === null) {
    const inner = testOf(flow, expr.args[0]!, env);
    const isPresent = expr.op === 'is-not' || expr.op === '!=';
    return { value: inner.value.k === 'column' ? flow.expr(expr, env) : inner.value, lookups: inner.lookups.map((lookup) => ({ ...lookup, holdsIfPresent: isPresent })) };
  }
  const counted = countTest(flow, expr, env);
  const tested = counted ? flow.expr(counted.of, env) : flow.expr(expr, env);
  // A query that is tested is run where the dialect says so.
  const value = membersOf(tested).some((member) => member.k === 'query') ? union(membersOf(tested).map((member) => (member.k === 'query' ? flow.ask('operator', env.module.language, (api) => api.operator!(flow, 'bool', [member], env, expr.at)) ?? member : member))) : tested;
  noteTest(flow, value);
  const lookups: TestedLookup[] = [];
  for (const member of membersOf(value)) {
    const lookup = lookupOf(member);
    if (lookup) lookups.push({ id: lookup, holdsIfPresent: true });
    if (member.k === 'special' && member.tag === 'exists' && typeof member.data['lookup'] === 'string') lookups.push({ id: member.data['lookup'], holdsIfPresent: (counted?.isPresent ?? true) !== (member.data['isNegated'] === true) });
  }
  return { value, lookups };
}

/** The query whose outcome it is: a row, one of its values, or the tuple of those that were selected. */
export function lookupOf(value: Value): string | undefined {
  if (value.k === 'list') return value.items.map(lookupOf).find((lookup) => lookup !== undefined);
  return value.k === 'row' || value.k === 'dict' || value.k === 'field' ? value.lookup : undefined;
}

/** `not rows.exists()` as a value: whoever tests it learns the opposite. */
function negateAnswers(value: Value): Value {
  return union(membersOf(value).map((member): Value => (member.k === 'special' && member.tag === 'exists' ? { ...member, data: { ...member.data, isNegated: member.data['isNegated'] !== true }, key: `!${member.key}` } : member)));
}

/** `rows.count() > 0`, `len(rows) == 0`, `result.rowCount === 0`: what is counted, and whether the test holds when there are rows. */
function countTest(flow: Flow, expr: Expr, env: Env): { readonly of: Expr; readonly isPresent: boolean } | null {
  if (expr.k !== 'op' || expr.args.length !== 2 || expr.args[1]!.k !== 'lit') return null;
  const isPresent = holdsIfAny(expr.op, expr.args[1].v);
  if (isPresent === undefined) return null;
  const of = expr.args[0]!;
  if (of.k === 'call') return { of: of.fn.k === 'name' && of.fn.id === 'len' && of.args[0] ? of.args[0].value : of, isPresent };
  const isCount = membersOf(flow.quiet(() => flow.expr(of, env))).some((member) => member.k === 'special' && member.tag === 'exists');
  return isCount ? { of, isPresent } : null;
}
