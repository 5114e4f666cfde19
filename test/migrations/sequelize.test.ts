import { describe, expect, it } from 'vitest';
import { analyseText } from '../support/analyse-text.js';
import { shapeOf, tableNames } from '../support/table-shape.js';

const CREATE = `await queryInterface.createTable("orders", {
  id: { type: Sequelize.UUID, allowNull: false, primaryKey: true, defaultValue: Sequelize.UUIDV4 },
  shopId: { type: Sequelize.INTEGER, allowNull: false, references: { model: "shops", key: "id" }, onDelete: "cascade" },
  state: { type: Sequelize.ENUM("new", "done"), defaultValue: "new" },
  slug: { type: "CHARACTER VARYING", unique: true },
  total: Sequelize.DECIMAL(10, 2),
  tags: { type: Sequelize.ARRAY(Sequelize.STRING(40)) },
  createdAt: { type: Sequelize.DATE, allowNull: false, defaultValue: Sequelize.literal("now()") },
});`;
const SHOPS = 'await queryInterface.createTable("shops", { id: { type: Sequelize.INTEGER, primaryKey: true, autoIncrement: true }, name: { type: Sequelize.STRING } });';
const cli = (up: string, down = 'await queryInterface.dropTable("orders");'): string => `"use strict";\nmodule.exports = {\n  async up(queryInterface, Sequelize) { ${up} },\n  async down(queryInterface, Sequelize) { ${down} },\n};\n`;
const run = (...ups: string[]) => analyseText(Object.fromEntries(ups.map((up, index) => [`server/migrations/2024010100000${index}-step.js`, cli(up)])));

describe('Sequelize migrations', () => {
  it('create tables', async () => {
    const { project, coverage } = await run(SHOPS, CREATE);
    expect(coverage.notes).toEqual([]);
    expect(shapeOf(project.schema, 'orders')).toEqual([
      'id uuid', 'shopId integer', "state enum_orders_state null = 'new'", 'slug character varying null', 'total numeric(10, 2) null', 'tags character varying(40)[] null', 'createdAt timestamp with time zone = now()',
      'primary (id)', 'unique (slug)', 'foreign (shopId) -> shops (id) cascade',
    ]);
  });

  it('change them, in transactions and promises too', async () => {
    const { project, coverage } = await run(SHOPS, CREATE, `await queryInterface.sequelize.transaction(async (transaction) => {
      await queryInterface.addColumn("orders", "note", { type: Sequelize.TEXT, transaction });
      await queryInterface.removeColumn("orders", "total", { transaction });
      await queryInterface.renameColumn("orders", "tags", "labels");
      await queryInterface.changeColumn("shops", "name", { type: Sequelize.STRING, allowNull: false });
    });`, `return Promise.all([
      queryInterface.addIndex("orders", ["shopId", "createdAt"]),
      queryInterface.addIndex("orders", { fields: ["note"], unique: true, where: { note: null } }),
      ...["labels"].map((column) => queryInterface.removeColumn("orders", column)),
    ]).then(() => queryInterface.addConstraint("shops", { fields: ["name"], type: "unique" }));`, `await queryInterface.sequelize.query('DROP INDEX "orders_note"'.replace("x", "y"));
      await queryInterface.sequelize.query('ALTER TABLE "orders" ALTER COLUMN "note" SET NOT NULL');
      await queryInterface.removeIndex("orders", ["shopId", "createdAt"]);`);
    expect(shapeOf(project.schema, 'orders')).toEqual([
      'id uuid', 'shopId integer', "state enum_orders_state null = 'new'", 'slug character varying null', 'createdAt timestamp with time zone = now()', 'note text',
      'primary (id)', 'unique (slug)', 'unique index (note) where note IS NULL', 'foreign (shopId) -> shops (id) cascade',
    ]);
    expect(shapeOf(project.schema, 'shops')).toEqual(['id integer', 'name character varying(255)', 'primary (id)', 'unique (name)']);
    expect(coverage.notes).toEqual([]);
  });

  it('are read in TypeScript, as Umzug takes them, and in the other forms of a module', async () => {
    const { project, coverage } = await analyseText({
      'src/migrations/20240101000001-a.ts': 'import { QueryInterface, DataTypes } from "sequelize";\nmodule.exports = { up: (queryInterface: QueryInterface) => { return queryInterface.createTable("a", { id: { type: DataTypes.BIGINT, primaryKey: true } }); } };',
      'src/migrations/20240101000002-b.ts': 'import type { Migration } from "../umzug";\nimport { DataTypes } from "sequelize";\nexport const up: Migration = async ({ context: queryInterface }) => { await queryInterface.createTable("b", { id: { type: DataTypes.INTEGER, primaryKey: true } }); await queryInterface.addColumn("b", "x", { type: DataTypes.DATEONLY }); };\nexport const down: Migration = async ({ context }) => { await context.dropTable("b"); };',
      'src/migrations/20240101000003-c.ts': 'import { DataTypes } from "sequelize";\nexport default { up: async (queryInterface) => { await queryInterface.addColumn("a", "y", DataTypes.JSONB); }, down: async () => {} };',
    });
    expect(coverage.notes).toEqual([]);
    expect(tableNames(project.schema)).toEqual(['a', 'b']);
    expect([...shapeOf(project.schema, 'a'), ...shapeOf(project.schema, 'b')]).toEqual(['id bigint', 'y jsonb null', 'primary (id)', 'id integer', 'x date null', 'primary (id)']);
  });

  it('find a constraint by the name that Sequelize makes', async () => {
    const { project, coverage } = await run(SHOPS, CREATE, 'await queryInterface.addConstraint("orders", { fields: ["slug", "shopId"], type: "unique" });', 'await queryInterface.removeConstraint("orders", "orders_slug_shopId_uk");');
    expect(coverage.notes).toEqual([]);
    expect(shapeOf(project.schema, 'orders').filter((line) => line.startsWith('unique'))).toEqual(['unique (slug)']);
  });

  it('fill tables', async () => {
    const { project } = await run(SHOPS, 'await queryInterface.bulkInsert("shops", [{ id: 1, name: "first" }]);');
    expect(project.usage.inserts.map((insert) => insert.table.name)).toEqual(['shops']);
  });

  it('say which step depends on what only a run can tell', async () => {
    const { coverage } = await run(SHOPS, 'const [rows] = await queryInterface.sequelize.query("SELECT name FROM shops");\nfor (const row of rows) { await queryInterface.createTable(row.name, { id: { type: Sequelize.INTEGER } }); }');
    expect(coverage.notes).toEqual(['the Sequelize migrations of server/migrations (2 steps) cannot be followed completely, so that nothing is said of drift: This step cannot be followed: queryInterface.createTable with names that cannot be told (server/migrations/20240101000001-step.js)']);
  });
});
