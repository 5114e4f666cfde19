import { beforeAll, describe, expect, it } from 'vitest';
import type { Analysis } from '../../src/analyse.js';
import { analyseText } from '../support/analyse-text.js';

const BASE = `
import { PrimaryKey, Property, Entity } from '@mikro-orm/core';
@Entity({ abstract: true })
export abstract class Base {
  @PrimaryKey({ type: 'uuid', defaultRaw: 'gen_random_uuid()' }) id!: string;
  @Property() createdAt = new Date();
  @Property({ type: 'timestamptz', onUpdate: () => new Date(), nullable: true }) updatedAt?: Date;
}
`;

const AUTHOR = `
import { Check, Collection, Embeddable, Embedded, Entity, Enum, Formula, Index, ManyToMany, ManyToOne, OneToMany, OneToOne, Opt, PrimaryKey, Property, Ref, Unique, t, types, TextType } from '@mikro-orm/core';
import { Base } from './base';
import { Book, Tag } from './book';
export enum Role { Admin = 'admin', Member = 'member' }
enum Level { Low = 1, High = 2 }
@Embeddable()
export class Address {
  @Property() streetName!: string;
  @Property({ nullable: true }) zip?: string;
}
/** People who write */
@Entity({ tableName: 'authors' })
@Index({ properties: ['lastName', 'firstName'] })
@Unique({ name: 'uq_phone', properties: ['phone', 'favouriteBook'] })
@Check({ name: 'ck_age', expression: 'age >= 18' })
@Index({ properties: ['lastName', 'missing'] })
export class Author extends Base {
  @Property({ unique: true, length: 120 }) email!: string;
  @Enum(() => Role) role: Role = Role.Member;
  @Enum({ items: () => Role, nativeEnumName: 'author_role' }) second!: Role;
  @Enum(() => Level) level!: Level;
  @Property() firstName!: string;
  @Property({ fieldName: 'surname' }) lastName!: string;
  @Property({ nullable: true }) phone?: string;
  @Property({ type: 'smallint', nullable: true }) age?: number;
  @Property({ type: t.text }) bio!: string;
  @Property({ type: new TextType() }) notes!: string;
  @Property({ columnType: 'numeric(10,2)', default: 0 }) balance!: string;
  @Property() tags: string[] = [];
  @Property({ type: types.json }) settings!: object;
  @Property({ default: false, index: true }) isAdmin: Opt<boolean> = false;
  @Property({ version: true }) revision!: number;
  @Property({ persist: false }) token?: string;
  @Property({ persist: false }) get fullName() { return this.firstName; }
  @Formula('(select count(*) from book)') bookCount?: number;
  @Embedded(() => Address) home!: Address;
  @Embedded(() => Address, { prefix: 'work_addr_', nullable: true }) work?: Address;
  @Embedded(() => Address, { prefix: false }) plain!: Address;
  @Embedded(() => Address, { object: true }) stored!: Address;
  @Embedded(() => Address, { array: true }) others: Address[] = [];
  @OneToMany(() => Book, (book) => book.author, { orphanRemoval: true }) books = new Collection<Book>(this);
  @ManyToOne(() => Book, { nullable: true }) favouriteBook?: Ref<Book>;
  @OneToOne(() => Author, { nullable: true }) mentor?: Author;
  @OneToOne(() => Author, (author) => author.mentor) pupil?: Author;
  @ManyToMany(() => Author) friends = new Collection<Author>(this);
}
`;

const BOOK = `
import { Cascade, Collection, Entity, ManyToMany, ManyToOne, OneToMany, OneToOne, PrimaryKey, Property, Rel } from '@mikro-orm/postgresql';
import { Author } from './author';
import { Base } from './base';
@Entity()
export class Tag {
  @PrimaryKey() code!: string;
  @ManyToMany({ entity: () => Book, mappedBy: 'bookTags' }) books = new Collection<Book>(this);
}
@Entity({ schema: 'shop', discriminatorColumn: 'kind', discriminatorMap: { book: 'Book', audio: 'AudioBook' } })
export class Book extends Base {
  @Property() title!: string;
  @ManyToOne({ entity: () => Author, inversedBy: 'books', index: true }) author!: Rel<Author>;
  @ManyToOne(() => Author, { nullable: true, fieldName: 'editor' }) editor?: Author;
  @ManyToOne(() => Author, { deleteRule: 'cascade', mapToPk: true }) publisherId!: string;
  @ManyToOne(() => Author, { persist: false, joinColumn: 'publisher_id_id' }) publisher!: Author;
  @ManyToOne(() => Tag, { cascade: [Cascade.REMOVE] }) mainTag!: Tag;
  @ManyToMany(() => Tag, 'books', { owner: true }) bookTags = new Collection<Tag>(this);
  @ManyToMany({ entity: () => Tag, pivotTable: 'shop.book_marks', fixedOrder: true }) marks = new Collection<Tag>(this);
  @ManyToMany({ entity: () => Tag, pivotEntity: () => Rating }) ratings = new Collection<Tag>(this);
}
@Entity({ discriminatorValue: 'audio' })
export class AudioBook extends Book { @Property({ nullable: true }) minutes?: number; }
@Entity({ tableName: 'ratings' })
export class Rating {
  @ManyToOne({ entity: () => Book, primary: true }) book!: Book;
  @ManyToOne({ entity: () => Tag, primary: true }) tag!: Tag;
  @Property() stars!: number;
}
`;

