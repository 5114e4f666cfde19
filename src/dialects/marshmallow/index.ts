/** marshmallow: schemas by which Flask applications hand out rows and take in requests. https://marshmallow.readthedocs.io */
import { rowsIn } from '../../flow/access.js';
import { argument, flag, isExternal, unwritten } from '../../flow/arguments.js';
import { insertRow } from '../../flow/calls.js';
import { decoratorName, lineage, ownMembers } from '../../flow/classes.js';
import type { Flow } from '../../flow/evaluate.js';
import { membersOf, type ClassRef, type FnRef, type ObjectValue, type Value } from '../../flow/value.js';
import type { CallSite, Dialect } from '../dialect.js';
import { exposeBy, isSchema, loaded, loadsRows, modelOf, schemaOf } from './schemas.js';

const DUMPS = new Set(['dump', 'dumps', 'jsonify']);
const LOADS = new Set(['load', 'loads']);
/** Decorators of flask-smorest, APIFlask and Flask-RESTful that say by which schema a route answers. */
const ANSWERS = /^(response|alt_response|output|marshal_with)$/;

/** A schema is told of; its fields are code like any other's. */
const NOTHING_MORE: ReadonlySet<string> = new Set();

export const marshmallow: Dialect = {
  id: 'marshmallow',
  language: 'python',
  api: {
    call(flow, site) {
      const { receiver, name } = site;
      if (receiver?.k !== 'object' || name === null || !isSchema(flow, receiver.cls)) return undefined;
      if (LOADS.has(name)) return load(flow, receiver, site);
      if (DUMPS.has(name)) for (const row of rowsIn(argument(site.args, 0) ?? { k: 'any' }, 2)) exposeBy(flow, row.model, receiver.cls);
      return undefined;
    },
    // `ma = Marshmallow(app)`: the extension has the library's names as its attributes. https://flask-marshmallow.readthedocs.io
    attribute(_flow, of, name) {
      return of.k === 'term' && isExternal(of.callee, 'flask_marshmallow', 'Marshmallow') ? { k: 'ext', module: 'flask_marshmallow', name } : undefined;
    },
    defineClass(flow, cls) {
      if (!isSchema(flow, cls)) return undefined;
      const model = modelOf(flow, cls);
      if (model) exposeBy(flow, model, cls);
      return NOTHING_MORE;
    },
    define(flow, fn, returned) { answer(flow, fn, returned); },
  },
};

/** `schema.load(request.json)`: what a method after it makes of the fields, a row, or the fields as a dict. */
function load(flow: Flow, receiver: ObjectValue, site: CallSite): Value {
  const option = (name: string): Value | null => argument(site.args, -1, name) ?? receiver.fields?.get(name) ?? null;
  const partial = option('partial');
  const given = loaded(flow, receiver, partial !== null && flag(partial) !== false, option('unknown'));
  const one = made(flow, receiver, given, option('instance'), site);
  return flag(option('many')) === true ? { k: 'many', of: one } : one;
}

function made(flow: Flow, receiver: ObjectValue, given: ReturnType<typeof loaded>, instance: Value | null, site: CallSite): Value {
  const model = loadsRows(flow, receiver.cls) ? modelOf(flow, receiver.cls) : null;
  const rows = model && instance ? rowsIn(instance, 1) : [];
  for (const row of rows) flow.record.writeAll(row.model, given, flow.place(site.env, site.at), flow.currentFn, false);
  if (rows.length > 0) return rows[0]!;
  if (model) return insertRow(flow, model, { list: [{ ...unwritten(given, site.at), spread: '**' }] }, site);
  const after = afterLoad(flow, receiver.cls);
  return after ? flow.callFn({ k: 'fn', fn: after, self: receiver }, [unwritten(given, site.at)]) : given;
}

/** https://marshmallow.readthedocs.io/en/stable/extending/pre_and_post_processing.html */
function afterLoad(flow: Flow, cls: ClassRef): FnRef | null {
  for (const each of lineage(flow, cls)) for (const member of ownMembers(flow, each).values()) {
    if (member.k === 'method' && member.fn.fn.decorators.some((decorator) => decoratorName(decorator) === 'post_load')) return member.fn;
  }
  return null;
}

function answer(flow: Flow, fn: FnRef, returned: Value): void {
  if (fn.fn.decorators.length === 0) return;
  for (const decorator of fn.fn.decorators) {
    if (decorator.k !== 'call' || !ANSWERS.test(decoratorName(decorator))) continue;
    const schemas = decorator.args.flatMap((arg) => membersOf(flow.peek(arg.value, fn.env))).flatMap((value) => schemaOf(flow, value) ?? []);
    for (const schema of schemas) for (const row of rowsIn(returned, 3)) exposeBy(flow, row.model, schema);
  }
}
