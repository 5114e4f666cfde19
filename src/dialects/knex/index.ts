/** Knex: queries built from names of tables and columns in texts. https://knexjs.org/guide/query-builder.html */
import { argument, argumentOf, text, unwritten } from '../../flow/arguments.js';
import type { Flow } from '../../flow/evaluate.js';
import { sqlTexts } from '../../flow/sql.js';
import { ANY, membersOf, type SpecialValue, type Value } from '../../flow/value.js';
import type { CallSite, Dialect } from '../dialect.js';
import { draftOf } from '../shared/drafts/draft.js';
import { growing, isBegun, noteHandedOn } from '../shared/drafts/growing.js';
import { isResult, resultAttribute, resultItem, rows } from '../sql-client/results.js';
import { writtenOf, writtenValue } from './expressions.js';
import { DIALECT, clientValue, isBuilderType, isClientType, isOwn, isUsed, makesClient } from './names.js';
import { fromStep, isStep, newQuery, queryCall, rowsOf, stepAfterFirst } from './steps.js';
import { insertInto, insertedCall, rowsOf as insertedRows } from './writes.js';

export const knex: Dialect = {
  id: DIALECT,
  language: 'typescript',
  api: {
    call(flow, site) {
      if (site.env.module.language !== 'typescript' || !flow.queries) return undefined;
      const { receiver, callee } = site;
      if (isOwn(receiver)) return ownCall(flow, site, receiver);
      if (receiver?.k === 'row') return receiver.lookup ? stepAfterFirst(flow, site, receiver) : undefined;
      if (receiver) return undefined;
      if (isOwn(callee)) return callee.tag === 'client' ? ofClient(flow, site, callee, 'from') : undefined;
      if (makesClient(callee)) return clientValue();
      if (callee.k === 'any') return guessed(flow, site);
      if (callee.k === 'fn' && site.args.list.some((arg) => isOwn(arg.value))) noteHandedOn(site, DIALECT);
      return undefined;
    },
    attribute(flow, of, name, env, at) {
      if (!isOwn(of)) return undefined;
      const answer = of.tag === 'query' || of.tag === 'inserted' ? answerOf(flow, of) : undefined;
      if (answer) return isResult(answer) ? resultAttribute(flow, answer, name, env, at) : flow.attribute(answer, name, env, at);
      // `knex.fn.now()`, `knex.client`
      return of.tag === 'client' ? { k: 'any' } : undefined;
    },
    item(flow, of, key, env, at) {
      const answer = isOwn(of) ? answerOf(flow, of) : undefined;
      return answer && (isResult(answer) ? resultItem(flow, answer, key) : flow.item(answer, key, env, at));
    },
    element(flow, of) {
      const answer = isOwn(of) ? answerOf(flow, of) : undefined;
      return answer && (isResult(answer) ? rows(flow, answer) : answer.k === 'many' ? answer.of : undefined);
    },
    annotation(_flow, name) {
      return isClientType(name) ? clientValue() : isBuilderType(name) ? { k: 'any' } : undefined;
    },
  },
};

function answerOf(flow: Flow, of: SpecialValue): Value | undefined {
  if (of.tag === 'inserted') return insertedRows(of);
  const draft = of.tag === 'query' ? growing(of, DIALECT) : null;
  return draft && isBegun(draft) ? rowsOf(flow, draft) : undefined;
}

function ownCall(flow: Flow, site: CallSite, of: SpecialValue): Value | undefined {
  switch (of.tag) {
    case 'client': return ofClient(flow, site, of, site.name ?? '');
    case 'query': return queryCall(flow, site, of);
    case 'inserted': return insertedCall(flow, site, of);
    case 'guess': return isStep(site.name ?? '') ? queryCall(flow, site, of.data['query'] as SpecialValue) : undefined;
    case 'raw': {
      const alias = site.name === 'as' ? text(argument(site.args, 0)) : null;
      return alias === null ? of : writtenValue({ ...writtenOf(of)!, alias }, site);
    }
    default: return undefined;
  }
}

/** `knex('users')`, `knex.select(…)`, `knex.transaction(…)`. */
function ofClient(flow: Flow, site: CallSite, client: SpecialValue, name: string): Value | undefined {
  const [first, second] = [argumentOf(site.args, 0), argumentOf(site.args, 1)];
  const schema = (client.data['schema'] as string | undefined) ?? null;
  switch (name) {
    case 'raw': return first && sqlTexts(first.value).length > 0 ? undefined : writtenValue({ written: text(first?.value), isRef: false, alias: null }, site);
    case 'ref': return writtenValue({ written: text(first?.value), isRef: true, alias: null }, site);
    case 'transaction': return transaction(flow, first?.value ?? null, site);
    case 'withSchema': return text(first?.value) === null ? client : clientValue({ schema: text(first!.value)! });
    case 'batchInsert': {
      const named = text(first?.value);
      const model = named === null ? null : flow.queries!.modelOf({ name: named });
      if (!model || !first) return ANY;
      flow.record.resolve(flow.place(site.env, first.at));
      return insertInto(flow, site, model, second?.value ?? null, null);
    }
    case 'extend': case 'withUserParams': return client;
    default:
  }
  const query = newQuery(site, schema);
  if (name === 'from') return first ? fromStep(flow, { ...site, receiverName: null }, query, draftOf(query, DIALECT)!, first) : query;
  return isStep(name) ? queryCall(flow, { ...site, receiverName: null }, query) : undefined;
}

/** What the callback of a transaction gives; without one the transaction itself. */
function transaction(flow: Flow, callback: Value | null, site: CallSite): Value {
  const fn = callback && membersOf(callback).find((member) => member.k === 'fn');
  return fn ? flow.callFn(fn, [unwritten(clientValue(), site.at)]) : clientValue();
}

/**
 * `db('users')` of a database that nobody tells of, where the repository uses the library and the name is a table's: it is one once a step of a query follows.
 */
function guessed(flow: Flow, site: CallSite): Value | undefined {
  const [first, second] = site.args.list;
  const named = text(first?.value);
  if (named === null || second || !/^[\w.]+(?:\s+as\s+\w+)?$/i.test(named) || !isUsed(flow)) return undefined;
  const [table] = named.split(/\s/);
  if (!flow.queries!.modelOf({ name: table!.split('.').at(-1)! })) return undefined;
  const query = flow.quiet(() => ofClient(flow, site, clientValue(), 'from'));
  return query && isOwn(query) ? { k: 'special', dialect: DIALECT, tag: 'guess', data: { query }, key: query.key } : undefined;
}
