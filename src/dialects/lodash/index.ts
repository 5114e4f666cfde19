/** Functions of lodash and its like over rows: what they name of a row is read, and what they give back is rows still. https://lodash.com/docs */
import { elementOf } from '../../flow/access.js';
import { lastName, text } from '../../flow/arguments.js';
import type { Flow } from '../../flow/evaluate.js';
import { ANY, membersOf, type EvaluatedArg, type ExternalValue, type Value } from '../../flow/value.js';
import type { CallSite, Dialect } from '../dialect.js';

const MODULE = /^(?:lodash|lodash-es|underscore|es-toolkit|radash|remeda|rambda|ramda)(?:$|[./])/;

/** What gives back the collection, or some of it, in whatever order. */
const SOME = new Set([
  'filter', 'reject', 'sortBy', 'orderBy', 'uniqBy', 'uniq', 'compact', 'reverse', 'take', 'drop', 'takeWhile', 'dropWhile', 'shuffle', 'sampleSize',
  'differenceBy', 'intersectionBy', 'unionBy', 'uniqWith', 'slice', 'tail', 'initial',
]);
const ONE = new Set(['find', 'findLast', 'first', 'head', 'last', 'nth', 'sample', 'maxBy', 'minBy']);
const VALUE = new Set(['sumBy', 'meanBy', 'countBy', 'some', 'every', 'each', 'forEach', 'findIndex', 'partition']);
const KEYED = new Set(['keyBy', 'indexBy']);

export const lodash: Dialect = {
  id: 'lodash',
  language: 'typescript',
  api: {
    call(flow, site) {
      if (site.receiver || site.callee.k !== 'ext' || !MODULE.test(site.callee.module)) return undefined;
      const name = functionOf(site.callee);
      return name === 'pick' ? pick(flow, site) : overRows(flow, site, name);
    },
  },
};

/** By its name, or by that of the module that holds nothing else: `lodash/pick`, `lodash.pick`. */
function functionOf(callee: ExternalValue): string {
  const name = lastName(callee);
  return callee.name === null || name === '*' || name === 'default' ? callee.module.split(/[./]/).at(-1)! : name;
}

/** `pick(row, ['id', 'name'])`, `pick(row, 'id', 'name')`; the row comes last in Ramda. Undefined where the names are not known. */
function pick(flow: Flow, { args, env, at }: CallSite): Value | undefined {
  const from = args.list.findIndex(({ value }) => membersOf(value).some((member) => member.k === 'row'));
  const names = args.list.flatMap((arg, index) => (index === from ? [] : namesIn(arg)));
  if (from < 0 || names.length === 0 || names.some(({ name }) => name === null)) return undefined;
  const { value } = args.list[from]!;
  return { k: 'dict', rest: null, entries: new Map(names.map(({ name, at: written }) => [name!, flow.attribute(value, name!, env, written ?? at)])) };
}

/** The names that an argument lists; where each is written, if it is so here. */
function namesIn({ value, expr, at }: EvaluatedArg): readonly { readonly name: string | null; readonly at: EvaluatedArg['at'] | null }[] {
  if (value.k !== 'list') return [{ name: text(value), at }];
  return value.items.map((item, index) => ({ name: text(item), at: (expr.k === 'list' ? expr.items[index]?.at : null) ?? null }));
}

function overRows(flow: Flow, site: CallSite, name: string): Value | undefined {
  const [first, ...rest] = site.args.list;
  const isMap = name === 'map' || name === 'flatMap' || name === 'mapValues' || name === 'groupBy';
  if (!first || !(isMap || SOME.has(name) || ONE.has(name) || VALUE.has(name) || KEYED.has(name))) return undefined;
  const row = elementOf(flow, first.value, site.env, first.at);
  if (!membersOf(row).some((member) => member.k === 'row')) return undefined;
  const given = rest.flatMap((arg) => (arg.value.k === 'list' ? arg.value.items.map((value) => ({ value, at: arg.at })) : [arg]));
  const read = given.map(({ value, at }) => {
    if (value.k === 'fn') return flow.callFn(value, [{ name: null, value: row, expr: first.expr, spread: null, at: first.at }]);
    for (const key of value.k === 'dict' ? value.entries.keys() : []) flow.attribute(row, key, site.env, at);
    const field = text(value);
    return field === null || /^(?:asc|desc)$/.test(field) ? ANY : flow.attribute(row, field, site.env, at);
  });
  if (SOME.has(name)) return { k: 'many', of: row };
  if (ONE.has(name)) return row;
  if (KEYED.has(name)) return { k: 'dict', entries: new Map(), rest: row };
  if (name === 'groupBy') return { k: 'dict', entries: new Map(), rest: { k: 'many', of: row } };
  if (name === 'map') return { k: 'many', of: read[0] ?? ANY };
  if (name === 'flatMap') return { k: 'many', of: read[0] ? elementOf(flow, read[0], site.env, site.at) : ANY };
  return ANY;
}
