import { argument, lastName, text } from '../../flow/arguments.js';
import { insertRow } from '../../flow/calls.js';
import { findMember, lineage } from '../../flow/classes.js';
import { attributesAt } from '../../flow/embedded.js';
import type { Flow } from '../../flow/evaluate.js';
import type { Model } from '../../flow/model.js';
import { startQuery } from '../../flow/query.js';
import { ANY, membersOf, type Value } from '../../flow/value.js';
import type { Place } from '../../model/schema.js';
import type { Dialect } from '../dialect.js';
import { tellPage, tellView } from './admin-pages.js';
import { collectionCall } from './api/collections.js';
import { expressionCall } from './api/expressions.js';
import { hybridAttribute } from './api/hybrids.js';
import { joinTables } from './api/joined-tables.js';
import { relationshipEquals } from './api/joins.js';
import { mapperCall } from './api/mappers.js';
import { pageCall } from './api/pages.js';
import { fillProxies, proxyAttribute, proxyCall, proxyElement, putInProxy, settleProxies } from './api/proxies.js';
import { beginQuery, pendingStep, queryStep } from './api/queries.js';
import { queryMethod } from './api/query-classes.js';
import { repositoryCall } from './api/repositories.js';
import { repositoryOf } from './api/repository-models.js';
import { executeCall, resultCall, resultElement, returnedCall, returnedElement } from './api/results.js';
import { proposed, selected } from './api/selected.js';
import { beginChange, insertStep, sessionCall } from './api/writes.js';
import { interfaceCall, tellBuilt } from './app-builder.js';
import { namedByField } from './data-classes.js';
import { declare } from './declare.js';
import { tellDeclaredUses } from './declared-uses.js';
import { baseOfModels, isExtension } from './flask.js';
import { graphCall, tellMade } from './graph-types.js';
import { declaringPart, mappingCall } from './imperative.js';
import { isTypeName } from './types.js';

