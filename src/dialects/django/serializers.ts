/** Forms, serialisers, filter sets and GraphQL types that are made from a model: which columns they hand out, take in or filter by. */
import { externalBases, lineage, ownMembers } from '../../flow/classes.js';
import type { Flow } from '../../flow/evaluate.js';
import type { Model } from '../../flow/model.js';
import { argument, membersOf, text, type ClassRef, type Value } from '../../flow/value.js';
import type { Column, Place } from '../../model/schema.js';
import { nestedClass, qualified, shortName } from './names.js';
import { columnsNamed, namesIn, useNames, type NamedField } from './named-fields.js';
import { followPath } from './paths.js';
import { infoOf, stateOf, type State } from './state.js';
import { metaModel } from './views.js';

export type MadeFrom = 'serializer' | 'form' | 'filter' | 'graph' | 'resource';

/** What kind of class made from a model it is; null when it is none. */
export function madeFrom(flow: Flow, cls: ClassRef): MadeFrom | null {
  return flow.memo<MadeFrom | null>('django-made', cls, () => {
    for (const base of externalBases(flow, cls).flatMap(membersOf)) {
      const name = shortName(base);
      const full = qualified(base) ?? '';
      if (/Serializer$/.test(name)) return 'serializer';
      if (/Form$/.test(name) && /forms/.test(full)) return 'form';
      if (/FilterSet$/.test(name)) return 'filter';
      if (name === 'ModelResource' && full.startsWith('import_export.')) return 'resource';
      if (/^DjangoObjectType$|^ModelSchema$/.test(name)) return 'graph';
    }
    return null;
  }, null);
}

/** Records what the class hands out or takes in; nothing when it names no model. */
export function useMadeFrom(flow: Flow, state: State, cls: ClassRef, kind: MadeFrom): void {
  const model = metaModel(flow, cls);
  if (!model) return;
  const place: Place = { path: cls.module.path, at: cls.cls.at };
  const declared = declaredFields(flow, cls);
  flow.record.table(model, 'mention', place);
  if (kind === 'filter') {
    const meta = nestedClass(flow, cls, 'Meta');
    if (meta) useNames(flow, state, model, namesIn(flow, meta, 'fields').filter((field) => /^[a-z_]\w*$/.test(field.name)), 'filter', 'code');
    for (const field of declared) useNames(flow, state, model, [{ name: field.source ?? field.name, place: field.place }], 'filter', 'code');
    return;
  }
  const listed = listedColumns(flow, state, cls, model);
  const columns = [...new Set([...listed.columns, ...columnsNamed(state, model, declared.map((field) => field.source ?? field.name))])];
  for (const field of declared) if (field.source?.includes('.')) followPath(flow, state, model, field.source.replaceAll('.', '__'), field.place, 'read', 'serializer');
  if (columns.length || listed.all) flow.record.exposure({ model, name: cls.name, columns, all: listed.all, place: listed.place ?? place, schema: cls });
  for (const name of listed.names) flow.record.resolve(name.place);
  // A resource of django-import-export finds the row by these, and saves what a file holds: https://django-import-export.readthedocs.io/en/latest/getting_started.html
  const meta = kind === 'resource' ? nestedClass(flow, cls, 'Meta') : null;
  if (meta) useNames(flow, state, model, namesIn(flow, meta, 'import_id_fields'), 'lookup', 'code');
  if (kind === 'form' || kind === 'resource') { takeIn(flow, model, editable(state, model, columns), place); flow.record.insert(model, new Map(), place, { isOpen: true }); }
}

