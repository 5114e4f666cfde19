import { describe, expect, it } from 'vitest';
import { analyseText } from '../support/analyse-text.js';
import { shapeOf, tableNames } from '../support/table-shape.js';

const run = (...ups: string[]) => analyseText(Object.fromEntries(ups.map((up, index) => [`migrations/2024010100000${index}_step.ts`, `import type { Knex } from 'knex';\nexport async function up(knex: Knex): Promise<void> { ${up} }\nexport async function down(knex: Knex): Promise<void> { await knex.schema.dropTable('orders'); }\n`])));
const CREATE = `await knex.schema.createTable('shops', (t) => { t.increments(); t.string('name', 80).notNullable().unique(); t.timestamps(true, true); })
  .createTable('orders', (table) => {
    table.uuid('id').primary().defaultTo(knex.raw('gen_random_uuid()'));
    table.integer('shop_id').unsigned().notNullable().references('id').inTable('shops').onDelete('CASCADE').index();
    table.enu('state', ['new', 'done']).defaultTo('new');
    table.decimal('total', 10, 2);
    table.specificType('tags', 'text[]');
    table.unique(['shop_id', 'state']);
  });`;

describe('Knex migrations', () => {
  it('create tables', async () => {
    const { project, coverage } = await run(CREATE);
    expect(coverage.notes).toEqual([]);
    expect(shapeOf(project.schema, 'shops')).toEqual(['id integer', 'name character varying(80)', 'created_at timestamp with time zone = CURRENT_TIMESTAMP', 'updated_at timestamp with time zone = CURRENT_TIMESTAMP', 'primary (id)', 'unique (name)']);
    expect(shapeOf(project.schema, 'orders')).toEqual([
      'id uuid = gen_random_uuid()', 'shop_id integer', "state text null = 'new'", 'total numeric(10, 2) null', 'tags text[] null', 'primary (id)', 'unique (shop_id, state)', 'index (shop_id)', 'foreign (shop_id) -> shops (id) cascade',
    ]);
  });

  it('check the values of an enum that is no type of the database, until they drop that', async () => {
    const checks = (of: Awaited<ReturnType<typeof run>>) => of.project.schema.tables.flatMap((table) => table.checks.map((check) => [check.name, check.expression]));
    const more = "await knex.schema.alterTable('shops', (t) => { t.string('kind').checkIn(['a', 'b'], 'kinds'); t.enu('level', ['x'], { useNative: true, enumName: 'levels' }); t.check('length(name) > 1'); });";
    expect(checks(await run(CREATE, more))).toEqual([['kinds', expect.stringContaining('kind')], [null, 'length(name) > 1'], ['orders_state_check', `"state" in ('new', 'done')`]]);
    expect(checks(await run(CREATE, "await knex.raw('ALTER TABLE orders DROP CONSTRAINT orders_state_check');"))).toEqual([]);
  });

  it('make a key of a column that is said to be one', async () => {
    const { project } = await run("await knex.schema.createTable('keys', (t) => { t.uuid('id', { primaryKey: true }).defaultTo(knex.fn.uuid()); t.uuid('owner', { useBinaryUuid: false }); });");
    expect(shapeOf(project.schema, 'keys')).toEqual(['id uuid = gen_random_uuid()', 'owner uuid null', 'primary (id)']);
  });

  it('change them', async () => {
    const { project, coverage } = await run(CREATE, `if (!(await knex.schema.hasColumn('orders', 'note'))) await knex.schema.alterTable('orders', (t) => { t.text('note').notNullable(); });
      await knex.schema.table('orders', function (t) {
        t.dropColumn('tags'); t.renameColumn('total', 'sum'); t.string('state', 20).notNullable().alter(); t.dropUnique(['shop_id', 'state']); t.dropForeign('shop_id'); t.index(['note', 'sum'], 'late');
        t.foreign('shop_id').references('shops.id').onDelete('SET NULL'); t.setNullable('shop_id');
      });
      await knex.raw('CREATE UNIQUE INDEX one ON orders (note)');
      await knex.schema.dropTableIfExists('relics');`);
    expect(coverage.notes).toEqual([]);
    expect(tableNames(project.schema)).toEqual(['orders', 'shops']);
    expect(shapeOf(project.schema, 'orders')).toEqual([
      'id uuid = gen_random_uuid()', 'shop_id integer null', 'state character varying(20)', 'sum numeric(10, 2) null', 'note text', 'primary (id)', 'index (shop_id)', 'index (note, sum)', 'unique index (note)', 'foreign (shop_id) -> shops (id) set null',
    ]);
  });

  it('are read as plain modules, and fill tables', async () => {
    const { project, coverage } = await analyseText({
      'db/migrations/20240101000001_a.js': "exports.up = function (knex) { return knex.schema.createTable('a', (t) => { t.bigIncrements('id'); }).then(() => knex('a').insert([{ id: 1 }])); };\nexports.down = (knex) => knex('a').insert({ id: 2 });",
    });
    expect(coverage.notes).toEqual([]);
    expect(shapeOf(project.schema, 'a')).toEqual(['id bigint', 'primary (id)']);
    expect(project.usage.inserts).toHaveLength(1);
  });
});

describe('MikroORM migrations', () => {
  it('run SQL in the order of their names', async () => {
    const step = (name: string, sql: string, down: string): string => `import { Migration } from '@mikro-orm/migrations';\nexport class ${name} extends Migration {\n  async up(): Promise<void> { this.addSql('${sql}'); }\n  async down(): Promise<void> { this.addSql('${down}'); }\n}\n`;
    const { project, coverage } = await analyseText({
      'src/shop/migrations/Migration20240102.ts': step('Migration20240102', 'alter table "order" add column "note" text not null;', 'alter table "order" drop column "note";'),
      'src/shop/migrations/Migration20240101.ts': step('Migration20240101', 'create table if not exists "order" ("id" text not null, constraint "order_pkey" primary key ("id"));', 'drop table "order"'),
    });
    expect(coverage.notes).toEqual([]);
    expect(shapeOf(project.schema, 'order')).toEqual(['id text', 'note text', 'primary (id)']);
  });

  it('are the same from a framework that hands the library on', async () => {
    const { project } = await analyseText({ 'src/migrations/Migration20240101.ts': "import { Migration } from '@medusajs/framework/mikro-orm/migrations';\nexport class Migration20240101 extends Migration { override async up(): Promise<void> { this.addSql('create table \"post\" (\"id\" text not null, constraint \"post_pkey\" primary key (\"id\"));'); } }\n" });
    expect(shapeOf(project.schema, 'post')).toEqual(['id text', 'primary (id)']);
  });
});
