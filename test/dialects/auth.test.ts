import { expect, it } from 'vitest';
import { analyseText } from '../support/analyse-text.js';

const SCHEMA = `
model User {
  id            String   @id
  email         String   @unique
  emailVerified Boolean
  plan          String?
  accounts      Account[]
}
model Account {
  id       String @id
  userId   String
  idToken  String?
  user     User   @relation(fields: [userId], references: [id])
}
model oauth_client {
  id String @id
}
model Project {
  id String @id
}
`;

it('knows that an adapter works with tables of its own, and with some columns of users', async () => {
  const code = `import { betterAuth } from 'better-auth';\nimport { oidcProvider } from 'better-auth/plugins';\nimport { prismaAdapter } from 'better-auth/adapters/prisma';\nimport { PrismaClient } from '@prisma/client';\nexport const auth = betterAuth({ database: prismaAdapter(new PrismaClient(), { provider: 'postgresql' }), plugins: [oidcProvider()] });\n`;
  const { project } = await analyseText({ 'prisma/schema.prisma': SCHEMA, 'src/auth.ts': code });
  const touched = project.usage.gaps.filter((gap) => gap.kind === 'dynamic-access').map((gap) => `${gap.table?.name}${gap.column ? `.${gap.column.name}` : ''}`);
  expect(touched.sort()).toEqual(['Account', 'User.email', 'User.emailVerified', 'oauth_client']);
});

it('knows which tables come with plugins, and that Auth.js has none', async () => {
  const touched = async (code: string) => {
    const { project } = await analyseText({ 'prisma/schema.prisma': SCHEMA, 'src/auth.ts': `import { PrismaClient } from '@prisma/client';\n${code}` });
    return project.usage.gaps.filter((gap) => gap.kind === 'dynamic-access' && gap.column === null).map((gap) => gap.table?.name).sort();
  };
  expect(await touched(`import { betterAuth } from 'better-auth';\nimport { prismaAdapter } from 'better-auth/adapters/prisma';\nexport const auth = betterAuth({ database: prismaAdapter(new PrismaClient(), {}) });`)).toEqual(['Account']);
  expect(await touched(`import NextAuth from 'next-auth';\nimport { PrismaAdapter } from '@auth/prisma-adapter';\nexport const auth = NextAuth({ adapter: PrismaAdapter(new PrismaClient()) });`)).toEqual(['Account']);
});

it('leaves models of another ORM to that ORM, unless the adapter\'s own declares none', async () => {
  const touched = async (files: Record<string, string>) => {
    const { project } = await analyseText(files);
    return project.usage.gaps.filter((gap) => gap.kind === 'dynamic-access' && gap.column === null).map((gap) => gap.table?.name).sort();
  };
  const code = `import NextAuth from 'next-auth';\nimport { PrismaAdapter } from '@auth/prisma-adapter';\nimport { PrismaClient } from '@prisma/client';\nexport const auth = NextAuth({ adapter: PrismaAdapter(new PrismaClient()) });`;
  const drizzle = `import { integer, pgTable } from 'drizzle-orm/pg-core';\nexport const sessions = pgTable('class_sessions', { id: integer().primaryKey() });`;
  expect(await touched({ 'prisma/schema.prisma': SCHEMA, 'src/auth.ts': code, 'src/schema.ts': drizzle })).toEqual(['Account']);
  const kysely = `import NextAuth from 'next-auth';\nimport { KyselyAdapter } from '@auth/kysely-adapter';\nimport { db } from './db';\nexport const auth = NextAuth({ adapter: KyselyAdapter(db) });`;
  expect(await touched({ 'prisma/schema.prisma': SCHEMA, 'src/auth.ts': kysely })).toEqual(['Account']);
});

it('knows the sessions that a store keeps, and that it keeps nothing else', async () => {
  const schema = `${SCHEMA}model Session {\n  id String @id\n  sid String @unique\n  data String\n}\n`;
  const code = `import { PrismaSessionStore } from '@quixo3/prisma-session-store';\nimport { PrismaClient } from '@prisma/client';\nexport const store = new PrismaSessionStore(new PrismaClient(), {});`;
  const { project } = await analyseText({ 'prisma/schema.prisma': schema, 'src/session.ts': code });
  expect(project.usage.gaps.filter((gap) => gap.kind === 'dynamic-access').map((gap) => `${gap.table?.name} ${gap.column?.name ?? ''}`)).toEqual(['Session ']);
});
