import { describe, expect, it } from 'vitest';
import { collectionText, indexText, tieText, uniqueText } from '../../src/model/model-text.js';
import type { Project } from '../../src/model/project.js';
import { analyseText } from '../support/analyse-text.js';

const ENTITIES = `
import { Collection, Embeddable, Embedded, Entity, ManyToMany, ManyToOne, OneToMany, PrimaryKey, Property, Ref } from '@mikro-orm/core';
@Embeddable() export class Address { @Property() street!: string; @Property() city!: string }
@Entity({ tableName: 'users' })
export class User {
  @PrimaryKey() id!: number;
  @Property() email!: string;
  @Property() name!: string;
  @Property() status!: string;
  @Property({ default: 0 }) logins!: number;
  @Embedded(() => Address) address!: Address;
  @OneToMany(() => Post, (post) => post.author) posts = new Collection<Post>(this);
  constructor(email: string) { this.email = email; }
}
@Entity({ tableName: 'posts' })
export class Post {
  @PrimaryKey() id!: number;
  @Property() title!: string;
  @Property() slug!: string;
  @ManyToOne(() => User) author!: Ref<User>;
  @OneToMany(() => Comment, (comment) => comment.post) comments = new Collection<Comment>(this);
  @Property() createdAt = new Date();
}
@Entity({ tableName: 'comments' })
export class Comment {
  @PrimaryKey() id!: number;
  @Property() body!: string;
  @Property() hidden!: boolean;
  @ManyToOne(() => Post) post!: Post;
}
`;

async function project(code: string, more: Readonly<Record<string, string>> = {}): Promise<Project> {
  return (await analyseText({ 'src/entities.ts': ENTITIES, 'src/code.ts': `import { Reference, wrap, serialize, ref, MikroORM, QueryOrder } from '@mikro-orm/core';\nimport { EntityManager, EntityRepository } from '@mikro-orm/postgresql';\nimport { InjectRepository } from '@mikro-orm/nestjs';\nimport { User, Post, Comment } from './entities';\n${code}`, ...more })).project;
}
const queries = (of: Project, name: string) => of.usage.queries.filter((query) => query.root.table.name === name);
const conditions = (of: Project, name: string, index = 0) => queries(of, name)[index]!.conditions.map((each) => `${each.column.table.name}.${each.column.name} ${each.op}${each.isOptional ? '?' : ''}${each.inOr ? ' or' : ''}${each.isJoin ? ' join' : ''}`);
const uses = (of: Project, name: string) => { const [owner, column] = name.split('.'); return of.usage.uses.filter((use) => use.table.name === owner && use.column.name === column).filter((use) => use.kind !== 'expose').map((use) => use.kind); };
const inserts = (of: Project) => of.usage.inserts.map((each) => [each.table.name, [...each.values.keys()].map((column) => column.name).sort().join(), each.isOpen] as const);

