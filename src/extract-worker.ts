/** A thread that extracts facts: it is sent files and answers the facts of each as text, in order. Trees never leave it. */
import { parentPort } from 'node:worker_threads';
import { encodeFacts } from './facts/store.js';
import { loadFor, type Job } from './extract-file.js';

let turn: Promise<void> = Promise.resolve();

parentPort?.on('message', (jobs: readonly Job[]) => {
  // One batch after another, also while parsers are still being loaded.
  turn = turn.then(async () => {
    const extract = await loadFor(jobs);
    // One by one: what a thread that is lost has answered before is kept, and no message is long.
    for (const job of jobs) parentPort!.postMessage(encodeFacts(extract(job)));
  });
});
