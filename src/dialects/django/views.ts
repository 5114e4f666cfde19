/** Class-based views, forms and serialisers of the repository: which model they are about. */
import { argument, text } from '../../flow/arguments.js';
import { externalBases, findMember } from '../../flow/classes.js';
import type { Flow } from '../../flow/evaluate.js';
import type { Model } from '../../flow/model.js';
import { where, type QueryState } from '../../flow/query.js';
import { union } from '../../flow/unions.js';
import { ANY, membersOf, type ClassRef, type Value } from '../../flow/value.js';
import type { CallSite } from '../dialect.js';
import type { Seat } from './conditions.js';
import { nestedClass, qualified, shortName } from './names.js';
import { followPath, withJoins } from './paths.js';
import { rowFrom } from './queryset.js';
import { savesRows } from './serializers.js';
import { queriesOf } from './shortcuts.js';
import { writesOf } from './writes.js';

const VIEWS =
  /^(django\.views\.|django\.contrib\.\w+\.views|rest_framework\.(generics|viewsets|views|mixins)|rest_framework_extensions\.|django_filters\.views)/;
const WRITERS = /^(django\.forms|rest_framework\.serializers|django\.contrib\.auth\.forms)/;

export function isView(flow: Flow, cls: ClassRef): boolean {
  return flow.memo('django-view', cls, () => externalBases(flow, cls).flatMap(membersOf).some((base) => VIEWS.test(qualified(base) ?? '')), false);
}

/** Whether the class is a form or serialiser of a model. */
export function isWriter(flow: Flow, cls: ClassRef): boolean {
  return flow.memo('django-writer', cls, () => externalBases(flow, cls).flatMap(membersOf).some((base) => WRITERS.test(qualified(base) ?? '')), false);
}

/** The model that the `Meta` of a form, serialiser or filter names. */
export function metaModel(flow: Flow, cls: ClassRef): Model | null {
  const meta = nestedClass(flow, cls, 'Meta');
  const member = meta ? findMember(flow, meta, 'model') : null;
  if (member?.k !== 'field' || !member.stmt.value) return null;
  const value = flow.peek(member.stmt.value!, member.owner.env);
  const found = membersOf(value).find((each) => each.k === 'model');
  return found?.k === 'model' && found.model.dialect === 'django' ? found.model : null;
}

/** The class that an option of a view names. */
export function classNamed(flow: Flow, cls: ClassRef, name: string): ClassRef | null {
  const member = findMember(flow, cls, name);
  if (member?.k !== 'field' || !member.stmt.value) return null;
  const value = flow.peek(member.stmt.value!, member.owner.env);
  return value.k === 'class' ? value.cls : null;
}

/** `self.get_object()`, `self.get_queryset()` of a view, `form.save()`, `serializer.save()`. */
export function viewCall(seat: Seat, site: CallSite, receiver: Value & { k: 'object' | 'class' }, name: string): Value | undefined {
  const { flow } = seat;
  if (receiver.k === 'object' && name === 'save' && isWriter(flow, receiver.cls)) return saved(seat, site, receiver);
  if (!VIEW_METHODS.has(name) || !isView(flow, receiver.cls)) return undefined;
  const own = findMember(flow, receiver.cls, name);
  return own?.k === 'method' ? undefined : libraryMethod(seat, site, receiver, name);
}

/** `super().get_queryset()` in a view whose bases in the repository have no such method: the library's own, for the rows of the view at hand. */
export function viewSuperCall(seat: Seat, site: CallSite, view: Value & { k: 'object' }, name: string): Value | undefined {
  return VIEW_METHODS.has(name) && isView(seat.flow, view.cls) ? libraryMethod(seat, site, view, name, true) : undefined;
}

function libraryMethod(seat: Seat, site: CallSite, receiver: Value & { k: 'object' | 'class' }, name: string, isSuper = false): Value | undefined {
  const { flow } = seat;
  if (name === 'filter_queryset') return site.args.list[0]?.value;
  if (name === 'paginate_queryset') return page(seat, site);
  if (name === 'get_serializer') return serializerOf(seat, site, receiver.cls);
  const queries = isSuper && name === 'get_queryset' ? declaredQueries(seat, site, receiver.cls) : viewQueries(seat, site, receiver);
  if (queries.length === 0) return undefined;
  if (name === 'get_queryset') return union(queries.map((query) => ({ k: 'query', query })));
  return union(queries.map((query) => {
    const asked = byLookupField(seat, site, receiver.cls, query);
    flow.record.finish(asked, 'one');
    return rowFrom(asked);
  }));
}

const VIEW_METHODS = new Set(['get_object', 'get_queryset', 'filter_queryset', 'paginate_queryset', 'get_serializer']);

/** `self.paginate_queryset(rows)`: some of the rows are listed. https://www.django-rest-framework.org/api-guide/generic-views/#genericapiview */
function page(seat: Seat, site: CallSite): Value | undefined {
  const rows = queriesOf(seat, site, site.args.list[0]?.value ?? null);
  for (const query of rows) seat.flow.record.finish(query, 'many');
  return rows.length > 0 ? union(rows.map((query): Value => ({ k: 'many', of: query.item }))) : undefined;
}

