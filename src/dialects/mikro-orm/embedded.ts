/** Objects whose columns stand in the entity's own table. https://mikro-orm.io/docs/embeddables */
import { flag, text } from '../../flow/arguments.js';
import type { Flow } from '../../flow/evaluate.js';
import type { TableTarget } from '../../link/draft.js';
import { annotatedTarget, targetOf } from '../shared/targets.js';
import { underscore } from './names.js';
import { isSet, option, type Property } from './properties.js';

/** What an embedded property that has columns of its own may hold; empty for other properties, and for those kept as one document. */
export function embeddedTargets(flow: Flow, property: Property): readonly TableTarget[] {
  if (property.kind !== 'Embedded' || isDocument(property)) return [];
  const given = property.first ?? option(property, 'entity');
  // `() => [Cat, Dog]`
  const made = given?.k === 'fn' ? flow.quiet(() => flow.callFn(given, [])) : given;
  if (made?.k === 'list') return made.items.flatMap((item) => targetOf(flow, item) ?? []);
  const target = targetOf(flow, given) ?? annotatedTarget(flow, property.stmt?.type, property.env);
  return target ? [target] : [];
}

/** `object: true`, `array: true`: one column of JSON. */
export const isDocument = (property: Property): boolean => isSet(property, 'object') || isSet(property, 'array') || property.stmt?.type?.k === 'list';

/** What the names of its columns begin with: the property's own unless another is given. */
export function embeddedPrefix(property: Property): string {
  const prefix = option(property, 'prefix');
  if (flag(prefix) === false) return '';
  return text(prefix) ?? `${property.prefix}${underscore(property.name)}_`;
}
