/** One model → the draft of its table, and of the tables its many-to-many fields make. */
import { argument, flag, text } from '../../flow/arguments.js';
import { findMember } from '../../flow/classes.js';
import type { Flow } from '../../flow/evaluate.js';
import type { ClassRef, EvaluatedArg } from '../../flow/value.js';
import type { ColumnDraft, ForeignKeyDraft, IndexDraft, KeyDraft, RelationshipDraft, TableDraft, UnknownName } from '../../link/draft.js';
import type { Place } from '../../model/schema.js';
import { columnOf, isEditable } from './columns.js';
import { metaParts, type MetaParts } from './constraints.js';
import type { Field } from './fields.js';
import { genericKey, genericRelation } from './generic.js';
import type { KnownField, KnownMany } from './known-bases.js';
import { isProxy, optionsOf, strings } from './meta.js';
import { concreteOf, inheritedOf, labelOf, tableNameOf } from './models.js';
import { foreignKeyOf, keyColumn, manyToManyOf } from './relations.js';
import type { Generic, ModelInfo } from './state.js';
import { outsideTarget, targetOf, type Declaring } from './targets.js';
import { isPositive, isTrue } from './types.js';

export interface ModelDrafts { readonly drafts: readonly TableDraft[]; readonly info: ModelInfo; readonly queryNames: readonly (readonly [string, string])[] }

interface Parts {
  readonly columns: ColumnDraft[]; readonly keys: KeyDraft[]; readonly indexes: IndexDraft[]; readonly foreignKeys: ForeignKeyDraft[];
  readonly relationships: RelationshipDraft[]; readonly checks: TableDraft['checks'][number][]; readonly tables: TableDraft[];
  readonly queryNames: (readonly [string, string])[]; readonly generics: Map<string, Generic>; readonly genericRelations: Map<string, Generic>;
  readonly uneditable: Set<string>;
}

/** Everything that a concrete model or proxy declares. */
export function draftsOf(declaring: Declaring, cls: ClassRef): ModelDrafts {
  const { flow, apps } = declaring;
  const place: Place = { path: cls.module.path, at: cls.cls.at };
  const extent: Place = { path: cls.module.path, at: cls.cls.range };
  const options = optionsOf(flow, cls);
  const { name, schema } = tableNameOf(flow, apps, isProxy(flow, cls) ? concreteOf(flow, cls) : cls);
  const inherited = inheritedOf(flow, cls);
  const parts: Parts = {
    columns: [],
    keys: [],
    indexes: [],
    foreignKeys: [],
    relationships: [],
    checks: [],
    tables: [],
    queryNames: [],
    generics: new Map(),
    genericRelations: new Map(),
    uneditable: new Set(),
  };
  const base = isProxy(flow, cls) ? concreteOf(flow, cls) : null;
  if (!base) {
    for (const field of inherited.known) addKnown(parts, field, place);
    for (const many of inherited.knownMany) addField(declaring, parts, knownManyField(many, cls, place), cls, extent);
    for (const field of inherited.fields) addField(declaring, parts, field, cls, extent);
    for (const field of inherited.fields) if (field.kind === 'key') parts.keys.push(compositeKey(parts, field));
    addKey(declaring, parts, cls, inherited, place);
    const column = (field: string): string | null =>
      field === 'pk' ? (parts.keys.find((key) => key.k === 'primary')?.columns[0] ?? null) : columnNamed(parts, field);
    const fill = (written: string): string =>
      written.replaceAll('%(class)s', cls.name.toLowerCase()).replaceAll('%(app_label)s', labelOf(flow, apps, cls).toLowerCase());
    const meta = metaParts(options, column, fill);
    parts.keys.push(...meta.keys);
    parts.indexes.push(...meta.indexes);
    parts.checks.push(...meta.checks);
    parts.columns.sort((a, b) => rank(a, parts) - rank(b, parts));
    const unknown = inherited.unseen.length > 0 || inherited.parents.length > 0 ? [] : unknownNames(flow, cls, parts, meta);
    const draft = tableDraft(
      cls,
      { name, schema, place, extent, base: null, inherits: inherited.parents[0] ?? null, isManaged: flag(options.get('managed')?.value) !== false },
      parts,
      meta.exclusions,
      commentOf(cls, text(options.get('db_table_comment')?.value)),
    );
    return {
      drafts: [unknown.length > 0 ? { ...draft, unknownNames: unknown } : draft, ...parts.tables],
      info: infoOf(declaring, cls, parts, inherited.unseen, place),
      queryNames: parts.queryNames,
    };
  }
  const draft = tableDraft(cls, { name, schema, place, extent, base, inherits: null, isManaged: true }, parts, [], null);
  return { drafts: [draft], info: infoOf(declaring, cls, parts, [], place), queryNames: [] };
}

