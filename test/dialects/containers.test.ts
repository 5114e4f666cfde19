import { describe, expect, it } from 'vitest';
import { analyseText } from '../support/analyse-text.js';

const SERVICE = `import { PrismaClient } from '@prisma/client';
const prisma = new PrismaClient();
export class Parcels { list(hub: string) { return prisma.parcel.findMany({ where: { hub } }); } }
`;

async function readsOf(code: string): Promise<readonly string[]> {
  const { project } = await analyseText({ 'schema.prisma': 'model Parcel {\n  id String @id\n  label String\n  hub String\n}\n', 'src/parcels.ts': SERVICE, 'src/code.ts': `import { Parcels } from './parcels';\n${code}\n` });
  return project.usage.uses.filter(({ place, kind }) => place.path === 'src/code.ts' && kind === 'read').map((use) => use.column.name);
}

describe('what a container gives for a class', () => {
  it.each([
    ["import { container } from 'tsyringe';", 'container.resolve(Parcels)'],
    ["import { Container } from 'typedi';", 'Container.get(Parcels)'],
    ["import { Container } from 'inversify';\nconst ioc = new Container();", 'ioc.get(Parcels)'],
    ["import { NestFactory } from '@nestjs/core';\nimport { AppModule } from './app.module';\nconst app = await NestFactory.createApplicationContext(AppModule);", 'app.get(Parcels)'],
  ])('is an instance of it: %s', async (set, given) => {
    expect(await readsOf(`${set}\nconst parcels = ${given};\nexport const labels = async () => (await parcels.list('north')).map((parcel) => parcel.label);`)).toEqual(['label']);
  });

  it('is nothing known where the repository keeps things by class itself', async () => {
    expect(await readsOf("class Counts { get(cls) { return { list: async () => [{ label: cls.name }] }; } }\nconst counts = new Counts();\nexport const labels = async () => (await counts.get(Parcels).list()).map((parcel) => parcel.label);")).toEqual([]);
  });
});
