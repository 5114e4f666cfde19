import { describe, expect, it } from 'vitest';
import { analyseText } from '../support/analyse-text.js';

const SCHEMA = `
datasource db {
  provider = "postgresql"
}
model User {
  id       String    @id @default(uuid())
  email    String    @unique
  name     String?
  password String?
  orgId    String    @map("org_id")
  score    Int       @default(0)
  org      Org       @relation(fields: [orgId], references: [id])
  posts    Post[]
  @@map("users")
}
model Org {
  id    String @id
  slug  String
  plan  String?
  users User[]
  @@map("orgs")
}
model Post {
  id       String   @id
  title    String
  body     String?
  views    Int
  authorId String   @map("author_id")
  author   User     @relation(fields: [authorId], references: [id])
  tags     Tag[]
  @@unique([authorId, title], name: "author_title")
  @@map("posts")
}
model Tag {
  id    Int    @id
  label String
  posts Post[]
  @@map("tags")
}
`;
const CLIENT = `import { PrismaClient } from '@prisma/client';\nexport const prisma = new PrismaClient();\n`;

/** What one file does with the schema's tables. */
async function usageOf(code: string, files: Readonly<Record<string, string>> = {}) {
  const { project } = await analyseText({ 'prisma/schema.prisma': SCHEMA, 'src/db.ts': CLIENT, 'src/code.ts': code, ...files });
  const { usage } = project;
  return {
    usage,
    uses: (name: string): readonly string[] => usage.uses.filter((use) => `${use.table.name}.${use.column.name}` === name).map((use) => use.kind),
    queries: (table: string) => usage.queries.filter((query) => query.root.table.name === table),
    conditions: (table: string) => usage.queries.filter((query) => query.root.table.name === table).map((query) => query.conditions.map((each) => `${each.column.name} ${each.op}${each.isOptional ? '?' : ''}${each.inOr ? ' or' : ''}${each.isJoin ? ' join' : ''}`)),
    inserts: usage.inserts.map((insert) => [insert.table.name, [...insert.values.keys()].map((column) => column.name).sort()]),
  };
}

describe('where the client comes from', () => {
  const reads = `export async function show(id: string) { const user = await CLIENT.user.findUnique({ where: { id } }); return user?.email; }`;
  const cases: Record<string, Readonly<Record<string, string>>> = {
    'a workspace package': {
      'packages/db/package.json': '{ "name": "@acme/db", "main": "index.ts" }',
      'packages/db/index.ts': `import { PrismaClient } from '@prisma/client';\nconst globalForPrisma = globalThis as unknown as { prisma?: PrismaClient };\nexport const prisma = globalForPrisma.prisma ?? new PrismaClient();\nexport * from '@prisma/client';\n`,
      'src/code.ts': `import { prisma } from '@acme/db';\n${reads.replace('CLIENT', 'prisma')}`,
    },
    'a client with extensions, made by a function': {
      'src/db.ts': `import { PrismaClient } from './generated/client';\nimport { withAccelerate } from '@prisma/extension-accelerate';\nconst make = () => new PrismaClient({ log: ['query'] }).$extends(withAccelerate()).$extends({ name: 'x' });\nexport const db = make();\n`,
      'src/code.ts': `import { db } from './db';\n${reads.replace('CLIENT', 'db')}`,
    },
    'a service that is injected': {
      'src/prisma.service.ts': `import { PrismaClient } from '@prisma/client';\n@Injectable()\nexport class PrismaService extends PrismaClient implements OnModuleInit { async onModuleInit() { await this.$connect(); } }\n`,
      'src/code.ts': `import { PrismaService } from './prisma.service';\nexport class Users {\n constructor(private readonly prisma: PrismaService) {}\n async show(id: string) { const user = await this.prisma.user.findUnique({ where: { id } }); return user?.email; }\n}`,
    },
    'a service of a library, before findUnique was': {
      'src/code.ts': `import { PrismaService } from 'nestjs-prisma';\nexport class Users {\n constructor(private readonly prisma: PrismaService) {}\n async show(id: string) { const user = await this.prisma.user.findOne({ where: { id } }); return user?.email; }\n}`,
    },
    'a context that nothing types': { 'src/code.ts': `export const router = createRouter({ show: procedure.query(async ({ ctx, input }) => { const user = await ctx.db.user.findUnique({ where: { id: input.id } }); return user?.email; }) });` },
    'the callback of a transaction': { 'src/code.ts': `import { prisma } from './db';\nexport async function show(id: string) { return prisma.$transaction(async (tx) => { const user = await tx.user.findUnique({ where: { id } }); return user?.email; }); }` },
    'a transaction client that is handed on': { 'src/code.ts': `import { Prisma, PrismaClient } from '@prisma/client';\ntype Tx = Omit<PrismaClient, '$connect' | '$disconnect'>;\nexport async function one(tx: Prisma.TransactionClient, id: string) { const user = await tx.user.findUnique({ where: { id } }); return user?.email; }\nexport async function two(tx: Tx, id: string) { return (await tx.user.findUnique({ where: { id } }))?.email; }` },
  };
  for (const [name, files] of Object.entries(cases)) it(name, async () => {
    const { queries, uses, usage } = await usageOf('', files);
    expect(queries('users').length).toBeGreaterThan(0);
    expect(uses('users.email')).toContain('read');
    expect(usage.possible.get('email') ?? []).toEqual([]);
  });
});

