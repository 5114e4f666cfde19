/** Inserts that turn into updates where a row is there already. */
import type { Place } from '../model/schema.js';
import { rowOf, type Model } from './model.js';
import { refine, startQuery } from './query.js';
import type { Recorder } from './record.js';
import { ANY } from './value.js';

/** Records that an insert at `place` looks for one row with equal values of `attributes`, each named at its place. */
export function recordUpsert(record: Recorder, model: Model, attributes: ReadonlyMap<string, Place>, place: Place): void {
  const conditions = [...attributes].map(([attribute, at]) => ({
    column: { k: 'column' as const, model, attribute, place: at },
    op: '=' as const,
    value: ANY,
    isOptional: false,
    inOr: false,
    isJoin: false,
  }));
  const done = refine(startQuery(place, model, rowOf(model)), place.at, { conditions });
  record.finish(done, 'one');
  record.guard(done.id, { k: 'upsert' });
}
