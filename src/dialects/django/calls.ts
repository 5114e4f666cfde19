/** Calls of Django's API: what they are called on tells what they mean. */
import { argument, text } from '../../flow/arguments.js';
import { lineage, ownMembers } from '../../flow/classes.js';
import type { Flow } from '../../flow/evaluate.js';
import { startQuery, type QueryState } from '../../flow/query.js';
import { union } from '../../flow/unions.js';
import { ANY, membersOf, type ClassRef, type SpecialValue, type Value } from '../../flow/value.js';
import type { CallSite } from '../dialect.js';
import { isRegistration } from './admin.js';
import type { Seat } from './conditions.js';
import { tellDeclaredUses } from './declared-uses.js';
import { customMethod, isManagerClass, managerOf, managerValue, modelsManagedBy, unbound, type Manager } from './managers.js';
import { hasBase, isManagerName, isQuerySetName, qualified } from './names.js';
import { connected, isSeenReceiver } from './parameters.js';
import { managerQuery, querySetCall } from './queryset.js';
import { rowCall } from './rows.js';
import { shortcutCall } from './shortcuts.js';
import { stateOf } from './state.js';
import { strawberryCall } from './strawberry.js';
import { viewContext } from './view-pages.js';
import { isView, isWriter, viewCall, viewSuperCall, writerOf } from './views.js';

/** Most models that one manager class is read for when nothing tells which is meant. */
const MANAGED_LIMIT = 6;

export function call(flow: Flow, site: CallSite): Value | undefined {
  const defined = definingCall(flow, site);
  if (defined !== undefined) return defined;
  const state = stateOf(flow);
  if (!state) return undefined;
  tellDeclaredUses(flow, state);
  const seat: Seat = { flow, state, env: site.env };
  const { receiver, name } = site;
  if (!receiver) return calleeCall(seat, site);
  if (name === null) return undefined;
  if (isRegistration(flow, state, site)) return ANY;
  const manager = managerOf(receiver);
  // `self.model(code=code)` makes a row, as the class itself does.
  if (name === 'model' && (manager || receiver.k === 'query')) return undefined;
  if (manager) return managerCall(seat, site, manager, receiver, name);
  switch (receiver.k) {
    case 'query': {
      const model = receiver.query.sources[0]?.model;
      return model?.dialect === 'django' ? queryCall(seat, site, receiver, name) : undefined;
    }
    case 'row': return receiver.model.dialect === 'django' ? rowCall(seat, site, receiver, name) : undefined;
    case 'field': return receiver.model.dialect === 'django' ? fileCall(seat, site, receiver, name) : undefined;
    case 'model': return receiver.model.dialect === 'django' && name === 'from_db' ? { k: 'row', model: receiver.model } : undefined;
    case 'special': return receiver.dialect === 'core' && receiver.tag === 'super'
      ? superCall(seat, site, receiver, name)
      : receiver.dialect === 'django'
        ? specialCall(seat, site, receiver, name)
        : undefined;
    case 'object': return isManagerClass(flow, receiver.cls) ? unboundCall(seat, site, receiver.cls, name) : viewCall(seat, site, receiver, name);
    case 'class': return isManagerClass(flow, receiver.cls) ? undefined : viewCall(seat, site, receiver, name);
    case 'ext': return externalCall(seat, site, receiver, name);
    default: return undefined;
  }
}

/**
 * `row.file.save(name, content)` puts the file's name into the column and saves the row.
 * https://docs.djangoproject.com/en/5.0/ref/models/fields/#django.db.models.fields.files.FieldFile.save
 */
function fileCall({ flow }: Seat, site: CallSite, { model, attribute }: Value & { k: 'field' }, name: string): Value | undefined {
  if (name !== 'save' && name !== 'delete') return undefined;
  flow.record.column(model, attribute, 'write', flow.place(site.env, site.nameAt), flow.currentFn);
  flow.record.table(model, 'update', flow.place(site.env, site.nameAt));
  return ANY;
}

