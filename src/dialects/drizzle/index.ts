/** Drizzle ORM. https://orm.drizzle.team/docs/overview */
import { spanStart } from '../../facts/span.js';
import { argument, unwritten } from '../../flow/arguments.js';
import type { Flow } from '../../flow/evaluate.js';
import { ANY, membersOf, type Value } from '../../flow/value.js';
import type { CallSite, Dialect } from '../dialect.js';
import { handTables } from './adapters.js';
import { functionCall } from './api/conditions.js';
import { relationalApi, relationalCall } from './api/relational.js';
import { existence, first, isOwnQuery } from './api/results.js';
import { exposeGiven, isTableSchema, makeSchema, schemaStep, typeNamed } from './api/row-types.js';
import { beginSelect, fromStep, queryStep, setOperation } from './api/select.js';
import { beginChange, changeStep, insertStep } from './api/writes.js';
import { declarationCall, declaredAttribute } from './declaration-calls.js';
import { declare } from './declare.js';
import { madeTable } from './factories.js';
import { isUsed, modelNamed, modelOf, schemaNames } from './models.js';
import { DIALECT, drizzleName } from './names.js';


export const drizzle: Dialect = {
  id: DIALECT,
  language: 'typescript',
  plainRows: true,
  declare,
  api: {
    call(flow, site) {
      if (site.env.module.language !== 'typescript') return undefined;
      return declarationCall(flow, site) ?? madeTable(flow, site) ?? (isUsed(flow) ? usageCall(flow, site) : undefined);
    },
    attribute(flow, of, name, env, at) {
      const declared = declaredAttribute(flow, of, name);
      if (declared !== undefined) return declared;
      if (of.k === 'model' && of.model.dialect === DIALECT) {
        // https://orm.drizzle.team/docs/goodies#type-api
        if (name === '$inferSelect') return { k: 'row', model: of.model };
        if (name === '$inferInsert') return { k: 'any', id: `${env.module.path}:${spanStart(at)}` };
        if (name === '_') return of;
        return undefined;
      }
      if (of.k === 'query' && isOwnQuery(of.query)) return queryAttribute(flow, of, name);
      if (of.k === 'row' && of.model.dialect === DIALECT && name === 'length') return ANY;
      if (!isUsed(flow)) return undefined;
      if (name === 'query' && (of.k === 'any' || of.k === 'term' || of.k === 'extobj') && !(of.k === 'any' && of.id))
        return { k: 'any', id: `${env.module.path}:${spanStart(at)}.query` };
      if (of.k === 'any' && of.id?.endsWith('.query')) {
        const model = modelNamed(flow, name, env.module.path);
        if (model) {
          flow.record.resolve(flow.place(env, at));
          return relationalApi(model);
        }
      }
      return undefined;
    },
    item(flow, of, key, _env, _at) {
      return of.k === 'query' && isOwnQuery(of.query) && key.k === 'const' && key.v === 0 ? first(flow, of.query) : undefined;
    },
    annotation: (flow, name, args, env) => typeNamed(flow, name, args, env),
  },
};

/** `rows.length`; a column of a sub-query. */
function queryAttribute(flow: Flow, of: Value & { k: 'query' }, name: string): Value | undefined {
  const { item } = of.query;
  if (name === 'length') return existence(flow, of.query);
  const column =
    item.k === 'dict'
      ? item.entries.get(name)
      : item.k === 'row' && item.model.columns.has(name)
        ? { k: 'field' as const, model: item.model, attribute: name, place: of.query.place }
        : undefined;
  // A column of a sub-query or common table expression: an index of the table does not serve it.
  return column?.k === 'field'
    ? { k: 'column', model: column.model, attribute: column.attribute, place: column.place, alias: 'subquery', wrapped: 'subquery' }
    : undefined;
}

