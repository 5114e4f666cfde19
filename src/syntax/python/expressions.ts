import type { Arg, Entry, Expr, Span } from '../../facts/code.js';
import { makeSpan, NO_SPAN } from '../../facts/span.js';
import { binaryChain, comparison } from './chains.js';
import { comprehension } from './comprehensions.js';
import { lambda } from './functions.js';
import { MAX_CHAIN, MAX_DEPTH, nameOf, other, spanOf, textOf, tooDeep, type Reader } from './reader.js';
import { formatted } from './format.js';
import { strings } from './strings.js';
import { kids, operators } from './tree.js';

type Read = (reader: Reader, node: number) => Expr;

/** Converts an expression, a type or an assignment's target. */
export function expr(reader: Reader, node: number): Expr {
  let inner = node;
  while (WRAPPERS.has(reader.tree.kind[inner]) && reader.tree.next[inner] > inner + 1) inner = onlyChild(reader, inner);
  if (reader.depth >= MAX_DEPTH) {
    tooDeep(reader, inner);
    return other(spanOf(reader, inner));
  }
  reader.depth++;
  const result = (READERS[reader.tree.kind[inner]] ?? parts)(reader, inner);
  reader.depth--;
  return result;
}

export function exprs(reader: Reader, nodes: readonly number[]): Expr[] {
  return nodes.map((node) => expr(reader, node));
}

/** One expression as it is, several as a tuple. */
export function oneOrTuple(reader: Reader, nodes: readonly number[]): Expr {
  if (nodes.length === 1) return expr(reader, nodes[0]);
  const at: Span = nodes.length === 0 ? NO_SPAN : makeSpan(reader.tree.start[nodes[0]], reader.tree.end[nodes[nodes.length - 1]]);
  return { k: 'list', items: exprs(reader, nodes), tuple: true, at };
}

/** The arguments of a call or the bases of a class. */
export function args(reader: Reader, list: number): Arg[] {
  return kids(reader.tree, list).map((node): Arg => {
    const kind = reader.tree.kind[node];
    const [first, second] = kids(reader.tree, node);
    if (kind === 'keyword_argument' && second !== undefined) {
      return { value: expr(reader, second), name: textOf(reader, first), at: spanOf(reader, first) };
    }
    if (kind === 'list_splat' && first !== undefined) return { value: expr(reader, first), spread: '*' };
    if (kind === 'dictionary_splat' && first !== undefined) return { value: expr(reader, first), spread: '**' };
    return { value: expr(reader, node) };
  });
}

/** Nodes that stand for their only child; unwrapped in a loop so that thousands of parentheses cost nothing. */
const WRAPPERS = new Set(['parenthesized_expression', 'type', 'await', 'as_pattern_target', 'case_pattern']);

function onlyChild(reader: Reader, node: number): number {
  const [child] = kids(reader.tree, node);
  return child ?? node + 1;
}

const READERS: Readonly<Record<string, Read>> = {
  identifier: (reader, node) => (reader.tree.start[node] === reader.tree.end[node] ? other(spanOf(reader, node)) : nameOf(reader, node)),
  dotted_name: dotted,
  attribute,
  member_type: attribute,
  subscript: (reader, node) => item(reader, node, kids(reader.tree, node)),
  generic_type: (reader, node) => {
    const [of, parameters] = kids(reader.tree, node);
    return item(reader, node, [of, ...kids(reader.tree, parameters)]);
  },
  call,
  string: (reader, node) => strings(reader, node, [node]),
  concatenated_string: (reader, node) => strings(reader, node, kids(reader.tree, node)),
  integer: number,
  float: number,
  true: (reader, node) => ({ k: 'lit', v: true, at: spanOf(reader, node) }),
  false: (reader, node) => ({ k: 'lit', v: false, at: spanOf(reader, node) }),
  none: (reader, node) => ({ k: 'lit', v: null, at: spanOf(reader, node) }),
  list,
  set: list,
  list_pattern: list,
  tuple,
  expression_list: tuple,
  pattern_list: tuple,
  tuple_pattern: tuple,
  dictionary: (reader, node) => ({ k: 'dict', entries: kids(reader.tree, node).map((child) => entry(reader, child)), at: spanOf(reader, node) }),
  list_comprehension: comprehension,
  set_comprehension: comprehension,
  dictionary_comprehension: comprehension,
  generator_expression: comprehension,
  binary_operator: binaryChain,
  boolean_operator: binaryChain,
  union_type: binaryChain,
  comparison_operator: comparison,
  unary_operator: (reader, node) => operation(reader, node, operators(reader.tree, node)[0] ?? '-'),
  not_operator: (reader, node) => operation(reader, node, 'not'),
  conditional_expression: conditional,
  named_expression: assigned,
  as_pattern: (reader, node) => {
    const [value, target] = kids(reader.tree, node);
    return { k: 'let', target: expr(reader, target ?? value), value: expr(reader, value), at: spanOf(reader, node) };
  },
  lambda,
  list_splat: spread,
  dictionary_splat: spread,
  splat_type: spread,
  list_splat_pattern: spread,
  dictionary_splat_pattern: spread,
};

