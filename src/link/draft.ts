/**
 * A table as one source declares it (a model, or a replayed history of DDL), before declarations are merged.
 * References to other tables are still names or the classes and sites that declare them.
 */
import type { Deferrable, ReferentialAction, TypeRef } from '../facts/ddl.js';
import type { DatabaseEngine } from '../facts/file.js';
import type { ClassRef, Value } from '../flow/value.js';
import type { DeclarationKind, Place, Policy, Trigger } from '../model/schema.js';

/** What a model or table is called where the declaration does not tell: it refers to something, nobody knows to what. */
export const UNTOLD = '?';

/** How a declaration points at another table: by physical name, by class or definition, or by a model's name. */
export type TableTarget =
  | { readonly k: 'table'; readonly name: string; readonly schema?: string | null }
  | { readonly k: 'class'; readonly cls: ClassRef }
  | { readonly k: 'site'; readonly site: string }
  | { readonly k: 'model'; readonly name: string };

/** The variable that holds a database's address, and the folder of the settings that name it. */
export interface Connection { readonly address: string; readonly folder: string }

export interface TableDraft {
  readonly dialect: string;
  /** How its models are written, where the dialect has several ways. */
  readonly spelling?: 'sqlmodel';
  readonly kind: DeclarationKind;
  readonly tableKind: 'table' | 'view' | 'materialized-view' | 'foreign-table';
  readonly name: string;
  readonly schema: string | null;
  /**
   * Where several databases live in one repository: equal for declarations of one of them (a MetaData, a schema file, a migrations folder). Empty: the default.
   */
  readonly partition: string;
  /** How the database is opened, where the ORM's settings say so. */
  readonly connection?: Connection | null;
  /** What keeps its models together, where one keeps no two tables of a name (a declarative base), and the folder in which it stands. */
  readonly registry?: Connection | null;
  /** The engine of its database, where its declaration says. */
  readonly engine?: DatabaseEngine;
  readonly model: string | null;
  readonly cls: ClassRef | null;
  /** Where values of this model are defined, as `path:offset`, for models that are no classes (`pgTable(…)`). */
  readonly site: string | null;
  /** A submodel shares the table of this class (single-table inheritance). */
  readonly base: ClassRef | null;
  /** The model whose columns and relationships its rows have as well (joined inheritance). */
  readonly inherits?: ClassRef | null;
  readonly place: Place;
  readonly extent: Place;
  /** What declares columns of it outside of that: see shared-columns.ts. */
  readonly sharedIn?: readonly Place[];
  readonly columns: readonly ColumnDraft[];
  readonly keys: readonly KeyDraft[];
  readonly indexes: readonly IndexDraft[];
  readonly foreignKeys: readonly ForeignKeyDraft[];
  readonly checks: readonly { readonly name: string | null; readonly expression: string; readonly columns: readonly string[]; readonly place: Place }[];
  readonly exclusions: readonly {
    readonly name?: string | null;
    readonly definition?: string | null;
    readonly columns: readonly string[];
    readonly place: Place;
  }[];
  readonly relationships: readonly RelationshipDraft[];
  /** Classes of embedded objects, by the attribute that leads to them; their columns' attributes are paths. */
  readonly embedded?: ReadonlyMap<string, readonly ClassRef[]>;
  /** Indexes and keys over what its model, all of whose columns are in sight, has no property for: they were left out. */
  readonly unknownNames?: readonly UnknownName[];
  /** Further names that code has for columns, each with the attribute it stands for. */
  readonly synonyms?: ReadonlyMap<string, string>;
  readonly comment: string | null;
  /** The ORM declares relationships apart from foreign keys. */
  readonly declaresRelationships: boolean;
  /** Its foreign keys are declared by relationships and in no other way. */
  readonly keysAreRelationships?: boolean;
  /** It declares indexes or keys that could not be read. */
  readonly hasUnreadIndexes?: boolean;
  readonly isExternal?: boolean;
  /** The history that tells it could not be followed to its end: what it says is there, but it may say too little or too much. */
  readonly isIncomplete?: boolean;
  /** The file that declares it ends in the middle: keys and indexes, which dumps have at their end, may be missing. */
  readonly isCutOff?: boolean;
  /** A table of which only changes are known: it stands for nothing by itself. */
  readonly isPartial?: boolean;
  readonly rowSecurity?: { readonly enabled: Place | null; readonly policies: readonly Policy[] };
  readonly triggers?: readonly Trigger[];
  readonly partitions?: { readonly by: readonly string[]; readonly spec?: string; readonly count: number } | null;
  /** A relationship makes it: there is no model in which anything else could be said of it. */
  readonly isMadeByRelationship?: boolean;
  /** All its columns are in sight: none can come from a base class, a mixin or a call that was not read. Then a name it lacks is a mistake. */
  readonly isWhole?: boolean;
  /** A base class, a mixin, a spread or a decorator that was not read may declare columns, a key or indexes besides. */
  readonly hasUnseenParts?: boolean;
  /** Its base is one that a library declares tables of its own with: what nothing here declares may be one of those. */
  readonly isAmongOthers?: boolean;
  /** Names are made by code of the repository that was not followed: the database may have others. */
  readonly hasUntoldNames?: boolean;
  /** Column names of keys, indexes and foreign keys are physical names; true when they may be attribute names instead. */
  readonly usesAttributeNames?: boolean;
}

