/**
 * `@hybrid_property`: on a class it is an expression over columns, by its `expression` or else by what the getter says of the class.
 * https://docs.sqlalchemy.org/en/20/orm/extensions/hybrid.html
 */
import type { Expr, Func } from '../../../facts/code.js';
import { decoratorName, lineage, ownMembers } from '../../../flow/classes.js';
import type { Flow } from '../../../flow/evaluate.js';
import type { Model } from '../../../flow/model.js';
import { ANY, type ClassRef, type ColumnValue, type FnRef, type Value } from '../../../flow/value.js';
import type { Place } from '../../../model/schema.js';

/** `Model.name` of a hybrid property that comes to a column or to conditions; undefined for any other name. */
export function hybridAttribute(flow: Flow, of: Value & { k: 'model' }, name: string, place: Place): Value | undefined {
  const value = hybridOf(flow, of.model, name);
  if (value?.k === 'column') return seenAt(flow, value, of.alias, 'read', place);
  if (value?.k !== 'predicate') return undefined;
  return { ...value, conditions: value.conditions.map((condition) => ({ ...condition, column: seenAt(flow, condition.column, of.alias, 'filter', place) })) };
}

/** The column as one that is used where the property is. */
function seenAt(flow: Flow, column: ColumnValue, alias: string | undefined, kind: 'read' | 'filter', place: Place): ColumnValue {
  flow.record.column(column.model, column.attribute, kind, place, flow.currentFn);
  return { ...column, place, ...(alias === undefined || column.alias !== undefined ? {} : { alias }) };
}

function hybridOf(flow: Flow, model: Model, name: string): Value | null {
  const { cls } = model;
  if (!cls) return null;
  return flow.memoOf<Value | null>('hybrid', cls, `${model.id}.${name}`, () => {
    for (const owner of lineage(flow, cls)) {
      const getter = ownMembers(flow, owner).get(name);
      if (!getter) continue;
      if (getter.k !== 'method' || !getter.fn.fn.decorators.some((each) => decoratorName(each) === 'hybrid_property')) return null;
      const fn = expressionOf(flow, owner, name) ?? getter.fn;
      return flow.quiet(() => flow.callFn({ k: 'fn', fn, self: { k: 'model', model } }, []));
    }
    return null;
  }, ANY);
}

/** The function under `@name.expression` or `@name.inplace.expression`. */
function expressionOf(flow: Flow, owner: ClassRef, name: string): FnRef | null {
  for (const stmt of owner.cls.body) if (stmt.k === 'def' && isExpressionOf(stmt.fn, name)) return flow.fnRef(stmt.fn, owner.env, owner);
  return null;
}

function isExpressionOf(fn: Func, name: string): boolean {
  return fn.decorators.some((decorator) => decorator.k === 'attr' && decorator.name === 'expression' && isNamed(decorator.of, name));
}

function isNamed(of: Expr, name: string): boolean {
  return of.k === 'name' ? of.id === name : of.k === 'attr' && of.name === 'inplace' && isNamed(of.of, name);
}
