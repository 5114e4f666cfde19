import { beforeAll, describe, expect, it } from 'vitest';
import type { Analysis } from '../../src/analyse.js';
import { analyseText } from '../support/analyse-text.js';
import { shapeOf, tableNames } from '../support/table-shape.js';

const relationshipsOf = ({ project }: Analysis, name: string): string[] => project.schema.tables.find((table) => table.name === name)!.relationships
  .map((each) => `${each.name}: ${each.target.name}${each.many ? '[]' : ''}${each.through ? ` through ${each.through.name}` : ''}${each.foreignKey ? ` by ${each.foreignKey.columns.map((column) => column.name).join()}` : ''}`);

const FOLDER = `
'use strict';
const fs = require('fs');
const path = require('path');
const Sequelize = require('sequelize');
const config = require('../config.json');
const db = {};
const sequelize = new Sequelize(config.database, config.username, config.password, { ...config, define: { underscored: true } });
fs.readdirSync(__dirname).filter((file) => file !== 'index.js').forEach((file) => {
  const model = require(path.join(__dirname, file))(sequelize, Sequelize.DataTypes);
  db[model.name] = model;
});
Object.keys(db).forEach((name) => { if (db[name].associate) db[name].associate(db); });
db.sequelize = sequelize;
module.exports = db;
`;

describe('the folder of models that the command line makes', () => {
  let analysis: Analysis;
  beforeAll(async () => {
    analysis = await analyseText({
      'models/index.js': FOLDER,
      'models/user.js': `
'use strict';
const { Model } = require('sequelize');
module.exports = (sequelize, DataTypes) => {
  /** People who log in */
  class User extends Model {
    static associate(models) {
      User.hasMany(models.Post, { as: 'posts', foreignKey: 'authorId', onDelete: 'CASCADE', hooks: true });
      User.belongsToMany(models.Group, { through: 'user_groups' });
    }
    get label() { return this.email; }
  }
  User.init({
    id: { type: DataTypes.UUID, primaryKey: true, defaultValue: DataTypes.UUIDV4 },
    // where mail is sent to
    email: { type: DataTypes.STRING, allowNull: false, unique: true },
    role: { type: DataTypes.ENUM('admin', 'member'), defaultValue: 'member' },
    tags: DataTypes.ARRAY(DataTypes.STRING(40)),
    tenant: { type: DataTypes.INTEGER, unique: 'tenant_nick' },
    nick: { type: DataTypes.STRING(20), unique: 'tenant_nick', field: 'nickname' },
    fullName: { type: DataTypes.VIRTUAL, get() { return this.email; } },
  }, { sequelize, modelName: 'User', paranoid: true, indexes: [{ fields: ['role', { name: 'createdAt', order: 'DESC' }] }, { unique: true, fields: ['email'], where: { deleted_at: null } }] });
  return User;
};
`,
      'models/post.js': `
module.exports = function (sequelize, DataTypes) {
  const Post = sequelize.define('Post', {
    title: { type: DataTypes.TEXT, allowNull: false },
    score: DataTypes.DECIMAL(10, 2),
  }, { timestamps: false, tableName: 'articles' });
  Post.associate = function (models) {
    Post.belongsTo(models.User, { as: 'author', foreignKey: { name: 'authorId', allowNull: false } });
    Post.belongsTo(models.Post, { as: 'parent', constraints: false });
  };
  return Post;
};
`,
      'models/group.js': `
module.exports = (sequelize, DataTypes) => {
  const Group = sequelize.define('Group', { name: DataTypes.STRING, createdOn: DataTypes.DATEONLY }, { createdAt: 'made', updatedAt: false, freezeTableName: true });
  return Group;
};
`,
    });
  });

  it('has the columns, keys and indexes of each model', () => {
    expect(tableNames(analysis.project.schema)).toEqual(['Group', 'articles', 'user_groups', 'users']);
    expect(shapeOf(analysis.project.schema, 'users')).toEqual([
      'id uuid', 'email character varying(255)', 'role enum_users_role null', 'tags character varying(40)[] null', 'tenant integer null', 'nickname character varying(20) null',
      'created_at timestamp with time zone', 'updated_at timestamp with time zone', 'deleted_at timestamp with time zone null',
      'primary (id)', 'unique (email)', 'unique (tenant, nickname)', 'index (role, created_at)', 'unique index (email) where deleted_at IS NULL',
    ]);
    expect(analysis.project.schema.tables.find((table) => table.name === 'users')).toMatchObject({ model: 'User', comment: 'People who log in' });
    expect(analysis.project.schema.tables.find((table) => table.name === 'users')!.columns[1]!.comment).toBe('where mail is sent to');
  });

  it('gives keys to the other side of associations, and tables in between', () => {
    expect(shapeOf(analysis.project.schema, 'articles')).toEqual([
      'id integer', 'title text', 'score numeric(10, 2) null', 'author_id uuid', 'parent_id integer null', 'primary (id)', 'foreign (author_id) -> users (id) cascade', 'foreign (parent_id) -> articles (id)',
    ]);
    expect(shapeOf(analysis.project.schema, 'Group')).toEqual(['id integer', 'name character varying(255) null', 'created_on date null', 'made timestamp with time zone', 'primary (id)']);
    expect(shapeOf(analysis.project.schema, 'user_groups')).toEqual([
      'created_at timestamp with time zone', 'updated_at timestamp with time zone', 'user_id uuid', 'group_id integer', 'primary (user_id, group_id)', 'foreign (user_id) -> users (id) cascade', 'foreign (group_id) -> Group (id) cascade',
    ]);
  });

  it('relates the models under the names of their associations', () => {
    expect(relationshipsOf(analysis, 'users')).toEqual(['posts: articles[] by author_id', 'Groups: Group[] through user_groups']);
    expect(relationshipsOf(analysis, 'articles')).toEqual(['author: users by author_id', 'parent: articles by parent_id']);
  });
});

