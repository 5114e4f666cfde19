import { describe, expect, it } from 'vitest';
import { indexText, uniqueText } from '../../src/model/model-text.js';
import type { Project } from '../../src/model/project.js';
import { analyseText } from '../support/analyse-text.js';
import { spanEnd } from '../../src/facts/span.js';

const MODELS = `
import { Model, DataTypes, Sequelize } from 'sequelize';
export const sequelize = new Sequelize('postgres://', { define: { timestamps: false } });
export class User extends Model {
  declare id: number;
  get label() { return this.name; }
  static findActive(options) { return this.findAll({ where: { status: 'active' }, ...options }); }
  async touch() { this.logins = 1; await this.save(); }
}
User.init({
  email: { type: DataTypes.STRING, unique: true }, name: DataTypes.STRING, status: DataTypes.STRING, logins: DataTypes.INTEGER, password: DataTypes.STRING,
  secret: { type: DataTypes.STRING, get() { return this.getDataValue('secret'); } },
}, { sequelize, tableName: 'users', hooks: { beforeSave: (user) => { user.password = user.name; } }, defaultScope: { where: { status: 'active' } }, scopes: { named: (name) => ({ where: { name } }), withPosts: { include: [{ association: 'posts' }] } } });
export class Post extends Model {}
Post.init({ title: DataTypes.STRING, slug: DataTypes.STRING, authorId: DataTypes.INTEGER, views: DataTypes.INTEGER }, { sequelize, tableName: 'posts', timestamps: true, paranoid: true });
export class Tag extends Model {}
Tag.init({ word: DataTypes.STRING }, { sequelize, tableName: 'tags' });
User.hasMany(Post, { as: 'posts', foreignKey: 'authorId' });
Post.belongsTo(User, { as: 'author', foreignKey: 'authorId' });
Post.belongsToMany(Tag, { through: 'post_tags', as: 'tags' });
`;
const HEAD = "import { Op, fn, col, literal, where } from 'sequelize';\nimport { User, Post, Tag, sequelize } from './models';\n";

async function project(code: string, more: Readonly<Record<string, string>> = {}): Promise<Project> {
  return (await analyseText({ 'src/models.ts': MODELS, 'src/code.ts': HEAD + code, ...more })).project;
}
const table = (of: Project, name: string) => of.schema.tables.find((each) => each.name === name)!;
const queries = (of: Project, name: string) => of.usage.queries.filter((query) => query.root.table.name === name && query.place.path !== 'src/models.ts');
const conditions = (of: Project, name: string, index = 0) => queries(of, name)[index]!.conditions.map((each) => `${each.column.table.name}.${each.column.name} ${each.op}${each.isOptional ? '?' : ''}${each.inOr ? ' or' : ''}${each.isJoin ? ' join' : ''}`);
const usesAt = (of: Project, name: string, path: string) => { const [owner, column] = name.split('.'); return of.usage.uses.filter((use) => use.table.name === owner && use.column.name === column && use.place.path === path && use.kind !== 'expose').map((use) => use.kind); };
const uses = (of: Project, name: string) => usesAt(of, name, 'src/code.ts');
const inserts = (of: Project) => of.usage.inserts.map((each) => [each.table.name, [...each.values.keys()].map((column) => column.name).sort().join(), each.isOpen] as const);

describe('rows made of each item of a list', () => {
  it('have the columns that the callback names, through a repository too', async () => {
    const found = await project(`
class Posts { saveAll(rows: Partial<Post>[]) { return Post.bulkCreate(rows as any[]); } }
const posts = new Posts();
export const submit = (body: any) => posts.saveAll(body.posts.map((each) => ({ title: each.heading, slug: each.at })));
export const tag = (body: any) => Tag.bulkCreate(body.words.filter(Boolean).map((word) => { if (!word) throw new Error('x'); return { word }; }));
`);
    expect(inserts(found)).toEqual([['posts', 'slug,title', false], ['tags', 'word', false]]);
  });
});

