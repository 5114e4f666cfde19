/** A model while usage is linked: the schema's table under the names that code uses. */
import type { Column, Relationship, Table } from '../model/schema.js';
import type { ClassRef, Value } from './value.js';

export interface Model {
  readonly id: string;
  readonly name: string;
  readonly table: Table;
  /** Which dialect's API its rows and class answer to. */
  readonly dialect: string;
  /** The class that declares it, where one does. */
  readonly cls: ClassRef | null;
  /** Columns by the names code uses (attributes; often also the physical names). */
  readonly columns: ReadonlyMap<string, Column>;
  readonly relationships: ReadonlyMap<string, ModelRelationship>;
  /**
   * Objects that are kept in columns of their owner's table, by the attribute that leads to them, with the classes they may be of, where those are known: the
   * attributes of those columns are paths (`address.street`).
   */
  readonly embedded: ReadonlyMap<string, readonly ClassRef[]>;
}

export interface ModelRelationship {
  readonly name: string;
  readonly target: Model;
  readonly many: boolean;
  /** Null when the schema has no object for it (a reverse name that the ORM makes by convention). */
  readonly relationship: Relationship | null;
  /** The key columns it joins on this model's side, and on the target's. */
  readonly local: readonly Column[];
  readonly remote: readonly Column[];
}

/** The row of a model, as a value. */
export function rowOf(model: Model): Value {
  return { k: 'row', model };
}
