/** What code is reached from: see `src/link/entries.ts`. */
import { describe, expect, it } from 'vitest';
import { analyseText } from '../support/analyse-text.js';

const PRISMA = 'model Parcel {\n  id String @id\n  label String\n  hub String\n}\nmodel Van {\n  id String @id\n  plate String\n}\nmodel Depot {\n  id String @id\n  city String\n}\n';
const SERVICE = `import { PrismaClient } from '@prisma/client';
const prisma = new PrismaClient();
export const listParcels = (hub: string) => prisma.parcel.findMany({ where: { hub } });
`;

/** The entries of the queries of the files, in the order of their places. */
async function entries(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const { project } = await analyseText({ 'schema.prisma': PRISMA, ...files });
  return project.usage.queries.map(({ context }) => `${context.entry}${context.isReached ? ' through calls' : ''}${context.alsoIn ? `, and ${context.alsoIn}` : ''}`);
}

describe('what a service is reached from', () => {
  it('is a route whose handler calls it', async () => {
    expect(await entries({ 'src/service.ts': SERVICE, 'src/app.ts': `import express from 'express';
import { listParcels } from './service';
const app = express();
app.get('/parcels', async (req, res) => { res.json(await listParcels(req.query.hub)); });
` })).toEqual(['route through calls']);
  });

  it('is a route that is given the handler by its name, bare, bound, wrapped or among options', async () => {
    const controller = `import { listParcels } from './service';
export const list = async (req, res) => { res.json(await listParcels(req.query.hub)); };
export class Parcels { async list(req, res) { res.json(await listParcels(req.query.hub)); } }
export const sweep = (code) => listParcels(String(code));
`;
    const route = (line: string) => ({ 'src/service.ts': SERVICE, 'src/controller.ts': controller, 'src/routes.ts': `import { Router } from 'express';\nimport asyncHandler from 'express-async-handler';\nimport * as parcels from './controller';\nconst own = new parcels.Parcels();\nconst caught = (fn) => (req, res, next) => Promise.resolve(fn(req, res)).catch(next);\nconst router = Router();\n${line}\nexport default router;\n` });
    for (const line of ["router.get('/', parcels.list);", "router.get('/', own.list.bind(own));", "router.get('/', asyncHandler(parcels.list));", "router.get('/', caught(parcels.list));", "router.route('/').post(audit).get(parcels.list);", "router.route({ method: 'GET', url: '/', handler: parcels.list });"]) {
      expect([line, await entries(route(line))]).toEqual([line, ['route through calls']]);
    }
    // What stands beside the handler of the route is none: nothing says when it runs.
    expect(new Set(await entries(route("process.on('exit', parcels.sweep);")))).toEqual(new Set(['route through calls']));
  });

  it('is what calls the function that gives a helper the code, not whatever else calls the helper', async () => {
    const service = `import { PrismaClient } from '@prisma/client';
const prisma = new PrismaClient();
const cached = async (key, make) => { const known = store.get(key); return known ?? make(); };
export const listParcels = (hub) => cached(hub, () => prisma.parcel.findMany({ where: { hub } }));
export const listVans = (plate) => cached(plate, () => prisma.van.findMany({ where: { plate } }));
`;
    expect(await entries({ 'src/service.ts': service, 'src/app.ts': "import express from 'express';\nimport { listParcels } from './service';\nconst app = express();\napp.get('/parcels', async (req, res) => { res.json(await listParcels(req.query.hub)); });\n", 'src/jobs.ts': "import { Worker } from 'bullmq';\nimport { listVans } from './service';\nnew Worker('vans', async (job) => { await listVans(job.data.plate); });\n" })).toEqual(['route through calls', 'worker through calls']);
    const made = "import { Worker } from 'bullmq';\nimport { listParcels } from './service';\nconst every = (name, run) => new Worker(name, async (job) => run(job.data));\nexport const start = () => { every('parcels', async (data) => { await listParcels(data.hub); }); };\n";
    expect(await entries({ 'src/service.ts': SERVICE, 'src/jobs.ts': made })).toEqual(['worker through calls']);
    // What a maker gives back runs where it is called.
    const traced = "import { listParcels } from './service';\nconst trace = (name) => (fn) => async (...args) => fn(...args);\nexport const traced = trace('list')(async (hub) => listParcels(hub));\nexport const listAll = async (hubs) => { for (const hub of hubs) await traced(hub); };\n";
    expect(await entries({ 'src/service.ts': SERVICE, 'src/traced.ts': traced, 'src/jobs.ts': "import { Worker } from 'bullmq';\nimport { listAll } from './traced';\nnew Worker('vans', async (job) => { await listAll(job.data.hubs); });\n" })).toEqual(['worker through calls']);
  });

  const near = (code: string) => entries({ 'src/service.ts': SERVICE, 'src/code.ts': `import { listParcels } from './service';\n${code}\n` });

  it('is what takes a request or a job, as its parameters or its own type say', async () => {
    for (const code of ['export const list = async (req: Request, res: Response) => { res.json(await listParcels(req.query.hub)); };', 'export function list(request, reply) { return listParcels(request.query.hub); }', 'export const handler = (event: APIGatewayProxyEvent) => listParcels(event.body);', 'export const execute = (interaction: ButtonInteraction) => listParcels(interaction.customId);', 'export const list: RequestHandler = async (asked, answer) => { answer.json(await listParcels(asked.query.hub)); };']) {
      expect([code, await near(code)]).toEqual([code, ['route through calls']]);
    }
    expect(await near('export const handler = (event: SQSEvent) => listParcels(event.Records[0].body);')).toEqual(['message through calls']);
    for (const code of ['export const print = async (job: Job<{ hub: string }>) => listParcels(job.data.hub);', 'export const handler = (event: ScheduledEvent) => listParcels(event.region);', 'const tasks: TaskList = { sort: async (payload) => { await listParcels(payload.hub); } };\nrun({ tasks });', 'export default { sort: (payload) => listParcels(payload.hub) } satisfies TaskList;']) {
      expect([code, await near(code)]).toEqual([code, ['worker through calls']]);
    }
    for (const code of ['export const print = async (job: Job) => listParcels(job.hub);', 'export const list = (request) => listParcels(request.hub);', 'export const merge = (res, req) => listParcels(req.hub + res.hub);', 'export const list: Lister = async (asked, answer) => { answer.push(await listParcels(asked.hub)); };']) {
      expect([code, await near(code)]).toEqual([code, ['null']]);
    }
  });

  it('is what listens for messages or answers a bot, and no end of a process or a connection', async () => {
    for (const code of ["client.on('messageCreate', async (message) => { await listParcels(message.content); });", 'client.on(Events.GuildCreate, (guild) => listParcels(guild.id));', 'consumer.run({ eachMessage: async ({ message }) => { await listParcels(message.key); } });', "channel.consume('parcels', async (message) => { await listParcels(message.content); });"]) {
      expect([code, await near(code)]).toEqual([code, ['message through calls']]);
    }
    for (const code of ["export const sort = task({ id: 'sort', run: async (payload) => listParcels(payload.hub) });", "export const sort = schedules.task({ id: 'sort', cron: '0 3 * * *', run: () => listParcels('north') });"]) {
      expect([code, await near(code)]).toEqual([code, ['worker through calls']]);
    }
    expect(await near("bot.command('parcels', async (ctx) => { await listParcels(ctx.match); });")).toEqual(['route through calls']);
    for (const code of ["process.on('SIGTERM', () => listParcels('north'));", "socket.once('close', () => listParcels('north'));", "export const sort = task({ id: 'sort', load: () => listParcels('north') });", "program.command('parcels');\nexport const print = () => listParcels('north');"]) {
      expect([code, await near(code)]).toEqual([code, ['null']]);
    }
  });

  it('is the controller or resolver that has it injected', async () => {
    const app = (decorator: string) => ({ 'src/service.ts': `import { Injectable } from '@nestjs/common';
import { PrismaClient } from '@prisma/client';
@Injectable() export class Store { constructor(private readonly prisma: PrismaClient) {} find(hub: string) { return this.prisma.parcel.findMany({ where: { hub } }); } }
@Injectable() export class Parcels { constructor(private readonly store: Store) {} list(hub: string) { return this.store.find(hub); } }
`, 'src/parcels.ts': `import { Controller, Get, Query } from '@nestjs/common';
import { Parcels } from './service';
@Controller('parcels') export class Api { constructor(private readonly parcels: Parcels) {} ${decorator} list(hub: string) { return this.parcels.list(hub); } }
` });
    expect(await entries(app('@Get()'))).toEqual(['route through calls']);
    expect(await entries(app('@Query(() => [Parcel])'))).toEqual(['route through calls']);
    expect(await entries(app("@Cron('0 3 * * *')"))).toEqual(['worker through calls']);
    for (const listener of ["@OnEvent('parcel.made')", "@EventPattern('parcel')", "@SubscribeMessage('parcels')"]) expect(await entries(app(listener))).toEqual(['message through calls']);
    expect(await entries(app(''))).toEqual(['null']);
  });

  it('is a route rather than a job where both reach it', async () => {
    const route = "import express from 'express';\nimport { listParcels } from './service';\nconst app = express();\napp.get('/parcels', async (req, res) => { res.json(await listParcels(req.query.hub)); });\n";
    const job = "import cron from 'node-cron';\nimport { listParcels } from './service';\nconst nightly = async () => { await listParcels('north'); };\ncron.schedule('0 3 * * *', nightly);\n";
    expect(await entries({ 'src/service.ts': SERVICE, 'src/app.ts': route, 'src/nightly.ts': job })).toEqual(['route through calls, and worker']);
    expect(await entries({ 'src/service.ts': SERVICE, 'src/app.ts': "import { listParcels } from './service';\nclient.on('message', (message) => listParcels(message.hub));\n", 'src/nightly.ts': job })).toEqual(['message through calls, and worker']);
  });

  it('is what is seen to call it, before a folder that may be called so for another reason', async () => {
    const route = "import express from 'express';\nimport { listParcels } from '../tasks/service';\nconst app = express();\napp.get('/parcels', async (req, res) => { res.json(await listParcels(req.query.hub)); });\n";
    expect(await entries({ 'src/tasks/service.ts': SERVICE, 'src/web/app.ts': route })).toEqual(['route through calls']);
    expect(await entries({ 'src/tasks/service.ts': SERVICE })).toEqual(['worker']);
  });

  it('is nothing that a command calls, nor a function of the same name elsewhere', async () => {
    expect(await entries({ 'src/service.ts': SERVICE, 'scripts/print.ts': "import { listParcels } from '../src/service';\nlistParcels('north').then(console.log);\nexport const run = () => listParcels('south');\n" })).toEqual(['null']);
    expect(await entries({ 'src/service.ts': SERVICE, 'src/app.ts': "import express from 'express';\nimport { listParcels } from 'parcel-client';\nconst app = express();\napp.get('/parcels', async (req, res) => { res.json(await listParcels(req.query.hub)); });\n" })).toEqual(['null']);
  });

  it('is nothing that reaches a base for one of the many tables that it serves', async () => {
    const base = `import { PrismaClient } from '@prisma/client';
const prisma = new PrismaClient();
const rowsOf = (delegate, where) => delegate.findMany({ where });
export const parcels = (label: string) => rowsOf(prisma.parcel, { label });
export const vans = (plate: string) => rowsOf(prisma.van, { plate });
export const depots = (city: string) => rowsOf(prisma.depot, { city });
`;
    const route = "import express from 'express';\nimport { parcels } from './base';\nconst app = express();\napp.get('/parcels', async (req, res) => { res.json(await parcels(req.query.label)); });\n";
    expect(new Set(await entries({ 'src/base.ts': base, 'src/app.ts': route }))).toEqual(new Set(['null']));
  });

  it('is a resolver of a map of them, whether it stands there or is named', async () => {
    const map = (entry: string) => `import { listParcels } from './service';\nasync function parcels(_, args) { return listParcels(args.hub); }\nexport const resolvers = { ${entry} };\n`;
    expect(await entries({ 'src/service.ts': SERVICE, 'src/resolvers.ts': map('Query: { parcels }') })).toEqual(['route through calls']);
    expect(await entries({ 'src/service.ts': SERVICE, 'src/resolvers.ts': map('Mutation: { parcels: (_, args) => listParcels(args.hub) }') })).toEqual(['route through calls']);
    expect(await entries({ 'src/service.ts': SERVICE, 'src/resolvers.ts': map('helpers: { parcels }') })).toEqual(['null']);
  });

  it('is a page, a server action or a loader that a framework calls', async () => {
    expect(await entries({ 'src/service.ts': SERVICE, 'app/parcels/page.tsx': "import { listParcels } from '../../src/service';\nexport default async function Page({ params }) { const parcels = await listParcels(params.hub); return <ul>{parcels.map((one) => <li key={one.id}>{one.label}</li>)}</ul>; }\n" })).toEqual(['route through calls']);
    const loader = (name: string) => `import { listParcels } from '../src/service';\nexport async function ${name}({ params }) { return { rows: await listParcels(params.hub) }; }\nexport default function Page() { return <p>all</p>; }\n`;
    expect(await entries({ 'src/service.ts': SERVICE, 'routes/parcels.tsx': loader('loader') })).toEqual(['route through calls']);
    expect(await entries({ 'src/service.ts': SERVICE, 'pages/parcels.tsx': loader('getServerSideProps') })).toEqual(['route through calls']);
    expect(await entries({ 'src/service.ts': SERVICE, 'tools/parcels.tsx': loader('loader') })).toEqual(['null']);
    expect(await entries({ 'src/lib/server/parcels.ts': SERVICE, 'src/routes/parcels/+page.server.ts': "import { listParcels } from '$lib/server/parcels';\nexport const load = async ({ params }) => ({ parcels: await listParcels(params.hub) });\n" })).toEqual(['route through calls']);
    expect(await entries({ 'src/service.ts': SERVICE, 'src/actions.ts': "'use server';\nimport { listParcels } from './service';\nexport async function reload(hub: string) { return listParcels(hub); }\n" })).toEqual(['route through calls']);
    expect(await entries({ 'src/service.ts': SERVICE, 'src/actions.ts': "import { listParcels } from './service';\nexport async function reload(hub: string) { return listParcels(hub); }\n" })).toEqual(['null']);
  });
});

