/** The steps of a query builder. https://typeorm.io/docs/query-builder/select-query-builder */
import { spanStart } from '../../../facts/span.js';
import { answer } from '../../../flow/answers.js';
import { argument, argumentOf, lastName, positional, text, unwritten } from '../../../flow/arguments.js';
import type { Flow } from '../../../flow/evaluate.js';
import { startQuery, type Condition } from '../../../flow/query.js';
import { ANY, membersOf, type EvaluatedArg, type Value } from '../../../flow/value.js';
import type { CallSite } from '../../dialect.js';
import { conditionsIn, isAlias, isBareColumn, namedColumns, textOf } from '../../shared/builder-texts.js';
import { byPrimaryKey } from '../../shared/lookups.js';
import { joinAlong } from '../../shared/object-queries.js';
import { columnOf, remember, sourceNamed, stateOf, step } from '../../shared/query-builder.js';
import { columnsIn } from '../../shared/query-text.js';
import { changeStep } from './builder-writes.js';
import { builderOf, makeBuilder, type Builder } from './builder.js';
import { entityArgument, isTypeorm } from './receivers.js';
import { relationStep } from './relation-builder.js';
import { selectRoot } from './selection.js';
import { whereOf } from './where.js';

const JOINS = /^(left|inner)Join(AndSelect|AndMapOne|AndMapMany)?$/;
const TERMINALS = new Set([
  'getOne', 'getOneOrFail', 'getMany', 'getManyAndCount', 'getCount', 'getExists', 'getRawOne', 'getRawMany', 'getRawAndEntities', 'stream', 'execute',
]);
const SAME = new Set([
  'setParameter', 'setParameters', 'cache', 'setLock', 'setQueryRunner', 'useIndex', 'maxExecutionTime', 'comment', 'distinct', 'loadAllRelationIds',
  'printSql', 'useTransaction', 'setOnLocked', 'setFindOptions', 'callListeners', 'updateEntity', 'whereExists', 'andWhereExists', 'orWhereExists', 'returning',
  'output', 'orIgnore', 'addCommonTableExpression', 'timeTravelQuery', 'disableEscaping', 'enableEscaping', 'setNativeParameters',
]);

/** A method of a builder; undefined for what is none. */
export function builderStep(flow: Flow, site: CallSite, receiver: Value, builder: Builder): Value | undefined {
  const { name, args, at } = site;
  if (!name) return undefined;
  if (TERMINALS.has(name)) return run(flow, builder, name);
  const join = JOINS.exec(name);
  const first = argument(args, 0);
  step(builder, site.nameAt);
  if (join) joinStep(flow, site, builder, join[1] as 'left' | 'inner', /AndMap/.test(name) ? 1 : 0);
  else switch (name) {
    case 'where': case 'andWhere': case 'orWhere': case 'having': case 'andHaving': case 'orHaving': whereStep(flow, site, builder, name); break;
    case 'whereInIds': case 'andWhereInIds': case 'orWhereInIds':
      if (builder.root) add(flow, builder, byPrimaryKey(builder.root, builder.place, { k: 'many', of: ANY }).conditions);
    break;
    case 'select': case 'addSelect': selectStep(flow, site, builder); break;
    case 'from': case 'into': case 'update': case 'insert': case 'delete': case 'set': case 'values': case 'softDelete': case 'restore': case 'orUpdate': case 'onConflict':
      changeStep(flow, site, builder);
    break;
    case 'orderBy': case 'addOrderBy': orderStep(flow, site, builder, name === 'orderBy'); break;
    case 'groupBy': case 'addGroupBy': for (const column of namedColumns(flow, builder, argumentOf(args, 0), site, 'group')) builder.groups.push(column);
    builder.isAggregate = true;
    break;
    case 'distinctOn': namedColumns(flow, builder, argumentOf(args, 0), site, 'read'); break;
    case 'limit': case 'take': builder.limit = first?.k === 'const' && typeof first.v === 'number' ? first.v : 100; break;
    case 'offset': case 'skip': builder.offset = true; break;
    case 'withDeleted': builder.isWithDeleted = true; break;
    case 'loadRelationCountAndMap': case 'loadRelationIdAndMap': pathRelationship(flow, builder, argumentOf(args, 1), site); break;
    case 'relation': return relationStep(flow, site, builder);
    case 'subQuery': return makeBuilder(flow, flow.place(site.env, at), null, null);
    case 'getQuery': case 'getSql': case 'getQueryAndParameters': remember(flow, builder); return ANY;
    case 'clone': {
      const copy = makeBuilder(flow, builder.place, null, null);
      Object.assign(copy.data['builder'] as object, {
        ...builder,
        sources: [...builder.sources],
        conditions: [...builder.conditions],
        sorts: [...builder.sorts],
        groups: [...builder.groups],
        selected: new Map(builder.selected),
        only: builder.only && new Set(builder.only),
      });
      return copy;
    }
    case 'createQueryBuilder': return makeBuilder(flow, flow.place(site.env, at), null, null);
    default: if (!SAME.has(name)) return undefined;
  }
  remember(flow, builder);
  return receiver;
}

