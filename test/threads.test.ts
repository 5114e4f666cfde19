/** Extraction on a further thread of the built program gives what it gives here. */
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { describe, expect, it } from 'vitest';
import { loadFor, type Job } from '../src/extract-file.js';
import type { Thread } from '../src/threads.js';

const built = '../dist/src/threads.js';
const job = (path: string, text: string, depth: Job['depth'] = 'facts'): Job => ({ path, depth, bytes: new TextEncoder().encode(text) });
const jobs = [job('a.py', 'class A(B):\n    x = 1\n'), job('b.ts', 'export const b = { c: 1 };\n'), job('c.sql', 'SELECT 1;\n'), job('d.txt', 'some words\n', 'words'), { path: 'e.bin', depth: 'facts' as const, bytes: new Uint8Array([0, 1, 2]) }];

describe('a thread', () => {
  it('gives the facts of its files in order', async () => {
    expect(existsSync('dist/src/threads.js'), 'npm run build').toBe(true);
    const { startThreads } = (await import(built)) as { startThreads(bytes: number): readonly Thread[] };
    expect(startThreads(1)).toEqual([]);
    const threads = startThreads(1 << 30);
    expect(threads).toHaveLength(availableParallelism() > 1 ? Math.min(4, availableParallelism()) : 0);
    const extract = await loadFor(jobs);
    for (const thread of threads) {
      const expected = jobs.map((each) => JSON.stringify(extract(each)));
      expect(await thread.extract(jobs)).toEqual({ read: expected.map((text) => ({ facts: JSON.parse(text), text })), isLost: false });
      thread.close();
    }
  });

  it('that is lost says so, for what it had and for what comes later', async () => {
    const { startThreads } = (await import(built)) as { startThreads(bytes: number): readonly Thread[] };
    for (const thread of startThreads(1 << 30)) {
      const answer = thread.extract(jobs);
      thread.close();
      const next = thread.extract(jobs);
      expect(await answer).toEqual({ read: [], isLost: true });
      expect([await next, await thread.extract(jobs)]).toEqual([{ read: [], isLost: false }, { read: [], isLost: false }]);
    }
  });

  it('that is lost over a file keeps what it has read, and leaves the rest to others', async () => {
    const { startThreads } = (await import(built)) as { startThreads(bytes: number): readonly Thread[] };
    const deadly = { ...jobs[1]!, depth: 'words' as const, path: null as unknown as string };
    // What ends a thread takes its time, in which the answers before it arrive.
    const slow = job('slow.py', 'x = 1\n'.repeat(60_000));
    for (const thread of startThreads(1 << 30)) {
      const answer = thread.extract([jobs[0]!, slow, deadly, jobs[2]!]);
      const next = thread.extract(jobs);
      const { read, isLost } = await answer;
      expect(read[0]?.facts?.language).toBe('python');
      expect(read.length).toBeLessThanOrEqual(2);
      expect(isLost).toBe(true);
      expect(await next).toEqual({ read: [], isLost: false });
    }
  });
});
