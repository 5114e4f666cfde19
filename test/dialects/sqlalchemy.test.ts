import { describe, expect, it } from 'vitest';
import { collectionText, referenceText, tieText } from '../../src/model/model-text.js';
import { analyseText } from '../support/analyse-text.js';
import { shapeOf, tableNames } from '../support/table-shape.js';

async function schemaOf(models: string) {
  return (await analyseText({ 'app/models.py': models })).project.schema;
}

const IMPORTS = `
import re
from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import DeclarativeBase, Mapped, as_declarative, declarative_base, declared_attr, mapped_column
`;
const CLASSES = `
class SeedLot(Base):
    code: Mapped[str] = mapped_column(String(12))

class FieldPlot(Base):
    seed_lot_id: Mapped[int] = mapped_column(ForeignKey("SEED_LOT.id"))
`;
/** The two classes under a base, and what their table of lots is called there. */
const under = (base: string, lots: string): string => IMPORTS + base + CLASSES.replace('SEED_LOT', lots);

describe('a name that the declarative base computes', () => {
  const bases: Record<string, readonly [string, string, string]> = {
    'on DeclarativeBase': [`
class Base(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True)

    @declared_attr.directive
    def __tablename__(cls) -> str:
        return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower() + "s"
`, 'field_plots', 'seed_lots'],
    'on a class given to declarative_base': [`
class Model:
    id = Column(Integer, primary_key=True)

    @declared_attr
    def __tablename__(cls):
        return f"app_{cls.__name__.lower()}"

Base = declarative_base(cls=Model)
`, 'app_fieldplot', 'app_seedlot'],
    'under @as_declarative, with a helper and a compiled pattern': [`
PATTERN = re.compile(r"([a-z])([A-Z])")

def to_snake(name: str) -> str:
    separated = PATTERN.sub(r"\\1_\\2", name)
    return separated.lower()

@as_declarative()
class Base:
    id: Mapped[int] = mapped_column(primary_key=True)

    @declared_attr
    def __tablename__(cls) -> str:
        return to_snake(cls.__name__)
`, 'field_plot', 'seed_lot'],
    'on a mixin that has columns': [`
class Root(DeclarativeBase):
    pass

class Named:
    id: Mapped[int] = mapped_column(primary_key=True)

    @declared_attr
    def __tablename__(cls) -> str:
        return cls.__name__.lower()

class Base(Named, Root):
    __abstract__ = True
`, 'fieldplot', 'seedlot'],
  };
  for (const [where, [base, plots, lots]] of Object.entries(bases)) it(where, async () => {
    const schema = await schemaOf(under(base, lots));
    expect(tableNames(schema)).toEqual([plots, lots]);
    expect(shapeOf(schema, lots)).toEqual(['id integer', 'code character varying(12)', 'primary (id)']);
    expect(shapeOf(schema, plots)).toEqual(['id integer', 'seed_lot_id integer', 'primary (id)', `foreign (seed_lot_id) -> ${lots} (id)`]);
  });

  it('joins a subclass with a key of its own to its parent, and lets one without share the table', async () => {
    const schema = await schemaOf(`${IMPORTS}
class Base(DeclarativeBase):
    @declared_attr.directive
    def __tablename__(cls) -> str:
        return cls.__name__.lower()

class Person(Base):
    id: Mapped[int] = mapped_column(primary_key=True)

class Driver(Person):
    id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    licence: Mapped[str] = mapped_column(String(9))

class Guest(Person):
    __tablename__ = None
    host: Mapped[str | None] = mapped_column(String(80))
`);
    expect(tableNames(schema)).toEqual(['driver', 'person']);
    expect(shapeOf(schema, 'driver')).toEqual(['id integer', 'licence character varying(9)', 'primary (id)', 'foreign (id) -> person (id)']);
    expect(shapeOf(schema, 'person')).toEqual(['id integer', 'host character varying(80) null', 'primary (id)']);
  });
});

it('takes a class of SQLModel without `table` for a schema, whatever it is called', async () => {
  const schema = await schemaOf(`
from sqlalchemy.orm import declared_attr
from sqlmodel import Field, SQLModel

class Base(SQLModel):
    id: int | None = Field(default=None, primary_key=True)

    @declared_attr.directive
    def __tablename__(cls) -> str:
        return cls.__name__.lower()

class Parcel(Base, table=True):
    weight: int

class ParcelRead(Parcel):
    carrier: str
`);
  expect(tableNames(schema)).toEqual(['parcel']);
  expect(shapeOf(schema, 'parcel')).toEqual(['id integer', 'weight integer', 'primary (id)']);
});

