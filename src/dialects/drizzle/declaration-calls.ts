/** Calls that declare: they become terms as written, and their callbacks are not run as if they were code of the application. */
import { spanEnd, spanStart } from '../../facts/span.js';
import { argument, text, unwritten } from '../../flow/arguments.js';
import type { Flow } from '../../flow/evaluate.js';
import type { Term, Value } from '../../flow/value.js';
import type { CallSite } from '../dialect.js';
import { runTemplate } from './api/templates.js';
import { DIALECT, declaredBy, drizzleName, isDeclaration, siteOf, tableTerm } from './names.js';
import { helperAttribute } from './relations.js';
import { asDeclaredColumn, declaredColumn, sqlValue } from './sql-text.js';
import { columnOfDeclared } from './tables.js';
import { pendingSelect } from './views.js';

/** Functions of the cores and of `relations`; all others of the package work on queries. */
const DECLARING = new Set(['relations', 'defineRelations', 'defineRelationsPart', 'one', 'many', 'pgRole', 'pgSequence', 'pgPolicy']);
/** Functions over columns that stand in declarations too. */
const CONDITIONS = new Set(['eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'like', 'ilike', 'and', 'or', 'not', 'isNull', 'isNotNull', 'inArray', 'between']);

/** A term or value of a declaration; undefined for calls that declare nothing. */
export function declarationCall(flow: Flow, site: CallSite): Value | undefined {
  const { callee, receiver } = site;
  const name = drizzleName(callee);
  if (site.template && name === 'sql') { runTemplate(flow, site.template, site); return sqlValue(site.template, site.args, site.env); }
  if (receiver?.k === 'special' && receiver.dialect === DIALECT) return methodOfDeclared(flow, site, receiver);
  if (receiver?.k === 'model' && receiver.model.dialect === DIALECT && (site.name === 'enableRLS' || site.name === 'existing' || site.name === 'as')) {
    // The query of a view is code that reads its tables.
    const query = argument(site.args, 0);
    if (query?.k === 'fn') flow.callFn(query, [unwritten({ k: 'special', dialect: DIALECT, tag: 'query-builder', data: {}, key: '' }, site.at)]);
    return receiver;
  }
  if (declaredBy(callee, receiver, site.name)) {
    const term = declared(flow, site);
    const model = flow.modelsBySite.get(siteOf(term));
    return model ? { k: 'model', model } : term;
  }
  if (receiver?.k === 'term') return isDeclaration(receiver) ? declared(flow, site) : undefined;
  if (callee.k === 'term') return isDeclaration(callee) ? declared(flow, site) : undefined;
  if (name === null || receiver) return undefined;
  if (DECLARING.has(name)) { forgetNames(flow, site); return declared(flow, site); }
  if (CONDITIONS.has(name))
    return site.args.list.some((arg) => asDeclaredColumn(arg.value) || (arg.value.k === 'term' && isDeclaration(arg.value))) ? declared(flow, site) : undefined;
  return callee.k === 'ext' &&
    /-core(\/|$)/.test(callee.module) &&
    !/^(alias|union|intersect|except|getTableConfig|getViewConfig)/.test(name) &&
    !name.startsWith('sql')
    ? declared(flow, site)
    : undefined;
}

function declared(flow: Flow, site: CallSite): Term {
  for (const arg of site.args.list) if (arg.value.k === 'fn') flow.settle(arg.value.fn);
  return {
    k: 'term',
    callee: site.callee,
    ...(site.receiver ? { of: site.receiver } : {}),
    ...(site.name ? { name: site.name } : {}),
    args: site.args,
    place: flow.place(site.env, site.at),
    env: site.env,
  };
}

/** `relations(users, …)` names a table and does nothing with its rows. */
function forgetNames(flow: Flow, site: CallSite): void {
  flow.record.declares(flow.place(site.env, site.at));
  for (const arg of site.args.list) if (arg.value.k === 'model') flow.record.unmention(arg.value.model, flow.place(site.env, arg.at));
}

/** `t.createdAt.desc()`, `r.many.posts({…})`, `r.users.id.through(…)`, the query of a view. */
function methodOfDeclared(flow: Flow, site: CallSite, receiver: Value & { k: 'special' }): Value | undefined {
  const column = asDeclaredColumn(receiver);
  if (column) {
    switch (site.name) {
      case 'desc': return declaredColumn({ ...column, desc: true });
      case 'op': return declaredColumn({ ...column, opclass: text(argument(site.args, 0)) });
      case 'through': return declaredColumn({ ...column, through: asDeclaredColumn(argument(site.args, 0)) });
      default: return receiver;
    }
  }
  if (receiver.tag === 'sql') return site.name === 'as' ? { ...receiver, data: { ...receiver.data, alias: text(argument(site.args, 0)) } } : receiver;
  if (receiver.tag === 'relations') {
    const builder = site.name ? helperAttribute(flow, receiver, site.name) : undefined;
    return builder?.k === 'special' && builder.tag === 'relation-builder' ? relationMade(flow, site, builder) : undefined;
  }
  if (flow.modelsBySite.size > 0) return undefined;
  if (receiver.tag === 'query-builder')
    return site.name?.startsWith('select') ? pendingSelect(argument(site.args, 0), site.at, `${site.env.module.path}:${spanStart(site.at)}`) : receiver;
  return receiver.tag === 'select' ? receiver : undefined;
}

function relationMade(flow: Flow, site: CallSite, builder: Value & { k: 'special' }): Value {
  return {
    k: 'special',
    dialect: DIALECT,
    tag: 'relation',
    data: { ...builder.data, options: argument(site.args, 0), place: flow.place(site.env, site.nameAt) },
    key: `${site.env.module.path}:${spanStart(site.at)}:${spanEnd(site.at)}`,
  };
}

/** An attribute of a value that exists only while declarations are read; undefined for all others. */
export function declaredAttribute(flow: Flow, of: Value, name: string): Value | undefined {
  if (of.k === 'term') {
    const table = tableTerm(of);
    return table && name !== 'enableRLS' && name !== 'existing' && name !== 'as' ? columnOfDeclared(siteOf(table), name) : undefined;
  }
  if (of.k !== 'special' || of.dialect !== DIALECT) return undefined;
  if (of.tag === 'declared-table') return columnOfDeclared(of.data['site'] as string, name);
  if (of.tag === 'relations') return helperAttribute(flow, of, name);
  return undefined;
}
