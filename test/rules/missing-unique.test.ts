import { describe, expect, it } from 'vitest';
import { missingUnique } from '../../rules/missing-unique.js';
import { analyseText } from '../support/analyse-text.js';
import { drafts } from '../support/project-builder.js';

const SCHEMA = 'CREATE TABLE tags (id bigint PRIMARY KEY, label text NOT NULL, colour text);';

async function said(code: string): Promise<readonly (string | undefined)[]> {
  const [draft] = drafts(missingUnique, (await analyseText({ 'schema.sql': SCHEMA, 'app/tags.py': code })).project);
  return [/\(([^()]*)\)/.exec(draft!.message)?.[1], ...draft!.related!.map((one) => one.message)];
}

describe('what is said of code that relies on a key', () => {
  it('names the insert that turns into an update', async () => {
    expect(await said(`
def save(conn, label, colour):
    conn.execute("INSERT INTO tags (label, colour) VALUES (%s, %s) ON CONFLICT (label) DO UPDATE SET colour = excluded.colour", (label, colour))
`)).toEqual(['a row is inserted or else updated by it', 'inserted here, or else updated by it']);
  });

  it('names the lookup and the insert that follows it', async () => {
    expect(await said(`
def save(conn, label):
    if conn.execute("SELECT id FROM tags WHERE label = %s", (label,)).fetchone() is None:
        conn.execute("INSERT INTO tags (label) VALUES (%s)", (label,))
`)).toEqual(['checked before a row is inserted', 'looked up here before the insert', 'inserted here when there is none']);
  });
});
