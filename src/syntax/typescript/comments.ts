import type { ts } from 'ts-morph';
import type { Note, Span } from '../../facts/code.js';
import { makeSpan, spanEnd, spanStart } from '../../facts/span.js';
import type { Comment } from '../source.js';
import { compiler } from './compiler.js';
import { startOf, type Context } from './context.js';

const NEWLINE = 10, CARRIAGE = 13, SLASH = 47, STAR = 42;

/** The comments of a declaration, or nothing at all when it has none. */
export function noteOf(c: Context, node: ts.Node): { note?: Note } {
  const lead = leadOf(c, node);
  const trail = trailOf(c.text, node.end);
  if (lead === undefined && trail === undefined) return {};
  return { note: { ...(lead !== undefined && { lead }), ...(trail !== undefined && { trail }) } };
}

/**
 * The block of comments directly above `node` (or before it on its own line). What stands behind other
 * code belongs to that code; a blank line ends the block.
 */
function leadOf(c: Context, node: ts.Node): string | undefined {
  const { text } = c;
  const start = startOf(c, node);
  let from = node.pos === 0 && text.startsWith('#!') ? text.indexOf('\n') : node.pos;
  if (from < 0 || start - from < 4) return undefined;
  let block: string[] = [];
  let ownLine = from === 0;
  let newlines = 0;
  while (from < start) {
    const code = text.charCodeAt(from);
    if (code === SLASH) {
      if (newlines > 1) block = [];
      const end = commentEnd(text, from);
      block.push(bare(text.slice(from, end)));
      newlines = 0;
      from = end;
      continue;
    }
    if (code === NEWLINE) {
      if (!ownLine) block = [];
      ownLine = true;
      newlines++;
    }
    from++;
  }
  return newlines > 1 || block.length === 0 ? undefined : block.join('\n');
}

/** The comment that ends the line on which a declaration ends. */
function trailOf(text: string, end: number): string | undefined {
  let i = end;
  for (; ; i++) {
    const code = text.charCodeAt(i);
    if (code !== 32 && code !== 9 && code !== 44 && code !== 59) break;
  }
  if (text.charCodeAt(i) !== SLASH) return undefined;
  const next = text.charCodeAt(i + 1);
  if (next !== SLASH && next !== STAR) return undefined;
  const stop = commentEnd(text, i);
  return endsLine(text, stop) ? bare(text.slice(i, stop)) : undefined;
}

function endsLine(text: string, from: number): boolean {
  for (let i = from; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === NEWLINE || code === CARRIAGE) return true;
    if (code !== 32 && code !== 9) return false;
  }
  return true;
}

function commentEnd(text: string, from: number): number {
  if (text.charCodeAt(from + 1) === STAR) {
    const end = text.indexOf('*/', from + 2);
    return end < 0 ? text.length : end + 2;
  }
  let i = from;
  while (i < text.length && text.charCodeAt(i) !== NEWLINE && text.charCodeAt(i) !== CARRIAGE) i++;
  return i;
}

/** A comment's text without its marks. */
function bare(comment: string): string {
  if (comment.startsWith('//')) return comment.replace(/^\/+/, '').trim();
  const inner = comment.replace(/^\/\*+/, '').replace(/\*+\/$/, '');
  return inner.split(/\r?\n/).map((line) => line.replace(/^\s*\*?\s?/, '').trimEnd()).join('\n').trim();
}

/** Every comment of a file. Between what strings, templates, JSX text and regular expressions cover, `//` and `/*` begin nothing else. */
export function allComments(c: Context): Comment[] {
  const { text } = c;
  const comments: Comment[] = [];
  let from = text.startsWith('#!') ? Math.max(0, text.indexOf('\n')) : 0;
  for (const opaque of [...opaqueSpans(c), makeSpan(text.length, text.length)]) {
    const start = spanStart(opaque);
    while (from < start) {
      const slash = text.indexOf('/', from);
      if (slash < 0 || slash >= start) break;
      const next = text.charCodeAt(slash + 1);
      const stop = next === SLASH || next === STAR ? commentEnd(text, slash) : slash + 1;
      if (stop > slash + 1) comments.push({ text: bare(text.slice(slash, stop)), at: makeSpan(slash, stop), alone: standsAlone(text, slash, stop) });
      from = stop;
    }
    from = Math.max(from, spanEnd(opaque));
  }
  return comments;
}

function opaqueSpans(c: Context): Span[] {
  const spans: Span[] = [];
  const open: ts.Node[] = [c.file];
  for (let node = open.pop(); node; node = open.pop()) {
    if (isOpaque(node.kind)) spans.push(node.kind === compiler.SyntaxKind.JsxText ? makeSpan(node.pos, node.end) : makeSpan(node.getStart(c.file), node.end));
    else compiler.forEachChild(node, (child) => void open.push(child));
  }
  return spans.sort((a, b) => spanStart(a) - spanStart(b));
}

function isOpaque(kind: ts.SyntaxKind): boolean {
  const K = compiler.SyntaxKind;
  return kind === K.StringLiteral || kind === K.NoSubstitutionTemplateLiteral || kind === K.TemplateHead || kind === K.TemplateMiddle
    || kind === K.TemplateTail || kind === K.JsxText || kind === K.RegularExpressionLiteral;
}

/** Whether no code stands on the comment's line before it; the braces of `{/* … *\/}` in JSX are not code. */
function standsAlone(text: string, start: number, end: number): boolean {
  const before = text.slice(text.lastIndexOf('\n', start - 1) + 1, start).replace(/^\uFEFF/, '').trim();
  return before === '' || (before === '{' && text[end] === '}');
}
