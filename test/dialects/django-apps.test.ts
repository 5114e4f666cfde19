import { beforeAll, describe, expect, it } from 'vitest';
import type { Analysis } from '../../src/analyse.js';
import { analyseText } from '../support/analyse-text.js';

const MODELS = `
from django.db import models


class Author(models.Model):
    name = models.CharField(max_length=80)
    email = models.EmailField()
    website = models.URLField()
    city = models.CharField(max_length=20)
    bio = models.TextField(blank=True)
    born = models.DateField(null=True)
    secret = models.CharField(max_length=20)


class Book(models.Model):
    author = models.ForeignKey(Author, on_delete=models.CASCADE, related_name="books")
    title = models.CharField(max_length=80)
    isbn = models.CharField(max_length=20)
    pages = models.IntegerField(default=0)
    price = models.DecimalField(max_digits=6, decimal_places=2)
    status = models.CharField(max_length=10)
    printed = models.DateField(null=True)


class Review(models.Model):
    book = models.ForeignKey(Book, on_delete=models.CASCADE)
    text = models.TextField()
    stars = models.IntegerField()
    reviewer = models.CharField(max_length=20)


class Note(models.Model):
    body = models.TextField()
    color = models.CharField(max_length=20)
`;

const ADMIN = `
from django.contrib import admin

from library.models import Author, Book, Note


class BookInline(admin.TabularInline):
    model = Book
    fields = ("isbn",)


@admin.register(Author)
class AuthorAdmin(admin.ModelAdmin):
    list_display = ("name", "shout")
    search_fields = ("^email", "books__title")
    inlines = [BookInline]

    def shout(self, obj):
        return obj.city.upper()


admin.site.register(Note)
`;

const API = `
import django_filters
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.response import Response

from library.models import Author, Book, Note, Review


class BookSerializer(serializers.ModelSerializer):
    author_name = serializers.CharField(source="author.name", read_only=True)
    label = serializers.SerializerMethodField()

    class Meta:
        model = Book
        fields = ["id", "title", "isbn", "author_name", "label"]
        read_only_fields = ["isbn"]

    def get_label(self, obj):
        return f"{obj.status}"

    def validate_isbn(self, value):
        if Book.objects.filter(isbn=value).exists():
            raise serializers.ValidationError("already exists")
        return value


class BookFilter(django_filters.FilterSet):
    printed_before = django_filters.DateFilter(field_name="printed", lookup_expr="lt")

    class Meta:
        model = Book
        fields = {"pages": ["gte"], "author__city": ["exact"]}


class BookViewSet(viewsets.ModelViewSet):
    queryset = Book.objects.select_related("author")
    serializer_class = BookSerializer
    filterset_class = BookFilter
    ordering_fields = ["price"]

    @action(detail=True)
    def reviews(self, request, pk=None):
        book = self.get_object()
        return Response([review.text for review in book.review_set.order_by("stars")])


class NoteSerializer(serializers.ModelSerializer):
    class Meta:
        model = Note
        fields = "__all__"
`;

const VIEWS = `
from django import forms
from django.shortcuts import get_object_or_404, render
from django.views.generic import DetailView

from library.models import Author, Review


class AuthorForm(forms.ModelForm):
    class Meta:
        model = Author
        fields = ["name", "website"]


class AuthorDetail(DetailView):
    model = Author
    template_name = "library/author.html"


def edit(request, pk):
    author = get_object_or_404(Author, pk=pk)
    form = AuthorForm(request.POST, instance=author)
    if form.is_valid():
        form.save()
    return render(request, "library/edit.html", {"author": author, "reviews": Review.objects.filter(book__author=author)})
`;

const SIGNALS = `
from django.db.models.signals import post_save
from django.dispatch import receiver

from library.models import Book, Review


@receiver(post_save, sender=Book)
def announce(sender, instance, created, **kwargs):
    if created:
        print(instance.price)


def count(sender, instance, **kwargs):
    print(instance.stars)


post_save.connect(count, sender=Review)
`;

const DETAIL = `
{% extends "base.html" %}
{{ object.bio|linebreaks }}
{% for book in author.books.all %}{{ book.printed|date:"Y" }}{% endfor %}
`;
const EDIT = '{{ author.born }} {% for review in reviews %}{{ review.reviewer }}{% endfor %}';

