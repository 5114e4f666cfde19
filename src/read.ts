/** Every file's facts: from the store where it has them, else extracted. Parsers are loaded for what is missing alone. */
import type { SourceFile } from './analyse.js';
import { loadFor, type Job } from './extract-file.js';
import type { FileFacts, Problem } from './facts/file.js';
import { factsKey, type Depth, type FactsStore, type Kept } from './facts/store.js';
import { startThreads, type Thread } from './threads.js';
import { blobId } from './workspace/blob-id.js';

/** A file that the store does not have. */
interface Missing { readonly path: string; readonly key: string; readonly depth: Depth; readonly size: number; read(): Uint8Array }
type OnDone = (done: number, total: number) => void;

/** The facts by path, in the order of paths; binary files have none. `onDone` hears how many files of how many are read. */
export async function readFacts(files: readonly SourceFile[], depthOf: (path: string) => Depth, store: FactsStore, onDone: OnDone = () => {}): Promise<Map<string, FileFacts>> {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  const kept = new Map<string, Kept>();
  const missing: Missing[] = [];
  const lookUp = reader(depthOf);
  for (const file of sorted) {
    const found = lookUp(file);
    const known = store.get(found.key);
    if (known !== undefined) kept.set(file.path, known);
    else missing.push(found);
  }
  let done = kept.size;
  await extractAll(missing, ({ path, key }, facts, isLost) => {
    onDone(done++, sorted.length);
    if (!isLost) store.put(key, facts);
    kept.set(path, facts);
  });
  return new Map(sorted.flatMap(({ path }) => { const facts = kept.get(path); return facts ? [[path, facts] as const] : []; }));
}

/** Bytes of files that are read for their key and kept until they are extracted, so that most files are read once. */
const HELD_LIMIT = 64 << 20;

/** Answers a file's key, and how its bytes are had. */
function reader(depthOf: (path: string) => Depth): (file: SourceFile) => Missing {
  let held = 0;
  return (file) => {
    const { path, id } = file;
    const depth = depthOf(path);
    if (id !== undefined) return { path, depth, key: factsKey(id, path, depth), size: 0, read: () => file.read() };
    const bytes = file.read();
    held += bytes.length;
    return { path, depth, key: factsKey(blobId(bytes), path, depth), size: bytes.length, read: held <= HELD_LIMIT ? () => bytes : () => file.read() };
  };
}

/** Files are handed to threads in batches of about this many bytes. */
const BATCH = 256 << 10;

/** Extracts on this thread and on as many others as are worth it; whoever is free takes the next batch. */
async function extractAll(missing: readonly Missing[], take: (file: Missing, facts: Kept, isLost: boolean) => void): Promise<void> {
  if (missing.length === 0) return;
  const threads = startThreads(missing.reduce((sum, { depth, size }) => sum + (depth === 'facts' ? size : size / 8), 0));
  const extract = await loadFor(missing);
  const batches = batchesOf(missing);
  let next = 0;
  const here = async (): Promise<void> => {
    for (let batch = batches[next++]; batch; batch = batches[next++]) {
      for (const file of batch) take(file, extract(jobOf(file)), false);
      // Lets what the other threads have sent come in, and signals.
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const there = async (thread: Thread): Promise<void> => {
    for (let batch = batches[next++]; batch; batch = batches[next++]) {
      const facts = await thread.extract(batch.map(jobOf));
      // What a thread was lost over would end this one as well.
      batch.forEach((file, index) => take(file, facts ? facts[index]! : lostFacts(), !facts));
      if (!facts) return;
    }
  };
  try {
    await Promise.all([here(), ...threads.map(there)]);
  } finally {
    for (const thread of threads) thread.close();
  }
}

function jobOf({ path, depth, read }: Missing): Job {
  return { path, depth, bytes: read() };
}

function batchesOf(missing: readonly Missing[]): readonly (readonly Missing[])[] {
  const batches: Missing[][] = [];
  let size = Infinity;
  for (const file of missing) {
    if (size > BATCH) { batches.push([]); size = 0; }
    batches[batches.length - 1]!.push(file);
    size += Math.max(file.size, 1 << 10);
  }
  return batches;
}

function lostFacts(): FileFacts {
  const problem: Problem = { kind: 'unreadable', message: 'The file could not be read: the thread that read it ran out of memory', at: [0, 0] };
  return { language: 'text', words: [], suppressions: [], problems: [problem] };
}
