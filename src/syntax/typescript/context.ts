import type { ts } from 'ts-morph';
import type { Expr, Name, Other, Span, Stmt } from '../../facts/code.js';
import type { Problem } from '../../facts/file.js';
import { makeSpan } from '../../facts/span.js';

/** Nested deeper than this, an expression or statement is left out and said to be. */
const MAX_DEPTH = 400;
/** Longer than this, a chain (`a.b().c()`, `a + b + c`, `else if`) goes on flat: whoever walks the facts may recurse. */
export const MAX_CHAIN = 1000;

/** What converting one file carries around. */
export interface Context {
  readonly text: string;
  readonly file: ts.SourceFile;
  readonly problems: Problem[];
  depth: number;
  /** What is read is set in a function: its comments are about the code. */
  isInFunction: boolean;
  /** Class expressions of the statement being read: each becomes a statement before it. */
  hoisted: Stmt[];
  saidTooDeep: boolean;
}

/** The offset of a node's first token. Most follow a blank or nothing, which needs no scan. */
export function startOf(c: Context, node: ts.Node): number {
  const { pos } = node;
  let code = c.text.charCodeAt(pos);
  if (code === 32 && pos + 1 < node.end) {
    code = c.text.charCodeAt(pos + 1);
    if (code > 32 && code < 127 && code !== 47 && code !== 60 && code !== 62) return pos + 1;
  } else if (code > 64 && code < 123) return pos;
  return node.getStart(c.file);
}

export function spanOf(c: Context, node: ts.Node): Span {
  return makeSpan(startOf(c, node), node.end);
}

export function nameAt(id: string, at: Span): Name {
  return { k: 'name', id, at };
}

export function other(parts: readonly Expr[], at: Span): Other {
  return { k: 'other', parts, at };
}

/** Runs `read` one level deeper, or `instead` when that is too deep. */
export function deeper<T>(c: Context, node: ts.Node, read: () => T, instead: () => T): T {
  if (c.depth >= MAX_DEPTH) {
    sayTooDeep(c, spanOf(c, node));
    return instead();
  }
  c.depth++;
  const result = read();
  c.depth--;
  return result;
}

/** Reads what stands in a function, or in a class inside of one. */
export function within<T>(c: Context, isFunction: boolean, read: () => T): T {
  const { isInFunction } = c;
  c.isInFunction = isFunction;
  const result = read();
  c.isInFunction = isInFunction;
  return result;
}

/** One problem per file, however many places are too deep. */
export function sayTooDeep(c: Context, at: Span): void {
  if (c.saidTooDeep) return;
  c.saidTooDeep = true;
  c.problems.push({ kind: 'syntax', message: 'nested too deeply to be read completely', at });
}
