/** The steps of queries, and what running them gives. https://kysely-org.github.io/kysely-apidoc/interfaces/SelectQueryBuilder.html */
import { spanEnd, spanStart } from '../../facts/span.js';
import type { ColumnRef, Source, SqlQuery } from '../../facts/sql.js';
import { argument, argumentOf, text, unwritten } from '../../flow/arguments.js';
import type { Flow } from '../../flow/evaluate.js';
import { ANY, membersOf, type EvaluatedArg, type SpecialValue, type Value } from '../../flow/value.js';
import type { CallSite } from '../dialect.js';
import { begin, setOf } from '../shared/drafts/draft.js';
import { aliased, itemPlaces } from '../shared/drafts/names.js';
import { oneRow, resultOf, rows } from '../sql-client/results.js';
import { add, draftOf, draftValue, joined, nested, noParts, reference, run, selectUnknown, shown, take, type Draft, type Parts } from './draft.js';
import { comparison, expressionOf, filterOf, made, readAll, readRefs } from './expressions.js';
import { DIALECT, tableNamed } from './names.js';

const VERBS: Readonly<Record<string, SqlQuery['verb']>> = { selectFrom: 'select', updateTable: 'update', deleteFrom: 'delete' };
const JOINS: Readonly<Record<string, Source['join']>> = {
  innerJoin: 'inner',
  leftJoin: 'left',
  rightJoin: 'right',
  fullJoin: 'full',
  crossJoin: 'cross',
  innerJoinLateral: 'inner',
  leftJoinLateral: 'left',
  crossJoinLateral: 'cross',
  using: 'inner',
  from: 'inner',
};

/** `db.selectFrom('users as u')`; undefined for what begins no query. */
export function beginQuery(flow: Flow, site: CallSite): Value | undefined {
  const verb = VERBS[site.name ?? ''];
  const arg = argumentOf(site.args, 0);
  if (!verb || !arg) return undefined;
  const parts = noParts();
  const sources = sourcesOf(flow, site, arg, parts, undefined);
  const known = withOf(site.receiver);
  return draftValue(begin(site, DIALECT, verb, sources, known, new Map([...parts.binds, ...bindsOf(site.receiver)])));
}

/** What a FROM or JOIN names: tables, sub-queries, what functions give. */
function sourcesOf(flow: Flow, site: CallSite, arg: EvaluatedArg, parts: Parts, join: Source['join']): readonly Source[] {
  const given = made(flow, arg.value, site);
  const items = given?.k === 'list' ? given.items : [given];
  const places = itemPlaces(arg, items.length);
  return items.flatMap((item, index): readonly Source[] => {
    const at = places[index]!;
    const common = { ...(join ? { join } : {}), at };
    const members = membersOf(item ?? ANY);
    return members.slice(0, 1).map((member): Source => {
      const written = text(member);
      const draft = draftOf(member);
      if (written !== null) { const { name, alias } = aliased(written); return { table: tableNamed(flow, name), ...(alias ? { alias } : {}), ...common }; }
      if (draft) return { query: nested(parts, draft), ...(draft.alias ? { alias: draft.alias } : {}), ...common };
      return { fn: expressionOf(member)?.alias ?? '?', ...common };
    });
  });
}

const bindsOf = (receiver: Value | null): ReadonlyMap<string, Value> =>
  receiver?.k === 'special' && receiver.tag === 'with' ? (receiver.data['binds'] as ReadonlyMap<string, Value>) : new Map();
const withOf = (receiver: Value | null): SqlQuery['ctes'] =>
  receiver?.k === 'special' && receiver.dialect === DIALECT && receiver.tag === 'with' ? (receiver.data['ctes'] as SqlQuery['ctes']) : [];

