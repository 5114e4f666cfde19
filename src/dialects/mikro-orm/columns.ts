/** Columns of entities. https://mikro-orm.io/docs/defining-entities */
import type { TypeRef } from '../../facts/ddl.js';
import { flag, lastName, text } from '../../flow/arguments.js';
import type { Flow } from '../../flow/evaluate.js';
import { membersOf, type Value } from '../../flow/value.js';
import { sqlConstant, type IndexDraft, type KeyDraft, type TableDraft } from '../../link/draft.js';
import type { Place } from '../../model/schema.js';
import type { ColumnParts } from '../shared/entities.js';
import { annotatedType, enumType, namedType, nativeType, tellsNoNull, writtenChoices } from '../shared/script-types.js';
import { commentOf } from '../shared/targets.js';
import type { Naming } from './names.js';
import { isSet, option, textsOf, type Property } from './properties.js';

/** https://github.com/mikro-orm/mikro-orm/blob/master/packages/postgresql/src/PostgreSqlPlatform.ts */
const DATES = 'timestamp with time zone';
/** Types by the names of MikroORM, where PostgreSQL means another one by it. https://mikro-orm.io/docs/custom-types#types-provided-by-mikroorm */
const TYPES: Readonly<Record<string, TypeRef>> = {
  datetime: { name: DATES },
  timestamp: { name: DATES },
  date: { name: 'date' },
  json: { name: 'jsonb' },
  object: { name: 'jsonb' },
  any: { name: 'jsonb' },
  unknown: { name: 'jsonb' },
  array: { name: 'text', array: 1 },
  enumarray: { name: 'text', array: 1 },
  enum: { name: 'text' },
  blob: { name: 'bytea' },
  buffer: { name: 'bytea' },
  uint8array: { name: 'bytea' },
  float: { name: 'real' },
  number: { name: 'integer' },
  bigint: { name: 'bigint' },
  objectid: { name: 'character varying' },
  character: { name: 'character' },
};

export interface DeclaredColumn extends ColumnParts { readonly indexes: readonly IndexDraft[]; readonly checks: TableDraft['checks'] }

/** The column of a property; null when it has none (computed, not persisted). `infers`: annotations say what may be null. */
export function columnOf(flow: Flow, property: Property, naming: Naming, infers: boolean): DeclaredColumn | null {
  if (property.kind === 'SerializedPrimaryKey' || property.kind === 'Formula' || option(property, 'formula') || flag(option(property, 'persist')) === false)
    return null;
  const { place } = property;
  const name = property.prefix + (textsOf(option(property, 'fieldName', 'name', 'fieldNames'))[0] ?? naming.column(property.name));
  const isPrimary = property.kind === 'PrimaryKey' || isSet(property, 'primary');
  const written = annotatedType(flow, property.stmt?.type, property.env, DATES);
  const type = typeOf(flow, property, written.type, name);
  const explicit = flag(option(property, 'nullable'));
  const isOptional = property.stmt?.optional === true || written.optional;
  const isVersion = isSet(property, 'version');
  const raw = text(option(property, 'defaultRaw'));
  const fallback = option(property, 'default');
  const keys: KeyDraft[] = [];
  if (isPrimary) keys.push({ k: 'primary', name: null, columns: [name], place });
  const unique = option(property, 'unique');
  if (isNamed(unique)) keys.push({ k: 'unique', name: text(unique), columns: [name], place });
  const index = option(property, 'index');
  const check = text(option(property, 'check'));
  return {
    keys,
    indexes: isNamed(index) ? [{ name: text(index), parts: [{ column: name }], unique: false, place }] : [],
    checks: [...(check ? [{ name: null, expression: check, columns: [name], place }] : []), ...enumCheck(type, name, place)],
    column: {
      name,
      attribute: property.attribute,
      type,
      nullable: !isPrimary && (property.isInOptional || (explicit ?? (infers && isOptional))),
      nullableIsExplicit:
        explicit !== null ||
        (property.kind !== 'Embedded' && property.options.every((each) => each.k === 'dict' && each.rest === null) && tellsNoNull(property.stmt, written)),
      databaseDefault:
        raw ??
        (fallback && !(fallback.k === 'const' && fallback.v === null)
          ? (sqlConstant(fallback) ?? 'default')
          : isVersion
            ? type.name === 'integer'
              ? '1'
              : 'current_timestamp'
            : null),
      hasClientDefault: property.stmt?.value !== undefined || option(property, 'onCreate') !== null,
      onUpdate: option(property, 'onUpdate') ? 'orm' : null,
      isGenerated: option(property, 'generated') !== null,
      isIdentity: isPrimary && flag(option(property, 'autoincrement')) !== false && /^(integer|bigint|smallint)$/.test(type.name) && !raw,
      role: property.isDiscriminator ? 'discriminator' : isVersion ? 'version' : null,
      comment: [commentOf(property.stmt?.note), text(option(property, 'comment'))].filter((part) => part).join('\n') || null,
      inheritedFrom: property.inheritedFrom,
      choices: type.values ?? (option(property, 'customType') === null ? writtenChoices(flow, type, property.stmt?.type, property.env) : null),
      place,
    },
  };
}

