/** Python web code around the models: Pydantic schemas, FastAPI's dependencies and responses, whole-row serialisers. */
import type { Expr } from '../../facts/code.js';
import { rowsIn } from '../../flow/access.js';
import { argument, isExternal, lastName, text } from '../../flow/arguments.js';
import { insertRow } from '../../flow/calls.js';
import type { Flow } from '../../flow/evaluate.js';
import { fieldsOf } from '../../flow/fields.js';
import { union } from '../../flow/unions.js';
import { ANY, membersOf, type Args, type DictValue, type FnRef, type RowValue, type Value } from '../../flow/value.js';
import type { Place } from '../../model/schema.js';
import type { CallSite, Dialect } from '../dialect.js';
import { isAskedForNames } from './names-only.js';
import { exposeAll, exposeAs, exposeHeld, exposeRow, isForm, isSchema, schemasIn } from './schemas.js';

const ROUTES = /^(get|post|put|patch|delete|api_route|route|websocket)$/;
/** How FastAPI and Django Ninja call what a route hands out. https://django-ninja.dev/guides/response/ */
const RESPONSES = ['response_model', 'response'];
const DUMPS = new Set(['model_dump', 'dict', '_asdict', 'to_dict', 'asdict']);
const LOADS = new Set(['model_validate', 'from_orm', 'parse_obj', 'model_construct', 'construct', 'validate']);

export const pydantic: Dialect = {
  id: 'pydantic',
  language: 'python',
  api: {
    call(flow, site) {
      if (site.env.module.language !== 'python') return undefined;
      const { receiver, name } = site;
      if (name && ROUTES.test(name) && RESPONSES.some((option) => argument(site.args, -1, option) !== null)) return ANY;
      if (receiver?.k === 'object' && name && DUMPS.has(name) && isSchema(flow, receiver.cls)) return dump(flow, receiver, site);
      if (receiver?.k === 'class' && name && LOADS.has(name) && isSchema(flow, receiver.cls)) return load(flow, receiver, site);
      if (receiver?.k === 'model' && name && LOADS.has(name) && !receiver.model.columns.has(name))
        return insertRow(flow, receiver.model, namingFields(flow, withUpdate(site.args)), site);
      if (receiver?.k === 'row' && (name === 'model_dump' || name === 'dict')) return dumpRow(flow, receiver, site);
      if (receiver?.k === 'row' && name === 'sqlmodel_update') {
        for (const arg of withUpdate(site.args).list) for (const value of membersOf(arg.value)) update(flow, receiver, value, site);
        return receiver;
      }
      if (site.callee.k === 'class' && isSchema(flow, site.callee.cls)) exposeSpread(flow, site.callee.cls, site);
      return wholeRows(flow, site);
    },
    attribute(flow, of, name, env, at) {
      if (of.k === 'row' && (name === '__dict__') && env.module.language === 'python') exposeAll(flow, of.model, '__dict__', flow.place(env, at));
      return undefined;
    },
    parameter(flow, param, declared, env) {
      if (declared.k !== 'any' || env.module.language !== 'python') return undefined;
      for (const expr of [param.default, ...(param.decorators ?? [])]) {
        const given = expr ? dependency(flow, expr, env) : null;
        if (given) return given;
      }
      return undefined;
    },
    define: (flow, fn, returned) => responses(flow, fn, returned),
    defineClass(flow, cls) {
      if (cls.module.language === 'python' && !flow.modelsByClass.has(cls.id) && isForm(flow, cls)) flow.record.forms.add(cls.id);
      return undefined;
    },
  },
};

/**
 * `model_validate(payload, update={…})`: what is given as `update` is set on the row as well. https://sqlmodel.tiangolo.com/tutorial/fastapi/update-extra-data/
 */
function withUpdate(args: Args): Args {
  return { list: args.list.filter((arg) => arg.name === null || arg.name === 'update' || arg.name === 'obj').map((arg) => ({ ...arg, name: null })) };
}

/** A schema's fields are known: a row made of it has no others. */
function namingFields(flow: Flow, args: Args): Args {
  return { list: args.list.map((arg) => (arg.value.k === 'object' && isSchema(flow, arg.value.cls) ? { ...arg, value: fieldsOf(flow, arg.value) } : arg)) };
}

/** `Depends(get_db)`: what the dependency returns. */
function dependency(flow: Flow, expr: Expr, env: FnRef['env']): Value | null {
  if (expr.k !== 'call') return null;
  const callee = flow.peek(expr.fn, env);
  if (!isExternal(callee, 'fastapi', 'Depends', 'Security') || !expr.args[0]) return null;
  const given = flow.peek(expr.args[0]!.value, env);
  if (given.k === 'fn') return flow.quiet(() => flow.callFn(given, []));
  return given.k === 'class' ? { k: 'object', cls: given.cls } : null;
}