function add(flow: Flow, builder: Builder, conditions: readonly Condition[]): void {
  for (const what of conditions) builder.conditions.push({ what, branches: [...flow.branches] });
}

function whereStep(flow: Flow, site: CallSite, builder: Builder, name: string): void {
  const arg = argumentOf(site.args, 0);
  if (!arg) return;
  if (name.startsWith('or') && name !== 'orderBy') builder.hasOr = true;
  // `where` begins anew.
  if (name === 'where' && flow.branches.length === builder.depth && !builder.isForeign) {
    const joins = builder.conditions.filter((each) => each.what.isJoin);
    builder.conditions.splice(0, builder.conditions.length, ...joins);
  }
  const isHaving = /having/i.test(name);
  for (const part of readArgument(flow, site, builder, arg)) if (!isHaving) add(flow, builder, [part]);
}

/** The conditions an argument states: a text, an object, brackets, a function that writes a sub-query. */
function readArgument(flow: Flow, site: CallSite, builder: Builder, arg: EvaluatedArg): readonly Condition[] {
  const texts = textOf(flow, arg, site);
  if (texts.length)
    return texts
      .flatMap((each) => conditionsIn(flow, builder, each, arg, site, false))
      .map((condition) => (texts.length > 1 ? { ...condition, isOptional: true } : condition));
  return membersOf(arg.value).flatMap((member): readonly Condition[] => {
    const callback = bracketsOf(member);
    if (callback) { inBrackets(flow, site, builder, callback); return []; }
    if ((member.k === 'dict' || member.k === 'list') && builder.root) {
      const read = whereOf(flow, builder.root, member, site.env, site.at);
      if (read.isPartial) builder.isPartial = true;
      return read.conditions.map((condition) => ({
        ...condition,
        column: { ...condition.column, ...(builder.rootAlias && condition.column.model === builder.root ? { alias: builder.rootAlias } : {}) },
      }));
    }
    if (member.k === 'fn') {
      // `where((qb) => "user.id IN " + qb.subQuery()…getQuery())`
      const sub = makeBuilder(flow, flow.place(site.env, arg.at), null, null);
      const written = text(flow.callFn(member, [{ ...arg, name: null, value: sub, spread: null }]));
      builder.isPartial = true;
      return written === null ? [] : conditionsIn(flow, builder, written, arg, site, false);
    }
    builder.isPartial = true;
    return [];
  });
}

function bracketsOf(value: Value): (Value & { k: 'fn' }) | null {
  if (value.k !== 'special' || value.dialect !== 'typeorm' || value.tag !== 'brackets') return null;
  const callback = value.data['callback'] as Value;
  return callback.k === 'fn' ? callback : null;
}

