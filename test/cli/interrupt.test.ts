/** Ctrl-C, with the built program as a process of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { scratch } from '../support/scratch.js';

const MAIN = join(process.cwd(), 'dist/src/cli/main.js');
/** Enough to be at work for longer than it takes to hear the signal. */
const DDL = Array.from({ length: 20_000 }, (_, i) => `CREATE TABLE t${i} (id bigint PRIMARY KEY, parent_id bigint REFERENCES t${Math.max(0, i - 1)} (id));\n`);
const files = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`schema-${i}.sql`, DDL.slice(i * 500, (i + 1) * 500).join('')]));

/**
 * Loaded before the program: tells on a pipe of its own when SIGINT is heard, before which Node itself would be ended by it, and when a
 * stretch of plain computation begins, for which Node puts the listeners aside.
 */
const TELL = `import { writeSync } from 'node:fs'; for (const what of ['newListener', 'removeListener']) process.on(what, (name) => { if (name === 'SIGINT') writeSync(3, what + ' '); });`;

/** What stands in a folder or below it; folders alone are nothing. */
const filesIn = (folder: string): readonly string[] => readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => !entry.isDirectory()).map((entry) => entry.name);

describe('an interrupted run', () => {
  it.each([['as soon as it has started', 'newListener'], ['in the midst of linking', 'removeListener']])('says so in one line and leaves nothing half-written, %s', async (_, event) => {
    const [folder, cache] = [scratch(files), scratch()];
    const child = spawn(process.execPath, ['--import', `data:text/javascript,${encodeURIComponent(TELL)}`, MAIN, 'check', '--output-format', 'json=out.json', '--output-format', 'full'], { cwd: folder, env: { ...process.env, XDG_CACHE_HOME: cache }, stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream!.on('data', (data) => { output += String(data); });
    const closed = once(child, 'close');
    let told = '';
    await new Promise<void>((resolve) => { child.stdio[3]!.on('data', (data) => { told += String(data); if (told.includes(event)) resolve(); }); });
    await pause(100);
    child.kill('SIGINT');
    expect([...await closed, output]).toEqual([130, null, 'schemalint: interrupted\n']);
    expect([readdirSync(folder), filesIn(cache)]).toEqual([Object.keys(files).sort(), []]);
  }, 60_000);
});
