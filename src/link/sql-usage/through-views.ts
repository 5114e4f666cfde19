/** What is written into a view that is updatable goes into the table behind it. https://www.postgresql.org/docs/current/sql-createview.html#SQL-CREATEVIEW-UPDATABLE-VIEWS */
import type { SqlQuery } from '../../facts/sql.js';
import type { Model } from '../../flow/model.js';
import { placeOf, type Context } from './context.js';
import { columnName, type Scope } from './scope.js';
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

/** The table whose rows the view shows one by one, and what each of its columns is called there; null where the view is not updatable, or a trigger does it instead. */
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

function isPlain(view: SqlQuery): boolean {
  return view.verb === 'select' && !view.isSet && !view.aggregates && !view.distinct && view.groups.length === 0 && view.limit === undefined && view.ctes.length === 0;
}
