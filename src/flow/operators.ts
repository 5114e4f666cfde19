/** Operators: comparisons with columns become conditions of a query, everything else keeps what is known of its operands. */
import type { Expr, Span } from '../facts/code.js';
import { elementOf, noteTest } from './access.js';
import { answer } from './answers.js';
import { askOperator } from './ask.js';
import type { Flow } from './evaluate.js';
import { noteAlternative } from './guards.js';
import type { Env } from './program.js';
import type { Condition, ConditionOp } from './query.js';
import { asked, lookupOf, testOf, type Test } from './tests.js';
import { union } from './unions.js';
import { ANY, NULL, membersOf, type ColumnValue, type KeyedColumns, type PredicateValue, type Value } from './value.js';

const COMPARISONS: Readonly<Record<string, ConditionOp>> = {
  '==': '=',
  '!=': '<>',
  '<': 'range',
  '<=': 'range',
  '>': 'range',
  '>=': 'range',
  in: 'in',
  'not-in': 'other',
  is: '=',
  'is-not': '<>',
};
export const ARITHMETIC: ReadonlySet<string> = new Set(['+', '-', '*', '/', '//', '%', '**', '<<', '>>', '@']);

export function operatorValue(flow: Flow, expr: Expr & { k: 'op' }, env: Env): Value {
  const { op } = expr;
  if (op === 'and' || op === 'or' || op === '??' || op === 'not') return logical(flow, expr, env);
  // Chains of `a + b + c + …` are deep on the left.
  const args: Value[] = [];
  for (const arg of expr.args) args.push(flow.expr(arg, env));
  const own = askOperator(flow, op, args, env, expr.at, expr.args);
  if (own !== undefined) return own;
  if (op === '&' || op === '|') {
    const parts = args.filter((arg): arg is PredicateValue => arg.k === 'predicate');
    if (parts.length) return combine(parts, parts.length < args.length, op === '|');
    return ANY;
  }
  if (op === '~') return args[0]?.k === 'predicate' ? negate(args[0]) : ANY;
  // What is of some kind is there.
  if ((op === 'typeof' || op === 'instanceof') && args[0]) noteTest(flow, args[0]);
  const asked = presence(op, args) ?? countedPresence(op, args);
  if (asked) return asked;
  const comparison = COMPARISONS[op];
  if (comparison === 'range') { computeWith(flow, args); measure(flow, args); }
  const keyed = comparison ? comparedKeys(flow, comparison, args) : null;
  if (keyed) return keyed;
  if (comparison) return compare(flow, comparison, args[0] ?? ANY, args[1] ?? ANY) ?? ANY;
  if (ARITHMETIC.has(op)) {
    const column = args.find((arg) => arg.k === 'column');
    if (column?.k === 'column') return { ...column, wrapped: column.wrapped ?? op };
    computeWith(flow, args);
    if (op === '+' && args.length === 2 && args[0]!.k === 'const' && args[1]!.k === 'const' && typeof args[0]!.v === 'string')
      return { k: 'const', v: `${args[0]!.v}${String(args[1]!.v)}` };
    if (op === '+' && args.every((arg) => arg.k === 'list')) return { k: 'list', items: args.flatMap((arg) => (arg.k === 'list' ? arg.items : [])) };
    if (op === '-' && args.length === 1 && args[0]!.k === 'const' && typeof args[0]!.v === 'number') return { k: 'const', v: -args[0]!.v };
  }
  return ANY;
}

/** Null can neither be added nor be more or less than anything. */
function computeWith(flow: Flow, args: readonly Value[]): void {
  for (const arg of args)
    for (const member of membersOf(arg)) if (member.k === 'field') flow.record.mark(member.model, member.attribute, member.place, 'isDereference');
}

