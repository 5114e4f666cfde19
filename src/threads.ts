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

/** What a thread has read, in the order of its jobs; where it was lost that is less, and `isLost` says whether it was over the job that follows. */
export interface Answer { readonly read: readonly Extracted[]; readonly isLost: boolean }

export interface Thread {
  /** Never fails: a thread that was lost says so. */
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

interface Batch { readonly size: number; readonly read: Extracted[]; readonly answer: (answer: Answer) => void }

function start(program: string): Thread {
  const worker = new Worker(program);
  // In the order in which the thread takes them.
  const waiting: Batch[] = [];
  let isLost = false;
  const lose = (): void => {
    isLost = true;
    waiting.splice(0).forEach(({ read, answer }, index) => answer({ read, isLost: index === 0 }));
  };
  worker.on('message', (text: string) => {
    const facts = decodeFacts(text);
    const batch = waiting[0];
    if (facts === undefined || !batch) { void worker.terminate(); return; }
    if (batch.read.push({ facts, text }) < batch.size) return;
    waiting.shift();
    batch.answer({ read: batch.read, isLost: false });
  });
  worker.on('error', lose);
  worker.on('exit', lose);
  worker.unref();
  return {
    extract: (jobs) => new Promise((answer) => {
      if (isLost) { answer({ read: [], isLost: false }); return; }
      waiting.push({ size: jobs.length, read: [], answer });
      worker.ref();
      const { moved, buffer } = inOneBuffer(jobs);
      worker.postMessage(moved, [buffer]);
    }),
    close: () => void worker.terminate(),
  };
}

/** The jobs with all their bytes in one buffer, which the thread takes over: no copy of a file is left here. */
function inOneBuffer(jobs: readonly Job[]): { readonly moved: readonly Job[]; readonly buffer: ArrayBuffer } {
  const buffer = new ArrayBuffer(jobs.reduce((sum, { bytes }) => sum + bytes.length, 0));
  let at = 0;
  const moved = jobs.map((job) => {
    const bytes = new Uint8Array(buffer, at, job.bytes.length);
    bytes.set(job.bytes);
    at += bytes.length;
    return { ...job, bytes };
  });
  return { moved, buffer };
}
