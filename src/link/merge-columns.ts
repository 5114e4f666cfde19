/** The columns of a table, from all that declares them. */
import type { TypeRef } from '../facts/ddl.js';
import type { Column, ColumnType, Declaration } from '../model/schema.js';
import type { ColumnDraft, TableDraft } from './draft.js';
import type { Mutable, MutableTable } from './mutable.js';

export function addColumns(
  table: MutableTable,
  draft: TableDraft,
  hasModel: boolean,
  enums: ReadonlyMap<string, readonly string[]>,
  submodel: string | null,
): void {
  for (const column of draft.columns) {
    const known = table.columns.find((other) => other.name === column.name) as Mutable<Column> | undefined;
    const declaration: Declaration = { kind: draft.kind, place: column.place };
    if (known) {
      known.declarations.push(declaration);
      if (draft.kind !== 'model') takeDatabaseSide(known, column, draft.isIncomplete === true);
      else if (known.attribute !== column.attribute && known.attribute === known.name) known.attribute = column.attribute;
      continue;
    }
    // What the model does not map is drift, not a column that code could use.
    if (hasModel && draft.kind !== 'model') continue;
    table.columns.push(buildColumn(table, column, declaration, enums, submodel));
  }
}

/** A history that was not followed to its end proves that something is there, not that it is missing: its NOT NULL counts, its nullable does not. */
function takeDatabaseSide(known: Mutable<Column>, column: ColumnDraft, isIncomplete: boolean): void {
  known.databaseDefault ??= defaultOf(column);
  if (column.onUpdate === 'trigger' && known.onUpdate === null) known.onUpdate = 'trigger';
  if (known.comment === null && column.comment) known.comment = column.comment;
  if (column.isGenerated) known.isGenerated = true;
  // An empty one says that there is an expression, and not which.
  known.generated ??= column.generated || undefined;
  known.isVirtual ??= column.isVirtual;
  known.collation ??= column.collation ?? undefined;
  if (column.isIdentity) known.isIdentity = true;
  known.nullable = column.nullable && (!isIncomplete || known.nullable);
  if (column.type && (known.type.name === 'unknown' || (!isIncomplete && saysMore(column.type, known.type)))) known.type = columnType(column.type);
}

/** Whether the stored type tells more than the model's: an enum of the model's that is stored as text is kept by nobody. */
function saysMore(stored: TypeRef, said: ColumnType): boolean {
  if (said.enumName === null) return isBuiltIn(stored.name) && stored.name !== said.name;
  return (stored.enumName ?? null) !== null || isText(stored.name);
}

const isText = (name: string): boolean => name === 'text' || name === 'character varying';

/** A type of PostgreSQL's own that says all there is to say; the name of an enum or domain says less than the model. */
const isBuiltIn = (name: string): boolean =>
  /^(uuid|text|integer|bigint|smallint|boolean|numeric|real|double precision|character varying|character|date|jsonb?|bytea|(timestamp|time) (with|without) time zone)$/.test(
    name,
  );

/** `DEFAULT NULL`, as pg_dump writes it (`NULL::text`) too: what every column has that has no other. */
function defaultOf({ databaseDefault }: ColumnDraft): string | null {
  return !databaseDefault || /^\(*null\)*(?:\s*::.*)?$/i.test(databaseDefault) ? null : databaseDefault;
}

function buildColumn(
  table: MutableTable,
  draft: ColumnDraft,
  declaration: Declaration,
  enums: ReadonlyMap<string, readonly string[]>,
  submodel: string | null,
): Column {
  const type = draft.type ? columnType(draft.type) : UNKNOWN_TYPE;
  return {
    table,
    name: draft.name,
    attribute: draft.attribute,
    type,
    // A subclass's column has no value in rows of the other classes.
    nullable: draft.nullable || submodel !== null,
    nullableIsExplicit: draft.nullableIsExplicit ?? true,
    ...(draft.isDemanded ? { isDemanded: true } : {}),
    databaseDefault: defaultOf(draft),
    hasClientDefault: draft.hasClientDefault ?? false,
    onUpdate: draft.onUpdate ?? null,
    isGenerated: draft.isGenerated ?? false,
    ...(draft.generated ? { generated: draft.generated, isVirtual: draft.isVirtual ?? false } : {}),
    ...(draft.computedFrom ? { computedFrom: draft.computedFrom } : {}),
    ...(draft.collation ? { collation: draft.collation } : {}),
    isIdentity: draft.isIdentity ?? false,
    role: draft.role ?? null,
    comment: draft.comment ?? null,
    inheritedFrom: draft.inheritedFrom ?? null,
    submodel,
    choices: draft.choices ?? draft.type?.values ?? (type.enumName ? (enums.get(type.enumName) ?? null) : null),
    place: draft.place,
    declarations: [declaration],
  };
}

const UNKNOWN_TYPE: ColumnType = { name: 'unknown', args: [], array: 0, enumName: null };

export function columnType(type: TypeRef): ColumnType {
  return { name: type.name, args: type.args ?? [], array: type.array ?? 0, enumName: type.enumName ?? null };
}
