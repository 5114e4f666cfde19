/** Conditions that an entity's filters add to every query unless it says otherwise. https://mikro-orm.io/docs/filters */
import { entry, flag, positional, text } from '../../../flow/arguments.js';
import { lineage } from '../../../flow/classes.js';
import type { Flow } from '../../../flow/evaluate.js';
import type { Model } from '../../../flow/model.js';
import { membersOf, type DictValue, type Value } from '../../../flow/value.js';
import { decorationsOf } from '../../shared/decorations.js';
import { isMikro } from '../names.js';

interface Filter { readonly name: string | null; readonly condition: DictValue }

/** The filters that hold where nothing is said: a condition made from parameters is not one that is known. */
function defaultFilters(flow: Flow, model: Model): readonly Filter[] {
  const { cls } = model;
  if (!cls) return [];
  return flow.memo(
    'mikro-orm-filters',
    cls,
    () =>
      lineage(flow, cls)
        .flatMap((each) => decorationsOf(flow, each.cls.decorators, each.env.parent ?? each.env, isMikro))
        .flatMap((decoration): Filter[] => {
          if (decoration.name !== 'Filter') return [];
          const options = positional(decoration.args)[0]?.value ?? null;
          const condition = entry(options, 'cond');
          return flag(entry(options, 'default')) === true && condition?.k === 'dict' ? [{ name: text(entry(options, 'name')), condition }] : [];
        }),
    [],
  );
}

/** The conditions that a query with these options has beside its own. */
export function filtersFor(flow: Flow, model: Model, options: Value | null): readonly DictValue[] {
  const said = options ? membersOf(options).map((member) => (member.k === 'dict' ? entry(member, 'filters') : null)) : [];
  const isOff = (name: string | null): boolean => said.some((filters) => flag(filters) === false || (name !== null && flag(entry(filters, name)) === false));
  return defaultFilters(flow, model).filter(({ name }) => !isOff(name)).map(({ condition }) => condition);
}
