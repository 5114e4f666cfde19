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

it('quotes the name of the new key where PostgreSQL would write it small, as the model has it', async () => {
  const { project } = await analyseText({
    'schema.prisma': 'datasource db {\n  provider = "postgresql"\n  url = env("DATABASE_URL")\n}\nmodel Tag {\n  id Int @id @default(autoincrement())\n  boardId Int\n  label String\n}',
    'src/tags.ts': `import { PrismaClient } from '@prisma/client';
const prisma = new PrismaClient();
export async function add(boardId: number, label: string) {
  if (await prisma.tag.findFirst({ where: { boardId, label } })) throw new Error('there is one');
  return prisma.tag.create({ data: { boardId, label } });
}`,
  });
  const [, key] = drafts(missingUnique, project)[0]!.remedies!;
  expect(key).toMatchObject({ sql: 'ALTER TABLE "Tag" ADD CONSTRAINT "uq_Tag_boardId_label" UNIQUE ("boardId", label);', code: '@@unique([boardId, label], map: "uq_Tag_boardId_label")' });
});

it('proposes what the code compares where that is not the column as it stands', async () => {
  const { project } = await analyseText({ 'schema.sql': 'CREATE TABLE seats (id bigint PRIMARY KEY, plan_id bigint NOT NULL, email text NOT NULL);', 'app/seats.py': `
def add(conn, plan_id, email):
    if conn.execute("SELECT id FROM seats WHERE plan_id = %s AND lower(email) = %s", (plan_id, email.lower())).fetchone() is None:
        conn.execute("INSERT INTO seats (plan_id, email) VALUES (%s, %s)", (plan_id, email))
` });
  const [draft] = drafts(missingUnique, project);
  expect(draft!.help).toContain('Make seats (plan_id, lower(email)) unique');
  expect(draft!.remedies!.map((one) => one.sql)).toEqual([
    'SELECT plan_id, lower(email), count(*) FROM seats GROUP BY plan_id, lower(email) HAVING count(*) > 1;',
    'CREATE UNIQUE INDEX CONCURRENTLY uq_seats_plan_id_email ON seats (plan_id, lower(email));',
  ]);
});
