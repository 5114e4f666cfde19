/**
 * The merged schema: every table of the repository, whichever models, migrations or DDL declare it. Names are the
 * physical SQL names. Objects refer to each other directly; nothing here knows a file or a dialect.
 */
import type { Span } from '../facts/code.js';
import type { Deferrable } from '../facts/ddl.js';
import type { DatabaseEngine } from '../facts/file.js';

/** A place in a file: `path` relative to the project's root with `/`, `at` in UTF-16 offsets. */
export interface Place { readonly path: string; readonly at: Span }

export interface Schema {
  readonly tables: readonly Table[];
  readonly enums: readonly EnumType[];
  /** Where models and migrations or DDL disagree about one thing. */
  readonly drifts: readonly Drift[];
  /** Names that a declaration refers to and that nothing declares. */
  readonly broken: readonly BrokenReference[];
  /** What complete histories took away or renamed and never made again. */
  readonly dropped: readonly Dropped[];
  readonly droppedKeys: readonly DroppedKey[];
  readonly extensions?: readonly Extension[];
  /** Functions and types that are neither enum nor domain, each the statement that makes it. */
  readonly definitions?: readonly Definition[];
}

/** An extension of the database, with the schema it is put in where that is said. */
export interface Extension { readonly name: string; readonly schema: string | null }
export interface Definition { readonly kind: 'function' | 'type'; readonly name: string; readonly schema: string | null; readonly extent: Place }

export type DeclarationKind = 'model' | 'migration' | 'ddl';
export interface Declaration { readonly kind: DeclarationKind; readonly place: Place }
/** `onDelete` as this declaration says it, null where it says nothing. */
export interface KeyDeclaration extends Declaration { readonly onDelete: string | null }

export interface Table {
  readonly name: string;
  /** Null for the default schema. */
  readonly schema: string | null;
  /** The database it is in, where one repository has several; equal names in two databases are two tables. */
  readonly database: string;
  readonly kind: 'table' | 'view' | 'materialized-view' | 'foreign-table';
  /** The class or model that declares it (of several the base), null for SQL only. */
  readonly model: string | null;
  /** The engine that it is in, where the code says that it is another one than PostgreSQL. */
  readonly engine?: Exclude<DatabaseEngine, 'postgres'>;
  /** The ORM of the declaration at `place`, to spell remedies in; rules decide nothing by it. */
  readonly dialect?: string;
  /** Further classes that share the table (single-table inheritance). */
  readonly submodels: readonly string[];
  /** Its first declaration: the model where there is one. The span is the name. */
  readonly place: Place;
  /** The whole of the declaration at `place`. */
  readonly extent: Place;
  readonly declarations: readonly Declaration[];
  /** The packages of the repository that its models stand in, empty for the root's. */
  readonly packages: readonly string[];
  readonly columns: readonly Column[];
  readonly primaryKey: Key | null;
  readonly uniques: readonly Key[];
  /** All indexes but those that stand behind the primary key and unique constraints; implicit ones of the ORM are in. */
  readonly indexes: readonly Index[];
  readonly foreignKeys: readonly ForeignKey[];
  readonly checks: readonly Check[];
  readonly exclusions: readonly Exclusion[];
  readonly relationships: readonly Relationship[];
  /** Docstring, comment block above, COMMENT ON. */
  readonly comment: string | null;
  /** Its models come from an ORM where relationships are declared apart from foreign keys, so that one can be missing. */
  readonly declaresRelationships: boolean;
  /** Its models cannot declare a foreign key but by a relationship: one that only the database has is a relationship that is missing. */
  readonly keysAreRelationships?: boolean;
  /** A relationship makes it: there is no model in which anything else could be said of it. */
  readonly isMadeByRelationship?: boolean;
  /** Its models declare indexes or keys that could not be read. */
  readonly hasUnreadIndexes?: boolean;
  /** A base class, a mixin, a spread or a decorator of its models that was not read may declare columns, a key or indexes besides. */
  readonly hasUnseenParts?: boolean;
  readonly rowSecurity: { readonly enabled: Place | null; readonly policies: readonly Policy[] };
  readonly triggers: readonly Trigger[];
  /** `spec`: the key as written, `RANGE (a, lower(b))`. */
  readonly partitions: { readonly by: readonly string[]; readonly spec?: string; readonly count: number } | null;
  /** A table of a library (users of an auth package, a migration's bookkeeping) rather than of this application. */
  readonly isExternal: boolean;
}