/** `QuerySet.as_manager()`, `Manager.from_queryset(QuerySet)` and calling what it gives. */
function definingCall(flow: Flow, site: CallSite): Value | undefined {
  const { receiver, name, callee } = site;
  if (name === 'as_manager' && receiver && (receiver.k === 'class' ? isManagerClass(flow, receiver.cls) : isQuerySetName(receiver)))
    return unbound('manager-instance', receiver.k === 'class' ? [receiver.cls] : []);
  if (name === 'from_queryset' && receiver && (receiver.k === 'class' ? isManagerClass(flow, receiver.cls) : isManagerName(receiver))) {
    const given = argument(site.args, 0);
    const classes = [...(receiver.k === 'class' ? [receiver.cls] : []), ...(given?.k === 'class' ? [given.cls] : [])];
    return unbound('manager-class', classes);
  }
  if (!receiver && callee.k === 'special' && callee.dialect === 'django' && callee.tag === 'manager-class')
    return unbound('manager-instance', callee.data['classes'] as readonly ClassRef[]);
  return undefined;
}

/** Methods that change the rows that are left. */
const CHANGES = new Set(['update', 'aupdate', 'delete', 'adelete']);

/** Methods that add rows and look at none. */
const INSERTS = new Set(['create', 'acreate', 'bulk_create', 'abulk_create']);

function managerCall(seat: Seat, site: CallSite, manager: Manager, receiver: Value, name: string): Value | undefined {
  const { flow } = seat;
  if (!INSERTS.has(name)) flow.record.table(manager.model, 'select', flow.place(site.env, site.nameAt));
  const own = customMethod(flow, manager.model, manager.classes, name);
  if (own && name !== 'get_queryset') return begunAt(seat, site, flow.callFn({ k: 'fn', fn: own, self: receiver }, site.args.list));
  const builtin = querySetCall(seat, site, { model: manager.model, related: manager.related, query: () => managerQuery(seat, manager, site.at) }, name);
  if (builtin !== undefined) return builtin;
  // A method of a library's manager: some query over the model.
  return { k: 'query', query: { ...managerQuery(seat, manager, site.at), isPartial: true } };
}

/** The queries that a manager's own method gives belong to the code that asked for them. */
function begunAt(seat: Seat, site: CallSite, value: Value): Value {
  const place = seat.flow.place(site.env, site.at);
  return union(membersOf(value).map((member): Value => {
    if (member.k !== 'query' || member.query.sources[0]?.model.dialect !== 'django') return member;
    return { k: 'query', query: { ...member.query, place, id: `${startQuery(place, member.query.sources[0].model, ANY).id}>${member.query.id}` } };
  }));
}

function queryCall(seat: Seat, site: CallSite, receiver: Value & { k: 'query' }, name: string): Value | undefined {
  const model = receiver.query.sources[0]!.model;
  const own = customMethod(seat.flow, model, [], name);
  if (own) return seat.flow.callFn({ k: 'fn', fn: own, self: receiver }, site.args.list);
  return querySetCall(seat, site, { model, related: null, query: () => receiver.query }, name) ?? { k: 'query', query: { ...receiver.query, isPartial: true } };
}

/** `super().get_queryset()`, `super().save()`: the next definition along the bases, else Django's own. */
function superCall(seat: Seat, site: CallSite, receiver: SpecialValue, name: string): Value | undefined {
  const self = receiver.data['self'] as Value;
  const owner = receiver.data['owner'] as ClassRef | null;
  const { flow } = seat;
  if (self.k === 'object' && name === 'get_context_data' && isView(flow, self.cls) && !inherited(flow, owner, name))
    return viewContext(flow, seat.state, self.cls);
  if (self.k === 'object' && !inherited(flow, owner, name)) { const given = viewSuperCall(seat, site, self, name); if (given) return given; }
  if (self.k === 'row')
    return self.model.dialect === 'django' && ['save', 'delete', 'refresh_from_db', 'clean', 'full_clean', 'validate_unique', 'clean_fields'].includes(name)
      ? inherited(flow, owner, name)
        ? undefined
        : ANY
      : undefined;
  const manager = managerOf(self);
  const query = self.k === 'query' ? self.query : null;
  const model = manager?.model ?? query?.sources[0]?.model;
  if (!model || model.dialect !== 'django')
    return self.k === 'object' && owner && isManagerClass(flow, self.cls) && !inherited(flow, owner, name)
      ? unboundCall(seat, site, self.cls, name, true)
      : undefined;
  if (inherited(flow, owner, name)) return undefined;
  return (
    querySetCall(
      seat,
      site,
      { model, related: manager?.related ?? null, query: () => query ?? managerQuery(seat, manager!, site.at, name === 'get_queryset') },
      name,
    ) ?? (query ? self : undefined)
  );
}

