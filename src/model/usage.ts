/** What the code does with tables and columns: typed uses, queries, inserts, copies, and what could not be seen. */
import type { Column, Place, Relationship, Table } from './schema.js';

export type UseKind = 'read' | 'write' | 'filter' | 'sort' | 'group' | 'join' | 'lookup' | 'expose';
export type Role = 'application' | 'test' | 'migration' | 'seed';

/** The circumstances of a piece of code. `client` is code on the far side of an API (a page, another service). */
export interface Context {
  readonly path: string;
  /** Qualified name of the function, null at top level. */
  readonly fn: string | null;
  /** What is the same for all code of the file that runs together: of one function, with or without a name; null at top level. */
  readonly unit: string | null;
  readonly role: Role;
  readonly entry: 'route' | 'message' | 'worker' | 'command' | null;
  /** The entry is that of code which calls this, through however many functions. */
  readonly isReached?: true;
  /** What calls it too. */
  readonly alsoIn?: 'message' | 'worker';
  readonly inLoop: boolean;
  /** Inside a try whose handler neither raises again nor returns an error. */
  readonly isSwallowed: boolean;
  readonly isClient: boolean;
}

/**
 * One use of a column by code whose receiver's type is known. `via` tells how: `relationship` is a read of the key by following it,
 * `serializer` a response schema that names the column, `catch-all` one that hands out all columns, `generic-update` a write of all fields of a request,
 * `library` what the ORM or another library does with it because the model says so (its default order, the flag that a login asks for).
 */
export interface Use {
  readonly table: Table; readonly column: Column; readonly kind: UseKind;
  readonly via: 'code' | 'sql' | 'relationship' | 'serializer' | 'catch-all' | 'generic-update' | 'template' | 'admin' | 'policy' | 'library';
  readonly place: Place; readonly context: Context;
  /** Writes only: what is written, and whether the row is being created. */
  readonly value?: WrittenValue; readonly atInsert?: boolean;
  /** Reads only: it is merely tested for null or truth; it is dereferenced or computed with; another column is held against it, which is more. */
  readonly isTest?: boolean; readonly isDereference?: boolean; readonly isMeasured?: boolean;
  /** `x.n += 1`: a write that reads, but nobody looks at what is read. */
  readonly isCompound?: boolean;
}
/**
 * `column`: copied from that column (its row reached through `through` relationships or keys when known); `same` is equal for two values that are the same
 * value of one function; `oneOf` when it is one of these constants; `mayBeNull` when a literal null is written on some paths; `isThere` when it is none,
 * whatever else; `isSelected` when a query inside the statement gives it.
 */
export interface WrittenValue {
  readonly k: 'null' | 'constant' | 'column' | 'other';
  readonly column?: Column;
  readonly constant?: string | number | boolean;
  readonly oneOf?: readonly (string | number | boolean)[];
  readonly same?: string;
  readonly mayBeNull?: true;
  readonly isThere?: true;
  readonly isSelected?: true;
}

/**
 * One use of a table as a whole. `mention` is a typed reference that does none of the others (a type annotation, `isinstance`); `isAdmin` when it registers the
 * table with an administration site, `isGivenOn` when a function returns the class itself.
 */
export interface TableUse {
  readonly table: Table;
  readonly kind: 'select' | 'insert' | 'update' | 'delete' | 'expose' | 'relationship' | 'mention';
  readonly place: Place;
  readonly context: Context;
  readonly isTypeOnly?: boolean;
  readonly isAdmin?: boolean;
  readonly isGivenOn?: boolean;
}

/**
 * Rows being created. `values` holds the columns that are set; `isOpen` when more may be set that we cannot see, `isFilledLater` when that is done by
 * assignments in sight alone.
 */
export interface Insert {
  readonly table: Table;
  readonly values: ReadonlyMap<Column, WrittenValue>;
  readonly isOpen: boolean;
  readonly isFilledLater?: true;
  readonly isUpsert: boolean;
  readonly place: Place;
  readonly context: Context;
}

export interface QuerySource { readonly table: Table; readonly alias: string | null; readonly join: 'root' | 'inner' | 'left' | 'relationship' }
export interface Condition {
  readonly source: QuerySource;
  readonly column: Column;
  readonly op: '=' | '<>' | 'range' | 'in' | 'null' | 'not-null' | 'like' | 'prefix' | 'other';
  readonly value:
    | { readonly k: 'null' | 'other' }
    | {
        readonly k: 'parameter';
        /** Read from this column of a row found before. */ readonly from?: Column;
        /** Equal for what is asked by one unknown value: see `WrittenValue`. */ readonly same?: string;
      }
    | { readonly k: 'constant'; readonly v: string | number | boolean }
    | { readonly k: 'column'; readonly column: Column; readonly source: QuerySource };
  /** Added only on some paths through the code. */
  readonly isOptional: boolean;
  readonly inOr: boolean;
  /** Stands in a join's ON, or ties two sources together. */
  readonly isJoin: boolean;
  /** A function around the column keeps a plain index from serving it: its name. */
  readonly wrapped: string | null;
}
export interface Query {
  readonly root: QuerySource;
  readonly sources: readonly QuerySource[];
  readonly conditions: readonly Condition[];
  readonly sorts: readonly {
    readonly source: QuerySource;
    readonly column: Column;
    readonly desc: boolean;
    /** The model's own order, where the query asks for none. */ readonly isDefault?: true;
  }[];
  readonly groups: readonly Column[];
  readonly verb: 'select' | 'update' | 'delete';
  /** `one`: an API that fails or is meaningless with two rows; `first`: the first row, whichever it is; `exists`: only whether there is one. */
  readonly expects: 'one' | 'first' | 'many' | 'exists' | 'count' | 'unknown';
  readonly isAggregate: boolean;
  readonly limit: number | null;
  readonly offset: boolean;
  /** A part of the filter could not be read, so there may be more conditions. */
  readonly isPartial: boolean;
  /** What the code does with the outcome: uses it as the row, inserts the same model when there is none, refuses when there is one. */
  readonly guards: readonly Guard[];
  readonly place: Place;
  readonly context: Context;
  /** Where the columns are given that it asks by, when that is in another file than the call which runs it: a helper that many share. */
  readonly askedAt?: Place;
}
export type Guard =
  | { readonly k: 'returned' }
  | { readonly k: 'used-as-row'; readonly place: Place }
  | { readonly k: 'insert-if-absent'; readonly place: Place }
  | { readonly k: 'refuse-if-present'; readonly place: Place; /** Where the code inserts one otherwise, if that is seen. */ readonly insert?: Place }
  | { readonly k: 'get-or-create' }
  | { readonly k: 'upsert' }
  | { readonly k: 'keyed-by'; /** Whose value the rows are kept by. */ readonly column: Column; readonly place: Place }
  /** A value is chosen that no row has. */
  | { readonly k: 'choose-if-absent'; readonly place: Place }
  /** The code makes another row where there is one, or several at once where there is none. */
  | { readonly k: 'several' }
  /** Rows that the query lists are looked through by these columns, and one is inserted where none has the values. */
  | { readonly k: 'insert-if-unlisted'; readonly columns: readonly Column[]; readonly place: Place };

