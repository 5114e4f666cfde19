/** A whole project for Prisma, Drizzle and TypeORM. */
import { CHOICES, camel, keyOf } from './domain.mjs';
import { mainFile, packageFiles, plainTypeScript, surroundings, typeOf } from './typescript.mjs';

const common = { plain: (n) => `src/lib/part-${n}.ts`, plainText: plainTypeScript, touched: (e) => `src/services/${e.kebab}.ts` };
/** The values of an insert: keys of parents and the first columns. */
const values = (e) => [...e.parents.map((p) => camel(keyOf(p))), ...e.columns.slice(0, 5).map((c) => camel(c.name))].map((name) => `${name}: input.${name}`).join(', ');

const PRISMA_TYPES = { text: 'String', longText: 'String', choice: 'String', decimal: 'Decimal', code: 'String', integer: 'Int', boolean: 'Boolean', time: 'DateTime', json: 'Json', float: 'Float' };

export function prismaProject(entities) {
  const files = {
    ...packageFiles('prisma-app', ['@prisma/client']), 'src/main.ts': mainFile(entities),
    'src/db.ts': "import { PrismaClient } from '@prisma/client';\n\nexport const prisma = new PrismaClient();\n",
    'prisma/schema.prisma': `datasource db {\n  provider = "postgresql"\n  url      = env("DATABASE_URL")\n}\n\ngenerator client {\n  provider = "prisma-client-js"\n}\n\n${entities.map(prismaModel).join('\n')}`,
  };
  return { ...common, files, filesOf: (e) => ({ [`src/services/${e.kebab}.ts`]: prismaService(e), ...surroundings(e) }) };
}

function prismaModel(e) {
  return `model ${e.model} {
  id Int @id @default(autoincrement())
${e.parents.map((p) => `  ${camel(keyOf(p))} Int @map("${keyOf(p)}")\n  ${p.camel} ${p.model} @relation(fields: [${camel(keyOf(p))}], references: [id])\n`).join('')}${e.columns.map((c) => `  ${camel(c.name)} ${PRISMA_TYPES[c.kind]}${c.isNullable ? '?' : ''} @map("${c.name}")\n`).join('')}${e.children.map((c) => `  ${c.camelPlural} ${c.model}[]\n`).join('')}  createdAt DateTime @default(now()) @map("created_at")
  updatedAt DateTime @updatedAt @map("updated_at")

${e.parents.map((p) => `  @@index([${camel(keyOf(p))}])\n`).join('')}  @@map("${e.plural}")
}
`;
}

function prismaService(e) {
  const first = e.parents[0];
  return `import { prisma } from '../db.js';
import type { ${e.model}Input } from '../schemas/${e.kebab}.js';

export async function list(${first ? `${camel(keyOf(first))}: number, ` : ''}status?: string) {
  return prisma.${e.camel}.findMany({ where: { ${first ? `${camel(keyOf(first))}, ` : ''}...(status ? { status } : {}) }, orderBy: { createdAt: 'desc' }, take: 50 });
}

export async function get(id: number) {
  return prisma.${e.camel}.findUnique({ where: { id }${first ? `, include: { ${first.camel}: true }` : ''} });
}

export async function create(input: ${e.model}Input) {
  return prisma.${e.camel}.create({ data: { ${values(e)} } });
}

export async function close(id: number): Promise<void> {
  const found = await prisma.${e.camel}.findUniqueOrThrow({ where: { id } });
  if (found.status === '${CHOICES[3]}') return;
  await prisma.${e.camel}.update({ where: { id }, data: { status: '${CHOICES[3]}' } });
}

export async function countByStatus() {
  const groups = await prisma.${e.camel}.groupBy({ by: ['status'], _count: { id: true } });
  return groups.map((group) => ({ status: group.status, count: group._count.id }));
}
${first ? `
export async function ofOpen${first.model}() {
  const found = await prisma.${e.camel}.findMany({ where: { ${first.camel}: { status: '${CHOICES[1]}' } }, include: { ${first.camel}: true } });
  return found.map((${e.camel}) => ${e.camel}.${first.camel}.title);
}
` : ''}`;
}

const DRIZZLE_TYPES = { text: 'varchar', longText: 'text', choice: 'varchar', decimal: 'numeric', code: 'varchar', integer: 'integer', boolean: 'boolean', time: 'timestamp', json: 'jsonb', float: 'doublePrecision' };

