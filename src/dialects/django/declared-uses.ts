/** Uses that classes declare rather than run: administration pages, forms, serialisers, filters, generic views. */
import { attributeFor } from '../../flow/keys.js';
import { walk } from '../../facts/walk.js';
import { externalBases, findMember } from '../../flow/classes.js';
import type { Flow } from '../../flow/evaluate.js';
import type { Model } from '../../flow/model.js';
import { membersOf, type ClassRef, type Value } from '../../flow/value.js';
import type { Column, Place } from '../../model/schema.js';
import { handToMakers, writtenOption } from '../shared/meta-options.js';
import { adminModels, isAdmin, registerAdmin } from './admin.js';
import { shortName } from './names.js';
import { columnsNamed, namesIn, useNames } from './named-fields.js';
import { useOptions } from './model-options.js';
import { editable, given, isClosedWriter, taken } from './intake.js';
import { madeFrom, savesRows, useMadeFrom } from './serializers.js';
import type { State } from './state.js';
import { useStrawberry } from './strawberry.js';
import { useValidators } from './validators.js';
import { renderView, viewModel } from './view-pages.js';
import { classNamed, isView, metaModel, writerClass } from './views.js';

/** Gives a recorder, once, everything that classes of the repository declare. */
export function tellDeclaredUses(flow: Flow, state: State): void {
  if (state.told.has(flow.record)) return;
  state.told.add(flow.record);
  for (const info of state.models) {
    const model = info.cls ? flow.modelsByClass.get(info.cls.id) : undefined;
    if (model && info.cls) useOptions(flow, state, model, info.cls);
    for (const base of info.unseen)
      if (model)
        flow.record.gap({
          kind: 'unsupported',
          model,
          column: null,
          place: base.place,
          detail: `what ${model.name} inherits from ${base.name} is in a library`,
        });
  }
  for (const cls of state.classes) {
    if (flow.modelsByClass.has(cls.id) || (cls.cls.decorators.length > 0 && useStrawberry(flow, state, cls)) || cls.cls.bases.length === 0) continue;
    const place: Place = { path: cls.module.path, at: cls.cls.at };
    if (isAdmin(flow, cls)) { for (const model of adminModels(flow, cls)) registerAdmin(flow, state, model, cls, place); continue; }
    const made = madeFrom(flow, cls);
    if (made === 'serializer') useValidators(flow, state, cls);
    if (made) useMadeFrom(flow, state, cls, made);
    else if (isView(flow, cls)) useView(flow, state, cls, place);
    else { const model = metaModel(flow, cls); if (model && !namesItsFields(flow, cls)) handToMakers(flow, cls, model); }
  }
}

/** `Meta.fields` lists names and nothing else; these are uses by name. */
function namesItsFields(flow: Flow, cls: ClassRef): boolean {
  const written = writtenOption(flow, cls, 'fields')?.expr;
  return (
    written?.k === 'list' && written.items.length > 0 && written.items.every((item) => item.k === 'lit' && typeof item.v === 'string' && item.v !== '__all__')
  );
}

/** https://www.django-rest-framework.org/api-guide/generic-views/ and https://docs.djangoproject.com/en/5.0/ref/class-based-views/ */
function useView(flow: Flow, state: State, cls: ClassRef, place: Place): void {
  renderView(flow, state, cls);
  const model = viewModel(flow, cls);
  const bases = externalBases(flow, cls).flatMap(membersOf).map(shortName);
  const creates = bases.some((name) => /Create|^ModelViewSet$/.test(name)) && answers(flow, cls, ['post']) && !isReplaced(flow, cls, 'create');
  const updates = bases.some((name) => /Update|^ModelViewSet$/.test(name)) && answers(flow, cls, ['put', 'patch']) && !isReplaced(flow, cls, 'update');
  const serializer = classNamed(flow, cls, 'serializer_class') ?? classNamed(flow, cls, 'form_class');
  // What a view does by itself when it is to create or change a row is seen there.
  const isSeen = (name: string): boolean => findMember(flow, cls, name)?.k === 'method' && writerClass(flow, cls) !== null;
  const saves = { creates: creates && !isSeen('perform_create'), updates: updates && !isSeen('perform_update') };
  if ((saves.creates || saves.updates) && serializer) savesRows(flow, serializer, place, saves);
  if (!model) return;
  for (const option of ['filterset_fields', 'filter_fields', 'search_fields'])
    useNames(
      flow,
      state,
      model,
      namesIn(flow, cls, option).filter((field) => /^[\^=@$]?[a-z_]\w*$/.test(field.name)),
      'filter',
      'code',
    );
  for (const option of ['ordering_fields', 'ordering']) useNames(flow, state, model, namesIn(flow, cls, option), 'sort', 'code');
  for (const option of ['lookup_field', 'slug_field']) useNames(flow, state, model, namesIn(flow, cls, option), 'lookup', 'code');
  if (bases.some((name) => /^(Create|Update)View$/.test(name))) {
    for (const column of editable(state, model, takenIn(flow, state, model, cls)))
      flow.record.column(model, attributeFor(model, column), 'write', place, null, { via: 'generic-update' });
    const form = classNamed(flow, cls, 'form_class');
    const isClosed = form ? isClosedWriter(flow, form) : findMember(flow, cls, 'get_form_class')?.k !== 'method';
    if (bases.includes('CreateView'))
      flow.record.insert(model, isClosed ? new Map(takenByForm(flow, state, model, cls, form)) : new Map(), place, { isOpen: !isClosed });
  }
}

/** What the form of a generic view gives a new row. */
function takenByForm(flow: Flow, state: State, model: Model, cls: ClassRef, form: ClassRef | null): Iterable<readonly [Column, Value]> {
  return form ? taken(flow, state, form, model).values : editable(state, model, takenIn(flow, state, model, cls)).map((column) => [column, given(column)]);
}

/**
 * Whether a view takes requests of one of these methods:
 * https://docs.djangoproject.com/en/5.0/ref/class-based-views/base/#django.views.generic.base.View.http_method_names
 */
function answers(flow: Flow, cls: ClassRef, methods: readonly string[]): boolean {
  const named = namesIn(flow, cls, 'http_method_names').map((field) => field.name);
  return named.length === 0 || named.some((name) => methods.includes(name));
}

/** The view has a method of its own in the place of the library's, and it has nothing to do with the serialiser: rows are made by hand there. */
function isReplaced(flow: Flow, cls: ClassRef, name: string): boolean {
  const member = findMember(flow, cls, name);
  if (member?.k !== 'method') return false;
  let isHandedOn = false;
  for (const stmt of member.fn.fn.body)
    walk(stmt, (node) => {
      isHandedOn ||= (node.k === 'name' && HANDED_ON.has(node.id)) || (node.k === 'attr' && HANDED_ON.has(node.name));
    });
  return !isHandedOn;
}
const HANDED_ON: ReadonlySet<string> = new Set([
  'super', 'serializer', 'get_serializer', 'get_serializer_class', 'serializer_class', 'validated_data', 'perform_create', 'perform_update',
]);

/**
 * The columns that the form of a generic view asks for:
 * https://docs.djangoproject.com/en/5.0/ref/class-based-views/mixins-editing/#django.views.generic.edit.ModelFormMixin.fields
 */
function takenIn(flow: Flow, state: State, model: Model, cls: ClassRef): readonly Column[] {
  const names = namesIn(flow, cls, 'fields').map((field) => field.name);
  return names.includes('__all__')
    ? [...new Set(model.columns.values())].filter((column) => !model.table.primaryKey?.columns.includes(column))
    : columnsNamed(state, model, names);
}
