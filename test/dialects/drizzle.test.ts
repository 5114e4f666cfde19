import { beforeAll, describe, expect, it } from 'vitest';
import type { Analysis } from '../../src/analyse.js';
import { analyseText } from '../support/analyse-text.js';

const COLUMNS = `
import { timestamp } from 'drizzle-orm/pg-core';
export const timestamps = {
  /** When the row was made */
  createdAt: timestamp('created_at', { withTimezone: true }).defaultNow().notNull(),
  updatedAt: timestamp('updated_at', { withTimezone: true, precision: 6 }).$onUpdate(() => new Date()).notNull(),
};
`;

const SCHEMA = `
import { relations, sql, eq } from 'drizzle-orm';
import { type AnyPgColumn, boolean, check, customType, foreignKey, index, integer, jsonb, pgEnum, pgPolicy, pgSchema, pgTable, pgView, primaryKey, serial, text, unique, uniqueIndex, uuid, varchar } from 'drizzle-orm/pg-core';
import { timestamps } from './columns';

export const roleEnum = pgEnum('role', ['admin', 'member']);
const vector = customType<{ data: number[] }>({ dataType(config) { return 'vector(3)'; } });

/** People who log in */
export const users = pgTable('users', {
  id: uuid('id').primaryKey().defaultRandom(),
  email: varchar('email', { length: 255 }).notNull().unique('users_email_key'),
  name: text('full_name'),
  role: roleEnum('role').default('member').notNull(),
  token: text('token').$defaultFn(() => crypto.randomUUID()),
  kind: text('kind', { enum: ['a', 'b'] }),
  labels: text('labels').array().notNull().default(sql\`'{}'::text[]\`),
  embedding: vector('embedding'),
  // Legacy field, use name
  oldName: text('old_name'),
  meta: jsonb('meta').$type<{ a: number }>(),
  ...timestamps,
});

export const posts = pgTable('posts', {
  id: serial().primaryKey(),
  slug: text().notNull(),
  authorId: uuid('author_id').notNull().references(() => users.id, { onDelete: 'cascade' }),
  reviewerId: uuid('reviewer_id').references(() => users.id),
  parentId: integer('parent_id').references((): AnyPgColumn => posts.id, { onDelete: 'set null' }),
  published: boolean('published').notNull().default(false),
  number: integer('number').generatedAlwaysAsIdentity(),
  search: text('search').generatedAlwaysAs(sql\`lower(slug)\`),
}, (t) => [
  index('posts_author_idx').on(t.authorId, t.id.desc()).where(sql\`\${t.published} = true\`),
  uniqueIndex('posts_slug_lower').on(sql\`lower(\${t.slug})\`),
  index('posts_search').using('gin', t.search.op('gin_trgm_ops')),
  unique('posts_author_slug').on(t.authorId, t.slug).nullsNotDistinct(),
  check('posts_slug_check', sql\`length(\${t.slug}) > 2\`),
  pgPolicy('own', { for: 'select', using: sql\`\${t.authorId} = auth.uid()\` }),
]);

export const postTags = pgTable('post_tags', {
  postId: integer('post_id').notNull(),
  tag: text('tag').notNull(),
}, (table) => ({
  pk: primaryKey({ columns: [table.postId, table.tag] }),
  fk: foreignKey({ columns: [table.postId], foreignColumns: [posts.id], name: 'post_tags_fk' }).onDelete('cascade'),
}));

export const billing = pgSchema('billing');
export const invoices = billing.table('invoices', { id: serial('id').primaryKey(), userId: uuid('user_id').notNull() }).enableRLS();

export const activeUsers = pgView('active_users').as((qb) => qb.select({ id: users.id, total: sql<number>\`count(*)\`.as('total_count') }).from(users).where(eq(users.role, 'admin')));

export const usersRelations = relations(users, ({ one, many }) => ({
  posts: many(posts, { relationName: 'author' }),
  reviews: many(posts, { relationName: 'reviewer' }),
  invoices: many(invoices),
}));
export const postsRelations = relations(posts, ({ one }) => ({
  author: one(users, { fields: [posts.authorId], references: [users.id], relationName: 'author' }),
  reviewer: one(users, { fields: [posts.reviewerId], references: [users.id], relationName: 'reviewer' }),
}));
export const invoicesRelations = relations(invoices, ({ one }) => ({ user: one(users, { fields: [invoices.userId], references: [users.id] }) }));
`;

