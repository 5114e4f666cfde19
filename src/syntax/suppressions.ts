import type { Suppression } from '../facts/file.js';
import { spanStart } from '../facts/span.js';
import type { Comment } from './source.js';

/** What stands in backticks or quotes is spoken of, not meant: a docstring that shows how to suppress suppresses nothing. */
const FORM = /(?<![`'"](?:#|\/\/|--)? ?)schemalint:\s*(ignore(?:-file)?)\s*\[([^\]]*)\]\s*(?:--?\s*(.*\S))?/;

/** The suppressions among a file's comments. A comment that names no rule suppresses nothing. */
export function suppressionsOf(comments: readonly Comment[], text: string): readonly Suppression[] {
  const found: Suppression[] = [];
  for (const comment of comments) {
    const match = FORM.exec(comment.text);
    if (!match) continue;
    found.push({
      rules: match[2]!.split(',').map((rule) => rule.trim()).filter(Boolean), reason: match[3] ?? null,
      line: lineOf(text, spanStart(comment.at)), at: comment.at, alone: comment.alone, wholeFile: match[1] === 'ignore-file',
    });
  }
  return found;
}

/** The line of an offset, from 1. */
function lineOf(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line++;
  return line;
}
