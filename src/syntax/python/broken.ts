import type { Span } from '../../facts/code.js';
import type { Problem } from '../../facts/file.js';
import { makeSpan, spanEnd, spanStart } from '../../facts/span.js';
import { kids, type FlatTree } from './tree.js';

/** A stretch of the file: the top-level nodes that were read well there, or none when it was not. */
export interface Piece { readonly at: Span; readonly nodes?: readonly number[] }

/** Splits a tree with errors into what was read well and what was not, in order and without gaps. */
export function split(tree: FlatTree, text: string): Piece[] {
  if (tree.kind[0] !== 'module') return [{ at: makeSpan(lineStart(text, 0), text.length) }];
  const pieces: Piece[] = [];
  let from = lineStart(text, 0);
  let good: number[] | undefined = [];
  for (const node of kids(tree, 0)) {
    const start = tree.start[node];
    const broken = isBroken(tree, node);
    if (broken && good) {
      const line = lineStart(text, start);
      pieces.push({ at: makeSpan(from, line), nodes: good });
      good = undefined;
      from = line;
    } else if (!broken && !good && lineStart(text, start) === start) {
      pieces.push({ at: makeSpan(from, start) });
      good = [];
      from = start;
    }
    // After an error the parser may pick up inside of what it was reading: such a rest is indented and stays broken.
    good?.push(node);
  }
  pieces.push({ at: makeSpan(from, text.length), nodes: good });
  return pieces;
}

/** A MISSING bracket has no place in the flat tree: it counts for the node right before it. */
function isBroken(tree: FlatTree, node: number): boolean {
  const next = tree.next[node];
  const error = tree.errors[firstError(tree, node)];
  return error !== undefined && (error.node < next || (error.node === next && spanStart(error.at) === tree.end[node]));
}

/** Errors are in order: a garbage file has as many as nodes, so they are searched in halves. */
function firstError(tree: FlatTree, node: number): number {
  let low = 0, high = tree.errors.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (tree.errors[middle].node < node) low = middle + 1; else high = middle;
  }
  return low;
}

const BOUNDARY = /^(?:@|[A-Za-z_])/;
const CONTINUES = /^(?:else|elif|except|finally|case)\b/;

/**
 * Cuts a stretch of text that could not be read. An unclosed parenthesis swallows the classes that
 * follow, so each chunk is to be parsed alone.
 *
 * The cuts are at each line that begins a top-level statement, never inside a triple-quoted string nor between a decorator and what it decorates.
 */
export function chunks(text: string, at: Span): Span[] {
  const [from, to] = [spanStart(at), spanEnd(at)];
  const found: Span[] = [];
  let start = from, quotes = 0, decorated = false, hasCode = false;
  for (let line = from; line < to;) {
    const end = nextLine(text, line, to);
    const content = text.slice(line, end);
    if (quotes % 2 === 0 && BOUNDARY.test(content) && !CONTINUES.test(content)) {
      if (hasCode && !decorated) { found.push(makeSpan(start, line)); start = line; }
      decorated = content.startsWith('@');
      hasCode = true;
    }
    quotes += content.match(/"""|'''/g)?.length ?? 0;
    line = end;
  }
  found.push(makeSpan(start, to));
  return found;
}

/** The first error of a chunk, cut to its first line and at least one character long. */
export function problemOf(tree: FlatTree, text: string): Problem | undefined {
  const [first] = tree.errors;
  if (!first) return undefined;
  let [start, end] = [spanStart(first.at), spanEnd(first.at)];
  while (start < end - 1 && /\s/.test(text[start])) start++;
  const line = text.slice(start, end).search(/[\r\n]/);
  if (line > 0) end = start + line;
  if (end <= start) {
    end = Math.min(start + 1, text.length);
    if (/[\r\n]/.test(text[start] ?? '\n')) { start = Math.max(start - 1, 0); end = start + 1; }
  }
  return { kind: 'syntax', message: 'Python syntax error', at: makeSpan(start, end) };
}

function lineStart(text: string, at: number): number {
  const start = at === 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1;
  return start === 0 && text.charCodeAt(0) === 0xfeff ? 1 : start;
}

function nextLine(text: string, at: number, to: number): number {
  const end = text.indexOf('\n', at);
  return end === -1 || end >= to ? to : end + 1;
}
