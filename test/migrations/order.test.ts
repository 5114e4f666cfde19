import { beforeAll, describe, expect, it } from 'vitest';
import { downParts } from '../../src/syntax/down-parts.js';
import { planHistory, type HistoryPlan } from '../../src/migrations/order.js';
import { loadSqlSyntax, type SqlSyntax } from '../../src/syntax/sql.js';

let sql: SqlSyntax;
beforeAll(async () => void (sql = await loadSqlSyntax()));

function plan(files: Readonly<Record<string, string>>): HistoryPlan {
  return planHistory(Object.entries(files).map(([path, text]) => {
    const { statements, comments, problems } = sql.parseSqlFile(text);
    return { path, facts: { language: 'sql', sql: statements, suppressions: [], problems, down: downParts(comments) } };
  }));
}
const table = (name: string): string => `create table ${name} (id int primary key)`;
/** `partition: created tables and other operations in order`. */
const told = (found: HistoryPlan): string[] => found.histories.filter((each) => !each.repeats).map((each) => `${each.partition}: ${each.ops.map(({ op }) => (op.k === 'create-table' ? op.table.name : op.k)).join(' ')}`);

describe('histories', () => {
  it.each<[string, Readonly<Record<string, string>>]>([
    ['numbers', { 'migrations/10_c.sql': table('c'), 'migrations/2_b.sql': table('b'), 'migrations/001_a.sql': table('a') }],
    ['Flyway', { 'db/V1_10__c.sql': table('c'), 'db/V1_2__b.sql': table('b'), 'db/V1__a.sql': table('a'), 'db/U1__a.sql': 'drop table a', 'db/B1__all.sql': table('z') }],
    ['golang-migrate', { 'm/000002_b.up.sql': table('b'), 'm/000001_a.up.sql': table('a'), 'm/000002_b.down.sql': 'drop table b', 'm/000010_c.up.sql': table('c') }],
    ['Prisma', { 'prisma/migrations/20230101000000_b/migration.sql': table('b'), 'prisma/migrations/20220101000000_init/migration.sql': table('a'), 'prisma/migrations/20240101000000_c/migration.sql': table('c') }],
    ['Diesel', { 'migrations/2020-01-02-000000_b/up.sql': table('b'), 'migrations/2020-01-01-000000_a/up.sql': table('a'), 'migrations/2020-01-02-000000_b/down.sql': 'drop table b', 'migrations/2021-01-01-000000_c/up.sql': table('c') }],
    ['drizzle', { 'drizzle/0000_calm_hulk.sql': table('a'), 'drizzle/0001_2fa.sql': table('b'), 'drizzle/0002_x.sql': table('c') }],
    ['no numbers', { 'migrations/a.sql': 'alter table x rename to a; ', 'migrations/z.sql': table('x') }],
  ])('orders %s', (form, files) => {
    expect(told(plan(files))).toEqual([form === 'no numbers' ? ': x rename-table' : ': a b c']);
  });

  it.each([
    ['dbmate', '-- migrate:up\ncreate table a (id int);\n-- migrate:down\ndrop table a;\n'],
    ['goose', '-- +goose Up\n-- +goose StatementBegin\ncreate table a (id int);\n-- +goose StatementEnd\n-- +goose Down\ndrop table a;\n'],
    ['node-pg-migrate', '-- Up Migration\ncreate table a (id int);\n-- Down Migration\ndrop table a;\n'],
    ['sql-migrate', '-- +migrate Down\ndrop table a;\n-- +migrate Up\ncreate table a (id int);\n'],
  ])('ignores the way down of %s', (_, text) => {
    expect(told(plan({ 'migrations/20200101000000_a.sql': text }))).toEqual([': a']);
  });

  it('reports two migrations of one version and steps that cannot be read', () => {
    const found = plan({ 'migrations/0001_a.sql': table('a'), 'migrations/0001_b.sql': `${table('b')}; create tabel c;` });
    expect(told(found)).toEqual([': a b']);
    expect(found.histories[0].failures).toMatchObject([{ message: expect.stringContaining('version 1'), place: { path: 'migrations/0001_b.sql' } }, { message: expect.stringContaining('cannot be read') }]);
  });
});

