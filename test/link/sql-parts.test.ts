/** Statements that code puts together: conditions from lists, clauses added behind them, assignments. */
import { describe, expect, it } from 'vitest';
import type { Project } from '../../src/model/project.js';
import { analyseText } from '../support/analyse-text.js';

const SCHEMA = `
CREATE TABLE orgs (id uuid PRIMARY KEY, name text NOT NULL);
CREATE TABLE leads (id uuid PRIMARY KEY, org_id uuid NOT NULL REFERENCES orgs (id), phone text NOT NULL, stage text, notes text, seen_at timestamptz);
`;
const analyse = async (path: string, code: string): Promise<Project> => (await analyseText({ 'db/schema.sql': SCHEMA, [path]: code })).project;
/** Conditions of each query, `?` those that only some paths add, with what it sorts by; `…` where more may be asked for. */
const queriesOf = (project: Project): string[] => project.usage.queries.map((query) => [
  query.conditions.filter((each) => !each.isJoin).map((each) => `${each.column.name} ${each.op}${each.value.k === 'constant' ? ` ${each.value.v}` : ''}${each.isOptional ? '?' : ''}${each.inOr ? ' or' : ''}`).join(', '),
  ...(query.isPartial ? ['…'] : []), ...(query.sorts.length > 0 ? [`by ${query.sorts.map((sort) => sort.column.name).join()}`] : []),
].join(' '));
const python = async (code: string): Promise<string[]> => queriesOf(await analyse('app/leads.py', code));
const script = async (code: string): Promise<string[]> => queriesOf(await analyse('src/leads.ts', `import { pool, sql } from './db';\n${code}`));

describe('conditions in a list', () => {
  it('hold where they are always there, and sometimes where a branch adds them', async () => {
    expect(await script(`
export async function list(org, filter) {
  const conditions = ['l.org_id = $1'];
  const values = [org];
  const bind = (value) => '$' + values.push(value);
  if (filter.stage) conditions.push(\`l.stage = \${bind(filter.stage)}\`);
  if (filter.seen) { values.push(filter.seen); conditions.push(\`l.seen_at > $\${values.length}\`); }
  const where = conditions.length > 0 ? \`WHERE \${conditions.join(' AND ')}\` : '';
  const { rows } = await pool.query(\`SELECT l.id, l.phone FROM leads l \${where} ORDER BY l.phone LIMIT $\${values.length + 1}\`, [...values, 20]);
  return rows;
}`)).toEqual(['org_id =, stage =?, seen_at range? by phone']);
  });

  it('are joined in Python, and put in by names, percent signs, braces and plus', async () => {
    expect(await python(`
def first(conn, org, stage=None):
    where = ["org_id = %(org)s", "notes IS NULL"]
    if stage:
        where.append("stage = %(stage)s")
    query = "SELECT id FROM leads"
    if where:
        query += " WHERE " + " AND ".join(where)
    query += " ORDER BY phone"
    return conn.execute(query, {"org": org, "stage": stage}).fetchall()

def second(conn, org, stage=None):
    clauses = []
    if stage:
        clauses.append("stage = %s")
    clauses.extend(["org_id = %s"])
    return conn.execute("SELECT id FROM leads WHERE %s" % " AND ".join(clauses), [stage, org]).fetchall()

def third(conn, org):
    return conn.execute(f"SELECT id FROM leads WHERE {' OR '.join(['org_id = %s', 'notes IS NULL'])}", [org]).fetchall()
`)).toEqual(['org_id =, notes null, stage =? by phone', 'stage =?, org_id =', 'org_id = or, notes null or']);
  });

  it('are composed by psycopg', async () => {
    expect(await python(`
from psycopg import sql

def find(conn, org, stage):
    parts = [sql.SQL("org_id = %s")]
    if stage:
        parts.append(sql.SQL("stage = %s"))
    return conn.execute(sql.SQL("SELECT id FROM leads WHERE {}").format(sql.SQL(" AND ").join(parts)), [org]).fetchall()
`)).toEqual(['org_id =, stage =?']);
  });

  it('leave the query open where others are not known', async () => {
    expect(await script(`
export async function list(org, more) {
  const conditions = ['org_id = $1', more];
  return (await pool.query('SELECT id FROM leads WHERE ' + conditions.join(' AND '), [org])).rows;
}`)).toEqual(['org_id = …']);
  });

  it('are those of the query that they stand in', async () => {
    expect(await script(`
export async function stages(org) {
  const inner = ['stage IS NOT NULL'];
  return (await pool.query(\`WITH told AS (SELECT org_id FROM leads WHERE \${inner.join(' AND ')}) SELECT o.name FROM orgs o JOIN told ON told.org_id = o.id WHERE o.id = $1\`, [org])).rows;
}`)).toEqual(['id =', 'stage not-null']);
  });
});

