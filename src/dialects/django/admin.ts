/** The administration site: what its classes list, search and sort. https://docs.djangoproject.com/en/5.0/ref/contrib/admin/ */
import { externalBases, findMember } from '../../flow/classes.js';
import type { Flow } from '../../flow/evaluate.js';
import type { Model } from '../../flow/model.js';
import { membersOf, type ClassRef, type Value } from '../../flow/value.js';
import type { Place } from '../../model/schema.js';
import type { UseKind } from '../../model/usage.js';
import { shortName } from './names.js';
import { namesIn, useNames } from './named-fields.js';
import { keyAttribute } from './paths.js';
import type { State } from './state.js';

const OPTIONS: Readonly<Record<string, UseKind>> = {
  list_display: 'read', list_display_links: 'read', readonly_fields: 'read', fields: 'read', fieldsets: 'read', list_editable: 'read', raw_id_fields: 'read', autocomplete_fields: 'read',
  prepopulated_fields: 'read', list_select_related: 'read', filter_horizontal: 'read', filter_vertical: 'read', list_filter: 'filter', search_fields: 'filter', date_hierarchy: 'filter', ordering: 'sort',
};

/** Whether the class configures an administration page. */
export function isAdmin(flow: Flow, cls: ClassRef): boolean {
  return flow.memo('django-admin', cls.id, () => externalBases(flow, cls).flatMap(membersOf).some((base) => base.k === 'ext' && /(ModelAdmin|TabularInline|StackedInline|InlineModelAdmin|UserAdmin|MPTTAdmin|Admin)$/.test(shortName(base)) && base.module !== 'builtins'), false);
}

/** The models of an administration class: named by `@admin.register`, by an inline's `model`, or given where it is registered. */
export function adminModels(flow: Flow, cls: ClassRef): readonly Model[] {
  const values = cls.cls.decorators.flatMap((decorator) => (decorator.k === 'call' && (decorator.fn.k === 'attr' ? decorator.fn.name : decorator.fn.k === 'name' ? decorator.fn.id : '') === 'register' ? decorator.args.map((arg) => flow.quiet(() => flow.expr(arg.value, cls.env.parent ?? cls.env))) : []));
  const member = findMember(flow, cls, 'model');
  if (member?.k === 'field' && member.stmt.value) values.push(flow.quiet(() => flow.expr(member.stmt.value!, member.owner.env)));
  return modelsIn(values);
}

export function modelsIn(values: readonly Value[]): readonly Model[] {
  return values.flatMap(membersOf).flatMap((value) => (value.k === 'list' ? value.items : [value])).flatMap((value) => (value.k === 'model' && value.model.dialect === 'django' ? [value.model] : []));
}

/** Records a registration: a mention of the table, and uses by way of the administration site. */
export function registerAdmin(flow: Flow, state: State, model: Model, cls: ClassRef | null, place: Place): void {
  flow.record.table(model, 'mention', place);
  flow.record.column(model, keyAttribute(state, model), 'read', place, null, { via: 'admin' });
  if (cls) for (const [option, kind] of Object.entries(OPTIONS)) useNames(flow, state, model, namesIn(flow, cls, option), kind, 'admin');
}
