import { beforeAll, describe, expect, it } from 'vitest';
import type { Analysis } from '../../src/analyse.js';
import { analyseText } from '../support/analyse-text.js';
import { uniqueText } from '../../src/model/model-text.js';

const SETTINGS = `
INSTALLED_APPS = ["people", "crm.apps.SalesConfig", "content"]
AUTH_USER_MODEL = "people.Member"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
`;

const FIELDS = `
from django.db import models


class UpperField(models.CharField):
    def __init__(self, *args, **kwargs):
        kwargs["max_length"] = 12
        super().__init__(*args, **kwargs)


class TinyIntegerField(models.Field):
    def db_type(self, connection):
        return "smallint"


class OwnerKey(models.ForeignKey):
    def __init__(self, to="people.Member", on_delete=models.PROTECT, **kwargs):
        kwargs.setdefault("related_name", "+")
        super().__init__(to, on_delete, **kwargs)


class BaseQuerySet(models.QuerySet):
    def alive(self):
        return self.filter(removed=False)


class Stamped(models.Model):
    created = models.DateTimeField(auto_now_add=True)
    updated = models.DateTimeField(auto_now=True)
    removed = models.BooleanField(default=False)
    note = models.TextField(null=True)

    objects = BaseQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["-created"]
        indexes = [models.Index(fields=["created"], name="%(app_label)s_%(class)s_created")]
`;

const PEOPLE = `
from django.contrib.auth.models import AbstractBaseUser, PermissionsMixin
from django.db import models


class Member(AbstractBaseUser, PermissionsMixin):
    email = models.EmailField(unique=True)
    USERNAME_FIELD = "email"
`;

const MODELS = `
from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey, GenericRelation
from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower, Now

from core.fields import OwnerKey, Stamped, TinyIntegerField, UpperField


class Stage(models.TextChoices):
    NEW = "new", "New"
    WON = "won", "Won"


class Organization(Stamped):
    name = models.CharField("the name", max_length=80, db_index=True)
    slug = models.SlugField()
    code = UpperField(unique=True)
    rank = TinyIntegerField(null=True)
    updated = None
    members = models.ManyToManyField(settings.AUTH_USER_MODEL, through="Membership", related_name="organizations")
    tags = models.ManyToManyField("Tag", blank=True)
    friends = models.ManyToManyField("self")

    class Meta(Stamped.Meta):
        db_table = "organizations"
        verbose_name = "Organisation"


class Membership(models.Model):
    # Who joined.
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, db_column="org", related_name="memberships", related_query_name="membership")
    invited_by = OwnerKey(null=True)

    class Meta:
        unique_together = ("member", "organization")


class Tag(models.Model):
    key = models.UUIDField(primary_key=True)
    label = models.CharField(max_length=20, db_comment="Shown to people")
    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE)
    object_id = models.PositiveIntegerField()
    subject = GenericForeignKey("content_type", "object_id")


class Lead(Stamped):
    organization = models.ForeignKey("crm.Organization", on_delete=models.CASCADE, related_name="leads")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL)
    phone = models.CharField(max_length=32)
    email = models.EmailField(blank=True)
    stage = models.CharField(max_length=10, choices=Stage.choices, default=Stage.NEW)
    score = models.IntegerField(db_default=0)
    seen = models.DateTimeField(db_default=Now())
    labels = ArrayField(models.CharField(max_length=10), default=list)
    price = models.DecimalField(max_digits=8, decimal_places=2)
    double = models.GeneratedField(expression=F("score") * 2, output_field=models.IntegerField(), db_persist=True)
    span = models.JSONField(default=dict)
    notes = GenericRelation(Tag)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "phone"], name="lead_phone"),
            models.UniqueConstraint(fields=["email"], condition=Q(removed=False) & ~Q(email=""), name="lead_email_alive"),
            models.UniqueConstraint(Lower("email"), "organization", name="lead_email_ci"),
            models.CheckConstraint(check=Q(score__gte=0), name="lead_score"),
            ExclusionConstraint(name="no_overlap", expressions=[("span", "&&")]),
        ]
        indexes = [
            models.Index(fields=["organization", "-created"], name="lead_recent"),
            models.Index(fields=["stage"], condition=Q(stage="new"), name="lead_new"),
            GinIndex(fields=["labels"], name="lead_labels"),
        ]


class VipLead(Lead):
    manager = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="vip")


class OpenLead(Lead):
    class Meta:
        proxy = True

    def close(self):
        self.removed = True


class Legacy(models.Model):
    word = models.TextField()

    class Meta:
        managed = False
        db_table = '"archive"."words"'
`;

