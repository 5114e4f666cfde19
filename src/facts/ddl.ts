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
export interface TypeRef { readonly name: string; readonly args?: readonly number[]; readonly array?: number; readonly enumName?: string; readonly values?: readonly string[]; readonly schema?: string }

export interface ColumnDef {
  readonly name: string;
  readonly type: TypeRef | null;
  readonly nullable: boolean;
  /** The default the database fills in, as SQL text. */
  readonly default?: string;
  readonly identity?: boolean;
  /** `GENERATED ALWAYS AS (…)`. */
  readonly generated?: string;
  readonly collation?: string;
  readonly comment?: string;
  readonly at: Span;
}

export interface IndexPart { readonly column: string | null; readonly expression?: string; readonly desc?: boolean; readonly nulls?: 'first' | 'last'; readonly opclass?: string; readonly collation?: string; readonly columnsInExpression?: readonly string[] }

export type ConstraintDef =
  | { readonly k: 'primary'; readonly name?: string; readonly columns: readonly string[]; readonly at: Span }
  | { readonly k: 'unique'; readonly name?: string; readonly columns: readonly string[]; readonly nullsNotDistinct?: boolean; readonly deferrable?: boolean; readonly usingIndex?: string; readonly at: Span }
  | { readonly k: 'foreign'; readonly name?: string; readonly columns: readonly string[]; readonly table: QName; readonly refColumns: readonly string[]; readonly onDelete?: ReferentialAction; readonly onUpdate?: ReferentialAction; readonly notValid?: boolean; readonly deferrable?: boolean; readonly at: Span }
  | { readonly k: 'check'; readonly name?: string; readonly expression: string; readonly columns: readonly string[]; readonly notValid?: boolean; readonly at: Span }
  | { readonly k: 'exclude'; readonly name?: string; readonly parts: readonly IndexPart[]; readonly method?: string; readonly predicate?: string; readonly at: Span };

export type ReferentialAction = 'no action' | 'restrict' | 'cascade' | 'set null' | 'set default';

export interface IndexDef {
  readonly name?: string; readonly parts: readonly IndexPart[]; readonly unique: boolean; readonly method: string;
  readonly include?: readonly string[]; readonly predicate?: string; readonly nullsNotDistinct?: boolean;
  /** The ORM that wrote the migration makes it without being asked. */
  readonly isImplicit?: true;
  readonly at: Span;
}

export type DdlOp =
  | { readonly k: 'create-table'; readonly table: QName; readonly columns: readonly ColumnDef[]; readonly constraints: readonly ConstraintDef[]; readonly ifNotExists?: boolean; readonly inherits?: readonly QName[]; readonly like?: readonly QName[]; readonly partitionOf?: QName; readonly partitionBy?: readonly string[]; readonly foreign?: boolean; readonly temporary?: boolean; readonly comment?: string; readonly at: Span }
  | { readonly k: 'drop-table'; readonly table: QName; readonly ifExists?: boolean; readonly at: Span }
  | { readonly k: 'rename-table'; readonly table: QName; readonly to: string; readonly at: Span }
  | { readonly k: 'move-table'; readonly table: QName; readonly toSchema: string; readonly at: Span }
  | { readonly k: 'add-column'; readonly table: QName; readonly column: ColumnDef; readonly constraints: readonly ConstraintDef[]; readonly ifNotExists?: boolean; readonly at: Span }
  | { readonly k: 'drop-column'; readonly table: QName; readonly column: string; readonly ifExists?: boolean; readonly at: Span }
  | { readonly k: 'rename-column'; readonly table: QName; readonly column: string; readonly to: string; readonly at: Span }
  /** Only what is given changes; a null default drops it. */
  | { readonly k: 'alter-column'; readonly table: QName; readonly column: string; readonly type?: TypeRef; readonly nullable?: boolean; readonly default?: string | null; readonly identity?: boolean; readonly at: Span }
  | { readonly k: 'add-constraint'; readonly table: QName; readonly constraint: ConstraintDef; readonly at: Span }
  | { readonly k: 'drop-constraint'; readonly table: QName; readonly name: string; readonly kind?: 'primary' | 'unique' | 'foreign' | 'check'; readonly columns?: readonly string[]; readonly ifExists?: boolean; readonly at: Span }
  | { readonly k: 'rename-constraint'; readonly table: QName; readonly name: string; readonly to: string; readonly at: Span }
  | { readonly k: 'create-index'; readonly table: QName; readonly index: IndexDef; readonly ifNotExists?: boolean; readonly at: Span }
  | { readonly k: 'drop-index'; readonly name: QName; readonly table?: QName; readonly columns?: readonly string[]; readonly ifExists?: boolean; readonly at: Span }
  | { readonly k: 'rename-index'; readonly name: QName; readonly to: string; readonly at: Span }
  | { readonly k: 'attach-partition'; readonly table: QName; readonly partition: QName; readonly at: Span }
  | { readonly k: 'create-enum'; readonly name: QName; readonly values: readonly string[]; readonly at: Span }
  | { readonly k: 'add-enum-value'; readonly name: QName; readonly value: string; readonly at: Span }
  | { readonly k: 'create-domain'; readonly name: QName; readonly type: TypeRef; readonly notNull: boolean; readonly at: Span }
  | { readonly k: 'drop-type'; readonly name: QName; readonly at: Span }
  | { readonly k: 'rename-type'; readonly name: QName; readonly to: string; readonly at: Span }
  | { readonly k: 'create-view'; readonly view: QName; readonly materialized: boolean; readonly columns: readonly string[]; readonly query: SqlQuery | null; readonly at: Span }
  | { readonly k: 'drop-view'; readonly view: QName; readonly at: Span }
  | { readonly k: 'comment'; readonly on: 'table' | 'column' | 'view'; readonly table: QName; readonly column?: string; readonly text: string | null; readonly at: Span }
  | { readonly k: 'create-function'; readonly name: QName; readonly returnsTrigger: boolean; readonly body: FunctionBody; readonly at: Span }
  | { readonly k: 'create-trigger'; readonly name: string; readonly table: QName; readonly fn: QName; readonly timing: 'before' | 'after' | 'instead'; readonly events: readonly ('insert' | 'update' | 'delete' | 'truncate')[]; readonly columns?: readonly string[]; readonly at: Span }
  | { readonly k: 'drop-trigger'; readonly name: string; readonly table: QName; readonly at: Span }
  | { readonly k: 'row-security'; readonly table: QName; readonly enabled: boolean; readonly at: Span }
  | { readonly k: 'create-policy'; readonly name: string; readonly table: QName; readonly command: string; readonly using?: string; readonly check?: string; readonly columns: readonly string[]; readonly roles?: readonly string[]; readonly isRestrictive?: true; readonly at: Span }
  | { readonly k: 'drop-policy'; readonly name: string; readonly table: QName; readonly at: Span }
  | { readonly k: 'search-path'; readonly schemas: readonly string[]; readonly at: Span }
  /** A step that changes the schema in a way we cannot follow. */
  | { readonly k: 'unknown-step'; readonly what: string; readonly at: Span };

/** What a database function does: its queries, and for a trigger the columns it sets on the row (`NEW.x := …`). */
export interface FunctionBody { readonly language: string; readonly queries: readonly SqlQuery[]; readonly setsNew: readonly string[]; readonly readsRow: readonly string[]; readonly opaque: boolean }
