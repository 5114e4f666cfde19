/** Every file's facts: from the store where it has them, else extracted. Parsers are loaded for what is missing alone, and where it is read. */
import type { SourceFile } from './analyse.js';
import type { Job } from './extract-file.js';
import type { FileFacts, Problem } from './facts/file.js';
import { factsKey, type Depth, type FactsStore, type Kept } from './facts/store.js';
import { NO_SPAN } from './facts/span.js';
import { startThreads, type Extracted, type Thread } from './threads.js';
import { identified, type IdentifiedFile } from './workspace/identify.js';

/** A file that the store does not have. */
interface Missing { readonly file: IdentifiedFile; readonly path: string; readonly depth: Depth; readonly size: number }
type OnDone = (done: number, total: number) => void;

/** The facts by path, in the order of paths; binary files have none. `onDone` hears how many files of how many are read. */
export async function readFacts(
  files: readonly SourceFile[],
  depthOf: (path: string) => Depth,
  store: FactsStore,
  onDone: OnDone = () => {},
): Promise<Map<string, FileFacts>> {
  const sorted = [...identified(files)].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  const kept = new Map<string, Kept>();
  const missing: Missing[] = [];
  // A file is not read for its id where nothing can be known of it: it has one once it is read for its facts.
  const isNew = store.isEmpty;
  for (const file of sorted) {
    const { path, size = USUAL_SIZE } = file;
    const depth = depthOf(path);
    const known = isNew ? undefined : store.get(factsKey(file.id, path, depth));
    if (known !== undefined) kept.set(path, known);
    else missing.push({ file, path, depth, size });
  }
  let done = kept.size;
  await extractAll(missing, ({ file, path, depth }, extracted) => {
    onDone(done++, sorted.length);
    if (extracted) store.put(factsKey(file.id, path, depth), extracted.facts, extracted.text);
    kept.set(path, extracted ? extracted.facts : lostFacts());
  });
  return new Map(
    sorted.flatMap(({ path }) => {
      const facts = kept.get(path);
      return facts ? [[path, facts] as const] : [];
    }),
  );
}

/** What a file is taken to have, in bytes, where nobody has told. */
const USUAL_SIZE = 6 << 10;

/**
 * Files are handed to threads in batches of about this many bytes: enough to be busy with until the next comes, and no more than both sides have memory for at
 * hand.
 */
const BATCH = 48 << 10;

/** Extracts on as many other threads as are worth it, on this one where none are; whoever is free takes the next batch. */
async function extractAll(missing: readonly Missing[], take: (file: Missing, extracted: Extracted | null) => void): Promise<void> {
  if (missing.length === 0) return;
  const threads = startThreads(missing.reduce((sum, { depth, size }) => sum + (depth === 'facts' ? size : size / 8), 0));
  const left = batchesOf(missing).reverse();
  const here = async (): Promise<void> => {
    if (left.length === 0) return;
    const extract = await (await import('./extract-file.js')).loadFor(missing);
    for (let batch = left.pop(); batch; batch = left.pop()) {
      for (const file of batch) take(file, { facts: extract(jobOf(file)) });
      // Lets signals come in.
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const there = async (thread: Thread): Promise<void> => {
    for (let batch = left.pop(); batch; batch = left.pop()) {
      const { read, isLost } = await thread.extract(batch.map(jobOf));
      read.forEach((extracted, index) => take(batch![index]!, extracted));
      // What a thread was lost over would end this one as well.
      if (isLost) take(batch[read.length]!, null);
      const unread = batch.slice(read.length + (isLost ? 1 : 0));
      if (unread.length > 0) left.push(unread);
      if (isLost || unread.length > 0) return;
    }
  };
  try {
    // A thread has its next batch at hand: its answer is heard only once this thread has taken the one before.
    await Promise.all(threads.flatMap((thread) => [there(thread), there(thread)]));
    // All of it where there are no others, and what lost threads have left.
    await here();
  } finally {
    for (const thread of threads) thread.close();
  }
}

function jobOf({ file, path, depth }: Missing): Job {
  return { path, depth, bytes: file.read() };
}

function batchesOf(missing: readonly Missing[]): (readonly Missing[])[] {
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
  const problem: Problem = { kind: 'unreadable', message: 'The file could not be read: the thread that read it ran out of memory', at: NO_SPAN };
  return { language: 'text', words: [], suppressions: [], problems: [problem] };
}