/** Fields that `Meta` names and the class does not have, under whatever type. */
function unknownNames(flow: Flow, cls: ClassRef, parts: Parts, meta: MetaParts): readonly UnknownName[] {
  const isMissing = (column: string | null): column is string =>
    column !== null && !parts.columns.some((each) => each.name === column) && !findMember(flow, cls, column);
  return [
    ...meta.keys.flatMap(({ name, columns, place }) => columns.filter(isMissing).map((property) => ({ what: 'constraint' as const, name, property, place }))),
    ...meta.indexes.flatMap(({ name, parts: each, place }) =>
      each
        .map(({ column }) => column)
        .filter(isMissing)
        .map((property) => ({ what: 'index' as const, name, property, place })),
    ),
  ];
}

/** The primary key stands first, everything else as declared. */
const rank = (column: ColumnDraft, parts: Parts): number => (parts.keys.some((key) => key.k === 'primary' && key.columns.includes(column.name)) ? 0 : 1);

function addField(declaring: Declaring, parts: Parts, field: Field, cls: ClassRef, extent: Place): void {
  const inheritedFrom = field.owner.id === cls.id ? null : field.owner.name;
  switch (field.kind) {
    case 'generic': parts.generics.set(field.name, genericKey(field.args)); return;
    // Its columns may stand below it.
    case 'key': return;
    case 'generic-relation': addGenericRelation(declaring, parts, field, cls); return;
    case 'many': {
      const made = manyToManyOf(declaring, field, cls, extent);
      parts.relationships.push(...made.relationships);
      parts.queryNames.push(...made.queryNames);
      if (made.table) parts.tables.push(made.table);
      return;
    }
    case 'foreign': case 'one': {
      const made = foreignKeyOf(declaring, field, cls, inheritedFrom);
      if (made.column) parts.columns.push(made.column);
      if (made.column && !isEditable(field)) parts.uneditable.add(made.column.attribute);
      parts.keys.push(...made.keys);
      parts.indexes.push(...made.indexes);
      parts.foreignKeys.push(...made.foreignKeys);
      parts.relationships.push(...made.relationships);
      parts.queryNames.push(...made.queryNames);
      return;
    }
    case 'column': {
      const column = columnOf(declaring.flow, field, inheritedFrom);
      parts.columns.push(column);
      if (!isEditable(field)) parts.uneditable.add(column.attribute);
      const isUnique = isTrue(field.args, 'unique');
      if (isTrue(field.args, 'primary_key')) parts.keys.push({ k: 'primary', name: null, columns: [column.name], place: field.place });
      else if (isUnique) parts.keys.push({ k: 'unique', name: null, columns: [column.name], place: field.place });
      const wanted = flag(argument(field.args, -1, 'db_index'));
      // A slug is indexed unless told otherwise: https://docs.djangoproject.com/en/5.0/ref/models/fields/#slugfield
      const isSlug = field.className === 'SlugField' && wanted === null;
      if ((wanted === true || isSlug) && !isUnique && !isTrue(field.args, 'primary_key'))
        parts.indexes.push({ name: null, parts: [{ column: column.name }], unique: false, ...(isSlug ? { isImplicit: true } : {}), place: field.place });
      if (isPositive(field.className)) parts.checks.push({ name: null, expression: `${column.name} >= 0`, columns: [column.name], place: field.place });
    }
  }
}

