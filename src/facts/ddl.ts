/**
 * Operations that change a schema, in one vocabulary for SQL statements and for the migration APIs of every
 * ORM (Alembic, Django, TypeORM, Sequelize, Knex): they are replayed in order to a schema while linking.
 * Names are as PostgreSQL folds them (unquoted names in lower case).
 */
import type { Span } from './code.js';
import type { SqlQuery } from './sql.js';

/** A possibly schema-qualified name. */
export interface QName { readonly schema?: string; readonly name: string }

/**
 * A column's type in lower case as PostgreSQL spells it (`integer`, `bigint`, `timestamp with time zone`, `character varying`,
 * `text`, `uuid`, `jsonb`, `numeric`, `boolean`, an enum's or domain's name), `array` dimensions, `args` the numbers in
 * parentheses, `values` those of an inline enum, `name` of the enum type where one is named.
 */
export interface TypeRef {
  readonly name: string;
  readonly args?: readonly number[];
  readonly array?: number;
  readonly enumName?: string;
  readonly values?: readonly string[];
  readonly schema?: string;
}

export interface ColumnDef {
  readonly name: string;
  readonly type: TypeRef | null;
  readonly nullable: boolean;
  /** The default the database fills in, as SQL text. */
  readonly default?: string;
  readonly identity?: boolean;
  /** `GENERATED ALWAYS AS (…)`. */
  readonly generated?: string;
  /** It is computed when it is read. */
  readonly isVirtual?: true;
  readonly collation?: string;
  readonly comment?: string;
  readonly at: Span;
}

export interface IndexPart {
  readonly column: string | null;
  readonly expression?: string;
  readonly desc?: boolean;
  readonly nulls?: 'first' | 'last';
  readonly opclass?: string;
  readonly collation?: string;
  readonly columnsInExpression?: readonly string[];
}

export type ConstraintDef =
  | { readonly k: 'primary'; readonly name?: string; readonly columns: readonly string[]; readonly usingIndex?: string; readonly at: Span }
  | {
      readonly k: 'unique';
      readonly name?: string;
      readonly columns: readonly string[];
      readonly nullsNotDistinct?: boolean;
      readonly deferrable?: Deferrable;
      readonly usingIndex?: string;
      readonly at: Span;
    }
  | {
      readonly k: 'foreign';
      readonly name?: string;
      readonly columns: readonly string[];
      readonly table: QName;
      readonly refColumns: readonly string[];
      readonly onDelete?: ReferentialAction;
      readonly onUpdate?: ReferentialAction;
      readonly notValid?: boolean;
      readonly deferrable?: Deferrable;
      readonly at: Span;
    }
  | {
      readonly k: 'check';
      readonly name?: string;
      readonly expression: string;
      readonly columns: readonly string[];
      readonly notValid?: boolean;
      readonly at: Span;
    }
  /** `definition`: what stands behind EXCLUDE, operators and all. */
  | { readonly k: 'exclude'; readonly name?: string; readonly parts: readonly IndexPart[]; readonly definition: string; readonly at: Span };

/** Whether a constraint may be checked at the end of a transaction: when it is asked to, or always. */
export type Deferrable = boolean | 'initially';

/** A table whose columns are copied, and what else of it (INCLUDING …). */
export interface LikeDef {
  readonly table: QName;
  readonly including?: readonly ('comments' | 'constraints' | 'defaults' | 'generated' | 'identity' | 'indexes')[];
}

export type ReferentialAction = 'no action' | 'restrict' | 'cascade' | 'set null' | 'set default';

export interface IndexDef {
  readonly name?: string; readonly parts: readonly IndexPart[]; readonly unique: boolean; readonly method: string;
  readonly include?: readonly string[]; readonly predicate?: string; readonly nullsNotDistinct?: boolean;
  /** The ORM that wrote the migration makes it without being asked. */
  readonly isImplicit?: true;
  readonly at: Span;
}

/** `isGuarded`: it stands behind a test of what is there, and may find it done already. */
export type DdlOp = DdlStep & { readonly isGuarded?: true };

