/** One database with models in two places: those of an API, and those that a dashboard has pulled from it. */
import { describe, expect, it } from 'vitest';
import { collectionText, referenceText } from '../../src/model/model-text.js';
import { analyseText } from '../support/analyse-text.js';

const API = `from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Clinic(Base):
    __tablename__ = "clinics"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    slug: Mapped[str]


class Doctor(Base):
    __tablename__ = "doctors"

    id: Mapped[int] = mapped_column(primary_key=True)
    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinics.id"))
    full_name: Mapped[str]
    email: Mapped[str]


class Visit(Base):
    __tablename__ = "visits"

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id"))
`;

const PULLED = `import { integer, pgTable, serial, text } from 'drizzle-orm/pg-core';

export const clinics = pgTable('clinics', { id: serial('id').primaryKey(), name: text('name').notNull() });
export const doctors = pgTable('doctors', { id: serial('id').primaryKey(), fullName: text('full_name').notNull() });
export const reports = pgTable('reports', { id: serial('id').primaryKey(), clinicId: integer('clinic_id').references(() => clinics.id) });
`;

const tablesOf = async (files: Readonly<Record<string, string>>) => {
  const { project: { schema } } = await analyseText(files);
  return new Map(schema.tables.map((table) => [table.name, table]));
};

const IN_PYTHON = { 'api/models.py': API, 'api/package.json': '{}' };

describe('a table that two places declare', () => {
  it.each([['before', 'dashboard/schema.ts'], ['after', 'aaa/schema.ts']])('is that of the place which says more of the shared tables, %s it', async (_, pulled) => {
    const tables = await tablesOf({ ...IN_PYTHON, [pulled]: PULLED });
    for (const [name, model] of [['clinics', 'Clinic'], ['doctors', 'Doctor']] as const) expect(tables.get(name)).toMatchObject({ model, dialect: 'sqlalchemy', place: { path: 'api/models.py' } });
    expect(tables.get('reports')).toMatchObject({ model: 'reports', dialect: 'drizzle' });
  });

  it('has the columns that only one of them declares as they are declared', async () => {
    const email = (await tablesOf({ ...IN_PYTHON, 'dashboard/schema.ts': PULLED })).get('doctors')!.columns.find((column) => column.name === 'email');
    expect(email).toMatchObject({ nullable: false, submodel: null });
    const shorter = API.replace('    email: Mapped[str]\n', '').replace('    full_name: Mapped[str]\n', '');
    const wider = PULLED.replace("fullName:", "email: text('email').notNull(), phone: text('phone').notNull(), city: text('city').notNull(), fullName:");
    const tables = await tablesOf({ 'api/models.py': shorter, 'api/package.json': '{}', 'dashboard/schema.ts': wider });
    expect(tables.get('doctors')!.columns.map((column) => `${column.name} ${column.nullable}`)).toContain('clinic_id false');
  });

  it('is told no relationship to a model of another language', async () => {
    const tables = await tablesOf({ ...IN_PYTHON, 'dashboard/schema.ts': PULLED });
    for (const name of ['visits', 'reports']) {
      const [key] = tables.get(name)!.foreignKeys;
      expect([referenceText(key!, null), collectionText(key!, null)]).toEqual([undefined, undefined]);
    }
    const [own] = tables.get('doctors')!.foreignKeys;
    expect(referenceText(own!, null)).toBe('clinic = relationship("Clinic")');
  });
});
