import { beforeAll, describe, expect, it } from 'vitest';
import type { Analysis } from '../../src/analyse.js';
import { analyseText } from '../support/analyse-text.js';
import { spanStart, type Span } from '../../src/facts/span.js';

const MODELS = `
from django.conf import settings
from django.db import models
from django.db.models import Q


class LeadQuerySet(models.QuerySet):
    def alive(self):
        return self.filter(removed=False)

    def of(self, organization):
        return self.alive().filter(organization=organization)


class OpenManager(models.Manager.from_queryset(LeadQuerySet)):
    def get_queryset(self):
        return super().get_queryset().filter(stage="open")


class Organization(models.Model):
    name = models.CharField(max_length=80)
    plan = models.CharField(max_length=20)
    region = models.CharField(max_length=20)


class Lead(models.Model):
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="leads")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL)
    phone = models.CharField(max_length=32)
    stage = models.CharField(max_length=10, choices=[("open", "Open")])
    score = models.IntegerField(default=0)
    city = models.CharField(max_length=10)
    removed = models.BooleanField(default=False)
    tags = models.ManyToManyField("Tag")

    objects = LeadQuerySet.as_manager()
    open = OpenManager()

    class Meta:
        ordering = ["-score"]

    def promote(self):
        self.stage = "won"
        self.save(update_fields=["stage"])


class Message(models.Model):
    lead = models.ForeignKey(Lead, on_delete=models.CASCADE)
    body = models.TextField()
    kind = models.CharField(max_length=10)
    sent = models.DateTimeField()
    delivered = models.DateTimeField(null=True)


class Tag(models.Model):
    label = models.CharField(max_length=20)
    color = models.CharField(max_length=20)
`;

const SERVICE = `
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, Subquery, Sum
from django.forms.models import model_to_dict
from django.shortcuts import get_object_or_404

from crm.models import Lead, Message, Organization, Tag


def by_phone(organization, phone):
    return Lead.objects.of(organization).get(phone=phone)


def paths(region):
    return list(Message.objects.filter(lead__organization__region=region, sent__gte=1).exclude(kind="note").order_by("lead__city", "-sent").values_list("body", flat=True))


def board():
    for lead in Lead.open.all():
        print(lead.city)


def fetch(pk):
    lead = get_object_or_404(Lead.objects.alive(), pk=pk)
    return lead.get_stage_display()


def register(phone, organization):
    if Lead.objects.filter(phone=phone, organization=organization).exists():
        raise ValueError("taken")
    return Lead.objects.create(phone=phone, organization=organization)


def label(text):
    tag, made = Tag.objects.get_or_create(label=text, defaults={"color": "red"})
    tag, made = Tag.objects.update_or_create(color="blue", defaults={"label": text})
    return tag


def touch(lead, when):
    Lead.objects.filter(pk=lead).update(score=F("score") + 1)
    row = Lead.objects.first()
    row.message_set.filter(kind="in").update(delivered=when)
    row.tags.add(Tag.objects.get(pk=1))
    row.message_set.create(body="x", kind="out", sent=when)
    Tag.objects.filter(lead__phone="1").delete()
    Organization.objects.filter(leads__score__gt=3).exists()
    Message.objects.bulk_create([Message(lead=row, body="y", kind="out", sent=when)])


def numbers():
    newest = Message.objects.filter(lead=OuterRef("pk")).order_by("-sent")
    Lead.objects.annotate(last=Subquery(newest.values("body")[:1]), n=Count("message")).filter(n__gt=3)
    Lead.objects.aggregate(total=Sum("score"))
    Lead.objects.filter(Q(phone="1") | Q(city="2"), ~Q(stage="open")).only("city")
    Lead.objects.prefetch_related(Prefetch("message_set", queryset=Message.objects.filter(kind="in"))).in_bulk([1])
    return Lead.objects.filter(Exists(Message.objects.filter(lead_id=OuterRef("id"), kind="z"))).last()


def dump(pk):
    return model_to_dict(Tag.objects.get(pk=pk), fields=["color"])


def mine(request):
    return request.user.lead_set.filter(city="x").count()


def recent(lead: Lead):
    return lead.message_set.latest("sent").body


def computed(**filters):
    return Lead.objects.filter(**filters).first()
`;

let analysis: Analysis;
const uses = (of: string, name: string) => analysis.project.usage.uses.filter((use) => use.table.name === of && use.column.name === name);
const kinds = (of: string, name: string) => uses(of, name).map((use) => use.kind);
const lineOf = (place: { path: string; at: Span }) => analysis.text(place.path).slice(0, spanStart(place.at)).split('\n').length;
const fnOf = (each: { context: { fn: string | null } }) => each.context.fn;
const queries = (fn: string) => analysis.project.usage.queries.filter((query) => fnOf(query) === fn);
const shape = (fn: string) => queries(fn).map((query) => `${query.verb} ${query.root.table.name} ${query.conditions.filter((each) => each.value.k !== 'column').map((each) => `${each.source.table.name}.${each.column.name}${each.op}${each.inOr ? '?' : ''}`).sort().join('&')} ${query.sorts.map((sort) => `${sort.column.name}${sort.desc ? '-' : ''}`).join()} ${query.expects}`);
const inserts = (fn: string) => analysis.project.usage.inserts.filter((insert) => fnOf(insert) === fn).map((insert) => `${insert.table.name} ${[...insert.values.keys()].map((each) => each.name).sort().join()}${insert.isOpen ? '…' : ''}`);

