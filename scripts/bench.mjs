// How fast we are, beside the floor and beside others: npm run bench -- [flags]
//
//   --projects LIST   sqlalchemy,django,prisma,drizzle,typeorm,sql (default: all)
//   --sizes LIST      numbers of files of each (default: 100,1000,10000)
//   --statements N    statements of the pg_dump (default: 20000; 0: none)
//   --on DIR          a folder of yours as well, repeatable; a copy of it is measured
//   --runs N          of each measurement (default: 5)
//   --no-tools        without knip, squawk and git grep
//   --seed N, --keep  other projects; leave them where they are, for a look
//
// Prints Markdown. Other work on the machine shows in the numbers: let it rest, and look at the least time too.
import { execFileSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { measure, summary } from './bench/measure.mjs';
import { KINDS, writeDump, writeProject } from './bench/project.mjs';
import { growthTable, table } from './bench/table.mjs';
import { installTools, toolsFor } from './bench/tools.mjs';

const { values: flags } = parseArgs({ allowNegative: true, options: {
  projects: { type: 'string', default: KINDS.join() }, sizes: { type: 'string', default: '100,1000,10000' }, statements: { type: 'string', default: '20000' }, on: { type: 'string', multiple: true, default: [] },
  runs: { type: 'string', default: '5' }, tools: { type: 'boolean', default: true }, seed: { type: 'string', default: '1' }, keep: { type: 'boolean', default: false },
} });
const wrong = flags.projects.split(',').filter((kind) => kind && !KINDS.includes(kind));
if (wrong.length > 0) {
  console.error(`there is no project ${wrong.join()}; there are ${KINDS.join()}`);
  process.exit(2);
}

const MAIN = resolve('dist/src/cli/main.js');
const FLOOR = resolve('scripts/bench/floor.mjs');
const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'schemalint-bench-')));
const say = (text) => console.error(text);
try {
  await bench();
} finally {
  if (flags.keep) say(`left in ${scratch}`);
  else rmSync(scratch, { recursive: true, force: true });
}

async function bench() {
  const tools = flags.tools ? installTools(made('tools'), say) : null;
  const projects = [];
  for (const { kind, name, make } of inputs()) {
    say(name);
    const folder = made(name);
    const { entities = [], changed } = make(folder);
    commit(folder, ['init', '-q'], 'first');
    const paths = git(folder, 'ls-files', '-z').split('\0').filter(Boolean);
    const bytes = paths.reduce((sum, path) => sum + statSync(join(folder, path)).size, 0);
    const project = { folder, changed: changed ?? middleOf(paths), paths, names: entities.map((entity) => entity.model) };
    projects.push({ kind, name, files: paths.length, bytes, results: await results(project, tools) });
    if (!flags.keep) rmSync(folder, { recursive: true, force: true });
  }
  console.log(`Node ${process.versions.node}, ${availableParallelism()} x ${cpus()[0]?.model.trim()}, load ${loadavg()[0].toFixed(1)}, ${new Date().toISOString().slice(0, 10)}; ${flags.runs} runs of each.\n`);
  console.log(table(projects));
  const growth = growthTable(projects);
  if (growth) console.log(`\n${growth}`);
}

function inputs() {
  const seed = Number(flags.seed);
  const [kinds, sizes, statements] = [flags.projects.split(',').filter(Boolean), flags.sizes.split(',').map(Number), Number(flags.statements)];
  return [
    ...kinds.flatMap((kind) => sizes.map((size) => ({ kind, name: `${kind} ${size}`, make: (folder) => writeProject(kind, size, folder, seed) }))),
    ...(statements > 0 ? [{ kind: null, name: `pg_dump ${statements}`, make: (folder) => writeDump(statements, folder, seed) }] : []),
    ...flags.on.map((path) => ({ kind: null, name: basename(resolve(path)), make: (folder) => copyOf(path, folder) })),
  ];
}

/** All that is measured of one project, each as often as asked, one after the other within a run so that a busy moment hits them alike. */
async function results(project, tools) {
  const { folder, changed } = project;
  const runs = new Map();
  const take = async (what, work) => { runs.set(what, [...(runs.get(what) ?? []), await work()]); };
  for (let run = 0; run < Number(flags.runs); run++) {
    const cache = made(`cache-${basename(folder)}-${run}`);
    await take('read and hash', () => measure(process.execPath, [FLOOR, folder]));
    await take('git status', () => measure('git', ['status', '--short'], { cwd: folder }));
    await take('cold', () => check(folder, cache));
    await take('warm', () => check(folder, cache));
    for (const [what, added] of [['hook, a comment changed', `${commentMark(changed)} changed ${run}\n`], ['hook, code changed', codeOf(changed, run)]]) {
      appendFileSync(join(folder, changed), added);
      git(folder, 'add', '-A');
      await take(what, () => check(folder, cache, '--staged'));
      commit(folder, [], `${what} ${run}`);
    }
    rmSync(cache, { recursive: true });
    if (tools) for (const [what, work] of toolsFor(project, tools, scratch)) await take(what, work);
  }
  return [...runs].map(([what, all]) => [what, summary(all)]);
}

async function check(folder, cache, ...more) {
  const done = await measure(process.execPath, [MAIN, 'check', '--exit-zero', '--no-config', '--verbose', '--output-format', 'concise', '--cache-location', cache, ...more], { cwd: folder });
  const stages = Object.fromEntries([...done.errors.matchAll(/^ *(\d+) ms {2}(\w+)$/gm)].map(([, milliseconds, name]) => [name, Number(milliseconds)]));
  return { ...done, stages };
}

function made(name) {
  const folder = join(scratch, name.replaceAll(' ', '-'));
  mkdirSync(folder);
  return folder;
}

function git(folder, ...args) {
  return execFileSync('git', ['-c', 'user.name=bench', '-c', 'user.email=bench@example.test', '-c', 'commit.gpgsign=false', '-c', 'gc.auto=0', ...args], { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 28 });
}

function commit(folder, before, message) {
  if (before.length > 0) git(folder, ...before);
  git(folder, 'add', '-A');
  git(folder, 'commit', '-q', '--no-verify', '-m', message);
}

/** A copy of the files that git knows in a folder, or of all of them but those of packages. */
function copyOf(path, folder) {
  cpSync(resolve(path), folder, { recursive: true, filter: (from) => !/[/\\](\.git|node_modules|\.venv)$/.test(from) });
  return {};
}

function middleOf(paths) {
  const code = paths.filter((path) => /\.(py|tsx?|sql)$/.test(path));
  return (code.length > 0 ? code : paths)[(code.length || paths.length) >> 1];
}

/** A statement that was not there before. */
function codeOf(path, number) {
  if (path.endsWith('.py')) return `\n\ndef added_${number}(value):\n    return value\n`;
  return path.endsWith('.sql') ? `CREATE TABLE added_${number} (id bigint PRIMARY KEY);\n` : `\nexport const added${number} = (value) => value;\n`;
}

function commentMark(path) {
  return path.endsWith('.py') ? '#' : path.endsWith('.sql') ? '--' : '//';
}