/** The column of a field, by the field's name. */
function columnNamed(parts: Parts, field: string): string | null {
  const named = (attribute: string) => parts.columns.find((each) => each.attribute === attribute);
  // Of a pair `type` and `type_id` each is called by its own name.
  return (named(field) ?? named(`${field}_id`) ?? parts.columns.find((each) => each.name === field))?.name ?? null;
}

/** `pk = CompositePrimaryKey("tenant_id", "id")`: https://docs.djangoproject.com/en/5.2/topics/composite-primary-key/ */
function compositeKey(parts: Parts, field: Field): KeyDraft {
  return {
    k: 'primary',
    name: null,
    columns: field.args.list.flatMap((arg) => (arg.name === null ? (columnNamed(parts, text(arg.value) ?? '') ?? []) : [])),
    place: field.place,
  };
}

/** `GenericRelation(TaggedItem)`: the rows of the other side that point here, whatever their type. */
function addGenericRelation(declaring: Declaring, parts: Parts, field: Field, cls: ClassRef): void {
  const target = targetOf(declaring, argument(field.args, 0, 'to'), cls);
  parts.genericRelations.set(field.name, genericRelation(field.args));
  if (target)
    parts.relationships.push({ name: field.name, target: target.target, many: true, inverse: null, viewOnly: true, isImplicit: true, place: field.place });
}

function addKnown(parts: Parts, field: KnownField, place: Place): void {
  if (parts.columns.some((column) => column.attribute === field.name)) return;
  parts.columns.push({
    name: field.name,
    attribute: field.name,
    type: field.type,
    nullable: field.nullable ?? false,
    nullableIsExplicit: true,
    hasClientDefault: field.hasDefault ?? false,
    role: field.role ?? null,
    onUpdate: field.role === 'updated-at' ? 'orm' : null,
    inheritedFrom: 'library',
    place,
  });
  if (field.isKey || field.isUnique) parts.keys.push({ k: field.isKey ? 'primary' : 'unique', name: null, columns: [field.name], place });
  if (field.indexedWith)
    parts.indexes.push({ name: null, parts: [field.name, ...field.indexedWith].map((column) => ({ column })), unique: false, isImplicit: true, place });
  if (field.isIndexed) parts.indexes.push({ name: null, parts: [{ column: field.name }], unique: false, isImplicit: true, place });
}

/** The field that a library's base declares, as if it stood in the class. */
function knownManyField(many: KnownMany, cls: ClassRef, place: Place): Field {
  const given = (
    [
      ['to', many.to],
      ['related_name', many.inverse],
      ['related_query_name', many.queryName],
    ] as const
  ).map(([name, v]): EvaluatedArg => ({ name, value: { k: 'const', v }, expr: { k: 'lit', v, at: place.at }, spread: null, at: place.at }));
  return { name: many.name, kind: 'many', className: 'ManyToManyField', type: null, args: { list: given }, owner: cls, place, comment: null };
}

