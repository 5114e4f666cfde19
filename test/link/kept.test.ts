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
