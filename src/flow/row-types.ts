/**
 * Interfaces that say what rows of a table look like (`pool.query<Lead>('SELECT …')`, `Promise<Lead[]>`). Nothing is left of an interface
 * when code runs: where the rows themselves are followed, its fields are no uses of columns.
 */
import { lineage } from './classes.js';
import type { Flow } from './evaluate.js';
import type { Model } from './model.js';
import { membersOf, type ClassRef, type Value } from './value.js';

/** Notes that a value has a type that is declared: where the value is rows, they have that form. */
export function noteRowType(flow: Flow, declared: Value, value: Value): void {
  for (const model of modelsOfRows(value)) for (const shape of shapesIn(declared)) for (const cls of lineage(flow, shape)) flow.record.tie(cls, model, 'row');
}

/** Whether a value is rows: what is declared of any other need not be looked at. */
export function isOfRows(value: Value): boolean {
  return value.k === 'row' || (value.k === 'many' && isOfRows(value.of)) || (value.k === 'union' && membersOf(value).some(isOfRows));
}

function modelsOfRows(value: Value): readonly Model[] {
  return membersOf(value).flatMap((member) => (member.k === 'row' ? [member.model] : member.k === 'many' ? modelsOfRows(member.of) : []));
}

/** The interfaces of a type, and the types of objects that have a name. */
function shapesIn(type: Value): readonly ClassRef[] {
  return membersOf(type).flatMap((member): readonly ClassRef[] => {
    if (member.k === 'object') return member.cls.cls.form === 'interface' ? [member.cls] : [];
    if (member.k === 'dict') return member.part?.path === '' ? [member.part.cls] : [];
    return member.k === 'many' ? shapesIn(member.of) : [];
  });
}
