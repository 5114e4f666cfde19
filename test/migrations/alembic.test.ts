import { describe, expect, it } from 'vitest';
import { inOrder, type Node } from '../../src/migrations/steps/graph.js';
import { analyseText } from '../support/analyse-text.js';
import { shapeOf, tableNames } from '../support/table-shape.js';
import { makeSpan } from '../../src/facts/span.js';

const HEAD = 'from alembic import op\nimport sqlalchemy as sa\nfrom sqlalchemy.dialects import postgresql\n';
const revision = (id: string, after: string | null, body: string, more = ''): string => `${HEAD}\nrevision = "${id}"\ndown_revision = ${after === null ? 'None' : `"${after}"`}\n${more}\ndef upgrade():\n${body.split('\n').map((line) => `    ${line}`).join('\n')}\n\ndef downgrade():\n    op.drop_table("orders")\n    op.execute("INSERT INTO relics (id) VALUES (1)")\n`;
const ORDERS = 'op.create_table("orders", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("shop_id", sa.Integer(), nullable=False), sa.Column("state", sa.String(20)))';
const run = (...bodies: string[]) => analyseText(Object.fromEntries(bodies.map((body, index) => [`alembic/versions/${index}.py`, revision(`r${index}`, index === 0 ? null : `r${index - 1}`, body)])));

describe('operations', () => {
  it('creates tables as models declare them', async () => {
    const { project, coverage } = await run(`op.create_table(
    "shops",
    sa.Column("id", sa.BigInteger(), primary_key=True),
    sa.Column("slug", sa.String(length=40), nullable=False, unique=True),
    sa.Column("owner_id", sa.Integer(), sa.ForeignKey("people.id", ondelete="CASCADE"), index=True),
    sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
    sa.Column("kind", postgresql.ENUM("small", "large", name="shop_kind"), nullable=False),
    sa.UniqueConstraint("owner_id", "kind", name=op.f("uq_shops_owner_id")),
)
op.create_table("people", sa.Column("id", sa.Integer(), nullable=False), sa.PrimaryKeyConstraint("id"))`);
    expect(coverage.notes).toEqual([]);
    expect(shapeOf(project.schema, 'shops')).toEqual([
      'id bigint', 'slug character varying(40)', 'owner_id integer null', 'made_at timestamp with time zone = now()', 'kind shop_kind', 'primary (id)', 'unique (slug)', 'unique (owner_id, kind)', 'index (owner_id)',
      'foreign (owner_id) -> people (id) cascade',
    ]);
    expect(project.schema.enums).toMatchObject([{ name: 'shop_kind', values: ['small', 'large'] }]);
  });

  it('changes columns, keys and indexes', async () => {
    const { project, coverage } = await run(ORDERS, `op.add_column("orders", sa.Column("total", sa.Numeric(10, 2), server_default="0", nullable=False))
op.alter_column("orders", "state", new_column_name="status", nullable=False, server_default=sa.text("'new'"), type_=sa.Text(), existing_type=sa.String())
op.create_index(op.f("ix_orders_shop_id"), "orders", ["shop_id", sa.text("total DESC")], postgresql_where=sa.text("status = 'open'"))
op.create_unique_constraint("uq", "orders", ["shop_id", "status"])
op.create_table("shops", sa.Column("id", sa.Integer(), primary_key=True))
op.create_foreign_key("fk", "orders", "shops", ["shop_id"], ["id"], ondelete="SET NULL")`, `op.drop_constraint("uq", "orders", type_="unique")
op.alter_column("orders", "total", server_default=None)
op.drop_index("ix_orders_shop_id", table_name="orders")
op.create_index("late", "orders", ["total"], unique=True)
op.rename_table("orders", "purchases")`);
    expect(coverage.notes).toEqual([]);
    expect(tableNames(project.schema)).toEqual(['purchases', 'shops']);
    expect(shapeOf(project.schema, 'purchases')).toEqual([
      'id integer', 'shop_id integer', "status text = 'new'", 'total numeric(10, 2)', 'primary (id)', 'unique index (total)', 'foreign (shop_id) -> shops (id) set null',
    ]);
  });

  it('reads batches, whose operations leave out the table', async () => {
    const { project, coverage } = await run(ORDERS, `with op.batch_alter_table("orders", schema=None) as batch_op:
    batch_op.add_column(sa.Column("note", sa.Text()))
    batch_op.alter_column("shop_id", nullable=True)
    batch_op.create_index(batch_op.f("ix_orders_state"), ["state"], unique=False)
    batch_op.create_unique_constraint("uq", ["shop_id"])
    batch_op.drop_column("note")`);
    expect(coverage.notes).toEqual([]);
    expect(shapeOf(project.schema, 'orders')).toEqual(['id integer', 'shop_id integer null', 'state character varying(20) null', 'primary (id)', 'unique (shop_id)', 'index (state)']);
  });

  it('takes a type of a library for some type', async () => {
    const { project, coverage } = await run(ORDERS, 'import citext\nop.alter_column("orders", "state", type_=citext.CIText(), existing_nullable=True)');
    expect(coverage.notes).toEqual([]);
    expect(shapeOf(project.schema, 'orders')).toContain('state unknown null');
  });

  it('keeps the place of what each step makes', async () => {
    const { project } = await run(ORDERS, 'op.add_column("orders", sa.Column("note", sa.Text()))');
    const [table] = project.schema.tables;
    expect(table.place.path).toBe('alembic/versions/0.py');
    expect(table.columns.map((column) => column.place.path)).toEqual(['alembic/versions/0.py', 'alembic/versions/0.py', 'alembic/versions/0.py', 'alembic/versions/1.py']);
  });
});