let analysis: Analysis;
const table = (name: string) => analysis.project.schema.tables.find((each) => each.name === name)!;
const column = (of: string, name: string) => table(of).columns.find((each) => each.name === name)!;
const names = (of: readonly { readonly name: string }[]) => of.map((each) => each.name);

describe('entities', () => {
  beforeAll(async () => { analysis = await analyseText({ 'src/base.ts': BASE, 'src/author.ts': AUTHOR, 'src/book.ts': BOOK }); });

  it('are tables named with underscores, abstract bases and embeddables are none', () => {
    expect(names(analysis.project.schema.tables).sort()).toEqual(['authors', 'authors_friends', 'book', 'book_book_tags', 'book_marks', 'ratings', 'tag']);
    expect(table('authors')).toMatchObject({ model: 'Author', comment: 'People who write', declaresRelationships: true });
    expect(table('book')).toMatchObject({ schema: 'shop', submodels: ['AudioBook'] });
  });
  it('have columns with names, types, nullability and defaults of the decorators', () => {
    expect(column('authors', 'id')).toMatchObject({ type: { name: 'uuid' }, databaseDefault: 'gen_random_uuid()', nullable: false, inheritedFrom: 'Base' });
    expect(column('authors', 'created_at')).toMatchObject({ attribute: 'createdAt', hasClientDefault: true, nullable: false });
    expect(column('authors', 'updated_at')).toMatchObject({ type: { name: 'timestamp with time zone' }, onUpdate: 'orm', nullable: true });
    expect(column('authors', 'email').type).toMatchObject({ name: 'character varying', args: [120] });
    expect(column('authors', 'first_name').type).toMatchObject({ name: 'character varying', args: [255] });
    expect(column('authors', 'surname').attribute).toBe('lastName');
    expect(column('authors', 'role')).toMatchObject({ type: { name: 'text' }, choices: ['admin', 'member'], hasClientDefault: true });
    expect(column('authors', 'second').type).toMatchObject({ enumName: 'author_role' });
    expect(column('authors', 'level').type.name).toBe('smallint');
    expect(column('authors', 'age')).toMatchObject({ type: { name: 'smallint' }, nullable: true });
    expect([column('authors', 'bio').type.name, column('authors', 'notes').type.name]).toEqual(['text', 'text']);
    expect(column('authors', 'balance')).toMatchObject({ type: { name: 'numeric', args: [10, 2] }, databaseDefault: '0' });
    expect(column('authors', 'tags').type).toMatchObject({ name: 'text', array: 1 });
    expect([column('authors', 'settings').type.name, column('authors', 'stored').type.name, column('authors', 'others').type.name]).toEqual(['jsonb', 'jsonb', 'jsonb']);
    expect(column('authors', 'is_admin')).toMatchObject({ type: { name: 'boolean' }, databaseDefault: 'false' });
    expect(column('authors', 'revision').role).toBe('version');
    expect(names(table('authors').columns)).not.toEqual(expect.arrayContaining(['token', 'full_name', 'book_count']));
  });
  it('take the columns of embeddables with their prefix', () => {
    expect(column('authors', 'home_street_name').attribute).toBe('home.streetName');
    expect(column('authors', 'work_addr_street_name')).toMatchObject({ attribute: 'work.streetName', nullable: true });
    expect(column('authors', 'street_name').attribute).toBe('plain.streetName');
  });
  it('have keys, indexes and checks', () => {
    expect(table('authors').uniques.map((key) => [key.name, names(key.columns)])).toEqual(expect.arrayContaining([[null, ['email']], ['uq_phone', ['phone', 'favourite_book_id']], [null, ['mentor_id']]]));
    expect(table('authors').indexes.map((index) => index.parts.map((part) => part.column!.name))).toEqual([['is_admin'], ['surname', 'first_name']]);
    expect(table('authors').checks.map((check) => [check.name, check.expression, names(check.columns)])).toEqual([[null, `"role" in ('admin', 'member')`, ['role']], ['ck_age', 'age >= 18', ['age']]]);
    expect(table('book').indexes.map((index) => index.parts.map((part) => part.column!.name))).toEqual([['kind'], ['author_id']]);
  });
  it('have the keys of their relations, with the rules for what is deleted', () => {
    expect(table('book').foreignKeys.map((key) => [names(key.columns), key.target.name, key.onDelete])).toEqual([[['author_id'], 'authors', null], [['editor'], 'authors', 'set null'], [['publisher_id_id'], 'authors', 'cascade'], [['main_tag_code'], 'tag', 'cascade']]);
    expect(column('book', 'author_id')).toMatchObject({ nullable: false, type: { name: 'uuid' } });
    expect(column('book', 'publisher_id_id').attribute).toBe('publisherId');
    expect(column('book', 'main_tag_code').nullable).toBe(true);
    expect(table('book').relationships.map((each) => each.name).sort()).toEqual(['author', 'bookTags', 'editor', 'mainTag', 'marks', 'publisher', 'ratings']);
    expect(table('authors').relationships.find((each) => each.name === 'books')).toMatchObject({ many: true, foreignKey: { columns: [{ name: 'author_id' }] } });
    expect(table('authors').relationships.find((each) => each.name === 'pupil')).toMatchObject({ many: false, foreignKey: { columns: [{ name: 'mentor_id' }] } });
  });
  it('have pivot tables whose rows go with either side', () => {
    expect(names(table('book_book_tags').columns)).toEqual(['book_id', 'tag_code']);
    expect(names(table('book_book_tags').primaryKey!.columns)).toEqual(['book_id', 'tag_code']);
    expect(table('book_book_tags').foreignKeys.map((key) => [key.target.name, key.onDelete])).toEqual([['book', 'cascade'], ['tag', 'cascade']]);
    expect(table('book_book_tags').indexes).toEqual([]);
    expect(names(table('book_marks').primaryKey!.columns)).toEqual(['id']);
    expect(names(table('authors_friends').columns)).toEqual(['author_1_id', 'author_2_id']);
    expect(table('book').relationships.find((each) => each.name === 'bookTags')!.through!.name).toBe('book_book_tags');
    expect(table('book').relationships.find((each) => each.name === 'ratings')!.through!.name).toBe('ratings');
    expect(names(table('ratings').primaryKey!.columns)).toEqual(['book_id', 'tag_code']);
  });
  it('share one table in single-table inheritance', () => {
    expect(column('book', 'kind').role).toBe('discriminator');
    expect(column('book', 'minutes')).toMatchObject({ submodel: 'AudioBook', nullable: true });
  });
});