let analysis: Analysis;
const names = (columns: readonly { name: string }[]) => columns.map((each) => each.name);
const table = (name: string) => {
  const found = analysis.project.schema.tables.find((each) => each.name === name);
  if (!found) throw new Error(`no table ${name} among ${analysis.project.schema.tables.map((each) => each.name).join(', ')}`);
  return found;
};
const column = (of: string, name: string) => {
  const found = table(of).columns.find((each) => each.name === name);
  if (!found) throw new Error(`no column ${name} in ${of}: ${names(table(of).columns).join(', ')}`);
  return found;
};
const uniques = (of: string) => table(of).uniques.map((key) => names(key.columns).join());
const indexes = (of: string) => table(of).indexes.map((index) => `${index.unique ? 'unique ' : ''}${index.method === 'btree' ? '' : `${index.method} `}${index.parts.map((part) => `${part.column?.name ?? part.expression}${part.desc ? ' desc' : ''}`).join()}${index.predicate ? ` where ${index.predicate}` : ''}${index.isImplicit ? ' implicit' : ''}`).sort();
const keys = (of: string) => table(of).foreignKeys.map((key) => `${names(key.columns).join()} -> ${key.target.name}(${names(key.targetColumns).join()})`);
const relationship = (of: string, name: string) => table(of).relationships.find((each) => each.name === name);

beforeAll(async () => {
  analysis = await analyseText({
    'project/settings.py': SETTINGS, 'core/__init__.py': '', 'core/fields.py': FIELDS, 'people/__init__.py': '', 'people/models.py': PEOPLE,
    'crm_app/__init__.py': '', 'stock/apps.py': 'from django.apps import AppConfig\n\n\nclass StockConfig(AppConfig):\n    name = "stock"\n', 'stock/models/__init__.py': '', 'stock/models/models.py': 'from django.db import models\nfrom mptt.models import MPTTModel\n\n\nclass Shelf(MPTTModel):\n    code = models.CharField(max_length=4)\n', 'crm_app/apps.py': 'from django.apps import AppConfig\n\n\nclass SalesConfig(AppConfig):\n    name = "crm_app"\n    label = "crm"\n', 'crm_app/models.py': MODELS,
  });
});

