import { describe, expect, it } from 'vitest';
import type { Project } from '../../src/model/project.js';
import { analyseText } from '../support/analyse-text.js';

const SCHEMA = `
CREATE TABLE shops (id serial PRIMARY KEY, name text NOT NULL, slug text, city text, closed_at timestamptz);
CREATE TABLE orders (id serial PRIMARY KEY, shop_id integer NOT NULL REFERENCES shops (id), code text NOT NULL, state text NOT NULL, total numeric, note text, visits integer, made_at timestamptz NOT NULL DEFAULT now());
`;
const HEAD = "import knex from 'knex';\nconst db = knex({ client: 'pg' });\n";

async function project(code: string, head = HEAD, path = 'src/code.ts'): Promise<Project> {
  return (await analyseText({ 'schema.sql': SCHEMA, [path]: head + code })).project;
}
const queries = (of: Project, name: string) => of.usage.queries.filter((query) => query.root.table.name === name).map((query) => ({
  conditions: query.conditions.map((each) => `${each.column.table.name}.${each.column.name} ${each.op}${each.isOptional ? '?' : ''}${each.inOr ? ' or' : ''}${each.isJoin ? ' join' : ''}`), sorts: query.sorts.map((sort) => `${sort.column.name}${sort.desc ? ' desc' : ''}`), verb: query.verb, expects: query.expects, isPartial: query.isPartial, isAggregate: query.isAggregate, limit: query.limit,
}));
const conditions = (of: Project, name: string) => queries(of, name).map((query) => query.conditions);
const uses = (of: Project, name: string) => { const [owner, column] = name.split('.'); return of.usage.uses.filter((use) => use.table.name === owner && use.column.name === column && use.kind !== 'expose').map((use) => use.kind).sort(); };
const inserts = (of: Project) => of.usage.inserts.map((each) => [each.table.name, [...each.values.keys()].map((column) => column.name).sort().join(), each.isOpen, each.isUpsert] as const);
const guards = (of: Project, name: string) => of.usage.queries.filter((query) => query.root.table.name === name).flatMap((query) => query.guards.map((guard) => guard.k));

