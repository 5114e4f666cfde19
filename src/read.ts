/** Every file's facts: from the store where it has them, else extracted. Parsers are loaded for what is missing alone. */
import type { SourceFile } from './analyse.js';
import { languageOf, loadExtract, textFacts, type Extract } from './extract.js';
import type { FileFacts } from './facts/file.js';
import { factsKey, type Depth, type FactsStore, type Kept } from './facts/store.js';
import { blobId } from './workspace/blob-id.js';
import { decode, looksMinified } from './workspace/text.js';

/** The facts by path, in the order of paths; binary files have none. `onDone` hears how many files of how many are read. */
export async function readFacts(files: readonly SourceFile[], depthOf: (path: string) => Depth, store: FactsStore, onDone: (done: number, total: number) => void = () => {}): Promise<Map<string, FileFacts>> {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  const kept = new Map<string, Kept>();
  const missing: { readonly path: string; readonly key: string; read(): Uint8Array }[] = [];
  const keyOf = keyer(depthOf);
  for (const file of sorted) {
    const { key, read } = keyOf(file);
    const known = store.get(key);
    if (known !== undefined) kept.set(file.path, known);
    else missing.push({ path: file.path, key, read });
  }
  const extract = await loadExtract(new Set(missing.filter(({ path }) => depthOf(path) === 'facts').map(({ path }) => languageOf(path))));
  let done = kept.size;
  for (const { path, key, read } of missing) {
    onDone(done++, sorted.length);
    const made = factsOf(path, read(), depthOf(path), extract);
    store.put(key, made);
    kept.set(path, made);
  }
  return new Map(sorted.flatMap(({ path }) => { const facts = kept.get(path); return facts ? [[path, facts] as const] : []; }));
}

/** Bytes of files that are read for their key and kept until they are extracted, so that most files are read once. */
const HELD_LIMIT = 64 << 20;

/** Answers a file's key, and how its bytes are had. */
function keyer(depthOf: (path: string) => Depth): (file: SourceFile) => { readonly key: string; read(): Uint8Array } {
  let held = 0;
  return (file) => {
    const depth = depthOf(file.path);
    if (file.id !== undefined) return { key: factsKey(file.id, file.path, depth), read: () => file.read() };
    const bytes = file.read();
    const key = factsKey(blobId(bytes), file.path, depth);
    held += bytes.length;
    return { key, read: held <= HELD_LIMIT ? () => bytes : () => file.read() };
  };
}

function factsOf(path: string, bytes: Uint8Array, depth: Depth, extract: Extract): Kept {
  const decoded = decode(bytes);
  if (decoded.isBinary) return null;
  const made = depth === 'words' || (languageOf(path) === 'typescript' && looksMinified(decoded.text)) ? textFacts(path, decoded.text) : extract(path, decoded.text);
  return decoded.problems.length ? { ...made, problems: [...decoded.problems, ...made.problems] } : made;
}