function usageCall(flow: Flow, site: CallSite): Value | undefined {
  const { receiver, name } = site;
  if (receiver?.k === 'query')
    return isOwnQuery(receiver.query)
      ? ((receiver.query.verb === 'select' ? undefined : changeStep(flow, site, receiver.query)) ?? queryStep(flow, site, receiver.query))
      : undefined;
  if (receiver?.k === 'special' && receiver.dialect === DIALECT) return specialCall(flow, site, receiver);
  const own = functionCall(flow, site) ?? namedFunction(flow, site) ?? makeSchema(flow, site) ?? beginChange(flow, site) ?? beginSelect(site);
  if (own !== undefined) return own;
  if (name === 'transaction' || name === 'batch') return inTransaction(flow, site);
  if (name === '$with' && receiver) return { k: 'special', dialect: DIALECT, tag: 'with', data: {}, key: `${site.env.module.path}:${spanStart(site.at)}` };
  if (name === 'with' && receiver && site.args.list.some((arg) => arg.value.k === 'query' && isOwnQuery(arg.value.query))) return receiver;
  handTables(flow, site);
  exposeGiven(flow, site);
  return undefined;
}

/** A method of one of Drizzle's own values. */
function specialCall(flow: Flow, site: CallSite, receiver: Value & { k: 'special' }): Value | undefined {
  switch (receiver.tag) {
    case 'select': return site.name === 'from' ? fromStep(flow, site, receiver) : receiver;
    case 'insert': return insertStep(flow, site, receiver);
    case 'relational': return relationalCall(flow, site, receiver.data['model'] as Parameters<typeof relationalCall>[2]);
    case 'with': { const query = argument(site.args, 0); return site.name === 'as' && query ? (query.k === 'fn' ? flow.callFn(query, []) : query) : undefined; }
    case 'table-schema': return isTableSchema(receiver) ? schemaStep(flow, site, receiver) : undefined;
    // `.as('n')`, `.mapWith(Number)`, `.nullsLast()`
    case 'sql': case 'aggregate': return receiver;
    case 'query-builder': return beginSelect(site);
    default: return undefined;
  }
}

/** Functions over tables and queries. https://orm.drizzle.team/docs/goodies */
function namedFunction(flow: Flow, site: CallSite): Value | undefined {
  const name = drizzleName(site.callee);
  if (name === null) return undefined;
  const table = modelOf(argument(site.args, 0));
  switch (name) {
    case 'getTableColumns': case 'getColumns': case 'getViewSelectedFields': return table ? { k: 'row', model: table.model } : undefined;
    case 'alias': case 'aliasedTable': return table
      ? { ...table, alias: `${argument(site.args, 1)?.k === 'const' ? String((argument(site.args, 1) as Value & { k: 'const' }).v) : spanStart(site.at)}` }
      : undefined;
    case 'getTableName': case 'getTableConfig': case 'is': return ANY;
    case 'union': case 'unionAll': case 'intersect': case 'intersectAll': case 'except': case 'exceptAll': return setOperation(site);
    case 'drizzle': openDatabase(flow, site); return undefined;
    default: return undefined;
  }
}

/** `drizzle(client, { schema: { users: usersTable } })`: names of tables in `db.query`; giving the tables is no use of them. */
function openDatabase(flow: Flow, site: CallSite): void {
  for (const arg of site.args.list) for (const options of membersOf(arg.value)) {
    const schema = options.k === 'dict' ? options.entries.get('schema') : undefined;
    if (schema?.k !== 'dict') continue;
    for (const [name, value] of schema.entries) {
      const table = modelOf(value);
      if (!table) continue;
      schemaNames(flow).set(name, table.model);
      const place = schema.places?.get(name);
      if (place) flow.record.unmention(table.model, place);
    }
  }
}

/** What the callback of a transaction gives, with the transaction in place of the database. */
function inTransaction(flow: Flow, site: CallSite): Value | undefined {
  const callback = argument(site.args, 0);
  if (callback?.k === 'list' && site.name === 'batch') return callback;
  if (callback?.k !== 'fn' || !site.receiver) return undefined;
  const tx: Value = site.receiver.k === 'any' ? { k: 'any', id: `${site.env.module.path}:${spanStart(site.at)}:tx` } : site.receiver;
  return flow.callFn(callback, [unwritten(tx, site.at)]);
}

