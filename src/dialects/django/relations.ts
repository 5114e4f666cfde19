/** Relations of a model: foreign keys with their column, one-to-one keys, and tables between two models. */
import type { ReferentialAction } from '../../facts/ddl.js';
import { argument, flag, text } from '../../flow/arguments.js';
import type { ClassRef } from '../../flow/value.js';
import type { ColumnDraft, ForeignKeyDraft, IndexDraft, KeyDraft, RelationshipDraft, TableDraft, TableTarget } from '../../link/draft.js';
import { commentOf, isDemanded } from './columns.js';
import type { Field } from './fields.js';
import { labelOf, tableNameOf } from './models.js';
import { shortName } from './names.js';
import { targetOf, type Declaring, type Target } from './targets.js';
import { isTrue } from './types.js';

export interface RelationParts {
  readonly column: ColumnDraft | null;
  readonly keys: readonly KeyDraft[];
  readonly indexes: readonly IndexDraft[];
  readonly foreignKeys: readonly ForeignKeyDraft[];
  readonly relationships: readonly RelationshipDraft[];
  readonly queryNames: readonly (readonly [queryName: string, accessor: string])[];
}

/** https://docs.djangoproject.com/en/5.0/ref/models/fields/#foreignkey */
export function foreignKeyOf(declaring: Declaring, field: Field, cls: ClassRef, inheritedFrom: string | null): RelationParts {
  const { args, place } = field;
  const target = targetOf(declaring, argument(args, 0, 'to'), cls);
  const isOne = field.kind === 'one' || isTrue(args, 'unique');
  const isKey = isTrue(args, 'primary_key');
  const column = text(argument(args, -1, 'db_column')) ?? `${field.name}_id`;
  const referenced = text(argument(args, -1, 'to_field'));
  const inverse = inverseOf(declaring, field, cls, field.kind === 'one');
  const isEnforced = flag(argument(args, -1, 'db_constraint')) !== false;
  const hasIndex = !isOne && !isKey && flag(argument(args, -1, 'db_index')) !== false;
  return {
    column: {
      name: column,
      attribute: `${field.name}_id`,
      type: null,
      nullable: !isKey && isTrue(args, 'null'),
      nullableIsExplicit: true,
      isDemanded: isDemanded(field),
      hasClientDefault: argument(args, -1, 'default') !== null,
      comment: commentOf(field),
      inheritedFrom,
      place,
    },
    keys: isKey ? [{ k: 'primary', name: null, columns: [column], place }] : isOne ? [{ k: 'unique', name: null, columns: [column], place }] : [],
    // Every foreign key gets an index: https://docs.djangoproject.com/en/5.0/ref/models/fields/#django.db.models.ForeignKey.db_index
    indexes: hasIndex ? [{ name: null, parts: [{ column }], unique: false, isImplicit: true, place }] : [],
    // `on_delete` is what the ORM does; the constraint in the database has no action.
    foreignKeys: target
      ? [
          {
            name: null,
            columns: [column],
            target: target.target,
            targetColumns: referenced ? [referenced] : [],
            modelOnDelete: deleteAction(field),
            isEnforced,
            place,
          },
        ]
      : [],
    relationships: target
      ? [
          {
            name: field.name,
            target: target.target,
            many: false,
            localColumns: [column],
            cascadesDelete: false,
            place,
            ...(inverse ? { inverse: inverse.accessor, makesInverse: true, inverseIsOne: field.kind === 'one' } : { inverse: '+' }),
          },
        ]
      : [],
    queryNames: inverse ? [[inverse.queryName, inverse.accessor]] : [],
  };
}

/** What the ORM does to rows that point at a deleted one. https://docs.djangoproject.com/en/5.0/ref/models/fields/#django.db.models.ForeignKey.on_delete */
function deleteAction(field: Field): ReferentialAction | null {
  const written = argument(field.args, 1, 'on_delete');
  switch (shortName(written?.k === 'term' ? written.callee : written)) {
    case 'CASCADE': return 'cascade';
    case 'SET_NULL': return 'set null';
    case 'SET_DEFAULT': case 'SET': return 'set default';
    case 'PROTECT': case 'RESTRICT': return 'restrict';
    case 'DO_NOTHING': return 'no action';
    default: return null;
  }
}

/**
 * The name of the other direction: `related_name`, else `<model>_set`; null when it is hidden by a `+`.
 * https://docs.djangoproject.com/en/5.0/ref/models/fields/#django.db.models.ForeignKey.related_name
 */
