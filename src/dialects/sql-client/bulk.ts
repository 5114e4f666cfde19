/** Calls that fill a table which they name, without a statement: COPY of the drivers, data frames. */
import { argument, argumentOf, text } from '../../flow/arguments.js';
import type { Flow } from '../../flow/evaluate.js';
import type { Model } from '../../flow/model.js';
import type { Value } from '../../flow/value.js';
import type { Column } from '../../model/schema.js';
import type { CallSite } from '../dialect.js';

/** Where a call has the name of its table. */
interface Form { readonly at: number; readonly name: string; readonly schema: string }

/**
 * asyncpg, psycopg2, pandas and polars. https://magicstack.github.io/asyncpg/current/api/index.html,
 * https://pandas.pydata.org/docs/reference/api/pandas.DataFrame.to_sql.html
 */
const FORMS: Readonly<Record<string, Form>> = {
  copy_records_to_table: { at: 0, name: 'table_name', schema: 'schema_name' },
  copy_to_table: { at: 0, name: 'table_name', schema: 'schema_name' },
  copy_from: { at: 1, name: 'table', schema: 'schema' },
  to_sql: { at: 0, name: 'name', schema: 'schema' },
  to_postgis: { at: 0, name: 'name', schema: 'schema' },
  write_database: { at: 0, name: 'table_name', schema: 'schema' },
};

/** Records the rows that such a call puts in; false where it is none, or names no table that is known. */
export function fillsTable(flow: Flow, site: CallSite): boolean {
  const form = site.env.module.language === 'python' && Object.hasOwn(FORMS, site.name ?? '') ? FORMS[site.name!]! : null;
  if (!form || !site.receiver) return false;
  const [named, schema] = nameIn(text(argument(site.args, form.at, form.name)), text(argument(site.args, -1, form.schema)));
  const model = named === null ? null : flow.tableNamed(named, schema);
  if (!model) return false;
  fill(flow, site, model, argument(site.args, -1, 'columns'));
  const written = argumentOf(site.args, form.at, form.name)!.expr;
  if (written.k === 'lit') flow.record.resolve(flow.place(site.env, written.at));
  return true;
}

/** `"sales.orders"` has its schema with it. */
function nameIn(name: string | null, schema: string | null): readonly [string | null, string | null] {
  const dot = name?.indexOf('.') ?? -1;
  return name === null || dot < 0 ? [name, schema] : [name.slice(dot + 1), name.slice(0, dot)];
}

function fill(flow: Flow, site: CallSite, model: Model, columns: Value | null): void {
  const place = flow.place(site.env, site.at);
  const names = columns?.k === 'list' ? columns.items.map((item) => text(item)) : null;
  const values = new Map<Column, Value>();
  for (const [attribute, column] of model.columns) {
    if (!names?.includes(column.name) || values.has(column)) continue;
    values.set(column, { k: 'any' });
    flow.record.column(model, attribute, 'write', place, flow.currentFn, { atInsert: true });
  }
  flow.record.insert(model, values, place, { isOpen: names === null || names.includes(null) });
}
