/** Statements of SQL files as usage: names are resolved over the FROM list and the schema, what cannot be told is a gap. */
import { describe, expect, it } from 'vitest';
import type { Project } from '../../src/model/project.js';
import { analyseText } from '../support/analyse-text.js';

const SCHEMA = `
CREATE SCHEMA crm;
CREATE TABLE orgs (id int PRIMARY KEY, name text NOT NULL, plan text);
CREATE TABLE leads (id int PRIMARY KEY, org_id int NOT NULL REFERENCES orgs (id), phone text, stage text, score int, updated_at timestamptz);
CREATE TABLE talks (id int PRIMARY KEY, lead_id int NOT NULL REFERENCES leads (id), org_id int, state text, started_at timestamptz);
CREATE TABLE crm.leads (id int PRIMARY KEY, label text);
CREATE TABLE archive (id int PRIMARY KEY, phone text, stage text);
`;

async function projectOf(sql: string, extra: Readonly<Record<string, string>> = {}): Promise<Project> {
  return (await analyseText({ 'db/schema.sql': SCHEMA, 'queries/q.sql': sql, ...extra })).project;
}

/** `table.column kind` of all uses in the queries, sorted; schema-qualified outside of the default schema. */
async function uses(sql: string): Promise<string[]> {
  const { usage } = await projectOf(sql);
  return [...new Set(usage.uses.filter((use) => use.place.path === 'queries/q.sql' && use.via !== 'catch-all').map((use) => `${use.table.schema ? `${use.table.schema}.` : ''}${use.table.name}.${use.column.name} ${use.kind}`))].sort();
}

/** Each query as `table(conditions) expects`, joins marked with `~`. */
async function queries(sql: string): Promise<string[]> {
  const { usage } = await projectOf(sql);
  return usage.queries.map((query) => `${query.sources.map((source) => source.table.name).join('+')}(${query.conditions.map((each) => `${each.isJoin ? '~' : ''}${each.column.name}`).join(',')}) ${query.expects}${query.isPartial ? ' partial' : ''}`);
}

const gaps = async (sql: string): Promise<string[]> => (await projectOf(sql)).usage.gaps.map((gap) => `${gap.kind} ${gap.detail}`);
const exposed = async (sql: string): Promise<string[]> => [...new Set((await projectOf(sql)).usage.exposures.map((each) => each.table.name))].sort();

describe('the row of a trigger', () => {
  const trigger = (value: string) => `
    CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO archive (id, phone) VALUES (NEW.id, ${value}); RETURN NULL; END $$;
    CREATE TRIGGER kept AFTER UPDATE ON leads FOR EACH ROW EXECUTE FUNCTION keep();`;

  const missing = async (value: string) => (await projectOf('SELECT id FROM leads', { 'db/routines.sql': trigger(value) })).usage.gaps.flatMap((gap) => (gap.kind === 'unresolved-name' ? [gap.detail] : []));

  it('is no column where it is kept as a whole', async () => expect(await missing('to_jsonb(OLD) || to_jsonb(NEW)')).toEqual([]));
  it('leaves other names what they are', async () => expect(await missing('to_jsonb(other)')).toEqual(['"other" is no column of archive, archive']));
});

