/**
 * Relations over a type and a key, of whatever model: `GenericForeignKey` here, `GenericRelation` on the other side.
 * https://docs.djangoproject.com/en/5.0/ref/contrib/contenttypes/#generic-relations
 */
import { argument, text } from '../../flow/arguments.js';
import type { Flow } from '../../flow/evaluate.js';
import type { Model, ModelRelationship } from '../../flow/model.js';
import type { Args } from '../../flow/value.js';
import type { Place } from '../../model/schema.js';
import type { RelationshipUse } from '../../model/usage.js';
import { infoOf, type Generic, type State } from './state.js';

/** The two columns of a generic foreign key, by the arguments of the field. */
export function genericKey(args: Args): Generic {
  return { contentType: `${text(argument(args, 0, 'ct_field')) ?? 'content_type'}_id`, objectId: text(argument(args, 1, 'fk_field')) ?? 'object_id' };
}

/** The two columns of the other side by which a `GenericRelation` finds its rows. */
export function genericRelation(args: Args): Generic {
  return {
    contentType: `${text(argument(args, -1, 'content_type_field')) ?? 'content_type'}_id`,
    objectId: text(argument(args, -1, 'object_id_field')) ?? 'object_id',
  };
}

/** Records that a relationship is followed at `place`; a generic one joins by the columns that no foreign key names. */
export function crossRelationship(
  flow: Flow,
  state: State,
  model: Model,
  relationship: ModelRelationship,
  place: Place,
  how: RelationshipUse['how'] = 'asked',
): void {
  flow.record.relationship(model, relationship, place, flow.currentFn, how);
  const generic = infoOf(state, model)?.genericRelations.get(relationship.name);
  for (const attribute of generic ? [generic.contentType, generic.objectId] : [])
    flow.record.column(relationship.target, attribute, 'join', place, flow.currentFn, { via: 'relationship' });
}
