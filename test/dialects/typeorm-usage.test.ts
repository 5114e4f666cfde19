import { describe, expect, it } from 'vitest';
import type { Project } from '../../src/model/project.js';
import { analyseText } from '../support/analyse-text.js';

const ENTITIES = `
import { Entity, Column, PrimaryGeneratedColumn, ManyToOne, OneToMany, ManyToMany, JoinTable, JoinColumn, DeleteDateColumn, BaseEntity, CreateDateColumn } from 'typeorm';
@Entity('users')
export class User extends BaseEntity {
  @PrimaryGeneratedColumn() id: number;
  @Column() email: string;
  @Column() name: string;
  @Column() status: string;
  @Column({ default: 0 }) logins: number;
  @OneToMany(() => Post, (post) => post.author) posts: Post[];
}
@Entity('posts')
export class Post {
  @PrimaryGeneratedColumn() id: number;
  @Column() title: string;
  @Column() slug: string;
  @Column() authorId: number;
  @ManyToOne(() => User, (user) => user.posts) @JoinColumn({ name: 'authorId' }) author: User;
  @OneToMany(() => Comment, (comment) => comment.post) comments: Comment[];
  @CreateDateColumn() createdAt: Date;
}
@Entity('comments')
export class Comment {
  @PrimaryGeneratedColumn() id: number;
  @Column() body: string;
  @Column() hidden: boolean;
  @ManyToOne(() => Post, (post) => post.comments) post: Post;
  @DeleteDateColumn() deletedAt: Date;
}
`;

async function project(code: string, more: Readonly<Record<string, string>> = {}): Promise<Project> {
  return (await analyseText({ 'src/entities.ts': ENTITIES, 'src/code.ts': code, ...more })).project;
}
const table = (of: Project, name: string) => of.schema.tables.find((each) => each.name === name)!;
const queries = (of: Project, name: string) => of.usage.queries.filter((query) => query.root.table.name === name);
const conditions = (of: Project, name: string, index = 0) => queries(of, name)[index]!.conditions.map((each) => `${each.column.table.name}.${each.column.name} ${each.op}${each.isOptional ? '?' : ''}${each.inOr ? ' or' : ''}${each.isJoin ? ' join' : ''}`);
const uses = (of: Project, name: string) => { const [owner, column] = name.split('.'); return of.usage.uses.filter((use) => use.table.name === owner && use.column.name === column).filter((use) => use.kind !== 'expose').map((use) => use.kind); };
const inserts = (of: Project) => of.usage.inserts.map((each) => [each.table.name, [...each.values.keys()].map((column) => column.name).sort().join(), each.isOpen] as const);

const NEST = "import { Injectable } from '@nestjs/common';\nimport { InjectRepository } from '@nestjs/typeorm';\nimport { Repository, EntityManager, DataSource, In, Not, IsNull, Between, Like, MoreThan, Brackets } from 'typeorm';\nimport { User, Post, Comment } from './entities';\n";