/** `new Brackets((qb) => qb.where(…).orWhere(…))`: what they add belongs to this builder, as alternatives among themselves. */
function inBrackets(flow: Flow, site: CallSite, builder: Builder, callback: Value & { k: 'fn' }): void {
  const outer = builder.hasOr;
  builder.hasOr = false;
  const start = builder.conditions.length;
  const inner: Value = { k: 'special', dialect: 'typeorm', tag: 'builder', data: { builder }, key: `${builder.id}@${spanStart(site.at)}` };
  // `where` inside of the brackets must not begin the builder anew.
  flow.branch(() => flow.callFn(callback, [unwritten(inner, site.at)]));
  const added = builder.conditions.splice(start);
  for (const { what, branches } of added)
    builder.conditions.push({
      what: builder.hasOr && !what.isJoin ? { ...what, inOr: true } : what,
      branches: branches.filter((_, index) => index !== flow.branches.length),
    });
  builder.hasOr = outer;
}

/** `alias.relation` of an argument, followed. */
function pathRelationship(
  flow: Flow,
  builder: Builder,
  arg: EvaluatedArg | null,
  site: CallSite,
): { model: import('../../../flow/model.js').Model; relationship: import('../../../flow/model.js').ModelRelationship; alias: string } | null {
  const path = text(arg?.value);
  const [, alias, property] = /^(\w+)\.([\w.]+)$/.exec(path ?? '') ?? [];
  const source = alias ? sourceNamed(builder, alias) : undefined;
  const relationship = source && property ? source.model.relationships.get(property) : undefined;
  if (!arg || !source || !relationship) return null;
  flow.record.relationship(source.model, relationship, flow.place(site.env, arg.at), flow.currentFn);
  return { model: source.model, relationship, alias: source.alias ?? '' };
}

function joinStep(flow: Flow, site: CallSite, builder: Builder, kind: 'left' | 'inner', skip: number): void {
  const target = argumentOf(site.args, skip);
  const alias = text(argument(site.args, skip + 1));
  const on = argumentOf(site.args, skip + 2);
  if (!target) return;
  const followed = pathRelationship(flow, builder, target, site);
  if (followed) {
    const joined = joinAlong(startQuery(flow.place(site.env, site.at), followed.model, ANY), target.at, followed.model, followed.relationship, {
      alias,
      from: followed.alias || null,
      kind,
    });
    builder.sources.push({ model: followed.relationship.target, alias, join: kind });
    add(flow, builder, joined.conditions);
  } else {
    const model = entityArgument(flow, target.value) ?? tableNamed(flow, text(target.value));
    if (model) {
      flow.record.table(model, 'select', flow.place(site.env, target.at));
      builder.sources.push({ model, alias, join: kind });
    } else if (target.value.k === 'fn') {
      flow.callFn(target.value, [{ ...target, value: makeBuilder(flow, flow.place(site.env, target.at), null, null) }]);
      builder.isPartial = true;
    } else builder.isPartial = true;
  }
  if (on) for (const written of textOf(flow, on, site)) add(flow, builder, conditionsIn(flow, builder, written, on, site, true));
}

/** The model of a table's name. */
function tableNamed(flow: Flow, name: string | null): import('../../../flow/model.js').Model | null {
  if (name === null) return null;
  return [...flow.modelsByName.values()].flat().find((model) => model.dialect === 'typeorm' && model.table.name === name) ?? null;
}

