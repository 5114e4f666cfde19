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
@Entity({ tableName: 'shelf_places' })
export class ShelfPlace {
  @ManyToOne({ entity: () => Tag, primary: true }) tag!: Tag;
  @PrimaryKey() place!: number;
  @ManyToOne({ entity: () => Book, primary: true }) book!: Book;
}
`;

let analysis: Analysis;
const table = (name: string) => analysis.project.schema.tables.find((each) => each.name === name)!;
const column = (of: string, name: string) => table(of).columns.find((each) => each.name === name)!;
const names = (of: readonly { readonly name: string }[]) => of.map((each) => each.name);

describe('entities', () => {
  beforeAll(async () => { analysis = await analyseText({ 'src/base.ts': BASE, 'src/author.ts': AUTHOR, 'src/book.ts': BOOK }); });

  it('are tables named with underscores, abstract bases and embeddables are none', () => {
    expect(names(analysis.project.schema.tables).sort()).toEqual(['authors', 'authors_friends', 'book', 'book_book_tags', 'book_marks', 'ratings', 'shelf_places', 'tag']);
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
    // In the order of the properties: what an index over the key serves depends on it.
    expect(names(table('shelf_places').primaryKey!.columns)).toEqual(['tag_code', 'place', 'book_id']);
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
class Cask extends Counted {}
export const CaskSchema = new EntitySchema<Cask, Counted>({ class: Cask, extends: 'Counted', properties: { size: { type: 'number' } } });
export const RingSchema = new EntitySchema({ name: 'Ring', extends: Named, properties: {} });
export const RoundSchema = new EntitySchema({ name: 'Round', extends: 'Round', properties: { id: { type: 'number', primary: true } } });`,
    });
    const columns = Object.fromEntries(analysis.project.schema.tables.map((each) => [each.name, names(each.columns).join()]));
    expect(columns).toEqual({ pier: 'id,created_at,code', boat: 'id,created_at,name,pier_id', buoy: 'id,count', cask: 'id,count,size', ring: 'id,created_at,name', round: 'id' });
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
    expect(await keysOf('@PrimaryKey() year!: number')).toEqual([['boat_id', 'year'], ['boat_id']]);
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