export function drizzleProject(entities) {
  const files = {
    ...packageFiles('drizzle-app', ['drizzle-orm', 'pg']), 'src/main.ts': mainFile(entities),
    'src/db.ts': "import { drizzle } from 'drizzle-orm/node-postgres';\nimport * as schema from './schema/index.js';\n\nexport const db = drizzle(process.env['DATABASE_URL']!, { schema });\n",
    'src/schema/index.ts': entities.map((e) => `export * from './${e.kebab}.js';\n`).join(''),
  };
  return { ...common, files, filesOf: (e) => ({ [`src/schema/${e.kebab}.ts`]: drizzleTable(e), [`src/services/${e.kebab}.ts`]: drizzleService(e), ...surroundings(e) }) };
}

function drizzleTable(e) {
  const options = { decimal: ', { precision: 12, scale: 2 }', time: ', { withTimezone: true }', code: ', { length: 3 }', choice: ', { length: 20 }', text: ', { length: 200 }' };
  return `import { boolean, doublePrecision, index, integer, jsonb, numeric, pgTable, serial, text, timestamp, varchar } from 'drizzle-orm/pg-core';
import { relations } from 'drizzle-orm';
${[...e.parents, ...e.children].filter((one, at, all) => all.indexOf(one) === at).map((one) => `import { ${one.camelPlural} } from './${one.kebab}.js';\n`).join('')}
export const ${e.camelPlural} = pgTable('${e.plural}', {
  id: serial('id').primaryKey(),
${e.parents.map((p) => `  ${camel(keyOf(p))}: integer('${keyOf(p)}').notNull().references(() => ${p.camelPlural}.id),\n`).join('')}${e.columns.map((c) => `  ${camel(c.name)}: ${DRIZZLE_TYPES[c.kind]}('${c.name}'${options[c.kind] ?? ''})${c.isNullable ? '' : '.notNull()'},\n`).join('')}  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
}, (table) => [${e.parents.map((p) => `index('${e.plural}_${keyOf(p)}').on(table.${camel(keyOf(p))})`).join(', ')}]);

export const ${e.camelPlural}Relations = relations(${e.camelPlural}, ({ one, many }) => ({
${e.parents.map((p) => `  ${p.camel}: one(${p.camelPlural}, { fields: [${e.camelPlural}.${camel(keyOf(p))}], references: [${p.camelPlural}.id] }),\n`).join('')}${e.children.map((c) => `  ${c.camelPlural}: many(${c.camelPlural}),\n`).join('')}}));
`;
}

function drizzleService(e) {
  const [first, table] = [e.parents[0], e.camelPlural];
  return `import { and, count, desc, eq } from 'drizzle-orm';
import { db } from '../db.js';
import { ${[table, ...(first ? [first.camelPlural] : [])].join(', ')} } from '../schema/index.js';
import type { ${e.model}Input } from '../schemas/${e.kebab}.js';

export async function list(${first ? `${camel(keyOf(first))}: number, ` : ''}status?: string) {
  return db.select().from(${table}).where(and(${first ? `eq(${table}.${camel(keyOf(first))}, ${camel(keyOf(first))}), ` : ''}status ? eq(${table}.status, status) : undefined)).orderBy(desc(${table}.createdAt)).limit(50);
}

export async function get(id: number) {
  return db.query.${table}.findFirst({ where: eq(${table}.id, id)${first ? `, with: { ${first.camel}: true }` : ''} });
}

export async function create(input: ${e.model}Input) {
  const [made] = await db.insert(${table}).values({ ${values(e)} }).returning();
  return made!;
}

export async function close(id: number): Promise<void> {
  const [found] = await db.select().from(${table}).where(eq(${table}.id, id)).limit(1);
  if (!found || found.status === '${CHOICES[3]}') return;
  await db.update(${table}).set({ status: '${CHOICES[3]}' }).where(eq(${table}.id, id));
}

export async function countByStatus() {
  return db.select({ status: ${table}.status, count: count(${table}.id) }).from(${table}).groupBy(${table}.status);
}
${first ? `
export async function ofOpen${first.model}() {
  return db.select({ title: ${table}.title, parent: ${first.camelPlural}.title }).from(${table}).innerJoin(${first.camelPlural}, eq(${table}.${camel(keyOf(first))}, ${first.camelPlural}.id)).where(eq(${first.camelPlural}.status, '${CHOICES[1]}'));
}
` : ''}`;
}

