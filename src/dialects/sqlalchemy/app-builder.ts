/** Flask-AppBuilder: views and APIs whose class says which model they are of. https://flask-appbuilder.readthedocs.io/en/latest/rest_api.html */
import type { Expr } from '../../facts/code.js';
import { argumentOf, isExternal, lastName } from '../../flow/arguments.js';
import { externalBases, findMember } from '../../flow/classes.js';
import type { Flow } from '../../flow/evaluate.js';
import type { Model } from '../../flow/model.js';
import { ANY, membersOf, type ClassRef, type Value } from '../../flow/value.js';
import type { Place } from '../../model/schema.js';
import type { UseKind } from '../../model/usage.js';
import type { CallSite } from '../dialect.js';

const LIBRARY = 'flask_appbuilder';
const INTERFACE = 'SQLAInterface';

/** What a class says of its columns, and what is done with those it names. */
const OPTIONS: Readonly<Record<string, UseKind>> = {
  list_columns: 'expose',
  show_columns: 'expose',
  list_select_columns: 'expose',
  show_select_columns: 'expose',
  order_columns: 'sort',
  search_columns: 'filter',
  add_columns: 'write',
  edit_columns: 'write',
};

/** `SQLAInterface(Order)`, and what is asked of it. */
export function interfaceCall(flow: Flow, site: CallSite): Value | undefined {
  const { callee, receiver, name } = site;
  if (receiver?.k === 'extobj' && receiver.module.startsWith(LIBRARY) && receiver.name === INTERFACE) return asked(flow, site, receiver.args[0], name!);
  if (callee.k !== 'ext' || !isExternal(callee, LIBRARY, INTERFACE)) return undefined;
  const given = argumentOf(site.args, 0, 'obj');
  const models = given ? membersOf(given.value).filter((value) => value.k === 'model') : [];
  if (!given || models.length !== 1) return undefined;
  flow.record.unmention(models[0]!.model, flow.place(site.env, given.expr.at));
  return { k: 'extobj', module: callee.module, name: INTERFACE, args: [{ k: 'row', model: models[0]!.model }] };
}

function asked(flow: Flow, site: CallSite, row: Value | undefined, name: string): Value | undefined {
  if (row?.k !== 'row') return undefined;
  const place = flow.place(site.env, site.at);
  switch (name) {
    case 'get': flow.record.table(row.model, 'select', place); return row;
    case 'query': flow.record.table(row.model, 'select', place); return { k: 'list', items: [ANY, { k: 'many', of: row }] };
    case 'edit': flow.record.table(row.model, 'update', place); return ANY;
    case 'delete': case 'delete_all': flow.record.table(row.model, 'delete', place); return ANY;
    default: return ANY;
  }
}

/** Records what the views and APIs of the library do with the model that is their `datamodel`; undefined where a class is none. */
export function tellBuilt(flow: Flow, cls: ClassRef): ReadonlySet<string> | undefined {
  if (!externalBases(flow, cls).some((base) => base.k === 'ext' && isExternal(base, LIBRARY) && /(Api|View)$/.test(lastName(base)))) return undefined;
  const member = findMember(flow, cls, 'datamodel');
  const given = member?.k === 'field' && member.stmt.value ? flow.peek(member.stmt.value, member.owner.env) : null;
  const row = given?.k === 'extobj' && given.name === INTERFACE ? given.args[0] : null;
  if (row?.k !== 'row') return undefined;
  const place = { path: cls.module.path, at: cls.cls.at };
  flow.record.table(row.model, 'expose', place);
  const named = new Map(Object.keys(OPTIONS).map((option) => [option, textsOf(flow, cls, option)]));
  for (const [option, kind] of Object.entries(OPTIONS)) for (const { text, at } of named.get(option) ?? []) use(flow, row.model, text, kind, at);
  // What it does not list it shows whole.
  if (named.get('list_columns') === null || named.get('show_columns') === null) for (const [attribute, column] of row.model.columns) {
    if (!named.get('list_columns')?.some(({ text }) => text === attribute))
      flow.record.gap({ kind: 'catch-all-serialiser', model: row.model, column, place, detail: `${cls.name} shows all fields of ${row.model.name}` });
  }
  if (!isDefined(flow, cls, 'post') && findMember(flow, cls, 'include_route_methods') === null)
    takeRows(flow, row.model, named.get('add_columns') ?? null, place);
  return new Set(Object.keys(OPTIONS));
}

const isDefined = (flow: Flow, cls: ClassRef, name: string): boolean => findMember(flow, cls, name)?.k === 'method';

/** Who posts to it makes a row, of the columns that it takes in. */
function takeRows(flow: Flow, model: Model, added: readonly Named[] | null, place: Place): void {
  const columns = added?.flatMap(({ text }) => model.columns.get(text) ?? model.relationships.get(text)?.local ?? []);
  flow.record.insert(model, new Map((columns ?? []).map((column) => [column, ANY])), place, { isOpen: !columns });
}

/** `"title"`, `"owners.id"`: along relationships to a column. */
function use(flow: Flow, model: Model, path: string, kind: UseKind, place: Place): void {
  const [name = '', ...rest] = path.split('.');
  const relationship = model.relationships.get(name);
  if (relationship) {
    flow.record.relationship(model, relationship, place, null);
    if (rest.length > 0) use(flow, relationship.target, rest.join('.'), kind, place);
  } else if (model.columns.has(name))
    flow.record.column(model, name, kind, place, null, { via: kind === 'expose' ? 'serializer' : kind === 'write' ? 'generic-update' : 'admin' });
}

interface Named { readonly text: string; readonly at: Place }

/** The names that an option lists; null where no class in sight has it. */
function textsOf(flow: Flow, cls: ClassRef, option: string, depth = 3): readonly Named[] | null {
  const member = findMember(flow, cls, option);
  if (member?.k !== 'field' || !member.stmt.value) return null;
  const { path } = member.owner.module;
  const within = (expr: Expr): readonly Named[] => {
    switch (expr.k) {
      case 'lit': return typeof expr.v === 'string' ? [{ text: expr.v, at: { path, at: expr.at } }] : [];
      case 'list': return expr.items.flatMap(within);
      case 'op': return expr.args.flatMap(within);
      case 'name': return depth > 0 ? textsOf(flow, member.owner, expr.id, depth - 1) ?? [] : [];
      default: return [];
    }
  };
  return within(member.stmt.value);
}
