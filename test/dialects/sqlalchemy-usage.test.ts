import { describe, expect, it } from 'vitest';
import type { Project } from '../../src/model/project.js';
import { analyseText } from '../support/analyse-text.js';

const EXTENSION = `
from flask_sqlalchemy import SQLAlchemy

class OwnSQLAlchemy(SQLAlchemy):
    def enforce(self):
        self.session.flush()

db = OwnSQLAlchemy()
`;
const MODELS = `
from app.core import db

class User(db.Model):
    __tablename__ = "users"
    id = db.Column(db.Integer, primary_key=True)
    email = db.Column(db.String, nullable=False)

class Follow(db.Model):
    __tablename__ = "follows"
    id = db.Column(db.Integer, primary_key=True)
    user_id = db.Column(db.Integer, db.ForeignKey("users.id"), index=True)
    topic = db.Column(db.Text)
    user = db.relationship("User", backref=db.backref("follows"))
`;

async function project(code: string): Promise<Project> {
  const head = 'from sqlalchemy import func, select\nfrom app.core import db\nfrom app.models import Follow, User\n';
  return (await analyseText({ 'app/core.py': EXTENSION, 'app/models.py': MODELS, 'app/code.py': head + code })).project;
}
const queries = (of: Project) => of.usage.queries.map((query) => `${query.root.table.name} ${query.expects} by ${query.conditions.map((each) => `${each.column.name} ${each.op}`).join(', ')}: ${query.guards.map((guard) => guard.k).join()}`);

describe('a subclass of the Flask extension', () => {
  it('declares columns, keys and relationships by the names of SQLAlchemy', async () => {
    const { schema } = await project('');
    const follows = schema.tables.find((table) => table.name === 'follows')!;
    expect(follows.columns.map((column) => `${column.name} ${column.type.name}`)).toEqual(['id integer', 'user_id integer', 'topic text']);
    expect(follows.foreignKeys.map((key) => key.target.name)).toEqual(['users']);
    expect(follows.relationships.map((one) => `${one.name} ${one.inverse}`)).toEqual(['user follows']);
  });

  it('has a session and methods of its own', async () => {
    expect(queries(await project('def find(email):\n    db.enforce()\n    return db.session.query(User).filter_by(email=email).one()\n'))).toEqual(['users one by email =: returned']);
  });
});

describe('a relationship that is compared', () => {
  it.each([
    ['filter_by(user=user)', 'follows first by user_id =, topic =: returned'],
    ['filter(Follow.user == user)', 'follows first by user_id =, topic =: returned'],
    ['filter_by(user=None)', 'follows first by user_id null, topic =: returned'],
  ])('asks for the key: %s', async (call, expected) => {
    expect(queries(await project(`def find(user, topic):\n    return Follow.query.${call}.filter_by(topic=topic).first()\n`))).toEqual([expected]);
  });
});

describe('a count', () => {
  it.each([
    ['db.session.query(Follow).filter_by(topic=topic).count()'],
    ['db.session.execute(select(func.count(Follow.id)).where(Follow.topic == topic)).scalar_one()'],
    ['db.session.scalar(select(func.count()).select_from(Follow).where(Follow.topic == topic))'],
    ['db.session.execute(Follow.query.filter_by(topic=topic).statement.with_only_columns([func.count()])).scalar()'],
  ])('is asked whether there is one: %s', async (call) => {
    expect(queries(await project(`def check(topic):\n    if ${call} > 0:\n        raise ValueError("That topic already exists")\n`))).toEqual(['follows count by topic =: refuse-if-present']);
  });

  it('is no sum', async () => {
    expect(queries(await project('def check(topic):\n    if db.session.scalar(select(func.sum(Follow.id)).where(Follow.topic == topic)) > 0:\n        raise ValueError("That topic already exists")\n'))).toEqual(['follows count by topic =: ']);
  });
});

describe('a table of SQLModel as the response model of a route', () => {
  const code = (route: string): string => `
from typing import Optional
from fastapi import FastAPI
from sqlmodel import Field, Session, SQLModel, select

class Hero(SQLModel, table=True):
    id: Optional[int] = Field(default=None, primary_key=True)
    name: str

app = FastAPI()

${route}
def read(session: Session):
    return session.exec(select(Hero)).first()
`;
  const gaps = async (route: string) => (await analyseText({ 'app/main.py': code(route) })).project.usage.gaps.map((gap) => gap.detail);

  it('hands out its rows, and the table to nobody', async () => {
    expect(await gaps('@app.get("/hero", response_model=Hero)')).toEqual([]);
    expect(await gaps('@app.get("/hero", serve(Hero))')).toEqual(['Hero is handed to serve as a class']);
  });
});