it('spells relationships of SQLModel with the annotation that they need', async () => {
  const schema = await schemaOf(`
from sqlmodel import Field, Relationship, SQLModel

class Depot(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)

class Parcel(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    depot_id: int = Field(foreign_key="depot.id")
    sender_id: int | None = Field(default=None, foreign_key="depot.id")
`);
  const [depot, sender] = schema.tables.find((table) => table.name === 'parcel')!.foreignKeys;
  expect(collectionText(depot!, null)).toBe('parcels: list["Parcel"] = Relationship(back_populates="depot")');
  expect(referenceText(depot!, 'parcels')).toBe('depot: "Depot" = Relationship(back_populates="parcels")');
  expect(referenceText(sender!, null)).toBe('sender: Optional["Depot"] = Relationship()');
  expect(tieText(depot!, 'parcels', 'depot')).toBe('depot: "Depot" = Relationship(back_populates="parcels")');
});

it('gives the models of Flask-SQLAlchemy the columns of the base that the extension is made with', async () => {
  const schema = await schemaOf(`
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

class Base(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True)

db = SQLAlchemy(model_class=Base)

class FieldPlot(db.Model):
    acres: Mapped[int]
`);
  expect(shapeOf(schema, 'field_plot')).toEqual(['id integer', 'acres integer', 'primary (id)']);
});

it('takes true() and false() as the constants that they are in SQL', async () => {
  const schema = await schemaOf(`
import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

class Base(DeclarativeBase):
    pass

class Lamp(Base):
    __tablename__ = "lamps"
    id: Mapped[int] = mapped_column(primary_key=True)
    is_on: Mapped[bool] = mapped_column(server_default=sa.true())
    is_new: Mapped[bool] = mapped_column(server_default=sa.false())
    at: Mapped[int] = mapped_column(server_default=sa.func.clock())
`);
  expect(schema.tables[0]!.columns.map((column) => column.databaseDefault)).toEqual([null, 'true', 'false', 'clock()']);
});

describe('columns that a composite declares', () => {
  const models = (fields: string): string => `
from dataclasses import dataclass
from sqlalchemy import Integer
from sqlalchemy.orm import DeclarativeBase, Mapped, composite, mapped_column

class Base(DeclarativeBase):
    pass

@dataclass
class Point:
    x: int
    y: int | None

class Vertex(Base):
    __tablename__ = "vertices"
    id: Mapped[int] = mapped_column(primary_key=True)
${fields}
`;

  it('have the names that they are given, and the types of the fields', async () => {
    const schema = await schemaOf(models('    start: Mapped[Point] = composite(mapped_column("x1"), mapped_column("y1"))\n    end: Mapped[Point] = composite(Point, mapped_column("x2", Integer), mapped_column("y2"))'));
    expect(shapeOf(schema, 'vertices')).toEqual(['id integer', 'x1 integer', 'y1 integer null', 'x2 integer', 'y2 integer null', 'primary (id)']);
  });

  it('are called after the fields where nothing says how', async () => {
    expect(shapeOf(await schemaOf(models('    at: Mapped[Point] = composite()')), 'vertices')).toEqual(['id integer', 'x integer', 'y integer null', 'primary (id)']);
  });
});

it('finds types in the map of the base by the name that is written, of a collection or an alias too', async () => {
  const schema = await schemaOf(`
from typing import Annotated, Any
from sqlalchemy import ARRAY, JSON, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

code = Annotated[str, 8]
label = Annotated[str, mapped_column(String(40))]

class Base(DeclarativeBase):
    type_annotation_map = {dict[str, Any]: JSONB, list[str]: ARRAY(String), code: String(8)}

class Lamp(Base):
    __tablename__ = "lamps"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[code]
    label: Mapped[label]
    tags: Mapped[list[str]]
    extra: Mapped[dict[str, Any] | None]
    counts: Mapped[dict[str, int]] = mapped_column(JSON)
`);
  expect(shapeOf(schema, 'lamps')).toEqual(['id integer', 'code character varying(8)', 'label character varying(40)', 'tags character varying[]', 'extra jsonb null', 'counts json', 'primary (id)']);
});

