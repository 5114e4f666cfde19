/** SQL that nobody meant: one clear line each, and what can be read counts. */
import { expect, it } from 'vitest';
import { run, scratch } from './support/scratch.js';

const tables = async (folder: string) => (await run(folder, ['schema', '--no-config'])).out.split('\n').flatMap((line) => /^CREATE TABLE (\S+)/.exec(line)?.[1] ?? []);
const check = async (files: Readonly<Record<string, string>>) => {
  const folder = scratch(files);
  const ask = (format: string) => run(folder, ['check', '--no-config', '--output-format', format, '--exit-zero']);
  const { code, out } = await ask('concise');
  // What is said of the run as a whole; long lines are folded for people.
  const said = (await ask('full')).out.replace(/\s+/g, ' ');
  return { code, lines: out.split('\n').filter((line) => / (error|warning|note) /.test(line)), said, tables: await tables(folder) };
};
const USERS = 'CREATE TABLE public.users (id integer NOT NULL, email text NOT NULL);\n';
const revision = (id: string, after: string, table: string) => `from alembic import op\nimport sqlalchemy as sa\nrevision = "${id}"\ndown_revision = ${after}\n\n\ndef upgrade():\n    op.create_table("${table}", sa.Column("id", sa.Integer(), primary_key=True))\n`;

it.each([
  ['MySQL', 'DROP TABLE IF EXISTS `users`;\nCREATE TABLE `users` (`id` int unsigned NOT NULL AUTO_INCREMENT, `email` varchar(255) NOT NULL, PRIMARY KEY (`id`), KEY `by_email` (`email`)) ENGINE=InnoDB;\nLOCK TABLES `users` WRITE;\nINSERT INTO `users` VALUES (1,\'a\\\'b\');\nUNLOCK TABLES;\n'],
  ['SQLite', 'PRAGMA foreign_keys=ON;\nCREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, email TEXT NOT NULL);\nINSERT OR IGNORE INTO users VALUES (1, \'a\');\n'],
])('of %s is recognised once for a file, and its tables count', async (name, sql) => {
  const { lines, said, tables: found } = await check({ 'schema.sql': sql });
  expect([lines, found]).toEqual([[], ['users']]);
  expect(said.match(/looks like/g)).toHaveLength(1);
  expect(said).toContain(`looks like ${name}, not PostgreSQL`);
});

it.each([
  ['a table', `${USERS}CREATE TABLE public.orders (id integer NOT NULL, user_id integer\n`],
  ['the data of a COPY', `${USERS}COPY public.users (id, email) FROM stdin;\n1\ta'b\n2\tc"d\n3\t$$`],
  ['a function', `${USERS}CREATE FUNCTION public.f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN\n  NEW.id := 1;\n`],
])('that ends in the middle of %s is said so, and nothing is missed that its end may hold', async (_, sql) => {
  const { lines, tables: found } = await check({ 'dump.sql': sql });
  expect(lines).toEqual([expect.stringMatching(/^dump\.sql:2:\d+: warning parse-error /)]);
  expect(found).toEqual(['users']);
});

it('may fill a table from the terminal at its end', async () => {
  const { lines } = await check({ 'dump.sql': 'CREATE TABLE users (id integer PRIMARY KEY);\nCOPY users FROM stdin;\n' });
  expect(lines).toEqual([]);
});

it('may drop a table that nothing creates', async () => {
  const { said, tables: found } = await check({ 'migrations/001_drop.sql': 'DROP TABLE ghosts;', 'migrations/002_a.sql': 'CREATE TABLE a (id int PRIMARY KEY);' });
  expect(said).toContain('Table ghosts is changed, and no earlier step creates it (migrations/001_drop.sql)');
  expect(found).toEqual(['a']);
});

it('may have two migrations of one version or revision', async () => {
  const plain = await check({ 'migrations/001_a.sql': 'CREATE TABLE a (id int PRIMARY KEY);', 'migrations/001_b.sql': 'CREATE TABLE b (id int PRIMARY KEY);' });
  expect([plain.said, plain.tables]).toEqual([expect.stringContaining('Two migrations have the version 1: migrations/001_a.sql and migrations/001_b.sql'), ['a', 'b']]);
  const alembic = await check({ 'alembic/versions/a.py': revision('r1', 'None', 'a'), 'alembic/versions/b.py': revision('r1', 'None', 'b') });
  expect(alembic.said).toContain('Two migrations are called r1: alembic/versions/a.py and alembic/versions/b.py');
});

it('may have revisions that follow each other in a circle', async () => {
  const all = await check({ 'alembic/versions/a.py': revision('r1', '"r2"', 'a'), 'alembic/versions/b.py': revision('r2', '"r1"', 'b') });
  expect([all.said, all.tables]).toEqual([expect.stringContaining('The migrations follow each other in a circle'), ['a', 'b']]);
  const some = await check({ 'alembic/versions/0.py': revision('r0', 'None', 'z'), 'alembic/versions/a.py': revision('r1', '"r2"', 'a'), 'alembic/versions/b.py': revision('r2', '"r1"', 'b') });
  expect([some.said, some.tables]).toEqual([expect.stringContaining('is part of a circle'), ['a', 'b', 'z']]);
});

it('may be 100,000 statements in one file', async () => {
  const sql = Array.from({ length: 100_000 }, (_, i) => (i % 100 === 0 ? `CREATE TABLE t${i} (id int PRIMARY KEY, n text);` : `ALTER TABLE t${i - (i % 100)} ADD COLUMN c${i} text;`)).join('\n');
  const { code, lines, tables: found } = await check({ 'schema.sql': sql });
  expect([code, lines.filter((line) => line.includes('parse-error')), found.length]).toEqual([0, [], 1000]);
}, 120_000);
