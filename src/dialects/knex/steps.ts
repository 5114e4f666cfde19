/** The steps of Knex's builders, and what awaiting one gives. https://knexjs.org/guide/query-builder.html */
import { spanStart } from '../../facts/span.js';
import type { Source, SqlQuery } from '../../facts/sql.js';
import { argument, argumentOf, positional, text } from '../../flow/arguments.js';
import { dispatch } from '../../flow/calls.js';
import type { Flow } from '../../flow/evaluate.js';
import type { Model } from '../../flow/model.js';
import { ANY, membersOf, type EvaluatedArg, type SpecialValue, type Value } from '../../flow/value.js';
import type { CallSite } from '../dialect.js';
import { add, begin, draftValue, noParts, reference, setOf, type Draft, type Parts } from '../shared/drafts/draft.js';
import { asked, growing, grown, settle, throughCallback, within } from '../shared/drafts/growing.js';
import { aliased } from '../shared/drafts/names.js';
import { oneRow, resultOf } from '../sql-client/results.js';
import { alternatives, clauseNamed, conditionOf, joinParts } from './conditions.js';
import { draftIn, itemsOf, outputsOf } from './expressions.js';
import { DIALECT, naming, tableNamed } from './names.js';
import { insertInto, updateRows } from './writes.js';

/** What is kept with a query: the schema that was chosen, and rows that are put into a table which is named later. */
interface Extra {
  readonly key: string;
  readonly schema: string | null;
  readonly pending?: { readonly rows: Value | null; readonly returning: EvaluatedArg | null };
}

const extraIn = (draft: Draft): Extra => (draft.extra as Extra | undefined) ?? { key: '', schema: null };

/** A query that nothing is known of yet. */
export function newQuery(site: CallSite, schema: string | null): SpecialValue {
  const extra: Extra = { key: `|${schema ?? ''}`, schema };
  return draftValue({ ...begin(site, DIALECT, 'select', []), extra });
}

const JOINS: Readonly<Record<string, Source['join']>> = {
  join: 'inner',
  innerJoin: 'inner',
  leftJoin: 'left',
  leftOuterJoin: 'left',
  rightJoin: 'right',
  rightOuterJoin: 'right',
  fullOuterJoin: 'full',
  outerJoin: 'full',
  crossJoin: 'cross',
};
const AGGREGATES = new Set(['count', 'countDistinct', 'min', 'max', 'sum', 'sumDistinct', 'avg', 'avgDistinct']);
const SETS = new Set(['union', 'unionAll', 'intersect', 'except']);
/** What changes nothing that is of interest here. */
const SAME = new Set([
  'transacting', 'forUpdate', 'forShare', 'noWait', 'skipLocked', 'timeout', 'debug', 'options', 'connection', 'queryContext', 'clone', 'comment',
  'hintComment', 'catch', 'finally', 'on', 'once', 'clear', 'clearGroup', 'clearCounters', 'as', 'returning', 'queryBuilder', 'partition', 'groupByRaw',
  'offset', 'withSchema', 'jsonExtract', 'rank', 'denseRank', 'rowNumber', 'forNoKeyUpdate', 'forKeyShare', 'onConflict', 'merge', 'ignore', 'using',
  'columnInfo',
]);
const OWN = new Set([
  ...Object.keys(JOINS),
  ...AGGREGATES,
  ...SETS,
  ...SAME,
  'select', 'column', 'columns', 'from', 'table', 'into', 'with', 'withRecursive', 'withMaterialized', 'distinct', 'distinctOn', 'groupBy', 'orderBy',
  'orderByRaw', 'joinRaw', 'fromRaw', 'limit', 'first', 'pluck', 'insert', 'update', 'del', 'delete', 'truncate', 'increment', 'decrement', 'modify', 'then',
  'clearSelect', 'clearWhere', 'clearOrder', 'clearHaving', 'stream', 'toSQL', 'toString', 'toQuery', 'skipUndefined', 'paginate',
]);

/** Whether builders have a method of that name. */
export const isStep = (name: string): boolean => OWN.has(name) || clauseNamed(name) !== null;

