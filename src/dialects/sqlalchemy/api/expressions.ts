/** Column expressions: operators as methods, `and_`/`or_`, functions. https://docs.sqlalchemy.org/en/20/core/sqlelement.html */
import { spanStart } from '../../../facts/span.js';
import { COUNT } from '../../../flow/answers.js';
import { argument, isExternal, lastName, positional, unwritten } from '../../../flow/arguments.js';
import { lineage } from '../../../flow/classes.js';
import type { Flow } from '../../../flow/evaluate.js';
import { combine, negate, predicate } from '../../../flow/operators.js';
import type { Condition, ConditionOp } from '../../../flow/query.js';
import { ANY, membersOf, type ColumnValue, type PredicateValue, type Value } from '../../../flow/value.js';
import type { CallSite } from '../../dialect.js';

const AGGREGATES = new Set([
  'count', 'sum', 'avg', 'max', 'min', 'array_agg', 'string_agg', 'json_agg', 'jsonb_agg', 'bool_or', 'bool_and', 'every', 'stddev', 'percentile_cont',
  'group_concat',
]);

/** What a value in a select or filter stands for once aggregates and labels are taken off. */
function aggregate(called: string, columns: readonly ColumnValue[]): Value {
  return {
    k: 'special',
    dialect: 'sqlalchemy',
    tag: 'aggregate',
    data: { columns, isCount: called === 'count' },
    key: columns.map((column) => `${column.model.id}.${column.attribute}`).join(','),
  };
}

/** What a selected value is in a row: of a count, only that it is one. */
export function selectedItem(value: Value): Value {
  if (value.k === 'column') return { k: 'field', model: value.model, attribute: value.attribute, place: value.place };
  return value.k === 'special' && value.tag === 'aggregate' && value.data['isCount'] === true ? COUNT : ANY;
}

/** What is selected as the rows of a result have it: of a model its row; several things stand side by side. */
export function selectedRow(values: readonly Value[]): Value {
  const items = values.map((value): Value => (value.k === 'model' ? { k: 'row', model: value.model } : selectedItem(value)));
  return items.length === 1 ? items[0]! : { k: 'list', items };
}

