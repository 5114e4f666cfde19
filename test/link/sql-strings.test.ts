/** SQL in strings of code: what runs it, what its parameters get, and what is read of the result. */
import { describe, expect, it } from 'vitest';
import type { Usage } from '../../src/model/usage.js';
import { analyseText } from '../support/analyse-text.js';

const SCHEMA = `
CREATE TABLE orgs (id uuid PRIMARY KEY, name text NOT NULL);
CREATE TABLE leads (id uuid PRIMARY KEY, org_id uuid NOT NULL REFERENCES orgs (id), phone text NOT NULL, stage text, notes text);
CREATE TABLE talks (id uuid PRIMARY KEY, lead_id uuid NOT NULL REFERENCES leads (id), state text, closed_at timestamptz);
`;

async function usageOf(path: string, code: string): Promise<Usage> {
  return (await analyseText({ 'db/schema.sql': SCHEMA, [path]: code })).project.usage;
}

const python = (code: string): Promise<Usage> => usageOf('app/service.py', code);
const script = (code: string): Promise<Usage> => usageOf('src/service.ts', code);

/** `table.column` of the uses of one kind that are written outside of SQL, or inside it. */
const usesOf = (usage: Usage, kind: string, via: 'code' | 'sql'): string[] => [...new Set(usage.uses.filter((use) => use.kind === kind && use.via === via).map((use) => `${use.table.name}.${use.column.name}`))].sort();
const queries = (usage: Usage): string[] => usage.queries.map((query) => `${query.root.table.name}(${query.conditions.map((condition) => condition.column.name).join()}) ${query.expects}${query.guards.length ? ` ${[...new Set(query.guards.map((guard) => guard.k))].sort().join()}` : ''}`);
const copies = (usage: Usage): string[] => usage.copies.map((copy) => `${copy.from.table.name}.${copy.from.name} > ${copy.to.table.name}.${copy.to.name} ${copy.via}`);
/** What is inserted into each column, with the column it is copied from. */
const inserted = (usage: Usage): string[] => usage.inserts.flatMap((insert) => [...insert.values].map(([column, value]) => `${insert.table.name}.${column.name} = ${value.column ? `${value.column.table.name}.${value.column.name}` : value.k}`));

