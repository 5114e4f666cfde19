import { describe, expect, it } from 'vitest';
import type { Project } from '../../src/model/project.js';
import { analyseText } from '../support/analyse-text.js';

const SCHEMA = 'CREATE TABLE users (id serial PRIMARY KEY, email text NOT NULL, name text, secret text, seen_at timestamptz);';
const QUERIES = `-- name: get-by-email^
SELECT id, name FROM users WHERE email = :email;

-- name: add_user<!
INSERT INTO users (email, secret) VALUES (:email, :secret) RETURNING id

-- name: rename!
UPDATE users SET name = :name WHERE id = :id;

-- name: count_all$
SELECT count(*) FROM users;

-- name: everybody
SELECT name, email FROM users ORDER BY name;
`;
const run = async (files: Readonly<Record<string, string>>): Promise<Project> => (await analyseText({ 'db/schema.sql': SCHEMA, ...files })).project;
const guards = (of: Project) => of.usage.queries.flatMap((query) => query.guards.map((guard) => guard.k));
const value = (of: Project, name: string) => of.usage.uses.filter((use) => use.column.name === name && use.kind === 'write').map((use) => use.value?.k);

describe('files of named queries', () => {
  it('are functions of the object that aiosql makes of them', async () => {
    const found = await run({
      'app/sql/users.sql': QUERIES,
      'app/users.py': `import aiosql

queries = aiosql.from_path("sql/users.sql", "asyncpg")


async def add(conn, email, secret):
    known = await queries.get_by_email(conn, email=email)
    if known:
        raise ValueError("email already taken")
    user_id = await queries.add_user(conn, email=email, secret=secret)
    await queries.rename(conn, id=user_id, name=None)
    return [row["name"] for row in queries.everybody(conn)]
`,
    });
    expect(guards(found)).toContain('refuse-if-present');
    expect(value(found, 'name')).toEqual(['null']);
    expect(found.usage.possible.get('secret') ?? []).toEqual([]);
    expect(found.usage.uses.filter((use) => use.column.name === 'name' && use.place.path.endsWith('.py')).map((use) => use.kind)).toEqual(['read']);
  });

  it('are loaded from folders, under the names of these or not', async () => {
    const found = await run({
      'app/sql/users.sql': QUERIES,
      'app/users.py': 'import aiosql\nfrom pathlib import Path\n\nqueries = aiosql.from_path(Path(__file__).parent / "sql", "psycopg")\n\n\ndef add(conn, email):\n    if queries.users.get_by_email(conn, email=email) is not None:\n        raise ValueError("taken")\n    queries.add_user(conn, email=email, secret="x")\n',
    });
    expect(guards(found)).toContain('refuse-if-present');
  });

  it('of pugsql say it in words', async () => {
    const found = await run({
      'queries/users.sql': '-- :name find_user :one\nSELECT id FROM users WHERE email = :email\n',
      'app.py': 'import pugsql\n\nqueries = pugsql.module("queries/")\n\n\ndef add(conn, email):\n    if queries.find_user(email=email):\n        raise ValueError("taken")\n    conn.execute("INSERT INTO users (email) VALUES (%s)", (email,))\n',
    });
    expect(guards(found)).toContain('refuse-if-present');
  });

  it('that are not there, or of which there are two as near, are no queries', async () => {
    const found = await run({
      'a/sql/users.sql': QUERIES, 'b/sql/users.sql': QUERIES,
      'app.py': 'import aiosql\n\nqueries = aiosql.from_path("sql/users.sql", "psycopg")\n\n\ndef add(conn, email):\n    if queries.get_by_email(conn, email=email):\n        raise ValueError("taken")\n    conn.execute("INSERT INTO users (email) VALUES (%s)", (email,))\n',
    });
    expect(guards(found)).toEqual([]);
  });
});
