import { describe, expect, it } from 'vitest';
import type { Project } from '../../src/model/project.js';
import { analyseText } from '../support/analyse-text.js';

const SCHEMA = `
CREATE TABLE shops (id serial PRIMARY KEY, name text NOT NULL, slug text, city text, closed_at timestamptz);
CREATE TABLE orders (id serial PRIMARY KEY, shop_id integer NOT NULL REFERENCES shops (id), code text NOT NULL, state text NOT NULL, total numeric, note text, made_at timestamptz NOT NULL DEFAULT now());
`;
const HEAD = `import { sql, type Kysely, type Transaction } from 'kysely';\nimport { jsonArrayFrom } from 'kysely/helpers/postgres';\nimport type { DB } from './db';\n`;
const TYPES = "export interface Shops { id: number; name: string; slug: string | null; city: string | null; closed_at: Date | null }\nexport interface DB { shops: Shops; orders: { id: number } }\n";

async function project(code: string, head = HEAD): Promise<Project> {
  return (await analyseText({ 'schema.sql': SCHEMA, 'src/db.ts': TYPES, 'src/code.ts': head + code })).project;
}
const queries = (of: Project, name: string) => of.usage.queries.filter((query) => query.root.table.name === name).map((query) => ({
  conditions: query.conditions.map((each) => `${each.column.table.name}.${each.column.name} ${each.op}${each.isOptional ? '?' : ''}${each.inOr ? ' or' : ''}${each.isJoin ? ' join' : ''}`), sorts: query.sorts.map((sort) => `${sort.column.name}${sort.desc ? ' desc' : ''}`), verb: query.verb, expects: query.expects, isPartial: query.isPartial, isAggregate: query.isAggregate,
}));
const conditions = (of: Project, name: string) => queries(of, name)[0]!.conditions;
const uses = (of: Project, name: string) => { const [owner, column] = name.split('.'); return of.usage.uses.filter((use) => use.table.name === owner && use.column.name === column && use.kind !== 'expose').map((use) => use.kind); };
const inserts = (of: Project) => of.usage.inserts.map((each) => [each.table.name, [...each.values.keys()].map((column) => column.name).sort().join(), each.isOpen, each.isUpsert] as const);

