import type { Note, Span } from '../../facts/code.js';
import type { Comment } from '../source.js';

/** Finds the comments that belong to a piece of code. */
export interface Notes {
  /** `header` is where the first part of a compound statement ends: its comment is a trailing one too. */
  of(at: Span, header?: number): Note | undefined;
}

const NONE: Notes = { of: () => undefined };

export function readComments(text: string, spans: readonly Span[]): Comment[] {
  return spans.map((at) => ({
    text: text.slice(at[0], at[1]).replace(/^#+[:!]?/, '').trim(),
    at,
    alone: text.slice(lineStart(text, at[0]), at[0]).trim() === '',
  }));
}

/** Indexes a file's comments, in order, by line. */
export function indexNotes(text: string, comments: readonly Comment[]): Notes {
  if (comments.length === 0) return NONE;
  const starts = lineStarts(text);
  const alone = new Map<number, Comment>();
  const trailing = new Map<number, Comment>();
  for (const comment of comments) (comment.alone ? alone : trailing).set(lineOf(starts, comment.at[0]), comment);

  /** The comment after `end` on its line when nothing but separators stands between. */
  function after(end: number): string | undefined {
    const comment = trailing.get(lineOf(starts, end));
    if (!comment || comment.at[0] < end) return undefined;
    return /^[\s;,:\\]*$/.test(text.slice(end, comment.at[0])) ? comment.text : undefined;
  }

  function trail([start, end]: Span, header?: number): string | undefined {
    const found = after(end) ?? (header === undefined ? undefined : after(header));
    if (found !== undefined) return found;
    const line = lineOf(starts, start);
    const comment = trailing.get(line);
    // The first line of something longer: the comment stands inside of it, behind its opening bracket.
    return comment && comment.at[0] > start && comment.at[0] < end && line !== lineOf(starts, end) ? comment.text : undefined;
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
      if (!comment || comment.at[0] - starts[above] !== column) break;
      lines.unshift(comment.text);
    }
    return lines.length > 0 ? lines.join('\n') : undefined;
  }

  return {
    of(at, header) {
      const above = lead(at[0]);
      const behind = trail(at, header);
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
