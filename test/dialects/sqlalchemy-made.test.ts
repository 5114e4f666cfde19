import { expect, it } from 'vitest';
import { analyseText } from '../support/analyse-text.js';
import { shapeOf } from '../support/table-shape.js';

async function schemaOf(models: string) {
  return (await analyseText({ 'app/models.py': models })).project.schema;
}

it('takes a table that a call maps a class to for the class\'s own', async () => {
  const schema = await schemaOf(`
from sqlalchemy import Column, ForeignKey, Integer, String, Table
from sqlalchemy.orm import registry, relationship

mapper_registry = registry()
people = Table("people", mapper_registry.metadata, Column("id", Integer, primary_key=True), Column("kind", String(8), nullable=False), Column("boss_id", ForeignKey("people.id")))
desks = Table("desks", mapper_registry.metadata, Column("id", Integer, primary_key=True), Column("person_id", ForeignKey("people.id"), nullable=False))

class Person: ...
class Manager(Person): ...
class Desk: ...

mapper_registry.map_imperatively(Person, people, polymorphic_on=people.c.kind, properties={"desks": relationship(lambda: Desk, back_populates="owner")})
mapper_registry.map_imperatively(Manager, inherits=Person, polymorphic_identity="manager")
mapper_registry.map_imperatively(Desk, desks, properties={"owner_id": desks.c.person_id, "owner": relationship(Person, back_populates="desks")})
`);
  const [person, desk] = ['people', 'desks'].map((name) => schema.tables.find((table) => table.name === name)!);
  expect([person!.model, person!.submodels, desk!.model]).toEqual(['Person', ['Manager'], 'Desk']);
  expect(person!.columns.map(({ name, role }) => [name, role])).toEqual([['id', null], ['kind', 'discriminator'], ['boss_id', null]]);
  expect(desk!.columns.map(({ attribute }) => attribute)).toEqual(['id', 'owner_id']);
  expect([...person!.relationships, ...desk!.relationships].map(({ name, target, many, foreignKey }) => `${name} ${target.name}${many ? '[]' : ''} ${foreignKey?.columns[0]?.name}`)).toEqual(['desks desks[] person_id', 'owner people person_id']);
});

it('takes a name that stands for the method of a registry for that', async () => {
  const { project: { schema } } = await analyseText({
    'app/meta.py': 'from sqlalchemy import MetaData\nfrom sqlalchemy.orm import registry\n\nmetadata = MetaData()\nmapper_registry = registry()\nmapper = mapper_registry.map_imperatively\n',
    'app/models.py': `
from sqlalchemy import Column, Integer, String, Table
from app import meta

crates = Table("crates", meta.metadata, Column("id", Integer, primary_key=True), Column("code", String(8)))

class Crate: ...

meta.mapper(Crate, crates)
`,
  });
  expect(schema.tables.map(({ name, model }) => [name, model])).toEqual([['crates', 'Crate']]);
});

it('takes the options that `partial` gives every column, unless the column has its own', async () => {
  const schema = await schemaOf(`
import functools
from flask_sqlalchemy import SQLAlchemy

class Extension(SQLAlchemy):
    def apply_driver_hacks(self, app, info, options):
        return super().apply_driver_hacks(app, info, options)

db = Extension(session_options={"expire_on_commit": False})
Column = functools.partial(db.Column, nullable=False)

def key_type(name):
    return db.Integer

def primary_key(name):
    return Column(key_type(name), primary_key=True)

class Depot(db.Model):
    __tablename__ = "depots"
    id = primary_key("Depot")
    label = Column(db.String(40), unique=True)
    note = Column(db.Text, nullable=True)
`);
  expect(shapeOf(schema, 'depots')).toEqual(['id integer', 'label character varying(40)', 'note text null', 'primary (id)', 'unique (label)']);
});