describe('scopes', () => {
  it('resolves plain columns over the FROM list', async () => {
    expect(await uses('SELECT phone, state FROM leads JOIN talks ON talks.lead_id = leads.id WHERE score > $1')).toEqual(['leads.id join', 'leads.phone read', 'leads.score filter', 'talks.lead_id join', 'talks.state read']);
    expect(await uses('SELECT l.phone FROM leads l, orgs AS o WHERE l.org_id = o.id AND o.plan = $1 ORDER BY l.score')).toEqual(['leads.org_id join', 'leads.phone read', 'leads.score sort', 'orgs.id join', 'orgs.plan filter']);
  });

  it('joins by USING on both sides', async () => {
    expect(await uses('SELECT count(*) FROM leads JOIN talks USING (org_id)')).toEqual(['leads.org_id join', 'talks.org_id join']);
  });

  it('sees the query around from inside, and LATERAL its neighbours', async () => {
    expect(await uses('SELECT phone FROM leads l WHERE EXISTS (SELECT 1 FROM talks t WHERE t.lead_id = l.id AND state = $1)')).toEqual(['leads.id join', 'leads.phone read', 'talks.lead_id join', 'talks.state filter']);
    expect(await queries('SELECT l.phone, x.state FROM leads l CROSS JOIN LATERAL (SELECT state FROM talks t WHERE t.lead_id = l.id ORDER BY started_at DESC LIMIT 1) x WHERE l.org_id = $1')).toEqual(['leads(org_id) many', 'talks(~lead_id) first']);
  });

  it('traces columns of CTEs and sub-queries to their tables', async () => {
    expect(await uses('WITH hot AS (SELECT id AS lead, stage AS s FROM leads WHERE score > $1) SELECT h.s FROM hot h JOIN talks t ON t.lead_id = h.lead')).toEqual(['leads.id join', 'leads.id read', 'leads.score filter', 'leads.stage read', 'talks.lead_id join']);
    expect(await uses('WITH x (a, b) AS (SELECT phone, stage FROM leads) SELECT t.id FROM talks t JOIN x ON x.b = t.state')).toContain('leads.stage join');
    expect(await uses('WITH RECURSIVE up AS (SELECT id, org_id FROM leads WHERE id = $1 UNION ALL SELECT o.id, NULL FROM orgs o JOIN up ON up.org_id = o.id) SELECT id FROM up')).toContain('leads.org_id join');
  });

  it('takes a column of a sub-query for no value to look up by', async () => {
    expect(await queries('WITH x AS (SELECT id FROM orgs WHERE plan = $1) SELECT phone FROM leads LEFT JOIN x ON leads.org_id = x.id')).toEqual(['leads() many', 'orgs(plan) many']);
  });

  it('reads set operations, window functions and groups', async () => {
    expect(await queries('SELECT phone FROM leads WHERE stage = $1 UNION ALL SELECT phone FROM archive WHERE stage = $1')).toEqual(['leads(stage) many', 'archive(stage) many']);
    expect(await uses('SELECT stage, count(*), sum(score) OVER (PARTITION BY org_id ORDER BY updated_at) FROM leads GROUP BY stage')).toEqual(['leads.org_id read', 'leads.score read', 'leads.stage group', 'leads.stage read', 'leads.updated_at read']);
  });

  it('hands whole rows out for * and for a row by its alias', async () => {
    expect(await exposed('SELECT t.*, l.phone FROM talks t JOIN leads l ON l.id = t.lead_id')).toEqual(['talks']);
    expect(await exposed('SELECT row_to_json(l) FROM leads l')).toEqual(['leads']);
    expect(await exposed('SELECT * FROM (SELECT * FROM leads) x')).toEqual(['leads']);
  });

  it('keeps schemas apart, by qualification and by search_path', async () => {
    expect(await uses('SELECT label FROM crm.leads')).toEqual(['crm.leads.label read']);
    const { schema } = await projectOf('', { 'db/schema2.sql': 'SET search_path TO crm, public;\nALTER TABLE leads ADD COLUMN extra text;\nCREATE TABLE notes (id int PRIMARY KEY);' });
    expect(schema.tables.filter((table) => table.schema === 'crm').map((table) => `${table.name}(${table.columns.map((column) => column.name).join()})`)).toEqual(['leads(id,label,extra)', 'notes(id)']);
  });
});

describe('what cannot be told', () => {
  it('is a gap about the tables in scope', async () => {
    expect(await gaps('SELECT nonsense FROM leads WHERE id = $1')).toEqual(['unresolved-name "nonsense" is no column of leads']);
    expect(await gaps('SELECT id FROM nobody WHERE other = $1')).toEqual([]);
  });

  it('leaves a query partial whose condition is not understood', async () => {
    expect(await queries('DELETE FROM leads WHERE nonsense = $1')).toEqual(['leads() many partial']);
  });

  it('is no claim of absence where only a schema is in sight', async () => {
    const { project } = await analyseText({ 'db/structure.sql': SCHEMA });
    expect(project.usage.gaps.filter((gap) => gap.table === null).map((gap) => gap.kind)).toEqual(['unsupported']);
    expect((await projectOf('SELECT id FROM leads WHERE org_id = $1')).usage.gaps).toEqual([]);
  });
});