const CODE = `
import { and, count, desc, eq, getTableColumns, inArray, isNull, ilike, sql, type InferSelectModel } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import * as schema from './db';
import { users, posts, postTags } from './db';
const db = drizzle(process.env.URL!, { schema });
type User = typeof users.$inferSelect;

export async function list(ownerId: string, q?: string) {
  const conditions = [eq(posts.authorId, ownerId)];
  if (q) conditions.push(ilike(posts.slug, q));
  if (ownerId) conditions.push(eq(posts.published, true));
  return db.select({ id: posts.id, author: users.name }).from(posts).innerJoin(users, eq(posts.authorId, users.id)).where(and(...conditions)).orderBy(desc(posts.id)).limit(20);
}

export async function register(email: string) {
  const [existing] = await db.select({ id: users.id }).from(users).where(eq(users.email, email)).limit(1);
  if (existing) throw new Error('taken');
  const [user] = await db.insert(users).values({ email, name: 'n' }).returning();
  return user.token;
}

export async function joined(id: string) {
  const rows = await db.select().from(users).leftJoin(posts, and(eq(posts.authorId, users.id), isNull(posts.reviewerId))).where(sql\`\${users.role} = 'admin'\`);
  return rows.map((row) => ({ kind: row.users.kind, slug: row.posts?.slug }));
}

export async function touch(ctx: any, ids: number[], patch: Partial<User>) {
  await ctx.db.transaction(async (tx) => {
    await tx.update(posts).set({ published: true }).where(inArray(posts.id, ids));
    await tx.update(users).set(patch).where(eq(users.id, patch.id));
    await tx.delete(postTags).where(eq(postTags.postId, ids[0]));
    await tx.insert(postTags).values(ids.map((postId) => ({ postId, tag: 't' }))).onConflictDoUpdate({ target: [postTags.postId, postTags.tag], set: { tag: sql\`excluded.tag\` } });
  });
}

export async function relational(slug: string) {
  const post = await db.query.posts.findFirst({ where: (t, { eq, and }) => and(eq(t.slug, slug), eq(t.published, true)), columns: { id: true }, with: { author: { columns: { email: true } } }, orderBy: (t, { desc }) => [desc(t.id)] });
  if (!post) return null;
  return post.author.labels;
}

export async function counted() {
  const [{ value }] = await db.select({ value: count() }).from(posts).where(eq(posts.reviewerId, 'x'));
  const rows = await db.select({ ...getTableColumns(users), n: count(posts.id) }).from(users).groupBy(users.id);
  return rows.map(({ meta, ...rest }) => rest.createdAt);
}
export const show = (user: User) => user.updatedAt;
`;

let analysis: Analysis;
const table = (name: string) => analysis.project.schema.tables.find((each) => each.name === name)!;
const column = (of: string, name: string) => table(of).columns.find((each) => each.name === name)!;
const uses = (of: string, name: string) => analysis.project.usage.uses.filter((use) => use.table.name === of && use.column.name === name && use.via === 'code').map((use) => use.kind);
const queries = (of: string) => analysis.project.usage.queries.filter((query) => query.root.table.name === of);

beforeAll(async () => {
  analysis = await analyseText({ 'src/db/columns.ts': COLUMNS, 'src/db/schema.ts': SCHEMA, 'src/db/index.ts': "export * from './schema';", 'src/service.ts': CODE });
});

