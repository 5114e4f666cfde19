import { describe, expect, it } from 'vitest';
import { missingUnique } from '../../rules/missing-unique.js';
import { analyseText } from '../support/analyse-text.js';
import { drafts } from '../support/project-builder.js';

const SCHEMA = 'CREATE TABLE tags (id bigint PRIMARY KEY, label text NOT NULL, colour text);';

async function said(code: string): Promise<readonly (string | undefined)[]> {
  const [draft] = drafts(missingUnique, (await analyseText({ 'schema.sql': SCHEMA, 'app/tags.py': code })).project);
  return [/\(([^()]*)\)/.exec(draft!.message)?.[1], ...draft!.related!.map((one) => one.message)];
}

describe('what is said of code that relies on a key', () => {
  it('names the insert that turns into an update', async () => {
    expect(await said(`
def save(conn, label, colour):
    conn.execute("INSERT INTO tags (label, colour) VALUES (%s, %s) ON CONFLICT (label) DO UPDATE SET colour = excluded.colour", (label, colour))
`)).toEqual(['a row is inserted or else updated by it', 'inserted here, or else updated by it']);
  });

  it('names the lookup and the insert that follows it', async () => {
    expect(await said(`
def save(conn, label):
    if conn.execute("SELECT id FROM tags WHERE label = %s", (label,)).fetchone() is None:
        conn.execute("INSERT INTO tags (label) VALUES (%s)", (label,))
`)).toEqual(['checked before a row is inserted', 'looked up here before the insert', 'inserted here when there is none']);
  });
});

it('quotes the name of the new key where PostgreSQL would write it small, as the model has it', async () => {
  const { project } = await analyseText({
    'schema.prisma': 'datasource db {\n  provider = "postgresql"\n  url = env("DATABASE_URL")\n}\nmodel Tag {\n  id Int @id @default(autoincrement())\n  boardId Int\n  label String\n}',
    'src/tags.ts': `import { PrismaClient } from '@prisma/client';
const prisma = new PrismaClient();
export async function add(boardId: number, label: string) {
  if (await prisma.tag.findFirst({ where: { boardId, label } })) throw new Error('there is one');
  return prisma.tag.create({ data: { boardId, label } });
}`,
  });
  const [, key] = drafts(missingUnique, project)[0]!.remedies!;
  expect(key).toMatchObject({ sql: 'ALTER TABLE "Tag" ADD CONSTRAINT "uq_Tag_boardId_label" UNIQUE ("boardId", label);', code: '@@unique([boardId, label], map: "uq_Tag_boardId_label")' });
});

it('proposes what the code compares where that is not the column as it stands', async () => {
  const { project } = await analyseText({ 'schema.sql': 'CREATE TABLE seats (id bigint PRIMARY KEY, plan_id bigint NOT NULL, email text NOT NULL);', 'app/seats.py': `
def add(conn, plan_id, email):
    if conn.execute("SELECT id FROM seats WHERE plan_id = %s AND lower(email) = %s", (plan_id, email.lower())).fetchone() is None:
        conn.execute("INSERT INTO seats (plan_id, email) VALUES (%s, %s)", (plan_id, email))
` });
  const [draft] = drafts(missingUnique, project);
  expect(draft!.help).toContain('Make seats (plan_id, lower(email)) unique');
  expect(draft!.remedies!.map((one) => one.sql)).toEqual([
    'SELECT plan_id, lower(email), count(*) FROM seats GROUP BY plan_id, lower(email) HAVING count(*) > 1;',
    'CREATE UNIQUE INDEX CONCURRENTLY uq_seats_plan_id_email ON seats (plan_id, lower(email));',
  ]);
});

it('shows the call that asks, where many share the code that looks rows up', async () => {
  const { project } = await analyseText({
    'src/entities.ts': `import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
${['Plum', 'Pear', 'Fig'].map((name) => `@Entity() export class ${name} { @PrimaryGeneratedColumn() id: number; @Column() code: string; }\n`).join('')}`,
    'src/crud.ts': `import { FindOptionsWhere, Repository } from 'typeorm';
export class Crud<T> {
  constructor(private readonly rows: Repository<T>) {}
  async find(where: FindOptionsWhere<T>): Promise<T> { return this.rows.findOneByOrFail(where); }
}`,
    'src/services.ts': `import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { Crud } from './crud';
import { Fig, Pear, Plum } from './entities';
${['Plum', 'Pear', 'Fig'].map((name) => `export class ${name}Service extends Crud<${name}> {
  constructor(@InjectRepository(${name}) rows: Repository<${name}>) { super(rows); }
  async idOf(code: string) { const row = await this.find({ code }); return row.id; }
}
`).join('')}`,
  });
  const found = drafts(missingUnique, project);
  expect(found).toHaveLength(3);
  expect(new Set(found.flatMap(({ related }) => related!.filter(({ message }) => message === 'the first match is taken here').map(({ place }) => place.path)))).toEqual(new Set(['src/services.ts']));
});

it('keeps the rows out that are deleted, where code asks for the one that is not', async () => {
  const files = (asked: string) => ({ 'models.py': `
from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship
class Base(DeclarativeBase):
    pass
class Essay(Base):
    __tablename__ = "essays"
    id: Mapped[int] = mapped_column(primary_key=True)
    licence: Mapped["Licence"] = relationship(back_populates="essay", uselist=False)
class Licence(Base):
    __tablename__ = "licences"
    id: Mapped[int] = mapped_column(primary_key=True)
    essay_id: Mapped[int] = mapped_column(ForeignKey("essays.id"))
    essay: Mapped[Essay] = relationship(back_populates="licence")
    deleted_at: Mapped[str | None]
def drop(licence: Licence, now: str):
    licence.deleted_at = now
def licence_of(session: Session, essay_id: int):
    return session.query(Licence).filter_by(${asked}).one_or_none()
` });
  const help = async (asked: string) => drafts(missingUnique, (await analyseText(files(asked))).project).map((one) => /^Make [^,]+/.exec(one.help!)?.[0]);
  expect(await help('essay_id=essay_id, deleted_at=None')).toEqual(['Make licences (essay_id) unique WHERE deleted_at IS NULL']);
  expect(await help('essay_id=essay_id')).toEqual(['Make licences (essay_id) unique']);
});