/** `self.get_serializer(rows, many=True)`: the view's own serialiser, given the rows. */
function serializerOf(seat: Seat, site: CallSite, view: ClassRef): Value | undefined {
  const given = argument(site.args, 0, 'instance');
  for (const member of given ? membersOf(given) : []) if (member.k === 'query') seat.flow.record.finish(member.query, 'many');
  const cls = writerClass(seat.flow, view);
  return cls ? writerOf(seat.flow, site, cls) : undefined;
}

/** The form or serialiser of a view; null where a method picks one of several. */
export function writerClass(flow: Flow, view: ClassRef): ClassRef | null {
  if (['get_serializer_class', 'get_form_class'].some((choice) => findMember(flow, view, choice)?.k === 'method')) return null;
  const cls = classNamed(flow, view, 'serializer_class') ?? classNamed(flow, view, 'form_class');
  return cls && isWriter(flow, cls) ? cls : null;
}

/** The one row whose `lookup_field` stands in the address; the primary key where nothing else is said. */
function byLookupField(seat: Seat, site: CallSite, view: ClassRef, query: QueryState): QueryState {
  const member = ['lookup_field', 'slug_field'].map((name) => findMember(seat.flow, view, name)).find((each) => each?.k === 'field');
  const name = member?.k === 'field' && member.stmt.value ? text(seat.flow.peek(member.stmt.value!, member.owner.env)) : 'pk';
  if (name === null) return { ...query, isPartial: true };
  const { column, joins } = followPath(seat.flow, seat.state, query.sources[0]!.model, name, seat.flow.place(site.env, site.nameAt), 'lookup');
  if (!column) return { ...query, isPartial: true };
  return where(withJoins(query, site.nameAt, joins), site.nameAt, [{ column, op: '=', value: ANY, isOptional: false, inOr: false, isJoin: false }]);
}

/** The rows a view works on: its `get_queryset`, `queryset` or `model`. */
export function viewQueries(seat: Seat, site: Pick<CallSite, 'env' | 'at'>, view: Value & { k: 'object' | 'class' }): ReturnType<typeof queriesOf> {
  const { flow } = seat;
  const method = findMember(flow, view.cls, 'get_queryset');
  if (method?.k === 'method') return queriesOf(seat, site, flow.callFn({ k: 'fn', fn: method.fn, self: view }, []));
  return declaredQueries(seat, site, view.cls);
}

/** The rows that a view's `queryset` or `model` names. */
function declaredQueries(seat: Seat, site: Pick<CallSite, 'env' | 'at'>, cls: ClassRef): ReturnType<typeof queriesOf> {
  const { flow } = seat;
  for (const name of ['queryset', 'model']) {
    const member = findMember(flow, cls, name);
    if (member?.k === 'field' && member.stmt.value) {
      const queries = queriesOf(seat, site, flow.peek(member.stmt.value!, member.owner.env));
      if (queries.length) return queries;
    }
  }
  return [];
}

/** `Serializer(row, data=…)`, `Form(request.POST, instance=row)`: what it was given tells later whether it creates or changes a row. */
export function writerOf(flow: Flow, site: CallSite, cls: ClassRef): Value | undefined {
  if (findMember(flow, cls, '__init__') || !metaModel(flow, cls)) return undefined;
  const isForm = externalBases(flow, cls).flatMap(membersOf).some((base) => /Form$/.test(shortName(base)));
  const instance = argument(site.args, isForm ? -1 : 0, 'instance');
  // Rows that are handed out are listed.
  for (const member of instance ? membersOf(instance) : []) if (member.k === 'query') flow.record.finish(member.query, 'many');
  return { k: 'object', cls, fields: new Map(instance ? [['instance', instance]] : []) };
}

/** A form or serialiser that saves: what it takes in of its model is written, and what the call adds. */
function saved(seat: Seat, site: CallSite, writer: Value & { k: 'object' }): Value | undefined {
  const { flow } = seat;
  const model = metaModel(flow, writer.cls);
  if (!model) return undefined;
  const instance = writer.fields?.get('instance') ?? null;
  const isNew = writer.fields !== undefined && (instance === null || (instance.k === 'const' && instance.v === null));
  const { values } = writesOf(seat, model, { list: site.args.list.filter((arg) => arg.name !== null && arg.name !== 'commit') }, { atInsert: isNew });
  // A writer that came from elsewhere may do either.
  const isKnown = writer.fields !== undefined && membersOf(instance ?? ANY).some((member) => member.k === 'row');
  savesRows(flow, writer.cls, flow.place(site.env, site.nameAt), { creates: !isKnown, updates: !isNew, values });
  return findMember(flow, writer.cls, 'save')?.k === 'method' ? undefined : { k: 'row', model };
}