describe('repositories', () => {
  it('are known by injection and type, and their find options are read', async () => {
    const found = await project(`${NEST}
@Injectable() export class Posts {
  constructor(@InjectRepository(Post) private readonly posts: Repository<Post>, @InjectRepository(Comment) private comments) {}
  async list(ids: number[], email: string) {
    const rows = await this.posts.find({ where: { id: In(ids), author: { email }, title: Like('a%'), slug: Not(IsNull()) }, relations: { comments: true }, order: { createdAt: 'DESC' }, select: { title: true }, take: 20, skip: 5 });
    return rows.map(({ slug, author }) => ({ slug, by: author.name }));
  }
  either(a: string) { return this.posts.findBy([{ title: a }, { slug: a }]); }
  async visible() { for (const comment of await this.comments.findBy({ hidden: false, post: { id: 3 } })) console.log(comment.body); }
  count() { return this.posts.countBy({ createdAt: MoreThan(new Date()) }); }
}`);
    expect(conditions(found, 'posts', 0)).toEqual(['posts.authorId = join', 'posts.id in', 'users.email = join', 'posts.title prefix', 'posts.slug not-null']);
    expect(queries(found, 'posts')[0]).toMatchObject({ expects: 'many', limit: 20, offset: true, isPartial: false, sorts: [{ column: { name: 'createdAt' }, desc: true }] });
    expect(conditions(found, 'posts', 1)).toEqual(['posts.title = or', 'posts.slug = or']);
    expect(conditions(found, 'comments')).toEqual(['comments.hidden =', 'comments.postId =', 'comments.deletedAt null']);
    expect(uses(found, 'comments.body')).toEqual(['read']);
    expect(uses(found, 'users.name')).toEqual(['read']);
    expect(uses(found, 'posts.slug')).toEqual(expect.arrayContaining(['read', 'filter']));
    expect(queries(found, 'posts')[2]).toMatchObject({ expects: 'count', isAggregate: true });
  });

  it('see a check before an insert, and conditions that may be left out', async () => {
    const found = await project(`${NEST}
@Injectable() export class Users {
  constructor(@InjectRepository(User) private readonly users: Repository<User>) {}
  async register(email: string, name: string) {
    const taken = await this.users.findOne({ where: { email } });
    if (taken) throw new Error('taken');
    const user = this.users.create({ email, name });
    user.status = 'new';
    return this.users.save(user);
  }
  search(query: { name?: string }) { return this.users.findOne({ where: { status: 'active', ...(query.name ? { name: query.name } : {}) } }); }
}`);
    expect(queries(found, 'users')[0]!.guards.map((guard) => guard.k)).toContain('refuse-if-present');
    expect(inserts(found)).toEqual([['users', 'email,name,status', false]]);
    expect(uses(found, 'users.status')).toEqual(expect.arrayContaining(['write', 'filter']));
    expect(conditions(found, 'users', 1)).toEqual(['users.status =', 'users.name =?']);
  });

  it('write with save, insert, update, upsert, increment and delete', async () => {
    const found = await project(`${NEST}
@Injectable() export class Users {
  constructor(@InjectRepository(User) private readonly users: Repository<User>) {}
  async all(id: number, dto: { name: string }) {
    await this.users.save({ email: 'a', name: dto.name });
    await this.users.insert([{ email: 'b', name: 'b' }]);
    await this.users.update({ id }, { status: 'off' });
    await this.users.update(id, { name: null });
    await this.users.upsert({ email: 'c', name: 'c' }, ['email']);
    await this.users.increment({ id }, 'logins', 1);
    await this.users.delete({ email: 'x' });
    const user = await this.users.findOneByOrFail({ id });
    user.status = 'on';
    await this.users.save(user);
    const created = new User();
    created.email = 'd';
    await created.save();
  }
}`);
    expect(inserts(found).filter(([, columns]) => columns)).toEqual([['users', 'email,name', false], ['users', 'email,name', false], ['users', 'email,name', false], ['users', 'email', true]]);
    expect(found.usage.queries.map((query) => [query.verb, query.conditions.map((each) => each.column.name).join()])).toEqual(expect.arrayContaining([['update', 'id'], ['delete', 'email']]));
    expect(queries(found, 'users').flatMap((query) => query.guards.map((guard) => guard.k))).toContain('upsert');
    expect(found.usage.uses.filter((use) => use.column.name === 'logins' && use.kind === 'write')).toMatchObject([{ isCompound: true }]);
    expect(found.usage.uses.filter((use) => use.column.name === 'status' && use.kind === 'write').map((use) => use.atInsert)).toEqual([false, false]);
  });

  it('are found behind generic base services, extended repositories and custom ones', async () => {
    const found = await project(`${NEST}
abstract class Crud<T extends { id: number }> {
  constructor(protected readonly repository: Repository<T>) {}
  byId(id: number) { return this.repository.findOne({ where: { id } as any }); }
  add(values: Partial<T>) { return this.repository.save(values as T); }
}
@Injectable() export class Posts extends Crud<Post> {
  constructor(@InjectRepository(Post) repository: Repository<Post>) { super(repository); }
  async title(id: number) { const post = await this.byId(id); return post.title; }
}
export class CommentRepository extends Repository<Comment> {
  visible() { return this.find({ where: { hidden: false } }); }
}
export class Other {
  constructor(private readonly comments: CommentRepository, private source: DataSource) {}
  async run() { const [first] = await this.comments.visible(); return first.body; }
  users() { return this.source.getRepository(User).extend({ named(name: string) { return this.findOneBy({ name }); } }); }
  async mail() { return (await this.users().named('x')).email; }
}`);
    expect(queries(found, 'posts').map((query) => query.expects)).toContain('first');
    expect(uses(found, 'posts.title')).toEqual(['read']);
    expect(conditions(found, 'comments')).toEqual(['comments.hidden =', 'comments.deletedAt null']);
    expect(uses(found, 'comments.body')).toEqual(['read']);
    expect(uses(found, 'users.name')).toEqual(['filter']);
    expect(uses(found, 'users.email')).toEqual(['read']);
    expect(inserts(found).map(([name]) => name)).toContain('posts');
  });
});