describe('a Drizzle schema', () => {
  it('gives tables by their physical names', () => {
    expect(analysis.project.schema.tables.map((each) => [each.schema, each.name, each.kind]).sort()).toEqual([[null, 'active_users', 'view'], [null, 'post_tags', 'table'], [null, 'posts', 'table'], [null, 'users', 'table'], ['billing', 'invoices', 'table']]);
    expect(table('users')).toMatchObject({ model: 'users', comment: 'People who log in', declaresRelationships: true });
    expect(table('active_users').columns.map((each) => [each.attribute, each.name])).toEqual([['id', 'id'], ['total', 'total_count']]);
    expect(table('invoices').rowSecurity.enabled).not.toBeNull();
  });
  it('gives columns with their types and defaults', () => {
    expect(column('users', 'full_name')).toMatchObject({ attribute: 'name', nullable: true, type: { name: 'text' } });
    expect(column('users', 'email')).toMatchObject({ nullable: false, type: { name: 'character varying', args: [255] } });
    expect(column('users', 'role')).toMatchObject({ type: { name: 'role', enumName: 'role' }, choices: ['admin', 'member'], databaseDefault: "'member'" });
    expect(column('users', 'token')).toMatchObject({ hasClientDefault: true, databaseDefault: null });
    expect(column('users', 'kind').choices).toEqual(['a', 'b']);
    expect(column('users', 'labels')).toMatchObject({ type: { name: 'text', array: 1 }, databaseDefault: "'{}'::text[]" });
    expect(column('users', 'embedding').type).toMatchObject({ name: 'vector', args: [3] });
    expect(column('users', 'old_name').comment).toBe('Legacy field, use name');
    expect(column('users', 'created_at')).toMatchObject({ databaseDefault: 'now()', comment: 'When the row was made', type: { name: 'timestamp with time zone' } });
    expect(column('users', 'updated_at')).toMatchObject({ onUpdate: 'orm', hasClientDefault: true });
    expect(column('posts', 'id')).toMatchObject({ isIdentity: true, nullable: false });
    expect(column('posts', 'number')).toMatchObject({ isIdentity: true, nullable: false });
    expect(column('posts', 'search')).toMatchObject({ isGenerated: true });
  });
  it('gives keys and indexes in both forms of the extras', () => {
    expect(table('posts').indexes.map((each) => [each.name, each.unique, each.method, each.predicate, each.parts.map((part) => [part.column?.name ?? part.expression, part.desc, part.opclass])])).toEqual([
      ['posts_author_idx', false, 'btree', 'published = true', [['author_id', false, null], ['id', true, null]]],
      ['posts_slug_lower', true, 'btree', null, [['lower(slug)', false, null]]],
      ['posts_search', false, 'gin', null, [['search', false, 'gin_trgm_ops']]],
    ]);
    expect(table('posts').uniques[0]).toMatchObject({ name: 'posts_author_slug', nullsNotDistinct: true });
    expect(table('posts').checks[0]).toMatchObject({ expression: 'length(slug) > 2' });
    expect(table('posts').rowSecurity.policies[0]).toMatchObject({ name: 'own', command: 'select', using: 'author_id = auth.uid()' });
    expect(table('post_tags').primaryKey!.columns.map((each) => each.name)).toEqual(['post_id', 'tag']);
    expect(table('users').uniques[0]!.name).toBe('users_email_key');
  });
  it('gives foreign keys, and those that only relations tell of', () => {
    expect(table('posts').foreignKeys.map((key) => [key.columns[0]!.name, key.target.name, key.onDelete, key.isEnforced])).toEqual([['author_id', 'users', 'cascade', true], ['reviewer_id', 'users', 'no action', true], ['parent_id', 'posts', 'set null', true]]);
    expect(table('post_tags').foreignKeys[0]).toMatchObject({ name: 'post_tags_fk', onDelete: 'cascade' });
    expect(table('invoices').foreignKeys[0]).toMatchObject({ isEnforced: false });
  });
  it('gives relations, told apart by their names', () => {
    const of = (name: string, model = 'users') => table(model).relationships.find((each) => each.name === name)!;
    expect(of('posts')).toMatchObject({ many: true, inverse: 'author' });
    expect(of('posts').foreignKey!.columns[0]!.name).toBe('author_id');
    expect(of('reviews').foreignKey!.columns[0]!.name).toBe('reviewer_id');
    expect(of('author', 'posts')).toMatchObject({ many: false, inverse: 'posts' });
  });
  it('is no use of what it declares', () => {
    expect(analysis.project.usage.tableUses.filter((use) => use.place.path === 'src/db/schema.ts' && use.table.name !== 'users')).toEqual([]);
    expect(uses('posts', 'parent_id')).toEqual([]);
  });
});

