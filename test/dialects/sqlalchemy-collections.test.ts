/** Collections that are queries, and what Flask's extension asks: see `src/dialects/sqlalchemy/api/collections.ts` and `results.ts`. */
import { describe, expect, it } from 'vitest';
import { analyseText } from '../support/analyse-text.js';

const FLASK = `from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()


class Depot(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    code = db.Column(db.String(40))
    crates = db.relationship("Crate", backref="depot", lazy="dynamic")


labels = db.Table("labels", db.Column("crate_id", db.ForeignKey("crate.id"), primary_key=True), db.Column("tag_id", db.ForeignKey("tag.id"), primary_key=True))


class Crate(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    depot_id = db.Column(db.Integer, db.ForeignKey("depot.id"))
    weight = db.Column(db.Integer)
    tags = db.relationship("Tag", secondary=labels, backref=db.backref("crates", lazy="dynamic"))


class Tag(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(40))
`;

async function queriesOf(body: string): Promise<readonly string[]> {
  const { project } = await analyseText({ 'shop/models.py': FLASK, 'shop/views.py': `import sqlalchemy as sa\nfrom shop.models import Crate, Depot, Tag, db\n\n\ndef view(code):\n${body.split('\n').map((line) => `    ${line}`).join('\n')}\n` });
  return project.usage.queries.map(({ root, conditions, sorts, expects, isPartial }) => [root.table.name, conditions.map(({ column }) => column.name).join('+'), sorts.map(({ column }) => column.name).join('+'), expects, isPartial ? 'partial' : ''].filter((part) => part !== '').join(' '));
}

const DEPOT = 'depot = db.get_or_404(Depot, 1)\n';

describe('a collection that is a query', () => {
  it.each([
    ['depot.crates.filter_by(weight=3).first()', 'crate depot_id+weight first'],
    ['depot.crates.order_by(Crate.weight).all()', 'crate depot_id weight many'],
    ['depot.crates.filter(Crate.weight > 3).count()', 'crate depot_id+weight count'],
    ['depot.crates.count()', 'crate depot_id count'],
    ['db.session.scalars(depot.crates.select().where(Crate.weight == 3)).all()', 'crate depot_id+weight many'],
  ])('asks for the rows that hold its owner\'s key: %s', async (asked, query) => {
    expect(await queriesOf(DEPOT + asked)).toContain(query);
  });

  it('does not tell by which rows of a table between', async () => {
    expect(await queriesOf('tag = db.get_or_404(Tag, 1)\nreturn tag.crates.filter_by(weight=3).all()')).toContain('crate weight many partial');
  });

  it('is none where it is gone through, counted by its items or added to', async () => {
    const asked = (await queriesOf(`${DEPOT}n = depot.crates.count(None)\ndepot.crates.append(Crate(weight=3))\nreturn [crate.weight for crate in depot.crates]`)).filter((query) => query.startsWith('crate'));
    expect(asked).toEqual([]);
  });
});

it('knows what Flask\'s extension asks for a view', async () => {
  expect(await queriesOf('depot = db.first_or_404(sa.select(Depot).where(Depot.code == code))\nreturn depot.code')).toEqual(['depot code first']);
  expect(await queriesOf('depot = db.one_or_404(sa.select(Depot).filter_by(code=code))\nreturn depot.code')).toEqual(['depot code one']);
  expect(await queriesOf('page = db.paginate(sa.select(Crate).where(Crate.weight == 3), per_page=5)\nreturn [crate.depot_id for crate in page.items]')).toEqual(['crate weight many']);
  expect(await queriesOf('return db.get_or_404(Depot, 1).code')).toEqual(['depot id one']);
});

it('runs the methods of a class of queries that the model names', async () => {
  const models = (named: string) => `from flask_sqlalchemy import BaseQuery, SQLAlchemy\n\ndb = SQLAlchemy()\n\n\nclass CrateQuery(BaseQuery):\n    def heavy(self):\n        return self.filter(Crate.weight > 100)\n\n\nclass Crate(db.Model):\n    ${named}\n    id = db.Column(db.Integer, primary_key=True)\n    weight = db.Column(db.Integer)\n    label = db.Column(db.String(40))\n`;
  const askedOf = async (named: string): Promise<readonly string[]> => {
    const { project } = await analyseText({ 'shop/models.py': models(named), 'shop/views.py': 'from shop.models import Crate\n\n\ndef view():\n    return Crate.query.heavy().filter_by(label="a").all()\n' });
    return project.usage.queries.filter(({ place }) => place.path === 'shop/views.py').map(({ conditions }) => conditions.map(({ column }) => column.name).join('+'));
  };
  expect(await askedOf('query_class = CrateQuery')).toEqual(['weight+label']);
  expect(await askedOf('query = db.session.query_property(CrateQuery)')).toEqual(['weight+label']);
  expect(await askedOf('kind = "crate"')).toEqual([]);
});
