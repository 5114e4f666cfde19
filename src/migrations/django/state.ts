/** The models as Django's migrations know them at some step: their tables and which column each field has. */
import type { QName } from '../../facts/ddl.js';

export interface FieldState {
  readonly kind: 'column' | 'foreign' | 'many' | 'none';
  readonly column: string | null;
  /** The table between two models, where the field makes one. */
  readonly between: string | null;
  /** Its column that points at the other model. */
  readonly far?: string;
  readonly isUnique: boolean; readonly isIndexed: boolean; readonly hasForeignKey: boolean;
}

export interface ModelState {
  readonly label: string; readonly name: string; readonly table: QName;
  /** Whether `db_table` names the table, so that it stays when the model is renamed. */
  readonly isNamed: boolean;
  /** False for proxies and unmanaged models: nothing happens in the database. */
  readonly isManaged: boolean;
  readonly fields: Map<string, FieldState>;
  /** The column that keys point at, with its type's name unknown where the field's is. */
  readonly key: string;
  /** Column lists of `unique_together` and `index_together`. */
  readonly together: Map<string, readonly (readonly string[])[]>;
}

export type Models = Map<string, ModelState>;

export const keyOf = (label: string, model: string): string => `${label}.${model}`.toLowerCase();

/** A copy that later steps can change by themselves. */
export function copyModels(models: Models): Models {
  return new Map([...models].map(([key, model]) => [key, { ...model, fields: new Map(model.fields), together: new Map(model.together) }]));
}

/** The physical name of a field, null for one that has no column. */
export const columnIn =
  (model: ModelState) =>
  (field: string): string | null =>
    model.fields.get(field)?.column ?? ([...model.fields.values()].some((each) => each.column === field) ? field : null);
