import type { ts } from 'ts-morph';
import type { Arg, Expr } from '../../facts/code.js';
import { makeSpan } from '../../facts/span.js';
import { compiler } from './compiler.js';
import { nameAt, spanOf, type Context } from './context.js';
import { expr } from './expressions.js';

/** JSX as a call of its tag: attributes are named arguments, children plain ones. A fragment is a call of `Fragment`. */
export function jsx(c: Context, node: ts.JsxElement | ts.JsxSelfClosingElement | ts.JsxFragment): Expr {
  const at = spanOf(c, node);
  if (compiler.isJsxFragment(node))
    return { k: 'call', fn: nameAt('Fragment', spanOf(c, node.openingFragment)), args: children(c, node.children), at, jsx: true };
  const opening = compiler.isJsxElement(node) ? node.openingElement : node;
  const args = opening.attributes.properties.map((a) => attribute(c, a));
  if (compiler.isJsxElement(node)) args.push(...children(c, node.children));
  return { k: 'call', fn: tag(c, opening.tagName), args, at, jsx: true };
}

function tag(c: Context, node: ts.JsxTagNameExpression): Expr {
  return compiler.isJsxNamespacedName(node) ? nameAt(`${node.namespace.text}:${node.name.text}`, spanOf(c, node)) : expr(c, node);
}

function attribute(c: Context, node: ts.JsxAttributeLike): Arg {
  if (compiler.isJsxSpreadAttribute(node)) return { value: expr(c, node.expression), spread: '**' };
  const at = spanOf(c, node.name);
  const name = compiler.isIdentifier(node.name) ? node.name.text : `${node.name.namespace.text}:${node.name.name.text}`;
  const value = node.initializer && child(c, node.initializer);
  return { name, at, value: value?.value ?? { k: 'lit', v: true, at } };
}

function children(c: Context, nodes: readonly ts.JsxChild[]): Arg[] {
  return nodes.flatMap((node) => child(c, node) ?? []);
}

/** An attribute's or element's content; undefined for blank text and for `{}`. */
function child(c: Context, node: ts.JsxChild | ts.JsxAttributeValue): Arg | undefined {
  if (compiler.isJsxExpression(node)) {
    if (!node.expression) return undefined;
    return { value: expr(c, node.expression), ...(node.dotDotDotToken && { spread: '*' as const }) };
  }
  if (!compiler.isJsxText(node)) return { value: expr(c, node) };
  const v = node.text.trim();
  if (v === '') return undefined;
  const start = node.pos + node.text.indexOf(v);
  return { value: { k: 'lit', v, at: makeSpan(start, start + v.length) } };
}