describe('the entity manager', () => {
  it('tells rows of an upsert apart by all the properties it is given, or by none', async () => {
    const found = await project(`
export const put = (em: EntityManager, author: number, slug: string) => em.upsert(Post, { author, slug }, { onConflictFields: ['author', 'slug'] });
export const guess = (em: EntityManager, author: number, slug: string) => em.upsert(Post, { author, slug }, { onConflictFields: ['slug', 'nowhere'] });`);
    expect(queries(found, 'posts')).toHaveLength(1);
    expect(conditions(found, 'posts')).toEqual(['posts.author_id =', 'posts.slug =']);
  });
  it('finds rows by filters, operators, relations and keys', async () => {
    const found = await project(`
export class Posts {
  constructor(private readonly em: EntityManager) {}
  async list(ids: number[], email: string, since: Date) {
    const rows = await this.em.find(Post, { id: { $in: ids }, author: { email }, title: { $like: 'a%' }, createdAt: { $gte: since, $lt: new Date() } }, { populate: ['author', 'comments'], orderBy: { createdAt: 'desc', author: { name: 'asc' } }, limit: 20, offset: 5 });
    return rows.map(({ slug, author }) => ({ slug, by: author.$.name, count: author.unwrap().logins }));
  }
  either(a: string) { return this.em.fork().findAll(Post, { where: { $or: [{ title: a }, { slug: a }] } }); }
  byAuthor(author: User, more: number[]) { return [this.em.find(Comment, { post: { author } }), this.em.findOneOrFail(Post, 7), this.em.count(User, { status: null }), this.em.find(Comment, { post: more, hidden: { $ne: true } })]; }
}`);
    expect(conditions(found, 'posts', 0)).toEqual(expect.arrayContaining(['posts.author_id = join', 'posts.id in', 'users.email = join', 'posts.title prefix', 'posts.created_at range', 'posts.created_at range']));
    expect(queries(found, 'posts')[0]).toMatchObject({ limit: 20, isPartial: false, sorts: [{ column: { name: 'created_at' }, desc: true }] });
    expect(conditions(found, 'posts', 1)).toEqual(['posts.title = or', 'posts.slug = or']);
    expect(conditions(found, 'posts', 2)).toEqual(['posts.id =']);
    expect(conditions(found, 'users', 0)).toEqual(['users.status null']);
    expect(conditions(found, 'comments', 1)).toEqual(['comments.post_id in', 'comments.hidden <>']);
    expect(uses(found, 'posts.slug')).toEqual(expect.arrayContaining(['read', 'filter']));
    expect(uses(found, 'users.name')).toEqual(expect.arrayContaining(['read', 'sort']));
    expect(uses(found, 'users.logins')).toContain('read');
  });
  it('creates, changes and removes rows', async () => {
    const found = await project(`
export async function work(em: EntityManager, dto: { name: string }) {
  const user = em.create(User, { email: 'a@b.c', name: dto.name, status: 'new' });
  await em.persistAndFlush(user);
  const post = new Post();
  post.title = 'x';
  post.author = ref(user);
  em.persist(post);
  const known = await em.findOneOrFail(User, { email: 'a@b.c' });
  known.logins += 1;
  em.assign(known, { status: 'active' });
  wrap(known).assign({ name: 'n' });
  await em.upsert(User, { email: 'x', logins: 3 }, { onConflictFields: ['email'] });
  await em.nativeUpdate(Post, { slug: 'old' }, { slug: 'new' });
  await em.nativeDelete(Comment, { hidden: true });
  await em.insert(Comment, { body: 'b', hidden: false, post: 3 });
  await em.removeAndFlush(em.getReference(Post, 4));
  await em.transactional(async (tx) => { await tx.findOne(Comment, { body: 'q' }); });
}`);
    expect(inserts(found)).toEqual(expect.arrayContaining([['users', 'email,name,status', false], ['posts', 'author_id,title', true], ['users', 'email,logins', false], ['comments', 'body,hidden,post_id', false]]));
    expect(uses(found, 'posts.title')).toEqual(['write']);
    expect(uses(found, 'users.status')).toEqual(['write', 'write']);
    expect(uses(found, 'users.logins')).toEqual(expect.arrayContaining(['write']));
    expect(found.usage.queries.filter((query) => query.root.table.name === 'users' && query.expects === 'one').map((query) => query.conditions.map((each) => each.column.name))).toEqual([['email']]);
    expect(found.usage.queries.map((query) => [query.verb, query.root.table.name])).toEqual(expect.arrayContaining([['update', 'posts'], ['delete', 'comments'], ['select', 'comments']]));
    expect(found.usage.tableUses.filter((use) => use.kind === 'delete').map((use) => use.table.name).sort()).toEqual(['comments', 'posts']);
  });
  it('is known by what it is given, wherever it comes from', async () => {
    const found = await project(`
export const DI = {} as any;
export const handler = async (ctx) => { const user = await ctx.em.findOne(User, { email: ctx.email }); return DI.orm.em.getRepository(Post).find({ slug: user.name }); };
export async function main() { const orm = await MikroORM.init(); return orm.em.fork().find(Comment, { hidden: true }, { orderBy: [{ id: QueryOrder.DESC }] }); }`);
    expect(conditions(found, 'users')).toEqual(['users.email =']);
    expect(conditions(found, 'posts')).toEqual(['posts.slug =']);
    expect(queries(found, 'comments')[0]!.sorts).toMatchObject([{ column: { name: 'id' }, desc: true }]);
  });
});