describe('entities as data', () => {
  it('are read from EntitySchema', async () => {
    analysis = await analyseText({
      'src/schemas.ts': `
import { EntitySchema } from '@mikro-orm/core';
export interface Book { id: number; title: string; author: Author; status: string }
export class Author { id!: number; name!: string; }
export const base = new EntitySchema({ name: 'Base', abstract: true, properties: { id: { type: 'number', primary: true }, createdAt: { type: 'Date', fieldName: 'made_at', onCreate: () => new Date() } } });
export const AuthorSchema = new EntitySchema({ class: Author, tableName: 'writers', properties: { id: { type: 'number', primary: true }, name: { type: 'string', nullable: true } } });
export const BookSchema = new EntitySchema<Book>({
  name: 'Book', extends: base, indexes: [{ properties: ['title'] }], uniques: [{ properties: ['author', 'title'], name: 'uq' }],
  properties: { title: { type: 'text' }, author: { kind: 'm:1', entity: () => Author, nullable: true }, status: { enum: true, items: ['draft', 'done'] } },
});`,
    });
    expect(names(analysis.project.schema.tables).sort()).toEqual(['book', 'writers']);
    expect(table('book').columns.map((each) => [each.name, each.type.name, each.nullable])).toEqual([['id', 'integer', false], ['made_at', 'timestamp with time zone', false], ['title', 'text', false], ['status', 'text', false], ['author_id', 'integer', true]]);
    expect(table('book').foreignKeys.map((key) => [key.target.name, key.onDelete])).toEqual([['writers', 'set null']]);
    expect(table('book').uniques.map((key) => names(key.columns))).toEqual([['author_id', 'title']]);
    expect(table('book').indexes.map((index) => index.parts.map((part) => part.column!.name))).toEqual([['title']]);
  });
  it('inherit from a schema or a class, given or named, or from what their class extends', async () => {
    analysis = await analyseText({
      'src/base.ts': `
import { EntitySchema, PrimaryKey, Property } from '@mikro-orm/core';
export interface Stamped { id: number; createdAt: Date }
export const StampedSchema = new EntitySchema<Stamped>({ name: 'Stamped', abstract: true, properties: { id: { type: 'number', primary: true }, createdAt: { type: 'Date' } } });
export abstract class Named { name!: string }
export const NamedSchema = new EntitySchema({ class: Named, abstract: true, extends: 'Stamped', properties: { name: { type: 'string' } } });
export abstract class Counted { @PrimaryKey() id!: number; @Property() count!: number }`,
      'src/schemas.ts': `
import { EntitySchema } from '@mikro-orm/core';
import { Counted, Named, Stamped } from './base';
interface Pier extends Stamped { code: string }
export const PierSchema = new EntitySchema<Pier, Stamped>({ name: 'Pier', extends: 'Stamped', properties: { code: { type: 'text' } } });
class Boat extends Named {}
export const BoatSchema = new EntitySchema({ class: Boat, properties: { pier: { kind: 'm:1', entity: () => PierSchema } } });
class Buoy extends Counted {}
export const BuoySchema = new EntitySchema({ class: Buoy, properties: {} });
export const RingSchema = new EntitySchema({ name: 'Ring', extends: Named, properties: {} });
export const RoundSchema = new EntitySchema({ name: 'Round', extends: 'Round', properties: { id: { type: 'number', primary: true } } });`,
    });
    const columns = Object.fromEntries(analysis.project.schema.tables.map((each) => [each.name, names(each.columns).join()]));
    expect(columns).toEqual({ pier: 'id,created_at,code', boat: 'id,created_at,name,pier_id', buoy: 'id,count', ring: 'id,created_at,name', round: 'id' });
    expect(column('boat', 'pier_id').type.name).toBe('integer');
  });
  it('are read from defineEntity', async () => {
    analysis = await analyseText({
      'src/schemas.ts': `
import { defineEntity, p } from '@mikro-orm/core';
const base = { id: p.integer().primary(), createdAt: p.datetime().onCreate(() => new Date()) };
export const Author = defineEntity({ name: 'Author', properties: (p) => ({ ...base, name: p.string().length(80), email: p.text().unique(), books: () => p.oneToMany(Book).mappedBy('author') }) });
export const Book = defineEntity({ name: 'Book', tableName: 'books', properties: { ...base, title: p.string().nullable(), status: p.enum(['draft', 'done']).default('draft'), author: () => p.manyToOne(Author).ref().deleteRule('cascade') } });
`,
    });
    expect(names(analysis.project.schema.tables).sort()).toEqual(['author', 'books']);
    expect(table('author').columns.map((each) => [each.name, each.type.name, each.nullable])).toEqual([['id', 'integer', false], ['created_at', 'timestamp with time zone', false], ['name', 'character varying', false], ['email', 'text', false]]);
    expect(column('author', 'name').type.args).toEqual([80]);
    expect(table('books').columns.map((each) => [each.name, each.nullable])).toEqual([['id', false], ['created_at', false], ['title', true], ['status', false], ['author_id', false]]);
    expect(column('books', 'status')).toMatchObject({ choices: ['draft', 'done'], databaseDefault: "'draft'" });
    expect(table('books').foreignKeys.map((key) => [key.target.name, key.onDelete])).toEqual([['author', 'cascade']]);
    expect(table('author').relationships).toMatchObject([{ name: 'books', many: true, foreignKey: { columns: [{ name: 'author_id' }] } }]);
  });
});

