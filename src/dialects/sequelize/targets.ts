/** What a value names as a model while models are declared. */
import type { Flow } from '../../flow/evaluate.js';
import { membersOf, type Value } from '../../flow/value.js';
import type { TableTarget } from '../../link/draft.js';
import { targetOf } from '../shared/targets.js';
import { DIALECT } from './names.js';

/** The value of a model that `define` made at a site. */
export const declaredModel = (site: string): Value => ({ k: 'special', dialect: DIALECT, tag: 'declared', data: { site }, key: site });

/** A class, what `define` gave, a name from the registry, a function that gives one of them. */
export function modelTarget(flow: Flow, value: Value | null): TableTarget | null {
  for (const member of value ? membersOf(value) : []) {
    if (member.k !== 'special' || member.dialect !== DIALECT) continue;
    if (member.tag === 'declared') return { k: 'site', site: member.data['site'] as string };
    if (member.tag === 'named') return { k: 'model', name: member.data['name'] as string };
  }
  return targetOf(flow, value);
}