beforeAll(async () => { analysis = await analyseText({ 'crm/__init__.py': '', 'crm/models.py': MODELS, 'crm/service.py': SERVICE }); });

describe('query sets', () => {
  it('follow custom query sets and managers', () => {
    expect(shape('by_phone')).toEqual(['select crm_lead crm_lead.organization_id=&crm_lead.phone=&crm_lead.removed=  one']);
    expect(shape('board')).toEqual(['select crm_lead crm_lead.stage= score- many']);
  });
  it('follow paths over relations, in filters, sorts and values', () => {
    expect(shape('paths')).toEqual(['select crm_message crm_message.kind<>&crm_message.sentrange&crm_organization.region= city,sent- many']);
    expect(kinds('crm_message', 'body')).toContain('read');
    const [query] = queries('paths');
    expect(query!.sources.map((source) => source.table.name)).toEqual(['crm_message', 'crm_lead', 'crm_organization']);
    expect(query!.conditions.filter((each) => each.value.k === 'column')).toHaveLength(2);
    expect(query!.conditions.find((each) => each.column.name === 'region')!.isJoin).toBe(true);
  });
  it('know single rows, shortcuts and display methods', () => {
    expect(shape('fetch')).toEqual(['select crm_lead crm_lead.id=&crm_lead.removed=  one']);
    expect(uses('crm_lead', 'stage').some((use) => use.kind === 'read' && fnOf(use) === 'fetch')).toBe(true);
  });
  it('see a check before an insert', () => {
    expect(queries('register')[0]!.guards.map((guard) => guard.k)).toContain('refuse-if-present');
    expect(inserts('register')).toEqual(['crm_lead organization_id,phone']);
  });
  it('see get_or_create and update_or_create with what they look up and set', () => {
    expect(queries('label').map((query) => [query.conditions.map((each) => each.column.name).join(), query.guards[0]!.k])).toEqual([['label', 'get-or-create'], ['color', 'upsert']]);
    expect(inserts('label')).toEqual(['crm_tag color,label', 'crm_tag color,label']);
  });
  it('see related managers and reverse names', () => {
    expect(shape('touch')).toEqual(expect.arrayContaining(['update crm_lead crm_lead.id=  many', 'update crm_message crm_message.kind=&crm_message.lead_id=  many', 'delete crm_tag crm_lead.phone=  many', 'select crm_organization crm_lead.scorerange  exists']));
    expect(inserts('touch')).toEqual(expect.arrayContaining(['crm_message body,kind,lead_id,sent', 'crm_lead_tags lead_id,tag_id']));
    expect(uses('crm_lead', 'score').filter((use) => fnOf(use) === 'touch' && use.kind === 'write')).toMatchObject([{ isCompound: true }]);
    expect(shape('mine')).toEqual(['select crm_lead crm_lead.city=&crm_lead.owner_id=  count']);
    expect(shape('recent')).toEqual(['select crm_message crm_message.lead_id= sent- first']);
  });
  it('see sub-queries, expressions and Q', () => {
    expect(shape('numbers')).toEqual(expect.arrayContaining(['select crm_message crm_message.lead_id= sent- unknown', 'select crm_message crm_message.kind=&crm_message.lead_id=  unknown', 'select crm_message crm_message.kind=  many']));
    expect(shape('numbers').some((each) => each.startsWith('select crm_lead crm_lead.city=?&crm_lead.phone=?&crm_lead.stage<>'))).toBe(true);
    expect(uses('crm_lead', 'score').some((use) => fnOf(use) === 'numbers' && use.kind === 'read')).toBe(true);
    expect(queries('numbers').some((query) => query.isAggregate && query.root.table.name === 'crm_lead')).toBe(true);
  });
  it('see methods of models, and columns that are named in update_fields only once', () => {
    expect(uses('crm_lead', 'stage').filter((use) => use.kind === 'write').map((use) => lineOf(use.place))).toEqual([MODELS.split('\n').findIndex((line) => line.includes('"won"')) + 1]);
  });
  it('know what rows hand out whole', () => {
    expect(analysis.project.usage.exposures.map((each) => [each.name, each.columns.map((column) => column.name), each.all])).toEqual([['model_to_dict', ['color'], false]]);
  });
  it('say when a filter is not known', () => {
    expect(queries('computed')[0]).toMatchObject({ isPartial: true, expects: 'first' });
  });
});