function selectStep(flow: Flow, site: CallSite, builder: Builder): void {
  const arg = argumentOf(site.args, 0);
  if (!arg) return;
  const alias = text(argument(site.args, 1));
  if (arg.value.k === 'fn') {
    flow.callFn(arg.value, [{ ...arg, value: makeBuilder(flow, flow.place(site.env, arg.at), null, null) }]);
    if (alias) builder.selected.set(alias, ANY);
    return;
  }
  const texts = membersOf(arg.value).flatMap((member) => (member.k === 'list' ? member.items : [member])).map(text).filter((each) => each !== null);
  if (texts.some((each) => /\b(count|sum|avg|min|max|array_agg|json_agg|string_agg)\s*\(/i.test(each))) builder.isAggregate = true;
  selectRoot(flow, builder, arg.value, { isAdded: site.name === 'addSelect', isNamed: alias !== null });
  const columns = namedColumns(flow, builder, arg, site, 'read');
  const [only] = columns;
  const name = alias ?? /\bas\s+"?(\w+)"?\s*$/i.exec(texts[0] ?? '')?.[1] ?? null;
  if (name !== null) builder.selected.set(name, columns.length === 1 && only ? fieldOf(only) : ANY);
  // A raw row names a column after its alias.
  else
    for (const column of columns)
      builder.selected.set(
        `${column.alias ?? builder.rootAlias ?? ''}_${column.model.columns.get(column.attribute)?.name ?? column.attribute}`,
        fieldOf(column),
      );
}

const fieldOf = (column: import('../../../flow/value.js').ColumnValue): Value => ({
  k: 'field',
  model: column.model,
  attribute: column.attribute,
  place: column.place,
});

function orderStep(flow: Flow, site: CallSite, builder: Builder, isNew: boolean): void {
  if (isNew && flow.branches.length === builder.depth) builder.sorts = [];
  const arg = argumentOf(site.args, 0);
  if (!arg) return;
  const sort = (column: import('../../../flow/value.js').ColumnValue, direction: Value | null): void => {
    builder.sorts.push({ what: { column, desc: /^desc$/i.test(text(direction) ?? ''), isOptional: false }, branches: [...flow.branches] });
  };
  if (arg.value.k === 'dict') {
    for (const [key, direction] of arg.value.entries) {
      const place = arg.value.places?.get(key) ?? flow.place(site.env, arg.at);
      for (const each of columnsIn(key, isAlias(builder), isBareColumn(builder))) {
        const column = columnOf(flow, builder, each, place, 'sort');
        if (column) sort(column, direction);
      }
    }
    return;
  }
  for (const column of namedColumns(flow, builder, arg, site, 'sort')) sort(column, positional(site.args)[1]?.value ?? null);
}

function run(flow: Flow, builder: Builder, name: string): Value {
  const state = stateOf(flow, builder);
  const { root } = builder;
  const row: Value = root ? { k: 'row', model: root, ...(builder.only ? { only: new Set(builder.only) } : {}) } : ANY;
  const raw: Value = { k: 'dict', entries: new Map(builder.selected), rest: ANY };
  const finish = (expects: string, isAggregate = false): string => {
    if (state && builder.verb !== 'insert') flow.record.finish({ ...state, isAggregate: state.isAggregate || isAggregate }, expects);
    return state?.id ?? '';
  };
  const found = (expects: string): Value => { const lookup = finish(expects); return row.k === 'row' ? { ...row, lookup } : row; };
  const many = (): Value => ({ k: 'many', of: found('many') });
  switch (name) {
    case 'getOne': case 'getOneOrFail': return found('first');
    case 'getMany': return many();
    case 'getManyAndCount': return { k: 'list', items: [many(), ANY] };
    case 'getRawAndEntities': return { k: 'dict', entries: new Map<string, Value>([['entities', many()], ['raw', { k: 'many', of: raw }]]), rest: null };
    case 'getCount': { const lookup = finish('count', true); return answer('typeorm', lookup); }
    case 'getExists': { const lookup = finish('exists'); return answer('typeorm', lookup); }
    case 'getRawOne': finish(builder.isAggregate ? 'count' : 'first'); return raw;
    case 'getRawMany': finish('many'); return { k: 'many', of: raw };
    default: finish('many'); return builder.verb === 'select' ? { k: 'many', of: raw } : ANY;
  }
}

/** `new Brackets(…)`, `new NotBrackets(…)` as a value of its own. */
export function brackets(site: CallSite): Value | undefined {
  if (!site.isNew || site.callee.k !== 'ext' || !isTypeorm(site.callee.module) || !/^(Not)?Brackets$/.test(lastName(site.callee))) return undefined;
  return {
    k: 'special',
    dialect: 'typeorm',
    tag: 'brackets',
    data: { callback: argument(site.args, 0) ?? ANY },
    key: `${site.env.module.path}:${spanStart(site.at)}`,
  };
}

/** A builder that code we cannot see may change. */
export function handBuilders(site: CallSite): void {
  for (const arg of site.args.list) for (const member of membersOf(arg.value)) { const builder = builderOf(member); if (builder) builder.isPartial = true; }
}