describe('indexes as statements', () => {
  it('may hold expressions, classes of operators and columns beside the key', async () => {
    analysis = await analyseText({ 'src/a.ts': `
import { Entity, Index, PrimaryKey, Property, Unique } from '@mikro-orm/core';
@Entity()
@Unique({ expression: 'create unique index "uq" on "crate" (lower("label"), coalesce(zone, \\'a, b\\')) include (weight) nulls not distinct where (weight > 0)' })
@Index({ expression: 'create index "ix" on "public"."crate" using gin ("label" gin_trgm_ops, zone desc nulls last)' })
@Index({ expression: (table, columns) => \`create index "odd" on "\${table.name}" ("\${columns.label}") with (fillfactor = 70)\` })
export class Crate { @PrimaryKey() id!: number; @Property() label!: string; @Property() zone!: string; @Property() weight!: number }` });
    expect(table('crate').indexes.map((index) => [index.name, index.unique, index.method, index.parts.map((part) => part.column?.name ?? part.expression), index.predicate])).toEqual([
      ['uq', true, 'btree', ['lower("label")', "coalesce(zone, 'a, b')"], '(weight > 0)'], ['ix', false, 'gin', ['label', 'zone'], null],
    ]);
    expect(table('crate').hasUnreadIndexes).toBe(true);
  });
  it('are made by a function of the columns, and so are checks', async () => {
    analysis = await analyseText({
      'src/a.ts': `
import { Check, Entity, Index, Opt, PrimaryKey, Property, ManyToOne, Unique, defineEntity, p, quote, raw } from '@mikro-orm/core';
@Entity()
@Index({ name: 'ix_made', expression: (table, columns, name) => quote\`create index \${name} on \${table} (\${columns.madeAt}, \${columns.owner} desc)\` })
@Unique({ expression: (columns, table, indexName) => \`create unique index "\${indexName}" on "\${table.schema}"."\${table.name}" ("\${columns.shortCode}") where "\${columns.madeAt}" is null\` })
@Check({ expression: (columns) => \`\${columns.minCount} > 0\` })
export class Crate {
  @PrimaryKey() id!: number;
  @Property() shortCode!: string;
  @Property() madeAt!: Date;
  @Property() minCount: number & Opt = 1;
  @ManyToOne() owner!: Crate;
}
export const Lid = defineEntity({ name: 'Lid', properties: { id: p.integer().primary(), outerWidth: p.integer() }, indexes: [{ expression: (columns, table, name) => \`create index "\${name}" on "\${table.name}" ("\${columns.outerWidth}")\` }] });
@Entity() @Index({ expression: (table, columns, name) => raw('create index ?? on ?? (??)', [name, table, columns.label]) }) export class Seal { @PrimaryKey() id!: number; @Property() label!: string }`,
    });
    expect(table('crate').indexes.map((index) => [index.unique, names(index.parts.map((part) => part.column!)), index.predicate])).toEqual([[false, ['made_at', 'owner_id'], null], [true, ['short_code'], '"made_at" is null']]);
    expect(table('crate').checks).toMatchObject([{ expression: 'min_count > 0', columns: [{ name: 'min_count', type: { name: 'integer' } }] }]);
    expect(table('lid').indexes.map((index) => names(index.parts.map((part) => part.column!)))).toEqual([['outer_width']]);
    expect([table('seal').indexes.length, table('seal').hasUnreadIndexes]).toEqual([0, true]);
  });
  it('are read where they are plain, and known to be there where they are not', async () => {
    analysis = await analyseText({
      'src/a.ts': `
import { Entity, Index, ManyToOne, PrimaryKey, Property } from '@mikro-orm/core';
import { helper } from 'helpers';
const kindIndex = helper('kind');
const index = (columns: string) => ({ make: () => Index({ name: 'ix', expression: \`create index on "a" (\${[columns].join()})\` }) });
@Entity() @Index({ name: 'uq', expression: 'CREATE UNIQUE INDEX IF NOT EXISTS "uq" ON "a" USING btree ("name", code DESC) WHERE code IS NOT NULL' })
export class A {
  @PrimaryKey() id!: number;
  @Property() name!: string;
  @Property() code!: string;
  @ManyToOne({ entity: () => B, fieldName: 'b_id', mapToPk: true }) b_id!: number;
  @ManyToOne({ entity: () => B, fieldName: 'b_id', deleteRule: 'cascade' }) b!: B;
}
@Entity() export class B { @PrimaryKey() id!: number; @index('name').make() @Property() name!: string; @Property() kind!: string }
@Entity() export class C { @PrimaryKey() id!: number; @kindIndex.decorator() @Property() kind!: string }
@Entity() @kindIndex() export class D { @PrimaryKey() id!: number }
@Entity({ tableName: 'd' }) export class AlsoD { @PrimaryKey() id!: number; @Index({ name: 'ix_d' }) @Property() kind!: string }
@Entity({ tableName: 'd' }) export class StillD { @PrimaryKey() id!: number; @Index({ name: 'ix_d' }) @Property() kind!: string }`,
      'src/migrations/Migration1.ts': "import { Migration } from '@mikro-orm/migrations';\nexport class Migration1 extends Migration { async up() { this.addSql('create table \"b\" (\"id\" serial primary key, \"name\" varchar(255) not null, \"kind\" varchar(255) not null)'); this.addSql('create index on \"b\" (\"name\")'); } }",
    });
    expect(table('a').indexes).toMatchObject([{ name: 'uq', unique: true, predicate: 'code IS NOT NULL', parts: [{ column: { name: 'name' } }, { column: { name: 'code' }, desc: true }] }]);
    // One key that is declared as a value and as a relation is one key.
    expect(table('a').foreignKeys.map((key) => [names(key.columns), key.target.name, key.onDelete])).toEqual([[['b_id'], 'b', 'cascade']]);
    expect(analysis.project.schema.tables.find((each) => each.name === 'b')!.hasUnreadIndexes).toBe(true);
    expect(table('b').indexes).toHaveLength(1);
    expect(table('d').indexes).toHaveLength(1);
    expect(['a', 'c', 'd'].map((name) => analysis.project.schema.tables.find((each) => each.name === name)!.hasUnreadIndexes)).toEqual([undefined, true, true]);
  });
});

