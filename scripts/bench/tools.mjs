/** What people would run instead, or beside: installed into a folder of its own, left out with a reason where that fails. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { measure } from './measure.mjs';

const PACKAGES = { knip: ['knip@6', 'typescript@5'], squawk: ['squawk-cli@2'] };

/** Installs the tools and answers those that run, by name. `say` hears why one does not. */
export function installTools(folder, say) {
  const bin = (name) => join(folder, 'node_modules/.bin', name);
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  const installed = Object.entries(PACKAGES).filter(([name, packages]) => {
    try {
      execFileSync('npm', ['install', '--no-audit', '--no-fund', '--loglevel', 'error', ...packages], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
      execFileSync(bin(name), ['--version'], { stdio: ['ignore', 'ignore', 'pipe'] });
      return true;
    } catch (error) {
      say(`${name} is left out: ${String(error.stderr || error.message).trim().split('\n')[0]}`);
      return false;
    }
  });
  return new Map(installed.map(([name]) => [name, bin(name)]));
}

/** The tools that have something to say of a project, each as a function that runs and measures it. */
export function toolsFor({ folder, names, paths }, installed, scratch) {
  const list = join(scratch, 'names.txt');
  writeFileSync(list, `${names.join('\n')}\n`);
  const sql = paths.filter((path) => path.endsWith('.sql'));
  const has = (pattern) => paths.some((path) => pattern.test(path));
  return [
    ...(names.length > 0 ? [['git grep of the models', () => measure('git', ['grep', '-c', '-w', '-F', '-f', list], { cwd: folder, codes: [0, 1] })]] : []),
    ...(installed.has('knip') && has(/\.tsx?$/) && paths.includes('package.json') ? [['knip', () => measure(installed.get('knip'), ['--no-exit-code', '--no-progress'], { cwd: folder })]] : []),
    ...(installed.has('squawk') && sql.length > 0 ? [['squawk', () => measure(installed.get('squawk'), sql, { cwd: folder, codes: [0, 1] })]] : []),
  ];
}