describe('Django models', () => {
  it('have the tables that Django makes, under the label of their application', () => {
    expect(analysis.project.schema.tables.filter((each) => !each.isExternal).map((each) => `${each.name} ${each.model}`).sort()).toEqual([
      'crm_lead Lead', 'crm_membership Membership', 'crm_tag Tag', 'crm_viplead VipLead', 'organizations Organization', 'organizations_friends null', 'organizations_tags null', 'people_member Member', 'people_member_groups null', 'people_member_user_permissions null', 'stock_shelf Shelf',
    ]);
    expect(table('words')).toMatchObject({ schema: 'archive', isExternal: true });
    expect(table('django_content_type').isExternal).toBe(true);
  });
  it('have the columns of their abstract bases, but none that is taken away', () => {
    expect(names(table('organizations').columns)).toEqual(['id', 'created', 'removed', 'note', 'name', 'slug', 'code', 'rank']);
    expect(column('organizations', 'created')).toMatchObject({ role: 'created-at', inheritedFrom: 'Stamped', hasClientDefault: true, databaseDefault: null, nullable: false, type: { name: 'timestamp with time zone' } });
    expect(column('crm_lead', 'updated')).toMatchObject({ role: 'updated-at', onUpdate: 'orm' });
    expect(column('crm_lead', 'note').nullable).toBe(true);
    expect(names(table('people_member').columns).sort()).toEqual(['email', 'id', 'is_superuser', 'last_login', 'password']);
  });
  it('have the types that PostgreSQL gets', () => {
    const type = (of: string, name: string) => { const { type: found } = column(of, name); return `${found.name}${found.args.length ? `(${found.args.join()})` : ''}${'[]'.repeat(found.array)}`; };
    expect(['id', 'organization_id', 'phone', 'email', 'score', 'labels', 'price', 'double', 'span'].map((name) => type('crm_lead', name))).toEqual(['bigint', 'bigint', 'character varying(32)', 'character varying(254)', 'integer', 'character varying(10)[]', 'numeric(8,2)', 'integer', 'jsonb']);
    expect([type('organizations', 'code'), type('organizations', 'rank'), type('organizations', 'slug'), type('crm_tag', 'key'), type('organizations_tags', 'tag_id'), type('crm_viplead', 'lead_ptr_id')]).toEqual(['character varying(12)', 'smallint', 'character varying(50)', 'uuid', 'uuid', 'bigint']);
  });
  it('tell defaults of Django from those of the database, and know choices, comments, generated columns', () => {
    expect(column('crm_lead', 'score')).toMatchObject({ databaseDefault: '0', hasClientDefault: false });
    expect(column('crm_lead', 'seen').databaseDefault).toBe('CURRENT_TIMESTAMP');
    expect(column('crm_lead', 'stage')).toMatchObject({ databaseDefault: null, hasClientDefault: true, choices: ['new', 'won'] });
    expect(column('crm_lead', 'double').isGenerated).toBe(true);
    expect(column('crm_tag', 'label').comment).toBe('Shown to people');
    expect(column('crm_membership', 'member_id').comment).toBe('Who joined.');
  });
  it('have unique keys in every form', () => {
    expect(uniques('organizations')).toEqual(['code']);
    expect(uniques('crm_membership')).toEqual(['member_id,org']);
    expect(uniques('crm_lead')).toEqual(['organization_id,phone']);
    expect(uniques('crm_viplead')).toEqual(['manager_id']);
    expect(uniques('organizations_tags')).toEqual(['organization_id,tag_id']);
    expect(uniques('organizations_friends')).toEqual(['from_organization_id,to_organization_id']);
    expect(uniques('people_member')).toEqual(['email']);
  });
  it('have indexes: those declared, and those that Django makes for keys and slugs', () => {
    expect(indexes('organizations')).toEqual(['created', 'name', 'slug implicit']);
    expect(indexes('crm_lead')).toEqual(["gin labels", 'organization_id implicit', 'organization_id,created desc', 'parent_id implicit', "stage where stage = 'new'", "unique email where NOT removed AND NOT (email = '')", 'unique lower(email),organization_id'].sort());
    expect(indexes('stock_shelf')).toEqual(['tree_id implicit', 'tree_id,lft implicit']);
    expect(indexes('crm_membership')).toEqual(['invited_by_id implicit', 'member_id implicit', 'org implicit']);
    expect(table('organizations').indexes.find((index) => index.parts[0]?.column?.name === 'created')!.name).toBe('crm_organization_created');
  });
  it('have checks and exclusions', () => {
    expect(table('crm_lead').checks).toMatchObject([{ name: 'lead_score', expression: 'score >= 0', columns: [{ name: 'score' }] }]);
    expect(table('crm_tag').checks.map((check) => check.expression)).toEqual(['object_id >= 0']);
    expect(names(table('crm_lead').exclusions[0]!.columns)).toEqual(['span']);
  });
  it('have foreign keys without an action of the database', () => {
    expect(keys('crm_membership')).toEqual(['member_id -> people_member(id)', 'org -> organizations(id)', 'invited_by_id -> people_member(id)']);
    expect(keys('crm_viplead').sort()).toEqual(['lead_ptr_id -> crm_lead(id)', 'manager_id -> people_member(id)']);
    expect(keys('crm_tag')).toEqual(['content_type_id -> django_content_type(id)']);
    expect(table('crm_lead').foreignKeys.every((key) => key.onDelete === null && key.isEnforced)).toBe(true);
    expect(table('crm_viplead').primaryKey!.columns.map((each) => each.name)).toEqual(['lead_ptr_id']);
  });
  it('have relationships in both directions, with their reverse names', () => {
    expect(relationship('crm_lead', 'organization')).toMatchObject({ many: false, inverse: 'leads', target: { name: 'organizations' } });
    expect(relationship('organizations', 'leads')).toMatchObject({ many: true, target: { name: 'crm_lead' } });
    expect(relationship('crm_lead', 'lead_set')).toMatchObject({ many: true, target: { name: 'crm_lead' } });
    expect(relationship('people_member', 'vip')).toMatchObject({ many: false, target: { name: 'crm_viplead' } });
    expect(relationship('organizations', 'members')).toMatchObject({ many: true, through: { name: 'crm_membership' } });
    expect(relationship('people_member', 'organizations')).toMatchObject({ many: true, through: { name: 'crm_membership' } });
    expect(relationship('people_member', 'membership_set')).toMatchObject({ many: true });
    expect(table('people_member').relationships.map((each) => each.name).sort()).toEqual(['groups', 'membership_set', 'organizations', 'user_permissions', 'vip']);
    expect(table('crm_lead').declaresRelationships).toBe(false);
  });
});

