/** Ctrl-C, with the built program as a process of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { scratch } from '../support/scratch.js';

const MAIN = join(process.cwd(), 'dist/src/cli/main.js');
/** Enough to be at work for far longer than the test waits. */
const DDL = Array.from({ length: 20_000 }, (_, i) => `CREATE TABLE t${i} (id bigint PRIMARY KEY, parent_id bigint REFERENCES t${Math.max(0, i - 1)} (id));\n`);
const files = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`schema-${i}.sql`, DDL.slice(i * 500, (i + 1) * 500).join('')]));

/** Loaded before the program: tells on a pipe of its own when SIGINT is heard. Before, Node itself would be ended by it. */
const TELL = `import { writeSync } from 'node:fs'; process.on('newListener', (name) => { if (name === 'SIGINT') writeSync(3, 'listening'); });`;

describe('an interrupted run', () => {
  it.each([['as soon as it has started', 100], ['in the midst of linking', 4000]])('says so in one line and leaves nothing half-written, %s', async (_, wait) => {
    const [folder, cache] = [scratch(files), scratch()];
    const child = spawn(process.execPath, ['--import', `data:text/javascript,${encodeURIComponent(TELL)}`, MAIN, 'check', '--output-format', 'json=out.json', '--output-format', 'full'], { cwd: folder, env: { ...process.env, XDG_CACHE_HOME: cache }, stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream!.on('data', (data) => { output += String(data); });
    await once(child.stdio[3]!, 'data');
    await pause(wait);
    child.kill('SIGINT');
    expect([...await once(child, 'close'), output]).toEqual([130, null, 'schemalint: interrupted\n']);
    expect([readdirSync(folder), readdirSync(cache)]).toEqual([Object.keys(files).sort(), []]);
  }, 60_000);
});