describe('Python', () => {
  it('fetches from a DB-API cursor by its name', async () => {
    const usage = await python(`
import psycopg2

def get_lead(conn, org, phone):
    with conn.cursor() as cur:
        cur.execute("SELECT * FROM leads WHERE org_id = %s AND phone = %s", (org, phone))
        row = cur.fetchone()
    if row is None:
        with conn.cursor() as cur:
            cur.execute("INSERT INTO leads (id, org_id, phone) VALUES (%s, %s, %s)", (new_id(), org, phone))
    return row["notes"]

def list_leads(conn, org):
    cur = conn.cursor()
    cur.execute("SELECT id, stage FROM leads WHERE org_id = %s", (org,))
    return [(a, b) for a, b in cur.fetchall()]
`);
    expect(queries(usage)).toEqual(['leads(org_id,phone) first insert-if-absent,used-as-row', 'leads(org_id) many']);
    expect(usesOf(usage, 'read', 'code')).toEqual(['leads.id', 'leads.notes', 'leads.stage']);
  });

  it('fetches from what entering a class of the repository gives, and knows a text that was put together beforehand', async () => {
    const usage = await python(`
import psycopg2

class Client:
    def __enter__(self):
        self.connection = psycopg2.connect("")
        self.cursor = self.connection.cursor()
        return self.cursor

class Unit:
    def __enter__(self):
        return self

    def phone(self, org):
        return org.phone

def get_lead(org, phone):
    with Client() as cur:
        query = cur.mogrify("SELECT id, notes FROM leads WHERE org_id = %(org)s AND phone = %(phone)s", {"org": org, "phone": phone})
        cur.execute(query)
        row = cur.fetchone()
    return row["notes"]

def add_lead(org):
    with Client() as cur, Unit() as unit:
        cur.execute(query=cur.mogrify("INSERT INTO leads (id, stage, phone) VALUES (%s, 'new', %s)", (1, unit.phone(org))))
`);
    expect(queries(usage)).toEqual(['leads(org_id,phone) first used-as-row']);
    expect(usesOf(usage, 'read', 'code')).toEqual(['leads.notes']);
    expect(usage.inserts.map((insert) => [...insert.values].map(([column, value]) => `${column.name} ${value.k} ${value.constant ?? ''}`))).toEqual([['id constant 1', 'stage constant new', 'phone other ']]);
  });

  it('follows psycopg 3 chains, named parameters and helpers of the repository', async () => {
    const usage = await python(`
from app.db import pool

QUERY = """
    SELECT id, lead_id FROM talks WHERE id = %(id)s
"""

def one(sql, params):
    with pool.connection() as conn:
        return conn.execute(sql, params).fetchone()

def copy_stage(talk_id, stage):
    talk = one(QUERY, {"id": talk_id})
    with pool.connection() as conn:
        conn.execute("UPDATE talks SET state = %(s)s WHERE id = %(id)s", {"s": stage, "id": talk_id})
        conn.execute("UPDATE leads SET stage = %(s)s WHERE id = %(id)s", {"s": stage, "id": talk["lead_id"]})
`);
    expect(queries(usage)).toEqual(['talks(id) first returned,used-as-row', 'talks(id) many', 'leads(id) many']);
    expect(copies(usage)).toEqual(['talks.state > leads.stage same-value']);
  });

  it('reads asyncpg, whose methods say how many rows', async () => {
    const usage = await python(`
import asyncpg

async def add(conn: asyncpg.Connection, org, phone):
    lead = await conn.fetchrow("SELECT id, org_id FROM leads WHERE org_id = $1 AND phone = $2", org, phone)
    if not lead:
        raise LookupError
    await conn.execute("INSERT INTO talks (id, lead_id, state) VALUES ($1, $2, NULL)", make_id(), lead["id"])
    n = await conn.fetchval("SELECT count(*) FROM talks WHERE lead_id = $1", lead["id"])
    for row in await conn.fetch("SELECT * FROM talks WHERE lead_id = $1", lead["id"]):
        print(row["closed_at"])
`);
    expect(queries(usage)).toEqual(['leads(org_id,phone) first used-as-row', 'talks(lead_id) count', 'talks(lead_id) many']);
    expect(inserted(usage)).toEqual(['talks.id = other', 'talks.lead_id = leads.id', 'talks.state = null']);
    expect(usesOf(usage, 'read', 'code')).toEqual(['leads.id', 'talks.closed_at']);
  });

  it("reads SQLAlchemy's text, f-strings, format and concatenation", async () => {
    const usage = await python(`
from sqlalchemy import text

def first(session, org):
    return session.execute(text("SELECT name FROM orgs WHERE id = :org"), {"org": org}).scalar_one_or_none()

def search(session, table, order, limit):
    a = session.execute(text(f"SELECT stage FROM leads WHERE org_id = :o ORDER BY phone LIMIT {limit}"), {"o": 1}).mappings().all()
    b = session.execute("SELECT state FROM talks " + "WHERE lead_id = %s", (limit,)).fetchall()
    c = session.execute("SELECT notes FROM leads WHERE stage = '{}'".format(order)).fetchall()
    return [row["stage"] for row in a] + [row.state for row in b] + [r[0] for r in c]
`);
    expect(queries(usage)).toEqual(['orgs(id) one', 'leads(org_id) many', 'talks(lead_id) many', 'leads(stage) many']);
    expect(usesOf(usage, 'read', 'code')).toEqual(['leads.notes', 'leads.stage', 'talks.state']);
  });
});

describe('Python, put together', () => {
  it('knows no whole filter where something that is not known is added to the text', async () => {
    const { queries: found } = await python(`
BASE = "SELECT id, notes FROM leads WHERE org_id = %s"

def find(cur, org, phone, more):
    query = "SELECT id, notes FROM leads WHERE stage = %s"
    params = [org]
    if phone:
        query += more
        params.append(phone)
    cur.execute(query, params)
    row = cur.fetchone()
    cur.execute(BASE + more, (org, phone))
    other = cur.fetchone()
    return row["notes"] or other.get("notes")
`);
    expect(found.map((query) => [query.conditions.map((condition) => condition.column.name).join(), query.isPartial])).toEqual([['stage', true], ['org_id', true]]);
  });

  it('reads columns of rows by get', async () => {
    const usage = await python(`
def notes(conn):
    row = conn.execute("SELECT * FROM leads WHERE id = %s", (1,)).fetchone()
    return row.get("notes")
`);
    expect(usesOf(usage, 'read', 'code')).toEqual(['leads.notes']);
  });
});