/** `db.with('name', (db) => …)`: what follows sees the query under that name. https://kysely.dev/docs/examples/cte/simple-selects */
export function withCall(flow: Flow, site: CallSite): Value | undefined {
  const [name, callback] = [argumentOf(site.args, 0), argument(site.args, 1)];
  const written = text(name?.value) ?? null;
  if (written === null || callback?.k !== 'fn') return undefined;
  const own: SpecialValue = {
    k: 'special',
    dialect: DIALECT,
    tag: 'with',
    data: { ctes: withOf(site.receiver), binds: bindsOf(site.receiver) },
    key: `${site.env.module.path}:${spanStart(site.at)}:in`,
  };
  const draft = draftOf(flow.callFn(callback, [unwritten(own, site.at)]));
  if (!draft) return undefined;
  const parts = noParts();
  const { ctes: _, ...query } = nested(parts, draft);
  const ctes = [...withOf(site.receiver), { name: written.replace(/\(.*$/, '').trim(), query: { ...query, ctes: [] } }];
  return {
    k: 'special',
    dialect: DIALECT,
    tag: 'with',
    data: { ctes, binds: new Map([...bindsOf(site.receiver), ...parts.binds]) },
    key: `${site.env.module.path}:${spanStart(site.at)}:${written}`,
  };
}

/** A method of a query. */
export function queryCall(flow: Flow, site: CallSite, draft: Draft): Value {
  const name = site.name ?? '';
  const first = argumentOf(site.args, 0);
  const next = (parts: Parts, change: Partial<SqlQuery> = {}): Value => draftValue(add(draft, site, parts, change));
  const { query } = draft;
  if (JOINS[name]) return joinStep(flow, site, draft, JOINS[name]);
  switch (name) {
    case 'select': case 'returning': {
      const parts = noParts();
      const outputs = selected(flow, site, first, parts, name === 'returning');
      return next(parts, { outputs: [...query.outputs, ...outputs] });
    }
    case 'selectAll': case 'returningAll': {
      const parts = noParts();
      const outputs = allOf(site, name === 'returningAll');
      parts.columns.push(...outputs.map((output) => output.column));
      return next(parts, { outputs: [...query.outputs, ...outputs] });
    }
    case 'where': case 'having': {
      const on = name === 'where' ? 'where' : 'having';
      return next(site.args.list.length > 1 ? comparison(flow, site, on) : filterOf(made(flow, first?.value ?? null, site), on));
    }
    case 'whereRef': case 'havingRef': return next(comparison(flow, site, name === 'whereRef' ? 'where' : 'having', true));
    case 'groupBy': {
      const parts = noParts();
      const refs = readRefs(flow, first, site);
      for (const ref of refs) if (ref) take(parts, ref.parts);
      return next(parts, { groups: [...query.groups, ...refs.flatMap((ref) => ref?.plain ?? [])] });
    }
    // An order that cannot be told makes another query of it.
    case 'orderBy': { const sorts = sortsOf(flow, site); return next({ ...noParts(), isPartial: sorts.length === 0 }, { sorts: [...query.sorts, ...sorts] }); }
    case 'clearWhere': return next(noParts(), { conditions: query.conditions.filter((condition) => condition.on === 'join') });
    case 'clearSelect': return next(noParts(), { outputs: [], columns: [] });
    case 'clearOrderBy': return next(noParts(), { sorts: [] });
    case 'limit': case 'top': case 'fetch':
      return next(noParts(), { limit: first?.value.k === 'const' && typeof first.value.v === 'number' ? first.value.v : 'parameter' });
    case 'distinct': case 'distinctOn': {
      const parts = noParts();
      for (const ref of readRefs(flow, first, site)) if (ref) readAll(ref, parts);
      return next(parts, { distinct: true });
    }
    case 'forUpdate': return next(noParts(), { forUpdate: true });
    case 'union': case 'unionAll': case 'intersect': case 'intersectAll': case 'except': case 'exceptAll': return setOperation(flow, site, draft);
    case 'as': return draftValue({ ...draft, alias: text(first?.value) ?? null });
    case '$if': {
      const callback = argument(site.args, 1);
      const grown = callback ? flow.branch(() => called(flow, callback, draft, site)) : null;
      const other = draftOf(grown);
      return (other && joined(draft, other)) ?? draftValue(draft);
    }
    case '$call': { const grown = first ? called(flow, first.value, draft, site) : null; return grown ?? draftValue(draft); }
    case 'execute': case 'stream': return executed(flow, draft, 'many');
    case 'executeTakeFirst': case 'executeTakeFirstOrThrow': return executed(flow, draft, 'first');
    case 'compile': case 'explain': case 'toOperationNode': run(flow, draft); return ANY;
    default: return draftValue(draft);
  }
}

function called(flow: Flow, callback: Value, draft: Draft, site: CallSite): Value | null {
  return callback.k === 'fn' ? flow.callFn(callback, [unwritten(draftValue(draft), site.at)]) : null;
}

/** The rows, or the first of them. What changes rows and gives none back has an outcome of the driver. */
function executed(flow: Flow, draft: Draft, expects: 'many' | 'first'): Value {
  const { query } = draft;
  const outcome = run(flow, draft);
  if (query.verb !== 'select') return query.outputs.length === 0 ? ANY : expects === 'first' ? outcome.item : { k: 'many', of: outcome.item };
  if (expects === 'first') return oneRow(flow, outcome, 'first');
  return resultOf(outcome, 'rows', `${draft.path}:${spanStart(query.at)}-${spanEnd(query.at)}`);
}

/** What the outputs of `select` are, by the names they get. */
export function selected(flow: Flow, site: CallSite, arg: EvaluatedArg | null, parts: Parts, isReturning = false): SqlQuery['outputs'] {
  return readRefs(flow, arg, site).flatMap((read): SqlQuery['outputs'] => {
    if (!read) { selectUnknown(parts, arg?.at ?? site.nameAt); return []; }
    const { plain, wrapped, alias } = read;
    // What is put out asks for no rows.
    take(parts, { ...read.parts, subqueries: read.parts.subqueries.map(shown), isPartial: false });
    if (!plain) { readAll({ ...read, parts: { ...noParts(), conditions: read.parts.conditions } }, parts); return [{ name: alias }]; }
    const column: ColumnRef = { ...plain, kind: isReturning ? 'returning' : 'read' };
    parts.columns.push(column);
    return [{ name: alias ?? plain.name, ...(wrapped ? {} : { column }) }];
  });
}

function allOf(site: CallSite, isReturning: boolean): readonly { readonly name: string; readonly column: ColumnRef }[] {
  const given = argument(site.args, 0);
  const tables = given?.k === 'list' ? given.items.map((item) => text(item)) : [text(given)];
  return tables.map((table) => ({
    name: '*',
    column: { ...(table === null ? {} : { qualifier: table }), name: '*', at: site.nameAt, kind: isReturning ? 'returning' : 'read' },
  }));
}

function joinStep(flow: Flow, site: CallSite, draft: Draft, kind: Source['join']): Value {
  const parts = noParts();
  const [target, left, right] = [0, 1, 2].map((index) => argumentOf(site.args, index));
  const sources = target ? sourcesOf(flow, site, target, parts, kind) : [];
  const [a, b] = [text(left?.value), text(right?.value)];
  if (a !== null && b !== null)
    parts.conditions.push({ column: reference(flow, a, left!.at), op: '=', value: { k: 'column', column: reference(flow, b, right!.at) }, on: 'join' });
  else if (left?.value.k === 'fn') {
    const on: SpecialValue = { k: 'special', dialect: DIALECT, tag: 'join', data: { parts }, key: `${site.env.module.path}:${spanStart(site.at)}:join` };
    flow.callFn(left.value, [unwritten(on, site.at)]);
  } else if (left) parts.isPartial = true;
  return draftValue(add(draft, site, parts, { from: [...draft.query.from, ...sources] }));
}

/** `(join) => join.onRef('a.id', '=', 'b.a_id').on('b.kind', '=', 'x')`: the callback runs once, and the parts are those of its join. */
export function joinCall(flow: Flow, site: CallSite, of: SpecialValue): Value {
  const parts = of.data['parts'] as Parts;
  const more =
    site.name === 'onRef'
      ? comparison(flow, site, 'join', true)
      : site.name === 'on'
        ? site.args.list.length > 1
          ? comparison(flow, site, 'join')
          : filterOf(made(flow, argument(site.args, 0), site), 'join')
        : noParts();
  take(parts, more);
  parts.conditions.push(...more.conditions);
  return of;
}

/** `orderBy('a.b', 'desc')`, `orderBy('a.b desc')`, a list of such. */
function sortsOf(flow: Flow, site: CallSite): SqlQuery['sorts'] {
  const arg = argumentOf(site.args, 0);
  const direction = text(argument(site.args, 1));
  const given = made(flow, arg?.value ?? null, site);
  const items = given?.k === 'list' ? given.items : [given];
  const places = arg ? itemPlaces(arg, items.length) : [];
  return items.flatMap((item, index) => {
    const written = /^(.+?)\s+(asc|desc)\b.*$/i.exec(text(item) ?? '');
    if (written) return [{ column: reference(flow, written[1]!, places[index]!), desc: written[2]!.toLowerCase() === 'desc' }];
    const [read] = arg ? readRefs(flow, { ...arg, value: item ?? ANY, at: places[index]!, expr: { k: 'other', parts: [], at: places[index]! } }, site) : [];
    return read?.plain && !read.wrapped ? [{ column: read.plain, desc: direction === 'desc' }] : [];
  });
}

function setOperation(flow: Flow, site: CallSite, draft: Draft): Value {
  const parts = noParts();
  const given = made(flow, argument(site.args, 0), site);
  for (const item of given?.k === 'list' ? given.items : [given]) { const other = draftOf(item); if (other) parts.subqueries.push(nested(parts, other)); }
  return draftValue(add({ ...draft, query: setOf(draft.query, parts.subqueries) }, site, { ...parts, subqueries: [] }));
}

/** A query that is given to code we do not see is run there. */
export function handOver(flow: Flow, site: CallSite): void {
  for (const { value } of site.args.list) {
    const draft = draftOf(value);
    if (draft && draft.query.verb !== 'insert') rows(flow, resultOf(run(flow, draft), 'rows', ''));
  }
}