describe('repositories', () => {
  it('are known by injection, type and base class', async () => {
    const found = await project(`
export class CommentRepository extends EntityRepository<Comment> {
  visible(post: Post) { return this.find({ hidden: false, post }); }
  first() { return this.em.findOne(Comment, { body: 'x' }); }
}
export class Service {
  constructor(@InjectRepository(User) private users, private readonly posts: EntityRepository<Post>, private readonly comments: CommentRepository) {}
  async run(name: string) {
    const user = await this.users.findOne({ name });
    const [posts] = await this.posts.findAndCount({ author: user });
    const made = this.posts.create({ title: 't', slug: 's', author: user });
    await this.comments.getEntityManager().flush();
    return [user.email, posts[0].slug, made, this.comments.findAll()];
  }
}`);
    expect(conditions(found, 'comments', 0)).toEqual(['comments.hidden =', 'comments.post_id =']);
    expect(conditions(found, 'comments', 1)).toEqual(['comments.body =']);
    expect(conditions(found, 'users')).toEqual(['users.name =']);
    expect(conditions(found, 'posts')).toEqual(['posts.author_id =']);
    expect(inserts(found)).toContainEqual(['posts', 'author_id,slug,title', false]);
    expect(uses(found, 'users.email')).toEqual(['read', 'write']);
  });
});

describe('what is not seen', () => {
  it('is said of models that are handed to the maker of a base class', async () => {
    const found = await project("import { Service } from 'services';\nexport class Posts extends Service<{ Post: Post }>({ Post, Comment }) {}");
    expect(found.usage.gaps.filter((gap) => gap.kind === 'dynamic-access').map((gap) => gap.table?.name).sort()).toEqual(['comments', 'posts']);
  });
});

describe('rows, references and collections', () => {
  it('give the columns behind them', async () => {
    const found = await project(`
export async function show(em: EntityManager) {
  const post = await em.findOneOrFail(Post, { slug: 'a' });
  const author = await post.author.load();
  for (const comment of await post.comments.loadItems()) console.log(comment.body);
  for (const comment of post.comments.getItems()) console.log(comment.hidden);
  await post.comments.matching({ where: { body: 'x' }, orderBy: { id: 'asc' } });
  return { key: post.author.id, email: author.email, street: author.address.street };
}`);
    expect(uses(found, 'comments.body')).toEqual(expect.arrayContaining(['read', 'filter']));
    expect(uses(found, 'comments.hidden')).toEqual(['read']);
    expect(uses(found, 'posts.author_id')).toContain('read');
    expect(uses(found, 'users.id')).not.toContain('read');
    expect(uses(found, 'users.email')).toEqual(['read', 'write']);
    expect(uses(found, 'users.address_street')).toEqual(['read']);
    expect(uses(found, 'users.address_city')).toEqual([]);
  });
  it('are handed out whole when they are serialised', async () => {
    const found = await project('export async function show(em: EntityManager) { return [wrap(await em.findOne(User, 1)).toObject(), serialize(await em.find(Comment, {}))]; }');
    expect(found.usage.exposures.map((each) => [each.table.name, each.all])).toEqual(expect.arrayContaining([['users', true], ['comments', true]]));
  });
});

describe('query builders', () => {
  it('collect joins, conditions, sorts and limits', async () => {
    const found = await project(`
export async function search(em: EntityManager, wanted: string | null) {
  const qb = em.createQueryBuilder(Post, 'p');
  qb.select(['p.id', 'p.title']).leftJoin('p.author', 'a').where({ 'a.email': 'x', slug: { $ne: null } }).andWhere('p.created_at > ?', [3]).orderBy({ 'p.createdAt': 'desc' }).limit(10);
  if (wanted) qb.andWhere({ title: wanted });
  const rows = await qb.getResult();
  await em.createQueryBuilder(User).update({ status: 'x' }).where({ id: 3 });
  const one = await em.qb(Comment, 'c').where({ hidden: true }).getSingleResult();
  return [rows.map((row) => row.slug), one.body];
}`);
    expect(conditions(found, 'posts', 0)).toEqual(['posts.author_id = join', 'users.email =', 'posts.slug not-null', 'posts.created_at range', 'posts.title =?']);
    expect(queries(found, 'posts')[0]).toMatchObject({ limit: 10, sorts: [{ column: { name: 'created_at' }, desc: true }] });
    expect(uses(found, 'users.status')).toEqual(['write']);
    expect(conditions(found, 'comments', 0)).toEqual(['comments.hidden =']);
    expect(uses(found, 'comments.body')).toEqual(['read']);
  });
});