/** Enums that are text have a check of their values. https://mikro-orm.io/docs/defining-entities#enums */
function enumCheck(type: TypeRef, column: string, place: Place): TableDraft['checks'] {
  return type.name === 'text' && !type.array && type.values?.length
    ? [{ name: null, expression: `"${column}" in (${type.values.map((value) => `'${value.replaceAll("'", "''")}'`).join(', ')})`, columns: [column], place }]
    : [];
}

/** `index: true`, `index: 'name'`. */
const isNamed = (value: Value | null): boolean => flag(value) === true || text(value) !== null;

function typeOf(flow: Flow, property: Property, annotated: TypeRef | null, column: string): TypeRef {
  const exact = textsOf(option(property, 'columnType', 'columnTypes'))[0];
  const items = property.kind === 'Enum' || option(property, 'enum') ? enumType(flow, property.first ?? option(property, 'items'), `${column}_enum`) : null;
  const native = text(option(property, 'nativeEnumName'));
  const array = isSet(property, 'array') ? { array: 1 } : {};
  if (items && native) return { ...items, name: native, enumName: native, ...array };
  if (exact !== undefined) return { ...namedType(exact), ...(items?.values ? { values: items.values } : {}) };
  const values = items ?? (property.kind === 'Enum' && annotated?.enumName ? annotated : null);
  // Enums are text with a check, those of numbers are numbers. https://mikro-orm.io/docs/defining-entities#enums
  if (values)
    return values.values?.length && values.values.every((value) => /^\d+$/.test(value))
      ? { name: 'smallint', ...array }
      : { name: 'text', values: values.values ?? [], ...array };
  const named = givenType(option(property, 'type'));
  if (named) return sized(named, property);
  if (option(property, 'type')) return { name: 'unknown' };
  if (isSet(property, 'version')) return annotated ?? { name: 'integer' };
  if (annotated?.enumName) return { name: 'text' };
  if (annotated?.array) return { name: 'text', array: 1 };
  return annotated ? sized(annotated.name === 'json' ? { name: 'jsonb' } : annotated, property) : { name: 'unknown' };
}

/** `'text'`, `t.text`, `TextType`, `new TextType()`, `Date`. */
function givenType(value: Value | null): TypeRef | null {
  for (const member of value ? membersOf(value) : []) {
    const native = nativeType(member, DATES);
    if (native) return native.name === 'json' ? { name: 'jsonb' } : native;
    const name = text(member) ?? (member.k === 'ext' ? lastName(member) : member.k === 'term' && member.callee.k === 'ext' ? lastName(member.callee) : null);
    if (name === null) continue;
    if (name === 'Date') return { name: DATES };
    const plain = name.replace(/Type$/, '').toLowerCase();
    return TYPES[plain] ?? namedType(/Type$/.test(name) ? plain : name);
  }
  return null;
}

function sized(type: TypeRef, property: Property): TypeRef {
  if (type.args) return type;
  const numbers = ['length', 'precision', 'scale']
    .map((name) => option(property, name))
    .flatMap((value) => (value?.k === 'const' && typeof value.v === 'number' && value.v > 0 ? [value.v] : []));
  if (type.name === 'character varying' && !type.array)
    return numbers.length
      ? { ...type, args: numbers }
      : flag(option(property, 'length')) === null && option(property, 'length') === null
        ? { ...type, args: [255] }
        : type;
  return numbers.length && !/timestamp/.test(type.name) ? { ...type, args: numbers } : type;
}
