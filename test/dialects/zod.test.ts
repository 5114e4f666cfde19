import { expect, it } from 'vitest';
import { analyseText } from '../support/analyse-text.js';

const SCHEMA = `
model User {
  id    String  @id
  email String
  name  String?
  role  String
  token String?
  @@map("users")
}
`;

async function written(code: string) {
  const { project } = await analyseText({ 'prisma/schema.prisma': SCHEMA, 'src/code.ts': `import { z } from 'zod';\nimport { PrismaClient } from '@prisma/client';\nconst prisma = new PrismaClient();\nconst user = z.object({ email: z.string(), name: z.string().nullish() });\n${code}` });
  const { uses, inserts, gaps } = project.usage;
  return { columns: uses.filter((use) => use.kind === 'write').map((use) => use.column.name).sort(), inserts: inserts.map((insert) => [[...insert.values.keys()].map((column) => column.name).sort(), insert.isOpen]), gaps: gaps.filter((gap) => gap.kind === 'dynamic-access') };
}

it('knows the fields of what a schema parses', async () => {
  expect(await written('export async function save(body: unknown) { await prisma.user.create({ data: { id: "1", ...user.extend({ role: z.string() }).parse(body) } }); }')).toEqual({ columns: ['email', 'id', 'name', 'role'], inserts: [[['email', 'id', 'name', 'role'], false]], gaps: [] });
});

it('knows partial, picked and typed ones, and results of safe parsing', async () => {
  const { columns, gaps } = await written(`
type Input = z.infer<typeof user>;
export async function one(id: string, body: unknown) { await prisma.user.update({ where: { id }, data: user.partial().omit({ name: true }).parse(body) }); }
export async function two(id: string, input: Input) { await prisma.user.update({ where: { id }, data: { name: input.name } }); }
export async function three(id: string, body: unknown) { const result = z.object({ role: z.string() }).safeParse(body); if (result.success) await prisma.user.update({ where: { id }, data: result.data }); }`);
  expect(columns).toEqual(['email', 'name', 'role']);
  expect(gaps).toEqual([]);
});

it('leaves open what lets more through', async () => {
  expect((await written('export async function save(id: string, body: unknown) { await prisma.user.update({ where: { id }, data: z.object({}).passthrough().parse(body) }); }')).gaps).toHaveLength(1);
  expect((await written('export async function save(id: string, body: unknown) { await prisma.user.update({ where: { id }, data: z.object({ email: z.string() }).transform((each) => each).parse(body) }); }')).gaps).toHaveLength(1);
});