describe('reading', () => {
  it('reads along a fluent call, an include and a destructuring', async () => {
    const { uses, usage } = await usageOf(`import { prisma } from './db';
export async function load(id: string) {
  const posts = await prisma.user.findUniqueOrThrow({ where: { id } }).posts({ where: { views: { gt: 1 } } });
  for (const { title } of posts) console.log(title);
  const org = await prisma.org.findFirst({ where: { id }, include: { users: { include: { posts: true }, orderBy: { score: 'desc' } } } });
  return org?.users.flatMap((user) => user.posts.map((post) => post.body));
}`);
    expect(uses('posts.title')).toEqual(['read']);
    expect(uses('posts.views')).toEqual(['filter']);
    expect(uses('posts.body')).toEqual(['read']);
    expect(uses('users.score')).toEqual(['sort']);
    expect(usage.relationshipUses.map((use) => use.relationship.name)).toEqual(expect.arrayContaining(['posts', 'users']));
  });
  it('gives a transaction of several queries their results', async () => {
    const { uses } = await usageOf(`import { prisma } from './db';
export async function page() {
  const [users, count] = await prisma.$transaction([prisma.user.findMany({ take: 10 }), prisma.user.count()]);
  const [org] = await Promise.all([prisma.org.findFirst({ where: { id: '1' } })]);
  return { names: users.map((user) => user.name), count, plan: org?.plan };
}`);
    expect(uses('users.name')).toEqual(['read']);
    expect(uses('orgs.plan')).toEqual(['read']);
  });
  it('takes select objects that are put together elsewhere', async () => {
    const { uses } = await usageOf(`import { Prisma } from '@prisma/client';
import { prisma } from './db';
const brief = { id: true, name: true } satisfies Prisma.UserSelect;
const withPosts = Prisma.validator<Prisma.UserInclude>()({ posts: { select: { title: true } } });
const args = Prisma.validator<Prisma.OrgDefaultArgs>()({ select: { slug: true } });
type Full = Prisma.UserGetPayload<{ include: typeof withPosts }>;
export const all = () => prisma.user.findMany({ select: { ...brief, score: true }, where: { org: { plan: 'pro' } } });
export const full = () => prisma.user.findMany({ include: withPosts });
export const orgs = () => prisma.org.findMany(args);
export function show(user: Full) { return user.email; }`);
    for (const name of ['users.name', 'users.score', 'posts.title', 'orgs.slug']) expect(uses(name), name).toContain('expose');
    expect(uses('users.email')).toContain('read');
    expect(uses('orgs.plan')).toEqual(['filter']);
  });
  it('groups, aggregates and counts', async () => {
    const { uses, queries } = await usageOf(`import { prisma } from './db';
export async function stats() {
  const groups = await prisma.post.groupBy({ by: ['authorId'], _sum: { views: true }, having: { title: { not: 'x' } }, orderBy: { _count: { body: 'desc' } } });
  const { _max } = await prisma.user.aggregate({ _max: { score: true }, where: { name: { not: null } } });
  const n = await prisma.org.count({ select: { plan: true } });
  const orgs = await prisma.org.findMany({ orderBy: { users: { _count: 'desc' } }, distinct: ['slug'], cursor: { id: 'x' }, select: { _count: { select: { users: { where: { email: 'e' } } } } } });
  return { groups, _max, n, orgs };
}`);
    expect(uses('posts.author_id')).toContain('group');
    expect(uses('posts.views')).toEqual(['read']);
    expect(uses('posts.body')).toEqual(['sort']);
    expect(uses('users.score')).toEqual(['read']);
    expect(uses('orgs.plan')).toContain('read');
    expect(uses('orgs.slug')).toEqual(['read']);
    expect(uses('users.email')).toEqual(['filter']);
    expect(queries('posts')[0]!.isAggregate).toBe(true);
  });
  it('reads fields of rows that pages get by type', async () => {
    const { uses } = await usageOf('', {
      'src/page.tsx': `import type { User, Prisma } from './types';
import { load } from './load';
type Props = { user: User; posts: Prisma.PostGetPayload<{ include: { tags: true } }>[] };
export function Card({ user, posts }: Props) { return <p title={user.name}>{posts.map((post) => <b key={post.id}>{post.title}{post.tags.map((tag) => tag.label)}</b>)}</p>; }
export function Plan({ org }: { org: NonNullable<Awaited<ReturnType<typeof load>>>['org'] }) { return <i>{org.plan}</i>; }
export function First({ row }: { row: Awaited<ReturnType<typeof load>> }) { return <i>{row.score}</i>; }`,
      'src/types.ts': "export * from '@prisma/client';",
      'src/load.ts': `import { prisma } from './db';\nexport async function load(id: string) { return prisma.user.findFirst({ where: { id }, include: { org: true } }); }`,
    });
    for (const name of ['users.name', 'posts.title', 'tags.label', 'orgs.plan', 'users.score']) expect(uses(name), name).toContain('read');
  });
});