describe('what is added behind a statement', () => {
  it('is a part of it, where one function returns the statement too', async () => {
    expect(await script(`
const base = () => \`SELECT l.id, o.name FROM leads l JOIN orgs o ON o.id = l.org_id\`;
export const byPhone = async (phone) => (await pool.query(\`\${base()} WHERE l.phone = $1 ORDER BY l.seen_at\`, [phone])).rows;
export async function late(stage) {
  let text = 'SELECT id FROM leads WHERE seen_at < now()';
  if (stage) text += ' AND stage = $1';
  return (await pool.query(text + ' ORDER BY phone', [stage])).rows;
}`)).toEqual(['phone = by seen_at', 'seen_at range, stage =? by phone']);
  });

  it('may stand right behind a name', async () => {
    expect(await script(`
const where = () => ' WHERE ' + ['l.org_id = $1', 'l.stage IS NULL'].join(' AND ');
export const list = async (org) => (await pool.query(\`SELECT l.id FROM leads l\${where()} ORDER BY l.phone\`, [org])).rows;
export const count = async (org) => (await pool.query('SELECT count(*) FROM leads l' + where(), [org])).rows[0].count;
export const yearly = async (year) => (await pool.query(\`SELECT id FROM leads_\${year} ORDER BY phone\`)).rows;`)).toEqual(['org_id =, stage null by phone', 'org_id =, stage null']);
  });

  it('may be a tagged template in another one, or nothing', async () => {
    expect(await script(`
export const list = (org, stage) => sql\`SELECT id FROM leads WHERE org_id = \${org} \${stage ? sql\`AND stage = \${stage}\` : sql\`\`} ORDER BY phone\`;`)).toEqual(['org_id =, stage =? by phone']);
  });

  it('is read once, with a constant of the file and in a chain too', async () => {
    expect(await script(`
const LATE = 'seen_at < now()';
export const late = async () => (await pool.query(\`SELECT id FROM leads WHERE \${LATE}\`)).rows;
export const lost = async (more) => (await pool.query('SELECT id FROM leads ' + 'WHERE stage = $1', [more])).rows;`)).toEqual(['seen_at range', 'stage =']);
  });

  it('is told of a text that another function is given', async () => {
    expect(await script(`
async function all(text, values) { return (await pool.query(text, values)).rows; }
export const list = (org, stage) => all(\`SELECT id FROM leads WHERE org_id = $1 \${stage ? 'AND stage = $2' : ''}\`, [org, stage]);`)).toEqual(['org_id =, stage =?']);
  });
});

describe('a chain of plus signs', () => {
  it('has each part where it stands, be it a condition, an assignment, a list of columns or a table', async () => {
    const { usage } = await analyse('app/leads.py', `
def change(conn, id, stage=None):
    changes = ["notes = %s"]
    if stage:
        changes.append("stage = %s")
    conn.execute("UPDATE leads SET " + ", ".join(changes) + " WHERE id = %s", [id])

def rows(conn, table, wanted, org):
    columns = ", ".join(wanted)
    return conn.execute("SELECT " + columns + " FROM " + table + f" WHERE {'org_id'} = %s" + " AND " + " AND ".join(["phone = %s"]), [org]).fetchall()

def all(conn, org):
    return rows(conn, "leads", ["id", "seen_at"], org)
`);
    expect(usage.uses.filter((use) => use.kind === 'write').map((use) => use.column.name)).toEqual(['notes', 'stage']);
    expect(usage.queries.map((query) => [query.verb, query.root.table.name, query.conditions.map((each) => each.column.name)])).toEqual([['update', 'leads', ['id']], ['select', 'leads', ['org_id', 'phone']]]);
    expect(usage.uses.filter((use) => use.kind === 'read').map((use) => use.column.name)).toContain('seen_at');
    expect(usage.gaps.map((gap) => gap.kind)).toEqual([]);
  });
});

describe('assignments in a list', () => {
  const change = (first: string) => `
export async function change(id, patch) {
  const changes = [${first}];
  const values = [id];
  if (patch.stage) { values.push(patch.stage); changes.push(\`stage = $\${values.length}\`); }
  changes.push('seen_at = now()');
  await pool.query(\`UPDATE leads SET \${changes.join(', ')} WHERE id = $1\`, values);
}`;
  const written = async (first: string) => {
    const { usage } = await analyse('src/leads.ts', `import { pool } from './db';\n${change(first)}`);
    return [usage.uses.filter((use) => use.kind === 'write').map((use) => use.column.name), usage.gaps.map((gap) => gap.kind)];
  };

  it('are writes of the columns that they name', async () => {
    expect(await written('')).toEqual([['stage', 'seen_at'], []]);
  });

  it('are not all known where one is not', async () => {
    expect(await written('patch.other')).toEqual([['stage', 'seen_at'], ['dynamic-access']]);
  });
});

