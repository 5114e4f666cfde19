import type { Location, Locate } from './finding.js';
import { spanEnd, spanStart } from '../facts/span.js';

/**
 * Turns places into lines and columns, which count from 1, columns in UTF-16 units. `text` gives the text of a path;
 * `prefix` is put before every path (the analysed root inside the repository, with a final `/`, or nothing).
 */
export function makeLocate(text: (path: string) => string, prefix = ''): Locate {
  const starts = new Map<string, readonly number[]>();
  const startsOf = (path: string) => {
    let known = starts.get(path);
    if (!known) starts.set(path, (known = lineStarts(text(path))));
    return known;
  };
  return ({ path, at }): Location => {
    const [from, to] = [spanStart(at), spanEnd(at)];
    const lines = startsOf(path);
    const start = position(lines, from);
    const end = position(lines, Math.max(from, to));
    return { path: prefix + path, startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column };
  };
}

/** The offset at which each line starts. */
export function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/** The line and column of an offset, by the offsets at which lines start. */
export function position(starts: readonly number[], offset: number): { readonly line: number; readonly column: number } {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle] <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: offset - starts[low] + 1 };
}
