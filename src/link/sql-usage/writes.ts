/** Rows that a statement creates, changes and removes. */
import type { ColumnRef, SqlAssign, SqlQuery } from '../../facts/sql.js';
import { spanEnd, spanStart } from '../../facts/span.js';
import type { Model } from '../../flow/model.js';
import { recordUpsert } from '../../flow/upserts.js';
import { ANY, NULL, type Value } from '../../flow/value.js';
import type { Column, Place } from '../../model/schema.js';
import { placeOf, useColumn, type Context } from './context.js';
import { columnName, resolve, type Scope } from './scope.js';

/** An assignment whose column is named by code at a place of its own: by the key of a dict that a helper puts into statements. */
export interface PlacedAssign extends SqlAssign { readonly place?: Place }

/** A name that code puts into the statement. */
const HOLE = /^_+(hole|$)/;

/** Records what `query` writes into `model`. Returns the references that belong to compound assignments (`n = n + 1`): nobody looks at what they read. */
export function recordWrites(context: Context, query: SqlQuery, model: Model, scope: Scope): ReadonlySet<ColumnRef> {
  const compound = new Set<ColumnRef>();
  const isInsert = query.verb === 'insert' || query.verb === 'merge' || query.verb === 'copy';
  const inserted = new Map<Column, Value>();
  query.assigns.forEach((assign: PlacedAssign, index) => {
    const name = columnName(model, assign.column);
    const column = name === null ? undefined : model.columns.get(name);
    const place = assign.place ?? placeOf(context, assign.at);
    if (!column && HOLE.test(assign.column)) {
      context.record.gap({
        kind: 'dynamic-access',
        model,
        column: null,
        place,
        detail: `columns of ${model.table.name} are set by computed names`,
        does: 'write',
      });
      return;
    }
    if (!column) {
      context.record.unknownName({ model, name: assign.column, schema: null, place });
      context.record.gap({
        kind: 'unresolved-name',
        model,
        column: null,
        place,
        detail: `"${assign.column}" is no column of ${model.table.name}`,
        name: assign.column,
      });
      return;
    }
    if (assign.isDefault) return;
    const atInsert = isInsert && !assign.onConflict && query.verb !== 'merge';
    const own = atInsert ? [] : ownReads(query, scope, assign, query.assigns[index + 1], model);
    for (const ref of own) compound.add(ref);
    const value =
      own.length > 0
        ? ANY
        : assign.from?.qualifier === 'excluded'
          ? insertedValue(inserted, model, assign.from)
          : valueOf(context, query, scope, assign, query.assigns[index + 1]);
    context.record.column(model, name!, 'write', place, context.caller?.fn ?? null, {
      via: 'sql',
      value,
      ...(atInsert ? { atInsert: true } : {}),
      ...(own.length > 0 ? { isCompound: true } : {}),
    });
    if (isInsert && !assign.onConflict) inserted.set(column, value);
  });
  const place = placeOf(context, query.target!.at);
  if (isInsert)
    context.record.insert(model, inserted, place, {
      isOpen: query.verb === 'merge' || query.assigns.every((assign) => assign.onConflict),
      isUpsert: query.verb === 'merge' || query.conflict !== undefined,
    });
  const named = new Map((query.conflict ?? []).filter((name) => model.columns.has(name)).map((name) => [name, place]));
  for (const name of named.keys()) context.record.column(model, name, 'lookup', place, null, { via: 'sql' });
  if (named.size > 0 && named.size === query.conflict?.length) recordUpsert(context.record, model, named, place);
  if (query.verb === 'truncate') context.record.table(model, 'delete', place);
  return compound;
}

/** `excluded.x` is what the same statement would have inserted. */
function insertedValue(inserted: ReadonlyMap<Column, Value>, model: Model, ref: ColumnRef): Value {
  const column = model.columns.get(ref.name);
  return (column && inserted.get(column)) ?? ANY;
}

function valueOf(context: Context, query: SqlQuery, scope: Scope, assign: SqlAssign, next: SqlAssign | undefined): Value {
  if (assign.isNull) return NULL;
  if (assign.constant !== undefined) return { k: 'const', v: assign.constant };
  if (assign.parameter !== undefined) return context.caller?.bind(assign.parameter, assign.at) ?? ANY;
  if (assign.from) {
    const found = useColumn(context, scope, assign.from, 'read');
    // What a trigger copies stays in step by itself: it is told with the trigger, not as a copy made by hand.
    if (found.k === 'column' && !context.isTrigger)
      return { k: 'field', model: found.target.model, attribute: found.target.name, place: placeOf(context, assign.from.at) };
    return ANY;
  }
  return context.isTrigger ? ANY : subqueryValue(context, query, scope, assign, next);
}

/** Characters of `= (` and a cast's beginning between a column and the sub-query that is its value. */
const VALUE_DISTANCE = 8;

/** `SET a = (SELECT b FROM o WHERE …)` copies `o.b`. */
function subqueryValue(context: Context, query: SqlQuery, scope: Scope, assign: SqlAssign, next: SqlAssign | undefined): Value {
  const value = query.subqueries.find(
    (each) =>
      spanStart(each.at) > spanEnd(assign.at) && spanStart(each.at) - spanEnd(assign.at) <= VALUE_DISTANCE && (!next || spanEnd(each.at) <= spanStart(next.at)),
  );
  const output = value?.outputs.length === 1 ? value.outputs[0] : undefined;
  if (!value || !output?.column || output.name === '*') return ANY;
  const items = value.from.flatMap((source) => {
    const model = source.table ? context.modelOf(source.table) : null;
    return model
      ? [{ names: [source.alias ?? source.table!.name], model, derived: null, alias: source.alias ?? null, join: 'root' as const, reach: 'full' as const }]
      : [];
  });
  const found = items.length === value.from.length ? resolve({ items, outer: scope, rows: [] }, output.column) : null;
  return found?.k === 'column' ? { k: 'field', model: found.target.model, attribute: found.target.name, place: placeOf(context, output.column.at) } : ANY;
}

/** The reads of the assigned column itself inside its new value. */
function ownReads(query: SqlQuery, scope: Scope, assign: SqlAssign, next: SqlAssign | undefined, model: Model): readonly ColumnRef[] {
  if (assign.from || assign.isNull || assign.constant !== undefined) return [];
  const end = Math.min(
    next ? spanStart(next.at) : Infinity,
    ...query.conditions.map((condition) => spanStart(condition.column.at)).filter((at) => at > spanEnd(assign.at)),
  );
  return query.columns.filter((ref) => {
    if (ref.kind !== 'read' || ref.name !== assign.column || spanStart(ref.at) < spanEnd(assign.at) || spanStart(ref.at) >= end) return false;
    const found = resolve(scope, ref);
    return found.k === 'column' && found.target.model === model;
  });
}
