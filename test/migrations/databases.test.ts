import { describe, expect, it } from 'vitest';
import { analyseText } from '../support/analyse-text.js';
import { shapeOf, tableNames } from '../support/table-shape.js';

const module = (up: string): string => `module.exports = { async up(queryInterface, Sequelize) { ${up} }, async down() {} };`;
const table = (name: string, more = ''): string => `await queryInterface.createTable("${name}", { id: { type: Sequelize.INTEGER, primaryKey: true }, at: { type: Sequelize.DATE }, ${more} });`;
const points = (name: string, at: string): string => table(name, `${at}_id: { type: Sequelize.INTEGER, references: { model: "${at}", key: "id" } }`);

describe('migrations of several packages', () => {
  it('are about one database where one points at tables of the other', async () => {
    const { project, coverage } = await analyseText({ 'a/migrations/01-ships.js': module(table('ships')), 'b/migrations/01-tolls.js': module(points('tolls', 'ships')) });
    expect(coverage.notes).toEqual([]);
    expect(project.schema.tables.map((one) => [one.name, one.database])).toEqual([['ships', ''], ['tolls', '']]);
    expect(shapeOf(project.schema, 'tolls')).toContain('foreign (ships_id) -> ships (id)');
  });

  it('follow each other where one changes tables of the other', async () => {
    const { project, coverage } = await analyseText({ 'a/migrations/01-tolls.js': module(`${points('tolls', 'ships')} await queryInterface.addColumn("ships", "owed", Sequelize.INTEGER);`), 'b/migrations/01-ships.js': module(table('ships')) });
    expect(coverage.notes).toEqual([]);
    expect(shapeOf(project.schema, 'ships')).toEqual(['id integer', 'at timestamp with time zone null', 'owed integer null', 'primary (id)']);
  });

  it('are about two where both make the same table, or neither needs the other', async () => {
    const { project } = await analyseText({ 'a/migrations/01-ships.js': module(table('ships')), 'b/migrations/01-ships.js': module(`${table('ships')} ${table('docks')}`), 'c/migrations/01-cars.js': module(table('cars')) });
    expect(new Set(project.schema.tables.map((one) => one.database)).size).toBe(3);
    expect(tableNames(project.schema)).toEqual(['cars', 'docks', 'ships', 'ships']);
  });

  it('go on from the schema of an SQL file where they take away a table that only it makes', async () => {
    const base = 'CREATE TABLE ships (id integer PRIMARY KEY, at timestamptz);\nCREATE TABLE buoys (id integer PRIMARY KEY);\n';
    const files = { 'db/base.sql': base, 'db/migrations/01-docks.js': module(`${points('docks', 'ships')} await queryInterface.dropTable("buoys");`) };
    const { project, coverage } = await analyseText(files);
    expect(coverage.notes).toEqual([]);
    expect(project.schema.tables.map((one) => [one.name, one.database])).toEqual([['ships', ''], ['docks', '']]);
    expect(shapeOf(project.schema, 'docks')).toContain('foreign (ships_id) -> ships (id)');
    // A dump of what they leave behind has no table that they took away.
    const dump = await analyseText({ ...files, 'db/base.sql': 'CREATE TABLE ships (id integer PRIMARY KEY, at timestamptz);\n', 'db/migrations/01-docks.js': module(`${table('ships')} ${table('buoys')} await queryInterface.dropTable("buoys");`) });
    expect(dump.project.schema.tables.map((one) => one.name)).toEqual(['ships', 'ships']);
    const other = 'CREATE TABLE `ships` (`id` int unsigned NOT NULL AUTO_INCREMENT, PRIMARY KEY (`id`)) ENGINE=InnoDB;\nCREATE TABLE `buoys` (`id` int unsigned NOT NULL AUTO_INCREMENT, PRIMARY KEY (`id`)) ENGINE=InnoDB;\n';
    const mysql = await analyseText({ ...files, 'db/base.sql': other });
    expect(mysql.project.schema.tables).toEqual([]);
    expect(mysql.coverage.notes.join()).toContain('looks like MySQL, not PostgreSQL');
  });
});
