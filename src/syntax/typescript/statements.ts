import type { ts } from 'ts-morph';
import type { Expr, Handler, Note, SetStmt, Stmt } from '../../facts/code.js';
import { ifStmt, switchStmt } from './branches.js';
import { classStmt, enumStmt, hoistClass, interfaceStmt, isAmbient, typeParams } from './classes.js';
import { noteOf } from './comments.js';
import { compiler } from './compiler.js';
import { deeper, spanOf, type Context } from './context.js';
import { expr, one } from './expressions.js';
import { func } from './functions.js';
import { defaultClass, defaultFunction, exportAssignment, exportStmt, importEquals, importStmt, isDefault, requiredModule, requireStmt } from './modules.js';
import { assignmentOperator } from './operators.js';
import { bindingTarget, target } from './patterns.js';
import { typeExpr } from './types.js';

const K = compiler.SyntaxKind;

type Convert = (c: Context, node: never, out: Stmt[]) => void;

const converters: (Convert | undefined)[] = new Array(K.Count).fill(undefined);
const CONVERTERS: readonly (readonly [Convert, ...ts.SyntaxKind[]])[] = [
  [(c: Context, node: ts.ExpressionStatement, out: Stmt[]) => expression(c, node.expression, out), K.ExpressionStatement],
  [
    (c: Context, node: ts.VariableStatement, out: Stmt[]) => variables(c, node.declarationList, out, c.isInFunction ? {} : noteOf(c, node)),
    K.VariableStatement,
  ],
  [
    (c: Context, node: ts.ReturnStatement, out: Stmt[]) => void out.push({ k: 'return', ...valueOf(c, node.expression), at: spanOf(c, node) }),
    K.ReturnStatement,
  ],
  [(c: Context, node: ts.ThrowStatement, out: Stmt[]) => void out.push({ k: 'raise', ...valueOf(c, node.expression), at: spanOf(c, node) }), K.ThrowStatement],
  [(c: Context, node: ts.IfStatement, out: Stmt[]) => void out.push(...ifStmt(c, node)), K.IfStatement],
  [(c: Context, node: ts.SwitchStatement, out: Stmt[]) => void out.push(...switchStmt(c, node)), K.SwitchStatement],
  [forLoop, K.ForStatement],
  [forEach, K.ForOfStatement, K.ForInStatement],
  [whileLoop, K.WhileStatement, K.DoStatement],
  [tryStmt, K.TryStatement],
  [(c: Context, node: ts.Block, out: Stmt[]) => inline(c, node.statements, out), K.Block, K.ModuleBlock],
  [(c: Context, node: ts.LabeledStatement, out: Stmt[]) => statement(c, node.statement, out), K.LabeledStatement],
  [withStatement, K.WithStatement],
  [
    (c: Context, node: ts.Statement, out: Stmt[]) =>
      void out.push({ k: 'jump', ...(compiler.isBreakStatement(node) ? { isBreak: true } : {}), at: spanOf(c, node) }),
    K.BreakStatement,
    K.ContinueStatement,
  ],
  [functionDeclaration, K.FunctionDeclaration],
  [
    (c: Context, node: ts.ClassDeclaration, out: Stmt[]) => void out.push(...(isDefault(node) ? defaultClass(c, node) : [classStmt(c, node)])),
    K.ClassDeclaration,
  ],
  [(c: Context, node: ts.InterfaceDeclaration, out: Stmt[]) => void out.push(interfaceStmt(c, node)), K.InterfaceDeclaration],
  [(c: Context, node: ts.EnumDeclaration, out: Stmt[]) => void out.push(enumStmt(c, node)), K.EnumDeclaration],
  [typeAlias, K.TypeAliasDeclaration],
  [(c: Context, node: ts.ModuleDeclaration, out: Stmt[]) => node.body && statement(c, node.body, out), K.ModuleDeclaration],
  [(c: Context, node: ts.ImportDeclaration, out: Stmt[]) => void out.push(importStmt(c, node)), K.ImportDeclaration],
  [(c: Context, node: ts.ImportEqualsDeclaration, out: Stmt[]) => void out.push(importEquals(c, node)), K.ImportEqualsDeclaration],
  [(c: Context, node: ts.ExportDeclaration, out: Stmt[]) => void out.push(exportStmt(c, node)), K.ExportDeclaration],
  [(c: Context, node: ts.ExportAssignment, out: Stmt[]) => void out.push(exportAssignment(c, node)), K.ExportAssignment],
];
for (const [convert, ...kinds] of CONVERTERS) for (const kind of kinds) converters[kind] = convert;

