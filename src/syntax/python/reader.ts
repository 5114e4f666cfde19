import type { Expr, Name, Other, Span } from '../../facts/code.js';
import type { Problem } from '../../facts/file.js';
import { makeSpan } from '../../facts/span.js';
import type { Notes } from './notes.js';
import type { FlatTree } from './tree.js';

/** What the conversion of one tree carries along. */
export interface Reader {
  readonly text: string;
  readonly tree: FlatTree;
  readonly notes: Notes;
  readonly problems: Problem[];
  /** Levels of nesting above the node at hand. */
  depth: number;
  /** What is read is set in a function: its comments are about the code. */
  isInFunction: boolean;
}

/**
 * Levels of nesting that facts may have. Whoever reads them recurses, JSON.stringify included, so a
 * deeper place is cut off with a problem rather than handed on. Hand-written code stays far below.
 */
export const MAX_DEPTH = 400;

/** Links of a chain (`a + b + …`, `elif …`) that nest in each other; a longer one is arranged flatter. */
export const MAX_CHAIN = 100;

export function spanOf(reader: Reader, node: number): Span {
  return makeSpan(reader.tree.start[node], reader.tree.end[node]);
}

export function textOf(reader: Reader, node: number): string {
  return reader.text.slice(reader.tree.start[node], reader.tree.end[node]);
}

export function nameOf(reader: Reader, node: number): Name {
  return { k: 'name', id: textOf(reader, node), at: spanOf(reader, node) };
}

export function other(at: Span, parts: readonly Expr[] = []): Other {
  return { k: 'other', parts, at };
}

/** Records once per file that something nests too deeply. */
export function tooDeep(reader: Reader, node: number): void {
  const message = 'Python code nested too deeply';
  if (reader.problems.some((problem) => problem.message === message)) return;
  const at = reader.tree.start[node];
  reader.problems.push({ kind: 'syntax', message, at: makeSpan(at, Math.min(at + 1, reader.text.length)) });
}
