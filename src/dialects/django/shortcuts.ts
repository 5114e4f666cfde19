/** Functions of Django that take models or rows: shortcuts, serialisers of rows, the user model. */
import { rowsIn } from '../../flow/access.js';
import { argument, argumentOf, text } from '../../flow/arguments.js';
import { oneOf, type QueryState } from '../../flow/query.js';
import { union } from '../../flow/unions.js';
import { ANY, membersOf, type Args, type Value } from '../../flow/value.js';
import type { Column } from '../../model/schema.js';
import type { CallSite } from '../dialect.js';
import { applyFilter, filterOf, type Seat } from './conditions.js';
import { editable } from './intake.js';
import { managerNamed, managerOf } from './managers.js';
import { columnsNamed } from './named-fields.js';
import { followPath } from './paths.js';
import { managerQuery, ordered, rowFrom } from './queryset.js';
import { takeIn } from './serializers.js';
import { modelNamed } from './state.js';

const GET = new Set(['django.shortcuts.get_object_or_404', 'django.shortcuts.aget_object_or_404', 'rest_framework.generics.get_object_or_404']);
const LIST = new Set(['django.shortcuts.get_list_or_404', 'django.shortcuts.aget_list_or_404']);
const WHOLE = new Set(['django.forms.models.model_to_dict', 'django.forms.model_to_dict', 'django.core.serializers.serialize']);

/** A call of a library function by its dotted name. */
export function shortcutCall(seat: Seat, site: CallSite, full: string): Value | undefined {
  const { flow, state } = seat;
  if (/(^|\.)get_user_model$/.test(full)) { const model = modelNamed(flow, state, state.apps.userModel); return model ? { k: 'model', model } : undefined; }
  // Django's own, and those of libraries that look models up in its registry, such as Oscar's.
  if (/(^|\.)get_model$/.test(full)) {
    // On some path the label may have become another one, which is not known.
    const label = argument(site.args, 0, 'app_label');
    const apps = (label ? membersOf(label) : []).flatMap((member) => text(member) ?? []);
    const name = text(argument(site.args, 1, 'model_name'));
    const models = apps.flatMap((app) => modelNamed(flow, state, name === null ? app : `${app}.${name}`) ?? []);
    return models.length > 0 ? union(models.map((model): Value => ({ k: 'model', model }))) : undefined;
  }
  // Which database a model's rows are in: https://docs.djangoproject.com/en/5.0/topics/db/multi-db/#topics-db-multi-db-routing
  if (full.startsWith('django.db.router.')) return ANY;
  if (GET.has(full) || LIST.has(full)) {
    const rest: Args = { list: site.args.list.slice(1) };
    return union(queriesOf(seat, site, argument(site.args, 0, 'klass')).map((query) => {
      const filtered = applyFilter(query, site.nameAt, filterOf(seat, query.sources[0]!.model, rest));
      flow.record.finish(filtered, GET.has(full) ? 'one' : 'many');
      return GET.has(full) ? rowFrom(filtered) : { k: 'many', of: oneOf(filtered) };
    }));
  }
  const factory = /^django\.forms\.(?:models\.)?(inlineformset|modelformset|modelform)_factory$/.exec(full)?.[1];
  if (factory !== undefined) return formFactory(seat, site, factory === 'inlineformset' ? 1 : 0);
  if (/^import_export\.widgets\.(ForeignKey|ManyToMany)Widget$/.test(full)) return keyedWidget(seat, site);
  if (WHOLE.has(full)) return handOut(seat, site, full.endsWith('serialize') ? 1 : 0);
  return undefined;
}

/**
 * `inlineformset_factory(Parent, Child, fields=["name"])` saves rows of the child; a form it is given says itself what it takes in.
 * https://docs.djangoproject.com/en/5.0/ref/forms/models/
 */