/** A method of a query. */
export function queryCall(flow: Flow, site: CallSite, before: SpecialValue): Value {
  const draft = growing(before, DIALECT)!;
  const { query } = draft;
  const name = site.name ?? '';
  const args = positional(site.args);
  const [first] = args;
  const next = (parts: Parts = noParts(), change: Partial<SqlQuery> = {}): Value => grown(flow, site, before, add(draft, site, parts, change));
  const clause = clauseNamed(name);
  if (clause) {
    const parts = conditionOf(flow, site, clause);
    if (!clause.isOr) return next(parts);
    const conditions = alternatives([...query.conditions, ...parts.conditions], clause.on);
    return next({ ...parts, conditions: [] }, { conditions });
  }
  if (JOINS[name]) return joinStep(flow, site, before, draft, JOINS[name]);
  if (AGGREGATES.has(name)) {
    const parts = noParts();
    parts.aggregates = true;
    return next(parts, { outputs: [...query.outputs, ...aggregateOf(flow, site, parts)] });
  }
  if (SETS.has(name)) return setOperation(flow, site, before, draft);
  switch (name) {
    case 'select': case 'column': case 'columns': case 'distinct': {
      const parts = noParts();
      const outputs = outputsOf(flow, itemsOf(flow, args, site, 'read'), parts);
      return next(parts, { outputs: [...query.outputs, ...outputs], ...(name === 'distinct' ? { distinct: true } : {}) });
    }
    case 'distinctOn': { const parts = noParts(); outputsOf(flow, itemsOf(flow, args, site, 'read'), parts); return next(parts, { distinct: true }); }
    case 'returning': {
      const parts = noParts();
      const outputs = outputsOf(flow, itemsOf(flow, args, site, 'returning'), parts);
      return next(parts, { outputs: [...query.outputs, ...outputs] });
    }
    case 'from': case 'table': case 'into': return first ? fromStep(flow, site, before, draft, first) : before;
    case 'with': case 'withRecursive': case 'withMaterialized': return withStep(flow, site, before, draft);
    case 'groupBy': return next(noParts(), { groups: [...query.groups, ...itemsOf(flow, args, site).flatMap(({ column }) => column ?? [])] });
    // An order that cannot be told makes another query of it.
    case 'orderBy': { const sorts = sortsOf(flow, site); return next({ ...noParts(), isPartial: sorts.length === 0 }, { sorts: [...query.sorts, ...sorts] }); }
    case 'orderByRaw': case 'joinRaw': case 'fromRaw': return next({ ...noParts(), isPartial: true });
    case 'limit': return next(noParts(), { limit: first?.value.k === 'const' && typeof first.value.v === 'number' ? first.value.v : 'parameter' });
    case 'clearSelect': return next(noParts(), { outputs: [], columns: [] });
    case 'clearWhere': return next(noParts(), { conditions: query.conditions.filter((each) => each.on !== 'where') });
    case 'clearOrder': return next(noParts(), { sorts: [] });
    case 'as': return grown(flow, site, before, { ...draft, alias: text(first?.value) });
    case 'modify': {
      const callback = first && membersOf(first.value).find((member) => member.k === 'fn');
      return callback ? grown(flow, site, before, throughCallback(flow, callback, draft, site)) : next({ ...noParts(), isPartial: true });
    }
    case 'insert': return insertStep(flow, site, draft);
    case 'update': case 'del': case 'delete': case 'truncate': case 'increment': case 'decrement': return changeStep(flow, site, before, draft);
    case 'first': return firstOf(flow, site, before, draft, args);
    case 'pluck': return pluck(flow, site, draft, args);
    case 'then': {
      const callback = first && membersOf(first.value).find((member) => member.k === 'fn');
      return callback ? flow.callFn(callback, [{ ...first, value: rowsOf(flow, draft) }]) : before;
    }
    default: return SAME.has(name) || isStep(name) ? before : dispatch(flow, { ...site, receiver: rowsOf(flow, draft) });
  }
}

/** `from('orders as o')`, `from({ o: 'orders' })`, `from(builder.as('x'))`. */
function sourcesOf(flow: Flow, site: CallSite, arg: EvaluatedArg, parts: Parts, schema: string | null, join?: Source['join']): readonly Source[] {
  const common = { ...(join ? { join } : {}), at: arg.at };
  const written = text(arg.value);
  if (written !== null) { const { name, alias } = aliased(written); return [{ table: tableNamed(name, schema), ...(alias ? { alias } : {}), ...common }]; }
  if (arg.value.k === 'dict')
    return [...arg.value.entries].map(([alias, value]): Source => {
      const name = text(value);
      const draft = name === null ? draftIn(flow, value, site) : null;
      const at = arg.value.k === 'dict' ? (arg.value.places?.get(alias)?.at ?? arg.at) : arg.at;
      return draft
        ? { query: within(flow, parts, draft), alias, ...common }
        : name === null
          ? { fn: '?', alias, ...common }
          : { table: tableNamed(name, schema), alias, ...common, at };
    });
  const draft = draftIn(flow, arg.value, site);
  if (draft) return [{ query: within(flow, parts, draft), ...(draft.alias ? { alias: draft.alias } : {}), ...common }];
  return [{ fn: '?', ...common }];
}

