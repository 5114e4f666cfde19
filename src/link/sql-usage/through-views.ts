/**
 * What a statement does with a view it does with the tables behind it: it finds their rows, and writes into one where the view is updatable.
 * https://www.postgresql.org/docs/current/sql-createview.html#SQL-CREATEVIEW-UPDATABLE-VIEWS
 */
import type { ColumnRef, SqlCondition, SqlQuery } from '../../facts/sql.js';
import type { Model } from '../../flow/model.js';
import { placeOf, type Context } from './context.js';
import { columnName, type Item, type Scope } from './scope.js';
import { recordQuery, type Role } from './state.js';
import { recordWrites } from './writes.js';

/** Views upon views that are followed. */
const DEPTH_LIMIT = 8;

/** Records what a statement writes into `model`'s table by way of it, where it is a view that passes writes on. */
export function recordWritesThrough(context: Context, query: SqlQuery, model: Model, scope: Scope): void {
  let behind = tableBehind(context, model);
  for (let depth = 0, names = (name: string): string | null => name; behind && depth < DEPTH_LIMIT; depth++) {
    const before = names;
    const { base, nameOf } = behind;
    names = (name) => { const passed = before(name); return passed === null ? null : nameOf(passed); };
    recordInto(context, query, base, scope, names);
    behind = tableBehind(context, base);
  }
}

function recordInto(context: Context, query: SqlQuery, base: Model, scope: Scope, nameOf: (name: string) => string | null): void {
  const assigns = query.assigns.flatMap((assign) => { const column = nameOf(assign.column); return column === null ? [] : [{ ...assign, column }]; });
  recordWrites(context, { ...query, assigns }, base, scope);
  if (query.verb === 'update' || query.verb === 'delete') context.record.table(base, query.verb, placeOf(context, query.target!.at));
}

/**
 * The table whose rows the view shows one by one, and what each of its columns is called there; null where the view is not updatable, or a trigger does it
 * instead.
 */
function tableBehind(context: Context, model: Model): { readonly base: Model; readonly nameOf: (name: string) => string | null } | null {
  const view = context.viewOf(model.table);
  const [source, ...others] = view?.from ?? [];
  if (!view || !source?.table || others.length > 0 || !isPlain(view) || model.table.triggers.some((trigger) => trigger.timing === 'instead')) return null;
  const base = context.modelOf(source.table);
  if (!base) return null;
  const names = new Map<string, string>();
  model.table.columns.forEach(({ name }, index) => {
    const output = view.outputs[index];
    if (output?.column && output.name !== '*') names.set(name, output.column.name);
  });
  const isWhole = view.outputs.some((output) => output.name === '*');
  return { base, nameOf: (name) => columnName(base, isWhole ? name : names.get(name) ?? '') };
}

/** Records the query over the tables behind a view that is all a statement selects from, once for each view on the way. */
export function recordReadsThrough(context: Context, query: SqlQuery, scope: Scope, role: Role): void {
  let asked = query;
  let [item, ...others] = scope.items;
  for (let depth = 0; item && others.length === 0 && depth < DEPTH_LIMIT; depth++) {
    const view = item.model?.table.kind === 'view' ? context.viewOf(item.model.table) : null;
    const behind = view && isPlain(view) ? itemsBehind(context, view) : null;
    if (!view || !behind) return;
    asked = askedBehind(asked, view, item);
    const { onQuery: _, ...quiet } = context;
    recordQuery({ ...quiet, isQuiet: true }, asked, { items: behind, outer: null, rows: [] }, role, false);
    [item, ...others] = behind;
  }
}

/** The tables of a view by the names that it gives them; null where one of them is none. */
function itemsBehind(context: Context, view: SqlQuery): Item[] | null {
  const items = view.from.map(({ table, alias, join }): Item | null => {
    const model = table ? context.modelOf(table) : null;
    return (
      model && {
        names: [alias ?? table!.name, ...(table!.schema === undefined || alias !== undefined ? [] : [`${table!.schema}.${table!.name}`])],
        model,
        derived: null,
        alias: alias ?? null,
        join: join === undefined ? 'root' : join === 'inner' || join === 'cross' ? 'inner' : 'left',
        reach: 'full',
      }
    );
  });
  return items.length === 0 || items.includes(null) ? null : (items as Item[]);
}

/** The statement with the view's own query in the place of the view. Where it asks for what the view computes, there is more than is known. */
function askedBehind(query: SqlQuery, view: SqlQuery, { model }: Item): SqlQuery {
  const isWhole = view.outputs.length === 1 && view.outputs[0]!.name === '*';
  const hasStar = view.outputs.some((output) => output.name === '*');
  const behind = (ref: ColumnRef): ColumnRef | null => {
    if (isWhole) return { ...view.outputs[0]!.column!, name: ref.name, at: ref.at };
    // The view can have other names for them, unless `*` makes it unclear which is which.
    const index = hasStar
      ? view.outputs.findIndex((output) => output.name === ref.name)
      : (model?.table.columns.findIndex((column) => column.name === ref.name) ?? -1);
    const column = view.outputs[index]?.column;
    return column && column.name !== '*' ? { ...column, at: ref.at } : null;
  };
  const here = (condition: SqlCondition): SqlCondition => ({
    ...condition,
    column: { ...condition.column, at: query.at },
    ...(condition.value.k === 'column' ? { value: { k: 'column', column: { ...condition.value.column, at: query.at } } } : {}),
  });
  const conditions = query.conditions.map((condition) => {
    const column = behind(condition.column);
    return column && condition.value.k !== 'column' ? { ...condition, column } : null;
  });
  const sorts = query.sorts.map((sort) => { const column = behind(sort.column); return column && { ...sort, column }; });
  const isPartial = query.isPartial || view.isPartial || conditions.includes(null);
  return {
    ...query,
    from: view.from,
    groups: [],
    columns: query.columns.filter((ref) => ref.kind === 'read'),
    ...(isPartial ? { isPartial } : {}),
    conditions: [...view.conditions.map(here), ...conditions.flatMap((condition) => condition ?? [])],
    sorts: sorts.includes(null) ? [] : sorts.flatMap((sort) => sort ?? []),
    subqueries: [...query.subqueries, ...view.subqueries],
  };
}

function isPlain(view: SqlQuery): boolean {
  return (
    view.verb === 'select' &&
    !view.isSet &&
    !view.aggregates &&
    !view.distinct &&
    view.groups.length === 0 &&
    view.limit === undefined &&
    view.ctes.length === 0
  );
}
