/** How a query is run and what comes back. https://docs.sqlalchemy.org/en/20/core/connections.html#sqlalchemy.engine.Result */
import { answer, withAnswer } from '../../../flow/answers.js';
import { argument } from '../../../flow/arguments.js';
import { externalBases, findMember } from '../../../flow/classes.js';
import type { Flow } from '../../../flow/evaluate.js';
import { oneOf, type QueryState } from '../../../flow/query.js';
import { union } from '../../../flow/unions.js';
import { ANY, membersOf, type SpecialValue, type Value } from '../../../flow/value.js';
import type { CallSite } from '../../dialect.js';
import { insertRows, withRows } from './writes.js';

export const TERMINALS = new Set([
  'all', 'first', 'one', 'one_or_none', 'scalar', 'scalar_one', 'scalar_one_or_none', 'scalars', 'count', 'get', 'get_or_404', 'first_or_404', 'one_or_404',
  'paginate', 'fetchall', 'fetchone', 'mappings', 'tuples', 'unique', 'partitions', 'fetchmany', 'columns', 'keys', 'rowcount', 'freeze', 'stream',
]);
/**
 * Those of a session or connection, of Flask's extension, and of `databases`. https://flask-sqlalchemy.readthedocs.io/en/stable/queries/
 * https://www.encode.io/databases/database_queries/
 */
const RUNNERS = new Set([
  'execute', 'scalars', 'scalar', 'exec', 'stream', 'stream_scalars', 'first_or_404', 'one_or_404', 'paginate', 'execute_many', 'fetch_all', 'fetch_one',
  'fetch_val', 'fetchrow', 'fetch', 'iterate',
]);
const ONES = new Set(['scalar', 'fetch_one', 'fetch_val', 'fetchrow']);

/** `session.execute(query)` and its like: undefined unless an argument is a query or an insert of SQLAlchemy. */
export function executeCall(flow: Flow, site: CallSite): Value | undefined {
  if (!site.name || !RUNNERS.has(site.name) || isOwnMethod(flow, site)) return undefined;
  const first = argument(site.args, 0, 'statement') ?? argument(site.args, -1, 'query') ?? argument(site.args, -1, 'select');
  if (!first) return undefined;
  const results = membersOf(first).flatMap((member): Value[] => {
    if (member.k === 'special' && member.dialect === 'sqlalchemy' && member.tag === 'exists') return [member];
    if (member.k === 'special' && member.dialect === 'sqlalchemy' && member.tag === 'insert') return [inserted(flow, site, member)];
    if (member.k !== 'query' || member.query.sources[0]?.model.dialect !== 'sqlalchemy') return [];
    return [executed(flow, site, member.query)];
  });
  return results.length ? union(results) : undefined;
}

/** `repository.paginate(statement)`, a method of a class of the repository's own: what it gives stands there. A class over a library's session does what that does. */
function isOwnMethod(flow: Flow, { receiver, name }: CallSite): boolean {
  if (receiver?.k !== 'object' || externalBases(flow, receiver.cls).some((base) => base.k === 'ext' && /sqlalchemy|sqlmodel|databases/.test(base.module))) return false;
  return findMember(flow, receiver.cls, name!)?.k === 'method';
}

function executed(flow: Flow, site: CallSite, query: QueryState): Value {
  if (query.verb !== 'select') {
    const changed = query.verb === 'update' ? withRows(flow, site, query) : query;
    flow.record.finish(changed, 'many');
    return resultOf(changed, true);
  }
  switch (site.name) {
    case 'scalar': case 'fetch_val': return oneValue(flow, query, 'first');
    case 'first_or_404': case 'one_or_404': return oneValue(flow, query, site.name === 'first_or_404' ? 'first' : 'one', true);
    case 'paginate': return runQuery(flow, query, 'paginate');
    case 'fetch_one': case 'fetchrow': return oneRow(flow, query, 'first');
    case 'fetch_all': case 'fetch': case 'iterate': flow.record.finish(query, 'many'); return { k: 'many', of: oneOf(query) };
    case 'execute': case 'stream': return resultOf(query, false);
    default: return resultOf(query, true);
  }
}

/** The rows of `insert(A).returning(…)`, which are stored and there. https://docs.sqlalchemy.org/en/20/tutorial/data_insert.html#insert-returning */
function inserted(flow: Flow, site: CallSite, statement: SpecialValue): Value {
  insertRows(flow, site, statement);
  const item = statement.data['returned'] as Value | undefined;
  if (!item) return ANY;
  if (ONES.has(site.name!)) return site.name === 'scalar' || site.name === 'fetch_val' ? firstOf(item) : item;
  return {
    k: 'special',
    dialect: 'sqlalchemy',
    tag: 'returned',
    data: { item, isScalar: site.name === 'scalars' || site.name === 'stream_scalars' },
    key: `${statement.key}:${site.name}`,
  };
}

