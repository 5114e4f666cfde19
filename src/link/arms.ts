/** Alternatives: code of which only one part runs, as the arms of an `if` do. */
import type { Span, Stmt } from '../facts/code.js';
import { endOf, startOf } from './spans.js';
import { walk } from '../facts/walk.js';
import { makeSpan, spanEnd, spanStart } from '../facts/span.js';

interface Arm { readonly at: Span; readonly of: number; readonly side: 'then' | 'else' }

/** Answers whether two offsets of one file stand in different arms of one `if`, so that never both are reached in one pass. */
export function exclusiveIn(code: readonly Stmt[]): (a: number, b: number) => boolean {
  const arms: Arm[] = [];
  walk(code, (node) => {
    if (node.k === 'if') for (const side of ['then', 'else'] as const) {
      const body = node[side];
      if (body.length > 0) arms.push({ at: makeSpan(startOf(body[0]!), endOf(body[body.length - 1]!)), of: spanStart(node.at), side });
    }
  });
  const around = (offset: number) => arms.filter(({ at }) => spanStart(at) <= offset && offset < spanEnd(at));
  return (a, b) => {
    const others = around(b);
    return around(a).some((arm) => others.some((other) => other.of === arm.of && other.side !== arm.side));
  };
}
