import type { ts } from 'ts-morph';
import type { Entry, Expr, Span } from '../../facts/code.js';
import { makeSpan } from '../../facts/span.js';
import { cast, chain, newCall, plainName } from './chains.js';
import { classExpression } from './classes.js';
import { noteOf } from './comments.js';
import { compiler } from './compiler.js';
import { deeper, nameAt, other, spanOf, startOf, type Context } from './context.js';
import { func } from './functions.js';
import { jsx } from './jsx.js';
import { assignmentOperator, unaryOperator } from './operators.js';
import { target } from './patterns.js';
import { template } from './templates.js';

const K = compiler.SyntaxKind;

type Convert = (c: Context, node: never) => Expr;

/** One function for each kind of expression: a table, as a switch over kinds known only at run time is a linear search. */
const converters: (Convert | undefined)[] = new Array(K.Count).fill(undefined);
const CONVERTERS: readonly (readonly [Convert, ...ts.SyntaxKind[]])[] = [
  [identifier, K.Identifier, K.PrivateIdentifier],
  [
    chain,
    K.PropertyAccessExpression,
    K.ElementAccessExpression,
    K.CallExpression,
    K.NonNullExpression,
    K.ParenthesizedExpression,
    K.TaggedTemplateExpression,
    K.AsExpression,
    K.SatisfiesExpression,
    K.ExpressionWithTypeArguments,
  ],
  [binary, K.BinaryExpression],
  [(c: Context, node: ts.StringLiteral) => ({ k: 'lit', v: node.text, at: spanOf(c, node) }), K.StringLiteral],
  [(c: Context, node: ts.NumericLiteral) => ({ k: 'lit', v: Number(node.text), at: spanOf(c, node) }), K.NumericLiteral],
  [(c: Context, node: ts.BigIntLiteral) => ({ k: 'lit', v: Number(node.text.slice(0, -1)), at: spanOf(c, node) }), K.BigIntLiteral],
  [(c: Context, node: ts.Node) => ({ k: 'lit', v: true, at: spanOf(c, node) }), K.TrueKeyword],
  [(c: Context, node: ts.Node) => ({ k: 'lit', v: false, at: spanOf(c, node) }), K.FalseKeyword],
  [(c: Context, node: ts.Node) => ({ k: 'lit', v: null, at: spanOf(c, node) }), K.NullKeyword, K.OmittedExpression],
  [(c: Context, node: ts.Node) => nameAt('this', spanOf(c, node)), K.ThisKeyword],
  [(c: Context, node: ts.Node) => nameAt('super', spanOf(c, node)), K.SuperKeyword],
  [(c: Context, node: ts.Node) => nameAt('import', spanOf(c, node)), K.ImportKeyword],
  [template, K.NoSubstitutionTemplateLiteral, K.TemplateExpression],
  [dict, K.ObjectLiteralExpression],
  [
    (c: Context, node: ts.ArrayLiteralExpression) => ({ k: 'list', items: node.elements.map((e) => expr(c, e)), at: spanOf(c, node) }),
    K.ArrayLiteralExpression,
  ],
  [(c: Context, node: ts.SpreadElement) => ({ k: 'spread', of: expr(c, node.expression), at: spanOf(c, node) }), K.SpreadElement],
  [functionExpression, K.ArrowFunction, K.FunctionExpression],
  [classExpression, K.ClassExpression],
  [newCall, K.NewExpression],
  [conditional, K.ConditionalExpression],
  [prefix, K.PrefixUnaryExpression, K.PostfixUnaryExpression],
  [(c: Context, node: ts.AwaitExpression) => expr(c, node.expression), K.AwaitExpression],
  [(c: Context, node: ts.YieldExpression) => (node.expression ? expr(c, node.expression) : { k: 'lit', v: null, at: spanOf(c, node) }), K.YieldExpression],
  [(c: Context, node: ts.TypeOfExpression) => ({ k: 'op', op: 'typeof', args: [expr(c, node.expression)], at: spanOf(c, node) }), K.TypeOfExpression],
  [(c: Context, node: ts.DeleteExpression) => ({ k: 'op', op: 'delete', args: [expr(c, node.expression)], at: spanOf(c, node) }), K.DeleteExpression],
  [voided, K.VoidExpression],
  [(c: Context, node: ts.TypeAssertion) => cast(c, node.type, expr(c, node.expression), spanOf(c, node)), K.TypeAssertionExpression],
  [metaProperty, K.MetaProperty],
  [jsx, K.JsxElement, K.JsxSelfClosingElement, K.JsxFragment],
];
for (const [convert, ...kinds] of CONVERTERS) for (const kind of kinds) converters[kind] = convert;

