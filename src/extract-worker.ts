/** A thread that extracts facts: it is sent files and answers their facts as text, in order. Trees never leave it. */
import { parentPort } from 'node:worker_threads';
import { encodeFacts } from './facts/store.js';
import { loadFor, type Job } from './extract-file.js';

let turn: Promise<void> = Promise.resolve();

parentPort?.on('message', ({ id, jobs }: { readonly id: number; readonly jobs: readonly Job[] }) => {
  // One batch after another, also while parsers are still being loaded.
  turn = turn.then(async () => {
    const extract = await loadFor(jobs);
    parentPort!.postMessage({ id, facts: jobs.map((job) => encodeFacts(extract(job))) });
  });
});
