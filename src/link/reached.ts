/**
 * Views and routines that a migration makes and the application uses: what stands in them is the application's, whichever file declares
 * them. One is reached where application code or SQL names it, where another one that is reached uses it, where a default, a check or a
 * policy calls it, or as the trigger of a table that is written,
 * by whoever owns it where that is somebody else.
 */
import type { Span } from '../facts/code.js';
import type { QName } from '../facts/ddl.js';
import type { SqlQuery } from '../facts/sql.js';
import { isWithin, NO_SPAN } from '../facts/span.js';
import type { Recorder } from '../flow/record.js';
import type { Place, Schema, Table } from '../model/schema.js';
import type { Context, Gap, PossibleUse } from '../model/usage.js';
import type { Routine } from './replay.js';

export interface Reach {
  readonly routines: readonly Routine[];
  /** Statements of code and of SQL files. */
  readonly statements: readonly { readonly query: SqlQuery; readonly path: string }[];
  readonly schema: Schema;
  readonly tableOf: (name: QName) => Table | null;
  readonly record: Recorder;
  readonly contextAt: (place: Place) => Context;
  readonly possible: ReadonlyMap<string, readonly PossibleUse[]>;
}

/** What the application touches so far: the names it calls, the tables it uses at all and those it writes. */
interface Touched { readonly called: Set<string>; readonly used: Set<Table>; readonly written: Set<Table> }

/**
 * `contextAt` with the statements of such views and routines as code of the application, and a gap for each column that a view shows which nothing here names.
 */
export function withReached(reach: Reach): { readonly contextAt: (place: Place) => Context; readonly gaps: readonly Gap[] } {
  const { contextAt } = reach;
  const waiting = reach.routines.filter(({ path }) => contextAt({ path, at: NO_SPAN }).role === 'migration');
  if (waiting.length === 0) return { contextAt, gaps: [] };
  const reached = reachedAmong(reach, waiting);
  const spans = spansOf(reached);
  return {
    contextAt: (place) => {
      const context = contextAt(place);
      return context.role === 'migration' && isInOneOf(spans, place) ? { ...context, role: 'application' } : context;
    },
    gaps: shownOutside(reach.record, waiting.filter((routine) => routine.k === 'view' && !reached.includes(routine))),
  };
}

/** A view is made to be read: where nothing here does, a report or another program may. */
function shownOutside({ columns }: Recorder, views: readonly Routine[]): readonly Gap[] {
  return views.flatMap((view) => {
    const spans = spansOf([view]);
    const shown = new Map([...columns.values()].filter(({ place }) => isInOneOf(spans, place)).map((use) => [use.column, use.place]));
    return [...shown].map(([column, place]): Gap => ({
      kind: 'dynamic-access',
      table: null,
      column,
      place,
      detail: `the view ${view.name.name} shows it, and whoever reads that is not in sight`,
    }));
  });
}

function reachedAmong(reach: Reach, routines: readonly Routine[]): readonly Routine[] {
  const touched = touchedByApplication(reach);
  const reached: Routine[] = [];
  for (let waiting = routines; ; ) {
    const now = waiting.filter((routine) => isReached(reach, touched, routine));
    if (now.length === 0) return reached;
    for (const routine of now) addRoutine(reach.tableOf, touched, routine);
    reached.push(...now);
    waiting = waiting.filter((routine) => !now.includes(routine));
  }
}

function isReached({ possible, tableOf }: Reach, { called, used, written }: Touched, { k, name, rows }: Routine): boolean {
  if (possible.get(name.name)?.some((use) => use.role === 'application' || use.isClient)) return true;
  const table = k === 'view' ? tableOf(name) : null;
  if (k === 'view') return table !== null && used.has(table);
  return called.has(name.name) || rows.some((row) => { const owner = tableOf(row); return owner !== null && (owner.isExternal || written.has(owner)); });
}

function touchedByApplication(reach: Reach): Touched {
  const { record, contextAt, routines, statements, schema, tableOf } = reach;
  const isOwn = ({ place }: { readonly place: Place }): boolean => contextAt(place).role === 'application';
  const touched: Touched = { called: callsOfSchema(schema), used: new Set(), written: new Set() };
  for (const { query, path } of statements)
    if (query.calls && isOwn({ place: { path, at: query.at } })) for (const name of query.calls) touched.called.add(name);
  for (const routine of routines) if (isOwn({ place: { path: routine.path, at: NO_SPAN } })) addRoutine(tableOf, touched, routine);
  for (const each of [...record.columns.values(), ...record.tables.values(), ...record.exposures.values()].filter(isOwn)) {
    touched.used.add(each.model.table);
    if ('kind' in each && CHANGES.has(each.kind)) touched.written.add(each.model.table);
  }
  for (const { model } of [...record.inserts.values()].filter(isOwn)) { touched.used.add(model.table); touched.written.add(model.table); }
  for (const { query } of [...record.queries.values()].filter(isOwn)) query.sources.forEach(({ model }, index) => {
    touched.used.add(model.table);
    if (index === 0 && query.verb !== 'select') touched.written.add(model.table);
  });
  return touched;
}
const CHANGES: ReadonlySet<string> = new Set(['write', 'insert', 'update', 'delete']);

/** What the database calls by itself for the rows that it keeps. */
function callsOfSchema({ tables }: Schema): Set<string> {
  const texts = tables.flatMap((table) => [
    ...table.columns.flatMap((column) => [column.databaseDefault, column.generated]),
    ...table.checks.map((check) => check.expression),
    ...table.rowSecurity.policies.flatMap((policy) => [policy.using, policy.check]),
    ...table.indexes.flatMap((index) => [index.predicate, ...index.parts.map((part) => part.expression)]),
  ]);
  return new Set(texts.flatMap((text) => [...(text ?? '').matchAll(/([\p{L}\p{N}_$]+)"?\s*\(/gu)].map((match) => match[1]!)));
}

function addRoutine(tableOf: Reach['tableOf'], touched: Touched, { queries, calls }: Routine): void {
  for (const name of calls) touched.called.add(name);
  for (const query of queries) touch(tableOf, touched, query);
}

function touch(tableOf: Reach['tableOf'], touched: Touched, query: SqlQuery): void {
  const target = query.target?.table ? tableOf(query.target.table) : null;
  if (target) { touched.used.add(target); touched.written.add(target); }
  for (const source of query.from) {
    const table = source.table ? tableOf(source.table) : null;
    if (table) touched.used.add(table);
    if (source.query) touch(tableOf, touched, source.query);
  }
  for (const inner of [...query.subqueries, ...query.ctes.map((cte) => cte.query)]) touch(tableOf, touched, inner);
}

function isInOneOf(spans: ReadonlyMap<string, readonly Span[]>, { path, at }: Place): boolean {
  return spans.get(path)?.some((of) => isWithin(at, of)) ?? false;
}

function spansOf(routines: readonly Routine[]): ReadonlyMap<string, readonly Span[]> {
  const spans = new Map<string, Span[]>();
  for (const { path, queries } of routines) spans.set(path, [...(spans.get(path) ?? []), ...queries.map((query) => query.at)]);
  return spans;
}