describe('finders', () => {
  it('read conditions, order, selection and associated rows', async () => {
    const found = await project(`
export async function list(ids: number[], email: string) {
  const rows = await Post.findAll({ where: { id: ids, title: { [Op.like]: 'a%' }, slug: { [Op.ne]: null }, views: { [Op.gt]: 3 } }, include: [{ model: User, as: 'author', where: { email } }], order: [['createdAt', 'DESC']], attributes: ['id', 'slug'], limit: 20, offset: 5 });
  return rows.map(({ slug, author }) => ({ slug, by: author.name }));
}
export const either = (a: string) => Post.unscoped().findAll({ where: { [Op.or]: [{ title: a }, { slug: a }] }, paranoid: false });
export const byKey = (id: number) => User.unscoped().findByPk(id);
export const total = () => Post.count({ where: { createdAt: { [Op.between]: [1, 2] } } });
export async function page() { const { rows, count } = await Tag.findAndCountAll({ where: { word: null }, order: ['word'] }); return rows.map((row) => row.word); }
`);
    expect(conditions(found, 'posts', 0)).toEqual(['posts.id in', 'posts.title prefix', 'posts.slug not-null', 'posts.views range', 'posts.authorId = join', 'users.email = join', 'posts.deletedAt null']);
    expect(queries(found, 'posts')[0]).toMatchObject({ expects: 'many', limit: 20, offset: true, isPartial: false, sorts: [{ column: { name: 'createdAt' }, desc: true }] });
    expect(conditions(found, 'posts', 1)).toEqual(['posts.title = or', 'posts.slug = or']);
    expect(conditions(found, 'users')).toEqual(['users.id =']);
    expect(queries(found, 'users')[0]).toMatchObject({ expects: 'first' });
    expect(queries(found, 'posts')[2]).toMatchObject({ expects: 'count', isAggregate: true });
    expect(conditions(found, 'tags')).toEqual(['tags.word null']);
    expect(uses(found, 'tags.word')).toEqual(expect.arrayContaining(['read', 'sort']));
    expect(uses(found, 'users.name')).toEqual(['read']);
  });

  it('add the scopes of the model', async () => {
    const found = await project(`
export const standard = () => User.findAll({ where: { email: 'x' } });
export const named = () => User.scope('withPosts', { method: ['named', 'x'] }).findOne();
export const bare = () => User.unscoped().findAll({ where: { email: 'x' } });
export const own = () => User.unscoped().findActive({ limit: 3 });
`);
    expect([0, 1, 2].map((index) => conditions(found, 'users', index))).toEqual([['users.status =', 'users.email ='], ['users.name ='], ['users.email =']]);
    expect(found.usage.queries.filter((query) => query.root.table.name === 'users').some((query) => query.conditions.length === 1 && query.conditions[0]!.column.name === 'status' && query.place.path === 'src/models.ts')).toBe(true);
    expect(usesAt(found, 'posts.authorId', 'src/models.ts')).toContain('join');
  });

  it('say where a scope of another file sorts', async () => {
    const found = await project(`
import { Task } from './tasks';
export const late = () => Task.scope('late').findAll();
`, { 'src/tasks.ts': `
// Tasks of the day, those that are late among them: a file of its own that is longer than the one which asks for them, so that no place of one can be taken for a place of the other.
import { Model, DataTypes } from 'sequelize';
import { sequelize } from './models';
export class Task extends Model {}
Task.init({ due: DataTypes.DATE }, { sequelize, tableName: 'tasks', scopes: { late: () => ({ order: [['due', 'ASC']] }) } });
` });
    const [sort] = found.usage.uses.filter((use) => use.column.name === 'due' && use.kind === 'sort' && use.place.path === 'src/code.ts');
    expect(spanEnd(sort!.place.at)).toBeLessThan(HEAD.length + 120);
  });

  it('name columns in texts, which are no uses beside that', async () => {
    const found = await project(`
export const latest = () => Post.findAll({ attributes: ['title', ['views', 'n']], order: [['createdAt', 'DESC'], 'slug'], include: [{ model: User, as: 'author', attributes: ['name'] }] });
export const hidden = (row: any) => row.set('views', 1);
`);
    const possible = (name: string) => { const [owner, column] = name.split('.'); return found.possibleUsesOf(table(found, owner!).columns.find((each) => each.name === column)!).filter((use) => use.kind === 'string').length; };
    expect(['posts.title', 'posts.slug', 'users.name', 'posts.views'].map(possible)).toEqual([0, 0, 0, 1]);
  });

  it('read expressions over columns', async () => {
    const found = await project(`
export const a = () => User.findAll({ where: where(fn('lower', col('email')), 'x'), attributes: ['status', [fn('COUNT', col('logins')), 'n']], group: ['status'], order: [[literal('"name" desc')], [{ model: Post, as: 'posts' }, 'title', 'asc']] });
export const b = () => Post.sum('views', { where: { '$author.password$': 'x' } });
`);
    expect(uses(found, 'users.email')).toEqual(['filter']);
    expect(uses(found, 'users.logins')).toEqual(['read']);
    expect(uses(found, 'users.status')).toEqual(expect.arrayContaining(['read', 'group']));
    expect(uses(found, 'users.name')).toEqual(['sort']);
    expect(uses(found, 'posts.title')).toEqual(['sort']);
    expect(uses(found, 'posts.views')).toEqual(['read']);
    expect(uses(found, 'users.password')).toEqual(['filter']);
    expect(queries(found, 'users')[0]).toMatchObject({ isPartial: true, isAggregate: true });
  });
});

