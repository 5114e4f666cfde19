import { describe, expect, it } from 'vitest';
import { analyseText } from '../support/analyse-text.js';

const MODELS = `
from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import declarative_base, relationship
Base = declarative_base()

class Farm(Base):
    __tablename__ = "farms"
    id = Column(Integer, primary_key=True)
    name = Column(String, nullable=False)
    acres = Column(Integer)
    cows = relationship("Cow", back_populates="farm")

class Cow(Base):
    __tablename__ = "cows"
    id = Column(Integer, primary_key=True)
    farm_id = Column(ForeignKey("farms.id"), nullable=False, index=True)
    tag = Column(String, nullable=False)
    weight = Column(Integer)
    farm = relationship("Farm", back_populates="cows")
`;
const HEAD = `
from flask_marshmallow import Marshmallow
from marshmallow import Schema, fields, post_load
from marshmallow_sqlalchemy import SQLAlchemyAutoSchema, SQLAlchemySchema, auto_field
from app.models import Cow, Farm
ma = Marshmallow()
`;

async function usageOf(code: string) {
  const { project } = await analyseText({ 'app/models.py': MODELS, 'app/code.py': HEAD + code });
  const uses = project.usage.uses.filter((use) => use.kind === 'expose' || use.kind === 'write').map((use) => `${use.kind} ${use.column.table.name}.${use.column.name}${use.via === 'catch-all' ? ' among all' : ''}`);
  return { uses: [...new Set(uses)].sort(), inserts: project.usage.inserts.map((insert) => `${insert.table.name}${insert.isOpen ? ' and more' : ''}`) };
}

describe('what a schema hands out', () => {
  it.each([
    ['the fields it names', 'class Out(Schema):\n    tag = fields.Str()\n    secret = fields.Str(load_only=True)\n\ndef show(session):\n    return Out().dump(session.get(Cow, 1))', ['expose cows.tag']],
    ['what a field shows under another name', 'class Out(Schema):\n    kilos = fields.Int(attribute="weight")\n\nout = Out(many=True)\ndef index(session):\n    return out.dump(session.query(Cow).all())', ['expose cows.weight']],
    ['the rows of nested schemas', 'class CowOut(Schema):\n    tag = fields.Str()\n\nclass Out(Schema):\n    name = fields.Str()\n    cows = fields.List(fields.Nested(CowOut))\n    farm = fields.Nested("Out")\n\ndef show(session):\n    return Out().jsonify(session.get(Farm, 1))', ['expose cows.tag', 'expose farms.name']],
    ['a nested schema by a function', 'class FarmOut(Schema):\n    name = fields.Str()\n\nclass Out(Schema):\n    farm = fields.Nested(lambda: FarmOut(only=("name",)))\n\ndef show(session):\n    return Out().dump(session.get(Cow, 1))', ['expose farms.name']],
    ['every column of its model but the keys to others', 'class Out(SQLAlchemyAutoSchema):\n    class Meta:\n        model = Cow', ['expose cows.id among all', 'expose cows.tag among all', 'expose cows.weight among all']],
    ['these too where it says so, and none that it leaves out', 'class Out(ma.SQLAlchemyAutoSchema):\n    class Meta:\n        model = Cow\n        include_fk = True\n        exclude = ("weight", "id")', ['expose cows.farm_id among all', 'expose cows.tag among all']],
    ['those it lists', 'class Out(SQLAlchemyAutoSchema):\n    class Meta:\n        model = Cow\n        fields = ("id", "tag")', ['expose cows.id', 'expose cows.tag']],
    ['those it makes fields of', 'class Out(SQLAlchemySchema):\n    class Meta:\n        model = Cow\n\n    tag = auto_field()', ['expose cows.tag']],
    ['those that a plain schema lists', 'class Out(ma.Schema):\n    class Meta:\n        fields = ("tag",)\n\ndef show(session):\n    return Out().jsonify(session.get(Cow, 1))', ['expose cows.tag']],
    ['what a route says it answers by', 'class Out(Schema):\n    tag = fields.Str()\n\n@blp.response(200, Out(many=True))\ndef index(session):\n    return session.query(Cow).all()', ['expose cows.tag']],
    ['nothing of a class that is no schema', 'class Out:\n    tag = fields.Str()\n    def dump(self, row): ...\n\ndef show(session):\n    return Out().dump(session.get(Cow, 1))', []],
  ])('%s', async (_, code, expected) => {
    expect((await usageOf(code)).uses).toEqual(expected);
  });
});

describe('what a schema takes in', () => {
  const IN = 'class In(Schema):\n    id = fields.Int(dump_only=True)\n    tag = fields.Str(required=True)\n    kilos = fields.Int(attribute="weight")\n';

  it('is the fields that are not for output alone, whoever makes a row of them', async () => {
    expect(await usageOf(`${IN}\ndef create(session, request):\n    data = In().load(request.json)\n    session.add(Cow(farm_id=1, **data))`)).toEqual({ uses: ['write cows.farm_id', 'write cows.tag', 'write cows.weight'], inserts: ['cows'] });
  });

  it('may be more where the schema lets other fields through', async () => {
    const create = 'def create(session, request):\n    session.add(Cow(**In().load(request.json)))';
    expect((await usageOf(`from marshmallow import INCLUDE\n${IN}    class Meta:\n        unknown = INCLUDE\n\n${create}`)).inserts).toEqual(['cows and more']);
    expect((await usageOf(`${IN}\n${create.replace('request.json', 'request.json, unknown="include"')}`)).inserts).toEqual(['cows and more']);
    expect((await usageOf(`${IN}\n${create.replace('request.json', 'request.json, unknown="exclude"')}`)).inserts).toEqual(['cows']);
  });

  it('may be made a row after it', async () => {
    expect(await usageOf(`${IN}\n    @post_load\n    def make(self, data, **kwargs):\n        return Cow(**data)\n\ndef create(session, request):\n    session.add(In().load(request.json))`)).toEqual({ uses: ['write cows.tag', 'write cows.weight'], inserts: ['cows'] });
  });

  it('is a row at once, or a change of the one that it is given', async () => {
    const schema = 'class In(SQLAlchemyAutoSchema):\n    class Meta:\n        model = Cow\n        load_instance = True\n        fields = ("tag", "weight")\n';
    const uses = ['expose cows.tag', 'expose cows.weight', 'write cows.tag', 'write cows.weight'];
    expect(await usageOf(`${schema}\ndef create(session, request):\n    session.add(In().load(request.json))`)).toEqual({ uses, inserts: ['cows'] });
    expect(await usageOf(`${schema}\ndef change(session, request):\n    In().load(request.json, instance=session.get(Cow, 1), partial=True)`)).toEqual({ uses, inserts: [] });
  });
});
