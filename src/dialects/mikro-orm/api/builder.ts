/** MikroORM's query builder. https://mikro-orm.io/docs/query-builder */
import { argument, argumentOf, text } from '../../../flow/arguments.js';
import type { Flow } from '../../../flow/evaluate.js';
import type { Model } from '../../../flow/model.js';
import { startQuery, type Condition } from '../../../flow/query.js';
import { ANY, membersOf, type DictValue, type SpecialValue, type Value } from '../../../flow/value.js';
import type { Place } from '../../../model/schema.js';
import type { CallSite } from '../../dialect.js';
import { conditionsIn, namedColumns, textOf } from '../../shared/builder-texts.js';
import { lookupBy } from '../../shared/lookups.js';
import { joinAlong } from '../../shared/object-queries.js';
import { insertObject, updateObject } from '../../shared/object-writes.js';
import { builderOf as known, columnOf, makeBuilder as make, remember, sourceNamed, stateOf, step, type Builder } from '../../shared/query-builder.js';
import { DIALECT } from '../names.js';
import { entityArgument } from './receivers.js';
import { whereOf } from './where.js';

const TERMINALS = new Set(['execute', 'getResult', 'getResultList', 'getSingleResult', 'getResultAndCount', 'getCount', 'get', 'all', 'run', 'then']);
const SAME = new Set([
  'setFlag', 'unsetFlag', 'cache', 'setLockMode', 'indexHint', 'comment', 'hintComment', 'populate', 'distinct', 'distinctOn', 'withSubQuery', 'withSchema',
  'setLoggerContext', 'setLogger', 'ignore', 'merge', 'as', 'toQuery', 'from', 'having', 'returning', 'applyFilters', 'applyJoinedFilters', 'withExecutor',
  'processPopulateHint',
]);
const JOIN = /^(left|inner)?[jJ]oin(Lateral)?(AndSelect)?$/;

export const makeBuilder = (flow: Flow, place: Place, root: Model, alias: string | null): SpecialValue => make(flow, DIALECT, () => [], place, root, alias);
export const builderOf = (value: Value | null | undefined): Builder | null => known(value, DIALECT);

/** A method of a builder; undefined for what is none. */
export function builderStep(flow: Flow, site: CallSite, receiver: Value, builder: Builder): Value | undefined {
  const { name, args } = site;
  if (!name) return undefined;
  if (TERMINALS.has(name)) return run(flow, site, builder, name);
  const first = argument(args, 0);
  step(builder, site.nameAt);
  const join = JOIN.exec(name);
  if (join) joinStep(flow, site, builder, join[1] === 'left' ? 'left' : 'inner');
  else switch (name) {
    case 'where': case 'andWhere': case 'orWhere': whereStep(flow, site, builder, name === 'orWhere'); break;
    case 'select': case 'addSelect': namedColumns(flow, builder, argumentOf(args, 0), site, 'read'); break;
    case 'orderBy': case 'andOrderBy': if (name === 'orderBy' && flow.branches.length === builder.depth) builder.sorts = [];
    orderStep(flow, site, builder, first);
    break;
    case 'groupBy': for (const column of namedColumns(flow, builder, argumentOf(args, 0), site, 'group')) builder.groups.push(column);
    builder.isAggregate = true;
    break;
    case 'limit': builder.limit = first?.k === 'const' && typeof first.v === 'number' ? first.v : 100; if (argument(args, 1)) builder.offset = true; break;
    case 'offset': builder.offset = true; break;
    case 'count': builder.isAggregate = true; break;
    case 'insert': builder.verb = 'insert'; if (builder.root) insertObject(flow, builder.root, first, site.env, site.at); break;
    case 'update': builder.verb = 'update'; if (builder.root) updateObject(flow, builder.root, first, site.env, site.at); break;
    case 'delete': case 'truncate': builder.verb = 'delete';
    if (builder.root) flow.record.table(builder.root, 'delete', flow.place(site.env, site.at));
    if (first) whereStep(flow, site, builder, false);
    break;
    case 'onConflict': onConflict(flow, site, builder); break;
    case 'clone': {
      const copy = make(flow, DIALECT, builder.hidden, builder.place, null, null);
      Object.assign(copy.data['builder'] as object, {
        ...builder,
        sources: [...builder.sources],
        conditions: [...builder.conditions],
        sorts: [...builder.sorts],
        groups: [...builder.groups],
        selected: new Map(builder.selected),
      });
      return copy;
    }
    case 'getKnexQuery': case 'getNativeQuery': case 'getFormattedQuery': case 'getQuery': case 'getParams': remember(flow, builder); return ANY;
    default: if (!SAME.has(name)) return undefined;
  }
  remember(flow, builder);
  return receiver;
}

function add(flow: Flow, builder: Builder, conditions: readonly Condition[]): void {
  for (const what of conditions) builder.conditions.push({ what, branches: [...flow.branches] });
}

/** `where({ 'a.name': x, books: { … } })`, `where('a.age > ?', [18])`. */
function whereStep(flow: Flow, site: CallSite, builder: Builder, isOr: boolean): void {
  const arg = argumentOf(site.args, 0);
  if (!arg || !builder.root) return;
  if (isOr) builder.hasOr = true;
  const texts = textOf(flow, arg, site);
  if (texts.length) { for (const written of texts) add(flow, builder, conditionsIn(flow, builder, written, arg, site, false)); return; }
  for (const member of membersOf(arg.value)) for (const [alias, model, part] of byAlias(builder, builder.root, member)) {
    const read = whereOf(flow, model, part, site.env, site.at);
    if (read.isPartial) builder.isPartial = true;
    add(
      flow,
      builder,
      read.conditions.map((condition) => ({ ...condition, column: { ...condition.column, ...(alias && condition.column.model === model ? { alias } : {}) } })),
    );
  }
}