describe('filters', () => {
  it('knows compound keys, relations and connectives', async () => {
    const { conditions } = await usageOf(`import { prisma } from './db';
export const one = (authorId: string, title: string) => prisma.post.findUnique({ where: { author_title: { authorId, title } } });
export const two = () => prisma.tag.findMany({ where: { posts: { some: { author: { is: { email: 'x' } } } }, NOT: { label: 'y' }, OR: [{ id: 1 }, { label: { startsWith: 'z' } }] } });
export const three = (name?: string) => prisma.user.findMany({ where: { orgId: '1', name: name || undefined, ...(name && { score: 1 }) } });`);
    expect(conditions('posts')).toEqual([['author_id =', 'title =']]);
    expect(conditions('tags')).toEqual([['author_id = join', 'email = join', 'label <>', 'id = or', 'label prefix or']]);
    expect(conditions('users')).toEqual([['org_id =', 'name =?', 'score =?']]);
  });
  it('knows typed objects that are built step by step', async () => {
    const { conditions, queries, uses } = await usageOf(`import { Prisma } from '@prisma/client';
import { prisma } from './db';
export async function find(orgId: string, q?: string) {
  const where: Prisma.UserWhereInput = { orgId };
  if (q) { where.name = { contains: q }; }
  where.posts = { some: { title: 't' } };
  const orderBy: Prisma.UserOrderByWithRelationInput = { score: 'asc' };
  const data: Prisma.UserUpdateInput = {};
  if (q) data.password = q;
  await prisma.user.updateMany({ where, data });
  return prisma.user.findMany({ where, orderBy });
}`);
    expect(conditions('users').at(-1)).toEqual(['org_id =', 'name like?', 'id =? join', 'title =? join']);
    expect(queries('users').at(-1)!.sorts.map((sort) => sort.column.name)).toEqual(['score']);
    expect(uses('users.password')).toContain('write');
  });
  it('takes for a parameter what callers give different values', async () => {
    const { queries } = await usageOf(`import { prisma } from './db';
const byTitle = (authorId: string, title: string) => prisma.post.findFirst({ where: { authorId, title } });
export const welcome = (id: string) => byTitle(id, 'welcome');
export const first = (id: string, title: string) => byTitle(id, title);`);
    expect(queries('posts').map((query) => query.conditions.map((each) => each.value.k))).toEqual([['parameter', 'parameter']]);
  });
  it('keeps a value of several origins one condition', async () => {
    const { conditions } = await usageOf(`import { prisma } from './db';
declare const other: any;
const db = other.client ?? prisma;
export async function sync(id: string) {
  const user = await db.user.findFirst({ where: { id } });
  await prisma.post.upsert({ where: { author_title: { authorId: user.id, title: 't' } }, create: { id: '1', authorId: user.id, title: 't', views: 0 }, update: {} });
}`);
    expect(conditions('posts')).toEqual([['author_id =', 'title =']]);
  });
});