it('finds models in the index by the constants that hold them, whatever they are called', async () => {
  const analysis = await analyseText({
    'server/sequelize.js': "import Sequelize from 'sequelize';\nexport const sequelize = new Sequelize(process.env.DATABASE_URL);\n",
    'server/models/Page.js': `
import { DataTypes } from 'sequelize';
import { sequelize } from '../sequelize';
const Page = sequelize.define('page', { id: { type: DataTypes.UUID, primaryKey: true } });
Page.associate = (models) => { Page.hasMany(models.PageLink, { as: 'links', foreignKey: 'pageId' }); };
export default Page;
`,
    'server/models/PageLink.js': `
import { DataTypes } from 'sequelize';
import { sequelize } from '../sequelize';
const PageLink = sequelize.define('pageLink', { id: { type: DataTypes.UUID, primaryKey: true } }, { tableName: 'page_links', timestamps: false });
PageLink.associate = (models) => { PageLink.belongsTo(models.Page, { as: 'page', foreignKey: 'pageId' }); };
export default PageLink;
`,
    'server/models/index.js': `
import Page from './Page';
import PageLink from './PageLink';
const models = { Page, PageLink };
Object.keys(models).forEach((name) => { if ('associate' in models[name]) models[name].associate(models); });
export { Page, PageLink };
`,
  });
  expect(shapeOf(analysis.project.schema, 'page_links')).toEqual(['id uuid', 'pageId uuid null', 'primary (id)', 'foreign (pageId) -> pages (id)']);
  expect(relationshipsOf(analysis, 'pages')).toEqual(['links: page_links[] by pageId']);
  expect(relationshipsOf(analysis, 'page_links')).toEqual(['page: pages by pageId']);
  expect(analysis.project.schema.broken).toEqual([]);
});