describe('embeddables', () => {
  const columns = (name: string) => table(name).columns.map((each) => [each.name, each.type.name, each.nullable]);
  const HARBOUR = (embeddable: string) => `import { EntitySchema, defineEntity, p } from '@mikro-orm/core';
${embeddable}`;
  it('described by schemas are no tables; their columns are the owner\'s', async () => {
    analysis = await analyseText({ 'src/a.ts': HARBOUR(`export class Berth { pier!: string }
export class Boat { id!: number; berth!: Berth; winter?: Berth; log!: Berth }
export const BerthSchema = new EntitySchema({ class: Berth, embeddable: true, properties: { pier: { type: 'string' } } });
export const BoatSchema = new EntitySchema({ class: Boat, properties: { id: { type: 'number', primary: true }, berth: { kind: 'embedded', entity: () => Berth }, winter: { kind: 'embedded', entity: 'Berth', prefix: 'cold_', nullable: true }, log: { kind: 'embedded', entity: () => Berth, object: true } } });`) });
    expect(names(analysis.project.schema.tables)).toEqual(['boat']);
    expect(columns('boat')).toEqual([['id', 'integer', false], ['berth_pier', 'character varying', false], ['cold_pier', 'character varying', true], ['log', 'jsonb', false]]);
  });
  it('made by defineEntity as well, also inside each other', async () => {
    analysis = await analyseText({ 'src/a.ts': HARBOUR(`export const Pier = defineEntity({ name: 'Pier', embeddable: true, properties: { side: p.string() } });
export const Berth = defineEntity({ name: 'Berth', embeddable: true, properties: { no: p.integer(), pier: () => p.embedded(Pier) } });
export const Boat = defineEntity({ name: 'Boat', properties: { id: p.integer().primary(), berth: () => p.embedded(Berth), log: () => p.embedded(Berth).array() } });`) });
    expect(names(analysis.project.schema.tables)).toEqual(['boat']);
    expect(table('boat').columns.map((each) => [each.name, each.attribute])).toEqual([['id', 'id'], ['berth_no', 'berth.no'], ['berth_pier_side', 'berth.pier.side'], ['log', 'log']]);
  });
  it('of several classes have the columns of all, and one that tells them apart', async () => {
    const animals = (declared: string) => `import { Embeddable, Embedded, Entity, Enum, PrimaryKey, Property } from '@mikro-orm/core';
export enum Kind { CAT, DOG }
@Embeddable({ abstract: true, discriminatorColumn: 'kind' }) export abstract class Animal { ${declared} @Property() nick!: string }
@Embeddable({ discriminatorValue: Kind.CAT }) export class Cat extends Animal { @Property() meows!: boolean }
@Embeddable({ discriminatorValue: Kind.DOG }) export class Dog extends Animal { @Property() barks!: boolean }
@Entity() export class Owner { @PrimaryKey() id!: number; @Embedded(() => [Cat, Dog]) pet!: Cat | Dog }`;
    analysis = await analyseText({ 'src/a.ts': animals('@Enum(() => Kind) kind!: Kind;') });
    expect(columns('owner')).toEqual([['id', 'integer', false], ['pet_kind', 'smallint', false], ['pet_nick', 'character varying', false], ['pet_meows', 'boolean', true], ['pet_barks', 'boolean', true]]);
    expect(column('owner', 'pet_kind')).toMatchObject({ role: 'discriminator', attribute: 'pet.kind' });
    analysis = await analyseText({ 'src/a.ts': animals('') });
    expect(column('owner', 'pet_kind')).toMatchObject({ role: 'discriminator', type: { name: 'character varying' } });
  });
});

