/** What is left at the end of a history, as drafts of tables. */
import type { QName } from '../../facts/ddl.js';
import type { Trigger } from '../../model/schema.js';
import type { ColumnDraft, ForeignKeyDraft, IndexDraft, KeyDraft, TableDraft } from '../draft.js';
import {
  find, isElsewhere, isOfExtension, keyOf, type ColumnState, type ConstraintState, type FunctionState, type IndexState, type State, type TableState,
  type TriggerState,
} from './state.js';
import { finalType } from './types.js';

/** One draft for each table and view; partitions are counted at the table they are part of, temporary tables are left out. */
export function draftsOf(state: State, partition: string): TableDraft[] {
  return [...state.tables.values()].filter((table) => !table.isTemporary && !table.partitionOf).map((table) => draftOf(state, table, partition));
}

function draftOf(state: State, table: TableState, partition: string): TableDraft {
  const triggers = [...table.triggers.values()];
  const kept = keptByTrigger(state, triggers);
  const constraints = [...table.constraints.values()];
  return {
    dialect: 'postgres',
    kind: table.declaredAs,
    tableKind: table.kind,
    name: table.name,
    schema: schemaOf(state, table.schema),
    partition,
    model: null,
    cls: null,
    site: null,
    base: null,
    place: table.place,
    extent: table.extent,
    columns: [...table.columns.values()].filter((column) => !column.isPresumed || !column.nullable).map((column) => columnDraft(state, column, kept)),
    ...(isOfExtension(state, table) || (table.isPresumed && isElsewhere(state, table)) ? { isExternal: true } : {}),
    ...(table.isPresumed ? { isPartial: true } : {}),
    ...(table.doubt ? { isIncomplete: true } : {}),
    keys: constraints.flatMap((constraint) => keyDraft(constraint)),
    indexes: [...[...table.indexes].map(indexDraft), ...ofPartitions(table, (one) => [...one.indexes].map(indexDraft), indexKey)],
    foreignKeys: [
      ...constraints.flatMap((constraint) => foreignKeyDraft(state, constraint)),
      ...ofPartitions(table, (one) => [...one.constraints.values()].flatMap((constraint) => foreignKeyDraft(state, constraint)), foreignKeyKey),
    ],
    checks: constraints
      .filter((each) => each.kind === 'check')
      .map((each) => ({ name: nameOf(each), expression: each.expression ?? '', columns: namesOf(each.columns), place: each.place })),
    exclusions: constraints
      .filter((each) => each.kind === 'exclude')
      .map((each) => ({ name: nameOf(each), definition: each.expression, columns: namesOf(each.columns), place: each.place })),
    relationships: [],
    comment: table.comment,
    declaresRelationships: false,
    rowSecurity: { enabled: table.rowSecurity, policies: [...table.policies.values()] },
    triggers: triggers.map((trigger) => triggerOf(state, trigger)),
    partitions: table.partitionBy || table.children.size > 0 ? partitionsOf(table) : null,
  };
}

const schemaOf = (state: State, schema: string): string | null => (schema === state.defaultSchema ? null : schema);
const namesOf = (columns: readonly ColumnState[]): readonly string[] => columns.map((column) => column.name);
const nameOf = (named: { readonly name: string; readonly isNamed: boolean }): string | null => (named.isNamed ? named.name : null);

