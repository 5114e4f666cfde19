/** Objects whose columns stand in the entity's own table. https://mikro-orm.io/docs/embeddables */
import type { Flow } from '../../flow/evaluate.js';
import { flag, text, type ClassRef } from '../../flow/value.js';
import { annotatedTarget, targetOf } from '../shared/targets.js';
import { underscore } from './names.js';
import { isSet, option, type Property } from './properties.js';

/** The class of an embedded property that has columns of its own; null for other properties, and for those kept as one document. */
export function embeddedClass(flow: Flow, property: Property): ClassRef | null {
  if (property.kind !== 'Embedded' || isDocument(property)) return null;
  const target = targetOf(flow, property.first ?? option(property, 'entity')) ?? annotatedTarget(flow, property.stmt?.type, property.env);
  return target?.k === 'class' && target.cls.cls.form === 'class' ? target.cls : null;
}

/** `object: true`, `array: true`: one column of JSON. */
export const isDocument = (property: Property): boolean => isSet(property, 'object') || isSet(property, 'array') || property.stmt?.type?.k === 'list';

/** What the names of its columns begin with: the property's own unless another is given. */
export function embeddedPrefix(property: Property): string {
  const prefix = option(property, 'prefix');
  if (flag(prefix) === false) return '';
  return text(prefix) ?? `${property.prefix}${underscore(property.name)}_`;
}