describe('with_loader_criteria', () => {
  const run = async (criteria: string) => {
    const of = await project(`from sqlalchemy.orm import with_loader_criteria\n\ndef find():\n    return db.session.scalars(select(Follow).options(with_loader_criteria(${criteria}))).all()\n`);
    return [queries(of), of.usage.uses.filter((use) => use.kind === 'filter').map((use) => use.column.name)];
  };

  it.each(['Follow, Follow.topic.is_(None)', 'Follow, lambda cls: cls.topic.is_(None), include_aliases=True'])('asks it of the table that it is about: %s', async (criteria) => {
    expect(await run(criteria)).toEqual([['follows many by topic null: '], ['topic']]);
  });

  it('asks nothing of a query for other tables', async () => {
    expect(await run('User, User.email == "a"')).toEqual([['follows many by : '], ['email']]);
  });

  it('is about every table whose model descends from a class', async () => {
    expect(await run('db.Model, lambda cls: cls.id > 3')).toEqual([['follows many by : '], []]);
    const of = (await analyseText({
      'app/models.py': 'from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column\n\nclass Base(DeclarativeBase): pass\n\nclass Kept:\n    gone: Mapped[bool]\n\nclass Barge(Kept, Base):\n    __tablename__ = "barges"\n    id: Mapped[int] = mapped_column(primary_key=True)\n\nclass Canal(Base):\n    __tablename__ = "canals"\n    id: Mapped[int] = mapped_column(primary_key=True)\n    gone: Mapped[bool]\n',
      'app/code.py': 'from sqlalchemy import select\nfrom sqlalchemy.orm import Session, with_loader_criteria\nfrom app.models import Barge, Canal, Kept\n\ndef find(session: Session):\n    return session.scalars(select(Barge).options(with_loader_criteria(Kept, lambda cls: cls.gone == False))).all()\n',
    })).project;
    expect(of.usage.uses.filter((use) => use.kind === 'filter').map((use) => `${use.table.name}.${use.column.name}`)).toEqual(['barges.gone']);
    expect(queries(of)).toEqual(['barges many by gone =: ']);
  });
});

describe('a hybrid property', () => {
  const of = async (code: string) => queries((await analyseText({
    'app/models.py': `from datetime import datetime
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

class Base(DeclarativeBase): pass

class Barge(Base):
    __tablename__ = "barges"
    id: Mapped[int] = mapped_column(primary_key=True)
    _name: Mapped[str] = mapped_column("name")
    sunk_at: Mapped[datetime | None]

    @hybrid_property
    def name(self):
        return self._name

    @name.setter
    def name(self, value):
        self._name = value

    @hybrid_property
    def is_sunk(self):
        return self.sunk_at is not None

    @is_sunk.expression
    def is_sunk(cls):
        return cls.sunk_at.is_not(None)

    @hybrid_property
    def label(self):
        return make(self._name)
`,
    'app/code.py': `from sqlalchemy import select\nfrom sqlalchemy.orm import Session\nfrom app.models import Barge\n\ndef find(session: Session, name):\n    return session.${code}\n`,
  })).project);

  it.each([
    ['scalars(select(Barge).where(Barge.name == name, ~Barge.is_sunk)).one()', 'barges one by name =, sunk_at null: returned'],
    ['query(Barge).filter_by(name=name).filter(Barge.is_sunk).one()', 'barges one by name =, sunk_at not-null: returned'],
  ])('is what its expression, or else its getter, says of the class: %s', async (code, expected) => {
    expect(await of(code)).toEqual([expected]);
  });

  it('of which nothing can be told leaves the query open', async () => {
    expect(await of('scalars(select(Barge).where(Barge.label == name)).one()')).toEqual(['barges one by : returned']);
  });
});

describe('tables of Core that are joined apart', () => {
  const of = async (code: string) => queries((await analyseText({
    'app/tables.py': `import sqlalchemy as sa\n\nmeta = sa.MetaData()\nports = sa.Table("ports", meta, sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.Text))\nquays = sa.Table("quays", meta, sa.Column("id", sa.Integer, primary_key=True), sa.Column("port", sa.Integer))\ncranes = sa.Table("cranes", meta, sa.Column("id", sa.Integer, primary_key=True), sa.Column("quay", sa.Integer))\n`,
    'app/code.py': `import sqlalchemy as sa\nfrom app.tables import cranes, ports, quays\n\ndef find(connection, name):\n    ${code}\n`,
  })).project);

  it.each([
    ['j = quays.join(ports, quays.c.port == ports.c.id)\n    return connection.execute(sa.select(quays.c.id).select_from(j).where(ports.c.name == name)).all()', 'quays many by port =, name =: '],
    ['j = quays.join(ports, quays.c.port == ports.c.id).outerjoin(cranes, cranes.c.quay == quays.c.id)\n    return connection.execute(sa.select(sa.func.count()).select_from(j).where(ports.c.name == name)).scalar()', 'quays count by port =, quay =, name =: '],
  ])('are joined in the query that selects from them: %s', async (code, expected) => {
    expect(await of(code)).toEqual([expected]);
  });

  it('are asked for by nothing where no query selects from them', async () => {
    expect(await of('",".join(name)\n    return connection.execute(sa.select(quays.c.id)).all()')).toEqual(['quays many by : ']);
  });
});

it('writes the attribute behind a property where code assigns to the property, not where its setter stands', async () => {
  const { project } = await analyseText({
    'app/models.py': `
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
class Base(DeclarativeBase): ...
class Barge(Base):
    __tablename__ = "barges"
    id: Mapped[int] = mapped_column(primary_key=True)
    _name: Mapped[str] = mapped_column("name")
    code: Mapped[str]

    @property
    def name(self):
        return self._name

    @name.setter
    def name(self, value):
        self._name = value

    @property
    def label(self):
        return self.code

    @label.setter
    def label(self, value):
        self.code = value.upper()
`,
    'app/code.py': 'from app.models import Barge\n\ndef rename(barge: Barge, name: str):\n    barge.name = name\n    barge.label = name\n',
  });
  const writes = project.usage.uses.filter(({ kind }) => kind === 'write').map(({ column, place }) => `${column.name} ${place.path}`);
  // The setter is code of its own as well.
  expect(writes.sort()).toEqual(['code app/models.py', 'name app/code.py', 'name app/models.py']);
});
