import { describe, expect, it } from 'vitest';
import { analyseText } from '../support/analyse-text.js';
import { shapeOf, tableNames } from '../support/table-shape.js';

const migration = (dependencies: string, operations: string, more = ''): string => `from django.conf import settings\nfrom django.db import migrations, models\nimport django.db.models.deletion\n${more}\nclass Migration(migrations.Migration):\n    dependencies = [${dependencies}]\n    operations = [\n${operations}\n    ]\n`;
const SHOP = `migrations.CreateModel(
    name="Shop",
    fields=[
        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
        ("slug", models.SlugField(unique=True)),
        ("name", models.CharField(max_length=80, null=True)),
        ("owner", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL)),
    ],
    options={"unique_together": {("owner", "name")}},
),`;
const ORDER = `migrations.CreateModel(
    name="Order",
    fields=[
        ("id", models.AutoField(primary_key=True)),
        ("shop", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="shop.Shop")),
        ("state", models.CharField(max_length=20, db_index=True)),
        ("friends", models.ManyToManyField(to="orders.Order")),
    ],
    options={"db_table": "purchases"},
),`;
const FIRST = { 'shop/migrations/0001_initial.py': migration('migrations.swappable_dependency(settings.AUTH_USER_MODEL)', SHOP), 'orders/migrations/0001_initial.py': migration('("shop", "0001_initial")', ORDER) };
const run = (...operations: string[]) => analyseText({ ...FIRST, ...Object.fromEntries(operations.map((each, index) => [`orders/migrations/000${index + 2}_more.py`, migration(`("orders", "000${index + 1}_${index === 0 ? 'initial' : 'more'}")`, each)])) });

