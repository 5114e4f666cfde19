import { beforeAll, describe, expect, it } from 'vitest';
import type { Analysis } from '../../src/analyse.js';
import { analyseText } from '../support/analyse-text.js';

const BASE = `
import { PrimaryGeneratedColumn, CreateDateColumn, UpdateDateColumn, DeleteDateColumn } from 'typeorm';
export abstract class Base {
  @PrimaryGeneratedColumn('uuid') id: string;
  @CreateDateColumn() createdAt: Date;
  @UpdateDateColumn({ type: 'timestamptz' }) updatedAt: Date;
}
export abstract class Deletable extends Base {
  @DeleteDateColumn() deletedAt?: Date;
}
`;

const USER = `
import { Entity, Column, Index, OneToMany, OneToOne, JoinColumn, ManyToMany, JoinTable, VersionColumn, Check, Unique } from 'typeorm';
import { Base } from './base';
import { Post } from './post';
export enum Role { Admin = 'admin', Member = 'member' }
export class Address {
  @Column() street: string;
  @Column({ nullable: true }) zip: string;
}
/** People who log in */
@Entity('users')
@Index(['lastName', 'firstName'])
@Unique('uq_phone', ['phone'])
@Check('ck_age', '"age" >= 18')
export class User extends Base {
  @Column({ unique: true, length: 255 }) email: string;
  @Column({ type: 'enum', enum: Role, default: Role.Member }) role: Role;
  @Column() firstName: string;
  @Column({ name: 'last_name' }) lastName: string;
  @Column({ nullable: true }) phone?: string;
  @Column('int', { nullable: true }) age: number;
  @Column('text', { array: true, default: () => "'{}'" }) labels: string[];
  @Column({ type: 'simple-json', transformer: { to: (x) => x, from: (x) => x } }) settings: object;
  /** @deprecated use role */
  @Column({ default: false }) isAdmin: boolean;
  @VersionColumn() version: number;
  @Column(() => Address) home: Address;
  @Column(() => Address, { prefix: false }) work: Address;
  @OneToMany(() => Post, (post) => post.author) posts: Post[];
  @OneToOne('Profile', 'user', { cascade: true }) @JoinColumn({ name: 'profile_id' }) profile: any;
  @ManyToMany(() => User) @JoinTable() friends: User[];
}
`;

const POST = `
import { Entity, Column, ManyToOne, ManyToMany, JoinColumn, JoinTable, RelationId, EntitySchema, PrimaryColumn, PrimaryGeneratedColumn, OneToOne, TableInheritance, ChildEntity, Index } from 'typeorm';
import { Deletable } from './base';
import { User } from './user';
@Entity()
export class Tag {
  @PrimaryColumn() slug: string;
  @ManyToMany(() => Post, (post) => post.tags) posts: Post[];
}
@Entity()
export class Profile {
  @PrimaryGeneratedColumn() id: number;
  @Column({ type: 'text' }) bio: string;
  @OneToOne(() => User, (user) => user.profile) user: User;
}
@Entity({ name: 'post', schema: 'blog' })
@TableInheritance({ column: { type: 'varchar', name: 'kind' } })
@Index((post: Post) => [post.author, post.title], { unique: true })
export class Post extends Deletable {
  @Column() title: string;
  @ManyToOne(() => User, (user) => user.posts, { onDelete: 'CASCADE', nullable: false }) author: User;
  @RelationId((post: Post) => post.author) authorKey: string;
  @Column({ nullable: true }) reviewerId: string;
  @ManyToOne(() => User, { onDelete: 'SET NULL' }) @JoinColumn({ name: 'reviewerId' }) reviewer: User;
  @ManyToMany(() => Tag, (tag) => tag.posts) @JoinTable({ name: 'post_tags' }) tags: Tag[];
}
@ChildEntity()
export class Review extends Post {
  @Column() stars: number;
}
export const Country = new EntitySchema({
  name: 'Country', tableName: 'countries',
  columns: { code: { type: 'varchar', primary: true, length: 2 }, name: { type: String }, created: { type: 'timestamp', createDate: true } },
  relations: { capital: { type: 'many-to-one', target: 'Tag', joinColumn: { name: 'capital_slug' } } },
  indices: [{ columns: ['name'], unique: true }],
});
`;