/** Converts one expression. */
export function expr(c: Context, node: ts.Node): Expr {
  const convert = converters[node.kind];
  if (!convert) return other([], spanOf(c, node));
  return deeper(c, node, () => convert(c, node as never), () => other([], spanOf(c, node)));
}

function identifier(c: Context, node: ts.Identifier | ts.PrivateIdentifier): Expr {
  const at: Span = makeSpan(startOf(c, node), node.end);
  if (node.escapedText === 'undefined') return { k: 'lit', v: null, at };
  // The parser makes up an empty identifier where one is missing.
  if (node.escapedText === '') return other([], at);
  return { k: 'name', id: plainName(node), at };
}

function binary(c: Context, node: ts.BinaryExpression): Expr {
  const op = assignmentOperator(node.operatorToken.kind);
  if (op === undefined) return chain(c, node);
  const at = spanOf(c, node);
  if (op === '') return { k: 'let', target: target(c, node.left), value: expr(c, node.right), at };
  const left = target(c, node.left);
  return { k: 'let', target: left, value: { k: 'op', op, args: [left, expr(c, node.right)], at }, at };
}

function functionExpression(c: Context, node: ts.ArrowFunction | ts.FunctionExpression): Expr {
  const fn = func(c, node);
  return { k: 'fn', fn, at: fn.range };
}

function conditional(c: Context, node: ts.ConditionalExpression): Expr {
  return { k: 'cond', test: expr(c, node.condition), then: expr(c, node.whenTrue), else: expr(c, node.whenFalse), at: spanOf(c, node) };
}

function prefix(c: Context, node: ts.PrefixUnaryExpression | ts.PostfixUnaryExpression): Expr {
  const at = spanOf(c, node);
  const op = unaryOperator(node.operator);
  const of = expr(c, node.operand);
  if (op === '++' || op === '--') return { k: 'let', target: of, value: { k: 'op', op: op[0], args: [of, one(at)], at }, at };
  if (of.k === 'lit' && typeof of.v === 'number' && (op === '-' || op === '+')) return { k: 'lit', v: op === '-' ? -of.v : of.v, at };
  return { k: 'op', op, args: [of], at };
}

/** The 1 that `++` and `--` add and take. */
export function one(at: Span): Expr {
  return { k: 'lit', v: 1, at };
}

function voided(c: Context, node: ts.VoidExpression): Expr {
  const of = expr(c, node.expression);
  const at = spanOf(c, node);
  return of.k === 'lit' ? { k: 'lit', v: null, at } : { k: 'op', op: 'void', args: [of], at };
}

/** `import.meta`, `new.target`. */
function metaProperty(c: Context, node: ts.MetaProperty): Expr {
  const id = node.keywordToken === K.ImportKeyword ? 'import' : 'new';
  const start = startOf(c, node);
  return { k: 'attr', of: nameAt(id, makeSpan(start, start + id.length)), name: node.name.text, at: spanOf(c, node.name) };
}

function dict(c: Context, node: ts.ObjectLiteralExpression): Expr {
  const entries: Entry[] = [];
  for (const property of node.properties) entries.push(entry(c, property));
  return { k: 'dict', entries, at: spanOf(c, node) };
}

function entry(c: Context, node: ts.ObjectLiteralElementLike): Entry {
  const rest = { at: spanOf(c, node), ...noteOf(c, node) };
  switch (node.kind) {
    case K.PropertyAssignment:
      return { key: propertyKey(c, node.name), value: expr(c, node.initializer), ...rest };
    case K.ShorthandPropertyAssignment:
      return { key: propertyKey(c, node.name), value: expr(c, node.name), ...rest };
    case K.SpreadAssignment:
      return { key: null, value: expr(c, node.expression), ...rest };
    default: {
      const fn = func(c, node);
      return { key: propertyKey(c, node.name), value: { k: 'fn', fn, at: fn.range }, ...rest };
    }
  }
}

/** The key of an entry: a Literal of its name, any other expression when computed. */
export function propertyKey(c: Context, node: ts.PropertyName): Expr {
  if (compiler.isComputedPropertyName(node)) return expr(c, node.expression);
  return { k: 'lit', v: plainName(node), at: spanOf(c, node) };
}