/** Whether a class of the repository above `owner` defines the method. */
function inherited(flow: Flow, owner: ClassRef | null, name: string): boolean {
  return owner !== null && lineage(flow, owner).slice(1).some((cls) => ownMembers(flow, cls).get(name)?.k === 'method');
}

/** Methods of a manager class that is read by itself: for every model it manages. */
function unboundCall(seat: Seat, site: CallSite, cls: ClassRef, name: string, isSuper = false): Value | undefined {
  const models = modelsManagedBy(seat.flow, cls);
  if (name === 'model' || models.length === 0 || models.length > MANAGED_LIMIT) return undefined;
  const isQuerySet = hasBase(seat.flow, cls, isQuerySetName);
  const results = models.map((model) => {
    const manager: Manager = { model, related: null, classes: [cls] };
    // A method of a query set changes what its caller has left of the rows.
    if (isQuerySet && CHANGES.has(name))
      return querySetCall(seat, site, { model, related: null, query: () => ofCaller(managerQuery(seat, manager, site.at)) }, name) ?? ANY;
    if (!isSuper) return managerCall(seat, site, manager, managerValue(model, null, [cls]), name) ?? ANY;
    return querySetCall(seat, site, { model, related: null, query: () => managerQuery(seat, manager, site.at, name === 'get_queryset') }, name) ?? ANY;
  });
  return union(results);
}

/** The rows that nobody in sight has narrowed: told apart from those of a caller who is. */
function ofCaller(query: QueryState): QueryState {
  return { ...query, id: `${query.id}?`, isPartial: true };
}

function specialCall(seat: Seat, site: CallSite, receiver: SpecialValue, name: string): Value | undefined {
  if (receiver.tag === 'meta') {
    const model = receiver.data['model'] as Manager['model'];
    const field = text(argument(site.args, 0));
    if (name === 'get_field' && field !== null) { seat.flow.record.resolve(seat.flow.place(site.env, site.args.list[0]!.at)); return ANY; }
    seat.flow.record.gap({
      kind: 'dynamic-access',
      model,
      column: null,
      place: seat.flow.place(site.env, site.at),
      detail: `the fields of ${model.name} are listed at run time`,
    });
    return ANY;
  }
  return undefined;
}

/** `User.objects` of a library's model class that is no value of ours: `get_user_model().objects` is one. */
function externalCall(seat: Seat, site: CallSite, receiver: Value & { k: 'ext' }, name: string): Value | undefined {
  const full = qualified(receiver)!;
  if (name === 'connect' && full.startsWith('django.') && full.includes('.signals.')) { connected(seat.flow, seat.state, site); return ANY; }
  if (full === 'django.apps.apps' && (name === 'get_model' || name === 'get_registered_model')) return shortcutCall(seat, site, 'django.apps.get_model');
  return libraryCall(seat, site, `${full}.${name}`);
}

const libraryCall = (seat: Seat, site: CallSite, full: string): Value | undefined => strawberryCall(seat.flow, site, full) ?? shortcutCall(seat, site, full);

function calleeCall(seat: Seat, site: CallSite): Value | undefined {
  const { callee } = site;
  if (callee.k === 'ext') return isSeenReceiver(site) ? ANY : libraryCall(seat, site, qualified(callee)!);
  if (callee.k === 'class' && isManagerClass(seat.flow, callee.cls)) return querySetOf(seat, site);
  if (callee.k === 'class' && isWriter(seat.flow, callee.cls)) return writerOf(seat.flow, site, callee.cls);
  return undefined;
}

/** `ActiveQuerySet(self.model, using=self._db)`. */
function querySetOf(seat: Seat, site: CallSite): Value | undefined {
  const { flow } = seat;
  const given = argument(site.args, 0, 'model');
  const models = given ? membersOf(given).filter((member) => member.k === 'model') : [];
  if (models.length === 0) return undefined;
  return union(
    models.map((member) => ({ k: 'query' as const, query: startQuery(flow.place(site.env, site.at), member.model, { k: 'row', model: member.model }) })),
  );
}