/** A method of the result of an insert. */
export function returnedCall(site: CallSite, result: SpecialValue): Value | undefined {
  const item = returnedElement(result);
  switch (site.name) {
    case 'all': case 'fetchall': case 'partitions': case 'fetchmany': return { k: 'many', of: item };
    case 'scalar': case 'scalar_one': case 'scalar_one_or_none': return firstOf(item);
    case 'scalars': return { ...result, data: { ...result.data, isScalar: true }, key: `${result.key}:scalars` };
    case 'mappings': case 'unique': case 'tuples': case 'columns': case 'freeze': return result;
    default: return TERMINALS.has(site.name ?? '') ? item : undefined;
  }
}

/** One item of the result of an insert. */
export function returnedElement({ data }: SpecialValue): Value {
  const item = data['item'] as Value;
  return data['isScalar'] === true ? firstOf(item) : item.k === 'list' ? item : tuple(item);
}

/** A result that was not fetched from yet; rows of one entity come as tuples until `scalars()`. */
function resultOf(query: QueryState, isScalar: boolean): Value {
  return { k: 'special', dialect: 'sqlalchemy', tag: 'result', data: { query, isScalar }, key: `${query.id}:${isScalar}` };
}

/** A method of a result. */
export function resultCall(flow: Flow, site: CallSite, result: Value & { k: 'special' }): Value | undefined {
  const query = result.data['query'] as QueryState;
  return TERMINALS.has(site.name ?? '') ? runQuery(flow, query, site.name!, result.data['isScalar'] === true) : undefined;
}

/** One item of a result that is iterated. */
export function resultElement(flow: Flow, result: Value & { k: 'special' }): Value {
  const query = result.data['query'] as QueryState;
  flow.record.finish(query, 'many');
  const item = oneOf(query);
  return result.data['isScalar'] === true || item.k === 'list' ? item : tuple(item);
}

const tuple = (item: Value): Value => union([{ k: 'list', items: [item] }, item]);

/** Runs a query by one of the terminal methods; `isScalar` null for a `Query`, whose single entities come bare. */
export function runQuery(flow: Flow, query: QueryState, name: string, isScalar: boolean | null = null): Value {
  const bare = isScalar !== false;
  switch (name) {
    case 'all': case 'fetchall': case 'partitions': case 'fetchmany': flow.record.finish(query, 'many');
    return { k: 'many', of: bare ? oneOf(query) : tuple(oneOf(query)) };
    case 'paginate': flow.record.finish(query, 'many'); return { k: 'special', dialect: 'sqlalchemy', tag: 'page', data: { item: query.item }, key: query.id };
    case 'first': case 'fetchone': case 'first_or_404': return oneRow(flow, query, 'first', name === 'first_or_404');
    case 'one': case 'one_or_none': case 'one_or_404': return oneRow(flow, query, 'one', name !== 'one_or_none');
    case 'scalar_one': case 'scalar_one_or_none': return oneValue(flow, query, 'one', name === 'scalar_one');
    case 'scalar': return oneValue(flow, query, 'first');
    case 'count': flow.record.finish({ ...query, isAggregate: true }, 'count'); return answer('sqlalchemy', query.id);
    case 'get': return { k: 'row', model: query.sources[0]!.model };
    case 'get_or_404': return { k: 'row', model: query.sources[0]!.model, isThere: true };
    case 'scalars': return resultOf(query, true);
    case 'mappings': case 'unique': case 'tuples': case 'columns': case 'freeze': case 'stream': return resultOf(query, isScalar ?? false);
    default: return ANY;
  }
}

/** `isThere` where it fails when there is none. */
function oneRow(flow: Flow, query: QueryState, expects: 'one' | 'first', isThere = false): Value {
  flow.record.finish(query, query.isAggregate ? 'count' : expects);
  // A count is asked whether there is one.
  const mark = (item: Value): Value =>
    item.k === 'row'
      ? { ...item, lookup: query.id, ...(isThere ? { isThere } : {}) }
      : item.k === 'field'
        ? { ...item, lookup: query.id }
        : withAnswer('sqlalchemy', item, query.id);
  return query.item.k === 'list' ? { k: 'list', items: query.item.items.map(mark) } : mark(query.item);
}

/** The first thing that is selected. */
function oneValue(flow: Flow, query: QueryState, expects: 'one' | 'first', isThere = false): Value {
  return firstOf(oneRow(flow, query, expects, isThere));
}

function firstOf(row: Value): Value {
  return row.k === 'list' ? row.items[0] ?? ANY : row;
}
