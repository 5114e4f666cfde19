import type { ts } from 'ts-morph';
import type { Arg, Expr, Span } from '../../facts/code.js';
import { makeSpan } from '../../facts/span.js';
import { compiler } from './compiler.js';
import { MAX_CHAIN, nameAt, other, sayTooDeep, spanOf, startOf, type Context } from './context.js';
import { expr } from './expressions.js';
import { assignmentOperator, binaryOperator } from './operators.js';
import { concatenation, isText, template } from './templates.js';
import { typeArguments, typeExpr } from './types.js';

const K = compiler.SyntaxKind;

/** What begins with another expression. Such chains get thousands long, so they are never recursed into. */
type Link =
  | ts.PropertyAccessExpression | ts.ElementAccessExpression | ts.CallExpression | ts.NonNullExpression | ts.ParenthesizedExpression
  | ts.TaggedTemplateExpression | ts.BinaryExpression | ts.AsExpression | ts.SatisfiesExpression | ts.ExpressionWithTypeArguments;

/** What a link stands on, or undefined when `node` is no link. */
function standsOn(node: ts.Node): ts.Expression | undefined {
  switch (node.kind) {
    case K.PropertyAccessExpression: case K.CallExpression: case K.ElementAccessExpression: case K.ParenthesizedExpression: case K.NonNullExpression:
    case K.AsExpression: case K.SatisfiesExpression: case K.ExpressionWithTypeArguments:
      return (node as ts.CallExpression).expression;
    case K.TaggedTemplateExpression:
      return (node as ts.TaggedTemplateExpression).tag;
    case K.BinaryExpression: {
      const { operatorToken, left } = node as ts.BinaryExpression;
      return assignmentOperator(operatorToken.kind) === undefined ? left : undefined;
    }
    default:
      return undefined;
  }
}

/** Converts a chain of accesses, calls and operators from its root outwards. */
export function chain(c: Context, node: ts.Expression): Expr {
  const links: Link[] = [];
  let root = node;
  for (let inner = standsOn(root); inner; inner = standsOn(root)) {
    links.push(root as Link);
    root = inner;
  }
  let built = expr(c, root);
  let height = 0;
  // Parentheses move the start of what they hold, everything else starts where its first link does.
  let start = -1;
  for (let i = links.length - 1; i >= 0; i--) {
    const link = links[i];
    if (start < 0) start = startOf(c, link);
    if (link.kind === K.ParenthesizedExpression) {
      start = -1;
      continue;
    }
    if (height++ > MAX_CHAIN) return flat(c, built, links.slice(0, i + 1), makeSpan(start, node.end));
    const next = wrap(c, link, built, makeSpan(start, link.end));
    if (next.k === 'tpl' && !next.tag) height = 0;
    built = next;
  }
  return built;
}

function wrap(c: Context, link: Link, of: Expr, at: Span): Expr {
  switch (link.kind) {
    case K.PropertyAccessExpression: {
      const { name, questionDotToken } = link as ts.PropertyAccessExpression;
      return { k: 'attr', of, name: plainName(name), at: spanOf(c, name), ...(questionDotToken && { maybe: true as const }) };
    }
    case K.CallExpression:
      return call(c, link as ts.CallExpression, of, at);
    case K.ElementAccessExpression: {
      const { argumentExpression, questionDotToken } = link as ts.ElementAccessExpression;
      return { k: 'item', of, key: expr(c, argumentExpression), at, ...(questionDotToken && { maybe: true as const }) };
    }
    case K.BinaryExpression:
      return binary(c, link as ts.BinaryExpression, of, at);
    case K.TaggedTemplateExpression:
      return tagged(c, link as ts.TaggedTemplateExpression, of, at);
    case K.AsExpression: case K.SatisfiesExpression:
      return cast(c, (link as ts.AsExpression).type, of, at);
    case K.ExpressionWithTypeArguments:
      return withTypes(c, of, (link as ts.ExpressionWithTypeArguments).typeArguments, at);
    default:
      return of;
  }
}

/** A name as written; `#x` is the name `x`. */
export function plainName(node: { readonly kind: ts.SyntaxKind; readonly text: string }): string {
  return node.kind === K.PrivateIdentifier ? node.text.slice(1) : node.text;
}

function tagged(c: Context, node: ts.TaggedTemplateExpression, tag: Expr, at: Span): Expr {
  const made = template(c, node.template, tag, at);
  return node.typeArguments && made.k === 'tpl' ? { ...made, types: node.typeArguments.map((type) => typeExpr(c, type)) } : made;
}

function call(c: Context, node: ts.CallExpression | ts.NewExpression, fn: Expr, at: Span): Expr {
  const types = node.typeArguments?.map((type) => typeExpr(c, type));
  return { k: 'call', fn, args: callArgs(c, node.arguments), at, ...(types && { types }) };
}

/** `new X(…)`; the arguments may be missing altogether. */
export function newCall(c: Context, node: ts.NewExpression): Expr {
  return { ...call(c, node, expr(c, node.expression), spanOf(c, node)), isNew: true } as Expr;
}

function callArgs(c: Context, nodes: readonly ts.Expression[] | undefined): Arg[] {
  const args: Arg[] = [];
  for (const node of nodes ?? []) {
    if (compiler.isSpreadElement(node)) args.push({ value: expr(c, node.expression), spread: '*' });
    else args.push({ value: expr(c, node) });
  }
  return args;
}

function binary(c: Context, node: ts.BinaryExpression, left: Expr, at: Span): Expr {
  const op = binaryOperator(node.operatorToken.kind);
  // `#x in obj`: the private name is a name.
  const right = expr(c, node.right);
  if (op === '+' && (isText(left) || isText(right))) return concatenation(left, right, at);
  // Compilers write `(0, f)(x)` for a call without `this`.
  if (op === ',') return left.k === 'lit' ? right : other([left, right], at);
  return { k: 'op', op, args: [left, right], at };
}

/** `x as T`; `as const` says nothing about what x is. */
export function cast(c: Context, type: ts.TypeNode, of: Expr, at: Span): Expr {
  if (compiler.isTypeReferenceNode(type) && compiler.isIdentifier(type.typeName) && type.typeName.escapedText === 'const') return of;
  return { k: 'cast', of, type: typeExpr(c, type), at };
}

/** `of<A, B>`; without type arguments it is `of` itself. */
export function withTypes(c: Context, of: Expr, types: readonly ts.TypeNode[] | undefined, at: Span): Expr {
  return types?.length ? { k: 'item', of, key: typeArguments(c, types), at } : of;
}

/** The rest of a chain that is too long: its arguments and operands still count. */
function flat(c: Context, built: Expr, links: readonly Link[], at: Span): Expr {
  sayTooDeep(c, at);
  const parts: Expr[] = [built];
  for (let i = links.length - 1; i >= 0; i--) {
    if (links[i].kind === K.ParenthesizedExpression) continue;
    const link = wrap(c, links[i], nameAt('', at), at);
    if (link.k === 'call') for (const arg of link.args) parts.push(arg.value);
    else if (link.k === 'op') parts.push(link.args[1]);
    else if (link.k === 'item') parts.push(link.key);
    else if (link.k === 'attr' || link.k === 'tpl') parts.push(link);
  }
  return other(parts, at);
}
