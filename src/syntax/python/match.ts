import type { Expr, SetStmt, Span, Stmt } from '../../facts/code.js';
import { makeSpan, spanEnd, spanStart } from '../../facts/span.js';
import { ifChain, joined, type Branch } from './chains.js';
import { expr, oneOrTuple } from './expressions.js';
import { MAX_DEPTH, nameOf, other, spanOf, textOf, tooDeep, type Reader } from './reader.js';
import { statements } from './statements.js';
import { kids } from './tree.js';

/** What a pattern asks of its subject, and what it binds when that holds. */
interface Found { readonly tests: Expr[]; readonly sets: SetStmt[] }

/** `match` is a chain of `if`: a value is compared by `==`, a class is `isinstance(…)`, a capture is an assignment. */
export function matchStatement(reader: Reader, node: number): Stmt[] {
  const { tree } = reader;
  const parts = kids(tree, node);
  const block = parts.find((part) => tree.kind[part] === 'block');
  const given = oneOrTuple(reader, parts.filter((part) => part !== block));
  const [before, subject] = reusable(given);
  const branches: Branch[] = [];
  let last: Stmt[] = [];
  for (const clause of block === undefined ? [] : kids(tree, block)) {
    if (tree.kind[clause] !== 'case_clause') { last.push(...statements(reader, [clause])); continue; }
    const branch = caseClause(reader, clause, subject);
    if (branch.test.k === 'lit' && branch.test.v === true) last = [...branch.then];
    else branches.push(branch);
  }
  return [...before, ...(branches.length > 0 ? ifChain(branches, last) : last)];
}

/** A subject is evaluated once: what is more than a name gets one that no program can contain. */
function reusable(given: Expr): [SetStmt[], Expr] {
  if (isPath(given)) return [[], given];
  const subject: Expr = { k: 'name', id: `match@${spanStart(given.at)}`, at: given.at };
  return [[{ k: 'set', target: subject, value: given, at: given.at }], subject];
}

function isPath(value: Expr): boolean {
  let at = value;
  while (at.k === 'attr') at = at.of;
  return at.k === 'name';
}

function caseClause(reader: Reader, clause: number, subject: Expr): Branch {
  const { tree } = reader;
  const parts = kids(tree, clause);
  const patterns = parts.filter((part) => tree.kind[part] === 'case_pattern');
  const guard = parts.find((part) => tree.kind[part] === 'if_clause');
  const found: Found = { tests: [], sets: [] };
  if (patterns.length === 1) pattern(reader, patterns[0], subject, found);
  else sequence(reader, patterns, subject, found);
  const end = tree.end[guard ?? patterns.at(-1) ?? clause];
  const at: Span = makeSpan(tree.start[clause], end);
  const whole: Span = makeSpan(tree.start[patterns[0] ?? clause], end);
  const then = statements(reader, parts.filter((part) => tree.kind[part] === 'block'));
  if (guard === undefined) return { test: all(found.tests, whole), then: [...found.sets, ...then], at };
  // The guard reads what the pattern has bound, so the bindings must come before it.
  const lets = found.sets.map((set): Expr => ({ k: 'let', target: set.target, value: set.value!, at: set.at }));
  return { test: all([...found.tests, ...lets, oneOrTuple(reader, kids(tree, guard))], whole), then, at };
}

function all(tests: readonly Expr[], at: Span): Expr {
  return tests.length === 0 ? { k: 'lit', v: true, at } : joined('and', tests, at);
}

function pattern(reader: Reader, given: number, subject: Expr, found: Found): void {
  if (reader.depth >= MAX_DEPTH) {
    tooDeep(reader, given);
    found.tests.push(other(spanOf(reader, given)));
    return;
  }
  reader.depth++;
  readPattern(reader, given, subject, found);
  reader.depth--;
}

