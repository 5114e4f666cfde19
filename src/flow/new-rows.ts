/** Rows that are built in sight and get some of their values before they are saved, property by property. */
import type { CallSite } from '../dialects/dialect.js';
import type { Column, Place } from '../model/schema.js';
import type { Flow } from './evaluate.js';
import { keyColumns, keyOfRow } from './keys.js';
import { mayBeNull } from './nulls.js';
import type { Recorder } from './record.js';
import { site as siteOf } from './records.js';
import type { RowValue, Value } from './value.js';

/** Where a row was built: the record of its insert, the function, and the branches of code that led there. */
export interface Built { readonly insert: string; readonly fnId: string | null; readonly branches: readonly number[] }

/** The row that a call built and did not save, with the insert that it stands for. What one gets that is saved at once changes it. */
export function asBuilt(flow: Flow, value: Value, site: Pick<CallSite, 'env' | 'at'>): Value {
  if (value.k !== 'row' || value.isNew !== true || value.built) return value;
  const insert = `${siteOf(flow.place(site.env, site.at))}:${value.model.id}`;
  return !flow.record.inserts.has(insert) ? value : { ...value, built: { insert, fnId: flow.currentFn, branches: [...flow.branches] } };
}

/** `row.name = value` of a row that this function built: whoever builds one comes by here, so that the value is one of those it is inserted with. */
export function noteFilled(flow: Flow, of: RowValue, name: string, value: Value, place: Place): void {
  const { built, model } = of;
  if (!built || built.fnId !== flow.currentFn || flow.branches.some((branch, index) => built.branches[index] !== branch)) return;
  const column = model.columns.get(name);
  if (column) { fill(flow.record, built.insert, column, value); return; }
  const relationship = model.relationships.get(name);
  if (relationship) for (const [local, remote] of keyColumns(model, relationship)) fill(flow.record, built.insert, local, keyOfRow(value, remote, place));
}

function fill(record: Recorder, insert: string, column: Column, value: Value): void {
  const known = record.inserts.get(insert);
  if (!known) return;
  const isNull = mayBeNull(value) || (value.k === 'const' && value.v === null);
  const nulls = isNull ? new Map([...known.nulls, [column, new Set([...(known.nulls.get(column) ?? []), record.definition])]]) : known.nulls;
  record.inserts.set(insert, { ...known, values: new Map([...known.values, [column, value]]), nulls });
}
