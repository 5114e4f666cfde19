/** However the files are dealt out to machines, and in whatever order their facts are merged, the project is the same. */
import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { analyse, type SourceFile } from '../../src/analyse.js';
import { DEFAULTS } from '../../src/config/config.js';
import { mergeFacts, NO_STORE, type FactSet, type FactsStore, type Kept } from '../../src/facts/store.js';
import { readFacts } from '../../src/read.js';
import { schemaSql } from '../../src/report/schema-sql.js';
import { depths, roleIndex } from '../../src/roles.js';
import { spanStart } from '../../src/facts/span.js';

const root = 'fixtures/crm-sqlalchemy/server';
const files: readonly SourceFile[] = (readdirSync(root, { recursive: true }) as string[]).filter((name) => name.endsWith('.py')).map((path) => ({ path, read: () => readFileSync(join(root, path)) }));

/** The facts that one machine makes of its files. */
async function shard(part: readonly SourceFile[]): Promise<FactSet> {
  const made = new Map<string, Kept>();
  await readFacts(part, depths(roleIndex(DEFAULTS)), { ...NO_STORE, put: (key, facts) => void made.set(key, facts) });
  return made;
}

/** The project as text: its schema, and every use with its place and kind. Fails where facts are missing from the set. */
async function projectOf(facts: FactSet): Promise<string> {
  const store: FactsStore = { isEmpty: false, get: (key) => facts.get(key), put: (key) => { throw new Error(`${key} is in no shard`); } };
  const { project } = await analyse(files, DEFAULTS, { store });
  const uses = project.usage.uses.map((use) => `${use.kind} ${use.table.name}.${use.column.name} ${use.place.path}:${spanStart(use.place.at)} ${use.context.fn ?? ''}`);
  return [schemaSql(project.schema), ...uses].join('\n');
}

describe('shards', () => {
  let expected: string;
  beforeAll(async () => { expected = await projectOf(await shard(files)); });

  it('give one project', async () => {
    expect(expected).toContain('CREATE TABLE conversations');
    await fc.assert(fc.asyncProperty(fc.array(fc.nat(3), { minLength: files.length, maxLength: files.length }), fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }), async (machines, order) => {
      const parts = await Promise.all(order.map((machine) => shard(files.filter((_, index) => machines[index] === machine))));
      expect(await projectOf(parts.reduce(mergeFacts, new Map()))).toBe(expected);
    }), { numRuns: 4 });
  }, 60_000);
});
