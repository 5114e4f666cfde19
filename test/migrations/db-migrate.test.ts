import { describe, expect, it } from 'vitest';
import { analyseText } from '../support/analyse-text.js';
import { shapeOf, tableNames } from '../support/table-shape.js';

const HEAD = "'use strict';\nvar dbm; var type; var seed;\nexports.setup = function (options, seedLink) { dbm = options.dbmigrate; type = dbm.dataType; seed = seedLink; };\n";
const run = (...ups: string[]) => analyseText(Object.fromEntries(ups.map((up, index) => [`migrations/2024010100000${index}-step.js`, `${HEAD}exports.up = ${up};\nexports.down = function (db) { return db.dropTable('orders'); };\nexports._meta = { version: 1 };\n`])));
const CREATE = `function (db, callback) {
  db.createTable('shops', { id: { type: 'int', primaryKey: true, autoIncrement: true }, name: { type: 'string', length: 80, notNull: true, unique: true }, opened_at: 'timestamptz' }, function (err) {
    if (err) return callback(err);
    db.createTable('orders', {
      columns: {
        id: { type: 'bigint', primaryKey: true },
        shop_id: { type: 'int', notNull: true, foreignKey: { name: 'orders_shop', table: 'shops', rules: { onDelete: 'CASCADE' }, mapping: 'id' } },
        state: { type: 'text', defaultValue: 'new' },
        note: 'text',
      },
      ifNotExists: true,
    }, callback);
  });
}`;

describe('db-migrate', () => {
  it('creates tables, one in the callback of the other', async () => {
    const { project, coverage } = await run(CREATE);
    expect(coverage.notes).toEqual([]);
    expect(shapeOf(project.schema, 'shops')).toEqual(['id integer', 'name character varying(80)', 'opened_at timestamp with time zone null', 'primary (id)', 'unique (name)']);
    expect(shapeOf(project.schema, 'orders')).toEqual(['id bigint', 'shop_id integer', "state text null = 'new'", 'note text null', 'primary (id)', 'foreign (shop_id) -> shops (id) cascade']);
  });

  it('changes them, by promises and in series', async () => {
    const { project, coverage } = await run(CREATE, `function (db) {
      return db.addColumn('orders', 'total', { type: 'decimal', notNull: true }).then(() => db.addIndex('orders', 'orders_state', ['state', 'total'], true)).then(() => db.runSql('CREATE INDEX late ON orders (note)'));
    }`, `function (db, callback) {
      async.series([db.removeColumn.bind(db, 'shops', 'opened_at'), db.renameColumn.bind(db, 'orders', 'note', 'remark'), db.changeColumn.bind(db, 'orders', 'state', { type: 'string', length: 20, notNull: true }),
        db.removeForeignKey.bind(db, 'orders', 'orders_shop'), db.addForeignKey.bind(db, 'orders', 'shops', 'orders_shop_again', { shop_id: 'id' }, { onDelete: 'SET NULL' })], callback);
    }`);
    expect(coverage.notes).toEqual([]);
    expect(tableNames(project.schema)).toEqual(['orders', 'shops']);
    expect(shapeOf(project.schema, 'shops')).toEqual(['id integer', 'name character varying(80)', 'primary (id)', 'unique (name)']);
    expect(shapeOf(project.schema, 'orders')).toEqual([
      'id bigint', 'shop_id integer', "state character varying(20) = 'new'", 'remark text null', 'total numeric', 'primary (id)', 'unique index (state, total)', 'index (remark)', 'foreign (shop_id) -> shops (id) set null',
    ]);
  });

  it('is told from others by what its generator writes, or by what it alone has', async () => {
    const { project, coverage } = await analyseText({
      'migrations/1-a.js': "exports.up = function (db, cb) { db.runSql('CREATE TABLE a (id integer PRIMARY KEY)', cb); };\n",
      'other/20240101000000-b.js': "module.exports = { up: async (q, Sequelize) => { await q.createTable('b', { id: { type: Sequelize.INTEGER, primaryKey: true } }); await q.addColumn('b', 'name', { type: Sequelize.STRING }); }, down: async (q) => { await q.dropTable('b'); } };\n",
    });
    expect(coverage.notes).toEqual([]);
    expect(shapeOf(project.schema, 'a')).toEqual(['id integer', 'primary (id)']);
    expect(shapeOf(project.schema, 'b')).toEqual(['id integer', 'name character varying(255) null', 'primary (id)']);
  });
});
