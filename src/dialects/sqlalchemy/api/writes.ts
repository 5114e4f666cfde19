/** Statements that change rows: `insert()`, `update()`, `delete()`, bulk methods of the session. https://docs.sqlalchemy.org/en/20/orm/queryguide/dml.html */
import { spanStart } from '../../../facts/span.js';
import { argument, argumentOf, isExternal, lastName, positional, text } from '../../../flow/arguments.js';
import { insertRow } from '../../../flow/calls.js';
import { findMember } from '../../../flow/classes.js';
import type { Flow } from '../../../flow/evaluate.js';
import type { Model } from '../../../flow/model.js';
import { startQuery, where, type Condition, type QueryState } from '../../../flow/query.js';
import { recordUpsert } from '../../../flow/upserts.js';
import { ANY, membersOf, type EvaluatedArg, type SpecialValue, type Value } from '../../../flow/value.js';
import type { Column, Place } from '../../../model/schema.js';
import type { CallSite } from '../../dialect.js';
import { selectedRow } from './expressions.js';

/** `insert(A)`, `update(A)`, `delete(A)` of SQLAlchemy, and `A.__table__.insert()`. */
export function beginChange(flow: Flow, site: CallSite): Value | undefined {
  const isCore = site.callee.k === 'ext' && (isExternal(site.callee, 'sqlalchemy') || isExternal(site.callee, 'sqlmodel'));
  const verb =
    isCore && site.callee.k === 'ext'
      ? lastName(site.callee)
      : site.receiver?.k === 'model' && !hasMethod(flow, site.receiver.model, site.name!)
        ? site.name
        : null;
  const target = isCore ? argument(site.args, 0, 'table') : site.receiver;
  if (target?.k !== 'model' || target.model.dialect !== 'sqlalchemy') return undefined;
  const place = flow.place(site.env, site.at);
  if (verb === 'insert' || verb === 'upsert') return insertStatement(target.model, site);
  if (verb !== 'update' && verb !== 'delete') return undefined;
  flow.record.table(target.model, verb, place);
  return { k: 'query', query: startQuery(place, target.model, { k: 'row', model: target.model }, null, verb) };
}

/** The class has a method of that name itself: it is no table's. */
function hasMethod(flow: Flow, { cls }: Model, name: string): boolean {
  return cls !== null && findMember(flow, cls, name)?.k === 'method';
}

function insertStatement(model: Model, site: CallSite): Value {
  return { k: 'special', dialect: 'sqlalchemy', tag: 'insert', data: { model, at: site.at }, key: `${site.env.module.path}:${spanStart(site.at)}:${model.id}` };
}

/** A step of an insert: its values, what happens on a conflict. */
export function insertStep(flow: Flow, site: CallSite, statement: Value & { k: 'special' }): Value | undefined {
  const model = statement.data['model'] as Model;
  const at = statement.data['at'] as CallSite['at'];
  switch (site.name) {
    case 'values': {
      const first = argument(site.args, 0);
      const rows = first?.k === 'list' ? first.items : first?.k === 'many' ? [first.of] : [];
      if (rows.length) for (const row of rows) insertRow(flow, model, { list: [{ ...site.args.list[0]!, value: row }] }, { env: site.env, at });
      else insertRow(flow, model, site.args, { env: site.env, at });
      writeKeys(flow, model, site, site.args.list, true);
      return statement;
    }
    case 'on_conflict_do_update': case 'on_conflict_do_nothing': case 'on_duplicate_key_update': {
      insertRow(flow, model, { list: [] }, { env: site.env, at }, { isUpsert: true });
      conflictLookup(flow, site, model, at);
      const set = argumentOf(site.args, -1, 'set_');
      if (set) writeKeys(flow, model, site, [set], false);
      return statement;
    }
    case 'from_select': insertSelected(flow, site, model, at); return statement;
    case 'returning': return { ...statement, data: { ...statement.data, returned: selectedRow(positional(site.args).map((arg) => arg.value)) } };
    case 'execution_options': case 'options': case 'prefix_with': return statement;
    default: return undefined;
  }
}

