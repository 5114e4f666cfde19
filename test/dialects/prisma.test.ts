import { beforeAll, describe, expect, it } from 'vitest';
import type { Analysis } from '../../src/analyse.js';
import { foreignKeyText, indexText, uniqueText } from '../../src/model/model-text.js';
import { analyseText } from '../support/analyse-text.js';

const SCHEMA = `
datasource db {
  provider = "postgresql"
  url      = env("DATABASE_URL")
}
enum Role {
  ADMIN
  MEMBER @map("member")
  @@map("roles")
}
/// People who log in
model User {
  id        Int      @id @default(autoincrement())
  email     String   @unique @db.VarChar(255)
  name      String?
  role      Role     @default(MEMBER)
  token     String   @default(uuid())
  createdAt DateTime @default(now()) @map("created_at")
  updatedAt DateTime @updatedAt @map("updated_at") @db.Timestamptz(6)
  posts     Post[]   @relation("author")
  reviews   Post[]   @relation("reviewer")
  profile   Profile?
  @@map("users")
}
model Profile {
  id     String @id @default(cuid())
  bio    String
  userId Int    @unique
  user   User   @relation(fields: [userId], references: [id], onDelete: Cascade)
}
model Post {
  id         String   @id @default(dbgenerated("gen_random_uuid()")) @db.Uuid
  title      String
  slug       String
  authorId   Int      @map("author_id")
  reviewerId Int?     @map("reviewer_id")
  parentId   String?  @db.Uuid
  labels     String[]
  author     User     @relation("author", fields: [authorId], references: [id])
  reviewer   User?    @relation("reviewer", fields: [reviewerId], references: [id])
  parent     Post?    @relation("tree", fields: [parentId], references: [id])
  children   Post[]   @relation("tree")
  tags       Tag[]
  meta       Json
  at         DateTime
  @@unique([authorId, slug])
  @@index([authorId, at(sort: Desc)], map: "post_author_at")
  @@index([labels], type: Gin)
}
model Tag {
  id    Int    @id
  label String
  posts Post[]
}
`;

const CODE = `
import { PrismaClient, Prisma, type User } from '@prisma/client';
const prisma = new PrismaClient();

export async function list(q: string | undefined, orgId: number) {
  const posts = await prisma.post.findMany({
    where: { authorId: orgId, ...(q ? { title: { contains: q } } : {}), author: { email: 'x' } },
    include: { author: { select: { name: true } }, tags: true },
    orderBy: [{ at: 'desc' }],
    take: 10,
  });
  return posts.map((post) => ({ title: post.title }));
}

export async function register(email: string) {
  const existing = await prisma.user.findFirst({ where: { email } });
  if (existing) throw new Error('taken');
  return prisma.user.create({ data: { email, name: 'n', profile: { create: { bio: 'b' } }, posts: { connect: { id: 'p' } } } });
}

export const touch = async (ctx: any) => {
  await ctx.db.post.update({ where: { authorId_slug: { authorId: 1, slug: 's' } }, data: { title: 't', author: { connect: { id: 2 } } } });
  await ctx.db.$transaction(async (tx: any) => {
    await tx.tag.upsert({ where: { id: 1 }, create: { id: 1, label: 'l' }, update: { label: 'm' } });
  });
  await ctx.db.post.groupBy({ by: ['reviewerId'], _count: { id: true } });
};

export function show(user: User) {
  return user.token;
}
function fromInput(api: any) {
  api.user.update({ id: 1 });
}
`;

let analysis: Analysis;
const table = (name: string) => analysis.project.schema.tables.find((each) => each.name === name)!;
const column = (of: string, name: string) => table(of).columns.find((each) => each.name === name)!;
const uses = (of: string, name: string) => analysis.project.usage.uses.filter((use) => use.table.name === of && use.column.name === name).map((use) => use.kind);
const queries = (of: string) => analysis.project.usage.queries.filter((query) => query.root.table.name === of);

