/** SQL statements → usage: names are resolved against the schema, and what each statement does goes to the recorder. */
import type { QName } from '../facts/ddl.js';
import type { ColumnRef, Source, SqlQuery } from '../facts/sql.js';
import { spanStart } from '../facts/span.js';
import type { Model } from '../flow/model.js';
import type { Recorder } from '../flow/record.js';
import type { RowRead } from './replay.js';
import { columnsAsked } from './sql-usage/asked.js';
import { exposeItem, physicalModels, placeOf, useColumn, type Context, type SqlSchema } from './sql-usage/context.js';
import { isHoleName } from './sql-usage/holes.js';
import { itemsNamed, resolve, type Derived, type Item, type Scope, type Target } from './sql-usage/scope.js';
import { recordQuery, type Role } from './sql-usage/state.js';
import { recordReadsThrough, recordWritesThrough } from './sql-usage/through-views.js';
import { recordWrites } from './sql-usage/writes.js';

/** A statement of code or of the database itself; `rows` are the tables whose row a trigger's statement sees as NEW and OLD. */
export interface LocatedQuery { readonly query: SqlQuery; readonly path: string; readonly rows?: readonly QName[] }

type Ctes = ReadonlyMap<string, Derived>;
/** Queries inside queries that are followed. */
const DEPTH_LIMIT = 60;

/**
 * Records what statements do: queries, uses of columns (all `via` SQL), inserts, writes, and `SELECT *` as an exposure of all columns. A
 * name that should be a column of the tables in scope and is none is a gap about them; tables nobody declares are left alone.
 */
export function sqlUsage(statements: readonly LocatedQuery[], schema: SqlSchema, record: Recorder, temporary: ReadonlySet<string>): void {
  const modelOf = physicalModels(schema);
  for (const { query, path, rows = [] } of statements) {
    const models = rows.flatMap((name) => modelOf(name) ?? []);
    visit(
      { record, path, modelOf, viewOf: schema.viewOf, temporary, isTrigger: rows.length > 0 },
      query,
      { items: [], outer: null, rows: models },
      new Map(),
      'top',
      0,
    );
  }
}

/** Records one statement that code runs; gives the columns of its result. */
export function runStatement(context: Context, query: SqlQuery): Derived {
  return visit(context, query, { items: [], outer: null, rows: [] }, new Map(), 'top', 0);
}

/** Records the columns that triggers and policies read of the row at hand. */
export function rowUsage(reads: readonly RowRead[], schema: SqlSchema, record: Recorder): void {
  const modelOf = physicalModels(schema);
  for (const { table, columns, place, isPolicy } of reads) {
    const model = modelOf(table);
    if (model) for (const column of columns) record.column(model, column, 'read', place, null, { via: isPolicy ? 'policy' : 'sql' });
  }
}

const NOTHING: Derived = { columns: new Map(), isOpen: true, rows: [] };

/** Records one query and those inside of it; gives the columns of its result. */
function visit(context: Context, query: SqlQuery, outer: Scope, outerCtes: Ctes, role: Role, depth: number): Derived {
  if (depth > DEPTH_LIMIT) return NOTHING;
  const ctes = new Map(outerCtes);
  for (const cte of query.ctes) {
    // A recursive query sees what its first part gives, and before that only the names of its columns.
    const first = cte.query.isSet ? cte.query.subqueries[0] : undefined;
    const own = new Map(ctes).set(
      cte.name,
      first
        ? visit(context, first, outer, ctes, 'source', depth + 1)
        : { ...NOTHING, columns: new Map(cte.query.outputs.flatMap((output) => (output.name && output.name !== '*' ? [[output.name, null] as const] : []))) },
    );
    ctes.set(cte.name, visit(context, cte.query, outer, own, 'source', depth + 1));
  }
  const scope: Scope = { items: [], outer: outer.items.length > 0 || outer.outer ? outer : null, rows: outer.rows };
  const model = query.target ? tableOf(context, query.target, ctes, query) : null;
  if (query.target && query.verb !== 'insert') scope.items.push(itemFor(query.target, model, null, 'root', 'full'));
  for (const source of query.from) scope.items.push(sourceItem(context, source, scope, ctes, query, depth));
  if (query.target && query.verb === 'insert')
    scope.items.push(itemFor(query.target, model, null, 'root', 'fallback'), {
      ...itemFor(query.target, model, null, 'root', 'qualified'),
      names: ['excluded'],
    });

  // A chain of UNIONs has its parts as sub-queries and the first one's outputs.
  const isSetOperation = query.verb === 'select' && query.isSet === true;
  const parts = query.subqueries.map((each) => visit(context, each, scope, ctes, isSetOperation ? role : 'nested', depth + 1));
  const compound = query.target && model ? recordWrites(context, query, model, scope) : new Set<ColumnRef>();
  if (query.target && model) recordWritesThrough(context, query, model, scope);
  recordQuery(context, query, scope, role, isSetOperation);
  if (query.verb === 'select' && !isSetOperation) recordReadsThrough(context, query, scope, role);
  const outputs = new Set(query.outputs.flatMap((output) => (output.column?.name === '*' ? [spanStart(output.column.at)] : [])));
  for (const ref of query.columns) {
    if (compound.has(ref)) continue;
    if (ref.name !== '*') useColumn(context, scope, ref, ref.kind === 'group' ? 'group' : 'read');
    else if (role === 'top' || !outputs.has(spanStart(ref.at))) for (const item of starItems(scope, ref)) exposeItem(context, item, placeOf(context, ref.at));
  }
  return isSetOperation ? parts[0]! : derivedOf(query, scope);
}

