// Compares schemas as read from SQL with what a server makes of the same SQL.
//
//   node scripts/catalog.mjs FOLDER                  differences in a folder of migrations, a folder of DDL or of a dump
//   npm run catalog -- --repositories DIR [--only X] the cases of test/ecosystem/catalog.jsonl again: DIR holds working trees by name
//
// `needs` in a case is the version of PostgreSQL that its SQL is written for.
//
// The files that make the schema are applied in the order in which they are replayed, without the parts that go back; what is read of
// them is printed and applied to an empty database. Both catalogs are compared. A real server is asked where there is one, else PGlite
// (or with --pglite).
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { analyse } from '../dist/src/analyse.js';
import { DEFAULTS } from '../dist/src/config/config.js';
import { planHistory } from '../dist/src/migrations/order.js';
import { readFacts } from '../dist/src/read.js';
import { NO_STORE } from '../dist/src/facts/store.js';
import { schemaSql } from '../dist/src/report/schema-sql.js';
import { splitSql } from '../dist/src/syntax/sql/split.js';
import { discover } from '../dist/src/workspace/discover.js';
import { decode } from '../dist/src/workspace/text.js';
import { catalogOf, isTable } from './postgres/catalog.mjs';
import { differences } from './postgres/compare.mjs';
import { pglite, realServer, serverPrograms } from './postgres/servers.mjs';
import { textAt } from '../dist/src/facts/span.js';

const VECTOR = `CREATE TYPE vector;
CREATE FUNCTION vector_in(cstring) RETURNS vector AS 'textin' LANGUAGE internal IMMUTABLE STRICT; CREATE FUNCTION vector_out(vector) RETURNS cstring AS 'textout' LANGUAGE internal IMMUTABLE STRICT;
CREATE TYPE vector (INPUT = vector_in, OUTPUT = vector_out, LIKE = text, TYPMOD_IN = varchartypmodin, TYPMOD_OUT = varchartypmodout);`;
const CASES = new URL('../test/ecosystem/catalog.jsonl', import.meta.url);
const { values: options, positionals: [folder] } = parseArgs({ allowPositionals: true, options: { repositories: { type: 'string' }, only: { type: 'string' }, pglite: { type: 'boolean' } } });
if (!folder && !options.repositories) {
  console.error('usage: node scripts/catalog.mjs FOLDER | --repositories DIR [--only TEXT]');
  process.exit(2);
}

const started = new Map();
let server;
try {
  if (folder) { server = await serverFor(0); list(await compare(folder)); }
  else await again(options.repositories, options.only ?? '');
} finally {
  for (const one of started.values()) await one.close();
}

/** The real server, or PGlite where there is none, or none of the version that is needed. */
async function serverFor(version) {
  const programs = options.pglite ? null : serverPrograms();
  const real = programs && (started.get('real') ?? await realServer(programs));
  if (real) started.set('real', real);
  if (real && Number(/ (\d+)/.exec(real.name)[1]) >= version) return real;
  if (!started.has('pglite')) { const small = await pglite(); started.set('pglite', { ...small, runAll: (sql) => runEach(small, sql) }); }
  return started.get('pglite');
}

async function runEach({ run }, sql) {
  const refused = [];
  await run('RESET ALL');
  for (const { start, end } of splitSql(sql).statements) await run(sql.slice(start, end)).catch((error) => refused.push(error.message));
  return refused;
}

/** What the server makes of a folder and what is read of it. */
async function compare(root) {
  const files = discover(root, DEFAULTS).files.filter(({ path }) => path.endsWith('.sql'));
  await emptyServer();
  const refused = [];
  for (const text of await scripts(files)) refused.push(...await server.runAll(text));
  const actual = await catalogOf(server);
  const { project, text, coverage } = await analyse(files, DEFAULTS);
  // Tables of libraries are named in what is printed, and not made.
  for (const table of project.schema.tables) if (table.isExternal) actual.delete(table.schema ? `${table.schema}.${table.name}` : table.name);
  const printed = schemaSql(project.schema, ({ path, at }) => textAt(text(path), at));
  await emptyServer();
  const refusedAgain = await server.runAll(printed);
  return { refused, refusedAgain, actual, found: differences(actual, await catalogOf(server)), notes: coverage.notes };
}

/** The text of every file of the history, in order, without what goes back. */
async function scripts(files) {
  const facts = await readFacts(files, () => 'facts', NO_STORE, () => {});
  const { histories } = planHistory([...facts].map(([path, each]) => ({ path, facts: each })));
  const paths = new Set(histories.filter(({ repeats }) => repeats === null).flatMap(({ ops }) => ops.map(({ path }) => path)));
  const sources = new Map(files.map((file) => [file.path, file]));
  return [...paths].map((path) => upPart(decode(sources.get(path).read()).text, facts.get(path).down ?? []));
}

/** Without what goes back, and without the making of databases: everything is put into the one there is. */
function upPart(text, down) {
  const up = [...down].sort(([a], [b]) => b - a).reduce((left, [start, end]) => left.slice(0, start) + left.slice(end), text);
  return up.replace(/^\\c(?:onnect)?\b.*$/gm, '').replace(/^\s*(?:CREATE|DROP)\s+DATABASE\b[^;\n]*;/gim, '');
}

/** An empty database, with a type to stand in for that of pgvector, which few servers have at hand. */
async function emptyServer() {
  await server.empty();
  if (await server.value("SELECT count(*)::int FROM pg_available_extensions WHERE name = 'vector'") === 0) await server.run(VECTOR);
}

function list({ refused, refusedAgain, actual, found, notes }) {
  for (const note of notes) console.log(`note: ${note}`);
  for (const line of refused) console.log(`refused of the source: ${line}`);
  for (const line of refusedAgain) console.log(`refused of what is printed: ${line}`);
  for (const { kind, table, what } of found) console.log(`${kind}: ${table}: ${what}`);
  console.log(JSON.stringify(numbers({ refused, refusedAgain, actual, found, notes })));
}

function numbers({ refused, refusedAgain, actual, found, notes }) {
  const tables = [...actual.values()].filter(isTable);
  const kinds = {};
  for (const { kind } of found) kinds[kind] = (kinds[kind] ?? 0) + 1;
  return { server: server.name.replace(/ \(.*/, ''), complete: notes.length === 0, refused: refused.length, refusedAgain: refusedAgain.length, tables: tables.length, columns: tables.reduce((sum, table) => sum + table.columns.length, 0), differences: kinds };
}

async function again(repositories, only) {
  const cases = readFileSync(CASES, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line));
  const lines = [];
  for (const { repository, commit, path, needs, ...before } of cases) {
    const root = join(repositories, repository.split('/')[1]);
    const named = { repository, commit, path, ...(needs ? { needs } : {}) };
    if (!repository.includes(only)) { lines.push({ ...named, ...before }); continue; }
    server = await serverFor(needs ?? 0);
    const head = execFileSync('git', ['-C', root, 'rev-parse', 'HEAD'], { encoding: 'utf8' });
    if (!head.startsWith(commit)) throw new Error(`${root} is at ${head.trim()}, not at ${commit}`);
    lines.push({ ...named, ...numbers(await compare(join(root, path))) });
    console.log(JSON.stringify(lines.at(-1)));
  }
  writeFileSync(CASES, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
}
