import { expect, it } from 'vitest';
import { analyseText } from '../support/analyse-text.js';

const PRISMA = 'datasource db {\n  provider = "postgresql"\n  url = env("DATABASE_URL")\n}\nmodel Note {\n  id Int @id\n}\n';
const DRIZZLE = `import { integer, pgTable } from 'drizzle-orm/pg-core';\nexport const ghosts = pgTable('ghosts', { id: integer('id').primaryKey() });\n`;

async function served(code: string): Promise<readonly (string | undefined)[]> {
  const { project } = await analyseText({ 'schema.prisma': PRISMA, 'src/schema.ts': DRIZZLE, 'src/api.ts': code });
  return project.usage.gaps.filter((gap) => gap.kind === 'dynamic-access').map((gap) => gap.table?.name);
}

it('knows what serves every table of an ORM by itself', async () => {
  expect(await served(`import { NextRequestHandler } from '@zenstackhq/server/next';\nexport const handler = NextRequestHandler({ getPrisma: () => null });`)).toEqual(['Note']);
  expect(await served(`import { buildSchema } from 'drizzle-graphql';\nimport { drizzle } from 'drizzle-orm/node-postgres';\nexport const { schema } = buildSchema(drizzle(''));`)).toEqual(['ghosts']);
});

it('knows the resolvers that are generated for every model', async () => {
  expect(await served(`import { resolvers } from '@generated/type-graphql';\nimport { buildSchema } from 'type-graphql';\nexport const schema = buildSchema({ resolvers });`)).toEqual(['Note']);
  expect(await served(`import { crudResolvers } from '../prisma/generated/type-graphql';\nimport { buildSchemaSync } from 'type-graphql';\nclass Own {}\nexport const schema = buildSchemaSync({ resolvers: [Own, ...crudResolvers] });`)).toEqual(['Note']);
  expect(await served(`import { NoteType } from '@generated/type-graphql';\nimport { buildSchema } from 'type-graphql';\nexport const schema = buildSchema({ resolvers: [], orphanedTypes: [NoteType] });`)).toEqual([]);
});

it('knows nothing of other functions of these names', async () => {
  expect(await served(`import { buildSchema } from 'type-graphql';\nexport const schema = buildSchema({ resolvers: [] });`)).toEqual([]);
});
