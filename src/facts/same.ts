/** Whether two versions of a file say the same, and where what the one says stands in the other. */
import type { FileFacts } from './file.js';

/** A span of the earlier version in the later one; null where nothing tells. */
export type Moved = (at: readonly [number, number]) => readonly [number, number] | null;

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

/** Where the spans of facts went, by `start:end`, and their offsets: null for one that went to two places, as the end of a call that is also the end of its function. */
interface Moves { readonly spans: Map<string, readonly [number, number]>; readonly offsets: Map<number, number | null> }

const telling = (words: readonly string[] = [], isTelling: (word: string) => boolean): string => words.filter(isTelling).join(' ');

/** The keys of facts that hold spans. */
const SPANS = new Set(['at', 'range', 'extent']);

/** Whether two facts are equal but for spans, whose moves are noted. */
function isSame(before: unknown, after: unknown, moves: Moves): boolean {
  if (typeof before !== 'object' || typeof after !== 'object' || before === null || after === null) return before === after;
  if (Array.isArray(before) || Array.isArray(after)) return Array.isArray(before) && Array.isArray(after) && before.length === after.length && before.every((item, index) => isSame(item, after[index], moves));
  const [one, other] = [before as Readonly<Record<string, unknown>>, after as Readonly<Record<string, unknown>>];
  for (const key in other) if (other[key] !== undefined && one[key] === undefined) return false;
  for (const key in one) {
    if (one[key] === undefined) continue;
    if (!SPANS.has(key)) { if (!isSame(one[key], other[key], moves)) return false; continue; }
    if (!isSpan(one[key]) || !isSpan(other[key])) return false;
    if (!note(moves, one[key], other[key])) return false;
  }
  return true;
}

function isSpan(value: unknown): value is readonly [number, number] {
  return Array.isArray(value) && value.length === 2 && typeof value[0] === 'number' && typeof value[1] === 'number';
}

/** False for a span that went to two places. */
function note({ spans, offsets }: Moves, from: readonly [number, number], to: readonly [number, number]): boolean {
  const key = from.join(':');
  const known = spans.get(key);
  if (known) return known[0] === to[0] && known[1] === to[1];
  spans.set(key, to);
  for (const end of [0, 1] as const) {
    const other = offsets.get(from[end]);
    offsets.set(from[end], other === undefined || other === to[end] ? to[end] : null);
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
    const whole = spans.get(at.join(':'));
    // A place that stands for the whole file.
    if (whole || (at[0] === 0 && at[1] <= 1)) return whole ?? at;
    const [start, end] = [move(at[0]), move(at[1])];
    return start === null || end === null ? null : [start, end];
  };
}