describe('columns by the keys of an object', () => {
  const HELPER = 'export function setList(patch: Record<string, unknown>, offset = 1) {\n  const keys = Object.keys(patch).filter((key) => patch[key] !== undefined);\n  return { sql: keys.map((key, i) => `"${key}" = $${i + 1 + offset}`).join(\', \'), values: keys.map((key) => patch[key]) };\n}\n';
  const BASE = `
import { pool } from './db';
import { setList } from './set-list';
export abstract class Rows<Row> {
  protected abstract readonly table: string;
  async change(id: string, patch: Partial<Row>) { const set = setList(patch as any); await pool.query(\`UPDATE \${this.table} SET \${set.sql} WHERE id = $1\`, [id, ...set.values]); }
  async add(row: Partial<Row>) { const keys = Object.keys(row); await pool.query(\`INSERT INTO \${this.table} (\${keys.map((key) => \`"\${key}"\`).join(', ')}) VALUES (\${keys.map((_, i) => \`$\${i + 1}\`).join(', ')})\`, Object.values(row)); }
}
`;
  const found = async (calls: string) => {
    const LEADS = `import { Rows } from './rows';\nclass Leads extends Rows<any> { protected readonly table = 'leads'; }\nexport const leads = new Leads();\n`;
    const { project } = await analyseText({ 'db/schema.sql': SCHEMA, 'src/set-list.ts': HELPER, 'src/rows.ts': BASE, 'src/leads.ts': LEADS, 'src/calls.ts': `import { leads } from './leads';\n${calls}` });
    return {
      written: project.usage.uses.filter((use) => use.kind === 'write').map((use) => `${use.column.name}${use.atInsert ? '+' : ''} ${use.place.path} ${use.context.fn}`).sort(),
      gaps: project.usage.gaps.map((gap) => gap.kind),
    };
  };

  it('are written where their keys stand, through a helper in another file', async () => {
    expect(await found(`
export const call = (id, stage) => leads.change(id, { stage, seen_at: new Date() });
export const meet = (org, phone) => leads.add({ org_id: org, phone });`)).toEqual({
      written: ['org_id+ src/calls.ts meet', 'phone+ src/calls.ts meet', 'seen_at src/calls.ts call', 'stage src/calls.ts call'], gaps: [],
    });
  });

  it('are told by whoever calls the function that hands the object on', async () => {
    expect(await found(`
function put(row) { return leads.add(row); }
export const meet = (org, phone) => put({ org_id: org, phone });
export const call = (id) => leads.change(id, { stage: 'called' });`)).toEqual({
      written: ['org_id+ src/calls.ts meet', 'phone+ src/calls.ts meet', 'stage src/calls.ts call'], gaps: [],
    });
  });

  it('are not all known where some call gives an object that is not', async () => {
    const { gaps } = await found(`
function put(row) { return leads.add(row); }
export const meet = (org, phone) => put({ org_id: org, phone });
export const any = (request) => put(request.body);
export const call = (id) => leads.change(id, { stage: 'called' });`);
    expect(gaps).toEqual(['dynamic-access']);
  });
});

describe('rows that the tag puts in', () => {
  const usage = async (code: string) => {
    const { usage: found } = await analyse('src/leads.ts', `import { sql } from './db';\n${code}`);
    return {
      written: [...new Set(found.uses.filter((use) => use.kind === 'write').map((use) => use.column.name))].sort(), gaps: found.gaps.map((gap) => gap.kind),
      inserts: found.inserts.map((insert) => `${[...insert.values.keys()].map((column) => column.name).join()}${insert.isOpen ? ' …' : ''}`),
    };
  };

  it('have the columns of the object, or those that are named', async () => {
    expect(await usage(`
export async function add(org, body) {
  const lead = { org_id: org, phone: body.phone, seenAt: new Date(), other: 1 };
  await sql\`INSERT INTO leads \${sql({ orgId: org, phone: body.phone })} RETURNING id\`;
  await sql\`insert into leads \${sql(lead, 'org_id', 'seenAt')}\`;
  await sql\`insert into leads \${sql(body.leads, ['phone', 'stage'])} on conflict do nothing\`;
}`)).toEqual({ written: ['org_id', 'phone', 'seen_at', 'stage'], gaps: [], inserts: ['org_id,phone', 'org_id,seen_at', 'phone,stage'] });
  });

  it('have some of the columns of a list', async () => {
    expect(await usage(`
const EDITABLE = ['phone', 'stage'] as const;
export async function change(id, patch) {
  const columns = EDITABLE.filter((column) => column in patch);
  await sql\`UPDATE leads SET \${sql(patch, ...columns)} WHERE id = \${id}\`;
}`)).toEqual({ written: ['phone', 'stage'], gaps: [], inserts: [] });
  });

  it('are not known where the object is not', async () => {
    expect(await usage(`
export async function change(id, patch) {
  await sql\`UPDATE leads SET \${sql(patch)} WHERE id = \${id}\`;
  await sql\`INSERT INTO leads \${sql({ ...patch, phone: '1' })}\`;
}`)).toEqual({ written: [], gaps: ['dynamic-access'], inserts: [' …'] });
  });
});