export interface Column {
  readonly table: Table;
  readonly name: string;
  /** The name application code uses for it. */
  readonly attribute: string;
  readonly type: ColumnType;
  readonly nullable: boolean;
  /** Whether the declaration says so, or it is the dialect's default. */
  readonly nullableIsExplicit: boolean;
  /** Forms that are made from the model ask for a value, whatever the database permits. */
  readonly isDemanded?: boolean;
  /** Filled by the database: SQL text. */
  readonly databaseDefault: string | null;
  /** Filled by the application's ORM on insert. */
  readonly hasClientDefault: boolean;
  /** Filled on every update, by the ORM or by a trigger. */
  readonly onUpdate: 'orm' | 'trigger' | null;
  readonly isGenerated: boolean;
  /** The expression of a generated column, where it is written. */
  readonly generated?: string;
  /** The attributes that it is computed from, where no expression is at hand. */
  readonly computedFrom?: readonly string[];
  /** Computed when it is read, and stored nowhere. */
  readonly isVirtual?: boolean;
  /** The collation it is declared with, where that is not the database's. */
  readonly collation?: string;
  readonly isIdentity: boolean;
  readonly role: 'discriminator' | 'version' | 'soft-delete' | 'created-at' | 'updated-at' | null;
  readonly comment: string | null;
  /** The mixin or abstract base that declares it, `library` where that is one of a library; null when the model itself does. */
  readonly inheritedFrom: string | null;
  /** The submodel that declares it (single-table inheritance), else null. */
  readonly submodel: string | null;
  /** The allowed values the model declares (choices, enum), null when free. */
  readonly choices: readonly string[] | null;
  readonly place: Place;
  readonly declarations: readonly Declaration[];
}

/** `name` in lower case as PostgreSQL spells it (see facts/ddl.ts TypeRef); `unknown` when the declaration does not tell. */
export interface ColumnType { readonly name: string; readonly args: readonly number[]; readonly array: number; readonly enumName: string | null }