export interface ColumnDraft {
  readonly name: string;
  readonly attribute: string;
  /** Null when the declaration does not tell (a foreign key takes its target's type). */
  readonly type: TypeRef | null;
  readonly nullable: boolean;
  readonly nullableIsExplicit?: boolean;
  readonly isDemanded?: boolean;
  readonly databaseDefault?: string | null;
  readonly hasClientDefault?: boolean;
  readonly onUpdate?: 'orm' | 'trigger' | null;
  readonly isGenerated?: boolean;
  readonly generated?: string | null;
  /** The attributes that a generated column is computed from, where there is no SQL to say so. */
  readonly computedFrom?: readonly string[] | null;
  readonly isVirtual?: boolean;
  readonly collation?: string | null;
  readonly isIdentity?: boolean;
  readonly role?: 'discriminator' | 'version' | 'soft-delete' | 'created-at' | 'updated-at' | null;
  readonly comment?: string | null;
  readonly inheritedFrom?: string | null;
  readonly choices?: readonly string[] | null;
  readonly place: Place;
}
/** A property or column that an index or a key called `name` is over. */
export interface UnknownName { readonly what: 'index' | 'constraint'; readonly name: string | null; readonly property: string; readonly place: Place }
/** `isAssumed`: nobody declares it, and the ORM takes these columns for the key. */
export interface KeyDraft {
  readonly k: 'primary' | 'unique';
  readonly name: string | null;
  readonly columns: readonly string[];
  readonly isAssumed?: true;
  /** The ORM makes it without being asked. */
  readonly isImplicit?: true;
  readonly nullsNotDistinct?: boolean;
  readonly deferrable?: Deferrable;
  readonly place: Place;
}
export interface IndexDraft {
  readonly name: string | null;
  readonly parts: readonly {
    readonly column: string | null;
    readonly expression?: string | null;
    readonly desc?: boolean;
    readonly nulls?: 'first' | 'last' | null;
    readonly opclass?: string | null;
    readonly collation?: string | null;
  }[];
  readonly unique: boolean;
  readonly method?: string;
  readonly include?: readonly string[];
  readonly predicate?: string | null;
  readonly nullsNotDistinct?: boolean;
  readonly isImplicit?: boolean;
  readonly place: Place;
}
export interface ForeignKeyDraft {
  readonly name: string | null;
  readonly columns: readonly string[];
  readonly target: TableTarget;
  /** Empty: the target's primary key. */
  readonly targetColumns: readonly string[];
  readonly onDelete?: ReferentialAction | null;
  readonly onUpdate?: ReferentialAction | null;
  readonly deferrable?: Deferrable;
  readonly modelOnDelete?: ReferentialAction | null;
  readonly isEnforced?: boolean;
  /** See `ForeignKey`. */ readonly isUndeclared?: true;
  readonly isBare?: true;
  readonly place: Place;
}
export interface RelationshipDraft {
  readonly name: string; readonly target: TableTarget;
  /** Null: as the foreign key tells (many when the key is on the other side). */
  readonly many: boolean | null;
  /** Columns of this table (when the key is here) or of the target that it joins on, where the declaration says. */
  readonly localColumns?: readonly string[]; readonly remoteColumns?: readonly string[];
  readonly through?: TableTarget | null;
  /** Name of the other direction; `makesInverse` when this declaration creates it (`backref`, `related_name`). */
  readonly inverse?: string | null; readonly makesInverse?: boolean;
  /** The inverse is a single row rather than many; what the model does with its rows. */
  readonly inverseIsOne?: boolean; readonly inverseCascades?: boolean; readonly inverseIsPassive?: boolean;
  /** A condition or an order of its own picks its rows. */
  readonly isPicked?: boolean;
  readonly viewOnly?: boolean; readonly cascadesDelete?: boolean; readonly passiveDeletes?: boolean;
  /** Declared by nobody by hand, so that nobody is to blame where it is not used. */
  readonly isImplicit?: boolean;
  readonly place: Place;
}

/** The value that a constant default, name or option evaluates to, as SQL text; null when it is no constant. */
export function sqlConstant(value: Value | null): string | null {
  if (value?.k !== 'const') return null;
  if (typeof value.v === 'string') return `'${value.v.replaceAll("'", "''")}'`;
  return value.v === null ? 'NULL' : String(value.v);
}