/** Which of two columns is more: one is a bound of the other. */
function measure(flow: Flow, args: readonly Value[]): void {
  const sides = args.map((arg) => membersOf(arg).filter((member) => member.k === 'field'));
  if (sides.every((side) => side.length > 0)) for (const { model, attribute, place } of sides.flat()) flow.record.mark(model, attribute, place, 'isMeasured');
}

/** What a comparison of a number of rows with 0 or 1 says: whether it holds when there are rows; undefined for any other. */
export function holdsIfAny(op: string, number: unknown): boolean | undefined {
  if (number === 0) return ({ '>': true, '!=': true, '==': false } as Record<string, boolean>)[op];
  return number === 1 ? ({ '>=': true, '<': false } as Record<string, boolean>)[op] : undefined;
}

/** `rows.length > 0`, `count == 0` as a value. */
function countedPresence(op: string, [left, right]: readonly Value[]): Value | null {
  const holds = right?.k === 'const' ? holdsIfAny(op, right.v) : undefined;
  if (holds === undefined || left?.k !== 'special' || left.tag !== 'exists') return null;
  return holds ? left : { ...left, data: { ...left.data, isNegated: left.data['isNegated'] !== true }, key: `!${left.key}` };
}

/** `found is not None`, `row !== undefined` as a value: whoever tests it asks whether there is a row. */
function presence(op: string, [left, right]: readonly Value[]): Value | null {
  const isNegated = op === 'is' || op === '==';
  if ((!isNegated && op !== 'is-not' && op !== '!=') || right?.k !== 'const' || right.v !== null) return null;
  const lookup = left && lookupOf(left);
  return lookup ? answer('core', lookup, isNegated) : null;
}

/** `bool(found)`, `Boolean(found)`: whether there is one, as far as it was looked up. */
export function whetherThere(flow: Flow, given: Value, expr: Expr, env: Env, at: Span): Value {
  const value = asked(flow, given, env, at);
  noteTest(flow, value);
  if (value.k === 'query') elementOf(flow, value, env, at);
  const answers = membersOf(answerOf(value, expr)).filter((member) => member.k === 'special' && member.tag === 'exists');
  return answers.length > 0 ? union(answers) : ANY;
}

/** `!!row`, `!row` as values say whether it is there, and hold nothing of it. */
function answerOf(value: Value, expr: Expr): Value {
  let isNegated = false;
  for (let at = expr; at.k === 'op' && at.op === 'not'; at = at.args[0]!) isNegated = !isNegated;
  return union(membersOf(value).map((member): Value => {
    if (member.k !== 'row' && member.k !== 'dict' && member.k !== 'many' && member.k !== 'field') return member;
    const lookup = lookupOf(member);
    return lookup ? answer('core', lookup, isNegated) : ANY;
  }));
}

function logical(flow: Flow, expr: Expr & { k: 'op' }, env: Env): Value {
  if (expr.op === 'not') return answerOf(testOf(flow, expr, env).value, expr);
  // The last operand is the value of the whole, not a mere test.
  const last = expr.args.length - 1;
  const lookups: Test['lookups'][number][] = [];
  const tests = expr.args.map((arg, index) => {
    if (index < last && (expr.op !== '??' || index === 0)) {
      const test = index === 0 ? testOf(flow, arg, env) : flow.branch(() => testOf(flow, arg, env));
      lookups.push(...test.lookups);
      return test.value;
    }
    const { clock } = flow.record.changes;
    const value = flow.branch(() => flow.expr(arg, env));
    if (index === last && expr.op !== 'and') noteAlternative(flow, lookups.filter((lookup) => lookup.holdsIfPresent), clock);
    return value;
  });
  // `'plugins' || {}`: what is there by itself is the value.
  const [first] = tests;
  if (first?.k === 'const' && (expr.op === '??' ? first.v !== null : expr.op === 'or' && Boolean(first.v))) return first;
  if (expr.op === '??') return union(tests);
  const parts = tests.filter((value): value is PredicateValue => value.k === 'predicate');
  if (parts.length) return combine(parts, parts.length < tests.length, expr.op === 'or');
  return union(expr.op === 'and' ? [...tests.slice(0, last).map(whenFalse), tests[last]!] : tests);
}

