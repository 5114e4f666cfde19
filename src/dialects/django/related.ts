/** `row.tags.add(tag)`, `set`, `remove`, `clear`: rows of the table between, or keys of the other side. */
import { attributeFor } from '../../flow/keys.js';
import type { Value } from '../../flow/value.js';
import { ANY } from '../../flow/value.js';
import { startQuery, where } from '../../flow/query.js';
import type { Column } from '../../model/schema.js';
import type { CallSite } from '../dialect.js';
import type { Seat } from './conditions.js';
import type { Related } from './managers.js';
import { isForward, keysBetween } from './paths.js';
import { modelOfTable } from './state.js';

export function relatedWrite(seat: Seat, site: CallSite, { owner, relationship }: Related, name: string): Value {
  const { flow, state } = seat;
  const place = flow.place(site.env, site.at);
  const through = relationship.relationship?.through ? modelOfTable(flow, state, relationship.relationship.through) : null;
  if (through) {
    const keys = [keysBetween(through, owner, relationship, true), keysBetween(through, relationship.target, relationship, false)];
    if (name === 'add' || name === 'set') {
      const values = new Map<Column, Value>();
      for (const key of keys) for (const column of key?.columns ?? []) {
        values.set(column, ANY);
        flow.record.column(through, attributeFor(through, column), 'write', place, flow.currentFn, { value: ANY, atInsert: true });
      }
      flow.record.insert(through, values, place, { isOpen: site.args.list.some((arg) => arg.name === 'through_defaults') });
      // Only those that are not there yet are added:
      // https://docs.djangoproject.com/en/5.0/ref/models/relations/#django.db.models.fields.related.RelatedManager.add
      const asked = where(
        startQuery(place, through, { k: 'row', model: through }),
        site.nameAt,
        [...values.keys()].map((column) => ({
          column: { k: 'column', model: through, attribute: attributeFor(through, column), place },
          op: '=',
          value: ANY,
          isOptional: false,
          inOr: false,
          isJoin: false,
        })),
      );
      flow.record.finish(asked, 'exists');
      flow.record.guard(asked.id, { k: 'insert-if-absent', place });
    }
    if (name !== 'add') flow.record.table(through, 'delete', place);
    return ANY;
  }
  if (isForward(owner, relationship)) return ANY;
  for (const column of relationship.remote) {
    if (name !== 'clear')
      flow.record.column(relationship.target, attributeFor(relationship.target, column), 'write', place, flow.currentFn, {
        value: name === 'remove' ? { k: 'const', v: null } : ANY,
      });
    else flow.record.column(relationship.target, attributeFor(relationship.target, column), 'write', place, flow.currentFn, { value: { k: 'const', v: null } });
  }
  flow.record.table(relationship.target, 'update', place);
  return ANY;
}