beforeAll(async () => { analysis = await analyseText({ 'prisma/schema.prisma': SCHEMA, 'src/service.ts': CODE }); });

describe('a Prisma schema', () => {
  it('gives tables by their physical names', () => {
    expect(analysis.project.schema.tables.map((each) => each.name).sort()).toEqual(['Post', 'Profile', 'Tag', '_PostToTag', 'users']);
    expect(table('users')).toMatchObject({ model: 'User', comment: 'People who log in', declaresRelationships: false });
    expect(column('users', 'created_at')).toMatchObject({ attribute: 'createdAt', databaseDefault: 'CURRENT_TIMESTAMP', role: 'created-at', nullable: false });
    expect(column('users', 'updated_at')).toMatchObject({ onUpdate: 'orm', hasClientDefault: true, databaseDefault: null, type: { name: 'timestamp with time zone', args: [6] } });
  });
  it('tells database defaults from those of the client', () => {
    expect(column('users', 'id')).toMatchObject({ isIdentity: true });
    expect(column('users', 'token')).toMatchObject({ databaseDefault: null, hasClientDefault: true });
    expect(column('users', 'role')).toMatchObject({ databaseDefault: "'member'", type: { enumName: 'roles' }, choices: ['ADMIN', 'member'] });
    expect(column('Post', 'id')).toMatchObject({ databaseDefault: 'gen_random_uuid()', type: { name: 'uuid' } });
    expect(column('users', 'email').type).toMatchObject({ name: 'character varying', args: [255] });
    expect(column('Post', 'labels').type.array).toBe(1);
  });
  it('has keys and indexes, and none that is not asked for', () => {
    expect(table('Post').uniques.map((key) => key.columns.map((each) => each.name))).toEqual([['author_id', 'slug']]);
    expect(table('Post').indexes.map((index) => [index.name, index.method, index.parts.map((part) => `${part.column!.name}${part.desc ? ' desc' : ''}`)])).toEqual([['post_author_at', 'btree', ['author_id', 'at desc']], [null, 'gin', ['labels']]]);
  });
  it('has foreign keys with their default actions', () => {
    expect(table('Post').foreignKeys.map((key) => [key.columns[0]!.name, key.target.name, key.onDelete])).toEqual([['author_id', 'users', 'restrict'], ['reviewer_id', 'users', 'set null'], ['parentId', 'Post', 'set null']]);
    expect(table('Profile').foreignKeys[0]).toMatchObject({ onDelete: 'cascade', isEnforced: true });
  });
  it('tells several relations between two models apart', () => {
    const of = (name: string, model = 'users') => table(model).relationships.find((each) => each.name === name)!;
    expect(of('posts').foreignKey!.columns[0]!.name).toBe('author_id');
    expect(of('reviews').foreignKey!.columns[0]!.name).toBe('reviewer_id');
    expect(of('profile')).toMatchObject({ many: false });
    expect(of('children', 'Post')).toMatchObject({ many: true });
    expect(of('tags', 'Post').through!.name).toBe('_PostToTag');
  });
  it('has the join tables that Prisma makes', () => {
    expect(table('_PostToTag').primaryKey!.columns.map((each) => each.name)).toEqual(['A', 'B']);
    expect(table('_PostToTag').foreignKeys.map((key) => [key.columns[0]!.name, key.target.name, key.onDelete])).toEqual([['A', 'Post', 'cascade'], ['B', 'Tag', 'cascade']]);
    expect(column('_PostToTag', 'A').type.name).toBe('uuid');
  });
});

