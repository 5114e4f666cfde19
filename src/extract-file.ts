/** One file's bytes to its facts: decoded, and read as deep as it is asked for. */
import { languageOf, loadExtract, textFacts } from './extract.js';
import type { Language } from './facts/file.js';
import type { Depth, Kept } from './facts/store.js';
import { NO_SPAN } from './facts/span.js';
import { decode, looksMinified } from './workspace/text.js';

/** Code by its name, and no text. */
const BINARY: Kept = {
  language: 'text',
  words: [],
  suppressions: [],
  problems: [{ kind: 'unreadable', message: 'The file was not read: it holds bytes that are no text', at: NO_SPAN }],
};

/** Whether the bytes are packets of MPEG, whose files are called `.ts` as well. */
function isVideo(bytes: Uint8Array): boolean {
  return bytes[0] === 0x47 && bytes[188] === 0x47;
}

/** What extraction of one file needs. */
export interface Job { readonly path: string; readonly depth: Depth; readonly bytes: Uint8Array }

/** The extraction of these jobs, with the parsers that they need loaded. It never throws. */
export async function loadFor(jobs: readonly Pick<Job, 'path' | 'depth'>[]): Promise<(job: Job) => Kept> {
  const languages = new Set<Language>(jobs.filter(({ depth }) => depth === 'facts').map(({ path }) => languageOf(path)));
  const extract = await loadExtract(languages);
  return ({ path, depth, bytes }) => {
    const decoded = decode(bytes);
    if (decoded.isBinary) return depth === 'facts' && languageOf(path) !== 'text' && !isVideo(bytes) ? BINARY : null;
    const made =
      depth === 'words' || (languageOf(path) === 'typescript' && looksMinified(decoded.text)) ? textFacts(path, decoded.text) : extract(path, decoded.text);
    return decoded.problems.length ? { ...made, problems: [...decoded.problems, ...made.problems] } : made;
  };
}
