import { describe, expect, it } from 'vitest';
import { analyseText } from '../support/analyse-text.js';
import { shapeOf, tableNames } from '../support/table-shape.js';

const run = (...ups: string[]) => analyseText(Object.fromEntries(ups.map((up, index) => [`migrations/170000000000${index}_step.js`, `exports.shorthands = { stamp: { type: 'timestamptz', notNull: true, default: 'now()' } };\nexports.up = (pgm) => { ${up} };\nexports.down = (pgm) => { pgm.dropTable('shops'); };\n`])));
const CREATE = `pgm.createType('state', ['new', 'done']);
  pgm.createTable('shops', { id: 'id', name: { type: 'varchar(80)', notNull: true, unique: true }, opened_at: 'stamp' });
  pgm.createTable({ schema: 'public', name: 'orders' }, {
    id: { type: 'uuid', primaryKey: true, default: pgm.func('gen_random_uuid()') },
    shop_id: { type: 'integer', notNull: true, references: 'shops', onDelete: 'CASCADE' },
    note_id: { type: 'int', references: '"notes"(id)' },
    state: { type: 'state', notNull: true, default: 'new', comment: 'where it stands' },
    total: 'numeric(10, 2)',
    tags: 'text[]',
  }, { constraints: { unique: ['shop_id', 'state'], check: 'total > 0' } });`;

describe('node-pg-migrate', () => {
  it('creates tables', async () => {
    const { project, coverage } = await run(CREATE);
    expect(coverage.notes).toEqual([]);
    expect(shapeOf(project.schema, 'shops')).toEqual(['id integer', 'name character varying(80)', "opened_at timestamp with time zone = 'now()'", 'primary (id)', 'unique (name)']);
    expect(shapeOf(project.schema, 'orders')).toEqual([
      'id uuid = gen_random_uuid()', 'shop_id integer', 'note_id integer null', "state state = 'new'", 'total numeric(10, 2) null', 'tags text[] null', 'primary (id)', 'unique (shop_id, state)', 'foreign (shop_id) -> shops (id) cascade',
    ]);
  });

  it('changes them', async () => {
    const { project, coverage } = await run(CREATE, `pgm.addColumns('orders', { note: { type: 'text', notNull: true }, seen: 'timestamp' });
      pgm.dropColumns('orders', ['tags']); pgm.renameColumn('orders', 'total', 'sum');
      pgm.alterColumn('orders', 'note', { notNull: false, type: 'varchar(20)' });
      pgm.addConstraint('orders', 'orders_note_key', { unique: ['note'] });
      pgm.addConstraint('orders', 'orders_shop', { foreignKeys: { columns: 'shop_id', references: 'shops(id)', onDelete: 'SET NULL' } });
      pgm.dropConstraint('orders', 'orders_shop_id_fkey');
      pgm.addConstraint('orders', 'plain', 'UNIQUE (seen)');
      pgm.createIndex('orders', ['note', { name: 'sum', sort: 'DESC' }], { unique: true, where: 'sum > 0' });
      pgm.addIndex('orders', 'seen'); pgm.dropIndex('orders', 'seen');
      pgm.createTable('relics', { id: 'id' }); pgm.renameTable('relics', 'finds'); pgm.dropTable('finds', { ifExists: true });
      pgm.sql('CREATE INDEX late ON orders (state)');`);
    expect(coverage.notes).toEqual([]);
    expect(tableNames(project.schema)).toEqual(['orders', 'shops']);
    expect(shapeOf(project.schema, 'orders')).toEqual([
      'id uuid = gen_random_uuid()', 'shop_id integer', 'note_id integer null', "state state = 'new'", 'sum numeric(10, 2) null', 'note character varying(20) null', 'seen timestamp without time zone null', 'primary (id)',
      'unique (shop_id, state)', 'unique (note)', 'unique (seen)', 'unique index (note, sum) where sum > 0', 'index (state)', 'foreign (shop_id) -> shops (id) set null',
    ]);
  });

  it('is told from what has methods of the same names, and says what it cannot follow', async () => {
    const { project, coverage } = await run(`pgm.createTable('a', { id: 'id', address: { type: 'text', notNull: true } }); pgm.addConstraint('a', 'a_address_key', { unique: ['address'] });`);
    expect(coverage.notes).toEqual([]);
    expect(shapeOf(project.schema, 'a')).toEqual(['id integer', 'address text', 'primary (id)', 'unique (address)']);
    const open = await run('pgm.createTable(process.env.NAME, { id: "id" });');
    expect(open.coverage.notes[0]).toContain('the node-pg-migrate migrations of migrations (1 steps) cannot be followed');
  });
});
