/** The printed schema on real servers: they take it, and have then what the schema says, and what the script it was read from makes. */
import { readdirSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { catalogOf, enumsOf, isTable } from '../../scripts/postgres/catalog.mjs';
import { differences } from '../../scripts/postgres/compare.mjs';
import { analyse, type Analysis } from '../../src/analyse.js';
import { DEFAULTS } from '../../src/config/config.js';
import { schemaSql } from '../../src/report/schema-sql.js';
import { discover } from '../../src/workspace/discover.js';
import { analyseText } from '../support/analyse-text.js';
import { MODELS, SCRIPTS } from './features.js';
import { modelCatalog, plainCatalog, viewsOf } from './model-catalog.js';
import { SERVERS, startServer } from './servers.js';
import { textAt } from '../../src/facts/span.js';

const FIXTURES = readdirSync('fixtures').filter((name) => name.startsWith('crm-'));
const printed = ({ project, text }: Analysis): string => schemaSql(project.schema, ({ path, at }) => textAt(text(path), at));

describe.each(SERVERS)('%s', (name) => {
  const server = startServer(name);
  beforeEach(() => server().empty());

  it.each(FIXTURES)('takes the schema of %s', async (fixture) => {
    const analysis = await analyse(discover(`fixtures/${fixture}`, DEFAULTS).files, DEFAULTS);
    await server().run(printed(analysis));
    const catalog = await catalogOf(server());
    expect(catalog.size).toBeGreaterThan(5);
    expect(plainCatalog(catalog)).toEqual(modelCatalog(analysis.project.schema));
  });

  it.each(Object.entries(SCRIPTS))('has the same of the script and of what is printed of it: %s', async (_, script) => {
    await server().run(script);
    const actual = await catalogOf(server());
    const enums = await enumsOf(server());
    const analysis = await analyseText({ 'schema.sql': script });
    expect(analysis.coverage.notes).toEqual([]);
    expect(viewsOf(analysis.project.schema)).toEqual(viewsIn(actual));
    await server().empty();
    await server().run(printed(analysis));
    const read = await catalogOf(server());
    expect(differences(actual, read)).toEqual([]);
    expect(await enumsOf(server())).toEqual(enums);
    expect(plainCatalog(read)).toEqual(modelCatalog(analysis.project.schema));
  });

  it.each(Object.entries(MODELS))('takes the schema of models: %s', async (path, text) => {
    const analysis = await analyseText({ [path]: text });
    await server().run(printed(analysis));
    const catalog = await catalogOf(server());
    expect(catalog.size).toBeGreaterThan(0);
    expect(plainCatalog(catalog)).toEqual(modelCatalog(analysis.project.schema));
  });

  it('would see a difference', async () => {
    await server().run('CREATE TABLE a (id int PRIMARY KEY, b text DEFAULT 1)');
    const one = await catalogOf(server());
    await server().empty();
    await server().run('CREATE TABLE a (id bigint, b text DEFAULT 2 NOT NULL UNIQUE); CREATE TABLE c ()');
    const kinds = differences(one, await catalogOf(server())).map(({ kind }: { kind: string }) => kind);
    expect(kinds).toEqual(['type', 'nullable', 'nullable', 'default', 'primaryKey', 'uniques', 'table']);
  });
});

function viewsIn(catalog: Awaited<ReturnType<typeof catalogOf>>): Record<string, string[]> {
  return Object.fromEntries([...catalog.values()].filter((one) => !isTable(one)).map((one) => [one.name, one.columns.map((column: { name: string }) => column.name)]));
}
