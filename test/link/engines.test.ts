/** Which engine a table is in, and what follows from it. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { missingPrimaryKey } from '../../rules/missing-primary-key.js';
import { boundedVarchar } from '../../rules/bounded-varchar.js';
import { unusedModel } from '../../rules/unused-model.js';
import { unindexedForeignKey } from '../../rules/unindexed-foreign-key.js';
import { DEFAULTS } from '../../src/config/config.js';
import { checkRules } from '../../src/lint/engine.js';
import { makeLocate } from '../../src/lint/locate.js';
import type { Rule } from '../../src/lint/rule.js';
import { analyseText } from '../support/analyse-text.js';

const hash = (text: string) => createHash('sha256').update(text).digest('hex');

/** The findings of a rule, each with the texts of its remedies. */
async function found(files: Readonly<Record<string, string>>, rule: Rule<any>) {
  const { project } = await analyseText(files);
  const config = { ...DEFAULTS, rules: { [rule.id]: 'note' as const } };
  return checkRules({ project, rules: [rule], config, locate: makeLocate(() => ''), hash }).shown.map(({ table, columns, remedies }) => ({ at: [table, ...columns].join('.'), remedies: remedies.map(({ sql, code }) => [sql, code].filter((text) => text !== undefined)) }));
}

async function engines(files: Readonly<Record<string, string>>) {
  return (await analyseText(files)).project.schema.tables.filter((table) => !table.isExternal).map((table) => `${table.name} ${table.engine ?? '-'}`);
}

const entities = `import { Column, Entity, JoinColumn, ManyToOne, PrimaryGeneratedColumn, Repository } from 'typeorm';
@Entity('herds')
export class Herd { @PrimaryGeneratedColumn() id: number; @Column() name: string; }
@Entity('cows')
export class Cow {
  @PrimaryGeneratedColumn() id: number;
  @ManyToOne(() => Herd, { onDelete: 'CASCADE', nullable: false }) @JoinColumn({ name: 'herd_id' }) herd: Herd;
}
export class Herds {
  constructor(private readonly herds: Repository<Herd>, private readonly cows: Repository<Cow>) {}
  async sell(id: number) { await this.herds.delete(id); }
  async all() { const [cow] = await this.cows.find(); await this.cows.save({ herd: cow.herd }); return this.herds.save({ name: 'x' }); }
}
`;
const manifest = (dependencies: Readonly<Record<string, string>>) => JSON.stringify({ name: 'app', dependencies: { typeorm: '^0.3', ...dependencies } });

describe('the engine', () => {
  it('is what the only drivers say that manifests ask for', async () => {
    expect(await engines({ 'src/herd.ts': entities, 'package.json': manifest({ mysql2: '^3' }) })).toEqual(['herds mysql', 'cows mysql']);
    expect(await engines({ 'src/herd.ts': entities, 'package.json': manifest({ mysql2: '^3', pg: '^8' }) })).toEqual(['herds -', 'cows -']);
    expect(await engines({ 'src/herd.ts': entities, 'package.json': manifest({ pg: '^8' }) })).toEqual(['herds -', 'cows -']);
    expect(await engines({ 'src/herd.ts': entities, 'package.json': manifest({}) })).toEqual(['herds -', 'cows -']);
    expect(await engines({ 'src/herd.ts': entities, 'package.json': JSON.stringify({ dependencies: { typeorm: '^0.3' }, devDependencies: { mysql2: '^3' } }) })).toEqual(['herds -', 'cows -']);
  });

  it.each([
    ['requirements.txt', 'Django==5.1\n# psycopg2 is what we had before\nmysqlclient>=2.2  # the driver\n', 'mysql'],
    ['requirements-prod.txt', 'PyMySQL[rsa]~=1.1\n', 'mysql'],
    ['pyproject.toml', '[project]\nname = "farm"\ndependencies = ["django>=5", "mysqlclient (>=2.2,<3)"]\n', 'mysql'],
    ['pyproject.toml', '[tool.poetry.dependencies]\npython = "^3.12"\naiomysql = "^0.2"\n', 'mysql'],
    ['pyproject.toml', '[tool.poetry.dependencies]\nasyncpg = "^0.29"\nmysqlclient = { version = "^2", optional = true }\n', '-'],
    ['requirements.txt', 'django-mysql-tools==1\nnot-psycopg2==3\n', '-'],
  ])('is told by %s: %j', async (name, text, engine) => {
    expect(await engines({ 'farm/models.py': 'from django.db import models\n\n\nclass Barn(models.Model):\n    name = models.CharField(max_length=20)\n', [name]: text })).toEqual([`farm_barn ${engine}`]);
  });

  it('is what the declaration says, whatever the drivers are', async () => {
    const drizzle = (core: string, table: string) => `import { ${table}, text } from 'drizzle-orm/${core}-core';\nexport const barns = ${table}('barns', { name: text('name').primaryKey() });\n`;
    expect(await engines({ 'db.ts': drizzle('mysql', 'mysqlTable'), 'package.json': manifest({ pg: '^8' }) })).toEqual(['barns mysql']);
    expect(await engines({ 'db.ts': drizzle('sqlite', 'sqliteTable') })).toEqual(['barns sqlite']);
    expect(await engines({ 'db.ts': drizzle('pg', 'pgTable'), 'package.json': manifest({ mysql2: '^3' }) })).toEqual(['barns -']);
    const prisma = (provider: string) => `datasource db {\n  provider = "${provider}"\n  url = env("URL")\n}\nmodel Barn {\n  id Int @id\n}\n`;
    expect(await engines({ 'schema.prisma': prisma('sqlite') })).toEqual(['Barn sqlite']);
    expect(await engines({ 'schema.prisma': prisma('sqlserver') })).toEqual(['Barn other']);
    expect(await engines({ 'schema.prisma': prisma('postgresql'), 'package.json': manifest({ mysql2: '^3' }) })).toEqual(['Barn -']);
  });
});