let analysis: Analysis;
const table = (name: string) => analysis.project.schema.tables.find((each) => each.name === name)!;
const column = (of: string, name: string) => table(of).columns.find((each) => each.name === name)!;
const names = (columns: readonly { readonly name: string }[]) => columns.map((each) => each.name);

describe('entities', () => {
  beforeAll(async () => { analysis = await analyseText({ 'src/base.ts': BASE, 'src/user.ts': USER, 'src/post.ts': POST }); });

  it('are tables by their physical names, abstract bases are none', () => {
    expect(names(analysis.project.schema.tables).sort()).toEqual(['countries', 'post', 'post_tags', 'profile', 'tag', 'users', 'users_friends_users']);
    expect(table('users')).toMatchObject({ model: 'User', comment: 'People who log in', declaresRelationships: true });
    expect(table('post')).toMatchObject({ schema: 'blog', submodels: ['Review'] });
  });
  it('have columns with names, types, nullability and defaults of the decorators', () => {
    expect(column('users', 'id')).toMatchObject({ type: { name: 'uuid' }, databaseDefault: 'uuid_generate_v4()', nullable: false, inheritedFrom: 'Base' });
    expect(column('users', 'last_name')).toMatchObject({ attribute: 'lastName', type: { name: 'character varying' }, nullable: false });
    expect(column('users', 'email').type.args).toEqual([255]);
    expect(column('users', 'age')).toMatchObject({ type: { name: 'integer' }, nullable: true });
    expect(column('users', 'labels')).toMatchObject({ type: { name: 'text', array: 1 }, databaseDefault: "'{}'" });
    expect(column('users', 'role')).toMatchObject({ type: { enumName: 'Role' }, choices: ['admin', 'member'], databaseDefault: "'member'" });
    expect(column('users', 'settings').type.name).toBe('text');
    expect(column('users', 'isAdmin').comment).toContain('@deprecated use role');
    expect(column('users', 'createdAt')).toMatchObject({ role: 'created-at', databaseDefault: 'now()', type: { name: 'timestamp without time zone' } });
    expect(column('users', 'updatedAt')).toMatchObject({ role: 'updated-at', onUpdate: 'orm', type: { name: 'timestamp with time zone' } });
    expect(column('users', 'version').role).toBe('version');
    expect(column('post', 'deletedAt')).toMatchObject({ role: 'soft-delete', nullable: true });
  });
  it('take the columns of embedded classes with their prefix', () => {
    expect(column('users', 'homeStreet').attribute).toBe('home.street');
    expect(column('users', 'street').attribute).toBe('work.street');
    expect(column('users', 'homeZip').nullable).toBe(true);
  });
  it('have keys, indexes and checks', () => {
    expect(table('users').uniques.map((key) => [key.name, names(key.columns)])).toEqual(expect.arrayContaining([[null, ['email']], ['uq_phone', ['phone']], [null, ['profile_id']]]));
    expect(table('users').indexes.map((index) => index.parts.map((part) => part.column!.name))).toEqual([['last_name', 'firstName']]);
    expect(table('users').checks).toMatchObject([{ name: 'ck_age', columns: [{ name: 'age' }] }]);
    expect(table('post').indexes.map((index) => [index.unique, index.parts.map((part) => part.column!.name)])).toEqual([[true, ['authorId', 'title']], [false, ['kind']]]);
  });
  it('have the keys of their relations, with the type of what they point at', () => {
    expect(table('post').foreignKeys.map((key) => [names(key.columns), key.target.name, key.onDelete])).toEqual([[['authorId'], 'users', 'cascade'], [['reviewerId'], 'users', 'set null']]);
    expect(column('post', 'authorId')).toMatchObject({ attribute: 'authorKey', nullable: false, type: { name: 'uuid' } });
    expect(column('post', 'reviewerId')).toMatchObject({ attribute: 'reviewerId', nullable: true, type: { name: 'uuid' } });
    expect(table('users').foreignKeys.map((key) => [names(key.columns), key.target.name])).toEqual([[['profile_id'], 'profile']]);
    expect(table('users').relationships.find((each) => each.name === 'posts')).toMatchObject({ many: true, foreignKey: { columns: [{ name: 'authorId' }] } });
    expect(table('profile').relationships[0]).toMatchObject({ name: 'user', many: false, foreignKey: { columns: [{ name: 'profile_id' }] } });
  });
  it('have join tables with a key and an index on each side', () => {
    expect(names(table('post_tags').columns)).toEqual(['postId', 'tagSlug']);
    expect(names(table('post_tags').primaryKey!.columns)).toEqual(['postId', 'tagSlug']);
    expect(table('post_tags').foreignKeys.map((key) => [key.target.name, key.onDelete])).toEqual([['post', 'cascade'], ['tag', null]]);
    expect(names(table('users_friends_users').columns)).toEqual(['usersId', 'usersId_2']);
    expect(table('post').relationships.find((each) => each.name === 'tags')!.through!.name).toBe('post_tags');
  });
  it('share one table in single-table inheritance', () => {
    expect(column('post', 'kind').role).toBe('discriminator');
    expect(column('post', 'stars')).toMatchObject({ submodel: 'Review', nullable: true });
  });
  it('can be declared as data', () => {
    expect(column('countries', 'code').type).toMatchObject({ name: 'character varying' });
    expect(column('countries', 'created').role).toBe('created-at');
    expect(table('countries').foreignKeys.map((key) => [names(key.columns), key.target.name])).toEqual([[['capital_slug'], 'tag']]);
    expect(table('countries').indexes[0]).toMatchObject({ unique: true });
  });
});

