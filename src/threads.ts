/** Further threads for extraction, where there is enough of it to be worth their start. */
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Job } from './extract-file.js';
import { decodeFacts, type Kept } from './facts/store.js';

/** Below twice this much code one thread is done before two others that have loaded their parsers. In bytes. */
const WORTH_A_THREAD = 1280 << 10;
/** More threads than this wait for each other's memory. */
const MOST = 4;

/** The facts of a file, and what `encodeFacts` makes of them where that is at hand. */
export interface Extracted { readonly facts: Kept; readonly text?: string }

export type Answer = readonly Extracted[] | 'lost' | 'unread';

export interface Thread {
  /** The facts of the jobs, in order; `lost` where the thread was lost over them, `unread` where it was lost before it came to them. */
  extract(jobs: readonly Job[]): Promise<Answer>;
  close(): void;
}

/**
 * As many further threads as `bytes` of code are worth on this machine, two at least or none: none where the program runs from its sources or
 * there is one core. They have all cores: this thread then only takes what they send, and is as small as ever when it goes on to link.
 */
export function startThreads(bytes: number): readonly Thread[] {
  const program = fileURLToPath(new URL('./extract-worker.js', import.meta.url));
  const cores = availableParallelism();
  const count = existsSync(program) ? Math.min(MOST, cores, Math.floor(bytes / WORTH_A_THREAD)) : 0;
  return count > 1 ? Array.from({ length: count }, () => start(program)) : [];
}

function start(program: string): Thread {
  const worker = new Worker(program);
  const waiting = new Map<number, (answer: Answer) => void>();
  let isLost = false;
  let next = 0;
  const lose = (): void => {
    isLost = true;
    [...waiting.values()].forEach((answer, index) => answer(index === 0 ? 'lost' : 'unread'));
    waiting.clear();
  };
  worker.on('message', ({ id, facts }: { readonly id: number; readonly facts: readonly string[] }) => {
    const read = facts.flatMap((text): Extracted[] => { const decoded = decodeFacts(text); return decoded === undefined ? [] : [{ facts: decoded, text }]; });
    waiting.get(id)?.(read.length === facts.length ? read : 'lost');
    waiting.delete(id);
  });
  worker.on('error', lose);
  worker.on('exit', lose);
  worker.unref();
  return {
    extract: (jobs) => new Promise((resolve) => {
      if (isLost) { resolve('unread'); return; }
      const id = next++;
      waiting.set(id, resolve);
      worker.ref();
      worker.postMessage({ id, jobs });
    }),
    close: () => void worker.terminate(),
  };
}