it('takes the values of a dict for the rows of a relationship', async () => {
  const schema = await schemaOf(`
from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import DeclarativeBase, Mapped, attribute_keyed_dict, mapped_column, relationship

class Base(DeclarativeBase):
    pass

class Lamp(Base):
    __tablename__ = "lamps"
    id: Mapped[int] = mapped_column(primary_key=True)
    marks: Mapped[dict[str, "Mark"]] = relationship(collection_class=attribute_keyed_dict("name"))

class Mark(Base):
    __tablename__ = "marks"
    lamp_id: Mapped[int] = mapped_column(ForeignKey("lamps.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(8), primary_key=True)
`);
  expect(schema.tables[0]!.relationships.map(({ name, target, many }) => [name, target.name, many])).toEqual([['marks', 'marks', true]]);
});

it('takes the table arguments of the nearest class, with those that it adds to its own', async () => {
  const schema = await schemaOf(`
from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

class Base(DeclarativeBase):
    pass

class Coded:
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(8))
    __table_args__ = (UniqueConstraint("code"),)

class Harbour(Coded, Base):
    __tablename__ = "harbours"

class Pier(Coded, Base):
    __tablename__ = "piers"
    name: Mapped[str] = mapped_column(String(8))
    __table_args__ = (Index("ix_piers_name", "name"),)

class Berth(Coded, Base):
    __tablename__ = "berths"
    name: Mapped[str] = mapped_column(String(8))

    @declared_attr.directive
    def __table_args__(cls):
        return (*Coded.__table_args__, Index("ix_berths_name", "name"))
`);
  const keysOf = (name: string): readonly string[] => shapeOf(schema, name).filter((line) => /^(unique|index)/.test(line));
  expect([keysOf('harbours'), keysOf('piers'), keysOf('berths')]).toEqual([['unique (code)'], ['index (name)'], ['unique (code)', 'index (name)']]);
});

describe('a column that a function of the repository makes', () => {
  it.each(['Any', 'Mapped[int]', '"Column[Any]"', 'object'])('is the one it returns where it says -> %s', async (returns) => {
    const schema = await schemaOf(`
from typing import Any
from sqlalchemy import Column, Numeric
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

def money() -> ${returns}:
    return ${returns.includes('Column') ? 'Column' : 'mapped_column'}(Numeric(12, 2), server_default="0")

class Base(DeclarativeBase):
    pass

class Line(Base):
    __tablename__ = "lines"
    id: Mapped[int] = mapped_column(primary_key=True)
    price: Mapped[int] = money()
    cost = money()
`);
    expect(schema.tables[0]!.columns.map(({ name, type, databaseDefault }) => [name, type.name, databaseDefault])).toEqual([['id', 'integer', null], ['price', 'numeric', "'0'"], ['cost', 'numeric', "'0'"]]);
  });
});

it('takes a name that the application gives to what Flask\'s extension has for that, and the keys that a helper makes of it', async () => {
  const schema = await schemaOf(`
from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()
Column = db.Column
relationship = db.relationship

class PkModel(db.Model):
    __abstract__ = True
    id = Column(db.Integer, primary_key=True)

def reference_col(table, nullable=False, key="id"):
    return Column(db.ForeignKey(f"{table}.{key}"), nullable=nullable)

class Depot(PkModel):
    __tablename__ = "depots"
    label = Column(db.String(40), nullable=False)

class Crate(PkModel):
    __tablename__ = "crates"
    depot_id = reference_col("depots", nullable=True)
    depot = relationship("Depot", backref="crates")
`);
  expect(schema.tables.map(({ name, columns }) => [name, columns.map((column) => `${column.name} ${column.type.name}${column.nullable ? '' : ' not null'}`)])).toEqual([['depots', ['id integer not null', 'label character varying not null']], ['crates', ['id integer not null', 'depot_id integer']]]);
  expect(schema.tables[1]!.foreignKeys.map(({ target }) => target.name)).toEqual(['depots']);
  expect(schema.tables.flatMap(({ relationships }) => relationships.map(({ name, target }) => `${name} ${target.name}`))).toEqual(['crates crates', 'depot depots']);
});
