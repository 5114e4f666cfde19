/** What is known of one entity → the shared form that tables are made of. */
import { entry, flag, text } from '../../flow/arguments.js';
import { findMember } from '../../flow/classes.js';
import type { Flow } from '../../flow/evaluate.js';
import type { ClassRef, Value } from '../../flow/value.js';
import type { Place } from '../../model/schema.js';
import { namesAll, noConstraints, withoutMembers, type ColumnParts, type Constraints, type Entity, type Relation } from '../shared/entities.js';
import { columnOf, type DeclaredColumn } from './columns.js';
import { isDocument } from './embedded.js';
import type { Naming } from './names.js';
import { COLUMNS, RELATIONS, isSet, option, textsOf, type Property } from './properties.js';
import { relationOf } from './relations.js';
import { indexOf, sqlOf } from './statements.js';

/** `@Index`, `@Unique`, `@Check` of a class or a property (`own`), or such an entry of a schema. */
export interface ConstraintSource { readonly name: string; readonly options: Value | null; readonly own: string | null; readonly place: Place }

export interface EntitySource {
  readonly model: string;
  readonly cls: ClassRef | null;
  readonly site: string | null;
  readonly base: ClassRef | null;
  readonly options: Value | null;
  /** Of the entity whose table it shares. */
  readonly rootOptions: Value | null;
  readonly rootName: string | null;
  /** As in `TableDraft`. */
  readonly hasUnseenParts: boolean;
  readonly properties: readonly Property[];
  readonly embedded: ReadonlyMap<string, readonly ClassRef[]>;
  readonly constraints: readonly ConstraintSource[];
  readonly comment: string | null;
  readonly place: Place;
  readonly extent: Place;
}

export function entityFrom(flow: Flow, source: EntitySource, naming: Naming, infers: boolean): Entity {
  const { options, rootOptions } = source;
  const columns: DeclaredColumn[] = [];
  const relations: Relation[] = [];
  const relationIds = new Map<string, string>();
  const primary = source.properties.filter((property) => property.kind === 'PrimaryKey' || isSet(property, 'primary'));
  for (const property of source.properties) {
    const relation = relationOf(flow, property, infers);
    if (relation) {
      // A row whose whole key is another row's goes with that.
      // https://github.com/mikro-orm/mikro-orm/blob/master/packages/core/src/metadata/MetadataDiscovery.ts (processEntity)
      relations.push(primary.length === 1 && primary[0] === property ? { ...relation, onDelete: relation.onDelete ?? 'cascade' } : relation);
      if (relation.isBareKey) relationIds.set(relation.property, relation.property);
      continue;
    }
    const isColumn = COLUMNS.has(property.kind) || property.kind === 'Embedded';
    const column = isColumn ? columnOf(flow, property, naming, infers) : null;
    if (column) columns.push(property.kind === 'Embedded' ? { ...column, column: { ...column.column, type: { name: 'jsonb' } } } : column);
  }
  const table =
    text(entry(rootOptions, 'tableName')) ??
    text(entry(rootOptions, 'collection')) ??
    text(entry(options, 'tableName')) ??
    text(entry(options, 'collection')) ??
    naming.table(source.rootName ?? source.model);
  return {
    cls: source.cls,
    site: source.site,
    model: source.model,
    base: source.base,
    name: table,
    schema: text(entry(rootOptions ?? options, 'schema')),
    kind: 'table',
    place: source.place,
    extent: source.extent,
    hasUnseenParts: source.hasUnseenParts,
    isWhole: !source.hasUnseenParts && !source.properties.some((property) => isUnresolved(property, relations)),
    columns: [...discriminator(options, columns, source.place, naming), ...columns],
    relations,
    relationIds,
    embedded: source.embedded,
    comment: [source.comment, text(entry(options, 'comment'))].filter((part) => part).join('\n') || null,
    constraints: (named) => {
      const made = noConstraints();
      for (const column of columns) {
        made.indexes.push(...column.indexes);
        made.checks.push(...column.checks);
      }
      const kind = named(text(entry(options, 'discriminatorColumn')) ?? '');
      if (kind.length) made.indexes.push({ name: null, parts: kind.map((column) => ({ column })), unique: false, isImplicit: true, place: source.place });
      for (const each of source.constraints) addConstraint(each, named, made);
      for (const property of source.properties) addRelationKeys(property, relations, named, made);
      return withoutMembers(made, (property) => source.cls !== null && Boolean(findMember(flow, source.cls, property.split('.')[0]!)));
    },
  };
}