describe('a base service of very many', () => {
  const MANY = 40;
  const names = Array.from({ length: MANY }, (_, index) => `T${index}`);
  const code = `import { Entity, Column, PrimaryGeneratedColumn, Repository } from 'typeorm';
class Crud<T> {
  constructor(protected readonly repository: Repository<T>) {}
  one(where: any) { return this.repository.findOne({ where }); }
  find(options?: any) { return this.repository.find(options); }
  async create(entity: Partial<T>) { return this.repository.save(entity); }
}
${names.map((name) => `@Entity() export class ${name} { @PrimaryGeneratedColumn() id: number; @Column() code: string; @Column() label: string; @Column() order: number; }
export class ${name}Service extends Crud<${name}> { byCode(code: string) { return this.one({ code }); } byLabel(label: string) { return this.one({ label }); } all() { return this.find({ order: { order: 'ASC' } }); } }`).join('\n')}`;

  it('is told apart for each of them', async () => {
    const found = await project(code);
    expect(found.usage.inserts.map((each) => each.table.name).sort()).toEqual(names.map((name) => name.toLowerCase()).sort());
    for (const name of names) {
      const asked = queries(found, name.toLowerCase()).filter((query) => query.expects === 'first' && !query.isPartial).map((query) => query.conditions.map((each) => each.column.name).join());
      expect(asked.sort()).toEqual(['code', 'label']);
    }
  });
  it('takes options for options where a column has the name of one', async () => {
    const found = await project(code);
    expect(queries(found, 't0').find((query) => query.sorts.length)).toMatchObject({ conditions: [], sorts: [{ column: { name: 'order' } }] });
  });
});

describe('managers', () => {
  it('take the entity first', async () => {
    const found = await project(`${NEST}
const AppDataSource = new DataSource({ type: 'postgres' });
export async function move(manager: EntityManager, id: number) {
  await AppDataSource.transaction(async (tx) => {
    const post = await tx.findOneBy(Post, { id });
    post.title = 'moved';
    await tx.save(post);
    await tx.update(User, { id: post.authorId }, { status: 'moved' });
    await tx.save(Comment, { body: 'b', hidden: false, post: { id } });
  });
  const runner = AppDataSource.createQueryRunner();
  await runner.manager.getRepository(User).count({ where: { status: 'x' } });
  return manager.query('SELECT name FROM users WHERE email = $1', ['a']);
}`);
    expect(uses(found, 'posts.title')).toEqual(['write']);
    expect(uses(found, 'users.status')).toEqual(expect.arrayContaining(['write', 'filter']));
    expect(inserts(found).filter(([name]) => name === 'comments')).toEqual([['comments', 'body,hidden,postId', false]]);
    expect(uses(found, 'users.email')).toEqual(['filter']);
  });
});

describe('active records', () => {
  it('are queried by their class', async () => {
    const found = await project(`import { User } from './entities';
export const find = async (email: string) => { const user = await User.findOne({ where: { email } }); user.logins += 1; await user.save(); return User.createQueryBuilder('u').where('u.name = :name', { name: 'a' }).getMany(); };`);
    expect(conditions(found, 'users', 0)).toEqual(['users.email =']);
    expect(conditions(found, 'users', 1)).toEqual(['users.name =']);
    expect(uses(found, 'users.logins')).toEqual(['write']);
  });
});

describe('query builders', () => {
  it('read their texts and aliases', async () => {
    const found = await project(`${NEST}
export class Posts {
  constructor(private readonly posts: Repository<Post>) {}
  list(email: string) {
    return this.posts.createQueryBuilder('post').leftJoinAndSelect('post.author', 'author').innerJoin(Comment, 'c', 'c.postId = post.id AND c.hidden = false')
      .where('author.email = :email', { email }).andWhere(new Brackets((qb) => { qb.where('post.title ILIKE :q').orWhere('LOWER(post.slug) = LOWER(:q)'); })).andWhere('post.createdAt BETWEEN :a AND :b')
      .orderBy('post.createdAt', 'DESC').take(10).getMany();
  }
}`);
    const [query] = queries(found, 'posts');
    expect(query!.sources.map((source) => [source.table.name, source.alias, source.join])).toEqual([['posts', 'post', 'root'], ['users', 'author', 'left'], ['comments', 'c', 'inner']]);
    expect(conditions(found, 'posts')).toEqual(['posts.authorId = join', 'comments.postId = join', 'comments.hidden = join', 'users.email =', 'posts.title like or', 'posts.slug = or', 'posts.createdAt range']);
    expect(query).toMatchObject({ limit: 10, isPartial: false, expects: 'many', sorts: [{ column: { name: 'createdAt' }, desc: true }] });
    expect(query!.conditions[5]!.wrapped).toBe('lower');
  });

  it('are changed in place, and sometimes only', async () => {
    const found = await project(`${NEST}
function onlyVisible(qb: any) { qb.andWhere('c.hidden = false'); }
export class Comments {
  constructor(private readonly comments: Repository<Comment>) {}
  async list(post?: number, body?: string) {
    const qb = this.comments.createQueryBuilder('c');
    qb.where('c.id > :id', { id: 1 });
    if (post) qb.andWhere('c.post = :post', { post });
    onlyVisible(qb);
    for (const word of (body ?? '').split(' ')) qb.andWhere(\`c.body LIKE :\${word}\`);
    return qb.getManyAndCount();
  }
}`);
    expect(conditions(found, 'comments')).toEqual(['comments.id range', 'comments.postId =?', 'comments.hidden =', 'comments.body like?', 'comments.deletedAt null']);
  });

  it('change rows, and give raw rows by the names they select', async () => {
    const found = await project(`${NEST}
export class Users {
  constructor(private readonly source: DataSource) {}
  async run(id: number) {
    await this.source.createQueryBuilder().update(User).set({ status: 'x' }).where('id = :id', { id }).execute();
    await this.source.createQueryBuilder().insert().into(User).values({ email: 'a', name: 'b' }).orUpdate(['name'], ['email']).execute();
    await this.source.createQueryBuilder().delete().from(Post).where('slug = :s', { s: '' }).execute();
    const raw = await this.source.getRepository(User).createQueryBuilder('u').select('u.status', 'state').addSelect('COUNT(*)', 'n').groupBy('u.status').getRawMany();
    return raw.map((row) => row.state);
  }
}`);
    expect(found.usage.queries.filter((query) => query.verb !== 'select').map((query) => [query.verb, query.root.table.name, query.conditions.map((each) => each.column.name).join()])).toEqual([['update', 'users', 'id'], ['delete', 'posts', 'slug']]);
    expect(inserts(found)[0]).toEqual(['users', 'email,name', false]);
    expect(queries(found, 'users').find((query) => query.groups.length)).toMatchObject({ isAggregate: true, groups: [{ name: 'status' }] });
    expect(queries(found, 'users').flatMap((query) => query.guards.map((guard) => guard.k))).toContain('upsert');
    expect(table(found, 'users').columns.length).toBe(5);
  });
});

