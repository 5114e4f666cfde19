import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach } from 'vitest';
import { cli } from '../../src/cli/cli.js';

const made: string[] = [];

afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A folder with these files, gone after the test. */
export function scratch(files: Readonly<Record<string, string | Uint8Array>> = {}): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'schemalint-test-')));
  made.push(folder);
  write(folder, files);
  return folder;
}

export function write(folder: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

/** Runs git in the folder, as somebody, whatever the machine's own settings. */
export function git(folder: string, ...args: readonly string[]): string {
  return execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.test', '-c', 'commit.gpgsign=false', '-c', 'init.defaultBranch=main', ...args], { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** A repository with one commit of these files. */
export function repository(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = scratch(files);
  git(folder, 'init', '-q');
  git(folder, 'add', '-A');
  git(folder, 'commit', '-q', '-m', 'first', '--allow-empty');
  return folder;
}

/** A cache folder of the test run, never the user's. */
let cacheFolder: string | undefined;
function caches(): string {
  if (!cacheFolder) {
    const folder = (cacheFolder = mkdtempSync(join(tmpdir(), 'schemalint-cache-')));
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  }
  return cacheFolder;
}

export interface Ran { readonly code: number; readonly out: string; readonly err: string }

/** Runs a command line in a folder, in this process. */
export async function run(cwd: string, argv: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ran> {
  let [out, err] = ['', ''];
  const code = await cli(argv, {
    cwd, env: { XDG_CACHE_HOME: caches(), ...env }, now: () => 0,
    stdout: { write: (text) => { out += text; }, isTTY: false, columns: null },
    stderr: { write: (text) => { err += text; }, isTTY: false },
  });
  return { code, out, err };
}