/** Whether a property has columns that are not known: it points at what is not found, or shows what the ORM leaves to others to fill. */
function isUnresolved(property: Property, relations: readonly Relation[]): boolean {
  if (property.kind === 'Property') return property.stmt !== null && flag(option(property, 'persist')) === false;
  return property.kind === 'Embedded'
    ? !isDocument(property)
    : RELATIONS.has(property.kind) && !relations.some((relation) => relation.property === property.attribute);
}

/** The column that tells the classes of one table apart, made where none is declared, with an index. */
function discriminator(options: Value | null, columns: DeclaredColumn[], place: Place, naming: Naming): readonly ColumnParts[] {
  const name = text(entry(options, 'discriminatorColumn'));
  if (name === null) return [];
  const index = columns.findIndex((each) => each.column.attribute === name || each.column.name === name);
  const known = columns[index];
  if (known) { columns[index] = { ...known, column: { ...known.column, role: 'discriminator' } }; return []; }
  return [{ column: { name: naming.column(name), attribute: name, type: { name: 'text' }, nullable: false, role: 'discriminator', place }, keys: [] }];
}

/** https://mikro-orm.io/docs/defining-entities#indexes */
function addConstraint({ name, options, own, place }: ConstraintSource, named: (property: string) => readonly string[], into: Constraints): void {
  if (name === 'Check') {
    const expression = sqlOf(entry(options, 'expression'), named);
    if (expression)
      into.checks.push({
        name: text(entry(options, 'name')),
        expression,
        columns: [...expression.matchAll(/\w+/g)].map(([word]) => word).filter((word) => named(word).includes(word)),
        place,
      });
    return;
  }
  if (name !== 'Index' && name !== 'Unique') return;
  const written = entry(options, 'expression');
  if (written) {
    const index = indexOf(sqlOf(written, named), text(entry(options, 'name')), place);
    // A statement may be about columns that no property has.
    if (index)
      into.indexes.push({
        ...index,
        parts: index.parts.map((part) => (part.column !== null && named(part.column).length === 0 ? { ...part, column: null, expression: part.column } : part)),
      });
    else into.unread.push(place);
    return;
  }
  const properties = own !== null ? [own] : textsOf(entry(options, 'properties'));
  const label = text(entry(options, 'name'));
  if (properties.length === 0 || !namesAll(properties, named, name === 'Unique' ? 'constraint' : 'index', label, place, into)) return;
  const columns = properties.flatMap(named);
  if (name === 'Unique') { into.keys.push({ k: 'unique', name: label, columns, place }); return; }
  const method = text(entry(options, 'type'))?.toLowerCase();
  into.indexes.push({ name: label, parts: columns.map((column) => ({ column })), unique: false, ...(method && method !== 'btree' ? { method } : {}), place });
}

/** `@ManyToOne({ index: true })`, `@ManyToOne({ unique: true })`. */
function addRelationKeys(property: Property, relations: readonly Relation[], named: (property: string) => readonly string[], into: Constraints): void {
  const relation = relations.find((each) => each.property === property.attribute && each.owns && !each.isUnpersisted);
  if (!relation) return;
  const wants = (option: string): boolean =>
    property.options.some((options) => {
      const value = entry(options, option);
      return flag(value) === true || text(value) !== null;
    });
  const columns = named(property.attribute);
  if (columns.length === 0) return;
  if (wants('index')) into.indexes.push({ name: null, parts: columns.map((column) => ({ column })), unique: false, place: property.place });
  if (wants('unique') && relation.kind === 'ManyToOne') into.keys.push({ k: 'unique', name: null, columns, place: property.place });
}
