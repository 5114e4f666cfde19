import { describe, expect, it } from 'vitest';
import { analyseText } from '../support/analyse-text.js';
import { shapeOf, tableNames } from '../support/table-shape.js';

const CREATE = 'module.exports = { async up(queryInterface, Sequelize) { await queryInterface.createTable("orders", { id: { type: Sequelize.INTEGER, primaryKey: true } }); }, async down() {} };';
const SQL = 'ALTER TABLE orders ADD COLUMN slug varchar(20) NOT NULL;\nCREATE UNIQUE INDEX orders_slug ON orders (slug);\n';
const WHOLE = ['id integer', 'slug character varying(20)', 'primary (id)', 'unique index (slug)'];
const run = (step: string, files: Readonly<Record<string, string>> = { 'db/migrations/sql/slug.sql': SQL }) => analyseText({ 'db/migrations/20240101000000-orders.js': CREATE, 'db/migrations/20240102000000-slug.js': step, ...files });
const reading = (up: string): string => `const fs = require('fs');\nconst path = require('path');\nmodule.exports = { async up(queryInterface) { ${up} }, async down() {} };`;

describe('SQL files that migrations run', () => {
  it.each([
    ['joined to the folder', "await queryInterface.sequelize.query(fs.readFileSync(path.join(__dirname, 'sql', 'slug.sql'), 'utf8'));"],
    ['resolved, and made a text', "const sql = fs.readFileSync(path.resolve(__dirname, './sql/slug.sql')).toString(); return queryInterface.sequelize.query(sql);"],
    ['in a template', 'const file = `${__dirname}/sql/slug.sql`;\nawait queryInterface.sequelize.query(await fs.promises.readFile(file, "utf8"));'],
    ['added up', "await queryInterface.sequelize.query(fs.readFileSync(__dirname + '/sql/slug.sql', 'utf-8').trim());"],
    ['from the root', "await queryInterface.sequelize.query(fs.readFileSync('./db/migrations/sql/slug.sql', { encoding: 'utf8' }));"],
    ['statement by statement', "const sql = fs.readFileSync(path.join(__dirname, 'sql/slug.sql'), 'utf8');\nfor (const statement of sql.split(';').filter(Boolean)) { await queryInterface.sequelize.query(statement); }"],
    ['statements as promises', "const sql = fs.readFileSync(path.join(__dirname, 'sql/slug.sql'), 'utf8');\nawait Promise.all(sql.split(';').map((statement) => queryInterface.sequelize.query(statement)));"],
  ])('are part of the history: %s', async (_, up) => {
    const { project, coverage } = await run(reading(up));
    expect(coverage.notes).toEqual([]);
    expect(shapeOf(project.schema, 'orders')).toEqual(WHOLE);
  });

  it('are found through a function that reads by name, and those that go down are no history of their own', async () => {
    const { project, coverage } = await run(
      "const fs = require('fs');\nconst path = require('path');\nconst read = (name) => fs.readFileSync(path.join(__dirname, 'sql', name), 'utf8');\nmodule.exports = { up: (queryInterface) => queryInterface.sequelize.query(read('slug.sql')), down: (queryInterface) => queryInterface.sequelize.query(read('drop_slug.sql')) };",
      { 'db/migrations/sql/slug.sql': SQL, 'db/migrations/sql/drop_slug.sql': 'ALTER TABLE orders DROP COLUMN slug;\n' },
    );
    expect(coverage.notes).toEqual([]);
    expect(shapeOf(project.schema, 'orders')).toEqual(WHOLE);
  });

  it('are read by Umzug and Python, too', async () => {
    const umzug = await analyseText({
      'db/migrations/01-orders.ts': 'import type { Migration } from "../umzug";\nimport { DataTypes } from "sequelize";\nexport const up: Migration = async ({ context: queryInterface }) => { await queryInterface.createTable("orders", { id: { type: DataTypes.INTEGER, primaryKey: true } }); await queryInterface.addColumn("orders", "x", DataTypes.DATE); };',
      'db/migrations/02-slug.ts': 'import { readFileSync } from "fs";\nimport { join } from "path";\nimport type { Migration } from "../umzug";\nexport const up: Migration = async ({ context }) => { const sql = readFileSync(join(__dirname, "sql", "slug.sql")).toString(); await context.sequelize.query(sql); };',
      'db/migrations/sql/slug.sql': SQL,
    });
    expect(umzug.coverage.notes).toEqual([]);
    expect(shapeOf(umzug.project.schema, 'orders')).toContain('slug character varying(20)');
    const alembic = await analyseText({
      'alembic/versions/001_start.py': 'import sqlalchemy as sa\nfrom alembic import op\n\nrevision = "001"\ndown_revision = None\n\n\ndef upgrade():\n    op.create_table("orders", sa.Column("id", sa.Integer(), primary_key=True))\n',
      'alembic/versions/002_slug.py': 'from pathlib import Path\nfrom alembic import op\n\nrevision = "002"\ndown_revision = "001"\n\n\ndef upgrade():\n    op.execute((Path(__file__).parent.parent / "sql" / "slug.sql").read_text())\n',
      'alembic/versions/003_more.py': 'import os\nfrom alembic import op\n\nrevision = "003"\ndown_revision = "002"\n\n\ndef upgrade():\n    with open(os.path.join(os.path.dirname(__file__), "../sql/more.sql")) as file:\n        op.execute(file.read())\n',
      'alembic/sql/slug.sql': SQL,
      'alembic/sql/more.sql': 'ALTER TABLE orders ADD COLUMN more integer NOT NULL;\n',
    });
    expect(alembic.coverage.notes).toEqual([]);
    expect(shapeOf(alembic.project.schema, 'orders')).toEqual(['id integer', 'slug character varying(20)', 'more integer', 'primary (id)', 'unique index (slug)']);
  });

  it('are told as not followed where it is open which file is meant', async () => {
    const unknown = await run(reading("for (const name of fs.readdirSync(__dirname)) await queryInterface.sequelize.query(fs.readFileSync(path.join(__dirname, name), 'utf8'));"));
    expect(unknown.coverage.notes.join()).toContain('SQL that is read from elsewhere');
    const two = await run(reading("await queryInterface.sequelize.query(fs.readFileSync(process.env.DIR + '/slug.sql', 'utf8'));"), { 'db/migrations/one/slug.sql': SQL, 'db/migrations/two/slug.sql': SQL });
    expect(two.coverage.notes.join()).toContain('SQL that is read from elsewhere');
  });

  it('stay histories of their own where no migration runs them', async () => {
    const { project } = await run('module.exports = { async up(queryInterface) { await queryInterface.sequelize.query("SELECT 1"); }, async down() {} };', { 'stock/schema.sql': 'CREATE TABLE shelves (id serial PRIMARY KEY);' });
    expect(tableNames(project.schema)).toEqual(['orders', 'shelves']);
  });
});
