import type { Called, Inherited } from './called.js';
import type { Recorder } from './record.js';
import { site } from './records.js';

/** Forgets what is open only in functions that all calls give their arguments, and what a base inserts or deletes for a class on which nobody calls it. */
export function settle(record: Recorder, calls: Called): void {
  forgetIdle(record, calls);
  const isClosed = (within: ReadonlySet<string | null>): boolean => [...within].every((fnId) => fnId !== null && calls.isToldByCallers(fnId));
  for (const [key, gap] of record.gaps) if (gap.kind === 'dynamic-access' && isClosed(record.gapsWithin.get(key)!)) record.gaps.delete(key);
  // What a parameter may be by its declaration counts where some call does not say what it is.
  const isOpen = (fnId: string | null): boolean => fnId === null || calls.isCalledUntold(fnId);
  for (const [key, insert] of record.inserts) {
    const nulls = insert.nulls.size > 0 ? new Map([...insert.nulls].filter(([, within]) => [...within].some(isOpen))) : insert.nulls;
    const opens = insert.opens.size > 0 && isClosed(insert.opens) ? new Set<string | null>() : insert.opens;
    if (nulls !== insert.nulls || opens !== insert.opens) record.inserts.set(key, { ...insert, nulls, opens });
  }
}

function forgetIdle(record: Recorder, calls: Called): void {
  const isIdle = (within: ReadonlySet<Inherited | null>, runs: (definition: Inherited) => boolean): boolean =>
    [...within].every((definition) => definition !== null && !runs(definition));
  for (const [key, within] of record.deletesWithin) if (isIdle(within, (definition) => calls.isSeenToRun(definition))) record.tables.delete(key);
  for (const [key, within] of record.deletingWithin) if (isIdle(within, (definition) => calls.isSeenToRun(definition))) record.queries.delete(key);
  for (const [key, { within, model, place }] of record.inserts) {
    if (!isIdle(within, (definition) => calls.mayRun(definition))) continue;
    record.inserts.delete(key);
    record.tables.delete(`${site(place)}:${model.id}:insert`);
  }
}
