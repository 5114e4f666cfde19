/** What is kept of each thing that evaluation sees. */
import type { Param } from '../facts/code.js';
import { spanStart } from '../facts/span.js';
import type { Column, Place } from '../model/schema.js';
import type { GapKind, Guard, RelationshipUse, TableUse, Use, UseKind } from '../model/usage.js';
import type { Inherited } from './called.js';
import type { Model, ModelRelationship } from './model.js';
import type { Holder } from './moves.js';
import type { QueryState } from './query.js';
import type { ClassRef, FnRef, PartOf, Value } from './value.js';

export interface ColumnRecord {
  readonly model: Model;
  readonly column: Column;
  kind: UseKind;
  readonly via: Use['via'];
  readonly place: Place;
  readonly value?: Value;
  /** What tells the parameters, or parts of them, that are written there in one call or another. */
  readonly given?: readonly string[];
  readonly atInsert?: boolean;
  /** Seen only because its function is defined: what calls give it may tell more. */
  readonly isByDefinition?: boolean;
  isTest?: boolean;
  isDereference?: boolean;
  /** Another column is held against it: which is more. */
  isMeasured?: boolean;
  readonly isCompound?: boolean;
  /** The model of the row from which the written one was reached. */
  readonly reachedFrom?: Model;
  readonly fnId: string | null;
}
export interface TableRecord {
  readonly model: Model;
  readonly kind: TableUse['kind'];
  readonly place: Place;
  readonly isTypeOnly?: boolean;
  readonly isAdmin?: boolean;
  readonly isGivenOn?: boolean;
}
export interface InsertRecord {
  readonly model: Model;
  readonly values: ReadonlyMap<Column, Value>;
  /** What may be null, with the functions in whose definition that was seen; null where a call gives it so. */
  readonly nulls: ReadonlyMap<Column, ReadonlySet<string | null>>;
  /** Where more may be set than is seen: see `Recorder.opener`. */
  readonly opens: ReadonlySet<string | null>;
  /** For whom it was seen: see `Recorder.definedFor`. */
  readonly within: ReadonlySet<Inherited | null>;
  readonly isUpsert: boolean;
  /** Made empty, to be filled by assignments. */
  readonly isFilledLater?: boolean;
  /** Several rows at once. */
  readonly isMany?: true;
  readonly place: Place;
}
export interface QueryRecord { query: QueryState; expects: string; readonly guards: Guard[]; readonly place: Place }
/** A row that is inserted (the key of its record), a column that is written, or emptied, or rows that are changed or deleted. */
export interface Change { readonly model: Model; readonly column: Column | null; readonly insert: string | null; readonly isEmptied?: boolean }
/** An argument of a call, and the variable that holds it. */
export interface GivenRecord { readonly value: Value; readonly held: Holder | undefined; readonly place: Place }
/** A parameter that an argument is for. */
export interface Passed { readonly fn: FnRef; readonly param: Param }
/**
 * `isComputed`: code here reads the columns itself, under names that are not known; `on`: they are kept under `name` on an object called so, which others have
 * as well.
 */
export interface ExposureRecord {
  readonly model: Model;
  readonly name: string;
  readonly columns: readonly Column[];
  readonly all: boolean;
  readonly isComputed?: true;
  readonly on?: string;
  readonly place: Place;
  readonly schema: ClassRef | null;
  readonly places?: ReadonlyMap<Column, Place>;
}
/**
 * A value moved between two keys or attributes of these names: from the variable `source`, into the variable or call `into`, null where neither takes it
 * directly.
 */
export interface MoveRecord {
  readonly from: string;
  readonly fromPlace: Place;
  readonly source: string;
  readonly to: string;
  readonly place: Place;
  readonly into: string | null;
}
/**
 * A field of a class that is no model, read where its object is at hand: of a request schema, of an interface in a page; of an object that is itself a field of
 * an interface's it is read `within` that one, by a path.
 */
export interface FieldRead { readonly cls: ClassRef; readonly field: string; readonly place: Place; readonly within?: PartOf }
/** A name in SQL that is no table, or no column of `model`. */
export interface UnknownRecord {
  readonly model: Model | null;
  readonly name: string;
  readonly schema: string | null;
  readonly place: Place;
  readonly columns?: readonly string[];
  readonly isInsert?: true;
}
export interface GapRecord {
  readonly kind: GapKind;
  readonly model: Model | null;
  readonly column: Column | null;
  readonly place: Place | null;
  readonly detail: string;
  readonly isShaped?: true;
  readonly does?: 'read' | 'insert' | 'write';
  /** What is called by a name that nothing has. */
  readonly name?: string;
}
/** What is known of a use beside its place. */
export interface UseDetails {
  readonly via?: Use['via'];
  readonly value?: Value;
  readonly atInsert?: boolean;
  readonly isCompound?: boolean;
  readonly reachedFrom?: Model;
}
/** `isOpen`: more columns may be set than are seen. */
export interface InsertDetails { readonly isOpen?: boolean; readonly isUpsert?: boolean; readonly isFilledLater?: boolean; readonly isMany?: boolean }
export interface RelationshipRecord {
  readonly relationship: ModelRelationship;
  readonly model: Model;
  readonly place: Place;
  readonly how: RelationshipUse['how'];
}
/** A class whose fields are those of a table: of a response or request schema, or an interface of its rows. */
export interface TiedSchema { readonly cls: ClassRef; readonly model: Model; readonly kind: 'response' | 'request' | 'row' }

/** A text for the place where something begins. */
export function site({ path, at }: Place): string {
  return `${path}:${spanStart(at)}`;
}