describe('writing', () => {
  it('follows nested writes on both sides of a relation', async () => {
    const { inserts, uses } = await usageOf(`import { prisma } from './db';
export async function save(id: string, orgId: string) {
  await prisma.user.create({ data: { email: 'e', org: { connectOrCreate: { where: { id: orgId }, create: { id: orgId, slug: 's' } } }, posts: { createMany: { data: [{ id: '1', title: 't', views: 1 }] } } } });
  await prisma.user.update({ where: { id }, data: { score: { increment: 1 }, org: { update: { plan: 'p' } }, posts: { set: [], upsert: { where: { id: 'x' }, create: { id: 'x', title: 't', views: 2 }, update: { body: null } }, deleteMany: { title: 'old' } } } });
  await prisma.post.update({ where: { id }, data: { tags: { connect: [{ id: 1 }], disconnect: { id: 2 }, create: { id: 3, label: 'l' } }, author: { disconnect: true } } });
}`);
    expect(inserts).toContainEqual(['users', ['email', 'org_id']]);
    expect(inserts).toContainEqual(['orgs', ['id', 'slug']]);
    expect(inserts).toContainEqual(['posts', ['author_id', 'id', 'title', 'views']]);
    expect(inserts).toContainEqual(['tags', ['id', 'label']]);
    expect(inserts).toContainEqual(['_PostToTag', ['A', 'B']]);
    expect(uses('orgs.plan')).toEqual(['write']);
    expect(uses('posts.body')).toEqual(['write']);
    expect(uses('users.score')).toEqual(['write']);
  });
  it('sees upserts, get-or-create and a check before an insert', async () => {
    const { queries } = await usageOf(`import { prisma } from './db';
export async function ensureOrg(slug: string) {
  const found = await prisma.org.findFirst({ where: { slug } });
  return found ?? (await prisma.org.create({ data: { id: '1', slug } }));
}
export async function ensureTag(label: string) {
  let tag = await prisma.tag.findFirst({ where: { label } });
  if (!tag) tag = await prisma.tag.create({ data: { id: 1, label } });
  return tag;
}
export async function register(name: string) {
  const taken = await prisma.user.count({ where: { name } });
  if (taken > 0) throw new Error('taken');
  await prisma.user.create({ data: { email: 'e', name, orgId: '1' } });
}`);
    expect(queries('orgs')[0]!.guards.map((guard) => guard.k)).toContain('insert-if-absent');
    expect(queries('tags')[0]!.guards.map((guard) => guard.k)).toContain('insert-if-absent');
    expect(queries('users')[0]!.guards.map((guard) => guard.k)).toContain('refuse-if-present');
  });
  it('reads raw SQL by physical names', async () => {
    const { uses } = await usageOf(`import { Prisma } from '@prisma/client';
import { prisma } from './db';
export async function raw(id: string) {
  await prisma.$executeRaw\`UPDATE users SET score = score + 1 WHERE org_id = \${id}\`;
  return prisma.$queryRaw<{ n: number }[]>(Prisma.sql\`SELECT plan FROM orgs WHERE slug = \${id}\`);
}`);
    expect(uses('users.score')).toContain('write');
    expect(uses('users.org_id')).toEqual(['filter']);
    expect(uses('orgs.slug')).toEqual(['filter']);
  });
});

describe('client extensions', () => {
  it('reads what computed fields need and what methods of a model do', async () => {
    const { uses, conditions } = await usageOf('', {
      'src/db.ts': `import { PrismaClient, Prisma } from '@prisma/client';
export const prisma = new PrismaClient().$extends({
  result: { user: { label: { needs: { name: true, score: true }, compute(user) { return user.name + user.score; } } } },
  model: { org: { async bySlug(slug: string) { return Prisma.getExtensionContext(this).findFirst({ where: { slug } }); } } },
});`,
      'src/code.ts': `import { prisma } from './db';\nexport async function show(slug: string) { const org = await prisma.org.bySlug(slug); return org?.plan; }`,
    });
    expect(uses('users.name')).toContain('read');
    expect(uses('users.score')).toContain('read');
    expect(conditions('orgs')).toEqual([['slug =']]);
    expect(uses('orgs.plan')).toEqual(['read']);
  });
  it('adds to queries what they ask for besides', async () => {
    const { conditions, uses } = await usageOf('', {
      'src/ext.ts': `import { Prisma } from '@prisma/client';
export const living = Prisma.defineExtension({
  query: {
    user: { async findFirst({ args, query }) { args.where = { name: null, ...args.where }; return query(args); } },
    tag: { async $allOperations({ operation, args, query }) { if (operation === 'findMany') args.where = { ...args.where, label: 'a' }; return query(args); } },
  },
});
export const tenant = Prisma.defineExtension((client) => client.$extends({
  query: { $allModels: { async findMany({ args, query }) { return query({ ...args, where: { AND: [args.where ?? {}, { slug: 'x' }] } }); } } },
}));`,
      'src/db.ts': `import { PrismaClient } from '@prisma/client';
import { living, tenant } from './ext';
export const prisma = new PrismaClient().$extends(living).$extends(tenant);`,
      'src/code.ts': `import { prisma } from './db';
export const one = (score: number) => prisma.user.findFirst({ where: { score } });
export const named = (name: string) => prisma.user.findFirst({ where: { name } });
export const each = (orgId: string) => prisma.user.findMany({ where: { orgId } });
export const tags = () => prisma.tag.findMany({});
export const tag = (id: number) => prisma.tag.findUnique({ where: { id } });
export const orgs = (plan: string) => prisma.$transaction((tx) => tx.org.findMany({ where: { plan } }));`,
    });
    expect(conditions('users')).toEqual([['score =', 'name null'], ['name ='], ['org_id =']]);
    expect(conditions('tags'), 'asked for on some paths').toEqual([['label =?'], ['id =', 'label =?']]);
    expect(conditions('orgs')).toEqual([['plan =', 'slug =']]);
    expect(uses('orgs.slug')).toContain('filter');
  });
});