function columnDraft(state: State, column: ColumnState, kept: ReadonlySet<string>): ColumnDraft {
  const { type, notNull } = finalType(state, column);
  return {
    name: column.name,
    attribute: column.name,
    type,
    nullable: column.nullable && !notNull,
    nullableIsExplicit: true,
    databaseDefault: column.default,
    onUpdate: kept.has(column.name) ? 'trigger' : null,
    isGenerated: column.generated !== null,
    ...(column.generated === null ? {} : { generated: column.generated, isVirtual: column.isVirtual ?? false }),
    ...(column.collation === null ? {} : { collation: column.collation }),
    isIdentity: column.identity || /^nextval\(/i.test(column.default ?? ''),
    role: roleOf(column.name),
    comment: column.comment,
    inheritedFrom: column.inheritedFrom,
    place: column.place,
  };
}

/** Columns whose names say that they note when a row was made, changed or hidden. */
function roleOf(name: string): ColumnDraft['role'] {
  const plain = name.replaceAll('_', '').toLowerCase();
  if (/^(?:date|time)?(?:created|inserted)(?:at|on|time|date)?$/.test(plain)) return 'created-at';
  if (/^(?:date|time|last)?(?:updated|modified|changed)(?:at|on|time|date)$|^(?:date|time|last)(?:updated|modified)$/.test(plain)) return 'updated-at';
  return /^(?:deleted|removed|archived)at$|^datedeleted$/.test(plain) ? 'soft-delete' : null;
}

/** Columns that a trigger sets before every update, whichever columns it changes. */
function keptByTrigger(state: State, triggers: readonly TriggerState[]): ReadonlySet<string> {
  const everyUpdate = triggers.filter(
    (trigger) => trigger.timing === 'before' && trigger.events.includes('update') && trigger.columns.length === 0 && !trigger.asksColumns,
  );
  return new Set(
    everyUpdate.flatMap((trigger) => {
      const body = functionOf(state, trigger.fn)?.body;
      return (body?.setsNew ?? []).filter((name) => !body!.setsNewIf?.includes(name));
    }),
  );
}

/** The function a trigger calls: by its name, else the only one of that name in any schema. */
export function functionOf(state: State, name: QName): FunctionState | null {
  return find(state, state.functions, name) ?? state.functionsByName.get(name.name) ?? null;
}

function triggerOf(state: State, trigger: TriggerState): Trigger {
  const body = functionOf(state, trigger.fn)?.body;
  const writes = (body?.queries ?? []).flatMap((query) => {
    const table = query.target?.table?.name;
    return table === undefined ? [] : query.assigns.map((assign) => ({ table, column: assign.column }));
  });
  return { name: trigger.name, timing: trigger.timing, events: trigger.events, sets: body?.setsNew ?? [], writes, place: trigger.place };
}

function keyDraft(constraint: ConstraintState): KeyDraft[] {
  if (constraint.kind !== 'primary' && constraint.kind !== 'unique') return [];
  return [
    {
      k: constraint.kind,
      name: nameOf(constraint),
      columns: namesOf(constraint.columns),
      ...(constraint.nullsNotDistinct ? { nullsNotDistinct: true } : {}),
      ...(constraint.deferrable ? { deferrable: constraint.deferrable } : {}),
      place: constraint.place,
    },
  ];
}

function indexDraft(index: IndexState): IndexDraft {
  return {
    name: nameOf(index),
    parts: index.parts.map((part) => ({
      column: part.column?.name ?? null,
      expression: part.expression,
      desc: part.desc,
      nulls: part.nulls,
      opclass: part.opclass,
      collation: part.collation,
    })),
    unique: index.unique,
    method: index.method,
    include: namesOf(index.include),
    predicate: index.predicate,
    ...(index.nullsNotDistinct ? { nullsNotDistinct: true } : {}),
    ...(index.isImplicit ? { isImplicit: true } : {}),
    place: index.place,
  };
}

/** A foreign key, unless what it points at was dropped (with CASCADE) since. A key to a partition is one to the table it is part of. */
function foreignKeyDraft(state: State, { reference, columns, ...rest }: ConstraintState): ForeignKeyDraft[] {
  if (!reference) return [];
  let target =
    reference.target ??
    state.tables.get(keyOf(reference.targetName.schema!, reference.targetName.name)) ??
    find(state, state.tables, { name: reference.targetName.name });
  const isGone = target?.isDropped || reference.columns.some((column) => typeof column !== 'string' && column.isDropped);
  if (isGone) return [];
  while (target?.partitionOf) target = target.partitionOf;
  const name = target?.name ?? reference.targetName.name;
  const schema = schemaOf(state, target?.schema ?? reference.targetName.schema!);
  return [
    {
      name: nameOf(rest),
      columns: namesOf(columns),
      target: { k: 'table', name, ...(schema === null ? {} : { schema }) },
      targetColumns: reference.columns.map((column) => (typeof column === 'string' ? column : column.name)),
      onDelete: reference.onDelete,
      onUpdate: reference.onUpdate,
      ...(rest.deferrable ? { deferrable: rest.deferrable } : {}),
      place: rest.place,
    },
  ];
}

const indexKey = ({ parts, unique, method, include, predicate }: IndexDraft): string => JSON.stringify([parts, unique, method, include, predicate]);
const foreignKeyKey = ({ columns, target, targetColumns }: ForeignKeyDraft): string => JSON.stringify([columns, target, targetColumns]);

/** What most partitions have each by itself, as dumps write it, counts for the whole table, unless the table declares the same. */
function ofPartitions<T>(table: TableState, draftsIn: (one: TableState) => readonly T[], keyOfDraft: (draft: T) => string): readonly T[] {
  const partitions = [...table.children].filter((child) => child.partitionOf === table && !child.isDropped);
  if (partitions.length === 0) return [];
  const own = new Set(draftsIn(table).map(keyOfDraft));
  const counts = new Map<string, { count: number; readonly draft: T }>();
  for (const partition of partitions) {
    for (const draft of new Map(draftsIn(partition).map((each) => [keyOfDraft(each), each])).values()) {
      const key = keyOfDraft(draft);
      counts.set(key, { count: (counts.get(key)?.count ?? 0) + 1, draft: counts.get(key)?.draft ?? draft });
    }
  }
  return [...counts].filter(([key, { count }]) => count * 2 > partitions.length && !own.has(key)).map(([, { draft }]) => draft);
}

function partitionsOf(table: TableState): TableDraft['partitions'] {
  const count = [...table.children].filter((child) => child.partitionOf === table && !child.isDropped).length;
  return table.partitionBy || count > 0 ? { by: table.partitionBy ?? [], ...(table.partitionSpec === null ? {} : { spec: table.partitionSpec }), count } : null;
}
