/** Relations of entities. https://mikro-orm.io/docs/relationships */
import type { ReferentialAction } from '../../facts/ddl.js';
import { flag, text } from '../../flow/arguments.js';
import type { Flow } from '../../flow/evaluate.js';
import type { Value } from '../../flow/value.js';
import type { JoinColumn, JoinTable, Relation, RelationKind } from '../shared/entities.js';
import { annotatedTarget, propertyInArrow, targetOf } from '../shared/targets.js';
import { RELATIONS, isSet, option, removes, textsOf, type Property } from './properties.js';

/** The relation that a property declares; null when it declares none or its target is not known. */
export function relationOf(flow: Flow, property: Property, infers: boolean): Relation | null {
  if (!RELATIONS.has(property.kind)) return null;
  const kind = property.kind as RelationKind;
  const target = targetOf(flow, property.first ?? option(property, 'entity')) ?? annotatedTarget(flow, property.stmt?.type, property.env);
  if (!target) return null;
  const given = nameOf(property.second);
  const isOwner = isSet(property, 'owner') || option(property, 'inversedBy') !== null;
  const mappedBy = nameOf(option(property, 'mappedBy')) ?? (isOwner ? null : given);
  const inverse = mappedBy ?? nameOf(option(property, 'inversedBy')) ?? given;
  const owns = kind === 'ManyToOne' || (kind === 'OneToOne' && (isOwner || mappedBy === null));
  const isPrimary = isSet(property, 'primary');
  const explicit = flag(option(property, 'nullable'));
  const nullable = !isPrimary && (property.isInOptional || (explicit ?? ((infers && isOptional(property)) || removes(property))));
  return {
    property: property.attribute,
    kind,
    target,
    inverse,
    place: property.place,
    inheritedFrom: property.inheritedFrom,
    owns,
    joinColumns: owns ? joinColumnsOf(property) : [],
    joinTable: kind === 'ManyToMany' && (isOwner || mappedBy === null) ? joinTableOf(flow, property) : null,
    nullable,
    nullableIsExplicit: explicit !== null,
    isPrimary,
    onDelete: owns ? deleteRule(property, nullable) : null,
    isEnforced: flag(option(property, 'createForeignKeyConstraint')) !== false,
    cascadesDelete: removes(property) || isSet(property, 'orphanRemoval'),
    isBareKey: isSet(property, 'mapToPk'),
    isUnpersisted: flag(option(property, 'persist')) === false,
  };
}

function isOptional(property: Property): boolean {
  const type = property.stmt?.type;
  return property.stmt?.optional === true || (type?.k === 'op' && type.op === '|' && type.args.some((arg) => arg.k === 'lit' && arg.v === null));
}

/** `'books'`, `(book) => book.author`. */
const nameOf = (value: Value | null): string | null => text(value) ?? (value ? propertyInArrow(value) : null);

function joinColumnsOf(property: Property): readonly JoinColumn[] {
  const names = textsOf(option(property, 'joinColumn', 'joinColumns', 'fieldName', 'fieldNames', 'name'));
  const referenced = textsOf(option(property, 'referenceColumnName', 'referencedColumnNames', 'referencedColumnName'));
  return (names.length ? names : referenced).map((_, index) => ({
    name: names[index] ? property.prefix + names[index] : null,
    referenced: referenced[index] ?? null,
  }));
}

/**
 * What the database does when the other row is deleted: null where the key may be, unless said otherwise.
 * https://github.com/mikro-orm/mikro-orm/blob/master/packages/knex/src/schema/DatabaseTable.ts
 */
function deleteRule(property: Property, nullable: boolean): ReferentialAction | null {
  const rule = text(option(property, 'deleteRule', 'onDelete'))?.toLowerCase();
  if (rule === 'cascade' || rule === 'set null' || rule === 'restrict' || rule === 'set default' || rule === 'no action') return rule;
  return removes(property) ? 'cascade' : nullable ? 'set null' : null;
}

function joinTableOf(flow: Flow, property: Property): JoinTable {
  const [name, schema] = (text(option(property, 'pivotTable')) ?? '').split('.').reverse();
  const columns = (...names: readonly string[]): readonly JoinColumn[] => textsOf(option(property, ...names)).map((each) => ({ name: each, referenced: null }));
  const entity = targetOf(flow, option(property, 'pivotEntity'));
  return {
    name: name || null,
    schema: schema ?? null,
    columns: columns('joinColumn', 'joinColumns'),
    inverseColumns: columns('inverseJoinColumn', 'inverseJoinColumns'),
    place: property.place,
    isNumbered: isSet(property, 'fixedOrder') || option(property, 'fixedOrderColumn') !== null,
    ...(entity ? { entity } : {}),
  };
}