describe('naming strategies and composed decorators', () => {
  it('spell names with underscores where the repository says so', async () => {
    analysis = await analyseText({
      'src/source.ts': "import { DataSource } from 'typeorm';\nimport { SnakeNamingStrategy } from 'typeorm-naming-strategies';\nexport const source = new DataSource({ type: 'postgres', namingStrategy: new SnakeNamingStrategy() });\n",
      'src/a.ts': "import { Entity, Column, PrimaryGeneratedColumn, ManyToOne } from 'typeorm';\n@Entity() export class OrderLine { @PrimaryGeneratedColumn() id: number; @Column() unitPrice: number; @ManyToOne(() => OrderLine) parentLine: OrderLine; }\n",
    });
    expect(names(table('order_line').columns)).toEqual(['id', 'unit_price', 'parent_line_id']);
  });
  it('leaves a type open that a decorator chooses by what is not known', async () => {
    const { project } = await analyseText({
      'src/a.ts': `
import { Column, ColumnOptions, ColumnType, Entity, PrimaryGeneratedColumn } from 'typeorm';
const ofPostgres: Record<string, ColumnType> = { datetime: 'timestamp with time zone' };
const typeFor = (type: ColumnType): ColumnType => (process.env.DB === 'postgres' && String(type) in ofPostgres ? ofPostgres[String(type)]! : type);
export function Aware(options: ColumnOptions) { if (options.type) options.type = typeFor(options.type); return Column(options); }
@Entity('things') export class Thing { @PrimaryGeneratedColumn() id: number; @Aware({ type: 'datetime', nullable: true }) soldAt: Date | null; @Column({ type: undefined }) madeAt: Date; @Column({ type: 'datetime' }) seenAt: Date; }
`,
    });
    expect(project.schema.tables[0]!.columns.slice(1).map((each) => [each.name, each.type.name, each.nullable])).toEqual([['soldAt', 'unknown', true], ['madeAt', 'timestamp without time zone', false], ['seenAt', 'timestamp without time zone', false]]);
  });
  it('takes what a function returns for the decorator, whatever type it says that is', async () => {
    const { project } = await analyseText({
      'src/a.ts': `
import { Column, ColumnOptions, Entity, PrimaryGeneratedColumn } from 'typeorm';
import { Decorator } from './types-of-a-library-that-is-not-here';
export function Money(options: ColumnOptions = {}): PropertyDecorator { return Column({ type: 'numeric', precision: 12, scale: 2, ...options }); }
export const Flag = (): Decorator => Column({ type: 'boolean' });
@Entity('things') export class Thing { @PrimaryGeneratedColumn() id: number; @Money({ nullable: true }) price: number; @Flag() sold: boolean; }
`,
    });
    expect(project.schema.tables[0]!.columns.map((each) => [each.name, each.type.name, each.nullable])).toEqual([['id', 'integer', false], ['price', 'numeric', true], ['sold', 'boolean', false]]);
  });
  it('reads the name that a decorator of the repository takes for itself or for options', async () => {
    const { project } = await analyseText({
      'src/decorators.ts': `
import { Entity, EntityOptions } from 'typeorm';
import { isPlainObject } from '@acme/utils';
export function AnyEntity(nameOrOptions?: string | EntityOptions, more?: EntityOptions): ClassDecorator {
  const options: any = isPlainObject(nameOrOptions) ? (nameOrOptions as EntityOptions) : nameOrOptions || {};
  return (target: any) => { Entity(options, more)(target); };
}
`,
      'src/a.ts': `
import { PrimaryGeneratedColumn } from 'typeorm';
import { AnyEntity } from './decorators';
@AnyEntity('plugins') export class Plugin { @PrimaryGeneratedColumn() id: number; }
@AnyEntity() export class Crate { @PrimaryGeneratedColumn() id: number; }
`,
    });
    expect(project.schema.tables.map((each) => each.name).sort()).toEqual(['crate', 'plugins']);
  });
  it('takes the decorators apart that the repository makes of the library\'s', async () => {
    const { project } = await analyseText({
      'src/decorators.ts': `
import { Column as TypeOrmColumn, Entity as TypeOrmEntity, Index as TypeOrmIndex } from 'typeorm';
import { applyDecorators } from '@nestjs/common';
const active = () => process.env.ORM;
export function Table(name: string) { return (target: any) => { if (active() === 'typeorm') TypeOrmEntity(name)(target); }; }
export function Field(options?: any) { if (!options) options = {}; return (target: any, key: string) => { const orm = active(); if (orm === 'typeorm') { TypeOrmColumn({ type: 'text', ...options })(target, key); } }; }
export function Marked(nameOrOptions?: any, maybe?: any) { const name = typeof nameOrOptions === 'string' ? nameOrOptions : undefined; const fields = typeof nameOrOptions === 'string' ? maybe : nameOrOptions; return (target: any, key: string) => { if (name && fields) TypeOrmIndex(name, fields)(target, key); else if (name) TypeOrmIndex(name)(target, key); else if (fields) TypeOrmIndex(fields)(target, key); else TypeOrmIndex()(target, key); }; }
function index(target: any, key: string, name?: string, fields?: string[]) { if (name && fields) TypeOrmIndex(name, fields)(target, key); else if (name) TypeOrmIndex(name)(target, key); else TypeOrmIndex()(target, key); }
export function Indexed(name?: string) { return (target: any, key: string) => { index(target, key, name, undefined); }; }
export const Money = () => applyDecorators(TypeOrmColumn('numeric', { precision: 12, scale: 2 }), TypeOrmIndex());
`,
      'src/a.ts': `
import { Index as TypeOrmIndex, PrimaryGeneratedColumn } from 'typeorm';
import { Field, Indexed, Marked, Money, Table } from './decorators';
abstract class Owned { @Field() @Indexed() owner: string; }
@Table('others') export class Other extends Owned { @PrimaryGeneratedColumn() id: number; }
@Table('things') @TypeOrmIndex(['owner', 'missing']) export class Thing extends Owned { @PrimaryGeneratedColumn() id: number; @Field({ nullable: true }) @Indexed() note: string; @Indexed() @Field() code: string; @Money() price: number; @Marked({ unique: true }) @Field() slug: string; }
`,
    });
    const [others, things] = project.schema.tables as [typeof project.schema.tables[0], typeof project.schema.tables[0]];
    // A base class is read for every entity that extends it; an index over a column that is not found is none.
    expect(others.columns.map((each) => each.name)).toEqual(['owner', 'id']);
    expect(things.columns.map((each) => [each.name, each.type.name, each.nullable])).toEqual([['owner', 'text', false], ['id', 'integer', false], ['note', 'text', true], ['code', 'text', false], ['price', 'numeric', false], ['slug', 'text', false]]);
    expect(things.indexes.map((each) => [each.parts[0]!.column!.name, each.unique])).toEqual([['owner', false], ['note', false], ['code', false], ['price', false], ['slug', true]]);
  });
});