/** `index_elements=[…]` is a lookup by those columns. */
function conflictLookup(flow: Flow, site: CallSite, model: Model, at: CallSite['at']): void {
  const elements = argument(site.args, -1, 'index_elements');
  if (elements?.k !== 'list') return;
  const named = new Map(elements.items.flatMap((item): [string, Place][] => {
    const attribute = item.k === 'column' ? item.attribute : text(item);
    return attribute !== null && model.columns.has(attribute) ? [[attribute, item.k === 'column' ? item.place : flow.place(site.env, site.at)]] : [];
  }));
  for (const [attribute, place] of named) flow.record.column(model, attribute, 'lookup', place, flow.currentFn);
  // What is not known by name, an expression or a condition, makes it another key.
  if (named.size === elements.items.length && !argument(site.args, -1, 'index_where')) recordUpsert(flow.record, model, named, flow.place(site.env, at));
}

/** `update(A).where(…).values(…)`, `query.update({…})`, `query.delete()`. */
export function changeRows(flow: Flow, site: CallSite, query: QueryState): Value | undefined {
  const { model } = query.sources[0]!;
  const place = flow.place(site.env, site.at);
  if (site.name === 'delete') { flow.record.table(model, 'delete', place); flow.record.finish({ ...query, verb: 'delete' }, 'many'); return ANY; }
  if (site.name === 'values' && query.verb === 'select') return undefined;
  writeKeys(flow, model, site, site.args.list, false);
  flow.record.table(model, 'update', place);
  if (site.name === 'update') { flow.record.finish({ ...query, verb: 'update', place }, 'many'); return ANY; }
  // What it writes stands inside it.
  return { k: 'query', query: { ...query, place } };
}

/**
 * `session.execute(update(A), rows)`: each of the rows is found by its primary key and given the other values.
 * https://docs.sqlalchemy.org/en/20/orm/queryguide/dml.html#orm-bulk-update-by-primary-key
 */
export function withRows(flow: Flow, site: CallSite, query: QueryState): QueryState {
  const rows = argumentOf(site.args, 1, 'params');
  const { model } = query.sources[0]!;
  if (!rows || (rows.value.k === 'const' && rows.value.v === null)) return query;
  const place = flow.place(site.env, rows.at);
  const items = membersOf(rows.value).flatMap((value) => (value.k === 'list' ? value.items : value.k === 'many' ? membersOf(value.of) : [value]));
  const dicts = items.filter((item) => item.k === 'dict');
  if (dicts.length < items.length || dicts.some((dict) => dict.rest))
    flow.record.gap({
      kind: 'dynamic-access',
      model,
      column: null,
      place,
      detail: `columns of ${model.name} are set from rows whose keys are not known`,
      does: 'write',
    });
  // Of a table that no class maps all rows are changed, once with each of those given; one dict alone holds parameters.
  const isByKey = model.cls !== null && query.conditions.length === 0 && !query.isPartial && items.every((item) => item !== rows.value || item.k !== 'dict');
  const keys = isByKey ? [...model.columns].filter(([, column]) => model.table.primaryKey?.columns.includes(column)).map(([attribute]) => attribute) : [];
  for (const dict of dicts)
    flow.record.writeAll(model, { ...dict, entries: new Map([...dict.entries].filter(([name]) => !keys.includes(name))) }, place, flow.currentFn, false);
  return where(query, site.at, keys.map((attribute): Condition => {
    const named = dicts.map((dict) => dict.places?.get(attribute)).find((each) => each !== undefined) ?? place;
    flow.record.column(model, attribute, 'filter', named, flow.currentFn);
    return { column: { k: 'column', model, attribute, place: named }, op: '=', value: ANY, isOptional: false, inOr: false, isJoin: false };
  }), isByKey && keys.length === 0);
}

/** Writes of named arguments and of the keys of dict arguments, which may be strings or columns. */
function writeKeys(flow: Flow, model: Model, site: CallSite, args: readonly EvaluatedArg[], atInsert: boolean): void {
  for (const arg of args) {
    if (arg.name !== null && arg.name !== 'set_' && model.columns.has(arg.name))
      flow.record.column(model, arg.name, 'write', flow.place(site.env, arg.at), flow.currentFn, { value: arg.value, atInsert });
    for (const value of membersOf(arg.value)) {
      if (value.k === 'dict' && (arg.name === null || arg.name === 'set_')) {
        for (const [name, key] of value.places ?? []) flow.record.asKeyOfWrite(model, name, key);
        if (!atInsert) flow.record.writeAll(model, value, flow.place(site.env, arg.at), flow.currentFn, false);
        if (value.rest && value.entries.size === 0 && arg.expr.k !== 'dict')
          flow.record.gap({
            kind: 'dynamic-access',
            model,
            column: null,
            place: flow.place(site.env, arg.at),
            detail: `columns of ${model.name} are set from a dict whose keys are not known`,
            does: 'write',
          });
      }
    }
  }
}

