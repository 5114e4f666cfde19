// Builds dist/ where the package is installed from git, as pre-commit does. It must be silent on stdout: older
// versions of pre-commit take all that `npm pack` prints for the name of the archive.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
if (existsSync(new URL('../dist/src/cli/main.js', import.meta.url))) process.exit(0);

// npm before 12 hands the flags of `npm install -g git+...` down to this script, where they keep the compiler from being installed: https://github.com/npm/cli/issues/8440
const env = { ...process.env };
for (const key of ['npm_config_global', 'npm_config_prefix', 'npm_config_local_prefix', 'npm_config_install_links', 'NPM_CONFIG_PREFIX', 'npm_config_omit', 'NODE_ENV']) delete env[key];

if (!existsSync(new URL('../node_modules/typescript', import.meta.url))) run('npm', ['install', '--include=dev', '--ignore-scripts', '--no-save', '--no-audit', '--no-fund']);
run(process.execPath, ['scripts/build.mjs']);

function run(command, args) {
  const done = spawnSync(command, args, { cwd: root, env, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' && command === 'npm' });
  if (done.status !== 0) process.exit(done.status ?? 1);
}