let analysis: Analysis;
const uses = (of: string, name: string) => analysis.project.usage.uses.filter((use) => use.table.name === `library_${of}` && use.column.name === name && use.via !== 'relationship');
const told = (of: string, name: string) => uses(of, name).map((use) => `${use.place.path.replace('library/', '').replace(/\.\w+$/, '')} ${use.kind}${use.via === 'code' ? '' : ` ${use.via}`}`);
const possible = (name: string) => (analysis.project.usage.possible.get(name) ?? []).map((each) => each.place.path);

beforeAll(async () => {
  analysis = await analyseText({
    'library/__init__.py': '', 'library/models.py': MODELS, 'library/admin.py': ADMIN, 'library/api.py': API, 'library/views.py': VIEWS, 'library/signals.py': SIGNALS,
    'library/templates/library/author.html': DETAIL, 'library/templates/library/edit.html': EDIT,
  });
});

describe('what a Django application declares', () => {
  it('administration pages read, filter and compute with what they name', () => {
    expect(told('author', 'name')).toContain('admin read admin');
    expect(told('author', 'email')).toContain('admin filter admin');
    expect(told('book', 'title')).toContain('admin filter admin');
    expect(told('book', 'isbn')).toContain('admin read admin');
    expect(told('author', 'city')).toContain('admin read');
    expect(analysis.project.usage.tableUses.filter((use) => use.table.name === 'library_note' && use.place.path.endsWith('admin.py')).map((use) => use.kind)).toContain('mention');
  });
  it('serialisers hand out and take in the fields they name', () => {
    expect(told('book', 'title')).toEqual(expect.arrayContaining(['api expose serializer', 'api write generic-update']));
    expect(told('book', 'isbn')).not.toContain('api write generic-update');
    expect(told('author', 'name')).toContain('api read serializer');
    expect(told('book', 'status')).toContain('api read');
    expect(told('note', 'color')).toEqual(['api expose catch-all']);
  });
  it('validators look rows up', () => {
    const [query] = analysis.project.usage.queries.filter((each) => each.expects === 'exists');
    expect(query!.conditions.map((each) => each.column.name)).toEqual(['isbn']);
    expect(query!.guards.map((guard) => guard.k)).toEqual(['refuse-if-present']);
  });
  it('filter sets and views filter and sort', () => {
    expect(told('book', 'pages')).toContain('api filter');
    expect(told('book', 'printed')).toContain('api filter');
    expect(told('author', 'city')).toContain('api filter');
    expect(told('book', 'price')).toContain('api sort');
    expect(told('review', 'text')).toContain('api read');
    expect(told('review', 'stars')).toContain('api sort');
  });
  it('forms write what they list', () => {
    expect(told('author', 'website')).toContain('views write generic-update');
    expect(told('author', 'secret')).toEqual([]);
  });
  it('signals are given rows of their sender', () => {
    expect(told('book', 'price')).toContain('signals read');
    expect(told('review', 'stars')).toContain('signals read');
  });
  it('templates read what their view hands them', () => {
    for (const name of ['bio', 'printed', 'born', 'reviewer']) expect(possible(name).some((path) => path.endsWith('.html')), name).toBe(true);
  });
});