/** Converts the statements of a file or body. */
export function block(c: Context, nodes: readonly ts.Statement[]): Stmt[] {
  const out: Stmt[] = [];
  inline(c, nodes, out);
  return out;
}

function inline(c: Context, nodes: readonly ts.Statement[], out: Stmt[]): void {
  for (const node of nodes) statement(c, node, out);
}

/** The body of a branch or loop, which need not be a block. */
export function branch(c: Context, node: ts.Statement): Stmt[] {
  return block(c, compiler.isBlock(node) ? node.statements : [node]);
}

function statement(c: Context, node: ts.Node, out: Stmt[]): void {
  const convert = converters[node.kind];
  if (!convert) return;
  deeper(c, node, () => withHoisted(c, (into) => convert(c, node as never, into), out), () => out);
}

/** Runs `read`, then puts the classes found inside expressions before what it read. */
export function withHoisted(c: Context, read: (out: Stmt[]) => void, out: Stmt[] = []): Stmt[] {
  const outer = c.hoisted;
  const before = out.length;
  c.hoisted = [];
  read(out);
  if (c.hoisted.length > 0) out.splice(before, 0, ...c.hoisted);
  c.hoisted = outer;
  return out;
}

function valueOf(c: Context, node: ts.Expression | undefined): { value?: Expr } {
  return node ? { value: expr(c, node) } : {};
}

/** An expression where a statement stands: what writes, yields or deletes is a statement of its own. */
function expression(c: Context, written: ts.Expression, out: Stmt[]): void {
  const nodes = [written];
  for (let node = nodes.pop(); node; node = nodes.pop()) {
    if (compiler.isParenthesizedExpression(node)) nodes.push(node.expression);
    else if (compiler.isBinaryExpression(node) && node.operatorToken.kind === K.CommaToken) nodes.push(node.right, node.left);
    else if (compiler.isVoidExpression(node)) nodes.push(node.expression);
    else out.push(simple(c, node));
  }
}

function simple(c: Context, node: ts.Expression): Stmt {
  const at = spanOf(c, node);
  if (compiler.isBinaryExpression(node)) {
    const op = assignmentOperator(node.operatorToken.kind);
    if (op !== undefined) return { k: 'set', target: target(c, node.left), value: assigned(c, node), ...(op && { op }), at };
  }
  if (
    (compiler.isPrefixUnaryExpression(node) || compiler.isPostfixUnaryExpression(node)) &&
    (node.operator === K.PlusPlusToken || node.operator === K.MinusMinusToken)
  ) {
    return { k: 'set', target: target(c, node.operand), value: one(at), op: node.operator === K.PlusPlusToken ? '+' : '-', at };
  }
  if (compiler.isYieldExpression(node)) {
    const value = node.expression && expr(c, node.expression);
    return { k: 'return', ...(value && { value: node.asteriskToken ? { k: 'spread' as const, of: value, at } : value }), isYield: true, at };
  }
  if (compiler.isDeleteExpression(node)) return { k: 'del', target: expr(c, node.expression), at };
  const module = requiredModule(node);
  if (module !== undefined) return { k: 'import', module, names: [], at };
  return { k: 'expr', value: expr(c, node), at };
}

/** A class assigned to a property is known by the property's name: `exports.Order = class extends Model {}`. */
function assigned(c: Context, node: ts.BinaryExpression): Expr {
  const { left, right } = node;
  if (!compiler.isClassExpression(right) || right.name || !compiler.isPropertyAccessExpression(left) || left.name.text === 'exports') return expr(c, right);
  return hoistClass(c, right, { name: left.name.text, at: spanOf(c, left.name) });
}

