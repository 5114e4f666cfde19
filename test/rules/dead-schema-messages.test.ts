import { describe, expect, it } from 'vitest';
import { unusedModel } from '../../rules/unused-model.js';
import { writeOnlyModel } from '../../rules/write-only-model.js';
import { analyseText } from '../support/analyse-text.js';
import { drafts } from '../support/project-builder.js';

const SCHEMA = `
model Visit {
  id     String @id
  reason String
}
model VisitNote {
  id      String @id
  visitId String
  text    String
}
`;
const CLIENT = "import { Prisma, PrismaClient } from '@prisma/client';\nexport const prisma = new PrismaClient();\n";
const USED = `${CLIENT}export const visits = () => prisma.visit.findMany({ select: { reason: true } });\n`;

describe('what is said of a dead table', () => {
  it('names the test that reaches it through the client', async () => {
    const { project } = await analyseText({ 'schema.prisma': SCHEMA, 'src/visits.ts': USED, 'src/note.test.ts': `${CLIENT}await prisma.visitNote.create({ data: { visitId: '1', text: 'a' } });\n` });
    const [draft] = drafts(unusedModel, project);
    expect(draft.message).toBe('No application code in this repository uses VisitNote: only tests name it');
    expect(draft.related?.map((one) => one.place.path)).toEqual(['src/note.test.ts']);
  });

  it('counts one insert that several callers share once', async () => {
    const { project } = await analyseText({
      'schema.prisma': SCHEMA,
      'src/visits.ts': `${USED}async function note(tx: Prisma.TransactionClient, visitId: string, text: string) { await tx.visitNote.create({ data: { visitId, text } }); }
export const open = (id: string) => prisma.$transaction(async (tx) => note(tx, id, 'open'));
export const close = (id: string) => prisma.$transaction(async (tx) => note(tx, id, 'close'));
`,
    });
    expect(drafts(writeOnlyModel, project).map((draft) => draft.message)).toEqual(['VisitNote is written in 1 place and no code in this repository queries it or hands it out']);
  });
});
