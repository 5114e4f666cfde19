// Counts what of other people's SQL can be read: npm run statements -- --repositories DIR [--only TEXT] [--list]
//
// DIR holds working trees by name. The cases are in test/ecosystem/statements.jsonl: a repository, a commit and the folder in it. Every
// statement that cannot be read is shown to PGlite: one that PostgreSQL's own parser refuses as well is no fault of the reading.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { analyse } from '../dist/src/analyse.js';
import { DEFAULTS } from '../dist/src/config/config.js';
import { loadSql } from '../dist/src/syntax/sql/parse.js';
import { looksLikeMySql } from '../dist/src/syntax/sql/foreign.js';
import { splitSql } from '../dist/src/syntax/sql/split.js';
import { statementReader } from '../dist/src/syntax/sql/statements.js';
import { decode } from '../dist/src/workspace/text.js';
import { pglite } from './postgres/servers.mjs';

const CASES = new URL('../test/ecosystem/statements.jsonl', import.meta.url);
const { values: options } = parseArgs({ options: { repositories: { type: 'string' }, only: { type: 'string' }, list: { type: 'boolean' } } });
if (!options.repositories) {
  console.error('usage: npm run statements -- --repositories DIR [--only TEXT] [--list]');
  process.exit(2);
}

const read = statementReader(await loadSql());
const server = await pglite();
const lines = [];
for (const { repository, commit, path, ...before } of readFileSync(CASES, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line))) {
  if (!repository.includes(options.only ?? '')) { lines.push({ repository, commit, path, ...before }); continue; }
  const root = join(options.repositories, repository.split('/')[1]);
  const head = execFileSync('git', ['-C', root, 'rev-parse', 'HEAD'], { encoding: 'utf8' });
  if (!head.startsWith(commit)) throw new Error(`${root} is at ${head.trim()}, not at ${commit}`);
  lines.push({ repository, commit, path, ...await count(root, path) });
  console.log(JSON.stringify(lines.at(-1)));
}
writeFileSync(CASES, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
await server.close();

async function count(root, path) {
  const names = execFileSync('git', ['-C', root, 'ls-files', '-z', '--', path || '.'], { encoding: 'utf8' }).split('\0').filter((name) => name.endsWith('.sql'));
  const files = names.map((name) => ({ path: name, read: () => readFileSync(join(root, name)) }));
  const totals = { files: files.length, statements: 0, read: 0, refused: 0 };
  for (const file of files) {
    const { text } = decode(file.read());
    for (const { start, end } of splitSql(text, { mysql: looksLikeMySql(text) }).statements) {
      const source = text.slice(start, end);
      totals.statements++;
      if (!read(source, (from, to) => [from, to]).failure) totals.read++;
      else if (await isRefused(source)) totals.refused++;
      else if (options.list) console.log(`${file.path}: ${source.slice(0, 200).replace(/\s+/g, ' ')}`);
    }
  }
  // The whole of it, linked: nothing may be thrown.
  const { project } = await analyse(files, DEFAULTS);
  return { ...totals, tables: project.schema.tables.length };
}

/** Whether PostgreSQL cannot parse it either: a block is parsed whole before its first statement, which ends it, is carried out. */
async function isRefused(source) {
  return server.run(`DO $schemalint$ BEGIN RETURN; ${source}; END $schemalint$`).then(() => false, () => true);
}