describe('code around the operations', () => {
  it('enters helpers, runs loops over known lists, fills names into SQL', async () => {
    const { project, coverage } = await analyseText({
      'alembic/versions/0.py': revision('r0', null, ORDERS),
      'alembic/versions/1.py': revision('r1', 'r0', `for name, kind in (("color", sa.Text()), ("size", sa.Integer())):
    add(name, kind)
for table in TABLES:
    op.execute(f"CREATE INDEX ix_{table}_state ON {table} (state)")
for statement in STATEMENTS:
    op.execute(statement)
stamp("orders")`, `from helpers import stamp\nTABLES = ["orders"]\nSTATEMENTS = ["ALTER TABLE orders ALTER COLUMN color SET NOT NULL", """DROP INDEX IF EXISTS gone"""]\ndef add(name, kind):\n    op.add_column("orders", sa.Column(name, kind))\n`),
      'helpers.py': `${HEAD}\ndef stamp(table, *, column="made_at"):\n    op.add_column(table, sa.Column(column, sa.DateTime()))\n`,
    });
    expect(coverage.notes).toEqual([]);
    expect(shapeOf(project.schema, 'orders').slice(3)).toEqual(['color text', 'size integer null', 'made_at timestamp without time zone null', 'primary (id)', 'index (state)']);
  });

  it('decides tests of the engine for PostgreSQL', async () => {
    const { project, coverage } = await analyseText({
      'alembic/versions/0.py': revision('r0', null, `${ORDERS}
if op.get_bind().dialect.name == "sqlite":
    op.drop_table("orders")
elif is_postgres():
    op.add_column("orders", sa.Column("a", sa.Text()))
else:
    op.add_column("orders", sa.Column("b", sa.Text()))`, 'def is_postgres():\n    return op.get_context().dialect.name == "postgresql"\n'),
    });
    expect(coverage.notes).toEqual([]);
    expect(shapeOf(project.schema, 'orders')).toContain('a text null');
    expect(shapeOf(project.schema, 'orders')).not.toContain('b text null');
  });

  it('takes steps that make sure of something', async () => {
    const { project, coverage } = await run(ORDERS, `inspector = sa.inspect(op.get_bind())
columns = [column["name"] for column in inspector.get_columns("orders")]
if "state" not in columns:
    op.add_column("orders", sa.Column("state", sa.Text()))
if "note" not in columns:
    op.add_column("orders", sa.Column("note", sa.Text()))
if inspector.has_table("relics"):
    op.drop_table("relics")`);
    expect(coverage.notes).toEqual([]);
    expect(shapeOf(project.schema, 'orders')).toEqual(['id integer', 'shop_id integer', 'state character varying(20) null', 'note text null', 'primary (id)']);
  });

  it('takes both branches of a test of what exists, where one of them only makes things', async () => {
    const { project, coverage } = await run(ORDERS, `inspector = sa.inspect(op.get_bind())
has_note = "note" in [column["name"] for column in inspector.get_columns("orders")]
if not has_note:
    op.add_column("orders", sa.Column("note", sa.Text()))
else:
    op.alter_column("orders", "note", type_=sa.Text(), nullable=False)
if inspector.has_table("sales"):
    op.drop_column("sales", "shop_id")
else:
    op.rename_table("orders", "sales")
op.alter_column("sales", sa.Column("state", sa.Text(), nullable=False))`, 'op.add_column("sales", sa.Column("late", sa.Boolean()))');
    expect(coverage.notes).toEqual([expect.stringContaining('a condition that only a run can tell')]);
    expect(shapeOf(project.schema, 'orders').concat(shapeOf(project.schema, 'sales'))).toContain('note text null');
  });

  it('knows a function that asks the catalog, and minds no condition for what is beside tables', async () => {
    const { project, coverage } = await run(ORDERS, `import os
def state_of(name):
    return op.get_bind().execute(sa.text("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(:name)"), {"name": name}).scalar()
if state_of("ix") is None:
    op.create_index("ix", "orders", ["shop_id"])
if os.environ["SINGLE"]:
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")`);
    expect(coverage.notes).toEqual([]);
    expect(shapeOf(project.schema, 'orders')).toContain('index (shop_id)');
  });

  it('says what it cannot follow and keeps what is certain', async () => {
    const { project, coverage } = await analyseText({
      'models.py': 'from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column\nclass Base(DeclarativeBase): pass\nclass Order(Base):\n    __tablename__ = "orders"\n    id: Mapped[int] = mapped_column(primary_key=True)\n    shop_id: Mapped[int | None]\n    note: Mapped[str]\n',
      'alembic/versions/0.py': revision('r0', null, `import os\n${ORDERS}\nop.create_index("ix", "orders", ["shop_id"])\nif os.environ["BIG"]:\n    op.create_table("extras", sa.Column("id", sa.Integer()))`),
    });
    expect(coverage.notes).toEqual(['nothing is said of drift of extras: This step cannot be followed: whether it is taken depends on a condition that only a run can tell (alembic/versions/0.py)']);
    expect(tableNames(project.schema)).toEqual(['orders']);
    expect(shapeOf(project.schema, 'orders')).toEqual(['id integer', 'shop_id integer', 'note character varying', 'primary (id)', 'index (shop_id)']);
    expect(project.schema.drifts.map((drift) => `${drift.what} ${drift.names.join()}`)).toEqual(['nullable shop_id', 'column note', 'column state']);
  });
});

