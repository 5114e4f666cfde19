/** What the passes over one statement share. */
import type { Span } from '../../facts/code.js';
import type { QName } from '../../facts/ddl.js';
import type { ColumnRef, SqlQuery } from '../../facts/sql.js';
import type { Model } from '../../flow/model.js';
import type { QueryState } from '../../flow/query.js';
import type { Recorder } from '../../flow/record.js';
import type { Bind } from '../../flow/sql.js';
import type { Place, Table } from '../../model/schema.js';
import type { UseKind } from '../../model/usage.js';
import { resolve, type Item, type Resolution, type Scope, type Target } from './scope.js';

export interface SqlSchema {
  table(name: string, schema: string | null): Model | null;
  /** The query of a view that DDL makes. */
  viewOf(table: Table): SqlQuery | null;
}

export interface Context {
  readonly record: Recorder;
  readonly path: string;
  /** The table of a name under its physical column names. */
  modelOf(name: QName): Model | null;
  readonly viewOf: SqlSchema['viewOf'];
  /** Names of tables that live for a session only. */
  readonly temporary: ReadonlySet<string>;
  /** The statement belongs to a trigger: what it copies is kept in step by the database. */
  readonly isTrigger: boolean;
  /** What it names is recorded already: only the query it comes to is. */
  readonly isQuiet?: true;
  /** Where code runs the statement: the value of a parameter, the function, how many rows it asks for, whether more is put to it. */
  readonly caller?: {
    readonly bind: Bind;
    readonly fn: string | null;
    readonly expects: string;
    readonly isOpen: boolean;
    /** Where the statement was made, if its text begins elsewhere. */ readonly site?: Place;
  };
  /** The query over tables that a statement as a whole is, and how many rows it asks for by itself. */
  onQuery?(state: QueryState, expects: string): void;
}

export const placeOf = (context: Context, at: Span): Place => ({ path: context.path, at });

/** Models by their tables' physical column names, each made once: rows of SQL are no objects of an ORM. */
export function physicalModels(schema: SqlSchema): (name: QName) => Model | null {
  const made = new Map<Model, Model>();
  return (name) => {
    const model = schema.table(name.name, name.schema ?? null);
    if (!model) return null;
    let physical = made.get(model);
    if (!physical)
      made.set(
        model,
        (physical = {
          ...model,
          dialect: 'sql',
          cls: null,
          relationships: new Map(),
          columns: new Map(model.table.columns.map((column) => [column.name, column])),
        }),
      );
    return physical;
  };
}

/** Records one use of what a reference means; a name that should be a column and is none is a gap. */
export function useColumn(context: Context, scope: Scope, ref: ColumnRef, kind: UseKind): Resolution {
  const found = resolve(scope, ref);
  if (context.isQuiet) return found;
  const place = placeOf(context, ref.at);
  if (found.k === 'column') recordColumn(context, found.target, kind, place);
  else if (found.k === 'row') exposeItem(context, found.item, place);
  else if (found.k === 'missing') {
    const names = found.models.map((model) => model.table.name).join(', ');
    if (found.models.length === 1) context.record.unknownName({ model: found.models[0]!, name: ref.name, schema: null, place });
    for (const model of found.models)
      context.record.gap({ kind: 'unresolved-name', model, column: null, place, detail: `"${ref.name}" is no column of ${names}`, name: ref.name });
  }
  return found;
}

export function recordColumn(context: Context, target: Target, kind: UseKind, place: Place): void {
  context.record.column(target.model, target.name, kind, place, context.caller?.fn ?? null, { via: 'sql' });
}

/** Whole rows are handed out. */
export function exposeItem(context: Context, item: Item, place: Place): void {
  const models = item.model ? [item.model] : item.derived?.rows ?? [];
  for (const model of models) context.record.exposure({ model, name: 'SELECT *', columns: model.table.columns, all: true, place, schema: null });
  if (item.derived) for (const target of item.derived.columns.values()) if (target) recordColumn(context, target, 'read', place);
}
