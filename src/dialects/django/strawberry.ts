/** GraphQL classes that strawberry-django makes from a model: https://strawberry.rocks/docs/django/guide/types */
import type { Call } from '../../facts/code.js';
import { argument, text } from '../../flow/arguments.js';
import { lineage, ownMembers } from '../../flow/classes.js';
import type { Flow } from '../../flow/evaluate.js';
import type { Model } from '../../flow/model.js';
import { ANY, type ClassRef, type Value } from '../../flow/value.js';
import type { Place } from '../../model/schema.js';
import type { CallSite } from '../dialect.js';
import { modelsIn } from './admin.js';
import { editable } from './intake.js';
import { columnsNamed, useNames, type NamedField } from './named-fields.js';
import { qualified } from './names.js';
import { requestAttribute } from './parameters.js';
import { relationshipNamed } from './paths.js';
import { takeIn } from './serializers.js';
import { stateOf, type State } from './state.js';

type Purpose = 'expose' | 'take' | 'filter' | 'sort';

/** What the fields of a class are for, by its decorator. */
const MAKERS: ReadonlyMap<string, Purpose> = new Map([
  ['type', 'expose'], ['node', 'expose'], ['interface', 'expose'], ['input', 'take'], ['partial', 'take'],
  ['filter', 'filter'], ['filter_type', 'filter'], ['order', 'sort'], ['order_type', 'sort'], ['ordering', 'sort'],
]);

const purposeOf = (full: string | null): Purpose | undefined => MAKERS.get(/^strawberry[._]django\.(?:\w+\.)?(\w+)$/.exec(full ?? '')?.[1] ?? '');

interface Made { readonly purpose: Purpose; readonly model: Model; readonly isWhole: boolean }

/** What a class is made from and for; null when strawberry-django does not make it. */
function madeOf(flow: Flow, cls: ClassRef): Made | null {
  const env = cls.env.parent ?? cls.env;
  const decorators = cls.cls.decorators.filter((decorator): decorator is Call => decorator.k === 'call');
  for (const { fn, args } of decorators) {
    const purpose = purposeOf(qualified(flow.peek(fn, env)));
    const [model] = purpose && args[0] ? modelsIn([flow.peek(args[0].value, env)]) : [];
    if (purpose && model)
      return {
        purpose,
        model,
        isWhole: args.some((arg) => arg.name === 'exclude' || (arg.name === 'fields' && text(flow.peek(arg.value, env)) === '__all__')),
      };
  }
  return null;
}

/** The fields that a class declares, with the attribute that each stands for: `label: auto = strawberry_django.field(field_name="name")`. */
function fieldsOf(flow: Flow, cls: ClassRef): readonly NamedField[] {
  return lineage(flow, cls).flatMap((each) => [...ownMembers(flow, each)].flatMap(([name, member]): readonly NamedField[] => {
    if (member.k !== 'field') return [];
    const given = member.stmt.value?.k === 'call' ? member.stmt.value.args.find((arg) => arg.name === 'field_name') : undefined;
    return [{ name: (given ? text(flow.peek(given.value, each.env)) : null) ?? name, place: { path: each.module.path, at: member.stmt.target.at } }];
  }));
}

/**
 * Records what the class hands out, filters or sorts by; false when strawberry-django does not make it. What inputs take in is written where a mutation is made
 * from them.
 */
export function useStrawberry(flow: Flow, state: State, cls: ClassRef): boolean {
  const made = madeOf(flow, cls);
  if (!made) return false;
  const { purpose, model, isWhole } = made;
  const place: Place = { path: cls.module.path, at: cls.cls.at };
  const fields = fieldsOf(flow, cls);
  flow.record.table(model, 'mention', place);
  if (purpose === 'filter' || purpose === 'sort') useNames(flow, state, model, fields, purpose, 'code');
  if (purpose !== 'expose') return true;
  const columns = isWhole ? [...new Set(model.columns.values())] : [...new Set(columnsNamed(state, model, fields.map((field) => field.name)))];
  flow.record.exposure({ model, name: cls.name, columns, all: isWhole, place, schema: cls });
  for (const field of fields) {
    const relationship = relationshipNamed(state, model, field.name);
    if (relationship) flow.record.relationship(model, relationship, field.place, null);
    else if (model.columns.has(field.name)) flow.record.resolve(field.place);
  }
  return true;
}

/** https://strawberry.rocks/docs/django/guide/authentication */
const CURRENT_USER = /^strawberry[._]django\.auth\.(?:utils\.)?a?get_current_user$/;

/** `@strawberry_django.type(Model)`, whose class says the rest, and `mutations.create(Input)`, which saves what it takes in. */
export function strawberryCall(flow: Flow, site: CallSite, full: string): Value | undefined {
  if (CURRENT_USER.test(full)) { const known = stateOf(flow); return known ? requestAttribute(flow, known, 'user') : undefined; }
  const given = argument(site.args, 0);
  if (purposeOf(full) !== undefined) return given && modelsIn([given]).length > 0 ? ANY : undefined;
  const how = /^strawberry[._]django\.mutations\.(?:\w+\.)?(create|update)$/.exec(full)?.[1];
  const made = how && given?.k === 'class' ? madeOf(flow, given.cls) : null;
  const state = stateOf(flow);
  if (!made || !state || given?.k !== 'class') return undefined;
  const place = flow.place(site.env, site.at);
  const named = made.isWhole
    ? [...new Set(made.model.columns.values())]
    : columnsNamed(
        state,
        made.model,
        fieldsOf(flow, given.cls).map((field) => field.name),
      );
  takeIn(flow, made.model, editable(state, made.model, named).filter((column) => !made.model.table.primaryKey?.columns.includes(column)), place);
  if (how === 'create') flow.record.insert(made.model, new Map(), place, { isOpen: true });
  else flow.record.table(made.model, 'update', place);
  return ANY;
}
