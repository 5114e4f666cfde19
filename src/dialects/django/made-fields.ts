/** Fields of forms and serialisers: those of the model that `Meta` names, and those that the class declares itself. */
import { argument, text } from '../../flow/arguments.js';
import { findMember, lineage, ownMembers } from '../../flow/classes.js';
import type { Flow } from '../../flow/evaluate.js';
import type { Model } from '../../flow/model.js';
import { membersOf, type ClassRef, type Value } from '../../flow/value.js';
import type { Column, Place } from '../../model/schema.js';
import { columnsNamed, namesIn, type NamedField } from './named-fields.js';
import { nestedClass, shortName } from './names.js';
import type { State } from './state.js';

export interface Listed { readonly columns: readonly Column[]; readonly all: boolean; readonly names: readonly NamedField[]; readonly place: Place | null }

/** `Meta.fields` as a list, `"__all__"`, or `Meta.exclude`. https://www.django-rest-framework.org/api-guide/serializers/#specifying-which-fields-to-include */
export function listedColumns(flow: Flow, state: State, cls: ClassRef, model: Model): Listed {
  const meta = nestedClass(flow, cls, 'Meta');
  if (!meta) return { columns: [], all: false, names: [], place: null };
  const every = [...new Set(model.columns.values())];
  for (const option of ['fields', 'only_fields', 'model_fields']) {
    const names = namesIn(flow, meta, option);
    if (names.length === 0) continue;
    if (names.some((field) => field.name === '__all__')) return { columns: every, all: true, names: [], place: names[0]!.place };
    return { columns: columnsNamed(state, model, names.map((field) => field.name)), all: false, names, place: null };
  }
  const excluded = new Set(
    columnsNamed(
      state,
      model,
      [...namesIn(flow, meta, 'exclude'), ...namesIn(flow, meta, 'exclude_fields')].map((field) => field.name),
    ),
  );
  return { columns: every.filter((column) => !excluded.has(column)), all: true, names: [], place: null };
}

/** `isOptional`: a request may leave it out, or give null; `rows`: what its `queryset` asks, of a field that takes the key of a row. */
export interface DeclaredField {
  readonly name: string;
  readonly source: string | null;
  readonly isReadOnly: boolean;
  readonly isOptional: boolean;
  readonly rows: Value | null;
  readonly place: Place;
}

/** Fields that the class declares itself, with the attribute they read (`source`, `field_name`). */
export function declaredFields(flow: Flow, cls: ClassRef): readonly DeclaredField[] {
  const found: DeclaredField[] = [];
  for (const each of lineage(flow, cls)) for (const [name, member] of ownMembers(flow, each)) {
    if (member.k !== 'field' || !member.stmt.value || member.stmt.value.k !== 'call') continue;
    const value = flow.peek(member.stmt.value!, each.env);
    const call = member.stmt.value;
    const option = (key: string): string | null => {
      const arg = call.args.find((given) => given.name === key);
      return arg ? text(flow.peek(arg.value, each.env)) : null;
    };
    if (value.k === 'term' && /MethodField$|^ReadOnly.*Property/.test(shortName(value.callee))) continue;
    const isSet = (key: string, to: boolean): boolean => call.args.some((arg) => arg.name === key && arg.value.k === 'lit' && arg.value.v === to);
    const isReadOnly = isSet('read_only', true) || (value.k === 'term' && shortName(value.callee) === 'ReadOnlyField');
    const isOptional = isSet('required', false) || isSet('allow_null', true) || call.args.some((arg) => arg.name === 'default' || arg.name === 'initial');
    found.push({
      name,
      source: option('source') ?? option('field_name') ?? (value.k === 'term' ? text(argument(value.args, -1, 'attribute')) : null),
      isReadOnly,
      isOptional,
      rows: value.k === 'term' ? argument(value.args, -1, 'queryset') : null,
      place: { path: each.module.path, at: member.stmt.target.at },
    });
  }
  return found;
}

/** Whether a class names its fields one by one in `Meta`, or all of them: what is put together at run time does not count. */
export function areFieldsTold(flow: Flow, cls: ClassRef): boolean {
  const meta = nestedClass(flow, cls, 'Meta');
  if (!meta) return true;
  return ['fields', 'exclude', 'read_only_fields'].every((option) => {
    const member = findMember(flow, meta, option);
    if (!member) return true;
    const value = member.k === 'field' && member.stmt.value ? flow.peek(member.stmt.value, member.owner.env) : null;
    return value !== null && (text(value) !== null || (value.k === 'list' && value.items.every((item) => membersOf(item).every((one) => text(one) !== null))));
  });
}
