// Compiles src/ and rules/ to dist/. Does nothing when dist/ is newer than everything it is made from.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const stamp = join(root, 'dist', '.built');
const sources = [...['src', 'rules'].flatMap((folder) => readdirSync(join(root, folder), { recursive: true }).map((name) => join(folder, name)).filter((name) => name.endsWith('.ts'))), 'tsconfig.json', 'package-lock.json'].sort();
const listed = sources.join('\n');

if (!isFresh()) {
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  const done = spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', root], { stdio: ['ignore', 2, 2] });
  if (done.status !== 0) process.exit(done.status ?? 1);
  chmodSync(join(root, 'dist/src/cli/main.js'), 0o755);
  writeFileSync(stamp, listed);
}

/** A file that was added or removed counts as well: the stamp lists them. */
function isFresh() {
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== listed) return false;
  const built = statSync(stamp).mtimeMs;
  return sources.every((name) => !existsSync(join(root, name)) || statSync(join(root, name)).mtimeMs <= built);
}