describe('single tables', () => {
  it('are there though their root is abstract', async () => {
    analysis = await analyseText({ 'src/a.ts': `import { Entity, PrimaryKey, Property } from '@mikro-orm/core';
@Entity({ abstract: true }) export abstract class Base { @PrimaryKey() id!: number }
@Entity({ discriminatorColumn: 'kind', abstract: true, tableName: 'legs' }) export abstract class Leg extends Base { @Property() kind!: string }
@Entity() export class RoadLeg extends Leg { @Property() plate!: string }` });
    expect(names(analysis.project.schema.tables)).toEqual(['legs']);
    expect(names(table('legs').columns)).toEqual(['id', 'kind', 'plate']);
  });
});

describe('one-to-one relations', () => {
  const keysOf = async (more: string) => {
    analysis = await analyseText({ 'src/a.ts': `import { Entity, OneToOne, PrimaryKey, PrimaryKeyProp, Property } from '@mikro-orm/core';
@Entity() export class Boat { @PrimaryKey() id!: number }
@Entity() export class Papers { @OneToOne(() => Boat, { primary: true }) boat!: Boat; ${more} }` });
    return [names(table('papers').primaryKey!.columns), ...table('papers').uniques.map((key) => names(key.columns))];
  };
  it('that are the primary key have no other; those that are a part of it have', async () => {
    expect(await keysOf('')).toEqual([['boat_id']]);
    expect(table('papers').foreignKeys[0]!.onDelete).toBe('cascade');
    expect(await keysOf('@PrimaryKey() year!: number')).toEqual([['year', 'boat_id'], ['boat_id']]);
    expect(table('papers').foreignKeys[0]!.onDelete).toBe(null);
  });
});

