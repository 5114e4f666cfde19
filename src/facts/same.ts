/** Whether two versions of a file say the same, and where what the one says stands in the other. */
import type { FileFacts } from './file.js';
import { makeSpan, spanEnd, spanStart, type Span } from './span.js';

/** A span of the earlier version in the later one; null where nothing tells. */
export type Moved = (at: Span) => Span | null;

/**
 * Compares the facts of a file with those of a later version of it: equal but for the places of things, as comments, line breaks and
 * formatting leave them. `isTelling` says which words of a file that is read for its words count. Null where the versions differ, or where
 * lines matter: a suppression stands for the line below it.
 */
export function sameFacts(before: FileFacts, after: FileFacts, isTelling: (word: string) => boolean): Moved | null {
  if (before.suppressions.length + after.suppressions.length > 0) return null;
  const { words: wordsBefore, ...factsBefore } = before;
  const { words: wordsAfter, ...factsAfter } = after;
  if ((wordsBefore === undefined) !== (wordsAfter === undefined) || telling(wordsBefore, isTelling) !== telling(wordsAfter, isTelling)) return null;
  const moves: Moves = { spans: new Map(), offsets: new Map() };
  try {
    return isSame(factsBefore, factsAfter, moves) ? movedBy(moves) : null;
  } catch (error) {
    // Code nested beyond the stack is not compared.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** Where the spans of facts went, and their offsets: null for one that went to two places, as the end of a call that is also the end of its function. */
interface Moves { readonly spans: Map<Span, Span>; readonly offsets: Map<number, number | null> }

const telling = (words: readonly string[] = [], isTelling: (word: string) => boolean): string => words.filter(isTelling).join(' ');

/** The keys of facts that hold spans. */
const SPANS = new Set(['at', 'range', 'extent']);

/** Whether two facts are equal but for spans, whose moves are noted. */
function isSame(before: unknown, after: unknown, moves: Moves): boolean {
  if (typeof before !== 'object' || typeof after !== 'object' || before === null || after === null) return before === after;
  if (Array.isArray(before) || Array.isArray(after))
    return Array.isArray(before) && Array.isArray(after) && before.length === after.length && before.every((item, index) => isSame(item, after[index], moves));
  const [one, other] = [before as Readonly<Record<string, unknown>>, after as Readonly<Record<string, unknown>>];
  for (const key in other) if (other[key] !== undefined && one[key] === undefined) return false;
  for (const key in one) {
    if (one[key] === undefined) continue;
    if (!SPANS.has(key) || typeof one[key] !== 'number' || typeof other[key] !== 'number') { if (!isSame(one[key], other[key], moves)) return false; continue; }
    if (!note(moves, one[key] as Span, other[key] as Span)) return false;
  }
  return true;
}

/** False for a span that went to two places. */
function note({ spans, offsets }: Moves, from: Span, to: Span): boolean {
  const known = spans.get(from);
  if (known !== undefined) return known === to;
  spans.set(from, to);
  for (const end of [spanStart, spanEnd]) {
    const other = offsets.get(end(from));
    offsets.set(end(from), other === undefined || other === end(to) ? end(to) : null);
  }
  return true;
}

/** Of a span that no fact has, each end moved as what stands around it, where that moved alike. Null where things changed places. */
function movedBy({ spans, offsets }: Moves): Moved | null {
  const known = [...offsets].filter((each): each is [number, number] => each[1] !== null).sort((a, b) => a[0] - b[0]);
  if (known.some(([, to], index) => index > 0 && to < known[index - 1]![1])) return null;
  const move = (offset: number): number | null => {
    let low = 0;
    for (let high = known.length; low < high; ) {
      const middle = (low + high) >> 1;
      if (known[middle]![0] < offset) low = middle + 1;
      else high = middle;
    }
    const [left, right] = [known[low - 1], known[low]];
    if (right?.[0] === offset) return right[1];
    return left && right && right[0] - left[0] === right[1] - left[1] ? offset + left[1] - left[0] : null;
  };
  return (at) => {
    const whole = spans.get(at);
    // A place that stands for the whole file.
    if (whole || (spanStart(at) === 0 && spanEnd(at) <= 1)) return whole ?? at;
    const [start, end] = [move(spanStart(at)), move(spanEnd(at))];
    return start === null || end === null ? null : makeSpan(start, end);
  };
}