/** SQLAlchemy 1.4 and 2.0, Flask-SQLAlchemy and SQLModel. */
export const sqlalchemy: Dialect = {
  id: 'sqlalchemy',
  loadsOnRead: true,
  insertsAlone: true,
  language: 'python',
  declare,
  api: {
    call(flow, site) {
      if (site.env.module.language !== 'python') return undefined;
      const { receiver } = site;
      if (receiver?.k === 'query') return queryStep(flow, site, receiver.query);
      if (receiver?.k === 'many') {
        const asked = collectionCall(flow, site, receiver);
        if (asked) return asked;
      }
      if (receiver?.k === 'special' && receiver.dialect === 'sqlalchemy') {
        if (receiver.tag === 'result') return resultCall(flow, site, receiver);
        if (receiver.tag === 'returned') return returnedCall(site, receiver);
        if (receiver.tag === 'insert') return insertStep(flow, site, receiver);
        if (receiver.tag === 'pending') return pendingStep(flow, site, receiver);
        if (receiver.tag === 'exists') return receiver;
        if (receiver.tag === 'proxy') return proxyCall(flow, site, receiver);
      }
      return (
        tellView(flow, site) ??
        interfaceCall(flow, site) ??
        graphCall(flow, site) ??
        mappingCall(flow, site) ??
        mapperCall(flow, site) ??
        pageCall(flow, site) ??
        declaringPart(flow, site) ??
        expressionCall(flow, site) ??
        joinTables(site) ??
        beginChange(flow, site) ??
        beginQuery(flow, site) ??
        repositoryCall(flow, site) ??
        sessionCall(flow, site) ??
        executeCall(flow, site)
      );
    },
    attribute(flow, of, name, env, at) {
      const proxied =
        (of.k === 'row' || of.k === 'model') && of.model.dialect === 'sqlalchemy' && !of.model.columns.has(name)
          ? proxyAttribute(flow, of, name, env, at)
          : undefined;
      if (proxied) return proxied;
      if ((of.k === 'term' || of.k === 'object') && name === 'Model' && isExtension(flow, of)) {
        const base = baseOfModels(flow, of);
        if (base || of.k === 'term') return base ?? undefined;
      }
      if (of.k === 'term' && (isTypeName(name) || DECLARATIONS.has(name)) && isExtension(flow, of)) return { k: 'ext', module: 'sqlalchemy', name };
      // A class of the repository that extends it.
      if (of.k === 'object' && !EXTENSION_OWN.has(name) && (name === 'Model' || findMember(flow, of.cls, name) === null) && isExtension(flow, of))
        return { k: 'ext', module: name === 'Model' ? 'flask_sqlalchemy' : 'sqlalchemy', name };
      if (of.k === 'model' && of.model.dialect === 'sqlalchemy') {
        if (OF_WHOLE.has(name)) return of;
        const part =
          of.alias === undefined || of.model.columns.has(name)
            ? undefined
            : flow.modelsByName.get(name)?.find(({ cls }) => cls && of.model.cls && lineage(flow, cls).includes(of.model.cls));
        if (part) return { k: 'model', model: part, alias: of.alias! };
        if (of.model.embedded.has(name)) {
          readWhole(flow, of.model, name, flow.place(env, at));
          return ANY;
        }
        if (name === 'query' && !of.model.columns.has(name))
          return { k: 'query', query: startQuery(flow.place(env, at), of.model, { k: 'row', model: of.model }) };
        return of.model.columns.has(name) || of.model.relationships.has(name) ? undefined : hybridAttribute(flow, of, name, flow.place(env, at));
      }
      // `getattr(order, Order.code.key)`, `{Order.code.name: code}`
      if (of.k === 'column' && of.model.dialect === 'sqlalchemy' && (name === 'key' || name === 'name'))
        return { k: 'const', v: name === 'key' ? of.attribute : of.model.columns.get(of.attribute)!.name };
      if (of.k === 'query' && of.query.sources[0]?.model.dialect === 'sqlalchemy') {
        if (name === 'c' || name === 'columns' || name === 'statement') return of;
        const { model } = of.query.sources[0];
        const own = model.columns.has(name) ? null : queryMethod(flow, model, name);
        if (own) {
          flow.record.resolve(flow.place(env, at));
          return { k: 'fn', fn: own, self: of };
        }
        if (!model.columns.has(name)) return undefined;
        flow.record.column(model, name, 'read', flow.place(env, at), flow.currentFn);
        return { k: 'column', model, attribute: name, place: flow.place(env, at), alias: 'subquery' };
      }
      if (of.k === 'special' && of.dialect === 'sqlalchemy' && of.tag === 'page')
        return name === 'items' ? { k: 'many', of: of.data['item'] as Value } : undefined;
      if (of.k === 'special' && of.dialect === 'sqlalchemy' && (of.tag === 'insert' || of.tag === 'excluded')) return proposed(flow, of, name, env, at);
      if (of.k === 'list') return selected(flow, of, name, env, at);
      // `await row.awaitable_attrs.children`: the attributes of the row.
      // https://docs.sqlalchemy.org/en/20/orm/extensions/asyncio.html#sqlalchemy.ext.asyncio.AsyncAttrs
      if (of.k === 'row' && of.model.dialect === 'sqlalchemy' && name === 'awaitable_attrs') return of;
      if (of.k === 'row' && of.model.dialect === 'sqlalchemy' && of.model.embedded.has(name)) readWhole(flow, of.model, name, flow.place(env, at));
      if (of.k === 'row' && of.model.dialect === 'sqlalchemy' && name === '__dict__')
        return {
          k: 'dict',
          entries: new Map(
            [...of.model.columns.keys()].map((attribute) => [attribute, { k: 'field' as const, model: of.model, attribute, place: flow.place(env, at) }]),
          ),
          rest: null,
        };
      return undefined;
    },
    handles: (flow, value) => repositoryOf(flow, value)?.model,
    // https://docs.sqlalchemy.org/en/20/orm/events.html#sqlalchemy.orm.MapperEvents.before_insert
    insertHook: (flow, decorators, env) =>
      decorators.length === 1 &&
      membersOf(flow.peek(decorators[0]!, env)).some(
        (each) => each.k === 'term' && each.callee.k === 'ext' && lastName(each.callee) === 'listens_for' && text(argument(each.args, 1)) === 'before_insert',
      ),
    defineClass(flow, cls) {
      if (cls.module.language !== 'python') return undefined;
      const model = flow.modelsByClass.get(cls.id);
      if (!model) {
        tellMade(flow, cls);
        return tellPage(flow, cls) ?? tellBuilt(flow, cls);
      }
      if (model.dialect === 'sqlalchemy') {
        tellDeclaredUses(flow, model, cls);
        settleProxies(flow, model);
      }
      return undefined;
    },
    element(flow, of) {
      if (of.k !== 'special' || of.dialect !== 'sqlalchemy') return undefined;
      return of.tag === 'result' ? resultElement(flow, of) : of.tag === 'returned' ? returnedElement(of) : of.tag === 'proxy' ? proxyElement(of) : undefined;
    },
    operator(flow, op, args, env, at) {
      const compared = args.find((arg) => arg.k === 'special' && arg.tag === 'relationship');
      return compared?.k === 'special' && op === '=='
        ? relationshipEquals(flow, compared, args.find((arg) => arg !== compared) ?? ANY, flow.place(env, at))
        : undefined;
    },
    construct(flow, model, site) {
      fillProxies(flow, model, site);
      return model.cls ? insertRow(flow, model, namedByField(flow, model.cls, site.args, site.at), site) : undefined;
    },
    assign: putInProxy,
    item(flow, of, key, env, at) {
      if (of.k === 'list') {
        const name = text(key);
        return name === null ? undefined : selected(flow, of, name, env, at);
      }
      if (of.k === 'special' && of.dialect === 'sqlalchemy' && of.tag === 'proxy') return proxyElement(of);
      // `result.c[name]`, `Model.json_column["key"]`
      if (of.k === 'column' && of.model.dialect === 'sqlalchemy') return { ...of, wrapped: of.wrapped ?? '[]' };
      return undefined;
    },
  },
};

/** The table and the mapper of a model, and what they have of its columns. */
const OF_WHOLE = new Set(['__table__', '__mapper__', 'c', 'columns', 'persist_selectable', 'mapped_table', 'local_table', 'column_attrs']);

/** A composite is made of all its columns, wherever it goes: pages and schemas have other names for them than the table has. */
function readWhole(flow: Flow, model: Model, path: string, place: Place): void {
  for (const attribute of attributesAt(model, path)) flow.record.column(model, attribute, 'read', place, flow.currentFn);
}

/** Names of SQLAlchemy that the extension gives on and that applications give names of their own: `Column = db.Column`. */
const DECLARATIONS = new Set(
  'Column ForeignKey Table relationship backref Index UniqueConstraint CheckConstraint PrimaryKeyConstraint ForeignKeyConstraint Computed Identity mapped_column column_property synonym deferred func text select'.split(
    ' ',
  ),
);

/** What the extension has beside the names of SQLAlchemy. https://flask-sqlalchemy.readthedocs.io/en/stable/api/ */
const EXTENSION_OWN = new Set(
  'session metadata metadatas engine engines Query app init_app create_all drop_all reflect get_engine get_app get_binds get_tables_for_bind create_scoped_session create_session paginate get_or_404 first_or_404 one_or_404'.split(
    ' ',
  ),
);