describe('writes', () => {
  it('insert and change rows', async () => {
    const found = await project(`
export async function run(input: any) {
  await User.create({ email: 'a', name: 'b' });
  await Tag.bulkCreate([{ word: 'a' }, { word: 'b' }]);
  const [post, made] = await Post.findOrCreate({ where: { slug: 's' }, defaults: { title: 't' } });
  await Post.upsert({ slug: 's', title: 'u' }, { conflictFields: ['slug'] });
  await User.update({ status: 'x' }, { where: { email: 'a' } });
  await User.increment('logins', { where: { id: 1 } });
  await Post.destroy({ where: { slug: 'old' } });
  const user = new User({ email: 'z' }); user.name = 'later'; await user.save();
  await user.update({ ...input });
  post.set('views', 3); post.setDataValue('title', 'x');
  await post.destroy();
  return post.get('authorId');
}
`);
    expect(inserts(found)).toEqual(expect.arrayContaining([['users', 'email,name', false], ['tags', 'word', false], ['posts', 'slug,title', false], ['users', 'email,name', false]]));
    expect(queries(found, 'posts').some((query) => query.guards.some((guard) => guard.k === 'get-or-create') && query.conditions.some((each) => each.column.name === 'slug'))).toBe(true);
    expect(queries(found, 'posts').some((query) => query.guards.some((guard) => guard.k === 'upsert'))).toBe(true);
    expect(queries(found, 'users').find((query) => query.verb === 'update')!.conditions.map((each) => each.column.name)).toEqual(['status', 'email']);
    expect(uses(found, 'users.logins')).toEqual(['write']);
    expect(uses(found, 'posts.deletedAt').filter((kind) => kind === 'write')).toHaveLength(2);
    expect(uses(found, 'posts.views')).toEqual(['write']);
    expect(uses(found, 'posts.authorId')).toEqual(['read']);
  });

  it('say when a whole table is changed, and leave open what is not seen', async () => {
    const found = await project(`
export const all = () => User.unscoped().update({ status: 'x' }, { where: {} });
export const some = (options: any) => Tag.destroy(options);
export const whole = () => Tag.destroy({ truncate: true });
`);
    expect(queries(found, 'users')[0]).toMatchObject({ verb: 'update', isPartial: false, conditions: [] });
    expect(queries(found, 'tags')).toMatchObject([{ verb: 'delete', isPartial: true }]);
  });

  it('follow the methods of associations', async () => {
    const found = await project(`
export async function run(id: number) {
  const user = await User.findByPk(id);
  const posts = await user!.getPosts({ where: { slug: 'x' }, order: [['title', 'ASC']] });
  await user!.createPost({ title: 'new' });
  const author = await posts[0].getAuthor();
  await posts[0].setAuthor(user);
  await posts[0].addTag(3);
  return { n: await user!.countPosts(), name: author.name };
}
`);
    expect(conditions(found, 'posts')).toEqual(['posts.authorId =', 'posts.slug =', 'posts.deletedAt null']);
    expect(inserts(found)).toEqual(expect.arrayContaining([['posts', 'title', false], ['post_tags', 'PostId,TagId', true]]));
    expect(uses(found, 'posts.authorId')).toEqual(expect.arrayContaining(['write', 'join']));
    expect(uses(found, 'users.name')).toEqual(['read']);
  });

  it('happen in hooks, methods and transactions', async () => {
    const found = await project(`
User.addHook('afterCreate', async (user) => { await Tag.create({ word: user.email }); });
export const run = () => sequelize.transaction(async (transaction) => { const user = await User.findOne({ where: { email: 'a' }, transaction }); await user.touch(); return user; });
export async function show() { const user = await run(); return user.label + user.status; }
`);
    expect(usesAt(found, 'users.password', 'src/models.ts')).toContain('write');
    expect(usesAt(found, 'users.secret', 'src/models.ts')).toContain('read');
    expect(usesAt(found, 'users.logins', 'src/models.ts')).toContain('write');
    expect(uses(found, 'users.email')).toEqual(expect.arrayContaining(['read', 'filter']));
    expect(uses(found, 'users.status')).toEqual(['read']);
  });

  it('see a check before an insert', async () => {
    const found = await project(`
export async function register(slug: string) {
  const taken = await Post.findOne({ where: { slug } });
  if (taken) throw new Error('taken');
  return Post.create({ slug });
}
`);
    expect(queries(found, 'posts')[0]!.guards.map((guard) => guard.k)).toContain('refuse-if-present');
  });
});