/** The parts of a filter by the source that their keys are qualified with. */
function byAlias(builder: Builder, root: Model, value: Value): readonly (readonly [alias: string | null, model: Model, part: Value])[] {
  if (value.k !== 'dict') return [[builder.rootAlias, root, value]];
  const parts = new Map<string, { alias: string | null; model: Model; entries: Map<string, Value>; places: Map<string, Place> }>();
  for (const [key, each] of value.entries) {
    const [, qualifier, rest] = /^(\w+)\.(.+)$/.exec(key) ?? [];
    const source = qualifier ? sourceNamed(builder, qualifier) : undefined;
    const alias = source?.alias ?? builder.rootAlias;
    const part = parts.get(alias ?? '') ?? { alias, model: source?.model ?? root, entries: new Map<string, Value>(), places: new Map<string, Place>() };
    const name = source && rest ? rest : key;
    part.entries.set(name, each);
    const place = value.places?.get(key);
    if (place) part.places.set(name, place);
    parts.set(alias ?? '', part);
  }
  const rest = value.rest;
  return [...parts.values()].map(({ alias, model, entries, places }) => [alias, model, { k: 'dict', entries, places, rest } satisfies DictValue] as const);
}

function orderStep(flow: Flow, site: CallSite, builder: Builder, value: Value | null): void {
  for (const member of value?.k === 'list' ? value.items : value ? membersOf(value) : []) {
    if (member.k !== 'dict') continue;
    for (const [key, direction] of member.entries) {
      const [, qualifier, rest] = /^(\w+)\.(\w+)$/.exec(key) ?? [];
      const isQualified = qualifier !== undefined && sourceNamed(builder, qualifier) !== undefined;
      const column = columnOf(
        flow,
        builder,
        { alias: isQualified ? qualifier : null, path: isQualified ? rest! : key, at: 0, end: 0, wrapped: null },
        member.places?.get(key) ?? flow.place(site.env, site.at),
        'sort',
      );
      if (column)
        builder.sorts.push({
          what: { column, desc: /^desc/i.test(text(direction) ?? (direction.k === 'ext' ? (direction.name?.split('.').pop() ?? '') : '')), isOptional: false },
          branches: [...flow.branches],
        });
    }
  }
}

/** `leftJoin('a.books', 'b', { 'b.title': 'x' })`. */
function joinStep(flow: Flow, site: CallSite, builder: Builder, kind: 'left' | 'inner'): void {
  const target = argumentOf(site.args, 0);
  const path = text(target?.value);
  const alias = text(argument(site.args, 1));
  const [, qualifier, property] = /^(?:(\w+)\.)?(\w+)$/.exec(path ?? '') ?? [];
  const source = qualifier ? sourceNamed(builder, qualifier) : builder.sources[0];
  const relationship = source && property ? source.model.relationships.get(property) : undefined;
  if (!target || !source || !relationship) {
    const model = entityArgument(flow, target?.value ?? null);
    if (model) builder.sources.push({ model, alias, join: kind });
    else builder.isPartial = true;
    return;
  }
  flow.record.relationship(source.model, relationship, flow.place(site.env, target.at), flow.currentFn);
  builder.sources.push({ model: relationship.target, alias, join: kind });
  add(
    flow,
    builder,
    joinAlong(startQuery(flow.place(site.env, site.at), source.model, ANY), target.at, source.model, relationship, { alias, from: source.alias, kind })
      .conditions,
  );
  const on = argument(site.args, 2);
  for (const member of on ? membersOf(on) : [])
    for (const [named, model, part] of byAlias(builder, relationship.target, member))
      add(
        flow,
        builder,
        whereOf(flow, model, part, site.env, site.at).conditions.map((condition) => ({
          ...condition,
          isJoin: true,
          column: { ...condition.column, ...(named ? { alias: named } : {}) },
        })),
      );
}

/** `onConflict('email').merge()`. */
function onConflict(flow: Flow, site: CallSite, builder: Builder): void {
  const given = argumentOf(site.args, 0);
  const names = given?.value.k === 'list' ? given.value.items.map(text) : [text(given?.value)];
  if (builder.root) lookupBy(flow, site.env, builder.root, names.filter((name) => name !== null), given?.at ?? site.at);
}

function run(flow: Flow, site: CallSite, builder: Builder, name: string): Value {
  const state = stateOf(flow, builder);
  const row: Value = builder.root ? { k: 'row', model: builder.root } : ANY;
  const isOne = name === 'getSingleResult' || name === 'get' || text(argument(site.args, 0)) === 'get';
  const isCount = name === 'getCount';
  if (state && builder.verb !== 'insert')
    flow.record.finish({ ...state, isAggregate: state.isAggregate || isCount }, isCount || (isOne && state.isAggregate) ? 'count' : isOne ? 'first' : 'many');
  if (builder.verb !== 'select' || isCount || builder.isAggregate) return ANY;
  if (row.k !== 'row' || !state) return isOne ? row : { k: 'many', of: row };
  if (isOne && name !== 'getResultAndCount') return { ...row, lookup: state.id };
  const rows: Value = { k: 'many', of: { ...row, from: state.id } };
  return name === 'getResultAndCount' ? { k: 'list', items: [rows, ANY] } : rows;
}

