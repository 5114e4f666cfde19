/** Rows that middlewares keep on the request: see `src/flow/carried.ts` and `src/flow/script-keepers.ts`. */
import { describe, expect, it } from 'vitest';
import { analyseText } from '../support/analyse-text.js';

const PRISMA = 'model Parcel {\n  id String @id\n  label String\n  hub String\n}\n';
const HEAD = "import { PrismaClient } from '@prisma/client';\nimport type { NextFunction, Request, Response } from 'express';\nconst prisma = new PrismaClient();\n";

/** What handlers read of a parcel that the middleware has kept. */
async function readsOf(middleware: string, handler: string): Promise<readonly string[]> {
  const { project } = await analyseText({ 'schema.prisma': PRISMA, 'src/middleware.ts': HEAD + middleware, 'src/handlers.ts': `import type { Request, Response } from 'express';\n${handler}\n` });
  return project.usage.uses.filter(({ place, kind }) => place.path === 'src/handlers.ts' && kind === 'read').map((use) => use.column.name);
}

describe('what a middleware of Express keeps on the request', () => {
  const handler = 'export const show = (req: Request, res: Response) => { res.send(req.parcel.label); };';

  it.each([
    ['a function', 'export async function load(req: Request, res: Response, next: NextFunction) { req.parcel = await prisma.parcel.findUnique({ where: { id: req.params.id } }); next(); }'],
    ['a constant', 'export const load = async (req: Request, res: Response, next: NextFunction) => { req.parcel = await prisma.parcel.findUnique({ where: { id: req.params.id } }); next(); };'],
    ['one that is made', 'export const load = (by: string) => async (req: Request, res: Response, next: NextFunction) => { req.parcel = await prisma.parcel.findUnique({ where: { id: req.params[by] } }); next(); };'],
    ['a method', 'export class Loader { async use(req: Request, res: Response, next: NextFunction) { req.parcel = await prisma.parcel.findUnique({ where: { id: req.params.id } }); next(); } }'],
  ])('is the row for the handlers that come after it: %s', async (_, middleware) => {
    expect(await readsOf(middleware, handler)).toEqual(['label']);
  });

  it('is nothing where another name or another object is read, or the row is kept on something else', async () => {
    const load = 'export async function load(req: Request, res: Response, next: NextFunction) { req.parcel = await prisma.parcel.findUnique({ where: { id: req.params.id } }); next(); }';
    expect(await readsOf(load, 'export const show = (req: Request, res: Response) => { res.send(req.body.label); };')).toEqual([]);
    expect(await readsOf(load, 'export const show = (box: Box) => box.parcel.label;')).toEqual([]);
    expect(await readsOf('export async function load(req: Request, res: Response, next: NextFunction) { res.locals.parcel = await prisma.parcel.findUnique({ where: { id: req.params.id } }); next(); }', handler)).toEqual([]);
  });
});