describe('keys of several columns', () => {
  it('are others than the columns of properties that are called alike', async () => {
    analysis = await analyseText({ 'src/a.ts': `
import { Entity, ManyToOne, PrimaryKey, Property } from '@mikro-orm/core';
@Entity() export class Pier { @PrimaryKey({ type: 'uuid' }) id!: string }
@Entity() export class Stay { @PrimaryKey({ type: 'uuid' }) pierId!: string; @PrimaryKey() year!: number; @ManyToOne(() => Pier, { fieldName: 'pierId' }) pier!: Pier }` });
    expect(table('stay').columns.map((each) => [each.name, each.type.name])).toEqual([['pier_id', 'uuid'], ['year', 'integer'], ['pierId', 'uuid']]);
    expect(names(table('stay').primaryKey!.columns)).toEqual(['pier_id', 'year']);
    expect(table('stay').foreignKeys.map((key) => names(key.columns))).toEqual([['pierId']]);
  });
  it('are those of the rows that a primary key leads to', async () => {
    analysis = await analyseText({ 'src/a.ts': `
import { Collection, Entity, ManyToMany, ManyToOne, PrimaryKey, Property } from '@mikro-orm/core';
@Entity() export class Pier { @PrimaryKey({ type: 'uuid' }) id!: string }
@Entity() export class Boat { @PrimaryKey() code!: string }
@Entity() export class Stay { @ManyToOne(() => Pier, { primary: true }) pier!: Pier; @ManyToOne(() => Boat, { primary: true }) boat!: Boat }
@Entity() export class Bill { @PrimaryKey() id!: number; @ManyToOne(() => Stay, { nullable: true }) stay?: Stay; @ManyToMany(() => Stay) others = new Collection<Stay>(this) }
@Entity() export class Own { @ManyToOne(() => Own, { primary: true }) own!: Own }` });
    expect(table('bill').columns.map((each) => [each.name, each.type.name])).toEqual([['id', 'integer'], ['stay_pier_id', 'uuid'], ['stay_boat_code', 'character varying']]);
    expect(table('bill').foreignKeys.map((key) => [names(key.columns), key.target.name, names(key.targetColumns)])).toEqual([[['stay_pier_id', 'stay_boat_code'], 'stay', ['pier_id', 'boat_code']]]);
    expect(names(table('bill_others').columns)).toEqual(['bill_id', 'stay_pier_id', 'stay_boat_code']);
  });
});

describe('what the repository configures', () => {
  const ENTITY = "import { Entity, PrimaryKey, Property, ManyToOne } from '@mikro-orm/core';\n@Entity() export class OrderLine { @PrimaryKey() id!: number; @Property() unitPrice?: number; @ManyToOne() parentLine?: OrderLine; }\n";
  it('names, and whether annotations say what may be null', async () => {
    analysis = await analyseText({ 'src/a.ts': ENTITY });
    expect(table('order_line').columns.map((each) => [each.name, each.nullable])).toEqual([['id', false], ['unit_price', false], ['parent_line_id', false]]);
    analysis = await analyseText({ 'src/a.ts': ENTITY, 'src/config.ts': "import { EntityCaseNamingStrategy, defineConfig } from '@mikro-orm/postgresql';\nimport { TsMorphMetadataProvider } from '@mikro-orm/reflection';\nexport default defineConfig({ namingStrategy: EntityCaseNamingStrategy, metadataProvider: TsMorphMetadataProvider });\n" });
    expect(table('OrderLine').columns.map((each) => [each.name, each.nullable])).toEqual([['id', false], ['unitPrice', true], ['parentLine', true]]);
  });
});

