import { describe, expect, it } from 'vitest';
import { missingIndex } from '../../rules/missing-index.js';
import { analyseText } from '../support/analyse-text.js';
import { drafts } from '../support/project-builder.js';

const PRISMA = `
model Parcel {
  id    String @id
  label String
  scans Scan[]
}
model Scan {
  id       String @id
  parcelId String
  place    String
  parcel   Parcel @relation(fields: [parcelId], references: [id])
}
`;
const SQLALCHEMY = `
from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

class Base(DeclarativeBase):
    pass

class Parcel(Base):
    __tablename__ = "parcels"
    id: Mapped[int] = mapped_column(primary_key=True)
    label: Mapped[str] = mapped_column(Text)
    scans: Mapped[list["Scan"]] = relationship()

class Scan(Base):
    __tablename__ = "scans"
    id: Mapped[int] = mapped_column(primary_key=True)
    parcel_id: Mapped[int] = mapped_column(ForeignKey("parcels.id"))
    place: Mapped[str] = mapped_column(Text)
`;

/** The level of the one finding, and which of its places are said to run in a loop. */
async function found(files: Readonly<Record<string, string>>) {
  const [draft, ...others] = drafts(missingIndex, (await analyseText(files)).project);
  expect(others).toEqual([]);
  return { level: draft.level, places: draft.related?.map((one) => one.message) };
}

const inPython = (body: string) => found({ 'app/models.py': SQLALCHEMY, 'app/code.py': `from sqlalchemy import select\nfrom sqlalchemy.orm import Session, selectinload\nfrom app.models import Parcel\n\n${body}` });

describe('a relationship that is read in a loop', () => {
  it('runs no query where rows never load anything', async () => {
    expect(await found({
      'schema.prisma': PRISMA,
      'src/code.ts': `import { PrismaClient } from '@prisma/client';
const prisma = new PrismaClient();
export async function list() {
  const parcels = await prisma.parcel.findMany({ include: { scans: true } });
  return parcels.map((parcel) => parcel.scans.map((scan) => scan.place));
}`,
    })).toEqual({ level: 'note', places: ['loaded here'] });
  });

  it('runs no query where the function has asked for it with the rows', async () => {
    expect(await inPython(`def places(session: Session) -> list:
    found = []
    for parcel in session.scalars(select(Parcel).options(selectinload(Parcel.scans))):
        found.append([scan.place for scan in parcel.scans])
    return found
`)).toEqual({ level: 'note', places: ['loaded here'] });
  });

  it('runs a query for each row where nothing has asked for it', async () => {
    expect(await inPython(`def places(session: Session) -> list:
    found = []
    for parcel in session.scalars(select(Parcel)):
        found.append([scan.place for scan in parcel.scans])
    return found
`)).toEqual({ level: 'warning', places: ['loaded here in a loop'] });
  });
});

const SCANS = "CREATE TABLE parcels (id bigint PRIMARY KEY);\nCREATE TABLE scans (id bigint PRIMARY KEY, parcel_id bigint NOT NULL REFERENCES parcels (id), place text NOT NULL);";
const inScript = (body: string) => found({ 'schema.sql': SCANS, 'src/code.ts': `import { pool } from './pool';\n${body}` });

describe('what a loop goes through', () => {
  it('is asked for once', async () => {
    expect(await inScript(`export async function places(id) {
  for (const scan of (await pool.query('SELECT place FROM scans WHERE parcel_id = $1', [id])).rows) console.log(scan.place);
}`)).toEqual({ level: 'note', places: ['queried here'] });
  });

  it('is asked for again and again inside of another loop', async () => {
    expect(await inScript(`export async function places(ids) {
  for (const id of ids) for (const scan of (await pool.query('SELECT place FROM scans WHERE parcel_id = $1', [id])).rows) console.log(scan.place);
}`)).toEqual({ level: 'warning', places: ['queried here in a loop'] });
  });
});

describe('a route', () => {
  it('hands out as many rows as it finds', async () => {
    expect(await inScript(`app.get('/scans', async (req) => (await pool.query('SELECT place FROM scans WHERE parcel_id = $1', [req.query.id])).rows.map((scan) => scan.place));`)).toEqual({ level: 'warning', places: ['queried here while a request waits'] });
  });

  it('hands out none of those that it changes', async () => {
    expect(await inScript(`app.post('/scans', async (req) => { await pool.query('UPDATE scans SET place = $2 WHERE parcel_id = $1', [req.query.id, req.body.place]); });`)).toEqual({ level: 'note', places: ['queried here'] });
  });
});

describe('a condition that the default scope and the query both have', () => {
  it('is one condition', async () => {
    const model = (options: string): string => `
      import { DataTypes, Sequelize } from 'sequelize';
      const sequelize = new Sequelize(process.env.DATABASE_URL!);
      const Visit = sequelize.define('Visit', { guestId: { type: DataTypes.UUID, allowNull: false }, deletedAt: DataTypes.DATE }, { tableName: 'visits', ${options} });
      export const of = (guestId: string) => Visit.findAll({ where: { guestId, deletedAt: null } });`;
    for (const options of ['paranoid: true', '']) {
      const [draft, ...others] = drafts(missingIndex, (await analyseText({ 'src/visits.ts': model(options) })).project);
      expect(others).toEqual([]);
      expect(draft.message).toContain('("guestId"), best among rows with "deletedAt" IS NULL,');
    }
  });
});
