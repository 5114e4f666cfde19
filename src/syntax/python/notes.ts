import type { Note, Span } from '../../facts/code.js';
import { makeSpan, spanEnd, spanStart, textAt } from '../../facts/span.js';
import type { Comment } from '../source.js';

/** Finds the comments that belong to a piece of code. */
export interface Notes {
  /** `header` spans a compound statement from its name to its colon: there stands its trailing comment. */
  of(at: Span, header?: Span): Note | undefined;
}

const NONE: Notes = { of: () => undefined };

export function readComments(text: string, spans: readonly Span[]): Comment[] {
  return spans.map((span) => {
    const start = spanStart(span);
    const written = textAt(text, span).trimEnd();
    return {
      text: written.replace(/^#+[:!]?/, '').trim(),
      at: makeSpan(start, start + written.length),
      alone: text.slice(lineStart(text, start), start).trim() === '',
    };
  });
}

/** Indexes a file's comments, in order, by line. */
export function indexNotes(text: string, comments: readonly Comment[]): Notes {
  if (comments.length === 0) return NONE;
  const starts = lineStarts(text);
  const alone = new Map<number, Comment>();
  const trailing = new Map<number, Comment>();
  for (const comment of comments) (comment.alone ? alone : trailing).set(lineOf(starts, spanStart(comment.at)), comment);

  /** At the end of the last line, or of the first one, where it stands inside behind an opening bracket. */
  function trail(at: Span, isHeader: boolean): string | undefined {
    const [start, end] = [spanStart(at), spanEnd(at)];
    const lastLine = lineOf(starts, end), firstLine = lineOf(starts, start);
    const last = trailing.get(lastLine);
    // Of several statements in a line the last one has the comment; a header has it even when its body is on the same line.
    if (last && spanStart(last.at) >= end && (isHeader || /^[\s;,\\]*$/.test(text.slice(end, spanStart(last.at))))) return last.text;
    const first = firstLine === lastLine ? undefined : trailing.get(firstLine);
    return first && spanStart(first.at) > start ? first.text : undefined;
  }

  /** Only a block at the same indentation: a deeper one closes the block before. */
  function lead(start: number): string | undefined {
    const line = lineOf(starts, start);
    const first = alone.get(line - 1);
    if (!first || text.slice(starts[line], start).trim() !== '') return undefined;
    const column = start - starts[line];
    const lines: string[] = [];
    for (let above = line - 1; ; above--) {
      const comment = alone.get(above);
      if (!comment || spanStart(comment.at) - starts[above] !== column) break;
      lines.unshift(comment.text);
    }
    return lines.length > 0 ? lines.join('\n') : undefined;
  }

  return {
    of(at, header) {
      const above = lead(spanStart(at));
      const behind = trail(header ?? at, header !== undefined);
      if (above === undefined && behind === undefined) return undefined;
      return { ...(above !== undefined && { lead: above }), ...(behind !== undefined && { trail: behind }) };
    },
  };
}

function lineStart(text: string, at: number): number {
  const start = text.lastIndexOf('\n', at - 1) + 1;
  return start === 0 && text.charCodeAt(0) === 0xfeff ? 1 : start;
}

function lineStarts(text: string): number[] {
  const starts = [text.charCodeAt(0) === 0xfeff ? 1 : 0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

function lineOf(starts: readonly number[], at: number): number {
  let low = 0, high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle] <= at) low = middle; else high = middle - 1;
  }
  return low;
}
