/** Repositories that libraries make of a model: see `src/dialects/sqlalchemy/api/repositories.ts` and `known-bases.ts`. */
import { describe, expect, it } from 'vitest';
import { analyseText } from '../support/analyse-text.js';

const queriesIn = (usage: Awaited<ReturnType<typeof analyseText>>['project']['usage'], path: string) => usage.queries.filter(({ place }) => place.path === path)
  .map(({ root, verb, conditions, sorts, expects, isPartial }) => [verb, root.table.name, conditions.map(({ column, op }) => `${column.name} ${op}`).join(' and '), sorts.map(({ column }) => column.name).join(), expects, ...(isPartial ? ['partial'] : [])].filter((part) => part !== '').join(' '));

describe('Advanced Alchemy', () => {
  const models = `from uuid import UUID
from advanced_alchemy.base import BigIntBase, UUIDAuditBase
from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column


class Depot(UUIDAuditBase):
    code: Mapped[str]
    city: Mapped[str]


class ParcelBox(BigIntBase):
    depot_id: Mapped[UUID] = mapped_column(ForeignKey("depot.id"))
    label: Mapped[str]
`;
  const repositories = `from advanced_alchemy.repository import SQLAlchemyAsyncRepository
from advanced_alchemy.service import SQLAlchemyAsyncRepositoryService
from shop.models import Depot, ParcelBox


class DepotRepository(SQLAlchemyAsyncRepository[Depot]):
    model_type = Depot

    async def count(self, town):
        return town


class ParcelBoxRepository(SQLAlchemyAsyncRepository):
    model_type = ParcelBox


class DepotService(SQLAlchemyAsyncRepositoryService[Depot]):
    repository_type = DepotRepository
`;
  const analyseUse = (body: string) => analyseText({ 'shop/models.py': models, 'shop/repositories.py': repositories, 'shop/use.py': `from shop.models import Depot, ParcelBox\nfrom shop.repositories import DepotRepository, DepotService, ParcelBoxRepository\n\n\nasync def use(depots: DepotRepository, boxes: ParcelBoxRepository, service: DepotService, data: dict):\n${body.split('\n').map((line) => `    ${line}`).join('\n')}\n` });

  it('brings the key, the times and the name of a table', async () => {
    const { project } = await analyseUse('return None');
    expect(project.schema.tables.map(({ name, columns, primaryKey }) => [name, primaryKey?.columns.map((column) => column.name).join(), columns.map((column) => `${column.name} ${column.type.name}`)])).toEqual([
      ['depot', 'id', ['code character varying', 'city character varying', 'id uuid', 'created_at timestamp with time zone', 'updated_at timestamp with time zone']],
      ['parcel_box', 'id', ['depot_id uuid', 'label character varying', 'id bigint']],
    ]);
    expect(project.schema.tables[1]!.foreignKeys.map(({ target }) => target.name)).toEqual(['depot']);
  });

  it('asks by keywords and expressions, and by the primary key', async () => {
    const { project } = await analyseUse('await depots.get_one_or_none(code="a")\nawait boxes.list(ParcelBox.label == "b", depot_id=1)\nawait depots.exists(city="c")\nawait boxes.get(5)\nawait service.list_and_count(city="d", auto_expunge=True)\nawait boxes.delete_where(label="e")');
    expect(queriesIn(project.usage, 'shop/use.py')).toEqual(['select depot code = one', 'select parcel_box label = and depot_id = many', 'select depot city = exists', 'select parcel_box id = one', 'select depot city = many', 'delete parcel_box label = many']);
  });

  it('inserts what is given: a row where it is built, a dict where it is handed over', async () => {
    const { project } = await analyseUse('box = await boxes.add(ParcelBox(depot_id=1, label="b"))\ndepot = await service.create({"code": "a", "city": "b"})\nreturn box.label + depot.code');
    expect(project.usage.inserts.map(({ table, values }) => [table.name, [...values.keys()].map((column) => column.name)])).toEqual([['parcel_box', ['depot_id', 'label']], ['depot', ['code', 'city']]]);
    expect(project.usage.uses.filter(({ kind }) => kind === 'read').map(({ column }) => column.name)).toEqual(['label', 'code']);
  });

  it('is nothing where the class has a method of that name itself, and no table is out of sight', async () => {
    const { project } = await analyseUse('await depots.count("a")');
    expect(queriesIn(project.usage, 'shop/use.py')).toEqual([]);
    expect(project.usage.gaps).toEqual([]);
  });
});

describe('FastCRUD', () => {
  const files = (body: string) => ({
    'shop/models.py': 'from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column\n\n\nclass Base(DeclarativeBase):\n    pass\n\n\nclass Parcel(Base):\n    __tablename__ = "parcels"\n    id: Mapped[int] = mapped_column(primary_key=True)\n    label: Mapped[str]\n    weight: Mapped[int]\n    note: Mapped[str]\n',
    'shop/schemas.py': 'from pydantic import BaseModel\n\n\nclass ParcelCreate(BaseModel):\n    label: str\n    weight: int\n\n\nclass ParcelRead(BaseModel):\n    id: int\n    label: str\n',
    'shop/crud.py': 'from fastcrud import FastCRUD\nfrom shop.models import Parcel\nfrom shop.schemas import ParcelCreate\n\nCRUDParcel = FastCRUD[Parcel, ParcelCreate, ParcelCreate, ParcelCreate, None]\nparcels = CRUDParcel(Parcel)\nplain = FastCRUD(Parcel)\n\n\nclass Crates(FastCRUD[Parcel, ParcelCreate, ParcelCreate, ParcelCreate, None]):\n    pass\n\n\ncrates = Crates(Parcel)\n',
    'shop/use.py': `from shop.crud import crates, parcels, plain\nfrom shop.schemas import ParcelCreate, ParcelRead\n\n\nasync def use(db, data: ParcelCreate):\n${body.split('\n').map((line) => `    ${line}`).join('\n')}\n`,
  });

  it('asks by keywords, also with an operator behind the name, however it is made', async () => {
    const { project } = await analyseText(files('await plain.get(db, label="a")\nawait parcels.exists(db=db, label="b")\nawait crates.get_multi(db, offset=0, limit=5, weight__gte=3, sort_columns="label")\nawait plain.get(db=db, id=1, one_or_none=True)\nawait plain.get(db, note="c", one_or_none=False)'));
    expect(queriesIn(project.usage, 'shop/use.py')).toEqual(['select parcels label = first', 'select parcels label = exists', 'select parcels weight range label many', 'select parcels id = one', 'select parcels note = first']);
    expect(project.usage.gaps).toEqual([]);
  });

  it('writes the fields of a schema, and gives those that another one names', async () => {
    const { project } = await analyseText(files('made = await parcels.create(db=db, object=data)\nawait plain.update(db, {"note": "x"}, id=made.id)\nfound = await parcels.get_multi(db, schema_to_select=ParcelRead)\nreturn [each["label"] for each in found["data"]]'));
    expect(project.usage.inserts.map(({ values }) => [...values.keys()].map((column) => column.name))).toEqual([['label', 'weight']]);
    expect(project.usage.uses.filter(({ kind, column, atInsert }) => kind === 'write' && !atInsert && column.name === 'note')).toHaveLength(1);
    expect(project.usage.uses.filter(({ kind, column }) => kind === 'read' && column.name === 'label')).toHaveLength(1);
  });
});