/** A value moved from one column to another table's column; `payload` when it moved between two dicts or objects whose keys are the columns' names. */
export interface Copy {
  readonly from: Column;
  readonly to: Column;
  readonly via: 'assignment' | 'same-value' | 'payload' | 'sql' | 'trigger';
  readonly atInsert: boolean;
  readonly place: Place;
  readonly context: Context;
  /** The two rows are written through different requests or sessions, so one can fail without the other. */
  readonly isSplit: boolean;
  /** Writes of either column that stand in functions called from there. */
  readonly through?: readonly Place[];
  /** A word, or yes or no, that both are set to: it says something only of columns of which one is called after the other. */
  readonly isLoose?: true;
}

/**
 * A response schema or serialiser that hands rows of a table out. `all` when it does so without naming the columns; `isComputed` when code here reads them
 * itself, under names that are not known.
 */
export interface Exposure {
  readonly table: Table;
  readonly name: string;
  readonly columns: readonly Column[];
  readonly all: boolean;
  readonly isComputed?: true;
  readonly place: Place;
  readonly context: Context;
}

/** A use known by its name only: silences absence rules, is never evidence of its own. */
export interface PossibleUse {
  readonly name: string;
  readonly place: Place;
  readonly role: Role;
  readonly isClient: boolean;
  readonly kind: 'attribute' | 'string' | 'path' | 'keyword' | 'key' | 'field' | 'word';
  /** Where equal names stand that its value is given to or comes from. */
  readonly beside?: readonly { readonly path: string; readonly offset: number }[];
  /** A field of a type that is given as an answer alone: it may be read, and is written by nobody. */
  readonly isAnswer?: true;
  /** A field of an interface, of an object's type or of a class that only holds values, and that nothing reads. */
  readonly isType?: true;
  /** What has the name is a word or a list of words, or is of such a type. */
  readonly isPlain?: true;
}

/**
 * A relationship that code names. `asked`: in a query, which loads it, joins along it or filters by it; `lazy`: read from a row, which loads it where it is not
 * there; `held`: read from a row that never loads anything; `set`: given to a row.
 */
export interface RelationshipUse {
  readonly relationship: Relationship;
  readonly how: 'asked' | 'lazy' | 'held' | 'set';
  readonly place: Place;
  readonly context: Context;
}

export type GapKind = 'dynamic-access' | 'unresolved-name' | 'catch-all-serialiser' | 'parse-error' | 'unsupported' | 'budget';
/**
 * Something the linter could not see; `table` and `column` null when it may touch any. `isShaped`: the library that uses the table prescribes its columns too.
 */
export interface Gap {
  readonly kind: GapKind;
  readonly table: Table | null;
  readonly column: Column | null;
  readonly place: Place | null;
  readonly detail: string;
  readonly isShaped?: true;
  /** It is about a name that is like none of the table's columns: none of them is meant. */
  readonly isApart?: true;
  /** All that the code out of sight may do: look at columns, make rows, set columns of rows that are there. */
  readonly does?: 'read' | 'insert' | 'write';
  /** It is about code that is none of the application's: tests, migrations, seed scripts. */
  readonly isElsewhere?: true;
}

/** A name in an SQL statement that nothing declares: a table's (`table` null), or a column's of a table that is declared. */
export interface UnknownName {
  readonly table: Table | null;
  readonly name: string;
  readonly schema: string | null;
  readonly place: Place;
  readonly context: Context;
  /** The columns that the statement asks of the table, as far as it says so. */
  readonly columns: readonly string[];
  /** Rows go into a table whose name code puts into the statement. */
  readonly isInsert?: true;
}

export interface Usage {
  readonly uses: readonly Use[];
  readonly tableUses: readonly TableUse[];
  readonly inserts: readonly Insert[];
  readonly queries: readonly Query[];
  readonly copies: readonly Copy[];
  readonly exposures: readonly Exposure[];
  readonly possible: ReadonlyMap<string, readonly PossibleUse[]>;
  readonly relationshipUses: readonly RelationshipUse[];
  readonly gaps: readonly Gap[];
  readonly unknown: readonly UnknownName[];
}