describe('models by name', () => {
  const FOLDER = {
    'app/models/index.js': "const fs = require('fs');\nconst Sequelize = require('sequelize');\nconst db = {};\nconst sequelize = new Sequelize('x');\nfs.readdirSync(__dirname).forEach((file) => { const model = require(__dirname + '/' + file)(sequelize, Sequelize.DataTypes); db[model.name] = model; });\ndb.sequelize = sequelize;\nmodule.exports = db;\n",
    'app/models/account.js': "module.exports = (sequelize, DataTypes) => {\n  const account = sequelize.define('account', { plan: DataTypes.STRING, owner: DataTypes.STRING });\n  account.prototype.upgrade = function () { this.plan = 'pro'; return this.save(); };\n  account.findByOwner = function (owner) { return this.findOne({ where: { owner } }); };\n  return account;\n};\n",
  };
  it('come from the folder that holds them', async () => {
    const found = (await analyseText({ ...FOLDER, 'app/routes.js': `
const db = require('./models');
const { account } = require('./models');
exports.a = async () => { const row = await db.account.findOne({ where: { plan: 'x' } }); return row.owner; };
exports.b = () => account.count({ where: { owner: 'y' } });
exports.c = async (owner) => { const row = await db.account.findByOwner(owner); return row.upgrade(); };
exports.d = () => db.sequelize.models.account.findAll({ order: [db.sequelize.col('plan')] });
` })).project;
    const at = (path: string) => found.usage.queries.filter((query) => query.place.path === path).map((query) => query.conditions.map((each) => each.column.name).join());
    expect(at('app/routes.js')).toEqual(['plan', 'owner', '']);
    expect(at('app/models/account.js')).toEqual(['owner']);
    expect(usesAt(found, 'accounts.owner', 'app/routes.js')).toEqual(expect.arrayContaining(['read', 'filter']));
    expect(usesAt(found, 'accounts.plan', 'app/models/account.js')).toEqual(['write']);
    expect(usesAt(found, 'accounts.plan', 'app/routes.js')).toContain('sort');
  });

  it('are not used by what makes and exports them', async () => {
    const found = await analyseText({ ...FOLDER, 'app/models/ghost.js': "const { Model } = require('sequelize');\nmodule.exports = (sequelize, DataTypes) => {\n  class Ghost extends Model { static associate(models) { Ghost.belongsTo(models.account); } }\n  Ghost.init({ word: DataTypes.STRING }, { sequelize });\n  return Ghost;\n};\n", 'app/routes.js': "const db = require('./models');\nexports.a = () => db.account.findAll();\n" });
    const mentions = (name: string) => found.project.usage.tableUses.filter((use) => use.table.name === name).map((use) => use.kind);
    expect(mentions('Ghosts')).toEqual([]);
  });

  it('may be the export of their module', async () => {
    const found = (await analyseText({
      'db.js': "const { Sequelize } = require('sequelize');\nmodule.exports = new Sequelize('x');\n",
      'thing.js': "const { DataTypes } = require('sequelize');\nconst sequelize = require('./db');\nconst Thing = sequelize.define('Thing', { code: DataTypes.STRING });\nmodule.exports = Thing;\n",
      'use.js': "const Thing = require('./thing');\nmodule.exports.f = () => Thing.findOne({ where: { code: 'x' } });\n",
    })).project;
    expect(found.usage.queries.map((query) => query.conditions.map((each) => each.column.name))).toEqual([['code']]);
  });
});

