import { describe, expect, it } from 'vitest';
import type { Project } from '../../src/model/project.js';
import { analyseText } from '../support/analyse-text.js';

const SCHEMA = `
CREATE TABLE companies (id uuid PRIMARY KEY, name text NOT NULL, domain text);
CREATE TABLE leads (id uuid PRIMARY KEY, company_id uuid NOT NULL REFERENCES companies (id), email text, status text NOT NULL, note text, data jsonb, score integer, closed_at timestamptz, created_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE calls (id uuid PRIMARY KEY, lead_id uuid NOT NULL REFERENCES leads (id), outcome text, made_at timestamptz);
CREATE TABLE tags (id uuid PRIMARY KEY, label text NOT NULL);
CREATE TABLE lead_tags (lead_id uuid REFERENCES leads (id), tag_id uuid REFERENCES tags (id), PRIMARY KEY (lead_id, tag_id));
`;
const HEAD = "import { createClient, type SupabaseClient } from '@supabase/supabase-js';\nconst supabase = createClient('u', 'k');\n";

async function project(code: string, head = HEAD, more: Readonly<Record<string, string>> = {}): Promise<Project> {
  return (await analyseText({ 'supabase/migrations/20240101000000_init.sql': SCHEMA, 'src/code.ts': head + code, ...more })).project;
}
async function python(code: string): Promise<Project> {
  return (await analyseText({ 'supabase/migrations/20240101000000_init.sql': SCHEMA, 'app/code.py': `from supabase import Client, create_client\nsupabase: Client = create_client("u", "k")\n${code}` })).project;
}
const queries = (of: Project, name: string) => of.usage.queries.filter((query) => query.root.table.name === name).map((query) => ({
  conditions: query.conditions.map((each) => `${each.column.table.name === name ? '' : `${each.column.table.name}.`}${each.column.name} ${each.op}${each.isOptional ? '?' : ''}${each.inOr ? ' or' : ''}${each.isJoin ? ' join' : ''}`),
  sorts: query.sorts.map((sort) => `${sort.column.name}${sort.desc ? ' desc' : ''}`), verb: query.verb, expects: query.expects, isPartial: query.isPartial, isAggregate: query.isAggregate, limit: query.limit,
}));
const uses = (of: Project, name: string) => { const [owner, column] = name.split('.'); return of.usage.uses.filter((use) => use.table.name === owner && use.column.name === column && use.kind !== 'expose').map((use) => use.kind).sort(); };
const inserts = (of: Project) => of.usage.inserts.map((each) => [each.table.name, [...each.values.keys()].map((column) => column.name).sort().join(), each.isOpen, each.isUpsert] as const);
const guards = (of: Project, name: string) => of.usage.queries.filter((query) => query.root.table.name === name).flatMap((query) => query.guards.map((guard) => guard.k));