function variables(c: Context, list: ts.VariableDeclarationList, out: Stmt[], note: { note?: Note } = {}): void {
  for (const node of list.declarations) out.push(requireStmt(c, node) ?? variable(c, list, node, note));
}

function variable(c: Context, list: ts.VariableDeclarationList, node: ts.VariableDeclaration, note: { note?: Note }): Stmt {
  const { name, initializer } = node;
  if (initializer && compiler.isClassExpression(initializer) && compiler.isIdentifier(name)) {
    return classStmt(c, initializer, { name: name.text, at: spanOf(c, name) }, note);
  }
  const isConst = (list.flags & (compiler.NodeFlags.Const | compiler.NodeFlags.Using)) !== 0;
  const set: SetStmt = {
    k: 'set', target: bindingTarget(c, name), ...valueOf(c, initializer),
    ...(node.type && { type: typeExpr(c, node.type) }), ...(isConst && { isConst: true as const }), at: spanOf(c, node), ...note,
  };
  return set;
}

function functionDeclaration(c: Context, node: ts.FunctionDeclaration, out: Stmt[]): void {
  if (!node.body && !isAmbient(node)) return;
  if (isDefault(node)) out.push(...defaultFunction(c, node));
  else out.push({ k: 'def', fn: func(c, node) });
}

function typeAlias(c: Context, node: ts.TypeAliasDeclaration, out: Stmt[]): void {
  out.push({ k: 'type', name: node.name.text, params: typeParams(node.typeParameters).params ?? [], value: typeExpr(c, node.type), at: spanOf(c, node.name) });
}

function forLoop(c: Context, node: ts.ForStatement, out: Stmt[]): void {
  if (node.initializer) {
    if (compiler.isVariableDeclarationList(node.initializer)) variables(c, node.initializer, out);
    else expression(c, node.initializer, out);
  }
  const test = node.condition && expr(c, node.condition);
  const body = branch(c, node.statement);
  if (node.incrementor) expression(c, node.incrementor, body);
  out.push({ k: 'loop', ...(test && { test }), body, at: spanOf(c, node) });
}

/** `for…in` runs over the keys of its object: `Op 'keyof'`. */
function forEach(c: Context, node: ts.ForOfStatement | ts.ForInStatement, out: Stmt[]): void {
  const { initializer } = node;
  const bound = compiler.isVariableDeclarationList(initializer) ? bindingTarget(c, initializer.declarations[0].name) : target(c, initializer);
  const of = expr(c, node.expression);
  const iter: Expr = compiler.isForOfStatement(node) ? of : { k: 'op', op: 'keyof', args: [of], at: of.at };
  out.push({ k: 'loop', target: bound, iter, body: branch(c, node.statement), at: spanOf(c, node) });
}

function whileLoop(c: Context, node: ts.WhileStatement | ts.DoStatement, out: Stmt[]): void {
  out.push({
    k: 'loop',
    test: expr(c, node.expression),
    body: branch(c, node.statement),
    ...(compiler.isDoStatement(node) ? { isTestLast: true } : {}),
    at: spanOf(c, node),
  });
}

function withStatement(c: Context, node: ts.WithStatement, out: Stmt[]): void {
  out.push({ k: 'with', items: [{ value: expr(c, node.expression) }], body: branch(c, node.statement), at: spanOf(c, node) });
}

function tryStmt(c: Context, node: ts.TryStatement, out: Stmt[]): void {
  const final = node.finallyBlock ? block(c, node.finallyBlock.statements) : [];
  const handlers = node.catchClause ? [handler(c, node.catchClause)] : [];
  out.push({ k: 'try', body: block(c, node.tryBlock.statements), handlers, else: [], final, at: spanOf(c, node) });
}

/** A destructured error is the first statement of its handler. */
function handler(c: Context, node: ts.CatchClause): Handler {
  const body = block(c, node.block.statements);
  const name = node.variableDeclaration?.name;
  const at = spanOf(c, node);
  if (!name) return { body, at };
  if (compiler.isIdentifier(name)) return { name: name.text, body, at };
  return { body: [{ k: 'set', target: bindingTarget(c, name), isConst: true, at: spanOf(c, name) }, ...body], at };
}