describe('queries', () => {
  it('read what they select, filter, sort and join', async () => {
    const found = await project(`
export async function list(city: string) {
  const rows = await db('orders as o').join('shops as s', 's.id', '=', 'o.shop_id').where('s.city', city).whereIn('o.state', ['new', 'paid']).whereNotNull('o.note').andWhere('o.total', '>', 3)
    .orderBy('o.made_at', 'desc').limit(20).select('o.id', 'o.code as number', 's.name');
  return rows.map((row) => row.number);
}`);
    expect(queries(found, 'orders')).toEqual([{ conditions: ['shops.id = join', 'shops.city =', 'orders.state in', 'orders.note not-null', 'orders.total range'], sorts: ['made_at desc'], verb: 'select', expects: 'many', isPartial: false, isAggregate: false, limit: 20 }]);
    expect(uses(found, 'orders.code')).toEqual(['read', 'read']);
    expect(uses(found, 'shops.name')).toEqual(['read']);
    expect(uses(found, 'shops.slug')).toEqual([]);
  });

  it('begin with columns as well as with tables', async () => {
    const found = await project(`
export const a = () => db.select('name', { title: 'slug' }).from('shops').where({ city: 'x', closed_at: null });
export const b = () => db.from('orders').innerJoin({ s: 'shops' }, { 's.id': 'orders.shop_id' }).where('orders.code', 'like', 'a%').orWhere('orders.note', '!=', null);`);
    expect(conditions(found, 'shops')).toEqual([['shops.city =', 'shops.closed_at null']]);
    expect(uses(found, 'shops.slug')).toEqual(['read']);
    expect(conditions(found, 'orders')).toEqual([['shops.id = join', 'orders.code prefix or', 'orders.note not-null or']]);
  });

  it('are asked for one row, and tell what is done where there is one', async () => {
    const found = await project(`
export async function open(slug: string, name: string) {
  const existing = await db('shops').where({ slug }).first();
  if (existing) throw new Error('Shop already exists');
  const [shop] = await db('shops').insert({ slug, name }).returning(['id', 'city']);
  return shop.city;
}
export async function later(slug: string) { return db('shops').first('id').where('slug', slug).andWhere('city', 'x'); }`);
    expect(queries(found, 'shops')).toMatchObject([{ conditions: ['shops.slug ='], expects: 'first' }, { conditions: ['shops.slug =', 'shops.city ='], expects: 'first' }]);
    expect(guards(found, 'shops')).toContain('refuse-if-present');
    expect(inserts(found)).toEqual([['shops', 'name,slug', false, false]]);
    expect(uses(found, 'shops.city')).toEqual(['filter', 'read', 'read']);
  });

  it('grow in place, in groups, and on paths that are not always taken', async () => {
    const found = await project(`
export async function find(filter: { code?: string; q?: string; state?: string }) {
  const query = db('orders').select('id');
  if (filter.code) query.where('code', filter.code);
  if (filter.q) { query.where(function () { this.where('note', filter.q).orWhereNull('total'); }); }
  query.modify((qb) => { if (filter.state) qb.where('state', filter.state); });
  return query;
}`);
    expect(conditions(found, 'orders')).toEqual([['orders.code =?', 'orders.note =? or', 'orders.total null? or', 'orders.state =?']]);
  });

  it('have sub-queries and common table expressions', async () => {
    const found = await project(`
export const late = () => db.with('late', db('orders').select('shop_id', 'code').where('state', 'late')).select('late.code', 'shops.name').from('late').join('shops', 'shops.id', 'late.shop_id').whereIn('shops.id', db('orders').select('shop_id').where('total', '>', 5)).whereExists(function () { this.select('*').from('orders').where('note', 'x'); });`);
    expect(conditions(found, 'orders')).toEqual(expect.arrayContaining([['orders.state ='], ['orders.total range'], ['orders.note =']]));
    expect(conditions(found, 'orders')).toHaveLength(3);
    expect(uses(found, 'shops.name')).toEqual(['read']);
  });

  it('count, and give the values of one column', async () => {
    const found = await project(`
export async function taken(slug: string) {
  const [{ count }] = await db('shops').where({ slug }).count('*');
  if (count > 0) throw new Error('already taken');
  await db('shops').insert({ slug });
}
export const codes = () => db('orders').where('state', 'x').pluck('code');`);
    expect(queries(found, 'shops')).toMatchObject([{ conditions: ['shops.slug ='], isAggregate: true }]);
    expect(guards(found, 'shops')).toContain('refuse-if-present');
    expect(uses(found, 'orders.code')).toEqual(['read']);
  });

  it('have texts of SQL in them, of which not all is known', async () => {
    const found = await project("export const a = (q: string) => db('orders').where('state', 'x').whereRaw('lower(code) = ?', [q]).select(db.raw('count(*) as n'));\nexport const b = async () => (await db.raw('SELECT city FROM shops WHERE slug = ?', ['a'])).rows;");
    expect(queries(found, 'orders')).toMatchObject([{ conditions: ['orders.state ='], isPartial: true, isAggregate: true }]);
    expect(conditions(found, 'shops')).toEqual([['shops.slug =']]);
  });

  it('are followed through types, transactions, and databases that nobody tells of', async () => {
    const found = await project(`
import type { Knex } from 'knex';
export class Orders { constructor(private readonly db: Knex) {} byState(state: string, trx?: Knex.Transaction) { return (trx ?? this.db)('orders').where({ state }); } }
export const move = () => db.transaction(async (trx) => { await trx('orders').where('code', 'x').update({ state: 'moved' }); });
export const load = (app) => app.db('shops').where('city', 'x').select('name');`);
    expect(queries(found, 'orders')).toMatchObject([{ conditions: ['orders.state ='], isPartial: false }, { conditions: ['orders.code ='], verb: 'update' }]);
    expect((await project("module.exports = (db) => ({ find: (city) => db('shops').where('city', city).first() });", "const knex = require('knex');\n", 'src/code.js')).usage.queries).toHaveLength(1);
  });

  it('take conditions from functions that make them of an object, qualified or not', async () => {
    const found = await project(`
import type { Knex } from 'knex';
const filter = ({ $in, ...given }, table?: string) => (builder: Knex.QueryBuilder) => {
  void builder.where(table ? Object.fromEntries(Object.entries(given).map(([key, value]) => [\`\${table}.\${key}\`, value])) : given);
  return builder;
};
export const a = (code: string) => db('orders').where(filter({ code })).first();
export const b = (city: string) => db('shops').where(filter({ city }, 'shops')).select('name');
export const c = (slug: string, isOpen: boolean) => db('shops').where(isOpen ? { slug, closed_at: null } : { slug }).select('name');`);
    expect(conditions(found, 'orders')).toEqual([['orders.code =']]);
    expect(conditions(found, 'shops')).toEqual([['shops.city ='], ['shops.slug =', 'shops.closed_at null?']]);
  });

  it('are none of functions that are only called like one', async () => {
    expect((await project("export const a = (t) => t('shops');\nexport const b = (t) => t('orders').length;")).usage.queries).toEqual([]);
    expect((await project("export const a = (db) => db('shops').where('city', 'x');", '')).usage.queries).toEqual([]);
  });

  it('name columns in camel case where a mapper is set up', async () => {
    const found = await project("export const a = () => db('orders').where({ shopId: 1 }).select('madeAt');");
    expect(conditions(found, 'orders')).toEqual([['orders.shop_id =']]);
    expect(uses(found, 'orders.made_at')).toEqual(['read']);
  });
});

describe('writes', () => {
  it('turn into updates where a row is there', async () => {
    const found = await project("export const put = (slug: string) => db('shops').insert({ slug, name: 'a' }).onConflict('slug').merge({ city: 'b' });\nexport const fill = (rows: { code: string }[]) => db.batchInsert('orders', rows.map((row) => ({ code: row.code, state: 'x' })), 50);\nexport const into = () => db.insert({ name: 'z' }).into('shops');");
    expect(inserts(found)).toEqual([['shops', 'name,slug', false, true], ['orders', 'code,state', false, false], ['shops', 'name', false, false]]);
    expect(queries(found, 'shops')).toMatchObject([{ conditions: ['shops.slug ='], expects: 'one' }]);
    expect(uses(found, 'shops.city')).toEqual(['write']);
  });

  it('change and remove rows by their conditions', async () => {
    const found = await project(`
export async function close(id: number) {
  const [done] = await db('orders').where({ id }).update({ state: 'done' }, ['note']);
  await db('orders').where('code', 'x').increment('visits', 1);
  await db('shops').where('closed_at', '<', new Date()).del();
  return done.note;
}
export const wipe = () => db('orders').delete();`);
    expect(queries(found, 'orders').map((query) => [query.verb, query.conditions])).toEqual([['update', ['orders.id =']], ['update', ['orders.code =']], ['delete', []]]);
    expect(queries(found, 'shops')).toMatchObject([{ verb: 'delete', conditions: ['shops.closed_at range'] }]);
    expect(uses(found, 'orders.note')).toContain('read');
    expect(uses(found, 'orders.visits')).toEqual(['write']);
  });
});