describe('what migrations tell of libraries', () => {
  it('is whether a base has a table of its own', async () => {
    const model = 'from django.db import models\nfrom roles.models import Assignment\n\n\nclass Grant(Assignment):\n    label = models.CharField(max_length=9)\n    tags = models.ManyToManyField("Tag")\n\n\nclass Tag(models.Model):\n    label = models.CharField(max_length=9)\n';
    const migration = (key: string): string => `from django.db import migrations, models\n\n\nclass Migration(migrations.Migration):\n    initial = True\n    operations = [\n        migrations.CreateModel(name="Tag", fields=[("id", models.AutoField(primary_key=True)), ("label", models.CharField(max_length=9))]),\n        migrations.CreateModel(name="Grant", fields=[${key}, ("label", models.CharField(max_length=9)), ("tags", models.ManyToManyField("shop.Tag"))]),\n    ]\n`;
    const keyOf = async (key: string): Promise<readonly string[]> => {
      const { project } = await analyseText({ 'shop/__init__.py': '', 'shop/models.py': model, 'shop/migrations/__init__.py': '', 'shop/migrations/0001_initial.py': migration(key) });
      const between = project.schema.tables.find((each) => each.name === 'shop_grant_tags')!;
      expect(between.indexes.map((index) => [index.parts[0]!.column!.name, index.isImplicit])).toEqual([['grant_id', true], ['tag_id', true]]);
      return project.schema.tables.find((each) => each.name === 'shop_grant')!.primaryKey!.columns.map((each) => each.name);
    };
    expect(await keyOf('("id", models.AutoField(primary_key=True))')).toEqual(['id']);
    expect(await keyOf('("assignment_ptr", models.OneToOneField("roles.Assignment", models.CASCADE, parent_link=True, primary_key=True))')).toEqual(['assignment_ptr_id']);
  });
});

it('says in the words of the model which key to add', async () => {
  const models = 'from django.db import models\n\n\nclass Shop(models.Model):\n    name = models.CharField(max_length=9)\n\n\nclass Order(models.Model):\n    shop = models.ForeignKey(Shop, models.CASCADE)\n    code = models.CharField(max_length=9)\n    deleted_at = models.DateTimeField(null=True)\n';
  const { project } = await analyseText({ 'sales/__init__.py': '', 'sales/models.py': models });
  const order = project.schema.tables.find((each) => each.name === 'sales_order')!;
  const columns = ['shop_id', 'code'].map((name) => order.columns.find((column) => column.name === name)!);
  const text = (predicate: string | null): string | undefined => uniqueText(order, 'uq', columns, predicate);
  expect(text(null)).toBe('models.UniqueConstraint(fields=["shop", "code"], name="uq")');
  expect(text("deleted_at IS NULL AND code <> ''")).toBe('models.UniqueConstraint(fields=["shop", "code"], condition=Q(deleted_at__isnull=True) & ~Q(code=""), name="uq")');
  expect(text("code = 'it''s AND' AND shop_id = 3")).toBe('models.UniqueConstraint(fields=["shop", "code"], condition=Q(code="it\'s AND") & Q(shop=3), name="uq")');
  expect(text('lower(code) IS NOT NULL')).toBeUndefined();
});
