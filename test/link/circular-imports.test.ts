/** Names that lead in a circle on the way to where they are declared: see `Names.ofModule` in `src/flow/names.ts`. */
import { describe, expect, it } from 'vitest';
import { analyseText } from '../support/analyse-text.js';

const HEAD = 'from sqlalchemy.orm import Mapped, mapped_column\n';
const BASE = 'from sqlalchemy.orm import DeclarativeBase\n\n\nclass Base(DeclarativeBase):\n    pass\n';
const model = (name: string, table: string) => `\n\nclass ${name}(Base):\n    __tablename__ = "${table}"\n    id: Mapped[int] = mapped_column(primary_key=True)\n    label: Mapped[str] = mapped_column()\n`;

/** The columns that `shop/labels.py` reads, where the package's parts import from each other. */
async function readsOf(names: string, files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const { project } = await analyseText({ 'shop/models/base.py': BASE, ...files, 'shop/labels.py': `from sqlalchemy import select\nfrom shop.models import ${names}\n\n\ndef labels(session):\n    return session.scalars(select(${names}.label)).all()\n` });
  return project.usage.uses.filter(({ place, kind }) => place.path === 'shop/labels.py' && kind === 'read').map(({ table, column }) => `${table.name}.${column.name}`);
}

describe('a package that gives on all names of its parts', () => {
  const crates = `${HEAD}from typing import TYPE_CHECKING\nfrom .base import Base\nif TYPE_CHECKING:\n    from . import Parcel\n${model('Crate', 'crates')}`;
  const parcels = `${HEAD}from typing import TYPE_CHECKING\nfrom .base import Base\nif TYPE_CHECKING:\n    from . import Crate\n${model('Parcel', 'parcels')}`;

  it.each([
    ['the part that only imports it comes first', 'from .crates import *\nfrom .parcels import *\n'],
    ['the part that declares it comes first', 'from .parcels import *\nfrom .crates import *\n'],
  ])('has each by its declaration, where parts import from the package for their types: %s', async (_, init) => {
    const files = { 'shop/models/__init__.py': init, 'shop/models/crates.py': crates, 'shop/models/parcels.py': parcels };
    expect(await readsOf('Parcel', files)).toEqual(['parcels.label']);
    expect(await readsOf('Crate', files)).toEqual(['crates.label']);
  });

  it('has none of a name that leads nowhere but in a circle', async () => {
    const files = { 'shop/models/__init__.py': 'from .crates import *\nfrom .parcels import *\n', 'shop/models/crates.py': `${HEAD}from . import Sack\n`, 'shop/models/parcels.py': `${HEAD}from . import Sack\n` };
    expect(await readsOf('Sack', files)).toEqual([]);
  });
});