/** The table that a query is about; what waited for its name is put in. */
export function fromStep(flow: Flow, site: CallSite, before: SpecialValue, draft: Draft, arg: EvaluatedArg): Value {
  const parts = noParts();
  const { schema, pending } = extraIn(draft);
  const from = sourcesOf(flow, site, arg, parts, schema);
  const model = modelOf(flow, from);
  if (pending) { if (!model) return ANY; noteTable(flow, site, from); return insertInto(flow, site, model, pending.rows, pending.returning); }
  const { verb } = draft.query;
  return grown(flow, site, before, add(draft, site, parts, verb === 'select' ? { from: [...from, ...draft.query.from] } : { target: from[0]! }));
}

function modelOf(flow: Flow, [source]: readonly Source[]): Model | null {
  return source?.table ? flow.queries!.modelOf(source.table) : null;
}

function noteTable(flow: Flow, site: CallSite, [source]: readonly Source[]): void {
  if (source) flow.record.resolve(flow.place(site.env, source.at));
}

function joinStep(flow: Flow, site: CallSite, before: SpecialValue, draft: Draft, kind: Source['join']): Value {
  const target = argumentOf(site.args, 0);
  const parts = joinParts(flow, site);
  const sources = target ? sourcesOf(flow, site, target, parts, extraIn(draft).schema, kind) : [];
  return grown(flow, site, before, add(draft, site, parts, { from: [...draft.query.from, ...sources] }));
}

/** `count('* as n')`, `sum({ total: 'amount' })`. */
function aggregateOf(flow: Flow, site: CallSite, parts: Parts): SqlQuery['outputs'] {
  const name = site.name!.replace(/Distinct$/, '');
  const given = positional(site.args).filter((arg) => arg.value.k !== 'dict' || !arg.value.entries.has('as'));
  const options = argument(site.args, given.length);
  const items = given.length ? itemsOf(flow, given, site, 'read') : [];
  for (const { column } of items) if (column && column.name !== '*') parts.columns.push(column);
  const alias = items[0]?.alias ?? (options?.k === 'dict' ? text(options.entries.get('as')) : null) ?? name;
  return [{ name: alias }];
}

/** `orderBy('a', 'desc')`, `orderBy(['a', { column: 'b', order: 'desc' }])`. */
function sortsOf(flow: Flow, site: CallSite): SqlQuery['sorts'] {
  const arg = argumentOf(site.args, 0);
  if (!arg) return [];
  const items = arg.value.k === 'list' ? arg.value.items : [arg.value];
  const places = arg.expr.k === 'list' ? arg.expr.items.map((item) => item.at) : [];
  const isDesc = (direction: Value | null | undefined): boolean => /^desc$/i.test(text(direction) ?? '');
  return items.flatMap((item, index) => {
    const entries = item.k === 'dict' ? item.entries : null;
    const written = text(entries ? entries.get('column') : item);
    if (written === null) return [];
    const at = (item.k === 'dict' ? item.places?.get('column')?.at : undefined) ?? places[index] ?? arg.at;
    return [{ column: reference(naming(flow), written, at), desc: isDesc(entries ? entries.get('order') : argument(site.args, 1)) }];
  });
}

/** `with('late', builder)`, `with('late', (qb) => …)`: what follows sees the query under that name. */
function withStep(flow: Flow, site: CallSite, before: SpecialValue, draft: Draft): Value {
  const name = text(argument(site.args, 0));
  const body = argument(site.args, 1)?.k === 'list' ? argument(site.args, 2) : argument(site.args, 1);
  const made = body ? draftIn(flow, body, site) : null;
  if (name === null) return before;
  const parts = noParts();
  if (!made)
    return grown(
      flow,
      site,
      before,
      add(draft, site, parts, { ctes: [...draft.query.ctes, { name, query: { ...begin(site, DIALECT, 'select', []).query, outputs: [] } }] }),
    );
  const { ctes, ...query } = within(flow, parts, made);
  return grown(flow, site, before, add(draft, site, parts, { ctes: [...draft.query.ctes, ...ctes, { name, query: { ...query, ctes: [] } }] }));
}

function setOperation(flow: Flow, site: CallSite, before: SpecialValue, draft: Draft): Value {
  const parts = noParts();
  const given = positional(site.args).flatMap(({ value }) => (value.k === 'list' ? value.items : [value]));
  for (const value of given) { const other = draftIn(flow, value, site); if (other) parts.subqueries.push(within(flow, parts, other)); }
  return grown(flow, site, before, add({ ...draft, query: setOf(draft.query, parts.subqueries) }, site, { ...parts, subqueries: [] }));
}