describe('rows that leave', () => {
  it('are handed out with the columns they hold, once the code at the other end is not here', async () => {
    const { usage } = await usageOf(`import { prisma } from './db';
export async function GET() { return Response.json(await prisma.user.findMany({ select: { email: true, org: true } })); }
export const handlers = router({ posts: procedure.query(async () => { const posts = await prisma.post.findMany({ omit: { body: true } }); return posts.map((post) => ({ ...post, extra: 1 })); }) });
export async function seen() { const tag = await prisma.tag.findFirst({ where: { id: 1 } }); console.log(tag); return tag; }
export async function reader() { const tag = await seen(); return tag?.label; }`);
    const handed = usage.exposures.map((each) => `${each.name}: ${each.table.name} ${each.all ? 'all' : each.columns.map((column) => column.name).join()}`).sort();
    expect(handed).toEqual(['json(): orgs all', 'json(): users email', 'query(): posts id,title,views,author_id']);
  });
});

describe('rows are plain objects', () => {
  it('takes what is set on one for no write', async () => {
    const { uses, usage } = await usageOf(`import { prisma } from './db';
export async function settings(id: string) {
  const [user, org] = await Promise.all([prisma.user.findFirst({ where: { id } }), prisma.org.findFirst({ where: { id } })]);
  user.name = org.plan;
  user.score += 1;
  return Object.assign(user, { email: 'x' });
}`);
    for (const name of ['users.name', 'users.score', 'users.email']) expect(uses(name), name).not.toContain('write');
    expect(usage.copies).toEqual([]);
  });
});

describe('delegates that a base class names by what its subclasses give it', () => {
  const inserted = async (base: string, tail = '') => {
    const { usage } = await usageOf(`import { prisma } from './db';
${base}
class Tags extends Base { constructor() { super(${tail || "'tag'"}); } }
const tags = new Tags();
export const add = (label: string) => tags.create({ label });`);
    return { inserts: usage.inserts.map((each) => `${each.table.name}: ${[...each.values.keys()].map((column) => column.name).join()}`), gaps: usage.gaps.map((gap) => `${gap.table?.name} ${gap.kind}`) };
  };

  it.each([
    ['a parameter that is a field', "class Base { constructor(protected readonly model: string) {} create(data: any) { return (prisma as any)[this.model].create({ data }); } }"],
    ['one beside a field that has its default', "class Base { constructor(protected readonly model: string, protected readonly db = prisma) {} private get of() { return (this.db as any)[this.model]; } create(data: any) { return this.of.create({ data }); } }"],
    ['a field of any type', "class Base { protected of: any; constructor(model: string) { this.of = (prisma as any)[model]; } create(data: any) { return this.of.create({ data }); } }"],
  ])('are known: %s', async (_, base) => {
    expect(await inserted(base)).toEqual({ inserts: ['tags: label'], gaps: [] });
  });

  it('may be any where that is not known', async () => {
    const { inserts, gaps } = await inserted("class Base { constructor(protected readonly model: string) {} create(data: any) { return (prisma as any)[this.model].create({ data }); } }", 'process.env.MODEL');
    expect(inserts).toEqual([]);
    expect(gaps).toContain('tags dynamic-access');
  });
});
