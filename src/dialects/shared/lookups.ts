/** Lookups that are no filter objects: by the primary key, by what an upsert tells rows apart with. */
import type { Span } from '../../facts/code.js';
import type { Flow } from '../../flow/evaluate.js';
import type { Model } from '../../flow/model.js';
import type { Env } from '../../flow/program.js';
import { startQuery, type QueryState } from '../../flow/query.js';
import { ANY, type Value } from '../../flow/value.js';
import { attributeOf, withWhere, type ReadWhere } from './object-queries.js';

/** A lookup by the primary key. */
export function byPrimaryKey(model: Model, place: QueryState['place'], value: Value | null): ReadWhere {
  const keys = model.table.primaryKey?.columns ?? [];
  const isMany = value?.k === 'list' || value?.k === 'many';
  return {
    conditions: keys.flatMap((column) => { const attribute = attributeOf(model, column); return attribute ? [{ column: { k: 'column' as const, model, attribute, place }, op: isMany ? 'in' as const : '=' as const, value: ANY, isOptional: false, inOr: false, isJoin: false }] : []; }),
    isPartial: keys.length === 0, joins: [],
  };
}

/** An insert that tells rows apart by these columns relies on a unique key over them. */
export function lookupBy(flow: Flow, env: Env, model: Model, attributes: readonly string[], at: Span): void {
  const known = attributes.filter((name) => model.columns.has(name));
  if (known.length === 0) return;
  const place = flow.place(env, at);
  for (const name of known) flow.record.column(model, name, 'lookup', place, flow.currentFn);
  const query = withWhere(startQuery(place, model, ANY), at, { conditions: known.map((attribute) => ({ column: { k: 'column', model, attribute, place }, op: '=', value: ANY, isOptional: false, inOr: false, isJoin: false })), isPartial: known.length < attributes.length, joins: [] });
  flow.record.finish(query, 'one');
  flow.record.guard(query.id, { k: 'upsert' });
}