describe('queries', () => {
  it('reads selections, joins, filters that are collected, and sorts', () => {
    const [list] = queries('posts').filter((query) => query.sorts.length > 0 && query.limit === 20);
    expect(list!.conditions.map((each) => [each.column.name, each.op, each.isOptional, each.isJoin])).toEqual([['author_id', '=', false, true], ['author_id', '=', false, false], ['slug', 'like', true, false], ['published', '=', true, false]]);
    expect(list!.sorts.map((sort) => [sort.column.name, sort.desc])).toEqual([['id', true]]);
    expect(uses('users', 'full_name')).toContain('read');
  });
  it('sees a check before an insert', () => {
    const [lookup] = queries('users').filter((query) => query.expects === 'first');
    expect(lookup!.conditions.map((each) => each.column.name)).toEqual(['email']);
    expect(lookup!.guards.map((guard) => guard.k)).toContain('refuse-if-present');
    expect(uses('users', 'token')).toEqual(['read']);
  });
  it('knows the rows of a join by the names of their tables', () => {
    expect(uses('users', 'kind')).toEqual(['read']);
    const [joined] = queries('users').filter((query) => query.sources.length > 1 && query.conditions.some((each) => each.column.name === 'role'));
    expect(joined!.conditions.find((each) => each.column.name === 'role')).toMatchObject({ op: '=', value: { k: 'constant', v: 'admin' } });
    expect(joined!.conditions.find((each) => each.column.name === 'reviewer_id')!.op).toBe('null');
  });
  it('sees writes of an untyped database inside a transaction', () => {
    expect(uses('posts', 'published')).toContain('write');
    expect(queries('posts').filter((query) => query.verb === 'update')[0]!.conditions.map((each) => [each.column.name, each.op])).toEqual([['id', 'in']]);
    expect(queries('post_tags').map((query) => query.verb).sort()).toEqual(['delete', 'select']);
    const insert = analysis.project.usage.inserts.find((each) => each.table.name === 'post_tags')!;
    expect([...insert.values.keys()].map((each) => each.name)).toEqual(['post_id', 'tag']);
    expect(insert.isUpsert).toBe(true);
    expect(queries('post_tags').find((query) => query.verb === 'select')!.guards).toEqual([{ k: 'upsert' }]);
  });
  it('reads relational queries', () => {
    const [found] = queries('posts').filter((query) => query.expects === 'first' && query.conditions.some((each) => each.column.name === 'slug'));
    expect(found!.conditions.map((each) => each.column.name)).toEqual(['slug', 'published']);
    expect(found!.sorts.map((sort) => sort.desc)).toEqual([true]);
    expect(uses('users', 'email')).toContain('read');
    expect(uses('users', 'labels')).toEqual(['read']);
    expect(analysis.project.usage.relationshipUses.map((use) => use.relationship.name)).toContain('author');
  });
  it('tells counts from rows, and follows what is spread', () => {
    expect(queries('posts').find((query) => query.conditions.some((each) => each.column.name === 'reviewer_id' && !each.isJoin))).toMatchObject({ expects: 'count', isAggregate: true });
    expect(uses('users', 'meta')).toEqual(['read']);
    expect(uses('users', 'created_at')).toEqual(['read']);
    expect(uses('users', 'updated_at')).toEqual(['read']);
    expect(uses('users', 'old_name')).toEqual([]);
  });
});