describe('engines', () => {
  it('takes the copy for PostgreSQL', () => {
    expect(told(plan({ 'db/mysql/1_a.sql': table('m'), 'db/postgresql/1_a.sql': table('p'), 'db/sqlite/1_a.sql': table('s') }))).toEqual([': p']);
    expect(told(plan({ 'm/1_a.mysql.up.sql': table('m'), 'm/1_a.postgres.up.sql': table('p'), 'm/2_b.up.sql': table('b'), 'm/2_b.mysql.up.sql': table('bm'), 'm/3_c.sqlite3.up.sql': table('s') }))).toEqual([': p b']);
    expect(told(plan({ 'schema-mysql.sql': table('m'), 'schema-postgres.sql': table('p') }))).toEqual([': p']);
  });

  it('takes a word inside a name for an engine where files differ in nothing else', () => {
    expect(told(plan({ 'db/Shop_MySql_Keys.sql': table('m'), 'db/Shop_PostgreSql_Keys.sql': table('p'), 'db/Shop_PostgreSql.sql': table('q'), 'db/Shop_Db2.sql': table('d') })).join()).not.toMatch(/\b[md]\b/);
    expect(told(plan({ 'db/add_oracle_prices.sql': table('oracle'), 'db/more.sql': table('b') }))).toEqual([': oracle b']);
  });

  it('takes the step for all engines before one for a relative', () => {
    expect(told(plan({ 'm/1_a.postgres.up.sql': table('a'), 'm/2_b.up.sql': table('b'), 'm/2_b.cockroach.up.sql': table('c') }))).toEqual([': a b']);
  });

  it('keeps what there is for one engine only', () => {
    expect(told(plan({ 'db/mysql/1_a.sql': table('m') }))).toEqual([': m']);
    expect(told(plan({ 'db/1_add_oracle.sql': table('oracle'), 'db/2_b.sql': table('b') }))).toEqual([': oracle b']);
  });
});

describe('databases', () => {
  it('partitions histories that share nothing', () => {
    expect(told(plan({ 'a/migrations/1.sql': table('x'), 'b/migrations/1.sql': table('y'), 'c/schema.sql': table('z') }))).toEqual(['a/migrations: x', 'b/migrations: y', 'c/schema.sql: z']);
  });

  it('takes a file that only adds extensions for no database', () => {
    expect(told(plan({ 'docker/init.sql': 'create extension citext', 'migrations/1_a.sql': table('a') }))).toEqual([': a create-extension']);
    expect(told(plan({ 'docker/init.sql': 'create extension citext' }))).toEqual([]);
  });

  it('knows a dump that repeats the migrations, and prefers it where it knows far more', () => {
    const dump = ['a', 'b', 'c', 'd'].map(table).join(';');
    const beside = plan({ 'db/migrations/1.sql': dump, 'db/structure.sql': dump });
    expect(beside.histories.map((each) => [each.root, each.partition, each.repeats, each.kind])).toEqual([['db/migrations', '', null, 'migration'], ['db/structure.sql', '', 'db/migrations', 'ddl']]);
    expect(plan({ 'db/migrations/9.sql': table('d'), 'db/structure.sql': dump }).histories.map((each) => [each.root, each.repeats])).toEqual([['db/structure.sql', null], ['db/migrations', 'db/structure.sql']]);
  });

  it('joins files of one schema in an order that works', () => {
    const found = plan({
      'sql/tables/a.sql': 'alter table b add x int', 'sql/tables/b.sql': table('b'), 'sql/views/v.sql': 'create view v as select * from b', 'sql/functions/f.sql': 'create function f() returns int language sql as $$ select id from b $$',
      'sql/late/c.sql': 'create index on v2 (id)', 'sql/views/v2.sql': 'create materialized view v2 as select * from b', 'other/schema.sql': table('z'),
    });
    expect(told(found)).toEqual(['sql/tables: b add-column create-function create-view create-view create-index', 'other/schema.sql: z']);
  });

  it('takes only queries from seeds and query files', () => {
    const found = plan({ 'migrations/1.sql': table('a'), 'seeds/1.sql': 'create table tmp (id int); insert into a values (1)', 'queries/a.sql': 'select * from a' });
    expect(told(found)).toEqual([': a']);
    expect(found.queries.map((each) => [each.path, each.query.verb])).toEqual([['seeds/1.sql', 'insert'], ['queries/a.sql', 'select']]);
  });
});