describe('the client', () => {
  it('reads queries with filters, sorts and what is optional', () => {
    const [list] = queries('Post').filter((query) => query.expects === 'many' && query.sorts.length);
    expect(list!.conditions.map((each) => [each.column.name, each.op, each.isOptional, each.isJoin])).toEqual([['author_id', '=', false, false], ['title', 'like', true, false], ['author_id', '=', false, true], ['email', '=', false, true]]);
    expect(list!.sorts.map((sort) => [sort.column.name, sort.desc])).toEqual([['at', true]]);
    expect(list!.limit).toBe(10);
    expect(uses('users', 'name')).toContain('expose');
    expect(uses('Post', 'title')).toEqual(expect.arrayContaining(['filter', 'read', 'write']));
  });
  it('sees a check before an insert', () => {
    const [lookup] = queries('users').filter((query) => query.expects === 'first');
    expect(lookup!.guards.map((guard) => guard.k)).toContain('refuse-if-present');
  });
  it('sees nested writes', () => {
    const inserts = analysis.project.usage.inserts.map((insert) => [insert.table.name, [...insert.values.keys()].map((each) => each.name)]);
    expect(inserts).toContainEqual(['users', ['email', 'name']]);
    expect(inserts).toContainEqual(['Profile', ['userId', 'bio']]);
    expect(uses('Post', 'author_id').filter((kind) => kind === 'write')).toHaveLength(2);
  });
  it('reads compound keys, transactions and upserts of an untyped client in an arrow function', () => {
    const [update] = queries('Post').filter((query) => query.verb === 'update');
    expect(update!.conditions.map((each) => each.column.name)).toEqual(['author_id', 'slug']);
    expect(queries('Tag')[0]!.guards).toEqual([{ k: 'upsert' }]);
    expect(analysis.project.usage.inserts.find((insert) => insert.table.name === 'Tag')).toMatchObject({ isUpsert: true });
    expect(uses('Post', 'reviewer_id')).toContain('group');
  });
  it('knows rows by their generated types, and leaves other clients alone', () => {
    expect(uses('users', 'token')).toContain('read');
    expect(analysis.project.usage.tableUses.filter((use) => use.table.name === 'users' && use.kind === 'update')).toEqual([]);
  });
});

describe('several schemas', () => {
  it('keeps them apart, and joins the files of one', async () => {
    const { project } = await analyseText({
      'a/prisma/schema.prisma': 'datasource db {\n provider = "postgresql"\n relationMode = "prisma"\n}\n',
      'a/prisma/models/user.prisma': 'model User {\n id Int @id\n org Org @relation(fields: [orgId], references: [id])\n orgId Int\n}\n',
      'a/prisma/models/org.prisma': 'model Org {\n id Int @id\n users User[]\n}\n',
      'b/schema.prisma': 'datasource db {\n provider = "sqlite"\n}\nmodel User {\n id Int @id\n}\n',
    });
    expect(project.schema.tables.map((each) => [each.name, each.database])).toEqual([['Org', 'a/prisma'], ['User', 'a/prisma'], ['User', 'b']]);
    expect(project.schema.tables[1]!.foreignKeys[0]).toMatchObject({ isEnforced: false, target: { name: 'Org' } });
  });
  it('takes one for another engine with the same models for a copy', async () => {
    const models = 'model User {\n id Int @id\n}\nmodel Org {\n id Int @id\n}\n';
    const { project } = await analyseText({
      'prisma/mysql/schema.prisma': `datasource db {\n provider = "mysql"\n}\n${models}`,
      'prisma/postgresql/schema.prisma': `datasource db {\n provider = "postgresql"\n}\n${models}`,
    });
    expect(project.schema.tables.map((each) => [each.name, each.database, each.place.path])).toEqual([['User', '', 'prisma/postgresql/schema.prisma'], ['Org', '', 'prisma/postgresql/schema.prisma']]);
  });
  it('gives each its own migrations, also for tables of the same name', async () => {
    const files = Object.fromEntries(['a', 'b'].flatMap((name) => [
      [`${name}/prisma/schema.prisma`, `datasource db {\n provider = "postgresql"\n}\nmodel User {\n id Int @id\n}\nmodel Of${name} {\n id Int @id\n}\n`],
      [`${name}/prisma/migrations/1_init/migration.sql`, `CREATE TABLE "User" (id INTEGER NOT NULL PRIMARY KEY);\nCREATE TABLE "Of${name}" (id INTEGER NOT NULL PRIMARY KEY);\n`],
    ]));
    const { project } = await analyseText(files);
    expect(project.schema.tables.filter((each) => each.name === 'User').map((each) => each.declarations.map((one) => one.place.path))).toEqual(['a', 'b'].map((name) => [`${name}/prisma/schema.prisma`, `${name}/prisma/migrations/1_init/migration.sql`]));
  });
  it('goes on after a broken block', async () => {
    const { project } = await analyseText({ 'schema.prisma': 'model A {\n id Int @id\n x Strin@@g(\n}\nmodel B {\n id Int @id\n a Missing @relation(fields: [q], references: [z])\n}\n' });
    expect(project.schema.tables.map((each) => each.name)).toEqual(['A', 'B']);
  });
});