describe('Django migrations', () => {
  it('create tables in the order of their dependencies', async () => {
    const { project, coverage } = await run();
    expect(coverage.notes).toEqual([]);
    expect(tableNames(project.schema)).toEqual(['purchases', 'purchases_friends', 'shop_shop']);
    expect(shapeOf(project.schema, 'shop_shop')).toEqual(['id bigint', 'slug character varying(50)', 'name character varying(80) null', 'owner_id unknown', 'primary (id)', 'unique (slug)', 'unique (owner_id, name)', 'index (owner_id)']);
    expect(shapeOf(project.schema, 'purchases')).toEqual(['id integer', 'shop_id bigint', 'state character varying(20)', 'primary (id)', 'index (shop_id)', 'index (state)', 'foreign (shop_id) -> shop_shop (id)']);
    expect(shapeOf(project.schema, 'purchases_friends').slice(1, 5)).toEqual(['from_order_id integer', 'to_order_id integer', 'primary (id)', 'unique (from_order_id, to_order_id)']);
  });

  it('change fields, keys and indexes', async () => {
    const { project, coverage } = await run(`migrations.AddField(model_name="order", name="total", field=models.DecimalField(max_digits=10, decimal_places=2, default=0)),
migrations.AlterField(model_name="order", name="state", field=models.TextField(null=True)),
migrations.RenameField(model_name="order", old_name="shop", new_name="store"),
migrations.AddIndex(model_name="order", index=models.Index(fields=["store", "-total"], name="late")),
migrations.AddConstraint(model_name="order", constraint=models.UniqueConstraint(fields=["store", "state"], name="uq", condition=models.Q(total=0))),
migrations.AlterUniqueTogether(name="order", unique_together={("store", "total")}),`, `migrations.RemoveField(model_name="order", name="friends"),
migrations.RemoveIndex(model_name="order", name="late"),
migrations.AlterModelTable(name="order", table="sales"),
migrations.RunSQL("CREATE INDEX by_total ON sales (total)", reverse_sql="DROP INDEX by_total"),`);
    expect(coverage.notes).toEqual([]);
    expect(tableNames(project.schema)).toEqual(['sales', 'shop_shop']);
    expect(shapeOf(project.schema, 'sales')).toEqual(['id integer', 'store_id bigint', 'state text null', 'total numeric(10, 2)', 'primary (id)', 'unique (store_id, total)', 'index (store_id)', 'unique index (store_id, state) where total = 0', 'index (total)', 'foreign (store_id) -> shop_shop (id)']);
  });

  it('fill constants into SQL, and know indexes by the names that Django gives them', async () => {
    const { project, coverage } = await run(`migrations.RunSQL('ALTER TABLE "{table}" ALTER COLUMN "{column}" TYPE jsonb USING {0}'.format("state::jsonb", table="purchases", column="state")),`, `migrations.RunSQL("DROP INDEX purchases_shop_id_1a2b3c4d; DROP INDEX purchases_state_0f9e8d7c; DROP INDEX purchases_state_0f9e8d7c_like"),`);
    expect(coverage.notes).toEqual([]);
    expect(shapeOf(project.schema, 'purchases')).toEqual(['id integer', 'shop_id bigint', 'state jsonb', 'primary (id)', 'foreign (shop_id) -> shop_shop (id)']);
  });

  it('run in the order in which Django plans them: of the first application all, each after what it needs', async () => {
    const { project, coverage } = await analyseText({
      'core/migrations/0001_initial.py': migration('', ''), 'core/migrations/0002_taken_over.py': migration('("core", "0001_initial")', `migrations.SeparateDatabaseAndState(state_operations=[migrations.CreateModel(name="Change", fields=[("id", models.AutoField(primary_key=True))])]),`),
      'core/migrations/0003_note.py': migration('("core", "0002_taken_over")', `migrations.AddField(model_name="change", name="note", field=models.TextField()),`),
      'extras/migrations/0001_initial.py': migration('', `migrations.CreateModel(name="Change", fields=[("id", models.AutoField(primary_key=True))]),`),
      'extras/migrations/0117_moved.py': migration('("extras", "0001_initial"), ("core", "0002_taken_over")', `migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel(name="Change")], database_operations=[migrations.AlterModelTable(name="Change", table="core_change")]),`),
      'billing/migrations/0001_initial.py': migration('("extras", "0117_moved")', `migrations.CreateModel(name="Bill", fields=[("id", models.AutoField(primary_key=True))]),`),
    });
    expect(coverage.notes).toEqual([]);
    expect(shapeOf(project.schema, 'core_change')).toEqual(['id integer', 'note text', 'primary (id)']);
  });

  it('tell what happens in the database from what happens to the models', async () => {
    const { project, coverage } = await run(`migrations.SeparateDatabaseAndState(
    database_operations=[migrations.RunSQL("ALTER TABLE purchases ADD COLUMN note text")],
    state_operations=[migrations.AddField(model_name="order", name="note", field=models.TextField(null=True))],
),`, 'migrations.AlterField(model_name="order", name="note", field=models.TextField(default="")),');
    expect(coverage.notes).toEqual([]);
    expect(shapeOf(project.schema, 'purchases').filter((line) => line.startsWith('note'))).toEqual(['note text']);
  });

  it('take a squashed migration for those it replaces, rename and delete models, leave proxies alone', async () => {
    const { project, coverage } = await analyseText({
      ...FIRST,
      'orders/migrations/0002_gone.py': migration('("orders", "0001_initial")', 'migrations.DeleteModel(name="Order"),'),
      'orders/migrations/0001_squashed.py': migration('("shop", "0001_initial")', ORDER).replace('    operations', '    replaces = [("orders", "0001_initial"), ("orders", "0002_gone")]\n    operations'),
      'orders/migrations/0003_more.py': migration('("orders", "0002_gone")', 'migrations.CreateModel(name="Kept", fields=[("id", models.AutoField(primary_key=True))]),\nmigrations.RenameModel(old_name="Kept", new_name="Stored"),\nmigrations.CreateModel(name="Late", fields=[], options={"proxy": True}, bases=("orders.stored",)),\nmigrations.CreateModel(name="Short", fields=[("id", models.AutoField(primary_key=True))]),\nmigrations.DeleteModel(name="Short"),'),
    });
    expect(coverage.notes).toEqual([]);
    expect(tableNames(project.schema)).toEqual(['orders_stored', 'purchases', 'purchases_friends', 'shop_shop']);
  });

  it('let keys point at the table of a proxy, and at the model that a field of many names now', async () => {
    const { project, coverage } = await run(
      'migrations.CreateModel(name="Parcel", fields=[("id", models.AutoField(primary_key=True))]),\nmigrations.CreateModel(name="Heavy", fields=[], options={"proxy": True}, bases=(orders.models.Mixin, "orders.parcel", models.Model)),',
      'migrations.AddField(model_name="order", name="heavy", field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="orders.heavy")),\nmigrations.AddField(model_name="order", name="shops", field=models.ManyToManyField(to="orders.parcel", db_table="order_shops")),',
      'migrations.AlterField(model_name="order", name="shops", field=models.ManyToManyField(to="orders.heavy", db_table="order_shops")),',
    );
    expect(coverage.notes).toEqual([]);
    expect(shapeOf(project.schema, 'purchases')).toContain('foreign (heavy_id) -> orders_parcel (id)');
    expect(shapeOf(project.schema, 'order_shops').filter((line) => line.startsWith('foreign'))).toHaveLength(2);
  });

  it('fill tables from code', async () => {
    const { project } = await analyseText({
      ...FIRST,
      'orders/migrations/0002_rows.py': migration('("orders", "0001_initial")', 'migrations.RunPython(forwards, backwards),', 'def forwards(apps, schema_editor):\n    Shop = apps.get_model("shop", "Shop")\n    Shop.objects.get_or_create(slug="first", defaults={"name": "First"})\n\ndef backwards(apps, schema_editor):\n    Order = apps.get_model("orders", "Order")\n    Order.objects.create(state="gone")\n'),
    });
    expect(project.usage.inserts.map((insert) => [insert.table.name, [...insert.values.keys()].map((column) => column.name)])).toEqual([['shop_shop', ['slug', 'name']]]);
  });

  it('say which dependency is missing', async () => {
    const { coverage } = await analyseText({ 'shop/migrations/0002_more.py': migration('("shop", "0001_initial"), ("auth", "0001_initial")', 'migrations.AddField(model_name="shop", name="x", field=models.TextField()),') });
    expect(coverage.notes).toEqual(['the Django migrations (1 steps) cannot be followed completely, so that nothing is said of drift: Migration shop.0002_more follows shop.0001_initial, which is not here (shop/migrations/0002_more.py)']);
  });
});