/** A call on a column or of a function over columns; undefined when it is neither. */
export function expressionCall(flow: Flow, site: CallSite): Value | undefined {
  const { receiver, name, args } = site;
  if (receiver?.k === 'column') return columnMethod(flow, site, receiver, name!);
  if (receiver?.k === 'predicate') return name === 'self_group' || name === 'label' ? receiver : undefined;
  if (receiver?.k === 'special' && receiver.tag === 'relationship') return relationshipMethod(flow, site, receiver, name!);
  if (receiver?.k === 'special' && receiver.dialect === 'sqlalchemy' && receiver.tag === 'aggregate') return receiver;
  if (receiver?.k === 'special' && receiver.dialect === 'sqlalchemy' && receiver.tag === 'case') return receiver;
  const { callee } = site;
  if (callee.k !== 'ext' || !isExternal(callee, 'sqlalchemy') && !isExternal(callee, 'sqlmodel')) return undefined;
  const called = lastName(callee);
  const values = positional(args).map((arg) => arg.value);
  if (callee.name?.includes('func.')) {
    const columns = values.flatMap((value) => columnsIn(value));
    // A function of an aggregate, `coalesce(sum(…), 0)`, is one value of many rows as well.
    if (AGGREGATES.has(called) || values.some((value) => value.k === 'special' && value.tag === 'aggregate')) return aggregate(called, columns);
    // Whoever says what stands for null reckons with it.
    if (called === 'coalesce') for (const { model, attribute, place } of columns) flow.record.mark(model, attribute, place, 'isTest');
    return columns[0] ? { ...columns[0], wrapped: called } : { k: 'special', dialect: 'sqlalchemy', tag: 'function', data: { name: called }, key: called };
  }
  switch (called) {
    case 'and_': case 'or_': {
      // `or_(*[and_(…) for … in …])`: as many alternatives of one form as there are.
      const alike =
        called === 'or_'
          ? site.args.list.flatMap(({ spread, value }) => (spread === '*' && value.k === 'many' && value.of.k === 'predicate' ? [value.of] : []))
          : [];
      const parts = [...values.flatMap((value) => (value.k === 'list' ? value.items : [value])), ...alike].map((value) => asPredicate(flow, value));
      const known = parts.filter((part): part is PredicateValue => part !== null);
      const isOpen = site.args.list.filter((arg) => arg.spread !== null).length > alike.length;
      return combine(known, isOpen || known.length < parts.length, called === 'or_');
    }
    case 'not_': { const part = asPredicate(flow, values[0] ?? ANY); return part ? negate(part) : undefined; }
    case 'desc': case 'asc': return values[0]?.k === 'column' ? { k: 'sort', column: values[0], desc: called === 'desc' } : values[0];
    case 'nullslast': case 'nullsfirst': case 'nulls_last': case 'nulls_first': return values[0];
    case 'cast': case 'type_coerce': case 'col': case 'label': case 'distinct': case 'literal_column':
      return values[0]?.k === 'column' || values[0]?.k === 'predicate' ? values[0] : undefined;
    case 'with_loader_criteria': return criteria(flow, site, values);
    case 'coalesce': case 'case': return { k: 'special', dialect: 'sqlalchemy', tag: 'case', data: {}, key: `${spanStart(site.at)}` };
    // https://docs.sqlalchemy.org/en/20/orm/queryguide/inheritance.html#using-with-polymorphic
    case 'aliased': case 'with_polymorphic': {
      const model = values[0];
      return model?.k === 'model' ? { ...model, alias: `${spanStart(site.at)}` } : model;
    }
    default: return undefined;
  }
}

/**
 * `with_loader_criteria(Lead, lambda cls: cls.deleted_at.is_(None))`: what every query that has the option asks of the model, or of all that descend from a
 * class. https://docs.sqlalchemy.org/en/20/orm/queryguide/api.html#sqlalchemy.orm.with_loader_criteria
 */
function criteria(flow: Flow, site: CallSite, [entity, given]: readonly Value[]): Value {
  const models =
    entity?.k === 'model'
      ? [entity.model]
      : entity?.k === 'class'
        ? [...new Set(flow.modelsByClass.values())].filter(
            ({ cls, dialect }) => cls && dialect === 'sqlalchemy' && lineage(flow, cls).some(({ id }) => id === entity.cls.id),
          )
        : [];
  const asked = models.map((model) => (given?.k === 'fn' ? flow.callFn(given, [unwritten({ k: 'model', model }, site.at)]) : given ?? ANY));
  const conditions = asked.flatMap((value) => asPredicate(flow, value)?.conditions ?? []);
  return { k: 'special', dialect: 'sqlalchemy', tag: 'criteria', data: { conditions }, key: `${site.env.module.path}:${spanStart(site.at)}` };
}

export function columnsIn(value: Value): readonly ColumnValue[] {
  return membersOf(value).flatMap((member): readonly ColumnValue[] =>
    member.k === 'column'
      ? [member]
      : member.k === 'sort'
        ? [member.column]
        : member.k === 'special' && member.tag === 'aggregate'
          ? (member.data['columns'] as readonly ColumnValue[])
          : member.k === 'predicate'
            ? member.conditions.map((condition) => condition.column)
            : member.k === 'list'
              ? member.items.flatMap(columnsIn)
              : [],
  );
}

