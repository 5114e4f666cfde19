import { describe, expect, it } from 'vitest';
import type { Project } from '../../src/model/project.js';
import { analyseText } from '../support/analyse-text.js';

const SCHEMA = 'CREATE TABLE users (id serial PRIMARY KEY, email text NOT NULL, name text, secret text);';
const BY_EMAIL = 'SELECT id, name FROM users WHERE email = $1';
const asked = (of: Project) => of.usage.queries.filter((query) => query.place.path.endsWith('by-email.sql')).map((query) => [query.expects, query.guards.map((guard) => guard.k).sort()] as const);
const run = async (files: Readonly<Record<string, string>>): Promise<Project> => (await analyseText({ 'db/schema.sql': SCHEMA, ...files })).project;
const CHECK = (rows: string): string => `export async function add(email: string) { const rows = ${rows}; if (rows.length > 0) throw new Error('taken'); await pool.query('INSERT INTO users (email) VALUES ($1)', [email]); }\n`;

describe('files of queries', () => {
  it('are run where code reads them by name', async () => {
    const found = await run({
      'src/sql/by-email.sql': BY_EMAIL,
      'src/a.ts': `import { readFileSync } from 'node:fs';\nimport { join } from 'node:path';\nimport { pool } from './pool';\nconst byEmail = readFileSync(join(__dirname, 'sql', 'by-email.sql'), 'utf8');\n${CHECK('(await pool.query(byEmail, [email])).rows')}`,
    });
    expect(asked(found)).toEqual([[expect.any(String), ['refuse-if-present']]]);
  });

  it('are told apart by what a loader is given', async () => {
    const found = await run({
      'src/sql/by-email.sql': BY_EMAIL, 'src/sql/all.sql': 'SELECT name FROM users',
      'src/load.ts': "import fs from 'fs';\nimport path from 'path';\nconst cache = new Map<string, string>();\nexport function load(name: string): string {\n  let text = cache.get(name);\n  if (!text) { text = fs.readFileSync(path.resolve(__dirname, './sql', `${name}.sql`)).toString(); cache.set(name, text); }\n  return text;\n}\n",
      'src/a.ts': `import { load } from './load';\nimport { pool } from './pool';\n${CHECK("(await pool.query(load('by-email'), [email])).rows")}export const all = async () => (await pool.query(load('all'))).rows.map((row) => row.name);\n`,
    });
    expect(asked(found)).toEqual([[expect.any(String), ['refuse-if-present']]]);
  });

  it('are found in Python by path and by open', async () => {
    const found = await run({
      'app/sql/by-email.sql': BY_EMAIL,
      'app/users.py': "from pathlib import Path\n\nBY_EMAIL = (Path(__file__).parent / 'sql' / 'by-email.sql').read_text()\n\n\nasync def add(conn, email):\n    row = await conn.fetchrow(BY_EMAIL, email)\n    if row is not None:\n        raise ValueError('taken')\n    await conn.execute('INSERT INTO users (email) VALUES ($1)', email)\n",
    });
    expect(asked(found)).toEqual([['first', ['refuse-if-present']]]);
  });

  it('that are no statements, or of which there are two of one name as near, are no text', async () => {
    const found = await run({
      'src/a/by-email.sql': BY_EMAIL, 'src/b/by-email.sql': BY_EMAIL,
      'src/c/a.ts': `import { readFileSync } from 'fs';\nimport { pool } from './pool';\n${CHECK("(await pool.query(readFileSync(`${process.env.DIR}/by-email.sql`, 'utf8'), [email])).rows")}`,
    });
    expect(asked(found).flatMap(([, guards]) => guards)).toEqual([]);
  });

  it('are no more than a text that a function of a declared type puts together', async () => {
    const found = await run({
      'src/by-email.ts': "export function byEmail(fields: string[]): string { return `SELECT ${fields.join()} FROM users WHERE email = $1`; }\n",
      'src/a.ts': `import { byEmail } from './by-email';\nimport { pool } from './pool';\n${CHECK("(await pool.query(byEmail(['id']), [email])).rows")}`,
    });
    expect(found.usage.queries.flatMap((query) => query.guards.map((guard) => guard.k))).toEqual(['refuse-if-present']);
  });
});