describe('what a middleware keeps by what it calls the object alone', () => {
  async function readsOf(middleware: string, code: string): Promise<readonly string[]> {
    const { project } = await analyseText({ 'schema.prisma': 'model Parcel {\n  id String @id\n  label String\n  hub String\n}\n', 'src/load.js': `const { PrismaClient } = require('@prisma/client');\nconst prisma = new PrismaClient();\n${middleware}\n`, 'src/show.js': `${code}\n` });
    return project.usage.uses.filter(({ place, kind }) => place.path === 'src/show.js' && kind === 'read').map((use) => use.column.name);
  }
  const found = 'await prisma.parcel.findUnique({ where: { id: req.params.id } })';

  it.each([
    ['a request', `exports.load = async (req, res, next) => { req.parcel = ${found}; next(); };`, 'exports.show = (req, res) => res.send(req.parcel.label);'],
    ['a request that is taken apart', `exports.load = async (req, res, next) => { req.parcel = ${found}; next(); };`, 'exports.show = (req, res) => { const { parcel } = req; res.send(parcel.label); };'],
    ['a request, in a wrapper', `exports.load = wrapped(async (req, res, next) => { req.parcel = ${found}; next(); });`, 'exports.show = (req, res) => res.send(req.parcel.label);'],
    ['a request, for all routes', `router.use(async (req, res, next) => { req.parcel = ${found}; next(); });`, 'exports.show = (req, res) => res.send(req.parcel.label);'],
    ['the locals of an answer', `exports.load = async (req, res, next) => { res.locals.parcel = ${found}; next(); };`, 'exports.show = (req, res) => res.send(res.locals.parcel.label);'],
    ['the state of a context', `exports.load = async (ctx, next) => { ctx.state.parcel = await prisma.parcel.findUnique({ where: { id: ctx.params.id } }); await next(); };`, 'exports.show = (ctx) => { ctx.body = ctx.state.parcel.label; };'],
    ['the locals of an event', `exports.handle = async ({ event, resolve }) => { event.locals.parcel = await prisma.parcel.findUnique({ where: { id: event.params.id } }); return resolve(event); };`, 'exports.load = async ({ locals }) => ({ label: locals.parcel.label.trim() });'],
  ])('is the row for what comes after it: %s', async (_, middleware, code) => {
    expect(await readsOf(middleware, code)).toEqual(['label']);
  });

  it('is nothing of another name or on another object', async () => {
    const load = `exports.load = async (req, res, next) => { req.parcel = ${found}; next(); };`;
    expect(await readsOf(load, 'exports.show = (req, res) => res.send(req.box.label);')).toEqual([]);
    expect(await readsOf(load, 'exports.show = (box, res) => { box.constructor.seen = res; res.send(box.parcel.label); };')).toEqual([]);
    expect(await readsOf(load, 'exports.show = (req, res) => res.send(res.locals.parcel.label);')).toEqual([]);
  });
});

describe('what a middleware of Django keeps on the request', () => {
  const models = 'from django.db import models\n\n\nclass Parcel(models.Model):\n    label = models.CharField(max_length=40)\n    hub = models.CharField(max_length=40)\n';
  const view = 'from django.http import HttpResponse\n\n\ndef show(request):\n    return HttpResponse(request.parcel.label)\n';

  async function readsOf(middleware: string): Promise<readonly string[]> {
    const { project } = await analyseText({ 'shop/models.py': models, 'shop/middleware.py': `from shop.models import Parcel\n\n\n${middleware}\n`, 'shop/views.py': view });
    return project.usage.uses.filter(({ place, kind }) => place.path === 'shop/views.py' && kind === 'read').map((use) => use.column.name);
  }

  it.each([
    ['a class', 'class Current:\n    def __init__(self, get_response):\n        self.get_response = get_response\n\n    def __call__(self, request):\n        request.parcel = Parcel.objects.get(pk=request.session["parcel"])\n        return self.get_response(request)'],
    ['a function', 'def current(get_response):\n    def middleware(request):\n        request.parcel = Parcel.objects.get(pk=request.session["parcel"])\n        return get_response(request)\n    return middleware'],
    ['a decorator of views', 'from functools import wraps\nfrom django.http import HttpResponse\n\n\ndef with_parcel(view):\n    @wraps(view)\n    def inner(request, *args):\n        request.parcel = Parcel.objects.get(pk=request.GET["parcel"])\n        return view(request, *args)\n    return inner'],
  ])('is the row for the views that come after it: %s', async (_, middleware) => {
    expect(await readsOf(middleware)).toEqual(['label']);
  });

  it('is nothing where it is kept on something else, or under another name', async () => {
    expect(await readsOf('class Current:\n    def __init__(self, get_response):\n        self.get_response = get_response\n\n    def __call__(self, request):\n        request.box = Parcel.objects.get(pk=1)\n        return self.get_response(request)')).toEqual([]);
    expect(await readsOf('def load(request):\n    request.parcel = Parcel.objects.get(pk=1)')).toEqual([]);
  });
});