describe('what cannot be read', () => {
  it('leaves unknown decorators alone and keeps two entities of one table together', async () => {
    const { project } = await analyseText({
      'src/a.ts': "import { Entity, Column, PrimaryGeneratedColumn } from 'typeorm';\nimport { Odd } from 'odd';\n@Odd() @Entity('t') export class A { @PrimaryGeneratedColumn() id: number; @Odd() @Column() a: string; @Odd() b: string }\n",
      'src/b.ts': "import { Entity, Column, PrimaryGeneratedColumn, ManyToOne } from 'typeorm';\n@Entity('t') export class B { @PrimaryGeneratedColumn() id: number; @Column() c: string; @ManyToOne(() => Missing) m: any }\n",
      'src/c.js': '// @flow\nimport type { A } from "./a";\nexport const f = (x: ?A): void => { (x: any); };\n',
      'tsconfig.json': '{ "extends": "./missing.json", "compilerOptions": { "paths": { "@/*": [ }',
    });
    expect(names(project.schema.tables)).toEqual(['t']);
    expect(names(project.schema.tables[0]!.columns)).toEqual(expect.arrayContaining(['id', 'a', 'c']));
  });
});

it('puts the prefix of the data source before every table', async () => {
  const { project } = await analyseText({
    'entities.ts': `
import { Column, Entity, JoinTable, ManyToMany, ManyToOne, PrimaryGeneratedColumn } from 'typeorm';
@Entity() export class Person { @PrimaryGeneratedColumn() id: number; @ManyToMany(() => Tag) @JoinTable() tags: Tag[]; }
@Entity('tags') export class Tag { @PrimaryGeneratedColumn() id: number; @Column() label: string; @ManyToOne(() => Person) owner: Person; }
`,
    'data-source.ts': "import { DataSource } from 'typeorm';\nimport { Person, Tag } from './entities';\nexport default new DataSource({ type: 'postgres', entityPrefix: process.env.PREFIX ?? 'crm_', entities: [Person, Tag] });\n",
  });
  expect(project.schema.tables.map((table) => [table.name, table.foreignKeys.map((key) => key.target.name).join()])).toEqual([['crm_person', ''], ['crm_person_tags_tags', 'crm_person,crm_tags'], ['crm_tags', 'crm_person']]);
  expect(project.schema.tables[0]!.relationships[0]!.through?.name).toBe('crm_person_tags_tags');
});

