import type { Expr, Handler, ImportStmt, SetStmt, Span, Stmt, WithStmt } from '../../facts/code.js';
import { makeSpan, spanStart } from '../../facts/span.js';
import { ifChain, type Branch } from './chains.js';
import { expr, exprs, oneOrTuple } from './expressions.js';
import { classOf, func } from './functions.js';
import { imports, importsFrom } from './imports.js';
import { matchStatement } from './match.js';
import { typeAlias } from './type-alias.js';
import { MAX_DEPTH, spanOf, textOf, tooDeep, type Reader } from './reader.js';
import { kids, operators } from './tree.js';

type Read = (reader: Reader, node: number) => Stmt[];

/** The statements of a block, a module or a broken place. */
export function block(reader: Reader, node: number): Stmt[] {
  return statements(reader, kids(reader.tree, node));
}

export function statements(reader: Reader, nodes: readonly number[]): Stmt[] {
  if (reader.depth >= MAX_DEPTH) {
    if (nodes.length > 0) tooDeep(reader, nodes[0]);
    return [];
  }
  reader.depth++;
  const found = nodes.flatMap((node) => READERS[reader.tree.kind[node]]?.(reader, node) ?? []);
  reader.depth--;
  return found;
}

const READERS: Readonly<Record<string, Read>> = {
  expression_statement: expressionStatement,
  // As a statement these two only stand inside an ERROR.
  assignment: assignment,
  augmented_assignment: augmented,
  import_statement: imports,
  import_from_statement: (reader, node) => [importsFrom(reader, node)],
  future_import_statement: (reader, node) => [importsFrom(reader, node)],
  return_statement: (reader, node) => {
    const [value] = kids(reader.tree, node);
    return [{ k: 'return', ...(value !== undefined && { value: expr(reader, value) }), at: spanOf(reader, node) }];
  },
  raise_statement: raise,
  assert_statement: assertion,
  delete_statement: (reader, node) => listed(reader, kids(reader.tree, node)).map((target) => ({
    k: 'del', target: expr(reader, target), at: spanOf(reader, node),
  })),
  break_statement: (reader, node) => [{ k: 'jump', isBreak: true, at: spanOf(reader, node) }],
  continue_statement: (reader, node) => [{ k: 'jump', at: spanOf(reader, node) }],
  print_statement: (reader, node) => builtinCall(reader, node, 'print'),
  exec_statement: (reader, node) => builtinCall(reader, node, 'exec'),
  type_alias_statement: typeAlias,
  function_definition: (reader, node) => [{ k: 'def', fn: func(reader, node, [], rangeOf(reader, node)) }],
  class_definition: (reader, node) => [{ k: 'class', cls: classOf(reader, node, [], rangeOf(reader, node)) }],
  decorated_definition: decorated,
  if_statement: ifs,
  for_statement: (reader, node) => {
    const [target, iter, ...rest] = kids(reader.tree, node);
    if (iter === undefined) return [];
    const at: Span = makeSpan(reader.tree.start[node], reader.tree.end[iter]);
    return [
      { k: 'loop', target: expr(reader, target), iter: expr(reader, iter), body: part(reader, rest, 'block'), at },
      ...part(reader, rest, 'else_clause'),
    ];
  },
  while_statement: (reader, node) => {
    const [test, ...rest] = kids(reader.tree, node);
    if (test === undefined) return [];
    return [
      { k: 'loop', test: expr(reader, test), body: part(reader, rest, 'block'), at: makeSpan(reader.tree.start[node], reader.tree.end[test]) },
      ...part(reader, rest, 'else_clause'),
    ];
  },
  try_statement: tryStatement,
  with_statement: withStatement,
  match_statement: matchStatement,
  block,
  else_clause: block,
  finally_clause: block,
  ERROR: block,
};

function expressionStatement(reader: Reader, node: number): Stmt[] {
  const [first, second] = kids(reader.tree, node);
  if (first === undefined) return [];
  const kind = reader.tree.kind[first];
  if (second === undefined && (kind === 'assignment' || kind === 'augmented_assignment')) return READERS[kind](reader, first);
  const at = spanOf(reader, node);
  if (second === undefined && kind === 'yield') return [{ k: 'return', ...yielded(reader, first), at, isYield: true }];
  return [{ k: 'expr', value: oneOrTuple(reader, kids(reader.tree, node)), at }];
}

