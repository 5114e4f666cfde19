import type { Expr, IfStmt, Span, Stmt } from '../../facts/code.js';
import { makeSpan, spanEnd, spanStart } from '../../facts/span.js';
import { expr, exprs } from './expressions.js';
import { isPercentOfText, percentFormatted } from './format.js';
import { MAX_CHAIN, other, spanOf, type Reader } from './reader.js';
import { kids, operators } from './tree.js';

const SPELLING: Readonly<Record<string, string>> = { 'not in': 'not-in', 'is not': 'is-not', '<>': '!=' };
const ASSOCIATIVE = new Set(['+', 'and', 'or', '|', '&']);
const LEFT_DEEP = new Set(['binary_operator', 'boolean_operator', 'union_type']);

/** `a + b + c` nests to the left as deep as it is long; its spine is followed in a loop. */
export function binaryChain(reader: Reader, node: number): Expr {
  const formatted = percentFormatted(reader, node);
  if (formatted) return formatted;
  const operands: number[] = [], ops: string[] = [], ends: number[] = [];
  let left = node;
  while (LEFT_DEEP.has(reader.tree.kind[left])) {
    const [first, second] = kids(reader.tree, left);
    if (second === undefined) break;
    operands.push(second);
    ops.push(operators(reader.tree, left)[0] ?? '|');
    ends.push(reader.tree.end[left]);
    left = unwrapType(reader, first);
    // `'… %s …' % x + …`: what is formatted is one operand.
    if (isPercentOfText(reader, left)) break;
  }
  if (operands.length === 0) return other(spanOf(reader, node), exprs(reader, kids(reader.tree, node)));
  operands.push(left);
  const terms = operands.reverse().map((operand, place) => nested(reader, operand, operands.length - Math.max(place, 1)));
  return fold(terms, ops.reverse(), reader.tree.start[node], ends.reverse(), spanOf(reader, node));
}

/** A union of types wraps each side in a `type` node. */
function unwrapType(reader: Reader, node: number): number {
  if (reader.tree.kind[node] !== 'type') return node;
  const inner = kids(reader.tree, node);
  return inner.length === 1 && reader.tree.kind[inner[0]] === 'union_type' ? inner[0] : node;
}

/** `a < b < c` is `a < b and b < c`, with `b` shared. */
export function comparison(reader: Reader, node: number): Expr {
  const operands = kids(reader.tree, node);
  const terms = operands.map((operand) => nested(reader, operand, Math.min(operands.length - 1, MAX_CHAIN)));
  const tests: Expr[] = operators(reader.tree, node).slice(0, terms.length - 1).map((op, place) => ({
    k: 'op', op: SPELLING[op] ?? op, args: [terms[place], terms[place + 1]],
    at: makeSpan(reader.tree.start[operands[place]], reader.tree.end[operands[place + 1]]),
  }));
  return tests.length === 0 ? other(spanOf(reader, node), terms) : joined('and', tests, spanOf(reader, node));
}

/** Several conditions as one: `at` is the whole. */
export function joined(op: 'and' | 'or', tests: readonly Expr[], at: Span): Expr {
  if (tests.length === 1) return tests[0];
  let end = spanEnd(tests[0].at);
  const ends = tests.slice(1).map((test) => (end = Math.max(end, spanEnd(test.at))));
  return fold(tests, ends.map(() => op), spanStart(at), ends, at);
}

/** `ends[i]` is where the operation ends that joins term i + 1. */
function fold(terms: readonly Expr[], ops: readonly string[], start: number, ends: readonly number[], at: Span): Expr {
  if (terms.length > MAX_CHAIN) {
    const [op] = ops;
    return ops.every((each) => each === op) && ASSOCIATIVE.has(op) ? balanced(terms, op, start, spanEnd(at)) : other(at, terms);
  }
  let result = terms[0];
  for (let place = 1; place < terms.length; place++) {
    result = { k: 'op', op: ops[place - 1], args: [result, terms[place]], at: makeSpan(start, ends[place - 1]) };
  }
  return result;
}

/** The same terms in the same order, nested logarithmically deep. */
function balanced(terms: readonly Expr[], op: string, start: number, end: number): Expr {
  if (terms.length === 1) return terms[0];
  const middle = terms.length >> 1;
  const left = balanced(terms.slice(0, middle), op, start, spanEnd(terms[middle - 1].at));
  const right = balanced(terms.slice(middle), op, spanStart(terms[middle].at), end);
  return { k: 'op', op, args: [left, right], at: makeSpan(start, end) };
}

/** Converts an operand that will stand `levels` below the operation as a whole. */
function nested(reader: Reader, node: number, levels: number): Expr {
  const down = Math.min(levels, MAX_CHAIN) - 1;
  reader.depth += down;
  const result = expr(reader, node);
  reader.depth -= down;
  return result;
}

export interface Branch { readonly test: Expr; readonly then: readonly Stmt[]; readonly at: Span }

/** A chain of `if`s, each in the `else` of the one before; beyond MAX_CHAIN the next stands behind the chain instead. */
export function ifChain(branches: readonly Branch[], last: readonly Stmt[]): IfStmt[] {
  const chains: IfStmt[] = [];
  const end = branches.length;
  for (let from = Math.floor((end - 1) / MAX_CHAIN) * MAX_CHAIN; from >= 0; from -= MAX_CHAIN) {
    let rest: readonly Stmt[] = from + MAX_CHAIN >= end ? last : [];
    for (let place = Math.min(from + MAX_CHAIN, end) - 1; place >= from; place--) {
      rest = [{ k: 'if', test: branches[place].test, then: branches[place].then, else: rest, at: branches[place].at }];
    }
    chains.unshift(rest[0] as IfStmt);
  }
  return chains;
}
