/** The administration site: what its classes list, search and sort. https://docs.djangoproject.com/en/5.0/ref/contrib/admin/ */
import type { Expr, Stmt } from '../../facts/code.js';
import { argument, argumentOf } from '../../flow/arguments.js';
import { externalBases, findMember } from '../../flow/classes.js';
import type { Flow } from '../../flow/evaluate.js';
import type { Model } from '../../flow/model.js';
import { membersOf, type ClassRef, type Value } from '../../flow/value.js';
import type { Place } from '../../model/schema.js';
import type { UseKind } from '../../model/usage.js';
import type { CallSite } from '../dialect.js';
import { columnsNamed, namesIn, useNames } from './named-fields.js';
import { hasBase, qualified, shortName } from './names.js';
import { keyAttribute } from './paths.js';
import { infoOf, type State } from './state.js';

const OPTIONS: Readonly<Record<string, UseKind>> = {
  list_display: 'read',
  list_display_links: 'read',
  readonly_fields: 'read',
  fields: 'read',
  fieldsets: 'read',
  list_editable: 'read',
  raw_id_fields: 'read',
  autocomplete_fields: 'read',
  prepopulated_fields: 'read',
  list_select_related: 'read',
  filter_horizontal: 'read',
  filter_vertical: 'read',
  list_filter: 'filter',
  search_fields: 'filter',
  date_hierarchy: 'filter',
  ordering: 'sort',
};

/** Whether the class configures an administration page. */
export function isAdmin(flow: Flow, cls: ClassRef): boolean {
  return flow.memo(
    'django-admin',
    cls,
    () =>
      externalBases(flow, cls)
        .flatMap(membersOf)
        .some(
          (base) =>
            base.k === 'ext' &&
            /(ModelAdmin|TabularInline|StackedInline|InlineModelAdmin|UserAdmin|MPTTAdmin|Admin)$/.test(shortName(base)) &&
            base.module !== 'builtins',
        ),
    false,
  );
}

/** The models of an administration class: named by `@admin.register`, by an inline's `model`, or given where it is registered. */
export function adminModels(flow: Flow, cls: ClassRef): readonly Model[] {
  const values = cls.cls.decorators.flatMap((decorator) =>
    decorator.k === 'call' && (decorator.fn.k === 'attr' ? decorator.fn.name : decorator.fn.k === 'name' ? decorator.fn.id : '') === 'register'
      ? decorator.args.map((arg) => flow.peek(arg.value, cls.env.parent ?? cls.env))
      : [],
  );
  const member = findMember(flow, cls, 'model');
  if (member?.k === 'field' && member.stmt.value) values.push(flow.peek(member.stmt.value!, member.owner.env));
  return modelsIn(values);
}

export function modelsIn(values: readonly Value[]): readonly Model[] {
  return values
    .flatMap(membersOf)
    .flatMap((value) => (value.k === 'list' ? value.items : [value]))
    .flatMap((value) => (value.k === 'model' && value.model.dialect === 'django' ? [value.model] : []));
}

/** Records a registration: a mention of the table, and uses by way of the administration site. */
export function registerAdmin(flow: Flow, state: State, model: Model, cls: ClassRef | null, place: Place): void {
  const inline = cls ? findMember(flow, cls, 'model') : null;
  if (inline?.k === 'field' && inline.stmt.value) flow.record.unmention(model, { path: inline.owner.module.path, at: inline.stmt.value.at });
  flow.record.table(model, 'mention', place, { isAdmin: true });
  flow.record.column(model, keyAttribute(state, model), 'read', place, null, { via: 'admin' });
  if (cls) for (const [option, kind] of Object.entries(OPTIONS)) useNames(flow, state, model, namesIn(flow, cls, option), kind, 'admin');
  showForm(flow, state, model, cls, place);
}

/** The form of a page that names no fields has all of them: people may read and change there what no code does. */
function showForm(flow: Flow, state: State, model: Model, cls: ClassRef | null, place: Place): void {
  if (cls && ['fields', 'fieldsets', 'form', 'get_fields', 'get_fieldsets', 'get_form'].some((option) => findMember(flow, cls, option) !== null)) return;
  const uneditable = infoOf(state, model)?.uneditable;
  const left = new Set(columnsNamed(state, model, cls ? namesIn(flow, cls, 'exclude').map((field) => field.name) : []));
  for (const column of new Set(model.columns.values())) {
    if (!left.has(column) && !uneditable?.has(column.attribute))
      flow.record.gap({ kind: 'catch-all-serialiser', model, column, place, detail: `the administration page of ${model.name} shows all its fields` });
  }
}

/** Where the models stand that an expression is: in a list, or in the one that a loop goes through or a name of the module is given. */
function namesWritten(expr: Expr, code: readonly Stmt[], depth = 0): readonly Expr[] {
  if (expr.k === 'list') return expr.items;
  if (expr.k !== 'name' || depth > 2) return [expr];
  const lists = code.flatMap((stmt): readonly Expr[] => {
    const [target, value] = stmt.k === 'loop' ? [stmt.target, stmt.iter] : stmt.k === 'set' ? [stmt.target, stmt.value] : [];
    return target?.k === 'name' && target.id === expr.id && value ? [value] : [];
  });
  return [expr, ...lists.flatMap((list) => namesWritten(list, code, depth + 1))];
}

/** `admin.site.register(Model, ModelAdmin)`, also of a site of one's own; false where the call is something else. */
export function isRegistration(flow: Flow, state: State, site: CallSite): boolean {
  const { receiver, name } = site;
  if (name !== 'register' || !receiver) return false;
  const isSite =
    receiver.k === 'ext'
      ? /^django\.contrib\.admin\b|^django\.contrib\.gis\.admin\b/.test(qualified(receiver)!)
      : receiver.k === 'object' && hasBase(flow, receiver.cls, (base) => shortName(base) === 'AdminSite');
  if (!isSite) return false;
  const [given, page] = [argumentOf(site.args, 0, 'model_or_iterable'), argument(site.args, 1, 'admin_class')];
  // As a decorator it stands above the page, which is told of where classes are read.
  if (receiver.k === 'ext' && !/\.sites?$/.test(qualified(receiver)!)) return true;
  const written = given ? namesWritten(given.expr, site.env.module.code) : [];
  for (const model of given ? modelsIn([given.value]) : []) {
    for (const expr of written) flow.record.unmention(model, flow.place(site.env, expr.at));
    registerAdmin(flow, state, model, page?.k === 'class' ? page.cls : null, flow.place(site.env, site.at));
  }
  return true;
}