export type DdlStep =
  /** `partitionBy`: the columns in the key, `partitionSpec`: the key as written (`RANGE (a, lower(b))`). */
  | {
      readonly k: 'create-table';
      readonly table: QName;
      readonly columns: readonly ColumnDef[];
      readonly constraints: readonly ConstraintDef[];
      readonly ifNotExists?: boolean;
      readonly inherits?: readonly QName[];
      readonly like?: readonly LikeDef[];
      readonly partitionOf?: QName;
      readonly partitionBy?: readonly string[];
      readonly partitionSpec?: string;
      readonly foreign?: boolean;
      readonly temporary?: boolean;
      readonly comment?: string;
      readonly at: Span;
    }
  | { readonly k: 'drop-table'; readonly table: QName; readonly ifExists?: boolean; readonly at: Span }
  | { readonly k: 'rename-table'; readonly table: QName; readonly to: string; readonly at: Span }
  | { readonly k: 'move-table'; readonly table: QName; readonly toSchema: string; readonly at: Span }
  | {
      readonly k: 'add-column';
      readonly table: QName;
      readonly column: ColumnDef;
      readonly constraints: readonly ConstraintDef[];
      readonly ifNotExists?: boolean;
      readonly at: Span;
    }
  | { readonly k: 'drop-column'; readonly table: QName; readonly column: string; readonly ifExists?: boolean; readonly at: Span }
  | { readonly k: 'rename-column'; readonly table: QName; readonly column: string; readonly to: string; readonly at: Span }
  /** Only what is given changes; a null default drops it, and so does a null expression. */
  | {
      readonly k: 'alter-column';
      readonly table: QName;
      readonly column: string;
      readonly type?: TypeRef;
      readonly nullable?: boolean;
      readonly default?: string | null;
      readonly identity?: boolean;
      readonly generated?: string | null;
      readonly collation?: string | null;
      readonly at: Span;
    }
  | { readonly k: 'add-constraint'; readonly table: QName; readonly constraint: ConstraintDef; readonly at: Span }
  | {
      readonly k: 'drop-constraint';
      readonly table: QName;
      readonly name: string;
      readonly kind?: 'primary' | 'unique' | 'foreign' | 'check';
      readonly columns?: readonly string[];
      readonly ifExists?: boolean;
      readonly at: Span;
    }
  | { readonly k: 'rename-constraint'; readonly table: QName; readonly name: string; readonly to: string; readonly at: Span }
  | { readonly k: 'create-index'; readonly table: QName; readonly index: IndexDef; readonly ifNotExists?: boolean; readonly at: Span }
  | {
      readonly k: 'drop-index';
      readonly name: QName;
      readonly table?: QName;
      readonly columns?: readonly string[];
      readonly ifExists?: boolean;
      readonly at: Span;
    }
  | { readonly k: 'rename-index'; readonly name: QName; readonly to: string; readonly at: Span }
  | { readonly k: 'attach-partition'; readonly table: QName; readonly partition: QName; readonly at: Span }
  | { readonly k: 'detach-partition'; readonly table: QName; readonly partition: QName; readonly at: Span }
  /** A table that has all the columns already follows another one, or stops to. */
  | { readonly k: 'inherit' | 'disinherit'; readonly table: QName; readonly parent: QName; readonly at: Span }
  | { readonly k: 'drop-schema'; readonly name: string; readonly at: Span }
  | { readonly k: 'rename-schema'; readonly name: string; readonly to: string; readonly at: Span }
  | { readonly k: 'create-enum'; readonly name: QName; readonly values: readonly string[]; readonly at: Span }
  /** `before` or `after` another value, else at the end. */
  | { readonly k: 'add-enum-value'; readonly name: QName; readonly value: string; readonly before?: string; readonly after?: string; readonly at: Span }
  | { readonly k: 'rename-enum-value'; readonly name: QName; readonly value: string; readonly to: string; readonly at: Span }
  | { readonly k: 'create-domain'; readonly name: QName; readonly type: TypeRef; readonly notNull: boolean; readonly at: Span }
  /** A type that is neither enum nor domain (composite, range, base); `extent` is the statement that makes it. */
  | { readonly k: 'create-type'; readonly name: QName; readonly extent: Span; readonly at: Span }
  | { readonly k: 'create-extension'; readonly name: string; readonly schema?: string; readonly at: Span }
  | { readonly k: 'drop-extension'; readonly name: string; readonly at: Span }
  | { readonly k: 'drop-type'; readonly name: QName; readonly at: Span }
  | { readonly k: 'move-type'; readonly name: QName; readonly toSchema: string; readonly at: Span }
  | { readonly k: 'rename-type'; readonly name: QName; readonly to: string; readonly at: Span }
  | {
      readonly k: 'create-view';
      readonly view: QName;
      readonly materialized: boolean;
      readonly columns: readonly string[];
      readonly query: SqlQuery | null;
      readonly at: Span;
    }
  | { readonly k: 'drop-view'; readonly view: QName; readonly at: Span }
  | {
      readonly k: 'comment';
      readonly on: 'table' | 'column' | 'view';
      readonly table: QName;
      readonly column?: string;
      readonly text: string | null;
      readonly at: Span;
    }
  /** `takes`: the types of what it is given, which tell it from others of its name; `isReplacing`: it may take the place of the one that takes the same. */
  | {
      readonly k: 'create-function';
      readonly name: QName;
      readonly takes: readonly string[];
      readonly isReplacing?: true;
      readonly returnsTrigger: boolean;
      readonly body: FunctionBody;
      readonly extent: Span;
      readonly at: Span;
    }
  /** `takes` is null where the only one of the name is meant. */
  | { readonly k: 'drop-function'; readonly name: QName; readonly takes: readonly string[] | null; readonly isCascade?: true; readonly at: Span }
  | {
      readonly k: 'create-trigger';
      readonly name: string;
      readonly table: QName;
      readonly fn: QName;
      readonly timing: 'before' | 'after' | 'instead';
      readonly events: readonly ('insert' | 'update' | 'delete' | 'truncate')[];
      readonly columns?: readonly string[];
      /** Its WHEN asks certain columns. */ readonly asksColumns?: true;
      readonly at: Span;
    }
  | { readonly k: 'drop-trigger'; readonly name: string; readonly table: QName; readonly at: Span }
  | { readonly k: 'row-security'; readonly table: QName; readonly enabled: boolean; readonly at: Span }
  | {
      readonly k: 'create-policy';
      readonly name: string;
      readonly table: QName;
      readonly command: string;
      readonly using?: string;
      readonly check?: string;
      readonly columns: readonly string[];
      readonly roles?: readonly string[];
      readonly isRestrictive?: true;
      readonly at: Span;
    }
  /** Only what is given changes. */
  | {
      readonly k: 'alter-policy';
      readonly name: string;
      readonly table: QName;
      readonly to?: string;
      readonly using?: string;
      readonly check?: string;
      readonly columns: readonly string[];
      readonly roles?: readonly string[];
      readonly at: Span;
    }
  | { readonly k: 'drop-policy'; readonly name: string; readonly table: QName; readonly at: Span }
  | { readonly k: 'search-path'; readonly schemas: readonly string[]; readonly at: Span }
  /** A step that changes the schema in a way we cannot follow; `tables`: what it is given to change, where that can be told, nothing else being touched. */
  | { readonly k: 'unknown-step'; readonly what: string; readonly tables?: readonly QName[]; readonly at: Span };

/** What a database function does: its queries, the routines it calls, and for a trigger the columns it sets on the row (`NEW.x := …`). */
export interface FunctionBody {
  readonly language: string;
  readonly queries: readonly SqlQuery[];
  readonly setsNew: readonly string[];
  /** Of these the ones that it sets only where certain columns changed. */
  readonly setsNewIf?: readonly string[];
  readonly readsRow: readonly string[];
  readonly calls?: readonly string[];
  readonly opaque: boolean;
}