it('reads foreign keys that are declared without a relation', async () => {
  const { project } = await analyseText({
    'entities.ts': `
import { Column, Entity, ForeignKey, JoinColumn, ManyToOne, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';
@Entity('cities') export class City { @PrimaryColumn() id: number; @PrimaryColumn({ name: 'country_code' }) countryCode: string; @Column({ unique: true }) slug: string; }
@Entity('orders')
@ForeignKey(() => City, ['cityId', 'cityCountry'], ['id', 'countryCode'], { name: 'fk_city', onDelete: 'RESTRICT' })
@ForeignKey(() => City, ['nowhere'], ['id'])
export class Order {
  @PrimaryGeneratedColumn() id: number;
  @Column({ name: 'city_id' }) cityId: number;
  @Column() cityCountry: string;
  @Column() @ForeignKey<City>('City', (city) => city.slug) fromSlug: string;
  @Column() @ForeignKey(() => City, 'slug') toSlug: string;
  @ManyToOne(() => City, { onDelete: 'CASCADE' }) @JoinColumn({ name: 'toSlug', referencedColumnName: 'slug' }) to: City;
}
`,
  });
  const orders = project.schema.tables.find((each) => each.name === 'orders')!;
  expect(orders.foreignKeys.map((key) => `${key.name} ${names(key.columns)} -> ${key.target.name} ${names(key.targetColumns)} ${key.onDelete}`).sort()).toEqual([
    'fk_city city_id,cityCountry -> cities id,country_code restrict',
    'null fromSlug -> cities slug null',
    'null toSlug -> cities slug cascade',
  ]);
});