function insertStep(flow: Flow, site: CallSite, draft: Draft): Value {
  const [rows, returning] = [argument(site.args, 0), argumentOf(site.args, 1)];
  const { from } = draft.query;
  if (from.length === 0) { const extra: Extra = { ...extraIn(draft), key: '|insert', pending: { rows, returning } }; return draftValue({ ...draft, extra }); }
  const model = modelOf(flow, from);
  settle(flow, draft);
  if (!model) return ANY;
  noteTable(flow, site, from);
  return insertInto(flow, site, model, rows, returning);
}

/** `update`, `del`: the query becomes a statement that changes the rows it finds. */
function changeStep(flow: Flow, site: CallSite, before: SpecialValue, draft: Draft): Value {
  const verb: SqlQuery['verb'] = site.name === 'del' || site.name === 'delete' ? 'delete' : site.name === 'truncate' ? 'truncate' : 'update';
  const [target, ...others] = draft.query.from;
  if (verb === 'update' && target?.table) {
    const model = modelOf(flow, [target]);
    if (model) {
      noteTable(flow, site, [target]);
      updateRows(flow, site, model);
    }
  }
  const parts = noParts();
  const given = verb === 'update' ? (text(argument(site.args, 0)) === null ? argumentOf(site.args, 1) : argumentOf(site.args, 2)) : argumentOf(site.args, 0);
  const outputs = given && site.name !== 'increment' && site.name !== 'decrement' ? outputsOf(flow, itemsOf(flow, [given], site, 'returning'), parts) : [];
  const { from: _, ...query } = draft.query;
  const changed: Draft = { ...draft, query: { ...query, verb, from: others, ...(target ? { target } : {}), columns: [], outputs: [] } };
  return grown(flow, site, before, add(changed, site, parts, { outputs }));
}

/** `first()`: the one row. A step that comes after it makes another query of it. */
function firstOf(flow: Flow, site: CallSite, before: SpecialValue, draft: Draft, args: readonly EvaluatedArg[]): Value {
  const parts = noParts();
  const outputs = outputsOf(flow, itemsOf(flow, args, site, 'read'), parts);
  const next = add(draft, site, parts, { outputs: [...draft.query.outputs, ...outputs] });
  // `knex.first('*').from('users')`
  if (next.query.from.length === 0) return grown(flow, site, before, next);
  const outcome = asked(flow, withAll(site, next));
  const row = oneRow(flow, outcome, 'first');
  if (row.k === 'row' && row.lookup && !flow.isQuiet) afterFirst(flow).set(row.lookup, next);
  return row;
}

/** Queries that were asked for their first row, by what tells them apart. */
const afterFirst = (flow: Flow): Map<string, Draft> => flow.memo('knex-first', '', () => new Map<string, Draft>(), new Map());

/** `first().where(…)`: the query goes on, and is asked for its first row then. */
export function stepAfterFirst(flow: Flow, site: CallSite, row: Value & { k: 'row' }): Value | undefined {
  const known = row.lookup && isStep(site.name ?? '') ? afterFirst(flow).get(row.lookup) : undefined;
  if (!known || site.name === 'first') return undefined;
  if (SAME.has(site.name!)) return row;
  if (site.name === 'then') { const [first] = site.args.list; return first?.value.k === 'fn' ? flow.callFn(first.value, [{ ...first, value: row }]) : row; }
  flow.record.retract(row.lookup!);
  const next = growing(queryCall(flow, { ...site, receiverName: null }, draftValue(known)), DIALECT);
  return next ? firstOf(flow, site, draftValue(next), next, []) : undefined;
}

/** `pluck('id')`: the values of one column. */
function pluck(flow: Flow, site: CallSite, draft: Draft, args: readonly EvaluatedArg[]): Value {
  const parts = noParts();
  const outputs = outputsOf(flow, itemsOf(flow, args, site, 'read'), parts);
  return { k: 'many', of: asked(flow, add(draft, site, parts, { outputs })).first };
}

/** A query without a list of columns gives all of them. */
function withAll(site: Pick<CallSite, 'nameAt'>, draft: Draft): Draft {
  const { query } = draft;
  if (query.verb !== 'select' || query.outputs.length > 0 || query.isSet) return draft;
  const column = { name: '*', at: query.from[0]?.at ?? site.nameAt, kind: 'read' as const };
  return { ...draft, query: { ...query, columns: [...query.columns, column], outputs: [{ name: '*', column }] } };
}

/** The rows of what is awaited; how many were changed, where none are asked for. */
export function rowsOf(flow: Flow, draft: Draft): Value {
  const { query, path } = draft;
  const outcome = asked(flow, withAll({ nameAt: query.at }, draft));
  if (query.verb !== 'select' && query.outputs.length === 0) return ANY;
  return resultOf(outcome, 'rows', `${path}:${spanStart(query.at)}`);
}
