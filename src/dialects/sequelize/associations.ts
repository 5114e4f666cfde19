/** Associations. https://sequelize.org/docs/v6/core-concepts/assocs/ */
import { entry, flag, text } from '../../flow/arguments.js';
import type { Flow } from '../../flow/evaluate.js';
import { membersOf, type DictValue, type Value } from '../../flow/value.js';
import type { TableTarget } from '../../link/draft.js';
import type { Place } from '../../model/schema.js';
import { actionOf } from './defaults.js';
import type { Association, AssociationKind } from './entity.js';
import { modelTarget } from './targets.js';

const KINDS: Readonly<Record<string, AssociationKind>> = { belongsTo: 'belongsTo', hasOne: 'hasOne', hasMany: 'hasMany', belongsToMany: 'belongsToMany' };
export const kindOf = (name: string): AssociationKind | null => KINDS[name.charAt(0).toLowerCase() + name.slice(1)] ?? null;

/** An association from its target and options; null when the target is not told. */
export function associationOf(
  flow: Flow,
  kind: AssociationKind,
  source: TableTarget,
  targetValue: Value | null,
  given: Value | null,
  place: Place,
  as: string | null = null,
  inheritedFrom: string | null = null,
): Association | null {
  const target = modelTarget(flow, targetValue);
  if (!target) return null;
  const options = given ? (membersOf(given).find((value): value is DictValue => value.k === 'dict') ?? null) : null;
  const key = entry(options, 'foreignKey');
  const other = entry(options, 'otherKey');
  const through = entry(options, 'through');
  return {
    kind,
    source,
    target,
    as: as ?? text(entry(options, 'as')) ?? text(entry(entry(options, 'as'), kind === 'belongsTo' || kind === 'hasOne' ? 'singular' : 'plural')),
    foreignKey: text(key) ?? text(entry(key, 'name')) ?? text(entry(key, 'fieldName')),
    field: text(entry(key, 'field')),
    allowNull: flag(entry(key, 'allowNull')),
    otherKey: text(other) ?? text(entry(other, 'name')),
    through: through ? throughOf(flow, through) : null,
    onDelete: actionOf(entry(options, 'onDelete')) ?? actionOf(entry(key, 'onDelete')),
    isEnforced: flag(entry(options, 'constraints')) !== false,
    hasHooks: flag(entry(options, 'hooks')) === true,
    hasNoStamps: flag(entry(options, 'timestamps')) === false || flag(entry(through, 'timestamps')) === false,
    place,
    inheritedFrom,
  };
}

/** `through: 'names'`, `through: Model`, `through: { model: Model }`. */
function throughOf(flow: Flow, value: Value): TableTarget | null {
  return modelTarget(flow, entry(value, 'model') ?? value);
}
