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
  const [starts, ends] = [new Map<number, number>(), new Map<number, number>()];
  try {
    return isSame(factsBefore, factsAfter, starts, ends) ? movedBy(starts, ends) : null;
  } catch (error) {
    // Code nested beyond the stack is not compared.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

const telling = (words: readonly string[] = [], isTelling: (word: string) => boolean): string => words.filter(isTelling).join(' ');

/** The keys of facts that hold spans. */
const SPANS = new Set(['at', 'range', 'extent']);

/** Whether two facts are equal but for spans, whose ends are noted. */
function isSame(before: unknown, after: unknown, starts: Map<number, number>, ends: Map<number, number>): boolean {
  if (typeof before !== 'object' || typeof after !== 'object' || before === null || after === null) return before === after;
  if (Array.isArray(before) || Array.isArray(after)) return Array.isArray(before) && Array.isArray(after) && before.length === after.length && before.every((item, index) => isSame(item, after[index], starts, ends));
  const [one, other] = [before as Readonly<Record<string, unknown>>, after as Readonly<Record<string, unknown>>];
  for (const key in other) if (other[key] !== undefined && one[key] === undefined) return false;
  for (const key in one) {
    if (one[key] === undefined) continue;
    if (!SPANS.has(key)) { if (!isSame(one[key], other[key], starts, ends)) return false; continue; }
    if (!isSpan(one[key]) || !isSpan(other[key])) return false;
    if (!note(starts, one[key][0], other[key][0]) || !note(ends, one[key][1], other[key][1])) return false;
  }
  return true;
}

function isSpan(value: unknown): value is readonly [number, number] {
  return Array.isArray(value) && value.length === 2 && typeof value[0] === 'number' && typeof value[1] === 'number';
}

/** False for an offset that went to two places. */
function note(moves: Map<number, number>, from: number, to: number): boolean {
  const known = moves.get(from);
  if (known === undefined) moves.set(from, to);
  return known === undefined || known === to;
}

/** What lies between two offsets that moved alike moved with them. Null where things changed places. */
function movedBy(starts: ReadonlyMap<number, number>, ends: ReadonlyMap<number, number>): Moved | null {
  const known = [...starts, ...ends].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  if (known.some(([, to], index) => index > 0 && to < known[index - 1]![1])) return null;
  const between = (offset: number): number | null => {
    let low = 0;
    for (let high = known.length; low < high; ) {
      const middle = (low + high) >> 1;
      if (known[middle]![0] < offset) low = middle + 1;
      else high = middle;
    }
    const [left, right] = [known[low - 1], known[low]];
    return left && right && right[0] - left[0] === right[1] - left[1] ? offset + left[1] - left[0] : null;
  };
  return ([from, to]) => {
    // A place that stands for the whole file.
    if (from === 0 && to <= 1) return [from, to];
    const [start, end] = [starts.get(from) ?? between(from), ends.get(to) ?? between(to)];
    return start === null || end === null ? null : [start, end];
  };
}