describe('classes', () => {
  it('are initialised by a static method that is given the connection', async () => {
    const analysis = await analyseText({
      'src/models/Tech.js': `
import { Model, DataTypes } from 'sequelize';
class Tech extends Model {
  static init(sequelize) {
    super.init({ name: DataTypes.STRING, kind: { type: 'TIMESTAMP', allowNull: false } }, { sequelize, tableName: 'techs', timestamps: false });
    this.addHook('beforeSave', async (tech) => { tech.name = tech.name.trim(); });
    return this;
  }
  static associate(models) { this.belongsToMany(models.Person, { foreignKey: 'tech_id', through: 'person_techs', as: 'people' }); }
}
export default Tech;
`,
      'src/models/Person.js': `
import Sequelize, { Model } from 'sequelize';
export default class Person extends Model {
  static init(sequelize) { return super.init({ name: Sequelize.STRING }, { sequelize }); }
  static associate(models) { this.belongsToMany(models.Tech, { foreignKey: 'person_id', through: 'person_techs', as: 'techs' }); }
}
`,
      'src/database/index.js': `
import Sequelize from 'sequelize';
import Tech from '../models/Tech';
import Person from '../models/Person';
const connection = new Sequelize({ dialect: 'postgres', define: { timestamps: true, underscored: true } });
[Tech, Person].forEach((model) => model.init(connection));
Tech.associate(connection.models);
`,
    });
    expect(shapeOf(analysis.project.schema, 'techs')).toEqual(['id integer', 'name character varying(255) null', 'kind timestamp without time zone', 'primary (id)']);
    expect(shapeOf(analysis.project.schema, 'people')).toEqual(['id integer', 'name character varying(255) null', 'created_at timestamp with time zone', 'updated_at timestamp with time zone', 'primary (id)']);
    expect(shapeOf(analysis.project.schema, 'person_techs').slice(2, 5)).toEqual(['person_id integer', 'tech_id integer', 'primary (person_id, tech_id)']);
    expect(relationshipsOf(analysis, 'people')).toEqual(['techs: techs[] through person_techs']);
  });

  it('are initialised beside their declaration, with keys that attributes refer to', async () => {
    const analysis = await analyseText({
      'src/sequelize.ts': "import { Sequelize } from 'sequelize';\nexport const sequelize = new Sequelize(process.env.DATABASE_URL!);\n",
      'src/order.ts': `
import { DataTypes, Model, InferAttributes, InferCreationAttributes, CreationOptional, ForeignKey, NonAttribute } from 'sequelize';
import { sequelize } from './sequelize';
export class Customer extends Model<InferAttributes<Customer>, InferCreationAttributes<Customer>> {
  declare id: CreationOptional<number>;
  declare name: string;
}
Customer.init({ id: { type: DataTypes.BIGINT, autoIncrement: true, primaryKey: true }, name: { type: DataTypes.STRING(80), allowNull: false } }, { sequelize, createdAt: 'made_at', updatedAt: false, schema: 'sales' });
export class Order extends Model {
  declare customerId: ForeignKey<Customer['id']>;
  declare customer?: NonAttribute<Customer>;
}
Order.init({
  customerId: { type: DataTypes.BIGINT, allowNull: false, field: 'customer_id', references: { model: Customer, key: 'id' }, onDelete: 'RESTRICT' },
  parentId: { type: DataTypes.INTEGER, references: { model: 'orders', key: 'id' } },
}, { sequelize, modelName: 'order', timestamps: false, version: true });
Customer.hasMany(Order, { foreignKey: 'customerId', as: 'orders' });
Order.belongsTo(Customer, { foreignKey: 'customerId', as: 'customer' });
`,
    });
    expect(shapeOf(analysis.project.schema, 'Customers')).toEqual(['id bigint', 'name character varying(80)', 'made_at timestamp with time zone', 'primary (id)']);
    expect(shapeOf(analysis.project.schema, 'orders')).toEqual(['id integer', 'customer_id bigint', 'parentId integer null', 'version integer', 'primary (id)', 'foreign (customer_id) -> Customers (id) restrict', 'foreign (parentId) -> orders (id)']);
    expect(relationshipsOf(analysis, 'Customers')).toEqual(['orders: orders[] by customer_id']);
  });
});