describe('a query that is handed on unfinished', () => {
  it('lists its rows where whoever gets it waits for them', async () => {
    const { project } = await analyseText({ 'src/schema.ts': "import { pgTable, serial, text } from 'drizzle-orm/pg-core';\nexport const parcels = pgTable('parcels', { id: serial('id').primaryKey(), hub: text('hub').notNull() });\n", 'src/service.ts': "import { eq } from 'drizzle-orm';\nimport { drizzle } from 'drizzle-orm/node-postgres';\nimport { parcels } from './schema';\nconst db = drizzle(process.env.DATABASE_URL!);\nexport const listParcels = (hub: string) => db.select().from(parcels).where(eq(parcels.hub, hub));\n", 'src/app.ts': "import Fastify from 'fastify';\nimport { listParcels } from './service';\nconst app = Fastify();\napp.get('/parcels', async (req) => listParcels(req.query.hub));\n" });
    expect(project.usage.queries.map(({ expects, context }) => [expects, context.entry])).toEqual([['many', 'route']]);
  });
});

describe('what a repository is reached from in Python', () => {
  const models = "from sqlalchemy import select\nfrom sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column\n\nclass Base(DeclarativeBase):\n    pass\n\nclass Parcel(Base):\n    __tablename__ = 'parcels'\n    id: Mapped[int] = mapped_column(primary_key=True)\n    hub: Mapped[str]\n\nclass Parcels:\n    def __init__(self, session: Session):\n        self.session = session\n\n    def of(self, hub: str):\n        return self.session.scalars(select(Parcel).where(Parcel.hub == hub)).all()\n";
  const of = async (code: string) => (await analyseText({ 'app/models.py': models, 'app/api.py': code })).project.usage.queries.map(({ context }) => context.entry);

  it('is what a bot answers, and not the command of a program', async () => {
    const bot = (head: string, params: string, isAsync = true) => of(`from app.models import Parcels\n\n${head}\n${isAsync ? 'async ' : ''}def parcels(${params}):\n    return Parcels(session()).of('north')\n`);
    for (const [head, params] of [["@router.message(Command('parcels'))", 'message'], ['@dp.callback_query_handler()', 'query'], ['@bot.message_handler(commands=["parcels"])', 'message'], ['@commands.command()', 'ctx'], ['@bot.tree.command()', 'interaction'], ["@app.event('app_mention')", 'say'], ['', 'update: Update, context: ContextTypes.DEFAULT_TYPE']] as const) expect([head, await bot(head, params)]).toEqual([head, ['route']]);
    expect(await bot('@tasks.loop(minutes=5)', '')).toEqual(['worker']);
    for (const head of ['@cli.command()', '@click.command()']) expect([head, await bot(head, '', false)]).toEqual([head, [null]]);
    // A program's own functions may wait as well, where something runs them until they are done.
    for (const head of ['import typer\n\ncli = typer.Typer()\n\n@cli.command()\n@waiting', 'import asyncclick as click\n\n@click.command()']) expect([head, await bot(head, 'hub')]).toEqual([head, [null]]);
    for (const head of ['@message', '@event', '']) expect([head, await bot(head, 'message')]).toEqual([head, [null]]);
  });

  it('is the route or the task that uses it', async () => {
    expect(await of("from fastapi import APIRouter, Depends\nfrom app.models import Parcels\n\nrouter = APIRouter()\n\n@router.get('/parcels')\ndef parcels(hub: str, store: Parcels = Depends(Parcels)):\n    return store.of(hub)\n")).toEqual(['route']);
    expect(await of("from celery import shared_task\nfrom app.models import Parcels\n\n@shared_task\ndef tidy(hub):\n    Parcels(session()).of(hub)\n")).toEqual(['worker']);
    expect(await of("from flask_restful import Resource\nfrom app.models import Parcels\n\nclass ParcelList(Resource):\n    def get(self, hub):\n        return Parcels(session()).of(hub)\n")).toEqual(['route']);
    expect(await of("from app.models import Parcels\n\ndef tidy(hub):\n    Parcels(session()).of(hub)\n")).toEqual([null]);
  });
});
