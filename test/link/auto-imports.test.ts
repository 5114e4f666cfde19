/** Names that Nuxt and Nitro give to files which do not import them: see `src/link/auto-imports.ts`. */
import { describe, expect, it } from 'vitest';
import { analyseText } from '../support/analyse-text.js';

const SCHEMA = "import { integer, pgTable, serial, text } from 'drizzle-orm/pg-core';\nexport const crates = pgTable('crates', { id: serial('id').primaryKey(), label: text('label'), depotId: integer('depot_id') });\n";
const HELPER = "import { drizzle } from 'drizzle-orm/postgres-js';\nimport postgres from 'postgres';\nimport * as schema from '../db/schema';\nexport { eq } from 'drizzle-orm';\nexport const tables = schema;\nexport const useDb = () => drizzle(postgres('postgres://db'), { schema });\n";
const HANDLER = 'export default defineEventHandler(async (event) => useDb().select({ label: tables.crates.label }).from(tables.crates).where(eq(tables.crates.depotId, Number(event.context.params.depot))));\n';

/** The queries that a handler makes, as the column that each filters by and what reaches it. */
async function queriesOf(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const { project } = await analyseText(files);
  return project.usage.queries.map(({ conditions, context }) => `${conditions.map(({ column }) => column.name).join()} ${context.entry}`);
}

describe('a server of Nuxt', () => {
  const server = (at: string) => ({ [`${at}server/db/schema.ts`]: SCHEMA, [`${at}server/utils/drizzle.ts`]: HELPER, [`${at}server/api/depots/[depot].get.ts`]: HANDLER });

  it.each(['', 'apps/shop/'])('has what its helpers export in every file: %j', async (at) => {
    expect(await queriesOf({ [`${at}nuxt.config.ts`]: 'export default defineNuxtConfig({});\n', ...server(at) })).toEqual(['depot_id route']);
  });

  it('has nothing of helpers of another application, or without the framework', async () => {
    expect(await queriesOf({ 'apps/other/nuxt.config.ts': 'export default defineNuxtConfig({});\n', ...server('apps/shop/') })).toEqual([]);
    expect(await queriesOf(server(''))).toEqual([]);
  });

  it('has helpers for both sides, and what an import says before them', async () => {
    const files = { 'nuxt.config.ts': 'export default defineNuxtConfig({});\n', ...server(''), 'shared/utils/tables.ts': "export { crates } from '../../server/db/schema';\n" };
    expect(await queriesOf({ ...files, 'server/api/all.get.ts': 'export default defineEventHandler(() => useDb().select().from(crates).where(eq(crates.label, "a")));\n' })).toContain('label route');
    expect(await queriesOf({ ...files, 'server/api/all.get.ts': "import { crates } from '~~/server/db/none';\nexport default defineEventHandler(() => useDb().select().from(crates).where(eq(crates.label, 'a')));\n" })).toEqual(['depot_id route']);
    expect(await queriesOf({ ...files, 'server/api/all.get.ts': "import { crates as boxes } from '~~/server/db/schema';\nexport default defineEventHandler(() => useDb().select().from(boxes).where(eq(boxes.label, 'a')));\n" })).toContain('label route');
  });
});

it('a server of Nitro has what its own helpers export', async () => {
  expect(await queriesOf({ 'nitro.config.ts': 'export default defineNitroConfig({});\n', 'db/schema.ts': SCHEMA, 'utils/drizzle.ts': HELPER, 'routes/depots.ts': HANDLER })).toEqual(['depot_id route']);
});
