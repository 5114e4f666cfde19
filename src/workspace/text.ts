import type { Problem } from '../facts/file.js';
import { makeSpan } from '../facts/span.js';

/** The text of a file and what was wrong with its bytes. */
export interface Decoded { readonly text: string; readonly problems: readonly Problem[]; readonly isBinary: boolean }

/**
 * Decodes a file: UTF-8, UTF-16 with a byte order mark, else Latin-1 with a problem that says so. The byte order mark
 * goes. A NUL among the first bytes makes it binary: no text, no problem.
 */
export function decode(bytes: Uint8Array): Decoded {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return { text: new TextDecoder('utf-16le').decode(bytes), problems: [], isBinary: false };
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return { text: new TextDecoder('utf-16be').decode(bytes), problems: [], isBinary: false };
  if (bytes.subarray(0, 8000).includes(0)) return { text: '', problems: [], isBinary: true };
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), problems: [], isBinary: false };
  } catch {
    const text = new TextDecoder('latin1').decode(bytes);
    const at = text.search(/[^\x00-\x7f]/);
    const problem: Problem = { kind: 'encoding', message: 'The file is not UTF-8; it was read as Latin-1', at: makeSpan(Math.max(0, at), Math.max(0, at) + 1) };
    return { text, problems: [problem], isBinary: false };
  }
}

/** Whether a file is minified: lines far longer than anyone writes. */
export function looksMinified(text: string): boolean {
  if (text.length < 5000) return false;
  let lines = 1;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines++;
  return text.length / lines > 500;
}