/** `yield from x` yields what is in x. */
function yielded(reader: Reader, node: number): { value?: Expr } {
  const [value] = kids(reader.tree, node);
  if (value === undefined) return {};
  const inner = expr(reader, value);
  return { value: operators(reader.tree, node)[0] === 'from' ? { k: 'spread', of: inner, at: inner.at } : inner };
}

/** `a = b = value` nests to the right: each target is a statement of its own, all with the same value. */
function assignment(reader: Reader, node: number): Stmt[] {
  const { tree } = reader;
  const targets: { target: Expr; type?: Expr }[] = [];
  let last: number | undefined = node;
  while (last !== undefined && tree.kind[last] === 'assignment') {
    const [target, ...rest]: number[] = kids(tree, last);
    if (target === undefined) break;
    const type = rest.find((child) => tree.kind[child] === 'type');
    targets.push({ target: expr(reader, target), ...(type !== undefined && { type: expr(reader, type) }) });
    last = rest.findLast((child) => child !== type);
  }
  // `a = b += 1` is no Python, but parses.
  const value = last === undefined ? undefined : expr(reader, last);
  const note = reader.isInFunction ? undefined : reader.notes.of(spanOf(reader, node));
  return targets.map(({ target, type }): SetStmt => ({
    k: 'set', target, ...(value && { value }), ...(type && { type }), at: makeSpan(spanStart(target.at), tree.end[node]), ...(note && { note }),
  }));
}

function augmented(reader: Reader, node: number): Stmt[] {
  const [target, value] = kids(reader.tree, node);
  const [op] = operators(reader.tree, node);
  if (value === undefined || op === undefined) return [];
  const at = spanOf(reader, node);
  const note = reader.isInFunction ? undefined : reader.notes.of(at);
  return [{ k: 'set', target: expr(reader, target), value: expr(reader, value), op: op.slice(0, -1), at, ...(note && { note }) }];
}

function raise(reader: Reader, node: number): Stmt[] {
  const [value, cause] = kids(reader.tree, node);
  const at = spanOf(reader, node);
  const stmt: Stmt = { k: 'raise', ...(value !== undefined && { value: expr(reader, value) }), at };
  const from = cause === undefined ? undefined : expr(reader, cause);
  // A cause that is more than a name may use something; there is no place for it in the statement.
  return !from || from.k === 'name' || from.k === 'lit' ? [stmt] : [{ k: 'expr', value: from, at: from.at }, stmt];
}

/** `assert test, message` is `if not test: raise message`. */
function assertion(reader: Reader, node: number): Stmt[] {
  const [test, message] = kids(reader.tree, node);
  if (test === undefined) return [];
  const at = spanOf(reader, node);
  const then: Stmt = { k: 'raise', ...(message !== undefined && { value: expr(reader, message) }), at };
  return [{ k: 'if', test: { k: 'op', op: 'not', args: [expr(reader, test)], at: spanOf(reader, test) }, then: [then], else: [], at }];
}

/** Python 2's statements are calls of the same name. */
function builtinCall(reader: Reader, node: number, id: string): Stmt[] {
  const at = spanOf(reader, node);
  const nameAt: Span = makeSpan(spanStart(at), spanStart(at) + id.length);
  const args = exprs(reader, kids(reader.tree, node)).map((value) => ({ value }));
  return [{ k: 'expr', value: { k: 'call', fn: { k: 'name', id, at: nameAt }, args, at }, at }];
}

function decorated(reader: Reader, node: number): Stmt[] {
  const parts = kids(reader.tree, node);
  const decorators = parts.filter((each) => reader.tree.kind[each] === 'decorator').flatMap((each) => exprs(reader, kids(reader.tree, each)));
  const range = rangeOf(reader, node);
  return parts.flatMap((each): Stmt[] => {
    if (reader.tree.kind[each] === 'class_definition') return [{ k: 'class', cls: classOf(reader, each, decorators, range) }];
    if (reader.tree.kind[each] === 'function_definition') return [{ k: 'def', fn: func(reader, each, decorators, range) }];
    return [];
  });
}