function readPattern(reader: Reader, given: number, subject: Expr, found: Found): void {
  const { tree } = reader;
  let node = given;
  // The wildcard `_` is a pattern with nothing in it.
  while (tree.kind[node] === 'case_pattern') {
    const inner = kids(tree, node);
    if (inner.length === 0) return;
    node = inner[0];
  }
  const inner = kids(tree, node);
  switch (tree.kind[node]) {
    case 'dotted_name': {
      const value = expr(reader, node);
      if (value.k === 'name') bind(found, value, subject);
      else found.tests.push(equals(subject, value));
      return;
    }
    case 'as_pattern':
      pattern(reader, inner[0], subject, found);
      if (inner[1] !== undefined) bind(found, nameOf(reader, inner[1]), subject);
      return;
    case 'union_pattern': return union(reader, node, inner, subject, found);
    case 'class_pattern': return classPattern(reader, node, inner, subject, found);
    case 'dict_pattern': return dictPattern(reader, inner, subject, found);
    case 'splat_pattern':
      for (const name of inner) bind(found, nameOf(reader, name), subject);
      return;
    case 'tuple_pattern':
      // `(a | b)` is in parentheses only.
      if (inner.length === 1 && !/,\s*\)$/.test(textOf(reader, node))) return pattern(reader, inner[0], subject, found);
      return sequence(reader, inner, subject, found);
    case 'list_pattern': return sequence(reader, inner, subject, found);
    default:
      found.tests.push(equals(subject, signed(reader, node)));
  }
}

/** A literal; the minus before a number stands outside of its node. */
function signed(reader: Reader, node: number): Expr {
  const value = expr(reader, node);
  const sign = value.k === 'lit' && typeof value.v === 'number' ? reader.text.slice(0, spanStart(value.at)).trimEnd() : '';
  return sign.endsWith('-') ? { k: 'op', op: '-', args: [value], at: makeSpan(sign.length - 1, spanEnd(value.at)) } : value;
}

function union(reader: Reader, node: number, choices: readonly number[], subject: Expr, found: Found): void {
  const tests: Expr[] = [];
  for (const choice of choices) {
    const one: Found = { tests: [], sets: found.sets };
    pattern(reader, choice, subject, one);
    // One choice that fits everything makes the whole fit.
    if (one.tests.length === 0) return;
    tests.push(all(one.tests, spanOf(reader, choice)));
  }
  found.tests.push(joined('or', tests, spanOf(reader, node)));
}

/** `Order(id=x)`: an instance whose attribute is bound; what a position stands for is up to the class. */
function classPattern(reader: Reader, node: number, [cls, ...members]: readonly number[], subject: Expr, found: Found): void {
  const at = spanOf(reader, node);
  const type = expr(reader, cls);
  found.tests.push({ k: 'call', fn: { k: 'name', id: 'isinstance', at: type.at }, args: [{ value: subject }, { value: type }], at });
  for (const member of members) {
    const [inner = member] = kids(reader.tree, member);
    const [name, value] = kids(reader.tree, inner);
    if (reader.tree.kind[inner] !== 'keyword_pattern' || name === undefined) pattern(reader, member, other(spanOf(reader, member), [subject]), found);
    else {
      const attribute: Expr = { k: 'attr', of: subject, name: textOf(reader, name), at: spanOf(reader, name) };
      if (value !== undefined) pattern(reader, value, attribute, found);
      else found.tests.push(attribute);
    }
  }
}

function dictPattern(reader: Reader, members: readonly number[], subject: Expr, found: Found): void {
  for (let place = 0; place < members.length; place++) {
    const member = members[place];
    if (reader.tree.kind[member] === 'splat_pattern') { pattern(reader, member, other(spanOf(reader, member), [subject]), found); continue; }
    const key = signed(reader, member);
    const at = spanOf(reader, member);
    found.tests.push({ k: 'op', op: 'in', args: [key, subject], at });
    const value = members[++place];
    if (value !== undefined) pattern(reader, value, { k: 'item', of: subject, key, at }, found);
  }
}

function sequence(reader: Reader, members: readonly number[], subject: Expr, found: Found): void {
  const [first, last] = [members[0], members[members.length - 1]];
  found.tests.push(other(first === undefined ? subject.at : makeSpan(reader.tree.start[first], reader.tree.end[last]), [subject]));
  let isAfterSplat = false;
  members.forEach((member, place) => {
    const at = spanOf(reader, member);
    const isSplat = reader.text[spanStart(at)] === '*';
    isAfterSplat ||= isSplat;
    const key: Expr = isSplat ? other(at) : { k: 'lit', v: isAfterSplat ? place - members.length : place, at };
    pattern(reader, member, { k: 'item', of: subject, key, at }, found);
  });
}

function bind(found: Found, target: Expr, value: Expr): void {
  if (target.k === 'name' && target.id === '_') return;
  found.sets.push({ k: 'set', target, value, at: target.at });
}

function equals(subject: Expr, value: Expr): Expr {
  return { k: 'op', op: '==', args: [subject, value], at: value.at };
}