export interface EnumType { readonly name: string; readonly values: readonly string[]; readonly place: Place }
/** A primary key or unique key over plain columns. `predicate`/`expression` uniques are unique indexes. */
export interface Key {
  readonly name: string | null;
  readonly columns: readonly Column[];
  readonly nullsNotDistinct: boolean;
  /** The ORM makes it for something else that is declared (TypeORM for a relation of one to one). */
  readonly isImplicit?: true;
  readonly deferrable?: Deferrable;
  readonly place: Place;
  readonly declarations: readonly Declaration[];
}
export interface IndexColumn {
  readonly column: Column | null;
  readonly expression: string | null;
  readonly desc: boolean;
  readonly nulls?: 'first' | 'last';
  readonly opclass: string | null;
  readonly collation?: string;
}
export interface Index {
  readonly table: Table; readonly name: string | null; readonly parts: readonly IndexColumn[]; readonly unique: boolean; readonly method: string;
  readonly include: readonly string[]; readonly predicate: string | null;
  /** Unique ones only: two nulls are equal. */
  readonly nullsNotDistinct?: boolean;
  /** The ORM makes it without being asked (Django for every foreign key). */
  readonly isImplicit: boolean;
  readonly place: Place; readonly declarations: readonly Declaration[];
}
export interface ForeignKey {
  readonly table: Table; readonly name: string | null; readonly columns: readonly Column[]; readonly target: Table; readonly targetColumns: readonly Column[];
  readonly onDelete: string | null;
  readonly onUpdate?: string;
  readonly deferrable?: Deferrable;
  /** What the ORM itself does to these rows when it deletes their parent, where its key says so (Django's `on_delete`). */
  readonly modelOnDelete: string | null;
  /** False where the ORM knows the reference and the database has no constraint for it. */
  readonly isEnforced: boolean;
  /** Of such a reference only a relationship tells: nobody declared a key, or said that there shall be none. */
  readonly isUndeclared?: true;
  /** Declared by what the ORM has for keys that no relationship shall follow. */
  readonly isBare?: true;
  /** The same key once more in one source, which the database then keeps twice. */
  readonly repeats: readonly { readonly name: string | null; readonly place: Place }[];
  readonly place: Place; readonly declarations: readonly KeyDeclaration[];
}
/** `isStored`: a history that was followed to its end, or a dump, says that the database has it. */
export interface Check {
  readonly name: string | null;
  readonly expression: string;
  readonly columns: readonly Column[];
  readonly isStored?: boolean;
  readonly place: Place;
}
/** `definition`: what stands behind EXCLUDE, null where it is not known. */
export interface Exclusion { readonly name?: string | null; readonly definition?: string | null; readonly columns: readonly Column[]; readonly place: Place }
export interface Relationship {
  readonly table: Table; readonly name: string; readonly target: Table; readonly many: boolean;
  /** The key it follows, on either side; null over an association table or where it cannot be told. */
  readonly foreignKey: ForeignKey | null;
  /** The table's own columns that it is declared over, where there is no key to tell them: the key of what it points at is out of sight. */
  readonly ownColumns?: readonly Column[];
  readonly through: Table | null;
  /** The name of the other direction, declared there or made by this one (`backref`, `related_name`). */
  readonly inverse: string | null;
  /** It exists only because the other side names it. */
  readonly isImplicit: boolean;
  readonly viewOnly: boolean;
  /** It has a condition or an order of its own, so that a single row may be one picked out of several. */
  readonly isPicked: boolean;
  /** What the ORM does to the target rows when a row of this table is deleted. */
  readonly cascadesDelete: boolean; readonly passiveDeletes: boolean;
  readonly place: Place;
}
/** `roles` it is for, `public` left out: none means everybody. A restrictive one only takes away what others give. */
export interface Policy {
  readonly name: string;
  readonly command: string;
  readonly using: string | null;
  readonly check: string | null;
  readonly columns: readonly string[];
  readonly roles?: readonly string[];
  readonly isRestrictive?: true;
  readonly place: Place;
}
/** `sets`: columns of its own row it assigns; `writes`: columns of other tables it writes, as table and column names. */
export interface Trigger {
  readonly name: string;
  readonly timing: string;
  readonly events: readonly string[];
  readonly sets: readonly string[];
  readonly writes: readonly { readonly table: string; readonly column: string }[];
  readonly place: Place;
}
export interface Drift {
  readonly table: Table;
  readonly column: Column | null;
  readonly what: 'table' | 'column' | 'type' | 'nullable' | 'unique' | 'index' | 'foreign-key' | 'on-delete';
  readonly inModel: string;
  readonly inDatabase: string;
  readonly modelPlace: Place;
  readonly databasePlace: Place;
  readonly names: readonly string[];
}
/** A table (`column` null) or a column as it was called before the step at `place`; `to` where it got another name. */
export interface Dropped {
  readonly table: string;
  readonly schema: string | null;
  readonly database: string;
  readonly column: string | null;
  readonly to: string | null;
  readonly place: Place;
  /** Every column that the table ever had; null where that is not known. */
  readonly columns: readonly string[] | null;
}
/** Columns that a migration stopped keeping unique together, the table being kept. */
export interface DroppedKey { readonly table: string; readonly schema: string | null; readonly database: string; readonly columns: readonly string[] }
export interface BrokenReference {
  readonly table: Table;
  readonly what: 'relationship' | 'foreign-key' | 'index' | 'constraint';
  readonly name: string;
  readonly missing: string;
  readonly place: Place;
}
