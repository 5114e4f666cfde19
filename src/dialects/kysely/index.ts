/** Kysely: queries built from names of tables and columns in texts. https://kysely.dev/docs/getting-started */
import type { Template } from '../../facts/code.js';
import { spanStart } from '../../facts/span.js';
import { isExternal, lastName, text } from '../../flow/arguments.js';
import type { Flow } from '../../flow/evaluate.js';
import { ANY, membersOf, type SpecialValue, type Value } from '../../flow/value.js';
import type { CallSite, Dialect } from '../dialect.js';
import { builderAttribute, builderCall, expressionCall, functionCall } from './builder.js';
import { noteDatabase, tellDatabases } from './database.js';
import { draftOf, noParts, reference } from './draft.js';
import { builderValue, expressionOf, expressionValue, readAll } from './expressions.js';
import { DIALECT, isUsed } from './names.js';
import { beginQuery, handOver, joinCall, queryCall, withCall } from './steps.js';
import { beginInsert, conflictCall, insertCall, updateCall } from './writes.js';

const BEGINS = new Set(['selectFrom', 'insertInto', 'replaceInto', 'updateTable', 'deleteFrom', 'with', 'withRecursive']);

export const kysely: Dialect = {
  id: DIALECT,
  language: 'typescript',
  api: {
    call(flow, site) {
      if (site.env.module.language !== 'typescript' || !flow.queries) return undefined;
      if (site.receiver?.k === 'special' && site.receiver.dialect === DIALECT) return ownCall(flow, site, site.receiver);
      if (site.callee.k === 'special' && site.callee.dialect === DIALECT) return calledAlone(flow, site, site.callee);
      if (!isUsed(flow)) return undefined;
      if (site.template) return isExternal(site.callee, 'kysely') && !site.sql ? fragment(site, site.template) : undefined;
      if (site.receiver && BEGINS.has(site.name ?? '')) return isOwnMethod(flow, site) ? undefined : begun(flow, site);
      // `db.fn.count('id')`
      if (site.name && /(?:^|\.)fn$/.test(site.receiverName ?? '') && site.receiver && UNTYPED.has(site.receiver.k)) return functionCall(flow, site, site.name);
      if (isExternal(site.callee, 'kysely')) return ofLibrary(flow, site);
      if (site.callee.k !== 'fn' && site.args.list.some((arg) => draftOf(arg.value)) && !(site.receiver && isOwnMethod(flow, site))) handOver(flow, site);
      return transaction(flow, site);
    },
    annotation(flow, name, args, env) {
      if (isExternal(name, 'kysely', 'Kysely', 'Transaction', 'ControlledTransaction')) noteDatabase(flow, args[0], env);
      return undefined;
    },
    attribute(_flow, of, name, env, at) {
      return of.k === 'special' && of.dialect === DIALECT && (of.tag === 'builder' || of.tag === 'with')
        ? of.tag === 'builder'
          ? builderAttribute(of, name, { env, at })
          : ANY
        : undefined;
    },
  },
};

const UNTYPED = new Set<Value['k']>(['any', 'term', 'extobj', 'ext', 'special']);

function begun(flow: Flow, site: CallSite): Value | undefined {
  tellDatabases(flow);
  if (site.name === 'with' || site.name === 'withRecursive') return withCall(flow, site);
  return site.name === 'insertInto' || site.name === 'replaceInto' ? beginInsert(flow, site) : beginQuery(flow, site);
}

function ownCall(flow: Flow, site: CallSite, of: SpecialValue): Value | undefined {
  switch (of.tag) {
    case 'query': { const draft = draftOf(of)!; return updateCall(flow, site, draft) ?? queryCall(flow, site, draft); }
    case 'insert': return insertCall(flow, site, of);
    case 'conflict': return conflictCall(flow, site, of);
    case 'join': return joinCall(flow, site, of);
    case 'with': return begun(flow, site);
    case 'expression': return expressionCall(flow, site, of);
    case 'functions': return functionCall(flow, site, site.name);
    case 'builder': return BEGINS.has(site.name ?? '') ? begun(flow, site) : builderCall(flow, site, site.name);
    default: return undefined;
  }
}

/** `eb(…)`, and what was taken out of a builder: `({ and, fn, selectFrom }) => …`. */
function calledAlone(flow: Flow, site: CallSite, of: SpecialValue): Value | undefined {
  const name = (of.data['name'] as string | undefined) ?? '';
  if (of.tag === 'builder') return builderCall(flow, site, null);
  if (of.tag === 'functions') return functionCall(flow, site, null);
  if (of.tag !== 'method') return undefined;
  return BEGINS.has(name) ? begun(flow, { ...site, receiver: of, name }) : builderCall(flow, site, name);
}

/** A method of that name that the repository has itself is followed. */
function isOwnMethod(flow: Flow, site: CallSite): boolean {
  if (!['object', 'class', 'module', 'dict', 'union'].includes(site.receiver!.k) || !site.name) return false;
  return membersOf(flow.quiet(() => flow.attribute(site.receiver!, site.name!, site.env, site.nameAt))).some(
    (member) => member.k === 'fn' || member.k === 'class',
  );
}

const AGGREGATE = /\b(?:count|sum|avg|min|max|array_agg|json_agg|jsonb_agg|string_agg|bool_or|bool_and)\s*\(/i;

/** A `sql` template that is a part of a statement. https://kysely.dev/docs/recipes/raw-sql */
function fragment(site: CallSite, template: Template): Value | undefined {
  if (site.callee.k !== 'ext' || site.callee.name !== 'sql') return undefined;
  const parts = { ...noParts(), isPartial: true, aggregates: template.parts.some((part) => part.k === 'text' && AGGREGATE.test(part.v)) };
  for (const { value } of site.args.list) { const read = expressionOf(value); if (read) readAll(read, parts); }
  return expressionValue({ parts, plain: null, wrapped: 'sql', alias: null }, site);
}

/** `sql.ref('a.b')`, `expressionBuilder()`, helpers that a query is given to. */
function ofLibrary(flow: Flow, site: CallSite): Value | undefined {
  const name = site.callee.k === 'ext' ? site.callee.name ?? '' : '';
  if (site.isNew && name === 'Kysely') noteDatabase(flow, site.types[0], site.env);
  const [first] = site.args.list;
  if (name === 'sql.ref' && text(first?.value) !== null)
    return expressionValue({ parts: noParts(), plain: reference(flow, text(first!.value)!, first!.at), wrapped: null, alias: null }, site);
  if (lastName({ module: '', name }) === 'expressionBuilder') return builderValue(site);
  const parts = noParts();
  for (const { value } of site.args.list) {
    const draft = draftOf(value);
    if (draft) {
      parts.subqueries.push(draft.query);
      for (const [key, each] of draft.binds) parts.binds.set(key, each);
    }
  }
  return parts.subqueries.length ? expressionValue({ parts, plain: null, wrapped: name, alias: null }, site) : undefined;
}

/** `db.transaction().execute(async (trx) => …)`: what the callback gives. */
function transaction(flow: Flow, site: CallSite): Value | undefined {
  const [first, second] = site.args.list;
  if (site.name !== 'execute' || first?.value.k !== 'fn' || second || !site.receiver || !UNTYPED.has(site.receiver.k)) return undefined;
  return flow.callFn(first.value, [
    { name: null, value: { k: 'any', id: `${site.env.module.path}:${spanStart(site.at)}:trx` }, expr: first.expr, spread: null, at: site.at },
  ]);
}
