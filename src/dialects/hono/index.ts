/** Hono's validators: what a handler gets from `c.req.valid(…)` is what the schema lets through. https://hono.dev/docs/guides/validation */
import { spanStart } from '../../facts/span.js';
import { argument, lastName, text } from '../../flow/arguments.js';
import type { Flow } from '../../flow/evaluate.js';
import { handOut } from '../../flow/hand-out.js';
import { ANY, membersOf, type SpecialValue, type Value } from '../../flow/value.js';
import type { CallSite, Dialect } from '../dialect.js';
import { parsedBy } from '../shared/schemas.js';

const DIALECT = 'hono';
/** `zValidator('json', schema)` and its likes for other libraries of schemas. */
const PACKAGES = /^@hono\/(zod|valibot|typebox|arktype|standard)-validator$/;
/** Methods that take the handlers of a route, and the function that makes them. */
const ROUTES = /^(get|post|put|patch|delete|options|all|on|use|createHandlers)$/;

export const hono: Dialect = {
  id: DIALECT,
  language: 'typescript',
  api: {
    call(flow, site) {
      const { callee, receiver, name } = site;
      if (!receiver) return callee.k === 'ext' && PACKAGES.test(callee.module) && /Validator$/.test(lastName(callee)) ? validator(site) : undefined;
      if (name === 'valid' && isOf(receiver, 'request')) return dataOf(receiver).get(text(argument(site.args, 0)) ?? '') ?? ANY;
      return name && ROUTES.test(name) ? route(flow, site, name) : undefined;
    },
    attribute(_flow, of, name) {
      return name === 'req' && isOf(of, 'context') ? make('request', dataOf(of), of.key) : undefined;
    },
  },
};

/** By what they are read from (`json`, `form`, `query`): the values that passed. */
type Data = ReadonlyMap<string, Value>;

const make = (tag: string, data: Data, key: string): Value => ({ k: 'special', dialect: DIALECT, tag, data: { data }, key });
const isOf = (value: Value, tag: string): value is SpecialValue => value.k === 'special' && value.dialect === DIALECT && value.tag === tag;
const dataOf = (value: SpecialValue): Data => value.data['data'] as Data;
const keyAt = ({ env, at }: CallSite): string => `${env.module.path}:${spanStart(at)}`;

function validator(site: CallSite): Value | undefined {
  const target = text(argument(site.args, 0));
  const schema = argument(site.args, 1);
  return target !== null && schema ? make('validator', new Map([[target, parsedBy(schema)]]), keyAt(site)) : undefined;
}

/** The handlers after the validators get what those let through; what they return leaves. */
function route(flow: Flow, site: CallSite, name: string): Value | undefined {
  const data = new Map<string, Value>();
  for (const { value } of site.args.list)
    for (const member of membersOf(value)) if (isOf(member, 'validator')) for (const [target, parsed] of dataOf(member)) data.set(target, parsed);
  if (data.size === 0) return undefined;
  const context = make('context', data, keyAt(site));
  for (const arg of site.args.list) for (const member of membersOf(arg.value)) {
    if (member.k === 'fn') handOut(flow, flow.callFn(member, [{ ...arg, value: context }]), name, flow.place(site.env, site.at));
  }
  return flow.unknown(site.env, site.at);
}