/** What is left of a value that does not hold: of a row that is not there, null. */
function whenFalse(value: Value): Value {
  const members = membersOf(value);
  const falsy = members.filter(
    (member) => member.k !== 'row' && member.k !== 'embedded' && member.k !== 'object' && member.k !== 'many' && member.k !== 'model',
  );
  return falsy.length < members.length ? union([...falsy, NULL]) : value;
}

/** `getattr(Model, key) == value` for the items of a dict: a condition for each of its keys. */
function comparedKeys(flow: Flow, op: ConditionOp, args: readonly Value[]): PredicateValue | null {
  const keyed = args.find((arg) => arg.k === 'special' && arg.dialect === 'core' && arg.tag === 'columns');
  if (keyed?.k !== 'special') return null;
  const { columns, dict } = keyed.data as KeyedColumns;
  const isItsOwn = args.some((arg) => arg.k === 'key' && arg.of === dict);
  const asked = combine(
    columns.map((column) => predicate(flow, column, op, isItsOwn ? dict.entries.get(column.attribute)! : ANY)),
    dict.rest !== null || columns.length < dict.entries.size,
    false,
  );
  return { ...asked, conditions: asked.conditions.map((condition) => ({ ...condition, isGiven: true as const })) };
}

/** A condition on a column, in whichever order it is written; null when neither side is a column. */
export function compare(flow: Flow, op: ConditionOp, left: Value, right: Value): PredicateValue | null {
  const leftColumn = membersOf(left).find((member): member is ColumnValue => member.k === 'column');
  const rightColumn = membersOf(right).find((member): member is ColumnValue => member.k === 'column');
  if (!leftColumn && !rightColumn) return null;
  const column = leftColumn ?? rightColumn!;
  const value = leftColumn ? right : left;
  if (leftColumn && rightColumn) {
    for (const side of [leftColumn, rightColumn]) flow.record.classify(side.model, side.attribute, side.place, 'join');
    return { k: 'predicate', conditions: [{ column: leftColumn, op, value: rightColumn, isOptional: false, inOr: false, isJoin: true }], isPartial: false };
  }
  return predicate(flow, column, op, value);
}

/** One condition; records that the column is filtered by. Comparing with null is a null test. */
export function predicate(flow: Flow, column: ColumnValue, op: ConditionOp, value: Value): PredicateValue {
  flow.record.classify(column.model, column.attribute, column.place, 'filter');
  const isNull = value.k === 'const' && value.v === null;
  const exact: ConditionOp = isNull && op === '=' ? 'null' : isNull && op === '<>' ? 'not-null' : op;
  return { k: 'predicate', conditions: [{ column, op: exact, value, isOptional: false, inOr: false, isJoin: value.k === 'column' }], isPartial: false };
}

/** All of several predicates, or any of them. */
export function combine(parts: readonly PredicateValue[], isPartial: boolean, isOr: boolean): PredicateValue {
  const conditions = parts.flatMap((part) => part.conditions);
  return {
    k: 'predicate',
    conditions: isOr ? conditions.map((condition) => ({ ...condition, inOr: true })) : conditions,
    isPartial: isPartial || parts.some((part) => part.isPartial),
  };
}

const OPPOSITE: Partial<Record<ConditionOp, ConditionOp>> = { '=': '<>', '<>': '=', null: 'not-null', 'not-null': 'null', range: 'range' };

export function negate(part: PredicateValue): PredicateValue {
  const flip = (condition: Condition): Condition => ({ ...condition, op: part.conditions.length === 1 ? OPPOSITE[condition.op] ?? 'other' : 'other' });
  return { ...part, conditions: part.conditions.map(flip) };
}
