import type { ColumnRef, SqlCondition } from '../../facts/sql.js';
import type { Tree } from './parse.js';
import {
  columnRef, functionName, holeRef, isParameter, isRowColumn, reads, valueOf, withoutCasts, type Builder, type Draft, type Value,
} from './expressions.js';
import { constantOf, kindOf, strings, walk } from './node.js';

type Op = SqlCondition['op'];
/** Where a condition stands. */
interface Place { readonly on: SqlCondition['on']; readonly inOr: boolean; readonly negated: boolean }
/** The column a side of a comparison is about, and what is around it. */
interface Subject { readonly body: Tree; readonly wrapped?: string }

const COMPARISONS: Readonly<Record<string, Op>> = { '=': '=', '<>': '<>', '!=': '<>', '<': 'range', '>': 'range', '<=': 'range', '>=': 'range' };
const NEGATED: Partial<Record<Op, Op>> = { '=': '<>', '<>': '=', 'is null': 'is not null', 'is not null': 'is null' };
const TRUE: Value = { k: 'constant', v: true };
const FALSE: Value = { k: 'constant', v: false };

/** Records the conjuncts of a condition, and what else is in it. */
export function conditions(b: Builder, draft: Draft, node: Tree | undefined, on: SqlCondition['on']): void {
  if (node) visit(b, draft, node, { on, inOr: false, negated: false });
}

function visit(b: Builder, draft: Draft, node: Tree, place: Place): void {
  switch (kindOf(node)) {
    case 'BoolExpr':
      return boolean(b, draft, node.BoolExpr, place);
    case 'A_Expr':
      return comparison(b, draft, node.A_Expr, place);
    case 'NullTest': {
      const isNull = (node.NullTest.nulltesttype === 'IS_NULL') !== place.negated;
      return single(b, draft, node.NullTest.arg, isNull ? 'is null' : 'is not null', { k: 'expression' }, { ...place, negated: false });
    }
    case 'BooleanTest':
      return truth(b, draft, node.BooleanTest, place);
    case 'SubLink':
      return subLink(b, draft, node.SubLink, place);
    case 'ColumnRef':
      if (isParameter(b.ctx, node)) return;
      return single(b, draft, node, '=', place.negated ? FALSE : TRUE, { ...place, negated: false });
    case 'TypeCast':
      return visit(b, draft, node.TypeCast.arg ?? {}, place);
    default:
      return single(b, draft, node, 'other', { k: 'expression' }, place);
  }
}

/** NOT goes down to the single conditions, so that `NOT (a OR b)` narrows as the conjunction it is. */
function boolean(b: Builder, draft: Draft, node: Tree, place: Place): void {
  const args = (node.args ?? []) as Tree[];
  if (node.boolop === 'NOT_EXPR') {
    for (const arg of args) visit(b, draft, arg, { ...place, negated: !place.negated });
    return;
  }
  const isOr = (node.boolop === 'OR_EXPR') !== place.negated;
  for (const arg of args) visit(b, draft, arg, { ...place, inOr: place.inOr || isOr });
}

function comparison(b: Builder, draft: Draft, node: Tree, place: Place): void {
  const rows = rowPairs(node);
  if (rows) {
    // `(a, b) > (1, 2)` is not two comparisons, but each column is looked up by its range.
    for (const [left, right] of rows) compare(b, draft, left, right, operator(node, b), place);
    return;
  }
  compare(b, draft, node.lexpr, node.rexpr, operator(node, b), place);
}

function rowPairs(node: Tree): [Tree, Tree | undefined][] | null {
  const left = node.lexpr?.RowExpr?.args as Tree[] | undefined;
  if (!left) return null;
  const right = node.rexpr?.RowExpr?.args as Tree[] | undefined;
  return left.map((item, index) => [item, right?.[index] ?? (index === 0 ? node.rexpr : undefined)]);
}

function operator(node: Tree, b: Builder): Op {
  const name = strings(node.name).at(-1) ?? '';
  switch (node.kind) {
    case 'AEXPR_OP':
      if (name === '=' && b.ctx.lists.has(b.ctx.offset(node.location ?? 0))) return 'in';
      if (name === '~~') return 'like';
      return COMPARISONS[name] ?? 'other';
    case 'AEXPR_OP_ANY':
      return name === '=' ? 'in' : 'other';
    case 'AEXPR_IN':
      return name === '=' ? 'in' : 'other';
    case 'AEXPR_LIKE':
      return name === '~~' ? (isPrefix(b, node.rexpr) ? 'like-prefix' : 'like') : 'other';
    case 'AEXPR_ILIKE':
      return name === '~~*' ? 'like' : 'other';
    case 'AEXPR_BETWEEN':
    case 'AEXPR_BETWEEN_SYM':
      return 'range';
    case 'AEXPR_DISTINCT':
      return '<>';
    default:
      return 'other';
  }
}

/** A pattern that begins with something else than a wildcard: `'x%'`, `$1 || '%'`. */
function isPrefix(b: Builder, node: Tree | undefined): boolean {
  const pattern = node && constantOf(withoutCasts(node));
  if (typeof pattern === 'string') return /^[^%_]/.test(pattern);
  const concat = node?.A_Expr;
  if (strings(concat?.name)[0] !== '||') return false;
  return isParameter(b.ctx, concat!.lexpr) || isPrefix(b, concat!.lexpr);
}

