import { describe, expect, it } from 'vitest';
import { analyseText } from '../support/analyse-text.js';
import { shapeOf, tableNames } from '../support/table-shape.js';

const run = (...ups: string[]) => analyseText(Object.fromEntries(ups.map((up, index) => [`migrations/2024_01_0${index + 1}_step.ts`, `import { type Kysely, sql } from 'kysely';\nexport async function up(db: Kysely<any>): Promise<void> { ${up} }\nexport async function down(db: Kysely<any>): Promise<void> { await db.schema.dropTable('orders').execute(); }\n`])));
const CREATE = `await db.schema.createType('state').asEnum(['new', 'done']).execute();
  await db.schema.createTable('shops').addColumn('id', 'serial', (col) => col.primaryKey()).addColumn('name', 'varchar(80)', (col) => col.notNull().unique())
    .addColumn('opened_at', 'timestamptz', (col) => col.notNull().defaultTo(sql\`now()\`)).execute();
  await db.schema.createTable('orders').ifNotExists()
    .addColumn('id', 'uuid', (col) => col.primaryKey().defaultTo(sql\`gen_random_uuid()\`))
    .addColumn('shop_id', 'integer', (col) => col.references('shops.id').onDelete('cascade').notNull())
    .addColumn('state', sql\`state\`, (col) => col.notNull().defaultTo('new'))
    .addColumn('total', 'numeric(10, 2)')
    .addColumn('tags', sql\`text[]\`)
    .addColumn('label', 'text', (col) => col.generatedAlwaysAs(sql\`upper(state::text)\`).stored())
    .addUniqueConstraint('orders_shop_state', ['shop_id', 'state'])
    .addCheckConstraint('orders_total', sql\`total > 0\`)
    .execute();
  await db.schema.createIndex('orders_total_idx').on('orders').columns(['total desc', 'state']).where('state', '=', 'new').execute();`;

describe('Kysely migrations', () => {
  it('create tables', async () => {
    const { project, coverage } = await run(CREATE);
    expect(coverage.notes).toEqual([]);
    expect(shapeOf(project.schema, 'shops')).toEqual(['id integer', 'name character varying(80)', 'opened_at timestamp with time zone = now()', 'primary (id)', 'unique (name)']);
    expect(shapeOf(project.schema, 'orders')).toEqual([
      'id uuid = gen_random_uuid()', 'shop_id integer', "state state = 'new'", 'total numeric(10, 2) null', 'tags text[] null', 'label text null', 'primary (id)', 'unique (shop_id, state)',
      "index (total, state) where state = 'new'", 'foreign (shop_id) -> shops (id) cascade',
    ]);
  });

  it('change them, step by step and in SQL', async () => {
    const { project, coverage } = await run(CREATE, `const table = 'orders';
      await db.schema.alterTable('orders').addColumn('note', 'text', (col) => col.notNull()).dropColumn('tags').renameColumn('total', 'sum').execute();
      await db.schema.alterTable(table).alterColumn('note', (col) => col.dropNotNull()).execute();
      await db.schema.alterTable('orders').alterColumn('note', (col) => col.setDataType('varchar(20)')).execute();
      await db.schema.alterTable('orders').dropConstraint('orders_shop_id_fkey').execute();
      await db.schema.alterTable('orders').addForeignKeyConstraint('orders_shop', ['shop_id'], 'shops', ['id']).onDelete('set null').execute();
      await db.schema.createIndex('orders_note').unique().on('orders').expression(sql\`lower(note)\`).execute();
      await sql\`CREATE INDEX late ON \${sql.table(table)} (state)\`.execute(db);
      await sql.raw('ALTER TABLE shops DROP COLUMN opened_at').execute(db);
      await db.schema.createTable('relics').addColumn('id', 'integer').execute(); await db.schema.alterTable('relics').renameTo('finds').execute(); await db.schema.dropTable('finds').ifExists().execute();
      await db.transaction().execute(async (trx) => { await trx.schema.dropIndex('orders_total_idx').execute(); await trx.insertInto('shops').values({ name: 'one' }).execute(); });`);
    expect(coverage.notes).toEqual([]);
    expect(tableNames(project.schema)).toEqual(['orders', 'shops']);
    expect(shapeOf(project.schema, 'shops')).toEqual(['id integer', 'name character varying(80)', 'primary (id)', 'unique (name)']);
    expect(shapeOf(project.schema, 'orders')).toEqual([
      'id uuid = gen_random_uuid()', 'shop_id integer', "state state = 'new'", 'sum numeric(10, 2) null', 'label text null', 'note character varying(20) null', 'primary (id)', 'unique (shop_id, state)',
      'unique index (lower(note))', 'index (state)', 'foreign (shop_id) -> shops (id) set null',
    ]);
    expect(project.usage.inserts.map((each) => each.table.name)).toEqual(['shops']);
  });

  it('write conditions into expressions, and take names as they come', async () => {
    const { project, coverage } = await run(CREATE, `const ref = db.dynamic.ref;
      await db.schema.createIndex('a').on('orders').expression(sql\`"total" DESC) WHERE (total IS NOT NULL\`).execute();
      await db.schema.createIndex('b').unique().on('orders').expression(sql\`lower(label)) where (state = 'new'\`).execute();
      await sql\`CREATE INDEX c ON \${ref('orders')} (\${ref('shop_id')} DESC)\`.execute(db);
      await sql\`comment on column shops.name is 'what it is called'\`.execute(db);`);
    expect(coverage.notes).toEqual([]);
    expect(shapeOf(project.schema, 'orders').filter((line) => line.includes('index'))).toEqual(["index (total, state) where state = 'new'", 'index (total) where total IS NOT NULL', "unique index (lower(label)) where state = 'new'", 'index (shop_id)']);
    expect(project.schema.tables.find((table) => table.name === 'shops')!.columns[1]!.comment).toBe('what it is called');
  });

  it('are told from those of other tools without a type', async () => {
    const { project, coverage } = await analyseText({ 'db/migrations/001_a.js': "exports.up = async (db) => { await db.schema.createTable('a').addColumn('id', 'bigserial', (col) => col.primaryKey()).$call(withStamps).execute(); };\nconst withStamps = (builder) => builder.addColumn('made_at', 'timestamptz');\nexports.down = async (db) => {};" });
    expect(coverage.notes).toEqual([]);
    expect(shapeOf(project.schema, 'a')).toEqual(['id bigint', 'made_at timestamp with time zone null', 'primary (id)']);
  });
});