function dump(flow: Flow, receiver: Value & { k: 'object' }, site: CallSite): DictValue {
  const fields = fieldsOf(flow, receiver);
  const names = (option: string): readonly string[] | null => {
    const value = argument(site.args, -1, option);
    return value?.k === 'list' ? value.items.map((item) => text(item)).filter((item) => item !== null) : null;
  };
  const include = names('include');
  const exclude = names('exclude');
  if (!include && !exclude) return fields;
  const entries = new Map([...fields.entries].filter(([name]) => (!include || include.includes(name)) && !exclude?.includes(name)));
  return { ...fields, entries };
}

/** `LeadOut.model_validate(lead)`. */
function load(flow: Flow, receiver: Value & { k: 'class' }, site: CallSite): Value {
  const given = argument(site.args, 0) ?? ANY;
  for (const row of rowsIn(given, 1)) exposeAs(flow, row.model, receiver.cls);
  return { k: 'object', cls: receiver.cls, ...(receiver.args ? { args: receiver.args } : {}) };
}

/** `LeadOut(**lead.__dict__)`. */
function exposeSpread(flow: Flow, cls: Parameters<typeof isSchema>[1], site: CallSite): void {
  for (const arg of site.args.list) {
    if (arg.spread !== '**' || arg.value.k !== 'dict') continue;
    for (const value of arg.value.entries.values()) if (value.k === 'field') { exposeAs(flow, value.model, cls); return; }
  }
}

function dumpRow(flow: Flow, row: Value & { k: 'row' }, site: CallSite): Value {
  const place = flow.place(site.env, site.at);
  if (!isAskedForNames(site)) exposeAll(flow, row.model, site.name!, place);
  return columnsOf(row, place);
}

const columnsOf = ({ model }: RowValue, place: Place): DictValue => ({
  k: 'dict',
  entries: new Map([...model.columns.keys()].map((attribute) => [attribute, { k: 'field' as const, model, attribute, place }])),
  rest: null,
});

function update(flow: Flow, row: Value & { k: 'row' }, value: Value, site: CallSite): void {
  const place = flow.place(site.env, site.at);
  if (value.k === 'dict') flow.record.writeAll(row.model, value, place, flow.currentFn, false);
  else if (value.k === 'object') flow.record.writeAll(row.model, fieldsOf(flow, value), place, flow.currentFn, false);
}

/** `jsonable_encoder(row)`, `asdict(row)`, `vars(row)`. */
function wholeRows(flow: Flow, site: CallSite): Value | undefined {
  if (site.callee.k !== 'ext') return undefined;
  const name = lastName(site.callee);
  if (name !== 'jsonable_encoder' && name !== 'asdict' && !(name === 'vars' && site.callee.module === 'builtins')) return undefined;
  const value = argument(site.args, 0);
  const place = flow.place(site.env, site.at);
  if (!isAskedForNames(site)) for (const row of value ? rowsIn(value, 2) : []) exposeRow(flow, row, name, place);
  if (name === 'vars') return undefined;
  return value?.k === 'object' ? fieldsOf(flow, value) : value?.k === 'row' ? columnsOf(value, place) : undefined;
}

/** The types of an option; by status code each has its own: `{200: LeadOut, 404: Problem}`. */
function typesOf(given: Expr | undefined): readonly Expr[] {
  return given === undefined ? [] : given.k === 'dict' ? given.entries.filter(({ key }) => key !== null).map(({ value }) => value) : [given];
}

/** Rows that a type says are handed out, also in what a library makes of them: `Page[Order]`. */
const rowsNamed = (type: Value): readonly RowValue[] =>
  membersOf(type).flatMap((member) => (member.k === 'extobj' ? member.args.flatMap((arg) => rowsIn(arg, 2)) : rowsIn(member, 3)));

/** A route hands out what its response model names, whatever it returns; without one it hands out whole rows. */
function responses(flow: Flow, fn: FnRef, returned: Value): void {
  if (fn.module.language !== 'python') return;
  const rows = rowsIn(returned, 3);
  for (const decorator of fn.fn.decorators) {
    if (decorator.k !== 'call' || decorator.fn.k !== 'attr' || !ROUTES.test(decorator.fn.name)) continue;
    const given = decorator.args.find((arg) => arg.name !== undefined && RESPONSES.includes(arg.name))?.value;
    const types = typesOf(given && !(given.k === 'lit' && given.v === null) ? given : fn.fn.returns);
    const declared = types.length > 0 ? flow.quiet(() => union(types.map((type) => flow.type(type, fn.env)))) : ANY;
    const schemas = schemasIn(flow, declared);
    for (const schema of schemas) exposeHeld(flow, schema);
    for (const row of rowsNamed(declared)) exposeAll(flow, row.model, fn.name ?? 'route', { path: fn.module.path, at: fn.fn.at });
    if (schemas.length) for (const model of new Set(rows.map((each) => each.model))) for (const schema of schemas) exposeAs(flow, model, schema);
    else for (const row of rows) exposeRow(flow, row, fn.name ?? 'route', { path: fn.module.path, at: fn.fn.at });
  }
}