describe('embedded objects', () => {
  it('lead to the columns of their owner', async () => {
    const found = await project("import { Holder } from './holder';\nexport async function show(holders: Repository<Holder>) { const holder = await holders.findOneByOrFail({ id: 1 }); return holder.home.street; }\nimport { Repository } from 'typeorm';", {
      'src/holder.ts': "import { Entity, Column, PrimaryGeneratedColumn } from 'typeorm';\nexport class Home { @Column() street: string; @Column() zip: string; }\n@Entity('holders') export class Holder { @PrimaryGeneratedColumn() id: number; @Column(() => Home) home: Home; }",
    });
    expect([uses(found, 'holders.homeStreet'), uses(found, 'holders.homeZip')]).toEqual([['read'], []]);
  });
});

describe('a table of several entities', () => {
  it('is used once where a row of any of them is meant', async () => {
    const found = (await analyseText({
      'src/entities.ts': `import { ChildEntity, Column, Entity, PrimaryGeneratedColumn, TableInheritance } from 'typeorm';
@Entity('tools') @TableInheritance({ column: { type: 'varchar', name: 'kind' } })
export abstract class Tool { @PrimaryGeneratedColumn() id: number; @Column() label: string }
@ChildEntity('saw') export class Saw extends Tool { @Column({ nullable: true }) teeth: number }
@ChildEntity('drill') export class Drill extends Tool { @Column({ nullable: true }) watts: number }`,
      'src/code.ts': `import { Repository } from 'typeorm';
import { Drill, Saw, Tool } from './entities';
const name = (tool: Tool) => tool.label;
export const names = async (saws: Repository<Saw>, drills: Repository<Drill>, tools: Repository<Tool>) => [(await saws.find()).map(name), (await drills.find()).map(name), (await tools.find()).map(name)];`,
    })).project;
    expect(uses(found, 'tools.label')).toEqual(['read']);
  });
});

it('is the same library where an application keeps a fork of it in its own scope, and none where a framework has an adapter of that name', async () => {
  const fork = ENTITIES.replaceAll("'typeorm'", "'@acme/typeorm'");
  const { project: found } = await analyseText({
    'src/entities.ts': fork,
    'src/repository.ts': `
import { DataSource, Repository } from '@acme/typeorm';
import type { QueryDeepPartialEntity } from '@acme/typeorm/query-builder/QueryPartialEntity';
import { Post } from './entities';
export class PostRepository extends Repository<Post> {
  constructor(dataSource: DataSource) { super(Post, dataSource.manager); }
  bySlug(slug: string) { return this.findOneBy({ slug }); }
  put(post: QueryDeepPartialEntity<Post>) { return this.manager.insert(Post, post); }
}`,
    'src/adapter.ts': "import { Repository } from '@nestjs/typeorm';\nimport { Post } from './entities';\nexport const other = (posts: Repository<Post>, title: string) => posts.findOneBy({ title });",
  });
  expect(queries(found, 'posts').map((query) => query.conditions.map((each) => each.column.name))).toEqual([['slug']]);
});