describe('queries', () => {
  it('read what they select, filter, sort and join', async () => {
    const found = await project(`
export async function list(db: Kysely<DB>, city: string) {
  const rows = await db.selectFrom('orders as o').innerJoin('shops as s', 's.id', 'o.shop_id').select(['o.id', 'o.code as number', 's.name'])
    .where('s.city', '=', city).where('o.state', 'in', ['new', 'paid']).where('o.note', 'is not', null).where('o.total', '>', 3).orderBy('o.made_at', 'desc').limit(20).execute();
  return rows.map((row) => row.number);
}`);
    expect(queries(found, 'orders')[0]).toMatchObject({ conditions: ['shops.id = join', 'shops.city =', 'orders.state in', 'orders.note not-null', 'orders.total range'], sorts: ['made_at desc'], isPartial: false });
    expect(uses(found, 'orders.code')).toContain('read');
    expect(uses(found, 'shops.name')).toEqual(['read']);
    expect(uses(found, 'shops.slug')).toEqual([]);
  });

  it('are asked for no more by what they put out, nor by how a value is made', async () => {
    const found = await project(`
const asUuid = (id: string) => sql<string>\`\${id}::uuid\`;
export const a = (db: Kysely<DB>, slug: string) => db.selectFrom('shops').where('slug', '=', asUuid(slug)).select(sql<string>\`upper(name)\`.as('title'))
  .select((eb) => ['id', jsonArrayFrom(eb.selectFrom('orders').select('code').whereRef('orders.shop_id', '=', 'shops.id')).as('orders')]).execute();
export const b = (db: Kysely<DB>, slug: string) => db.selectFrom('shops').where('city', '=', slug).where(sql<boolean>\`length(name) > 3\`).select('id').execute();
export const c = (db: Kysely<DB>, slug: string) => db.selectFrom('shops').where('name', '=', slug).where(({ exists, selectFrom }) => exists(selectFrom('orders').select('id'))).select('id').execute();`);
    expect(queries(found, 'shops').map((query) => [query.conditions.join(), query.isPartial])).toEqual([['shops.slug =', false], ['shops.city =', true], ['shops.name =', true]]);
    const written = (await analyseText({ 'schema.sql': SCHEMA, 'q.sql': "-- name: A\nSELECT (SELECT count(*) FROM orders WHERE shop_id = shops.id) FROM shops WHERE slug = $1;\n-- name: B\nSELECT id FROM shops WHERE city = $1 AND EXISTS (SELECT 1 FROM orders WHERE shop_id = shops.id);\n" })).project;
    expect(queries(written, 'shops').map((query) => [query.conditions.join(), query.isPartial])).toEqual([['shops.slug =', false], ['shops.city =', true]]);
  });

  it('are asked for one row, and tell what is done where there is none', async () => {
    const found = await project(`
export async function open(db: Kysely<DB>, slug: string, name: string) {
  const shop = await db.selectFrom('shops').select('id').where('slug', '=', slug).executeTakeFirst();
  if (shop) throw new Error('taken');
  await db.insertInto('shops').values({ slug, name }).execute();
}`);
    expect(queries(found, 'shops')[0]).toMatchObject({ conditions: ['shops.slug ='], expects: 'first' });
    expect(found.usage.queries[0]!.guards.map((guard) => guard.k)).toContain('refuse-if-present');
    expect(inserts(found)).toEqual([['shops', 'name,slug', false, false]]);
  });

  it('have conditions of expressions, of callbacks and of paths that are not always taken', async () => {
    const found = await project(`
export async function find(db: Kysely<DB>, filter: { code?: string; note?: string }) {
  let query = db.selectFrom('orders').selectAll().where(({ eb, or, and, not }) => and([eb('state', '=', 'new'), or([eb('total', '>', 1), eb('note', 'is', null)])]));
  if (filter.code) query = query.where('code', '=', filter.code);
  query = query.$if(filter.note !== undefined, (qb) => qb.where('note', '=', filter.note!));
  return query.where((eb) => eb(eb.fn('lower', ['code']), '=', 'x')).execute();
}`);
    expect(queries(found, 'orders').map((query) => query.conditions)).toEqual([['orders.state =', 'orders.total range or', 'orders.note null or', 'orders.code =?', 'orders.note =?', 'orders.code =']]);
  });

  it('see the rows of common table expressions and of sub-queries', async () => {
    const found = await project(`
export const late = (db: Kysely<DB>) => db.with('late', (qb) => qb.selectFrom('orders').select(['shop_id', 'code']).where('state', '=', 'late')).selectFrom('late').innerJoin('shops', 'shops.id', 'late.shop_id')
  .select((eb) => ['late.code', 'shops.name', eb.fn.countAll().as('n'), jsonArrayFrom(eb.selectFrom('orders').select(['orders.note']).whereRef('orders.shop_id', '=', 'shops.id')).as('orders')])
  .where('shops.id', 'in', (eb) => eb.selectFrom('orders').select('shop_id').where('total', '>', 5)).execute();`);
    expect(queries(found, 'orders').map((query) => query.conditions)).toEqual([['orders.state ='], ['orders.shop_id = join'], ['orders.total range']]);
    expect(uses(found, 'orders.note')).toEqual(['read']);
    expect(uses(found, 'shops.name')).toEqual(['read']);
  });

  it('hand out all columns, and count in templates', async () => {
    const found = await project(`
export async function show(db: Kysely<DB>, id: number) { return db.selectFrom('shops').selectAll().where('id', '=', id).executeTakeFirstOrThrow(); }
export async function count(db: Kysely<DB>) { return db.selectFrom('orders').select(sql<number>\`count(*)\`.as('n')).where(sql\`lower(code)\`, '=', 'x').executeTakeFirst(); }
export async function raw(db: Kysely<DB>) { return (await sql<{ name: string }>\`SELECT name FROM shops WHERE city = \${'x'}\`.execute(db)).rows; }`);
    expect(found.usage.exposures.map((each) => [each.table.name, each.all])).toContainEqual(['shops', true]);
    expect(queries(found, 'orders')[0]).toMatchObject({ isAggregate: true, isPartial: true });
    expect(uses(found, 'shops.city')).toEqual(['filter']);
  });

  it('are those of somebody else where the method is the repository\'s own, or the library is not used', async () => {
    const own = await project("class Store { selectFrom(name: string) { return name; } }\nexport const a = () => new Store().selectFrom('shops');");
    expect(own.usage.queries).toEqual([]);
    const other = await project("export const a = (db) => db.selectFrom('shops').select('name').execute();", '');
    expect(other.usage.queries).toEqual([]);
  });
});

