import type { CompClause, Expr } from '../../facts/code.js';
import { expr, oneOrTuple } from './expressions.js';
import { other, spanOf, type Reader } from './reader.js';
import { kids } from './tree.js';

/** `[value for target in iter if test]` of any bracket; a dictionary's has a key. */
export function comprehension(reader: Reader, node: number): Expr {
  const [body, ...rest] = kids(reader.tree, node);
  if (body === undefined) return other(spanOf(reader, node));
  const pair = reader.tree.kind[body] === 'pair' ? kids(reader.tree, body) : [];
  const clauses: (CompClause & { ifs: Expr[] })[] = [];
  for (const clause of rest) {
    const inside = kids(reader.tree, clause);
    if (reader.tree.kind[clause] === 'if_clause') {
      for (const test of inside) clauses.at(-1)?.ifs.push(expr(reader, test));
    } else if (inside.length > 1) {
      clauses.push({ target: expr(reader, inside[0]), iter: oneOrTuple(reader, inside.slice(1)), ifs: [] });
    }
  }
  return {
    k: 'comp',
    ...(pair.length === 2 && { key: expr(reader, pair[0]) }),
    value: expr(reader, pair.length === 2 ? pair[1] : body),
    clauses,
    at: spanOf(reader, node),
  };
}
