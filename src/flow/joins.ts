/** What a variable or a collection is after two paths that each gave it a value. */
import { mergeQueries } from './query.js';
import { hasParts, mergeTexts, withOptionalParts } from './sql-parts.js';
import { union } from './unions.js';
import { keyOf } from './value-keys.js';
import type { DictValue, Value } from './value.js';

/** What a variable is that two paths give a value: a query that grew on one of them has optional parts. */
export function joinValues(a: Value, b: Value): Value {
  if (a.k === 'query' && b.k === 'query') {
    const merged = mergeQueries(a.query, b.query);
    if (merged) return { k: 'query', query: merged };
  }
  const text = mergeTexts(a, b);
  if (text) return text;
  if (a.k === 'special' && b.k === 'special') {
    const joined = (a.data['join'] as ((other: Value) => Value | null) | undefined)?.(b);
    if (joined) return joined;
  }
  if (a.k === 'dict' && b.k === 'dict') return joinDicts(a, b);
  if (a.k === 'row' && b.k === 'row' && a.isNew !== b.isNew && keyOf({ ...a, isNew: true }) === keyOf({ ...b, isNew: true })) return a.isNew ? b : a;
  if ((a.k === 'list' || a.k === 'many') && (b.k === 'list' || b.k === 'many')) return joinLists(a, b);
  return union([a, b]);
}

/** A list that grew on one path: conditions that were added there hold sometimes; of other items any may be in it. */
function joinLists(a: Value & { k: 'list' | 'many' }, b: Value & { k: 'list' | 'many' }): Value {
  if (a.k === 'list' && b.k === 'list') {
    const [short, long] = a.items.length <= b.items.length ? [a, b] : [b, a];
    const added = long.items.slice(short.items.length);
    const isGrown = short.items.every((item, index) => keyOf(item) === keyOf(long.items[index]!));
    if (isGrown && added.every((item) => item.k === 'predicate' || hasParts(item)))
      return {
        k: 'list',
        items: [
          ...long.items.slice(0, short.items.length),
          ...added.map((item) =>
            item.k === 'predicate'
              ? { ...item, conditions: item.conditions.map((condition) => ({ ...condition, isOptional: true })) }
              : withOptionalParts(item),
          ),
        ],
      };
    if (a.items.length === b.items.length) return { k: 'list', items: a.items.map((item, index) => union([item, b.items[index]!])) };
  }
  const items = [a, b].flatMap((each) => (each.k === 'list' ? each.items : [each.of]));
  return { k: 'many', of: union(items) };
}

function joinDicts(a: DictValue, b: DictValue): DictValue {
  const entries = new Map(a.entries);
  for (const [name, value] of b.entries) { const mine = entries.get(name); entries.set(name, mine ? union([mine, value]) : value); }
  const schema = a.schema ?? b.schema;
  const own = new Set([...(a.own ?? (a.schema ? [] : a.entries.keys())), ...(b.own ?? (b.schema ? [] : b.entries.keys()))]);
  const kept = a.kept ?? b.kept;
  return {
    k: 'dict',
    entries,
    rest: a.rest && b.rest ? union([a.rest, b.rest]) : (a.rest ?? b.rest),
    places: new Map([...(a.places ?? []), ...(b.places ?? [])]),
    ...(schema ? { schema, own } : {}),
    ...(kept ? { kept } : {}),
  };
}