function sourceItem(context: Context, source: Source, scope: Scope, ctes: Ctes, query: SqlQuery, depth: number): Item {
  const join = source.join === undefined ? 'root' : source.join === 'inner' || source.join === 'cross' ? 'inner' : 'left';
  if (source.query) return itemFor(source, null, renamed(visit(context, source.query, scope, ctes, 'source', depth + 1), source.columnAliases), join, 'full');
  const cte = source.table && source.table.schema === undefined ? ctes.get(source.table.name) : undefined;
  if (cte) return itemFor(source, null, renamed(cte, source.columnAliases), join, 'full');
  if (!source.table)
    return itemFor(
      source,
      null,
      source.columnAliases ? { columns: new Map(source.columnAliases.map((name) => [name, null])), isOpen: true, rows: [] } : null,
      join,
      'full',
    );
  return itemFor(source, tableOf(context, source, ctes, query), null, join, 'full');
}

/** The declared table that a source names: its name is no possible use of anything beside what the statement does. */
function tableOf(context: Context, source: Source, ctes: Ctes, query: SqlQuery): Model | null {
  const model = source.table ? context.modelOf(source.table) : null;
  if (model) context.record.resolve(placeOf(context, source.at));
  else noteUnknown(context, source, ctes, query);
  return model;
}

/** A table that nothing declares, unless the statement makes it up. */
function noteUnknown(context: Context, source: Source, ctes: Ctes, query: SqlQuery): void {
  const { table, at } = source;
  if (!table || (table.schema === undefined && (ctes.has(table.name) || context.temporary.has(table.name)))) return;
  context.record.unknownName({
    model: null,
    name: table.name,
    schema: table.schema ?? null,
    place: placeOf(context, at),
    columns: columnsAsked(query, source).filter((column) => !isHoleName(column)),
    ...(source === query.target && query.verb === 'insert' && isHoleName(table.name) ? { isInsert: true } : {}),
  });
}

function itemFor(source: Source, model: Model | null, derived: Derived | null, join: Item['join'], reach: Item['reach']): Item {
  const plain = source.table
    ? [source.table.name, ...(source.table.schema === undefined ? [] : [`${source.table.schema}.${source.table.name}`])]
    : source.fn === undefined
      ? []
      : [source.fn];
  return { names: source.alias === undefined ? plain : [source.alias], model, derived, alias: source.alias ?? null, join, reach };
}

/** `x (a, b)` gives the first columns other names. */
function renamed(derived: Derived, names: readonly string[] | undefined): Derived {
  if (!names || derived.isOpen) return derived;
  return { ...derived, columns: new Map([...derived.columns].map(([name, target], index) => [names[index] ?? name, target])) };
}

function starItems(scope: Scope, ref: ColumnRef): readonly Item[] {
  return ref.qualifier === undefined
    ? scope.items.filter(
        (item) =>
          item.reach === (ref.kind === 'returning' ? 'fallback' : 'full') || (ref.kind === 'returning' && item.reach === 'full' && item.join === 'root'),
      )
    : itemsNamed(scope, ref.qualifier).items;
}

function derivedOf(query: SqlQuery, scope: Scope): Derived {
  const columns = new Map<string, Target | null>();
  const rows: Model[] = [];
  let isOpen = false;
  for (const { name, column } of query.outputs) {
    if (name === '*' && column) {
      for (const item of starItems(scope, column)) {
        if (item.model) {
          rows.push(item.model);
          for (const each of item.model.columns.keys()) if (!columns.has(each)) columns.set(each, { model: item.model, name: each, item: null });
        } else if (item.derived) {
          rows.push(...item.derived.rows);
          isOpen ||= item.derived.isOpen;
          for (const [each, target] of item.derived.columns) if (!columns.has(each)) columns.set(each, target);
        } else isOpen = true;
      }
    } else if (name !== null) {
      const found = column ? resolve(scope, column) : null;
      columns.set(name, found?.k === 'column' ? { ...found.target, item: null } : null);
    }
  }
  return { columns, isOpen, rows };
}