describe('TypeScript', () => {
  it('sees a check before an insert with an early return', async () => {
    const usage = await script(`
export async function ensure(db, org, phone) {
  const existing = await db.oneOrNone('SELECT * FROM leads WHERE org_id = $1 AND phone = $2', [org, phone]);
  if (existing) return existing;
  return db.one('INSERT INTO leads (id, org_id, phone) VALUES ($1, $2, $3) RETURNING *', [makeId(), org, phone]);
}
`);
    expect(queries(usage)).toEqual(['leads(org_id,phone) one insert-if-absent,returned']);
  });

  it('reads node-postgres: rows, the first row, how many rows there are', async () => {
    const usage = await script(`
import { Pool } from 'pg';
const pool = new Pool();

export async function addLead(org: string, phone: string) {
  const known = await pool.query('SELECT 1 FROM leads WHERE org_id = $1 AND phone = $2', [org, phone]);
  if (known.rowCount === 0) await pool.query('INSERT INTO leads (id, org_id, phone) VALUES (gen_random_uuid(), $1, $2)', [org, phone]);
  const { rows } = await pool.query('SELECT * FROM leads WHERE org_id = $1 AND phone = $2', [org, phone]);
  const [lead] = rows;
  return { notes: lead.notes, stage: rows[0].stage };
}
export const states = async () => (await pool.query({ text: 'SELECT state FROM talks', values: [] })).rows.map((row) => row.state);
`);
    expect(queries(usage)).toEqual(['leads(org_id,phone) exists insert-if-absent', 'leads(org_id,phone) first used-as-row', 'talks() many']);
    expect(usesOf(usage, 'read', 'code')).toEqual(['leads.notes', 'leads.stage', 'talks.state']);
  });

  it('reads tagged templates of postgres.js, slonik and Prisma', async () => {
    const usage = await script(`
import postgres from 'postgres';
import { prisma, pool, s } from './db.js';
const sql = postgres();

export async function all(id: string, phone: string) {
  const [lead] = await sql\`SELECT * FROM leads WHERE id = \${id}\`;
  const org = await pool.maybeOne(s.sql.type(schema)\`SELECT id, name FROM orgs WHERE name = \${phone}\`);
  const talks = await prisma.$queryRaw<{ state: string }[]>\`SELECT state FROM talks WHERE lead_id = \${lead.id}\`;
  await sql\`INSERT INTO talks (id, lead_id) VALUES (\${makeId()}, \${lead.id})\`;
  return [lead.notes, org.name, talks[0].state];
}
`);
    expect(queries(usage)).toEqual(['leads(id) first used-as-row', 'orgs(name) one used-as-row', 'talks(lead_id) first used-as-row']);
    expect(usesOf(usage, 'read', 'code')).toEqual(['leads.id', 'leads.notes', 'orgs.name', 'talks.state']);
    expect(inserted(usage)).toEqual(['talks.id = other', 'talks.lead_id = leads.id']);
  });

  it('follows a helper that runs what it is given, and Knex', async () => {
    const usage = await script(`
import { pool, knex } from './db.js';
export async function query(text: string, params: unknown[] = []) { const result = await pool.query(text, params); return result.rows; }
export async function one(text: string, params: unknown[] = []) { return (await query(text, params))[0] ?? null; }

export async function main(id: string) {
  const lead = await one('SELECT l.*, o.name AS org_name FROM leads l JOIN orgs o ON o.id = l.org_id WHERE l.id = $1', [id]);
  const { rows } = await knex.raw('select closed_at from talks where lead_id = ?', [lead.id]);
  return [lead.org_name, lead.stage, rows[0].closed_at];
}
`);
    expect(queries(usage)).toEqual(['leads(id,id) first returned,used-as-row', 'talks(lead_id) first used-as-row']);
    expect(usesOf(usage, 'read', 'code')).toEqual(['leads.id', 'leads.stage', 'orgs.name', 'talks.closed_at']);
  });
});