describe('what follows from the engine', () => {
  it('MySQL has an index for a foreign key that has none', async () => {
    expect((await found({ 'src/herd.ts': entities }, unindexedForeignKey)).map((one) => one.at)).toEqual(['cows.herd_id']);
    expect(await found({ 'src/herd.ts': entities, 'package.json': manifest({ mysql2: '^3' }) }, unindexedForeignKey)).toEqual([]);
  });

  const barns = (core: string, table: string) => `import { eq } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/x';
import { ${table}, text, varchar } from 'drizzle-orm/${core}-core';
export const barns = ${table}('barns', { name: varchar('name', { length: 20 }).notNull(), place: text('place').notNull() });
const db = drizzle(process.env.URL!);
export const build = (name: string, place: string) => db.insert(barns).values({ name, place });
export async function near(place: string) { for (const barn of await db.select().from(barns).where(eq(barns.place, place))) console.log(barn.name, barn.place); }
`;
  it('remedies in SQL are for PostgreSQL alone, those in the words of the model for all', async () => {
    expect((await found({ 'db.ts': barns('pg', 'pgTable') }, missingPrimaryKey)).map((one) => one.remedies.length)).toEqual([1]);
    expect(await found({ 'db.ts': barns('sqlite', 'sqliteTable').replaceAll('varchar', 'text') }, missingPrimaryKey)).toEqual([{ at: 'barns', remedies: [] }]);
    const stalls = (core: string, table: string, key: string) => `import { eq } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/x';
import { ${table}, ${key} } from 'drizzle-orm/${core}-core';
export const barns = ${table}('barns', { id: ${key}('id').primaryKey() });
export const stalls = ${table}('stalls', { id: ${key}('id').primaryKey(), barnId: ${key}('barn_id').notNull().references(() => barns.id, { onDelete: 'cascade' }) });
const db = drizzle(process.env.URL!);
export const build = async () => { const [barn] = await db.insert(barns).values({}).returning(); await db.insert(stalls).values({ barnId: barn!.id }); };
export const burn = (id: number) => db.delete(barns).where(eq(barns.id, id));
`;
    const code = "index('ix_stalls_barn_id').on(t.barnId)";
    expect(await found({ 'db.ts': stalls('pg', 'pgTable', 'integer') }, unindexedForeignKey)).toEqual([{ at: 'stalls.barn_id', remedies: [['CREATE INDEX CONCURRENTLY ix_stalls_barn_id ON stalls (barn_id);', code]] }]);
    expect(await found({ 'db.ts': stalls('sqlite', 'sqliteTable', 'integer') }, unindexedForeignKey)).toEqual([{ at: 'stalls.barn_id', remedies: [[code]] }]);
    expect(await found({ 'db.ts': stalls('mysql', 'mysqlTable', 'int') }, unindexedForeignKey)).toEqual([]);
  });

  it('what every engine takes stays', async () => {
    const unused = (core: string, table: string) => `${barns(core, table)}export const sheds = ${table}('sheds', { name: text('name').primaryKey() });\n`;
    for (const [core, table] of [['pg', 'pgTable'], ['mysql', 'mysqlTable']] as const) expect(await found({ 'db.ts': unused(core, table) }, unusedModel)).toEqual([{ at: 'sheds', remedies: [['DROP TABLE sheds;']] }]);
  });

  it('what holds in PostgreSQL alone is not said of others', async () => {
    expect((await found({ 'db.ts': barns('pg', 'pgTable') }, boundedVarchar)).map((one) => one.at)).toEqual(['barns.name']);
    expect(await found({ 'db.ts': barns('mysql', 'mysqlTable') }, boundedVarchar)).toEqual([]);
  });
});