/** A block may end with blanks up to the next statement. */
function rangeOf(reader: Reader, node: number): Span {
  let end = reader.tree.end[node];
  while (end > reader.tree.start[node] && /\s/.test(reader.text[end - 1])) end--;
  return makeSpan(reader.tree.start[node], end);
}

function ifs(reader: Reader, node: number): Stmt[] {
  const { tree } = reader;
  const parts = kids(tree, node);
  const clauses = [node, ...parts.filter((each) => tree.kind[each] === 'elif_clause')];
  const branches = clauses.flatMap((clause): Branch[] => {
    const [test, ...rest] = kids(tree, clause);
    if (test === undefined) return [];
    const then = part(reader, rest, 'block');
    return [{
      test: expr(reader, test), then: isTypeChecking(reader, test) ? then.map(forTypesOnly) : then, at: makeSpan(tree.start[clause], tree.end[test]),
    }];
  });
  return ifChain(branches, part(reader, parts, 'else_clause'));
}

function isTypeChecking(reader: Reader, test: number): boolean {
  return /^(\w+\s*\.\s*)?TYPE_CHECKING$/.test(textOf(reader, test));
}

function forTypesOnly(stmt: Stmt): Stmt {
  return stmt.k === 'import' ? { ...(stmt satisfies ImportStmt), isType: true } : stmt;
}

function tryStatement(reader: Reader, node: number): Stmt[] {
  const parts = kids(reader.tree, node);
  const start = reader.tree.start[node];
  const handlers = parts.filter((each) => /^except_/.test(reader.tree.kind[each])).map((each) => handler(reader, each));
  return [{
    k: 'try', body: part(reader, parts, 'block'), handlers,
    else: part(reader, parts, 'else_clause'), final: part(reader, parts, 'finally_clause'), at: makeSpan(start, start + 3),
  }];
}

function handler(reader: Reader, node: number): Handler {
  const { tree } = reader;
  const parts = kids(tree, node);
  const heads = parts.filter((each) => tree.kind[each] !== 'block');
  const [type, alias] = heads.length === 1 && tree.kind[heads[0]] === 'as_pattern' ? kids(tree, heads[0]) : heads;
  const start = tree.start[node];
  return {
    ...(type !== undefined && { type: expr(reader, type) }),
    ...(alias !== undefined && { name: textOf(reader, alias) }),
    body: part(reader, parts, 'block'),
    at: makeSpan(start, heads.length > 0 ? tree.end[heads[heads.length - 1]] : start + 'except'.length),
  };
}

function withStatement(reader: Reader, node: number): Stmt[] {
  const { tree } = reader;
  const parts = kids(tree, node);
  const clause = parts.find((each) => tree.kind[each] === 'with_clause');
  if (clause === undefined) return part(reader, parts, 'block');
  const items: WithStmt['items'] = kids(tree, clause).flatMap((item) => kids(tree, item)).map((given) => {
    // `with (open(p) as f):` is in parentheses only.
    const [inner] = tree.kind[given] === 'parenthesized_expression' ? kids(tree, given) : [];
    const item = inner !== undefined && tree.kind[inner] === 'as_pattern' ? inner : given;
    const [value, target] = tree.kind[item] === 'as_pattern' ? kids(tree, item) : [item];
    return { value: expr(reader, value), ...(target !== undefined && { target: expr(reader, target) }) };
  });
  return [{ k: 'with', items, body: part(reader, parts, 'block'), at: makeSpan(tree.start[node], tree.end[clause]) }];
}

/** The statements in the child of that kind. */
function part(reader: Reader, nodes: readonly number[], kind: string): Stmt[] {
  return statements(reader, nodes.filter((node) => reader.tree.kind[node] === kind));
}

/** `del a, b` is a list of its own in the tree. */
function listed(reader: Reader, nodes: readonly number[]): number[] {
  return nodes.flatMap((node) => (reader.tree.kind[node] === 'expression_list' ? kids(reader.tree, node) : [node]));
}