describe('what lies around a schema', () => {
  it('leaves out a copy of the schema that no file imports', async () => {
    const schema = "import { pgTable, text } from 'drizzle-orm/pg-core';\nexport const user = pgTable('user', { id: text('id').primaryKey() });\n";
    const { project } = await analyseText({ 'auth-schema.ts': schema, 'src/schema.ts': schema, 'src/db.ts': "import * as schema from './schema';\nexport { schema };" });
    expect(project.schema.tables.map((each) => [each.place.path, each.declarations.length])).toEqual([['src/schema.ts', 1]]);
  });
  it('takes tables that an authentication library is given for used, and a mere list of tables for nothing', async () => {
    const { project } = await analyseText({
      'schema.ts': "import { pgTable, text } from 'drizzle-orm/pg-core';\nexport const user = pgTable('user', { id: text('id').primaryKey() });\nexport const keys = pgTable('api_key', { id: text('id').primaryKey() });\nexport const other = pgTable('other', { id: text('id').primaryKey() });\nexport const third = pgTable('third', { id: text('id').primaryKey() });",
      'db.ts': "import { drizzle } from 'drizzle-orm/node-postgres';\nimport { user, keys, other, third } from './schema';\nexport const schema = { user, keys, other, members: third };\nexport const db = drizzle('url', { schema });\nexport const find = () => db.query.members.findMany();",
      'auth.ts': "import { betterAuth } from 'better-auth';\nimport { drizzleAdapter } from 'better-auth/adapters/drizzle';\nimport { db, schema } from './db';\nexport const auth = betterAuth({ database: drizzleAdapter(db, { provider: 'pg', schema: { ...schema, apikey: schema.keys } }) });",
    });
    const seen = (name: string) => project.usage.gaps.filter((gap) => gap.table?.name === name).length + project.usage.tableUses.filter((use) => use.table.name === name).length;
    expect(['user', 'api_key', 'other', 'third'].map((name) => seen(name) > 0)).toEqual([true, true, false, true]);
  });
  it('names columns in the casing that the database is opened with, and tables as their creator does', async () => {
    const { project } = await analyseText({
      'db.ts': "import { drizzle } from 'drizzle-orm/node-postgres';\nexport const db = drizzle('url', { casing: 'snake_case' });",
      'schema.ts': "import { pgTableCreator, text } from 'drizzle-orm/pg-core';\nconst table = pgTableCreator((name) => `app_${name}`);\nexport const users = table('users', (t) => ({ id: t.uuid().primaryKey(), firstName: text(), lastName: t.varchar({ length: 20 }) }));",
    });
    expect(project.schema.tables.map((each) => [each.name, each.columns.map((column) => `${column.name} ${column.type.name}`)])).toEqual([['app_users', ['id uuid', 'first_name text', 'last_name character varying']]]);
  });
  it('reads tables that functions make, each call another one', async () => {
    const { project } = await analyseText({
      'tables.ts': `
import { index, pgTable, timestamp, uuid } from 'drizzle-orm/pg-core';
import { orgs } from './schema';
const base = { id: uuid('id').primaryKey(), createdAt: timestamp('created_at').notNull() };
export const tenantTable = (name: string, columns: Record<string, any>) => pgTable('app_' + name, { ...base, orgId: uuid('org_id').notNull().references(() => orgs.id), ...columns }, (t) => [index(name + '_org').on(t.orgId)]);
export function plainTable<T extends Record<string, any>>(name: string, columns: T) { return pgTable(name, { ...base, ...columns }); }
`,
      'schema.ts': `
import { integer, text } from 'drizzle-orm/pg-core';
import { plainTable, tenantTable } from './tables';
export const orgs = plainTable('orgs', { name: text('name').notNull() });
export const notes = tenantTable('notes', { body: text('body') });
export const tasks = tenantTable('tasks', { title: text('title'), rank: integer('rank') });
`,
      'use.ts': "import { eq } from 'drizzle-orm';\nimport { tasks } from './schema';\nexport const find = (db: any, title: string) => db.select({ rank: tasks.rank }).from(tasks).where(eq(tasks.title, title));",
    });
    expect(project.schema.tables.map((each) => [each.name, each.columns.map((column) => column.name).join(' '), each.indexes.length, each.foreignKeys.map((key) => key.target.name).join()]).sort()).toEqual([
      ['app_notes', 'id created_at org_id body', 1, 'orgs'], ['app_tasks', 'id created_at org_id title rank', 1, 'orgs'], ['orgs', 'id created_at name', 0, ''],
    ]);
    expect(project.usage.queries.map((query) => [query.root.table.name, query.conditions.map((condition) => condition.column.name)])).toEqual([['app_tasks', ['title']]]);
  });
  it('reads relations of the second version, and filters as objects', async () => {
    const { project } = await analyseText({
      'schema.ts': "import { integer, pgTable, text } from 'drizzle-orm/pg-core';\nexport const users = pgTable('users', { id: integer().primaryKey(), email: text() });\nexport const groups = pgTable('groups', { id: integer().primaryKey() });\nexport const posts = pgTable('posts', { id: integer().primaryKey(), authorId: integer('author_id').references(() => users.id) });\nexport const usersToGroups = pgTable('users_to_groups', { userId: integer('user_id').references(() => users.id), groupId: integer('group_id').references(() => groups.id) });",
      'relations.ts': "import { defineRelations } from 'drizzle-orm';\nimport * as schema from './schema';\nexport const relations = defineRelations(schema, (r) => ({\n users: { posts: r.many.posts(), groups: r.many.groups({ from: r.users.id.through(r.usersToGroups.userId), to: r.groups.id.through(r.usersToGroups.groupId) }) },\n posts: { author: r.one.users({ from: r.posts.authorId, to: r.users.id }) },\n}));",
      'use.ts': "export const find = (db: any, email: string) => db.query.users.findFirst({ where: { email, OR: [{ id: { gt: 1 } }, { id: { isNull: true } }], posts: { id: 1 } }, orderBy: { id: 'desc' }, with: { groups: true } });",
    });
    const users = project.schema.tables.find((each) => each.name === 'users')!;
    expect(users.relationships.map((each) => [each.name, each.many, each.target.name, each.through?.name ?? null, each.inverse])).toEqual([['posts', true, 'posts', null, 'author'], ['groups', true, 'groups', 'users_to_groups', null]]);
    const [query] = project.usage.queries.filter((each) => each.root.table === users);
    expect(query!.conditions.map((each) => [each.column.table.name, each.column.name, each.op, each.inOr])).toEqual(expect.arrayContaining([['users', 'email', '=', false], ['users', 'id', 'range', true], ['users', 'id', 'null', true]]));
    expect(query!.sorts[0]).toMatchObject({ desc: true });
  });
  it('keeps the same schema for two engines apart', async () => {
    const { project } = await analyseText({
      'pg.ts': "import { pgTable, serial } from 'drizzle-orm/pg-core';\nexport const users = pgTable('users', { id: serial('id').primaryKey() });",
      'sqlite.ts': "import { integer, sqliteTable } from 'drizzle-orm/sqlite-core';\nexport const users = sqliteTable('users', { id: integer('id').primaryKey(), on: integer('on', { mode: 'boolean' }) });",
    });
    expect(project.schema.tables.map((each) => [each.database, each.columns.map((column) => column.type.name)])).toEqual([['pg', ['integer']], ['sqlite', ['integer', 'boolean']]]);
  });
  it('goes on after what it does not know', async () => {
    const { project } = await analyseText({ 'schema.ts': "import { pgTable, text, index } from 'drizzle-orm/pg-core';\nexport const a = pgTable(process.env.NAME, { id: text('id') });\nexport const b = pgTable('b', { id: strange('id').notNull(), c: text('c').whatever().references(() => nothing.id), ...missing }, (t) => [index().on(t.nope), unknown(t.c)]);\nexport const c = pgTable('c', () => null);\nexport const r = relations(b, 3);" });
    expect(project.schema.tables.map((each) => [each.name, each.columns.map((column) => column.name)])).toEqual([['b', ['c']], ['c', []]]);
  });
});