const three = (provider: string, extra = '') => `datasource db {\n provider = "${provider}"\n}\nmodel A {\n id Int @id\n bs B[]\n}\nmodel B {\n id Int @id\n aId Int\n a A @relation(fields: [aId], references: [id])\n c C?\n}\nmodel C {\n id Int @id\n bId Int @unique\n b B @relation(fields: [bId], references: [id])\n}\n${extra}`;

describe('schemas that are not the application\'s', () => {
  it('takes one of several kept for different databases', async () => {
    const { project } = await analyseText({ 'db/mysql/schema.prisma': three('mysql'), 'db/postgresql/schema.prisma': three('postgresql', 'model D {\n id Int @id\n}\n') });
    expect(project.schema.tables.map((each) => `${each.name} ${each.declarations[0]!.place.path}`)).toEqual(['A', 'B', 'C', 'D'].map((name) => `${name} db/postgresql/schema.prisma`));
  });
  it('leaves alone what the schema once was', async () => {
    const { project } = await analyseText({
      'prisma/schema.prisma': 'datasource db {\n provider = "postgresql"\n url = env("DATABASE_URL")\n}\nmodel A {\n id Int @id\n text String\n}\n',
      'prisma/migrations/20200917163133/schema.prisma': 'datasource db {\n provider = "postgresql"\n url = "***"\n}\nmodel A {\n id Int @id\n}\nmodel Old {\n id Int @id\n}\n',
    });
    expect(project.schema.tables.map((each) => [each.name, each.database, each.columns.map((column) => column.name)])).toEqual([['A', '', ['id', 'text']]]);
  });

  it('leaves examples alone, and does not take code for theirs', async () => {
    const { project } = await analyseText({
      'packages/db/prisma/schema.prisma': three('postgresql'),
      'packages/server/src/examples/shop.prisma': 'datasource db {\n provider = "postgresql"\n}\nmodel A {\n id Int @id\n text String\n}\n',
      'packages/server/src/code.ts': "import { PrismaClient } from '@prisma/client';\nconst prisma = new PrismaClient();\nexport const all = () => prisma.a.findMany({ where: { id: 1 } });\n",
    });
    expect(project.schema.tables.filter((each) => each.isExternal).map((each) => each.declarations[0]!.place.path)).toEqual(['packages/server/src/examples/shop.prisma']);
    expect(project.usage.queries.map((query) => query.root.table.declarations[0]!.place.path)).toEqual(['packages/db/prisma/schema.prisma']);
  });
  it('has the indexes that MySQL makes for foreign keys', async () => {
    const indexes = async (provider: string) => (await analyseText({ 'prisma/schema.prisma': three(provider) })).project.schema.tables.flatMap((each) => each.indexes.map((index) => `${each.name}(${index.parts.map((part) => part.column!.name).join()})`));
    expect(await indexes('mysql')).toEqual(['B(aId)']);
    expect(await indexes('postgresql')).toEqual([]);
  });
});

