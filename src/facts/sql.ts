/**
 * SQL statements as plain data. A query keeps its scopes unresolved: which table an unqualified column belongs
 * to is known only when all tables are (`link/`).
 */
import type { Span } from './code.js';
import type { DdlOp, QName } from './ddl.js';

export type SqlStatement = { readonly k: 'ddl'; readonly op: DdlOp } | { readonly k: 'query'; readonly query: SqlQuery };

/** A select, or a statement that writes. Sub-queries see the names of the query around them. */
export interface SqlQuery {
  readonly verb: 'select' | 'insert' | 'update' | 'delete' | 'merge' | 'copy' | 'truncate';
  /** The table written to (insert, update, delete, merge, copy from), with its alias. */
  readonly target?: Source;
  /** Tables and sub-queries of FROM, USING and JOIN, in order. */
  readonly from: readonly Source[];
  readonly ctes: readonly { readonly name: string; readonly query: SqlQuery }[];
  /** Sub-queries in expressions, and the parts of a set operation. */
  readonly subqueries: readonly SqlQuery[];
  /** Every column named, by what the query does with it. Columns of `conditions`, `sorts`, `assigns` are not repeated here. */
  readonly columns: readonly ColumnRef[];
  /** Output columns in order: the name it gets and the plain column behind it, if it is one; `*` has the name `*`. */
  readonly outputs: readonly { readonly name: string | null; readonly column?: ColumnRef }[];
  /** The conjuncts of WHERE and JOIN … ON. */
  readonly conditions: readonly SqlCondition[];
  readonly sorts: readonly { readonly column: ColumnRef; readonly desc: boolean }[];
  readonly groups: readonly ColumnRef[];
  /** `INSERT (a, b) VALUES`/`SELECT`, `SET a = …`, MERGE and ON CONFLICT actions. */
  readonly assigns: readonly SqlAssign[];
  /** INSERT … ON CONFLICT (columns). */
  readonly conflict?: readonly string[];
  readonly aggregates: boolean;
  readonly limit?: number | 'parameter';
  readonly distinct?: boolean;
  readonly forUpdate?: boolean;
  /** UPDATE and DELETE without `conditions`: there is a filter all the same, or may be one, that could not be read. */
  readonly isPartial?: true;
  /** The outermost query only: the functions and procedures that the statement calls anywhere, by their bare names, aggregates left out. */
  readonly calls?: readonly string[];
  /** The outermost query only: its name in a file of queries, with what stands behind it (`get_user^`, `get_user :one`). */
  readonly title?: string;
  /** The outermost query only: its name in a file of queries says how many rows are asked for. */
  readonly expects?: 'one';
  /** A sub-query among the outputs of the one around it, which takes none of its rows away. */
  readonly isShown?: true;
  /** UNION, INTERSECT or EXCEPT of its sub-queries. */
  readonly isSet?: true;
  readonly at: Span;
}
export interface Source {
  readonly table?: QName;
  readonly query?: SqlQuery;
  readonly fn?: string;
  readonly alias?: string;
  readonly columnAliases?: readonly string[];
  readonly join?: 'inner' | 'left' | 'right' | 'full' | 'cross';
  readonly at: Span;
}
/** `qualifier` is the table, alias or schema.table as written; name `*` stands for all columns. */
export interface ColumnRef { readonly qualifier?: string; readonly name: string; readonly at: Span; readonly kind?: 'read' | 'group' | 'returning' }
export interface SqlCondition {
  readonly column: ColumnRef;
  readonly op: '=' | '<>' | 'range' | 'in' | 'is null' | 'is not null' | 'like' | 'like-prefix' | 'other';
  /** What it is compared with. */
  readonly value:
    | { readonly k: 'parameter'; readonly parameter?: string }
    | { readonly k: 'constant'; readonly v: string | number | boolean | null }
    | { readonly k: 'column'; readonly column: ColumnRef }
    | { readonly k: 'expression' };
  readonly on: 'where' | 'join' | 'having';
  /** Inside an OR: narrows nothing by itself. */
  readonly inOr?: boolean;
  /** Code adds it on some of its paths only. */
  readonly isOptional?: true;
  /** The column stands inside a function or cast, so that a plain index does not serve. */
  readonly wrapped?: string;
}
/** `column` of the target gets a value; `from` when the value is a plain column of a source, `parameter` when it is given from outside. */
export interface SqlAssign {
  readonly column: string;
  readonly at: Span;
  readonly from?: ColumnRef;
  readonly parameter?: string;
  readonly isNull?: boolean;
  readonly isDefault?: boolean;
  readonly constant?: string | number | boolean;
  readonly onConflict?: boolean;
}