describe('a history that was followed to its end', () => {
  it('tells what type a column has and whether it may be null', async () => {
    const { project } = await analyseText({
      'models.py': 'from sqlalchemy import Text\nfrom sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column\nclass Base(DeclarativeBase): pass\nclass Order(Base):\n    __tablename__ = "orders"\n    id: Mapped[int] = mapped_column(primary_key=True)\n    shop_id: Mapped[str] = mapped_column(Text)\n    note: Mapped[str]\n',
      'alembic/versions/0.py': revision('r0', null, 'op.create_table("orders", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("shop_id", sa.Text()), sa.Column("note", sa.String()))'),
      'alembic/versions/1.py': revision('r1', 'r0', 'op.execute("ALTER TABLE orders ALTER COLUMN shop_id TYPE uuid USING shop_id::uuid")\nop.alter_column("orders", "shop_id", nullable=False)'),
    });
    expect(shapeOf(project.schema, 'orders')).toEqual(['id integer', 'shop_id uuid', 'note character varying null', 'primary (id)']);
    expect(project.schema.drifts.map((drift) => `${drift.what} ${drift.names}`)).toEqual(['nullable note']);
  });

  it('is no reason to complain where a naming rule or a base class was not read', async () => {
    const { project } = await analyseText({
      'models.py': 'from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column\nfrom library import TokenMixin\nclass Base(DeclarativeBase): pass\nclass Token(Base, TokenMixin):\n    __tablename__ = "tokens"\n    id: Mapped[int] = mapped_column(primary_key=True)\n    userName: Mapped[str]\n    scope: Mapped[str]\n',
      'alembic/versions/0.py': revision('r0', null, 'op.create_table("tokens", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("user_name", sa.String(), nullable=False), sa.Column("scope", sa.String(), nullable=False), sa.Column("secret", sa.String()))'),
    });
    expect(project.schema.drifts).toEqual([]);
  });

  it('may keep indexes that models leave to it', async () => {
    const { project } = await analyseText({
      'models.py': 'from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column\nclass Base(DeclarativeBase): pass\nclass Order(Base):\n    __tablename__ = "orders"\n    id: Mapped[int] = mapped_column(primary_key=True)\n    shop_id: Mapped[int]\n    slug: Mapped[str]\n',
      'alembic/versions/0.py': revision('r0', null, 'op.create_table("orders", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("shop_id", sa.Integer(), nullable=False), sa.Column("slug", sa.String(), nullable=False))\nop.create_index("a", "orders", ["shop_id"])\nop.create_index("b", "orders", ["slug", "shop_id"])\nop.create_unique_constraint("c", "orders", ["slug"])'),
    });
    expect(project.schema.drifts).toEqual([]);
    expect(shapeOf(project.schema, 'orders').slice(4)).toEqual(['unique (slug)', 'index (shop_id)', 'index (slug, shop_id)']);
  });
});

