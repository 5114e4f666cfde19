/** Forms, serialisers, filter sets and GraphQL types that are made from a model: which columns they hand out, take in or filter by. */
import { externalBases } from '../../flow/classes.js';
import type { Flow } from '../../flow/evaluate.js';
import type { Model } from '../../flow/model.js';
import { membersOf, type ClassRef, type Value } from '../../flow/value.js';
import type { Column, Place } from '../../model/schema.js';
import { nestedClass, qualified, shortName } from './names.js';
import { editable, isClosedWriter, taken } from './intake.js';
import { declaredFields, listedColumns } from './made-fields.js';
import { columnsNamed, namesIn, useNames } from './named-fields.js';
import { followPath } from './paths.js';
import { stateOf, type State } from './state.js';
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
  for (const field of declared)
    if (field.source?.includes('.')) followPath(flow, state, model, field.source.replaceAll('.', '__'), field.place, 'read', 'serializer');
  if (columns.length || listed.all) flow.record.exposure({ model, name: cls.name, columns, all: listed.all, place: listed.place ?? place, schema: cls });
  for (const name of listed.names) flow.record.resolve(name.place);
  // A resource of django-import-export finds the row by these, and saves what a file holds:
  // https://django-import-export.readthedocs.io/en/latest/getting_started.html
  const meta = kind === 'resource' ? nestedClass(flow, cls, 'Meta') : null;
  if (meta) useNames(flow, state, model, namesIn(flow, meta, 'import_id_fields'), 'lookup', 'code');
  if (kind !== 'form' && kind !== 'resource') return;
  takeIn(flow, model, editable(state, model, columns), place);
  const isClosed = kind === 'form' && isClosedWriter(flow, cls);
  flow.record.insert(model, isClosed ? taken(flow, state, cls, model).values : new Map(), place, { isOpen: !isClosed });
}

/** Rows are saved from a request through the class: every column it does not mark as read-only is written. `values` are given beside the request. */
export function savesRows(
  flow: Flow,
  cls: ClassRef,
  place: Place,
  how: { readonly creates: boolean; readonly updates: boolean; readonly values?: ReadonlyMap<Column, Value> },
): void {
  const model = metaModel(flow, cls);
  const state = stateOf(flow);
  if (!model || !state) return;
  const { columns, values } = taken(flow, state, cls, model);
  takeIn(flow, model, columns, place);
  if (how.creates) flow.record.insert(model, new Map([...values, ...(how.values ?? [])]), place, { isOpen: !isClosedWriter(flow, cls) });
  if (how.updates) flow.record.table(model, 'update', place);
}

/** Records that a request's values for these columns are written. */
export function takeIn(flow: Flow, model: Model, columns: readonly Column[], place: Place): void {
  for (const [attribute, column] of model.columns)
    if (columns.includes(column)) flow.record.column(model, attribute, 'write', place, null, { via: 'generic-update' });
}
