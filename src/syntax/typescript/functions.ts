import type { ts } from 'ts-morph';
import type { Expr, Func, Param, Span, Stmt } from '../../facts/code.js';
import { makeSpan, spanStart } from '../../facts/span.js';
import { plainName } from './chains.js';
import { compiler } from './compiler.js';
import { deeper, spanOf, within, type Context } from './context.js';
import { expr } from './expressions.js';
import { bindingTarget } from './patterns.js';
import { block, withHoisted } from './statements.js';
import { typeExpr } from './types.js';

const K = compiler.SyntaxKind;

/** Whatever has parameters and a body. */
export type FunctionNode =
  | ts.FunctionDeclaration | ts.FunctionExpression | ts.ArrowFunction | ts.MethodDeclaration | ts.ConstructorDeclaration | ts.AccessorDeclaration;

/** Converts a function, method, accessor or arrow; `name` overrides the written one. */
export function func(c: Context, node: FunctionNode): Func {
  const range = spanOf(c, node);
  const named = nameOf(c, node, range);
  return {
    name: named?.name ?? null,
    params: params(c, node.parameters),
    body: node.body ? within(c, true, () => body(c, node.body!)) : [],
    ...(node.type && { returns: typeExpr(c, node.type) }),
    decorators: decorators(c, node),
    ...(has(node, K.AsyncKeyword) && { isAsync: true as const }),
    ...(node.kind === K.GetAccessor && { accessor: 'get' as const }),
    ...(node.kind === K.SetAccessor && { accessor: 'set' as const }),
    ...(has(node, K.StaticKeyword) && { isStatic: true as const }),
    at: named?.at ?? range,
    range,
  };
}

function nameOf(c: Context, node: FunctionNode, range: Span): { name: string; at: Span } | undefined {
  if (node.kind === K.Constructor) {
    const start = c.text.indexOf('constructor', node.modifiers?.end ?? spanStart(range));
    return { name: 'constructor', at: start < 0 ? range : makeSpan(start, start + 11) };
  }
  const { name } = node;
  if (!name) return undefined;
  if (compiler.isComputedPropertyName(name)) {
    return compiler.isStringLiteralLike(name.expression) ? { name: name.expression.text, at: spanOf(c, name) } : undefined;
  }
  return name.text === '' ? undefined : { name: plainName(name), at: spanOf(c, name) };
}

function body(c: Context, node: ts.ConciseBody): readonly Stmt[] {
  if (compiler.isBlock(node)) return block(c, node.statements);
  const returned = (): Stmt[] => withHoisted(c, (out) => void out.push({ k: 'return', value: expr(c, node), at: spanOf(c, node) }));
  return deeper(c, node, returned, () => []);
}

/** The parameters a caller fills: TypeScript's `this` parameter is a type only. */
export function params(c: Context, nodes: readonly ts.ParameterDeclaration[]): Param[] {
  const result: Param[] = [];
  for (const node of nodes) {
    if (compiler.isIdentifier(node.name) && node.name.escapedText === 'this') continue;
    const marks = decorators(c, node);
    result.push({
      target: bindingTarget(c, node.name),
      ...(node.type && { type: typeExpr(c, node.type) }),
      ...(node.initializer && { default: expr(c, node.initializer) }),
      ...(node.dotDotDotToken && { rest: '*' as const }),
      ...(marks.length > 0 && { decorators: marks }),
      ...(isField(node) && { isField: true as const }),
      ...(node.questionToken && { optional: true as const }),
    });
  }
  return result;
}

function isField(node: ts.ParameterDeclaration): boolean {
  return node.modifiers?.some((m) => m.kind !== K.Decorator) ?? false;
}

/** Whether a declaration has the modifier. */
export function has(node: ts.Node, modifier: ts.SyntaxKind): boolean {
  const { modifiers } = node as { modifiers?: readonly ts.ModifierLike[] };
  if (modifiers) for (const m of modifiers) if (m.kind === modifier) return true;
  return false;
}

const NONE: readonly Expr[] = [];

export function decorators(c: Context, node: ts.Node): readonly Expr[] {
  const { modifiers } = node as { modifiers?: readonly ts.ModifierLike[] };
  if (!modifiers || !has(node, K.Decorator)) return NONE;
  return modifiers.flatMap((m) => (compiler.isDecorator(m) ? expr(c, m.expression) : []));
}