describe('a base view and fields that are not edited', () => {
  const files = {
    'desk/__init__.py': '',
    'desk/models.py': `
from django.db import models


class Ticket(models.Model):
    team = models.CharField(max_length=9)
    title = models.CharField(max_length=80)
    rating = models.IntegerField(null=True, editable=False)
    seen = models.DateTimeField(auto_now=True)
`,
    'desk/base.py': `
from rest_framework import viewsets


class TeamViewSet(viewsets.ModelViewSet):
    def get_queryset(self):
        return super().get_queryset().filter(team=self.request.team)
`,
    'desk/api.py': `
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from desk.base import TeamViewSet
from desk.models import Ticket


class TicketSerializer(serializers.ModelSerializer):
    class Meta:
        model = Ticket
        fields = ["title", "rating", "seen"]


class TicketViewSet(TeamViewSet):
    queryset = Ticket.objects.all()
    serializer_class = TicketSerializer

    @action(detail=False)
    def best(self, request):
        return Response([ticket.pk for ticket in self.get_queryset().order_by("-rating")])
`,
    'desk/admin.py': `
from django.contrib import admin

from desk.models import Ticket

admin.site.register(Ticket)
`,
  };
  it('the rows of the view go through what the base adds, and the library below it', async () => {
    const { project } = await analyseText(files);
    const of = (name: string) => project.usage.uses.filter((use) => use.table.name === 'desk_ticket' && use.column.name === name).map((use) => `${use.kind} ${use.via}`);
    expect(of('team')).toContain('filter code');
    expect(of('rating')).toEqual(['expose serializer', 'sort code']);
  });
  it('what is not editable is handed out and never taken in', async () => {
    const { project } = await analyseText(files);
    const of = (name: string) => project.usage.uses.filter((use) => use.column.name === name && use.kind === 'write').length;
    expect(['title', 'rating', 'seen'].map(of)).toEqual([1, 0, 0]);
    const shown = project.schema.tables[0]!.columns.filter((column) => project.gapsOf(column).some((gap) => gap.kind === 'catch-all-serialiser'));
    expect(shown.map((column) => column.name)).toEqual(['id', 'team', 'title']);
  });
});

describe('what libraries make from models', () => {
  const files = {
    'shop/__init__.py': '',
    'shop/models.py': `
from django.db import models


class Depot(models.Model):
    code = models.CharField(max_length=9)
    city = models.CharField(max_length=80)
    radius = models.IntegerField()
    hidden = models.IntegerField()


class Parcel(models.Model):
    depot = models.ForeignKey(Depot, on_delete=models.CASCADE, related_name="parcels")
    number = models.CharField(max_length=9)
    weight = models.IntegerField()
    state = models.CharField(max_length=9)
    packed = models.DateTimeField(null=True)
`,
    'shop/graph.py': `
import strawberry
import strawberry_django
from strawberry import auto

from shop.models import Depot, Parcel


@strawberry_django.type(Parcel)
class ParcelType:
    mass: int = strawberry_django.field(field_name="weight")


@strawberry_django.type(Depot)
class DepotType:
    city: auto
    parcels: list[ParcelType]


@strawberry_django.filter(Parcel, lookups=True)
class ParcelFilter:
    state: auto


@strawberry_django.order(Parcel)
class ParcelOrder:
    packed: auto


@strawberry_django.input(Depot)
class DepotInput:
    city: auto
    radius: auto


@strawberry.type
class Mutation:
    create_depot: DepotType = strawberry_django.mutations.create(DepotInput)
`,
    'shop/resources.py': `
from import_export import fields, resources
from import_export.widgets import ForeignKeyWidget

from shop.models import Depot, Parcel


class ParcelResource(resources.ModelResource):
    site = fields.Field(attribute="depot", widget=ForeignKeyWidget(Depot, field="code"))

    class Meta:
        model = Parcel
        import_id_fields = ["number"]
        fields = ["number", "site"]
`,
    'shop/forms.py': `
from django import forms

from shop.models import Depot, Parcel

ParcelFormSet = forms.inlineformset_factory(Depot, Parcel, fields=["state"])
`,
  };
  it('is seen field by field, and leaves nothing out of sight', async () => {
    const { project } = await analyseText(files);
    const of = (table: string, name: string) => project.usage.uses.filter((use) => use.table.name === table && use.column.name === name && use.via !== 'relationship').map((use) => `${use.place.path.slice(5, -3)} ${use.kind}`).sort();
    expect(of('shop_depot', 'city')).toEqual(['graph expose', 'graph write']);
    expect(of('shop_depot', 'radius')).toEqual(['graph write']);
    expect(of('shop_depot', 'code')).toContain('resources lookup');
    expect(of('shop_depot', 'hidden')).toEqual([]);
    expect(of('shop_parcel', 'weight')).toEqual(['graph expose']);
    expect(of('shop_parcel', 'state')).toEqual(['forms write', 'graph filter']);
    expect(of('shop_parcel', 'packed')).toEqual(['graph sort']);
    expect(of('shop_parcel', 'number')).toEqual(['resources expose', 'resources lookup', 'resources write']);
    expect(project.usage.relationshipUses.map((use) => use.relationship.name)).toContain('parcels');
    expect(project.schema.tables.flatMap((table) => project.gapsOf(table).map((gap) => gap.detail))).toEqual([]);
  });
});
