import { describe, expect, it } from 'vitest';
import { analyseText } from '../support/analyse-text.js';

const base = 'from sqlalchemy import String\nfrom sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column\n\n\nclass Base(DeclarativeBase):\n    pass\n\n\n';
const model = (name: string, column: string): string => `class ${name.charAt(0).toUpperCase()}${name.slice(1)}(Base):\n    __tablename__ = "${name}"\n    id: Mapped[int] = mapped_column(primary_key=True)\n    ${column}: Mapped[str] = mapped_column(String(20))\n\n\n`;
const models = (...all: readonly (readonly [string, string])[]): string => base + all.map(([name, column]) => model(name, column)).join('');
const shapes = async (files: Readonly<Record<string, string>>) => {
  const { project } = await analyseText(files);
  return project.schema.tables.map((table) => `${table.database}:${table.name}(${table.columns.map((column) => column.name).join()})`).sort();
};
const revision = (table: string, column: string): string => `from alembic import op\nimport sqlalchemy as sa\nrevision = "${table}${column}"\ndown_revision = None\n\n\ndef upgrade():\n    op.create_table("${table}", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("${column}", sa.String(20)))\n`;

describe('two declarative bases of one repository', () => {
  it('have a table of one name each, in two databases', async () => {
    expect(await shapes({
      'shop/models.py': models(['keys', 'secret'], ['orders', 'label'], ['goods', 'label']), 'desk/models.py': models(['keys', 'digest'], ['members', 'label'], ['rooms', 'label']),
      'shop/alembic/versions/a.py': revision('keys', 'secret'), 'desk/alembic/versions/b.py': revision('keys', 'digest'),
    })).toEqual(['desk:keys(id,digest)', 'desk:members(id,label)', 'desk:rooms(id,label)', 'shop:goods(id,label)', 'shop:keys(id,secret)', 'shop:orders(id,label)']);
  });

  it('are of one database where most tables of the one are those of the other, or none is', async () => {
    expect(await shapes({ 'shop/models.py': models(['keys', 'secret'], ['orders', 'label'], ['goods', 'label']), 'desk/models.py': models(['keys', 'secret'], ['orders', 'label']) }))
      .toEqual([':goods(id,label)', ':keys(id,secret)', ':orders(id,label)']);
    expect(await shapes({ 'shop/models.py': models(['orders', 'label']), 'desk/models.py': models(['members', 'label']) })).toEqual([':members(id,label)', ':orders(id,label)']);
  });
});