it('reads the decorators of sequelize-typescript, inherited and composed ones too', async () => {
  const analysis = await analyseText({
    'models/base.ts': `
import { Model, Column, DataType, PrimaryKey, Default, IsUUID, CreatedAt, UpdatedAt, DeletedAt } from 'sequelize-typescript';
export abstract class IdModel<T extends object = any> extends Model<T> {
  @IsUUID(4) @PrimaryKey @Default(DataType.UUIDV4) @Column(DataType.UUID) id: string;
  @CreatedAt createdAt: Date;
  @UpdatedAt updatedAt: Date;
}
export abstract class ParanoidModel extends IdModel { @DeletedAt deletedAt: Date | null; }
`,
    'models/decorators.ts': "import { Column, DataType } from 'sequelize-typescript';\nexport const Secret = (target: any, key: string) => { Column(DataType.BLOB)(target, key); };\n",
    'models/user.ts': `
import { Table, Column, DataType, AllowNull, Unique, Index, HasMany, BelongsToMany, ForeignKey, BelongsTo, Model, Comment, PrimaryKey, AutoIncrement } from 'sequelize-typescript';
import { IdModel, ParanoidModel } from './base';
import { Secret } from './decorators';
export enum Role { Admin = 'admin' }
@Table({ tableName: 'users', underscored: true })
export class User extends ParanoidModel {
  @AllowNull(false) @Unique @Column email: string;
  @Index('by_name') @Column({ type: DataType.STRING(40), allowNull: false }) first: string;
  @Index('by_name') @Column last: string;
  @Comment('which rights') @Column(DataType.ENUM('admin')) role: Role;
  @Secret token: Buffer;
  @Column(DataType.VIRTUAL) get label(): string { return this.email; }
  @Column get visits(): number { return this.getDataValue('visits'); }
  @Column set phone(value: string) { this.setDataValue('phone', value.trim()); }
  @HasMany(() => Post) posts: Post[];
  @BelongsToMany(() => Team, () => Member) teams: Team[];
}
@Table
export class Post extends Model {
  @PrimaryKey @AutoIncrement @Column id: number;
  @ForeignKey(() => User) @AllowNull(false) @Column(DataType.UUID) userId: string;
  @BelongsTo(() => User, { foreignKey: 'userId', onDelete: 'CASCADE' }) user: User;
  @ForeignKey(() => User) @Column reviewerId: string;
}
@Table({ timestamps: false })
export class Team extends Model { @Column name: string; }
@Table({ timestamps: false })
export class Member extends Model {
  @ForeignKey(() => User) @Column userId: string;
  @ForeignKey(() => Team) @Column teamId: number;
}
`,
  });
  const { schema } = analysis.project;
  expect(shapeOf(schema, 'users')).toEqual([
    'id uuid', 'email character varying(255)', 'first character varying(40)', 'last character varying(255) null', 'role enum_users_role null', 'token bytea null', 'visits integer null', 'phone character varying(255) null',
    'created_at timestamp with time zone', 'updated_at timestamp with time zone', 'deleted_at timestamp with time zone null', 'primary (id)', 'unique (email)', 'index (first, last)',
  ]);
  expect(shapeOf(schema, 'Posts').slice(1, 3)).toEqual(['userId uuid', 'reviewerId uuid null']);
  expect(shapeOf(schema, 'Posts').slice(-2)).toEqual(['foreign (userId) -> users (id) cascade', 'foreign (reviewerId) -> users (id)']);
  expect(shapeOf(schema, 'Members')).toEqual(['userId uuid', 'teamId integer', 'primary (userId, teamId)', 'foreign (userId) -> users (id)', 'foreign (teamId) -> Teams (id)']);
  expect(relationshipsOf(analysis, 'users')).toEqual(['posts: Posts[] by userId', 'teams: Teams[] through Members']);
});

it('gives a model in between a key in the order of its own attributes, whichever side is told of first', async () => {
  const { project } = await analyseText({ 'models.ts': `
import { BelongsToMany, Column, ForeignKey, Model, Table } from 'sequelize-typescript';
@Table({ tableName: 'tags' }) export class Tag extends Model { @Column name: string; @BelongsToMany(() => Film, { foreignKey: 'tagId', through: () => FilmTag }) films: Film[]; }
@Table({ tableName: 'films' }) export class Film extends Model { @Column title: string; @BelongsToMany(() => Tag, { foreignKey: 'filmId', through: () => FilmTag }) tags: Tag[]; }
@Table({ tableName: 'filmTags', timestamps: false }) export class FilmTag extends Model { @ForeignKey(() => Film) @Column filmId: number; @ForeignKey(() => Tag) @Column tagId: number; }
` });
  expect(shapeOf(project.schema, 'filmTags')).toContain('primary (filmId, tagId)');
});

