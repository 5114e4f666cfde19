/** Types that are taken from other types, as generators of API clients write them: see `src/flow/types.ts`. */
import { describe, expect, it } from 'vitest';
import { analyseText } from '../support/analyse-text.js';

const COUNT = 400;

/** Parts of which each speaks of the next one, the last of the first again. */
const CLIENT = `export interface components { schemas: {
${Array.from({ length: COUNT }, (_, index) => `  Part${index}: { id: string; next: components['schemas']['Part${(index + 1) % COUNT}']; all: components['schemas']['Part${index}'][] };`).join('\n')}
} }
`;

describe('a type that is part of the type it is taken from', () => {
  it('is worked out once, however long the circle is', async () => {
    const { project } = await analyseText({
      'schema.prisma': 'model Part {\n  id String @id\n  label String\n}\n',
      'src/client.ts': CLIENT,
      'src/show.ts': `import { PrismaClient } from '@prisma/client';
import type { components } from './client';
const prisma = new PrismaClient();
export const first = (part: components['schemas']['Part0']) => part.next.next.id;
export const label = async (id: string) => (await prisma.part.findUniqueOrThrow({ where: { id } })).label;
`,
    });
    expect(project.usage.uses.filter(({ kind }) => kind === 'read').map((use) => use.column.name)).toContain('label');
    expect(project.usage.gaps.filter((gap) => gap.kind === 'budget')).toEqual([]);
  });
});