describe('a history without its beginning', () => {
  it('still tells which keys, indexes and NOT NULLs a model has', async () => {
    const { project, coverage } = await analyseText({
      'models.py': 'from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column\nclass Base(DeclarativeBase): pass\nclass Order(Base):\n    __tablename__ = "orders"\n    id: Mapped[int] = mapped_column(primary_key=True)\n    shop_id: Mapped[int | None]\n    slug: Mapped[str | None]\n',
      'alembic/versions/5.py': revision('r5', 'r4', 'op.create_index("i", "orders", ["shop_id"])\nop.create_unique_constraint("u", "orders", ["slug"])\nop.alter_column("orders", "slug", nullable=False)\nop.create_index("j", "relics", ["id"])'),
    });
    expect(coverage.notes).toEqual(['the Alembic migrations of alembic/versions (1 steps) cannot be followed completely, so that nothing is said of drift: Migration r5 follows r4, which is not here (alembic/versions/5.py), and 2 more']);
    expect(tableNames(project.schema)).toEqual(['orders']);
    expect(shapeOf(project.schema, 'orders')).toEqual(['id integer', 'shop_id integer null', 'slug character varying', 'primary (id)', 'unique (slug)', 'index (shop_id)']);
  });
});

describe('a table that only the history knows', () => {
  it('is declared, though the history was not followed to its end', async () => {
    const { project } = await analyseText({
      'models.py': 'from sqlalchemy import ForeignKey\nfrom sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column\nclass Base(DeclarativeBase): pass\nclass Order(Base):\n    __tablename__ = "orders"\n    id: Mapped[int] = mapped_column(primary_key=True)\n    shop_id: Mapped[int] = mapped_column(ForeignKey("shops.id"))\n    relic_id: Mapped[int] = mapped_column(ForeignKey("relics.id"))\n',
      'alembic/versions/5.py': revision('r5', 'r4', 'op.create_table("shops", sa.Column("id", sa.Integer(), primary_key=True))'),
    });
    expect(project.schema.broken.map((each) => each.missing)).toEqual(['relics']);
  });

  it('and the model may be a library\'s', async () => {
    const { project } = await analyseText({
      'models.py': 'from fastapi_users_db_sqlalchemy import SQLAlchemyBaseUserTableUUID\nfrom sqlalchemy import ForeignKey\nfrom sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship\nclass Base(DeclarativeBase): pass\nclass User(SQLAlchemyBaseUserTableUUID, Base):\n    note: Mapped[str]\nclass Order(Base):\n    __tablename__ = "orders"\n    id: Mapped[int] = mapped_column(primary_key=True)\n    user_id: Mapped[str] = mapped_column(ForeignKey("user.id"))\n    user: Mapped[User] = relationship("User")\n',
    });
    expect(project.schema.broken).toEqual([]);
    expect(shapeOf(project.schema, 'user')).toEqual(['note character varying', 'id uuid', 'primary (id)']);
  });
});

describe('the graph', () => {
  const node = (id: string, after: string[] = [], needs: string[] = []): Node => ({ id, path: `${id}.py`, name: `${id}.py`, after, needs, at: makeSpan(0, 1) });
  const order = (...nodes: Node[]): string => inOrder(nodes).ordered.map((each) => each.id).join(' ');

  it('follows revisions, not file names', () => {
    expect(order(node('a', ['z']), node('m', ['a']), node('z'))).toBe('z a m');
  });
  it('follows branches, merges and what a branch depends on', () => {
    expect(order(node('base'), node('left', ['base'], ['right']), node('right', ['base']), node('merge', ['left', 'right']))).toBe('base right left merge');
    expect(order(node('1234ab'), node('next', ['1234']))).toBe('1234ab next');
  });
  it('says what is wrong once', () => {
    expect(inOrder([node('a', ['gone'])]).failures).toMatchObject([{ message: 'Migration a follows gone, which is not here' }]);
    expect(inOrder([node('a', ['b']), node('b', ['a'])]).failures).toMatchObject([{ message: 'The migrations follow each other in a circle' }]);
    expect(inOrder([node('r'), node('a', ['b', 'r']), node('b', ['a'])]).failures).toHaveLength(1);
    expect(inOrder([node('a'), { ...node('a'), path: 'again.py' }]).failures).toMatchObject([{ message: 'Two migrations are called a: a.py and again.py' }]);
  });
});

describe('what migrations do with rows', () => {
  it('counts rows they put in, and not those they would put in on the way down', async () => {
    const { project } = await run('op.create_table("relics", sa.Column("id", sa.Integer()))', `${ORDERS}\nop.bulk_insert(sa.table("orders", sa.column("id")), [{"id": 1, "state": "new"}])\nop.execute("UPDATE orders SET shop_id = 2")`);
    expect(project.usage.inserts.map((insert) => insert.table.name)).toEqual(['orders']);
  });
});