/** The primary key that Django adds: an `id`, or the `_ptr` of a parent with a table of its own. */
function addKey(declaring: Declaring, parts: Parts, cls: ClassRef, inherited: ReturnType<typeof inheritedOf>, place: Place): void {
  const { apps } = declaring;
  for (const parent of inherited.parents) {
    const pointer = parts.relationships.find(
      (each) =>
        each.target.k === 'class' &&
        each.target.cls.id === parent.id &&
        parts.foreignKeys.some((key) => key.columns[0] === each.localColumns?.[0]) &&
        parts.keys.some((key) => key.k === 'primary' && key.columns[0] === each.localColumns?.[0]),
    );
    if (pointer) continue;
    const column = `${parent.name.toLowerCase()}_ptr_id`;
    parts.columns.push({ name: column, attribute: column, type: null, nullable: false, place });
    parts.foreignKeys.push({ name: null, columns: [column], target: { k: 'class', cls: parent }, targetColumns: [], place });
    parts.relationships.push({
      name: `${parent.name.toLowerCase()}_ptr`,
      target: { k: 'class', cls: parent },
      many: false,
      localColumns: [column],
      inverse: cls.name.toLowerCase(),
      makesInverse: true,
      inverseIsOne: true,
      isImplicit: true,
      place,
    });
    const isKey = !parts.keys.some((key) => key.k === 'primary');
    parts.keys.push({ k: isKey ? 'primary' : 'unique', name: null, columns: [column], place });
  }
  if (parts.keys.some((key) => key.k === 'primary')) return;
  const outside = inherited.unseen.find((base) => base.isConcrete);
  if (outside) {
    const target = outsideTarget(declaring, 'library', outside.name, null);
    const column = `${outside.name.toLowerCase()}_ptr_id`;
    parts.columns.push({ name: column, attribute: column, type: null, nullable: false, place });
    parts.foreignKeys.push({ name: null, columns: [column], target: target.target, targetColumns: [], place });
    parts.keys.push({ k: 'primary', name: null, columns: [column], place });
    return;
  }
  parts.columns.unshift(keyColumn(apps.autoField(cls.module.path), place));
  parts.keys.push({ k: 'primary', name: null, columns: ['id'], place });
}

function tableDraft(
  cls: ClassRef,
  head: {
    readonly name: string;
    readonly schema: string | null;
    readonly place: Place;
    readonly extent: Place;
    readonly base: ClassRef | null;
    readonly inherits: ClassRef | null;
    readonly isManaged: boolean;
  },
  parts: Parts,
  exclusions: TableDraft['exclusions'],
  comment: string | null,
): TableDraft {
  return {
    dialect: 'django',
    kind: 'model',
    tableKind: 'table',
    name: head.name,
    schema: head.schema,
    partition: '',
    model: cls.name,
    cls,
    site: null,
    base: head.base,
    ...(head.inherits ? { inherits: head.inherits } : {}),
    place: head.place,
    extent: head.extent,
    columns: parts.columns,
    keys: parts.keys,
    indexes: parts.indexes,
    foreignKeys: parts.foreignKeys,
    checks: parts.checks,
    exclusions,
    relationships: parts.relationships,
    comment,
    declaresRelationships: false,
    usesAttributeNames: true,
    // Django makes no table for an unmanaged model: whatever does is not seen here.
    ...(head.isManaged ? {} : { isExternal: true }),
  };
}

function infoOf(declaring: Declaring, cls: ClassRef, parts: Parts, unseen: readonly { readonly name: string }[], place: Place): ModelInfo {
  const key = parts.keys.find((each) => each.k === 'primary')?.columns[0];
  return {
    cls,
    label: labelOf(declaring.flow, declaring.apps, cls),
    name: cls.name,
    key: parts.columns.find((column) => column.name === key)?.attribute ?? 'id',
    ordering: strings(optionsOf(declaring.flow, cls).get('ordering')?.value),
    latestBy: strings(optionsOf(declaring.flow, cls).get('get_latest_by')?.value),
    generics: parts.generics,
    genericRelations: parts.genericRelations,
    uneditable: parts.uneditable,
    unseen: unseen.map((each) => ({ name: each.name, place })),
  };
}

/** Docstring, comment above the class, comment of the table. */
function commentOf(cls: ClassRef, database: string | null): string | null {
  const first = cls.cls.body[0];
  const docstring = first?.k === 'expr' && first.value.k === 'lit' && typeof first.value.v === 'string' ? first.value.v.trim() : null;
  const parts = [docstring, cls.cls.note?.lead ?? null, database].filter((part) => part !== null && part !== '');
  return parts.length ? parts.join('\n') : null;
}
