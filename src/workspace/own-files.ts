/** Files of this package itself: its version and the rules' pages. The same from `src/`, from `dist/` and when installed. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of this package's package.json. */
export function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}

/** This package's version. */
export function ownVersion(): string {
  return (JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as { version: string }).version;
}

/** The version, and in a checkout of this repository the time it was built: two builds that may read a file differently differ in it. */
export function buildId(): string {
  const stamp = statSync(join(packageRoot(), 'dist', '.built'), { throwIfNoEntry: false });
  return stamp ? `${ownVersion()}+${Math.round(stamp.mtimeMs)}` : ownVersion();
}

/** The page of a rule in Markdown, null when there is none. */
export function rulePage(id: string): string | null {
  const path = join(packageRoot(), 'rules', `${id}.md`);
  return existsSync(path) ? readFileSync(path, 'utf8') : null;
}
