/** Columns by their names in what a statement gives or is given: rows of several columns, the row that an insert proposes. */
import type { Span } from '../../../facts/code.js';
import type { Flow } from '../../../flow/evaluate.js';
import type { Model } from '../../../flow/model.js';
import type { Env } from '../../../flow/program.js';
import { ANY, type ListValue, type SpecialValue, type Value } from '../../../flow/value.js';

/** `row.title`, `row["title"]` of `select(Book.id, Book.title)`. https://docs.sqlalchemy.org/en/20/core/connections.html#sqlalchemy.engine.Row */
export function selected(flow: Flow, row: ListValue, name: string, env: Env, at: Span): Value | undefined {
  for (const item of row.items) {
    if (item.k !== 'field' || item.attribute !== name || item.model.dialect !== 'sqlalchemy') continue;
    const place = flow.place(env, at);
    flow.record.column(item.model, name, 'read', place, flow.currentFn);
    return { ...item, place };
  }
  return undefined;
}

/**
 * `insert(Book).excluded.title`: the new value of the column, which reads none.
 * https://docs.sqlalchemy.org/en/20/dialects/postgresql.html#updating-using-the-excluded-insert-values
 */
export function proposed(flow: Flow, of: SpecialValue, name: string, env: Env, at: Span): Value | undefined {
  const model = of.data['model'] as Model;
  if (of.tag === 'insert') return name === 'excluded' || name === 'inserted' ? { ...of, tag: 'excluded' } : undefined;
  if (name === 'c') return of;
  if (!model.columns.has(name)) return undefined;
  flow.record.resolve(flow.place(env, at));
  return ANY;
}