function compare(b: Builder, draft: Draft, left: Tree | undefined, right: Tree | undefined, op: Op, place: Place): void {
  const leftSubject = subjectOf(b, left);
  const rightSubject = subjectOf(b, right);
  // A plain column is what an index serves: prefer it whichever side it stands on.
  const isFlipped = !leftSubject || (leftSubject.wrapped !== undefined && rightSubject !== null && rightSubject.wrapped === undefined);
  if (!isFlipped || !rightSubject || (op !== '=' && op !== '<>' && op !== 'range')) {
    if (left) single(b, draft, left, op, null, place, right);
    else reads(b, draft, right);
  } else single(b, draft, right!, op, null, place, left);
}

/** One condition about the column of `node`; `other` is what it is compared with, when `value` is not given. */
function single(b: Builder, draft: Draft, node: Tree, op: Op, value: Value | null, place: Place, other?: Tree): void {
  const subject = subjectOf(b, node);
  // A hole by itself may hold a condition as a whole; one that is compared holds a column's name, or a value.
  const hole = subject === null && (op !== 'other' || other !== undefined) ? withoutCasts(node).ParamRef as Tree | undefined : undefined;
  const column = subject ? columnRef(b.ctx, subject.body) : hole ? holeRef(b.ctx, hole) : null;
  if ((!subject && !hole) || !column || isRowColumn(b.ctx, column)) {
    if (!withoutCasts(node).ParamRef) reads(b, draft, node);
    reads(b, draft, other);
    return;
  }
  reads(b, draft, node, 'read', subject?.body ?? hole);
  add(
    draft,
    column,
    place.negated ? (NEGATED[op] ?? (op === 'range' && other && !other.List ? 'range' : 'other')) : op,
    value ?? valueOf(b, draft, other),
    place,
    subject?.wrapped,
  );
}

function add(draft: Draft, column: ColumnRef, op: Op, value: Value, place: Place, wrapped?: string): void {
  draft.conditions.push({ column, op, value, on: place.on, ...(place.inOr ? { inOr: true } : {}), ...(wrapped !== undefined ? { wrapped } : {}) });
}

function truth(b: Builder, draft: Draft, node: Tree, place: Place): void {
  const type = node.booltesttype as string;
  const settled = { ...place, negated: false };
  if (type === 'IS_TRUE' || type === 'IS_FALSE') {
    const isTrue = (type === 'IS_TRUE') !== place.negated;
    return single(b, draft, node.arg, '=', isTrue ? TRUE : FALSE, settled);
  }
  single(b, draft, node.arg, 'other', { k: 'expression' }, settled);
}

function subLink(b: Builder, draft: Draft, node: Tree, place: Place): void {
  reads(b, draft, node.subselect);
  if (!node.testexpr) return;
  const isIn = node.subLinkType === 'ANY_SUBLINK' && (!node.operName || strings(node.operName)[0] === '=');
  const tests = (node.testexpr.RowExpr?.args as Tree[] | undefined) ?? [node.testexpr];
  for (const test of tests) single(b, draft, test, isIn ? 'in' : 'other', { k: 'expression' }, place);
}

/** The first column of an expression and what wraps it; casts and collations leave it plain. */
function subjectOf(b: Builder, node: Tree | undefined): Subject | null {
  if (!node || isParameter(b.ctx, node)) return null;
  const bare = withoutCasts(node);
  if (bare.ColumnRef) return isParameter(b.ctx, bare) ? null : isRow(b, bare.ColumnRef) ? null : { body: bare.ColumnRef };
  if (bare.SubLink || bare.A_Const || bare.ParamRef) return null;
  const body = firstColumn(b, bare);
  return body ? { body, wrapped: wrapperOf(bare) } : null;
}

function isRow(b: Builder, body: Tree): boolean {
  const fields = strings(body.fields);
  return b.ctx.onRow !== null && (fields[0] === 'new' || fields[0] === 'old');
}

function firstColumn(b: Builder, node: Tree): Tree | null {
  let found: Tree | null = null;
  walk(node, (kind, body) => {
    if (found || kind === 'SelectStmt') return false;
    if (kind === 'ColumnRef' && !isParameter(b.ctx, { ColumnRef: body }) && !isRow(b, body) && !body.fields?.at(-1)?.A_Star) found = body;
    return !found;
  });
  return found;
}

const WRAPPERS: Readonly<Record<string, string>> = {
  CoalesceExpr: 'coalesce',
  CaseExpr: 'case',
  MinMaxExpr: 'greatest',
  A_ArrayExpr: 'array',
  RowExpr: 'row',
  A_Indirection: '[]',
  NullTest: 'is null',
  BoolExpr: 'and',
};

function wrapperOf(node: Tree): string {
  const kind = kindOf(node);
  if (kind === 'FuncCall') return functionName(node.FuncCall);
  if (kind === 'A_Expr') return strings(node.A_Expr.name).at(-1) ?? 'operator';
  return WRAPPERS[kind] ?? 'expression';
}
