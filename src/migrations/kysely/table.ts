/** What Kysely's schema builders collect before they are executed. https://kysely-org.github.io/kysely-apidoc/classes/SchemaModule.html */
import type { Span } from '../../facts/code.js';
import type { ColumnDef, ConstraintDef, DdlOp, IndexPart, QName, ReferentialAction, TypeRef } from '../../facts/ddl.js';
import { namedType } from '../../dialects/shared/script-types.js';

/** A builder that makes operations when it is executed. */
export interface Pending { operations(at: Span): readonly (DdlOp | null)[] }

/** A column while its callback runs. */
export interface ColumnSketch {
  readonly name: string; readonly type: TypeRef | null; readonly at: Span;
  nullable: boolean; default: string | null; identity: boolean; generated: string | null; isPrimary: boolean; isUnique: boolean; check: string | null;
  reference: ForeignSketch | null;
}
/** A foreign key while its callback runs. */
export interface ForeignSketch {
  readonly columns: readonly string[];
  readonly name: string | null;
  readonly table: QName;
  readonly refColumns: readonly string[];
  onDelete: ReferentialAction | null;
  readonly at: Span;
}

const SERIALS: Readonly<Record<string, string>> = { serial: 'integer', bigserial: 'bigint', smallserial: 'smallint' };

/** A new column; the database numbers those of a serial type. */
export function columnSketch(name: string, written: string | null, at: Span): ColumnSketch {
  const serial = SERIALS[written?.toLowerCase() ?? ''];
  return {
    name,
    type: written === null ? null : serial ? { name: serial } : namedType(written),
    at,
    nullable: !serial,
    default: null,
    identity: serial !== undefined,
    generated: null,
    isPrimary: false,
    isUnique: false,
    check: null,
    reference: null,
  };
}

/** `table`, `schema.table` */
export function qualifiedName(written: string, schema: string | null): QName {
  const [name, own] = written.split('.').reverse();
  return { name: name!, ...(own ?? schema ? { schema: own ?? schema! } : {}) };
}

/** `createTable` and `alterTable`. */
export class TableSketch implements Pending {
  readonly columns: ColumnSketch[] = [];
  readonly constraints: ConstraintDef[] = [];
  /** What `alterTable` does, in order. */
  readonly changes: DdlOp[] = [];
  ifNotExists = false;
  isTemporary = false;
  isUnknown = false;
  /** The foreign key that was added last. */
  last: ForeignSketch | null = null;

  constructor(readonly table: QName, readonly isNew: boolean, readonly at: Span) {}

  add(column: ColumnSketch): void {
    if (this.isNew) this.columns.push(column);
    else
      this.changes.push({
        k: 'add-column',
        table: this.table,
        column: columnDef(column),
        constraints: [...primaryOf([column]), ...constraintsOf(column)],
        ...(this.ifNotExists ? { ifNotExists: true } : {}),
        at: column.at,
      });
  }

  constrain(constraint: ConstraintDef): void {
    if (this.isNew) this.constraints.push(constraint);
    else this.changes.push({ k: 'add-constraint', table: this.table, constraint, at: constraint.at });
  }

  operations(): readonly (DdlOp | null)[] {
    const { table, at, columns } = this;
    const unknown = this.isUnknown ? [null] : [];
    if (!this.isNew) return [...this.changes, ...unknown];
    const constraints = [...primaryOf(columns), ...columns.flatMap(constraintsOf), ...this.constraints];
    return [
      {
        k: 'create-table',
        table,
        columns: columns.map(columnDef),
        constraints,
        ...(this.ifNotExists ? { ifNotExists: true } : {}),
        ...(this.isTemporary ? { temporary: true } : {}),
        at,
      },
      ...unknown,
    ];
  }
}

function primaryOf(columns: readonly ColumnSketch[]): ConstraintDef[] {
  const primary = columns.filter((column) => column.isPrimary);
  return primary.length ? [{ k: 'primary', columns: primary.map((column) => column.name), at: primary[0]!.at }] : [];
}

function constraintsOf({ name, isUnique, check, reference, at }: ColumnSketch): ConstraintDef[] {
  return [
    ...(isUnique ? [{ k: 'unique' as const, columns: [name], at }] : []),
    ...(check === null ? [] : [{ k: 'check' as const, expression: check, columns: [name], at }]),
    ...(reference ? [foreignOf(reference)] : []),
  ];
}

export function foreignOf({ columns, name, table, refColumns, onDelete, at }: ForeignSketch): ConstraintDef {
  return { k: 'foreign', ...(name === null ? {} : { name }), columns, table, refColumns, ...(onDelete ? { onDelete } : {}), at };
}

function columnDef(column: ColumnSketch): ColumnDef {
  return {
    name: column.name,
    type: column.type,
    nullable: column.nullable && !column.isPrimary,
    at: column.at,
    ...(column.default === null ? {} : { default: column.default }),
    ...(column.identity ? { identity: true } : {}),
    ...(column.generated === null ? {} : { generated: column.generated }),
  };
}

/** `createIndex`. */
export class IndexSketch implements Pending {
  table: QName | null = null;
  readonly parts: IndexPart[] = [];
  isUnique = false;
  method = 'btree';
  /** Conditions that are joined by AND. */
  readonly predicates: string[] = [];
  ifNotExists = false;
  nullsNotDistinct = false;
  isUnknown = false;

  constructor(readonly name: string, readonly at: Span) {}

  operations(): readonly (DdlOp | null)[] {
    if (!this.table || this.parts.length === 0 || this.isUnknown) return [null];
    const index = {
      name: this.name,
      parts: this.parts,
      unique: this.isUnique,
      method: this.method,
      ...(this.predicates.length ? { predicate: this.predicates.join(' AND ') } : {}),
      ...(this.nullsNotDistinct ? { nullsNotDistinct: true } : {}),
      at: this.at,
    };
    return [{ k: 'create-index', table: this.table, index, ...(this.ifNotExists ? { ifNotExists: true } : {}), at: this.at }];
  }
}