describe('queries', () => {
  it('filter, sort and limit rows, of which the named columns are read', async () => {
    const found = await project(`
export async function list(status: string, since: string) {
  const { data, error } = await supabase.from('leads').select('id, mail:email, score').eq('status', status).gte('created_at', since).is('closed_at', null).not('note', 'is', null).in('score', [1, 2]).order('created_at', { ascending: false }).limit(20);
  if (error) throw error;
  return data.map((lead) => lead.mail);
}`);
    expect(queries(found, 'leads')).toEqual([{ conditions: ['status =', 'created_at range', 'closed_at null', 'note not-null', 'score in'], sorts: ['created_at desc'], verb: 'select', expects: 'many', isPartial: false, isAggregate: false, limit: 20 }]);
    expect(uses(found, 'leads.email')).toEqual(['read', 'read']);
    expect(uses(found, 'leads.data')).toEqual([]);
  });

  it('are asked for one row, and tell what is done where there is one', async () => {
    const found = await project(`
export async function add(email: string, company_id: string) {
  const { data: existing } = await supabase.from('leads').select('id').eq('email', email).maybeSingle();
  if (existing) throw new Error('Lead already exists');
  const { data, error } = await supabase.from('leads').insert({ email, company_id, status: 'new' }).select().single();
  return data.note;
}`);
    expect(queries(found, 'leads')[0]).toMatchObject({ conditions: ['email ='], expects: 'one' });
    expect(guards(found, 'leads')).toContain('refuse-if-present');
    expect(inserts(found)).toEqual([['leads', 'company_id,email,status', false, false]]);
    expect(uses(found, 'leads.note')).toEqual(['read']);
  });

  it('bring related rows with them, which are looked up by their keys', async () => {
    const found = await project(`
export async function show(id: string) {
  const { data } = await supabase.from('leads').select(\`
    *,
    company:companies!company_id ( name ),
    calls ( outcome, made_at ),
    tags ( label )
  \`).eq('id', id).single();
  return data.calls.map((call) => call.outcome + data.company.name + data.tags[0].label);
}`);
    expect(queries(found, 'calls')).toMatchObject([{ conditions: ['lead_id ='] }]);
    expect(queries(found, 'companies')).toMatchObject([{ conditions: ['id ='] }]);
    expect(queries(found, 'tags')[0]!.conditions).toContain('lead_tags.lead_id =');
    expect(uses(found, 'leads.company_id')).toContain('join');
    expect(uses(found, 'companies.name')).toEqual(['read', 'read']);
    expect(uses(found, 'companies.domain')).toEqual([]);
    expect(uses(found, 'calls.outcome')).toEqual(['read', 'read']);
    expect(found.usage.exposures.map((each) => [each.table.name, each.all])).toContainEqual(['leads', true]);
  });

  it('grow on paths that are not always taken, in place or not', async () => {
    const found = await project(`
export async function find(filter: { status?: string; email?: string }) {
  let query = supabase.from('leads').select('id');
  if (filter.status) query = query.eq('status', filter.status);
  if (filter.email) query.ilike('email', '%' + filter.email);
  const { data } = await query.order('score');
  return data;
}`);
    expect(queries(found, 'leads')).toMatchObject([{ conditions: ['status =?', 'email like?'], sorts: ['score'] }]);
  });

  it('have alternatives in one text, and parts of columns', async () => {
    const found = await project(`
export const a = async (q: string) => (await supabase.from('leads').select('id').or(\`email.eq.\${q},note.is.null\`).eq('data->>source', 'web')).data;`);
    expect(queries(found, 'leads')).toMatchObject([{ conditions: ['email = or', 'note null or', 'data ='], isPartial: false }]);
  });

  it('count rows', async () => {
    const found = await project(`
export async function taken(email: string) {
  const { count } = await supabase.from('leads').select('*', { count: 'exact', head: true }).eq('email', email);
  if (count > 0) throw new Error('already taken');
  await supabase.from('leads').insert({ email });
}`);
    expect(queries(found, 'leads')).toMatchObject([{ conditions: ['email ='], isAggregate: true }]);
    expect(guards(found, 'leads')).toContain('refuse-if-present');
  });

  it('are followed through wrappers, classes, contexts and types', async () => {
    const found = await project(`
import { createServerClient } from '@supabase/ssr';
async function client() { return createServerClient('u', 'k', { cookies: {} }); }
export class Leads { constructor(private readonly db: SupabaseClient) {} byStatus(status: string) { return this.db.from('leads').select('id').eq('status', status); } }
export async function one(id: string) { const db = await client(); const { data } = await db.from('calls').select('outcome').eq('lead_id', id); return data; }
export async function load({ locals }) { const { data } = await locals.supabase.from('tags').select('label').eq('label', 'x'); return data; }`);
    expect(queries(found, 'leads')).toMatchObject([{ conditions: ['status ='], isPartial: false }]);
    expect(queries(found, 'calls')).toMatchObject([{ conditions: ['lead_id ='] }]);
    expect(queries(found, 'tags')).toMatchObject([{ conditions: ['label ='] }]);
    // Nothing else in the repository speaks to the database: the code that does is no page of somebody else's.
    expect(found.usage.queries.map((query) => query.context.isClient)).toEqual([false, false, false]);
  });

  it('are none of buckets, of other libraries, or without the client', async () => {
    expect((await project("export const a = () => supabase.storage.from('leads').remove(['x']); export const b = (locals) => locals.supabase.storage.from('calls').list();")).usage.queries).toEqual([]);
    expect((await project("export const a = (db) => db.from('leads').select('id').eq('status', 'x');", '')).usage.queries).toEqual([]);
  });
});