describe('statements that write', () => {
  it('takes ON CONFLICT for a lookup and UPDATE … FROM for a copy', async () => {
    const usage = await script(`
export async function sync(db) {
  await db.query('INSERT INTO leads (id, org_id, phone) VALUES ($1, $2, $3) ON CONFLICT (org_id, phone) DO UPDATE SET notes = excluded.notes', ids);
  await db.query('UPDATE leads SET stage = t.state FROM talks t WHERE t.lead_id = leads.id');
}
`);
    expect(queries(usage)[0]).toBe('leads(org_id,phone) one upsert');
    expect(copies(usage)).toEqual(['talks.state > leads.stage sql']);
  });

  it('does not take COALESCE over the column itself for a compound write', async () => {
    const usage = await script(`export const patch = (db, id, body) => db.query('UPDATE leads SET stage = COALESCE($2, stage), notes = notes || $3 WHERE id = $1', [id, body.stage, body.note]);`);
    const writes = usage.uses.filter((use) => use.kind === 'write').map((use) => `${use.column.name} ${use.isCompound ?? false}`);
    expect(writes).toEqual(['stage false', 'notes true']);
  });

  it('says where columns are set by computed names', async () => {
    const usage = await script('export const patch = (db, id, sets) => db.query(`UPDATE leads SET ${sets} WHERE id = $1`, [id]);');
    expect(usage.gaps.map((gap) => `${gap.kind} ${gap.table?.name}`)).toEqual(['dynamic-access leads']);
  });

  it('stores nothing when a row that was handed out is changed', async () => {
    const usage = await script(`export async function f(db) { const { rows } = await db.query('SELECT * FROM leads'); for (const row of rows) row.stage = 'x'; return rows; }`);
    expect(usage.uses.filter((use) => use.kind === 'write')).toEqual([]);
  });
});

describe('templates with models and columns in their holes', () => {
  const tables = `import { pgTable, text, uuid, pgSchema } from 'drizzle-orm/pg-core';
export const orgs = pgTable('orgs', { id: uuid('id').primaryKey(), name: text('name').notNull() });
export const leads = pgTable('leads', { id: uuid('id').primaryKey(), orgId: uuid('org_id').notNull(), stage: text('stage'), notes: text('notes') });
export const oldLeads = pgSchema('archive').table('old_leads', { id: uuid('id').primaryKey(), stage: text('stage') });
`;
  const run = async (statement: string) => {
    const { project } = await analyseText({ 'src/schema.ts': tables, 'src/service.ts': `import { sql } from 'drizzle-orm';\nimport { drizzle } from 'drizzle-orm/node-postgres';\nimport { leads, oldLeads, orgs } from './schema';\nconst db = drizzle(process.env.DATABASE_URL!);\nexport const run = (id: string, name: string) => db.execute(sql\`${statement}\`);\n` });
    return project.usage;
  };

  it('is about their tables, by the names and schemas that these have', async () => {
    const usage = await run('update ${leads} set stage = ${name} from ${orgs} where leads.org_id = orgs.id and orgs.name = ${id}');
    expect(usesOf(usage, 'write', 'sql')).toEqual(['leads.stage']);
    expect(usesOf(usage, 'filter', 'sql')).toEqual(['orgs.name']);
    expect(inserted(await run('insert into ${oldLeads} (id, stage) values (${id}, ${name})'))).toEqual(['old_leads.id = other', 'old_leads.stage = other']);
  });

  it('has more conditions than its text where columns stand in holes, but not where these are values', async () => {
    const partial = async (statement: string) => (await run(statement)).queries.map((query) => `${query.root.table.name}(${query.conditions.map((condition) => condition.column.name).join()}) ${query.isPartial}`);
    expect(await partial('delete from ${leads} where ${leads.orgId} = ${id}')).toEqual(['leads() true']);
    expect(await partial('delete from ${leads} where org_id = ${id}')).toEqual(['leads(org_id) false']);
    expect(await partial('select stage from ${leads} where org_id = ${orgs.id}')).toEqual(['leads(org_id) false']);
  });
});
