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