function inverseOf(declaring: Declaring, field: Field, cls: ClassRef, isOne: boolean): { readonly accessor: string; readonly queryName: string } | null {
  const fill = (name: string): string =>
    name
      .replaceAll('%(class)s', cls.name.toLowerCase())
      .replaceAll('%(app_label)s', labelOf(declaring.flow, declaring.apps, cls).toLowerCase())
      .replaceAll('%(model_name)s', cls.name.toLowerCase());
  const given = text(argument(field.args, -1, 'related_name'));
  if (given?.endsWith('+')) return null;
  const plain = cls.name.toLowerCase();
  const accessor = given ? fill(given) : isOne ? plain : `${plain}_set`;
  const queryName = text(argument(field.args, -1, 'related_query_name'));
  return { accessor, queryName: queryName ? fill(queryName) : given ? accessor : plain };
}

export interface ManyParts extends Pick<RelationParts, 'relationships' | 'queryNames'> { readonly table: TableDraft | null }

/**
 * A many-to-many field: its relationship and the table between, unless a model is named for that.
 * https://docs.djangoproject.com/en/5.0/ref/models/fields/#manytomanyfield
 */
export function manyToManyOf(declaring: Declaring, field: Field, cls: ClassRef, extent: TableDraft['extent']): ManyParts {
  const { args, place } = field;
  const target = targetOf(declaring, argument(args, 0, 'to'), cls);
  if (!target) return { relationships: [], queryNames: [], table: null };
  const isSelf = target.cls?.id === cls.id;
  const isSymmetrical = isSelf && flag(argument(args, -1, 'symmetrical')) !== false;
  const through = targetOf(declaring, argument(args, -1, 'through'), cls);
  const own = tableNameOf(declaring.flow, declaring.apps, cls);
  const name = text(argument(args, -1, 'db_table')) ?? `${own.name}_${field.name}`;
  const inverse = isSymmetrical ? null : inverseOf(declaring, field, cls, false);
  const between: TableTarget = through ? through.target : { k: 'site', site: `between:${name}` };
  return {
    relationships: [
      {
        name: field.name,
        target: target.target,
        many: true,
        through: between,
        ...(inverse ? { inverse: inverse.accessor, makesInverse: true } : { inverse: '+' }),
        place,
      },
    ],
    queryNames: inverse ? [[inverse.queryName, inverse.accessor]] : [],
    table: through ? null : betweenTable(field, cls, target, name, own.schema, isSelf, extent, declaring),
  };
}

function betweenTable(
  field: Field,
  cls: ClassRef,
  target: Target,
  name: string,
  schema: string | null,
  isSelf: boolean,
  extent: TableDraft['extent'],
  declaring: Declaring,
): TableDraft {
  const { place } = field;
  const plain = cls.name.toLowerCase();
  const from = isSelf ? `from_${plain}` : plain;
  const to = isSelf ? `to_${target.model.toLowerCase()}` : target.model.toLowerCase();
  const columns = [from, to].map((each): ColumnDraft => ({ name: `${each}_id`, attribute: `${each}_id`, type: null, nullable: false, place }));
  const key = (column: string, of: TableTarget): ForeignKeyDraft => ({
    name: null,
    columns: [column],
    target: of,
    targetColumns: [],
    isEnforced: flag(argument(field.args, -1, 'db_constraint')) !== false,
    place,
  });
  return {
    dialect: 'django',
    kind: 'model',
    tableKind: 'table',
    name,
    schema,
    partition: '',
    model: null,
    cls: null,
    site: `between:${name}`,
    base: null,
    place,
    extent,
    columns: [keyColumn(declaring.apps.autoField(cls.module.path), place), ...columns],
    keys: [
      { k: 'primary', name: null, columns: ['id'], place },
      { k: 'unique', name: null, columns: columns.map((column) => column.name), place },
    ],
    indexes: columns.map((column) => ({ name: null, parts: [{ column: column.name }], unique: false, isImplicit: true, place })),
    foreignKeys: [key(columns[0]!.name, { k: 'class', cls }), key(columns[1]!.name, target.target)],
    checks: [],
    exclusions: [],
    comment: null,
    declaresRelationships: false,
    relationships: [
      { name: from, target: { k: 'class', cls }, many: false, localColumns: [columns[0]!.name], inverse: '+', isImplicit: true, place },
      { name: to, target: target.target, many: false, localColumns: [columns[1]!.name], inverse: '+', isImplicit: true, place },
    ],
  };
}

/** The implicit primary key. https://docs.djangoproject.com/en/5.0/topics/db/models/#automatic-primary-key-fields */
export function keyColumn(autoField: string, place: ColumnDraft['place']): ColumnDraft {
  const type = autoField === 'BigAutoField' ? 'bigint' : autoField === 'SmallAutoField' ? 'smallint' : /UUID/i.test(autoField) ? 'uuid' : 'integer';
  return { name: 'id', attribute: 'id', type: { name: type }, nullable: false, isIdentity: type !== 'uuid', place };
}