it('adds the conditions of filters that hold by default, unless the query says otherwise', async () => {
  const found = await project('', {
    'docs.ts': `
import { Entity, EntityManager, Filter, PrimaryKey, Property } from '@mikro-orm/postgresql';
@Entity() @Filter({ name: 'alive', cond: { deletedAt: null }, default: true }) @Filter({ name: 'mine', cond: (args) => ({ tenantId: args.tenantId }) })
export class Doc { @PrimaryKey() id!: number; @Property() slug!: string; @Property({ nullable: true }) deletedAt?: Date; @Property() tenantId!: number }
export const one = (em: EntityManager, slug: string) => em.findOne(Doc, { slug });
export const all = (em: EntityManager, slug: string) => em.find(Doc, { slug }, { filters: false });
export const dead = (em: EntityManager, slug: string) => em.find(Doc, { slug }, { filters: { alive: false } });
`,
  });
  expect(found.usage.queries.filter((query) => query.root.table.name === 'doc').map((query) => query.conditions.map((condition) => `${condition.column.name} ${condition.op}`))).toEqual([['slug =', 'deleted_at null'], ['slug ='], ['slug =']]);
});

it('follows the entity that a subclass hands the constructor of a generic service', async () => {
  const found = await project('', {
    'stock.ts': `
import { Entity, EntityManager, EntityName, PrimaryKey, Property, RequiredEntityData } from '@mikro-orm/postgresql';
@Entity() export class Crate { @PrimaryKey() id!: number; @Property() label!: string; @Property() weight!: number }
@Entity() export class Pallet { @PrimaryKey() id!: number; @Property() label!: string }
abstract class Stock<T extends object> {
  protected constructor(protected readonly em: EntityManager, private readonly entity: EntityName<T>) {}
  protected async add(data: RequiredEntityData<T>): Promise<void> { this.em.create(this.entity, data); await this.em.flush(); }
  all(): Promise<T[]> { return this.em.find(this.entity, {}); }
}
export class Crates extends Stock<Crate> {
  constructor(em: EntityManager) { super(em, Crate); }
  take(label: string) { return this.add({ label, weight: 3 }); }
}
export class Pallets extends Stock<Pallet> {
  constructor(em: EntityManager) { super(em, Pallet); }
}
`,
  });
  const tableKinds = (name: string) => found.usage.tableUses.filter((use) => use.table.name === name).map((use) => use.kind).filter((kind) => kind === 'insert' || kind === 'select');
  expect(tableKinds('crate')).toEqual(['insert', 'select']);
  expect(uses(found, 'crate.label')).toEqual(['write']);
  expect(tableKinds('pallet')).toContain('select');
});

describe('remedies', () => {
  it('name the properties of the entity', async () => {
    const posts = (await project('')).schema.tables.find((each) => each.name === 'posts')!;
    const columns = ['author_id', 'created_at'].map((name) => posts.columns.find((each) => each.name === name)!);
    expect(indexText(posts, 'ix', columns, null)).toBe("@Index({ name: 'ix', properties: ['author', 'createdAt'] }) // on the class");
    expect(uniqueText(posts, 'uq', columns, null)).toBe("@Unique({ name: 'uq', properties: ['author', 'createdAt'] }) // on the class");
    expect(indexText(posts, 'ix', columns, 'title IS NULL')).toBeUndefined();
    // The collection names the reference, which stays as it is.
    const key = posts.foreignKeys.find((each) => each.columns[0]!.name === 'author_id')!;
    expect(collectionText(key, 'author')).toContain('@OneToMany(() => Post, (row) => row.author)');
    expect(tieText(key, 'posts', 'author')).toBeUndefined();
  });
});