describe('naming strategies of the repository\'s own', () => {
  const MODELS = "import { Collection, Entity, PrimaryKey, Property, ManyToMany, ManyToOne } from '@mikro-orm/core';\n@Entity() export class OrderLine { @PrimaryKey() id!: number; @Property() unitPrice!: number; @ManyToOne(() => OrderLine) parentLine!: OrderLine; @ManyToMany(() => Tag) moreTags = new Collection<Tag>(this); }\n@Entity({ tableName: 'Tags' }) export class Tag { @PrimaryKey() id!: number; }\n";
  const named = async (base: string, body: string, extra = ''): Promise<Record<string, string>> => {
    analysis = await analyseText({ 'src/a.ts': MODELS, 'src/naming.ts': `import { ${base} } from '@mikro-orm/core';\n${extra}\nexport class Naming extends ${base} {\n${body}\n}\n` });
    return Object.fromEntries(analysis.project.schema.tables.map((each) => [each.name, names(each.columns).join()]));
  };
  it('replace one name and with it what the package makes of it', async () => {
    expect(await named('UnderscoreNamingStrategy', '  classToTableName(name: string) { return PREFIX + super.classToTableName(name); }', "const PREFIX = 'app_';")).toEqual({
      app_order_line: 'id,unit_price,app_parent_line_id', Tags: 'id', app_app_order_line_app_more_tags: 'app_order_line_id,app_tag_id',
    });
  });
  it('call their own methods, those of the package, and functions that spell', async () => {
    const body = `  private readonly suffix = '_key';
  classToTableName(name: string) { return pluralize(this.underscore(name)); }
  joinKeyColumnName(entity: string, column?: string) { return this.propertyToColumnName(entity) + '_' + (column || this.referenceColumnName()) + this.suffix; }
  joinTableName(source: string, target: string, property: string) { return \`\${source}_\${this.underscore(property)}\`; }
  private underscore(name: string) { return name.replace(/([a-z])([A-Z])/g, '$1_$2').toLowerCase(); }`;
    expect(await named('UnderscoreNamingStrategy', body, "import pluralize from 'pluralize';")).toEqual({ order_lines: 'id,unit_price,parent_line_id_key', Tags: 'id', order_lines_more_tags: 'order_line_id_key,tag_id_key' });
  });
  it('extend the one that keeps names, or none', async () => {
    expect(await named('EntityCaseNamingStrategy', '  propertyToColumnName(name: string) { return snakeCase(name); }')).toEqual({ OrderLine: 'id,unit_price,parentLine', Tags: 'id', OrderLine_more_tags: 'orderLine,tag' });
    expect(await named('AbstractNamingStrategy', '  classToTableName(name: string) { return name; }\n  propertyToColumnName(name: string) { return name; }\n  referenceColumnName() { return \'id\'; }\n  joinKeyColumnName(name: string, column?: string) { return name + (column ? `_${column}` : \'\'); }\n  joinTableName(a: string, b: string, p: string) { return [a, p].join(\'_\'); }')).toEqual({ OrderLine: 'id,unitPrice,parentLine_id', Tags: 'id', OrderLine_moreTags: 'OrderLine_id,Tag_id' });
  });
  it('whose names cannot be told most likely keep the names of the package', async () => {
    await named('UnderscoreNamingStrategy', '  classToTableName(name: string) { return tables[name]; }');
    expect(table('order_line').columns.length).toBe(3);
  });
});

describe('what cannot be read', () => {
  it('leaves unknown decorators alone, keeps two entities of one table together, and follows no circle', async () => {
    const { project } = await analyseText({
      'src/a.ts': "import { Entity, PrimaryKey, Property } from '@mikro-orm/core';\nimport { Odd } from 'odd';\n@Odd() @Entity({ tableName: 't' }) export class A { @PrimaryKey() id!: number; @Odd() @Property() a!: string; @Odd() b!: string }\n",
      'src/b.ts': "import { Entity, PrimaryKey, Property, ManyToOne, Embedded, Embeddable } from '@mikro-orm/core';\n@Embeddable() export class Circle { @Property() x!: string; @Embedded(() => Circle) inner!: Circle }\n@Entity({ tableName: 't' }) export class B extends B { @PrimaryKey() id!: number; @Property({ type: nothing.known }) c!: string; @ManyToOne(() => Missing) m: any; @Embedded(() => Circle) circle!: Circle }\n",
      'src/c.ts': "import { EntitySchema, defineEntity } from '@mikro-orm/core';\nexport const broken = new EntitySchema(options);\nexport const odd = defineEntity({ name: 'Odd', extends: odd, properties: make() });\n@Entity( export class",
    });
    expect(names(project.schema.tables).sort()).toEqual(['odd', 't']);
    expect(names(project.schema.tables.find((each) => each.name === 't')!.columns)).toEqual(expect.arrayContaining(['id', 'a', 'c', 'circle_x']));
  });
});