it('counts the rows of seeders, under the names of their columns', async () => {
  const found = (await analyseText({
    'models.ts': MODELS.replace('timestamps: false', 'timestamps: false, underscored: true'),
    'seeders/20240101000000-posts.js': "module.exports = { up: (queryInterface) => queryInterface.bulkInsert('posts', [{ title: 'a', author_id: 1 }, { title: 'b', slug: 'b' }], {}), down: (queryInterface) => queryInterface.bulkDelete('posts', null, {}) };\n",
  })).project;
  expect(inserts(found)).toEqual([['posts', 'author_id,slug,title', false]]);
});

it('finds conditions on rows that are included with included rows', async () => {
  const found = await project(`
export const tagged = (word: string) => User.unscoped().findAll({ include: [{ model: Post, as: 'posts', include: [{ model: Tag, as: 'tags', where: { word } }] }] });
`);
  expect(queries(found, 'users')[0]!.conditions.map((each) => `${each.column.table.name}.${each.column.name}`)).toEqual(['users.id', 'tags.word']);
});

it('knows a class by the name it is registered under', async () => {
  const { project: found } = await analyseText({
    'star.ts': "import { Table, Column, Model } from 'sequelize-typescript';\n@Table({ tableName: 'stars', modelName: 'star', timestamps: false })\nexport class Star extends Model { @Column name: string; }\n",
    'use.ts': "import { Sequelize } from 'sequelize-typescript';\nexport const f = (sequelize: Sequelize) => sequelize.models.star.findAll({ where: { name: 'x' } });\n",
  });
  expect(table(found, 'stars').model).toBe('Star');
  expect(conditions(found, 'stars')).toEqual(['stars.name =']);
});

it('says in the words of the model what to add', async () => {
  const { project: found } = await analyseText({ 'src/models.ts': MODELS });
  const users = table(found, 'users');
  const columns = [users.columns.find((column) => column.name === 'name')!, users.columns.find((column) => column.name === 'status')!];
  expect(indexText(users, 'ix', columns, null)).toBe("{ name: 'ix', fields: ['name', 'status'] }, // in the model's indexes");
  expect(uniqueText(users, 'uq', columns, "status = 'x'")).toBe("{ name: 'uq', unique: true, fields: ['name', 'status'], where: sequelize.literal(`status = 'x'`) }, // in the model's indexes");
});