/** A filter's argument as conditions; a bare boolean column is one. Null when it cannot be read. */
export function asPredicate(flow: Flow, value: Value): PredicateValue | null {
  if (value.k === 'predicate') return value;
  if (value.k === 'column') return predicate(flow, value, '=', { k: 'const', v: true });
  if (value.k === 'union') {
    const parts = value.of.map((member) => asPredicate(flow, member));
    const known = parts.filter((part): part is PredicateValue => part !== null);
    return known.length ? combine(known, true, true) : null;
  }
  if (value.k === 'const' && value.v === true) return { k: 'predicate', conditions: [], isPartial: false };
  if (value.k === 'special' && value.tag === 'exists') return { k: 'predicate', conditions: [], isPartial: true };
  return null;
}

const METHODS: Readonly<Record<string, ConditionOp>> = {
  in_: 'in',
  not_in: 'other',
  notin_: 'other',
  is_: '=',
  is_not: '<>',
  isnot: '<>',
  between: 'range',
  like: 'like',
  ilike: 'like',
  not_like: 'other',
  notlike: 'other',
  not_ilike: 'other',
  contains: 'like',
  icontains: 'like',
  endswith: 'like',
  startswith: 'prefix',
  istartswith: 'like',
  regexp_match: 'like',
  match: 'like',
  is_distinct_from: 'other',
  is_not_distinct_from: '=',
  has_key: 'other',
  contained_by: 'other',
  overlap: 'other',
  op: 'other',
  any: 'other',
  bool_op: 'other',
  any_: 'other',
};

function columnMethod(flow: Flow, site: CallSite, column: ColumnValue, name: string): Value | undefined {
  const first = argument(site.args, 0) ?? ANY;
  const op = METHODS[name];
  if (op) {
    const like = name === 'like' && first.k === 'const' && typeof first.v === 'string' && !first.v.startsWith('%') ? 'prefix' : op;
    return predicate(flow, column, like, first);
  }
  switch (name) {
    case 'desc': case 'asc': return { k: 'sort', column, desc: name === 'desc' };
    case 'label': case 'nulls_last': case 'nulls_first': case 'nullslast': case 'nullsfirst': case 'distinct': case 'cast': case 'collate': return column;
    case 'astext': case 'as_string': return { ...column, wrapped: name };
    default: return undefined;
  }
}

function relationshipMethod(flow: Flow, site: CallSite, receiver: Value & { k: 'special' }, name: string): Value | undefined {
  if (name === 'of_type' || name === 'and_' || name === 'label') return receiver;
  if (name !== 'any' && name !== 'has' && name !== 'contains' && name !== 'is_') return undefined;
  const parts = positional(site.args).map((arg) => asPredicate(flow, arg.value));
  const conditions: Condition[] = parts
    .flatMap((part) => part?.conditions ?? [])
    .map((condition) => ({ ...condition, column: { ...condition.column, viaRelation: true } }));
  for (const arg of site.args.list) {
    if (arg.name === null) continue;
    const target = (receiver.data['relationship'] as { readonly target: import('../../../flow/model.js').Model }).target;
    if (!target.columns.has(arg.name)) continue;
    flow.record.column(target, arg.name, 'filter', flow.place(site.env, arg.at), flow.currentFn);
    conditions.push({
      column: { k: 'column', model: target, attribute: arg.name, place: flow.place(site.env, arg.at), viaRelation: true },
      op: '=',
      value: arg.value,
      isOptional: false,
      inOr: false,
      isJoin: false,
    });
  }
  return { k: 'predicate', conditions, isPartial: true };
}

/** The columns a sort names; strings are attributes of the query's first model. */
export function sortsOf(flow: Flow, values: readonly Value[]): readonly { readonly column: ColumnValue; readonly desc: boolean }[] {
  return values.flatMap((value) => (value.k === 'list' ? value.items : membersOf(value).slice(0, 1))).flatMap((value) => {
    const column = value.k === 'sort' ? value.column : value.k === 'column' ? value : null;
    if (!column) return [];
    flow.record.classify(column.model, column.attribute, column.place, 'sort');
    return [{ column, desc: value.k === 'sort' && value.desc }];
  });
}

