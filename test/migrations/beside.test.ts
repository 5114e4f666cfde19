/** Histories in which files of SQL stand beside steps in code, in one order. */
import { describe, expect, it } from 'vitest';
import { analyseText } from '../support/analyse-text.js';
import { shapeOf, tableNames } from '../support/table-shape.js';

describe('yoyo', () => {
  const STEPS = {
    'migrations/0001.shops.py': `
from yoyo import step

steps = [
    step("CREATE TABLE shops (id bigint PRIMARY KEY, name text, owner text)", "DROP TABLE shops"),
    step("CREATE INDEX shops_name ON shops (name)"),
]
`,
    'migrations/0002.orders.sql': '-- depends: 0001.shops\nCREATE TABLE orders (id bigint PRIMARY KEY, shop_id bigint NOT NULL REFERENCES shops (id));\nALTER TABLE shops ADD COLUMN city text;',
    'migrations/0002.orders.rollback.sql': 'DROP TABLE orders;',
    'migrations/0003.owner.py': `
from yoyo import group, step

def total(conn):
    cursor = conn.cursor()
    cursor.execute("ALTER TABLE orders ADD COLUMN total numeric NOT NULL")

def without_total(conn):
    conn.cursor().execute("ALTER TABLE orders DROP COLUMN total")

steps = [group([step("ALTER TABLE shops DROP COLUMN owner", "ALTER TABLE shops ADD COLUMN owner text")]), step(total, without_total)]
`,
  };

  it('runs modules and files in the order of their names, and nothing that takes them back', async () => {
    const { project, coverage } = await analyseText(STEPS);
    expect(coverage.notes).toEqual([]);
    expect(tableNames(project.schema)).toEqual(['orders', 'shops']);
    expect(shapeOf(project.schema, 'shops')).toEqual(['id bigint', 'name text null', 'city text null', 'primary (id)', 'index (name)']);
    expect(shapeOf(project.schema, 'orders')).toEqual(['id bigint', 'shop_id bigint', 'total numeric', 'primary (id)', 'foreign (shop_id) -> shops (id)']);
    expect(project.schema.dropped.map((drop) => `${drop.table}.${drop.column}`)).toEqual(['shops.owner']);
  });

  it('says where a step cannot be followed', async () => {
    const { coverage } = await analyseText({ ...STEPS, 'migrations/0004.more.py': 'import os\nfrom yoyo import step\n\ndef apply(conn):\n    conn.execute(os.environ["CHANGE"])\n\nsteps = [step(apply)]\n' });
    expect(coverage.notes).toEqual([expect.stringContaining('SQL that is not known (migrations/0004.more.py)')]);
  });
});

describe('node-pg-migrate', () => {
  it('takes the SQL files of its folder for steps among the others', async () => {
    const { project, coverage } = await analyseText({
      'migrations/1700000000000_shops.js': "exports.up = (pgm) => { pgm.createTable('shops', { id: 'id', name: 'text', motto: 'text' }); };\nexports.down = (pgm) => { pgm.dropTable('shops'); };\n",
      'migrations/1700000001000_orders.sql': '-- Up Migration\nCREATE TABLE orders (id bigint PRIMARY KEY, shop_id integer NOT NULL REFERENCES shops (id));\nALTER TABLE shops DROP COLUMN motto;\n-- Down Migration\nDROP TABLE orders;\n',
      'migrations/1700000002000_note.js': "exports.up = (pgm) => { pgm.addColumns('orders', { note: 'text' }); };\nexports.down = (pgm) => { pgm.dropColumns('orders', ['note']); };\n",
    });
    expect(coverage.notes).toEqual([]);
    expect(shapeOf(project.schema, 'shops')).toEqual(['id integer', 'name text null', 'primary (id)']);
    expect(shapeOf(project.schema, 'orders')).toEqual(['id bigint', 'shop_id integer', 'note text null', 'primary (id)', 'foreign (shop_id) -> shops (id)']);
  });
});