/** What has no kind of its own: slices, `yield` inside an expression, `...`, broken code. */
function parts(reader: Reader, node: number): Expr {
  return other(spanOf(reader, node), exprs(reader, kids(reader.tree, node)));
}

function dotted(reader: Reader, node: number): Expr {
  const start = reader.tree.start[node];
  const names = [...textOf(reader, node).matchAll(/[^\s.\\]+/g)];
  if (names.length > MAX_CHAIN) return other(spanOf(reader, node));
  let result: Expr | undefined;
  for (const match of names) {
    const at: Span = makeSpan(start + match.index, start + match.index + match[0].length);
    result = result ? { k: 'attr', of: result, name: match[0], at } : { k: 'name', id: match[0], at };
  }
  return result ?? other(spanOf(reader, node));
}

function attribute(reader: Reader, node: number): Expr {
  const [of, name] = kids(reader.tree, node);
  if (name === undefined) return parts(reader, node);
  return { k: 'attr', of: expr(reader, of), name: textOf(reader, name), at: spanOf(reader, name) };
}

function item(reader: Reader, node: number, [of, ...keys]: readonly number[]): Expr {
  return { k: 'item', of: expr(reader, of), key: oneOrTuple(reader, keys), at: spanOf(reader, node) };
}

function call(reader: Reader, node: number): Expr {
  const [fn, list] = kids(reader.tree, node);
  if (list === undefined) return parts(reader, node);
  const template = formatted(reader, fn, list);
  if (template) return template;
  const isGenerator = reader.tree.kind[list] === 'generator_expression';
  return {
    k: 'call', fn: expr(reader, fn), args: isGenerator ? [{ value: expr(reader, list) }] : args(reader, list), at: spanOf(reader, node),
  };
}

function number(reader: Reader, node: number): Expr {
  const value = Number(textOf(reader, node).replace(/[_lL]/g, ''));
  const at = spanOf(reader, node);
  // Imaginary numbers, and floats beyond what JSON can hold.
  return Number.isFinite(value) ? { k: 'lit', v: value, at } : other(at);
}

function list(reader: Reader, node: number): Expr {
  return { k: 'list', items: exprs(reader, kids(reader.tree, node)), at: spanOf(reader, node) };
}

function tuple(reader: Reader, node: number): Expr {
  return { k: 'list', items: exprs(reader, kids(reader.tree, node)), tuple: true, at: spanOf(reader, node) };
}

function entry(reader: Reader, node: number): Entry {
  const at = spanOf(reader, node);
  const [key, value] = kids(reader.tree, node);
  const note = reader.notes.of(at);
  if (value === undefined) return { key: null, value: expr(reader, key ?? node), at, ...(note && { note }) };
  return { key: expr(reader, key), value: expr(reader, value), at, ...(note && { note }) };
}

function operation(reader: Reader, node: number, op: string): Expr {
  return { k: 'op', op, args: exprs(reader, kids(reader.tree, node)), at: spanOf(reader, node) };
}

function conditional(reader: Reader, node: number): Expr {
  const [then, test, otherwise] = kids(reader.tree, node);
  if (otherwise === undefined) return parts(reader, node);
  return { k: 'cond', test: expr(reader, test), then: expr(reader, then), else: expr(reader, otherwise), at: spanOf(reader, node) };
}

function assigned(reader: Reader, node: number): Expr {
  const [target, value] = kids(reader.tree, node);
  if (value === undefined) return parts(reader, node);
  return { k: 'let', target: expr(reader, target), value: expr(reader, value), at: spanOf(reader, node) };
}

function spread(reader: Reader, node: number): Expr {
  const [of] = kids(reader.tree, node);
  return of === undefined ? other(spanOf(reader, node)) : { k: 'spread', of: expr(reader, of), at: spanOf(reader, node) };
}