describe('writes', () => {
  it('insert rows and give back what is asked of them', async () => {
    const found = await project(`
export async function add(trx: Transaction<DB>, lines: { code: string; total: number }[], shopId: number) {
  await trx.insertInto('orders').values(lines.map((line) => ({ shop_id: shopId, code: line.code, total: line.total, state: 'new' }))).execute();
  const made = await trx.insertInto('shops').values({ name: 'x' }).returning(['id', 'name as title']).executeTakeFirstOrThrow();
  return made.title;
}`);
    expect(inserts(found)).toEqual([['orders', 'code,shop_id,state,total', false, false], ['shops', 'name', false, false]]);
    expect(uses(found, 'shops.name').sort()).toEqual(['read', 'read', 'write']);
  });

  it('turn into updates where a row is there', async () => {
    const found = await project(`
export const put = (db: Kysely<DB>, slug: string) => db.insertInto('shops').values({ slug, name: 'a' }).onConflict((oc) => oc.column('slug').doUpdateSet({ city: 'b' })).execute();`);
    expect(inserts(found)).toEqual([['shops', 'name,slug', false, true]]);
    expect(uses(found, 'shops.city')).toEqual(['write']);
    expect(queries(found, 'shops')[0]).toMatchObject({ conditions: ['shops.slug ='], expects: 'one' });
  });

  it('change and remove rows by their conditions', async () => {
    const found = await project(`
export async function close(db: Kysely<DB>, id: number, patch: Partial<{ note: string }>) {
  await db.transaction().execute(async (trx) => {
    const done = await trx.updateTable('orders').set({ state: 'done', ...patch }).set('total', (eb) => eb('total', '+', 1)).where('id', '=', id).returning('note').executeTakeFirst();
    if (!done) throw new Error('gone');
    await trx.deleteFrom('shops').where('closed_at', '<', new Date()).execute();
  });
}
export const wipe = (db: Kysely<DB>) => db.deleteFrom('orders').execute();`);
    expect(queries(found, 'orders').map((query) => [query.verb, query.conditions])).toEqual([['update', ['orders.id =']], ['delete', []]]);
    expect(conditions(found, 'shops')).toEqual(['shops.closed_at range']);
    expect(uses(found, 'orders.state')).toEqual(['write']);
    expect(uses(found, 'orders.note')).toContain('read');
  });
});

describe('names', () => {
  it('are those of the database in camel case with the plugin', async () => {
    const found = await project(`
const db = new Kysely<DB>({ plugins: [new CamelCasePlugin()] });
export async function list() { const rows = await db.selectFrom('orders').select(['shopId', 'madeAt']).where('shopId', '=', 1).execute(); return rows.map((row) => row.madeAt); }
export const add = () => db.insertInto('orders').values({ shopId: 1, code: 'x' }).execute();`, "import { CamelCasePlugin, Kysely } from 'kysely';\nimport type { DB } from './db';\n");
    expect(conditions(found, 'orders')).toEqual(['orders.shop_id =']);
    expect(inserts(found)).toEqual([['orders', 'code,shop_id', false, false]]);
  });

  it('of the types that tell of tables are no uses', async () => {
    const found = await project("export const db = new Kysely<DB>({});\nexport const list = () => db.selectFrom('shops').select('name').execute();", "import { Kysely } from 'kysely';\nimport type { DB } from './db';\n");
    expect(found.usage.possible.get('closed_at') ?? []).toEqual([]);
  });
});
