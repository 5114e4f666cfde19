import type { ts } from 'ts-morph';
import type { Entry, Expr } from '../../facts/code.js';
import { compiler } from './compiler.js';
import { deeper, other, spanOf, type Context } from './context.js';
import { expr, propertyKey } from './expressions.js';

const K = compiler.SyntaxKind;

/** What a declaration binds: a Name, or a List or Dict of targets. */
export function bindingTarget(c: Context, node: ts.BindingName): Expr {
  if (compiler.isIdentifier(node)) return { k: 'name', id: node.text, at: spanOf(c, node) };
  return deeper(c, node, () => bindingPattern(c, node), () => other([], spanOf(c, node)));
}

function bindingPattern(c: Context, node: ts.BindingPattern): Expr {
  const at = spanOf(c, node);
  if (compiler.isArrayBindingPattern(node)) return { k: 'list', items: node.elements.map((e) => arrayElement(c, e)), at };
  return { k: 'dict', entries: node.elements.map((e) => objectElement(c, e)), at };
}

function arrayElement(c: Context, node: ts.ArrayBindingElement): Expr {
  if (compiler.isOmittedExpression(node)) return { k: 'lit', v: null, at: spanOf(c, node) };
  const bound = bindingTarget(c, node.name);
  return node.dotDotDotToken ? { k: 'spread', of: bound, at: spanOf(c, node) } : withDefault(c, bound, node.initializer, node);
}

function objectElement(c: Context, node: ts.BindingElement): Entry {
  const at = spanOf(c, node);
  const bound = bindingTarget(c, node.name);
  if (node.dotDotDotToken) return { key: null, value: { k: 'spread', of: bound, at }, at };
  const key = propertyKey(c, node.propertyName ?? (node.name as ts.Identifier));
  return { key, value: withDefault(c, bound, node.initializer, node), at };
}

function withDefault(c: Context, bound: Expr, initializer: ts.Expression | undefined, node: ts.Node): Expr {
  return initializer ? { k: 'op', op: '=', args: [bound, expr(c, initializer)], at: spanOf(c, node) } : bound;
}

/** What an assignment writes to. `[a, b] = …` and `({a} = …)` read as literals and become the same patterns as in declarations. */
export function target(c: Context, node: ts.Expression): Expr {
  if (compiler.isParenthesizedExpression(node)) return target(c, node.expression);
  if (compiler.isIdentifier(node)) return { k: 'name', id: node.text, at: spanOf(c, node) };
  if (node.kind !== K.ArrayLiteralExpression && node.kind !== K.ObjectLiteralExpression && node.kind !== K.BinaryExpression) return expr(c, node);
  return deeper(c, node, () => assignmentPattern(c, node), () => other([], spanOf(c, node)));
}

function assignmentPattern(c: Context, node: ts.Expression): Expr {
  const at = spanOf(c, node);
  if (compiler.isArrayLiteralExpression(node)) {
    const items = node.elements.map((e): Expr => (compiler.isSpreadElement(e) ? { k: 'spread', of: target(c, e.expression), at: spanOf(c, e) } : target(c, e)));
    return { k: 'list', items, at };
  }
  if (compiler.isObjectLiteralExpression(node)) return { k: 'dict', entries: node.properties.map((p) => assignedEntry(c, p)), at };
  if (compiler.isBinaryExpression(node) && node.operatorToken.kind === K.EqualsToken) {
    return { k: 'op', op: '=', args: [target(c, node.left), expr(c, node.right)], at };
  }
  return expr(c, node);
}

function assignedEntry(c: Context, node: ts.ObjectLiteralElementLike): Entry {
  const at = spanOf(c, node);
  if (compiler.isPropertyAssignment(node)) return { key: propertyKey(c, node.name), value: target(c, node.initializer), at };
  if (compiler.isSpreadAssignment(node)) return { key: null, value: { k: 'spread', of: target(c, node.expression), at }, at };
  if (compiler.isShorthandPropertyAssignment(node)) {
    return { key: propertyKey(c, node.name), value: withDefault(c, bindingTarget(c, node.name), node.objectAssignmentInitializer, node), at };
  }
  return { key: propertyKey(c, node.name), value: other([], at), at };
}