function formFactory({ flow, state }: Seat, site: CallSite, index: 0 | 1): Value | undefined {
  const given = argument(site.args, index, 'model');
  const model = given?.k === 'model' && given.model.dialect === 'django' ? given.model : null;
  if (!model || argument(site.args, -1, 'form')?.k === 'class') return model ? ANY : undefined;
  const [fields, excluded] = [argument(site.args, -1, 'fields'), argument(site.args, -1, 'exclude')];
  const named = (list: Value | null): readonly Column[] | null =>
    list?.k === 'list'
      ? columnsNamed(
          state,
          model,
          list.items.flatMap((item) => text(item) ?? []),
        )
      : null;
  const left = named(excluded) ?? [];
  const taken =
    named(fields) ??
    ((fields && text(fields) === '__all__') || excluded ? [...new Set(model.columns.values())].filter((column) => !left.includes(column)) : null);
  if (!taken) return undefined;
  const place = flow.place(site.env, site.at);
  takeIn(flow, model, editable(state, model, taken).filter((column) => !model.table.primaryKey?.columns.includes(column)), place);
  flow.record.insert(model, new Map(), place, { isOpen: true });
  return ANY;
}

/** `ForeignKeyWidget(Model, field="code")` looks a row up by the field, and writes it out. */
function keyedWidget({ flow, state }: Seat, site: CallSite): Value | undefined {
  const model = argument(site.args, 0, 'model');
  const field = argumentOf(site.args, 1, 'field');
  if (model?.k !== 'model' || model.model.dialect !== 'django') return undefined;
  const name = field ? text(field.value) : 'pk';
  if (name !== null)
    for (const kind of ['lookup', 'read'] as const) followPath(flow, state, model.model, name, flow.place(site.env, field?.expr.at ?? site.at), kind);
  flow.record.table(model.model, 'select', flow.place(site.env, site.at));
  return ANY;
}

/** Every column of the rows leaves, unless the call names fields. */
function handOut(seat: Seat, site: CallSite, index: number): Value {
  const { flow } = seat;
  const rows = argument(site.args, index, index ? 'queryset' : 'instance');
  const fields = argumentOf(site.args, index ? -1 : 1, 'fields');
  const named = fields?.value.k === 'list' ? fields.value.items.map(text).filter((name) => name !== null) : null;
  for (const row of rows ? rowsIn(rows) : []) {
    if (row.model.dialect !== 'django') continue;
    const all = [...new Set(row.model.columns.values())];
    const columns = named
      ? all.filter((column) => named.some((name) => row.model.columns.get(name) === column || row.model.columns.get(`${name}_id`) === column))
      : all;
    flow.record.exposure({
      model: row.model,
      name: index ? 'serialize' : 'model_to_dict',
      columns,
      all: named === null,
      place: flow.place(site.env, site.at),
      schema: null,
    });
  }
  for (const member of rows ? membersOf(rows) : []) if (member.k === 'query') flow.record.finish(member.query, 'many');
  return { k: 'dict', entries: new Map(), rest: ANY };
}

/** The queries that a model, manager or query set stands for. */
export function queriesOf(seat: Seat, site: Pick<CallSite, 'env' | 'at'>, value: Value | null): readonly QueryState[] {
  return (value ? membersOf(value) : []).flatMap((member): readonly QueryState[] => {
    if (member.k === 'query') return member.query.sources[0]?.model.dialect === 'django' ? [member.query] : [];
    const manager =
      managerOf(member) ??
      (member.k === 'model' && member.model.dialect === 'django' ? managerOf(managerNamed(seat.flow, member.model, '_default_manager')) : null);
    if (!manager) return [];
    seat.flow.record.table(manager.model, 'select', seat.flow.place(site.env, site.at));
    return [managerQuery(seat, manager, site.at)];
  });
}

/** Items of a query that is iterated. */
export function iterate(seat: Seat, query: QueryState): Value {
  seat.flow.record.finish(ordered(seat, query), 'many');
  return oneOf(query);
}
