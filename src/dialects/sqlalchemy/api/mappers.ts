/** What code asks the mapper of a class for: https://docs.sqlalchemy.org/en/20/orm/mapping_api.html#sqlalchemy.orm.class_mapper */
import { argument, isExternal } from '../../../flow/arguments.js';
import type { Flow } from '../../../flow/evaluate.js';
import { membersOf, type Value } from '../../../flow/value.js';
import type { CallSite } from '../../dialect.js';

/**
 * `class_mapper(Order)`, `object_mapper(order)`: the columns are those of the model. Of a class that nobody knows they may be any model's, to be read or filled
 * one by one.
 */
export function mapperCall(flow: Flow, site: CallSite): Value | undefined {
  if (
    !isExternal(site.callee, 'sqlalchemy', 'class_mapper', 'object_mapper') &&
    !(site.receiver && isExternal(site.receiver, 'sqlalchemy') && /^(class|object)_mapper$/.test(site.name ?? ''))
  )
    return undefined;
  const given = argument(site.args, 0);
  const known = (given ? membersOf(given) : []).find((member) => member.k === 'model' || member.k === 'row');
  if (known) return { k: 'model', model: known.model };
  const place = flow.place(site.env, site.at);
  for (const model of flow.modelsByClass.values())
    if (model.dialect === 'sqlalchemy')
      flow.record.gap({
        kind: 'dynamic-access',
        model,
        column: null,
        place,
        detail: `the columns of a class that may be ${model.name} are listed at run time`,
      });
  return undefined;
}
