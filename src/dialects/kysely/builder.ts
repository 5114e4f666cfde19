/** The expression builder and its functions. https://kysely-org.github.io/kysely-apidoc/interfaces/ExpressionBuilder.html */
import type { SqlCondition } from '../../facts/sql.js';
import { argument, argumentOf, text } from '../../flow/arguments.js';
import type { Flow } from '../../flow/evaluate.js';
import type { SpecialValue, Value } from '../../flow/value.js';
import type { CallSite } from '../dialect.js';
import { bound, noParts, reference, take, type Parts } from './draft.js';
import { builderValue, comparison, expressionOf, expressionValue, filterOf, made, readAll, readRefs, type Expression } from './expressions.js';

const AGGREGATES = new Set(['count', 'countAll', 'sum', 'avg', 'min', 'max', 'agg', 'jsonAgg']);

/** What an attribute of an expression builder is: destructured ones are called by themselves. */
export function builderAttribute(of: SpecialValue, name: string, site: Pick<CallSite, 'env' | 'at'>): Value {
  if (name === 'eb') return of;
  return builderValue(site, name === 'fn' ? 'functions' : 'method', name);
}

/** `eb('age', '>', 18)`, `eb.and([…])`, `and([…])`; undefined for what it does not have. */
export function builderCall(flow: Flow, site: CallSite, name: string | null): Value | undefined {
  const of = (parts: Parts, more: Partial<Expression> = {}): Value => expressionValue({ parts, plain: null, wrapped: null, alias: null, ...more }, site);
  const first = argumentOf(site.args, 0);
  switch (name) {
    case null: return of(comparison(flow, site, 'where'));
    case 'and': case 'or': return of(combined(flow, site, name === 'or'));
    case 'not': {
      const parts = filterOf(made(flow, first?.value ?? null, site), 'where');
      return of({ ...parts, conditions: parts.conditions.map((each) => ({ ...each, op: 'other' as const })) });
    }
    case 'between': {
      const [read] = readRefs(flow, first, site);
      const parts = noParts();
      if (read?.plain)
        parts.conditions.push({ column: read.plain, op: 'range', value: bound(parts, argument(site.args, 1) ?? { k: 'any' }, site.at), on: 'where' });
      else parts.isPartial = true;
      return of(parts);
    }
    case 'exists': { const [read] = readRefs(flow, first, site); return of({ ...(read?.parts ?? noParts()), isPartial: true }); }
    case 'ref': {
      const written = text(first?.value);
      return written === null
        ? of({ ...noParts(), isPartial: true })
        : of(noParts(), { plain: reference(flow, written, first!.at), wrapped: site.args.list.length > 1 ? 'json' : null });
    }
    case 'val': case 'lit': return first?.value;
    case 'fn': return functionCall(flow, site, null);
    case 'selectFrom': return undefined;
    default: {
      const parts = noParts();
      for (const read of site.args.list.flatMap((arg) => readRefs(flow, arg, site))) if (read && read.plain === null) readAll(read, parts);
      return of({ ...parts, isPartial: true }, { wrapped: name });
    }
  }
}

/** Conditions given as a list, or as an object of equalities. */
function combined(flow: Flow, site: CallSite, isOr: boolean): Parts {
  const arg = argumentOf(site.args, 0);
  const given = made(flow, arg?.value ?? null, site);
  const parts = noParts();
  if (given?.k === 'dict') {
    for (const [name, value] of given.entries)
      parts.conditions.push({
        column: reference(flow, name, given.places?.get(name)?.at ?? site.at),
        op: '=',
        value: value.k === 'const' ? { k: 'constant', v: value.v } : bound(parts, value, given.places?.get(name)?.at ?? site.at),
        on: 'where',
      });
    if (given.rest) parts.isPartial = true;
  } else {
    const filter = filterOf(given, 'where');
    take(parts, filter);
    parts.conditions.push(...filter.conditions);
  }
  const isAlternative = isOr && !(given?.k === 'list' && given.items.length === 1);
  return isAlternative ? { ...parts, conditions: parts.conditions.map((each): SqlCondition => ({ ...each, inOr: true })) } : parts;
}

/** `fn.count('id')`, `fn('lower', ['email'])`: the columns in it are read. https://kysely-org.github.io/kysely-apidoc/interfaces/FunctionModule.html */
export function functionCall(flow: Flow, site: CallSite, name: string | null): Value {
  const parts = noParts();
  const reads = (name === null ? site.args.list.slice(1, 2) : site.args.list).flatMap((arg) => readRefs(flow, arg, site)).filter((read) => read !== null);
  parts.aggregates = name !== null && AGGREGATES.has(name);
  const [only] = reads;
  const wrapped = name ?? text(argument(site.args, 0)) ?? 'fn';
  // A function of one column can be compared: no plain index of the column serves it.
  if (reads.length === 1 && only!.plain && !parts.aggregates) {
    take(parts, only!.parts);
    return expressionValue({ parts, plain: only!.plain, wrapped, alias: null }, site);
  }
  for (const read of reads) readAll(read, parts);
  return expressionValue({ parts, plain: null, wrapped, alias: null }, site);
}

/** A method of an expression: most of them change nothing that is of interest here. */
export function expressionCall(flow: Flow, site: CallSite, of: SpecialValue): Value {
  const expression = expressionOf(of)!;
  const alias = site.name === 'as' ? text(argument(site.args, 0)) : null;
  if (alias !== null) return expressionValue({ ...expression, alias }, site);
  const more = site.name === 'key' || site.name === 'at' ? { wrapped: 'json' } : {};
  const parts = noParts();
  take(parts, expression.parts);
  parts.conditions.push(...expression.parts.conditions);
  // `eb.case().when('a', '=', 1).then(…)`, `agg.filterWhere('a', '>', 1)`
  if (site.args.list.length > 0)
    for (const read of site.args.list
      .slice(0, 1)
      .flatMap((arg) =>
        site.name === 'when' || site.name === 'filterWhere' || site.name === 'orderBy' || site.name === 'partitionBy' ? readRefs(flow, arg, site) : [],
      ))
      if (read) readAll(read, parts);
  return expressionValue({ ...expression, parts, ...more }, site);
}
