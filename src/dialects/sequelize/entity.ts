/** A model as its declaration says, before models know of each other. */
import type { ReferentialAction, TypeRef } from '../../facts/ddl.js';
import type { ClassRef, Value } from '../../flow/value.js';
import type { TableTarget } from '../../link/draft.js';
import type { Place } from '../../model/schema.js';
import type { ModelOptions } from './options.js';

export interface Attribute {
  readonly name: string; readonly field: string | null; readonly type: TypeRef | null;
  /** Null where the declaration does not say. */
  readonly allowNull: boolean | null;
  readonly isPrimary: boolean; readonly isIdentity: boolean;
  /** The name of a key of several columns, or true for one of its own. */
  readonly unique: string | true | null;
  readonly defaultValue: Value | null;
  readonly references: { readonly target: TableTarget; readonly key: string | null } | null; readonly onDelete: ReferentialAction | null;
  readonly comment: string | null; readonly place: Place; readonly inheritedFrom: string | null;
  /** The type is that of the property, not one that was given. */
  readonly isInferred?: boolean;
  /** The texts that its validation allows. */
  readonly choices?: readonly string[] | null;
}

/** An index as options or decorators give it; fields are attributes or columns. */
export interface IndexInput {
  readonly name: string | null;
  readonly fields: readonly { readonly name: string; readonly desc?: boolean; readonly opclass?: string | null }[];
  readonly unique: boolean;
  readonly method: string | null;
  readonly predicate: string | null;
  /** The decorator's arguments, which properties share that it stands on. */
  readonly madeBy?: object;
  readonly place: Place;
}

export type AssociationKind = 'belongsTo' | 'hasOne' | 'hasMany' | 'belongsToMany';

export interface Association {
  readonly kind: AssociationKind;
  readonly source: TableTarget;
  readonly target: TableTarget;
  readonly as: string | null;
  /** The attribute of the key, its column where that is given apart. */
  readonly foreignKey: string | null;
  readonly field: string | null;
  readonly allowNull: boolean | null;
  readonly otherKey: string | null;
  readonly through: TableTarget | null;
  readonly onDelete: ReferentialAction | null;
  readonly isEnforced: boolean;
  /** `hooks: true` with `onDelete: 'cascade'`: Sequelize deletes the rows itself. */
  readonly hasHooks: boolean;
  /** `timestamps: false`: the table in between has none. */ readonly hasNoStamps: boolean;
  readonly place: Place;
  readonly inheritedFrom: string | null;
}

export interface Entity {
  readonly cls: ClassRef | null; readonly site: string | null; readonly model: string; readonly options: ModelOptions;
  readonly attributes: ReadonlyMap<string, Attribute>; readonly indexes: readonly IndexInput[];
  /** Attributes that are marked as keys to another model. https://github.com/sequelize/sequelize-typescript#foreign-keys */
  readonly marks: readonly { readonly attribute: string; readonly target: TableTarget }[];
  readonly associations: readonly Association[]; readonly place: Place; readonly extent: Place; readonly comment: string | null; readonly isWhole: boolean;
  /** It has no `id` where it declares no key. */
  readonly isKeyless?: true;
}
