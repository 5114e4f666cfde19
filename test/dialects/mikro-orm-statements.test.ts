import { describe, expect, it } from 'vitest';
import type { Analysis } from '../../src/analyse.js';
import { analyseText } from '../support/analyse-text.js';

let analysis: Analysis;
const table = (name: string) => analysis.project.schema.tables.find((each) => each.name === name)!;
const names = (of: readonly { readonly name: string }[]) => of.map((each) => each.name);

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
