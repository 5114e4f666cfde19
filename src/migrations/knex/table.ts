/**
 * What a Knex table builder collects: columns, keys and indexes, and what is dropped, in the order of the calls. https://knexjs.org/guide/schema-builder.html
 */
import type { Span } from '../../facts/code.js';
import type { ConstraintDef, DdlOp, IndexDef, QName, ReferentialAction, TypeRef } from '../../facts/ddl.js';

/** A column while its chain goes on. */
export interface ColumnSketch {
  readonly name: string; readonly type: TypeRef | null; readonly at: Span;
  nullable: boolean; default: string | null; identity: boolean; isPrimary: boolean; isAltered: boolean; comment: string | null;
  unique: string | true | null; index: string | true | null; reference: ForeignSketch | null;
  /** The values that a check allows, with its name, if it got one. */
  allowed: { readonly values: readonly string[]; readonly name: string | null } | null;
}
/** A foreign key while its chain goes on. */
export interface ForeignSketch {
  readonly columns: readonly string[];
  name: string | null;
  table: string | null;
  refColumns: readonly string[];
  onDelete: ReferentialAction | null;
  readonly at: Span;
}

export class TableSketch {
  readonly columns: ColumnSketch[] = [];
  readonly foreign: ForeignSketch[] = [];
  readonly constraints: ConstraintDef[] = [];
  readonly indexes: IndexDef[] = [];
  /** Drops and renames, which come before what is added. */
  readonly changes: DdlOp[] = [];
  /** What could not be told. */
  readonly unknown: string[] = [];
  comment: string | null = null;

  constructor(readonly table: QName) {}

  column(name: string, type: TypeRef | null, at: Span): ColumnSketch {
    const made: ColumnSketch = {
      name,
      type,
      at,
      nullable: true,
      default: null,
      identity: false,
      isPrimary: false,
      isAltered: false,
      comment: null,
      unique: null,
      index: null,
      reference: null,
      allowed: null,
    };
    this.columns.push(made);
    return made;
  }

  /** The name Knex gives: https://github.com/knex/knex/blob/master/lib/schema/tablecompiler.js (_indexCommand) */
  nameOf(columns: readonly string[], kind: string): string {
    return `${this.table.name.replace(/\.|-/g, '_')}_${columns.join('_')}_${kind}`.toLowerCase();
  }

  /** The operations for a new table, or for one that is there already. */
  operations(isNew: boolean, ifNotExists: boolean, at: Span): DdlOp[] {
    const { table } = this;
    const primary = this.columns.filter((column) => column.isPrimary).map((column) => column.name);
    const added = this.columns.filter((column) => !column.isAltered);
    const constraints: ConstraintDef[] = [
      ...(primary.length && isNew && !this.constraints.some((each) => each.k === 'primary') ? [{ k: 'primary' as const, columns: primary, at }] : []),
      ...this.columns.flatMap((column) => this.constraintsOf(column, isNew)), ...this.constraints, ...this.foreign.flatMap((key) => this.foreignOf(key)),
    ];
    const indexes = [...this.columns.flatMap((column) => (column.index === null ? [] : [this.indexOf(column)])), ...this.indexes].map((index): DdlOp => ({
      k: 'create-index',
      table,
      index,
      at: index.at,
    }));
    const comment: DdlOp[] = this.comment === null ? [] : [{ k: 'comment', on: 'table', table, text: this.comment, at }];
    if (isNew)
      return [{ k: 'create-table', table, columns: added.map(columnDef), constraints, ...(ifNotExists ? { ifNotExists } : {}), at }, ...indexes, ...comment];
    return [
      ...this.changes,
      ...added.map((column): DdlOp => ({ k: 'add-column', table, column: columnDef(column), constraints: [], at: column.at })),
      ...this.columns
        .filter((column) => column.isAltered)
        .map((column): DdlOp => ({
          k: 'alter-column',
          table,
          column: column.name,
          ...(column.type ? { type: column.type } : {}),
          nullable: column.nullable,
          default: column.default,
          at: column.at,
        })),
      ...constraints.map((constraint): DdlOp => ({ k: 'add-constraint', table, constraint, at: constraint.at })),
      ...indexes,
      ...comment,
    ];
  }

  private constraintsOf(column: ColumnSketch, isNew: boolean): ConstraintDef[] {
    const { name, at } = column;
    return [
      ...(column.isPrimary && !isNew ? [{ k: 'primary' as const, columns: [name], at }] : []),
      ...(column.unique === null
        ? []
        : [{ k: 'unique' as const, name: column.unique === true ? this.nameOf([name], 'unique') : column.unique, columns: [name], at }]),
      ...(column.reference ? this.foreignOf(column.reference) : []),
      ...(column.allowed && !column.isAltered
        ? [
            {
              k: 'check' as const,
              name: column.allowed.name ?? this.nameOf([name], 'check'),
              expression: `"${name}" in (${column.allowed.values.map((value) => `'${value.replaceAll("'", "''")}'`).join(', ')})`,
              columns: [name],
              at,
            },
          ]
        : []),
    ];
  }

  private foreignOf(key: ForeignSketch): ConstraintDef[] {
    if (key.table === null) return [];
    const [name, schema] = key.table.split('.').reverse();
    return [
      {
        k: 'foreign',
        name: key.name ?? this.nameOf(key.columns, 'foreign'),
        columns: key.columns,
        table: { name: name!, ...(schema ? { schema } : {}) },
        refColumns: key.refColumns,
        ...(key.onDelete ? { onDelete: key.onDelete } : {}),
        at: key.at,
      },
    ];
  }

  private indexOf(column: ColumnSketch): IndexDef {
    return {
      name: typeof column.index === 'string' ? column.index : this.nameOf([column.name], 'index'),
      parts: [{ column: column.name }],
      unique: false,
      method: 'btree',
      at: column.at,
    };
  }
}

function columnDef(column: ColumnSketch): Extract<DdlOp, { k: 'add-column' }>['column'] {
  return {
    name: column.name,
    type: column.type,
    nullable: column.nullable && !column.isPrimary,
    at: column.at,
    ...(column.default === null ? {} : { default: column.default }),
    ...(column.identity ? { identity: true } : {}),
    ...(column.comment === null ? {} : { comment: column.comment }),
  };
}