const TYPEORM_TYPES = { text: "'varchar'", longText: "'text'", choice: "'varchar'", decimal: "'numeric'", code: "'varchar'", integer: "'int'", boolean: "'boolean'", time: "'timestamptz'", json: "'jsonb'", float: "'float8'" };

export function typeormProject(entities) {
  const files = {
    ...packageFiles('typeorm-app', ['typeorm', 'pg']), 'src/main.ts': mainFile(entities),
    'src/db.ts': `import { DataSource } from 'typeorm';\n${entities.map((e) => `import { ${e.model} } from './entities/${e.kebab}.js';\n`).join('')}\nexport const dataSource = new DataSource({ type: 'postgres', entities: [${entities.map((e) => e.model).join(', ')}] });\n`,
  };
  return { ...common, files, filesOf: (e) => ({ [`src/entities/${e.kebab}.ts`]: typeormEntity(e), [`src/services/${e.kebab}.ts`]: typeormService(e), ...surroundings(e) }) };
}

function typeormEntity(e) {
  const related = [...new Set([...e.parents, ...e.children])];
  return `import { Column, CreateDateColumn, Entity, Index, JoinColumn, ManyToOne, OneToMany, PrimaryGeneratedColumn } from 'typeorm';
${related.map((one) => `import { ${one.model} } from './${one.kebab}.js';\n`).join('')}
@Entity('${e.plural}')
export class ${e.model} {
  @PrimaryGeneratedColumn()
  id!: number;

${e.parents.map((p) => `  @Index()\n  @Column({ name: '${keyOf(p)}' })\n  ${camel(keyOf(p))}!: number;\n\n  @ManyToOne(() => ${p.model}, (${p.camel}) => ${p.camel}.${e.camelPlural})\n  @JoinColumn({ name: '${keyOf(p)}' })\n  ${p.camel}!: ${p.model};\n\n`).join('')}${e.columns.map((c) => `  @Column({ name: '${c.name}', type: ${TYPEORM_TYPES[c.kind]}${c.isNullable ? ', nullable: true' : ''} })\n  ${camel(c.name)}!: ${typeOf(c)};\n\n`).join('')}${e.children.map((c) => `  @OneToMany(() => ${c.model}, (${c.camel}) => ${c.camel}.${e.camel})\n  ${c.camelPlural}!: ${c.model}[];\n\n`).join('')}  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;
}
`;
}

function typeormService(e) {
  const first = e.parents[0];
  return `import { dataSource } from '../db.js';
import { ${e.model} } from '../entities/${e.kebab}.js';
import type { ${e.model}Input } from '../schemas/${e.kebab}.js';

const repository = dataSource.getRepository(${e.model});

export async function list(${first ? `${camel(keyOf(first))}: number, ` : ''}status?: string) {
  return repository.find({ where: { ${first ? `${camel(keyOf(first))}, ` : ''}...(status ? { status } : {}) }, order: { createdAt: 'DESC' }, take: 50 });
}

export async function get(id: number) {
  return repository.findOne({ where: { id }${first ? `, relations: { ${first.camel}: true }` : ''} });
}

export async function create(input: ${e.model}Input) {
  return repository.save(repository.create({ ${values(e)} }));
}

export async function close(id: number): Promise<void> {
  const found = await repository.findOneByOrFail({ id });
  if (found.status === '${CHOICES[3]}') return;
  found.status = '${CHOICES[3]}';
  await repository.save(found);
}

export async function countByStatus(): Promise<{ status: string; count: number }[]> {
  return repository.createQueryBuilder('row').select('row.status', 'status').addSelect('count(row.id)', 'count').groupBy('row.status').getRawMany();
}
${first ? `
export async function ofOpen${first.model}() {
  const found = await repository.createQueryBuilder('row').innerJoinAndSelect('row.${first.camel}', 'parent').where('parent.status = :status', { status: '${CHOICES[1]}' }).getMany();
  return found.map((${e.camel}) => ${e.camel}.${first.camel}.title);
}
` : ''}`;
}