describe('writes', () => {
  it('turn into updates where a row is there', async () => {
    const found = await project("export const put = (email: string, id: string) => supabase.from('leads').upsert({ email, company_id: id, status: 'a' }, { onConflict: 'company_id,email' });");
    expect(inserts(found)).toEqual([['leads', 'company_id,email,status', false, true]]);
    expect(queries(found, 'leads')).toMatchObject([{ conditions: ['company_id =', 'email ='], expects: 'one' }]);
  });

  it('change and remove rows by their conditions, awaited or not', async () => {
    const found = await project(`
export async function close(id: string) {
  await supabase.from('leads').update({ status: 'closed', closed_at: new Date().toISOString() }).eq('id', id);
  const { error } = await supabase.from('calls').delete().eq('lead_id', id);
  if (error) throw error;
}
export const wipe = () => supabase.from('tags').delete();`);
    expect(queries(found, 'leads')).toMatchObject([{ verb: 'update', conditions: ['id ='] }]);
    expect(queries(found, 'calls')).toMatchObject([{ verb: 'delete', conditions: ['lead_id ='] }]);
    expect(queries(found, 'tags')).toMatchObject([{ verb: 'delete', conditions: [] }]);
    expect(uses(found, 'leads.closed_at')).toEqual(['write']);
  });
});

describe('around queries', () => {
  it('hand out the rows of which changes are told', async () => {
    const found = await project("export const a = (cb) => supabase.channel('x').on('postgres_changes', { event: '*', schema: 'public', table: 'calls' }, cb).subscribe();");
    expect(found.usage.exposures.map((each) => [each.table.name, each.all])).toEqual([['calls', true]]);
  });

  it('do not take the types of the schema for uses', async () => {
    const types = "export type Database = { public: { Tables: { calls: { Row: { id: string; outcome: string | null } } } } };\n";
    const code = "export const a = async () => (await supabase.from('leads').select('id')).data;";
    expect((await project(code, HEAD, { 'src/types.ts': types })).usage.possible.get('outcome') ?? []).toEqual([]);
    expect((await project(code, HEAD, { 'src/types.ts': types.replace('type Database =', 'interface Database').replace(/;\n$/, '\n') })).usage.possible.get('outcome') ?? []).toEqual([]);
    // A type of another form may be one of what code handles.
    expect((await project(code, HEAD, { 'src/types.ts': types.replace('Tables', 'Forms') })).usage.possible.get('outcome') ?? []).toHaveLength(1);
  });
});

describe('in Python', () => {
  it('are the same', async () => {
    const found = await python(`
def show(email):
    rows = supabase.table("leads").select("id, companies(name)").eq("status", "open").in_("score", [1]).not_.is_("note", "null").order("created_at", desc=True).limit(1).execute()
    for row in rows.data:
        print(row["companies"]["name"])
    lead = supabase.table("leads").select("*").eq("email", email).maybe_single().execute()
    if lead.data:
        raise ValueError("already exists")
    supabase.table("leads").insert({"email": email, "status": "new"}).execute()
    supabase.table("calls").upsert({"outcome": "x", "lead_id": email}, on_conflict="lead_id").execute()
`);
    expect(queries(found, 'leads')).toMatchObject([{ conditions: ['status =', 'score in', 'note not-null'], sorts: ['created_at desc'], limit: 1 }, { conditions: ['email ='], expects: 'one' }]);
    expect(guards(found, 'leads')).toContain('refuse-if-present');
    expect(uses(found, 'companies.name')).toEqual(['read', 'read']);
    expect(inserts(found)).toEqual([['leads', 'email,status', false, false], ['calls', 'lead_id,outcome', false, true]]);
  });
});
