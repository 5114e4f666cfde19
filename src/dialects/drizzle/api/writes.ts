/** Inserts, updates and deletes. https://orm.drizzle.team/docs/insert https://orm.drizzle.team/docs/update */
import { spanStart } from '../../../facts/span.js';
import { argument, entry, positional } from '../../../flow/arguments.js';
import type { Flow } from '../../../flow/evaluate.js';
import type { Model } from '../../../flow/model.js';
import { refine, startQuery, where, type QueryState } from '../../../flow/query.js';
import { ANY, membersOf, type ColumnValue, type Value } from '../../../flow/value.js';
import type { CallSite } from '../../dialect.js';
import { insertObject, updateObject } from '../../shared/object-writes.js';
import { modelOf } from '../models.js';
import { DIALECT } from '../names.js';
import { asSql } from '../sql-text.js';
import { asPredicate } from './conditions.js';
import { existence } from './results.js';
import { itemOf } from './select.js';
import { sqlColumn, sqlColumns } from './templates.js';

/** `db.insert(users)`, `db.update(users)`, `db.delete(users)`, `db.$count(users, …)`: typed by the table they are given. */
export function beginChange(flow: Flow, site: CallSite): Value | undefined {
  if (!site.receiver || !site.name) return undefined;
  const target = modelOf(argument(site.args, 0));
  if (!target) return undefined;
  const { model } = target;
  const place = flow.place(site.env, site.at);
  switch (site.name) {
    case 'insert': case 'replace': return statement('insert', model, site);
    case 'update': case 'delete':
      flow.record.table(model, site.name, place);
      // Without `returning` the outcome is the driver's, which holds no row.
      return { k: 'query', query: startQuery(place, model, ANY, null, site.name) };
    case '$count': {
      const given = argument(site.args, 1);
      const part = given ? asPredicate(flow, given) : null;
      const base: QueryState = { ...startQuery(place, model, ANY), isAggregate: true };
      return existence(flow, given ? where(base, site.at, part?.conditions ?? [], part?.isPartial ?? true) : base);
    }
    case 'refreshMaterializedView': flow.record.insert(model, new Map(), place, { isOpen: true }); return ANY;
    default: return undefined;
  }
}

function statement(tag: string, model: Model, site: CallSite, item: Value | null = null): Value {
  return { k: 'special', dialect: DIALECT, tag, data: { model, at: site.at, item }, key: `${site.env.module.path}:${spanStart(site.at)}:${model.id}` };
}

/** A step of an insert. */
export function insertStep(flow: Flow, site: CallSite, begun: Value & { k: 'special' }): Value | undefined {
  const model = begun.data['model'] as Model;
  const at = begun.data['at'] as CallSite['at'];
  switch (site.name) {
    case 'values': insertObject(flow, model, argument(site.args, 0), site.env, at); return begun;
    case 'select': flow.record.insert(model, new Map(), flow.place(site.env, at), { isOpen: true }); return begun;
    case 'onConflictDoUpdate': case 'onConflictDoNothing': case 'onDuplicateKeyUpdate': {
      const options = argument(site.args, 0);
      const place = flow.place(site.env, at);
      flow.record.insert(model, new Map(), place, { isUpsert: true });
      lookUp(flow, site, model, entry(options, 'target'), at);
      const set = entry(options, 'set');
      if (set) updateObject(flow, model, written(flow, model, set), site.env, site.at);
      return begun;
    }
    // MySQL gives back keys only. https://orm.drizzle.team/docs/insert#insert-returning
    case 'returning': case '$returningId': {
      const fields = argument(site.args, 0);
      return { k: 'many', of: fields ? itemOf(fields) : { k: 'row', model } };
    }
    case 'then': case 'execute': case 'run': case 'prepare': case '$dynamic': case 'catch': case 'overridingSystemValue': case 'all': case 'onConflict':
      return begun;
    case 'get': return { k: 'row', model };
    default: return undefined;
  }
}

/** `target: users.email` asks for the row with those columns. https://orm.drizzle.team/docs/insert#on-conflict-do-update */
function lookUp(flow: Flow, site: CallSite, model: Model, target: Value | null, at: CallSite['at']): void {
  const columns = (target?.k === 'list' ? target.items : target ? [target] : [])
    .flatMap(membersOf)
    .filter((member): member is ColumnValue => member.k === 'column');
  if (columns.length === 0) return;
  for (const column of columns) flow.record.classify(column.model, column.attribute, column.place, 'lookup');
  const query = refine(startQuery(flow.place(site.env, at), model, { k: 'row', model }), site.at, {
    conditions: columns.map((column) => ({ column, op: '=' as const, value: ANY, isOptional: false, inOr: false, isJoin: false })),
  });
  flow.record.finish(query, 'one');
  flow.record.guard(query.id, { k: 'upsert' });
}

/** What is set, where a template that gives another column is that column. `n: sql`${t.n} + 1`` reads no `n`. */
function written(flow: Flow, model: Model, values: Value | null): Value | null {
  // Which fields of a row were changed before it is given back is not followed.
  if (values?.k === 'row' && !values.isNew) return ANY;
  if (values?.k !== 'dict') return values;
  for (const [name, value] of values.entries) {
    const sql = asSql(value);
    if (sql) for (const column of sqlColumns(sql)) if (column.attribute === name && column.model === model) flow.record.absorb(model, name, column.place);
  }
  return { ...values, entries: new Map([...values.entries].map(([name, value]) => [name, sqlColumn(value) ?? value])) };
}

/** A step that only an update or delete has; undefined for those that every query has. */
export function changeStep(flow: Flow, site: CallSite, query: QueryState): Value | undefined {
  const { model } = query.sources[0]!;
  if (site.name === 'set') { updateObject(flow, model, written(flow, model, argument(site.args, 0)), site.env, site.at); return { k: 'query', query }; }
  if (site.name === 'from') {
    const other = modelOf(argument(site.args, 0));
    return {
      k: 'query',
      query: other ? refine(query, site.at, { sources: [...query.sources, { model: other.model, alias: other.alias ?? null, join: 'inner' }] }) : query,
    };
  }
  if (site.name !== 'returning') return undefined;
  const fields = positional(site.args)[0]?.value ?? null;
  flow.record.finish(query, 'many');
  return { k: 'many', of: fields ? itemOf(fields) : { k: 'row', model } };
}

