import type { Expr, Stmt } from '../../facts/code.js';
import { makeSpan, spanEnd, spanStart } from '../../facts/span.js';
import { expr } from './expressions.js';
import { typeParams } from './functions.js';
import { spanOf, textOf, type Reader } from './reader.js';
import { kids } from './tree.js';

/** `type X[T] = value`. */
export function typeAlias(reader: Reader, node: number): Stmt[] {
  const { tree } = reader;
  const [left, right] = kids(tree, node);
  if (right === undefined) return [];
  const [inner = left] = kids(tree, left);
  const [name, params] = tree.kind[inner] === 'generic_type' ? kids(tree, inner) : [inner];
  const at = spanOf(reader, node);
  const value = expr(reader, right);
  if (tree.kind[name] !== 'identifier') {
    return [{ k: 'set', target: ofType(expr(reader, left), spanStart(at)), value, at }];
  }
  return [{ k: 'type', name: textOf(reader, name), params: params === undefined ? [] : typeParams(reader, params), value, at }];
}

/** The grammar takes `type(x).y = z` for an alias of the name `(x).y`: gives the call of `type` back. */
function ofType(target: Expr, start: number): Expr {
  switch (target.k) {
    case 'attr': return { ...target, of: ofType(target.of, start) };
    case 'item': return { ...target, of: ofType(target.of, start), at: makeSpan(start, spanEnd(target.at)) };
    case 'call': return { ...target, fn: ofType(target.fn, start), at: makeSpan(start, spanEnd(target.at)) };
    default: {
      const args = target.k === 'list' && target.tuple ? target.items : [target];
      const fn: Expr = { k: 'name', id: 'type', at: makeSpan(start, start + 'type'.length) };
      return { k: 'call', fn, args: args.map((value) => ({ value })), at: makeSpan(start, spanEnd(target.at) + 1) };
    }
  }
}
