// Installs the real packages that the fixtures are type-checked against: npm run orms
// Each of test/orms/<name> has its own, pinned; no install script of theirs is run. Where one cannot be installed, it says so and its test is left out.
import { spawn } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

const folder = fileURLToPath(new URL('../test/orms', import.meta.url));
const names = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => entry.name);
await Promise.all(names.map(install));

async function install(name) {
  const npm = spawn('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--silent'], { cwd: join(folder, name), stdio: ['ignore', 'ignore', 'pipe'], shell: process.platform === 'win32' });
  let said = '';
  npm.stderr.on('data', (text) => { said += text; });
  const code = await new Promise((resolve) => { npm.on('error', resolve); npm.on('close', resolve); });
  if (code === 0) return console.log(`test/orms/${name}: installed`);
  // Half an installation would fail its test for the wrong reason.
  rmSync(join(folder, name, 'node_modules'), { recursive: true, force: true });
  console.error(`test/orms/${name}: could not be installed: ${said.trim().split('\n')[0] || code}`);
}