/** Rows are saved from a request through the class: every column it does not mark as read-only is written. `values` are given beside the request. */
export function savesRows(flow: Flow, cls: ClassRef, place: Place, how: { readonly creates: boolean; readonly updates: boolean; readonly values?: ReadonlyMap<Column, Value> }): void {
  const model = metaModel(flow, cls);
  const state = stateOf(flow);
  if (!model || !state) return;
  const meta = nestedClass(flow, cls, 'Meta');
  const readOnly = new Set(columnsNamed(state, model, meta ? namesIn(flow, meta, 'read_only_fields').map((field) => field.name) : []));
  const listed = listedColumns(flow, state, cls, model);
  const declared = columnsNamed(state, model, declaredFields(flow, cls).filter((field) => !field.isReadOnly).map((field) => field.source ?? field.name));
  takeIn(flow, model, [...new Set([...editable(state, model, listed.columns), ...declared])].filter((column) => !readOnly.has(column) && !model.table.primaryKey?.columns.includes(column)), place);
  if (how.creates) flow.record.insert(model, how.values ?? new Map(), place, { isOpen: true });
  if (how.updates) flow.record.table(model, 'update', place);
}

/** Those of the columns that a form or a serialiser takes in when it is told no more than their names. */
export function editable(state: State, model: Model, columns: readonly Column[]): readonly Column[] {
  const left = infoOf(state, model)?.uneditable;
  return left ? columns.filter((column) => !left.has(column.attribute)) : columns;
}

/** Records that a request's values for these columns are written. */
export function takeIn(flow: Flow, model: Model, columns: readonly Column[], place: Place): void {
  for (const [attribute, column] of model.columns) if (columns.includes(column)) flow.record.column(model, attribute, 'write', place, null, { via: 'generic-update' });
}

interface Listed { readonly columns: readonly Column[]; readonly all: boolean; readonly names: readonly NamedField[]; readonly place: Place | null }

/** `Meta.fields` as a list, `"__all__"`, or `Meta.exclude`. https://www.django-rest-framework.org/api-guide/serializers/#specifying-which-fields-to-include */
function listedColumns(flow: Flow, state: State, cls: ClassRef, model: Model): Listed {
  const meta = nestedClass(flow, cls, 'Meta');
  if (!meta) return { columns: [], all: false, names: [], place: null };
  const every = [...new Set(model.columns.values())];
  for (const option of ['fields', 'only_fields', 'model_fields']) {
    const names = namesIn(flow, meta, option);
    if (names.length === 0) continue;
    if (names.some((field) => field.name === '__all__')) return { columns: every, all: true, names: [], place: names[0]!.place };
    return { columns: columnsNamed(state, model, names.map((field) => field.name)), all: false, names, place: null };
  }
  const excluded = new Set(columnsNamed(state, model, [...namesIn(flow, meta, 'exclude'), ...namesIn(flow, meta, 'exclude_fields')].map((field) => field.name)));
  return { columns: every.filter((column) => !excluded.has(column)), all: true, names: [], place: null };
}

interface DeclaredField { readonly name: string; readonly source: string | null; readonly isReadOnly: boolean; readonly place: Place }

/** Fields that the class declares itself, with the attribute they read (`source`, `field_name`). */
function declaredFields(flow: Flow, cls: ClassRef): readonly DeclaredField[] {
  const found: DeclaredField[] = [];
  for (const each of lineage(flow, cls)) for (const [name, member] of ownMembers(flow, each)) {
    if (member.k !== 'field' || !member.stmt.value || member.stmt.value.k !== 'call') continue;
    const value = flow.peek(member.stmt.value!, each.env);
    const call = member.stmt.value;
    const option = (key: string): string | null => { const arg = call.args.find((given) => given.name === key); return arg ? text(flow.peek(arg.value, each.env)) : null; };
    if (value.k === 'term' && /MethodField$|^ReadOnly.*Property/.test(shortName(value.callee))) continue;
    const isReadOnly = call.args.some((arg) => arg.name === 'read_only' && arg.value.k === 'lit' && arg.value.v === true);
    found.push({ name, source: option('source') ?? option('field_name') ?? (value.k === 'term' ? text(argument(value.args, -1, 'attribute')) : null), isReadOnly, place: { path: each.module.path, at: member.stmt.target.at } });
  }
  return found;
}