describe('statements that write', () => {
  const copies = async (sql: string): Promise<string[]> => (await projectOf(sql)).usage.copies.map((copy) => `${copy.from.table.name}.${copy.from.name} > ${copy.to.table.name}.${copy.to.name}${copy.atInsert ? ' at insert' : ''}`);

  it('copies by UPDATE … FROM, by sub-query, by INSERT … SELECT', async () => {
    expect(await copies('UPDATE leads l SET stage = t.state FROM talks t WHERE t.lead_id = l.id')).toEqual(['talks.state > leads.stage']);
    expect(await copies('UPDATE leads SET stage = (SELECT state FROM talks WHERE talks.lead_id = leads.id ORDER BY started_at DESC LIMIT 1)')).toEqual(['talks.state > leads.stage']);
    expect(await copies('INSERT INTO archive (id, phone, stage) SELECT id, phone, stage FROM leads WHERE org_id = $1')).toEqual(['leads.id > archive.id at insert', 'leads.phone > archive.phone at insert', 'leads.stage > archive.stage at insert']);
  });

  it('reads MERGE and COPY', async () => {
    const merged = await uses('MERGE INTO archive a USING leads l ON a.id = l.id WHEN MATCHED THEN UPDATE SET stage = l.stage WHEN NOT MATCHED THEN INSERT (id, phone) VALUES (l.id, l.phone)');
    expect(merged).toEqual(expect.arrayContaining(['archive.stage write', 'archive.id write', 'leads.phone read', 'archive.id join']));
    const { usage } = await projectOf('COPY leads (id, phone) FROM STDIN;\n1\t2\n\\.\nCOPY orgs TO STDOUT;');
    expect(usage.inserts.map((insert) => [insert.table.name, [...insert.values.keys()].map((column) => column.name)])).toEqual([['leads', ['id', 'phone']]]);
    expect(usage.exposures.map((each) => each.table.name)).toEqual(['orgs']);
  });

  it('upserts by the columns of ON CONFLICT, without reading what it adds to', async () => {
    const sql = 'INSERT INTO leads (id, org_id, score) VALUES ($1, $2, 1) ON CONFLICT (id) DO UPDATE SET score = leads.score + 1, updated_at = now()';
    expect(await uses(sql)).toEqual(['leads.id lookup', 'leads.id write', 'leads.org_id write', 'leads.score write', 'leads.updated_at write']);
  });
});

describe('the database itself', () => {
  it('derives the columns of a view from its query', async () => {
    const { schema } = await projectOf('', { 'db/views.sql': 'CREATE VIEW hot AS SELECT l.*, o.name AS org, score * 2 AS twice FROM leads l JOIN orgs o ON o.id = l.org_id;\nCREATE MATERIALIZED VIEW counts (stage, n) AS SELECT stage, count(*) FROM leads GROUP BY 1;' });
    const view = (name: string) => schema.tables.find((table) => table.name === name)!;
    expect([view('hot').kind, view('hot').columns.map((column) => column.name)]).toEqual(['view', ['id', 'org_id', 'phone', 'stage', 'score', 'updated_at', 'org', 'twice']]);
    expect([view('counts').kind, view('counts').columns.map((column) => column.name)]).toEqual(['materialized-view', ['stage', 'n']]);
  });

  it('reads and writes in functions, triggers and policies', async () => {
    const { schema, usage } = await projectOf('SELECT id FROM leads WHERE org_id = $1', { 'db/routines.sql': `
      CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.updated_at := now(); RETURN NEW; END $$;
      CREATE TRIGGER stamp BEFORE UPDATE ON leads FOR EACH ROW EXECUTE FUNCTION stamp();
      CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN UPDATE leads SET stage = NEW.state WHERE id = NEW.lead_id; RETURN NULL; END $$;
      CREATE TRIGGER keep AFTER INSERT OR UPDATE ON talks FOR EACH ROW EXECUTE FUNCTION keep();
      ALTER TABLE orgs ENABLE ROW LEVEL SECURITY;
      CREATE POLICY own ON orgs USING (plan = current_setting('app.plan'));` });
    const table = (name: string) => schema.tables.find((each) => each.name === name && each.schema === null)!;
    expect(table('leads').columns.find((column) => column.name === 'updated_at')!.onUpdate).toBe('trigger');
    expect(table('talks').triggers[0]!.writes).toEqual([{ table: 'leads', column: 'stage' }]);
    const used = new Set(usage.uses.filter((use) => use.place.path === 'db/routines.sql').map((use) => `${use.table.name}.${use.column.name} ${use.kind}`));
    expect([...used]).toEqual(expect.arrayContaining(['leads.stage write', 'talks.state read', 'talks.lead_id read', 'orgs.plan read']));
    expect(usage.copies.filter((copy) => copy.via !== 'trigger')).toEqual([]);
  });
});

describe('names in code', () => {
  it('are those of columns in camel case too, where no model says how columns are called', async () => {
    const project = await projectOf('SELECT id FROM leads WHERE org_id = $1', { 'src/page.ts': 'export const fields = { startedAt: true, orgId: true };\nexport const first = (talk) => talk.startedAt;' });
    const column = project.schema.tables.find((table) => table.name === 'talks')!.columns.find((each) => each.name === 'started_at')!;
    expect(project.possibleUsesOf(column).map((use) => use.kind)).toEqual(['key', 'attribute']);
  });
});