it('reads models that are generated from a database, with the indexes of their keys', async () => {
  const analysis = await analyseText({
    'models/users.ts': `
import * as Sequelize from 'sequelize';
import { DataTypes, Model } from 'sequelize';
export class users extends Model {
  static initModel(sequelize: Sequelize.Sequelize): typeof users {
    return users.init({
      id: { autoIncrement: true, type: DataTypes.INTEGER, allowNull: false, primaryKey: true },
      email: { type: DataTypes.STRING(200), allowNull: false, unique: "users_email_key" },
    }, { sequelize, tableName: 'users', schema: 'public', timestamps: false, indexes: [{ name: "users_email_key", unique: true, fields: [{ name: "email" }] }, { name: "users_pkey", unique: true, fields: [{ name: "id" }] }] });
  }
}
`,
    'models/init-models.ts': `
import type { Sequelize } from 'sequelize';
import { users as _users } from './users';
export function initModels(sequelize: Sequelize) {
  const users = _users.initModel(sequelize);
  users.belongsTo(users, { as: "parent", foreignKey: "parent_id" });
  return { users };
}
`,
    'app.ts': "import { Sequelize } from 'sequelize';\nimport { initModels } from './models/init-models';\nconst { users } = initModels(new Sequelize('x'));\nexport const f = () => users.findOne({ where: { email: 'x' } });\n",
  });
  expect(shapeOf(analysis.project.schema, 'users')).toEqual(['id integer', 'email character varying(200)', 'parent_id integer null', 'primary (id)', 'unique (email)', 'foreign (parent_id) -> users (id)']);
  expect(analysis.project.usage.queries.map((query) => query.conditions.map((each) => each.column.name))).toEqual([['email']]);
});

it('takes no other library for Sequelize', async () => {
  const analysis = await analyseText({
    'a.js': "const customElements = require('x');\ncustomElements.define('User', { name: String });\nclass User {}\nUser.init({ name: 1 }, {});\n",
    'b.js': "const sequelize = require('sequelize');\n",
  });
  expect(tableNames(analysis.project.schema)).toEqual([]);
});

describe('what Sequelize does by default', () => {
  const MODELS = `
import { Sequelize, DataTypes } from 'sequelize';
export const sequelize = new Sequelize('postgres://');
export const Shop = sequelize.define('Shop', { state: { type: DataTypes.ENUM('open', 'shut'), allowNull: false, defaultValue: 'open' }, key: { type: DataTypes.UUID, defaultValue: DataTypes.UUIDV4 } }, { timestamps: false });
export const Sale = sequelize.define('Sale', { shopId: { type: DataTypes.INTEGER, allowNull: false } }, { timestamps: false });
Shop.hasMany(Sale, { foreignKey: 'shopId' });
Sale.belongsTo(Shop, { foreignKey: 'shopId' });
export const Tag = sequelize.define('Tag', { word: { type: DataTypes.TEXT, primaryKey: true } }, { timestamps: false });
Shop.belongsToMany(Tag, { through: 'ShopTags', timestamps: false });
`;
  it('is what the database has where tables are made from models', async () => {
    const { project } = await analyseText({ 'models.ts': MODELS, 'start.ts': "import { sequelize } from './models';\nawait sequelize.sync({ alter: true });\n" });
    expect(shapeOf(project.schema, 'Shops')).toEqual(['id integer', "state enum_Shops_state = 'open'", 'key uuid null', 'primary (id)']);
    expect(shapeOf(project.schema, 'Sales').at(-1)).toBe('foreign (shopId) -> Shops (id) cascade');
  });

  it('is not, where migrations make them', async () => {
    const { project } = await analyseText({
      'models.ts': MODELS,
      'migrations/20240101000000-shops.js': `module.exports = {
  up: async (queryInterface, Sequelize) => {
    await queryInterface.sequelize.query("CREATE TYPE shop_state AS ENUM ('open', 'shut')");
    await queryInterface.createTable('Shops', { id: { type: Sequelize.INTEGER, primaryKey: true, autoIncrement: true }, state: { type: 'shop_state', allowNull: false }, key: { type: Sequelize.UUID } });
    await queryInterface.createTable('Tags', { word: { type: Sequelize.TEXT, primaryKey: true } });
    await queryInterface.createTable('ShopTags', { TagWord: { type: Sequelize.TEXT, primaryKey: true }, ShopId: { type: Sequelize.INTEGER, primaryKey: true } });
    await queryInterface.createTable('Sales', { id: { type: Sequelize.INTEGER, primaryKey: true, autoIncrement: true }, shopId: { type: Sequelize.INTEGER, allowNull: false, references: { model: 'Shops', key: 'id' } } });
  },
  down: async () => {},
};
`,
    });
    expect(shapeOf(project.schema, 'Shops')).toEqual(['id integer', 'state shop_state', 'key uuid null', 'primary (id)']);
    expect(project.schema.enums.map(({ name }) => name)).toEqual(['shop_state']);
    expect(shapeOf(project.schema, 'Sales').at(-1)).toBe('foreign (shopId) -> Shops (id)');
    // The order of the key is that of the database.
    expect(shapeOf(project.schema, 'ShopTags')).toContain('primary (TagWord, ShopId)');
  });
});