/** A row is asked for by its primary key. */
export function lookUp(flow: Flow, model: Model, key: Value | null, place: Place): void {
  const keys = [...model.columns].filter(([, column]) => model.table.primaryKey?.columns.includes(column));
  if (!key || model.table.primaryKey?.columns.length !== 1 || !keys[0]) return;
  const column = { k: 'column' as const, model, attribute: keys[0][0], place };
  flow.record.finish(
    where(startQuery(place, model, { k: 'row', model }), place.at, [{ column, op: '=', value: key, isOptional: false, inOr: false, isJoin: false }]),
    'one',
  );
}

/** Of a session, and of Flask's extension. https://flask-sqlalchemy.readthedocs.io/en/stable/queries/#queries-for-views */
const KEYED: ReadonlySet<string> = new Set(['get', 'get_one', 'get_or_404']);

/** `session.get(A, id)`, `session.delete(row)`, bulk methods: typed by their argument. */
export function sessionCall(flow: Flow, site: CallSite): Value | undefined {
  const first = argument(site.args, 0);
  if (!site.name || !first) return undefined;
  const place = flow.place(site.env, site.at);
  if (KEYED.has(site.name) && first.k === 'model' && first.model.dialect === 'sqlalchemy') {
    flow.record.table(first.model, 'select', place);
    lookUp(flow, first.model, argument(site.args, 1, 'ident'), place);
    return { k: 'row', model: first.model, ...(site.name === 'get' ? {} : { isThere: true }) };
  }
  if (site.name === 'delete') {
    for (const row of membersOf(first))
      if (row.k === 'row' && row.model.dialect === 'sqlalchemy') {
        flow.record.table(row.model, 'delete', place);
        return ANY;
      }
  }
  if (site.name === 'merge' && first.k === 'row') return first;
  if (/^bulk_(insert|update)_mappings$/.test(site.name) && first.k === 'model') {
    const rows = argument(site.args, 1);
    const item = rows?.k === 'list' ? rows.items[0] : rows?.k === 'many' ? rows.of : undefined;
    if (site.name.includes('insert')) insertRow(flow, first.model, { list: item ? [{ ...positional(site.args)[1]!, value: item }] : [] }, site);
    else if (item?.k === 'dict') flow.record.writeAll(first.model, item, place, flow.currentFn, false);
    return ANY;
  }
  return undefined;
}

/** `session.execute(insert(A), rows)`: the rows that a statement is run with. */
export function insertRows(flow: Flow, site: CallSite, statement: SpecialValue): void {
  const given = argumentOf(site.args, 1, 'params') ?? argumentOf(site.args, -1, 'values') ?? argumentOf(site.args, -1, 'parameters');
  if (!given || (given.value.k === 'const' && given.value.v === null)) return;
  const rows = given.value.k === 'list' ? given.value.items : given.value.k === 'many' ? [given.value.of] : [given.value];
  for (const row of rows)
    insertRow(
      flow,
      statement.data['model'] as Model,
      { list: [{ ...given, name: null, value: row }] },
      { env: site.env, at: statement.data['at'] as CallSite['at'] },
    );
}

/** `insert(A).from_select(["x", "y"], select(…))`: columns by name or as such, each filled by what is selected. */
function insertSelected(flow: Flow, site: CallSite, model: Model, at: CallSite['at']): void {
  const names = argument(site.args, 0, 'names');
  const attributes = names?.k === 'list' ? names.items.map((item) => (item.k === 'column' ? item.attribute : text(item))) : [null];
  const values = new Map<Column, Value>();
  for (const attribute of attributes) {
    const column = attribute === null ? undefined : model.columns.get(attribute);
    if (!column) continue;
    values.set(column, ANY);
    flow.record.column(model, attribute!, 'write', flow.place(site.env, at), flow.currentFn, { atInsert: true });
  }
  flow.record.insert(model, values, flow.place(site.env, at), { isOpen: values.size < attributes.length });
}
