/** What a condition asks: which looked-up rows are there, which columns have a value. */
import type { Expr, Span } from '../facts/code.js';
import { walk } from '../facts/walk.js';
import { noteTest } from './access.js';
import { askOperator } from './ask.js';
import type { Flow } from './evaluate.js';
import { combine, holdsIfAny, negate, predicate } from './operators.js';
import { membershipIn } from './prefetched.js';
import type { Env } from './program.js';
import { union } from './unions.js';
import { ANY, membersOf, type Kept, type PredicateValue, type Value } from './value.js';

/** What a test tells: which looked-up rows it asks for, and whether it holds when they are there. */
export interface Test { readonly value: Value; readonly lookups: readonly TestedLookup[] }
export interface TestedLookup {
  readonly id: string;
  readonly holdsIfPresent: boolean;
  /** It is looked for among rows that were read beforehand. */
  readonly kept?: Kept;
  /** The rest of the test asks what is in the row: `found && found.expiresAt > now`. */
  readonly isOfSome?: true;
  /** It is a list of rows that is asked whether it has any. */
  readonly isListed?: true;
}

const NULL_TESTS: ReadonlySet<string> = new Set(['is', 'is-not', '==', '!=']);

/** Evaluates a condition; columns that are merely tested are marked. */
export function testOf(flow: Flow, expr: Expr, env: Env): Test {
  if (expr.k === 'op') {
    if (expr.op === 'not') return negated(flow, testOf(flow, expr.args[0]!, env));
    if (expr.op === 'and' || expr.op === 'or') return joined(flow, expr, env);
    if (NULL_TESTS.has(expr.op) && expr.args[1]?.k === 'lit' && expr.args[1].v === null) return nullTest(flow, expr, env);
  }
  const counted = countTest(flow, expr, env);
  const tested = flow.expr(counted ? counted.of : expr, env);
  const value = hasQuery(tested) ? asked(flow, tested, env, expr.at) : tested;
  noteTest(flow, value);
  const lookups: TestedLookup[] = [...membershipIn(flow, expr, env)];
  for (const member of membersOf(value)) {
    if (member.k === 'row' && member.kept) lookups.push({ id: member.kept.lookup, holdsIfPresent: true, kept: member.kept });
    const listed = env.module.language === 'python' && member.k === 'many' && member.of.k === 'row' ? member.of.from : undefined;
    if (listed !== undefined) lookups.push({ id: listed, holdsIfPresent: counted?.isPresent ?? true, isListed: true });
    const lookup = lookupOf(member);
    if (lookup) lookups.push({ id: lookup, holdsIfPresent: true });
    if (member.k === 'special' && member.tag === 'exists' && typeof member.data['lookup'] === 'string')
      lookups.push({ id: member.data['lookup'], holdsIfPresent: (counted?.isPresent ?? true) !== (member.data['isNegated'] === true) });
  }
  return { value, lookups };
}

function negated(flow: Flow, { value, lookups: asked }: Test): Test {
  const lookups = asked.map((lookup) => ({ ...lookup, holdsIfPresent: !lookup.holdsIfPresent }));
  if (membersOf(value).some((member) => member.k === 'special' && member.tag === 'exists')) return { value: negateAnswers(value), lookups };
  switch (value.k) {
    case 'predicate': return { value: negate(value), lookups };
    case 'column': return { value: predicate(flow, value, '=', { k: 'const', v: false }), lookups };
    case 'const': return { value: ANY, lookups };
    default: return { value, lookups };
  }
}

function joined(flow: Flow, expr: Expr & { k: 'op' }, env: Env): Test {
  const tests = expr.args.map((arg) => testOf(flow, arg, env));
  const parts = tests.map((test) => test.value).filter((value): value is PredicateValue => value.k === 'predicate');
  const value = parts.length ? combine(parts, parts.length < tests.length, expr.op === 'or') : union(tests.map((test) => test.value));
  return {
    value,
    lookups: tests.flatMap((test, index) =>
      test.lookups.length === 0
        ? []
        : test.lookups.map((lookup): TestedLookup =>
            expr.args.some((arg, at) => at !== index && looksInto(flow, arg, lookup.id, env)) ? { ...lookup, isOfSome: true } : lookup,
          ),
    ),
  };
}

/**
 * Whether a test reads what tells rows with the same key apart: a column of the row that was found, but for its own key (`found.id !== id`: any but the one at
 * hand).
 */
function looksInto(flow: Flow, test: Expr, lookup: string, env: Env): boolean {
  let found = false;
  walk(test, (node) => {
    if (found || node.k !== 'attr' || (node.of.k !== 'name' && node.of.k !== 'attr')) return;
    found = membersOf(flow.peek(node.of, env)).some((member) => {
      const column = member.k === 'row' && lookupOf(member) === lookup ? member.model.columns.get(node.name) : undefined;
      return column !== undefined && !column.table.primaryKey?.columns.includes(column);
    });
  });
  return found;
}

function nullTest(flow: Flow, expr: Expr & { k: 'op' }, env: Env): Test {
  const inner = testOf(flow, expr.args[0]!, env);
  const isPresent = expr.op === 'is-not' || expr.op === '!=';
  return {
    value: inner.value.k === 'column' ? flow.expr(expr, env) : inner.value,
    lookups: inner.lookups.map((lookup) => ({ ...lookup, holdsIfPresent: isPresent })),
  };
}

function hasQuery(value: Value): boolean {
  return value.k === 'query' || (value.k === 'union' && value.of.some((member) => member.k === 'query'));
}

/** A query that is tested is run where the dialect says so. */
export function asked(flow: Flow, tested: Value, env: Env, at: Span): Value {
  return union(membersOf(tested).map((member) => (member.k === 'query' ? askOperator(flow, 'bool', [member], env, at) ?? member : member)));
}

/** The query whose outcome it is: a row, one of its values, or the tuple of those that were selected. */
export function lookupOf(value: Value): string | undefined {
  if (value.k === 'list') return value.items.map(lookupOf).find((lookup) => lookup !== undefined);
  return value.k === 'row' || value.k === 'dict' || value.k === 'field' ? value.lookup : undefined;
}

/** `not rows.exists()` as a value: whoever tests it learns the opposite. */
function negateAnswers(value: Value): Value {
  return union(
    membersOf(value).map((member): Value =>
      member.k === 'special' && member.tag === 'exists'
        ? { ...member, data: { ...member.data, isNegated: member.data['isNegated'] !== true }, key: `!${member.key}` }
        : member,
    ),
  );
}

/** `rows.count() > 0`, `len(rows) == 0`, `result.rowCount === 0`: what is counted, and whether the test holds when there are rows. */
function countTest(flow: Flow, expr: Expr, env: Env): { readonly of: Expr; readonly isPresent: boolean } | null {
  if (expr.k !== 'op' || expr.args.length !== 2 || expr.args[1]!.k !== 'lit') return null;
  const isPresent = holdsIfAny(expr.op, expr.args[1].v);
  if (isPresent === undefined) return null;
  const of = expr.args[0]!;
  if (of.k === 'call') return { of: of.fn.k === 'name' && of.fn.id === 'len' && of.args[0] ? of.args[0].value : of, isPresent };
  const isCount = membersOf(flow.peek(of, env)).some((member) => member.k === 'special' && member.tag === 'exists');
  return isCount ? { of, isPresent } : null;
}