describe('a schema with mistakes', () => {
  it('keeps both models of one table, and says what is broken', async () => {
    const { project, problems } = await analyseText({ 'prisma/schema.prisma': 'model A {\n id Int @id\n name String\n @@map("things")\n}\nmodel B {\n id Int @id\n size Int\n @@map("things")\n}\nmodel C {\n id Int @id\n  = = =\n other String\n' });
    expect(project.schema.tables.map((each) => [each.name, each.columns.map((column) => column.name)])).toEqual(expect.arrayContaining([['C', ['id', 'other']]]));
    expect(project.schema.tables.filter((each) => each.name === 'things')).toHaveLength(1);
    expect(problems.map((each) => each.problem.kind)).toEqual(['syntax', 'syntax']);
  });
});

it('spells keys and indexes as the schema has them', async () => {
  const { project } = await analyseText({ 'schema.prisma': 'datasource db {\n  provider = "postgresql"\n  url = env("DATABASE_URL")\n}\nmodel Lamp {\n  id Int @id\n  roomId Int @map("room_id")\n  madeAt DateTime\n}' });
  const [lamp] = project.schema.tables;
  const columns = lamp!.columns.slice(1);
  expect(uniqueText(lamp!, 'uq_Lamp', columns, null)).toBe('@@unique([roomId, madeAt], map: "uq_Lamp")');
  expect(indexText(lamp!, 'ix_Lamp', columns, null)).toBe('@@index([roomId, madeAt], map: "ix_Lamp")');
  expect(indexText(lamp!, 'ix_Lamp', columns, '"madeAt" IS NULL')).toBeUndefined();
});

it('spells a new reference with the other side that it needs, under a name that is free', async () => {
  const { project } = await analyseText({ 'schema.prisma': 'datasource db {\n  provider = "postgresql"\n  url = env("DATABASE_URL")\n}\nmodel Lamp {\n  id Int @id\n  roomId Int @map("room_id")\n  houseId Int?\n  house String\n}\nmodel Room {\n  id Int @id\n}' });
  const [lamp, room] = project.schema.tables;
  const text = (name: string) => foreignKeyText(lamp!.columns.find((column) => column.name === name)!, room!.columns[0]!);
  expect(text('room_id')).toBe('room Room @relation(fields: [roomId], references: [id]) // and lamps Lamp[] in Room');
  expect(text('houseId')).toBe('houseRef Room? @relation(fields: [houseId], references: [id]) // and lamps Lamp[] in Room');
});

it('puts the table behind a many-to-many relation into the schema of the model that comes first', async () => {
  const { project } = await analyseText({ 'schema.prisma': 'datasource db {\n  provider = "postgresql"\n  url = env("DATABASE_URL")\n  schemas = ["a", "z"]\n}\nmodel Herb {\n  id Int @id\n  pots Pot[]\n  @@schema("z")\n}\nmodel Pot {\n  id Int @id\n  herbs Herb[]\n  @@schema("a")\n}' });
  expect(project.schema.tables.map((table) => `${table.schema}.${table.name}`).sort()).toEqual(['a.Pot', 'z.Herb', 'z._HerbToPot']);
});

it('keeps the table behind a many-to-many relation in the database of its models', async () => {
  const { project } = await analyseText({
    'one/schema.prisma': 'datasource db {\n  provider = "postgresql"\n  url = env("ONE_URL")\n}\nmodel Herb {\n  id Int @id\n  pots Pot[]\n}\nmodel Pot {\n  id Int @id\n  herbs Herb[]\n}',
    'two/drizzle.config.ts': `import { defineConfig } from 'drizzle-kit';\nexport default defineConfig({ dialect: 'postgresql', schema: './schema.ts', dbCredentials: { url: process.env.TWO_URL! } });`,
    'two/schema.ts': `import { integer, pgTable } from 'drizzle-orm/pg-core';\nexport const spades = pgTable('spades', { id: integer('id').primaryKey() });`,
  });
  expect(project.schema.tables.map((table) => `${table.name} ${table.database}`).sort()).toEqual(['Herb one', 'Pot one', '_HerbToPot one', 'spades two']);
});
