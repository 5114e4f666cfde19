/** Parts of code that do not run together: alternatives, as the arms of an `if` are, and loops that stand one after the other. */
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

/** Answers whether two offsets of one file stand in two loops, neither of which has the other in it: what the one goes through is not what the other does. */
export function loopsApartIn(code: readonly Stmt[]): (a: number, b: number) => boolean {
  const loops: Span[] = [];
  walk(code, (node) => {
    if (node.k === 'loop' && node.body.length > 0) loops.push(makeSpan(startOf(node.body[0]!), endOf(node.body[node.body.length - 1]!)));
  });
  const isIn = (loop: Span, offset: number) => spanStart(loop) <= offset && offset < spanEnd(loop);
  return (a, b) => loops.some((loop) => isIn(loop, a) && !isIn(loop, b)) && loops.some((loop) => isIn(loop, b) && !isIn(loop, a));
}
