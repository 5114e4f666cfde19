import type { ts } from 'ts-morph';
import type { Expr, Span, Template, TemplateText } from '../../facts/code.js';
import { makeSpan, spanEnd, spanStart } from '../../facts/span.js';
import { compiler } from './compiler.js';
import { spanOf, startOf, type Context } from './context.js';
import { expr } from './expressions.js';

type Part = TemplateText | Expr;

/** A template literal: plain text is a Literal, unless a tag makes a Template of it. */
export function template(c: Context, node: ts.TemplateLiteral, tag?: Expr, at: Span = spanOf(c, node)): Expr {
  if (compiler.isNoSubstitutionTemplateLiteral(node)) {
    if (!tag) return { k: 'lit', v: node.text, at };
    const start = startOf(c, node);
    return { k: 'tpl', parts: text(node.text, start + 1, node.end - 1), tag, at };
  }
  const parts: Part[] = text(node.head.text, startOf(c, node.head) + 1, node.head.end - 2);
  for (const span of node.templateSpans) {
    parts.push(expr(c, span.expression));
    const closing = span.literal.kind === compiler.SyntaxKind.TemplateTail ? 1 : 2;
    parts.push(...text(span.literal.text, startOf(c, span.literal) + 1, span.literal.end - closing));
  }
  return { k: 'tpl', parts, ...(tag && { tag }), at };
}

/** Whether adding to it makes a string for certain. */
export function isText(e: Expr): boolean {
  return (e.k === 'lit' && typeof e.v === 'string') || (e.k === 'tpl' && !e.tag);
}

/** `left + right` where one of them is text: one Template of all the parts. It takes over the left one's, so that long sums stay linear. */
export function concatenation(left: Expr, right: Expr, at: Span): Template {
  const parts = partsOf(left);
  for (const part of partsOf(right)) parts.push(part);
  return { k: 'tpl', parts, at };
}

function partsOf(e: Expr): Part[] {
  if (e.k === 'tpl' && !e.tag) return e.parts as Part[];
  if (e.k === 'lit' && typeof e.v === 'string') return text(e.v, spanStart(e.at) + 1, spanEnd(e.at) - 1);
  return [e];
}

function text(v: string, start: number, end: number): Part[] {
  return end > start ? [{ k: 'text', v, at: makeSpan(start, end) }] : [];
}
