/** Lookups that are no filter objects: by the primary key, by what an upsert tells rows apart with. */
import type { Span } from '../../facts/code.js';
import type { Flow } from '../../flow/evaluate.js';
import type { Model } from '../../flow/model.js';
import type { Env } from '../../flow/program.js';
import { startQuery, type QueryState } from '../../flow/query.js';
import { ANY, type Value } from '../../flow/value.js';
import { attributeIn } from '../../flow/keys.js';
import { localKey, withWhere, type ReadWhere } from './object-queries.js';

/** A lookup by the primary key: a key of one column is asked for by the value that is given. */
export function byPrimaryKey(model: Model, place: QueryState['place'], value: Value | null): ReadWhere {
  const keys = model.table.primaryKey?.columns ?? [];
  const isMany = value?.k === 'list' || value?.k === 'many';
  const given = keys.length === 1 && (value?.k === 'field' || value?.k === 'any' || value?.k === 'extobj') ? value : ANY;
  return {
    conditions: keys.flatMap((column) => {
      const attribute = attributeIn(model, column);
      return attribute
        ? [
            {
              column: { k: 'column' as const, model, attribute, place },
              op: isMany ? ('in' as const) : ('=' as const),
              value: given,
              isOptional: false,
              inOr: false,
              isJoin: false,
            },
          ]
        : [];
    }),
    isPartial: keys.length === 0,
    joins: [],
  };
}

/** An insert that tells rows apart by these properties relies on a unique key over their columns. */
export function lookupBy(flow: Flow, env: Env, model: Model, properties: readonly string[], at: Span): void {
  const known = properties.flatMap((name) => attributeNamed(model, name) ?? []);
  const place = flow.place(env, at);
  for (const name of known) flow.record.column(model, name, 'lookup', place, flow.currentFn);
  // By a part of them nobody looks.
  if (known.length === 0 || known.length < properties.length) return;
  const query = withWhere(startQuery(place, model, ANY), at, {
    conditions: known.map((attribute) => ({
      column: { k: 'column', model, attribute, place },
      op: '=',
      value: ANY,
      isOptional: false,
      inOr: false,
      isJoin: false,
    })),
    isPartial: false,
    joins: [],
  });
  flow.record.finish(query, 'one');
  flow.record.guard(query.id, { k: 'upsert' });
}

/** The column that a property is kept in: its own, the key of a relationship, or the one of that name in the database. */
function attributeNamed(model: Model, name: string): string | null {
  if (model.columns.has(name)) return name;
  const relationship = model.relationships.get(name);
  if (relationship) return localKey(model, relationship);
  return [...model.columns].find(([, column]) => column.name === name)?.[0] ?? null;
}