describe('declarations that cannot be read in full', () => {
  it('cost what is wrong and nothing else', async () => {
    const { project, coverage } = await analyseText({
      'broken.js': "const { DataTypes } = require('sequelize');\nmodule.exports = (sequelize) => { const Odd = sequelize.define('Odd', { a: DataTypes.WHAT, b: { type: oops(), references: { model: nobody } }, ...more }, options());\n  Odd.associate = (models) => { Odd.belongsTo(models.Missing, { as: 'missing' }); Odd.hasMany(undefined); Odd.belongsToMany(models.Odd, {}); };\n  return Odd; };\n",
      'circle-a.js': "const { Model } = require('sequelize');\nconst B = require('./circle-b');\nclass A extends B {}\nA.init({}, { sequelize: null });\nmodule.exports = A;\n",
      'circle-b.js': "const A = require('./circle-a');\nclass B extends A {}\nmodule.exports = B;\n",
      'twice.js': "const { Sequelize, DataTypes } = require('sequelize');\nconst sequelize = new Sequelize();\nsequelize.define('Twin', { one: DataTypes.STRING });\nsequelize.define('Twin', { two: DataTypes.STRING });\n",
      'syntax.js': "const x = require('sequelize'); sequelize.define('Never', { a: ",
    });
    expect(coverage.notes).toEqual([]);
    expect(shapeOf(project.schema, 'Odds').slice(0, 3)).toEqual(['id integer', 'a unknown null', 'b unknown null']);
    expect(tableNames(project.schema)).toEqual(expect.arrayContaining(['Odds', 'Twins']));
    expect(relationshipsOf({ project } as Analysis, 'Odds')).toEqual([]);
  });
});

it('reads the decorators of Sequelize 7', async () => {
  const { project } = await analyseText({
    'models.ts': `
import { CreationOptional, DataTypes, InferAttributes, InferCreationAttributes, Model, NonAttribute, Sequelize } from '@sequelize/core';
import { Attribute, AutoIncrement, BelongsToMany, ColumnName, Default, HasMany, Index, NotNull, PrimaryKey, Table, Unique } from '@sequelize/core/decorators-legacy';
@Table.Abstract export abstract class Row extends Model { @Attribute(DataTypes.BOOLEAN) @NotNull declare archived: boolean; }
@Table({ tableName: 'people', underscored: true, timestamps: false })
export class Person extends Model<InferAttributes<Person>, InferCreationAttributes<Person>> {
  @Attribute(DataTypes.INTEGER) @PrimaryKey @AutoIncrement declare id: CreationOptional<number>;
  @Attribute(DataTypes.STRING(80)) @NotNull @Unique declare email: string;
  @Attribute({ type: DataTypes.STRING, columnName: 'nick' }) @Index declare nickName: string | null;
  @HasMany(() => Post, 'authorId') declare posts?: NonAttribute<Post[]>;
  @BelongsToMany(() => Post, { through: 'likes' }) declare liked?: NonAttribute<Post[]>;
}
export class Post extends Row {
  @Attribute(DataTypes.UUID.V4) @PrimaryKey declare id: CreationOptional<string>;
  @Attribute(DataTypes.TEXT.LONG) @NotNull @Default('') @ColumnName('text') declare body: string;
  @Attribute(DataTypes.INTEGER) declare authorId: number | null;
}
`,
  });
  expect(tableNames(project.schema)).toEqual(['Posts', 'likes', 'people']);
  expect(shapeOf(project.schema, 'people')).toEqual(['id integer', 'email character varying(80)', 'nick character varying(255) null', 'primary (id)', 'unique (email)', 'index (nick)']);
  expect(shapeOf(project.schema, 'Posts')).toEqual(expect.arrayContaining(['archived boolean', 'id uuid', 'text text', 'authorId integer null', 'foreign (authorId) -> people (id)']));
});
