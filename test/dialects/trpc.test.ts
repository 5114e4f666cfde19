import { expect, it } from 'vitest';
import { analyseText } from '../support/analyse-text.js';

const FILES = {
  'prisma/schema.prisma': `
model Wine {
  id      String  @id
  name    String
  region  String?
  vintage Int?
  cellar  String?
  tastings Tasting[]
}
model Tasting {
  id     String @id
  wineId String
  wine   Wine   @relation(fields: [wineId], references: [id])
  score  Int
  notes  String?
}
`,
  'src/server/db.ts': `import { PrismaClient } from '@prisma/client';\nexport const prisma = new PrismaClient();`,
  'src/server/trpc.ts': `
import { initTRPC } from '@trpc/server';
import { prisma } from './db';
import { createWines } from './wines';
export const createContext = async () => ({ wines: createWines(prisma), session: null as { userId: string } | null });
const t = initTRPC.context<typeof createContext>().create();
export const router = t.router;
const isIn = t.middleware(({ ctx, next }) => next({ ctx: { ...ctx, db: prisma } }));
export const procedure = t.procedure.use(isIn);
`,
  'src/server/wines.ts': `
import type { PrismaClient } from '@prisma/client';
export const createWines = (db: PrismaClient) => ({
  all: () => db.wine.findMany({ include: { tastings: true } }),
  one: (id: string) => db.wine.findUnique({ where: { id } }),
});
`,
  'src/server/root.ts': `
import { z } from 'zod';
import { procedure, router } from './trpc';
const wine = router({
  list: procedure.query(({ ctx }) => ctx.wines.all()),
  one: procedure.input(z.object({ id: z.string() })).query(({ ctx, input }) => ctx.wines.one(input.id)),
  card: procedure.input(z.string()).output(z.object({ id: z.string(), name: z.string() })).query(({ ctx, input }) => ctx.db.wine.findUniqueOrThrow({ where: { id: input } })),
});
export const appRouter = router({ wine });
export type AppRouter = typeof appRouter;
`,
};

async function reads(code: string, path = 'src/app/page.tsx'): Promise<readonly string[]> {
  const { project } = await analyseText({ ...FILES, [path]: code });
  return [...new Set(project.usage.uses.filter((use) => use.kind === 'read' && use.place.path === path).map((use) => `${use.table.name}.${use.column.name}`))].sort();
}

it('reads what hooks give', async () => {
  expect(await reads(`
import { createTRPCReact } from '@trpc/react-query';
import type { AppRouter } from '../server/root';
const api = createTRPCReact<AppRouter>();
export function Page() {
  const { data } = api.wine.list.useQuery();
  const [one] = api.wine.one.useSuspenseQuery({ id: '1' });
  return <ul title={one?.region}>{data?.map((wine) => <li key={wine.name}>{wine.tastings.map((each) => each.score)}</li>)}</ul>;
}`)).toEqual(['Tasting.score', 'Wine.name', 'Wine.region']);
});

it('reads what select, callbacks and utilities get', async () => {
  expect(await reads(`
import { createTRPCReact } from '@trpc/react-query';
import type { AppRouter } from '../server/root';
const api = createTRPCReact<AppRouter>();
export function Page() {
  const utils = api.useUtils();
  const years = api.wine.list.useQuery(undefined, { select: (rows) => rows.map((row) => row.vintage) });
  const load = async () => (await utils.wine.one.fetch({ id: '1' }))?.cellar;
  return <button onClick={load}>{years.data?.length}</button>;
}`)).toEqual(['Wine.cellar', 'Wine.vintage']);
});

it('reads what callers, clients and options of the query library give', async () => {
  expect(await reads(`
import { createTRPCContext } from '@trpc/tanstack-react-query';
import { useQuery } from '@tanstack/react-query';
import { createTRPCClient } from '@trpc/client';
import { appRouter, type AppRouter } from '../server/root';
const { useTRPC } = createTRPCContext<AppRouter>();
const client = createTRPCClient<AppRouter>({ links: [] });
const caller = appRouter.createCaller({});
export async function title() { return (await caller.wine.one({ id: '1' }))?.name; }
export async function area() { return (await client.wine.one.query({ id: '1' }))?.region; }
export function Page() {
  const trpc = useTRPC();
  const { data } = useQuery(trpc.wine.one.queryOptions({ id: '1' }));
  const cellar = useQuery({ ...trpc.wine.one.queryOptions({ id: '1' }), enabled: data !== null, select: (wine) => wine?.cellar });
  return <b title={cellar.data}>{data?.vintage}</b>;
}`)).toEqual(['Wine.cellar', 'Wine.name', 'Wine.region', 'Wine.vintage']);
});

it('knows the types of outputs', async () => {
  expect(await reads(`
import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '../server/root';
type Outputs = inferRouterOutputs<AppRouter>;
type Wine = Outputs['wine']['list'][number];
export function Card({ wine, card }: { wine: Wine; card: Outputs['wine']['card'] }) { return <i title={card.name}>{wine.cellar}</i>; }`)).toEqual(['Wine.cellar', 'Wine.name']);
});

it('hands out what the schema of the output lets through', async () => {
  const { project } = await analyseText(FILES);
  const exposures = project.usage.exposures.map(({ table, columns, all }) => `${table.name} ${all ? 'all' : columns.map((column) => column.name).join()}`);
  expect(exposures).toEqual(expect.arrayContaining(['Wine id,name', 'Wine all', 'Tasting all']));
});

it('counts what a page does with rows for no further way out', async () => {
  const { project } = await analyseText({ ...FILES, 'src/app/page.tsx': `
import { createTRPCReact } from '@trpc/react-query';
import { track } from 'analytics';
import type { AppRouter } from '../server/root';
const api = createTRPCReact<AppRouter>();
export function Page() { const { data } = api.wine.list.useQuery(); track(data); return <b>{data?.length}</b>; }` });
  expect(project.usage.exposures.filter((each) => each.place.path === 'src/app/page.tsx')).toEqual([]);
});

it('reads what functions give that the query library is handed', async () => {
  expect(await reads(`
import { useMutation, useQuery } from '@tanstack/react-query';
import { prisma } from '../server/db';
async function load() { return prisma.wine.findMany(); }
export function Page() {
  const { data } = useQuery({ queryKey: ['wines'], queryFn: () => load() });
  const open = useMutation({ mutationFn: (id: string) => prisma.wine.findUniqueOrThrow({ where: { id } }), onSuccess: (wine) => console.log(wine.cellar) });
  return <b onClick={() => open.mutate('1')}>{data?.map((wine) => wine.region)}</b>;
}`)).toEqual(['Wine.cellar', 'Wine.region']);
});

it('says nothing of a client whose router is not here', async () => {
  expect(await reads(`
import { createTRPCReact } from '@trpc/react-query';
import type { AppRouter } from '@elsewhere/api';
const api = createTRPCReact<AppRouter>();
export function Page() { const { data } = api.wine.list.useQuery(); return <b>{data?.[0].name}</b>; }`)).toEqual([]);
});
