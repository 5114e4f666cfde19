import type { Span } from '../../facts/code.js';
import { makeSpan } from '../../facts/span.js';

/** Far above what people and generators of code write, far below what the parser's stack holds. */
const MAX_BRACKETS = 250;
const TOKEN = /\/\/[^\n]*|\/\*[^]*?\*\/|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|[([{]|[)\]}]/g;

/** What lies inside more brackets than the parser should meet. Approximate (templates and regular expressions are not told apart), as a last resort may be. */
export function deepSpans(text: string): Span[] {
  const spans: Span[] = [];
  let depth = 0;
  let start = 0;
  for (const match of text.matchAll(TOKEN)) {
    const token = match[0];
    if (token.length > 1) continue;
    if ('([{'.includes(token)) {
      if (++depth === MAX_BRACKETS) start = match.index + 1;
    } else {
      if (depth === MAX_BRACKETS) spans.push(makeSpan(start, match.index));
      depth = Math.max(0, depth - 1);
    }
  }
  if (depth >= MAX_BRACKETS) spans.push(makeSpan(start, text.length));
  return spans;
}
